/**
 * Random expressions twice: as terms, built through every simplification, and as they were meant, evaluated by the operator
 * table alone. Few leaves and much reuse, so that rules about equal operands, complements and constants have something to do.
 */
import { mask } from "../../src/bits/bits.js";
import { OPERATORS, TABLE, type OperatorName } from "../../src/bits/operators.js";
import type { ArrayTerm, Term, VariableTerm } from "../../src/isa/term.js";
import type { Terms } from "../../src/isa/terms.js";
import type { Stream } from "../machine/generated-terms.js";

export interface Values {
  readonly variable: (name: string) => bigint;
  readonly cell: (index: bigint) => bigint;
}

/** A term, and its value as it was meant. */
export interface Raw {
  readonly term: Term;
  readonly value: (values: Values) => bigint;
}
/** Computed once for the same values: expressions share what they are made of. */
function once(term: Term, compute: (values: Values) => bigint): Raw {
  let last: Values | undefined;
  let result = 0n;
  return {
    term,
    value: (values) => {
      if (values !== last) {
        result = compute(values);
        last = values;
      }
      return result;
    },
  };
}

interface RawArray {
  readonly term: ArrayTerm;
  readonly at: (index: bigint, values: Values) => bigint;
}

export const INDEX_BITS = 2;

const BINARY = ["and", "or", "and", "or", "add", "sub", "xor"] as const;

export class RawBuilder {
  readonly pool: Raw[] = [];
  readonly variables: VariableTerm[] = [];
  readonly array;
  private readonly arrays: RawArray[];

  constructor(private readonly terms: Terms, private readonly stream: Stream, private readonly widths: readonly number[], private readonly cellWidth: number) {
    for (const width of new Set(widths)) for (const name of ["x", "y"]) this.variable(`${name}${width}`, width);
    this.array = terms.array("free", "cells", INDEX_BITS, cellWidth);
    this.arrays = [{ term: this.array, at: (i, v) => v.cell(i) }];
  }

  private variable(name: string, width: number): void {
    const term = this.terms.variable("free", name, width);
    this.variables.push(term);
    this.pool.push({ term, value: (v) => v.variable(name) });
  }

  grow(steps: number): Raw {
    for (let i = 0; i < steps && !this.stream.isEmpty; i++) this.pool.push(this.node());
    return this.pool[this.pool.length - 1]!;
  }

  /** One of a width: mostly an earlier one, sometimes a constant, else cut or extended. */
  of(width: number): Raw {
    const { stream, terms } = this;
    if (stream.below(5) === 0) {
      const value = stream.pick([0n, 1n, mask(width), 1n << BigInt(width - 1), BigInt(stream.below(1 << 20)) & mask(width)]) & mask(width);
      return { term: terms.constant(value, width), value: () => value };
    }
    const same = this.pool.filter((r) => r.term.width === width);
    if (same.length > 0 && stream.below(6) > 0) return same[same.length - 1 - stream.below(Math.min(same.length, 6))]!;
    const other = stream.pick(this.pool);
    if (other.term.width === width) return other;
    if (other.term.width < width) return this.apply(stream.pick(["zero-extend", "sign-extend"] as const), [other], [width]);
    const low = stream.below(other.term.width - width + 1);
    return this.apply("extract", [other], [low + width - 1, low]);
  }

  private apply(op: OperatorName, args: readonly Raw[], parameters: readonly number[] = []): Raw {
    const widths = args.map((a) => a.term.width);
    return once(this.terms.apply(op, args.map((a) => a.term), parameters), (v) => TABLE[op].value(args.map((a) => a.value(v)), widths, parameters));
  }

  private node(): Raw {
    const { stream } = this;
    const width = stream.pick(this.widths);
    if (stream.below(4) === 0) return this.again(stream.pick([1, 1, width]));
    const op = stream.pick([...OPERATORS, "select", "store", "array-ite", "ite", "ite", "and", "or", "not", "eq", "add", "sub", "concat", "extract"] as const);
    switch (op) {
      case "select": return this.read();
      case "store": return this.write();
      case "array-ite": return this.choose();
      case "ite": return this.apply(op, [this.of(1), this.of(width), this.of(width)]);
      case "extract": {
        const from = stream.pick(this.pool);
        const low = stream.below(from.term.width);
        return this.apply(op, [from], [low + stream.below(from.term.width - low), low]);
      }
      case "concat": {
        const a = this.of(width), b = this.of(stream.pick(this.widths));
        return a.term.width + b.term.width <= 128 ? this.apply(op, [a, b]) : a;
      }
      case "zero-extend":
      case "sign-extend": return this.apply(op, [this.of(width)], [width + stream.below(9)]);
      case "shl":
      case "lshr":
      case "ashr": return this.apply(op, [this.of(width), this.of(stream.pick(this.widths))]);
      default: return this.apply(op, Array.from({ length: TABLE[op].arity }, () => this.of(width)));
    }
  }

  /** An operand, or its contrary, met again one level below: what rules of absorption and cancelling look for. */
  private again(width: number): Raw {
    const { stream } = this;
    const outer = stream.pick([...BINARY, "eq"] as const), inner = stream.pick(BINARY);
    if (stream.below(4) === 0) return this.twice(width);
    const x = this.of(width), y = this.of(width), same = stream.below(2) === 0 ? x : this.apply("not", [x]);
    const below = this.apply(inner, stream.below(2) === 0 ? [same, y] : [y, same]);
    if (width === 1 && stream.below(4) === 0) return this.apply("ite", [x, stream.pick([below, same, y]), stream.pick([below, same, y])]);
    return this.apply(outer, stream.below(2) === 0 ? [x, below] : [below, x]);
  }

  /** A choice within a choice on the same condition. */
  private twice(width: number): Raw {
    const { stream } = this;
    const condition = this.of(1), within = stream.below(2) === 0 ? condition : this.apply("not", [condition]);
    const inner = this.apply("ite", [within, this.of(width), this.of(width)]);
    return this.apply("ite", stream.below(2) === 0 ? [condition, inner, this.of(width)] : [condition, this.of(width), inner]);
  }

  private read(): Raw {
    const array = this.arrays[this.arrays.length - 1 - this.stream.below(this.arrays.length)]!, index = this.of(INDEX_BITS);
    return once(this.terms.select(array.term, index.term), (v) => array.at(index.value(v), v));
  }

  private write(): Raw {
    const under = this.stream.pick(this.arrays), index = this.of(INDEX_BITS), value = this.of(this.cellWidth);
    this.arrays.push({ term: this.terms.store(under.term, index.term, value.term), at: (i, v) => (index.value(v) === i ? value.value(v) : under.at(i, v)) });
    return this.read();
  }

  private choose(): Raw {
    const a = this.stream.pick(this.arrays), b = this.stream.pick(this.arrays), condition = this.of(1);
    this.arrays.push({ term: this.terms.arrayIte(condition.term, a.term, b.term), at: (i, v) => (condition.value(v) === 1n ? a : b).at(i, v) });
    return this.read();
  }
}

/** All values of variables and cells, if they are few. */
export function* everyValues(variables: readonly VariableTerm[], cellWidth: number): Generator<Values> {
  const bits = variables.reduce((n, v) => n + v.width, 0) + cellWidth * 2 ** INDEX_BITS;
  for (let n = 0n; n < 1n << BigInt(bits); n++) yield valuesFrom(n, variables, cellWidth);
}

/** The low bits of a number, shared out. */
export function valuesFrom(n: bigint, variables: readonly VariableTerm[], cellWidth: number): Values {
  const byName = new Map<string, bigint>();
  let rest = n;
  for (const v of variables) {
    byName.set(v.name, rest & mask(v.width));
    rest >>= BigInt(v.width);
  }
  return { variable: (name) => byName.get(name) ?? 0n, cell: (i) => (rest >> (i * BigInt(cellWidth))) & mask(cellWidth) };
}
