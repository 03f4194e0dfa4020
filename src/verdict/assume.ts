/**
 * What a conjunction says outright, put to use: `x`, `not x` and `x = constant` among its conjuncts fix x everywhere
 * else, again and again, until nothing is new. Much of what is asked falls to this alone.
 */
import { substitution } from "../isa/substitute.js";
import { conjuncts, operands, type AnyTerm, type Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

export interface Assumed {
  readonly term: Term;
  /** what the term fixes: variable and value */
  readonly fixed: ReadonlyMap<number, Term>;
}

/**
 * An equisatisfiable term; the variables in `fixed` have these values in every solution. A conjunct that is no equation
 * of a variable stays, and is known to be true inside all the others: of two, only the larger can contain the smaller.
 */
export function assume(terms: Terms, term: Term): Assumed {
  const fixed = new Map<number, Term>();
  let current = term;
  for (;;) {
    const own = conjuncts(current);
    const facts = new Map<number, AnyTerm>();
    for (const c of own) {
      const fact = factOf(terms, c);
      if (fact !== undefined && !facts.has(fact[0])) facts.set(fact[0], fact[1]);
    }
    for (const [id, value] of facts) fixed.set(id, value as Term);
    if (facts.size > 0) current = substitution(terms, facts).term(current);
    else {
      const simpler = insideOthers(terms, own);
      if (simpler.every((c, i) => c === own[i])) return { term: current, fixed };
      current = terms.and(...simpler);
    }
  }
}

/** Each conjunct with all the others put true where they stand inside it. */
function insideOthers(terms: Terms, all: readonly Term[]): Term[] {
  const truths = new Map<number, AnyTerm>();
  for (const c of all) {
    truths.set(c.id, terms.true);
    if (c.op === "not") truths.set(c.args[0]!.id, terms.false);
  }
  const put = substitution(terms, truths);
  return all.map((c) => {
    // under a negation stands what is put false: one step further down
    const inner = c.op === "not" ? c.args[0]! : c;
    const rebuilt = terms.rebuild(inner, operands(inner).map((o) => put.any(o))) as Term;
    return c.op === "not" ? terms.not(rebuilt) : rebuilt;
  });
}

function factOf(terms: Terms, c: Term): [number, Term] | undefined {
  if (c.op === "variable") return [c.id, terms.true];
  if (c.op === "not" && c.args[0]!.op === "variable") return [c.args[0]!.id, terms.false];
  if (c.op === "eq" && c.args[0]!.op === "variable" && c.args[1]!.op === "constant") return [c.args[0]!.id, c.args[1]!];
  return undefined;
}
