/**
 * Red pills: the PDP-10's, word for word; and whatever the machine, a pill that is printed assembles, and parts in lock step just where
 * and as it says.
 */
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { machineAt } from "../machine/machines.js";
import { startState } from "../../src/machine/start-state.js";
import { formatBits } from "../../src/bits/bits.js";
import { componentNamed, type Machine } from "../../src/isa/machine.js";
import { createControlProgram } from "../../src/vmm/control-program.js";
import type { Kind } from "../../src/vmm/decisions.js";
import { LockStep } from "../../src/vmm/lock-step.js";
import { createPillFinder, type PillFinder } from "../../src/vmm/red-pill.js";
import type { ProgramPill } from "../../src/vmm/red-pill-result.js";
import { guestOf, realStart } from "./guests.js";
import { machineOf } from "../machines/tiny.js";
import { BODIES, HARMLESS, machineWith, textWith, type BodyName } from "./red-pill-machines.js";

vi.setConfig({ testTimeout: 120_000 });

const TRIALS = 1500;
const numRuns = Number(process.env["POPEK_RUNS"] ?? 12);

function finderFor(machine: Machine, kind: Kind, critical: readonly string[], trials?: number): PillFinder {
  const finder = createPillFinder(machine, kind, new Set(critical), (addresses) => startState(machine, addresses), { mostTrials: trials });
  if ("reason" in finder) throw new Error(finder.reason);
  return finder;
}

function pillOf(machine: Machine, finder: PillFinder, id: string): ProgramPill | undefined {
  return finder.find(machine.instructions.find((i) => i.id === id)!).pill;
}

/** Assembles what is printed, and runs it by the monitor itself. */
function replays(machine: Machine, kind: Kind, { source, size, parting, bare, virtual }: ProgramPill): void {
  const guest = guestOf(machine, "pill.s", source);
  const program = createControlProgram(machine, [guest], { kind, depth: 1, size, quantum: 10_000 }, realStart(machine));
  const { divergence } = new LockStep(machine, program, size).advance(100);
  expect(divergence).toBeDefined();
  expect([divergence!.steps, divergence!.isFirst]).toEqual([parting.instruction, true]);
  const first = divergence!.differences[0]!;
  const shown = first.kind === "end" ? [first.bare, first.virtual] : [first.bare, first.virtual].map((v) => formatBits(v, componentNamed(machine, first.component).width, machine.radix));
  expect(shown).toEqual([parting.bare, parting.virtual]);
  expect(parting.what.replace(/\[.*/, "")).toBe(first.kind === "end" ? "end" : first.component);
  expect([bare.end, virtual.end]).not.toContain("");
}

describe("the PDP-10", () => {
  const machine = machineAt("isa-specs/pdp10/");
  const CRITICAL = ["JRST[f=1]", "JRST[f=2]", "JRST[f=3]", "JSR", "JSP", "PUSHJ"];
  const finder = finderFor(machine, "trap-and-emulate", CRITICAL);

  test("JSP shows the mode: it runs, and tells", () => {
    const pill = pillOf(machine, finder, "JSP")!;
    expect(pill.source).toBe(`; a red pill: JSP of pdp10, for a guest of 1024 cells under a trap-and-emulate monitor
        .entry 100
        .org 100
        JSP 0,101               ; instruction
        .org 101
        JRST 4,0                ; end
`);
    expect(pill).toMatchObject({
      length: 2, isVisible: true, bare: { end: "halted", instructions: 2 }, virtual: { end: "halted", instructions: 2 },
      parting: { instruction: 1, what: "AC[00]", bare: "000000000101", virtual: "010000000101" },
      differences: [{ what: "AC[00]", isVisible: true, bare: "000000000101", virtual: "010000000101" }],
    });
    replays(machine, "trap-and-emulate", pill);
  });

  test("JRST 1 enters user mode, and what halts there halts no more", () => {
    const pill = pillOf(machine, finder, "JRST[f=1]")!;
    expect(pill.lines).toEqual([
      { part: "vector", address: "000041", text: "JRST 4,0" }, { part: "instruction", address: "000100", text: "JRST 1,101" }, { part: "end", address: "000101", text: "JRST 4,0" },
    ]);
    expect(pill.parting).toEqual({ instruction: 1, what: "User", bare: "1", virtual: "0" });
    expect(pill.differences).toEqual([{ what: "core[000040]", isVisible: true, bare: "254200000000", virtual: "000000000000" }]);
    replays(machine, "trap-and-emulate", pill);
  });

  test.each(CRITICAL)("%s", (id) => {
    const pill = pillOf(machine, finder, id)!;
    expect(pill.isVisible).toBe(true);
    replays(machine, "trap-and-emulate", pill);
  });

  test("under a hybrid monitor a program has to lend itself in-out first", () => {
    const pill = pillOf(machine, finderFor(machine, "hybrid", CRITICAL), "JSP")!;
    expect(pill.lines.map((l) => l.part)).toEqual(["set-up", "instruction", "end"]);
    expect(pill.parting.instruction).toBe(2);
    replays(machine, "hybrid", pill);
  });
});

const KINDS: readonly Kind[] = ["trap-and-emulate", "hybrid"];
const BREAKS_HYBRID: readonly BodyName[] = ["showPlace", "moveWindow", "shrink", "setMask"];
const names = Object.keys(BODIES) as BodyName[];

describe("a small machine", () => {
  const breaking = names.filter((n) => !HARMLESS.includes(n));

  test.each(breaking)("trap and emulate: %s has a pill", (name) => {
    const machine = machineWith([...HARMLESS, name]);
    const pill = pillOf(machine, finderFor(machine, "trap-and-emulate", [name], 20_000), name);
    expect(pill).toBeDefined();
    replays(machine, "trap-and-emulate", pill!);
  });
  test.each(BREAKS_HYBRID)("hybrid: %s has a pill, with set-up", (name) => {
    const machine = machineWith([...HARMLESS, name]);
    const pill = pillOf(machine, finderFor(machine, "hybrid", [name], 20_000), name)!;
    expect(pill.lines.map((l) => l.part)).toContain("set-up");
    replays(machine, "hybrid", pill);
  });
  test.each(KINDS)("%s: what is harmless has none", (kind) => {
    const machine = machineWith(HARMLESS);
    const finder = finderFor(machine, kind, [], TRIALS);
    for (const { id } of machine.instructions) expect(pillOf(machine, finder, id)).toBeUndefined();
  });

  test("what observes is not to blame: an instruction that tells the mode shows nothing of a mask, even where only the other one was asked for", () => {
    const silent: readonly [string, string] = ["silent", "if M == 0 { C := 1 }"];
    const withOthers = (...others: readonly BodyName[]): ProgramPill | undefined => {
      const machine = machineOf("pills.isa", textWith([silent, ...[...HARMLESS, ...others].map((name): [string, string] => [name, BODIES[name]])]));
      return pillOf(machine, finderFor(machine, "trap-and-emulate", ["silent"], TRIALS), "silent");
    };
    expect(withOthers("showMode")).toMatchObject({ isVisible: false });
    expect(withOthers("showMode", "showMask")!.lines).toContainEqual({ part: "observation", address: expect.any(String), text: expect.stringContaining("showMask") });
  });

  test("a law: what is printed replays, whatever the instructions", () => {
    let found = 0;
    fc.assert(fc.property(fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 5 }), fc.constantFrom(...KINDS), (bodies, kind) => {
      const machine = machineWith(bodies);
      const finder = finderFor(machine, kind, bodies.filter((b) => !HARMLESS.includes(b)), TRIALS);
      for (const name of bodies) {
        const pill = pillOf(machine, finder, name);
        if (pill === undefined) continue;
        found += 1;
        replays(machine, kind, pill);
        expect(HARMLESS).not.toContain(name);
      }
    }), { numRuns });
    expect(found).toBeGreaterThan(numRuns / 4);
  });
});
