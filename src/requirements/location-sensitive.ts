/**
 * Location-sensitive: the outcome depends on where in storage the program lies (or, through the window's end, on how much of
 * it there is).
 *
 * Two states of one mode and configuration with the same visible contents, placed differently; cells outside
 * the windows are free, the storage size may differ. The paper lets only l differ. But the monitor's clipping and the
 * end of storage also cut the window, so `store the bound` and `store the storage size` must count. Either run may be the virtual
 * one, and nothing else tells them apart, so taking S2 for it is no loss.
 */
import { askTwo } from "./ask.js";
import { didDiffer, outcomesDiffer } from "./pair-outcomes.js";
import type { Question } from "./question.js";
import { user, userState, type Setting } from "./setting.js";

function ask(s: Setting, part: string, asks: string, onlyUser: boolean): Question {
  const { terms } = s.machine;
  return askTwo(s, part, asks, {
    differing: ["map", "extent"], window: "subset",
    condition: (reference, virtual) => ({
      // modes and configuration are shared, so what K asks of the one it asks of the other
      hypothesis: onlyUser ? terms.and(userState(s, virtual.view)) : terms.implies(user(s, virtual.view), userState(s, virtual.view)),
      ...outcomesDiffer(s, reference, virtual, true),
    }),
    isWitness: (r, v) => didDiffer(r, v, true),
  });
}

export function dependsOnLocation(s: Setting): Question {
  return ask(s, "location/differs", "two states with the same window, placed differently, whose outcomes differ", false);
}

export function dependsOnLocationInUser(s: Setting): Question {
  return ask(s, "user-location/differs", "two user states with the same window, placed differently, whose outcomes differ", true);
}
