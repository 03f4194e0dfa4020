/**
 * Several solvers of one kind behind one queue: a question goes to whichever is free first. A pool is a solver.
 *
 * The first is started at once, to know its name and version; each other one when there is a question that would wait.
 */
import { CLOSED, unknown, type Limits, type Question, type Solver, type SolverAnswer } from "./solver.js";

/** Rejects when the first solver does not start. */
export async function createPool(make: () => Promise<Solver>, size: number): Promise<Solver> {
  if (!Number.isInteger(size) || size < 1) throw new Error(`bug: a pool of ${size} solvers`);
  return new Pool(make, size, await make());
}

interface Waiting {
  readonly question: Question;
  readonly limits: Limits;
  readonly resolve: (answer: SolverAnswer) => void;
  readonly reject: (error: unknown) => void;
}

class Pool implements Solver {
  readonly name: string;
  readonly version: string;
  private readonly idle: Solver[];
  private readonly started: Solver[];
  private readonly waiting: Waiting[] = [];
  private readonly busy = new Set<Promise<void>>();
  private isClosed = false;
  private size: number;

  constructor(private readonly make: () => Promise<Solver>, size: number, first: Solver) {
    this.name = first.name;
    this.version = first.version;
    this.idle = [first];
    this.started = [first];
    this.size = size;
  }

  check(question: Question, limits: Limits): Promise<SolverAnswer> {
    if (this.isClosed) return Promise.resolve(unknown(CLOSED));
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, limits, resolve, reject });
      this.dispatch();
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { resolve } of this.waiting.splice(0)) resolve(unknown(CLOSED));
    await Promise.all(this.started.map((s) => s.close()));
    await Promise.all(this.busy);
    // one may have been starting meanwhile
    await Promise.all(this.started.map((s) => s.close()));
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const solver = this.idle.pop();
      if (solver === undefined && this.busy.size >= this.size) return;
      const work = (solver === undefined ? this.startAnother() : this.serve(solver)).finally(() => {
        this.busy.delete(work);
        this.dispatch();
      });
      this.busy.add(work);
    }
  }

  private async serve(solver: Solver): Promise<void> {
    const next = this.waiting.shift();
    if (next !== undefined) {
      try {
        next.resolve(await solver.check(next.question, next.limits));
      } catch (error) {
        next.reject(error);
      }
    }
    this.idle.push(solver);
  }

  /** If it does not start, the pool goes on with those that did. */
  private async startAnother(): Promise<void> {
    let solver: Solver;
    try {
      solver = await this.make();
    } catch {
      this.size = this.started.length;
      return;
    }
    this.started.push(solver);
    await this.serve(solver);
  }
}
