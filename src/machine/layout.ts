/**
 * Where the CPU keeps each component, and how generated code reaches it.
 *
 * Registers stand in three banks by width (Uint32Array, Float64Array, BigInts), arrays in `Cells`. Generated functions
 * see the banks and arrays under numbered names, bound once as constants around each function (`bind`), which lets the
 * engine treat their addresses as constants.
 */
import type { ComponentArray, Machine, Register } from "../isa/machine.js";
import { newCells, PAGE_BITS, StretchOfCells, type Cells, type CellsSnapshot, type FlatCells, type SparseCells } from "./cells.js";
import { bindSource } from "./compile-emit.js";
import { fromHeld, isNumber, toHeld } from "./compile-representation.js";

type Bank = Uint32Array | Float64Array | bigint[];

interface RegisterPlace { readonly kind: "register"; readonly component: Register; readonly bank: Bank; readonly name: string; readonly at: number }
interface ArrayPlace { readonly kind: "array"; readonly component: ComponentArray; readonly cells: AnyCells; readonly number: number }
type AnyCells = FlatCells | SparseCells | StretchOfCells;
type Place = RegisterPlace | ArrayPlace;

/** Where the storage of a machine lies in another of its kind: `size` cells of each array, from `base` on. */
export interface Stretch {
  readonly of: Layout;
  readonly arrays: ReadonlyMap<string, { readonly base: number; readonly size: number }>;
}

/** What is remembered of the state by others, and has to be forgotten when one of these components changes. */
export interface Remembered {
  readonly components: ReadonlySet<string>;
  readonly forget: () => void;
}

export interface StateSnapshot {
  readonly small: Uint32Array;
  readonly double: Float64Array;
  readonly wide: readonly bigint[];
  readonly arrays: readonly CellsSnapshot[];
}

export class Layout {
  private readonly places = new Map<string, Place>();
  private readonly small: Uint32Array;
  private readonly double: Float64Array;
  private readonly wide: bigint[];
  private readonly arrays: ArrayPlace[] = [];
  private remembered: Remembered | undefined;

  constructor(machine: Machine, stretch?: Stretch) {
    const registers = machine.components.filter((c): c is Register => c.kind === "register");
    const banks = { u: registers.filter((r) => r.width <= 32), f: registers.filter((r) => r.width > 32 && isNumber(r.width)), b: registers.filter((r) => !isNumber(r.width)) };
    this.small = new Uint32Array(banks.u.length);
    this.double = new Float64Array(banks.f.length);
    this.wide = new Array<bigint>(banks.b.length).fill(0n);
    const bankOf = { u: this.small, f: this.double, b: this.wide } as const;
    for (const name of ["u", "f", "b"] as const) {
      for (const [at, component] of banks[name].entries()) this.places.set(component.name, { kind: "register", component, bank: bankOf[name], name, at });
    }
    for (const component of machine.components) {
      if (component.kind !== "array") continue;
      const part = stretch?.arrays.get(component.name);
      const cells = part === undefined ? newCells(component.indexWidth, component.width) : new StretchOfCells(stretch!.of.cells(component.name), part.base, part.size, component.width);
      const place: ArrayPlace = { kind: "array", component, cells, number: this.arrays.length };
      this.arrays.push(place);
      this.places.set(component.name, place);
    }
    for (const r of registers) if (r.rest !== undefined) this.set(r.name, r.rest);
  }

  /** From now on this is told of every change that matters to it. */
  remember(remembered: Remembered): void {
    this.remembered = remembered;
    for (const { component, cells } of this.arrays) if (remembered.components.has(component.name)) cells.watchBy(remembered.forget);
  }

  /** What was watched in arrays is watched no more. */
  unwatch(): void {
    for (const { cells } of this.arrays) cells.unwatch();
  }

  private isRemembered(component: string): boolean {
    return this.remembered?.components.has(component) === true;
  }

  // ---------------------------------------------------------------- generated code

  /** The source of a register's value. */
  registerSource(component: string): string {
    const place = this.register(component);
    return `${place.name}[${place.at}]`;
  }

  /** The statement that gives a register a value, an atomic expression. */
  assignSource(component: string, value: string): string {
    const register = this.registerSource(component);
    return this.isRemembered(component) ? `if (${register} !== ${value}) { ${register} = ${value}; z(); }` : `${register} = ${value};`;
  }

  /** A cell whose page is watched from now on. */
  watchedCellSource(component: string, index: string): string {
    return `s${this.array(component).number}(${index})`;
  }

  cellSource(component: string, index: string): string {
    const place = this.array(component);
    return place.cells.kind === "flat" ? `a${place.number}[${index}]` : `a${place.number}.get(${index})`;
  }

  writeSource(component: string, index: string, value: string): string {
    const { cells, number } = this.array(component);
    if (cells.kind === "sparse") return `a${number}.set(${index}, ${value});`;
    const page = cells.dirty.length === 1 ? "0" : `${index} >>> ${PAGE_BITS}`;
    return `a${number}[${index}] = ${value}; d${number}[${page}] = 1;${this.isRemembered(component) ? ` if (w${number}[${page}] === 1) z();` : ""}`;
  }

  /** Makes a function from the source of a function expression; `extra` are further names it knows. */
  bind(source: string, extra: Readonly<Record<string, unknown>> = {}): unknown {
    const known: Record<string, unknown> = { u: this.small, f: this.double, b: this.wide, ...extra };
    const mentioned = new Set(source.match(/\b[adsw]\d+\b/g));
    for (const { cells, number } of this.arrays) {
      if (mentioned.has(`a${number}`)) known[`a${number}`] = cells.kind === "flat" ? cells.data : cells;
      if (cells.kind === "flat") known[`d${number}`] = cells.dirty;
      if (cells.kind === "flat") known[`w${number}`] = cells.watched;
      known[`s${number}`] = cells.getWatched;
    }
    return bindSource(source, known);
  }

  // ---------------------------------------------------------------- access by name

  get(component: string): bigint {
    const place = this.register(component);
    return fromHeld(place.bank[place.at]!);
  }

  set(component: string, value: bigint): void {
    const { bank, at, component: { width } } = this.register(component);
    const held = toHeld(checked(value, width, component), width);
    if (bank[at] === held) return;
    bank[at] = held;
    if (this.isRemembered(component)) this.remembered!.forget();
  }

  getCell(component: string, index: bigint): bigint {
    const { cells, component: c } = this.array(component);
    return fromHeld(cells.get(toHeld(checked(index, c.indexWidth, component), c.indexWidth)));
  }

  setCell(component: string, index: bigint, value: bigint): void {
    const { cells, component: c } = this.array(component);
    cells.set(toHeld(checked(index, c.indexWidth, component), c.indexWidth), toHeld(checked(value, c.width, component), c.width));
  }

  /** The cells of an array, for who shares or compares them. */
  cells(component: string): Cells {
    return this.array(component).cells;
  }

  /** A function that gives another layout of the same machine the present values of these components. */
  copier(components: readonly string[], to: Layout): () => void {
    const registers: { readonly from: RegisterPlace; readonly into: RegisterPlace }[] = [], arrays: { readonly from: AnyCells; readonly into: AnyCells; readonly length: number }[] = [];
    for (const name of components) {
      const from = this.place(name);
      if (from.kind === "register") registers.push({ from, into: to.register(name) });
      else arrays.push({ from: from.cells, into: to.array(name).cells, length: 2 ** from.component.indexWidth });
    }
    const watched = registers.filter(({ into }) => to.isRemembered(into.component.name));
    return () => {
      if (watched.some(({ from, into }) => into.bank[into.at] !== from.bank[from.at])) to.remembered!.forget();
      for (const { from, into } of registers) into.bank[into.at] = from.bank[from.at]!;
      for (const { from, into, length } of arrays) for (let i = 0; i < length; i++) into.set(i, from.get(i));
    };
  }

  /** A function that finds the first of these components that another layout of the same machine holds otherwise; of arrays, so many cells. */
  comparer(components: ReadonlyMap<string, number>, to: Layout): () => { readonly component: string; readonly index?: bigint } | undefined {
    const pairs = [...components].map(([name, length]) => ({ name, length, a: this.place(name), b: to.place(name) }));
    return () => {
      for (const { name, length, a, b } of pairs) {
        if (a.kind === "register") {
          if (b.kind !== "register" || a.bank[a.at] !== b.bank[b.at]) return { component: name };
        } else if (b.kind === "array") {
          const i = firstDifference(a.cells, b.cells, length);
          if (i !== undefined) return { component: name, index: BigInt(i) };
        }
      }
      return undefined;
    };
  }

  /** The cells of an array in which another CPU's differs, of the first so many, as they are asked for. */
  *cellsThatDiffer(component: string, to: Layout, length: number): Generator<number> {
    yield* differences(this.array(component).cells, to.array(component).cells, length);
  }

  /** Of these registers, the first that has another value than when it was asked to remember. */
  watcher(components: readonly string[]): { readonly remember: () => void; readonly changed: () => string | undefined } {
    const places = components.map((name) => this.register(name));
    const known = places.map(({ bank, at }) => bank[at]!);
    return {
      remember: () => { for (const [i, { bank, at }] of places.entries()) known[i] = bank[at]!; },
      changed: () => places.find(({ bank, at }, i) => bank[at] !== known[i])?.component.name,
    };
  }

  snapshot(): StateSnapshot {
    return { small: this.small.slice(), double: this.double.slice(), wide: this.wide.slice(), arrays: this.arrays.map((a) => a.cells.snapshot()) };
  }

  restore(snapshot: StateSnapshot): void {
    this.small.set(snapshot.small);
    this.double.set(snapshot.double);
    for (const [i, value] of snapshot.wide.entries()) this.wide[i] = value;
    for (const [i, { cells }] of this.arrays.entries()) cells.restore(snapshot.arrays[i]!);
    this.remembered?.forget();
  }

  /** Sets registers to values that were fixed before: what the transient ones return to. */
  setter(registers: readonly Register[]): () => void {
    const places = registers.map((r) => ({ place: this.register(r.name), value: toHeld(r.rest!, r.width) }));
    const isWatched = places.some(({ place }) => this.isRemembered(place.component.name));
    return () => {
      if (isWatched && places.some(({ place, value }) => place.bank[place.at] !== value && this.isRemembered(place.component.name))) this.remembered!.forget();
      for (const { place, value } of places) place.bank[place.at] = value;
    };
  }

  private place(component: string): Place {
    const place = this.places.get(component);
    if (place === undefined) throw new Error(`bug: no component ${component}`);
    return place;
  }

  private register(component: string): RegisterPlace {
    const place = this.place(component);
    if (place.kind !== "register") throw new Error(`bug: ${component} is an array`);
    return place;
  }

  private array(component: string): ArrayPlace {
    const place = this.place(component);
    if (place.kind !== "array") throw new Error(`bug: ${component} is no array`);
    return place;
  }
}

function checked(value: bigint, width: number, component: string): bigint {
  if (value < 0n || value >> BigInt(width) !== 0n) throw new Error(`bug: ${value} does not fit ${width} bits of ${component}`);
  return value;
}

/** Of the first `length` cells, the first in which two arrays differ. */
function firstDifference(a: Cells, b: Cells, length: number): number | undefined {
  return differences(a, b, length).next().value;
}

/** Of the first `length` cells, those in which two arrays differ: what neither has ever written is not looked at. */
function* differences(a: Cells, b: Cells, length: number): Generator<number, undefined> {
  for (const [from, to] of stretches(a, b, length)) {
    for (let i = unlike(a, b, from, to); i < to; i = unlike(a, b, i + 1, to)) yield i;
  }
  return undefined;
}

/** The first from here on that is not alike, or `to`. */
function unlike(a: Cells, b: Cells, from: number, to: number): number {
  let i = from;
  while (i < to && a.get(i) === b.get(i)) i++;
  return i;
}

function stretches(a: Cells, b: Cells, length: number): readonly (readonly [from: number, to: number])[] {
  const own = a.pagesHeld?.(), others = b.pagesHeld?.();
  if (own === undefined || others === undefined) return [[0, length]];
  const first = [...new Set([...own.first, ...others.first])].sort((x, y) => x - y);
  return first.map((from) => [from, Math.min(length, from + Math.max(own.length, others.length))]);
}
