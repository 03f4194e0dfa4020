/**
 * Safety, or resource control (model, section 5): no guest step changes the real mode or R, storage outside its allotment,
 * another guest or the monitor; and what another guest does is invisible to it.
 *
 * Directly, a guest runs in a user state of K: there nothing may change but what the window shows, the general registers
 * and P (`overreaches`). Of two such states that differ only in storage outside the window, where the other guests are, and
 * (extended) in resources, the outcomes must be the same (`seesOthers`). The paper lets an instruction give resources
 * away; we do not, for the monitor would not know. Interpreted, a guest's step is the bare machine's own, on the allotment: the
 * interpreter's storage is the allotment, so it can't write anything else.
 */
import { RESOURCE_ROLES, type Component, type Machine } from "../isa/machine.js";
import type { ArrayTerm, Term } from "../isa/term.js";
import { askOne, askTwo, type Side } from "./ask.js";
import { didChange, didChangeOutside, visiblyDiffer } from "./concrete.js";
import type { Monitoring } from "./fidelity.js";
import { partName, WITH_RESOURCES } from "./fidelity.js";
import { componentsOf, controlRoles, type ReadingName } from "./parts.js";
import type { ConcreteRun, Question } from "./question.js";
import type { Reading } from "./run.js";
import { userState, type Setting } from "./setting.js";
import { changes, changesOutside, unshown, visibleDiffers } from "./visible.js";

/** Found: a guest that runs directly changes what is the monitor's. */
export function overreaches(s: Setting, m: Monitoring): Question {
  const { machine, step } = s;
  const { terms } = machine;
  return askOne(s, `${partName(m, "safety")}/overreaches`, "a user state of the configuration from which the step changes what is the monitor's (or stops the processor)", (run) => {
    const itself = terms.or(terms.and(run.outcome.done, changes(machine, step, run.reading, controlRoles(m.reading))), m.reading === "extended" ? run.outcome.halt : terms.false);
    const facts = unshown(machine, step, run.reading);
    return {
      hypothesis: terms.and(userState(s, run.view), ...facts.map((f) => terms.or(itself, f.first))),
      goal: terms.or(itself, terms.and(run.outcome.done, changesOutside(machine, step, run.reading))),
      beyond: run.outcome.beyond,
      everywhere: facts.map((f) => ({ variables: f.variables, fact: terms.or(itself, f.fact) })),
    };
  }, (r) => didOverreach(r, m.reading, didChangeOutside));
}

export function didOverreach(run: ConcreteRun, reading: ReadingName, didWriteOutside: (run: ConcreteRun) => boolean): boolean {
  if (run.outcome === "halt") return reading === "extended";
  return run.outcome === "done" && (didChange(run, controlRoles(reading)) || didWriteOutside(run));
}

/** Found: a guest that runs directly sees what lies outside its window, or (extended) what state resources are in: `of-guest`: those that f does not set for it. */
export function seesOthers(s: Setting, m: Monitoring, resources: "any" | "of-guest" = "any"): Question {
  const { machine, step } = s;
  const { terms } = machine;
  const extents = componentsOf(machine, ["extent"]).map((c) => c.name);
  return askTwo(s, `${partName(m, "safety")}/sees-others${resources === "any" ? "" : WITH_RESOURCES}`, "two user states of the configuration that differ only outside the window and end differently", {
    // that the amount of storage may differ gives each its own storage; the amount itself is the same
    differing: m.reading === "strict" ? ["extent"] : ["extent", ...RESOURCE_ROLES], window: "equal",
    condition: (one, other) => ({
      hypothesis: terms.and(userState(s, one.view), userState(s, other.view), ...extents.map((q) => terms.eq(one.view.registers.get(q)!, other.view.registers.get(q)!)),
        resources === "any" ? terms.true : terms.and(...componentsOf(machine, RESOURCE_ROLES).filter((c) => machine.monitor?.next.has(c.name) === true).map((c) => terms.eq(one.view.registers.get(c.name)!, other.view.registers.get(c.name)!)))),
      goal: outcomesUnlike(machine, one, other, () => visibleDiffers(machine, step, one.reading, other.reading)),
      beyond: terms.or(one.outcome.beyond, other.outcome.beyond),
    }),
    isWitness: didEndUnlike,
  });
}

/** One is done or halts where the other does not, or both are done and look different. */
export function outcomesUnlike({ terms }: Machine, one: Side, other: Side, differ: () => Term): Term {
  const a = one.outcome, b = other.outcome;
  return terms.or(terms.ne(a.done, b.done), terms.ne(a.halt, b.halt), terms.and(a.done, b.done, differ()));
}

export function didEndUnlike(a: ConcreteRun, b: ConcreteRun): boolean {
  if (a.outcome === "beyond" || b.outcome === "beyond") return false;
  const isEntry = (r: ConcreteRun): boolean => r.outcome === "trap" || r.outcome === "memory-trap";
  if (isEntry(a) || isEntry(b)) return isEntry(a) !== isEntry(b);
  return a.outcome !== b.outcome || (a.outcome === "done" && visiblyDiffer(a, b));
}

/** A cell at or beyond the amount of storage, as `extents` say it, is not what it was; where nothing says one, there is no such cell. */
export function changesBeyond(machine: Machine, next: ReadonlyMap<string, unknown>, reading: Reading, extents: readonly Component[]): Term {
  const { terms } = machine;
  return terms.or(...componentsOf(machine, ["storage"]).flatMap((c) => {
    const after = next.get(c.name) as ArrayTerm | undefined;
    if (after === undefined || c.kind !== "array" || after === c.variable) return [];
    const p = terms.variable("free", `at.${c.name}`, c.indexWidth);
    return extents.filter((q) => q.kind === "register").map((q) => {
      const width = Math.max(q.width, c.indexWidth) + 1;
      const isBeyond = terms.not(terms.apply("ult", [terms.zeroExtend(p, width), terms.zeroExtend(reading.term(q.variable as Term), width)]));
      return terms.and(isBeyond, terms.ne(reading.read(after, p), reading.read(c.variable, p)));
    });
  }));
}
