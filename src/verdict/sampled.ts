/**
 * The sampled engine: fast-check draws leaf values and shrinks those that satisfy the formula.
 *
 * Values lean towards the edges (0, 1, all ones, the sign bit, the constants that the formula itself mentions) and towards being equal to each
 * other. Finding is enough for "found"; not finding says nothing.
 */
import fc from "fast-check";
import { mask } from "../bits/bits.js";
import { Evaluator } from "../isa/evaluate.js";
import { reachable, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import type { EngineAnswer, Formula, Model } from "./formula.js";

export interface Sampling {
  readonly runs: number;
  readonly seed: number;
  /** most of the state is 0: for what only few things have a part in */
  readonly isSparse?: boolean;
}

/** How many different cell values one drawn state has. */
const POOL = 6;

export function sampled(formula: Formula, { runs, seed, isSparse = false }: Sampling): EngineAnswer {
  const constants = [...new Set(reachable([formula.term]).flatMap((t) => (t.op === "constant" && t.width > 1 ? [t.value] : [])))].slice(0, 64);
  const value = (width: number): fc.Arbitrary<bigint> => {
    const all = mask(width);
    const fitting = constants.filter((c) => c <= all).flatMap((c) => [c, (c + 1n) & all, (c - 1n) & all]);
    const edges = [0n, 1n, all, all >> 1n, (all >> 1n) + 1n];
    return fc.oneof({ weight: 3, arbitrary: fc.bigInt({ min: 0n, max: all }) }, { weight: 3, arbitrary: fc.constantFrom(...edges.map((e) => e & all)) }, { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: all < 40n ? all : 40n }) },
      ...(fitting.length > 0 ? [{ weight: 2, arbitrary: fc.constantFrom(...fitting) }] : []));
  };
  const mostly = (width: number): fc.Arbitrary<bigint> => (isSparse ? fc.oneof({ weight: 2, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: value(width) }) : value(width));
  const variables = fc.tuple(...formula.variables.map((v) => mostly(v.width))).chain((own) => twinned(own, formula.variables));
  const pools = fc.tuple(...formula.arrays.map((a) => pool(mostly(a.width)))).chain((own) => twinned(own, formula.arrays));
  let found: Model | undefined;
  // what was built early is small, mostly: most states fail there
  const smallFirst = [...formula.conjuncts].sort((a, b) => a.id - b.id);
  // fast-check looks for a value for which the predicate fails: here, one that satisfies the formula
  fc.check(fc.property(variables, pools, (vs, ps) => {
    const { model, holds } = trial(formula, smallFirst, vs, ps);
    if (holds) found = model;
    return !holds;
  }), { numRuns: runs, seed, endOnFailure: false, maxSkipsPerRun: 0 });
  return found === undefined ? { kind: "open", reason: `no witness among ${runs} samples (seed ${seed})` } : { kind: "found", model: found, strength: `sampled(${runs}, ${seed})` };
}

/** Cells that have little in common, or mostly nothing in them. */
function pool(value: fc.Arbitrary<bigint>): fc.Arbitrary<readonly bigint[]> {
  return fc.oneof({ weight: 2, arbitrary: fc.tuple(...Array.from({ length: POOL }, () => value)) }, { weight: 1, arbitrary: value.map((v) => Array.from({ length: POOL }, (_, i) => (i === 0 ? v : 0n))) });
}

/** What the second run has of its own is half the time what the first has. */
function twinned<T>(own: readonly T[], leaves: readonly { readonly name: string }[]): fc.Arbitrary<readonly T[]> {
  const twins = leaves.map((leaf) => (leaf.name.startsWith("2.") ? leaves.findIndex((other) => other.name === `1.${leaf.name.slice(2)}`) : -1));
  return twins.every((t) => t < 0) ? fc.constant(own) : fc.tuple(...twins.map((t) => (t < 0 ? fc.constant(false) : fc.boolean()))).map((same) => own.map((v, i) => (same[i] === true ? own[twins[i]!]! : v)));
}

function trial(formula: Formula, conjuncts: readonly Term[], values: readonly bigint[], pools: readonly (readonly bigint[])[]): { holds: boolean; model: Model } {
  const variables = new Map(formula.variables.map((v, i) => [v.id, values[i]!]));
  const cells = new Map<number, Map<bigint, bigint>>();
  const pool = new Map(formula.arrays.map((a, i) => [a.id, pools[i]!]));
  const evaluator = new Evaluator({
    variable: (v: VariableTerm) => variables.get(v.id) ?? 0n,
    cell: (a: ArrayVariableTerm, index) => {
      const of = cells.get(a.id) ?? new Map<bigint, bigint>();
      cells.set(a.id, of);
      const known = of.get(index);
      if (known !== undefined) return known;
      const drawn = pool.get(a.id)![Number((index * 0x9e3779b1n) % 0x100000000n % BigInt(POOL))]!;
      of.set(index, drawn);
      return drawn;
    },
  });
  return { holds: conjuncts.every((c) => evaluator.isTrue(c)), model: { variables, cells } };
}
