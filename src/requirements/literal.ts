/**
 * The literal reading of 1974, for teaching.
 *
 * Privileged: for all pairs of states that differ only in mode and in which neither memory-traps, the user state traps and the
 * supervisor state does not. Traps other than memory traps are state changes made by the instruction itself, so a supervisor call changes
 * the mode: it comes out control-sensitive and unprivileged, and even the machines that the paper calls virtualizable fail.
 * Behaviour is compared only between pairs in which neither memory-traps. K is true: there are no configurations.
 */
import { componentNamed, type Role } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, Term } from "../isa/term.js";
import { askOne, askTwo, type Side } from "./ask.js";
import { didChange, didChangeOutside, didDeliveryChange, visiblyDiffer } from "./concrete.js";
import { controlRoles, isTransient, mapDependsOnMode } from "./parts.js";
import type { ConcreteRun, Question } from "./question.js";
import { supervisor, user, type Setting } from "./setting.js";
import { changes, changesOutside, unchanged, visibleDiffers } from "./visible.js";

const neitherMemoryTraps = (s: Setting, a: Side, b: Side): Term => s.machine.terms.not(s.machine.terms.or(a.outcome.memoryTrap, b.outcome.memoryTrap));

/** Found: not privileged, read literally. */
export function literallyUnprivileged(s: Setting): Question {
  const { terms } = s.machine;
  return askTwo(s, "privileged-literal/pair", "two states that differ only in mode, neither memory-trapping, of which not exactly the user state traps", {
    differing: ["mode"], window: "equal",
    condition: (s1, s2) => ({
      hypothesis: terms.and(supervisor(s, s1.view), user(s, s2.view), neitherMemoryTraps(s, s1, s2)),
      goal: terms.or(terms.not(s2.outcome.traps), s1.outcome.traps),
      beyond: terms.or(s1.outcome.beyond, s2.outcome.beyond),
    }),
    isWitness: (r, v) => r.outcome !== "memory-trap" && v.outcome !== "memory-trap" && (v.outcome !== "trap" || r.outcome === "trap"),
  });
}

/** Found: control-sensitive, read literally. */
export function literallyChangesControl(s: Setting): Question {
  const { machine, step } = s;
  const { terms } = machine;
  return askOne(s, "control-literal/changes", "a state from which the step, or the trap it takes, changes mode, map or storage outside the window", (run) => {
    let reached: Term = terms.true;
    let changed: Term = terms.false;
    for (const exit of step.exits) {
      const taken = terms.and(reached, run.reading.term(exit.guard));
      if (exit.kind === "trap") changed = terms.or(changed, terms.and(taken, deliveryChanges(s, run, exit.cause, exit.args.map((a) => run.reading.term(a)))));
      reached = terms.and(reached, terms.not(run.reading.term(exit.guard)));
    }
    const byStep = terms.or(changes(machine, step, run.reading, controlRoles("strict")), changesOutside(machine, step, run.reading));
    return { hypothesis: terms.true, goal: terms.or(changed, terms.and(run.outcome.done, byStep)), beyond: run.outcome.beyond };
  }, (r) => (r.outcome === "trap" && didDeliveryChange(r, controlRoles("strict"))) || (r.outcome === "done" && (didChange(r, controlRoles("strict")) || didChangeOutside(r))));
}

/** Whether delivering this trap changes the mode or the map (as far as the delivery itself goes, before any instruction it executes). */
function deliveryChanges(s: Setting, run: Side, cause: string, args: readonly Term[]): Term {
  const { machine } = s;
  const { terms } = machine;
  const trap = machine.traps.find((t) => t.name === cause);
  if (trap === undefined) throw new Error(`bug: no trap ${cause}`);
  const by = substitution(terms, new Map<number, AnyTerm>(trap.parameters.map((p, i) => [p.id, args[i]!])));
  const roles: readonly Role[] = controlRoles("strict");
  return terms.or(...[...trap.delivery.next].map(([name, next]) => {
    const c = componentNamed(machine, name);
    if (!roles.includes(c.role) || c.kind !== "register") return terms.false;
    if (isTransient(c)) return terms.true; // the trap goes on in another mode
    return terms.ne(by.term(run.reading.term(next as Term)), run.reading.term(c.variable));
  }));
}

function behaviour(s: Setting, part: string, asks: string, differing: readonly Role[], hypothesis: (a: Side, b: Side) => Term): Question {
  const { machine, step } = s;
  const { terms } = machine;
  return askTwo(s, part, asks, {
    differing, window: "equal",
    condition: (s1, s2) => {
      const kept = terms.and(unchanged(machine, step, s1.reading, controlRoles("strict")), unchanged(machine, step, s2.reading, controlRoles("strict")));
      return { hypothesis: terms.and(hypothesis(s1, s2), neitherMemoryTraps(s, s1, s2)), goal: terms.and(s1.outcome.done, s2.outcome.done, kept, visibleDiffers(machine, step, s1.reading, s2.reading)), beyond: terms.or(s1.outcome.beyond, s2.outcome.beyond) };
    },
    isWitness: (r, v) => r.outcome === "done" && v.outcome === "done" && !didChange(r, controlRoles("strict")) && !didChange(v, controlRoles("strict")) && visiblyDiffer(r, v),
  });
}

export function literallyDependsOnLocation(s: Setting): Question {
  return behaviour(s, "location-literal/differs", "two states with the same window, placed differently, both done, that end differently", ["map"], () => s.machine.terms.true);
}

export function literallyDependsOnMode(s: Setting): Question {
  return behaviour(s, "mode-literal/differs", "two states that differ only in mode, both done, that end differently", mapDependsOnMode(s.machine) ? ["mode", "map"] : ["mode"], (a, b) => s.machine.terms.and(supervisor(s, a.view), user(s, b.view)));
}
