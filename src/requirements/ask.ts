/** Makes questions: of one state, or of a pair, each spelt out exactly and (for pairs) with the map left opaque. */
import { componentNamed, type ComponentArray, type Machine, type Role, type Window } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { outcomeOf, type OutcomeTerms } from "./outcome.js";
import type { ConcreteRun, Everywhere, Question } from "./question.js";
import { Reading, type View } from "./run.js";
import { anyState, type Setting } from "./setting.js";
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
  readonly everywhere?: readonly Everywhere[];
}

export function askOne(s: Setting, part: string, asks: string, condition: (run: Side) => Condition, isWitness: (run: ConcreteRun) => boolean): Question {
  const { terms } = s.machine;
  const view = singleView(s.machine);
  const run = side(s, view);
  const { hypothesis, goal, beyond, everywhere } = condition(run);
  return { id: `${s.instruction.id}/${part}`, asks, runs: [view], hypothesis: terms.and(anyState(s, run.reading), hypothesis), goal, beyond: orAbsent(s.machine, beyond, goal), everywhere, approximation: run.reading.approximation, isWitness: ([r]) => isWitness(r!) };
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
  const build = (isExact: boolean): { views: readonly [View, View]; hypothesis: Term; goal: Term; beyond?: Term; everywhere: readonly Everywhere[]; approximation: () => string | undefined } => {
    const views = pairViews(machine, pair.differing, isExact);
    const first = side(s, views[0]), second = side(s, views[1]);
    const { hypothesis, goal, beyond, everywhere = [] } = pair.condition(first, second);
    const windows = isExact ? sameWindow(s, first, second, pair.window) : terms.true;
    return { views, hypothesis: terms.and(anyState(s, first.reading), anyState(s, second.reading), hypothesis, windows), goal, beyond, everywhere, approximation: () => first.reading.approximation ?? second.reading.approximation };
  };
  const hasOneMap = pair.window === "equal" || pair.isVirtualTrapping !== true;
  const abstract = hasOneMap ? build(false) : undefined;
  const abstraction = abstract && terms.and(abstract.hypothesis, terms.or(abstract.goal, abstract.beyond ?? terms.false));
  const exactly = once(() => build(true));
  const common = { id: `${s.instruction.id}/${part}`, asks, abstraction, exact: exactly, isWitness: ([r1, r2]: readonly ConcreteRun[]) => pair.isWitness(r1!, r2!) };
  if (abstract !== undefined && abstraction === terms.false) return { ...common, runs: abstract.views, hypothesis: abstract.hypothesis, goal: terms.false };
  // spelt out only if the abstraction does not answer, where two runs have storage of their own
  const isDear = abstract?.views.some((v) => [...v.arrays.values()].some((source) => source.kind === "named")) === true;
  return {
    ...common,
    ...(isDear ? { supposes: abstract!.hypothesis } : {}),
    get runs() { return exactly().views; },
    get hypothesis() { return exactly().hypothesis; },
    get goal() { return exactly().goal; },
    get beyond() { return orAbsent(machine, exactly().beyond, exactly().goal); },
    get everywhere() { return [...sameWindowEverywhere(s.machine, exactly().views, pair.window), ...exactly().everywhere]; },
    get approximation() { return exactly().approximation(); },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function orAbsent(machine: Machine, beyond: Term | undefined, goal: Term): Term | undefined {
  return beyond === undefined || beyond === machine.terms.false || beyond === goal ? undefined : machine.terms.or(goal, beyond);
}

/**
 * The windows agree: where the virtual run does not fault the reference does not (and, for "equal", the other way round).
 * Contents agree by construction, or it is said of them too, and of which addresses mean one cell. Said at every address that
 * either run translates; a witness is checked at all addresses.
 */
function sameWindow(s: Setting, reference: Side, virtual: Side, kind: "subset" | "equal"): Term {
  const { machine } = s;
  const { terms } = machine;
  const facts: Term[] = [];
  for (const window of machine.windows) {
    const source = reference.view.arrays.get(window.over)!;
    if (source.kind !== "placed" && source.kind !== "shown") continue;
    const looked: WindowAddress[] = [];
    for (const [access, address] of cellsRead(s.step, window, terms, source.kind === "shown")) {
      for (const run of [reference, virtual]) looked.push({ window, access, address: run.reading.term(address) });
    }
    const distinct = [...new Map(looked.map((l) => [`${l.access}:${l.address.id}`, l])).values()];
    facts.push(...distinct.map((l) => agreeAt(machine, reference.reading, virtual.reading, l, kind)));
    if (source.kind === "shown") {
      const cells = [...new Map(distinct.map((l) => [l.address.id, l])).values()].slice(0, MAXIMUM_ALIASES);
      cells.forEach((one, i) => cells.slice(0, i).forEach((other) => facts.push(aliasAlike(machine, reference.reading, virtual.reading, one, other))));
    }
  }
  return terms.and(...facts);
}

/** The same, at all addresses. */
function sameWindowEverywhere(machine: Machine, views: readonly [View, View], kind: "subset" | "equal"): Everywhere[] {
  const { terms } = machine;
  const [reference, virtual] = [new Reading(machine, views[0]), new Reading(machine, views[1])];
  return machine.windows.flatMap((window) => {
    const source = views[0].arrays.get(window.over)!;
    if (source.kind !== "placed" && source.kind !== "shown") return [];
    const address = terms.variable("free", `agree.${window.name}`, window.addressWidth), other = terms.variable("free", `alias.${window.name}`, window.addressWidth);
    return [0, 1, 2].flatMap((access): Everywhere[] => [
      { variables: [address], fact: agreeAt(machine, reference, virtual, { window, access, address }, kind) },
      ...(source.kind === "shown" && access === 0 ? [{ variables: [address, other] as const, fact: aliasAlike(machine, reference, virtual, { window, access, address }, { window, access, address: other }) }] : []),
    ]);
  });
}

/** Addresses of which it is said pair by pair that they mean one cell in both runs or in neither; more are left to the check of the witness. */
const MAXIMUM_ALIASES = 12;

interface WindowAddress {
  readonly window: Window;
  readonly access: number;
  /** over free variables: the same in both runs */
  readonly address: Term;
}

/** What equal windows say of one address. */
function agreeAt(machine: Machine, reference: Reading, virtual: Reading, { window, access, address }: WindowAddress, kind: "subset" | "equal"): Term {
  const { terms } = machine;
  const f1 = reference.faults(window, access, address), f2 = virtual.faults(window, access, address);
  const faults = kind === "subset" ? terms.implies(f1, f2) : terms.eq(f1, f2);
  if (reference.source(window.over).kind !== "shown") return faults;
  const { variable } = componentNamed(machine, window.over) as ComponentArray;
  return terms.and(faults, terms.or(f2, terms.eq(reference.readThrough(variable, window, address), virtual.readThrough(variable, window, address))));
}

/** Two addresses that the virtual run may use mean one cell in both runs, or in neither. */
function aliasAlike(machine: Machine, reference: Reading, virtual: Reading, one: WindowAddress, other: WindowAddress): Term {
  const { terms } = machine;
  const isOne = (r: Reading): Term => terms.eq(r.cell(one.window, one.access, one.address), r.cell(other.window, other.access, other.address));
  return terms.or(virtual.faults(one.window, one.access, one.address), virtual.faults(other.window, other.access, other.address), terms.eq(isOne(reference), isOne(virtual)));
}
