/**
 * Outcomes as terms: when a step completes, traps, halts or leaves what the specification describes, in one run.
 *
 * Exits stand in order of precedence, so an exit is taken if its guard holds and no earlier one's does.
 */
import type { Machine, Step } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import type { Reading } from "./run.js";

export interface OutcomeTerms {
  /** the step is done: no exit is taken */
  readonly done: Term;
  readonly halt: Term;
  /** a trap or a memory trap */
  readonly traps: Term;
  readonly memoryTrap: Term;
  readonly beyond: Term;
}

export function outcomeOf(machine: Machine, step: Step, reading: Reading): OutcomeTerms {
  const { terms } = machine;
  let reached: Term = terms.true;
  const taken = { halt: terms.false as Term, trap: terms.false as Term, "memory-trap": terms.false as Term, beyond: terms.false as Term };
  for (const exit of step.exits) {
    const guard = reading.term(exit.guard);
    taken[exit.kind] = terms.or(taken[exit.kind], terms.and(reached, guard));
    reached = terms.and(reached, terms.not(guard));
  }
  return { done: reached, halt: taken.halt, traps: terms.or(taken.trap, taken["memory-trap"]), memoryTrap: taken["memory-trap"], beyond: taken.beyond };
}

/** An exit is taken: its guard holds, and none of those before it. */
export function exitTaken(machine: Machine, step: Step, reading: Reading, exit: number): Term {
  const { terms } = machine;
  return terms.and(...step.exits.slice(0, exit).map((e) => terms.not(reading.term(e.guard))), reading.term(step.exits[exit]!.guard));
}
