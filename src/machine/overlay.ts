/**
 * What a loop has stored so far: cells by index, in the order in which they were first stored.
 *
 * Nothing of a step is committed before all of it is computed, so the rounds of a loop that stores leave the component's
 * cells alone and store here; reads look here first. One overlay belongs to one loop of one generated function and is
 * emptied when the loop begins. Generated code reads `keys`, `values` and `size` itself.
 */
import { isNumber, type Held } from "./compile-representation.js";

type Values = Uint32Array | Float64Array | bigint[];

const FIRST_CAPACITY = 512;
/** 2^32 divided by the golden ratio: the high bits of its multiples spread well. */
const SPREAD = 0x9e3779b1;

export class Overlay {
  size = 0;
  /** indices have at most 48 bits */
  keys = new Float64Array(FIRST_CAPACITY);
  values: Values;
  /** where each entry stands in the table */
  private places = new Int32Array(FIRST_CAPACITY);
  /** entry + 1, or 0; twice as long as the entries, a power of two */
  private table = new Int32Array(2 * FIRST_CAPACITY);
  /** the table's length is 2^(32 - shift) */
  private shift = 31 - Math.log2(FIRST_CAPACITY);

  /** @param width bits of a cell */
  constructor(private readonly width: number) {
    this.values = newValues(width, FIRST_CAPACITY);
  }

  clear(): void {
    for (let entry = 0; entry < this.size; entry++) this.table[this.places[entry]!] = 0;
    this.size = 0;
  }

  /** The entry of an index, or -1. */
  find(index: number): number {
    const { table, keys } = this, last = table.length - 1;
    for (let at = Math.imul(index ^ (index / 2 ** 32), SPREAD) >>> this.shift; ; at = (at + 1) & last) {
      const entry = table[at]! - 1;
      if (entry < 0 || keys[entry] === index) return entry;
    }
  }

  set(index: number, value: Held): void {
    let entry = this.find(index);
    if (entry < 0) {
      entry = this.size;
      if (entry === this.keys.length) this.grow();
      this.keys[entry] = index;
      this.size = entry + 1;
      this.enter(entry);
    }
    this.values[entry] = value;
  }

  /** All that another one holds, as if it were stored now. */
  setAll(other: Overlay): void {
    for (let entry = 0; entry < other.size; entry++) this.set(other.keys[entry]!, other.values[entry]!);
  }

  private enter(entry: number): void {
    const { table } = this, last = table.length - 1, index = this.keys[entry]!;
    let at = Math.imul(index ^ (index / 2 ** 32), SPREAD) >>> this.shift;
    while (table[at] !== 0) at = (at + 1) & last;
    table[at] = entry + 1;
    this.places[entry] = at;
  }

  private grow(): void {
    const capacity = 2 * this.keys.length, { keys, values } = this;
    this.keys = new Float64Array(capacity);
    this.keys.set(keys);
    this.values = newValues(this.width, capacity);
    for (let entry = 0; entry < values.length; entry++) this.values[entry] = values[entry]!;
    this.places = new Int32Array(capacity);
    this.table = new Int32Array(2 * capacity);
    this.shift--;
    for (let entry = 0; entry < this.size; entry++) this.enter(entry);
  }
}

function newValues(width: number, capacity: number): Values {
  if (width <= 32) return new Uint32Array(capacity);
  return isNumber(width) ? new Float64Array(capacity) : new Array<bigint>(capacity).fill(0n);
}
