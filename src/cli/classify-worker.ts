/** A thread that classifies instructions, with a solver of its own. */
import type { MachineDocument } from "../isa/json.js";
import type { Classification } from "../verdict/classify.js";
import { classifySlice } from "../verdict/classify-slice.js";
import { startEngines, type EngineChoice } from "./engines.js";
import { serveTasks } from "./thread.js";

export interface WorkerSetting {
  readonly configuration: string;
  readonly choice: EngineChoice;
}

serveTasks<WorkerSetting, MachineDocument, Classification>(async ({ configuration, choice }, onProblem) => {
  const { engines } = await startEngines(choice, onProblem);
  return (slice) => classifySlice(slice, configuration, engines);
});
