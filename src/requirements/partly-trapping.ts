/**
 * Partly trapping: not privileged, but from some user state it traps where the bare machine, showing the same visible
 * contents, is done or halts. No sensitivity: the monitor has control. But it needs an interpreter routine for it, and
 * efficiency falls short there.
 *
 * The reference is of any mode, configuration and map. Equal windows; where the map looks at the mode, the user
 * state's map may show less, as a monitor's must (mode-sensitive.ts).
 */
import { RESOURCE_ROLES } from "../isa/machine.js";
import { askTwo } from "./ask.js";
import { mapDependsOnMode } from "./parts.js";
import type { Question } from "./question.js";
import { userState, type Setting } from "./setting.js";

/** Found, and not privileged: partly trapping. */
export function trapsWhereBareCompletes(s: Setting): Question {
  const { terms } = s.machine;
  const byMode = mapDependsOnMode(s.machine);
  return askTwo(s, "partly-trapping/traps", "a user state that traps where a bare run with the same visible contents is done or halts", {
    differing: byMode ? ["mode", "map", ...RESOURCE_ROLES] : ["mode", ...RESOURCE_ROLES], window: byMode ? "subset" : "equal", isVirtualTrapping: true,
    condition: (reference, virtual) => ({
      hypothesis: userState(s, virtual.view),
      goal: terms.and(virtual.outcome.traps, terms.or(reference.outcome.done, reference.outcome.halt)),
    }),
    isWitness: (r, v) => (v.outcome === "trap" || v.outcome === "memory-trap") && (r.outcome === "done" || r.outcome === "halt"),
  });
}
