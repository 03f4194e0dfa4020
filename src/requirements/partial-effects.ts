/**
 * Traps that leave part of an instruction's work done: a premise of every monitor that tries the instruction again.
 *
 * When a guest that runs directly traps, the monitor takes the bare machine's step from the simulated state. But the real machine
 * may have changed the guest's registers or storage before it trapped (a block transfer that met a page that is not there, an addition that
 * stored its sum and then found the overflow). The state before is then lost, and the step is taken from what is left. Where
 * instructions can be tried again that comes to the same; where they can't, it does not. Here it is only asked whether
 * a trap may leave anything at all.
 */
import type { ArrayTerm, Term } from "../isa/term.js";
import { partName, type Monitoring } from "./fidelity.js";
import { isTransient } from "./parts.js";
import type { ConcreteRun, Question } from "./question.js";
import { Reading } from "./run.js";
import { anyState, userState, type Setting } from "./setting.js";
import { singleView } from "./views.js";

/** Found: run directly, it may trap with part of its work done. Undefined: none of its traps leaves anything. */
export function leavesPart(s: Setting, m: Monitoring): Question | undefined {
  const { machine, step } = s;
  const { terms } = machine;
  if (step.exits.every((e) => (e.leaving?.size ?? 0) === 0)) return undefined;
  const view = singleView(machine);
  const reading = new Reading(machine, view);
  let reached: Term = terms.true;
  const parts: Term[] = [];
  for (const exit of step.exits) {
    const guard = reading.term(exit.guard);
    const left = [...(exit.leaving ?? [])].map(([name, value]): Term => {
      const c = machine.components.find((x) => x.name === name);
      if (c === undefined) throw new Error(`bug: a trap of ${s.instruction.id} leaves ${name}, which is no component`);
      if (isTransient(c)) return terms.false;
      if (c.kind === "register") return terms.ne(reading.term(value as Term), reading.term(c.variable));
      const index = terms.variable("free", `at.${c.name}`, c.indexWidth);
      return terms.ne(reading.read(value as ArrayTerm, index), reading.read(c.variable, index));
    });
    if (exit.kind === "trap" || exit.kind === "memory-trap") parts.push(terms.and(reached, guard, terms.or(...left)));
    reached = terms.and(reached, terms.not(guard));
  }
  return {
    id: `${s.instruction.id}/${partName(m, "fidelity")}/leaves-part`, asks: "a user state of the configuration from which it traps, having changed something",
    runs: [view], hypothesis: terms.and(anyState(s, reading), userState(s, view)), goal: terms.or(...parts),
    approximation: "what a trap leaves in storage is not looked at cell by cell", isWitness: ([r]) => didLeavePart(r!),
  };
}

function didLeavePart(run: ConcreteRun): boolean {
  return (run.outcome === "trap" || run.outcome === "memory-trap") && run.machine.components.some((c) => c.kind === "register" && run.before.register(c.name) !== run.after.register(c.name));
}
