/**
 * What a conjunction says outright, put to use: `x`, `not x` and `x = constant` among its conjuncts fix x everywhere
 * else, again and again, until nothing is new. Much of what is asked falls to this alone.
 */
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

/** The conjuncts of a 1-bit term. */
export function conjuncts(term: Term): Term[] {
  const found: Term[] = [];
  const pending: Term[] = [term];
  while (pending.length > 0) {
    const t = pending.pop()!;
    if (t.op === "and" && t.width === 1) pending.push(t.args[1]!, t.args[0]!);
    else found.push(t);
  }
  return [...new Set(found)];
}

export interface Assumed {
  readonly term: Term;
  /** what the term fixes: variable and value */
  readonly fixed: ReadonlyMap<number, Term>;
}

/**
 * An equisatisfiable term; the variables in `fixed` have these values in every solution. A conjunct that is no equation
 * of a variable stays, and is known to be true in all the others.
 */
export function assume(terms: Terms, term: Term): Assumed {
  const fixed = new Map<number, Term>();
  const kept = new Map<number, Term>();
  let current = term;
  for (;;) {
    const facts = new Map<number, AnyTerm>();
    const own = conjuncts(current);
    for (const c of own) {
      const fact = factOf(terms, c);
      if (fact !== undefined && !facts.has(fact[0])) facts.set(fact[0], fact[1]);
    }
    if (facts.size > 0) {
      // put in everywhere, and put aside
      for (const [id, value] of facts) fixed.set(id, value as Term);
      const put = substitution(terms, facts);
      const before = [...kept.values()];
      kept.clear();
      current = put.term(terms.and(current, ...before));
      continue;
    }
    const news = own.filter((c) => c.op !== "constant" && !kept.has(c.id));
    if (news.length === 0) return { term: terms.and(current, ...kept.values()), fixed };
    for (const c of news) {
      kept.set(c.id, c);
      const truths = new Map<number, AnyTerm>([[c.id, terms.true]]);
      if (c.op === "not") truths.set(c.args[0]!.id, terms.false);
      current = substitution(terms, truths).term(current);
      if (current === terms.false) return { term: terms.false, fixed };
    }
  }
}

function factOf(terms: Terms, c: Term): [number, Term] | undefined {
  if (c.op === "variable") return [c.id, terms.true];
  if (c.op === "not" && c.args[0]!.op === "variable") return [c.args[0]!.id, terms.false];
  if (c.op === "eq" && c.args[0]!.op === "variable" && c.args[1]!.op === "constant") return [c.args[0]!.id, c.args[1]!];
  return undefined;
}
