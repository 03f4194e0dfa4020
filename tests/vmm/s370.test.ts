/** Guests of the System/370, whose map is made of tables: the monitor's are shadows of theirs. */
import { describe, expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import { createControlProgram, type MonitorSetting } from "../../src/vmm/control-program.js";
import { DECISIONS, type Decisions } from "../../src/vmm/decisions.js";
import { endText, LockStep } from "../../src/vmm/lock-step.js";
import { every, guestAt, realStart } from "./guests.js";
import { SHADOW_MUTANTS } from "./shadow-mutants.js";

const machine = machineAt("isa-specs/s370/");
const SIZE = 0x8000;
const KERNEL = "isa-specs/s370/programs/two-processes.s";
const probe = guestAt(machine, "tests/vmm/s370-probe.s");
const guests = [
  { ...probe, start: new Map([...probe.start, ["TimeOfDay", 0x1234_5678_9abc_def0n], ["ProgramMask", 15n]]) },
  guestAt(machine, KERNEL, every(100, "intervalTimer", 100)),
  guestAt(machine, KERNEL),
];
const LIMIT = 20_000;

const SETTINGS: readonly (readonly [string, MonitorSetting])[] = [
  ["trap and emulate", { kind: "trap-and-emulate", depth: 1, size: SIZE, quantum: 77 }],
  ["hybrid", { kind: "hybrid", depth: 1, size: SIZE, quantum: 77 }],
  ["five monitors, one on the other", { kind: "trap-and-emulate", depth: 5, size: SIZE, quantum: 77 }],
];

/** What the kernel has put into its line, from EBCDIC. */
function lineOf(cell: (index: bigint) => bigint): string {
  const known: Readonly<Record<number, string>> = { 0x81: "a", 0x82: "b", 0x5a: "!", 0x4b: ".", 0xa1: "~" };
  return Array.from({ length: 32 }, (_, i) => known[Number(cell(0x608n + BigInt(i)))] ?? "").join("");
}

describe.each(SETTINGS)("%s", (_, setting) => {
  test("guests do as on their bare machines", () => {
    const program = createControlProgram(machine, guests, setting, realStart(machine));
    const { divergence } = new LockStep(machine, program, SIZE).advance(LIMIT);
    expect(divergence).toBeUndefined();
    expect(program.guests.map((g) => g.run.end)).toEqual([{ kind: "halt" }, { kind: "halt" }, { kind: "halt" }]);
    const lines = program.guests.map((g) => lineOf((i) => g.machine.cpu.getCell("core", i)));
    expect(lines[2]).toBe("ababa!aa.");
    expect(lines[1]!.replaceAll("~", "")).toHaveLength("ababa!aa.".length);
    expect(lines[1]).toContain("~");
  });
});

/** Where a guest went another way than its bare machine, or an entry that was not needed; undefined: nothing was noticed. */
function noticed(decisions: Decisions): string | undefined {
  const program = createControlProgram(machine, guests.slice(0, 2), SETTINGS[0]![1], realStart(machine), decisions);
  const { divergence } = new LockStep(machine, program, SIZE).advance(LIMIT);
  if (divergence !== undefined) return `${divergence.guest} at its instruction ${divergence.steps}`;
  const needless = program.guests.some((g) => [...g.machine.work().causes].some(([cause, { emulated }]) => emulated > 0 && !["privilegedOperation", "monitorCall", "earlySpecification"].includes(cause)));
  if (needless) return "efficiency: entries where the bare machine does not trap";
  return program.isOver() ? undefined : `does not end: ${program.guests.map((g) => endText(g.run)).join(", ")}`;
}

test("the monitor itself is found right, and every faulty one is caught", () => {
  expect(noticed(DECISIONS)).toBeUndefined();
  const caught = SHADOW_MUTANTS.map(({ name, decisions }) => ({ name, story: noticed(decisions()) }));
  console.log(`faulty monitors with shadow tables caught: ${caught.filter((c) => c.story !== undefined).length} of ${SHADOW_MUTANTS.length}`);
  expect(caught.filter((c) => c.story === undefined).map((c) => c.name)).toEqual([]);
});
