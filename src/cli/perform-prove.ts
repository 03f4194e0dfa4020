/** The proofs about a monitor from the command line: each instruction by itself, in this thread or another. */
import { setImmediate } from "node:timers/promises";
import type { Configuration } from "../isa/machine.js";
import { createCpu } from "../machine/cpu.js";
import type { ReadingName } from "../requirements/parts.js";
import type { InstructionFacts } from "../vmm/prove-instruction.js";
import type { MonitorName, ProveResult } from "../vmm/prove-result.js";
import { proveMachine } from "../vmm/prove.js";
import { sliceOf } from "../verdict/classify-slice.js";
import { performWork, type Work } from "./perform-work.js";
import { proveSlice, type ProveTask } from "../vmm/prove-slice.js";

export interface ProveWork extends Work {
  readonly configuration: Configuration;
  readonly monitor: MonitorName;
  readonly reading: ReadingName;
  readonly guests: ProveResult["guests"];
  readonly leastBlockBits: number;
  /** what is proved of instructions, for other monitors that ask the same: a monitor of any depth runs them alike */
  readonly memory?: Map<string, Promise<InstructionFacts>>;
}

export function performProve(work: ProveWork): Promise<ProveResult> {
  const { machine, configuration, choice, monitor, reading, guests, leastBlockBits, memory = new Map<string, Promise<InstructionFacts>>(), only } = work;
  const threads = { file: "prove-worker", setting: { configuration: configuration.name, choice } };
  return performWork<ProveTask, InstructionFacts, ProveResult>(work, threads, "proving", ({ engines, jobs, inThread, signal, onProgress }) => proveMachine(machine, {
    monitor, reading, guests, leastBlockBits, configuration, engines: { ...engines, cpu: createCpu(machine) }, parallel: jobs, only, signal, onProgress,
    prover: async (instruction, monitoring, map) => {
      await setImmediate(); // signals and the progress bar have their turn
      const key = JSON.stringify([instruction.id, monitoring, map]);
      const known = memory.get(key);
      if (known !== undefined) return known;
      const task = { slice: sliceOf(machine, instruction), monitoring, map };
      const facts = inThread === undefined ? proveSlice(task, configuration.name, engines) : inThread(task);
      memory.set(key, facts);
      return facts;
    },
  }));
}
