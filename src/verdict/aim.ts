/**
 * What to change in a state so that a term comes to a given value there: one way down the term, each operator turned round.
 *
 * Where several operands could be changed one is taken at random; the others keep what they have. Not every way ends in
 * something that can be changed (a constant cannot), and what was changed may have a part elsewhere in the term: an aim, no more.
 * (After propagation-based local search for bit vectors.)
 */
import { mask } from "../bits/bits.js";
import type { Evaluator } from "../isa/evaluate.js";
import type { ArrayVariableTerm, OperatorTerm, SelectTerm, Term, VariableTerm } from "../isa/term.js";
import type { Random } from "./random.js";

/** A thing that a state gives a value to: a variable, or a cell of an array. */
export type Place = { readonly leaf: VariableTerm } | { readonly leaf: ArrayVariableTerm; readonly index: bigint };

/** A place, and the value there with which the term is likely to be `value` (of the term's width). Nothing: this way leads nowhere. */
export function aim(term: Term, value: bigint, now: Evaluator, random: Random): readonly [Place, bigint] | undefined {
  switch (term.op) {
    case "variable": return term.space === "slot" ? undefined : [{ leaf: term }, value];
    case "select": return aimAtCell(term, value, now, random);
    case "constant": case "cell": case "faults": case "loop": return undefined;
    default: return aimThrough(term, value, now, random);
  }
}

function aimAtCell({ array, index }: SelectTerm, value: bigint, now: Evaluator, random: Random): readonly [Place, bigint] | undefined {
  const at = now.value(index);
  for (let from = array; ; ) {
    switch (from.op) {
      case "array": return from.space === "slot" ? undefined : [{ leaf: from, index: at }, value];
      case "loop-array": return undefined;
      case "store":
        if (now.value(from.index) === at) return aim(from.value, value, now, random);
        from = from.array;
        break;
      case "array-ite": from = now.isTrue(from.condition) ? from.then : from.otherwise;
    }
  }
}

function aimThrough(term: OperatorTerm, value: bigint, now: Evaluator, random: Random): readonly [Place, bigint] | undefined {
  const [a, b, c] = term.args as readonly [Term, Term, Term];
  const to = (operand: Term, wanted: bigint): readonly [Place, bigint] | undefined => aim(operand, wanted & mask(operand.width), now, random);
  /** one of the two, unless it is a constant; with what the other has */
  const either = (first: (other: bigint) => bigint, second: (other: bigint) => bigint): readonly [Place, bigint] | undefined =>
    b.op !== "constant" && (a.op === "constant" || random.below(2) === 0) ? to(b, second(now.value(a))) : to(a, first(now.value(b)));
  const all = mask(a.width);
  switch (term.op) {
    case "not": return to(a, ~value);
    case "neg": return to(a, -value);
    case "add": return either((y) => value - y, (x) => value - x);
    case "sub": return either((y) => value + y, (x) => x - value);
    case "xor": return either((y) => value ^ y, (x) => value ^ x);
    // bits that the other operand decides are left to it, where they can be
    case "and": return either((y) => value | (now.value(a) & ~y), (x) => value | (now.value(b) & ~x));
    case "or": return either((y) => value & (now.value(a) | ~y), (x) => value & (now.value(b) | ~x));
    case "concat": {
      const low = value & mask(b.width), high = value >> BigInt(b.width);
      const isLow = now.value(a) === high || (now.value(b) !== low && random.below(2) === 0);
      return isLow ? to(b, low) : to(a, high);
    }
    case "extract": {
      const [high, low] = term.parameters as readonly [number, number];
      const part = mask(high - low + 1) << BigInt(low);
      return to(a, (now.value(a) & ~part) | (value << BigInt(low)));
    }
    case "zero-extend": case "sign-extend": return to(a, value);
    case "ite": {
      const isThen = now.isTrue(a);
      return random.below(4) === 0 ? to(a, isThen ? 0n : 1n) : to(isThen ? b : c, value);
    }
    case "eq": return value === 1n ? either((y) => y, (x) => x) : either((y) => y ^ (1n << BigInt(random.below(a.width))), (x) => x ^ (1n << BigInt(random.below(a.width))));
    case "ult": case "ule": {
      const more = term.op === "ult" ? 1n : 0n, far = random.below(2) === 0;
      // a < b: b is raised, or a lowered; by little or as far as can be
      return value === 1n
        ? either((y) => (far ? 0n : y - more), (x) => (far ? all : x + more))
        : either((y) => (far ? all : y + 1n - more), (x) => (far ? 0n : x - 1n + more));
    }
    default: return to(term.args[random.below(term.args.length)]!, random.bits(term.args[0]!.width));
  }
}
