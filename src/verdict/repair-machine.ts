/**
 * A machine changed, as a value: instructions that trap in user mode, and a configuration that says more.
 *
 * An instruction that is made to trap does so first of all, whatever the state, wherever M = u; in the other modes it is what it
 * was. The trap is one that the machine has: the one that most of its own instructions take because of the mode.
 */
import { inLevel } from "../requirements/parts.js";
import { LENGTH } from "../requirements/length.js";
import type { Configuration, Exit, Instruction, Machine, Trap } from "../isa/machine.js";
import { reachable, type Term } from "../isa/term.js";
import type { Condition } from "./condition.js";

/**
 * The trap that most of the machine's own instructions take because of the mode; where none does, that of words that no instruction
 * claims; else its first. Undefined where it has none.
 */
export function trapOfUserMode(machine: Machine): Trap | undefined {
  const counts = new Map<string, number>();
  for (const { step } of machine.instructions) {
    for (const cause of new Set(step.exits.filter((e) => isBecauseOfMode(machine, e)).map((e) => e.cause))) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  if (most > 0) return machine.traps.find((t) => counts.get(t.name) === most);
  const ofOthers = machine.otherwise?.step.exits.find((e) => e.kind === "trap")?.cause;
  return machine.traps.find((t) => t.name === ofOthers) ?? machine.traps.find((t) => !t.memory);
}

function isBecauseOfMode(machine: Machine, { kind, guard }: Exit): boolean {
  if (kind !== "trap") return false;
  const modes = new Set(machine.components.filter((c) => c.role === "mode").map((c) => c.variable.id));
  return reachable([guard]).some((t) => modes.has(t.id));
}

/** These instructions trap wherever M = u. */
export function trappingInUserMode(machine: Machine, ids: ReadonlySet<string>, trap: Trap): Machine {
  if (ids.size === 0) return machine;
  const guard = inLevel(machine, "user");
  return {
    ...machine,
    instructions: machine.instructions.map((i) => {
      if (!ids.has(i.id)) return i;
      const exit: Exit = { guard, kind: "trap", cause: trap.name, args: argumentsOf(machine, i, trap), origin: i.origin };
      return { ...i, step: { ...i.step, exits: [exit, ...i.step.exits] } };
    }),
  };
}

/**
 * What the trap is told: as the machine's own instructions tell it, where that is nothing of the operands; the instruction's own word where a parameter
 * is as wide; else 0. The classes depend on none of it.
 */
function argumentsOf(machine: Machine, instruction: Instruction, trap: Trap): readonly Term[] {
  const donor = machine.instructions.flatMap((i) => i.step.exits).find((e) => e.cause === trap.name && isBecauseOfMode(machine, e));
  return trap.parameters.map((parameter, n) => {
    const given = donor?.args[n];
    const isGeneral = given !== undefined && reachable([given]).every((t) => t.op !== "variable" || t.space === "state" || (t.space === "field" && t.name === LENGTH.name));
    if (isGeneral) return given;
    return parameter.width === instruction.encoding.width ? wordOf(machine, instruction) : machine.terms.zeros(parameter.width);
  });
}

/** The word of the instruction: its constant bits and its fields. */
function wordOf({ terms }: Machine, { encoding }: Instruction): Term {
  const { width, cubes, fields } = encoding;
  const constant = cubes[0] === undefined ? 0n : cubes[0].value;
  const parts: Term[] = [];
  let at = width;
  for (const field of [...fields].sort((a, b) => b.low - a.low)) {
    const high = field.low + field.width;
    if (at > high) parts.push(terms.constant(constant >> BigInt(high), at - high));
    parts.push(field.variable);
    at = field.low;
  }
  if (at > 0) parts.push(terms.constant(constant, at));
  return terms.concat(...parts);
}

/** The machine with a further configuration: this one, and each condition. */
export function requiring(machine: Machine, configuration: Configuration, conditions: readonly Condition[]): { readonly machine: Machine; readonly configuration: Configuration } {
  if (conditions.length === 0) return { machine, configuration };
  const name = [configuration.name, ...conditions.map((c) => c.text)].join(" and ");
  const own: Configuration = { ...configuration, name, title: name, isDefault: false, predicate: machine.terms.and(configuration.predicate, ...conditions.map((c) => c.predicate)) };
  return { machine: { ...machine, configurations: [...machine.configurations, own] }, configuration: own };
}
