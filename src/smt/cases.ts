/**
 * A question that is asked case by case, as one SMT-LIB script: what all cases have is declared and asserted once, then each case is asserted,
 * asked and taken back. The answers are those of the cases, in order.
 */
import { substitution } from "../isa/substitute.js";
import { conjuncts, reachable, type Term, type VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { congruences } from "./congruence.js";
import { eliminate } from "./eliminate.js";
import { declarationsAndAssertions } from "./script.js";
import { DEFAULT_UNROLL, symbolsOf } from "./query.js";

/** Which case a term is of, while all are written together: reads of one place agree in all of them. */
const CASE = "case";

/** `hypothesis` and cases: 1 bit each, lowered, of the factory `terms`. Throws where a loop would be cut, or there is no case. */
export function encodeCases(terms: Terms, hypothesis: Term, cases: readonly Term[]): string {
  if (cases.length === 0) throw new Error("bug: a question without cases");
  const width = Math.max(1, Math.ceil(Math.log2(cases.length)));
  const which = terms.variable("free", CASE, width);
  const elimination = eliminate(terms.and(hypothesis, terms.or(...cases.map((c, n) => terms.and(terms.eq(which, terms.constant(n, width)), c)))), DEFAULT_UNROLL, false);
  if (elimination.remainders.length > 0) throw new Error("bug: a loop in a question that is asked case by case");
  const own = elimination.terms, said = congruences(own, elimination.functions);
  const isOfCase = (t: Term): boolean => reachable([t]).some(isWhich);
  const parts = conjuncts(elimination.assertion), common = parts.filter((t) => !isOfCase(t)), apart = own.and(...parts.filter(isOfCase));
  const chosen = reachable([apart]).find(isWhich);
  const asked = cases.map((_, n) => (chosen === undefined ? apart : substitution(own, new Map([[chosen.id, own.constant(n, width)]])).term(apart)));
  const roots = [...common, ...elimination.constraints, ...said, ...asked];
  const variables = (reachable(roots) as Term[]).filter((t): t is VariableTerm => t.op === "variable");
  const symbols = symbolsOf(elimination, variables);
  const lines = declarationsAndAssertions(roots, (v) => symbols.get(v.id)!);
  return [
    `; Popek: ${cases.length} cases, each asked by itself: is there an assignment that makes the assertions true?`,
    "(set-logic QF_BV)",
    ...lines.slice(0, -cases.length),
    ...lines.slice(-cases.length).flatMap((assertion) => ["(push 1)", assertion, "(check-sat)", "(pop 1)"]),
    "",
  ].join("\n");
}

const isWhich = (t: { readonly op: string }): t is VariableTerm => t.op === "variable" && (t as VariableTerm).space === "free" && (t as VariableTerm).name === CASE;

/** The scripts of the cases, each by itself. */
export function casesOf(script: string): readonly string[] {
  const [common, ...own] = script.split("(push 1)\n");
  return own.map((one) => `${common!}${one.split("(pop 1)\n")[0]!}`);
}
