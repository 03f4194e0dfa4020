/** The lemmas on shadow structures: a small monitor with a table of its own is proved to be one, at any depth, and with one thing wrong in it is not. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { proveMachine } from "../../src/vmm/prove.js";
import type { MonitorName, ProveResult } from "../../src/vmm/prove-result.js";
import { enginesFor, machineOf } from "../machines/tiny.js";

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

const text = readFileSync(new URL("shadow.isa", import.meta.url), "utf8");
const prove = (wrong: readonly [string, string] = ["", ""], monitor: MonitorName = "trap-and-emulate"): Promise<ProveResult> => {
  if (!text.includes(wrong[0])) throw new Error(`the specification has no ${wrong[0]}`);
  const machine = machineOf("shadow.isa", text.replace(...wrong));
  return proveMachine(machine, { monitor, reading: "extended", guests: "any", configuration: configurationNamed(machine, undefined)!, engines: enginesFor(machine, ["structural", "sampled", "exhaustive", "solver"], solver) });
};

test.each<MonitorName>(["trap-and-emulate", "recursive:5", "hybrid"])("a table for each guest: %s", async (monitor) => {
  const { lemmas, answer, instructions } = await prove(["", ""], monitor);
  expect(lemmas.filter((l) => l.isNeeded && l.answer !== "holds")).toEqual([]);
  expect(lemmas.map((l) => l.name)).toEqual(expect.arrayContaining(["clearing mem", "installing mem", "order of mem", "units of mem", "cells behind mem", "all of mem"]));
  expect(instructions.flatMap((i) => [i.fidelity, i.safety, i.efficiency].map((a) => a.answer)).filter((a) => a !== "holds")).toEqual([]);
  expect(answer).toBe("holds");
});

const ENTRY = "0b1 @ writable @ 0b0 @ p[7..3]";
test.each<readonly [string, string, string, string]>([
  ["an entry that clearing forgets", "0 .. 7", "0 .. 6", "clearing mem"],
  ["everything may be written", ENTRY, "0b110 @ p[7..3]", "installing mem"],
  ["the next frame", ENTRY, "0b1 @ writable @ 0b0 @ (p[7..3] + 1)", "installing mem"],
  ["the guest's number for the frame", ENTRY, "0b1 @ writable @ 0b0 @ (p[7..3] - base[7..3])", "installing mem"],
  ["the next entry, too", `@ a[5..3]] := ${ENTRY}`, `@ a[5..3]] := ${ENTRY}\n      core[area[7..3] @ (a[5..3] + 1)] := ${ENTRY}`, "installing mem"],
  ["a page that is not there", ENTRY, "0b0 @ writable @ 0b0 @ p[7..3]", "all of mem"],
  ["nothing may be written", ENTRY, "0b100 @ p[7..3]", "all of mem"],
  ["a table in the guest's own storage", "Table := area[7..3]", "Table := base[7..3]", "cells behind mem"],
  ["units that the allotment may cut", "shadow mem 3", "shadow mem 2", "installing mem"],
  ["units of more than a page", "shadow mem 3", "shadow mem 4", "units of mem"],
])("%s", async (_, right, wrong, lemma) => {
  const { lemmas } = await prove([right, wrong]);
  expect(lemmas.filter((l) => l.answer !== "holds").map((l) => l.name)).toContain(lemma);
});
