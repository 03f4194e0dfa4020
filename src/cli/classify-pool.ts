/**
 * Classification on several processors: each thread takes an instruction, and the next when it is done.
 *
 * A thread that breaks breaks the check: it is a bug of ours, told with its story.
 */
import { Worker } from "node:worker_threads";
import type { MachineDocument } from "../isa/json.js";
import type { Classification } from "../verdict/classify.js";
import type { WorkerAnswer, WorkerSetting } from "./classify-worker.js";

export interface ClassifyPool {
  readonly classify: (slice: MachineDocument) => Promise<Classification>;
  readonly close: () => Promise<void>;
}

interface Task {
  readonly slice: MachineDocument;
  readonly resolve: (classification: Classification) => void;
  readonly reject: (error: Error) => void;
}

export function startClassifyPool(setting: WorkerSetting, threads: number, onProblem: (what: string) => void): ClassifyPool {
  const workers: Worker[] = [];
  const idle: Worker[] = [];
  const waiting: Task[] = [];
  const working = new Map<Worker, Task>();
  let isClosed = false;

  const dispatch = (): void => {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (workers.length < threads ? start() : undefined);
      if (worker === undefined) return;
      const task = waiting.shift()!;
      working.set(worker, task);
      worker.postMessage(task.slice);
    }
  };
  const start = (): Worker => {
    const worker = newThread(setting);
    workers.push(worker);
    worker.on("message", (answer: WorkerAnswer) => {
      if (answer.kind === "problem") {
        onProblem(answer.what);
        return;
      }
      const task = working.get(worker);
      working.delete(worker);
      idle.push(worker);
      if (answer.kind === "done") task?.resolve(answer.classification);
      else task?.reject(bugIn(answer.message, answer.stack));
      dispatch();
    });
    const gone = (error: Error): void => {
      if (isClosed) return;
      working.get(worker)?.reject(error);
      working.delete(worker);
    };
    worker.on("error", gone);
    worker.on("exit", (code) => gone(new Error(`a thread ended with code ${code}`)));
    return worker;
  };

  return {
    classify: (slice) => new Promise((resolve, reject) => {
      waiting.push({ slice, resolve, reject });
      dispatch();
    }),
    close: async () => {
      isClosed = true;
      await Promise.all(workers.map((w) => w.terminate()));
    },
  };
}

function bugIn(message: string, stack: string | undefined): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Compiled, the thread's code stands beside this file; from the sources it is TypeScript, read with the help of tsx. */
function newThread(workerData: WorkerSetting): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./classify-worker.js", import.meta.url), { workerData });
  const source = new URL("./classify-worker.ts", import.meta.url).href;
  const loader = import.meta.resolve("tsx/esm/api");
  return new Worker(`import("${loader}").then(({ register }) => { register(); return import("${source}"); })`, { eval: true, workerData });
}
