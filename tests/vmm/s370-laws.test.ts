/**
 * Random programs of the System/370 do the same bare and under a monitor with shadow tables: instructions with random operands in
 * real or virtual addresses, in either mode, with tables, keys and interruptions that lead anywhere.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import type { Instruction } from "../../src/isa/machine.js";
import { createControlProgram, type GuestProgram } from "../../src/vmm/control-program.js";
import { LockStep } from "../../src/vmm/lock-step.js";
import { realStart } from "./guests.js";

const machine = machineAt("isa-specs/s370/");
const SIZE = 0x8000;
const INSTRUCTIONS = 300;
const numRuns = Number(process.env["POPEK_RUNS"] ?? 5);

/** What changes the state of the system, and what a program does most, come often. */
const SYSTEM = /^(LPSW|SSM|STNSM|STOSM|SPKA|IPK|LCTL|STCTL|SSK|ISK|RRB|LRA|PTLB|IPTE|SPX|STPX|SVC|MC|STCK|STIDP|STAP|SCK|STPT|SPT)$/;
const system = machine.instructions.filter((i) => SYSTEM.test(i.mnemonic)), common = machine.instructions.filter((i) => /^(L|ST|LA|MVC|MVI|IC|STC|BAL|BCT|LM|STM|EX|AR|SR|CLI|LR|CLC|TS|CS)$/.test(i.mnemonic));
const instruction = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...system) }, { weight: 4, arbitrary: fc.constantFrom(...common) }, { weight: 2, arbitrary: fc.constantFrom<Instruction>(...machine.instructions.filter((i) => i.mnemonic !== "DIAGNOSE")) });

const bytesOf = (value: bigint, count: number): number[] => Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * (count - 1 - i))) & 0xffn));
const encoded = fc.tuple(instruction, fc.bigInt({ min: 0n, max: (1n << 48n) - 1n })).map(([{ encoding }, bits]): number[] => {
  const { mask, value } = encoding.cubes[0]!;
  return bytesOf((value & mask) | (bits & ~mask & ((1n << BigInt(encoding.width)) - 1n)), encoding.width / 8);
});
const code = fc.array(encoded, { minLength: 30, maxLength: 60 }).map((list) => list.flat());
/** Addresses that exist, or hardly do; small numbers; anything. */
const word = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0x400, max: SIZE + 0x800 }) }, { weight: 2, arbitrary: fc.nat(0x7ff) }, { weight: 1, arbitrary: fc.nat(0x7fff_ffff) }).map((n) => bytesOf(BigInt(n), 4));
const words = (count: number): fc.Arbitrary<number[]> => fc.array(word, { minLength: count, maxLength: count }).map((w) => w.flat());
const psw = fc.tuple(fc.constantFrom(0x00, 0x00, 0x04, 0x05, 0x01), fc.constantFrom(0x08, 0x08, 0x09, 0x00, 0x01, 0x18, 0x29), fc.nat(63)).map(([masks, second, at]) => [masks & (second & 8 ? 0xff : 0xfb), second, 0, 0, 0, 0, 2, 2 * at]);
const CODE = 0x200, REGISTERS = 0x400, TABLE = 0x600, PAGES = 0x640, DATA = 0x800;
const pageEntry = fc.oneof({ weight: 6, arbitrary: fc.nat(15).map((n) => n << 3) }, { weight: 2, arbitrary: fc.constant(4) }, { weight: 1, arbitrary: fc.nat(0xffff) }).map((n) => bytesOf(BigInt(n), 2));
const tables = fc.tuple(fc.array(fc.constantFrom(0xf000_0640, 0xf000_0640, 0xf000_0644, 0x3000_0640, 1), { minLength: 16, maxLength: 16 }), fc.array(pageEntry, { minLength: 32, maxLength: 32 })).map(([segments, pages]) => [...segments.flatMap((s) => bytesOf(BigInt(s), 4)), ...pages.flat()]);
const control = fc.tuple(fc.constantFrom(0x0040_0080, 0x0080_0080, 0x0050_0000, 0x1040_0080), fc.constantFrom(TABLE, TABLE, TABLE + 0x40)).map((list) => list.flatMap((n) => bytesOf(BigInt(n), 4)));

/** LM 0,15,REGISTERS; LCTL 0,1,REGISTERS+64; LPSW REGISTERS+72; then whatever comes. */
const PROLOGUE = [0x98, 0x0f, 0x04, 0x00, 0xb7, 0x01, 0x04, 0x40, 0x82, 0x00, 0x04, 0x48];
const guest = (name: string): fc.Arbitrary<GuestProgram> => fc.record({ code, registers: words(16), control, tables, first: psw, psws: fc.array(psw, { minLength: 3, maxLength: 3 }), data: words(64), events: fc.array(fc.nat(INSTRUCTIONS), { maxLength: 4 }) }).map((g) => {
  const cells = new Map<number, number>();
  const put = (at: number, bytes: readonly number[]): void => bytes.forEach((b, i) => cells.set(at + i, b));
  put(CODE, [...PROLOGUE, ...g.code].slice(0, REGISTERS - CODE));
  put(REGISTERS, [...g.registers, ...g.control, ...g.first.slice(0, 6), 2, PROLOGUE.length]);
  put(TABLE, g.tables.slice(0, 64));
  put(PAGES, g.tables.slice(64));
  put(DATA, g.data);
  g.psws.forEach((p, i) => put(0x58 + 8 * i, p));
  return { name, start: new Map(), events: g.events.map((at) => ({ at, interrupt: "intervalTimer", args: [] })), image: { start: BigInt(CODE), words: [...cells].map(([a, v]): [bigint, bigint] => [BigInt(a), BigInt(v)]) } };
});

test.each([["trap-and-emulate", 1], ["hybrid", 1], ["trap-and-emulate", 2]] as const)("bare = virtual: %s, %i", (kind, depth) => {
  let instructions = 0;
  fc.assert(fc.property(guest("a"), guest("b"), (a, b) => {
    const program = createControlProgram(machine, [a, b], { kind, depth, size: SIZE, quantum: 40 }, realStart(machine));
    const { divergence } = new LockStep(machine, program, SIZE).advance(2 * INSTRUCTIONS);
    expect(divergence).toBeUndefined();
    instructions += program.guests.reduce((n, g) => n + g.run.steps, 0);
  }), { numRuns });
  expect(instructions).toBeGreaterThan(numRuns * 20);
});
