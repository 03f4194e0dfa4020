/**
 * Random term graphs from a list of numbers, so that fast-check shrinks them: fewer numbers make fewer terms, smaller
 * numbers make plainer ones.
 *
 * The leaves are the registers of all interesting widths and one array; nodes are operators of the table, choices, reads, writes and loops
 * (half of which store), over earlier nodes, so that sharing under branches is common.
 */
import fc from "fast-check";
import { mask } from "../../src/bits/bits.js";
import type { Component, ComponentArray, Machine, Register, Step } from "../../src/isa/machine.js";
import { isArray, type AnyTerm, type ArrayTerm, type Term } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";

export const WIDTHS = [1, 2, 7, 8, 18, 31, 32, 33, 36, 48, 52, 53, 54, 63, 64, 65, 72, 127, 128] as const;

export const INDEX_WIDTH = 4;
export const CELL_WIDTH = 36;

const NOWHERE = { file: "generated.isa", line: 1, column: 1 };

export function emptyMachine(terms: Terms, components: readonly Component[]): Machine {
  return {
    name: "generated", title: "Generated", bitOrder: "lsb0", radix: "hexadecimal", sources: {}, parameters: {}, terms, components, modes: [], windows: [], traps: [],
    interrupts: [], front: [], instructions: [], unallocated: [], configurations: [], invariants: [], omits: [], sha256: "",
  };
}

export function registerOf(terms: Terms, name: string, width: number): Register {
  return { kind: "register", name, width, role: "general", variable: terms.variable("state", name, width), origin: NOWHERE };
}

export function arrayOf(terms: Terms, name: string, indexWidth: number, width: number): ComponentArray {
  return { kind: "array", name, width, indexWidth, role: "storage", variable: terms.array("state", name, indexWidth, width), origin: NOWHERE };
}

/** Two registers of each width, and an array. */
export function stateOf(terms: Terms): Component[] {
  return [...WIDTHS.flatMap((w) => [registerOf(terms, `r${w}a`, w), registerOf(terms, `r${w}b`, w)]), arrayOf(terms, "cells", INDEX_WIDTH, CELL_WIDTH)];
}

/** Numbers, one after another, 0 when there are no more. */
export class Stream {
  private at = 0;
  constructor(private readonly numbers: readonly number[]) {}
  get isEmpty(): boolean {
    return this.at >= this.numbers.length;
  }
  below(n: number): number {
    return n <= 1 ? 0 : (this.numbers[this.at++] ?? 0) % n;
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}

export class Builder {
  readonly pool: Term[];
  /** built over one and the same: the component, or the slot of a loop */
  readonly arrays: ArrayTerm[];
  /** few widths make much sharing */
  private readonly widths: readonly number[];
  /** choices on few conditions make sides of an `if` that depend on each other */
  private readonly conditions: readonly Term[];

  constructor(private readonly terms: Terms, private stream: Stream, leaves: readonly AnyTerm[], private readonly depth = 0, /** can be read too */ private readonly others: readonly ArrayTerm[] = []) {
    this.pool = leaves.filter((t): t is Term => !isArray(t));
    this.arrays = leaves.filter((t): t is ArrayTerm => isArray(t));
    this.widths = stream.below(3) === 0 ? WIDTHS : [stream.pick(WIDTHS), stream.pick(WIDTHS), 1];
    const bits = this.pool.filter((t) => t.width === 1).slice(0, 2);
    this.conditions = [...bits, terms.apply("ult", [this.of(36), this.of(36)])];
  }

  private condition(): Term {
    return this.stream.below(4) === 0 ? this.of(1) : this.stream.pick(this.conditions);
  }

  /** A term of a width, of an earlier one. */
  of(width: number): Term {
    const { terms, stream } = this;
    const same = this.pool.filter((t) => t.width === width);
    // mostly of the latest, so that graphs grow deep
    const latest = <T>(from: readonly T[]): T => from[from.length - 1 - stream.below(stream.below(3) === 0 ? from.length : Math.min(from.length, 6))]!;
    if (same.length > 0 && stream.below(6) > 0) return latest(same);
    const term = latest(this.pool);
    if (term.width === width) return term;
    if (term.width > width) {
      const low = stream.below(term.width - width + 1);
      return terms.extract(term, low + width - 1, low);
    }
    return stream.below(2) === 0 ? terms.zeroExtend(term, width) : terms.signExtend(term, width);
  }

  grow(steps: number): void {
    for (let i = 0; i < steps && !this.stream.isEmpty; i++) this.pool.push(this.node());
  }

  private node(): Term {
    const { terms, stream } = this;
    const width = stream.pick(this.widths);
    switch (stream.below(22)) {
      case 0:
        return terms.apply(stream.pick(["not", "neg"] as const), [this.of(width)]);
      case 1:
        return terms.apply(stream.pick(["and", "or", "xor"] as const), [this.of(width), this.of(width)]);
      case 2:
        return terms.apply(stream.pick(["add", "sub", "mul"] as const), [this.of(width), this.of(width)]);
      case 3:
        return terms.apply(stream.pick(["udiv", "urem", "sdiv", "srem"] as const), [this.of(width), this.of(width)]);
      case 4:
        return terms.apply(stream.pick(["shl", "lshr", "ashr"] as const), [this.of(width), this.of(stream.pick(WIDTHS))]);
      case 5:
        return terms.apply(stream.pick(["eq", "ult", "ule", "slt", "sle"] as const), [this.of(width), this.of(width)]);
      case 6: {
        const low = stream.pick(WIDTHS);
        return width + low <= 128 ? terms.concat(this.of(width), this.of(low)) : this.of(width);
      }
      case 7:
        return terms.constant(BigInt(stream.below(1 << 20)) * BigInt(stream.below(1 << 20)), width);
      case 8:
        return stream.below(2) === 0 ? terms.and(this.of(1), this.of(1)) : terms.or(this.of(1), terms.not(this.of(1)));
      case 9:
        return this.read();
      case 10:
        this.arrays.push(stream.below(2) === 0
          ? terms.store(this.arrays[this.arrays.length - 1]!, this.of(INDEX_WIDTH), this.of(CELL_WIDTH))
          : terms.arrayIte(this.of(1), stream.pick(this.arrays), stream.pick(this.arrays)));
        return this.of(width);
      case 11:
      case 12:
      case 13:
        return this.depth < 2 ? this.loop() : this.of(width);
      case 14:
      case 15:
      case 16:
      case 17: {
        // something that is used twice, but on one side only
        const own = terms.apply(stream.pick(["add", "sub", "xor", "and"] as const), [this.of(width), this.of(width)]);
        const twice = terms.apply("add", [terms.apply("lshr", [own, this.of(width)]), terms.apply("or", [own, this.of(width)])]);
        const sides: [Term, Term] = stream.below(2) === 0 ? [twice, this.of(width)] : [this.of(width), twice];
        return terms.ite(this.condition(), ...sides);
      }
      default:
        return terms.ite(this.condition(), this.of(width), this.of(width));
    }
  }

  private loop(): Term {
    const { terms, stream } = this;
    const widths = Array.from({ length: 1 + stream.below(3) }, () => stream.pick(WIDTHS));
    const slots = terms.slots(widths, this.depth);
    const isStoring = stream.below(2) === 1;
    const slot = terms.arraySlot("cells", this.depth, INDEX_WIDTH, CELL_WIDTH);
    const inside = isStoring
      ? new Builder(terms, stream, [...this.pool, ...slots, slot], this.depth + 1, [...this.arrays, ...this.others])
      : new Builder(terms, stream, [...this.pool, ...this.arrays, ...slots], this.depth + 1, this.others);
    inside.pool.push(inside.read());
    inside.grow(1 + stream.below(6));
    const condition = inside.of(1), next = widths.map((w) => inside.of(w)), limit = stream.below(5);
    if (isStoring) inside.arrays.push(terms.store(stream.pick(inside.arrays), inside.of(INDEX_WIDTH), inside.of(CELL_WIDTH)));
    const arrays = isStoring ? [{ slot, initial: stream.pick(this.arrays), next: inside.arrays[inside.arrays.length - 1]! }] : [];
    const made = terms.loop({ slots, initial: widths.map((w) => this.of(w)), condition, next, limit, arrays });
    this.pool.push(...made.results);
    for (const array of made.arrays) {
      this.arrays.push(array);
      this.pool.push(terms.select(array, this.of(INDEX_WIDTH)));
    }
    return made.exceeded;
  }

  private read(): Term {
    return this.terms.select(this.stream.pick([...this.arrays, ...this.others]), this.of(INDEX_WIDTH));
  }

  /** A step over what has grown: exits, next values of registers and of the array, a word to execute. */
  step(components: readonly Component[], numbers: readonly number[]): Step {
    const { terms } = this;
    const stream = (this.stream = new Stream(numbers));
    const effects = (): ReadonlyMap<string, AnyTerm> => {
      const next = new Map<string, AnyTerm>();
      const registers = components.filter((c): c is Register => c.kind === "register");
      for (let n = stream.below(6); n > 0; n--) {
        const r = stream.pick(registers.filter((c) => this.widths.includes(c.width)));
        next.set(r.name, this.of(r.width));
      }
      if (stream.below(2) === 1) next.set("cells", this.arrays[this.arrays.length - 1]!);
      return next;
    };
    const kinds = ["trap", "memory-trap", "halt", "beyond"] as const;
    const exits = Array.from({ length: stream.below(4) }, (_, i) => ({
      guard: this.of(1), kind: stream.pick(kinds), cause: `cause${i}`, args: Array.from({ length: stream.below(3) }, () => this.of(stream.pick(WIDTHS))),
      ...(stream.below(3) === 0 ? { leaving: effects() } : {}), origin: NOWHERE,
    }));
    return { exits, next: effects(), ...(stream.below(4) === 3 ? { execute: { guard: this.of(1), word: this.of(36) } } : {}), assignedAt: new Map() };
  }
}

/** Values that find mistakes: ends of ranges, signs, halves. */
export function bitsOf(width: number): fc.Arbitrary<bigint> {
  const edges = [0n, 1n, mask(width), 1n << BigInt(width - 1), mask(width) >> 1n, mask(Math.min(32, width)), mask(Math.min(31, width)), (1n << 32n) & mask(width), mask(width) ^ 1n];
  return fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: mask(width) }), fc.bigInt({ min: 0n, max: mask(Math.min(6, width)) }));
}

export const numbers = (max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 0, max: 0x7fff_ffff }), { maxLength: max, size: "max" });

/** Some of the values at the ends of the range. */
export function edge(value: bigint, width: number): bigint {
  const ones = (1n << BigInt(width)) - 1n;
  switch (value & 7n) {
    case 0n: return ones;
    case 1n: return 1n << BigInt(width - 1);
    case 2n: return (value >> 8n) & 15n & ones;
    default: return (value >> 8n) & ones;
  }
}
