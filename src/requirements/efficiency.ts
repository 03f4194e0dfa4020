/**
 * Efficiency (model, section 5): no monitor code runs in a step that the real machine completes, which is so by construction;
 * and an innocuous instruction that is neither privileged nor partly trapping enters the monitor only where its bare run traps
 * or memory-traps too.
 *
 * So an instruction either enters the monitor in every user state, and is always interpreted; or it enters it in some in which the bare
 * machine, showing the same, goes on, and has an interpreter routine for those; or it runs directly. The questions below tell which.
 * They leave the map f open, as `partly-trapping.ts` does: that f takes nothing away from the window is a lemma on f
 * (`vm-map.ts`), and where it fails, f itself is asked about (`mapped-fidelity.ts`).
 */
import { askOne, askTwo } from "./ask.js";
import { isSimulated, partName, simulatedRoles, type Monitoring } from "./fidelity.js";
import { mapDependsOnMode } from "./parts.js";
import type { Question } from "./question.js";
import { userState, type Setting } from "./setting.js";

/** Found: it does not enter the monitor in every user state. */
export function runsDirectly(s: Setting, m: Monitoring): Question {
  const { terms } = s.machine;
  return askOne(s, `${partName(m, "efficiency")}/runs-directly`, "a user state of the configuration from which the step is done or halts", (run) => ({
    hypothesis: userState(s, run.view), goal: terms.or(run.outcome.done, run.outcome.halt), beyond: run.outcome.beyond,
  }), (r) => r.outcome === "done" || r.outcome === "halt");
}

/** Found: it enters the monitor where the bare machine would have gone on. */
export function entersNeedlessly(s: Setting, m: Monitoring): Question {
  const { terms } = s.machine;
  // under a hybrid monitor both are user states, and the map sees no difference
  const byMode = m.direct === "any" && mapDependsOnMode(s.machine);
  const roles = simulatedRoles(m.reading).filter((role) => role !== "map" && role !== "extent");
  return askTwo(s, `${partName(m, "efficiency")}/enters-needlessly`, "a user state that traps where a bare run with the same visible contents is done or halts", {
    differing: byMode ? [...roles, "map"] : roles, window: byMode ? "subset" : "equal", isVirtualTrapping: true,
    condition: (reference, virtual) => ({
      hypothesis: terms.and(userState(s, virtual.view), isSimulated(s, m, reference.view)),
      goal: terms.and(virtual.outcome.traps, terms.or(reference.outcome.done, reference.outcome.halt)),
    }),
    isWitness: (r, v) => (v.outcome === "trap" || v.outcome === "memory-trap") && (r.outcome === "done" || r.outcome === "halt"),
  });
}
