/**
 * The machine around a case: a mode, a translation buffer whose entries lead into the arena, a place for the code, and addresses for
 * operands, of which it is known what they reach.
 *
 * No two entries are for one page: each has a region of its own. What a store could reach lies in the second half of the arena,
 * code in the first, so no program changes itself.
 */
import type { Random } from "../random.js";
import { ARENA } from "./qemu-record.js";

export const ENTRIES = 16;
const DATA = { first: 0x1_8000, last: 0x1_ffff } as const;
const REGION = 0x0400_0000;
/** Entries that code runs in: a page of kuseg, of kseg2 and of kseg3; entry 1 is for operands, entry 15 is what a probe finds. */
const CODE_ENTRY = { kuseg: 0, kseg2: 12, kseg3: 14 } as const;
const DATA_ENTRY = 1;

export interface Entry {
  readonly pair: number;
  /** the page mask: twos of ones */
  readonly mask: number;
  readonly space: number;
  readonly global: number;
  readonly frames: readonly [number, number];
}

export type Mode = "kernel" | "supervisor" | "user";

export interface Surroundings {
  readonly mode: Mode;
  readonly space: number;
  readonly entries: readonly Entry[];
  /** virtual address of the first instruction, and the address in the arena that it means */
  readonly code: number;
  readonly codeAt: number;
  readonly isMapped: boolean;
}

export interface Address {
  readonly virtual: number;
  /** absent: it is not known that it reaches anything */
  readonly physical?: number;
}

const SIZES = [0, 0, 0, 0, 0, 0, 2, 2, 4, 6, 10, 12] as const;

export function regionOf(entry: number): number {
  return (entry < 12 ? 0x4000_0000 + entry * REGION : entry < 14 ? 0xc400_0000 + (entry - 12) * REGION : 0xe400_0000 + (entry - 14) * REGION) >>> 0;
}

function drawEntry(random: Random, n: number, space: number): Entry {
  const isCode = Object.values(CODE_ENTRY).some((code) => code === n);
  const isSure = (isCode || n === DATA_ENTRY) && random.chance(0.93);
  const ones = isSure ? 0 : random.pick(SIZES);
  const mask = 2 ** ones - 1;
  const size = 0x1000 * 2 ** ones;
  const pair = Math.floor(regionOf(n) / 0x2000) + random.below(REGION / 0x2000);
  const frame = (): number => {
    const at = size > 0x1_0000 ? 0 : (isCode ? ARENA.first : isSure ? DATA.first : ARENA.first) + size * random.below((isCode || isSure ? 0x8000 : 0x1_0000) / Math.min(size, 0x8000));
    const place = Math.floor(Math.min(at, ARENA.last + 1 - Math.min(size, 0x1_0000)) / size) * size;
    const dirty = isSure || random.chance(0.75) ? 1 : 0, valid = isSure || random.chance(0.88) ? 1 : 0;
    return (place / 0x1000) * 32 + random.pick([2, 3]) * 4 + dirty * 2 + valid;
  };
  return { pair: random.chance(0.5) ? pair : (pair & ~mask) >>> 0, mask, space: isSure || random.chance(0.75) ? space : random.below(256), global: random.chance(0.15) ? 1 : 0, frames: [frame(), frame()] };
}

export function drawSurroundings(random: Random, mode: Mode, code: "anywhere" | "unmapped"): Surroundings {
  const space = random.below(256);
  const entries = Array.from({ length: ENTRIES }, (_, n) => drawEntry(random, n, space));
  const offset = 4 * random.between(0x60, 0x340);
  const place = code === "unmapped" ? random.pick(["kseg0", "kseg1"] as const)
    : mode === "user" ? "kuseg" : mode === "supervisor" ? random.pick(["kuseg", "kseg2"] as const)
      : random.pick(["kseg0", "kseg0", "kseg0", "kseg1", "kuseg", "kseg2", "kseg3"] as const);
  if (place === "kseg0" || place === "kseg1") {
    const codeAt = ARENA.first + 0x1000 * random.below(8) + offset;
    return { mode, space, entries, code: ((place === "kseg0" ? 0x8000_0000 : 0xa000_0000) + codeAt) >>> 0, codeAt, isMapped: false };
  }
  const n = CODE_ENTRY[place];
  const { virtual, physical } = within(random, entries[n]!, offset);
  return { mode, space, entries, code: virtual, codeAt: physical!, isMapped: true };
}

/** An address of an entry's pages, whether it may be used or not. Of pages that are larger than the arena one inside it. */
function within(random: Random, { pair, mask, frames }: Entry, offset?: number): Address {
  const size = 0x1000 * (mask + 1);
  const half = random.below(2);
  const frame = Math.floor(Math.floor(frames[half]! / 32) / (mask + 1)) * size;
  const at = size > 0x1_0000 ? (offset === undefined ? DATA.first + random.below(0x8000) : ARENA.first + offset) : offset ?? random.below(size);
  return { virtual: (Math.floor(pair / (mask + 1)) * (mask + 1) * 0x2000 + half * size + at) >>> 0, physical: frame + at };
}

/** An address for an operand or a jump. */
export function drawAddress(random: Random, { entries }: Surroundings): Address {
  const kind = random.below(100);
  if (kind < 35) return within(random, entries[DATA_ENTRY]!);
  if (kind < 60) return within(random, random.pick(entries));
  if (kind < 80) return unmapped(random, 0x8000_0000);
  if (kind < 88) return unmapped(random, 0xa000_0000);
  // no entry is for these, or only an entry of the same region
  if (kind < 94) return { virtual: random.pick([0x1000_0000, 0x2000_0000, 0xd800_0000, 0xf800_0000]) + random.below(0x0400_0000) };
  const n = random.below(ENTRIES);
  const { pair, mask } = entries[n]!;
  return { virtual: (regionOf(n) + ((pair * 0x2000 - regionOf(n) + 0x2000 * (mask + 1) * random.between(1, mask === 0xfff ? 1 : 3)) % REGION)) >>> 0 };
}

function unmapped(random: Random, segment: number): Address {
  const physical = DATA.first + random.below(0x8000);
  return { virtual: (segment + physical) >>> 0, physical };
}

export const isInArena = (physical: number | undefined): physical is number => physical !== undefined && physical >= ARENA.first && physical <= ARENA.last;
