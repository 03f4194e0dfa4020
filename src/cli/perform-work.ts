/**
 * Work on a machine's instructions from the command line: the engines started and stopped, threads where they pay, progress shown,
 * Ctrl-C heard.
 */
import { availableParallelism } from "node:os";
import type { Instruction, Machine } from "../isa/machine.js";
import type { Engines } from "../verdict/engines.js";
import { startEngines, type EngineChoice } from "./engines.js";
import { interruptible } from "./interruptible.js";
import { startProgress } from "./progress.js";
import { startThreadPool } from "./thread-pool.js";

/** For fewer instructions than this, starting threads takes longer than they save. */
const FEW = 150;
const MOST_JOBS = 8;

export interface Work {
  readonly machine: Machine;
  readonly choice: EngineChoice;
  /** undefined: as many as pay */
  readonly jobs: number | undefined;
  readonly only?: (instruction: Instruction) => boolean;
}

export interface Tools<T, R> {
  readonly engines: Omit<Engines, "cpu">;
  readonly jobs: number;
  /** performs a task in a thread; absent where there is but one job */
  readonly inThread?: (task: T) => Promise<R>;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** @param threads the threads' code and setting; @param verb what is going on, for the progress bar */
export async function performWork<T, R, Result>(work: Work, threads: { readonly file: string; readonly setting: unknown }, verb: string, perform: (tools: Tools<T, R>) => Promise<Result>): Promise<Result> {
  const said = new Set<string>();
  const onProblem = (what: string): void => {
    if (!said.has(what)) process.stderr.write(`popek: ${what}; going on without\n`);
    said.add(what);
  };
  const chosen = work.machine.instructions.filter((i) => work.only?.(i) ?? true).length;
  const jobs = work.jobs ?? (chosen < FEW ? 1 : Math.min(MOST_JOBS, availableParallelism()));
  const { engines, close } = await startEngines(work.choice, onProblem);
  const pool = jobs > 1 ? startThreadPool<T, R>(threads.file, threads.setting, jobs, onProblem) : undefined;
  const progress = await startProgress(verb);
  let isAborted = false;
  try {
    return await interruptible(work.choice.cacheFolder !== undefined, (signal) => {
      signal.addEventListener("abort", () => { isAborted = true; });
      return perform({ engines, jobs, inThread: pool?.perform, signal, onProgress: progress.update });
    });
  } finally {
    progress.stop();
    await Promise.all([pool?.close(), isAborted ? undefined : close()]);
  }
}
