/**
 * The map around a case: none, or tables of sections and pages that lead into the arena, with domains and permissions of all kinds.
 *
 * The first megabyte, where the driver is, and the last, where high vectors are, belong to domain 15 and to privileged modes only. No two
 * regions share a megabyte. Of each region it is known which addresses reach which words of the arena, whether they may or not.
 */
import type { Random } from "../random.js";
import type { Version } from "./opcodes.js";
import { ARENA, TABLES } from "./qemu-record.js";

/** Virtual addresses that follow one another, and the first of the physical ones; none where nothing is mapped. */
export interface Place {
  readonly virtual: number;
  readonly physical?: number;
  readonly size: number;
  /** what lies behind is no table of the map */
  readonly isOpen: boolean;
}

export interface AddressMap {
  readonly isOn: boolean;
  /** the first is for code */
  readonly places: readonly Place[];
  readonly registers: ReadonlyMap<string, number>;
  readonly cells: ReadonlyMap<number, number>;
}

export const SCTLR = { M: 1, A: 2, S: 0x100, R: 0x200, V: 0x2000, U: 1 << 22, XP: 1 << 23, EE: 1 << 25, TRE: 1 << 28, AFE: 1 << 29 } as const;
const OWN: Readonly<Record<Version, number>> = { 4: 0x78, 5: 0x78, 6: 0x5_0078, 7: 0xc5_0078 };

const ARENA_SIZE = 0x1_0000, PAGE = 0x1000, MEGABYTE = 0x10_0000;
export const TABLE_A = TABLES.first, TABLE_B = TABLES.first + 0x4000;
const COARSE = TABLES.first + 0x8000, FINE = TABLES.first + 0xc000, FINE_TABLES = 4;
export const DRIVERS_DOMAIN = 15;

export function drawMap(random: Random, version: Version, isOn: boolean): AddressMap {
  return new Drawing(random, version, isOn).map();
}

/** Without the map, or with all of storage in it. */
const FLAT: Place = { virtual: ARENA.first, physical: ARENA.first, size: ARENA_SIZE, isOpen: false };

class Drawing {
  private readonly cells = new Map<number, number>();
  private readonly places: Place[] = [];
  private readonly megabytes = new Set([0, 0xfff]);
  private tables = 0;
  private fineTables = 0;
  private control: number;
  private readonly isNew: boolean;
  private readonly split: number;

  constructor(private readonly random: Random, private readonly version: Version, private readonly isOn: boolean) {
    this.control = OWN[version];
    const set = (bit: number, probability: number): void => void (this.control |= random.chance(probability) ? bit : 0);
    set(SCTLR.A, 0.25);
    if (isOn) this.control |= SCTLR.M;
    if (isOn) set(SCTLR.V, 0.15);
    if (version < 7) {
      set(SCTLR.S, 0.2);
      set(SCTLR.R, 0.2);
    }
    if (version === 6) {
      set(SCTLR.U, 0.8);
      set(SCTLR.XP, 0.7);
    }
    if (version >= 6 && !isOn) set(SCTLR.EE, 0.1);
    if (version === 7) set(SCTLR.AFE, 0.15);
    this.isNew = version === 7 || (this.control & SCTLR.XP) !== 0;
    this.split = version >= 6 && random.chance(0.25) ? random.below(8) : 0;
  }

  map(): AddressMap {
    const { random, version } = this;
    for (const table of [TABLE_A, TABLE_B]) {
      this.cells.set(table, this.section(0, 1, DRIVERS_DOMAIN));
      this.cells.set(table + 4 * 0xfff, this.section(0, 1, DRIVERS_DOMAIN));
    }
    if (this.isOn) {
      this.region(true);
      for (let n = random.between(2, 4); n > 0; n--) this.region(false);
    } else {
      this.places.push(FLAT);
      if (random.chance(0.7)) this.cells.set(TABLE_A + 4, this.section(MEGABYTE, this.permission(false), random.below(15)));
    }
    const registers = new Map<string, number>([
      ["SCTLR", this.control >>> 0], ["TTBR0", TABLE_A], ["TTBR1", version >= 6 ? (random.chance(0.5) ? TABLE_A : TABLE_B) : 0], ["TTBCR", this.split], ["DACR", drawDomains(random)],
    ]);
    return { isOn: this.isOn, places: this.places, registers, cells: this.cells };
  }

  /** A descriptor of a section, for the domain; permissions as given or drawn. */
  private section(physical: number, permission: number, domain: number, never = 0, extension = 0): number {
    const fixed = this.version < 6 ? 0x10 : this.isNew ? never << 4 | extension << 15 : 0;
    return (physical | permission << 10 | domain << 5 | fixed | this.kind() | 2) >>> 0;
  }

  /** Of storage, what is cached: nothing that devices would have. */
  private kind(): number {
    return this.version >= 6 ? 0xc : this.random.below(4) << 2;
  }

  private freeMegabyte(aligned: boolean, isCode: boolean): number {
    // sometimes an address is the physical one
    if (isCode && this.random.chance(0.2)) {
      this.megabytes.add(1);
      return 1;
    }
    for (;;) {
      const n = this.random.pick([this.random.between(1, 0xffe), this.random.between(1, 64)]);
      const found = aligned ? (n & 0xff0) | 1 : n;
      if (this.megabytes.has(found)) continue;
      this.megabytes.add(found);
      return found;
    }
  }

  private first(megabyte: number, descriptor: number): void {
    // where the tables are divided, low addresses have the one, high ones the other
    const low = this.split === 0 || megabyte < 2 ** (12 - this.split);
    if (low) this.cells.set(TABLE_A + 4 * megabyte, descriptor);
    else for (const table of [TABLE_A, TABLE_B]) this.cells.set(table + 4 * megabyte, descriptor);
  }

  private permission(isSure: boolean): number {
    return isSure || this.random.chance(0.5) ? 3 : this.random.below(4);
  }

  private region(isCode: boolean): void {
    const { random, version, isNew } = this;
    const isSure = isCode && random.chance(0.93);
    const domain = random.below(15), permission = this.permission(isSure), never = !isSure && random.chance(0.3) ? 1 : 0, extension = !isSure && random.chance(0.3) ? 1 : 0;
    const kind = random.pick([...(isCode ? ["section", "pages"] : ["section", "pages", "pages", "large", "nothing", "hole"]), ...(version >= 6 && isNew ? ["super"] : []), ...(version < 6 ? ["tiny"] : [])] as const);
    const at = this.freeMegabyte(kind === "super", isCode), virtual = at * MEGABYTE;
    const coarse = (): number => {
      const table = COARSE + 0x400 * this.tables++;
      this.first(at, table | domain << 5 | (version < 6 ? 0x11 : 1));
      return table;
    };
    switch (kind) {
      case "section":
        this.first(at, this.section(MEGABYTE, permission, domain, never, extension));
        return void this.places.push({ virtual, physical: ARENA.first, size: ARENA_SIZE, isOpen: false });
      case "super":
        this.first(at, (this.section(0, permission, 0, never, extension) | 1 << 18) >>> 0);
        return void this.places.push({ virtual, physical: ARENA.first, size: ARENA_SIZE, isOpen: false });
      case "nothing": return void this.places.push({ virtual, size: MEGABYTE, isOpen: true });
      case "hole": {
        coarse();
        return void this.places.push({ virtual, size: MEGABYTE, isOpen: true });
      }
      case "large": {
        const table = coarse(), page = random.below(0xf) * 16 + random.below(12), count = random.between(1, 3);
        for (let n = 0; n < count; n++) this.cells.set(table + 4 * (page + n), (ARENA.first | this.pagePermission(permission, extension) | (isNew ? never << 15 : 0) | this.kind() | 1) >>> 0);
        return void this.places.push({ virtual: virtual + page * PAGE, physical: ARENA.first + (page % 16) * PAGE, size: count * PAGE, isOpen: true });
      }
      case "pages": {
        const table = coarse(), page = random.below(0xfd);
        for (let n = 0; n < 2; n++) {
          const frame = random.below(16);
          // before version 6, and in its old format, a third kind of page has one permission only
          const type = isNew ? 2 | never : version >= 5 && random.chance(0.3) ? 3 : 2;
          const own = n === 0 ? permission : this.permission(isSure);
          const rights = !isNew && type === 3 ? own << 4 : this.pagePermission(own, extension);
          this.cells.set(table + 4 * (page + n), (ARENA.first + frame * PAGE | rights | this.kind() | type) >>> 0);
          this.places.push({ virtual: virtual + (page + n) * PAGE, physical: ARENA.first + frame * PAGE, size: PAGE, isOpen: true });
        }
        return;
      }
      case "tiny": {
        if (this.fineTables === FINE_TABLES) return void this.places.push({ virtual, size: MEGABYTE, isOpen: true });
        const table = FINE + PAGE * this.fineTables++, page = random.below(1023);
        this.first(at, table | domain << 5 | 0x13);
        const frame = random.below(64);
        this.cells.set(table + 4 * page, (ARENA.first + frame * 0x400 | permission << 4 | this.kind() | 3) >>> 0);
        this.places.push({ virtual: virtual + page * 0x400, physical: ARENA.first + frame * 0x400, size: 0x400, isOpen: true });
      }
    }
  }

  /** Four permissions, for a quarter of the page each, or one with an extension. */
  private pagePermission(permission: number, extension: number): number {
    if (this.isNew) return permission << 4 | extension << 9;
    const { random } = this;
    const quarters = Array.from({ length: 4 }, () => (random.chance(0.7) ? permission : random.below(4)));
    return quarters.reduce((bits, p, n) => bits | p << (4 + 2 * n), 0);
  }
}

/** Domains: clients mostly, managers, and no access; the driver's is a client. */
export function drawDomains(random: Random): number {
  let value = 0;
  for (let n = 0; n < DRIVERS_DOMAIN; n++) value = (value | random.pick([1, 1, 1, 1, 1, 3, 3, 0]) << (2 * n)) >>> 0;
  return (value | 1 << 30) >>> 0;
}

export function physicalOf({ places }: AddressMap, virtual: number): number | undefined {
  const place = places.find((p) => virtual >= p.virtual && virtual < p.virtual + p.size);
  return place?.physical === undefined ? undefined : place.physical + virtual - place.virtual;
}
