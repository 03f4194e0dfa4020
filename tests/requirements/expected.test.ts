/**
 * The tiny machines classified: every class of every instruction, and the conditions of the theorems, are what
 * `tests/machines/expected.ts` worked out without the checker. Every witness runs again from its published form. With
 * structure and sampling alone answers may be open, but never others.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EngineName } from "../../src/verdict/engines.js";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { checkMachine, configurationNamed } from "../../src/verdict/check.js";
import { CLASSES, type CheckResult } from "../../src/verdict/result.js";
import { expected, type ExpectedMachine } from "../machines/expected.js";
import { enginesFor, tinyMachine } from "../machines/tiny.js";
import { replayDifferences } from "./witness-replay.js";

/** What the expectations do not speak of: it goes into the extended condition of Theorem 3 only. */
const NOT_LISTED: readonly string[] = ["user-control-extended"];

const answerOf = (isMet: boolean): string => (isMet ? "holds" : "fails");

function theorem(result: CheckResult, number: 1 | 3, reading: "strict" | "extended"): string {
  return result.theorems.find((t) => t.theorem === number && t.reading === reading && t.assumption === "any")!.answer;
}

function replayAll(entry: ExpectedMachine, result: CheckResult): { readonly replayed: number; readonly differences: readonly string[] } {
  const machine = tinyMachine(entry.file);
  const witnesses = result.instructions.flatMap((i) => Object.values(i.answers).flatMap((a) => (a.witness === undefined ? [] : [{ id: i.id, witness: a.witness }])));
  return { replayed: witnesses.length, differences: witnesses.flatMap(({ id, witness }) => replayDifferences(machine, id, JSON.parse(JSON.stringify(witness)) as typeof witness)) };
}

const CHOICES: readonly (readonly [string, readonly EngineName[]])[] = [
  ["every engine", ["structural", "sampled", "exhaustive", "solver"]],
  ["structure and the solver alone", ["structural", "solver"]],
  ["structure and all states alone", ["structural", "exhaustive"]],
];

describe.each(CHOICES)("with %s", (_, use) => {
  let solver: Solver | undefined;
  beforeAll(async () => { solver = use.includes("solver") ? await solverNamed("embedded") : undefined; });
  afterAll(() => solver?.close());

  test.each(expected)("$file under $configuration is what it ought to be", async (entry) => {
    const machine = tinyMachine(entry.file);
    const result = await checkMachine(machine, { configuration: configurationNamed(machine, entry.configuration)!, engines: enginesFor(machine, use, solver) });
    const classes = Object.fromEntries(result.instructions.map((i) => [i.id, i.classes.filter((c) => !NOT_LISTED.includes(c))]));
    expect(classes).toEqual(entry.classes);
    expect(result.instructions.flatMap((i) => CLASSES.filter((c) => i.answers[c]?.answer === "open"))).toEqual([]);
    expect({ 1: theorem(result, 1, "strict"), 3: theorem(result, 3, "strict") }).toEqual({ 1: answerOf(entry.theorem1.strict), 3: answerOf(entry.theorem3.strict) });
    expect({ 1: theorem(result, 1, "extended"), 3: theorem(result, 3, "extended") }).toEqual({ 1: answerOf(entry.theorem1.extended), 3: answerOf(entry.theorem3.extended) });
    const { replayed, differences } = replayAll(entry, result);
    expect(differences).toEqual([]);
    expect(replayed).toBeGreaterThan(0);
  }, 60_000);
});

describe("with structure and sampling alone", () => {
  test.each(expected)("$file under $configuration is never contradicted", async (entry) => {
    const machine = tinyMachine(entry.file);
    const result = await checkMachine(machine, { configuration: configurationNamed(machine, entry.configuration)!, engines: enginesFor(machine, ["structural", "sampled"]) });
    for (const i of result.instructions) {
      for (const c of CLASSES.filter((name) => !NOT_LISTED.includes(name))) {
        const answer = i.answers[c]?.answer;
        if (answer !== "open") expect({ id: i.id, claim: c, answer }).toEqual({ id: i.id, claim: c, answer: answerOf(entry.classes[i.id]!.some((name) => name === c)) });
      }
    }
    for (const [number, condition] of [[1, entry.theorem1], [3, entry.theorem3]] as const) {
      for (const reading of ["strict", "extended"] as const) {
        const answer = theorem(result, number, reading);
        if (answer !== "open") expect({ number, reading, answer }).toEqual({ number, reading, answer: answerOf(condition[reading]) });
      }
    }
    expect(replayAll(entry, result).differences).toEqual([]);
  });
});
