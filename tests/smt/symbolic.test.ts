/**
 * The symbolic reading of the operator table against the plain one: what z3 computes for a term is what `Evaluator`
 * computes, for all operators, arrays and loops; and the models it finds are models.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TABLE, OPERATORS } from "../../src/bits/operators.js";
import { Evaluator, type Assignment } from "../../src/isa/evaluate.js";
import { reachable, type Term, type VariableTerm } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { startEmbeddedZ3 } from "../../src/smt/embedded-z3.js";
import { assignmentOf, encode } from "../../src/smt/query.js";
import { solve } from "../../src/smt/solve.js";
import type { Solver } from "../../src/smt/solver.js";
import { grow, LOOP_LIMIT, randomAssignment, recipes, type Recipe } from "./random-terms.js";

const LIMITS = { resource: 5_000_000 };
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let z3: Solver;
beforeAll(async () => {
  z3 = await startEmbeddedZ3();
});
afterAll(() => z3.close());

/** The term's leaves have the values of the assignment: variables, and whatever cells there are. */
function pinned(terms: Terms, term: Term, assignment: Assignment): Term {
  const facts: Term[] = [];
  for (const leaf of reachable([term])) {
    if (leaf.op === "variable" && leaf.space !== "slot") facts.push(terms.eq(leaf, terms.constant(assignment.variable(leaf), leaf.width)));
    if (leaf.op === "array" && leaf.space !== "slot") {
      for (let i = 0n; i < 1n << BigInt(leaf.indexWidth); i++) facts.push(terms.eq(terms.select(leaf, terms.constant(i, leaf.indexWidth)), terms.constant(assignment.cell(leaf, i), leaf.width)));
    }
  }
  return terms.and(...facts);
}

/** The facts that pin many terms at once, each under an assignment of its own, and that one of them has another value. */
function readings(terms: Terms, batch: readonly Recipe[], seed: number): { readonly facts: Term; readonly differ: Term } {
  const cases = batch.map((recipe, i) => ({ term: grow(terms, recipe, `t${i}.`), assignment: randomAssignment(seed + i) }));
  return {
    facts: terms.and(...cases.map(({ term, assignment }) => pinned(terms, term, assignment))),
    differ: terms.or(...cases.map(({ term, assignment }) => terms.ne(term, terms.constant(new Evaluator(assignment).value(term), term.width)))),
  };
}

describe("the symbolic reading", () => {
  it("equals the plain one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(recipes, { minLength: 12, maxLength: 12 }), fc.nat(), async (batch, seed) => {
        const terms = new Terms();
        const { facts, differ } = readings(terms, batch, seed);
        const wrong = encode(terms, terms.and(facts, differ), { unroll: LOOP_LIMIT });
        expect(wrong.approximated).toBe(false);
        expect((await z3.check(wrong, LIMITS)).answer).toBe("unsat");
        // and the question was not empty
        expect((await z3.check(encode(terms, facts), LIMITS)).answer).toBe("sat");
      }),
      { numRuns: 25 },
    );
  });

  it.each(OPERATORS)("equals the plain one for %s at extreme widths and values", async (op) => {
    const terms = new Terms();
    const interesting = (width: number): bigint[] => [0n, 1n, (1n << BigInt(width)) - 1n, 1n << BigInt(width - 1), BigInt.asUintN(width, BigInt(width)), BigInt.asUintN(width, 0x5bd1e995n * 0x123456789n)];
    const cases: Term[] = [], facts: Term[] = [];
    for (const width of [1, 2, 13, 80]) {
      const second = op === "shl" || op === "lshr" || op === "ashr" ? [1, 3, width, 64] : [op === "concat" ? 3 : width];
      const parameters = op === "extract" ? [width - 1, width >> 1] : op === "zero-extend" || op === "sign-extend" ? [width + 5] : [];
      for (const widths of second.map((w) => (op === "ite" ? [1, width, width] : [width, w].slice(0, TABLE[op].arity)))) {
        for (const a of interesting(widths[0]!)) {
          for (const b of widths.length > 1 ? interesting(widths[1]!) : [0n]) {
            const given = [a, b, 1n].slice(0, widths.length);
            const args = widths.map((w, i) => terms.variable("free", `${cases.length}.${i}`, w));
            args.forEach((v, i) => facts.push(terms.eq(v, terms.constant(given[i]!, v.width))));
            const term = terms.apply(op, args, parameters);
            cases.push(terms.ne(term, terms.constant(TABLE[op].value(given, widths, parameters), term.width)));
          }
        }
      }
    }
    expect(cases.length).toBeGreaterThanOrEqual(24);
    const answer = await z3.check(encode(terms, terms.and(...facts, terms.or(...cases))), { resource: 50_000_000 });
    expect(answer).toEqual({ answer: "unsat" });
  });

  it("reads 512 bits", async () => {
    const terms = new Terms();
    const [a, b] = ["a", "b"].map((n) => terms.variable("free", n, 256)) as [Term, Term];
    const wide = terms.concat(a, b);
    const swapped = terms.or(terms.apply("shl", [wide, terms.constant(256, 9)]), terms.apply("lshr", [wide, terms.constant(256, 512)]));
    expect(await z3.check(encode(terms, terms.ne(swapped, terms.concat(b, a))), LIMITS)).toEqual({ answer: "unsat" });
    const query = encode(terms, terms.and(terms.eq(terms.apply("xor", [wide, swapped]), terms.ones(512)), terms.apply("ult", [a, b])));
    const solved = await solve(z3, query, LIMITS);
    expect(solved.answer === "sat" && new Evaluator(assignmentOf(solved.model)).value(terms.concat(a, b)) >> 511n).toBe(0n);
  });

  it.each([["all at once", undefined], ["one after the other", 0]])("finds models that replay, congruences said %s", async (_, congruencesAtOnce) => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const terms = new Terms();
        const term = grow(terms, recipe, "");
        const assertion = terms.ne(term, terms.zeros(term.width));
        const query = encode(terms, assertion, { unroll: LOOP_LIMIT, congruencesAtOnce });
        const solved = await solve(z3, query, { resource: 300_000 });
        if (solved.answer !== "sat") return;
        found++;
        expect(new Evaluator(assignmentOf(solved.model)).value(assertion)).toBe(1n);
      }),
      { numRuns: 60 },
    );
    expect(found).toBeGreaterThan(20);
  });

  it("says of many reads no more than it takes", async () => {
    const terms = new Terms();
    const memory = terms.array("state", "memory", 32, 8);
    const at = Array.from({ length: 100 }, (_, i) => terms.variable("free", `at${i}`, 32));
    const held = at.map((a, i) => terms.eq(terms.select(memory, a), terms.constant(i % 3, 8)));
    const apart = encode(terms, terms.and(...held));
    expect(apart.approximated).toBe(true);
    expect(apart.script.split("(assert").length).toBeLessThan(200);
    const solved = await solve(z3, apart, LIMITS);
    expect(solved.answer === "sat" && held.every((h) => new Evaluator(assignmentOf(solved.model)).value(h) === 1n)).toBe(true);
    const together = terms.and(...held, terms.eq(at[17]!, at[97]!));
    expect((await solve(z3, encode(terms, together), LIMITS)).answer).toBe("unsat");
    expect((await z3.check(encode(terms, together, { congruencesAtOnce: 1e6 }), LIMITS)).answer).toBe("unsat");
    expect((await z3.check(encode(terms, together), LIMITS)).answer).toBe("sat");
  });

  it("never calls unsat what the plain reading satisfies, however loops are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(recipes, { minLength: 6, maxLength: 6 }), fc.nat(), fc.nat({ max: 2 }), async (batch, seed, unroll) => {
        const terms = new Terms();
        const { facts, differ } = readings(terms, batch, seed);
        const query = encode(terms, terms.and(facts, terms.not(differ)), { unroll });
        expect((await z3.check(query, LIMITS)).answer).toBe("sat");
      }),
      { numRuns: 15 },
    );
  });
});

describe("arrays", () => {
  const terms = new Terms();
  const memory = terms.array("state", "memory", 16, 8), other = terms.array("state", "other", 16, 8);
  const [i, j, k] = ["i", "j", "k"].map((n) => terms.variable("field", n, 16)) as [VariableTerm, VariableTerm, VariableTerm];
  const check = async (assertion: Term): Promise<string> => (await z3.check(encode(terms, assertion), LIMITS)).answer;

  it("read the same at the same index", async () => {
    expect(await check(terms.and(terms.eq(i, terms.not(j)), terms.eq(k, terms.not(j)), terms.ne(terms.select(memory, i), terms.select(memory, k))))).toBe("unsat");
  });
  it("are told apart", async () => {
    expect(await check(terms.ne(terms.select(memory, i), terms.select(other, i)))).toBe("sat");
  });
  it("keep what is stored, elsewhere and there", async () => {
    const stored = terms.store(terms.store(memory, i, terms.constant(1, 8)), j, terms.constant(2, 8));
    const expected = terms.ite(terms.eq(k, j), terms.constant(2, 8), terms.ite(terms.eq(k, i), terms.constant(1, 8), terms.select(memory, k)));
    expect(await check(terms.ne(terms.select(stored, k), expected))).toBe("unsat");
    expect(await check(terms.ne(terms.select(stored, i), terms.constant(1, 8)))).toBe("sat");
  });
  it("need no congruence between constant indices", () => {
    const sum = [1, 2, 3, 4].map((n) => terms.select(memory, terms.constant(n, 16))).reduce((a, b) => terms.apply("add", [a, b]));
    expect(encode(terms, terms.eq(sum, terms.zeros(8))).script.match(/\(assert /g)).toHaveLength(1);
  });
  it("index through themselves", async () => {
    const wide = terms.array("state", "wide", 16, 16);
    const twice = (x: Term): Term => terms.select(wide, terms.select(wide, x));
    expect(await check(terms.and(terms.eq(terms.select(wide, i), terms.select(wide, j)), terms.ne(twice(i), twice(j))))).toBe("unsat");
    expect(await check(terms.ne(twice(i), twice(j)))).toBe("sat");
  });
});

describe("cut loops", () => {
  const terms = new Terms();
  const memory = terms.array("state", "memory", 8, 8);
  const [x, y] = ["x", "y"].map((n) => terms.variable("state", n, 8)) as [VariableTerm, VariableTerm];
  const [slot] = terms.slots([8], 0) as [VariableTerm];
  /** follows a chain of pointers to a cell that is 0 */
  const chase = (from: Term): { results: Term[]; exceeded: Term } =>
    terms.loop({ slots: [slot], initial: [from], condition: terms.ne(terms.select(memory, slot), terms.zeros(8)), next: [terms.select(memory, slot)], limit: 50, arrays: [] });

  it("end alike from like states", async () => {
    const query = encode(terms, terms.and(terms.eq(x, terms.not(y)), terms.or(terms.ne(chase(x).results[0]!, chase(terms.not(y)).results[0]!), terms.ne(chase(x).exceeded, chase(terms.not(y)).exceeded))));
    expect(query.approximated).toBe(true);
    expect((await z3.check(query, LIMITS)).answer).toBe("unsat");
  });
  it("end where their condition no longer holds, unless they exceed their limit", async () => {
    const { results, exceeded } = chase(x);
    const query = encode(terms, terms.and(terms.not(exceeded), terms.ne(terms.select(memory, results[0]!), terms.zeros(8))));
    expect(query.approximated).toBe(true);
    expect((await z3.check(query, LIMITS)).answer).toBe("unsat");
  });
  it("depend on the rounds around them", async () => {
    // the inner loop counts from 0 up to the outer loop's slot: same state at its start, other results
    const [bound, last, before] = terms.slots([8, 8, 8], 0) as [VariableTerm, VariableTerm, VariableTerm];
    const [count] = terms.slots([8], 1) as [VariableTerm];
    const inner = terms.loop({ slots: [count], initial: [terms.zeros(8)], condition: terms.apply("ult", [count, bound]), next: [terms.apply("add", [count, terms.constant(1, 8)])], limit: 255, arrays: [] });
    const outer = terms.loop({ slots: [bound, last, before], initial: [x, terms.zeros(8), terms.zeros(8)], condition: terms.true, next: [terms.apply("add", [bound, terms.constant(1, 8)]), inner.results[0]!, last], limit: 2, arrays: [] });
    const differ = terms.and(terms.eq(x, terms.constant(5, 8)), terms.ne(outer.results[1]!, outer.results[2]!));
    const query = encode(terms, differ, { unroll: 0 });
    expect(query.approximated).toBe(true);
    expect((await z3.check(query, LIMITS)).answer).toBe("sat");
    expect((await z3.check(encode(terms, differ, { unroll: 6 }), LIMITS)).answer).toBe("sat");
    expect((await z3.check(encode(terms, terms.and(differ, terms.ne(outer.results[1]!, terms.constant(6, 8))), { unroll: 6 }), LIMITS)).answer).toBe("unsat");
  });
  it("are written out when they are plainly counted", () => {
    const counted = terms.loop({ slots: [slot], initial: [terms.zeros(8)], condition: terms.apply("ult", [slot, terms.constant(20, 8)]), next: [terms.apply("add", [slot, terms.constant(1, 8)])], limit: 255, arrays: [] });
    const query = encode(terms, terms.eq(counted.results[0]!, x));
    expect(query.approximated).toBe(false);
    expect(query.script).toContain("#x14");
  });
  it("may have closed loops over the same slots in their bodies", async () => {
    // a closed loop doubles x once; around it, a loop whose slot has the same name adds that
    const inner = terms.loop({ slots: [slot], initial: [x], condition: terms.eq(slot, x), next: [terms.apply("add", [slot, slot])], limit: 1, arrays: [] }).results[0]!;
    const outer = terms.loop({ slots: [slot], initial: [y], condition: terms.eq(slot, y), next: [terms.apply("add", [slot, inner])], limit: 1, arrays: [] }).results[0]!;
    const query = encode(terms, terms.ne(outer, terms.apply("add", [y, terms.apply("add", [x, x])])));
    expect((await z3.check(query, LIMITS)).answer).toBe("unsat");
  });
});
