/**
 * Encodings: which words an instruction claims, as disjoint cubes (words w with w & mask == value).
 *
 * Restrictions (`where`, splits) are turned into cubes by their truth table over the fields they mention, at most 16
 * bits of them. Where two instructions overlap, the one with the higher priority keeps the words, and the other's cubes shrink.
 */
import { mask as ones } from "../bits/bits.js";
import { Evaluator } from "../isa/evaluate.js";
import type { Cube, Field } from "../isa/machine.js";
import { reachable, type Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

export const MAXIMUM_CONDITION_BITS = 16;

/** The fields a condition mentions. */
export function fieldsOf(condition: Term, fields: readonly Field[]): Field[] {
  const ids = new Set(reachable([condition]).map((t) => t.id));
  return fields.filter((f) => ids.has(f.variable.id));
}

/** The words of `base` whose fields satisfy the condition, as disjoint cubes. */
export function refine(base: Cube, condition: Term, fields: readonly Field[]): Cube[] {
  const mentioned = fieldsOf(condition, fields);
  const bits = mentioned.flatMap((f) => Array.from({ length: f.width }, (_, i) => ({ field: f, bit: i, at: BigInt(f.low + i) })));
  if (bits.length > MAXIMUM_CONDITION_BITS) throw new Error("bug: a condition over too many fields is refined");
  const holds = new Uint8Array(1 << bits.length);
  for (let n = 0; n < holds.length; n++) {
    const values = new Map<number, bigint>();
    bits.forEach(({ field, bit }, i) => values.set(field.variable.id, (values.get(field.variable.id) ?? 0n) | (BigInt((n >> i) & 1) << BigInt(bit))));
    const evaluator = new Evaluator({ variable: (v) => values.get(v.id) ?? 0n, cell: () => 0n });
    holds[n] = evaluator.isTrue(condition) ? 1 : 0;
  }
  const cubes: Cube[] = [];
  // halves the table from its highest bit until it is constant
  const visit = (from: number, size: number, level: number, cube: Cube): void => {
    let sum = 0;
    for (let n = from; n < from + size; n++) sum += holds[n]!;
    if (sum === 0) return;
    if (sum === size) {
      cubes.push(cube);
      return;
    }
    const { at } = bits[level]!;
    for (const bit of [0, 1]) {
      const value = BigInt(bit) << at;
      if (((cube.mask >> at) & 1n) === 1n && (cube.value & (1n << at)) !== value) continue;
      visit(from + bit * (size / 2), size / 2, level - 1, { mask: cube.mask | (1n << at), value: (cube.value & ~(1n << at)) | value });
    }
  };
  visit(0, holds.length, bits.length - 1, base);
  return cubes;
}

export function intersects(a: Cube, b: Cube): boolean {
  return ((a.value ^ b.value) & a.mask & b.mask) === 0n;
}

/** The words of `a` that are not in `b`, as disjoint cubes. */
export function subtract(a: Cube, b: Cube): Cube[] {
  if (!intersects(a, b)) return [a];
  const cubes: Cube[] = [];
  let { mask, value } = a;
  for (let free = b.mask & ~a.mask; free !== 0n; ) {
    const bit = free & -free;
    free ^= bit;
    cubes.push({ mask: mask | bit, value: (value & ~bit) | (~b.value & bit) });
    mask |= bit;
    value = (value & ~bit) | (b.value & bit);
  }
  return cubes;
}

/** The cube widened or cut to the first `unit` of `width` bits; a cube shorter than a unit cannot occur. */
export function firstUnit(cube: Cube, width: number, unit: number): Cube {
  const shift = BigInt(width - unit);
  return { mask: cube.mask >> shift, value: cube.value >> shift };
}

/** Words of `width` bits that no cube claims, as disjoint cubes. */
export function complement(cubes: readonly Cube[], width: number): Cube[] {
  const found: Cube[] = [];
  const visit = (cube: Cube, among: readonly Cube[]): void => {
    const meeting = among.filter((c) => intersects(c, cube));
    if (meeting.length === 0) {
      found.push(cube);
      return;
    }
    if (meeting.some((c) => (c.mask & ~cube.mask) === 0n)) return; // wholly claimed
    // split on the highest bit that some claim still depends on
    const undecided = meeting.reduce((m, c) => m | (c.mask & ~cube.mask), 0n);
    const bit = 1n << BigInt(undecided.toString(2).length - 1);
    visit({ mask: cube.mask | bit, value: cube.value }, meeting);
    visit({ mask: cube.mask | bit, value: cube.value | bit }, meeting);
  };
  visit({ mask: 0n, value: 0n }, cubes);
  void width;
  return found;
}

/** The condition on the fields that a word is in the cube, given that its constants match. */
export function cubeCondition(terms: Terms, cube: Cube, fields: readonly Field[]): Term {
  return terms.and(...fields.map((f) => {
    const m = (cube.mask >> BigInt(f.low)) & ones(f.width);
    const v = (cube.value >> BigInt(f.low)) & ones(f.width);
    return m === 0n ? terms.true : terms.eq(terms.and(f.variable, terms.constant(m, f.width)), terms.constant(v & m, f.width));
  }));
}
