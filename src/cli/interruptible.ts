/** Long work that hears Ctrl-C: what is finished when it comes is in the cache, and the same command goes on from there. */
import { Interrupted } from "../verdict/check.js";
import { EXIT, Failure } from "./failure.js";

/** @param isKept whether answers are kept, so that there is something to go on from */
export async function interruptible<T>(isKept: boolean, perform: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const aborted = new Promise<never>((_, reject) => stop.signal.addEventListener("abort", () => reject(new Interrupted())));
  aborted.catch(() => undefined);
  try {
    const result = perform(stop.signal);
    result.catch(() => undefined); // after Ctrl-C nobody waits for it any more
    return await Promise.race([result, aborted]);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Failure(EXIT.interrupted, "interrupted", isKept ? "answers so far are kept; the same command goes on from there" : undefined);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}
