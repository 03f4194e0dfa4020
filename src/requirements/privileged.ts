/**
 * Privileged: in no user state does the instruction complete; it always traps there. And it is not just dead: in some
 * supervisor state it completes.
 *
 * The paper says that the instruction traps in user mode and does not trap in supervisor mode, for all pairs of states that
 * differ only in mode. That makes `c0 ? (s done, u trap) : (s trap, u done)` unprivileged for the wrong reason and an
 * instruction with a supervisor trap of its own unprivileged for none. What the theorem needs is that user mode never gets
 * through; so the two halves are separate, each a question about one state, and a memory trap counts as a trap. "User state"
 * means M = u and K; the supervisor state may be of any configuration.
 */
import { askOne } from "./ask.js";
import type { Question } from "./question.js";
import { supervisor, userState, type Setting } from "./setting.js";

/** Found: not privileged. */
export function completesInUserState(s: Setting): Question {
  const { terms } = s.machine;
  return askOne(s, "privileged/user-completes", "a user state from which the step is done or halts", (run) => ({
    hypothesis: userState(s, run.view), goal: terms.or(run.outcome.done, run.outcome.halt), beyond: run.outcome.beyond,
  }), (r) => r.outcome === "done" || r.outcome === "halt");
}

/** Found: not vacuous. */
export function completesInSupervisorState(s: Setting): Question {
  const { terms } = s.machine;
  return askOne(s, "privileged/supervisor-completes", "a supervisor state from which the step is done or halts", (run) => ({
    hypothesis: supervisor(s, run.view), goal: terms.or(run.outcome.done, run.outcome.halt), beyond: run.outcome.beyond,
  }), (r) => r.outcome === "done" || r.outcome === "halt");
}
