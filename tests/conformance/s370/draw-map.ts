/**
 * Tables of dynamic address translation for a case: a zone of 8K virtual addresses over the arena, the pages before and
 * behind it, and in some cases one entry that is not as it should be.
 *
 * The zone is where the arena is itself, or beyond the end of storage, so that its addresses mean something known
 * with translation off too. Tables of the primary space are in the first parts of their area, those of the secondary space
 * behind them.
 */
import type { Random } from "../random.js";
import { ARENA, CAPACITY } from "./storage-map.js";

const ZONE = 0x2000;
const ADDRESSES = 2 ** 24;
const PAGE_INVALID = { large: 0x8, small: 0x4 } as const;

export type Space = "primary" | "secondary";

export class DrawnMap {
  readonly isLarge: boolean;
  readonly isBig: boolean;
  readonly zone: number;
  /** entries of a common segment may be used in any space, so all would have to agree */
  private readonly hasCommon: boolean;
  /** bits 0-15 of control register 0, as far as the map is concerned */
  readonly formats: number;
  readonly designations: Record<Space, number>;
  /** what is in the tables, by address and in bytes */
  readonly cells = new Map<number, number>();
  /** of the primary space, by segment */
  private readonly pageTables = new Map<number, number>();
  private readonly frames: Record<Space, ReadonlyMap<number, number>>;

  constructor(private readonly random: Random, codeOffset: number, hasSecondary: boolean) {
    this.isLarge = random.chance(0.5);
    this.isBig = random.chance(0.5);
    this.zone = random.chance(0.35) ? ARENA.first : this.farZone();
    this.hasCommon = !hasSecondary;
    this.formats = random.chance(0.985) ? (this.isLarge ? 0x80 : 0x40) | (this.isBig ? 0x10 : 0) : random.below(0x100) & 0xf8;
    const codePages = [codeOffset, codeOffset + 11].map((offset) => Math.floor(offset / this.pageSize));
    const primary = this.drawFrames(codePages);
    const secondary = hasSecondary ? this.permuted(primary, codePages) : primary;
    this.frames = { primary, secondary };
    const designation = this.writeTables(primary, 0x2000 + 64 * random.below(4), 0x2c00);
    this.designations = { primary: designation, secondary: hasSecondary ? this.writeTables(secondary, 0x2500 + 64 * random.below(4), 0x3600) : designation };
  }

  get pageSize(): number {
    return this.isLarge ? 0x1000 : 0x800;
  }

  private get segmentSize(): number {
    return this.isBig ? 0x10_0000 : 0x1_0000;
  }

  private get pages(): number {
    return ZONE / this.pageSize;
  }

  private farZone(): number {
    const segments = (ADDRESSES - CAPACITY) / this.segmentSize;
    const start = CAPACITY + this.segmentSize * this.random.below(segments);
    const pages = this.segmentSize / this.pageSize;
    if (this.random.chance(0.25) && start > CAPACITY) return start - this.pageSize * this.random.between(1, this.pages - 1);
    return start + this.pageSize * this.random.between(0, pages - this.pages);
  }

  /** The real address of a byte, where the tables tell one. */
  real(address: number, space: Space): number | undefined {
    const page = Math.floor(((address - this.zone + this.pageSize) & 0xff_ffff) / this.pageSize) - 1;
    const frame = this.frames[space].get(page);
    return frame === undefined ? undefined : frame + (address & (this.pageSize - 1));
  }

  /** The table of the primary space that has the entry of a page of the zone. */
  pageTable(address: number): number {
    return this.pageTables.get(Math.floor((address & 0xff_ffff) / this.segmentSize))!;
  }

  // -------------------------------------------------------------- frames

  /** Pages -1 to `pages` of the zone; absent ones are not valid. */
  private drawFrames(codePages: readonly number[]): Map<number, number> {
    const { random, pages, pageSize } = this;
    const arena = Array.from({ length: pages }, (_, n) => ARENA.first + n * pageSize);
    const frames = new Map(shuffled(arena, random).map((frame, page) => [page, frame]));
    for (const page of [-1, pages]) if (random.chance(0.25)) frames.set(page, random.pick(arena));
    if (random.chance(0.4)) {
      const page = random.between(-1, pages);
      const spared = codePages.includes(page) && random.chance(0.8);
      if (!spared) {
        if (random.chance(0.75)) frames.delete(page);
        else frames.set(page, CAPACITY + pageSize * random.below(4) - (this.isLarge ? 0 : random.below(2) * pageSize));
      }
    }
    return frames;
  }

  private permuted(primary: ReadonlyMap<number, number>, codePages: readonly number[]): Map<number, number> {
    const movable = [...primary.keys()].filter((page) => !codePages.includes(page));
    const frames = shuffled(movable.map((page) => primary.get(page)!), this.random);
    return new Map([...primary, ...movable.map((page, n) => [page, frames[n]!] as const)]);
  }

  // -------------------------------------------------------------- tables

  /** Writes the tables of a space; the designation is what its control register holds. */
  private writeTables(frames: ReadonlyMap<number, number>, origin: number, pageTables: number): number {
    const { random } = this;
    const segments = new Map<number, number>();
    let last = 0;
    this.put(origin, 4, random.chance(0.5) ? 1 : 0x31);
    for (let page = -1; page <= this.pages; page++) {
      const address = (this.zone + page * this.pageSize + ADDRESSES) % ADDRESSES;
      const segment = Math.floor(address / this.segmentSize), number = Math.floor((address % this.segmentSize) / this.pageSize);
      let table = segments.get(segment);
      if (table === undefined) {
        table = pageTables + segments.size * 0x500 + 8 * random.below(0x20);
        segments.set(segment, table);
        if (!this.pageTables.has(segment)) this.pageTables.set(segment, table);
      }
      this.put(table + 2 * number, 2, this.pageEntry(frames.get(page)));
      last = Math.max(last, segment);
    }
    for (const [segment, table] of segments) this.put(origin + 4 * segment, 4, this.segmentEntry(table));
    const needed = this.isBig ? 0 : last >> 4;
    // the first bit tells Hercules of an event that bit 31 tells the System/370 of
    const length = random.chance(0.95) ? random.between(needed, this.hasCommon ? 255 : 127) : random.below(needed + 1);
    const designation = random.chance(0.985) ? origin : CAPACITY;
    return ((length << 24) | designation) >>> 0;
  }

  private pageEntry(frame: number | undefined): number {
    const { random } = this;
    const invalid = this.isLarge ? PAGE_INVALID.large : PAGE_INVALID.small;
    const ignored = random.chance(0.1) ? 1 : 0;
    if (frame === undefined) return random.pick([0x00c0, 0x0080, 0xffc0, 0]) & ~(2 * invalid - 1) | invalid | ignored;
    const entry = (frame >> 8) & (this.isLarge ? 0xfff0 : 0xfff8);
    const bad = random.chance(0.015) ? random.pick(this.isLarge ? [2, 4, 6] : [2]) : 0;
    return entry | bad | ignored;
  }

  private segmentEntry(table: number): number {
    const { random } = this;
    const length = random.chance(0.97) ? 15 : random.below(16);
    const format = random.chance(0.985) ? 0 : 1 << random.below(4);
    const low = (random.chance(0.1) ? 4 : 0) | (this.hasCommon && random.chance(0.1) ? 2 : 0) | (random.chance(0.02) ? 1 : 0);
    const origin = random.chance(0.985) ? table : CAPACITY;
    return ((length << 28) | (format << 24) | origin | low) >>> 0;
  }

  private put(address: number, length: number, value: number): void {
    for (let i = 0; i < length; i++) this.cells.set(address + i, (value >>> (8 * (length - 1 - i))) & 0xff);
  }
}

export function shuffled<T>(from: readonly T[], random: Random): T[] {
  const rest = [...from];
  return from.map(() => rest.splice(random.below(rest.length), 1)[0]!);
}
