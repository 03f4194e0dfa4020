/**
 * What the embedded solver and its thread say to each other, and how both ask.
 */
export interface WorkerQuestion {
  readonly id: number;
  readonly script: string;
}
export type WorkerMessage =
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "reply"; readonly id: number; readonly output: string }
  | { readonly kind: "broken"; readonly id: number; readonly reason: string };

/** Down to clauses and a SAT solver at once: on questions like ours a fraction of the time of z3's own choice. */
export const CHECK = "(check-sat-using (then simplify propagate-values solve-eqs elim-uncnstr simplify bit-blast sat))";
