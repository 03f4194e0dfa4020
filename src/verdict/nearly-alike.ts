/**
 * Pairs of states that differ in one thing only.
 *
 * Two states that show the same window through different tables are hard to find. Most instructions that can tell where they
 * are can tell it by one register: then all else may be the same, storage included, and the windows agree by
 * themselves. What is found so is found; if nothing is, all pairs are left to be looked through.
 */
import { lookedAtByMap } from "../isa/looked-at.js";
import type { Component, Machine, Step } from "../isa/machine.js";
import { Rewriter, substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import type { Values } from "./climbing.js";
import { cellIn, readModel, type EngineAnswer, type Formula, type Model } from "./formula.js";

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
  const storage = new Set(machine.components.filter((c) => c.role === "storage").map((c) => c.name));
  return [...twins.values()].filter(({ own }) => !storage.has(own.name.slice(2))).map(({ own: only }): Restriction => {
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
        return { variables: withFixed(variables, fixed), cells };
      },
    };
  });
}

/** A witness of one run. */
interface OneRun { readonly model: Model; readonly formula: Formula }

/** A state that was found for one run, taken for both, in which only the modes are still open. Where the map is off, or gives both modes the same, the windows agree. */
export function inBothModes(machine: Machine, term: Term, found: OneRun): Restriction {
  const { terms } = machine;
  const { read, leafOf } = inBothRuns(machine, found);
  const known = (leaf: Leaf): Leaf | undefined => (leaf.space === "slot" || (leaf.space === "free" && componentOf(machine, leaf)?.role === "mode") ? undefined : leafOf(leaf));
  const put = new Rewriter(terms, (t, args) => {
    if (t.op === "variable") {
      const leaf = known(t);
      return leaf === undefined ? undefined : terms.constant(read.variable(leaf as VariableTerm), t.width);
    }
    const leaf = t.op === "select" && t.array.op === "array" ? known(t.array) : undefined;
    return leaf === undefined ? undefined : cellIn(terms, found.model.cells.get(leaf.id), args[1] as Term, t.width);
  });
  const leaves = reachable([term]).flatMap((t) => (t.op === "variable" || t.op === "array" ? [[t, known(t)] as const] : []));
  return {
    restrict: (t) => put.term(t),
    extend: (rest, { fixed }) => {
      const variables = new Map(rest.model.variables), cells = new Map(rest.model.cells);
      for (const [leaf, from] of leaves) {
        if (from === undefined) continue;
        if (leaf.op === "variable") variables.set(leaf.id, read.variable(from as VariableTerm));
        else cells.set(leaf.id, found.model.cells.get(from.id) ?? new Map());
      }
      return { variables: withFixed(variables, fixed), cells };
    },
  };
}

/** The values of a witness of one run, for either run of a pair. */
export function takenForBoth(machine: Machine, found: OneRun): Values {
  const { read, leafOf } = inBothRuns(machine, found);
  return { variable: (leaf) => read.variable(leafOf(leaf) as VariableTerm), cell: (leaf, index) => read.cell(leafOf(leaf) as ArrayVariableTerm, index) };
}

/** A pair has components of its own, `1.X` and `2.X`; one run has `X`. */
function inBothRuns(machine: Machine, { model, formula }: OneRun): { readonly read: ReturnType<typeof readModel>; readonly leafOf: (leaf: Leaf) => Leaf } {
  return { read: readModel(model, formula.fixed), leafOf: (leaf) => (leaf.space === "free" ? componentOf(machine, leaf)?.variable : undefined) ?? leaf };
}

function componentOf(machine: Machine, { name }: Leaf): Component | undefined {
  return /^[12]\./.test(name) ? machine.components.find((c) => c.name === name.slice(2)) : undefined;
}

/** With what the restricted formula fixes outright, which its model need not mention. */
function withFixed(variables: ReadonlyMap<number, bigint>, fixed: Formula["fixed"]): ReadonlyMap<number, bigint> {
  const constants = [...fixed].flatMap(([id, value]): [number, bigint][] => (value.op === "constant" ? [[id, value.value]] : []));
  return new Map([...constants, ...variables]);
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
