/**
 * Solvers as they come: real ones that agree, and fakes that die, hang, print garbage or lie. Whatever they do, the
 * answer is an answer.
 */
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Terms } from "../../src/isa/terms.js";
import { AllSolvers } from "../../src/smt/all-solvers.js";
import { startEmbeddedZ3 } from "../../src/smt/embedded-z3.js";
import { createPool } from "../../src/smt/pool.js";
import { ProcessSolver, type ProcessDialect } from "../../src/smt/process-solver.js";
import { encode } from "../../src/smt/query.js";
import { readReply } from "../../src/smt/reply.js";
import { NO_ANSWER, OUT_OF_RESOURCES, type Question, type Solver, type SolverAnswer } from "../../src/smt/solver.js";
import { solve } from "../../src/smt/solve.js";
import { availableSolvers, solverNamed } from "../../src/smt/solvers.js";
import { grow, LOOP_LIMIT, recipes } from "./random-terms.js";

vi.setConfig({ testTimeout: 60_000 });

const PLENTY = { resource: 20_000_000, milliseconds: 30_000 };
const header = "(set-option :produce-models true)\n(set-logic QF_BV)\n";
const EASY: Question = { script: `${header}(declare-fun state.x () (_ BitVec 8))\n(assert (= (bvadd state.x #x01) #x00))\n(check-sat)\n`, ask: ["state.x"] };
const IMPOSSIBLE: Question = { script: `${header}(assert false)\n(check-sat)\n`, ask: [] };
/** the factors of a product of two primes near 2^32 */
const HARD: Question = {
  script: `${header}(declare-fun x () (_ BitVec 64))\n(declare-fun y () (_ BitVec 64))
(assert (= (bvmul x y) #x7fffffffffffffe7))\n(assert (bvult #x0000000000000001 x))\n(assert (bvult #x0000000000000001 y))
(assert (bvult x #x00000000ffffffff))\n(assert (bvult y #x00000000ffffffff))\n(check-sat)\n`,
  ask: ["x", "y"],
};
const ANSWER_OF_EASY: SolverAnswer = { answer: "sat", values: new Map([["state.x", 255n]]) };

const open: Solver[] = [];
const using = <S extends Solver>(solver: S): S => {
  open.push(solver);
  return solver;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((s) => s.close()));
});

describe.each(["embedded", "z3", "cvc5"] as const)("%s", async (name) => {
  const isHere = (await availableSolvers()).some((s) => s.name === name);

  it.runIf(isHere)("answers, with a model, and again", async () => {
    const solver = using(await solverNamed(name));
    expect(solver.version).toMatch(/^\d+\.\d+/);
    expect(await solver.check(EASY, PLENTY)).toEqual(ANSWER_OF_EASY);
    expect(await solver.check(IMPOSSIBLE, PLENTY)).toEqual({ answer: "unsat" });
    expect(await Promise.all([solver.check(EASY, PLENTY), solver.check(IMPOSSIBLE, PLENTY)])).toEqual([ANSWER_OF_EASY, { answer: "unsat" }]);
  });

  it.runIf(isHere)("stops at its resource limit", async () => {
    const solver = using(await solverNamed(name));
    expect(await solver.check(HARD, { resource: 300_000, milliseconds: 30_000 })).toEqual({ answer: "unknown", reason: OUT_OF_RESOURCES });
  });

  it.runIf(isHere)("is stopped when it takes too long, and lives on", async () => {
    const solver = using(await solverNamed(name));
    expect(await solver.check(HARD, { resource: 4_000_000_000, milliseconds: 400 })).toEqual({ answer: "unknown", reason: NO_ANSWER });
    expect(await solver.check(EASY, PLENTY)).toEqual(ANSWER_OF_EASY);
  });

  it.runIf(isHere)("can be closed in the middle of a question", async () => {
    const solver = using(await solverNamed(name));
    const answer = solver.check(HARD, { resource: 4_000_000_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await solver.close();
    expect((await answer).answer).toBe("unknown");
    expect((await solver.check(EASY, PLENTY)).answer).toBe("unknown");
  });

  it.runIf(isHere)("reports a script that it does not understand", async () => {
    const solver = using(await solverNamed(name));
    const answer = await solver.check({ script: `${header}(assert (frob))\n(check-sat)\n`, ask: [] }, PLENTY);
    expect(answer.answer).toBe("unknown");
    expect(answer).toHaveProperty("reason", expect.stringMatching(/error/));
  });
});

describe("all solvers", () => {
  it("agree on random questions", async () => {
    const all = using(await solverNamed("all"));
    const answers = new Set<string>();
    await fc.assert(
      fc.asyncProperty(recipes, recipes, async (left, right) => {
        const terms = new Terms();
        const a = grow(terms, left, "l"), b = grow(terms, right, "r");
        const width = Math.min(a.width, b.width);
        const query = encode(terms, terms.eq(terms.extract(a, width - 1, 0), terms.extract(b, width - 1, 0)), { unroll: LOOP_LIMIT });
        const answer = await all.check(query, { resource: 300_000 });
        answers.add(answer.answer);
        if (answer.answer === "sat") expect(query.isModel(answer.values)).toBe(true);
      }),
      { numRuns: 15 },
    );
    expect(answers).toContain("sat");
  });

  it("that contradict each other stop everything, by name", async () => {
    const all = new AllSolvers([said("yes", ANSWER_OF_EASY), said("no", { answer: "unsat" })]);
    await expect(all.check(EASY, PLENTY)).rejects.toThrow(/bug: solvers disagree: yes 1 says sat, no 1 says unsat/);
  });

  it("that do not know are outvoted", async () => {
    const silent = said("silent", { answer: "unknown", reason: "tired" });
    expect(await new AllSolvers([silent, said("no", { answer: "unsat" })]).check(EASY, PLENTY)).toEqual({ answer: "unsat" });
    expect(await new AllSolvers([silent, silent]).check(EASY, PLENTY)).toEqual({ answer: "unknown", reason: "silent: tired; silent: tired" });
  });
});

describe("a program that", () => {
  const program = (script: string): Solver => {
    const dialect: ProcessDialect = { name: "fake", command: "sh", versionArguments: [], version: /x/, arguments: () => ["-c", script] };
    return using(new ProcessSolver(dialect, "1"));
  };
  const quick = { resource: 1, milliseconds: 300 };

  it("dies without reading", async () => expect(await program("exit 3").check(EASY, quick)).toEqual({ answer: "unknown", reason: "the solver said nothing" }));
  it("is killed", async () => expect(await program("kill -9 $$").check(EASY, quick)).toEqual({ answer: "unknown", reason: `${NO_ANSWER}: it was killed by SIGKILL` }));
  it("hangs", async () => expect(await program("exec sleep 60").check(EASY, quick)).toEqual({ answer: "unknown", reason: NO_ANSWER }));
  it("answers and hangs", async () => expect((await program("echo unsat; exec sleep 60").check(EASY, quick)).answer).toBe("unknown"));
  it("prints garbage", async () => expect(await program("cat >/dev/null; echo '?)(|'").check(EASY, { resource: 1, milliseconds: 60_000 })).toHaveProperty("reason", expect.stringMatching(/not understood/)));
  it("prints without end", async () => expect(await program("yes sat").check(EASY, { resource: 1, milliseconds: 20_000 })).toEqual({ answer: "unknown", reason: `${NO_ANSWER}: it printed too much` }));
  it("gives half a model", async () => expect(await program("cat >/dev/null; echo 'sat ((state.x #xff'").check(EASY, { resource: 1, milliseconds: 60_000 })).toHaveProperty("reason", expect.stringMatching(/no model/)));
  it("leaves a child that holds its output", async () => expect(await program("sleep 5").check(EASY, quick)).toEqual({ answer: "unknown", reason: NO_ANSWER }));
  it("is not there", async () => {
    const dialect: ProcessDialect = { name: "fake", command: "/nonexistent/solver", versionArguments: [], version: /x/, arguments: () => [] };
    expect(await new ProcessSolver(dialect, "1").check(EASY, { resource: 1, milliseconds: 60_000 })).toHaveProperty("reason", expect.stringMatching(/cannot be run/));
  });
});

describe("a thread that", () => {
  const ready = `const { parentPort } = require("node:worker_threads"); parentPort.postMessage({ kind: "ready", version: "0.0" });`;
  const thread = async (body: string): Promise<Solver> => using(await startEmbeddedZ3(() => new Worker(`${ready} ${body}`, { eval: true, stderr: true })));
  const quick = { resource: 1, milliseconds: 300 };

  it("dies at a question, is replaced", async () => {
    const solver = await thread(`parentPort.on("message", ({ id, script }) => { if (script.includes("assert false")) parentPort.postMessage({ kind: "reply", id, output: "unsat" }); else process.exit(1); });`);
    expect((await solver.check(EASY, quick)).answer).toBe("unknown");
    expect(await solver.check(IMPOSSIBLE, PLENTY)).toEqual({ answer: "unsat" });
  });
  it("throws", async () => expect(await (await thread(`parentPort.on("message", () => { throw new Error("out of memory"); });`)).check(EASY, quick)).toEqual({ answer: "unknown", reason: `${NO_ANSWER}: out of memory` }));
  it("breaks", async () => expect(await (await thread(`parentPort.on("message", ({ id }) => parentPort.postMessage({ kind: "broken", id, reason: "aborted" }));`)).check(EASY, quick)).toEqual({ answer: "unknown", reason: `${NO_ANSWER}: aborted` }));
  it("hangs", async () => expect(await (await thread(`parentPort.on("message", () => { for (;;); });`)).check(EASY, quick)).toEqual({ answer: "unknown", reason: NO_ANSWER }));
  it("does not start", async () => expect(startEmbeddedZ3(() => new Worker(`process.exit(1)`, { eval: true }))).rejects.toThrow(/ended at once/));
});

describe("a liar", () => {
  const terms = new Terms();
  const x = terms.variable("state", "x", 8);
  const query = encode(terms, terms.eq(terms.apply("mul", [x, x]), terms.constant(81, 8)));

  it("is found out", async () => {
    const liar = said("liar", { answer: "sat", values: new Map([["state.x", 8n]]) });
    expect(await solve(liar, query, PLENTY)).toEqual({ answer: "unknown", reason: "the model of liar does not satisfy its own query" });
  });
  it("is told from an honest one", async () => {
    const honest = said("honest", { answer: "sat", values: new Map([["state.x", 9n]]) });
    expect(await solve(honest, query, PLENTY)).toEqual({ answer: "sat", model: { variables: new Map([[x.id, 9n]]), cells: new Map() } });
  });
});

describe("a reply", () => {
  it("is read in every notation", () => {
    const reply = readReply("sat\n(:reason-unknown \"\")\n((a #b101) (|b c| #xFf)\n (d (_ bv12 8)) (e true))", ["a", "b c", "d", "e"]);
    expect(reply).toEqual({ answer: "sat", values: new Map([["a", 5n], ["b c", 255n], ["d", 12n], ["e", 1n]]) });
  });
  it("is not believed when it answers something else", () => {
    expect(readReply("sat ((b #b1))", ["a"]).answer).toBe("unknown");
    expect(readReply("(error \"line 1\")\nsat", []).answer).toBe("unknown");
    expect(readReply("unknown\n(:reason-unknown \"incomplete\")", [])).toEqual({ answer: "unknown", reason: "the solver gave up: incomplete" });
  });
  it("may be anything", () => {
    fc.assert(fc.property(fc.array(fc.constantFrom("sat", "unsat", "(", ")", "|", "\"", "((a", "#b1", "#bz", "_", "error", " ", "\n")), (parts) => {
      expect(["sat", "unsat", "unknown"]).toContain(readReply(parts.join(""), ["a"]).answer);
    }));
  });
});

describe("a pool", () => {
  it("uses as many solvers as it may, and no more", async () => {
    let made = 0, working = 0, most = 0;
    const slow = async (): Promise<Solver> => {
      made++;
      const check = async (): Promise<SolverAnswer> => {
        most = Math.max(most, ++working);
        await new Promise((resolve) => setTimeout(resolve, 5));
        working--;
        return { answer: "unsat" };
      };
      return { name: "slow", version: "1", check, close: async () => undefined };
    };
    const pool = using(await createPool(slow, 3));
    expect(made).toBe(1);
    await pool.check(EASY, PLENTY);
    expect(made).toBe(1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => pool.check(EASY, PLENTY)));
    expect(answers.every((a) => a.answer === "unsat")).toBe(true);
    expect([made, most, pool.name]).toEqual([3, 3, "slow"]);
  });

  it("goes on with those that start", async () => {
    let made = 0;
    const pool = using(await createPool(async () => (made++ === 0 ? said("first", { answer: "unsat" }) : Promise.reject(new Error("no more"))), 4));
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => pool.check(EASY, PLENTY)))).toEqual(Array(5).fill({ answer: "unsat" }));
  });

  it("passes bugs on, and goes on", async () => {
    const broken: Solver = { ...said("x", { answer: "unsat" }), check: async ({ ask }) => (ask.length > 0 ? Promise.reject(new Error("bug: x")) : { answer: "unsat" }) };
    const pool = using(await createPool(async () => broken, 2));
    await expect(pool.check(EASY, PLENTY)).rejects.toThrow("bug: x");
    expect(await pool.check(IMPOSSIBLE, PLENTY)).toEqual({ answer: "unsat" });
  });

  it("answers what waits when it is closed", async () => {
    const pool = await createPool(async () => startEmbeddedZ3(), 1);
    const answers = [pool.check(HARD, { resource: 4_000_000_000 }), pool.check(EASY, PLENTY)];
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pool.close();
    expect((await Promise.all(answers)).map((a) => a.answer)).toEqual(["unknown", "unknown"]);
  });

  it("of two embedded solvers answers a hundred questions", async () => {
    const pool = using(await createPool(startEmbeddedZ3, 2));
    const answers = await Promise.all(Array.from({ length: 100 }, () => pool.check(EASY, PLENTY)));
    expect(new Set(answers.map((a) => a.answer))).toEqual(new Set(["sat"]));
  });
});

function said(name: string, answer: SolverAnswer): Solver {
  return { name, version: "1", check: async () => answer, close: async () => undefined };
}
