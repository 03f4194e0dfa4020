/**
 * Pairs of states that differ in one thing only.
 *
 * Two states that show the same window through different tables are hard to find. Most instructions that can tell where they
 * are can tell it by one register: then all else may be the same, storage included, and the windows agree by
 * themselves. What is found so is found; if nothing is, all pairs are left to be looked through.
 */
import { lookedAtByMap } from "../isa/looked-at.js";
import type { Machine, Step } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import { readModel, type EngineAnswer, type Formula, type Model } from "./formula.js";

type Leaf = VariableTerm | ArrayVariableTerm;

/** A way to look for a solution of a term, and how to get from what was found to values of all its leaves. */
export interface Restriction {
  /** the component that differs */
  readonly component?: string;
  /** no window's map looks at it, so that the windows agree by themselves */
  readonly isOfNoMap?: boolean;
  readonly restrict: (term: Term) => Term;
  readonly extend: (found: Extract<EngineAnswer, { kind: "found" }>, formula: Formula) => Model;
}

/** Each thing that the second run has of its own, as the only one. */
export function nearlyAlike(machine: Machine, term: Term): Restriction[] {
  const { terms } = machine;
  const twins = new Map<number, { readonly own: Leaf; readonly twin: Leaf }>();
  for (const t of reachable([term])) {
    if ((t.op !== "variable" && t.op !== "array") || t.space !== "free" || !t.name.startsWith("2.")) continue;
    const name = `1.${t.name.slice(2)}`;
    twins.set(t.id, { own: t, twin: t.op === "variable" ? terms.variable("free", name, t.width) : terms.array("free", name, t.indexWidth, t.width) });
  }
  const map = lookedAtByMap(machine), ofMap = new Set(machine.components.filter((c) => map.has(c.variable.id)).map((c) => c.name));
  const modes = new Set(machine.components.filter((c) => c.role === "mode").map((c) => c.name));
  return [...twins.values()].filter(({ own }) => own.op === "variable").map(({ own: only }): Restriction => {
    const same = [...twins.values()].filter(({ own }) => own !== only && !modes.has(own.name.slice(2)));
    const put = substitution(terms, new Map(same.map(({ own, twin }): [number, AnyTerm] => [own.id, twin])));
    return {
      component: only.name.slice(2),
      isOfNoMap: !ofMap.has(only.name.slice(2)),
      restrict: (t) => put.term(t),
      extend: ({ model }, { fixed }) => {
        const read = readModel(model, fixed);
        const variables = new Map(model.variables), cells = new Map(model.cells);
        for (const { own, twin } of same) {
          if (own.op === "variable") variables.set(own.id, read.variable(twin as VariableTerm));
          else cells.set(own.id, model.cells.get(twin.id) ?? new Map());
        }
        for (const [id, value] of fixed) if (value.op === "constant" && !variables.has(id)) variables.set(id, value.value);
        return { variables, cells };
      },
    };
  });
}

/**
 * The components by which a step may tell its states apart, other than by way of the address map: what its results are made of, and, behind
 * these, what tells whether it goes on.
 */
export function toldBy(step: Step): readonly string[] {
  const inTerms = (roots: Iterable<AnyTerm>): string[] => reachable(roots).flatMap((t) => ("space" in t && t.space === "state" ? [t.name] : []));
  return [...new Set([...inTerms(step.next.values()), ...inTerms(step.exits.map((e) => e.guard))])];
}

/** Those that leave least of a term first. */
export function smallestFirst(restrictions: readonly Restriction[], term: Term): readonly Restriction[] {
  return restrictions.map((r) => ({ r, size: reachable([r.restrict(term)]).length })).sort((a, b) => a.size - b.size).map(({ r }) => r);
}

/** As it is: nothing is restricted. */
export const UNRESTRICTED: Restriction = { restrict: (t) => t, extend: ({ model }) => model };
