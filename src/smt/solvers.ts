/**
 * The solvers by name: `embedded` is always there; `z3` and `cvc5` where they are installed; `all` is all that there are.
 */
import { AllSolvers } from "./all-solvers.js";
import { startEmbeddedZ3 } from "./embedded-z3.js";
import { CVC5, findProcessSolver, Z3 } from "./process-solver.js";
import type { Solver } from "./solver.js";

export const SOLVER_NAMES = ["embedded", "z3", "cvc5", "all"] as const;
export type SolverName = (typeof SOLVER_NAMES)[number];

/** Solvers that share their code give one opinion, not two: the embedded one is z3. */
export const SOLVER_FAMILIES: Readonly<Record<Exclude<SolverName, "all">, string>> = { embedded: "z3", z3: "z3", cvc5: "cvc5" };

/** Rejects when there is no such solver here, saying what to do. */
export async function solverNamed(name: SolverName): Promise<Solver> {
  switch (name) {
    case "embedded":
      return startEmbeddedZ3();
    case "z3":
    case "cvc5": {
      const found = await findProcessSolver(name === "z3" ? Z3 : CVC5);
      if (found === undefined) throw new Error(`${name} is not on PATH: install it, or use the embedded solver`);
      return found;
    }
    case "all": {
      const programs = await Promise.all([findProcessSolver(Z3), findProcessSolver(CVC5)]);
      return new AllSolvers([await startEmbeddedZ3(), ...programs.filter((s) => s !== undefined)]);
    }
  }
}

/** Those that `solverNamed` would find, `all` aside. */
export async function availableSolvers(): Promise<readonly { readonly name: SolverName; readonly version: string }[]> {
  const found: { readonly name: SolverName; readonly version: string }[] = [];
  for (const name of SOLVER_NAMES) {
    if (name === "all") continue;
    try {
      const solver = await solverNamed(name);
      found.push({ name, version: solver.version });
      await solver.close();
    } catch {
      // not available here: that is the answer
    }
  }
  return found;
}
