/** What a thread of a pool does: tasks one after the other, each answered with its result, or with what broke. */
import { parentPort, workerData } from "node:worker_threads";

export type ThreadAnswer<R> =
  | { readonly kind: "done"; readonly result: R }
  | { readonly kind: "broken"; readonly message: string; readonly stack: string | undefined }
  | { readonly kind: "problem"; readonly what: string };

/** @param start from the pool's setting, what performs a task */
export function serveTasks<S, T, R>(start: (setting: S, onProblem: (what: string) => void) => Promise<(task: T) => Promise<R>>): void {
  const port = parentPort;
  if (port === null) throw new Error("bug: this is not a thread");
  const say = (answer: ThreadAnswer<R>): void => port.postMessage(answer);
  const broken = (error: unknown): void => say({ kind: "broken", message: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? error.stack : undefined });
  const started = start(workerData as S, (what) => say({ kind: "problem", what }));
  port.on("message", (task: T) => {
    started.then((perform) => perform(task)).then((result) => say({ kind: "done", result }), broken);
  });
}
