/**
 * Two states that show the same window, each with storage of its own: the dearest of questions, so everything cheap is tried first.
 *
 * First pairs that differ in one thing (`nearly-alike.ts`), drawn and mended; then the proof that there is no pair, with the map left opaque; then
 * the solver, for those that are likely; at last all pairs.
 */
import type { Instruction, Machine } from "../isa/machine.js";
import { reachable, type Term } from "../isa/term.js";
import type { Question } from "../requirements/question.js";
import { opaque, provedOpaquely, type Engines, type QuestionAnswer } from "./engines.js";
import { formulaOf } from "./formula.js";
import { inBothModes, nearlyAlike, smallestFirst, toldBy, UNRESTRICTED, type Restriction } from "./nearly-alike.js";
import { drawing, LARGE, refined, TOO_LARGE, type Effort } from "./refine.js";

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

/** @param abstraction the question with the map left opaque */
export async function placedPair(machine: Machine, instruction: Instruction, question: Question, abstraction: Term, engines: Engines): Promise<QuestionAnswer> {
  const { terms } = machine;
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
