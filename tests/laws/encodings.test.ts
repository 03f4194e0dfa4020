/** Laws of encodings on all words of ten bits: what refining, subtracting and complementing give is disjoint and exactly right. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cube, Field } from "../../src/isa/machine.js";
import { Evaluator } from "../../src/isa/evaluate.js";
import { Terms } from "../../src/isa/terms.js";
import { complement, cubeCondition, firstUnit, intersects, refine, subtract } from "../../src/language/encodings.js";
import { numbers, Stream } from "../machine/generated-terms.js";

const WIDTH = 10;
const WORDS = 2 ** WIDTH;
const has = (cube: Cube, word: number): boolean => (BigInt(word) & cube.mask) === cube.value;
const among = (cubes: readonly Cube[], word: number): number => cubes.filter((c) => has(c, word)).length;
const cube = fc.tuple(fc.nat(WORDS - 1), fc.nat(WORDS - 1)).map(([mask, value]): Cube => ({ mask: BigInt(mask), value: BigInt(value & mask) }));

/** In exactly one cube if it fits, else in none. */
function expectExactly(cubes: readonly Cube[], fits: (word: number) => boolean): void {
  for (let word = 0; word < WORDS; word++) expect({ word, cubes: among(cubes, word) }).toEqual({ word, cubes: fits(word) ? 1 : 0 });
  for (const c of cubes) expect(c.value & ~c.mask).toBe(0n);
}

test("subtract", () => {
  fc.assert(fc.property(cube, cube, (a, b) => expectExactly(subtract(a, b), (w) => has(a, w) && !has(b, w))), { numRuns: 100 });
});

test("complement", () => {
  fc.assert(fc.property(fc.array(cube, { maxLength: 6 }), (cubes) => expectExactly(complement(cubes, WIDTH), (w) => among(cubes, w) === 0)), { numRuns: 100 });
});

test("intersects", () => {
  fc.assert(fc.property(cube, cube, (a, b) => {
    expect(intersects(a, b)).toBe(Array.from({ length: WORDS }, (_, w) => w).some((w) => has(a, w) && has(b, w)));
  }), { numRuns: 100 });
});

test("the first unit of a cube", () => {
  fc.assert(fc.property(cube, fc.integer({ min: 1, max: WIDTH }), (c, unit) => {
    const first = firstUnit(c, WIDTH, unit);
    for (let top = 0; top < 2 ** unit; top++) {
      const rest = 2 ** (WIDTH - unit);
      expect(has(first, top)).toBe(Array.from({ length: rest }, (_, low) => top * rest + low).some((w) => has(c, w)));
    }
  }), { numRuns: 50 });
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

test("refine", () => {
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
    const evaluated = (word: number): boolean => new Evaluator({
      variable: (v) => { const f = fields.find((x) => x.variable === v)!; return BigInt((word >> f.low) & (2 ** f.width - 1)); }, cell: () => 0n,
    }).isTrue(condition);
    const refined = refine(base, condition, fields);
    expectExactly(refined, (w) => has(base, w) && evaluated(w));
    for (const c of refined) {
      const condition = cubeCondition(terms, c, fields);
      const constants = c.mask & ~fields.reduce((m, f) => m | (BigInt(2 ** f.width - 1) << BigInt(f.low)), 0n);
      for (let word = 0; word < WORDS; word += 7) {
        if ((BigInt(word) & constants) !== (c.value & constants)) continue;
        const isIn = new Evaluator({ variable: (v) => { const f = fields.find((x) => x.variable === v)!; return BigInt((word >> f.low) & (2 ** f.width - 1)); }, cell: () => 0n }).isTrue(condition);
        expect(isIn).toBe(has(c, word));
      }
    }
  }), { numRuns: 60 });
});
