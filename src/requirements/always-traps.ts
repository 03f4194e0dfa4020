/**
 * Always traps: no state at all, of any mode and configuration, from which the step is done or halts (a supervisor call).
 * Such an instruction is neither privileged (the supervisor half is vacuous) nor sensitive: the monitor always has control.
 */
import { askOne } from "./ask.js";
import type { Question } from "./question.js";
import type { Setting } from "./setting.js";

/** Found: it does not always trap. */
export function completesAnywhere(s: Setting): Question {
  const { terms } = s.machine;
  return askOne(s, "always-traps/completes", "a state from which the step is done or halts", (run) => ({
    hypothesis: terms.true, goal: terms.or(run.outcome.done, run.outcome.halt), beyond: run.outcome.beyond,
  }), (r) => r.outcome === "done" || r.outcome === "halt");
}
