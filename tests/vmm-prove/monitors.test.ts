/**
 * Monitors that are none: VM maps with one thing wrong each, and each is caught by the lemma that says so. Machines that do not
 * meet the condition: exactly the critical instructions break the monitor. And machines that do not meet it and have a monitor all the same,
 * for the condition is sufficient and not necessary.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { checkMachine, configurationNamed } from "../../src/verdict/check.js";
import { proveMachine, type ProveOptions } from "../../src/vmm/prove.js";
import type { ProveResult } from "../../src/vmm/prove-result.js";
import { expected } from "../machines/expected.js";
import { enginesFor, machineOf } from "../machines/tiny.js";

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

const prove = (machine: Machine, options: Partial<ProveOptions> = {}): Promise<ProveResult> => proveMachine(machine, {
  monitor: "trap-and-emulate", reading: "extended", guests: "any", configuration: configurationNamed(machine, undefined)!, engines: enginesFor(machine, ["structural", "sampled", "exhaustive", "solver"], solver), ...options,
});
const small = readFileSync(new URL("small.isa", import.meta.url), "utf8");
const withMonitor = (body: string): Machine => machineOf("small.isa", small.replace(/monitor \(base, size\) \{[^}]*\}/, `monitor (base, size) {\n  let first = zext(l, 3)\n${body}\n}`));

const RIGHT = { M: "M := 1", l: "l := l + base[1..0]", b: "b := if first >= size then 0 else if b < size - first then b else size - first" };

describe("VM maps with one thing wrong", () => {
  test.each<readonly [string, Partial<typeof RIGHT>, string]>([
    ["the bounds are not clipped", { b: "b := b" }, "cells of mem"],
    ["clipped as if the guest's relocation were 0", { b: "b := if b < size then b else size" }, "cells of mem"],
    ["clipped to the allotment, whatever the bounds", { b: "b := if first >= size then 0 else size - first" }, "cells of mem"],
    ["a window that begins outside wraps around", { b: "b := if b < size - first then b else size - first" }, "cells of mem"],
    ["one cell too many", { b: "b := if first > size then 0 else if b < size - first + 1 then b else size - first + 1" }, "cells of mem"],
    ["the larger of the two bounds", { b: "b := if first >= size then 0 else if b > size - first then b else size - first" }, "cells of mem"],
    ["the base forgotten", { l: "l := l" }, "cells of mem"],
    ["the guest's relocation forgotten", { l: "l := base[1..0]" }, "cells of mem"],
    ["one cell too far", { l: "l := l + base[1..0] + 1" }, "cells of mem"],
    ["the base twice", { l: "l := l + base[1..0] + base[1..0]" }, "cells of mem"],
    ["the base as a mask", { l: "l := l & base[1..0]" }, "cells of mem"],
    ["supervisor mode", { M: "M := 0" }, "user state of the configuration"],
    ["the guest's mode", { M: "M := M" }, "user state of the configuration"],
    ["one cell too few", { b: "b := if first >= size || b == 0 then 0 else if b - 1 < size - first then b - 1 else size - first" }, "all of mem"],
    ["nothing at all", { b: "b := 0" }, "all of mem"],
  ])("%s", async (_, wrong, lemma) => {
    const result = await prove(withMonitor(Object.values({ ...RIGHT, ...wrong }).map((l) => `  ${l}`).join("\n")));
    const found = result.lemmas.find((l) => l.name === lemma)!;
    expect({ answer: found.answer, overall: result.answer }).toEqual({ answer: "fails", overall: "fails" });
    expect(found.values).toBeDefined();
    if (!found.isNeeded) expect(result.instructions.filter((i) => i.efficiency.answer === "fails").map((i) => i.id)).toContain("LD");
  });
});

// The tiny machines with relocation and bounds of one shape, each with the paper's map. Those whose supervisor is not relocated have a map of their own.
const RELOCATED = /state l : (\d+) is map[\s\S]*state b : (\d+) is map/;

describe("machines that meet the condition, or do not", () => {
  const monitored = expected.flatMap((entry) => {
    const text = readFileSync(new URL(`../machines/${entry.file}`, import.meta.url), "utf8");
    const widths = RELOCATED.exec(text);
    if (widths === null || entry.file === "exec-map.isa" || entry.file === "toy.isa") return [];
    const flag = new RegExp(`configuration ${entry.configuration} "[^"]*"(?: default)? \\{ (\\w+) == (\\w+) \\}`).exec(text);
    const body = [...Object.values(RIGHT), ...(flag !== null ? [`${flag[1]} := ${flag[2]}`] : [])];
    return [{ ...entry, text: `${text}\nmonitor (base, size) {\n  let first = zext(l, 3)\n${body.map((l) => `  ${l}`).join("\n")}\n}\n` }];
  });

  test("most of the tiny machines are looked at", () => expect(monitored.length).toBeGreaterThan(8));

  test.each(monitored)("$file under $configuration: exactly the critical instructions break the monitor", async ({ file, configuration, classes, text }) => {
    const machine = machineOf(file, text);
    const result = await prove(machine, { configuration: configurationNamed(machine, configuration)! });
    expect(result.lemmas.filter((l) => l.isNeeded && l.answer !== "holds")).toEqual([]);
    const breaking = result.instructions.filter((i) => i.fidelity.answer === "fails" || i.safety.answer === "fails").map((i) => i.id);
    const critical = Object.entries(classes).filter(([, c]) => !c.includes("privileged") && ["control", "control-extended", "location", "mode", "resource"].some((k) => (c as readonly string[]).includes(k))).map(([id]) => id);
    expect(breaking).toEqual(critical);
    for (const i of result.instructions) for (const a of [i.fidelity, i.safety]) expect(a.answer === "fails").toBe(a.witness !== undefined);
  });
});

describe("the condition is not necessary", () => {
  const extra = (text: string): Machine => machineOf("small.isa", `${small}\n${text}`);

  // Sensitive, and not privileged; but wherever that could show, it traps in user mode, and the monitor steps in.
  test("an instruction that traps just where it matters", async () => {
    const machine = extra(`instruction HLZ "Halt in supervisor mode if the accumulator is zero; a user is refused; otherwise nothing" {
  encoding 3'7 2'0b10
  syntax "HLZ"
  step {
    trap operation() when M == 1 && A == 0
    halt when A == 0
  }
}`);
    await isNotMetAndHolds(machine, "HLZ", {});
  });

  // Sensitive to where the program lies, but not to what of that a monitor changes, if it gives out storage in blocks.
  test("an instruction that shows the relocation within a block", async () => {
    const machine = extra(`instruction RLB "Read the lowest bit of the relocation" {
  encoding 3'7 2'0b10
  syntax "RLB"
  step { A := 1'0 @ l[0] }
}`);
    await isNotMetAndHolds(machine, "RLB", { leastBlockBits: 1 });
    const cellByCell = await prove(machine);
    expect(cellByCell.answer).toBe("fails");
    expect(cellByCell.instructions.find((i) => i.fidelity.answer === "fails")?.id).toBe("RLB");
  });

  async function isNotMetAndHolds(machine: Machine, id: string, options: Partial<ProveOptions>): Promise<void> {
    const { theorems } = await checkMachine(machine, { configuration: configurationNamed(machine, undefined)!, engines: enginesFor(machine, ["structural", "sampled", "exhaustive", "solver"], solver) });
    const extended = theorems.find((t) => t.theorem === 1 && t.reading === "extended" && t.assumption === "any")!;
    expect({ answer: extended.answer, critical: extended.critical }).toEqual({ answer: "fails", critical: [id] });
    const result = await prove(machine, options);
    expect(result.instructions.filter((i) => i.fidelity.answer !== "holds" || i.safety.answer !== "holds").map((i) => i.id)).toEqual([]);
    expect(result.answer).toBe("holds");
  }
});
