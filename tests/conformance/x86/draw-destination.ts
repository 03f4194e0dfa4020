/**
 * Where an instruction leads: selectors, offsets, frames on stacks, control registers; and the storage that stands there.
 *
 * Frames and selectors are mostly sensible, and sometimes anything. What a transfer may land on is one of the landing places of `world.ts`.
 */
import type { Random } from "../random.js";
import type { Surroundings } from "./draw-state.js";
import { number } from "./draw-state.js";
import type { Form } from "./forms.js";
import { CS, ESP, NT, PE, PG, TF, VM } from "./processor-state.js";
import { ARENA } from "./storage-map.js";
import { DIRECTORY_AT, FAR_AT, FAR_PAGES_AT, GDT_ENTRIES, INNER_STACKS, padAt, PADS, put, put8, type Entry } from "./world.js";

/** A case that is being drawn, as far as it says where the instruction leads. */
export abstract class Destinations {
  protected readonly general: number[];
  protected readonly memory: Map<number, number>;
  /** the operand size is 32 bits */
  protected abstract readonly isLong: boolean;
  /** An operand lies where there is no storage. */
  isNowhere = false;
  protected eflags: number;
  protected cr0: number;

  constructor(protected readonly form: Form, protected readonly random: Random, protected readonly around: Surroundings) {
    const { state, world } = around;
    this.general = [...state.general];
    this.memory = world.memory;
    this.eflags = state.eflags;
    this.cr0 = state.cr0;
  }

  protected get size(): number {
    return this.isLong ? 4 : 2;
  }

  // -------------------------------------------------------------- where to

  private readonly entry = (selector: number): Entry | undefined => {
    const { global, local } = this.around.world;
    return ((selector & 4) === 0 ? global : local)[selector >> 3];
  };

  protected selector(): number {
    const { random } = this;
    if (this.around.wishes.mode !== "protected") {
      const selector = random.pick([0, 0xc00, 0x500, 0x600, random.below(0x900)]);
      this.watchBelow(16 * selector + (this.general[ESP]! & 0xffff));
      return selector;
    }
    const any = random.chance(0.06) ? random.below(4) : random.chance(0.05) ? random.below(0x1_0000) : random.chance(0.8) ? 8 * random.below(GDT_ENTRIES) : 8 * random.below(9) + 4;
    const selector = (any & ~3) | random.pick([0, 0, 1, 2, 3, 3, this.around.wishes.level, this.around.wishes.level]);
    this.watchStack(selector);
    return selector;
  }

  /** A selector that may become that of the stack: what is pushed there is asked about. */
  private watchStack(selector: number): void {
    const entry = this.entry(selector);
    if (!this.form.name.includes("SS") || entry?.kind !== "segment") return;
    this.watchBelow(entry.d.base + (entry.d.isWide ? this.general[ESP]! : this.general[ESP]! & 0xffff));
  }

  private watchBelow(linear: number): void {
    if (this.form.name.includes("SS")) this.watch(linear, -24, 8);
  }

  private offsetOf(selector: number): number {
    const { random } = this;
    if (this.around.wishes.mode !== "protected") return (padAt(random.below(PADS)) - 16 * selector) & 0xffff;
    const entry = this.entry(selector);
    const base = entry?.kind === "segment" ? entry.d.base : 0;
    return (padAt(random.below(PADS)) - base) >>> 0;
  }

  protected destination(): { readonly selector: number; readonly offset: number } {
    const { random, around } = this;
    const selector = around.wishes.mode !== "protected" ? random.pick([0, 0x100, 0x500])
      : random.chance(0.5) ? this.selector()
        : 8 * random.pick([1, 3, 5, 7, 9, 10, 11, 16, 17, 19, 20, 21]) + random.pick([0, around.wishes.level, around.wishes.level, 3]);
    return { selector, offset: this.offsetOf(selector) };
  }

  /** An offset in the code segment where there is an INT3. */
  protected landing(): number {
    const { random, around } = this;
    return (padAt(random.below(PADS)) - around.state.segments[CS]!.base) >>> 0;
  }

  protected control(): number {
    const { form, random, around, cr0 } = this;
    const flips = (...bits: readonly number[]): number => bits.reduce((v, bit) => (random.chance(0.3) ? v | bit : v), 0);
    if (form.name === "LMSW Ew") return (around.wishes.mode === "real" ? 0 : random.pick([0, 1])) | random.below(8) << 1 | (random.below(0x1000) << 4);
    switch (form.form?.digit) {
      case 0: {
        const value = (cr0 ^ flips(2, 4, 8, 0x20, 0x1_0000, 0x4_0000)) >>> 0;
        if (around.wishes.mode === "real") return value;
        if (random.chance(0.1)) return ((value & ~PE) | PG) >>> 0;
        if (random.chance(0.15)) return (value ^ flips(0x2000_0000, 0x4000_0000)) >>> 0;
        return around.wishes.isPaged && around.state.segments.every(({ base }) => base < FAR_AT) && random.chance(0.1) ? (value & ~PG) >>> 0 : value;
      }
      case 3: return random.chance(0.97) ? DIRECTORY_AT | random.below(0x1000) & 0x18 : number(random);
      case 4: return (around.state.cr4 ^ flips(1, 2, 4, 8, 0x10, 0x40, 0x80, 0x100) | (random.chance(0.15) ? random.pick([0x8000_0000, 0x100_0000]) : 0)) >>> 0;
      default: return number(random);
    }
  }

  // -------------------------------------------------------------- stacks

  protected drawStacks(): void {
    const { random, memory } = this;
    const { stack } = this.around;
    for (let at = stack - 128; at < stack + 64; at++) put8(memory, at, random.below(256));
    for (const [n, top] of INNER_STACKS.entries()) for (let at = top - (n === 0 ? 112 : 64); at < top; at++) put8(memory, at, random.below(256));
  }

  protected fillFrame(values: readonly number[], size = this.size): void {
    for (const [n, value] of values.entries()) this.putLinear(this.around.stack + size * n, value >>> 0, size);
  }

  private codeSelector(): number {
    const { random, around } = this;
    if (around.wishes.mode !== "protected") return random.pick([0, 0x100, 0x500]);
    if (random.chance(0.2)) return this.selector();
    const level = random.between(around.wishes.level, 3);
    return 8 * random.pick([1 + 2 * level, 1 + 2 * level, 1 + 2 * level, 9, 10, 11]) + level;
  }

  private stackSelector(code: number): number {
    const { random } = this;
    return random.chance(0.15) ? this.selector() : 8 * (2 + 2 * (code & 3)) + (code & 3);
  }

  protected returnFar(): void {
    const { form, size } = this;
    const selector = this.codeSelector();
    this.fillFrame([this.offsetOf(selector), selector]);
    // how many bytes are dropped is drawn later: behind any number of them there is an outer stack
    const last = form.operands.length > 0 ? 14 : 0;
    for (let dropped = 0; dropped <= last; dropped += 2 * size) {
      const outer = this.stackSelector(selector);
      const at = this.around.stack + 2 * size + dropped;
      this.putLinear(at, this.outerPointer(outer), size);
      this.putLinear(at + size, outer, 2);
    }
  }

  private outerPointer(selector: number): number {
    const entry = this.entry(selector);
    const base = entry?.kind === "segment" ? entry.d.base : 0;
    return (this.around.stack - base) >>> 0;
  }

  protected returnInterrupt(): void {
    const { random, around } = this;
    if (around.wishes.mode === "protected" && random.chance(0.12)) this.eflags |= NT; else this.eflags &= ~NT;
    const toVirtual = around.wishes.mode === "protected" && random.chance(0.15);
    const selector = toVirtual ? random.pick([0, 0x100, 0x500]) : this.codeSelector();
    const flags = (Number(random.bits(32)) & ~(TF | VM)) | (toVirtual ? VM : random.chance(0.03) ? VM : 0);
    const outer = toVirtual ? 0xa00 : this.stackSelector(selector);
    const offset = toVirtual ? (padAt(random.below(PADS)) - 16 * selector) & 0xffff : this.offsetOf(selector);
    this.fillFrame([offset, selector, flags, toVirtual ? 0x1800 : this.outerPointer(outer), outer, 0xc00, 0xc00, 0, 0xbff]);
  }

  // -------------------------------------------------------------- storage

  /** Where the operand has come to lie, if that is elsewhere. */
  protected watch(linear: number, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const at = this.physical((linear + i) >>> 0);
      if (at !== undefined && at >= ARENA) this.isNowhere = true;
      if (at !== undefined && at < ARENA && !this.memory.has(at)) put8(this.memory, at, this.random.below(256));
    }
  }

  protected putLinear(linear: number, value: number, bytes: number): void {
    for (let i = 0; i < bytes; i++) {
      const at = this.physical((linear + i) >>> 0);
      if (at !== undefined) put(this.memory, at, Math.floor((value >>> 0) / 2 ** (8 * i)) % 256, 1);
    }
  }

  /** The data's second address goes by its table, what is not there is nowhere. */
  private physical(linear: number): number | undefined {
    const { mode, isPaged } = this.around.wishes;
    if (linear < 0x1_0000 || !isPaged || mode === "real") return linear;
    if (linear < FAR_AT || linear >= FAR_AT + 0x4000) return undefined;
    const entry = [0, 1, 2, 3].reduce((v, i) => v + (this.memory.get(FAR_PAGES_AT + 4 * ((linear - FAR_AT) >>> 12) + i) ?? 0) * 2 ** (8 * i), 0);
    return (entry & 0xf000) + (linear & 0xfff);
  }
}
