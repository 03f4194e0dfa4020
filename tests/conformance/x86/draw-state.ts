/**
 * The state before a case: mode, levels, registers, pages, task state, around the tables of `world.ts`.
 *
 * Operands in storage are near one linear address, the target. It lies where a page ends or in the middle of one; with paging the next page may be
 * another frame, not present, read-only or the supervisor's, and the same frames have a second linear address.
 */
import type { Random } from "../random.js";
import { loaded, SEGMENT, type Descriptor } from "./descriptor.js";
import { AM, CS, ET, IF, IOPL, MP, NE, NT, PCE, PE, PG, PVI, SS, TSD, unusable, VIF, VM, VME, WP, type ProcessorState, type Segment } from "./processor-state.js";
import { STUB_LENGTH, STUBS } from "./record.js";
import {
  CODE_AT, codeOf, DATA_AT, DIRECTORY_AT, drawWorld, FAR_AT, FAR_PAGES_AT, GDT_AT, GDT_ENTRIES, GATES, IDT_AT, INNER_STACKS, LDT_AT, LEVEL_0_STACK, LOCAL, padAt, PADS, PAGES_AT, put, put8, STACK_AT, stackOf, TASK, TASK_16_AT, TASK_32_AT, TASK_AT, type Entry, type World,
} from "./world.js";

export type Mode = "real" | "virtual" | "protected";

export interface Wishes {
  readonly mode: Mode;
  readonly level: number;
  readonly isPaged: boolean;
  readonly mischief: number;
  readonly vector?: number | undefined;
}

export interface Surroundings {
  readonly state: ProcessorState;
  readonly world: World;
  /** linear */
  readonly target: number;
  readonly code: number;
  readonly stack: number;
  readonly wishes: Wishes;
}

const NUMBERS = [0, 1, 2, 3, 7, 8, 0x1f, 0x20, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_8000, 0xffff_ff80, 0xffff_fffe, 0xffff_ffff];
const PAGE = 0x1000, PRESENT = 1, WRITABLE = 2, USER = 4, TOUCHED = 0x60;
/** Ports that nothing answers to, whose permission bits the task state segments hold. */
export const PORTS = { first: 0x300, last: 0x31f } as const;
const BITMAP_BASE = 0x68;
/** B2 and its neighbours */
const STUB_PORT = 0xb0;

export function number(random: Random): number {
  return random.chance(0.4) ? random.pick(NUMBERS) : random.chance(0.2) ? random.below(64) : Number(random.bits(32));
}

export function drawSurroundings(random: Random, wishes: Wishes): Surroundings {
  const { mode, level, isPaged } = wishes;
  const zone = random.chance(0.7) ? PAGE * random.pick([1, 2]) + random.between(-4, 2) : random.pick([0, 1]) * PAGE + 0x800 + random.below(16);
  const target = (isPaged && mode === "protected" && random.chance(0.5) ? FAR_AT : DATA_AT) + zone;
  const world = drawWorld(random, { target, isPaged, mischief: wishes.mischief, vector: wishes.vector });
  const { memory } = world;
  fillData(random, memory, zone);
  const code = CODE_AT + (random.chance(0.8) ? 0x100 + random.below(16) : PAGE - random.between(1, 14));
  const segments = mode === "protected" ? protectedSegments(random, world, level) : flatSegments(random, mode, target);
  const stack = STACK_AT + random.pick([0, 0, 0, 1, 2, -PAGE + 0x7fc, 0x7f8]);
  if (mode !== "protected") for (let vector = 0; vector < GATES; vector++) put(memory, 4 * vector, STUBS + STUB_LENGTH * vector, 4);
  if (isPaged) drawPages(random, memory, wishes);
  const general = Array.from({ length: 8 }, () => number(random));
  general[4] = stackPointer(random, segments[SS]!, stack);
  drawTasks(random, world, wishes);
  const task = world.global[TASK] as Entry & { readonly kind: "segment" };
  const hasLocal = random.chance(0.8);
  const local = world.global[LOCAL] as Entry & { readonly kind: "segment" };
  return {
    target, code, stack, world, wishes,
    state: {
      segments, general, eip: (code - segments[CS]!.base) >>> 0,
      gdtr: { base: GDT_AT, limit: 8 * GDT_ENTRIES - (random.chance(0.9) ? 1 : random.between(2, 0x20)) },
      idtr: mode === "real" ? { base: 0, limit: 4 * GATES - 1 } : { base: IDT_AT, limit: 8 * GATES - 1 },
      ldtr: hasLocal && mode !== "real" ? loaded(8 * LOCAL, local.d) : unusable,
      tr: loaded(8 * TASK, task.d),
      eflags: flags(random, mode), cr0: control0(random, wishes), cr2: Number(random.bits(32)), cr3: isPaged ? DIRECTORY_AT : random.pick([0, DIRECTORY_AT]), cr4: control4(random),
      breakpoints: Array.from({ length: 4 }, () => Number(random.bits(32))), dr6: 0xffff_0ff0, dr7: 0x400, sysenter: [random.pick([0, 3, 8, 0x0b, 0x18]), STACK_AT, padAt(random.below(PADS))],
    },
  };
}

// ---------------------------------------------------------------- registers

function flags(random: Random, mode: Mode): number {
  const any = Number(random.bits(32));
  const results = any & 0x8d5;
  const direction = random.chance(0.3) ? 0x400 : 0;
  return results | direction | 2 | (random.chance(0.5) ? IF : 0) | (random.chance(0.5) ? IOPL : (any & IOPL)) * (mode === "real" ? 0 : 1) | (mode === "virtual" ? VM : 0) | (random.chance(0.1) ? VIF : 0) | (mode === "protected" && random.chance(0.1) ? NT : 0);
}

function control0(random: Random, { mode, isPaged }: Wishes): number {
  const some = (bit: number, probability: number): number => (random.chance(probability) ? bit : 0);
  return ((mode === "real" ? 0 : PE) | ET | some(NE, 0.5) | some(MP, 0.2) | some(8, 0.2) | some(WP, 0.5) | some(AM, 0.1) | (isPaged ? PG : 0)) >>> 0;
}

function control4(random: Random): number {
  const some = (bit: number, probability: number): number => (random.chance(probability) ? bit : 0);
  return some(VME, 0.1) | some(PVI, 0.15) | some(TSD, 0.3) | some(PCE, 0.3);
}

const REAL_LIMIT = 0xffff;

/** Of real-address and virtual-8086 mode. */
function flatSegments(random: Random, mode: Mode, target: number): readonly Segment[] {
  const rights = mode === "virtual" ? 0xf3 : 0x93;
  const of = (selector: number): Segment => ({ selector, rights, limit: REAL_LIMIT, base: selector * 16, isUsable: true });
  const near = (): Segment => of(random.pick([0, 0xc00, (target >>> 4) - random.below(0x100), Math.max(0, target - 0xfff0) >>> 4]));
  return [near(), of(random.pick([0, 0x100, 0x500])), of(random.pick([0, 0xa00])), near(), near(), near()];
}

function protectedSegments(random: Random, { global, local }: World, level: number): readonly Segment[] {
  const all = [...global.map((entry, n) => ({ entry, selector: 8 * n })), ...local.map((entry, n) => ({ entry, selector: 8 * n + 4 }))].slice(1);
  const usable = (d: Descriptor): boolean => (d.access & (SEGMENT | 0x80)) === (SEGMENT | 0x80) && ((d.access & 8) === 0 || (d.access & 2) !== 0);
  const isConforming = (d: Descriptor): boolean => (d.access & 0xc) === 0xc;
  const candidates = all.flatMap(({ entry, selector }) => (entry.kind === "segment" && usable(entry.d) && (isConforming(entry.d) || ((entry.d.access >> 5) & 3) >= level) ? [{ d: entry.d, selector }] : []));
  const data = (): Segment => {
    if (random.chance(0.06)) return unusable;
    const { d, selector } = random.pick(candidates);
    return loaded(selector | (isConforming(d) ? random.below(4) : random.below(((d.access >> 5) & 3) + 1)), d);
  };
  const codes = all.flatMap(({ entry, selector }) => {
    if (entry.kind !== "segment" || (entry.d.access & 0x98) !== 0x98) return [];
    const dpl = (entry.d.access >> 5) & 3;
    const fits = entry.d.base <= CODE_AT && entry.d.limit >= 0x6200;
    return fits && (isConforming(entry.d) ? dpl <= level : dpl === level) ? [{ d: entry.d, selector }] : [];
  });
  const own = { d: (global[codeOf(level)] as { readonly d: Descriptor }).d, selector: 8 * codeOf(level) };
  const code = random.chance(0.6) || codes.length === 0 ? own : random.pick(codes);
  const stacks = candidates.filter(({ d }) => (d.access & 0x1e) === (SEGMENT | 2) && ((d.access >> 5) & 3) === level && d.base <= 0xa000 && d.limit >= 0xffff && d.limit > 0xc000 - d.base);
  const ownStack = { d: (global[stackOf(level)] as { readonly d: Descriptor }).d, selector: 8 * stackOf(level) };
  const stack = random.chance(0.8) || stacks.length === 0 ? ownStack : random.pick(stacks);
  return [data(), loaded(code.selector | level, code.d), loaded(stack.selector | level, stack.d), data(), data(), data()];
}

/** The bits above those that are used are any. */
function stackPointer(random: Random, stack: Segment, at: number): number {
  const offset = (at - stack.base) >>> 0;
  return (stack.rights & 0x4000) !== 0 ? offset : (offset % 0x1_0000) + (random.chance(0.3) ? 0x1_0000 * random.below(0x1_0000) : 0);
}

// ---------------------------------------------------------------- storage

function fillData(random: Random, memory: Map<number, number>, zone: number): void {
  const around = (offset: number, before: number, after: number): void => {
    for (let at = offset - before; at < offset + after; at++) put8(memory, DATA_AT + at, random.below(256));
  };
  const page = Math.round(zone / PAGE) * PAGE;
  if (Math.abs(zone - page) < 0x40) {
    around(page, 40, 40);
    // the neighbour of a page may be another frame: all three have both ends
    for (const other of [0, PAGE, 2 * PAGE, 3 * PAGE]) if (other !== page) around(other, other === 0 ? 0 : 40, other === 3 * PAGE ? 0 : 40);
  } else around(zone, 48, 48);
}

/** The running task, and two to switch to. */
function drawTasks(random: Random, { memory, global }: World, wishes: Wishes): void {
  const level = (n: number): number => (random.chance(0.93) ? 8 * stackOf(n) + n : 8 * random.below(GDT_ENTRIES) + random.below(4));
  const isTask32 = ((global[TASK] as { readonly d: Descriptor }).d.access & 8) !== 0;
  const clear = (at: number, length: number): void => {
    for (let i = 0; i < length; i++) put8(memory, at + i, 0);
  };
  clear(TASK_AT, 0x70);
  put(memory, TASK_AT, 8 * random.pick([16, 16, 17, 15, 3]), 2);
  for (let n = 0; n < 3; n++) {
    const selector = n === 0 && random.chance(0.98) ? 8 * LEVEL_0_STACK : level(n);
    const entry = global[selector >> 3];
    const offset = INNER_STACKS[n]! - (entry?.kind === "segment" ? entry.d.base : 0);
    if (isTask32) {
      put(memory, TASK_AT + 4 + 8 * n, offset >>> 0, 4);
      put(memory, TASK_AT + 8 + 8 * n, selector, 2);
    } else {
      put(memory, TASK_AT + 2 + 4 * n, offset & 0xffff, 2);
      put(memory, TASK_AT + 4 + 4 * n, selector, 2);
    }
  }
  if (isTask32) {
    put(memory, TASK_AT + 0x66, random.pick([BITMAP_BASE, BITMAP_BASE, BITMAP_BASE + 0x20, 0xffff]), 2);
    for (let at = BITMAP_BASE; at < 0xf0; at++) put8(memory, TASK_AT + at, random.chance(0.5) ? 0 : random.below(256));
    // the port of the stubs is nobody's: a program that came to one would end the case
    for (const base of [BITMAP_BASE, BITMAP_BASE + 0x20]) put8(memory, TASK_AT + base + STUB_PORT / 8, 0xff);
  }
  const selectorFor = (n: number): number => (random.chance(wishes.mischief / 3) ? random.below(0x120) : 8 * n);
  const to = random.below(4);
  // what is no code segment of that level can't be gone to
  const codeSelector = random.chance(wishes.mischief / 3) ? 8 * random.pick([0, stackOf(to), LOCAL, TASK]) + to : 8 * codeOf(to) + to;
  const place = (): number => padAt(random.below(PADS)) - (global[codeOf(to)] as { readonly d: Descriptor }).d.base;
  const local = random.chance(0.8) ? selectorFor(LOCAL) : 0;
  const isVirtual = random.chance(0.1);
  clear(TASK_32_AT, 0x68);
  put(memory, TASK_32_AT + 0x1c, DIRECTORY_AT, 4);
  put(memory, TASK_32_AT + 0x20, isVirtual ? padAt(0) : place() >>> 0, 4);
  put(memory, TASK_32_AT + 0x24, (Number(random.bits(16)) & 0x7ed7) | 2 | (isVirtual ? VM : 0), 4);
  for (let n = 0; n < 8; n++) put(memory, TASK_32_AT + 0x28 + 4 * n, n === 4 ? STACK_AT : number(random), 4);
  const segments = isVirtual ? [0xc00, 0, 0, 0xc00, 0, 0] : [selectorFor(stackOf(3)) | 3, codeSelector, selectorFor(stackOf(to)) | to, selectorFor(stackOf(3)) | random.below(4), 0, selectorFor(stackOf(3))];
  for (const [n, selector] of segments.entries()) put(memory, TASK_32_AT + 0x48 + 4 * n, selector, 2);
  put(memory, TASK_32_AT + 0x60, local, 2);
  put(memory, TASK_32_AT + 0x66, BITMAP_BASE, 2);
  // 104 bytes are enough for the inner levels' stacks of whoever runs then
  put(memory, TASK_32_AT + 4, INNER_STACKS[0], 4);
  put(memory, TASK_32_AT + 8, 8 * LEVEL_0_STACK, 2);
  clear(TASK_16_AT, 0x2c);
  put(memory, TASK_16_AT + 2, INNER_STACKS[0], 2);
  put(memory, TASK_16_AT + 4, 8 * LEVEL_0_STACK, 2);
  put(memory, TASK_16_AT + 0x0e, place() & 0xffff, 2);
  put(memory, TASK_16_AT + 0x10, (Number(random.bits(16)) & 0x7ed7) | 2, 2);
  for (let n = 0; n < 8; n++) put(memory, TASK_16_AT + 0x12 + 2 * n, n === 4 ? STACK_AT : number(random) & 0xffff, 2);
  for (const [n, selector] of [segments[0]!, codeSelector, selectorFor(stackOf(to)) | to, selectorFor(stackOf(3)) | 3].entries()) put(memory, TASK_16_AT + 0x22 + 2 * n, selector & 0xffff, 2);
  put(memory, TASK_16_AT + 0x2a, local, 2);
}

/**
 * Where the stack of an inner level has 16 bits, the upper half of its pointer becomes that of the program's: whether it is loaded is
 * not told, and then it does not matter.
 */
export function levelUpperHalves({ memory, global }: World, pointer: number): void {
  if (((global[TASK] as { readonly d: Descriptor }).d.access & 8) === 0) return;
  for (let n = 0; n < 3; n++) {
    const selector = memory.get(TASK_AT + 8 + 8 * n)! + 256 * memory.get(TASK_AT + 9 + 8 * n)!;
    const entry = global[selector >> 3];
    if (entry?.kind === "segment" && !entry.d.isWide) put(memory, TASK_AT + 6 + 8 * n, pointer >>> 16, 2);
  }
}

/** Two tables: the first 64 KB as they are, and the data again. Accessed and dirty are always set. */
function drawPages(random: Random, memory: Map<number, number>, { mischief, level }: Wishes): void {
  const flip = (bits: number, probability: number): number => (random.chance(probability * mischief) ? bits : 0);
  const entry = (at: number, frame: number, bits: number): void => put(memory, at, frame | bits | TOUCHED, 4);
  entry(DIRECTORY_AT, PAGES_AT, (PRESENT | WRITABLE | USER) ^ flip(USER, 0.1));
  entry(DIRECTORY_AT + 4, FAR_PAGES_AT, (PRESENT | WRITABLE | USER) ^ flip(random.pick([PRESENT, WRITABLE, USER]), 0.5));
  const isData = (page: number): boolean => page >= DATA_AT;
  const dataBits = (): number => (random.chance(0.6) ? PRESENT | WRITABLE | USER : random.below(8) | (random.chance(0.6) ? PRESENT : 0));
  for (let page = 0; page < 0x1_0000; page += PAGE) {
    const needed = page === STUBS || page === IDT_AT || page === 0x8000;
    const bits = isData(page) ? dataBits()
      : page === CODE_AT || page === CODE_AT + PAGE || page === STACK_AT - 0x800 || page === 0xa000 ? PRESENT | (page === CODE_AT ? 0 : WRITABLE) | (level === 3 ? USER ^ flip(USER, 0.1) : random.pick([0, USER])) ^ flip(page === STACK_AT - 0x800 ? WRITABLE : PRESENT, 0.15)
        : (PRESENT | WRITABLE) ^ (needed ? 0 : flip(page === 0x2000 || page === 0x3000 || page === 0x4000 ? random.pick([PRESENT, WRITABLE]) : 0, 0.15)) | (random.chance(0.2) ? USER : 0);
    entry(PAGES_AT + page / 0x400, page, bits);
  }
  for (let n = 0; n < 4; n++) entry(FAR_PAGES_AT + 4 * n, DATA_AT + PAGE * random.below(3), dataBits());
}

