/**
 * Encodings: which words an instruction claims, as disjoint cubes (words w with w & mask == value).
 *
 * Restrictions (`where`, splits) are turned into cubes by their truth table over the fields they mention, at most 16
 * bits of them.
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

/** The values of an expression of at most 8 bits for all values of the bits of the fields it mentions. */
export interface Table {
  /** where each bit of the index stands in the encoding */
  readonly places: readonly bigint[];
  readonly values: Uint8Array;
}

export function tableOf(expression: Term, fields: readonly Field[]): Table {
  const bits = fieldsOf(expression, fields).flatMap((field) => Array.from({ length: field.width }, (_, bit) => ({ field, bit })));
  if (bits.length > MAXIMUM_CONDITION_BITS) throw new Error("bug: a table over too many fields");
  const values = new Uint8Array(1 << bits.length);
  for (let n = 0; n < values.length; n++) {
    const of = new Map<number, bigint>();
    bits.forEach(({ field, bit }, i) => of.set(field.variable.id, (of.get(field.variable.id) ?? 0n) | (BigInt((n >> i) & 1) << BigInt(bit))));
    values[n] = Number(new Evaluator({ variable: (v) => of.get(v.id) ?? 0n, cell: () => 0n }).value(expression));
  }
  return { places: bits.map(({ field, bit }) => BigInt(field.low + bit)), values };
}

/** The words of `base` for which the table has the value, as disjoint cubes; `most` of them at most. */
export function refine(base: Cube, table: Table, value: number, most = Infinity): Cube[] {
  const cubes: Cube[] = [];
  // halves the table from its highest bit until it is constant
  const visit = (from: number, size: number, level: number, cube: Cube): void => {
    if (cubes.length >= most) return;
    const first = table.values[from]! === value;
    let n = from + 1;
    while (n < from + size && (table.values[n]! === value) === first) n++;
    if (n === from + size) {
      if (first) cubes.push(cube);
      return;
    }
    const at = table.places[level]!;
    for (const bit of [0, 1]) {
      const wanted = BigInt(bit) << at;
      if (((cube.mask >> at) & 1n) === 1n && (cube.value & (1n << at)) !== wanted) continue;
      visit(from + bit * (size / 2), size / 2, level - 1, cubeLike(cube, cube.mask | (1n << at), (cube.value & ~(1n << at)) | wanted));
    }
  };
  visit(0, table.values.length, table.places.length - 1, base);
  return cubes;
}

/** The words of the cube in which the field has the value. */
export function restrict(cube: Cube, field: Field, value: bigint): Cube[] {
  const bits = ones(field.width) << BigInt(field.low);
  const wanted: Cube = { mask: bits, value: value << BigInt(field.low) };
  return intersects(cube, wanted) ? [cubeLike(cube, cube.mask | bits, (cube.value & ~bits) | wanted.value)] : [];
}

export function intersects(a: Cube, b: Cube): boolean {
  return ((a.value ^ b.value) & a.mask & b.mask) === 0n;
}

/** Other words of the same form. */
function cubeLike({ absent }: Cube, mask: bigint, value: bigint): Cube {
  return absent === undefined ? { mask, value } : { mask, value, absent };
}

/** The words of `a` that are not in `b`, as disjoint cubes. */
export function subtract(a: Cube, b: Cube): Cube[] {
  if (!intersects(a, b)) return [a];
  const cubes: Cube[] = [];
  let { mask, value } = a;
  for (let free = b.mask & ~a.mask; free !== 0n; ) {
    const bit = free & -free;
    free ^= bit;
    cubes.push(cubeLike(a, mask | bit, (value & ~bit) | (~b.value & bit)));
    mask |= bit;
    value = (value & ~bit) | (b.value & bit);
  }
  return cubes;
}

/** The cube seen on words of another width: cut to their first bits, or with anything behind it. */
export function resized(cube: Cube, width: number, to: number): Cube {
  const shift = BigInt(Math.abs(width - to));
  return to <= width ? { mask: cube.mask >> shift, value: cube.value >> shift } : { mask: cube.mask << shift, value: cube.value << shift };
}

/** The words that no cube claims, as disjoint cubes; undefined where `isEnough` says that this takes too long. */
export function complement(cubes: readonly Cube[], isEnough: (work: number) => boolean): Cube[] | undefined {
  const found: Cube[] = [];
  const visit = (cube: Cube, among: readonly Cube[]): boolean => {
    if (isEnough(1 + among.length / 8)) return false;
    const meeting = among.filter((c) => intersects(c, cube));
    if (meeting.length === 0) {
      found.push(cube);
      return true;
    }
    if (meeting.some((c) => (c.mask & ~cube.mask) === 0n)) return true; // wholly claimed
    const bit = decidedByMost(meeting, cube.mask);
    return visit({ mask: cube.mask | bit, value: cube.value }, meeting) && visit({ mask: cube.mask | bit, value: cube.value | bit }, meeting);
  };
  return visit({ mask: 0n, value: 0n }, cubes) ? found : undefined;
}

/** The bit that most of the claims depend on, the highest of several: it is not asked about twice below. */
function decidedByMost(claims: readonly Cube[], known: bigint): bigint {
  const counts = new Map<bigint, number>();
  let best = 0n, most = 0;
  for (const { mask } of claims) {
    for (let open = mask & ~known; open !== 0n; open &= open - 1n) {
      const bit = open & -open;
      const count = (counts.get(bit) ?? 0) + 1;
      counts.set(bit, count);
      if (count > most || (count === most && bit > best)) [best, most] = [bit, count];
    }
  }
  return best;
}

/** The condition on the fields that a word is in the cube, given that its constants match. */
export function cubeCondition(terms: Terms, cube: Cube, fields: readonly Field[]): Term {
  return terms.and(...fields.map((f) => {
    const m = (cube.mask >> BigInt(f.low)) & ones(f.width);
    const v = (cube.value >> BigInt(f.low)) & ones(f.width);
    return m === 0n ? terms.true : terms.eq(terms.and(f.variable, terms.constant(m, f.width)), terms.constant(v & m, f.width));
  }));
}
