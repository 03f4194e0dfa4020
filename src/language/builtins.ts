/**
 * Built-in functions of the language: each a few terms over the operator table, so nothing else needs to know them.
 */
import type { Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

/** How many bits hold the numbers 0 .. n. */
export function bitsFor(n: number): number {
  return Math.max(1, Math.ceil(Math.log2(n + 1)));
}

/** Leading zeros, in as many bits as x has (at least enough to hold the width). */
export function countLeadingZeros(t: Terms, x: Term): Term {
  const bits = bitsFor(x.width);
  const count = (y: Term): Term => {
    if (y.width === 1) return t.ite(y, t.zeros(bits), t.constant(1, bits));
    const high = t.extract(y, y.width - 1, y.width - Math.ceil(y.width / 2));
    const low = t.extract(y, y.width - high.width - 1, 0);
    return t.ite(t.eq(high, t.zeros(high.width)), t.apply("add", [t.constant(high.width, bits), count(low)]), count(high));
  };
  return fit(t, count(x), x.width);
}

export function populationCount(t: Terms, x: Term): Term {
  const bits = bitsFor(x.width);
  let sum: Term = t.zeros(bits);
  for (let i = 0; i < x.width; i++) sum = t.apply("add", [sum, t.zeroExtend(t.extract(x, i, i), bits)]);
  return fit(t, sum, x.width);
}

export function parity(t: Terms, x: Term): Term {
  let result: Term = t.extract(x, 0, 0);
  for (let i = 1; i < x.width; i++) result = t.apply("xor", [result, t.extract(x, i, i)]);
  return result;
}

function fit(t: Terms, x: Term, width: number): Term {
  return width >= x.width ? t.zeroExtend(x, width) : t.extract(x, width - 1, 0);
}

/** x rotated left by k, taken modulo the width. */
export function rotateLeft(t: Terms, x: Term, k: Term): Term {
  if (k.op === "constant") {
    const n = Number(k.value % BigInt(x.width));
    return n === 0 ? x : t.concat(t.extract(x, x.width - n - 1, 0), t.extract(x, x.width - 1, x.width - n));
  }
  const bits = Math.max(k.width, bitsFor(x.width));
  const width = t.constant(x.width, bits);
  const wide = t.zeroExtend(k, bits);
  const isPower = (x.width & (x.width - 1)) === 0;
  const n = isPower && k.width <= Math.log2(x.width) ? wide : t.apply("urem", [wide, width]);
  return t.or(t.apply("shl", [x, n]), t.apply("lshr", [x, t.apply("sub", [width, n])]));
}

export function rotateRight(t: Terms, x: Term, k: Term): Term {
  const bits = Math.max(k.width, bitsFor(x.width));
  const width = t.constant(x.width, bits);
  return rotateLeft(t, x, t.apply("sub", [width, t.apply("urem", [t.zeroExtend(k, bits), width])]));
}

/** Bit number k of x, counted from the most (msb0) or least significant end; 0 beyond either end. */
export function computedBit(t: Terms, x: Term, k: Term, order: "msb0" | "lsb0"): Term {
  return order === "msb0" ? t.extract(t.apply("shl", [x, k]), x.width - 1, x.width - 1) : t.extract(t.apply("lshr", [x, k]), 0, 0);
}

export function fullProduct(t: Terms, a: Term, b: Term, signed: boolean): Term {
  const width = a.width + b.width;
  return signed ? t.apply("mul", [t.signExtend(a, width), t.signExtend(b, width)]) : t.apply("mul", [t.zeroExtend(a, width), t.zeroExtend(b, width)]);
}
