/**
 * The port to solvers: a script in, an answer out.
 *
 * Effort is bounded by the solver's own count of its work, so that the same query has the same answer on a slow day and
 * a fast one. The clock is only a backstop against a solver that hangs. Whatever goes wrong with a solver, the answer is
 * `unknown` with the reason; it never throws and never keeps the caller waiting for ever.
 */
export interface Limits {
  /** in z3's units of work (rlimit), of which a native z3 does some millions a second; adapters of others scale it */
  readonly resource: number;
  /** the backstop; ten minutes unless said otherwise */
  readonly milliseconds?: number;
}

export type SolverAnswer =
  | { readonly answer: "sat"; readonly values: ReadonlyMap<string, bigint> }
  | { readonly answer: "unsat" }
  | { readonly answer: "unknown"; readonly reason: string };

/** What a solver needs of a query: a script that ends in (check-sat), and the symbols whose values are wanted. */
export interface Question {
  readonly script: string;
  readonly ask: readonly string[];
}

export interface Solver {
  readonly name: string;
  readonly version: string;
  /** One question after the other: a second one waits for the first. */
  check(question: Question, limits: Limits): Promise<SolverAnswer>;
  /** A question still open is answered `unknown`. */
  close(): Promise<void>;
}

/** The largest limit that solvers can count to. */
const MOST_RESOURCE = 2 ** 32 - 1;

/** As solvers take it: a whole number. */
export function resourceOf({ resource }: Limits): number {
  return Math.max(1, Math.min(MOST_RESOURCE, Math.floor(resource)));
}

export const DEFAULT_MILLISECONDS = 600_000;
export const NO_ANSWER = "the solver did not answer";
export const OUT_OF_RESOURCES = "the solver's resource limit was reached";
export const CLOSED = "the solver was closed";

export function unknown(reason: string): Extract<SolverAnswer, { readonly answer: "unknown" }> {
  return { answer: "unknown", reason };
}

/** The script up to its question, for an adapter that asks in its own way. */
export function withoutCheck(script: string): string {
  const at = script.lastIndexOf("(check-sat)");
  if (at < 0 || script.slice(at).trim() !== "(check-sat)") throw new Error("bug: a script that does not end in (check-sat)");
  return script.slice(0, at);
}

/** What to write after the question. When the answer is not sat, solvers answer get-value with an error, which is not read. */
export function followUp(ask: readonly string[]): string {
  return ask.length === 0 ? "(get-info :reason-unknown)\n" : `(get-info :reason-unknown)\n(get-value (${ask.join(" ")}))\n`;
}
