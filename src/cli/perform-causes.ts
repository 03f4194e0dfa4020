/** The causes of what a check found, from the command line: each instruction by itself, as a check looks at it. */
import { setImmediate } from "node:timers/promises";
import type { Configuration, Machine } from "../isa/machine.js";
import { createCpu } from "../machine/cpu.js";
import { setting } from "../requirements/setting.js";
import { causesOf, type Causes } from "../verdict/causes.js";
import { configurationNamed } from "../verdict/check.js";
import type { CheckResult } from "../verdict/result.js";
import { readSlice, sliceOf } from "../verdict/classify-slice.js";
import { startEngines, type EngineChoice } from "./engines.js";
import { oneInstruction } from "./one-instruction.js";
import { startProgress } from "./progress.js";

/** Part of the effort for a question that a cause may take: there are many of them, and nothing leans on them. */
const LITTLE = 20;

export async function performCauses(machine: Machine, configuration: Configuration, choice: EngineChoice, result: CheckResult): Promise<ReadonlyMap<string, Causes>> {
  const found = new Map<string, Causes>();
  const { engines, close } = await startEngines({ ...choice, resource: Math.ceil(choice.resource / LITTLE) }, (what) => { process.stderr.write(`popek: ${what}; going on without\n`); });
  const progress = await startProgress("explaining");
  try {
    for (const [n, i] of result.instructions.entries()) {
      progress.update(n, result.instructions.length, i.id);
      await setImmediate(); // signals have their turn
      const { machine: alone, instruction } = readSlice(sliceOf(machine, oneInstruction(machine, i.id).instruction));
      found.set(i.id, await causesOf(setting(alone, instruction, configurationNamed(alone, configuration.name)!), i.answers, { ...engines, cpu: createCpu(alone) }));
    }
    return found;
  } finally {
    progress.stop();
    await close();
  }
}
