/**
 * Why a claim is so: the question behind it, taken apart.
 *
 * A definition says that *something* controlled changes, or that *something* visible differs. Each of these things is a cause of its
 * own, and each may be there or not: so the question is asked again for every one of them. JSP of the PDP-10 is mode-sensitive because
 * it stores the User flag, and for no other reason; a load PSW has as many causes as the word has parts.
 */
import type { Component, Origin } from "../isa/machine.js";
import { componentsOf, controlRoles, isTransient, type ReadingName } from "./parts.js";
import { exitTaken, outcomeOf } from "./outcome.js";
import type { ConcreteRun, Question } from "./question.js";
import { Reading } from "./run.js";
import type { Setting } from "./setting.js";
import type { Term } from "../isa/term.js";
import { changed, changesOutside, componentDiffers, visibleComponents } from "./visible.js";

/** What makes the claim so, where it does. */
export type CauseKind =
  /** one run: a component that only the control program may change is changed */
  | "changes"
  /** one run: storage outside the window is changed */
  | "outside"
  /** one run, or the virtual one: the processor stops */
  | "halts"
  /** two runs: a component that the program sees comes out differently */
  | "shows"
  /** a run leaves by an exit (of two: where the other one does not) */
  | "leaves"
  /** a user state from which the step is done, or halts */
  | "completes";

export interface CauseQuestion {
  readonly kind: CauseKind;
  readonly component?: Component;
  /** by its number among the step's exits */
  readonly exit?: number;
  readonly at: Origin;
  readonly question: Question;
}

/** What a question may come down to; all of it together is the question. */
export type Behind = { readonly of: "control"; readonly reading: ReadingName } | { readonly of: "behavior" } | { readonly of: "partly-trapping" } | { readonly of: "completes" } | { readonly of: "trapping" };

export function causesBehind(s: Setting, question: Question, behind: Behind): readonly CauseQuestion[] {
  const { machine, step, instruction } = s;
  const { terms } = machine;
  const readings = question.runs.map((run) => new Reading(machine, { ...run, isExact: true }));
  const last = readings.at(-1)!, first = readings[0]!;
  const lineOf = (c: Component): Origin => step.assignedAt.get(c.name) ?? instruction.origin;
  const narrowed = (name: string, goal: Term, isWitness?: Question["isWitness"]): Question => ({
    id: `${question.id}/${name}`, asks: question.asks, runs: question.runs, everywhere: question.everywhere, hypothesis: question.hypothesis, goal: terms.and(question.goal, goal),
    approximation: question.approximation, isWitness: isWitness ?? question.isWitness,
  });
  const exits = (reading: Reading, kinds: readonly string[], goal: (taken: Term) => Term): CauseQuestion[] =>
    step.exits.flatMap((e, exit) => (kinds.includes(e.kind) ? [{ kind: e.kind === "halt" ? "halts" as const : "leaves" as const, exit, at: e.origin, question: narrowed(`exit-${exit}`, goal(exitTaken(machine, step, reading, exit))) }] : []));
  switch (behind.of) {
    case "control": {
      const roles = controlRoles(behind.reading);
      const { done } = outcomeOf(machine, step, first);
      return [
        ...componentsOf(machine, roles).filter((c) => !isTransient(c) && step.next.has(c.name)).map((c): CauseQuestion => ({ kind: "changes", component: c, at: lineOf(c), question: narrowed(c.name, terms.and(done, changed(machine, step, first, c))) })),
        ...componentsOf(machine, ["storage"]).filter((c) => step.next.has(c.name)).map((c): CauseQuestion => ({ kind: "outside", component: c, at: lineOf(c), question: narrowed("outside", terms.and(done, changesOutside(machine, step, first))) })),
        ...(behind.reading === "extended" ? exits(first, ["halt"], (t) => t) : []),
      ];
    }
    case "behavior": {
      const done = terms.and(outcomeOf(machine, step, first).done, outcomeOf(machine, step, last).done);
      return [
        ...visibleComponents(machine).map((c): CauseQuestion => ({ kind: "shows", component: c, at: lineOf(c), question: narrowed(c.name, terms.and(done, componentDiffers(machine, step, c, first, last))) })),
        ...exits(first, ["trap", "memory-trap"], (t) => t),
        ...exits(last, ["halt"], (t) => t),
        ...exits(first, ["halt"], (t) => terms.and(t, outcomeOf(machine, step, last).done)),
      ];
    }
    case "partly-trapping": return exits(last, ["trap", "memory-trap"], (t) => t);
    case "completes": return [{ kind: "completes", at: instruction.origin, question: narrowed("done", terms.true) }];
    case "trapping": return trapping(s, question, first);
  }
}

/** How the states that the question is about leave, where none of them completes: not the question, but what stands in its way. */
function trapping(s: Setting, question: Question, reading: Reading): readonly CauseQuestion[] {
  const { machine, step } = s;
  return step.exits.flatMap((e, exit): CauseQuestion[] => (e.kind !== "trap" && e.kind !== "memory-trap" ? [] : [{
    kind: "leaves", exit, at: e.origin,
    question: { id: `${question.id}/exit-${exit}`, asks: question.asks, runs: question.runs, hypothesis: question.hypothesis, goal: exitTaken(machine, step, reading, exit), isWitness: ([r]) => hasTrapped(r!) },
  }]));
}

const hasTrapped = (run: ConcreteRun): boolean => run.outcome === "trap" || run.outcome === "memory-trap";

