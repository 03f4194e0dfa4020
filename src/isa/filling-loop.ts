/**
 * Loops that fill: what an array holds after a loop that stores one value into cell after cell.
 *
 * A loop of thousands of rounds is no term that a solver takes apart, but what it comes to can be said outright. While the counter i goes up by
 * one from i0 for as long as it is not the bound (or is below it), and each round stores v, which is the same in all rounds, at b + i, the cells
 * stored into are those b + i0, b + i0 + 1 and so on, as many as there are rounds. By induction on the rounds: after k of them exactly the cells x
 * with (x - b) - i0 < k hold v and the others what they held, in the arithmetic of the counter's width; of x - b, the bits above it are 0. The
 * rounds are what the condition lets happen. A loop that might run into its limit is left to others: what it comes to is not described.
 */
import { loopSlots, reachable, type AnyTerm, type ArrayTerm, type LoopArrayTerm, type Term } from "./term.js";
import type { Terms } from "./terms.js";

/** The array is `under`, but for the cells of which `isFilled`; these hold `value`. */
export interface Filling {
  readonly under: ArrayTerm;
  readonly value: Term;
  /** whether a cell is one of those, for an index and a way to read the loop's own terms */
  readonly isFilled: (index: Term, read: (t: Term) => Term) => Term;
}

/** Undefined where the array's loop is another kind of loop. */
export function fillingOf(terms: Terms, { loop, slot }: LoopArrayTerm): Filling | undefined {
  const own = loop.arrays[slot]!;
  const { next } = own;
  if (next.op !== "store" || next.array !== own.slot) return undefined;
  const bound = new Set<AnyTerm>(loopSlots(loop));
  // loops of one depth share their slots, so what another loop of this depth has come to is not seen to be fixed
  const isFixed = (t: Term): boolean => reachable([t]).every((x) => !bound.has(x));
  const at = loop.slots.findIndex((counter, i) => isNext(loop.next[i]!, counter));
  if (at < 0 || !isFixed(next.value)) return undefined;
  const counter = loop.slots[at]!, first = loop.initial[at]!;
  const base = baseOf(terms, next.index, counter), end = endOf(loop.condition, counter);
  if (base === undefined || end === undefined || !isFixed(base) || !isFixed(end.bound)) return undefined;
  const wanted = terms.apply("sub", [end.bound, first]);
  const rounds = end.isBelow ? terms.ite(terms.apply("ult", [first, end.bound]), wanted, terms.zeros(counter.width)) : wanted;
  const most = rounds.op === "constant" ? rounds.value : (1n << BigInt(counter.width)) - 1n;
  if (most > BigInt(loop.limit)) return undefined;
  return {
    under: own.initial, value: next.value,
    isFilled: (index, read) => {
      const distance = terms.apply("sub", [index, read(base)]), w = counter.width;
      const above = distance.width === w ? terms.true : terms.eq(terms.extract(distance, distance.width - 1, w), terms.zeros(distance.width - w));
      return terms.and(above, terms.apply("ult", [terms.apply("sub", [terms.extract(distance, w - 1, 0), read(first)]), read(rounds)]));
    },
  };
}

function isNext(next: Term, counter: Term): boolean {
  if (next.op !== "add") return false;
  const [x, y] = next.args as readonly [Term, Term];
  const isOne = (t: Term): boolean => t.op === "constant" && t.value === 1n;
  return (x === counter && isOne(y)) || (y === counter && isOne(x));
}

/** What the index is beyond the counter. */
function baseOf(terms: Terms, index: Term, counter: Term): Term | undefined {
  const isCounter = (t: Term): boolean => t === counter || t === terms.zeroExtend(counter, t.width);
  if (index.width < counter.width) return undefined;
  if (isCounter(index)) return terms.zeros(index.width);
  if (index.op !== "add") return undefined;
  const [x, y] = index.args as readonly [Term, Term];
  return isCounter(x) ? y : isCounter(y) ? x : undefined;
}

/** Where the counter stops: at the bound, or at anything that is not below it. */
function endOf(condition: Term, counter: Term): { readonly bound: Term; readonly isBelow: boolean } | undefined {
  if (condition.op === "ult") {
    const [x, y] = condition.args as readonly [Term, Term];
    return x === counter ? { bound: y, isBelow: true } : undefined;
  }
  const equality = condition.op === "not" ? condition.args[0] : undefined;
  if (equality?.op !== "eq") return undefined;
  const [x, y] = equality.args as readonly [Term, Term];
  return x === counter ? { bound: y, isBelow: false } : y === counter ? { bound: x, isBelow: false } : undefined;
}
