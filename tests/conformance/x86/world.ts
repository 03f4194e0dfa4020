/**
 * The storage that a case stands in: tables of descriptors, gates, task state segments, tables of pages, stacks, landing places.
 *
 * Everything has its place; what stands there is drawn. Table entries are of every kind, mostly well-formed, often near a mistake: a
 * level too high, a limit too short, not present, a gate to what is no code. All roads lead to a handler: where a transfer may land there is an
 * INT3, and the gates of exceptions are mostly sound.
 */
import type { Random } from "../random.js";
import {
  atLevel, CALL_16, CALL_32, CODE, CODE_CONFORMING, CODE_EXECUTE_ONLY, DATA, DATA_DOWN, DATA_READ_ONLY, encodeDescriptor, encodeGate, INTERRUPT_16, INTERRUPT_32, LDT, PRESENT, TASK_GATE, TRAP_16, TRAP_32, TSS_16, TSS_16_BUSY, TSS_32, TSS_32_BUSY,
  type Descriptor, type Gate,
} from "./descriptor.js";
import { STUB_LENGTH, STUBS } from "./record.js";

export const IDT_AT = 0x1000, GDT_AT = 0x1f80, LDT_AT = 0x2400, TASK_AT = 0x3000, TASK_32_AT = 0x3200, TASK_16_AT = 0x3400, INNER_STACKS = [0x4800, 0x4a00, 0x4c00] as const;
export const CODE_AT = 0x5000, PADS_AT = 0x6100, STACK_AT = 0xb800, DATA_AT = 0xc000, DIRECTORY_AT = 0x8000, PAGES_AT = 0x9000, FAR_PAGES_AT = 0xa000;
/** Linear addresses of the same data, where there is paging. */
export const FAR_AT = 0x40_0000;
export const PADS = 8, PAD_LENGTH = 16;
export const GDT_ENTRIES = 32, LDT_ENTRIES = 8, GATES = 0x28;

/** Entries of the global table whose meaning is fixed. */
export const HANDLER_CODE = 1, LEVEL_0_STACK = 2, TASK = 15, TASK_32 = 16, TASK_16 = 17, LOCAL = 18, CALL_GATE_32 = 19, CALL_GATE_16 = 20, TASK_GATE_AT = 21;
/** The code and the stack of a level are entries 1 + 2n and 2 + 2n. */
export const codeOf = (level: number): number => 1 + 2 * level;
export const stackOf = (level: number): number => 2 + 2 * level;
const CODE_16 = 9, CONFORMING = 10, EXECUTE_ONLY = 11, READ_ONLY = 12, DOWN = 13, ABSENT = 14;

export type Entry = { readonly kind: "segment"; readonly d: Descriptor } | { readonly kind: "gate"; readonly g: Gate } | { readonly kind: "none" };

export interface World {
  readonly global: readonly Entry[];
  readonly local: readonly Entry[];
  readonly memory: Map<number, number>;
}

/** What the tables are drawn around. */
export interface Purpose {
  /** linear address that operands in storage are near */
  readonly target: number;
  readonly isPaged: boolean;
  /** how often something is amiss, 0 to 1 */
  readonly mischief: number;
  /** the vector of a software interrupt that is about to be asked for */
  readonly vector?: number | undefined;
}

export function put8(memory: Map<number, number>, at: number, value: number): void {
  memory.set(at >>> 0, value & 0xff);
}
export function put(memory: Map<number, number>, at: number, value: number, bytes: number): void {
  for (let i = 0; i < bytes; i++) put8(memory, at + i, Math.floor(value / 2 ** (8 * i)) % 256);
}

export const padAt = (n: number): number => PADS_AT + PAD_LENGTH * n;

export function drawWorld(random: Random, purpose: Purpose): World {
  const memory = new Map<number, number>();
  const odd = (): boolean => random.chance(purpose.mischief);
  const { target } = purpose;

  const base = (): number => random.pick([0, 0, 0, 0x1000, CODE_AT]);
  const code = (level: number, isWide = random.chance(0.8)): Entry => {
    const at = base();
    const limit = odd() ? random.pick([0x6110 - at, 0x610f - at, 0x60ff - at, 0x4fff - Math.min(at, 0x4000)]) : random.chance(0.6) ? 0xffff_ffff : 0xffff;
    return { kind: "segment", d: { base: at, limit: Math.max(0, limit), access: atLevel(CODE, level), isWide } };
  };
  const data = (level: number, access = DATA): Entry => {
    const at = random.pick([0, 0, 0, DATA_AT, 0xbff0, 0xb000, 0xffff_0000, ...(purpose.isPaged ? [FAR_AT, FAR_AT - 8] : [])]);
    const offset = (target - at) >>> 0;
    const limit = random.chance(0.55) ? 0xffff_ffff : offset <= 0xf_fff0 && random.chance(0.7) ? Math.max(0, offset + random.between(-2, 9)) : 0xffff;
    return { kind: "segment", d: { base: at, limit, access: atLevel(access, level), isWide: random.chance(0.8) } };
  };
  const anyLevel = (): number => random.below(4);
  // gates lead to what has been drawn: so they are drawn last
  const gates: (() => void)[] = [];
  const gate = (access: number, level: number): Entry => {
    const to = random.chance(0.85) ? random.pick([1, 1, 3, 5, 7, CODE_16, CONFORMING]) : random.below(GDT_ENTRIES);
    const entry = global[to];
    const at = entry?.kind === "segment" ? entry.d.base : 0;
    const limit = entry?.kind === "segment" ? entry.d.limit : 0xffff_ffff;
    const offset = odd() && limit < 0xffff_0000 ? limit + 1 + random.below(0x100) : (padAt(random.below(PADS)) - at) >>> 0;
    return { kind: "gate", g: { selector: (to << 3) | random.below(4), offset, access: atLevel(access, level), count: random.pick([0, 0, 1, 3]) } };
  };
  const gateAt = (entries: Entry[], n: number, access: number, level: number): void => {
    entries[n] = { kind: "none" };
    gates.push(() => void (entries[n] = gate(access, level)));
  };

  const global: Entry[] = Array.from({ length: GDT_ENTRIES }, (): Entry => ({ kind: "none" }));
  for (let level = 0; level < 4; level++) {
    global[codeOf(level)] = code(level);
    global[stackOf(level)] = { kind: "segment", d: { base: random.pick([0, 0, 0xa000]), limit: random.chance(0.9) ? 0xffff_ffff : 0xffff, access: atLevel(DATA, level), isWide: random.chance(0.8) } };
  }
  // what handlers are and stand on
  global[HANDLER_CODE] = { kind: "segment", d: { base: random.pick([0, 0, 0, 0x1000]), limit: 0xffff_ffff, access: CODE, isWide: random.chance(0.85) } };
  global[LEVEL_0_STACK] = { kind: "segment", d: { base: 0, limit: 0xffff_ffff, access: DATA, isWide: random.chance(0.85) } };
  global[CODE_16] = code(anyLevel(), false);
  global[CONFORMING] = { kind: "segment", d: { base: base(), limit: 0xffff_ffff, access: atLevel(CODE_CONFORMING, anyLevel()), isWide: random.chance(0.7) } };
  global[EXECUTE_ONLY] = { kind: "segment", d: { base: base(), limit: 0xffff_ffff, access: atLevel(CODE_EXECUTE_ONLY, anyLevel()), isWide: random.chance(0.7) } };
  global[READ_ONLY] = data(anyLevel(), DATA_READ_ONLY);
  global[DOWN] = { kind: "segment", d: { base: 0, limit: random.pick([0, 0x7ff, Math.min(target, 0xf_0000) + random.between(-3, 3), 0xffff]), access: atLevel(DATA_DOWN, anyLevel()), isWide: random.chance(0.5) } };
  global[ABSENT] = { kind: "segment", d: { base: 0, limit: 0xffff_ffff, access: atLevel(random.pick([CODE, DATA, CODE_CONFORMING]) & ~PRESENT, anyLevel()), isWide: true } };
  const taskIs32 = random.chance(0.92);
  global[TASK] = { kind: "segment", d: { base: TASK_AT, limit: taskIs32 ? random.pick([0x67, 0x67, 0xff, 0xd0, 0xcf, ...(odd() ? [0x10, 0x0b] : [])]) : 0x2b, access: taskIs32 ? TSS_32_BUSY : TSS_16_BUSY, isWide: false } };
  global[TASK_32] = { kind: "segment", d: { base: TASK_32_AT, limit: odd() ? random.pick([0x66, 0x2b]) : 0x67, access: atLevel(odd() ? TSS_32_BUSY : TSS_32, random.pick([0, 3, 3, anyLevel()])) & (odd() ? ~PRESENT : ~0), isWide: false } };
  global[TASK_16] = { kind: "segment", d: { base: TASK_16_AT, limit: odd() ? 0x2a : 0x2b, access: atLevel(odd() ? TSS_16_BUSY : TSS_16, random.pick([0, 3, 3, anyLevel()])), isWide: false } };
  global[LOCAL] = { kind: "segment", d: { base: LDT_AT, limit: random.pick([8 * LDT_ENTRIES - 1, 8 * LDT_ENTRIES - 1, 0x1f, 0x1e]), access: LDT, isWide: false } };
  global[TASK_GATE_AT] = { kind: "gate", g: { selector: (random.pick([TASK_32, TASK_32, TASK_16, TASK]) << 3) | (odd() ? random.below(8) : 0), offset: 0, access: atLevel(TASK_GATE, random.pick([0, 3, 3])) } };
  gateAt(global, CALL_GATE_32, CALL_32, random.pick([3, 3, anyLevel()]));
  gateAt(global, CALL_GATE_16, CALL_16, random.pick([3, 3, anyLevel()]));
  const anything = (entries: Entry[], n: number): Entry => {
    const kind = random.below(8);
    if (kind === 0) return code(anyLevel());
    if (kind <= 3) return data(random.chance(0.5) ? 3 : anyLevel(), random.pick([DATA, DATA, DATA_READ_ONLY]));
    if (kind === 4) {
      const [access, level] = [random.pick([CALL_32, CALL_16]), random.pick([3, anyLevel()])];
      gates.push(() => void (entries[n] = gate(access, level)));
      return { kind: "none" };
    }
    if (kind === 5) return { kind: "segment", d: { base: base(), limit: Number(random.bits(20)), access: random.below(256) & (random.chance(0.5) ? 0xff : 0xf6), isWide: random.chance(0.5), available: random.chance(0.3) } };
    if (kind === 6) return { kind: "segment", d: { base: LDT_AT, limit: 0x3f, access: atLevel(random.pick([LDT, LDT & ~PRESENT, 0x80, 0x88, 0x8a, 0x8d]), anyLevel()), isWide: false } };
    return { kind: "segment", d: { base: base(), limit: 0xffff_ffff, access: atLevel(random.pick([CODE_CONFORMING, CODE_EXECUTE_ONLY, DATA & ~PRESENT]), anyLevel()), isWide: random.chance(0.7) } };
  };
  for (let n = TASK_GATE_AT + 1; n < GDT_ENTRIES; n++) global[n] = anything(global, n);
  const local: Entry[] = [];
  for (let n = 0; n < LDT_ENTRIES; n++) local.push(anything(local, n));
  for (const draw of gates) draw();

  const write = (at: number, entry: Entry): void => {
    const [low, high] = entry.kind === "none" ? [0, 0] : entry.kind === "gate" ? encodeGate(entry.g) : encodeDescriptor(entry.d);
    put(memory, at, low, 4);
    put(memory, at + 4, high, 4);
  };
  for (const [n, entry] of global.entries()) write(GDT_AT + 8 * n, entry);
  for (const [n, entry] of local.entries()) write(LDT_AT + 8 * n, entry);

  // gates of exceptions, and a few for software
  const handlerBase = (global[HANDLER_CODE] as { readonly d: Descriptor }).d.base;
  const sound = (vector: number): Gate => ({ selector: HANDLER_CODE << 3, offset: STUBS + STUB_LENGTH * vector - handlerBase, access: atLevel(random.chance(0.9) ? INTERRUPT_32 : random.pick([TRAP_32, INTERRUPT_16, TRAP_16]), vector === 3 || vector === 4 || vector >= 0x20 ? random.pick([3, 3, 3, anyLevel()]) : random.pick([0, 0, 3])) });
  for (let vector = 0; vector < GATES; vector++) {
    const isAsked = vector === purpose.vector;
    const ordinary: Entry = { kind: "gate", g: vector === 3 ? { ...sound(3), access: atLevel(random.chance(0.9) ? INTERRUPT_32 : TRAP_32, 3) } : sound(vector) };
    // an INT3 is where all landing places lead: its own handler is none of them
    const drawn: Entry = isAsked && vector === 3
      ? { kind: "gate", g: { ...sound(3), access: atLevel(random.pick([INTERRUPT_32, TRAP_32, ...(odd() ? [CALL_32, INTERRUPT_32 & ~PRESENT] : [])]), random.pick([0, 3, 3, 3])), ...(odd() ? { selector: random.pick([0, 8 * LEVEL_0_STACK, 8 * ABSENT, 0x7ff8]) } : {}) } }
      : isAsked && random.chance(0.5)
      ? random.chance(0.2) ? global[TASK_GATE_AT]! : gate(random.pick([INTERRUPT_32, TRAP_32, INTERRUPT_16, TRAP_16, ...(odd() ? [0x80, CALL_32, INTERRUPT_32 & ~PRESENT, 0x8b] : [])]), random.pick([0, 3, 3, 3]))
      : [3, 8, 11, 13].includes(vector) || !random.chance(purpose.mischief / 3) ? ordinary
      // a handler that is not of level 0, or elsewhere, might end in the same exception again
      : gate(INTERRUPT_32 & ~PRESENT, 0);
    write(IDT_AT + 8 * vector, drawn);
  }
  for (let n = 0; n < PADS; n++) for (let i = 0; i < 2; i++) put8(memory, padAt(n) + i, 0xcc);
  return { global, local, memory };
}
