/**
 * What floating point words are worth, exactly: independent of the specification, to judge two results by.
 *
 * A value is an integer in units of 2**-155, the last place of the smallest exponent. PRH 2.6, 1.1.
 */
import { isNegative } from "./instruction-word.js";

const WORD = 1n << 36n;
const FRACTION = (1n << 27n) - 1n;
const UNIT = 155n;
const WRAP = 256n;

const magnitude = (word: bigint): bigint => (isNegative(word) ? BigInt.asUintN(36, WORD - word) : word);

export function valueOf(word: bigint): bigint {
  const positive = magnitude(word);
  const value = (positive & FRACTION) << ((positive >> 27n) & 0o377n);
  return isNegative(word) ? -value : value;
}

export const isNormalized = (word: bigint): boolean => word === 0n || (magnitude(word) >> 26n & 1n) === 1n;

/** An exact result as numerator and denominator, in the same units; the denominator is positive. */
export interface Exact {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What a floating point operation code should come to: FAD, FSB, FMP, FDV and their kin. */
export function exactResult(code: number, a: bigint, b: bigint): Exact | undefined {
  const x = valueOf(a), y = valueOf(b);
  switch (code >> 3) {
    case 0o14:
      return { numerator: x + y, denominator: 1n };
    case 0o15:
      return { numerator: x - y, denominator: 1n };
    case 0o16:
      return { numerator: x * y, denominator: 1n << UNIT };
    case 0o17:
      return y === 0n ? undefined : { numerator: (y < 0n ? -x : x) << UNIT, denominator: y < 0n ? -y : y };
    default:
      return undefined;
  }
}

/** The exact result lies between two neighbours, or on one of them. */
export function isBetweenNeighbours(one: bigint, other: bigint, { numerator, denominator }: Exact): boolean {
  const exact = numerator << WRAP;
  return readings(one).some((x) => readings(other).some((y) => {
    const [low, high] = x.value < y.value ? [x, y] : [y, x];
    const apart = high.value - low.value;
    return (apart <= low.lastPlace || apart <= high.lastPlace) && low.value * denominator <= exact && exact <= high.value * denominator;
  }));
}

/** No word is nearer to the exact result. */
export function isNearest(word: bigint, { numerator, denominator }: Exact): boolean {
  return readings(word).some(({ value, lastPlace }) => {
    const off = value * denominator - (numerator << WRAP);
    return 2n * (off < 0n ? -off : off) <= lastPlace * denominator;
  });
}

/** A word keeps the last 8 bits of an exponent, so out of range it stands for 2**256 times more, or less. In units 2**256 times smaller. */
function readings(word: bigint): readonly { readonly value: bigint; readonly lastPlace: bigint }[] {
  const lastPlace = 1n << ((magnitude(word) >> 27n) & 0o377n);
  return [0n, WRAP, 2n * WRAP].map((shift) => ({ value: valueOf(word) << shift, lastPlace: lastPlace << shift }));
}
