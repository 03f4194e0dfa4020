/**
 * A check from the command line: the engines started and stopped, instructions shared out over threads, progress shown,
 * Ctrl-C heard. What is finished when it comes is in the cache, and the same command goes on from there.
 */
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import { createCpu } from "../machine/cpu.js";
import { checkMachine, configurationNamed, Interrupted, type Classifier } from "../verdict/check.js";
import type { CheckResult } from "../verdict/result.js";
import { nearest } from "../isa/nearest.js";
import { startClassifyPool } from "./classify-pool.js";
import { classifySlice, sliceOf } from "./classify-slice.js";
import { startEngines, type EngineChoice } from "./engines.js";
import { badInput, EXIT, Failure } from "./failure.js";
import { startProgress } from "./progress.js";

/** For fewer instructions than this, starting threads takes longer than they save. */
const FEW = 150;
const MOST_JOBS = 8;

export interface CheckWork {
  readonly machine: Machine;
  readonly configuration: Configuration;
  readonly choice: EngineChoice;
  /** undefined: as many as pay */
  readonly jobs: number | undefined;
  readonly only?: (instruction: Instruction) => boolean;
}

/** The configuration asked for, or the machine's default. Throws a `Failure` with a hint if there is none of that name. */
export function configurationOf(machine: Machine, name: string | undefined): Configuration {
  const found = configurationNamed(machine, name);
  if (found !== undefined) return found;
  if (name === undefined) throw new Error(`bug: ${machine.name} has no default configuration`);
  const names = machine.configurations.map((c) => c.name);
  const near = nearest(name, names);
  throw badInput(`${machine.name} has no configuration ${name}`, near === undefined ? `configurations: ${names.join(", ")}` : `did you mean ${near}?`);
}

export async function performCheck(work: CheckWork): Promise<CheckResult> {
  const { machine, configuration, choice } = work;
  const said = new Set<string>();
  const onProblem = (what: string): void => {
    if (!said.has(what)) process.stderr.write(`popek: ${what}; going on without\n`);
    said.add(what);
  };
  const chosen = machine.instructions.filter((i) => work.only?.(i) ?? true).length;
  const jobs = work.jobs ?? (chosen < FEW ? 1 : Math.min(MOST_JOBS, availableParallelism()));
  const { engines, close } = await startEngines(choice, onProblem);
  const pool = jobs > 1 ? startClassifyPool({ configuration: configuration.name, choice }, jobs, onProblem) : undefined;
  const classifier: Classifier = async (instruction) => {
    await setImmediate(); // signals and the progress bar have their turn
    const slice = sliceOf(machine, instruction);
    return pool === undefined ? classifySlice(slice, configuration.name, engines) : pool.classify(slice);
  };
  const progress = await startProgress("checking");
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const aborted = new Promise<never>((_, reject) => stop.signal.addEventListener("abort", () => reject(new Interrupted())));
  try {
    const check = checkMachine(machine, { configuration, engines: { ...engines, cpu: createCpu(machine) }, classifier, parallel: jobs, only: work.only, signal: stop.signal, onProgress: progress.update });
    check.catch(() => undefined); // after Ctrl-C nobody waits for it any more
    return await Promise.race([check, aborted]);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Failure(EXIT.interrupted, "interrupted", choice.cacheFolder === undefined ? undefined : "answers so far are kept; the same command goes on from there");
  } finally {
    progress.stop();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    await Promise.all([pool?.close(), stop.signal.aborted ? undefined : close()]);
  }
}
