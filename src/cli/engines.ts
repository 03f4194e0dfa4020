/** What answers questions, as the options of `check` and `explain` say: engines, a solver, how hard to try, and where answers are kept. */
import type { EngineName, Engines } from "../verdict/engines.js";
import type { AnswerCache } from "../verdict/caching-solver.js";
import type { Solver } from "../smt/solver.js";
import { solverNamed, SOLVER_NAMES, type SolverName } from "../smt/solvers.js";
import { cacheFolder, openAnswerCache } from "./answer-cache.js";
import { wholeNumber } from "./command.js";
import { badInput } from "./failure.js";

/** Plain data, so that it can be sent to a thread. */
export interface EngineChoice {
  readonly use: readonly EngineName[];
  readonly runs: number;
  readonly seed: number;
  readonly resource: number;
  readonly solver: SolverName;
  /** absent: no cache */
  readonly cacheFolder?: string;
}

export const ENGINE_OPTIONS = {
  engine: { choices: ["auto", "structural", "sampled", "exhaustive", "solver"] as const, default: "auto" as const, describe: "auto: each in turn, cheapest first; or one alone" },
  solver: { choices: SOLVER_NAMES, default: "embedded" as const, describe: "embedded needs no installation; all: every one there is, against each other" },
  runs: { default: 300, coerce: wholeNumber("runs", 1, 10_000_000), describe: "cases that are sampled for a question", requiresArg: true },
  seed: { default: 1974, coerce: wholeNumber("seed", 0, 0x7fffffff), describe: "where sampling starts", requiresArg: true },
  resource: { default: 40_000_000, coerce: wholeNumber("resource", 1, 4_000_000_000), describe: "effort for one question, in z3's units of work", requiresArg: true },
  jobs: { coerce: wholeNumber("jobs", 1, 64), describe: "threads that work at once", defaultDescription: "one a processor, where that pays", requiresArg: true },
  cache: { type: "boolean", default: true, describe: "keep solvers' answers in $POPEK_CACHE, else in the user's cache folder; --no-cache" },
} as const;

const USES: Readonly<Record<(typeof ENGINE_OPTIONS.engine.choices)[number], readonly EngineName[]>> = {
  auto: ["structural", "sampled", "exhaustive", "solver"],
  structural: ["structural"], sampled: ["structural", "sampled"], exhaustive: ["structural", "exhaustive"], solver: ["structural", "solver"],
};

export function engineChoice(args: { readonly engine: keyof typeof USES; readonly solver: SolverName; readonly runs: number; readonly seed: number; readonly resource: number; readonly cache: boolean }): EngineChoice {
  return { use: USES[args.engine], runs: args.runs, seed: args.seed, resource: args.resource, solver: args.solver, cacheFolder: args.cache ? cacheFolder() : undefined };
}

export interface StartedEngines {
  /** all but the CPU, which belongs to a machine */
  readonly engines: Omit<Engines, "cpu">;
  readonly close: () => Promise<void>;
}

/** Throws a `Failure` if the solver chosen is not here. */
export async function startEngines(choice: EngineChoice, onProblem: (what: string) => void): Promise<StartedEngines> {
  const solver = choice.use.includes("solver") ? await startSolver(choice.solver) : undefined;
  const cache: AnswerCache | undefined = choice.cacheFolder === undefined ? undefined : openAnswerCache(choice.cacheFolder, onProblem);
  return {
    engines: { use: choice.use, sampling: { runs: choice.runs, seed: choice.seed }, solver, resource: choice.resource, cache },
    close: async () => solver?.close(),
  };
}

async function startSolver(name: SolverName): Promise<Solver> {
  try {
    return await solverNamed(name);
  } catch (error) {
    throw badInput(`--solver ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
