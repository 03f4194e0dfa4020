/** A guest whose own map goes by halves of a unit, in lock step: what it may store into it stores into, and nothing else. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import { createControlProgram, type ControlProgram, type GuestProgram } from "../../src/vmm/control-program.js";
import { LockStep } from "../../src/vmm/lock-step.js";
import { machineOf } from "../machines/tiny.js";
import { realStart } from "./guests.js";

const SIZE = 128, INSTRUCTIONS = 400;
const text = readFileSync(new URL("../vmm-prove/shadow.isa", import.meta.url), "utf8");
const replaced = (by: readonly (readonly [string, string])[]): Machine => machineOf("shadow.isa", by.reduce((now, [right, wrong]) => {
  if (!now.includes(right)) throw new Error(`the specification has no ${right}`);
  return now.replace(right, wrong);
}, text));
const HALVES: readonly (readonly [string, string])[] = [["found[6] == 0", "(if a[2] == 1 then found[5] else found[6]) == 0"], ["0b1 @ writable @ 0b0 @ p[7..3]", "0b1 @ writable @ writable @ p[7..3]"]];

const load = (page: number, offset: number): number => 8 * page + offset, store = (page: number, offset: number): number => 0x40 + load(page, offset), map = (frame: number): number => 0x81 + 2 * frame;
const TABLE = 4, OTHER = 3;
/** Of a page that is there, by the halves that may be stored into. */
const page = (lower: number, upper: number, frame: number): number => 0x80 + 0x40 * lower + 0x20 * upper + frame;
const CELLS = new Map<number, readonly number[]>([
  [2, [0x40 + 8 * 6]], // the status behind a trap: supervisor, with the map, at page 6
  [8, [load(2, 1), store(2, 1), store(2, 3), store(2, 5)]], // page 1: its last store is to a half that is not to be stored into
  [8 * OTHER, [0, page(1, 1, 1), page(0, 1, 5), page(0, 0, 6), page(1, 1, 7), 0, page(1, 0, 8)]],
  [8 * TABLE, [0, page(1, 1, 1), page(1, 0, 5), page(0, 1, 6), page(1, 1, 7), 0, page(0, 0, 8)]],
  [8 * 5, [1, 2, 3, 4, 5, 6, 7, 8]],
  [8 * 8, [load(3, 2), store(3, 5), store(4, 1), store(4, 6), map(OTHER), store(2, 6), map(TABLE), store(3, 1)]],
]);
const guest: GuestProgram = {
  name: "halves", events: [], start: new Map<string, bigint>([["M", 0n], ["Paging", 1n], ["Table", BigInt(TABLE)]]),
  image: { start: 8n, words: [...CELLS].flatMap(([first, values]) => values.map((v, i): [bigint, bigint] => [BigInt(first + i), BigInt(v)])) },
};

function run(machine: Machine): { readonly diverges: boolean; readonly program: ControlProgram } {
  const program = createControlProgram(machine, [guest], { kind: "trap-and-emulate", depth: 1, size: SIZE, quantum: 50 }, realStart(machine));
  return { diverges: new LockStep(machine, program, SIZE).advance(INSTRUCTIONS).divergence !== undefined, program };
}

test("the monitor makes translations of whole units, and does the rest itself", () => {
  const { diverges, program } = run(replaced([...HALVES, ["shadow mem 3", "shadow mem 3 by 2"]]));
  expect(diverges).toBe(false);
  const { direct, interpreted, causes } = program.guests[0]!.machine.work();
  expect([direct > 0, interpreted > 0, causes.has("barred")]).toEqual([true, true, true]);
});

test("a monitor that takes a half for the whole is caught", () => {
  expect(run(replaced(HALVES)).diverges).toBe(true);
});
