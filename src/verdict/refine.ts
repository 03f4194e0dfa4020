/**
 * What an engine finds, until it is a witness: made smaller, made to agree in its windows at all addresses, and replayed on the CPU.
 */
import type { Instruction, Machine } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import type { Question } from "../requirements/question.js";
import { search, type Engines, type QuestionAnswer } from "./engines.js";
import { violations } from "./everywhere.js";
import { formulaOf } from "./formula.js";
import { minimise } from "./minimise.js";
import { takenForBoth, UNRESTRICTED, type Restriction } from "./nearly-alike.js";
import { replay, type Replay } from "./replay.js";

/** How long states are mended. */
const CLIMBING = { starts: 6 };
/** Terms in a question beyond which a solver does not come back, whatever limit it is given. */
export const LARGE = 20_000;
export const TOO_LARGE = "the question is too large to be put to a solver";

export interface Effort {
  /** to find a pair */
  readonly engines: Engines;
  /** to find where it does not agree */
  readonly judges?: Engines;
  /** how often a pair is made to agree where it did not */
  readonly refinements: number;
}

/** States drawn, in which little is not 0 or much; mended in the first case. */
export function drawing(machine: Machine, engines: Engines, isSparse: boolean): Effort {
  const { beginning } = engines;
  const from = beginning?.kind === "found" ? { from: takenForBoth(machine, beginning) } : {};
  const mending = isSparse ? { climbing: { ...CLIMBING, ...from, seed: engines.sampling.seed } } : {};
  return { engines: { ...engines, ...mending, use: engines.use.filter((e) => e !== "solver"), sampling: { ...engines.sampling, isSparse } }, judges: engines, refinements: 4 };
}

/** `restriction`: where it is looked for. */
export async function refined(machine: Machine, instruction: Instruction, question: Question, abstraction: Term | undefined, restriction: Restriction, { engines, judges = engines, refinements }: Effort): Promise<QuestionAnswer> {
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

/** A witness that does not replay: a bug of ours, with both stories. */
export class WitnessError extends Error {
  constructor(question: Question, replayed: Replay) {
    const story = replayed.runs.map((r) => `${r.outcome}: ${[...r.before.registers].filter(([, v]) => v !== 0n).map(([n, v]) => `${n}=${v}`).join(" ")} -> ${[...r.after.registers].filter(([n, v]) => r.before.register(n) !== v).map(([n, v]) => `${n}=${v}`).join(" ")}`);
    super(`bug: the witness of ${question.id} (${question.asks}) does not replay on the CPU: word ${replayed.word.toString(8)}; ${story.join(" | ")}`);
  }
}
