/** A solver that remembers: answers are kept by the content of the query, the solver and its limit, never by a name. */
import type { Solver, SolverAnswer } from "../smt/solver.js";

export interface AnswerCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

export function cachingSolver(solver: Solver, cache: AnswerCache): Solver {
  return {
    name: solver.name,
    version: solver.version,
    check: async (question, limits) => {
      const key = `${solver.name} ${solver.version}\n${limits.resource}\n${question.script}`;
      const known = read(cache.get(key));
      if (known !== undefined) return known;
      const answer = await solver.check(question, limits);
      if (answer.answer !== "unknown") cache.set(key, written(answer));
      return answer;
    },
    close: () => solver.close(),
  };
}

function written(answer: Exclude<SolverAnswer, { answer: "unknown" }>): string {
  return answer.answer === "unsat" ? "unsat" : JSON.stringify([...answer.values].map(([name, value]) => [name, value.toString()]));
}

/** What is not as it was written counts as not there. */
function read(text: string | undefined): SolverAnswer | undefined {
  if (text === undefined || text === "unsat") return text === undefined ? undefined : { answer: "unsat" };
  try {
    return { answer: "sat", values: new Map((JSON.parse(text) as [string, string][]).map(([name, value]) => [name, BigInt(value)])) };
  } catch {
    return undefined;
  }
}
