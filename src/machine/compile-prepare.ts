/**
 * Terms made ready for emission.
 *
 * `flattening` rewrites reads so that a `select` only ever reads a component as it was before the step: reading over a
 * store compares the indices, reading over an `array-ite` chooses between two reads. `writesOf` takes the array that
 * a step assigns apart into guarded writes in order; later ones win where they meet. `freeSlots` says which loop
 * variables a term depends on, so that a loop's body is told from what stays the same in every round.
 */
import { Rewriter } from "../isa/substitute.js";
import { isArray, operands, reachable, type AnyTerm, type ArrayIteTerm, type ArrayTerm, type ArrayVariableTerm, type Loop, type Term } from "../isa/term.js";
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
        return terms.select(array, index);
      case "store":
        return terms.ite(terms.eq(array.index, index), array.value, read(array.array, index));
      case "array-ite":
        return terms.ite(array.condition, read(array.then, index), read(array.otherwise, index));
    }
  };
  return new Rewriter(terms, (term, args) => (term.op === "select" ? read(args[0] as ArrayTerm, args[1] as Term) : undefined));
}

/** One cell that a step writes, if its guard holds. */
export interface Write {
  readonly guard: Term;
  readonly index: Term;
  readonly value: Term;
}

/** The writes that turn `from` into `array`, in order. `array` must be built over `from`. */
export function writesOf(terms: Terms, array: ArrayTerm, from: ArrayVariableTerm): readonly Write[] {
  const between = (to: ArrayTerm, base: ArrayTerm, guard: Term): Write[] => {
    if (to === base) return [];
    switch (to.op) {
      case "array":
        throw new Error(`bug: a step assigns the array ${from.name} from ${to.name}`);
      case "store":
        return [...between(to.array, base, guard), { guard, index: to.index, value: to.value }];
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
  const found: ArrayTerm[] = [];
  for (let at: ArrayTerm = array; ; at = at.op === "store" ? at.array : commonBase(at)) {
    found.push(at);
    if (at.op === "array") return found;
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

export type Slots = ReadonlySet<number>;
const NONE: Slots = new Set();

/** Memoised by term: the ids of the slot variables that its value depends on. */
export class FreeSlots {
  private readonly known = new Map<number, Slots>();

  of(root: AnyTerm): Slots {
    const found = this.known.get(root.id);
    if (found !== undefined) return found;
    for (const term of reachable([root])) if (!this.known.has(term.id)) this.known.set(term.id, this.compute(term));
    return this.known.get(root.id)!;
  }

  private compute(term: AnyTerm): Slots {
    if (term.op === "variable" && term.space === "slot") return new Set([term.id]);
    if (term.op !== "loop") return this.union(operands(term));
    const { loop } = term;
    const own = new Set(loop.slots.map((s) => s.id));
    const body = [...this.union([loop.condition, ...loop.next])].filter((s) => !own.has(s));
    const initial = this.union(loop.initial);
    return body.length === 0 ? initial : new Set([...initial, ...body]);
  }

  private union(of: readonly AnyTerm[]): Slots {
    let result = NONE;
    for (const operand of of) {
      const free = this.known.get(operand.id)!;
      if (free.size === 0 || free === result) continue;
      result = result.size === 0 ? free : new Set([...result, ...free]);
    }
    return result;
  }

  dependsOn(term: AnyTerm, slots: Slots): boolean {
    for (const slot of this.of(term)) if (slots.has(slot)) return true;
    return false;
  }
}

/**
 * What a loop's rounds use of the world outside: the terms in its condition and body that depend neither on its own
 * slots nor on those of loops within, largest such terms only.
 */
export function invariantsOf(loop: Loop, free: FreeSlots): readonly Term[] {
  const known = invariants.get(loop);
  if (known !== undefined) return known;
  const found = new Map<number, Term>();
  const visit = (roots: readonly AnyTerm[], bound: Slots, seen: Set<number>): void => {
    const pending = [...roots];
    while (pending.length > 0) {
      const term = pending.pop()!;
      if (seen.has(term.id)) continue;
      seen.add(term.id);
      if (isArray(term)) {
        if (term.op !== "array") throw new Error("bug: a read over a write was not flattened");
      } else if (!free.dependsOn(term, bound)) {
        found.set(term.id, term);
      } else if (term.op === "loop") {
        pending.push(...term.loop.initial);
        visit([term.loop.condition, ...term.loop.next], new Set([...bound, ...term.loop.slots.map((s) => s.id)]), new Set());
      } else {
        pending.push(...operands(term));
      }
    }
  };
  visit([loop.condition, ...loop.next], new Set(loop.slots.map((s) => s.id)), new Set());
  const result = [...found.values()];
  invariants.set(loop, result);
  return result;
}

const invariants = new WeakMap<Loop, readonly Term[]>();
