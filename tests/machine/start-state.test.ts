/** The state that programs start in, worked out from the machine's own words. */
import { describe, expect, test } from "vitest";
import { createCpu } from "../../src/machine/cpu.js";
import { asProcessorOf, begin, startState } from "../../src/machine/start-state.js";
import { machineAt } from "./machines.js";

describe("x86", () => {
  const machine = machineAt("isa-specs/x86/");

  test("where no choice of registers maps a program, limits of segments are all ones", () => {
    expect(startState(machine, [])).toEqual(new Map([["capacity", 1n << 32n]]));
    const state = startState(machine, [0x200n]);
    expect(state).toEqual(new Map([["capacity", 1n << 32n], ["Limit", 0xffff_ffffn]]));
    const cpu = createCpu(machine);
    begin(cpu, state);
    expect([0n, 1n, 7n].map((s) => cpu.getCell("Limit", s))).toEqual([0xffff_ffffn, 0xffff_ffffn, 0xffff_ffffn]);
    expect(cpu.getCell("Rights", 1n)).toBe(0n);
  });

  test("the real machine is the processor that an image is for", () => {
    const settings = [{ component: "Later", value: 1n }, { component: "CD", value: 1n }, { component: "Limit", index: 1n, value: 5n }];
    expect(asProcessorOf(machine, new Map([["capacity", 5n]]), settings)).toEqual(new Map([["capacity", 5n], ["Later", 1n]]));
  });
});

test("a machine whose registers are enough is left as it was", () => {
  expect(startState(machineAt("isa-specs/mips32r2/"), [0x10n]).get("ERL")).toBe(1n);
});
