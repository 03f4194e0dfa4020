/**
 * Work on several processors: each thread takes a task, and the next when it is done. Tasks, results and settings are plain data.
 *
 * A thread that breaks breaks the work: it is a bug of ours, told with its story.
 */
import { Worker } from "node:worker_threads";
import type { ThreadAnswer } from "./thread.js";

export interface ThreadPool<T, R> {
  readonly perform: (task: T) => Promise<R>;
  readonly close: () => Promise<void>;
}

interface Waiting<T, R> {
  readonly task: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: Error) => void;
}

/** @param file the thread's code, a file beside this one, without its ending */
export function startThreadPool<T, R>(file: string, setting: unknown, threads: number, onProblem: (what: string) => void): ThreadPool<T, R> {
  const workers: Worker[] = [];
  const idle: Worker[] = [];
  const waiting: Waiting<T, R>[] = [];
  const working = new Map<Worker, Waiting<T, R>>();
  let isClosed = false;

  const dispatch = (): void => {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (workers.length < threads ? start() : undefined);
      if (worker === undefined) return;
      const next = waiting.shift()!;
      working.set(worker, next);
      worker.postMessage(next.task);
    }
  };
  const start = (): Worker => {
    const worker = newThread(file, setting);
    workers.push(worker);
    worker.on("message", (answer: ThreadAnswer<R>) => {
      if (answer.kind === "problem") {
        onProblem(answer.what);
        return;
      }
      const own = working.get(worker);
      working.delete(worker);
      idle.push(worker);
      if (answer.kind === "done") own?.resolve(answer.result);
      else own?.reject(bugIn(answer.message, answer.stack));
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
    perform: (task) => new Promise((resolve, reject) => {
      waiting.push({ task, resolve, reject });
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
function newThread(file: string, workerData: unknown): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL(`./${file}.js`, import.meta.url), { workerData });
  const source = new URL(`./${file}.ts`, import.meta.url).href;
  const loader = import.meta.resolve("tsx/esm/api");
  return new Worker(`import("${loader}").then(({ register }) => { register(); return import("${source}"); })`, { eval: true, workerData });
}
