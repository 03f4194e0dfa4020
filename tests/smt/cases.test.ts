/** Questions asked case by case: one script, and each case by itself says what it says alone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Terms } from "../../src/isa/terms.js";
import type { Term } from "../../src/isa/term.js";
import { casesOf, encodeCases } from "../../src/smt/cases.js";
import { startEmbeddedZ3 } from "../../src/smt/embedded-z3.js";
import { encode } from "../../src/smt/query.js";
import type { Solver } from "../../src/smt/solver.js";

let solver: Solver;
beforeAll(async () => { solver = await startEmbeddedZ3(); });
afterAll(() => solver.close());

const answerOf = async (script: string): Promise<string> => (await solver.check({ script, ask: [] }, { resource: 1_000_000 })).answer;

describe("cases", () => {
  const terms = new Terms();
  const x = terms.variable("free", "x", 8), cells = terms.array("free", "cells", 8, 8);
  const is = (n: bigint): Term => terms.eq(x, terms.constant(n, 8));
  const below = terms.apply("ult", [x, terms.constant(10n, 8)]);

  test("each is answered as it is alone", async () => {
    // the same cell is the same in the hypothesis and in a case
    const hypothesis = terms.and(below, terms.eq(terms.select(cells, x), terms.constant(7n, 8)));
    const list = [is(9n), is(10n), terms.eq(terms.select(cells, x), terms.constant(8n, 8)), terms.and(is(3n), terms.eq(terms.select(cells, terms.constant(3n, 8)), terms.constant(8n, 8))), terms.false, below];
    const script = encodeCases(terms, hypothesis, list);
    expect(script.match(/\(check-sat\)/g)).toHaveLength(list.length);
    const apart = casesOf(script);
    expect(apart).toHaveLength(list.length);
    const answers: string[] = [], alone: string[] = [];
    for (const [n, own] of list.entries()) {
      answers.push(await answerOf(apart[n]!));
      alone.push(await answerOf(encode(terms, terms.and(hypothesis, own)).script));
    }
    expect(answers).toEqual(["sat", "unsat", "unsat", "unsat", "unsat", "sat"]);
    expect(alone).toEqual(answers);
  });

  test("one alone, and a hypothesis that says nothing", async () => {
    expect(casesOf(encodeCases(terms, terms.true, [is(1n)]))).toHaveLength(1);
    expect(await answerOf(casesOf(encodeCases(terms, terms.true, [is(1n)]))[0]!)).toBe("sat");
  });

  test("none is a bug", () => {
    expect(() => encodeCases(terms, terms.true, [])).toThrow(/without cases/);
  });
});
