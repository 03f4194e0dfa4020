/**
 * The factory of terms: hash-consing and local simplification in one place.
 *
 * One `Terms` belongs to one machine; requirements add their obligations to the same graph, so that what a definition
 * compares is shared with what the instruction computes.
 */
import { mask, truncate } from "../bits/bits.js";
import { TABLE, type OperatorName } from "../bits/operators.js";
import { simplify } from "./simplify.js";
import { loopBody, loopSlots, loopStarts } from "./term.js";
import type { AnyTerm, ArrayTerm, ArrayVariableTerm, ConstantTerm, Loop, LoopArrayTerm, Term, VariableSpace, VariableTerm } from "./term.js";

/** Rules that build by rules are followed so deep; beyond, a node is built as asked, which is always right. */
const DEEPEST_SIMPLIFICATION = 200;

export class Terms {
  private readonly interned = new Map<string, AnyTerm>();
  /** Slices of sums are sums of slices, two for one: without a memory, shared sums would be sliced exponentially often. */
  private readonly sliced = new Map<string, Term>();
  private nextId = 0;
  private nesting = 0;
  private asked = 0;
  readonly true: ConstantTerm = this.constant(1n, 1);
  readonly false: ConstantTerm = this.constant(0n, 1);

  private intern<T extends AnyTerm>(key: string, make: (id: number) => T): T {
    const known = this.interned.get(key);
    if (known !== undefined) return known as T;
    const made = make(this.nextId++);
    this.interned.set(key, made);
    return made;
  }

  /** How many terms there are; the next new term's id. */
  get size(): number {
    return this.nextId;
  }

  /** How many nodes have been asked for, simplified ones included: a measure of work that does not depend on the clock. */
  get work(): number {
    return this.asked;
  }

  constant(value: bigint | number, width: number): ConstantTerm {
    const bits = truncate(BigInt(value), width);
    return this.intern(`c${width}:${bits}`, (id) => ({ op: "constant", id, width, value: bits }));
  }

  zeros(width: number): ConstantTerm {
    return this.constant(0n, width);
  }

  ones(width: number): ConstantTerm {
    return this.constant(mask(width), width);
  }

  boolean(value: boolean): ConstantTerm {
    return value ? this.true : this.false;
  }

  variable(space: VariableSpace, name: string, width: number): VariableTerm {
    return this.intern(`v${space}:${width}:${name}`, (id) => ({ op: "variable", id, width, space, name }));
  }

  array(space: VariableSpace, name: string, indexWidth: number, width: number): ArrayVariableTerm {
    return this.intern(`a${space}:${indexWidth}:${width}:${name}`, (id) => ({ op: "array", id, indexWidth, width, space, name }));
  }

  /** Any operator of the table; widths must fit (a bug otherwise: users' widths are checked by the front end). */
  apply(op: OperatorName, args: readonly Term[], parameters: readonly number[] = []): Term {
    this.asked++;
    const width = TABLE[op].width(args.map((a) => a.width), parameters);
    if (typeof width === "string") throw new Error(`bug: ${op}: ${width}`);
    if (op === "extract" && (args[0]!.op === "add" || args[0]!.op === "sub")) return this.slice(args[0]!, parameters, width);
    return this.simplified(op, args, parameters, width) ?? this.node(op, args, parameters, width);
  }

  private slice(sum: Term, parameters: readonly number[], width: number): Term {
    const key = `${parameters.join(",")}|${sum.id}`;
    const known = this.sliced.get(key);
    if (known !== undefined) return known;
    const made = this.simplified("extract", [sum], parameters, width) ?? this.node("extract", [sum], parameters, width);
    this.sliced.set(key, made);
    return made;
  }

  private simplified(op: OperatorName, args: readonly Term[], parameters: readonly number[], width: number): Term | undefined {
    if (this.nesting >= DEEPEST_SIMPLIFICATION && !args.every((a) => a.op === "constant")) return undefined;
    this.nesting++;
    const simpler = simplify(this, op, args, parameters, width);
    this.nesting--;
    return simpler;
  }

  private node(op: OperatorName, args: readonly Term[], parameters: readonly number[], width: number): Term {
    return this.intern(`${op}|${parameters.join(",")}|${args.map((a) => a.id).join(",")}`, (id) => ({ op, id, width, args, parameters }));
  }

  not(a: Term): Term { return this.apply("not", [a]); }
  and(...args: readonly Term[]): Term { return args.reduce<Term>((a, b) => this.apply("and", [a, b]), args.length > 0 ? this.ones(args[0]!.width) : this.true); }
  or(...args: readonly Term[]): Term { return args.reduce<Term>((a, b) => this.apply("or", [a, b]), args.length > 0 ? this.zeros(args[0]!.width) : this.false); }
  implies(a: Term, b: Term): Term { return this.or(this.not(a), b); }
  eq(a: Term, b: Term): Term { return this.apply("eq", [a, b]); }
  ne(a: Term, b: Term): Term { return this.not(this.eq(a, b)); }
  ite(c: Term, a: Term, b: Term): Term { return this.apply("ite", [c, a, b]); }
  concat(...args: readonly Term[]): Term { return args.slice(1).reduce<Term>((a, b) => this.apply("concat", [a, b]), args[0]!); }
  extract(a: Term, high: number, low: number): Term { return this.apply("extract", [a], [high, low]); }
  zeroExtend(a: Term, width: number): Term { return this.apply("zero-extend", [a], [width]); }
  signExtend(a: Term, width: number): Term { return this.apply("sign-extend", [a], [width]); }

  select(array: ArrayTerm, index: Term): Term {
    this.asked++;
    // read over write, where the indices are decided by their form
    let from = array;
    for (;;) {
      if (from.op === "store") {
        if (from.index === index) return from.value;
        if (this.eq(from.index, index) === this.false) {
          from = from.array;
          continue;
        }
      }
      break;
    }
    return this.intern(`s${from.id},${index.id}`, (id) => ({ op: "select", id, width: from.width, array: from, index }));
  }

  store(array: ArrayTerm, index: Term, value: Term): ArrayTerm {
    this.asked++;
    if (value.op === "select" && value.array === array && value.index === index) return array;
    const under = array.op === "store" && array.index === index ? array.array : array;
    return this.intern(`w${under.id},${index.id},${value.id}`, (id) => ({ op: "store", id, indexWidth: under.indexWidth, width: under.width, array: under, index, value }));
  }

  arrayIte(condition: Term, then: ArrayTerm, otherwise: ArrayTerm): ArrayTerm {
    if (then === otherwise || condition === this.true) return then;
    if (condition === this.false) return otherwise;
    return this.intern(`i${condition.id},${then.id},${otherwise.id}`, (id) => ({ op: "array-ite", id, indexWidth: then.indexWidth, width: then.width, condition, then, otherwise }));
  }

  cell(window: string, access: number, address: Term, width: number): Term {
    return this.intern(`m${access},${address.id},${window}`, (id) => ({ op: "cell", id, width, window, access, address }));
  }

  faults(window: string, access: number, trap: number, address: Term): Term {
    return this.intern(`f${access},${trap},${address.id},${window}`, (id) => ({ op: "faults", id, width: 1, window, access, trap, address }));
  }

  /**
   * The slot variables of a loop at this nesting depth (outermost 0). They are bound by their loop, so loops of one depth
   * share them, and equal loops are the same term.
   */
  slots(widths: readonly number[], depth: number): VariableTerm[] {
    return widths.map((width, i) => this.variable("slot", `${depth}.${i}`, width));
  }

  /** The same for an array component that a loop stores into. */
  arraySlot(component: string, depth: number, indexWidth: number, width: number): ArrayVariableTerm {
    return this.array("slot", `${depth}.${component}`, indexWidth, width);
  }

  /**
   * The results of a loop: one term a slot, one array an array, and whether its limit was exceeded.
   */
  loop(loop: Loop): { results: Term[]; arrays: ArrayTerm[]; exceeded: Term } {
    if (loop.condition === this.false) return { results: [...loop.initial], arrays: loop.arrays.map((a) => a.initial), exceeded: this.false };
    const ids = (of: readonly AnyTerm[]): string => of.map((t) => t.id).join(",");
    const key = `l${ids(loopSlots(loop))}|${ids(loopStarts(loop))}|${ids(loopBody(loop))}|${loop.limit}`;
    const result = (slot: number, width: number): Term => this.intern(`${key}|${slot}`, (id) => ({ op: "loop", id, width, loop, slot }));
    const array = (slot: number, { indexWidth, width }: ArrayVariableTerm): ArrayTerm => this.intern(`${key}|array ${slot}`, (id): LoopArrayTerm => ({ op: "loop-array", id, indexWidth, width, loop, slot }));
    return { results: loop.slots.map((s, i) => result(i, s.width)), arrays: loop.arrays.map((a, i) => array(i, a.slot)), exceeded: result(-1, 1) };
  }

  /** Rebuilds an operator-like term over new operands (in the order of `operands`), simplifying again. */
  rebuild(term: AnyTerm, args: readonly AnyTerm[]): AnyTerm {
    switch (term.op) {
      case "constant":
      case "variable":
      case "array":
        return term;
      case "select":
        return this.select(args[0] as ArrayTerm, args[1] as Term);
      case "cell":
        return this.cell(term.window, term.access, args[0] as Term, term.width);
      case "faults":
        return this.faults(term.window, term.access, term.trap, args[0] as Term);
      case "store":
        return this.store(args[0] as ArrayTerm, args[1] as Term, args[2] as Term);
      case "array-ite":
        return this.arrayIte(args[0] as Term, args[1] as ArrayTerm, args[2] as ArrayTerm);
      case "loop": {
        const { results, exceeded } = this.loop(rebuiltLoop(term.loop, args));
        return term.slot === -1 ? exceeded : results[term.slot]!;
      }
      case "loop-array":
        return this.loop(rebuiltLoop(term.loop, args)).arrays[term.slot]!;
      default:
        return this.apply(term.op, args as Term[], term.parameters);
    }
  }
}

/** A loop over new operands, in the order of `operands`. */
export function rebuiltLoop(loop: Loop, args: readonly AnyTerm[]): Loop {
  const n = loop.slots.length, m = loop.arrays.length;
  const next = n + m + 1; // behind the condition
  return {
    ...loop,
    initial: args.slice(0, n) as Term[],
    condition: args[n + m] as Term,
    next: args.slice(next, next + n) as Term[],
    arrays: loop.arrays.map((a, i) => ({ slot: a.slot, initial: args[n + i] as ArrayTerm, next: args[next + n + i] as ArrayTerm })),
  };
}
