/** A thread that proves what a monitor needs of instructions, with a solver of its own. */
import type { InstructionFacts } from "../vmm/prove-instruction.js";
import { startEngines, type EngineChoice } from "./engines.js";
import { proveSlice, type ProveTask } from "../vmm/prove-slice.js";
import { serveTasks } from "./thread.js";

export interface ProveWorkerSetting {
  readonly configuration: string;
  readonly choice: EngineChoice;
}

serveTasks<ProveWorkerSetting, ProveTask, InstructionFacts>(async ({ configuration, choice }, onProblem) => {
  const { engines } = await startEngines(choice, onProblem);
  return (task) => proveSlice(task, configuration, engines);
});
