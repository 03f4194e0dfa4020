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
const changed = (changes: readonly (readonly [string, string])[]): string => changes.reduce((now, [right, wrong]) => {
  if (!now.includes(right)) throw new Error(`the specification has no ${right}`);
  return now.replace(right, wrong);
}, text);
const prove = (wrong: readonly [string, string] = ["", ""], monitor: MonitorName = "trap-and-emulate", before: readonly (readonly [string, string])[] = []): Promise<ProveResult> => {
  const machine = machineOf("shadow.isa", changed([...before, wrong]));
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

const LOOP = "for i in 0 .. 7 { core[area[7..0] + i] := 0 }";
const FILLING = "var i : 8 = 0\n      while i != 8 limit 8 {\n        core[area[7..0] + i] := 0\n        i = i + 1\n      }";
test.each<readonly [string, readonly [string, string], "holds" | "fails"]>([
  ["all of it", ["", ""], "holds"],
  ["all but the last cell", ["i != 8", "i != 7"], "fails"],
  ["as far as the limit goes", ["limit 8", "limit 7"], "fails"],
  ["something else", [":= 0\n        i", ":= 0xFF\n        i"], "fails"],
])("clearing in a loop: %s", async (_, wrong, answer) => {
  const { lemmas } = await prove(wrong, "trap-and-emulate", [[LOOP, FILLING]]);
  expect(lemmas.find((l) => l.name === "clearing mem")).toMatchObject({ answer });
});

/** Pages whose halves are written by permissions of their own. */
const HALVES: readonly (readonly [string, string])[] = [["found[6] == 0", "(if a[2] == 1 then found[5] else found[6]) == 0"], [ENTRY, "0b1 @ writable @ writable @ p[7..3]"], ["shadow mem 3", "shadow mem 3 by 2"]];

test("a map that goes by halves of a unit", async () => {
  const both = await prove(["", ""], "trap-and-emulate", HALVES), user = await prove(["", ""], "hybrid", HALVES);
  for (const { lemmas } of [both, user]) expect(lemmas.filter((l) => l.isNeeded && l.answer !== "holds")).toEqual([]);
  // what the guest's map tells apart is no unit, and the monitor's own work
  expect(user.lemmas.filter((l) => !l.isNeeded && l.answer !== "holds").map((l) => [l.name, l.answer])).toEqual([["all of mem by whole units", "fails"]]);
  expect(user.properties).toEqual({ fidelity: "holds", safety: "holds", efficiency: "open" });
  const { lemmas } = await prove(["by 2 ", ""], "trap-and-emulate", HALVES);
  expect(lemmas.filter((l) => l.answer !== "holds").map((l) => l.name)).toEqual(["units of mem"]);
});

/** Pages that are not to be executed. */
const DATA: readonly (readonly [string, string])[] = [["access == write && found[6] == 0", "(access == write && found[6] == 0 || access == execute && found[5] == 1)"], ["writable) {", "writable, executable) {"], [ENTRY, "0b1 @ writable @ !executable @ p[7..3]"]];

test("pages that are not to be executed", async () => {
  const right = await prove(["", ""], "hybrid", DATA);
  expect(right.lemmas.filter((l) => l.answer !== "holds")).toEqual([]);
  const open = async (wrong: readonly [string, string]): Promise<string[]> => (await prove(wrong, "hybrid", DATA)).lemmas.filter((l) => l.answer !== "holds").map((l) => l.name);
  expect(await open(["!executable", "0b0"])).toEqual(["installing mem"]);
  expect(await open(["!executable", "0b1"])).toEqual(["all of mem"]);
  // a monitor that is not told would have to leave such pages out
  expect(await open(["writable, executable) {", "writable) {\n      let executable : 1 = 1"])).toEqual(["units of mem"]);
});

/** A register that another mode has put away, and an instruction that looks at it. */
const BANK: readonly (readonly [string, string])[] = [
  ["state P :", 'state Bank : 8 is mode because "what supervisor mode has put away"\nstate P :'],
  ["instruction MAP", 'instruction LOOK "Look at what has been put away" {\n  encoding 2\'3 _:6\n  syntax "LOOK"\n  step { A := Bank }\n}\ninstruction MAP'],
];

test("user mode that is not one value of the mode", async () => {
  const { instructions, premises } = await prove(["", ""], "hybrid", BANK);
  expect(instructions.filter((i) => i.fidelity.answer === "fails").map((i) => i.id)).toEqual(["LOOK"]);
  expect(premises.at(-1)).toMatch(/Here Bank may have any value.*: LOOK\.$/);
  expect((await prove(["", ""], "hybrid")).premises).toHaveLength(1);
});
