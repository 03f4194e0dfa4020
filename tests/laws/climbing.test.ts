/** Laws of states that are mended: what is found is a solution, and where few bits are free little is missed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { mask } from "../../src/bits/bits.js";
import type { OperatorName } from "../../src/bits/operators.js";
import { Evaluator } from "../../src/isa/evaluate.js";
import { conjuncts, reachable, type ArrayVariableTerm, type Term, type VariableTerm } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { aim } from "../../src/verdict/aim.js";
import { climbing } from "../../src/verdict/climbing.js";
import { exhaustive, MAXIMUM_BITS } from "../../src/verdict/exhaustive.js";
import type { Formula } from "../../src/verdict/formula.js";
import { holdsIn } from "../../src/verdict/minimise.js";
import { Random } from "../../src/verdict/random.js";
import { numbers, Stream } from "../machine/generated-terms.js";
import { RawBuilder } from "./raw-terms.js";

function plain(term: Term): Formula {
  const all = reachable([term]);
  return {
    term, conjuncts: conjuncts(term), fixed: new Map(),
    variables: all.filter((t): t is VariableTerm => t.op === "variable"),
    arrays: all.filter((t): t is ArrayVariableTerm => t.op === "array"),
  };
}

const two = (terms: Terms, op: OperatorName, a: Term, b: Term): Term => terms.apply(op, [a, b]);

test("what is found is a solution; of what has one, most is found", () => {
  let satisfiable = 0, found = 0;
  fc.assert(fc.property(numbers(120), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 1_000_000 }), (from, which, seed) => {
    const terms = new Terms(), builder = new RawBuilder(terms, new Stream(from), [1, 1, 2], 1);
    builder.grow(16);
    const bits = builder.pool.filter((r) => r.term.width === 1);
    const formula = plain(terms.and(...which.map((n) => bits[n % bits.length]!.term)));
    const isSatisfiable = exhaustive(terms, formula, MAXIMUM_BITS).kind === "found";
    const a = climbing(terms, formula, { starts: 6, seed });
    if (a.kind === "found") expect(holdsIn(formula, a.model)).toBe(true);
    if (!isSatisfiable) expect(a.kind).toBe("open");
    satisfiable += Number(isSatisfiable);
    found += Number(a.kind === "found");
  }), { numRuns: 300, seed: 1974 });
  expect(satisfiable).toBeGreaterThan(100);
  expect(found).toBeGreaterThan(0.95 * satisfiable);
});

test("many conditions, one after the other, that no drawn state has", () => {
  const terms = new Terms();
  const storage = terms.array("free", "storage", 32, 8), base = terms.variable("free", "base", 32), limit = terms.variable("free", "limit", 16), selector = terms.variable("free", "selector", 16);
  const byte = (n: bigint): Term => terms.select(storage, two(terms, "add", two(terms, "add", base, terms.zeroExtend(selector, 32)), terms.constant(n, 32)));
  const formula = plain(terms.and(
    terms.eq(terms.extract(selector, 2, 0), terms.constant(0n, 3)), terms.ne(selector, terms.zeros(16)),
    two(terms, "ule", two(terms, "add", selector, terms.constant(7n, 16)), limit), two(terms, "ult", selector, two(terms, "add", selector, terms.constant(7n, 16))),
    terms.eq(byte(5n), terms.constant(0xfan, 8)), terms.eq(terms.concat(byte(1n), byte(0n)), terms.constant(0x1234n, 16)),
    two(terms, "ult", terms.constant(0x12345678n, 32), base), terms.or(terms.eq(byte(7n), terms.constant(0xc0n, 8)), terms.eq(byte(7n), terms.constant(0x80n, 8))),
  ));
  const a = climbing(terms, formula, { starts: 4, seed: 1 });
  expect(a.kind).toBe("found");
  if (a.kind === "found") expect(holdsIn(formula, a.model)).toBe(true);
});

test("it begins with the state that it is given", () => {
  const terms = new Terms(), x = terms.variable("free", "x", 64), y = terms.variable("free", "y", 64);
  const formula = plain(terms.and(terms.eq(two(terms, "mul", x, x), terms.constant(0x123456789n ** 2n & mask(64), 64)), terms.ne(x, y)));
  const a = climbing(terms, formula, { starts: 1, seed: 1, from: { variable: () => 0x123456789n, cell: () => 0n } });
  expect(a).toMatchObject({ kind: "found" });
  if (a.kind === "found") expect([a.model.variables.get(x.id), a.model.variables.get(y.id) === 0x123456789n]).toEqual([0x123456789n, false]);
});

test("an aim through one operator hits, whatever the operands are", () => {
  const terms = new Terms(), x = terms.variable("free", "x", 8), c = terms.constant(0x35n, 8);
  const invertible: readonly Term[] = [terms.not(x), terms.apply("neg", [x]), two(terms, "add", x, c), two(terms, "sub", x, c), two(terms, "sub", c, x), terms.apply("xor", [x, c]), terms.concat(x, x), terms.extract(x, 5, 2), terms.zeroExtend(x, 12), terms.ite(terms.true, x, c)];
  fc.assert(fc.property(fc.constantFrom(...invertible), fc.bigInt({ min: 0n, max: 0xffffn }), fc.bigInt({ min: 0n, max: 255n }), fc.integer({ min: 1, max: 1000 }), (term, any, was, seed) => {
    const evaluatorOf = (v: bigint): Evaluator => new Evaluator({ variable: () => v, cell: () => 0n });
    const wanted = term.width === 16 ? (any & 0xffn) * 0x101n : term.width === 12 ? any & 0xffn : any & mask(term.width);
    const aimed = aim(term, wanted, evaluatorOf(was), new Random(seed));
    if (evaluatorOf(was).value(term) !== wanted) expect(evaluatorOf(aimed![1]).value(term)).toBe(wanted);
  }), { numRuns: 500, seed: 1974 });
});

test("the same seed, the same numbers, all within their bounds", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0x7fffffff }), fc.integer({ min: 1, max: 70 }), (seed, width) => {
    const one = new Random(seed), other = new Random(seed);
    for (let i = 0; i < 20; i++) {
      const value = one.other(one.bits(width), width), again = other.other(other.bits(width), width);
      expect(value).toBe(again);
      expect(value >= 0n && value <= mask(width)).toBe(true);
      expect(one.below(7)).toBe(other.below(7));
    }
  }), { numRuns: 200, seed: 1974 });
});
