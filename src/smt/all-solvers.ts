/**
 * Several solvers on every question, at the same time. Two that contradict each other are a bug of one of them, or of
 * ours, and stop everything; one that does not know is outvoted by one that does.
 */
import { unknown, type Limits, type Question, type Solver, type SolverAnswer } from "./solver.js";

export class AllSolvers implements Solver {
  readonly name: string;
  readonly version: string;

  constructor(private readonly solvers: readonly Solver[]) {
    if (solvers.length === 0) throw new Error("bug: no solvers to compare");
    this.name = solvers.map((s) => s.name).join(" and ");
    this.version = solvers.map((s) => s.version).join(" and ");
  }

  /** Rejects, as a bug, when one says sat and another unsat. */
  async check(question: Question, limits: Limits): Promise<SolverAnswer> {
    const answers = await Promise.all(this.solvers.map((s) => s.check(question, limits)));
    const describe = (which: SolverAnswer["answer"]): string => this.solvers.filter((_, i) => answers[i]!.answer === which).map((s) => `${s.name} ${s.version}`).join(", ");
    const sat = answers.find((a) => a.answer === "sat"), unsat = answers.find((a) => a.answer === "unsat");
    if (sat !== undefined && unsat !== undefined) {
      throw new Error(`bug: solvers disagree: ${describe("sat")} says sat, ${describe("unsat")} says unsat, of\n${question.script}`);
    }
    if (sat !== undefined) return sat;
    if (unsat !== undefined) return unsat;
    return unknown(answers.map((a, i) => `${this.solvers[i]!.name}: ${a.answer === "unknown" ? a.reason : a.answer}`).join("; "));
  }

  async close(): Promise<void> {
    await Promise.all(this.solvers.map((s) => s.close()));
  }
}
