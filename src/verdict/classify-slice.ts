/**
 * One instruction classified by itself: a machine with that instruction alone, in a term graph of its own.
 *
 * So its answers depend on nothing but the instruction and the engines: not on what was classified before it, nor in which
 * thread. That is what makes the same input give the same bytes with any number of jobs.
 */
import { compose, isComposed } from "../isa/compose.js";
import { machineFromJson, machineJson, type MachineDocument } from "../isa/json.js";
import type { Instruction, Machine, Step } from "../isa/machine.js";
import { createCpu } from "../machine/cpu.js";
import type { Engines } from "./engines.js";
import { configurationNamed } from "./check.js";
import { classify, type Classification } from "./classify.js";

/**
 * A composed instruction goes as its two parts: first, target. What the machine does when something else happens than this instruction stays
 * behind: deliveries of traps that it does not raise, and interrupts; on some machines that is most of the specification.
 */
export function sliceOf(machine: Machine, instruction: Instruction): MachineDocument {
  const instructions = isComposed(instruction) ? [instruction.first, instruction.target] : [instruction];
  const raised = new Set(instructions.flatMap((i) => i.step.exits.map((e) => e.cause)));
  return machineJson({ ...machine, instructions, interrupts: [], traps: machine.traps.map((t) => (raised.has(t.name) ? t : { ...t, delivery: UNUSED })) });
}

const UNUSED: Step = { exits: [], next: new Map(), assignedAt: new Map() };

/** The machine of a slice, and the instruction that it is about. */
export function readSlice(slice: MachineDocument): { readonly machine: Machine; readonly instruction: Instruction } {
  const machine = machineFromJson(slice);
  const [first, target] = machine.instructions;
  if (first === undefined) throw new Error(`bug: a slice of ${slice.name} without its instruction`);
  return { machine, instruction: target === undefined ? first : compose(machine, first, target) };
}

export function classifySlice(slice: MachineDocument, configurationName: string, engines: Omit<Engines, "cpu">): Promise<Classification> {
  const { machine, instruction } = readSlice(slice);
  const configuration = configurationNamed(machine, configurationName);
  if (configuration === undefined) throw new Error(`bug: a slice of ${slice.name} without its configuration`);
  return classify(machine, instruction, configuration, { ...engines, cpu: createCpu(machine) });
}
