/**
 * States found by mending: of a state drawn, what the first condition that fails has looked at is changed, until all hold.
 *
 * Where a step asks for many things one after the other (a descriptor that is present, of the right type, of the right
 * level, with a limit beyond the target), hardly any state that is drawn has them all, and each is easily had from a state that has those
 * before it. Conditions are taken in their order; a change stays unless an earlier condition fails by it. Where nothing gets any further and
 * the condition may hold in several ways (two runs may end differently in many), one of these is chosen, and is what must hold from then on.
 */
import { Evaluator } from "../isa/evaluate.js";
import { conjuncts, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { aim, type Place } from "./aim.js";
import type { EngineAnswer, Formula, Model } from "./formula.js";
import { Random } from "./random.js";

export interface Climbing {
  /** how often it begins anew */
  readonly starts: number;
  readonly seed: number;
  /** what every other state is to begin with; the others begin with 0 everywhere */
  readonly from?: Values;
}

/** A state to begin with. */
export interface Values {
  readonly variable: (leaf: VariableTerm) => bigint;
  readonly cell: (leaf: ArrayVariableTerm, index: bigint) => bigint;
}

const NOTHING: Values = { variable: () => 0n, cell: () => 0n };

/** Changes in vain after which a way is chosen, or given up: for each thing that was looked at, and for there being any. */
const PATIENCE = { each: 10, any: 40 };
/** Ways that are chosen from one beginning. */
const MAXIMUM_CHOICES = 24;
/** Terms that are evaluated in one search: a second or two. */
const MAXIMUM_WORK = 4_000_000;

export function climbing(terms: Terms, formula: Formula, { starts, seed, from = NOTHING }: Climbing): EngineAnswer {
  const random = new Random(seed);
  // what was built early is small, mostly
  const all = inOrder(formula.conjuncts);
  let work = 0;
  for (let start = 0; start < starts; start++) {
    const state = new State(start % 2 === 0 ? from : NOTHING);
    let conditions: readonly Term[] = all;
    let reached = state.firstFailing(conditions);
    for (let inVain = 0, choices = 0; reached.at < conditions.length; inVain++) {
      work += reached.work;
      if (work > MAXIMUM_WORK) return { kind: "open", reason: `no witness by mending ${start + 1} states (seed ${seed})` };
      const failing = conditions[reached.at]!;
      if (inVain > PATIENCE.each * reached.looked.length + PATIENCE.any) {
        const ways = waysOf(terms, failing);
        if (ways.length === 0 || ++choices > MAXIMUM_CHOICES) break;
        conditions = inOrder([...conditions.filter((c) => c !== failing), ...ways[random.below(ways.length)]!]);
        reached = state.firstFailing(conditions);
        inVain = 0;
        continue;
      }
      const change = changeFor(state, failing, reached.looked, random);
      if (change === undefined) break;
      const [looked, value] = change, before = state.value(looked);
      state.set(looked, value);
      const now = state.firstFailing(conditions);
      if (now.at < reached.at) {
        work += now.work;
        state.set(looked, before);
        continue;
      }
      if (now.at > reached.at) inVain = 0;
      reached = now;
    }
    if (reached.at === conditions.length) return { kind: "found", model: state.model(all), strength: `mended(${seed})` };
  }
  return { kind: "open", reason: `no witness by mending ${starts} states (seed ${seed})` };
}

const age = (t: Term): number => (t.op === "not" ? t.args[0]!.id : t.id);

function inOrder(way: readonly Term[]): readonly Term[] {
  return [...new Set(way.flatMap((t) => conjuncts(t)))].sort((a, b) => age(a) - age(b));
}

/** Lists of conditions, each of which makes a term true. */
function waysOf(terms: Terms, term: Term): readonly (readonly Term[])[] {
  if (term.op === "or") return term.args.map((a) => [a]);
  if (term.op === "ite") return [[term.args[0]!, term.args[1]!], [terms.not(term.args[0]!), term.args[2]!]];
  if (term.op !== "not") return [];
  const inner = term.args[0]!;
  if (inner.op === "and") return inner.args.map((a) => [terms.not(a)]);
  if (inner.op === "or") return [inner.args.map((a) => terms.not(a))];
  return inner.op === "ite" ? [[inner.args[0]!, terms.not(inner.args[1]!)], [terms.not(inner.args[0]!), terms.not(inner.args[2]!)]] : [];
}

/** What to try: what may make the condition true, or something else at a place that it looked at (what another of these has, or anything). */
function changeFor(state: State, condition: Term, looked: readonly Place[], random: Random): readonly [Place, bigint] | undefined {
  const aimed = random.below(3) > 0 ? aim(condition, 1n, state.evaluator(), random) : undefined;
  if (aimed !== undefined || looked.length === 0) return aimed;
  const one = looked[random.below(looked.length)]!, like = looked.filter((l) => l.leaf.width === one.leaf.width);
  return [one, random.below(8) === 0 ? state.value(like[random.below(like.length)]!) : random.other(state.value(one), one.leaf.width)];
}

class State {
  private readonly variables = new Map<number, bigint>();
  private readonly cells = new Map<number, Map<bigint, bigint>>();

  constructor(private readonly from: Values) {}

  value(p: Place): bigint {
    return "index" in p ? this.cells.get(p.leaf.id)?.get(p.index) ?? this.from.cell(p.leaf, p.index) : this.variables.get(p.leaf.id) ?? this.from.variable(p.leaf);
  }

  set(p: Place, value: bigint): void {
    if (!("index" in p)) {
      this.variables.set(p.leaf.id, value);
      return;
    }
    const of = this.cells.get(p.leaf.id) ?? new Map<bigint, bigint>();
    this.cells.set(p.leaf.id, of);
    of.set(p.index, value);
  }

  evaluator(look: (p: Place) => void = () => undefined): Evaluator {
    const at = (p: Place): bigint => {
      look(p);
      return this.value(p);
    };
    return new Evaluator({ variable: (leaf) => at({ leaf }), cell: (leaf, index) => at({ leaf, index }) });
  }

  /** All that these conditions look at. */
  model(conditions: readonly Term[]): Model {
    const looked: Place[] = [], evaluator = this.evaluator((p) => looked.push(p));
    conditions.forEach((c) => evaluator.isTrue(c));
    const model = { variables: new Map<number, bigint>(), cells: new Map<number, Map<bigint, bigint>>() };
    for (const p of looked) {
      if (!("index" in p)) model.variables.set(p.leaf.id, this.value(p));
      else model.cells.set(p.leaf.id, (model.cells.get(p.leaf.id) ?? new Map<bigint, bigint>()).set(p.index, this.value(p)));
    }
    return model;
  }

  /** The first condition that fails, and what was looked at to tell. */
  firstFailing(conditions: readonly Term[]): { readonly at: number; readonly looked: readonly Place[]; /** terms evaluated */ readonly work: number } {
    const evaluator = this.evaluator();
    for (const [at, condition] of conditions.entries()) {
      if (evaluator.isTrue(condition)) continue;
      // told anew, without what was evaluated for those before it
      const looked = new Map<string, Place>();
      const again = this.evaluator((p) => looked.set("index" in p ? `${p.leaf.id}:${p.index}` : `${p.leaf.id}`, p));
      again.isTrue(condition);
      return { at, looked: [...looked.values()], work: evaluator.cost + again.cost };
    }
    return { at: conditions.length, looked: [], work: evaluator.cost };
  }
}
