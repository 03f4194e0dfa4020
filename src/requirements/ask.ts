/** Makes questions: of one state, or of a pair, each spelt out exactly and (for pairs) with the map left opaque. */
import type { Machine, Role } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { outcomeOf, type OutcomeTerms } from "./outcome.js";
import type { ConcreteRun, Question } from "./question.js";
import { Reading, type View } from "./run.js";
import { anyState, type Setting } from "./setting.js";
import { windowOver } from "./parts.js";
import { pairViews, singleView } from "./views.js";
import { cellsRead } from "./addresses.js";

export interface Side {
  readonly view: View;
  readonly reading: Reading;
  readonly outcome: OutcomeTerms;
}

function side(s: Setting, view: View): Side {
  const reading = new Reading(s.machine, view);
  return { view, reading, outcome: outcomeOf(s.machine, s.step, reading) };
}

export interface Condition {
  readonly hypothesis: Term;
  readonly goal: Term;
  /** where going beyond the specification may hide the goal */
  readonly beyond?: Term;
}

export function askOne(s: Setting, part: string, asks: string, condition: (run: Side) => Condition, isWitness: (run: ConcreteRun) => boolean): Question {
  const { terms } = s.machine;
  const view = singleView(s.machine);
  const run = side(s, view);
  const { hypothesis, goal, beyond } = condition(run);
  return { id: `${s.instruction.id}/${part}`, asks, runs: [view], hypothesis: terms.and(anyState(s, run.reading), hypothesis), goal, beyond: orAbsent(s.machine, beyond, goal), isWitness: ([r]) => isWitness(r!) };
}

export interface PairDescription {
  readonly differing: readonly Role[];
  /** whether the virtual window may show less (clipping, or a map that the monitor chooses), or must fault exactly alike */
  readonly window: "subset" | "equal";
  /**
   * The goal is about a virtual run that traps. Where its window may show less, it faults where the reference does not, so there is no one
   * opaque map that covers both. A goal in which the virtual run does not trap is covered by the reference's.
   */
  readonly isVirtualTrapping?: boolean;
  readonly condition: (reference: Side, virtual: Side) => Condition;
  readonly isWitness: (reference: ConcreteRun, virtual: ConcreteRun) => boolean;
}

export function askTwo(s: Setting, part: string, asks: string, pair: PairDescription): Question {
  const { machine } = s;
  const { terms } = machine;
  const build = (isExact: boolean): { views: readonly [View, View]; hypothesis: Term; goal: Term; beyond?: Term } => {
    const views = pairViews(machine, pair.differing, isExact);
    const first = side(s, views[0]), second = side(s, views[1]);
    const { hypothesis, goal, beyond } = pair.condition(first, second);
    const windows = isExact ? sameWindow(s, first, second, pair.window) : terms.true;
    return { views, hypothesis: terms.and(anyState(s, first.reading), anyState(s, second.reading), hypothesis, windows), goal, beyond };
  };
  const hasOneMap = pair.window === "equal" || pair.isVirtualTrapping !== true;
  const abstract = hasOneMap ? build(false) : undefined;
  const abstraction = abstract && terms.and(abstract.hypothesis, terms.or(abstract.goal, abstract.beyond ?? terms.false));
  const exact = abstract !== undefined && abstraction === terms.false ? { ...abstract, goal: terms.false, beyond: undefined } : build(true);
  return {
    id: `${s.instruction.id}/${part}`, asks, runs: exact.views, window: pair.window, hypothesis: exact.hypothesis, goal: exact.goal, beyond: orAbsent(machine, exact.beyond, exact.goal), abstraction, exact: () => build(true),
    isWitness: ([r1, r2]) => pair.isWitness(r1!, r2!),
  };
}

function orAbsent(machine: Machine, beyond: Term | undefined, goal: Term): Term | undefined {
  return beyond === undefined || beyond === machine.terms.false || beyond === goal ? undefined : machine.terms.or(goal, beyond);
}

/**
 * The windows agree: where the virtual run does not fault the reference does not (and, for "equal", the other way round).
 * Contents agree by construction. Said at every address that either run translates; a witness is checked at all addresses.
 */
function sameWindow(s: Setting, reference: Side, virtual: Side, kind: "subset" | "equal"): Term {
  const { machine } = s;
  const { terms } = machine;
  const facts: Term[] = [];
  for (const window of machine.windows) {
    const component = machine.components.find((c) => c.name === window.over)!;
    if (reference.view.arrays.get(component.name)!.kind !== "placed" || windowOver(machine, component) !== window) continue;
    for (const [access, address] of cellsRead(s.step, window, terms)) {
      for (const run of [reference, virtual]) {
        const at = run.reading.term(address);
        const f1 = reference.reading.faults(window, access, at), f2 = virtual.reading.faults(window, access, at);
        facts.push(kind === "subset" ? terms.implies(f1, f2) : terms.eq(f1, f2));
      }
    }
  }
  return terms.and(...facts);
}

