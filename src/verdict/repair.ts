/**
 * Repair: the smallest sets of changes with which a machine would meet the condition of Theorem 1 or 3.
 *
 * Two kinds of change are thought of: that an instruction traps in user mode, and that a configuration is required, either one
 * that the machine declares, in place of the present one, or the weakest condition under which a critical instruction is privileged, in
 * addition. Under a given configuration there is no choice: every critical instruction has to trap, because no other change
 * touches it. So there is one set for each configuration, and the minimal ones are those that contain no other.
 *
 * A narrower configuration leaves fewer user states, so what is not critical stays so: there only the critical ones are looked
 * at again. Before a set is given out, the whole machine with these changes is checked.
 */
import type { Configuration, Instruction, Machine, Trap } from "../isa/machine.js";
import type { Condition } from "./condition.js";
import { requiring, trappingInUserMode } from "./repair-machine.js";
import type { CheckResult, TheoremResult } from "./result.js";

export type Change =
  | { readonly kind: "trap"; readonly instruction: string }
  /** a configuration that the machine declares, in place of the present one */
  | { readonly kind: "configuration"; readonly name: string }
  | { readonly kind: "condition"; readonly condition: string };

export interface Repair {
  readonly changes: readonly Change[];
  /** the repaired machine, and the configuration it needs */
  readonly machine: Machine;
  readonly configuration: Configuration;
  /** what the check of it says of the theorem, and of all else */
  readonly theorem: TheoremResult;
  readonly check: CheckResult;
}

export type RepairSearch =
  | { readonly kind: "met"; readonly base: CheckResult; readonly theorem: TheoremResult }
  | { readonly kind: "open"; readonly base: CheckResult; readonly theorem: TheoremResult }
  | { readonly kind: "repairs"; readonly base: CheckResult; readonly theorem: TheoremResult; readonly repairs: readonly Repair[]; /** conditions that were left out, there being too many */ readonly notTried: readonly string[] };

export interface RepairTask {
  readonly machine: Machine;
  readonly configuration: Configuration;
  readonly theorem: 1 | 3;
  readonly reading: "strict" | "extended";
  /** the trap that instructions are made to take; undefined: the machine has none, and nothing can be made to trap */
  readonly trap: Trap | undefined;
  readonly check: (machine: Machine, configuration: Configuration, only?: (instruction: Instruction) => boolean) => Promise<CheckResult>;
  /** of an instruction that is privileged under some settings only */
  readonly conditionFor: (id: string) => Promise<Condition | undefined>;
  /** whether there are user states under it: one that contradicts itself requires nothing that can be had */
  readonly hasUserStates: (configuration: Configuration) => Promise<boolean>;
}

/** Sets of conditions are two to this power. */
const MOST_CONDITIONS = 4;

export async function findRepairs(task: RepairTask): Promise<RepairSearch> {
  const { machine, configuration, check } = task;
  const base = await check(machine, configuration);
  const theorem = theoremOf(task, base);
  if (theorem.answer !== "fails") return { kind: theorem.answer === "holds" ? "met" : "open", base, theorem };
  const candidates: Candidate[] = [];
  const tried: string[] = [], left: string[] = [];
  for (const declared of [configuration, ...machine.configurations.filter((c) => c !== configuration && c.predicate !== machine.terms.true && c.predicate !== configuration.predicate)]) {
    const own = declared === configuration ? base : await check(machine, declared);
    const critical = theoremOf(task, own).critical;
    const conditions = await conditionsFor(task, own, critical);
    tried.push(...conditions.slice(0, MOST_CONDITIONS).map((c) => c.text));
    left.push(...conditions.slice(MOST_CONDITIONS).map((c) => c.text));
    const required: readonly Change[] = declared === configuration ? [] : [{ kind: "configuration", name: declared.name }];
    for (const some of subsets(conditions.slice(0, MOST_CONDITIONS))) {
      const narrowed = requiring(machine, declared, some);
      if (some.length > 0 && !(await task.hasUserStates(narrowed.configuration))) continue;
      const still = some.length === 0 ? critical : theoremOf(task, await check(narrowed.machine, narrowed.configuration, (i) => isAmong(critical, i))).critical;
      const conditionsRequired = some.map((c): Change => ({ kind: "condition", condition: c.text }));
      for (const ids of trapSets(machine, still)) candidates.push({ ...narrowed, changes: [...required, ...conditionsRequired, ...ids.map((instruction): Change => ({ kind: "trap", instruction }))] });
    }
  }
  const repairs: Repair[] = [];
  for (const candidate of minimal(candidates)) {
    const ids = new Set(candidate.changes.flatMap((c) => (c.kind === "trap" ? [c.instruction] : [])));
    if (ids.size > 0 && task.trap === undefined) continue;
    const repaired = task.trap === undefined ? candidate.machine : trappingInUserMode(candidate.machine, ids, task.trap);
    const result = await check(repaired, candidate.configuration);
    repairs.push({ changes: candidate.changes, machine: repaired, configuration: candidate.configuration, theorem: theoremOf(task, result), check: result });
  }
  return { kind: "repairs", base, theorem, repairs, notTried: [...new Set(left)].filter((c) => !tried.includes(c)) };
}

interface Candidate {
  readonly changes: readonly Change[];
  readonly machine: Machine;
  readonly configuration: Configuration;
}

function theoremOf({ theorem, reading }: RepairTask, result: CheckResult): TheoremResult {
  const found = result.theorems.find((t) => t.theorem === theorem && t.reading === reading && t.assumption === "any");
  if (found === undefined) throw new Error(`bug: a check without Theorem ${theorem} in the ${reading} reading`);
  return found;
}

/** Distinct conditions of the critical instructions, in the order of the specification. */
async function conditionsFor(task: RepairTask, result: CheckResult, critical: readonly string[]): Promise<readonly Condition[]> {
  const found = new Map<string, Condition>();
  for (const { id, answers } of result.instructions) {
    const text = answers.privileged?.condition;
    if (!critical.includes(id) || text === undefined || found.has(text)) continue;
    const condition = await task.conditionFor(id);
    if (condition !== undefined) found.set(condition.text, condition);
  }
  return [...found.values()];
}

function isAmong(critical: readonly string[], { id }: Instruction): boolean {
  return critical.some((c) => c === id || c.startsWith(`${id}[`) || c.endsWith(`[${id}]`));
}

/**
 * The instructions that have to trap. One that executes another is mended with it; where only the two together are critical, either may
 * trap, and there are several sets.
 */
function trapSets(machine: Machine, critical: readonly string[]): readonly (readonly string[])[] {
  const own = machine.instructions.map((i) => i.id).filter((id) => critical.includes(id));
  let sets: readonly ReadonlySet<string>[] = [new Set(own)];
  for (const id of critical.filter((c) => !own.includes(c))) {
    const first = machine.instructions.find((i) => i.step.execute !== undefined && id.startsWith(`${i.id}[`)), target = machine.instructions.find((i) => id === `${first?.id ?? ""}[${i.id}]`);
    if (first === undefined || target === undefined) throw new Error(`bug: ${id} is no instruction of ${machine.name}`);
    sets = sets.flatMap((s) => (s.has(first.id) || s.has(target.id) ? [s] : [new Set([...s, target.id]), new Set([...s, first.id])]));
  }
  const order = new Map(machine.instructions.map((i, n) => [i.id, n]));
  return sets.map((s) => [...s].sort((a, b) => order.get(a)! - order.get(b)!));
}

/** Without those that contain another, and those that only say what a declared configuration says; the smallest first. */
function minimal(all: readonly Candidate[]): readonly Candidate[] {
  const traps = (c: Candidate): string => c.changes.flatMap((x) => (x.kind === "trap" ? [x.instruction] : [])).join();
  const isDeclared = (c: Candidate): boolean => c.changes.every((x) => x.kind !== "condition");
  const candidates = all.filter((c) => isDeclared(c) || !all.some((d) => isDeclared(d) && d.configuration.predicate === c.configuration.predicate && traps(d) === traps(c)));
  const keyed = candidates.map((candidate) => ({ candidate, keys: new Set(candidate.changes.map((c) => JSON.stringify(c))) }));
  const contains = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...b].every((k) => a.has(k));
  const kept = keyed.filter(({ keys }, i) => !keyed.some((other, j) => j !== i && contains(keys, other.keys) && (other.keys.size < keys.size || j < i)));
  return kept.map((k) => k.candidate).sort((a, b) => a.changes.length - b.changes.length);
}

function subsets<T>(all: readonly T[]): T[][] {
  return Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((__, i) => (bits >> i) % 2 === 1)).sort((a, b) => a.length - b.length);
}
