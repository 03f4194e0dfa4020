/**
 * Rewriting terms from their leaves: substitution, and lowering of the machine's address translation.
 *
 * A `Rewriter` memoises by term, so rewriting many roots of one step costs each shared term once. Rebuilding simplifies
 * again: putting a constant for the mode lets guards fold away.
 */
import { isArray, operands, type AnyTerm, type ArrayTerm, type Term } from "./term.js";
import type { Terms } from "./terms.js";

/** What a leaf or translation node becomes; undefined keeps it (with its operands rewritten). */
export type Replacement = (term: AnyTerm, args: readonly AnyTerm[]) => AnyTerm | undefined;

export class Rewriter {
  private readonly done = new Map<number, AnyTerm>();

  constructor(private readonly terms: Terms, private readonly replace: Replacement) {}

  term(root: Term): Term {
    return this.any(root) as Term;
  }

  array(root: ArrayTerm): ArrayTerm {
    return this.any(root) as ArrayTerm;
  }

  any(root: AnyTerm): AnyTerm {
    const known = this.done.get(root.id);
    if (known !== undefined) return known;
    for (const term of this.undone(root)) {
      const before = operands(term), args = before.map((o) => this.done.get(o.id)!);
      const replaced = this.replace(term, args) ?? (args.every((a, i) => a === before[i]) ? term : this.terms.rebuild(term, args));
      if (isArray(term) !== isArray(replaced)) throw new Error(`bug: a ${term.op} was replaced by a ${replaced.op}`);
      this.done.set(term.id, replaced);
    }
    return this.done.get(root.id)!;
  }

  /** What is under the root and not done yet, operands before users: they have smaller ids. */
  private undone(root: AnyTerm): readonly AnyTerm[] {
    const found = new Map([[root.id, root]]);
    for (const term of found.values()) {
      for (const operand of operands(term)) if (!this.done.has(operand.id)) found.set(operand.id, operand);
    }
    return [...found.values()].sort((a, b) => a.id - b.id);
  }
}

/** Replaces variables (terms or arrays) by id. */
export function substitution(terms: Terms, by: ReadonlyMap<number, AnyTerm>): Rewriter {
  return new Rewriter(terms, (term) => by.get(term.id));
}
