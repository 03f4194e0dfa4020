/** The one instruction that a command is about, by its identifier; also one that executes another, as `XCT[JSP]`. */
import { compose } from "../isa/compose.js";
import type { Instruction, Machine } from "../isa/machine.js";
import { badInput } from "./failure.js";
import { matcher } from "./patterns.js";
import { shown } from "./read-files.js";

export interface NamedInstruction {
  readonly instruction: Instruction;
  /** what has to be looked at for it: of a composed one, both its parts */
  readonly only: (instruction: Instruction) => boolean;
}

/** Throws a `Failure` if there is none of that name, or if it names several. */
export function oneInstruction(machine: Machine, name: string): NamedInstruction {
  const composed = composedNamed(machine, name);
  if (composed !== undefined) return composed;
  const matches = matcher(machine, name);
  const found = machine.instructions.filter(matches);
  const exact = found.find((i) => i.id.toLowerCase() === name.toLowerCase()) ?? (found.length === 1 ? found[0] : undefined);
  if (exact === undefined) throw badInput(`${shown(name)} names ${found.length} instructions of ${machine.name}`, `name one: ${found.slice(0, 12).map((i) => i.id).join(", ")}${found.length > 12 ? " ..." : ""}`);
  return { instruction: exact, only: (i) => i === exact };
}

/** `XCT[JRST[f=1]]` */
export function composedNamed(machine: Machine, name: string): NamedInstruction | undefined {
  for (const first of machine.instructions.filter((i) => i.step.execute !== undefined && name.toLowerCase().startsWith(`${i.id.toLowerCase()}[`))) {
    const target = machine.instructions.find((i) => i.step.execute === undefined && `${first.id}[${i.id}]`.toLowerCase() === name.toLowerCase());
    if (target !== undefined) return { instruction: compose(machine, first, target), only: (i) => i === first || i === target };
  }
  return undefined;
}
