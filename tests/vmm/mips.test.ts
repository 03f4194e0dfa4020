/** Guests of the R3000, of whose translation buffer there is one for all of them. */
import { describe, expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import { createControlProgram, type MonitorSetting } from "../../src/vmm/control-program.js";
import { DECISIONS, type Decisions } from "../../src/vmm/decisions.js";
import { LockStep } from "../../src/vmm/lock-step.js";
import { consoleOf, guestAt, realStart } from "./guests.js";

const machine = machineAt("isa-specs/mips-r3000/");
const guest = guestAt(machine, "isa-specs/mips-r3000/programs/two-segments.s");
const LIMIT = 4_000;
const setting = (depth: number): MonitorSetting => ({ kind: "trap-and-emulate", depth, size: 0x4000, quantum: 37 });

const divergence = (depth: number, decisions: Decisions): unknown => new LockStep(machine, createControlProgram(machine, [guest, guest], setting(depth), realStart(machine), decisions), 0x4000).advance(LIMIT).divergence;

describe("two guests in turn", () => {
  test.each([1, 3])("do as on their bare machines, %i deep", (depth) => expect(divergence(depth, DECISIONS)).toBeUndefined());

  test("but not where one finds the other's translations in the buffer", () => {
    expect(divergence(1, { ...DECISIONS, keepsTranslations: ({ flushed, otherMap }) => !flushed && !otherMap })).toBeDefined();
  });
});

test("two guests at once, on a monitor in a virtual machine: each has a console of its own", () => {
  const kernel = guestAt(machine, "isa-specs/mips-r3000/kernels/kernel.s", [{ at: 4_000, interrupt: "external", args: [4n] }]);
  const primes = guestAt(machine, "isa-specs/mips-r3000/programs/primes.s");
  const program = createControlProgram(machine, [kernel, primes], { kind: "trap-and-emulate", depth: 2, size: 0x4000, quantum: 1_000 }, realStart(machine));
  expect(new LockStep(machine, program, 0x4000).advance(1_000_000).divergence).toBeUndefined();
  expect(program.guests.map((g) => consoleOf(g.machine.output()))).toEqual(["a~bab!a.\n", "303.\n"]);
}, 120_000);

test("a machine starts with the storage that its invariants allow", () => expect(realStart(machine).get("capacity")).toBe(0x4000_0000n));
