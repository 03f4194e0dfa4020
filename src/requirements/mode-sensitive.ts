/**
 * Mode-sensitive: the outcome depends on the mode.
 *
 * A supervisor state (the reference) and a user state (the virtual run) that show the same window and differ only in mode.
 * Where the machine's map looks at the mode, the user state's map is any whose window agrees with the supervisor's wherever the
 * virtual run does not fault, for that is what a monitor installs; otherwise the maps are equal. The paper compares only pairs
 * in which neither memory-traps and has no halts; we compare by direction (`pair-outcomes.ts`): `s: halt, u: nothing`.
 */
import { askTwo } from "./ask.js";
import { didDiffer, outcomesDiffer } from "./pair-outcomes.js";
import { mapDependsOnMode } from "./parts.js";
import type { Question } from "./question.js";
import { supervisor, userState, type Setting } from "./setting.js";

export function dependsOnMode(s: Setting): Question {
  const { terms } = s.machine;
  return askTwo(s, "mode/differs", "a supervisor and a user state with the same window and different outcomes", {
    differing: mapDependsOnMode(s.machine) ? ["mode", "map"] : ["mode"], window: "subset",
    condition: (reference, virtual) => ({
      hypothesis: terms.and(supervisor(s, reference.view), userState(s, virtual.view)),
      ...outcomesDiffer(s, reference, virtual, true),
    }),
    isWitness: (r, v) => didDiffer(r, v, true),
  });
}
