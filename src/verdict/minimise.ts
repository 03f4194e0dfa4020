/**
 * Smaller witnesses: leaf by leaf, a simpler value is kept if the formula still holds.
 *
 * Simpler means 0, then equal to the other run's value, then fewer bits set. What is not 0 in the end could not be made 0: those
 * leaves are necessary.
 */
import { Evaluator } from "../isa/evaluate.js";
import type { Formula, Model } from "./formula.js";
import { readModel } from "./formula.js";

export function holdsIn(formula: Formula, model: Model): boolean {
  const evaluator = new Evaluator(readModel(model, formula.fixed));
  return formula.conjuncts.every((c) => evaluator.isTrue(c));
}

export function minimise(formula: Formula, start: Model): Model {
  let model: { variables: Map<number, bigint>; cells: Map<number, Map<bigint, bigint>> } = {
    variables: new Map(start.variables),
    cells: new Map([...start.cells].map(([k, v]) => [k, new Map(v)])),
  };
  const attempt = (change: (m: typeof model) => void): boolean => {
    const candidate = { variables: new Map(model.variables), cells: new Map([...model.cells].map(([k, v]) => [k, new Map(v)])) };
    change(candidate);
    if (!holdsIn(formula, candidate)) return false;
    model = candidate;
    return true;
  };
  const byName = new Map(formula.variables.map((v) => [v.name, v]));
  for (let round = 0; round < 3; round++) {
    const before = JSON.stringify([...model.variables.values(), ...[...model.cells.values()].flatMap((c) => [...c.values()])], (_, x: unknown) => (typeof x === "bigint" ? x.toString() : x));
    for (const v of formula.variables) {
      const value = model.variables.get(v.id) ?? 0n;
      if (value === 0n) continue;
      if (attempt((m) => m.variables.set(v.id, 0n))) continue;
      const twin = v.name.startsWith("2.") ? byName.get(`1.${v.name.slice(2)}`) : undefined;
      if (twin !== undefined && attempt((m) => m.variables.set(v.id, m.variables.get(twin.id) ?? 0n))) continue;
      for (let bit = 1n << BigInt(v.width - 1); bit > 0n; bit >>= 1n) {
        const now = model.variables.get(v.id) ?? 0n;
        if ((now & bit) !== 0n) attempt((m) => m.variables.set(v.id, now & ~bit));
      }
    }
    for (const array of formula.arrays) {
      for (const [index, value] of [...(model.cells.get(array.id) ?? [])]) {
        if (value === 0n) {
          model.cells.get(array.id)!.delete(index);
          continue;
        }
        if (attempt((m) => m.cells.get(array.id)!.delete(index))) continue;
        for (let bit = 1n << BigInt(array.width - 1); bit > 0n; bit >>= 1n) {
          const now = model.cells.get(array.id)!.get(index)!;
          if ((now & bit) !== 0n) attempt((m) => m.cells.get(array.id)!.set(index, now & ~bit));
        }
      }
    }
    const after = JSON.stringify([...model.variables.values(), ...[...model.cells.values()].flatMap((c) => [...c.values()])], (_, x: unknown) => (typeof x === "bigint" ? x.toString() : x));
    if (before === after) break;
  }
  // cells read at indices that the minimised state no longer reads are gone already; zero entries say nothing
  for (const cells of model.cells.values()) for (const [i, v] of [...cells]) if (v === 0n) cells.delete(i);
  return model;
}
