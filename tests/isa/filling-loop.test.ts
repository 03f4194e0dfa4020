/** What a filling loop comes to, said outright, against running it round by round; and loops that only look like one. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Evaluator } from "../../src/isa/evaluate.js";
import { fillingOf } from "../../src/isa/filling-loop.js";
import type { ArrayTerm, LoopArrayTerm, Term, VariableTerm } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";

const INDEX = 6, WIDTH = 8;
const terms = new Terms();
const base = terms.variable("state", "base", INDEX), value = terms.variable("state", "value", WIDTH), cells = terms.array("state", "cells", INDEX, WIDTH);
const step = (counter: Term, by = 1): Term => terms.apply("add", [counter, terms.constant(by, counter.width)]);
const sum = (x: Term, y: Term): Term => terms.apply("add", [x, y]);

interface Shape {
  readonly first: Term;
  readonly condition: (counter: Term) => Term;
  readonly index: (counter: Term) => Term;
  readonly limit: number;
  readonly next?: (counter: Term) => Term;
  readonly stored?: (counter: Term, slot: ArrayTerm) => Term;
  readonly under?: ArrayTerm;
}

function loopOf(width: number, { first, condition, index, limit, next = step, stored = () => value, under = cells }: Shape): ArrayTerm {
  const [counter] = terms.slots([width], 0) as [VariableTerm];
  const slot = terms.arraySlot("cells", 0, INDEX, WIDTH);
  return terms.loop({ slots: [counter], initial: [first], condition: condition(counter), next: [next(counter)], limit, arrays: [{ slot, initial: under, next: terms.store(slot, index(counter), stored(counter, slot)) }] }).arrays[0]!;
}

/** The array at each index, for values of what it looks at. */
function contents(of: (index: Term) => Term, given: ReadonlyMap<string, bigint>): bigint[] {
  const assignment = { variable: (v: VariableTerm) => given.get(v.name) ?? 0n, cell: (_: unknown, i: bigint) => i + 100n };
  return Array.from({ length: 2 ** INDEX }, (_, i) => new Evaluator(assignment).value(of(terms.constant(i, INDEX))));
}

const width = fc.constantFrom(3, 4, INDEX);
const shape = width.chain((w) => {
  const first = fc.oneof(fc.nat(2 ** w - 1).map((n) => terms.constant(n, w)), fc.constant(terms.variable("state", "first", w)));
  const end = fc.tuple(fc.boolean(), fc.oneof(fc.nat(2 ** w - 1).map((n): Term => terms.constant(n, w)), fc.constant<Term>(terms.variable("state", "bound", w))));
  const wide = (counter: Term): Term => terms.zeroExtend(counter, INDEX);
  const index = fc.constantFrom<(counter: Term) => Term>((c) => sum(base, wide(c)), (c) => sum(wide(c), base), wide);
  return fc.record({ first, limit: fc.constantFrom(15, 63, 70), index, end }).map(({ end: [isBelow, bound], ...rest }) => ({
    w, ...rest, condition: (counter: Term) => (isBelow ? terms.apply("ult", [counter, bound]) : terms.ne(counter, bound)),
  }));
});
const given = fc.record({ base: fc.nat(63), value: fc.nat(255), first: fc.nat(63), bound: fc.nat(63) });

test("a filling loop comes to what its rounds come to", () => {
  fc.assert(fc.property(shape, given, ({ w, ...own }, numbers) => {
    const after = loopOf(w, own);
    fc.pre(after.op === "loop-array");
    const filling = fillingOf(terms, after);
    fc.pre(filling !== undefined);
    const values = new Map(Object.entries(numbers).map(([name, n]) => [name, BigInt.asUintN(name === "value" ? WIDTH : name === "base" ? INDEX : w, BigInt(n))]));
    const said = contents((i) => terms.ite(filling.isFilled(i, (t) => t), filling.value, terms.select(filling.under, i)), values);
    expect(said).toEqual(contents((i) => terms.select(after, i), values));
  }), { numRuns: 300 });
});

const plain: Shape = { first: terms.constant(0, INDEX), condition: (c) => terms.ne(c, terms.constant(9, INDEX)), index: (c) => sum(base, c), limit: 16 };
test.each<readonly [string, Partial<Shape>]>([
  ["a value that follows the counter", { stored: (c) => terms.zeroExtend(c, WIDTH) }],
  ["a value that the rounds before have left", { stored: (_, slot) => terms.select(slot, base) }],
  ["every second cell", { next: (c) => step(c, 2) }],
  ["one cell again and again", { index: () => base }],
  ["a place that the counter is a part of otherwise", { index: (c) => terms.apply("sub", [base, c]) }],
  ["a bound that moves", { condition: (c) => terms.ne(c, terms.apply("sub", [base, c])) }],
  ["an end that comes after the limit", { limit: 8 }],
  ["an end that may come after the limit", { first: terms.variable("state", "first", INDEX), limit: 62 }],
  ["an end that looks at what has been stored", { condition: (c) => terms.eq(terms.select(terms.arraySlot("cells", 0, INDEX, WIDTH), c), value) }],
])("no filling loop: %s", (_, other) => {
  expect(fillingOf(terms, loopOf(INDEX, plain) as LoopArrayTerm)).toBeDefined();
  expect(fillingOf(terms, loopOf(INDEX, { ...plain, ...other }) as LoopArrayTerm)).toBeUndefined();
});

test("one after the other", () => {
  const first = loopOf(INDEX, plain), second = loopOf(INDEX, { ...plain, index: (c) => sum(step(base, 4), c), stored: () => terms.constant(7, WIDTH), under: first });
  const { under, value: stored } = fillingOf(terms, second as LoopArrayTerm)!;
  expect([under, stored]).toEqual([first, terms.constant(7, WIDTH)]);
});
