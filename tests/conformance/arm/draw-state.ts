/**
 * What a case is drawn into: the registers of all modes, the map, the words of the arena; with what is needed to put things at addresses.
 *
 * A program ends where an exception is certain: behind the instruction, and wherever it leads.
 */
import type { Random } from "../random.js";
import { drawMap, physicalOf, type AddressMap, type Place } from "./draw-map.js";
import type { Version } from "./opcodes.js";
import { ARENA, FILLING, LAUNCHES, MODES } from "./qemu-record.js";

export type Mode = "usr" | "fiq" | "irq" | "svc" | "abt" | "und" | "sys";

const NUMBERS = [0, 1, 2, 3, 4, 31, 32, 33, 255, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_8000, 0xffff_fffe, 0xffff_ffff] as const;

export function number(random: Random): number {
  return random.chance(0.35) ? random.pick(NUMBERS) : random.chance(0.2) ? random.below(64) : Number(random.bits(32)) >>> 0;
}

const WORD = 2 ** 32;
export const wrapped = (value: number): number => ((value % WORD) + WORD) % WORD;

/** Room in front of a section's end, so that nothing leads out of the arena into the tables. */
const MARGIN = 0x80;

export class State {
  readonly registers = new Map<string, number>();
  readonly cells = new Map<number, number>();
  readonly watched = new Set<number>();
  readonly around: AddressMap;
  /** words that execution is led to: no operand may stand there */
  private readonly targets = new Set<number>();
  /** of the first instruction */
  readonly code: { readonly virtual: number; readonly physical: number };

  constructor(readonly random: Random, readonly version: Version, readonly mode: Mode, isMapped: boolean, private readonly kind: "arm" | "thumb" | "thumb-odd" = "arm", block = 0) {
    this.around = drawMap(random, version, isMapped);
    for (const [address, value] of this.around.cells) this.cells.set(address, value);
    for (const [name, value] of this.around.registers) this.registers.set(name, value);
    for (let n = 0; n < 15; n++) this.registers.set(`r${n}`, number(random));
    for (let n = 8; n < 15; n++) this.registers.set(`r${n}_fiq`, number(random));
    for (const bank of LAUNCHES) for (const n of [13, 14]) this.registers.set(`r${n}_${bank}`, number(random));
    const place = this.around.places[0]!;
    const offset = 4 * random.between(8, place.size / 4 - 0x24);
    this.code = { virtual: place.virtual + offset, physical: place.physical! + offset };
    this.registers.set("pc", this.instruction);
    const status = (this.status(mode) | (kind === "arm" ? 0 : 0x20 | blockBits(block))) >>> 0;
    this.registers.set("cpsr", status);
    for (const bank of ["fiq", ...LAUNCHES]) this.registers.set(`spsr_${bank}`, this.status(random.pick([...MODES.keys()]) as Mode));
    this.registers.set(`spsr_${random.pick(LAUNCHES.filter((bank) => bank !== mode))}`, status);
    this.control();
  }

  /** Flags, masks and a mode, in ARM state. */
  status(mode: Mode): number {
    const { random, version } = this;
    const masks = random.pick([0, 0x40, 0x80, 0xc0]);
    const flags = random.below(16) * 0x1000_0000;
    const sticky = version >= 5 && random.chance(0.3) ? 0x0800_0000 : 0;
    const newer = version >= 6 ? random.below(16) * 0x1_0000 + (random.chance(0.1) ? 0x200 : 0) + (random.chance(0.3) ? 0x100 : 0) : 0;
    return (flags + sticky + newer + masks + MODES.get(mode)!) >>> 0;
  }

  private control(): void {
    const { random, version } = this;
    const set = (name: string, value: number): void => void this.registers.set(name, value >>> 0);
    set("DFSR", random.below(256));
    set("IFSR", version >= 6 ? random.below(16) : 0);
    set("DFAR", number(random));
    if (version < 6) return;
    set("IFAR", number(random));
    set("CONTEXTIDR", number(random));
    for (const name of ["TPIDRURW", "TPIDRURO", "TPIDRPRW"]) set(name, number(random));
    if (version < 7) return;
    set("VBAR", random.chance(0.2) ? 0x8000 : 0);
    set("PMUSERENR", random.below(2));
    set("PMSELR", random.below(32));
    set("PRRR", 0x98aa4);
    set("NMRR", 0x44e048e0);
    set("CSSELR", random.below(3));
  }

  // -------------------------------------------------------------- registers

  /** A register as the case's mode has it. */
  private own(n: number): string {
    const { mode } = this;
    return mode === "fiq" && n >= 8 ? `r${n}_fiq` : n >= 13 && mode !== "usr" && mode !== "sys" && mode !== "fiq" ? `r${n}_${mode}` : `r${n}`;
  }

  get(n: number): number {
    return n === 15 ? wrapped(this.instruction + (this.kind === "arm" ? 8 : 4)) : this.registers.get(this.own(n))!;
  }

  set(n: number, value: number): void {
    this.registers.set(this.own(n), wrapped(value));
  }

  get carry(): number {
    return (this.registers.get("cpsr")! >>> 29) & 1;
  }

  /** A status to come back to, in the saved status of the case's mode, if it has one. */
  saved(status: number): void {
    if (this.mode !== "usr" && this.mode !== "sys") this.registers.set(`spsr_${this.mode}`, status);
  }

  // -------------------------------------------------------------- storage

  /** A word as it has to stand in storage, to be loaded as this one. */
  asStored(word: number): number {
    if ((this.registers.get("cpsr")! & 0x200) === 0) return word;
    return ((word & 0xff) * 0x100_0000) + ((word >>> 8 & 0xff) * 0x1_0000) + ((word >>> 16 & 0xff) * 0x100) + (word >>> 24);
  }

  /** how many instructions stand in front of the one that is tested */
  private before = 0;

  get instruction(): number {
    return this.code.virtual + (this.kind === "thumb-odd" ? 2 : 0) + 4 * this.before;
  }

  /** Where the instruction lies in the arena. */
  get physical(): number {
    return this.instruction - this.code.virtual + this.code.physical;
  }

  /** How many bytes of its place stand in front of the first instruction. */
  get inFront(): number {
    return this.code.virtual - this.around.places[0]!.virtual;
  }

  /** Halfwords from the first instruction on, the last of which ends the program; undefined ones around. */
  thumbProgram(halfwords: readonly number[]): void {
    const all = [...(this.kind === "thumb-odd" ? [0xde00] : []), ...halfwords];
    for (let n = 0; n < all.length; n += 2) this.cells.set(this.code.physical + 2 * n, (all[n]! | (all[n + 1] ?? 0xdeff) << 16) >>> 0);
    this.filling(this.code.physical + 4 * Math.ceil(all.length / 2));
  }

  /** Instructions one behind the other; the last one is what ends a program. */
  program(prelude: readonly number[], words: readonly number[]): void {
    this.before = prelude.length;
    [...prelude, ...words].forEach((word, n) => this.cells.set(this.code.physical + 4 * n, word >>> 0));
    this.filling(this.code.physical + 4 * (prelude.length + words.length));
  }

  /** The arena as it is. */
  filling(physical: number): void {
    for (const at of [physical & ~3, (physical & ~3) + 4]) if (isInArena(at) && !this.cells.has(at)) this.cells.set(at, FILLING);
  }

  /** Where execution may go on: an address of the arena, but not of the program. */
  target(): number {
    const { random, around } = this;
    for (;;) {
      const place = random.chance(0.7) ? around.places[0]! : random.pick(around.places);
      const offset = 4 * random.below(this.reach(place) / 4);
      const virtual = place.virtual + offset;
      const physical = place.physical === undefined ? undefined : place.physical + offset;
      if (physical === undefined) return virtual;
      if (this.isProgram(physical) || this.watched.has(physical & ~3)) continue;
      this.filling(physical);
      for (const n of [0, 4, 8]) this.targets.add((physical & ~3) + n);
      return virtual;
    }
  }

  private reach({ size, isOpen }: Place): number {
    return isOpen ? size : size - MARGIN;
  }

  isProgram(physical: number): boolean {
    return Math.abs(physical - this.code.physical) < 0x40;
  }

  /** An address for so many bytes, and words of the arena there, as given or drawn; none of them belongs to the program. */
  operand(bytes: number, alignment: number, value?: (word: number) => number): number {
    const { random, around } = this;
    for (;;) {
      const place = random.pick(around.places);
      const { size, isOpen } = place;
      const isAtEnd = isOpen && random.chance(0.15);
      const offset = isAtEnd ? size - random.between(1, Math.min(bytes + 2, size)) : random.below(this.reach(place) - (isOpen ? 0 : bytes));
      const virtual = wrapped(place.virtual + offset - ((place.virtual + offset) % alignment));
      const first = virtual - (virtual % 4);
      const words = Array.from({ length: Math.ceil((bytes + (virtual % 4)) / 4) }, (_, n) => physicalOf(around, wrapped(first + 4 * n)));
      if (words.some((at) => at !== undefined && (this.isProgram(at) || this.targets.has(at)))) continue;
      words.forEach((at, n) => {
        if (at === undefined) return;
        this.cells.set(at, (value?.(n) ?? number(random)) >>> 0);
        this.watched.add(at);
      });
      return virtual;
    }
  }
}

/** What IT leaves, where the status has it: the condition of the next instruction in bits 7-4, and the lowest 1 in bits 3-0 ends the block. */
export const blockBits = (block: number): number => ((block >>> 2) << 10) | ((block & 3) << 25);

/** A condition and how many instructions it and its opposite are for, the last one's bit behind. */
export function drawBlock(random: Random, length: number): number {
  const condition = random.chance(0.1) ? 14 : random.below(14), last = 1 << (4 - length);
  // AL has no opposite
  return condition === 14 ? 0xe0 | last : (condition << 4) | last | (random.below(16) & ~(2 * last - 1) & 15);
}

export const isInArena = (physical: number): boolean => physical >= ARENA.first && physical <= ARENA.last;
