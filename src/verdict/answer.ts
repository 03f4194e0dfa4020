/**
 * One question, answered: engines in order, cheapest first, and every "found" replayed and minimised.
 */
import { encode } from "../smt/query.js";
import type { Solver } from "../smt/solver.js";
import type { Instruction, Machine } from "../isa/machine.js";
import { windowNamed } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import type { Cpu } from "../machine/cpu.js";
import { Reading } from "../requirements/run.js";
import type { Question } from "../requirements/question.js";
import { substitution } from "../isa/substitute.js";
import { formulaOf, EMPTY_MODEL, readModel, type EngineAnswer, type Formula, type Model } from "./formula.js";
import { holdsIn, minimise } from "./minimise.js";
import { replay, type Replay } from "./replay.js";
import { sampled, type Sampling } from "./sampled.js";

export type EngineName = "structural" | "sampled" | "exhaustive" | "solver";

export interface Engines {
  readonly use: readonly EngineName[];
  readonly sampling: Sampling;
  readonly solver?: Solver;
  readonly resource: number;
  readonly cache?: AnswerCache;
  readonly cpu: Cpu;
}

/** Answers kept by the content of the query. */
export interface AnswerCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

export type QuestionAnswer =
  | { readonly kind: "found"; readonly strength: string; readonly formula: Formula; readonly model: Model; readonly replay: Replay }
  | { readonly kind: "none"; readonly strength: string }
  | { readonly kind: "open"; readonly reason: string };

const MAXIMUM_REFINEMENTS = 12;

export async function answer(machine: Machine, instruction: Instruction, question: Question, engines: Engines): Promise<QuestionAnswer> {
  const { terms } = machine;
  const narrow = formulaOf(machine, terms.and(question.hypothesis, question.goal));
  const wide = question.beyond === undefined ? narrow : formulaOf(machine, terms.and(question.hypothesis, question.beyond));
  if (question.abstraction === terms.false || wide.term === terms.false) return { kind: "none", strength: "structural" };
  let hypothesis = question.hypothesis;
  let formula = narrow;
  for (let round = 0; round <= MAXIMUM_REFINEMENTS; round++) {
    const found = await search(machine, question, formula, round === 0 ? wide : formulaOf(machine, terms.and(hypothesis, question.beyond ?? question.goal)), engines);
    if (found.kind !== "found") return found;
    const model = minimise(formula, found.model);
    const violated = await windowsDisagree(machine, question, formula, model, engines);
    if (violated === undefined) {
      const replayed = replay(machine, engines.cpu, instruction, question, formula, model);
      if (!replayed.isWitness) throw new WitnessError(question, replayed);
      return { kind: "found", strength: "witness", formula, model, replay: replayed };
    }
    hypothesis = terms.and(hypothesis, violated);
    formula = formulaOf(machine, terms.and(hypothesis, question.goal));
  }
  return { kind: "open", reason: "the windows of the two states could not be made to agree everywhere" };
}

/** A witness that does not replay: a bug of ours, with both stories. */
export class WitnessError extends Error {
  constructor(question: Question, replayed: Replay) {
    const story = replayed.runs.map((r) => `${r.outcome}: ${[...r.before.registers].filter(([, v]) => v !== 0n).map(([n, v]) => `${n}=${v}`).join(" ")} -> ${[...r.after.registers].filter(([n, v]) => r.before.register(n) !== v).map(([n, v]) => `${n}=${v}`).join(" ")}`);
    super(`bug: the witness of ${question.id} (${question.asks}) does not replay on the CPU: word ${replayed.word.toString(8)}; ${story.join(" | ")}`);
  }
}

async function search(machine: Machine, question: Question, narrow: Formula, wide: Formula, engines: Engines): Promise<EngineAnswer> {
  const { terms } = machine;
  if (wide.term === terms.false) return { kind: "none", strength: "structural" };
  if (narrow.term === terms.true) return { kind: "found", model: EMPTY_MODEL, strength: "structural" };
  let reason = "no engine was allowed to answer";
  if (engines.use.includes("sampled") && narrow.term !== terms.false) {
    const a = sampled(narrow, engines.sampling);
    if (a.kind === "found") return a;
    if (a.kind === "open") reason = a.reason;
  }
  if (!engines.use.includes("solver") || engines.solver === undefined) return { kind: "open", reason };
  const proof = await ask(machine, wide, engines.solver, engines);
  if (proof.kind !== "found" || wide.term === narrow.term) return proof;
  const exact = await ask(machine, narrow, engines.solver, engines);
  return exact.kind === "none" ? { kind: "open", reason: "the answer lies beyond what the specification describes (a loop limit)" } : exact;
}

/** The solver, or what it said of this very query before. */
export async function ask(machine: Machine, formula: Formula, solver: Solver, engines: Engines): Promise<EngineAnswer> {
  const query = encode(machine.terms, formula.term);
  const key = `${solver.name} ${solver.version}\n${engines.resource}\n${query.script}`;
  const cached = engines.cache?.get(key);
  const result = cached === undefined ? await solver.check({ script: query.script, ask: query.ask }, { resource: engines.resource }) : revive(cached);
  if (cached === undefined && result.answer !== "unknown") engines.cache?.set(key, keep(result));
  const strength = `solver(${solver.name} ${solver.version})`;
  switch (result.answer) {
    case "unsat":
      return { kind: "none", strength };
    case "unknown":
      return { kind: "open", reason: `${solver.name}: ${result.reason}` };
    case "sat": {
      const model = query.decode(result.values);
      if (query.approximated && !satisfies(formula, model)) return { kind: "open", reason: "a loop was cut off for the solver, and what it found does not replay" };
      return { kind: "found", model, strength };
    }
  }
}

type Answered = { readonly answer: "sat"; readonly values: ReadonlyMap<string, bigint> } | { readonly answer: "unsat" };

function keep(result: Answered): string {
  return result.answer === "unsat" ? "unsat" : JSON.stringify([...result.values].map(([k, v]) => [k, v.toString()]));
}

function revive(text: string): Answered {
  return text === "unsat" ? { answer: "unsat" } : { answer: "sat", values: new Map((JSON.parse(text) as [string, string][]).map(([k, v]) => [k, BigInt(v)])) };
}

function satisfies(formula: Formula, model: Model): boolean {
  return holdsIn(formula, model);
}

/**
 * The hypothesis says that the windows agree at the addresses used; a witness must agree at all. An address at which it
 * does not becomes a further condition.
 */
async function windowsDisagree(machine: Machine, question: Question, formula: Formula, model: Model, engines: Engines): Promise<Term | undefined> {
  const [first, second] = question.runs;
  if (first === undefined || second === undefined) return undefined;
  const { terms } = machine;
  for (const source of first.arrays.values()) {
    if (source.kind !== "placed") continue;
    const window = windowNamed(machine, source.window);
    const address = terms.variable("free", `agree.${window.name}`, window.addressWidth);
    const r1 = new Reading(machine, { ...first, isExact: true }), r2 = new Reading(machine, { ...second, isExact: true });
    for (const access of [0, 1, 2]) {
      const disagree = terms.and(r1.faults(window, access, address), terms.not(r2.faults(window, access, address)));
      const here = formulaOf(machine, valuesPutIn(machine, question, formula, model, disagree));
      if (here.term === terms.false) continue;
      const a = here.term === terms.true ? ({ kind: "found", model: EMPTY_MODEL, strength: "" } as const) : await search(machine, question, here, here, engines);
      if (a.kind === "none") continue;
      if (a.kind === "open") continue;
      const at = terms.constant(a.model.variables.get(address.id) ?? valueFixed(here, address.id), window.addressWidth);
      return terms.implies(r1.faults(window, access, at), r2.faults(window, access, at));
    }
  }
  return undefined;
}

function valueFixed(formula: Formula, id: number): bigint {
  const t = formula.fixed.get(id);
  return t?.op === "constant" ? t.value : 0n;
}

/** The term with the model's values for the runs' own registers. */
function valuesPutIn(machine: Machine, question: Question, formula: Formula, model: Model, term: Term): Term {
  const read = readModel(model, formula.fixed);
  const by = new Map<number, Term>();
  for (const run of question.runs) for (const t of run.registers.values()) if (t.op === "variable") by.set(t.id, machine.terms.constant(read.variable(t), t.width));
  return substitution(machine.terms, by).term(term);
}
