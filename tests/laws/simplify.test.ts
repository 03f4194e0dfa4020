/** Laws of terms: whatever `Terms.apply` makes of its operands has the value that the operator table gives. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { mask } from "../../src/bits/bits.js";
import { Evaluator } from "../../src/isa/evaluate.js";
import { operands, reachable } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { numbers, Stream } from "../machine/generated-terms.js";
import { everyValues, RawBuilder, valuesFrom, type Raw, type Values } from "./raw-terms.js";

const runs = (usual: number): { readonly numRuns: number } => ({ numRuns: Number(process.env["LAW_RUNS"] ?? usual) });

function expectSame(raws: readonly Raw[], values: Values): void {
  const evaluator = new Evaluator({ variable: (v) => values.variable(v.name), cell: (_, i) => values.cell(i) });
  for (const raw of raws) {
    const meant = raw.value(values), is = evaluator.value(raw.term);
    if (is !== meant) expect({ term: raw.term, is }).toEqual({ term: raw.term, is: meant });
  }
}

test("tiny terms have the table's value for all values of their leaves", () => {
  fc.assert(fc.property(numbers(120), (from) => {
    const terms = new Terms();
    const builder = new RawBuilder(terms, new Stream(from), [1, 1, 2], 1);
    builder.grow(24);
    const fresh = builder.pool.slice(builder.variables.length);
    for (const values of everyValues(builder.variables, 1)) expectSame(fresh, values);
  }), runs(250));
});

test("terms of 1 to 80 bits have the table's value at random and at the edges", () => {
  const width = fc.integer({ min: 1, max: 80 });
  fc.assert(fc.property(numbers(160), fc.tuple(width, width), fc.array(fc.bigInt({ min: 0n, max: mask(700) }), { minLength: 4, maxLength: 4 }), (from, [a, b], values) => {
    const terms = new Terms();
    const builder = new RawBuilder(terms, new Stream(from), [1, 2, a, b], a);
    builder.grow(30);
    const fresh = builder.pool.slice(builder.variables.length);
    for (const n of [0n, mask(700), ...values]) expectSame(fresh, valuesFrom(n, builder.variables, a));
    for (const { term } of fresh) expect(term.op === "constant" ? term.value >> BigInt(term.width) : 0n).toBe(0n);
  }), runs(1500));
});

test("ids grow from operands to users, and building a term again gives the same one", () => {
  fc.assert(fc.property(numbers(120), (from) => {
    const terms = new Terms();
    const build = (): readonly Raw[] => {
      const builder = new RawBuilder(terms, new Stream(from), [1, 2, 36], 36);
      builder.grow(20);
      return builder.pool;
    };
    const once = build();
    for (const t of reachable(once.map((r) => r.term))) for (const o of operands(t)) expect(o.id).toBeLessThan(t.id);
    expect(build().map((r) => r.term.id)).toEqual(once.map((r) => r.term.id));
    for (const { term } of once) expect(terms.rebuild(term, operands(term)).id).toBe(term.id);
  }), runs(200));
});
