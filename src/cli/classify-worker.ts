/** A thread that classifies instructions, one after the other, with a solver of its own. */
import { parentPort, workerData } from "node:worker_threads";
import type { MachineDocument } from "../isa/json.js";
import type { Classification } from "../verdict/classify.js";
import { classifySlice } from "./classify-slice.js";
import { startEngines, type EngineChoice } from "./engines.js";

export interface WorkerSetting {
  readonly configuration: string;
  readonly choice: EngineChoice;
}
export type WorkerAnswer =
  | { readonly kind: "done"; readonly classification: Classification }
  | { readonly kind: "broken"; readonly message: string; readonly stack: string | undefined }
  | { readonly kind: "problem"; readonly what: string };

const port = parentPort;
if (port === null) throw new Error("bug: classify-worker is not a thread");
const { configuration, choice } = workerData as WorkerSetting;
const say = (answer: WorkerAnswer): void => port.postMessage(answer);
const broken = (error: unknown): void => say({ kind: "broken", message: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? error.stack : undefined });
const started = startEngines(choice, (what) => say({ kind: "problem", what }));

port.on("message", (slice: MachineDocument) => {
  started.then(({ engines }) => classifySlice(slice, configuration, engines)).then((classification) => say({ kind: "done", classification }), broken);
});
