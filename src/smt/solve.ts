/**
 * A query put to a solver, and its model read back as values of the machine. Nothing is believed that can be checked:
 * values that do not make the query's own assertions true are no answer.
 */
import type { Model, Query } from "./query.js";
import { unknown, type Limits, type Solver, type SolverAnswer } from "./solver.js";

export type Solved = Exclude<SolverAnswer, { readonly answer: "sat" }> | { readonly answer: "sat"; readonly model: Model };

/** How often a question is put again with more said of it. */
const MOST_REFINEMENTS = 60;

/** When `query.approximated`, the model is a suggestion that has to be replayed. */
export async function solve(solver: Solver, query: Query, limits: Limits): Promise<Solved> {
  let asked = query;
  for (let round = 0; round <= MOST_REFINEMENTS; round++) {
    const answer = await solver.check(asked, limits);
    if (answer.answer !== "sat") return answer;
    if (!asked.isModel(answer.values)) return unknown(`the model of ${solver.name} does not satisfy its own query`);
    const refined = asked.refined(answer.values);
    if (refined === undefined) return { answer: "sat", model: asked.decode(answer.values) };
    asked = refined;
  }
  return unknown("what the solver found does not read arrays alike, however often it was told where");
}
