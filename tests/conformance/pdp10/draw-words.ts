/** Words that are interesting as operands: the edges of every format, and between them anything. */
import type { Random } from "../random.js";

const WORD = (1n << 36n) - 1n;
const HALF = 0o777777n;
const EDGES: readonly bigint[] = [0n, 1n, 2n, WORD, WORD - 1n, 1n << 35n, (1n << 35n) + 1n, (1n << 35n) - 1n, 1n << 34n, 3n << 34n, HALF, HALF << 18n, 1n << 18n, 1n << 17n];

export function fixedWord(random: Random): bigint {
  switch (random.below(8)) {
    case 0:
    case 1:
      return random.pick(EDGES);
    case 2: // of any length, positive or negative
      return signed(random, random.bits(random.between(1, 35)));
    case 3: // a power of two, or 1 beside it
      return BigInt.asUintN(36, signed(random, (1n << BigInt(random.below(36))) + BigInt(random.between(-1, 1))));
    case 4: // halves that are edges themselves
      return (half(random) << 18n) | half(random);
    default:
      return random.bits(36);
  }
}

export function half(random: Random): bigint {
  return random.chance(0.3) ? random.pick([0n, 1n, HALF, 0o400000n, 0o377777n]) : random.bits(18);
}

/**
 * Floating point: mostly normalized, near to 1 so that exponents often meet, sometimes at the ends of the exponent's
 * range, sometimes unnormalized, sometimes no such number at all.
 */
export function floatingWord(random: Random): bigint {
  if (random.chance(0.06)) return 0n;
  if (random.chance(0.08)) return fixedWord(random);
  const exponent = BigInt(random.chance(0.15) ? random.pick([0, 1, 2, 27, 28, 63, 64, 191, 192, 253, 254, 255]) : random.between(128 - 36, 128 + 36));
  return signed(random, (exponent << 27n) | fraction(random));
}

function fraction(random: Random): bigint {
  const any = random.bits(27);
  const first = 1n << 26n;
  switch (random.below(10)) {
    case 0:
      return first;
    case 1:
      return (1n << 27n) - 1n;
    case 2:
      return first | random.bits(3);
    case 3: // the last places ready to round
      return first | (any & ~0o777n) | random.pick([0o377n, 0o400n, 0o401n, 0o777n]);
    case 4: // not normalized
      return any >> BigInt(random.between(1, 26));
    default:
      return first | any;
  }
}

const signed = (random: Random, word: bigint): bigint => (random.chance(0.5) ? BigInt.asUintN(36, -word) : word);
