/**
 * Answers by structure, held against the solver: for instructions of the PDP-10 drawn at random, every question that the shape of the
 * terms alone answers is spelt out in full, nothing assumed and no map opaque, and asked of the solver.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { setting } from "../../src/requirements/setting.js";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { answer } from "../../src/verdict/answer.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { QUESTIONS } from "../../src/verdict/classify.js";
import { formulaOf } from "../../src/verdict/formula.js";
import { enginesFor } from "../machines/tiny.js";
import { machineAt } from "../machine/machines.js";
import { Random } from "./evaluated-step.js";

const INSTRUCTIONS = Number(process.env["LAW_RUNS"] ?? 30);
/** Per question; what takes longer is left out, and counted. */
const RESOURCE = 1_500_000;

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

test("what is answered by structure, the solver answers alike", async () => {
  const machine = machineAt("isa-specs/pdp10");
  const { terms } = machine;
  const random = new Random(BigInt(process.env["LAW_SEED"] ?? 1974));
  const drawn = Array.from({ length: INSTRUCTIONS }, () => machine.instructions[random.below(machine.instructions.length)]!);
  let asked = 0, trivial = 0;
  const open = new Map<string, number>();
  for (const instruction of drawn) {
    const s = setting(machine, instruction, configurationNamed(machine, undefined)!);
    // chains of indirect addresses are left to the structural argument: cut off, they prove nothing
    const direct = terms.and(...instruction.encoding.fields.filter((f) => f.name === "i").map((f) => terms.eq(f.variable, terms.zeros(f.width))));
    for (const [name, make] of Object.entries(QUESTIONS)) {
      const question = make(s);
      const structural = question.abstraction === terms.false ? terms.false : formulaOf(machine, terms.and(question.hypothesis, question.goal)).term;
      if (structural !== terms.false) continue;
      const exact = question.exact?.() ?? question;
      const whole = terms.and(exact.hypothesis, exact.goal);
      if (whole.op === "constant") {
        expect({ question: question.id, whole }).toEqual({ question: question.id, whole: terms.false });
        trivial++;
        continue;
      }
      asked++;
      // by way of `answer`: the windows of a pair are said to agree where they are used, and looked at elsewhere afterwards
      const result = await answer(machine, instruction, { ...question, ...exact, hypothesis: terms.and(exact.hypothesis, direct), beyond: undefined, abstraction: undefined }, { ...enginesFor(machine, ["structural", "solver"], solver), resource: RESOURCE });
      if (result.kind === "open") open.set(result.reason.replace(/^\S+: /, ""), (open.get(result.reason.replace(/^\S+: /, "")) ?? 0) + 1);
      else expect({ question: question.id, name, answer: result.kind }).toEqual({ question: question.id, name, answer: "none" });
    }
  }
  const undecided = [...open.values()].reduce((a, b) => a + b, 0);
  console.log(`structural answers: ${trivial} constant, ${asked - undecided} confirmed by the solver, ${undecided} undecided`, Object.fromEntries(open));
  expect(asked - undecided).toBeGreaterThan(INSTRUCTIONS);
}, 120_000);
