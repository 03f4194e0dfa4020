/**
 * Every question about every tiny machine is answered twice, by the solver and by running all states, and the answers are the
 * same. What was answered by structure alone is asked of both as well, spelt out in full and with nothing put in beforehand.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import type { Term } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import type { Question } from "../../src/requirements/question.js";
import { setting } from "../../src/requirements/setting.js";
import { encode } from "../../src/smt/query.js";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { QUESTIONS } from "../../src/verdict/classify.js";
import { exhaustive, MAXIMUM_BITS } from "../../src/verdict/exhaustive.js";
import { formulaOf, type EngineAnswer, type Formula } from "../../src/verdict/formula.js";
import { holdsIn } from "../../src/verdict/minimise.js";
import { conjuncts, reachable, type ArrayVariableTerm, type VariableTerm } from "../../src/isa/term.js";
import { expected } from "../machines/expected.js";
import { tinyMachine } from "../machines/tiny.js";

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

const solved = new WeakMap<Machine, Map<number, "found" | "none">>();

async function bySolver(machine: Machine, term: Term): Promise<"found" | "none"> {
  const known = solved.get(machine) ?? new Map<number, "found" | "none">();
  solved.set(machine, known);
  const before = known.get(term.id);
  if (before !== undefined) return before;
  const query = encode(machine.terms, term);
  const result = await solver.check({ script: query.script, ask: query.ask }, { resource: 40_000_000 });
  if (result.answer === "unknown") throw new Error(`${machine.name}: ${result.reason}`);
  const answer = result.answer === "sat" ? "found" : "none";
  known.set(term.id, answer);
  return answer;
}

/** The term as it is, with nothing assumed. */
function plainFormula(term: Term): Formula {
  const all = reachable([term]);
  return {
    term, conjuncts: conjuncts(term), fixed: new Map(),
    variables: all.filter((t): t is VariableTerm => t.op === "variable" && t.space !== "slot"),
    arrays: all.filter((t): t is ArrayVariableTerm => t.op === "array"),
  };
}

function byRunning(machine: Machine, formula: Formula): "found" | "none" {
  const answer = exhaustive(machine.terms, formula, MAXIMUM_BITS);
  if (answer.kind === "open") throw new Error(`${machine.name}: ${answer.reason}`);
  if (answer.kind === "found") expect(holdsIn(formula, answer.model)).toBe(true);
  return answer.kind;
}

function questions(entry: (typeof expected)[number]): { readonly machine: Machine; readonly list: readonly Question[] } {
  const machine = tinyMachine(entry.file);
  const configuration = configurationNamed(machine, entry.configuration)!;
  return { machine, list: machine.instructions.flatMap((i) => Object.values(QUESTIONS).map((q) => q(setting(machine, i, configuration)))) };
}

describe.each(expected)("$file under $configuration", (entry) => {
  test("running all states answers as the solver does", async () => {
    const { machine, list } = questions(entry);
    for (const q of list) {
      const exact = q.exact?.() ?? q;
      const whole = machine.terms.and(exact.hypothesis, exact.goal);
      const formula = formulaOf(machine, whole);
      const running = byRunning(machine, formula);
      expect({ question: q.id, answer: running }).toEqual({ question: q.id, answer: await bySolver(machine, formula.term) });
      if (q.abstraction === machine.terms.false || formula.term.op === "constant") {
        // answered by structure: nothing assumed, nothing opaque
        expect({ question: q.id, plain: byRunning(machine, plainFormula(whole)) }).toEqual({ question: q.id, plain: running });
        expect({ question: q.id, plain: await bySolver(machine, whole) }).toEqual({ question: q.id, plain: running });
        if (q.abstraction === machine.terms.false) expect({ question: q.id, answer: running }).toEqual({ question: q.id, answer: "none" });
      }
    }
    expect(list.length).toBe(machine.instructions.length * Object.keys(QUESTIONS).length);
  }, 60_000);
});

describe("the engine itself", () => {
  const formula = (term: Term): Formula => plainFormula(term);

  test("counts the states it runs, and finds the one among them", () => {
    const terms = new Terms();
    const x = terms.variable("free", "x", 5), y = terms.variable("free", "y", 3);
    const sum = terms.eq(terms.apply("add", [terms.zeroExtend(x, 6), terms.zeroExtend(y, 6)]), terms.constant(38, 6));
    const found = exhaustive(terms, formula(sum), 8);
    expect(found.kind === "found" && found.model.variables).toEqual(new Map([[x.id, 31n], [y.id, 7n]]));
    const none = exhaustive(terms, formula(terms.and(sum, terms.apply("ult", [y, terms.constant(7, 3)]))), 8);
    expect(none).toEqual({ kind: "none", strength: "exhaustive(256)" });
    expect(exhaustive(terms, formula(sum), 7).kind).toBe("open");
  });

  test("tries every content of the cells that are read", () => {
    const terms = new Terms();
    const a = terms.array("free", "a", 4, 2), i = terms.variable("free", "i", 4);
    const chain = terms.select(a, terms.zeroExtend(terms.select(a, i), 4));
    const found = exhaustive(terms, formula(terms.and(terms.eq(chain, terms.constant(2, 2)), terms.eq(i, terms.constant(3, 4)))), 12);
    expect(found.kind === "found" && found.model.cells.get(a.id)).toEqual(new Map([[3n, 0n], [0n, 2n]]));
    // a[a[3]] = 2 and a[0..2] = 0, so a[3] = 3: then a[a[3]] is 3
    const zero = [0, 1, 2].map((n) => terms.eq(terms.select(a, terms.constant(n, 4)), terms.zeros(2)));
    expect(exhaustive(terms, formula(terms.and(terms.eq(chain, terms.constant(2, 2)), terms.eq(i, terms.constant(3, 4)), ...zero)), 20).kind).toBe("none");
  });

  test("leaves alone what it would need a deep stack for", () => {
    const terms = new Terms();
    const x = terms.variable("free", "x", 4);
    const nested = (depth: number): Term => Array.from({ length: depth }).reduce<Term>((inner, _, i) => terms.apply(i % 2 === 0 ? "sub" : "mul", [inner, x]), x);
    const of = (depth: number): EngineAnswer => exhaustive(terms, formula(terms.eq(nested(depth), terms.constant(3, 4))), 8);
    expect([of(100).kind, of(15_000)]).toEqual(["none", { kind: "open", reason: "the formula is too deep to be run exhaustively" }]);
  });

  test("does not take a loop that is cut off for one that ends", () => {
    const terms = new Terms();
    const n = terms.variable("free", "n", 3);
    const [slot] = terms.slots([3], 0);
    const loop = (limit: number): Term => terms.loop({ slots: [slot!], initial: [n], condition: terms.ne(slot!, terms.zeros(3)), next: [terms.apply("sub", [slot!, terms.constant(1, 3)])], limit, arrays: [] }).results[0]!;
    expect(exhaustive(terms, formula(terms.ne(loop(7), terms.zeros(3))), 8).kind).toBe("none");
    expect(exhaustive(terms, formula(terms.ne(loop(6), terms.zeros(3))), 8)).toMatchObject({ kind: "open" });
  });
});
