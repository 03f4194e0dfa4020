/**
 * A question prepared for engines: one conjunction over free leaves, with what it fixes outright already put in.
 */
import type { Machine } from "../isa/machine.js";
import { conjuncts, reachable, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { assume, type Assumed } from "./assume.js";

export interface Formula {
  /** hypothesis and goal */
  readonly term: Term;
  readonly conjuncts: readonly Term[];
  readonly fixed: Assumed["fixed"];
  readonly variables: readonly VariableTerm[];
  readonly arrays: readonly ArrayVariableTerm[];
}

export function formulaOf(machine: Machine, term: Term): Formula {
  const { term: simpler, fixed } = assume(machine.terms, term);
  const all = reachable([simpler]);
  return {
    term: simpler,
    conjuncts: conjuncts(simpler),
    fixed,
    variables: all.filter((t): t is VariableTerm => t.op === "variable" && t.space !== "slot"),
    arrays: all.filter((t): t is ArrayVariableTerm => t.op === "array" && t.space !== "slot"),
  };
}

/** Leaf values that make a formula true: what an engine found. Leaves it does not mention may be anything. */
export interface Model {
  readonly variables: ReadonlyMap<number, bigint>;
  readonly cells: ReadonlyMap<number, ReadonlyMap<bigint, bigint>>;
}

export const EMPTY_MODEL: Model = { variables: new Map(), cells: new Map() };

/** The value of every leaf: the model's, what the formula fixes, 0 elsewhere. */
export function readModel(model: Model, fixed: Assumed["fixed"]): { variable: (v: VariableTerm) => bigint; cell: (a: ArrayVariableTerm, i: bigint) => bigint } {
  return {
    variable: (v) => {
      const known = model.variables.get(v.id) ?? fixed.get(v.id);
      return known === undefined ? 0n : typeof known === "bigint" ? known : known.op === "constant" ? known.value : 0n;
    },
    cell: (a, i) => model.cells.get(a.id)?.get(i) ?? 0n,
  };
}

/** The cell of a model's array at an index that is still a term. */
export function cellIn(terms: Terms, cells: ReadonlyMap<bigint, bigint> | undefined, index: Term, width: number): Term {
  return [...(cells ?? [])].reduce<Term>((rest, [i, value]) => terms.ite(terms.eq(index, terms.constant(i, index.width)), terms.constant(value, width), rest), terms.zeros(width));
}

export type EngineAnswer =
  | { readonly kind: "found"; readonly model: Model; readonly strength: string }
  /** `isOpaque`: proved with the address map left opaque */
  | { readonly kind: "none"; readonly strength: string; readonly isOpaque?: boolean }
  | { readonly kind: "open"; readonly reason: string };

