/**
 * Fixed-width bit strings.
 *
 * A bit string of width w is a bigint in 0 .. 2^w - 1; the width travels beside it. Everything here is total on such
 * values; callers keep widths, and `assertFits` is for the borders where values come in.
 */

/** All ones: 2^width - 1. */
export function mask(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** The low `width` bits of any integer, negative ones in two's complement. */
export function truncate(value: bigint, width: number): bigint {
  return BigInt.asUintN(width, value);
}

/** The two's complement reading of a bit string. */
export function toSigned(value: bigint, width: number): bigint {
  return BigInt.asIntN(width, value);
}

export type Radix = "binary" | "octal" | "decimal" | "hexadecimal";

export const RADIX_BASE: Record<Radix, number> = { binary: 2, octal: 8, decimal: 10, hexadecimal: 16 };
const BITS_PER_DIGIT: Record<Radix, number> = { binary: 1, octal: 3, decimal: 0, hexadecimal: 4 };

/** A bit string in a machine's radix, padded to its width (decimal is not padded), without prefix. */
export function formatBits(value: bigint, width: number, radix: Radix): string {
  const digits = value.toString(RADIX_BASE[radix]);
  const perDigit = BITS_PER_DIGIT[radix];
  return perDigit === 0 ? digits : digits.padStart(Math.ceil(width / perDigit), "0");
}

export function isBits(value: bigint, width: number): boolean {
  return value >= 0n && value >> BigInt(width) === 0n;
}
