/** A check, its causes, its traces: what the commands `check`, `explain`, `trace` and `replay` do, as functions of a machine. */
import { compose } from "../isa/compose.js";
import type { Instruction, Machine } from "../isa/machine.js";
import { createCpu } from "../machine/cpu.js";
import { setting } from "../requirements/setting.js";
import { search } from "../verdict/engines.js";
import { causesOf, type Causes } from "../verdict/causes.js";
import { checkMachine, configurationNamed } from "../verdict/check.js";
import { classifySlice, readSlice, sliceOf } from "../verdict/classify-slice.js";
import type { CheckResult, ClaimName } from "../verdict/result.js";
import type { Retaken } from "../verdict/retake.js";
import { retrace, traceOf, type Trace } from "../verdict/trace.js";
import { isMonitorObligation, monitorQuestion } from "../vmm/prove-questions.js";
import { retracePill } from "../vmm/red-pill-trace.js";
import { configurationOf, enginesOf, RequestError, turn, type CheckOptions, type EngineOptions } from "./options.js";

/**
 * Classifies every instruction and judges the conditions of the theorems. Each instruction is looked at by itself, so its answers
 * depend on nothing else, and the same machine and options give the same value.
 *
 * @throws RequestError if there is no such configuration; Interrupted after the signal
 */
export async function check(machine: Machine, options: CheckOptions = {}): Promise<CheckResult> {
  const configuration = configurationOf(machine, options.configuration), engines = enginesOf(options);
  return checkMachine(machine, {
    configuration, engines: { ...engines, cpu: createCpu(machine) }, only: options.only, signal: options.signal, onProgress: options.onProgress,
    classifier: async (instruction) => {
      await turn();
      return classifySlice(sliceOf(machine, instruction), configuration.name, engines);
    },
  });
}

/**
 * Why the claims about one instruction of a finished check are so: every distinct cause, with a witness of its own.
 *
 * @throws RequestError if the result has no such instruction
 */
export async function explain(machine: Machine, result: CheckResult, id: string, options: EngineOptions = {}): Promise<Causes> {
  const found = resultOf(result, id);
  const { machine: alone, instruction } = readSlice(sliceOf(machine, instructionNamed(machine, id)));
  return causesOf(setting(alone, instruction, configurationNamed(alone, result.configuration)!), found.answers, { ...enginesOf(options), cpu: createCpu(alone) });
}

/**
 * The witness of a claim of a finished check, as its runs step by step.
 *
 * @throws RequestError if there is no such instruction, or no witness of the claim, or the result comes from a report
 */
export function trace(machine: Machine, result: CheckResult, id: string, claim: ClaimName): Trace {
  const answer = resultOf(result, id).answers[claim];
  if (answer?.witness === undefined) throw new RequestError(`${id} has no witness for ${claim}`);
  if (answer.witness.asked === undefined) throw new RequestError("the result was read back from a report, which does not say what was asked; check the machine again");
  return traceOf(machine, createCpu(machine), configurationOf(machine, result.configuration), instructionNamed(machine, id), claim, answer.answer, answer.witness);
}

/**
 * A trace taken again on this machine: do its states still show what they showed? Nothing in the trace is believed but its shape.
 *
 * @throws RequestError if the machine has no such instruction or configuration
 */
export async function replay(machine: Machine, given: Trace, options: EngineOptions = {}): Promise<Retaken> {
  const engines = enginesOf(options);
  if (machine.radix !== given.machine.radix) return { kind: "fails", reason: `the machine writes bit strings as ${machine.radix}, the trace as ${given.machine.radix}` };
  const configuration = configurationOf(machine, given.configuration), instruction = instructionNamed(machine, given.instruction.id);
  if (given.guest !== undefined) return retracePill(machine, given);
  // what is asked about a monitor's map is asked of a machine with an allotment
  const asked = isMonitorObligation(given.question) ? monitorQuestion(setting(machine, instruction, configuration), given.question) : undefined;
  const own = asked?.setting.machine ?? machine, cpu = createCpu(own);
  return retrace(own, cpu, configuration, instruction, given, (f) => search(own, undefined, f, f, { ...engines, cpu }), asked?.question);
}

function resultOf(result: CheckResult, id: string): CheckResult["instructions"][number] {
  const found = result.instructions.find((i) => i.id === id);
  if (found === undefined) throw new RequestError(`the result has no instruction ${id}`);
  return found;
}

/** By its identifier; `XCT[JSP]` is the one that executes the other. */
function instructionNamed(machine: Machine, id: string): Instruction {
  const found = machine.instructions.find((i) => i.id === id);
  if (found !== undefined) return found;
  for (const first of machine.instructions.filter((i) => i.step.execute !== undefined && id.startsWith(`${i.id}[`))) {
    const target = machine.instructions.find((i) => i.step.execute === undefined && id === `${first.id}[${i.id}]`);
    if (target !== undefined) return compose(machine, first, target);
  }
  throw new RequestError(`${machine.name} has no instruction ${id}`);
}
