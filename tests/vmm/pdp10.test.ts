/** Guests of the PDP-10, which trap and emulate does not carry and a hybrid monitor does. */
import { expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import { createControlProgram, type GuestProgram, type MonitorSetting } from "../../src/vmm/control-program.js";
import { LockStep, type Divergence } from "../../src/vmm/lock-step.js";
import type { VirtualMachine } from "../../src/vmm/virtual-machine.js";
import { consoleOf, every, guestAt, guestOf, realStart } from "./guests.js";

const machine = machineAt("isa-specs/pdp10/");
const KERNEL = "isa-specs/pdp10/programs/two-processes.s";
const SIZE = 4096;
const LINE = 0o337n;

function run(guests: readonly GuestProgram[], setting: Pick<MonitorSetting, "kind" | "depth">, limit: number): { readonly divergence: Divergence | undefined; readonly machines: readonly VirtualMachine[]; readonly ends: readonly unknown[] } {
  const program = createControlProgram(machine, guests, { ...setting, size: SIZE, quantum: 91 }, realStart(machine));
  const { divergence } = new LockStep(machine, program, SIZE).advance(limit);
  return { divergence, machines: program.guests.map((g) => g.machine), ends: program.guests.map((g) => g.run.end) };
}
const lineOf = ({ cpu }: VirtualMachine): string => consoleOf(Array.from({ length: 32 }, (_, i) => Number(cpu.getCell("core", LINE + BigInt(i)))).filter((c) => c !== 0));

test.each([1, 3])("a hybrid monitor, %i on one another: two kernels, one with a clock", (depth) => {
  const { divergence, machines, ends } = run([guestAt(machine, KERNEL, every(300, "clock", 100)), guestAt(machine, KERNEL)], { kind: "hybrid", depth }, 100_000);
  expect(divergence).toBeUndefined();
  expect(ends).toEqual([{ kind: "halt" }, { kind: "halt" }]);
  expect(lineOf(machines[0]!)).toContain("~");
  expect(lineOf(machines[1]!)).toBe("ababa!aa.");
});

test("trap and emulate: the jump into user mode does not trap, and the guest believes it is still in executive mode", () => {
  const { divergence } = run([guestAt(machine, KERNEL)], { kind: "trap-and-emulate", depth: 1 }, 100_000);
  expect(divergence).toMatchObject({ isFirst: true, differences: [{ component: "User", bare: 1n, virtual: 0n }] });
});

test("what computes in user mode runs on the real machine", () => {
  const { divergence, machines } = run([guestAt(machine, "isa-specs/pdp10/programs/primes.s")], { kind: "hybrid", depth: 1 }, 300_000);
  expect(divergence).toBeUndefined();
  const { direct, interpreted } = machines[0]!.work();
  expect(direct / (direct + interpreted)).toBeGreaterThan(0.999);
});

// A byte pointer in the accumulator that its own address is made from: counting it makes that address another one. The byte lies outside what the
// user may address, so ILDB traps with its first part done; tried again, it would take another pointer, and the guest would not be trapped at all.
test.each([1, 2])("an instruction that a guest's own memory trap leaves part done is not tried again (hybrid, %i deep)", (depth) => {
  const guest = guestOf(machine, "itself.s", `
        .org 100
        .entry start
start:  MOVE 1,toFault
        MOVEM 1,41
        DATAO APR,place
        JRST 2,@enter
toFault: JSR fault
fault:  .word 0
        MOVEM 2,counted
        JRST 4,start
place:  .word 2000
enter:  .word 010000000040
counted: .word 0

        .org 2040
begin:  MOVE 2,pointer-2000
        MOVE 4,far-2000
        ILDB 1,0(2)
        SETZ 2,0
        MUUO 040,0,0
pointer: .word 000604000002
far:    .word 100000
`);
  const { divergence, machines, ends } = run([guest], { kind: "hybrid", depth }, 1_000);
  expect(divergence).toBeUndefined();
  expect(ends).toEqual([{ kind: "halt" }]);
  expect(machines[0]!.cpu.getCell("AC", 2n)).toBe(0o360604000003n); // counted once, and not cleared
});
