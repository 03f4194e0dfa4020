/**
 * The engines, and one formula put to each of them in turn, cheapest first.
 */
import { encode } from "../smt/query.js";
import { solve } from "../smt/solve.js";
import type { Solver } from "../smt/solver.js";
import type { Machine } from "../isa/machine.js";
import { Rewriter } from "../isa/substitute.js";
import type { Term } from "../isa/term.js";
import type { Cpu } from "../machine/cpu.js";
import { formulaOf, EMPTY_MODEL, type EngineAnswer, type Formula, type Model } from "./formula.js";
import { exhaustive, MAXIMUM_BITS, QUICK_BITS } from "./exhaustive.js";
import { cachingSolver, type AnswerCache } from "./caching-solver.js";
import { climbing, type Climbing } from "./climbing.js";
import { hasLoops, inCorners } from "./corners.js";
import { withoutDearOperators } from "./dear-operators.js";
import { holdsIn } from "./minimise.js";
import type { Replay } from "./replay.js";
import { sampled, type Sampling } from "./sampled.js";

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

/** Little for each corner, for there are many; samples are cheap there. */
const CORNER_RESOURCE = 100_000;
const CORNER_RUNS = 10;

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

/** With the map left opaque, by each engine in turn: none there, none anywhere. */
export async function provedOpaquely(machine: Machine, formula: Formula, engines: Engines): Promise<QuestionAnswer | undefined> {
  const quick = engines.use.includes("exhaustive") ? exhaustive(machine.terms, formula, QUICK_BITS) : undefined;
  const proof = quick?.kind !== "none" && engines.use.includes("solver") && engines.solver !== undefined ? await ask(machine, formula, engines) : quick;
  return proof?.kind === "none" ? { ...proof, isOpaque: true } : undefined;
}
