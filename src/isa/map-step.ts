/** A step with all its terms rewritten; exits that can no longer be taken are dropped. */
import type { Exit, Step } from "./machine.js";
import type { Rewriter } from "./substitute.js";

export function mapStep(step: Step, by: Rewriter): Step {
  const exits = step.exits.map((e): Exit => ({
    ...e, guard: by.term(e.guard), args: e.args.map((a) => by.term(a)), leaving: e.leaving && new Map([...e.leaving].map(([name, value]) => [name, by.any(value)])),
  }));
  return {
    exits: exits.filter((e) => !(e.guard.op === "constant" && e.guard.value === 0n)),
    next: new Map([...step.next].map(([name, value]) => [name, by.any(value)])),
    execute: step.execute && { guard: by.term(step.execute.guard), word: by.term(step.execute.word) },
    assignedAt: step.assignedAt,
  };
}
