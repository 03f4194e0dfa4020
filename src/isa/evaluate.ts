/**
 * The value of a term under an assignment of its leaves: the plain reading of the operator table.
 *
 * Slow and obvious on purpose: the generated JavaScript and the SMT encoding are held against it. Lazy in `ite`, so that
 * what a branch not taken would read is not looked at. Loops run up to their limit; what they store lies over the array as
 * it was when they began.
 */
import { TABLE } from "../bits/operators.js";
import { ACCESS_NAMES } from "./machine.js";
import type { AnyTerm, ArrayTerm, ArrayVariableTerm, CellTerm, FaultsTerm, Loop, Term, VariableTerm } from "./term.js";

/** Values of the leaves. */
export interface Assignment {
  readonly variable: (variable: VariableTerm) => bigint;
  readonly cell: (array: ArrayVariableTerm, index: bigint) => bigint;
}

export class Evaluator {
  private readonly values = new Map<number, bigint>();
  private readonly loops = new Map<Loop, LoopValue>();
  private cutOff = false;
  private inRounds = 0;

  constructor(private readonly assignment: Assignment, private readonly outer?: Evaluator, private readonly slots?: ReadonlyMap<number, bigint>, private readonly slotArrays?: ReadonlyMap<number, Overlay>) {}

  /** The value of a bit string term. Recursive: terms here are a step's, a few thousand deep at most. */
  value(term: Term): bigint {
    switch (term.op) {
      case "constant":
        return term.value;
      case "variable":
        return term.space === "slot" ? this.slot(term) : this.assignment.variable(term);
      default: {
        const known = this.values.get(term.id);
        if (known !== undefined) return known;
        const value = this.compute(term);
        this.values.set(term.id, value);
        return value;
      }
    }
  }

  isTrue(term: Term): boolean {
    return this.value(term) === 1n;
  }

  /** Whether what was evaluated so far ran a loop into its limit, and so may have ended otherwise without one. */
  get hasCutLoop(): boolean {
    return this.cutOff;
  }

  /** How many terms have been evaluated, and cells of rounds of loops taken over: what it cost. */
  get cost(): number {
    return this.values.size + this.inRounds;
  }

  private cut(): void {
    this.cutOff = true;
    this.outer?.cut();
  }

  /** The cell of an array term. */
  at(array: ArrayTerm, index: bigint): bigint {
    let from: AnyTerm = array;
    for (;;) {
      switch (from.op) {
        case "array":
          if (from.space !== "slot") return this.assignment.cell(from, index);
          return read(this.slotArray(from), index);
        case "loop-array":
          return read(this.run(from.loop).arrays[from.slot]!, index);
        case "store":
          if (this.value(from.index) === index) return this.value(from.value);
          from = from.array;
          break;
        case "array-ite":
          from = this.isTrue(from.condition) ? from.then : from.otherwise;
          break;
      }
    }
  }

  /** The cells that an array term writes over the array it is built on, with what they come to hold. */
  writes(array: ArrayTerm): ReadonlyMap<bigint, bigint> {
    const lastFirst: (readonly [bigint, bigint])[] = [];
    for (let from = array; from.op !== "array"; ) {
      switch (from.op) {
        case "store":
          lastFirst.push([this.value(from.index), this.value(from.value)]);
          from = from.array;
          break;
        case "array-ite":
          from = this.isTrue(from.condition) ? from.then : from.otherwise;
          break;
        case "loop-array":
          lastFirst.push(...[...this.run(from.loop).arrays[from.slot]!.own].reverse());
          from = from.loop.arrays[from.slot]!.initial;
          break;
      }
    }
    return new Map(lastFirst.reverse());
  }

  private slotArray(term: ArrayVariableTerm): Overlay {
    const overlay = this.slotArrays?.get(term.id) ?? this.outer?.slotArray(term);
    if (overlay === undefined) throw new Error(`bug: slot ${term.name} outside its loop`);
    return overlay;
  }

  private slot(term: VariableTerm): bigint {
    const value = this.slots?.get(term.id) ?? this.outer?.slot(term);
    if (value === undefined) throw new Error(`bug: slot ${term.name} outside its loop`);
    return value;
  }

  private compute(term: Exclude<Term, { op: "constant" | "variable" }>): bigint {
    switch (term.op) {
      case "select":
        return this.at(term.array, this.value(term.index));
      case "cell":
      case "faults":
        throw new Error(`bug: ${describe(term)} is evaluated before lowering`);
      case "loop": {
        const { values, exceeded } = this.run(term.loop);
        return term.slot === -1 ? (exceeded ? 1n : 0n) : values[term.slot]!;
      }
      case "ite":
        return this.isTrue(term.args[0]!) ? this.value(term.args[1]!) : this.value(term.args[2]!);
      default:
        return TABLE[term.op].value(term.args.map((a) => this.value(a)), term.args.map((a) => a.width), term.parameters);
    }
  }

  private run(loop: Loop): LoopValue {
    const known = this.loops.get(loop);
    if (known !== undefined) return known;
    let values = loop.initial.map((t) => this.value(t));
    let arrays = loop.arrays.map((a): Overlay => ({ under: (index) => this.at(a.initial, index), own: new Map() }));
    let exceeded = true;
    for (let round = 0; round <= loop.limit; round++) {
      const slots = new Map(loop.slots.map((s, i) => [s.id, values[i]!]));
      const inside: Evaluator = new Evaluator(this.assignment, this, slots, new Map(loop.arrays.map((a, i) => [a.slot.id, arrays[i]!])));
      if (!inside.isTrue(loop.condition)) {
        exceeded = false;
        break;
      }
      if (round === loop.limit) {
        this.cut();
        break;
      }
      values = loop.next.map((t) => inside.value(t));
      arrays = loop.arrays.map((a, i) => ({ under: arrays[i]!.under, own: new Map([...arrays[i]!.own, ...inside.writes(a.next)]) }));
      this.inRounds += inside.cost + arrays.reduce((n, a) => n + a.own.size, 0);
    }
    const result = { values, arrays, exceeded };
    this.loops.set(loop, result);
    return result;
  }
}

/** An array after some writes. */
interface Overlay {
  readonly under: (index: bigint) => bigint;
  readonly own: ReadonlyMap<bigint, bigint>;
}

interface LoopValue {
  readonly values: readonly bigint[];
  readonly arrays: readonly Overlay[];
  readonly exceeded: boolean;
}

function read({ under, own }: Overlay, index: bigint): bigint {
  return own.get(index) ?? under(index);
}

function describe(term: CellTerm | FaultsTerm): string {
  return `${term.op}(${term.window}, ${ACCESS_NAMES[term.access] ?? term.access})`;
}
