/** What answers the questions of the library's callers: engines, a solver if they bring one, and how hard to try. */
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import { nearest } from "../isa/nearest.js";
import type { Solver } from "../smt/solver.js";
import type { EngineName, Engines } from "../verdict/engines.js";
import type { AnswerCache } from "../verdict/caching-solver.js";
import { configurationNamed } from "../verdict/check.js";

/** The defaults of `popek check`: with the embedded solver, the same options give the same result as the command. */
export interface EngineOptions {
  /** without one, what neither structure, sampling nor exhaustion decides stays open; in Node `popek/solvers` has some */
  readonly solver?: Solver;
  /** defaults to all of them, the solver's if there is one */
  readonly use?: readonly EngineName[];
  /** cases sampled for a question; 300 */
  readonly runs?: number;
  /** where sampling starts; 1974 */
  readonly seed?: number;
  /** effort for one question, in z3's units of work; 40 million */
  readonly resource?: number;
  /** keeps solvers' answers */
  readonly cache?: AnswerCache;
}

export interface CheckOptions extends EngineOptions {
  /** the configuration of user states, by name; the machine's default if not given */
  readonly configuration?: string;
  /** the instructions looked at; all if not given */
  readonly only?: (instruction: Instruction) => boolean;
  /** ends the work with an `Interrupted` */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, id: string) => void;
}

/** A caller's mistake: what was asked for is not there. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}

export function enginesOf({ solver, use, runs = 300, seed = 1974, resource = 40_000_000, cache }: EngineOptions): Omit<Engines, "cpu"> {
  const all: readonly EngineName[] = ["structural", "sampled", "exhaustive", "solver"];
  return { use: (use ?? all).filter((e) => e !== "solver" || solver !== undefined), sampling: { runs, seed }, solver, resource, cache };
}

export function configurationOf(machine: Machine, name: string | undefined): Configuration {
  const found = configurationNamed(machine, name);
  if (found !== undefined) return found;
  const names = machine.configurations.map((c) => c.name);
  const near = name === undefined ? undefined : nearest(name, names);
  throw new RequestError(`${machine.name} has no configuration ${name ?? "that is the default"}; ${near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`}`);
}

/** Whoever else waits for this thread has its turn: timers, messages, the signal. */
export const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0); });
