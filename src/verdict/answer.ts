/**
 * One question, answered: engines in order, cheapest first, and every "found" replayed and minimised.
 */
import { encode } from "../smt/query.js";
import { solve } from "../smt/solve.js";
import type { Solver } from "../smt/solver.js";
import type { Instruction, Machine } from "../isa/machine.js";
import { reachable, type Term } from "../isa/term.js";
import type { Cpu } from "../machine/cpu.js";
import type { Question } from "../requirements/question.js";
import { Rewriter, substitution } from "../isa/substitute.js";
import { formulaOf, EMPTY_MODEL, readModel, type EngineAnswer, type Formula, type Model } from "./formula.js";
import { exhaustive, MAXIMUM_BITS, QUICK_BITS } from "./exhaustive.js";
import { cachingSolver, type AnswerCache } from "./caching-solver.js";
import { holdsIn, minimise } from "./minimise.js";
import { replay, type Replay } from "./replay.js";
import { climbing, type Climbing } from "./climbing.js";
import { hasLoops, inCorners } from "./corners.js";
import { withoutDearOperators } from "./dear-operators.js";
import { inBothModes, nearlyAlike, smallestFirst, takenForBoth, toldBy, UNRESTRICTED, type Restriction } from "./nearly-alike.js";
import { sampled, type Sampling } from "./sampled.js";
import { violations } from "./everywhere.js";

export type EngineName = "structural" | "sampled" | "exhaustive" | "solver";

export interface Engines {
  readonly use: readonly EngineName[];
  readonly sampling: Sampling;
  /** where no state that is drawn does, states are mended */
  readonly climbing?: Climbing;
  /** a witness of one run to begin mending with */
  readonly beginning?: QuestionAnswer;
  readonly solver?: Solver;
  readonly resource: number;
  readonly cache?: AnswerCache;
  readonly cpu: Cpu;
  /** why nothing much is to be had from searching long: pairs of placed states are looked for where they are likely, and no further */
  readonly brief?: string;
}

export type QuestionAnswer =
  | { readonly kind: "found"; readonly strength: string; /** whether it took the solver to find it */ readonly isBySolver: boolean; readonly formula: Formula; readonly model: Model; readonly replay: Replay }
  | { readonly kind: "none"; readonly strength: string; readonly isOpaque?: boolean; /** proved with what must hold at all addresses said of some that the question does not name */ readonly isRefined?: boolean }
  | { readonly kind: "open"; readonly reason: string };

const MAXIMUM_REFINEMENTS = 12;
const BRIEF_REFINEMENTS = 0;
/** Part of the effort for one attempt at a pair of states, where there are many. */
const LITTLE = 160;
/** Components for which the solver looks for pairs that differ in them alone. */
const MOST_SOLVED = 6;
/** Of those, the ones with which windows agree by themselves and that leave least to be looked at. */
const MOST_LIKELY = 3;
/** How many such parts: at first, at what is likely, at all of them in the end. */
const SHORT = 2, LONG = 20, LONGER = 8;
/** How many times as many states are drawn where nothing else has found any. */
const MANY_MORE = 100;
/** Terms in a question beyond which a solver does not come back, whatever limit it is given. */
const LARGE = 20_000;
const TOO_LARGE = "the question is too large to be put to a solver";
/** How long states are mended. */
const CLIMBING = { starts: 6 };
/** Little for each corner, for there are many; samples are cheap there. */
const CORNER_RESOURCE = 100_000;
const CORNER_RUNS = 10;

/** `near`: an answer to a question that is wider than this one, or that asks of one of its two states. What was found there may do here. */
export async function answer(machine: Machine, instruction: Instruction, question: Question, engines: Engines, near?: QuestionAnswer): Promise<QuestionAnswer> {
  const a = (near?.kind === "found" ? await foundAlready(machine, instruction, question, engines, near) : undefined) ?? await answerAlone(machine, instruction, question, engines);
  if (a.kind !== "none" || (await isPossible(machine, question.supposes ?? question.hypothesis, engines))) return a;
  return { kind: "open", reason: "vacuous: no state satisfies what the question supposes" };
}

async function foundAlready(machine: Machine, instruction: Instruction, question: Question, engines: Engines, near: Extract<QuestionAnswer, { kind: "found" }>): Promise<QuestionAnswer | undefined> {
  if (near.replay.runs.length < question.runs.length) {
    const a = await refined(machine, instruction, question, undefined, inBothModes(machine, machine.terms.and(question.hypothesis, question.goal), near), { engines: { ...engines, use: engines.use.filter((e) => e !== "solver") }, judges: engines, refinements: 0 });
    return a.kind === "found" ? a : undefined;
  }
  const formula = formulaOf(machine, machine.terms.and(question.hypothesis, question.goal));
  const read = readModel(near.model, near.formula.fixed);
  const variables = new Map([...formula.variables, ...near.formula.variables].map((v) => [v.id, read.variable(v)]));
  const isSame = [...formula.fixed].every(([id, value]) => value.op === "constant" && value.value === (variables.get(id) ?? constantOf(near.formula.fixed.get(id))));
  if (!isSame || !holdsIn(formula, { ...near.model, variables })) return undefined;
  const model = minimise(formula, { ...near.model, variables });
  const violated = await violations(machine, question, formula, model, (here) => search(machine, undefined, here, here, engines));
  if (violated.length > 0) return undefined;
  const replayed = replay(machine, engines.cpu, instruction, question, formula, model);
  return replayed.isWitness ? { ...near, formula, model, replay: replayed } : undefined;
}

const constantOf = (term: Term | undefined): bigint => (term?.op === "constant" ? term.value : 0n);

/** The twin of every question: that its hypothesis can happen. "No such state" says nothing where there are no states. */
export async function isPossible(machine: Machine, hypothesis: Term, engines: Engines): Promise<boolean> {
  const formula = formulaOf(machine, opaque(machine, hypothesis));
  const known = twins.get(machine) ?? new Set<number>();
  twins.set(machine, known);
  if (known.has(formula.term.id)) return true;
  const { terms } = machine;
  const isIt = formula.term === terms.true || (formula.term !== terms.false
    && (sampled(formula, TWIN_SAMPLING).kind === "found"
      || (engines.use.includes("exhaustive") && exhaustive(terms, formula, MAXIMUM_BITS).kind === "found")
      || (engines.use.includes("solver") && engines.solver !== undefined && (await ask(machine, formula, engines)).kind === "found")));
  if (isIt) known.add(formula.term.id); // not so with these engines is not yet not so
  return isIt;
}

const TWIN_SAMPLING: Sampling = { runs: 100, seed: 1 };
const twins = new WeakMap<Machine, Set<number>>();

async function answerAlone(machine: Machine, instruction: Instruction, question: Question, engines: Engines): Promise<QuestionAnswer> {
  const { terms } = machine;
  if (question.abstraction === terms.false) return { kind: "none", strength: "structural" };
  const { abstraction } = question;
  if (question.supposes !== undefined && abstraction !== undefined) {
    const opaqueMap = formulaOf(machine, opaque(machine, abstraction));
    if (opaqueMap.term === terms.false) return { kind: "none", strength: "structural", isOpaque: true };
    const whole = terms.and(question.hypothesis, question.goal), pairs = nearlyAlike(machine, whole);
    const telling = toldBy(instruction.step), tells = telling.flatMap((name) => pairs.filter((p) => p.component === name));
    const ofNoMap = smallestFirst(tells.filter((p) => p.isOfNoMap), whole), told = [...ofNoMap, ...tells.filter((p) => !p.isOfNoMap)];
    const tried = async (turns: readonly (readonly [Effort, readonly Restriction[]])[]): Promise<QuestionAnswer | undefined> => {
      for (const [effort, among] of turns) {
        for (const pair of among) {
          const a = await refined(machine, instruction, question, undefined, pair, effort);
          if (a.kind === "found") return a;
        }
      }
      return undefined;
    };
    const sparse = drawing(machine, engines, true), dense = drawing(machine, engines, false);
    const beginning = engines.beginning?.kind === "found" ? [inBothModes(machine, whole, engines.beginning)] : [];
    const isLarge = reachable([whole]).length > LARGE;
    const easily = await tried(isLarge ? [[dense, beginning], [sparse, told.slice(0, MOST_SOLVED)], [sparse, [UNRESTRICTED]]] : [[dense, beginning], [sparse, told], [dense, told]]);
    if (easily !== undefined) return easily;
    if (isLarge) return { kind: "open", reason: `no two states with the same window were found that differ so; ${TOO_LARGE}` };
    const proof = await provedOpaquely(machine, opaqueMap, engines);
    if (proof !== undefined) return proof;
    if (engines.brief !== undefined) return { kind: "open", reason: `no two states with the same window were found that differ so; they were not looked for any further, since ${engines.brief}` };
    const solving = (times: number): Effort => ({ engines: { ...engines, use: engines.use.filter((e) => e !== "sampled"), resource: Math.ceil((times * engines.resource) / LITTLE) }, judges: engines, refinements: 1 });
    const manyMore = { ...engines, sampling: { ...engines.sampling, runs: MANY_MORE * engines.sampling.runs } };
    const likely = ofNoMap.slice(0, MOST_LIKELY);
    const withEffort = await tried([
      [sparse, pairs.filter((p) => !tells.includes(p))],
      [solving(SHORT), likely], [solving(LONG), likely], [solving(SHORT), told.filter((p) => !likely.includes(p)).slice(0, MOST_SOLVED)],
      [solving(LONGER), told.slice(0, MOST_SOLVED)], [sparse, [UNRESTRICTED]],
      [drawing(machine, manyMore, true), told.slice(0, MOST_LIKELY)], [drawing(machine, manyMore, false), told.slice(0, MOST_LIKELY)],
    ]);
    if (withEffort !== undefined) return withEffort;
    const last = await refined(machine, instruction, question, undefined, UNRESTRICTED, { engines: { ...engines, resource: Math.ceil(engines.resource / LITTLE) }, refinements: 1 });
    return last.kind === "open" ? { kind: "open", reason: `no two states with the same window were found that differ so, and that there are none is not proved (${last.reason})` } : last;
  }
  if (abstraction !== undefined && formulaOf(machine, opaque(machine, abstraction)).term === terms.false) return { kind: "none", strength: "structural", isOpaque: true };
  // of one state: cheap to draw; where there are tables most things are in their way, and a state in which little is not 0 has few
  const hasTables = machine.windows.some((w) => w.inverse === undefined), isOfOne = abstraction === undefined && hasTables;
  const isLarge = hasTables && reachable([question.hypothesis, question.goal]).length > LARGE;
  if ((isOfOne || isLarge) && engines.use.includes("sampled")) {
    const a = await refined(machine, instruction, question, undefined, UNRESTRICTED, { ...drawing(machine, engines, true), refinements: MAXIMUM_REFINEMENTS });
    if (a.kind === "found") return a;
  }
  if (isLarge) return { kind: "open", reason: `no such states were found by drawing and mending; ${TOO_LARGE}` };
  return refined(machine, instruction, question, abstraction, UNRESTRICTED, { engines, refinements: isOfOne && engines.brief !== undefined ? BRIEF_REFINEMENTS : MAXIMUM_REFINEMENTS });
}

/** States drawn, in which little is not 0 or much; mended in the first case. */
function drawing(machine: Machine, engines: Engines, isSparse: boolean): Effort {
  const { beginning } = engines;
  const from = beginning?.kind === "found" ? { from: takenForBoth(machine, beginning) } : {};
  const mending = isSparse ? { climbing: { ...CLIMBING, ...from, seed: engines.sampling.seed } } : {};
  return { engines: { ...engines, ...mending, use: engines.use.filter((e) => e !== "solver"), sampling: { ...engines.sampling, isSparse } }, judges: engines, refinements: 4 };
}

interface Effort {
  /** to find a pair */
  readonly engines: Engines;
  /** to find where it does not agree */
  readonly judges?: Engines;
  /** how often a pair is made to agree where it did not */
  readonly refinements: number;
}

async function refined(machine: Machine, instruction: Instruction, question: Question, abstraction: Term | undefined, restriction: Restriction, { engines, judges = engines, refinements }: Effort): Promise<QuestionAnswer> {
  const { terms } = machine;
  const { restrict, extend } = restriction;
  let { hypothesis } = question;
  for (let round = 0; round <= refinements; round++) {
    const whole = terms.and(hypothesis, question.goal), part = restrict(whole);
    const narrow = formulaOf(machine, part);
    const wide = question.beyond === undefined || restriction !== UNRESTRICTED ? narrow : formulaOf(machine, terms.and(hypothesis, question.beyond));
    const found = await search(machine, abstraction, narrow, wide, engines);
    if (found.kind !== "found") return found.kind === "none" && round > 0 ? { ...found, isRefined: true } : found;
    const formula = part === whole ? narrow : formulaOf(machine, whole);
    // made smaller as the restriction has it: what is alike in both runs stays alike
    const model = extend({ ...found, model: minimise(narrow, found.model) }, narrow);
    const violated = await violations(machine, question, formula, model, (here) => search(machine, undefined, here, here, judges));
    if (violated === "unknown") return { kind: "open", reason: "what was found is not shown to have the windows that it must have, at all addresses" };
    if (violated.length === 0) {
      const replayed = replay(machine, engines.cpu, instruction, question, formula, model);
      if (!replayed.isWitness && question.approximation !== undefined) return { kind: "open", reason: question.approximation };
      if (!replayed.isWitness) throw new WitnessError(question, replayed);
      return { kind: "found", strength: "witness", isBySolver: found.strength.startsWith("solver"), formula, model, replay: replayed };
    }
    hypothesis = terms.and(hypothesis, ...violated);
  }
  return { kind: "open", reason: "what was found could not be made to have the windows that it must have, at all addresses" };
}

/** With the map left opaque, by each engine in turn: none there, none anywhere. */
async function provedOpaquely(machine: Machine, formula: Formula, engines: Engines): Promise<QuestionAnswer | undefined> {
  const quick = engines.use.includes("exhaustive") ? exhaustive(machine.terms, formula, QUICK_BITS) : undefined;
  const proof = quick?.kind !== "none" && engines.use.includes("solver") && engines.solver !== undefined ? await ask(machine, formula, engines) : quick;
  return proof?.kind === "none" ? { ...proof, isOpaque: true } : undefined;
}

/** A witness that does not replay: a bug of ours, with both stories. */
export class WitnessError extends Error {
  constructor(question: Question, replayed: Replay) {
    const story = replayed.runs.map((r) => `${r.outcome}: ${[...r.before.registers].filter(([, v]) => v !== 0n).map(([n, v]) => `${n}=${v}`).join(" ")} -> ${[...r.after.registers].filter(([n, v]) => r.before.register(n) !== v).map(([n, v]) => `${n}=${v}`).join(" ")}`);
    super(`bug: the witness of ${question.id} (${question.asks}) does not replay on the CPU: word ${replayed.word.toString(8)}; ${story.join(" | ")}`);
  }
}

/** One formula by each engine in turn; `narrow` is looked for, `wide` has to be refuted. */
export async function search(machine: Machine, abstraction: Term | undefined, narrow: Formula, wide: Formula, engines: Engines): Promise<EngineAnswer> {
  const { terms } = machine;
  if (wide.term === terms.false) return { kind: "none", strength: "structural" };
  if (narrow.term === terms.true) return { kind: "found", model: EMPTY_MODEL, strength: "structural" };
  let reason = "no engine was allowed to answer";
  if (engines.use.includes("sampled") && narrow.term !== terms.false) {
    const a = sampled(narrow, engines.sampling);
    if (a.kind === "found") return a;
    if (a.kind === "open") reason = a.reason;
    if (engines.climbing !== undefined) {
      const b = climbing(machine.terms, narrow, engines.climbing);
      if (b.kind === "found") return b;
    }
  }
  const isSolver = engines.use.includes("solver") && engines.solver !== undefined;
  if (abstraction === undefined && engines.use.includes("sampled") && engines.brief === undefined && hasLoops(narrow)) {
    const a = await inCorners(machine, narrow, [
      (formula) => sampled(formula, { ...engines.sampling, runs: engines.sampling.runs * (isSolver ? CORNER_RUNS : 1) }),
      ...(isSolver ? [(formula: Formula): Promise<EngineAnswer> => cheaply(machine, formula, { ...engines, resource: Math.min(engines.resource, CORNER_RESOURCE) })] : []),
    ]);
    if (a.kind === "found") return a;
  }
  const abstract = abstraction && formulaOf(machine, opaque(machine, abstraction));
  if (engines.use.includes("exhaustive")) {
    const a = await decide(abstract, narrow, wide, async (formula) => exhaustive(terms, formula, isSolver ? QUICK_BITS : MAXIMUM_BITS));
    if (a.kind !== "open") return a;
    reason = a.reason;
  }
  return isSolver ? decide(abstract, narrow, wide, (formula) => cheaply(machine, formula, engines)) : { kind: "open", reason };
}

/** The solver, with what is dear to it put off. */
async function cheaply(machine: Machine, formula: Formula, engines: Engines): Promise<EngineAnswer> {
  return (await withoutDearOperators(machine, formula, (f) => ask(machine, f, engines))) ?? ask(machine, formula, engines);
}

/** By an engine that can prove that there is nothing, in up to three questions. */
async function decide(abstract: Formula | undefined, narrow: Formula, wide: Formula, engine: (formula: Formula) => Promise<EngineAnswer>): Promise<EngineAnswer> {
  if (abstract !== undefined) {
    // with the map left opaque: no witness there, no witness anywhere
    const proof = await engine(abstract);
    if (proof.kind === "none") return { ...proof, isOpaque: true };
  }
  const proof = await engine(wide);
  if (proof.kind === "none" || proof.kind === "open" || wide.term === narrow.term) return proof;
  const exact = await engine(narrow);
  return exact.kind === "none" ? { kind: "open", reason: "the answer lies beyond what the specification describes" } : exact;
}

/** What a map does with an address, as unknown functions: more than any real map can do. */
export function opaque(machine: Machine, term: Term): Term {
  const { terms } = machine;
  return new Rewriter(terms, (t, args) => {
    if (t.op !== "faults" && t.op !== "cell") return undefined;
    const address = args[0] as Term;
    const name = t.op === "cell" ? `cell.${t.window}.${t.access}` : `faults.${t.window}.${t.access}.${t.trap}`;
    return terms.select(terms.array("free", name, address.width, t.width), address);
  }).term(term);
}

/**
 * The solver, or what it said of this very query before. Where loops are cut, a model is first looked for among the states
 * whose loops end early: there nothing is cut.
 */
export async function ask(machine: Machine, formula: Formula, engines: Engines): Promise<EngineAnswer> {
  const { terms } = machine;
  if (formula.term === terms.false) return { kind: "none", strength: "structural" };
  const solver = engines.cache === undefined ? engines.solver! : cachingSolver(engines.solver!, engines.cache);
  const strength = `solver(${solver.name} ${solver.version})`;
  const query = encode(terms, formula.term);
  const solved = await solve(solver, query, { resource: engines.resource });
  if (solved.answer === "unsat") return { kind: "none", strength };
  if (solved.answer === "unknown") return { kind: "open", reason: `${solver.name}: ${solved.reason}` };
  if (!query.approximated || holdsIn(formula, solved.model)) return { kind: "found", model: solved.model, strength };
  const ending = await solve(solver, encode(terms, formula.term, { ending: true }), { resource: engines.resource });
  return ending.answer === "sat" ? { kind: "found", model: ending.model, strength } : { kind: "open", reason: "a loop was cut off for the solver, and what it found does not replay" };
}
