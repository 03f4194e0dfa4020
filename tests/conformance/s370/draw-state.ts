/**
 * The state of a case, as it is drawn: status, control registers, map, keys, and operands where something may go wrong.
 *
 * Addresses are chosen first and registers made to fit. Operands are placed inside pages, across their boundaries, across the end of storage, in pages
 * that are not there or not to be stored into, and in the first bytes of storage. What no operand needs is a plain pattern, so that
 * recordings stay small and a change still shows.
 */
import type { Question } from "../case.js";
import type { Random } from "../random.js";
import { DrawnMap, type Space } from "./draw-map.js";
import { ARENA, CAPACITY, KEYED_BLOCKS, LOW_OPERANDS, newStatusCells, PREFIX, TABLES } from "./storage-map.js";
import { drawControl, drawSystemMask, type StateOptions } from "./draw-masks.js";
import { IDENTIFICATION } from "./hercules-configuration.js";

/** SVC 255 */
const FENCE = [0x0a, 0xff];
/** as far as the bits of Hercules reach */
const NEVER = 0xffff_ffff_ffff_ff00n;
const TIMER = 0x7000_0000_0000_0000n;

export interface Reach {
  readonly b: number;
  readonly d: number;
}

export class DrawnState {
  readonly general: number[];
  readonly floating: bigint[] = [0, 1, 2, 3].map((n) => 0x4110_0000_0000_0000n + BigInt(n) * 0x0101_0101n);
  readonly control: number[];
  readonly isExtended: boolean;
  readonly isProblem: boolean;
  readonly isTranslating: boolean;
  readonly isSecondary: boolean;
  readonly key: number;
  readonly prefix: number;
  readonly map: DrawnMap;
  readonly codeAt: number;
  code = 0;
  programMask: number;
  /** absolute addresses */
  private readonly cells: Map<number, number>;
  private readonly keys = new Map<number, number>();
  private readonly spared = new Set<number>();
  private readonly taken = new Set<number>();
  private readonly unassigned: number;
  private readonly systemMask: number;
  private readonly otherMask: number;

  constructor(readonly random: Random, options: StateOptions) {
    this.isExtended = random.chance(0.7);
    this.isProblem = random.chance(options.problem);
    this.isTranslating = this.isExtended && options.mayTranslate && random.chance(options.isDual ? 0.8 : 0.6);
    this.isSecondary = this.isExtended && options.isDual && !options.changesSpaces && random.chance(0.25);
    this.prefix = random.chance(0.75) ? 0 : PREFIX;
    this.key = random.chance(0.5) ? 0 : random.pick([1, 8, 15, random.below(16)]);
    this.programMask = random.below(16);
    this.code = random.below(4);
    const codeOffset = this.drawCodeOffset(this.isTranslating);
    this.map = new DrawnMap(random, codeOffset, options.isDual);
    this.codeAt = this.isTranslating ? (this.map.zone + codeOffset) & 0xff_ffff
      : random.chance(0.03) ? CAPACITY - 2 * random.between(1, 3) : ARENA.first + codeOffset;
    this.cells = new Map(this.map.cells);
    this.general = Array.from({ length: 16 }, (_, n) => 0x0101_0101 * n);
    this.control = drawControl(random, this.map, options);
    this.systemMask = drawSystemMask(this, options);
    this.otherMask = random.chance(0.2) ? 1 : 0;
    this.unassigned = this.isExtended && random.chance(0.01) ? 1 << random.below(17) : 0;
    for (const block of KEYED_BLOCKS) this.keys.set(block, this.drawKey(block));
    for (let i = 0; i < 12; i++) this.spare(this.codeAt + i);
  }

  private drawCodeOffset(hasEnd: boolean): number {
    const { random } = this;
    if (random.chance(0.75)) return 0x40 + 2 * random.below(0x20);
    if (random.chance(0.9)) return random.pick([0x800, 0x1000, 0x1800]) - 2 * random.between(1, 2);
    return random.chance(0.7) && hasEnd ? 0x2000 - 2 * random.between(1, 3) : 0x41 + 2 * random.below(8);
  }

  private drawKey(block: number): number {
    const { random } = this;
    const isOfCode = this.absolute(this.codeAt) !== undefined && (this.absolute(this.codeAt)! & ~0x7ff) === block;
    const own = random.chance(isOfCode ? 0.95 : 0.65) ? this.key : random.below(16);
    return (own << 1) | (random.chance(0.4) ? 1 : 0);
  }

  // -------------------------------------------------------------- storage

  /** The absolute address of a byte that the program calls so, if storage has one there. */
  absolute(address: number, space: Space = this.isSecondary ? "secondary" : "primary"): number | undefined {
    const real = this.isTranslating ? this.map.real(address & 0xff_ffff, space) : address & 0xff_ffff;
    if (real === undefined || real >= CAPACITY) return undefined;
    if (real < 0x1000) return this.prefix + real;
    return this.prefix !== 0 && (real & ~0xfff) === this.prefix ? real & 0xfff : real;
  }

  private spare(address: number): void {
    const at = this.absolute(address);
    if (at !== undefined) this.spared.add(at);
  }

  /** Bytes of an operand, as far as there is storage for them. What must not be overwritten is not. */
  put(address: number, bytes: readonly number[], space?: Space): void {
    for (const [i, byte] of bytes.entries()) {
      const at = this.absolute(address + i, space);
      if (at !== undefined && isForOperands(at) && !this.spared.has(at)) this.cells.set(at, byte);
    }
  }

  /** Bytes that are told afterwards, 0 if nothing else. */
  need(address: number, length: number, space?: Space): void {
    for (let i = 0; i < length; i++) {
      const at = this.absolute(address + i, space);
      if (at !== undefined && isForOperands(at) && !this.cells.has(at)) this.cells.set(at, 0);
    }
  }

  /** An absolute address of the area of tables. */
  putTable(at: number, bytes: readonly number[]): void {
    for (const [i, byte] of bytes.entries()) this.cells.set(at + i, byte);
  }

  /** Instructions: nothing that is drawn later goes there. */
  putCode(address: number, bytes: readonly number[]): void {
    for (const [i, byte] of bytes.entries()) {
      const at = this.absolute(address + i);
      if (at === undefined || !isForOperands(at)) continue;
      this.cells.set(at, byte);
      this.spared.add(at);
    }
  }

  putFence(address: number): void {
    for (const space of ["primary", "secondary"] as const) {
      for (const [i, byte] of FENCE.entries()) {
        const at = this.absolute(address + i, space);
        if (at === undefined || !isForOperands(at) || this.spared.has(at)) continue;
        this.cells.set(at, byte);
        this.spared.add(at);
      }
    }
  }

  /** An address with a fence as it will be with translation on or off, in the primary space. */
  fenceUnder(isTranslating: boolean): number {
    const { random } = this;
    for (;;) {
      const offset = 0x100 + 2 * random.below(0xf00);
      const address = (isTranslating ? this.map.zone : ARENA.first) + offset;
      const at = isTranslating ? this.map.real(address, "primary") : address;
      if (at === undefined || !FENCE.some((_, i) => this.spared.has(at + i))) {
        if (at !== undefined && isForOperands(at) && isForOperands(at + 1)) {
          for (const [i, byte] of FENCE.entries()) {
            this.cells.set(at + i, byte);
            this.spared.add(at + i);
          }
        }
        return address;
      }
    }
  }

  /** The same for an operand in one of the two spaces. */
  placeIn(space: Space, length: number): number {
    for (let attempt = 0; attempt < 40; attempt++) {
      const address = this.place(length);
      const isFree = Array.from({ length }, (_, i) => this.absolute(address + i, space)).every((at) => at === undefined || (!this.spared.has(at) && isForOperands(at)));
      if (isFree) return address;
    }
    return CAPACITY + 0x10;
  }

  /** Where an operand of so many bytes is; the first byte of what must be aligned mostly is. */
  place(length: number, alignment = 1, reachesBack = 0): number {
    const { random } = this;
    for (let attempt = 0; attempt < 40; attempt++) {
      let address = this.spot(length);
      if (alignment > 1 && random.chance(0.96)) address &= -alignment;
      address &= 0xff_ffff;
      if (this.isUsable(address - reachesBack, length + reachesBack)) return address;
    }
    return CAPACITY + 0x10;
  }

  /** The same where nothing has been put. */
  placeApart(length: number): number {
    for (let attempt = 0; attempt < 40; attempt++) {
      const address = this.place(length + 1);
      if (Array.from({ length: length + 1 }, (_, i) => this.absolute(address + i)).every((at) => at === undefined || !this.cells.has(at))) return address;
    }
    return CAPACITY + 0x10;
  }

  /** Every byte that there is may be an operand's. */
  isUsable(address: number, length: number): boolean {
    return Array.from({ length }, (_, i) => this.absolute(address + i)).every((at) => at === undefined || (!this.spared.has(at) && isForOperands(at)));
  }

  private spot(length: number): number {
    const { random } = this;
    const across = (boundary: number): number => boundary - (length === 1 ? random.below(2) : random.between(1, length - 1));
    const zone = this.isTranslating ? this.map.zone : ARENA.first;
    const kind = random.below(100);
    if (kind < 55) return zone + random.between(0x100, 0x1f00 - length);
    if (kind < 78) return across(zone + random.pick([0x800, 0x1000, 0x1800]));
    if (this.isTranslating) {
      if (kind < 88) return across(zone + 0x2000);
      if (kind < 91) return across(zone);
      return random.chance(0.5) ? zone + 0x2000 + random.below(0x780 - length) : zone - length - random.below(0x780 - length);
    }
    if (kind < 84) return across(CAPACITY);
    if (kind < 87) return random.chance(0.5) ? CAPACITY + random.below(0x40_0000) : 2 ** 24 - random.between(1, length);
    if (kind < 95) return random.between(LOW_OPERANDS.first, LOW_OPERANDS.last - Math.min(length, 0xbf));
    return PREFIX + random.between(LOW_OPERANDS.first, LOW_OPERANDS.last - Math.min(length, 0xbf));
  }

  // -------------------------------------------------------------- registers

  /** A register of its own for a value; 0 only if it is not to be a base. */
  claim(value: number, isBase = false): number {
    const { random } = this;
    const free = this.general.map((_, n) => n).filter((n) => !this.taken.has(n) && (n > 0 || !isBase));
    const n = random.pick(free);
    this.take(n, value);
    return n;
  }

  take(n: number, value: number): void {
    this.taken.add(n);
    this.general[n] = value >>> 0;
  }

  isTaken(n: number): boolean {
    return this.taken.has(n);
  }

  /** A base and a displacement that come to an address; sometimes there is no base. */
  reach(address: number): Reach {
    const { random } = this;
    if (address < 0x1000 && random.chance(0.6)) return { b: 0, d: address };
    const d = random.chance(0.4) ? 0 : random.chance(0.6) ? random.below(0x100) : random.below(0x1000);
    return { b: this.claim(this.address(address - d), true), d };
  }

  /** The same with an index, which may be none, or be the base itself when it is even. */
  reachIndexed(address: number): Reach & { readonly x: number } {
    const { random } = this;
    if (random.chance(0.6)) return { ...this.reach(address), x: 0 };
    const index = random.pick([4, 0x100, 0xffff_fff0, Number(random.bits(32))]);
    const x = this.claim(index, true);
    return { ...this.reach((address - index) & 0xff_ffff), x };
  }

  /** As a register holds it: the first byte is ignored. */
  address(value: number): number {
    const { random } = this;
    return ((value & 0xff_ffff) | (random.chance(0.25) ? random.below(0x100) << 24 : 0)) >>> 0;
  }

  // -------------------------------------------------------------- the question

  /** The instruction, and behind it what ends the case. */
  question(bytes: readonly number[]): Question {
    this.putCode(this.codeAt, [...bytes, ...FENCE, ...FENCE, ...FENCE]);
    const words = Array.from({ length: bytes.length / 2 }, (_, i) => BigInt((bytes[2 * i]! << 8) | bytes[2 * i + 1]!));
    const core = new Map([...newStatusCells(), ...this.cells].sort(([a], [b]) => a - b).map(([a, value]) => [BigInt(a), BigInt(value)]));
    const indexed = (values: readonly bigint[]): ReadonlyMap<bigint, bigint> => new Map(values.map((value, n) => [BigInt(n), value]));
    return {
      words,
      before: {
        registers: this.registers(),
        arrays: new Map([
          ["R", indexed(this.general.map((value) => BigInt(value)))],
          ["F", indexed(this.floating)],
          ["StorageKey", new Map([...this.keys].map(([block, key]) => [BigInt(block >> 11), BigInt(key)]))],
          ["core", core],
        ]),
      },
    };
  }

  private registers(): ReadonlyMap<string, bigint> {
    const status: Record<string, number> = {
      Channels: this.systemMask >> 3, Translation: (this.systemMask >> 2) & 1, InputOutput: (this.systemMask >> 1) & 1, External: this.systemMask & 1,
      Key: this.key, Extended: Number(this.isExtended), MachineCheck: this.otherMask, Wait: 0, Problem: Number(this.isProblem),
      Secondary: Number(this.isSecondary), Unassigned: this.unassigned, CC: this.code, ProgramMask: this.programMask, PC: this.codeAt,
      Formats: this.control[0]! >>> 16, ExternalMasks: this.control[0]! & 0xffff,
      ...Object.fromEntries(this.control.slice(1).map((value, n) => [`CR${n + 1}`, value])),
      Prefix: this.prefix >> 12, capacity: CAPACITY, Dual: 1,
    };
    return new Map([...Object.entries(status).map(([name, value]) => [name, BigInt(value)] as const), ["Identification", IDENTIFICATION], ["ClockComparator", NEVER], ["CpuTimer", TIMER]]);
  }
}

function isForOperands(at: number): boolean {
  const isLow = (block: number): boolean => at >= block + LOW_OPERANDS.first && at <= block + LOW_OPERANDS.last;
  return (at >= ARENA.first && at <= ARENA.last) || (at >= TABLES.first && at <= TABLES.last) || isLow(0) || isLow(PREFIX) || (at >= CAPACITY - 0x200 && at < CAPACITY);
}
