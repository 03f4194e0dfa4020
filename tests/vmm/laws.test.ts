/**
 * Whatever a guest does, it does the same bare and under a monitor: random programs on the third-generation machine, in lock step,
 * under each kind of monitor and monitors on one another. Cells are instructions with small operands, so that they meet, or anything.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import type { Instruction } from "../../src/isa/machine.js";
import { bareMachine, createControlProgram, type GuestProgram, type MonitorSetting } from "../../src/vmm/control-program.js";
import { LockStep } from "../../src/vmm/lock-step.js";
import { realStart, THIRD_GENERATION } from "./guests.js";

const machine = machineAt(THIRD_GENERATION);
const SIZE = 64;
const INSTRUCTIONS = 400;
const numRuns = Number(process.env["POPEK_RUNS"] ?? 40);
/** Thousands take longer than a test usually may. */
const PATIENCE = Math.max(120_000, 1_000 * numRuns);

const small = fc.oneof({ weight: 6, arbitrary: fc.nat(SIZE + 8) }, { weight: 1, arbitrary: fc.nat(0xffff) });
const instruction = fc.constantFrom<Instruction>(...machine.instructions);
/** An instruction's words, its registers random and its address or value small. */
const words = fc.tuple(instruction, fc.nat(0xffff), small).map(([{ encoding }, bits, operand]): readonly number[] => {
  const cube = encoding.cubes[0]!;
  const first = encoding.width === 32 ? 16 : 0;
  const mask = Number((cube.mask >> BigInt(first)) & 0xffffn), value = Number((cube.value >> BigInt(first)) & 0xffffn);
  const head = (value & mask) | (bits & ~mask & 0x77); // bits 3 and 7 of an operand's half are always 0
  return first === 0 ? [head] : [head, operand];
});
const cells = fc.array(fc.oneof({ weight: 8, arbitrary: words }, { weight: 1, arbitrary: fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 2 }) }), { minLength: 10, maxLength: 30 }).map((list) => list.flat().slice(0, SIZE - 10));
const vectors = fc.tuple(fc.constantFrom(0, 0, 0, 0x8005), fc.integer({ min: 10, max: 40 }), fc.oneof(fc.constant(0), fc.nat(SIZE + 4)), fc.oneof(fc.constant(SIZE), small));
const events = fc.array(fc.nat(INSTRUCTIONS), { maxLength: 6 }).map((times) => times.map((at) => ({ at, interrupt: "clock", args: [] })));
const start = fc.record({ M: fc.constantFrom(0, 0, 1), l: fc.constantFrom(0, 0, 5), b: fc.oneof(fc.constant(0xffff), small), key: fc.nat(255), timer: fc.nat(0xffff) });
const guest = (name: string): fc.Arbitrary<GuestProgram> => fc.tuple(cells, vectors, events, start).map(([own, vector, times, registers]) => ({
  name, events: times, start: new Map(Object.entries(registers).map(([k, v]) => [k, BigInt(v)])),
  image: { start: 10n, words: [...vector.map((v, i): [bigint, bigint] => [BigInt(4 + i), BigInt(v)]), ...own.map((v, i): [bigint, bigint] => [BigInt(10 + i), BigInt(v)])] },
}));
const settings: readonly (readonly [string, Pick<MonitorSetting, "kind" | "depth">])[] = [
  ["trap and emulate", { kind: "trap-and-emulate", depth: 1 }],
  ["hybrid", { kind: "hybrid", depth: 1 }],
  ["three monitors, one on the other", { kind: "trap-and-emulate", depth: 3 }],
  ["two hybrid monitors, one on the other", { kind: "hybrid", depth: 2 }],
];

test.each(settings)("bare = virtual: %s", (name, how) => {
  let instructions = 0;
  fc.assert(fc.property(guest("a"), guest("b"), fc.integer({ min: 1, max: 50 }), (a, b, quantum) => {
    const program = createControlProgram(machine, [a, b], { ...how, size: SIZE, quantum }, realStart(machine));
    const { divergence } = new LockStep(machine, program, SIZE).advance(2 * INSTRUCTIONS);
    expect(divergence).toBeUndefined();
    instructions += program.guests.reduce((n, g) => n + g.run.steps, 0);
  }), { numRuns });
  if (numRuns >= 1_000) process.stdout.write(`${numRuns} pairs of guests, ${instructions} instructions bare and virtual in lock step: ${name}\n`);
  expect(instructions).toBeGreaterThan(numRuns * 20); // not all of them stop at once
}, PATIENCE);

test("a guest does not notice another, nor the quantum", () => {
  fc.assert(fc.property(guest("a"), guest("b"), guest("c"), fc.integer({ min: 1, max: 9 }), (a, b, c, quantum) => {
    const states = [[a, b], [a, c]].map((pair, i) => {
      const program = createControlProgram(machine, pair, { kind: "trap-and-emulate", depth: 1, size: SIZE, quantum: quantum + 40 * i }, realStart(machine));
      const own = program.guests[0]!;
      while (own.run.steps < INSTRUCTIONS && own.run.end === undefined && program.advance(1) > 0);
      const { cpu } = own.machine;
      return { steps: own.run.steps, end: own.run.end, registers: machine.components.map((x) => (x.kind === "register" ? cpu.get(x.name) : Array.from({ length: x.role === "storage" ? SIZE : 8 }, (__, k) => cpu.getCell(x.name, BigInt(k))))) };
    });
    expect(states[0]).toEqual(states[1]);
  }), { numRuns: Math.ceil(numRuns / 4) });
}, PATIENCE);

test("a bare machine and its timetable can be put back and run again", () => {
  fc.assert(fc.property(guest("a"), fc.nat(INSTRUCTIONS), (a, at) => {
    const run = bareMachine(machine, a, SIZE);
    run.advance(at);
    const back = run.save();
    const see = (): unknown => [run.steps, run.end, run.pending, run.platform.cpu.get("PC"), run.platform.cpu.getCell("E", 1n)];
    run.advance(at + 50);
    const first = see();
    back();
    run.advance(at + 50);
    expect(see()).toEqual(first);
  }), { numRuns: Math.ceil(numRuns / 2) });
}, PATIENCE);
