/**
 * One question, answered: engines in order, cheapest first, and every "found" replayed and minimised.
 */
import type { Instruction, Machine } from "../isa/machine.js";
import { reachable, type Term } from "../isa/term.js";
import type { Question } from "../requirements/question.js";
import { ask, opaque, search, type Engines, type QuestionAnswer } from "./engines.js";
import { violations } from "./everywhere.js";
import { exhaustive, MAXIMUM_BITS } from "./exhaustive.js";
import { formulaOf, readModel } from "./formula.js";
import { holdsIn, minimise } from "./minimise.js";
import { inBothModes, UNRESTRICTED } from "./nearly-alike.js";
import { placedPair } from "./placed-pairs.js";
import { drawing, LARGE, refined, TOO_LARGE } from "./refine.js";
import { replay } from "./replay.js";
import { sampled, type Sampling } from "./sampled.js";

const MAXIMUM_REFINEMENTS = 12;
const BRIEF_REFINEMENTS = 0;
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
  if (question.supposes !== undefined && abstraction !== undefined) return placedPair(machine, instruction, question, abstraction, engines);
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
