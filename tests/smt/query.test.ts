/** The text of queries: the same for the same question, complete, readable, and quick to write for large terms. */
import { describe, expect, it } from "vitest";
import type { Term } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { encode } from "../../src/smt/query.js";

function question(terms: Terms): Term {
  const x = terms.variable("state", "psw", 8), y = terms.variable("field", "r/1 |x", 8);
  const memory = terms.array("state", "memory", 8, 8);
  return terms.and(terms.eq(terms.apply("add", [x, y]), terms.select(memory, terms.apply("mul", [x, y]))), terms.apply("ult", [x, y]));
}

describe("a query", () => {
  it("is the same text for the same term", () => {
    const terms = new Terms();
    expect(encode(terms, question(terms)).script).toBe(encode(terms, question(terms)).script);
  });

  it("does not depend on what was built before", () => {
    const fresh = new Terms(), used = new Terms();
    used.apply("add", [used.variable("field", "r/1 |x", 8), used.variable("free", "z", 8)]);
    used.array("state", "memory", 8, 8);
    expect(encode(used, question(used)).script).toBe(encode(fresh, question(fresh)).script);
  });

  it("reads well", () => {
    const terms = new Terms();
    expect(encode(terms, question(terms)).script).toMatchInlineSnapshot(`
      "; Popek: is there an assignment that makes the assertions true?
      (set-option :produce-models true)
      (set-logic QF_BV)
      (declare-fun state.psw () (_ BitVec 8))
      (declare-fun field.r_1__x () (_ BitVec 8))
      (declare-fun cell.state.memory.0 () (_ BitVec 8))
      (assert (bvult state.psw field.r_1__x))
      (assert (= (bvadd state.psw field.r_1__x) cell.state.memory.0))
      (check-sat)
      "
    `);
  });

  it("asks for every declared symbol", () => {
    const terms = new Terms();
    const { script, ask } = encode(terms, question(terms));
    expect(ask).toEqual([...script.matchAll(/declare-fun (\S+) /g)].map((m) => m[1]));
  });

  it("numbers symbols that would be one name", () => {
    const terms = new Terms();
    const [a, b] = [terms.variable("state", "a:b", 8), terms.variable("state", "a;b", 8)];
    const query = encode(terms, terms.apply("ult", [a, b]));
    expect(query.ask).toEqual(["state.a_b", "state.a_b~1"]);
    const decoded = query.decode(new Map([["state.a_b", 3n], ["state.a_b~1", 4n]]));
    expect([decoded.variables.get(a.id), decoded.variables.get(b.id)]).toEqual([3n, 4n]);
  });

  it("is written quickly and iteratively for 50,000 nodes", () => {
    const terms = new Terms();
    const memory = terms.array("state", "memory", 16, 32);
    let term: Term = terms.variable("state", "x", 32);
    const y = terms.variable("state", "y", 32);
    for (let i = 0; terms.size < 50_000; i++) {
      const mixed = terms.apply("xor", [terms.apply("mul", [term, y]), terms.constant(i * 2654435761, 32)]);
      term = terms.ite(terms.apply("ult", [mixed, y]), mixed, terms.apply("sub", [term, mixed]));
      if (i % 500 === 0) term = terms.apply("add", [term, terms.select(memory, terms.extract(term, 15, 0))]);
    }
    const before = performance.now();
    const { script } = encode(terms, terms.eq(term, y));
    expect(performance.now() - before).toBeLessThan(60_000);
    expect(script.length).toBeLessThan(20_000_000);
  });

  it("reads deep stores without recursion", () => {
    const terms = new Terms();
    let memory: ReturnType<Terms["store"]> = terms.array("state", "memory", 16, 8);
    for (let i = 0; i < 20_000; i++) memory = terms.store(memory, terms.variable("free", `i${i % 50}`, 16), terms.variable("free", `v${i % 70}`, 8));
    expect(encode(terms, terms.eq(terms.select(memory, terms.variable("free", "j", 16)), terms.constant(3, 8))).ask.length).toBeGreaterThan(50);
  });

  it("refuses what is not lowered", () => {
    const terms = new Terms();
    expect(() => encode(terms, terms.faults("memory", 0, 0, terms.variable("field", "a", 8)))).toThrow(/before lowering/);
  });
});
