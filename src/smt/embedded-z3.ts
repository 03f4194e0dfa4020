/**
 * The solver that comes with Popek: z3 as WebAssembly, in a thread of its own.
 *
 * The thread keeps the caller free, so that Ctrl-C works and two solvers use two cores, and it can be stopped in the
 * middle of a query. When it breaks it is replaced at the next question. An idle thread does not keep the process alive.
 */
import { Worker } from "node:worker_threads";
import { CHECK, type WorkerMessage, type WorkerQuestion } from "./embedded-z3-protocol.js";
import { readReply } from "./reply.js";
import { CLOSED, DEFAULT_MILLISECONDS, followUp, NO_ANSWER, resourceOf, unknown, withoutCheck, type Limits, type Question, type Solver, type SolverAnswer } from "./solver.js";

/** Rejects when the package does not start here. */
export async function startEmbeddedZ3(startWorker: () => Worker = startZ3Worker): Promise<Solver> {
  const first = await Thread.start(startWorker);
  return new EmbeddedZ3(startWorker, first);
}

/**
 * Compiled, the thread's code stands beside this file. From the sources (tests, development) it is TypeScript, which
 * Node reads with the help of tsx, a tool of development only.
 */
function startZ3Worker(): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./embedded-z3-worker.js", import.meta.url));
  const source = new URL("./embedded-z3-worker.ts", import.meta.url).href;
  const loader = import.meta.resolve("tsx/esm/api");
  return new Worker(`import("${loader}").then(({ tsImport }) => tsImport("${source}", "${source}"))`, { eval: true });
}

class EmbeddedZ3 implements Solver {
  readonly name = "z3 (embedded)";
  readonly version: string;
  private thread: Thread | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly startWorker: () => Worker, thread: Thread) {
    this.thread = thread;
    this.version = thread.version;
  }

  check(question: Question, limits: Limits): Promise<SolverAnswer> {
    const answer = this.queue.then(() => this.ask(question, limits));
    this.queue = answer;
    return answer;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.thread?.stop(CLOSED);
    await this.queue;
    await this.thread?.stop(CLOSED);
  }

  private async ask({ script, ask }: Question, limits: Limits): Promise<SolverAnswer> {
    if (this.isClosed) return unknown(CLOSED);
    try {
      this.thread ??= await Thread.start(this.startWorker);
    } catch (error) {
      return unknown(`the solver does not start: ${error instanceof Error ? error.message : String(error)}`);
    }
    const text = `(set-option :rlimit ${resourceOf(limits)})\n${withoutCheck(script)}${CHECK}\n${followUp(ask)}`;
    const said = await this.thread.evaluate(text, limits.milliseconds ?? DEFAULT_MILLISECONDS);
    if (said.kind === "output") return readReply(said.output, ask);
    await this.thread.stop(said.reason);
    this.thread = undefined;
    return unknown(said.reason);
  }
}

type Said = { readonly kind: "output"; readonly output: string } | { readonly kind: "failed"; readonly reason: string };

/** One thread, from its start to its end. It answers one question at a time. */
class Thread {
  private nextId = 0;
  private answer: ((said: Said) => void) | undefined;
  private failure: string | undefined;

  private constructor(private readonly worker: Worker, readonly version: string) {
    worker.on("message", (message: WorkerMessage) => this.hear(message));
    worker.on("error", (error) => this.fail(`${NO_ANSWER}: ${error.message}`));
    worker.on("exit", () => this.fail(`${NO_ANSWER}: its thread ended`));
    worker.unref();
  }

  static start(startWorker: () => Worker): Promise<Thread> {
    return new Promise((resolve, reject) => {
      const worker = startWorker();
      worker.once("message", (message: WorkerMessage) => {
        if (message.kind === "ready") resolve(new Thread(worker, message.version));
        else reject(new Error(`bug: the solver's thread begins with "${message.kind}"`));
      });
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("its thread ended at once")));
    });
  }

  evaluate(script: string, milliseconds: number): Promise<Said> {
    return new Promise((resolve) => {
      if (this.failure !== undefined) return resolve({ kind: "failed", reason: this.failure });
      const patience = setTimeout(() => this.fail(NO_ANSWER), milliseconds);
      this.answer = (said) => {
        clearTimeout(patience);
        this.answer = undefined;
        this.worker.unref();
        resolve(said);
      };
      this.worker.ref();
      const question: WorkerQuestion = { id: ++this.nextId, script };
      this.worker.postMessage(question);
    });
  }

  /** Stops even a solver that is deep in a query. */
  async stop(reason: string): Promise<void> {
    this.fail(reason);
    await this.worker.terminate();
  }

  private hear(message: WorkerMessage): void {
    if (message.kind === "reply" && message.id === this.nextId) this.answer?.({ kind: "output", output: message.output });
    else if (message.kind === "broken") this.fail(`${NO_ANSWER}: ${message.reason}`);
  }

  private fail(reason: string): void {
    this.failure ??= reason;
    this.answer?.({ kind: "failed", reason });
  }
}
