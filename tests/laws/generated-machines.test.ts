/**
 * Laws of whole checks, on generated machines: sampling with the solver, running the formulas for all states, and running all pairs of
 * states give one classification; and every witness runs again from its published form.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import type { EngineName } from "../../src/verdict/engines.js";
import { checkMachine, configurationNamed } from "../../src/verdict/check.js";
import { CLASSES, OTHER_CLAIMS, type CheckResult } from "../../src/verdict/result.js";
import { enginesFor, machineOf } from "../machines/tiny.js";
import { replayDifferences } from "../requirements/witness-replay.js";
import { classesByPairs } from "./all-pairs.js";
import { loopingMachinePlan, machinePlan, machineText, type MachinePlan } from "./generated-machines.js";

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

/** Claims that running all pairs decides; the literal reading is not among them. */
const CLAIMS = [...CLASSES, ...OTHER_CLAIMS.filter((c) => !c.endsWith("-literal"))];

function claimsOf(result: CheckResult): Record<string, string[]> {
  return Object.fromEntries(result.instructions.map((i) => [i.id, CLAIMS.filter((c) => i.answers[c]?.answer === "holds")]));
}

function openClaims(result: CheckResult): string[] {
  return result.instructions.flatMap((i) => CLAIMS.filter((c) => i.answers[c]?.answer === "open").map((c) => `${i.id} ${c}: ${i.answers[c]?.reason}`));
}

/** A counterexample is shown as a specification that can be pasted into a file. */
function shown(plan: MachinePlan): { readonly plan: MachinePlan; readonly text: string } {
  const text = machineText(plan);
  return { plan, text, [fc.toStringMethod]: () => `under ${plan.configuration}\n${text}` } as { plan: MachinePlan; text: string };
}

test("three ways to classify agree, and witnesses run again", async () => {
  await fc.assert(fc.asyncProperty(machinePlan.map(shown), async ({ plan, text }) => {
    const machine: Machine = machineOf("generated.isa", text);
    const check = (use: readonly EngineName[]): Promise<CheckResult> => checkMachine(machine, { configuration: configurationNamed(machine, plan.configuration)!, engines: enginesFor(machine, use, solver, 60) });
    const drawn = await check(["structural", "sampled", "solver"]);
    const run = await check(["structural", "exhaustive"]);
    expect([...openClaims(drawn), ...openClaims(run)]).toEqual([]);
    expect(claimsOf(drawn)).toEqual(claimsOf(run));
    const pairs = classesByPairs(machine, plan);
    expect(claimsOf(run)).toEqual(Object.fromEntries([...pairs].map(([id, found]) => [id, CLAIMS.filter((c) => found.has(c))])));
    for (const result of [drawn, run]) {
      const differences = result.instructions.flatMap((i) => Object.values(i.answers).flatMap((a) => (a.witness === undefined ? [] : replayDifferences(machine, i.id, a.witness))));
      expect(differences).toEqual([]);
    }
  }), { numRuns: Number(process.env["LAW_RUNS"] ?? 30), seed: Number(process.env["LAW_SEED"] ?? 1974), verbose: 1 });
}, 300_000);

test("what is decided of loops that store is what running all pairs decides", async () => {
  let decided = 0, open = 0;
  await fc.assert(fc.asyncProperty(loopingMachinePlan.map(shown), async ({ plan, text }) => {
    const machine: Machine = machineOf("generated.isa", text);
    const result = await checkMachine(machine, { configuration: configurationNamed(machine, plan.configuration)!, engines: enginesFor(machine, ["structural", "sampled", "solver"], solver, 60) });
    const pairs = classesByPairs(machine, plan);
    const wrong = result.instructions.flatMap((i) => CLAIMS.flatMap((c) => {
      const answer = i.answers[c]?.answer;
      if (answer === "open") open++;
      else decided++;
      return answer !== "open" && (answer === "holds") !== pairs.get(i.id)!.has(c) ? [`${i.id} ${c}: ${answer}`] : [];
    }));
    const differences = result.instructions.flatMap((i) => Object.values(i.answers).flatMap((a) => (a.witness === undefined ? [] : replayDifferences(machine, i.id, a.witness))));
    expect({ wrong, differences }).toEqual({ wrong: [], differences: [] });
  }), { numRuns: Number(process.env["LAW_RUNS"] ?? 15), seed: Number(process.env["LAW_SEED"] ?? 1974), verbose: 1 });
  expect(decided).toBeGreaterThan(open);
}, 300_000);
