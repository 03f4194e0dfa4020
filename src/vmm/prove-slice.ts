/** One instruction under a monitor, proved by itself, as `classify-slice.ts` classifies: its answers depend on nothing else. */
import type { MachineDocument } from "../isa/json.js";
import { createCpu } from "../machine/cpu.js";
import type { Monitoring } from "../requirements/fidelity.js";
import type { Engines } from "../verdict/engines.js";
import { configurationNamed } from "../verdict/check.js";
import { proveInstruction, type InstructionFacts, type KnownMap } from "./prove-instruction.js";
import { readSlice } from "../verdict/classify-slice.js";

export interface ProveTask {
  readonly slice: MachineDocument;
  readonly monitoring: Monitoring;
  readonly map: KnownMap;
}

export function proveSlice({ slice, monitoring, map }: ProveTask, configurationName: string, engines: Omit<Engines, "cpu">): Promise<InstructionFacts> {
  const { machine, instruction } = readSlice(slice);
  const configuration = configurationNamed(machine, configurationName);
  if (configuration === undefined) throw new Error(`bug: a slice of ${slice.name} without its configuration`);
  return proveInstruction(machine, instruction, configuration, monitoring, map, { ...engines, cpu: createCpu(machine) });
}
