/**
 * The closed table of operators on bit strings.
 *
 * Every operator has its width rule and its value here and nowhere else. The machine room (JavaScript) and the solver
 * room (SMT-LIB) each read the same table with a `Record<OperatorName, ...>` of their own, so that a new operator does
 * not compile until both can read it. Semantics are those of SMT-LIB's QF_BV, division by zero included.
 */
import { mask, toSigned, truncate } from "./bits.js";

export const OPERATORS = [
  "not", "neg", "and", "or", "xor", "add", "sub", "mul", "udiv", "urem", "sdiv", "srem",
  "shl", "lshr", "ashr", "eq", "ult", "ule", "slt", "sle", "concat", "extract", "zero-extend", "sign-extend", "ite",
] as const;

export type OperatorName = (typeof OPERATORS)[number];

export interface Operator {
  readonly arity: 1 | 2 | 3;
  /**
   * Width of the result, or a message when the operand widths do not fit.
   * `parameters`: extract [high, low] counted from the least significant bit; extensions [target width]; otherwise [].
   */
  readonly width: (widths: readonly number[], parameters: readonly number[]) => number | string;
  /** The value for operand values; `width` is the result's, `widths` are the operands'. */
  readonly value: (args: readonly bigint[], widths: readonly number[], parameters: readonly number[]) => bigint;
}

const same: Operator["width"] = ([a, b]) => (a === b ? a! : `operands of ${a} and ${b} bits`);
const shift: Operator["width"] = ([a]) => a!;
const unary: Operator["width"] = ([a]) => a!;
const compare: Operator["width"] = ([a, b]) => (a === b ? 1 : `operands of ${a} and ${b} bits`);
const bool = (b: boolean): bigint => (b ? 1n : 0n);

type Binary = (a: bigint, b: bigint, width: number) => bigint;
const binary = (width: Operator["width"], value: Binary): Operator => ({
  arity: 2,
  width,
  value: ([a, b], [w]) => value(a!, b!, w!),
});

export const udiv: Binary = (a, b, w) => (b === 0n ? mask(w) : a / b);
export const urem: Binary = (a, b) => (b === 0n ? a : a % b);
export const sdiv: Binary = (a, b, w) => {
  const x = toSigned(a, w), y = toSigned(b, w);
  return y === 0n ? (x < 0n ? 1n : mask(w)) : truncate(x / y, w);
};
export const srem: Binary = (a, b, w) => {
  const x = toSigned(a, w), y = toSigned(b, w);
  return y === 0n ? a : truncate(x % y, w);
};

export const TABLE: Readonly<Record<OperatorName, Operator>> = {
  not: { arity: 1, width: unary, value: ([a], [w]) => a! ^ mask(w!) },
  neg: { arity: 1, width: unary, value: ([a], [w]) => truncate(-a!, w!) },
  and: binary(same, (a, b) => a & b),
  or: binary(same, (a, b) => a | b),
  xor: binary(same, (a, b) => a ^ b),
  add: binary(same, (a, b, w) => truncate(a + b, w)),
  sub: binary(same, (a, b, w) => truncate(a - b, w)),
  mul: binary(same, (a, b, w) => truncate(a * b, w)),
  udiv: binary(same, udiv),
  urem: binary(same, urem),
  sdiv: binary(same, sdiv),
  srem: binary(same, srem),
  shl: binary(shift, (a, b, w) => (b >= BigInt(w) ? 0n : truncate(a << b, w))),
  lshr: binary(shift, (a, b, w) => (b >= BigInt(w) ? 0n : a >> b)),
  ashr: binary(shift, (a, b, w) => truncate(toSigned(a, w) >> (b >= BigInt(w) ? BigInt(w) : b), w)),
  eq: binary(compare, (a, b) => bool(a === b)),
  ult: binary(compare, (a, b) => bool(a < b)),
  ule: binary(compare, (a, b) => bool(a <= b)),
  slt: binary(compare, (a, b, w) => bool(toSigned(a, w) < toSigned(b, w))),
  sle: binary(compare, (a, b, w) => bool(toSigned(a, w) <= toSigned(b, w))),
  concat: { arity: 2, width: ([a, b]) => a! + b!, value: ([a, b], [, w]) => (a! << BigInt(w!)) | b! },
  extract: {
    arity: 1,
    width: ([a], [high, low]) => (low! >= 0 && high! >= low! && high! < a! ? high! - low! + 1 : `bits ${high}..${low} of ${a}`),
    value: ([a], _, [high, low]) => truncate(a! >> BigInt(low!), high! - low! + 1),
  },
  "zero-extend": {
    arity: 1,
    width: ([a], [target]) => (target! >= a! ? target! : `${a} bits extended to ${target}`),
    value: ([a]) => a!,
  },
  "sign-extend": {
    arity: 1,
    width: ([a], [target]) => (target! >= a! ? target! : `${a} bits extended to ${target}`),
    value: ([a], [w], [target]) => truncate(toSigned(a!, w!), target!),
  },
  ite: {
    arity: 3,
    width: ([c, a, b]) => (c === 1 && a === b ? a! : `condition of ${c} bits, branches of ${a} and ${b}`),
    value: ([c, a, b]) => (c === 1n ? a! : b!),
  },
};
