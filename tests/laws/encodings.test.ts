/** Laws of encodings on all words of ten bits: what refining, subtracting and complementing give is disjoint and exactly right. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cube, Field } from "../../src/isa/machine.js";
import { Evaluator } from "../../src/isa/evaluate.js";
import type { Term } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { complement, cubeCondition, intersects, refine, resized, restrict, subtract, tableOf } from "../../src/language/encodings.js";
import { numbers, Stream } from "../machine/generated-terms.js";

const WIDTH = 10;
const WORDS = 2 ** WIDTH;
const has = (cube: Cube, word: number): boolean => (BigInt(word) & cube.mask) === cube.value;
const among = (cubes: readonly Cube[], word: number): number => cubes.filter((c) => has(c, word)).length;
const cube = fc.tuple(fc.nat(WORDS - 1), fc.nat(WORDS - 1)).map(([mask, value]): Cube => ({ mask: BigInt(mask), value: BigInt(value & mask) }));

/** In exactly one cube if it fits, else in none. */
function expectExactly(cubes: readonly Cube[], fits: (word: number) => boolean): void {
  for (let word = 0; word < WORDS; word++) {
    const is = among(cubes, word), meant = fits(word) ? 1 : 0;
    if (is !== meant) expect({ word, cubes: is }).toEqual({ word, cubes: meant });
  }
  for (const c of cubes) expect(c.value & ~c.mask).toBe(0n);
}

test("subtract", () => {
  fc.assert(fc.property(cube, cube, (a, b) => expectExactly(subtract(a, b), (w) => has(a, w) && !has(b, w))), { numRuns: 100 });
});

test("complement", () => {
  fc.assert(fc.property(fc.array(cube, { maxLength: 6 }), (cubes) => expectExactly(complement(cubes, () => false)!, (w) => among(cubes, w) === 0)), { numRuns: 100 });
});

test("intersects", () => {
  fc.assert(fc.property(cube, cube, (a, b) => {
    expect(intersects(a, b)).toBe(Array.from({ length: WORDS }, (_, w) => w).some((w) => has(a, w) && has(b, w)));
  }), { numRuns: 100 });
});

test("complement gives up when it is told to", () => {
  let work = 0;
  expect(complement([{ mask: 0x155n, value: 0n }, { mask: 0x2aan, value: 0n }], (n) => (work += n) > 4)).toBe(undefined);
});

test("a cube cut to its first bits, or with more behind it", () => {
  fc.assert(fc.property(cube, fc.integer({ min: 1, max: WIDTH }), (c, to) => {
    const first = resized(c, WIDTH, to), back = resized(first, to, WIDTH);
    const rest = 2 ** (WIDTH - to);
    for (let top = 0; top < 2 ** to; top++) {
      const words = Array.from({ length: rest }, (_, low) => top * rest + low);
      expect(has(first, top)).toBe(words.some((w) => has(c, w)));
      for (const w of words) expect(has(back, w)).toBe(has(first, top));
    }
  }), { numRuns: 30 });
});

/** Ten bits as fields of 1 to 4 bits with constant bits between. */
function fieldsOf(terms: Terms, stream: Stream): Field[] {
  const fields: Field[] = [];
  for (let low = stream.below(3); low < WIDTH; ) {
    const width = Math.min(1 + stream.below(4), WIDTH - low);
    fields.push({ name: `f${low}`, width, low, variable: terms.variable("field", `f${low}`, width) });
    low += width + stream.below(2);
  }
  return fields;
}

const valueIn = (field: Field, word: number): bigint => BigInt((word >> field.low) & (2 ** field.width - 1));

test("refine and restrict", () => {
  fc.assert(fc.property(numbers(60), cube, (from, base) => {
    const terms = new Terms();
    const stream = new Stream(from);
    const fields = fieldsOf(terms, stream);
    const bit = (): ReturnType<Terms["and"]> => {
      const f = stream.pick(fields);
      const value = terms.constant(stream.below(16), f.width);
      return stream.pick([terms.eq(f.variable, value), terms.apply("ult", [f.variable, value]), terms.extract(f.variable, 0, 0)]);
    };
    const condition = stream.pick([terms.and, terms.or, terms.implies] as const).call(terms, stream.below(3) === 0 ? terms.not(bit()) : bit(), bit());
    const isTrue = (term: Term, word: number): boolean => new Evaluator({ variable: (v) => valueIn(fields.find((f) => f.variable === v)!, word), cell: () => 0n }).isTrue(term);
    const table = tableOf(condition, fields);
    const refined = refine(base, table, 1);
    expectExactly(refined, (w) => has(base, w) && isTrue(condition, w));
    expectExactly(refine(base, table, 0), (w) => has(base, w) && !isTrue(condition, w));
    const field = stream.pick(fields), value = BigInt(stream.below(2 ** field.width));
    expectExactly(restrict(base, field, value), (w) => has(base, w) && valueIn(field, w) === value);
    for (const c of refined) {
      const isIn = cubeCondition(terms, c, fields);
      const constants = c.mask & ~fields.reduce((m, f) => m | (BigInt(2 ** f.width - 1) << BigInt(f.low)), 0n);
      for (let word = 0; word < WORDS; word += 7) {
        if ((BigInt(word) & constants) === (c.value & constants)) expect(isTrue(isIn, word)).toBe(has(c, word));
      }
    }
  }), { numRuns: 60 });
});
