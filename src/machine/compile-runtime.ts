/**
 * The rare operators on numbers of 33 to 53 bits, and signed division, as plain functions that generated code calls.
 *
 * Operands and results are bit strings held as `compile-representation.ts` says; `width` is theirs. Doubles are exact
 * as long as every intermediate value is an integer below 2^53, which each function argues.
 */
import { sdiv as sdivBits, srem as sremBits } from "../bits/operators.js";

const POWERS: readonly number[] = Array.from({ length: 65 }, (_, n) => 2 ** n);

const signed = (a: number, width: number): number => (a >= POWERS[width - 1]! ? a - POWERS[width]! : a);
/** Adding 0 turns -0 into 0. */
const unsigned = (a: number, width: number): number => (a < 0 ? a + POWERS[width]! : a + 0);
/** The low bits of an exact integer. */
const low = (a: number, bits: number): number => a - Math.floor(a / POWERS[bits]!) * POWERS[bits]!;

/** `a % b` is exact in JavaScript, so the difference is a multiple of b and the quotient an integer. */
export function divide(a: number, b: number, width: number): number {
  return b === 0 ? POWERS[width]! - 1 : (a - (a % b)) / b;
}

export function remainder(a: number, b: number): number {
  return b === 0 ? a : a % b;
}

export function divideSigned(a: number, b: number, width: number): number {
  const x = signed(a, width), y = signed(b, width);
  return y === 0 ? (x < 0 ? 1 : POWERS[width]! - 1) : unsigned((x - (x % y)) / y, width);
}

export function remainderSigned(a: number, b: number, width: number): number {
  const x = signed(a, width), y = signed(b, width);
  return y === 0 ? a : unsigned(x % y, width);
}

export function divideWide(a: bigint, b: bigint, width: number): bigint {
  return b === 0n ? BigInt.asUintN(width, -1n) : a / b;
}

export function remainderWide(a: bigint, b: bigint): bigint {
  return b === 0n ? a : a % b;
}

export function divideSignedWide(a: bigint, b: bigint, width: number): bigint {
  return sdivBits(a, b, width);
}

export function remainderSignedWide(a: bigint, b: bigint, width: number): bigint {
  return sremBits(a, b, width);
}

/** A product that rounds is at least 2^53, so one below it is exact. */
export function multiply(a: number, b: number, width: number): number {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) return low(product, width);
  return Number(BigInt.asUintN(width, BigInt(a) * BigInt(b)));
}

export function shiftLeft(a: number, by: number, width: number): number {
  return by >= width ? 0 : low(a, width - by) * POWERS[by]!;
}

export function shiftRight(a: number, by: number, width: number): number {
  return by >= width ? 0 : Math.floor(a / POWERS[by]!);
}

export function shiftRightSigned(a: number, by: number, width: number): number {
  return unsigned(Math.floor(signed(a, width) / POWERS[by >= width ? width : by]!), width);
}

/**
 * Bits high..low of the product of two numbers of up to 53 bits, read as signed ones if `isSigned`; the bits wanted fit
 * 53. What double-length multiplication comes down to when only one half is used.
 */
export function productBits(a: number, aWidth: number, b: number, bWidth: number, isSigned: boolean, high: number, lowest: number): number {
  const x = isSigned ? signed(a, aWidth) : a, y = isSigned ? signed(b, bWidth) : b;
  const product = x * y;
  const bits = high - lowest + 1;
  if (product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER) return low(Math.floor(product / 2 ** lowest), bits);
  return Number(BigInt.asUintN(bits, (BigInt(x) * BigInt(y)) >> BigInt(lowest)));
}

/** The functions under the numbered names that generated code knows them by. */
export const RUNTIME = {
  h0: divide, h1: remainder, h2: divideSigned, h3: remainderSigned,
  h4: divideWide, h5: remainderWide, h6: divideSignedWide, h7: remainderSignedWide,
  h8: multiply, h9: shiftLeft, h10: shiftRight, h11: shiftRightSigned, h12: productBits,
} as const;

const NAMES = new Map<unknown, string>(Object.entries(RUNTIME).map(([name, f]) => [f, name]));

export function runtimeName(f: (typeof RUNTIME)[keyof typeof RUNTIME]): string {
  return NAMES.get(f)!;
}
