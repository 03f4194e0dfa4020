/**
 * Storage of an array component: flat typed arrays up to 2^22 cells (2^24 bytes), pages in a map above.
 *
 * Both keep account of what was written since the last snapshot page by page, so that thousands of short experiments on a large
 * machine cost the cells that they touch and not the machine. Generated code writes flat cells itself:
 * `data[index] = value; dirty[index >>> PAGE_BITS] = 1`.
 */
import { isNumber, type Held } from "./compile-representation.js";

export const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;
const SPARSE_PAGE = 4096;
/** pages that a sparse array keeps when it is put back */
const MOST_KEPT = 64;
export const FLAT_INDEX_BITS = 22;

export type Data = Uint8Array | Uint16Array | Uint32Array | Float64Array | bigint[];

/** Cells as they were: pages that are shared and never written again. */
export type CellsSnapshot = { readonly kind: "flat"; readonly pages: readonly Data[] } | { readonly kind: "sparse"; readonly pages: ReadonlyMap<Held, Data> };

export interface Cells {
  readonly get: (index: Held) => Held;
  /** The same, and from now on who watches hears of it when the cell's page is written. */
  readonly getWatched: (index: Held) => Held;
  /** Something has to be done when a page is written that was read by `getWatched` since `unwatch`. */
  readonly watchBy: (onWritten: () => void) => void;
  readonly unwatch: () => void;
  readonly set: (index: Held, value: Held) => void;
  /** Where cells may be other than zero, if that is known: first cells, of so many cells each. */
  readonly pagesHeld?: () => { readonly first: readonly number[]; readonly length: number };
  readonly snapshot: () => CellsSnapshot;
  readonly restore: (snapshot: CellsSnapshot) => void;
}

function newData(width: number, length: number): Data {
  if (width <= 8) return new Uint8Array(length);
  if (width <= 16) return new Uint16Array(length);
  if (width <= 32) return new Uint32Array(length);
  if (isNumber(width)) return new Float64Array(length);
  return new Array<bigint>(length).fill(0n);
}

/** Bytes have four times as many cells in the same room. */
export const isFlat = (indexWidth: number, width: number): boolean => indexWidth <= (width <= 8 ? FLAT_INDEX_BITS + 2 : isNumber(width) ? FLAT_INDEX_BITS : 16);

export function newCells(indexWidth: number, width: number): FlatCells | SparseCells {
  return isFlat(indexWidth, width) ? new FlatCells(indexWidth, width) : new SparseCells(indexWidth, width);
}

export class FlatCells implements Cells {
  readonly kind = "flat";
  readonly dirty: Uint8Array;
  private held: Data | undefined;
  /** 1: a page that is watched */
  readonly watched: Uint8Array;
  private watchedPages: number[] = [];
  private onWritten: () => void = () => undefined;
  private readonly pageSize: number;
  private pages: readonly Data[];

  constructor(indexWidth: number, private readonly width: number) {
    const length = 2 ** indexWidth;
    this.pageSize = Math.min(length, PAGE);
    this.dirty = new Uint8Array(length / this.pageSize);
    this.watched = new Uint8Array(this.dirty.length);
    this.pages = new Array<Data>(this.dirty.length).fill(newData(width, this.pageSize));
  }

  /** Made when it is first looked at: many a CPU is asked of one instruction, and never of storage. */
  get data(): Data {
    return this.held ??= newData(this.width, this.dirty.length * this.pageSize);
  }

  readonly get = (index: Held): Held => this.data[Number(index)]!;

  readonly set = (index: Held, value: Held): void => {
    const at = Number(index);
    this.data[at] = value;
    this.dirty[at >>> PAGE_BITS] = 1;
    if (this.watched[at >>> PAGE_BITS] === 1) this.onWritten();
  };

  readonly getWatched = (index: Held): Held => {
    const page = Number(index) >>> PAGE_BITS;
    if (this.watched[page] === 0) {
      this.watched[page] = 1;
      this.watchedPages.push(page);
    }
    return this.data[Number(index)]!;
  };

  readonly watchBy = (onWritten: () => void): void => { this.onWritten = onWritten; };

  readonly unwatch = (): void => {
    for (const page of this.watchedPages) this.watched[page] = 0;
    this.watchedPages = [];
  };

  readonly snapshot = (): CellsSnapshot => {
    const first = this.dirty.indexOf(1);
    if (first >= 0) {
      const pages = [...this.pages];
      for (let p = first; p >= 0; p = this.dirty.indexOf(1, p + 1)) pages[p] = this.data.slice(p * this.pageSize, (p + 1) * this.pageSize);
      this.pages = pages;
      this.dirty.fill(0);
    }
    return { kind: "flat", pages: this.pages };
  };

  readonly restore = (snapshot: CellsSnapshot): void => {
    if (snapshot.kind !== "flat") throw new Error("bug: a snapshot of other cells");
    const { pages } = snapshot;
    for (let p = this.dirty.indexOf(1); p >= 0; p = this.dirty.indexOf(1, p + 1)) {
      copy(pages[p]!, this.data, p * this.pageSize);
      this.dirty[p] = 0;
    }
    if (pages === this.pages) return;
    for (let p = 0; p < pages.length; p++) if (pages[p] !== this.pages[p]) copy(pages[p]!, this.data, p * this.pageSize);
    this.pages = pages;
  };
}

function copy(from: Data, to: Data, at: number): void {
  if (Array.isArray(to)) for (const [i, value] of (from as bigint[]).entries()) to[at + i] = value;
  else to.set(from as Uint8Array, at);
}

/** Cells that were never written read as zero and take no space. */
export class SparseCells implements Cells {
  readonly kind = "sparse";
  private pages = new Map<Held, Data>();
  /** pages that no snapshot shares */
  private owned = new Set<Held>();
  /** of these, what was written since the last snapshot, or since it was restored */
  private readonly written = new Set<Held>();
  private last: ReadonlyMap<Held, Data> | undefined;
  private readonly watched = new Set<Held>();
  private onWritten: () => void = () => undefined;
  private readonly zero: Held;
  private readonly isWideIndex: boolean;

  constructor(indexWidth: number, private readonly width: number) {
    this.isWideIndex = !isNumber(indexWidth);
    this.zero = isNumber(width) ? 0 : 0n;
  }

  private page(index: Held): Held {
    return this.isWideIndex ? BigInt(index) / BigInt(SPARSE_PAGE) : Math.floor(Number(index) / SPARSE_PAGE);
  }

  private offset(index: Held): number {
    return this.isWideIndex ? Number(BigInt(index) % BigInt(SPARSE_PAGE)) : Number(index) % SPARSE_PAGE;
  }

  readonly get = (index: Held): Held => this.pages.get(this.page(index))?.[this.offset(index)] ?? this.zero;

  readonly set = (index: Held, value: Held): void => {
    const key = this.page(index);
    let data = this.pages.get(key);
    if (data === undefined || !this.written.has(key)) {
      if (data === undefined || !this.owned.has(key)) {
        data = data === undefined ? newData(this.width, SPARSE_PAGE) : data.slice();
        this.pages.set(key, data);
        this.owned.add(key);
      }
      this.written.add(key);
    }
    data[this.offset(index)] = value;
    if (this.watched.size > 0 && this.watched.has(key)) this.onWritten();
  };

  readonly getWatched = (index: Held): Held => {
    this.watched.add(this.page(index));
    return this.get(index);
  };

  readonly pagesHeld = (): { readonly first: readonly number[]; readonly length: number } => ({ first: [...this.pages.keys()].map((key) => Number(key) * SPARSE_PAGE), length: SPARSE_PAGE });

  readonly watchBy = (onWritten: () => void): void => { this.onWritten = onWritten; };
  readonly unwatch = (): void => this.watched.clear();

  readonly snapshot = (): CellsSnapshot => {
    this.owned.clear();
    this.written.clear();
    this.last = new Map(this.pages);
    return { kind: "sparse", pages: this.last };
  };

  readonly restore = (snapshot: CellsSnapshot): void => {
    if (snapshot.kind !== "sparse") throw new Error("bug: a snapshot of other cells");
    if (snapshot.pages === this.last && this.owned.size <= MOST_KEPT) {
      // again and again the same: pages of its own are put back where they are
      for (const key of this.written) {
        const own = this.pages.get(key)!, before = snapshot.pages.get(key);
        if (before !== undefined) copy(before, own, 0);
        else if (Array.isArray(own)) own.fill(0n);
        else own.fill(0);
      }
    } else {
      this.pages = new Map(snapshot.pages);
      this.owned.clear();
      this.last = snapshot.pages;
    }
    this.written.clear();
  };
}

/**
 * A stretch of other cells, from `base` on, as cells of its own: the storage of a machine inside a machine. Cells from `size`
 * on do not exist: they read as zero, and writing them does nothing. Snapshots of it are empty, for its cells are the others'.
 */
export class StretchOfCells implements Cells {
  readonly kind = "sparse";
  private readonly zero: Held;

  constructor(private readonly cells: Cells, readonly base: number, readonly size: number, width: number) {
    this.zero = isNumber(width) ? 0 : 0n;
  }

  readonly get = (index: Held): Held => {
    const at = Number(index);
    return at < this.size ? this.cells.get(this.base + at) : this.zero;
  };

  readonly set = (index: Held, value: Held): void => {
    const at = Number(index);
    if (at < this.size) this.cells.set(this.base + at, value);
  };

  readonly getWatched = (): Held => { throw new Error("bug: cells of others are not watched"); };
  readonly watchBy = (): void => undefined;
  readonly unwatch = (): void => undefined;
  readonly snapshot = (): CellsSnapshot => ({ kind: "sparse", pages: new Map() });
  readonly restore = (): void => undefined;
}
