/**
 * Condition synthesis: the weakest condition on the configuration under which an instruction is privileged.
 *
 * The configuration components are the registers that the machine's own configurations speak of. For each of their
 * values it is asked whether some user state completes; where none does, the value is good. The condition says which values
 * are: it is the weakest, because it leaves out only values that a replayed state refutes. The table is then written as a sum of
 * products over the components that it depends on.
 */
import type { Instruction, Machine, Register } from "../isa/machine.js";
import { reachable } from "../isa/term.js";
import { completesInUserState } from "../requirements/privileged.js";
import type { Setting } from "../requirements/setting.js";
import { answer, type Engines } from "./answer.js";

/** More values than these are not tabulated. */
const MAXIMUM_BITS = 6;

/** "UserInOut = 0"; "never" and "always" give undefined, as does a table that can't be made (undecided, too large). */
export async function conditionOf(s: Setting, engines: Engines): Promise<string | undefined> {
  const { machine, instruction } = s;
  const components = configurationComponents(machine).filter((c) => isMentioned(instruction, c));
  const bits = components.reduce((n, c) => n + c.width, 0);
  if (bits === 0 || bits > MAXIMUM_BITS) return undefined;
  const good: boolean[] = [];
  for (let n = 0; n < 2 ** bits; n++) {
    const values = split(n, components);
    const predicate = machine.terms.and(...components.map((c, i) => machine.terms.eq(c.variable, machine.terms.constant(values[i]!, c.width))));
    const configuration = { ...s.configuration, name: `value ${n}`, predicate };
    const a = await answer(machine, instruction, completesInUserState({ ...s, configuration }), engines);
    if (a.kind === "open") return undefined;
    good.push(a.kind === "none");
  }
  if (good.every((g) => g) || !good.some((g) => g)) return undefined;
  return written(good, components);
}

/** Registers in the predicates of the machine's configurations, in the machine's order. */
export function configurationComponents(machine: Machine): Register[] {
  const ids = new Set(reachable(machine.configurations.map((c) => c.predicate)).map((t) => t.id));
  return machine.components.filter((c): c is Register => c.kind === "register" && ids.has(c.variable.id));
}

function isMentioned(instruction: Instruction, c: Register): boolean {
  return reachable(instruction.step.exits.map((e) => e.guard)).some((t) => t.id === c.variable.id);
}

/** The components' values in row n of the table, the first component in the highest bits. */
function split(n: number, components: readonly Register[]): bigint[] {
  let rest = BigInt(n);
  return [...components].reverse().map((c) => {
    const value = rest & ((1n << BigInt(c.width)) - 1n);
    rest >>= BigInt(c.width);
    return value;
  }).reverse();
}

/** The table as alternatives, one for each value of the leading component, merged where the rest is the same. */
function written(good: readonly boolean[], components: readonly Register[]): string {
  const [first, ...rest] = components;
  if (first === undefined) return good[0] === true ? "" : "never";
  const size = good.length / 2 ** first.width;
  const branches = Array.from({ length: 2 ** first.width }, (_, v) => written(good.slice(v * size, (v + 1) * size), rest));
  if (branches.every((b) => b === branches[0])) return branches[0]!;
  const alternatives = new Map<string, number[]>();
  branches.forEach((b, v) => {
    if (b !== "never") alternatives.set(b, [...(alternatives.get(b) ?? []), v]);
  });
  if (alternatives.size === 0) return "never";
  const parts = [...alternatives].map(([condition, values]) => {
    const own = values.length === 1 ? `${first.name} = ${values[0]}` : `${first.name} in {${values.join(", ")}}`;
    return condition === "" ? own : `${own} and ${condition.includes(" or ") ? `(${condition})` : condition}`;
  });
  return parts.join(" or ");
}
