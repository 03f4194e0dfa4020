/** Causes: all that there are, each once, down to its line; on the tiny machines, where one can see them. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { createCpu } from "../../src/machine/cpu.js";
import { setting } from "../../src/requirements/setting.js";
import type { Engines } from "../../src/verdict/engines.js";
import { causesOf, type Cause, type Causes } from "../../src/verdict/causes.js";
import { classify } from "../../src/verdict/classify.js";
import type { ClaimName } from "../../src/verdict/result.js";

const FOLDER = new URL("../machines/", import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8");
const machineOf = (file: string): Machine => readMachine([{ file, text: textOf(file) }], new Map()).machine!;

async function explained(machine: Machine, id: string): Promise<Causes & { readonly holding: readonly ClaimName[] }> {
  const instruction = machine.instructions.find((i) => i.id === id)!, configuration = machine.configurations.find((c) => c.isDefault)!;
  const engines: Engines = { use: ["structural", "sampled", "exhaustive"], sampling: { runs: 300, seed: 1974 }, resource: 1, cpu: createCpu(machine) };
  const { answers, classes } = await classify(machine, instruction, configuration, engines);
  return { ...(await causesOf(setting(machine, instruction, configuration), answers, engines)), holding: classes };
}

const inWords = (file: string, causes: readonly Cause[]): readonly string[] => causes.map((c) => `${c.claim} ${c.kind} ${c.component?.name ?? ""} | ${textOf(file).split("\n")[c.at.line - 1]!.trim()} | ${c.sources.map((d) => d.name).join(" ")}`);

describe("on machines that break one definition each", () => {
  test.each<[string, string, ClaimName, readonly string[]]>([
    ["control.isa", "JSTU", "control", ["control changes M | M := 1 | "]],
    ["control.isa", "LRB", "control", ["control changes l | l := a | ", "control changes b | b := 4 - zext(a, 3) | "]],
    ["location.isa", "STL", "location", ["location shows E | step { mem[0] := l } | E l"]],
    ["location.isa", "ODDL", "location", ["location leaves  | step { trap operation() when M == 1 && l == 1 } | l"]],
    ["mode.isa", "STM", "mode", ["mode shows E | step { mem[0] := 1'0 @ M } | M"]],
    ["mode.isa", "STOP", "mode", ["mode halts  | step { halt when M == 0 } | M"]],
  ])("%s %s: %s", async (file, id, claim, expected) => {
    const machine = machineOf(file);
    const { causes } = await explained(machine, id);
    expect(inWords(file, causes.filter((c) => c.claim === claim))).toEqual(expected);
  });
});

describe.each(readdirSync(FOLDER).filter((f) => f.endsWith(".isa")))("%s", (file) => {
  test("every sensitivity that holds has a cause, each cause is there once, and its own states show it", async () => {
    const machine = machineOf(file);
    for (const { id } of machine.instructions) {
      const { causes, holding } = await explained(machine, id);
      for (const claim of ["control", "location", "mode", "resource", "partly-trapping"] as const) {
        expect({ id, claim, hasCause: causes.some((c) => c.claim === claim) }).toEqual({ id, claim, hasCause: holding.includes(claim) });
      }
      const keys = causes.map((c) => `${c.claim} ${c.kind} ${c.component?.name ?? ""} ${c.kind === "leaves" || c.kind === "halts" ? c.witness.word + c.at.line : ""}`);
      expect(new Set(keys).size, `${id}: ${keys.join("; ")}`).toBe(keys.length);
      for (const c of causes) {
        if (c.kind === "changes") expect(c.values![0]!.before).not.toBe(c.values![0]!.after);
        if (c.kind === "shows" && c.component!.role !== "storage") expect(c.values![0]!.after).not.toBe(c.values![1]!.after);
        if (c.kind === "leaves") expect(c.exits.some((e) => e.holds.includes(true))).toBe(true);
        if (c.kind === "completes") expect(c.exits.every((e) => e.what === "halt" || !e.holds.includes(true))).toBe(true);
        expect(c.at.line).toBeGreaterThan(0);
      }
    }
  });
});
