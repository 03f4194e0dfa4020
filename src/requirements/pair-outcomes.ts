/**
 * Outcomes compared by direction. If the virtual run traps there is no difference: the monitor has control. Otherwise
 * the outcomes differ unless both are done with the same visible contents, or both halt. A reference run that traps or
 * halts against a virtual run that is done is the dangerous kind of difference.
 *
 * The paper compares only pairs in which neither memory-traps; `s: touch c0, u: nothing` shows why that is not enough.
 */
import type { Term } from "../isa/term.js";
import type { Condition, Side } from "./ask.js";
import { didChange, visiblyDiffer } from "./concrete.js";
import { controlRoles } from "./parts.js";
import type { ConcreteRun } from "./question.js";
import type { Setting } from "./setting.js";
import { unchanged, visibleDiffers } from "./visible.js";

/** `mapUnchanged`: completed runs count only if they left mode and map as they were. */
export function outcomesDiffer(s: Setting, reference: Side, virtual: Side, mapUnchanged: boolean): Pick<Condition, "goal" | "beyond"> {
  const { machine, step } = s;
  const { terms } = machine;
  const r = reference.outcome, v = virtual.outcome;
  const kept = (side: Side): Term => (mapUnchanged ? terms.or(terms.not(side.outcome.done), unchanged(machine, step, side.reading, controlRoles("strict"))) : terms.true);
  // outcomes exclude each other: where both runs leave in the same cases, only what they see can differ
  const isSameKind = r.done === v.done && r.traps === v.traps && r.halt === v.halt;
  const differ = terms.or(
    isSameKind ? terms.false : terms.and(v.done, terms.or(r.traps, r.halt)),
    isSameKind ? terms.false : terms.and(v.halt, terms.or(r.traps, r.done)),
    terms.and(v.done, r.done, visibleDiffers(machine, step, reference.reading, virtual.reading)),
  );
  const goal = terms.and(differ, kept(reference), kept(virtual));
  return { goal, beyond: terms.and(terms.or(r.beyond, v.beyond), terms.not(v.traps)) };
}

export function didDiffer(reference: ConcreteRun, virtual: ConcreteRun, mapUnchanged: boolean): boolean {
  if (mapUnchanged && [reference, virtual].some((run) => run.outcome === "done" && didChange(run, controlRoles("strict")))) return false;
  if (reference.outcome === "beyond" || (virtual.outcome !== "done" && virtual.outcome !== "halt")) return false;
  if (virtual.outcome !== reference.outcome) return true;
  return virtual.outcome === "done" && visiblyDiffer(reference, virtual);
}
