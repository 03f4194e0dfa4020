/**
 * Control-sensitive: some state from which the step is done and has changed the mode, the map, or a cell outside the window.
 *
 * The paper asks that the step changes the amount of resources or the mode without a memory trap. Storage outside e|r is a
 * resource, so writing cell l + b counts even where the paper's sentence only lists M and R. The state may be of any mode,
 * configuration and storage size: with a fixed configuration `u: mode := IF` under K: IF = 1 would not count, and the
 * monitor's guest would find itself in another mode than it ought to be. Extended: R includes masks, vectors, identity,
 * clocks and devices, and stopping the processor counts (`s: halt, u: nothing`).
 */
import type { ConcreteRun } from "./question.js";
import { askOne, type Condition, type Side } from "./ask.js";
import { didChange, didChangeOutside } from "./concrete.js";
import { controlRoles, type ReadingName } from "./parts.js";
import type { Question } from "./question.js";
import { user, userState, type Setting } from "./setting.js";
import { changes, changesOutside, unshown } from "./visible.js";

function controls(s: Setting, run: Side, reading: ReadingName): Condition {
  const { terms } = s.machine;
  const itself = terms.or(terms.and(run.outcome.done, changes(s.machine, s.step, run.reading, controlRoles(reading))), reading === "extended" ? run.outcome.halt : terms.false);
  const facts = unshown(s.machine, s.step, run.reading);
  return {
    hypothesis: terms.and(...facts.map((f) => terms.or(itself, f.first))),
    goal: terms.or(itself, terms.and(run.outcome.done, changesOutside(s.machine, s.step, run.reading))), beyond: run.outcome.beyond,
    everywhere: facts.map((f) => ({ variables: f.variables, fact: terms.or(itself, f.fact) })),
  };
}

function didControl(run: ConcreteRun, reading: ReadingName): boolean {
  if (run.outcome === "halt") return reading === "extended";
  return run.outcome === "done" && (didChange(run, controlRoles(reading)) || didChangeOutside(run));
}

const WHAT: Record<ReadingName, string> = {
  strict: "mode, the map or storage outside the window",
  extended: "mode, the map, another resource or storage outside the window (or stopped the processor)",
};

export function changesControl(s: Setting, reading: ReadingName): Question {
  const part = reading === "strict" ? "control" : "control-extended";
  return askOne(s, `${part}/changes`, `a state from which the step is done and has changed ${WHAT[reading]}`, (run) => controls(s, run, reading), (r) => didControl(r, reading));
}

/** From a user state; `within`: of the guests' own users, who have no more than K. */
export function changesControlFromUser(s: Setting, reading: ReadingName, within: boolean): Question {
  const part = `user-control${reading === "extended" ? "-extended" : ""}${within ? "-within-k" : ""}/changes`;
  return askOne(s, part, `a user state${within ? " of the configuration" : ""} from which the step is done and has changed ${WHAT[reading]}`, (run) => {
    const control = controls(s, run, reading);
    return { ...control, hypothesis: s.machine.terms.and(within ? userState(s, run.view) : user(s, run.view), control.hypothesis) };
  }, (r) => didControl(r, reading));
}
