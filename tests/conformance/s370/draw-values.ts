/** Operands by value: words with edges, floating-point numbers, decimal numbers, edit patterns. */
import type { Random } from "../random.js";

const EDGES: readonly number[] = [0, 1, 2, 3, 0xffff_ffff, 0xffff_fffe, 0x7fff_ffff, 0x7fff_fffe, 0x8000_0000, 0x8000_0001, 0x0000_8000, 0xffff_8000, 0x0000_7fff, 0x0000_ffff];

export function word(random: Random): number {
  if (random.chance(0.4)) return Number(random.bits(32));
  if (random.chance(0.6)) return random.pick(EDGES);
  return random.chance(0.5) ? 2 ** random.below(32) : random.below(0x100);
}

export const bytesOf = (value: number | bigint, length: number): number[] => Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * (length - 1 - i))) & 0xffn));

/** Bytes of which two operands are likely to have some in common. */
export function bytes(random: Random, length: number): number[] {
  if (random.chance(0.2)) return Array.from({ length }, () => 0);
  const some = [0, 0xff, random.below(256), random.below(256)];
  const isPlain = random.chance(0.4);
  return Array.from({ length }, () => (isPlain || random.chance(0.7) ? random.pick(some) : random.below(256)));
}

/** A long number whose first half is a short one. */
export function floating(random: Random): bigint {
  const fraction = random.pick([
    () => 0n, () => 0x10_0000_0000_0000n, () => 0xff_ffff_ffff_ffffn, () => random.bits(56), () => random.bits(56), () => random.bits(24) << 32n, () => random.bits(32),
    () => random.bits(52) | 0x10_0000_0000_0000n, () => 0x10_0000_0000_0000n + random.bits(2), () => random.bits(56) >> (4n * BigInt(random.below(14))),
  ])();
  const characteristic = random.chance(0.7) ? 0x40 + random.between(-4, 4) : random.pick([0, 1, 2, 0x7f, 0x7e, 0x7d, 0x3f, 0x41, 0x20, 0x60, random.below(128)]);
  return (BigInt(random.below(2)) << 63n) | (BigInt(characteristic) << 56n) | fraction;
}

const SIGNS = [0xc, 0xd, 0xc, 0xd, 0xa, 0xb, 0xe, 0xf];

/** A decimal number of so many bytes, in a few cases with a digit or sign that is none; `zeros` bytes are 0 at its left. */
export function decimal(random: Random, length: number, zeros = 0): number[] {
  const used = random.chance(0.5) ? length : random.between(1, length);
  const blank = Math.max(zeros, length - used);
  const digit = (): number => (random.chance(0.15) ? random.pick([0, 9]) : random.below(10));
  const number = Array.from({ length }, (_, i) => {
    const isLast = i === length - 1;
    if (i < blank && !isLast) return 0;
    return (digit() << 4) | (isLast ? random.pick(SIGNS) : digit());
  });
  if (random.chance(0.05)) number[random.below(length)] = random.below(256);
  return number;
}

/** A pattern for editing: mostly selectors of digits. */
export function pattern(random: Random, length: number): number[] {
  return Array.from({ length }, (_, i) => (i === 0 ? random.pick([0x40, 0x5c, 0x20, 0x21, 0x22, random.below(256)]) : random.pick([0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x21, 0x22, 0x6b, 0x4b, 0x40, random.below(256)])));
}

export function digits(random: Random, length: number): number[] {
  const nibble = (): number => (random.chance(0.4) ? 0 : random.below(10));
  return Array.from({ length }, () => (random.chance(0.01) ? random.below(256) : (nibble() << 4) | (random.chance(0.15) ? random.between(10, 15) : nibble())));
}
