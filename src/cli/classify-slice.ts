/**
 * One instruction classified by itself: a machine with that instruction alone, in a term graph of its own.
 *
 * So its answers depend on nothing but the instruction and the engines: not on what was classified before it, nor in which
 * thread. That is what makes the same input give the same bytes with any number of jobs.
 */
import { machineFromJson, machineJson, type MachineDocument } from "../isa/json.js";
import type { Instruction, Machine } from "../isa/machine.js";
import { createCpu } from "../machine/cpu.js";
import type { Engines } from "../verdict/answer.js";
import { configurationNamed } from "../verdict/check.js";
import { classify, type Classification } from "../verdict/classify.js";

export function sliceOf(machine: Machine, instruction: Instruction): MachineDocument {
  return machineJson({ ...machine, instructions: [instruction] });
}

export function classifySlice(slice: MachineDocument, configurationName: string, engines: Omit<Engines, "cpu">): Promise<Classification> {
  const machine = machineFromJson(slice);
  const configuration = configurationNamed(machine, configurationName);
  const instruction = machine.instructions[0];
  if (configuration === undefined || instruction === undefined) throw new Error(`bug: a slice of ${slice.name} without its instruction or configuration`);
  return classify(machine, instruction, configuration, { ...engines, cpu: createCpu(machine) });
}
