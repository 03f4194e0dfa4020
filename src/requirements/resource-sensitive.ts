/**
 * Resource-sensitive (extended reading only): the outcome depends on masks, vectors, identity, clocks or devices.
 *
 * Two states of one mode that differ in non-map components of R, one or several at once: an instruction that
 * flips something when two of them are both 0 is found by no pair that differs in one. The virtual run, where it is a user
 * state, satisfies K. The paper has no such components; its theorem for real machines needs them.
 */
import { RESOURCE_ROLES } from "../isa/machine.js";
import { askTwo } from "./ask.js";
import { didDiffer, outcomesDiffer } from "./pair-outcomes.js";
import type { Question } from "./question.js";
import { user, userState, type Setting } from "./setting.js";

function ask(s: Setting, part: string, asks: string, onlyUser: boolean, within: boolean): Question {
  const { terms } = s.machine;
  return askTwo(s, part, asks, {
    differing: RESOURCE_ROLES, window: "equal",
    condition: (reference, virtual) => ({
      hypothesis: terms.and(
        onlyUser ? userState(s, virtual.view) : terms.implies(user(s, virtual.view), userState(s, virtual.view)),
        within ? terms.implies(user(s, reference.view), userState(s, reference.view)) : terms.true,
      ),
      ...outcomesDiffer(s, reference, virtual, false),
    }),
    isWitness: (r, v) => didDiffer(r, v, false),
  });
}

export function dependsOnResources(s: Setting, within: boolean): Question {
  return ask(s, `resource${within ? "-within-k" : ""}/differs`, "two states that differ only in other resources, with different outcomes", false, within);
}

export function dependsOnResourcesInUser(s: Setting, within: boolean): Question {
  return ask(s, `user-resource${within ? "-within-k" : ""}/differs`, "two user states that differ only in other resources, with different outcomes", true, within);
}
