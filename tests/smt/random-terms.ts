/**
 * Random terms of every operator, widths 1 to 80 (shift amounts and others included), with arrays and nested loops, for
 * the laws of the solver room. A term is grown from a list of random numbers, so that fast-check can shrink it.
 */
import fc from "fast-check";
import { OPERATORS, type OperatorName } from "../../src/bits/operators.js";
import { truncate } from "../../src/bits/bits.js";
import type { Assignment } from "../../src/isa/evaluate.js";
import type { ArrayTerm, ArrayVariableTerm, Term, VariableTerm } from "../../src/isa/term.js";
import type { Terms } from "../../src/isa/terms.js";

export interface Recipe {
  readonly choices: readonly number[];
  readonly size: number;
}

export const recipes: fc.Arbitrary<Recipe> = fc.record({ choices: fc.array(fc.nat({ max: 0xffff }), { minLength: 20, maxLength: 120 }), size: fc.integer({ min: 2, max: 24 }) });

const WIDTHS = [1, 1, 2, 3, 4, 7, 8, 13, 16, 31, 32, 33, 64, 80] as const;
const INDEX_WIDTH = 3;
const CELL_WIDTH = 8;
/** Loops run at most this often. */
export const LOOP_LIMIT = 3;

/** Grows a term from the recipe; `tag` keeps the variables of several recipes apart. */
export function grow(terms: Terms, { choices, size }: Recipe, tag: string): Term {
  return new Grower(terms, choices, tag).grow(size);
}

class Grower {
  private at = 0;
  /** the array that the rounds around store into, innermost last */
  private readonly stored: ArrayTerm[] = [];
  private readonly results: ArrayTerm[] = [];

  constructor(private readonly terms: Terms, private readonly choices: readonly number[], private readonly tag: string) {}

  grow(size: number): Term {
    const pool: Term[] = [this.leaf([]), this.leaf([])];
    for (let i = 0; i < size; i++) pool.push(this.node(pool, []));
    return pool.at(-1)!;
  }

  private next(below: number): number {
    const choice = this.choices[this.at++ % this.choices.length]! + (this.at > this.choices.length ? this.at : 0);
    return choice % below;
  }

  private leaf(slots: readonly VariableTerm[]): Term {
    const width = WIDTHS[this.next(WIDTHS.length)]!;
    const kind = this.next(5);
    if (kind === 0) return this.terms.constant(BigInt(this.next(0xffff)) * 0x9e3779b97f4a7c15n, width);
    if (kind < 3 && slots.length > 0) return slots[this.next(slots.length)]!;
    return this.terms.variable("state", `${this.tag}x${this.next(3)}`, width);
  }

  private fit(term: Term, width: number): Term {
    if (term.width === width) return term;
    if (term.width > width) return this.terms.extract(term, width - 1, 0);
    return this.next(2) === 0 ? this.terms.zeroExtend(term, width) : this.terms.signExtend(term, width);
  }

  private pick(pool: readonly Term[]): Term {
    return pool[pool.length - 1 - (this.next(pool.length * pool.length) % pool.length)]!;
  }

  private array(pool: readonly Term[], width: number): ArrayTerm {
    const { terms } = this;
    const known = width === CELL_WIDTH ? [...this.stored, ...this.results] : [];
    const choice = known.length === 0 ? 0 : this.next(known.length + 1);
    let array: ArrayTerm = known[choice] ?? terms.array("state", `${this.tag}m`, INDEX_WIDTH, width);
    for (let n = this.next(3); n > 0; n--) {
      const stored = terms.store(array, this.fit(this.pick(pool), INDEX_WIDTH), this.fit(this.pick(pool), width));
      array = this.next(3) === 0 ? terms.arrayIte(this.fit(this.pick(pool), 1), stored, array) : stored;
    }
    return array;
  }

  private node(pool: readonly Term[], slots: readonly VariableTerm[], depth = 0): Term {
    const { terms } = this;
    const kind = this.next(OPERATORS.length + 6);
    if (kind < OPERATORS.length) return this.operator(OPERATORS[kind]!, pool);
    if (kind < OPERATORS.length + 3) return terms.select(this.array(pool, CELL_WIDTH), this.fit(this.pick(pool), INDEX_WIDTH));
    if (kind < OPERATORS.length + 5 && depth < 2) return this.loop(pool, depth);
    return this.leaf(slots);
  }

  private operator(op: OperatorName, pool: readonly Term[]): Term {
    const { terms } = this;
    const a = this.pick(pool), b = this.pick(pool);
    switch (op) {
      case "not":
      case "neg":
        return terms.apply(op, [a]);
      case "shl":
      case "lshr":
      case "ashr":
        return terms.apply(op, [a, b]);
      case "concat":
        return a.width + b.width > 80 ? terms.apply("xor", [a, this.fit(b, a.width)]) : terms.concat(a, b);
      case "extract": {
        const low = this.next(a.width);
        return terms.extract(a, low + this.next(a.width - low), low);
      }
      case "zero-extend":
      case "sign-extend":
        return terms.apply(op, [a], [a.width + this.next(81 - Math.min(a.width, 80))]);
      case "ite":
        return terms.ite(this.fit(this.pick(pool), 1), a, this.fit(b, a.width));
      default:
        return terms.apply(op, [a, this.fit(b, a.width)]);
    }
  }

  private loop(pool: readonly Term[], depth: number): Term {
    const { terms } = this;
    const initial = [this.pick(pool), this.pick(pool)];
    const slots = terms.slots(initial.map((t) => t.width), depth);
    const isStoring = this.next(2) === 0;
    const own = isStoring ? [{ slot: terms.arraySlot(`${this.tag}m`, depth, INDEX_WIDTH, CELL_WIDTH), initial: this.array(pool, CELL_WIDTH) }] : [];
    const outside = this.results.length;
    this.stored.push(...own.map((a) => a.slot));
    // closed terms, other loops of this depth among them, may stand in the body too
    const body: Term[] = [...pool.slice(-3), ...slots];
    for (let n = 2 + this.next(4); n > 0; n--) body.push(this.node(body, slots, depth + 1));
    const arrays = own.map((a) => ({ ...a, next: this.written(a.slot, body) }));
    const condition = this.fit(this.pick(body), 1), next = slots.map((s) => this.fit(this.pick(body), s.width)), limit = this.next(LOOP_LIMIT + 1);
    this.stored.length -= own.length;
    this.results.length = outside; // they may mention the slots
    const { results, arrays: after, exceeded } = terms.loop({ slots, initial, condition, next, limit, arrays });
    this.results.push(...after);
    return [...results, exceeded, ...after.map((array) => terms.select(array, this.fit(this.pick(pool), INDEX_WIDTH)))][this.next(3 + after.length)]!;
  }

  private written(array: ArrayTerm, pool: readonly Term[]): ArrayTerm {
    const { terms } = this;
    const stored = terms.store(array, this.fit(this.pick(pool), INDEX_WIDTH), this.fit(this.pick(pool), CELL_WIDTH));
    return this.next(2) === 0 ? terms.arrayIte(this.fit(this.pick(pool), 1), stored, array) : stored;
  }
}

/** A deterministic assignment of whatever is asked for; extreme values are common. */
export function randomAssignment(seed: number): Assignment {
  const value = (key: string, width: number): bigint => {
    let h = BigInt(seed) + 0x1234567n;
    for (const c of key) h = truncate((h ^ BigInt(c.charCodeAt(0))) * 0x9e3779b97f4a7c15n + (h >> 29n), 128);
    const kind = Number(h & 7n);
    return truncate(kind === 0 ? 0n : kind === 1 ? -1n : kind === 2 ? 1n << BigInt(width - 1) : kind < 5 ? (h >> 7n) & 7n : h >> 9n, width);
  };
  return {
    variable: (v: VariableTerm) => value(`${v.name}:${v.width}`, v.width),
    cell: (a: ArrayVariableTerm, index: bigint) => value(`${a.name}[${index}]`, a.width),
  };
}
