/**
 * Fidelity of direct execution (Lemma 1 of the paper; model, section 5): what an instruction does on the real machine, under the
 * monitor and without its knowledge, is what it would have done on the bare machine.
 *
 * The reference S1 is the simulated state: of any mode, any configuration, any place (under a hybrid monitor, which
 * interprets virtual supervisor mode, of user mode). The virtual S2 is what the monitor may have made of it: a user state
 * that satisfies K and shows what S1 shows, wherever it does not fault. All else of R is free in both. The two part ways if S2
 *
 * - is done where S1 traps or halts; or halts where S1 does not (extended: halts at all, for then the monitor is never entered);
 * - is done as S1 is, and they look different; or one has changed mode, R or a cell outside its window, of which the
 *   monitor learns nothing; or S1 has changed a cell that S2 does not show.
 *
 * This is wider than control-, location-, mode- and resource-sensitivity one by one, since here all may differ at once. That an
 * instruction which is not critical never parts ways is Theorem 1's heart: a law of the tests, not an assumption of this file.
 * No map f is named here: any will do that leaves a user state of K with such a window (`vm-map.ts`). Where a pair is
 * found, it may be none that f makes: `mapped-fidelity.ts` asks again, of f itself.
 */
import { RESOURCE_ROLES, type ComponentArray, type Role } from "../isa/machine.js";
import { lowering } from "../isa/lower.js";
import { Evaluator } from "../isa/evaluate.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type ArrayTerm, type Term } from "../isa/term.js";
import { askTwo, type Condition, type Side } from "./ask.js";
import { didChange, didChangeOutside, translateIn, visiblyDiffer } from "./concrete.js";
import { componentsOf, controlRoles, type ReadingName } from "./parts.js";
import type { ConcreteRun, Question } from "./question.js";
import type { View } from "./run.js";
import { user, userState, type Setting } from "./setting.js";
import { inView } from "./views.js";
import { changes, changesOutside, unshown, visibleDiffers } from "./visible.js";

/** Which simulated states run directly: all, or those of virtual user mode. */
export type DirectMode = "any" | "user";

export interface Monitoring {
  readonly direct: DirectMode;
  readonly reading: ReadingName;
  /** "within-k": guests never give their own user programs more than K, so simulated user states satisfy it too */
  readonly guests: "any" | "within-k";
}

/** `vmm-fidelity`, `vmm-hybrid-fidelity-extended-within-k`: how the questions of a monitor are called. */
export function partName({ direct, reading, guests }: Monitoring, property: string): string {
  return `vmm-${direct === "user" ? "hybrid-" : ""}${property}${reading === "extended" ? "-extended" : ""}${guests === "within-k" ? "-within-k" : ""}`;
}

/** In the name of a question that is asked with the resources that f gives the real machine. */
export const WITH_RESOURCES = "-with-resources";

/** Which simulated states there are. */
export function isSimulated(s: Setting, m: Monitoring, view: View): Term {
  const { terms } = s.machine;
  return terms.and(m.direct === "user" ? user(s, view) : terms.true, m.guests === "within-k" ? terms.implies(user(s, view), userState(s, view)) : terms.true);
}

/** What differs between the simulated state and the real one. */
export function simulatedRoles(reading: ReadingName): readonly Role[] {
  return reading === "strict" ? ["mode", "map", "extent"] : ["mode", "map", "extent", ...RESOURCE_ROLES];
}

/**
 * The resources of a real machine, clocks and masks and their like, are what f makes them for a guest: where f says, and says so by registers alone. What
 * is asked with it is asked of fewer states, and of all that there are: of a map that changes while the guest runs f says no more.
 */
export function hasResourcesOf({ machine }: Setting, guest: View, real: View): Term {
  const { terms, monitor } = machine;
  if (monitor === undefined) return terms.true;
  const isPlain = (t: Term): boolean => reachable([t]).every((x) => x.op !== "array" && x.op !== "cell" && x.op !== "faults");
  return terms.and(...componentsOf(machine, RESOURCE_ROLES).flatMap((c) => {
    const next = monitor.next.get(c.name);
    return next === undefined || !isPlain(next) ? [] : [terms.eq(real.registers.get(c.name)!, inView(machine, guest, next))];
  }));
}

/** Found: executed directly, it is not faithful. `resources`: the real machine's are what f makes them. */
export function departsFromBare(s: Setting, m: Monitoring, resources: "any" | "of-guest" = "any"): Question {
  const { terms } = s.machine;
  return askTwo(s, `${partName(m, "fidelity")}/departs${resources === "any" ? "" : WITH_RESOURCES}`, "a simulated state, and a user state that shows the same, from which the real machine goes another way than the bare one", {
    differing: simulatedRoles(m.reading), window: "subset",
    condition: (reference, virtual) => ({
      hypothesis: terms.and(userState(s, virtual.view), isSimulated(s, m, reference.view), resources === "any" ? terms.true : hasResourcesOf(s, reference.view, virtual.view)),
      ...departure(s, reference, virtual, m.reading, terms.or(
        visibleDiffers(s.machine, s.step, reference.reading, virtual.reading),
        writesUnshown(s, reference, virtual),
        changesOutside(s.machine, s.step, reference.reading), changesOutside(s.machine, s.step, virtual.reading),
      )),
      everywhere: [reference, virtual].flatMap((run) => unshown(s.machine, s.step, run.reading).map(({ variables, fact }) => ({ variables, fact: terms.or(terms.not(changesOutside(s.machine, s.step, run.reading)), fact) }))),
    }),
    isWitness: (r, v) => didDepart(r, v, m.reading, () => didChangeOutside(r) || didChangeOutside(v) || visiblyDiffer(r, v) || wroteUnshown(r, v)),
  });
}

/** `differs`: what two completed steps must not do, changes of mode and R apart. */
export function departure({ machine, step }: Setting, reference: Side, virtual: Side, reading: ReadingName, differs: Term): Pick<Condition, "goal" | "beyond"> {
  const { terms } = machine;
  const r = reference.outcome, v = virtual.outcome;
  // outcomes exclude each other: where both runs leave in the same cases, only what they do can differ
  const isSameKind = r.done === v.done && r.traps === v.traps && r.halt === v.halt;
  const changed = (side: Side): Term => changes(machine, step, side.reading, controlRoles(reading));
  const goal = terms.or(
    isSameKind ? terms.false : terms.and(v.done, terms.or(r.traps, r.halt)),
    reading === "extended" ? v.halt : isSameKind ? terms.false : terms.and(v.halt, terms.or(r.traps, r.done)),
    terms.and(v.done, r.done, terms.or(differs, changed(reference), changed(virtual))),
  );
  return { goal, beyond: terms.and(terms.or(r.beyond, v.beyond), terms.not(v.traps)) };
}

export function didDepart(reference: ConcreteRun, virtual: ConcreteRun, reading: ReadingName, differ: () => boolean): boolean {
  if (reference.outcome === "beyond") return false;
  if (virtual.outcome === "halt") return reading === "extended" || reference.outcome !== "halt";
  if (virtual.outcome !== "done") return false;
  return reference.outcome !== "done" || didChange(reference, controlRoles(reading)) || didChange(virtual, controlRoles(reading)) || differ();
}

/** The reference has changed what its own window shows and the virtual one does not (with one opaque map for both there is no such cell). */
function writesUnshown({ machine, step }: Setting, reference: Side, virtual: Side): Term {
  const { terms } = machine;
  return terms.or(...machine.windows.map((window) => {
    const c = machine.components.find((x) => x.name === window.over) as ComponentArray;
    const next = step.next.get(c.name);
    if (next === undefined || c.role !== "storage") return terms.false;
    const address = terms.variable("free", `at.${window.name}`, window.addressWidth);
    const f1 = reference.reading.faults(window, 0, address), f2 = virtual.reading.faults(window, 0, address);
    if (f1 === f2) return terms.false;
    return terms.and(terms.not(f1), f2, terms.ne(reference.reading.readThrough(next as ArrayTerm, window, address), reference.reading.readThrough(c.variable, window, address)));
  }));
}

function wroteUnshown(reference: ConcreteRun, virtual: ConcreteRun): boolean {
  const { machine } = reference;
  return componentsOf(machine, ["storage"]).some((c) => machine.windows.filter((w) => w.over === c.name).some((window) => {
    const looked = [...(reference.addresses.get(window.name) ?? []), ...(reference.written.get(c.name) ?? []).flatMap((p) => inverseAt(reference, window.name, p))];
    return looked.some((a) => {
      const p = translateIn(reference, reference.before, window, 0, a);
      return p !== "fault" && reference.before.cell(c.name, p) !== reference.after.cell(c.name, p) && translateIn(virtual, virtual.before, window, 0, a) === "fault";
    });
  }));
}

/** The address that the specification says reaches a cell, where it says one. */
function inverseAt(run: ConcreteRun, name: string, p: bigint): bigint[] {
  const { machine } = run;
  const window = machine.windows.find((w) => w.name === name)!;
  if (window.inverse === undefined) return [];
  const at = substitution(machine.terms, new Map([[window.inverse.parameter.id, machine.terms.constant(p, window.inverse.parameter.width)]]));
  const evaluator = new Evaluator({ variable: (v) => run.before.register(v.name), cell: (a, i) => run.before.cell(a.name, i) });
  return [evaluator.value(lowering(machine).term(at.term(window.inverse.value)))];
}
