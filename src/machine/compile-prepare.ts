/**
 * Terms made ready for emission.
 *
 * `flattening` rewrites reads so that a `select` only ever reads a component as it was before the step, or as a loop has
 * left it or leaves it to its next round: reading over a store compares the indices, reading over an `array-ite`
 * chooses between two reads. `writesOf` takes the array that a step, or a loop's round, assigns apart into guarded
 * writes in order; later ones win where they meet.
 */
import { Rewriter } from "../isa/substitute.js";
import type { ArrayIteTerm, ArrayTerm, ArrayVariableTerm, LoopArrayTerm, Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

export function flattening(terms: Terms): Rewriter {
  const known = new Map<string, Term>();
  const read = (array: ArrayTerm, index: Term): Term => {
    const key = `${array.id},${index.id}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = readOnce(array, index);
    known.set(key, value);
    return value;
  };
  const readOnce = (array: ArrayTerm, index: Term): Term => {
    switch (array.op) {
      case "array":
      case "loop-array":
        return terms.select(array, index);
      case "store":
        return terms.ite(terms.eq(array.index, index), array.value, read(array.array, index));
      case "array-ite":
        return terms.ite(array.condition, read(array.then, index), read(array.otherwise, index));
    }
  };
  return new Rewriter(terms, (term, args) => (term.op === "select" ? read(args[0] as ArrayTerm, args[1] as Term) : undefined));
}

/** What a step writes, if its guard holds: one cell (index and value are zero where the guard does not hold), or all that a loop has stored. */
export type Write =
  | { readonly kind: "cell"; readonly guard: Term; readonly index: Term; readonly value: Term }
  | { readonly kind: "loop"; readonly guard: Term; readonly array: LoopArrayTerm };

/** The terms that a write is made of. */
export function termsOf(write: Write): readonly (Term | LoopArrayTerm)[] {
  return write.kind === "cell" ? [write.guard, write.index, write.value] : [write.guard, write.array];
}

/** The writes that turn `from` into `array`, in order. `array` must be built over `from`. */
export function writesOf(terms: Terms, array: ArrayTerm, from: ArrayVariableTerm): readonly Write[] {
  const cell = (guard: Term, index: Term, value: Term): Write => ({ kind: "cell", guard, index: terms.ite(guard, index, terms.zeros(index.width)), value: terms.ite(guard, value, terms.zeros(value.width)) });
  const between = (to: ArrayTerm, base: ArrayTerm, guard: Term): Write[] => {
    if (to === base) return [];
    switch (to.op) {
      case "array":
        throw new Error(`bug: a step assigns the array ${from.name} from ${to.name}`);
      case "store":
        return [...between(to.array, base, guard), cell(guard, to.index, to.value)];
      case "loop-array":
        // all that the loop has found stored when it began is part of it
        return [{ kind: "loop", guard, array: to }];
      case "array-ite": {
        const middle = commonBase(to);
        return [
          ...between(middle, base, guard),
          ...between(to.then, middle, terms.and(guard, to.condition)),
          ...between(to.otherwise, middle, terms.and(guard, terms.not(to.condition))),
        ];
      }
    }
  };
  return between(array, from, terms.true);
}

/** The arrays that a term was built over, nearest first, itself included. */
function spine(array: ArrayTerm): ArrayTerm[] {
  const found: ArrayTerm[] = [array];
  for (let at = array; at.op !== "array"; ) {
    at = under(at);
    found.push(at);
  }
  return found;
}

function under(array: Exclude<ArrayTerm, ArrayVariableTerm>): ArrayTerm {
  switch (array.op) {
    case "store":
      return array.array;
    case "array-ite":
      return commonBase(array);
    case "loop-array":
      return array.loop.arrays[array.slot]!.initial;
  }
}

const commonBases = new WeakMap<ArrayTerm, ArrayTerm>();

/** The nearest array that both sides of a choice were built over. */
function commonBase(array: ArrayIteTerm): ArrayTerm {
  const known = commonBases.get(array);
  if (known !== undefined) return known;
  const others = new Set(spine(array.otherwise));
  const common = spine(array.then).find((a) => others.has(a));
  if (common === undefined) throw new Error("bug: an array choice between two components");
  commonBases.set(array, common);
  return common;
}
