/** A check from the command line: each instruction classified by itself, in this thread or another. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { MachineDocument } from "../isa/json.js";
import type { Configuration, Machine } from "../isa/machine.js";
import { nearest } from "../isa/nearest.js";
import { createCpu } from "../machine/cpu.js";
import { checkMachine, configurationNamed } from "../verdict/check.js";
import type { Classification } from "../verdict/classify.js";
import type { CheckResult } from "../verdict/result.js";
import { classifySlice, sliceOf } from "../verdict/classify-slice.js";
import { badInput } from "./failure.js";
import { performWork, type Work } from "./perform-work.js";

export interface CheckWork extends Work {
  readonly configuration: Configuration;
  /** what is known of instructions, for other checks that ask the very same: of the same machine but for its other instructions */
  readonly classified?: Map<string, Promise<Classification>>;
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

export function performCheck(work: CheckWork): Promise<CheckResult> {
  const { machine, configuration, choice, only, classified } = work;
  const threads = { file: "classify-worker", setting: { configuration: configuration.name, choice } };
  return performWork<MachineDocument, Classification, CheckResult>(work, threads, "checking", ({ engines, jobs, inThread, signal, onProgress }) => checkMachine(machine, {
    configuration, engines: { ...engines, cpu: createCpu(machine) }, parallel: jobs, only, signal, onProgress,
    classifier: async (instruction) => {
      await setImmediate(); // signals and the progress bar have their turn
      const slice = sliceOf(machine, instruction);
      const key = classified && createHash("sha256").update(JSON.stringify([configuration.name, { ...slice, sha256: "", unallocated: [] }])).digest("hex");
      const known = key === undefined ? undefined : classified?.get(key);
      if (known !== undefined) return known;
      const found = inThread === undefined ? classifySlice(slice, configuration.name, engines) : inThread(slice);
      if (key !== undefined) classified?.set(key, found);
      return found;
    },
  }));
}
