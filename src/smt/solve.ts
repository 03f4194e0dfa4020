/**
 * A query put to a solver, and its model read back as values of the machine. Nothing is believed that can be checked:
 * values that do not make the query's own assertions true are no answer.
 */
import type { Model, Query } from "./query.js";
import { unknown, type Limits, type Solver, type SolverAnswer } from "./solver.js";

export type Solved = Exclude<SolverAnswer, { readonly answer: "sat" }> | { readonly answer: "sat"; readonly model: Model };

/** When `query.approximated`, the model is a suggestion that has to be replayed. */
export async function solve(solver: Solver, query: Query, limits: Limits): Promise<Solved> {
  const answer = await solver.check(query, limits);
  if (answer.answer !== "sat") return answer;
  if (!query.isModel(answer.values)) return unknown(`the model of ${solver.name} does not satisfy its own query`);
  return { answer: "sat", model: query.decode(answer.values) };
}
