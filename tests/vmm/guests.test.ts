/** The guests beside the specification under every kind of monitor; and guests that mean harm, or have lost their way. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { bareMachine, cellsNeeded, createControlProgram, type ControlProgram, type GuestProgram, type MonitorSetting } from "../../src/vmm/control-program.js";
import { LockStep, type Divergence } from "../../src/vmm/lock-step.js";
import { consoleOf, every, guestAt, guestOf, PROGRAMS, realStart, THIRD_GENERATION } from "./guests.js";

const machine = machineAt(THIRD_GENERATION);
const KERNEL = `${PROGRAMS}/two-processes.s`;
const SETTINGS: readonly (readonly [string, MonitorSetting])[] = [
  ["trap and emulate", { kind: "trap-and-emulate", depth: 1, size: 512, quantum: 100 }],
  ["hybrid", { kind: "hybrid", depth: 1, size: 512, quantum: 100 }],
  ["five monitors, one on the other", { kind: "trap-and-emulate", depth: 5, size: 512, quantum: 100 }],
];

function run(guests: readonly GuestProgram[], setting: MonitorSetting, limit: number): { readonly program: ControlProgram; readonly divergence: unknown } {
  const program = createControlProgram(machine, guests, setting, realStart(machine));
  const { divergence } = new LockStep(machine, program, setting.size).advance(limit);
  return { program, divergence };
}

describe.each(SETTINGS)("%s", (_, setting) => {
  test("a small kernel with two processes, a clock and a fault", () => {
    const { program, divergence } = run([guestAt(machine, KERNEL, every(300, "clock", 100)), guestAt(machine, KERNEL)], setting, 100_000);
    expect(divergence).toBeUndefined();
    expect(program.guests.map((g) => g.run.end)).toEqual([{ kind: "halt" }, { kind: "halt" }]);
    expect(program.guests.map((g) => consoleOf(g.machine.output()))).toEqual(["ab~b~!~a~a~a~a~~.", "ababa!aa."]);
  });
  test("the same as alone on the bare machine", () => {
    const bare = bareMachine(machine, guestAt(machine, KERNEL), 512);
    bare.advance(100_000);
    const { program } = run([guestAt(machine, KERNEL)], setting, 100_000);
    expect(program.guests[0]!.run.steps).toBe(bare.steps);
    expect(bare.platform.cpu.get("sentCount")).toBe(BigInt("ababa!aa.".length));
  });
});

test("what computes runs on the real machine", () => {
  const { program } = run([guestAt(machine, `${PROGRAMS}/primes.s`)], SETTINGS[0]![1], 2_000_000);
  const { direct, interpreted } = program.guests[0]!.machine.work();
  expect(direct / (direct + interpreted)).toBeGreaterThan(0.9999);
});

test("storage is given out disjoint, with room for each monitor", () => {
  const program = createControlProgram(machine, [1, 2, 3].map((n) => guestOf(machine, `${n}`, "HLT")), { kind: "hybrid", depth: 3, size: 24, quantum: 1 }, realStart(machine));
  expect(program.guests.map((g) => g.machine.allotment)).toEqual([8, 32, 56].map((base) => ({ base, size: 24, area: 0 })));
  expect(cellsNeeded(machine, 3, { kind: "hybrid", depth: 3, size: 24, quantum: 1 })).toBe(8 + 8 + 8 + 3 * 24);
});

/** The machine with the test of the mode taken out of one instruction. */
function withoutTest(instruction: string): Machine {
  const files = readdirSync(THIRD_GENERATION).filter((f) => f.endsWith(".isa")).sort().map((file) => {
    const text = readFileSync(`${THIRD_GENERATION}${file}`, "utf8");
    return { file, text: text.replace(new RegExp(`(instruction ${instruction} [^]*?)inSupervisorMode\\(\\)\n`), "$1") };
  });
  return readMachine(files).machine!;
}

describe("machines that do not meet the condition", () => {
  const USER = ".org 0x10\n .entry 0x10\n MOVI r3, 0x11\n MOVI r4, 0x22\n LPSW 0x20\n .org 0x20\n .word 0x8000, 0x30, 0, 0x100\n .org 0x30\n";
  const step = (broken: Machine, text: string): { readonly program: ControlProgram; readonly divergence: Divergence | undefined } => {
    const program = createControlProgram(broken, [guestOf(broken, "guest", `${USER}${text}`)], { kind: "hybrid", depth: 1, size: 256, quantum: 100 }, realStart(broken));
    return { program, divergence: new LockStep(broken, program, 256).advance(100).divergence };
  };
  test("a guest that sets the real map gets out, and it is told", () => {
    const { program } = step(withoutTest("SRB"), "SRB r3, r4\n SVC 1");
    expect(program.guests[0]!.run.end).toEqual({ kind: "escape", component: "l" });
    expect(step(machine, "SRB r3, r4\n SVC 1").program.guests[0]!.run.end).toBeUndefined();
  });
  test("a guest that reads the real map sees another one, and the first instruction is named", () => {
    const { divergence } = step(withoutTest("RRB"), "NOP 0\n RRB r3, r4\n SVC 1");
    expect(divergence).toMatchObject({ isFirst: true, at: 0x32n, differences: [{ component: "r", index: 3n, bare: 0n, virtual: 256n }] });
  });
  test("a guest that halts the real machine, and everybody with it", () => {
    const { program, divergence } = step(withoutTest("HLT"), "HLT");
    expect(program.guests[0]!.run.end).toEqual({ kind: "halt-below" });
    expect(program.isOver()).toBe(true);
    expect(divergence!.differences[0]).toEqual({ kind: "end", bare: "halted", virtual: "halted the machine below" });
  });
});

const BAD: readonly (readonly [string, string])[] = [
  ["jumps into nowhere", "JMP 0xFFFF"],
  ["fetches behind its storage", ".org 0x1FE\n .entry 0x1FE\n NOP 0\n .word 0x1010"],
  ["runs for ever", "loop: JMP loop"],
  ["traps for ever: the handler is no code", ".org 4\n .word 0, 0x1F0, 0, 0x200\n .org 0x10\n .entry 0x10\n .word 0x7777"],
  ["traps for ever: the handler is outside", ".org 4\n .word 0, 0xF000, 0xF000, 0\n .org 0x10\n .entry 0x10\n SVC 1"],
  ["traps for ever: the handler runs in user mode", ".org 4\n .word 0x8000, 0x20, 0, 0x200\n .org 0x20\n .entry 0x20\n HLT"],
  ["changes itself", ".org 0x10\n .entry 0x10\n MOVI r1, 0x7777\n ST r1, here\n here: NOP 0\n JMP 0x10"],
  ["writes over its own vectors, then traps", ".org 0x10\n .entry 0x10\n MOVI r1, 0x8123\n next: ST r1, 0(r2)\n LA r2, 1(r2)\n CMPI r2, 0x0A\n JNZ next\n SVC 9"],
  ["stores everywhere it can", ".org 0x10\n .entry 0x10\n MOVI r1, 0xFFFF\n next: ST r1, 0(r2)\n LA r2, 1(r2)\n JMP next"],
  ["claims all of storage and more", ".org 4\n .word 0, 0x40, 0xFE00, 0xFFFF\n .org 0x10\n .entry 0x10\n MOVI r1, 0xFF00\n MOVI r2, 0xFFFF\n SRB r1, r2"],
  ["floods the console", ".org 0x10\n .entry 0x10\n next: OUT r1\n JMP next"],
  ["halts in user mode", ".org 0x10\n .entry 0x10\n LPSW 0x20\n .org 0x20\n .word 0x8000, 0x30, 0, 0x200\n .org 0x30\n HLT"],
];

describe.each(SETTINGS)("bad guests do no harm: %s", (_, setting) => {
  test.each(BAD)("%s", (name, text) => {
    const { program, divergence } = run([guestOf(machine, name, text, every(50, "clock", 50)), guestAt(machine, KERNEL)], { ...setting, size: 512 }, 8_000);
    expect(divergence).toBeUndefined();
    const [bad, good] = program.guests;
    expect(consoleOf(good!.machine.output())).toBe("ababa!aa.");
    expect(bad!.run.steps).toBeGreaterThan(0);
    expect(bad!.run.end?.kind).not.toBe("escape");
  });
});
