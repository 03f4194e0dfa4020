/** Instructions whose condition fails: one lemma for all of them, where the condition is the guest's own; and it fails where it is not, or where going on is no mere going on. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { machineAlone } from "../../src/requirements/failing-condition.js";
import { proveMachine } from "../../src/vmm/prove.js";
import type { MonitorName, ProveResult } from "../../src/vmm/prove-result.js";
import { machineAt } from "../machine/machines.js";
import { enginesFor, machineOf } from "../machines/tiny.js";

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

const small = readFileSync(new URL("small.isa", import.meta.url), "utf8");
const CLEAR = `instruction CLR "Clear the accumulator, where its condition holds" {
  encoding 3'7 2'0b10
  syntax "CLR"
  condition A != 1
  step { A := 0 }
}
instruction REF "Refused, where its condition holds" {
  encoding 3'7 2'0b11
  syntax "REF"
  condition A == 2
  step { trap operation() }
}`;

async function proved(right: string, wrong: string, monitor: MonitorName): Promise<ProveResult> {
  const whole = `${small}\n${CLEAR}`;
  if (!whole.includes(right)) throw new Error(`the specification has no ${right}`);
  const machine = machineOf("small.isa", whole.replaceAll(right, wrong));
  return proveMachine(machine, { monitor, reading: "extended", guests: "any", configuration: configurationNamed(machine, undefined)!, engines: enginesFor(machine, ["structural", "sampled", "exhaustive", "solver"], solver) });
}

test.each<MonitorName>(["trap-and-emulate", "hybrid", "recursive:3"])("conditions over the guest's own registers: %s", async (monitor) => {
  const { lemmas, instructions, answer } = await proved("", "", monitor);
  expect(lemmas.find((l) => l.name === "conditions")).toMatchObject({ answer: "holds", strength: "structural" });
  expect(instructions.find((i) => i.id === "REF")).toMatchObject({ entry: "always" });
  expect(answer).toBe("holds");
});

test.each<readonly [string, string, string]>([
  ["a condition over the mode", "condition A != 1", "condition A != 1 || M == 0"],
  ["a condition over the map", "condition A != 1", "condition A != 1 || b == 0"],
  ["going on tells the mode", "advance { P := P + 1 }", "advance { P := P + M }"],
  ["going on changes the map", "advance { P := P + 1 }", "advance { P := P + 1\n  b := 0 }"],
])("%s: the lemma fails, and with it the monitor", async (_, right, wrong) => {
  const { lemmas, properties } = await proved(right, wrong, "trap-and-emulate");
  const lemma = lemmas.find((l) => l.name === "conditions")!;
  expect(lemma).toMatchObject({ answer: "fails", strength: "witness", isNeeded: true });
  expect(lemma.values).toBeDefined();
  expect({ fidelity: properties.fidelity, safety: properties.safety }).toEqual({ fidelity: "fails", safety: "fails" });
});

test("all conditional instructions of the ARM go on in one way", () => {
  const machine = machineAt("isa-specs/armv4t/");
  expect(machine.instructions.length).toBeGreaterThan(200);
  expect(machineAlone(machine).instructions.map((i) => [i.step.exits.length, ...i.step.next.keys()])).toEqual([[0, "PC"]]);
  expect(machineAlone(machineAt("isa-specs/third-generation/")).instructions).toEqual([]);
});
