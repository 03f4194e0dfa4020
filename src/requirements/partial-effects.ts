/**
 * Traps that leave part of an instruction's work done: a premise of every monitor that tries the instruction again.
 *
 * When a guest that runs directly traps, the monitor takes the bare machine's step from the simulated state. But the real machine
 * may have changed the guest's registers or storage before it trapped (a block transfer that met a page that is not there, an addition that
 * stored its sum and then found the overflow). The state before is then lost. After a memory trap that may be the monitor's own the step is taken again, from what
 * is left: where instructions can be tried again that comes to the same. Any other trap that leaves results stands, and is the guest's: that is right if the bare machine
 * takes the same trap, told the same, and leaves the same. So it is asked whether a trap may leave anything at all, and of each kind whether it comes to the same.
 * Which memory traps are the guest's own is told in `true-faults.ts`.
 */
import { lowering } from "../isa/lower.js";
import { componentNamed, type Component, type Exit, type Machine, type Step } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, ArrayTerm, Term } from "../isa/term.js";
import { isSimulated, partName, simulatedRoles, type Monitoring } from "./fidelity.js";
import { exitTaken } from "./outcome.js";
import { controlRoles, isTransient } from "./parts.js";
import type { ConcreteRun, Question } from "./question.js";
import { Reading } from "./run.js";
import { anyState, userState, type Setting } from "./setting.js";
import { lookedAt } from "./true-faults.js";
import { pairViews, singleView } from "./views.js";
import { changes, changesOutside, visibleDiffers } from "./visible.js";

/** Found: run directly, it may trap with part of its work done. Undefined: none of its traps leaves anything. */
export function leavesPart(s: Setting, m: Monitoring): Question | undefined {
  const { machine, step } = s;
  const { terms } = machine;
  if (step.exits.every((e) => (e.leaving?.size ?? 0) === 0)) return undefined;
  const view = singleView(machine);
  const reading = new Reading(machine, view);
  let reached: Term = terms.true;
  const parts: Term[] = [];
  for (const exit of step.exits) {
    const guard = reading.term(exit.guard);
    const left = [...(exit.leaving ?? [])].map(([name, value]): Term => {
      const c = machine.components.find((x) => x.name === name);
      if (c === undefined) throw new Error(`bug: a trap of ${s.instruction.id} leaves ${name}, which is no component`);
      if (isTransient(c)) return terms.false;
      if (c.kind === "register") return terms.ne(reading.term(value as Term), reading.term(c.variable));
      const index = terms.variable("free", `at.${c.name}`, c.indexWidth);
      return terms.ne(reading.read(value as ArrayTerm, index), reading.read(c.variable, index));
    });
    if (exit.kind === "trap" || exit.kind === "memory-trap") parts.push(terms.and(reached, guard, terms.or(...left)));
    reached = terms.and(reached, terms.not(guard));
  }
  return {
    id: `${s.instruction.id}/${partName(m, "fidelity")}/leaves-part`, asks: "a user state of the configuration from which it traps, having changed something",
    runs: [view], hypothesis: terms.and(anyState(s, reading), userState(s, view)), goal: terms.or(...parts),
    approximation: "what a trap leaves in storage is not looked at cell by cell", isWitness: ([r]) => didLeavePart(r!),
  };
}

/** What becomes of an instruction that a memory trap leaves part done: tried again; reflected as it stands, if the trap is the guest's own; or each is. */
export type PartDone = "tried-again" | "reflected-if-own" | "all-own";

/** What has to be so of what traps leave: no state satisfies hypothesis and violation. */
export interface PartLemma {
  /** `<instruction>/<claim>/<part>`, as of a question */
  readonly id: string;
  readonly statement: string;
  readonly hypothesis: Term;
  readonly violation: Term;
  /** both sides read one map: where it does not do to leave the map opaque, it may be spelt out */
  readonly isMapWhole: boolean;
}

/** What is to be proved of an instruction that may trap with part of its work done. */
export function partLemmas(s: Setting, m: Monitoring, partDone: PartDone): readonly PartLemma[] {
  const kinds: readonly Exit["kind"][] = partDone === "tried-again" ? ["trap"] : ["trap", "memory-trap"];
  const id = `${s.instruction.id}/${partName(m, "fidelity")}/`;
  return [
    { id: `${id}${kinds.length === 1 ? "trap" : "any-trap"}-leaves-otherwise`, statement: "what a trap leaves is what it leaves on the bare machine", ...reflectionDiffers(s, m, kinds), isMapWhole: false },
    ...(partDone === "all-own" ? [] : [{ id: `${id}tried-again-otherwise`, statement: "trying again what a memory trap left part done comes to the same", ...retryDiffers(s), isMapWhole: true }]),
  ];
}

function didLeavePart(run: ConcreteRun): boolean {
  return (run.outcome === "trap" || run.outcome === "memory-trap") && run.machine.components.some((c) => c.kind === "register" && run.before.register(c.name) !== run.after.register(c.name));
}

/**
 * What a trap of the real machine leaves is what the bare machine's leaves: violated by a simulated state and a user state of the configuration
 * that shows the same, where the real machine takes a trap that leaves results, and the bare one does not take it, tells it otherwise or leaves other results; or
 * where it leaves more than a guest's own results. The map is opaque, and the windows are one: up to a fault that both have, they differ nowhere that is looked at.
 */
function reflectionDiffers(s: Setting, m: Monitoring, of: readonly Exit["kind"][]): { readonly hypothesis: Term; readonly violation: Term } {
  const { machine, step } = s;
  const { terms } = machine;
  const [reference, virtual] = pairViews(machine, simulatedRoles(m.reading), false).map((view) => new Reading(machine, view)) as [Reading, Reading];
  const violations = step.exits.flatMap((exit, n) => {
    if (!of.includes(exit.kind) || exit.leaving === undefined || exit.leaving.size === 0) return [];
    const left = { ...step, next: exit.leaving };
    const isOwn = (reading: Reading): Term => terms.not(terms.or(changes(machine, left, reading, controlRoles(m.reading)), changesOutside(machine, left, reading)));
    return [terms.and(exitTaken(machine, step, virtual, n), terms.not(terms.and(
      exitTaken(machine, step, reference, n), ...exit.args.map((a) => terms.eq(reference.term(a), virtual.term(a))),
      terms.not(visibleDiffers(machine, left, reference, virtual)), isOwn(reference), isOwn(virtual),
    )))];
  });
  return { hypothesis: terms.and(anyState(s, reference), anyState(s, virtual), userState(s, virtual.view), isSimulated(s, m, reference.view)), violation: terms.or(...violations) };
}

/**
 * Trying again comes to the same: from a state in which what a trap leaves has been done already, the step comes to what it comes to from the state
 * before. Asked of all states in which the step comes as far as the trap, whether it is taken there or not; `violation` is spelt over cells and faults, which stay opaque
 * where nothing that is left is looked at by the map.
 */
function retryDiffers(s: Setting): { readonly hypothesis: Term; readonly violation: Term } {
  const { machine, step } = s;
  const { terms } = machine;
  const looked = lookedAt(machine);
  const reading = new Reading(machine, singleView(machine));
  const violations = step.exits.flatMap((exit, n) => {
    const left = exit.leaving;
    if (left === undefined || left.size === 0 || exit.kind !== "memory-trap") return [];
    const componentOf = (name: string): Component => componentNamed(machine, name);
    const isMapKept = ![...left.keys()].some((name) => looked.has(componentOf(name).variable.id));
    const first = isMapKept ? undefined : lowering(machine);
    const ready = (t: AnyTerm): AnyTerm => first?.any(t) ?? t;
    const again = substitution(terms, new Map([...left].map(([name, value]) => [componentOf(name).variable.id, ready(value)])));
    // the real machine came as far as this exit, and shows no more than the bare one
    const cameHere = step.exits.slice(0, n).map((e) => terms.not(ready(e.guard) as Term));
    return [terms.and(...cameHere, comesToOther(machine, step, ready, (t) => again.any(ready(t))))];
  });
  return { hypothesis: anyState(s, reading), violation: terms.or(...violations) };
}

/** The step read in two ways takes different exits, or comes to different states. */
function comesToOther(machine: Machine, step: Step, one: (t: AnyTerm) => AnyTerm, other: (t: AnyTerm) => AnyTerm): Term {
  const { terms } = machine;
  const differ = (t: Term): Term => terms.ne(one(t) as Term, other(t) as Term);
  const states = (next: ReadonlyMap<string, AnyTerm>): Term => terms.or(...machine.components.filter((c) => !isTransient(c)).map((c) => {
    const value = next.get(c.name) ?? c.variable;
    if (c.kind === "register") return differ(value as Term);
    const a = one(value) as ArrayTerm, b = other(value) as ArrayTerm;
    const index = terms.variable("free", `at.${c.name}`, c.indexWidth);
    return a === b ? terms.false : terms.ne(terms.select(a, index), terms.select(b, index));
  }));
  let reached: Term = terms.true;
  const violations: Term[] = [];
  for (const exit of step.exits) {
    violations.push(terms.and(reached, differ(exit.guard)));
    const taken = terms.and(reached, one(exit.guard) as Term);
    violations.push(terms.and(taken, terms.or(...exit.args.map(differ), states(exit.leaving ?? new Map()))));
    reached = terms.and(reached, terms.not(one(exit.guard) as Term));
  }
  return terms.or(...violations, terms.and(reached, states(step.next)));
}
