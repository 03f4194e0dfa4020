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

/** The bit string that a text in a radix is, without prefix; undefined where it is none of this width. The inverse of `formatBits`. */
export function readBits(text: string, width: number, radix: Radix): bigint | undefined {
  // no more digits than the width can have: a text is not read first and measured afterwards
  if (text.length > formatBits(mask(width), width, radix).length || !DIGITS[radix].test(text)) return undefined;
  const value = radix === "decimal" ? BigInt(text) : BigInt(PREFIX[radix] + text);
  return isBits(value, width) ? value : undefined;
}

const DIGITS: Readonly<Record<Radix, RegExp>> = { binary: /^[01]+$/, octal: /^[0-7]+$/, decimal: /^[0-9]+$/, hexadecimal: /^[0-9a-fA-F]+$/ };
const PREFIX: Readonly<Record<Exclude<Radix, "decimal">, string>> = { binary: "0b", octal: "0o", hexadecimal: "0x" };

export function isBits(value: bigint, width: number): boolean {
  return value >= 0n && value >> BigInt(width) === 0n;
}
