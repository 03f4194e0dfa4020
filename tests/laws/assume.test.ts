/** Laws of `assume`: the formula and what it is turned into have the same solutions, by running all of them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Evaluator } from "../../src/isa/evaluate.js";
import { conjuncts, type Term } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { assume } from "../../src/verdict/assume.js";
import { numbers, Stream } from "../machine/generated-terms.js";
import { everyValues, RawBuilder, type Values } from "./raw-terms.js";

const isTrue = (term: Term, values: Values, fixed: ReadonlyMap<number, Term> = new Map()): boolean => {
  const evaluator = new Evaluator({
    variable: (v) => {
      const known = fixed.get(v.id);
      return known?.op === "constant" ? known.value : values.variable(v.name);
    },
    cell: (_, i) => values.cell(i),
  });
  return evaluator.isTrue(term);
};

const picks = fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 1, maxLength: 5 });

/** Some of what has grown, and the contrary of some. */
function conjunction(terms: Terms, builder: RawBuilder, which: readonly (readonly [number, boolean])[]): Term {
  const bits = builder.pool.filter((r) => r.term.width === 1);
  return terms.and(...which.map(([n, isSo]) => (isSo ? bits[n % bits.length]!.term : terms.not(bits[n % bits.length]!.term))));
}

test("solutions stay solutions, and what is found is one with what is fixed put in", () => {
  let satisfiable = 0, fixing = 0;
  fc.assert(fc.property(numbers(120), picks, (from, which) => {
    const terms = new Terms();
    const builder = new RawBuilder(terms, new Stream(from), [1, 1, 2], 1);
    builder.grow(16);
    const whole = conjunction(terms, builder, which);
    const { term, fixed } = assume(terms, whole);
    for (const f of fixed.values()) expect(f.op).toBe("constant");
    let some = false;
    for (const values of everyValues(builder.variables, 1)) {
      const before = isTrue(whole, values);
      if (before) {
        some = true;
        expect(isTrue(term, values)).toBe(true);
        for (const v of builder.variables) {
          const known = fixed.get(v.id);
          if (known?.op === "constant") expect(values.variable(v.name)).toBe(known.value);
        }
      }
      if (isTrue(term, values, fixed)) expect(isTrue(whole, values, fixed)).toBe(true);
    }
    if (!some) for (const values of everyValues(builder.variables, 1)) expect(isTrue(term, values, fixed)).toBe(false);
    if (some) satisfiable++;
    if (fixed.size > 0) fixing++;
  }), { numRuns: Number(process.env["LAW_RUNS"] ?? 100) });
  expect(satisfiable).toBeGreaterThan(15);
  expect(fixing).toBeGreaterThan(15);
});

test("the conjuncts of a term are it", () => {
  fc.assert(fc.property(numbers(60), picks, (from, which) => {
    const terms = new Terms();
    const builder = new RawBuilder(terms, new Stream(from), [1, 2], 1);
    builder.grow(12);
    const whole = conjunction(terms, builder, which);
    for (const values of everyValues(builder.variables, 1)) expect(conjuncts(whole).every((c) => isTrue(c, values))).toBe(isTrue(whole, values));
  }), { numRuns: 40 });
});
