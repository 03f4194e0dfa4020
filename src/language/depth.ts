/**
 * How many operations of a value depend on one another.
 *
 * Whoever reads terms (evaluators, compilers, solvers) may recurse over them, so steps that are deeper are refused here.
 */
import { operands, reachable, type AnyTerm } from "../isa/term.js";
import type { Context } from "./scope.js";
import type { Span } from "./syntax.js";

export const DEEPEST_VALUE = 1_000;

export class Depths {
  private readonly known = new Map<number, number>();

  of(roots: Iterable<AnyTerm>): number {
    let deepest = 0;
    for (const root of roots) deepest = Math.max(deepest, this.known.get(root.id) ?? this.measure(root));
    return deepest;
  }

  private measure(root: AnyTerm): number {
    // by ascending ids, operands come before their users
    const pending: AnyTerm[] = [root];
    const fresh: AnyTerm[] = [];
    const seen = new Set<number>();
    for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
      if (seen.has(term.id) || this.known.has(term.id)) continue;
      seen.add(term.id);
      fresh.push(term);
      pending.push(...operands(term));
    }
    fresh.sort((a, b) => a.id - b.id);
    for (const term of fresh) this.known.set(term.id, 1 + Math.max(0, ...operands(term).map((o) => this.known.get(o.id)!)));
    return this.known.get(root.id)!;
  }
}

/** How many terms a value is made of. */
export function sizeOfTerm(root: AnyTerm): number {
  return reachable([root]).length;
}

export function tooDeep(context: Context, span: Span, what: string): undefined {
  return context.report.error("P4031", span, `${what} computes a value by more than ${DEEPEST_VALUE.toLocaleString("en")} operations, each on the result of the one before`, { hint: "a while loop with a limit, instead of for, is one operation" });
}
