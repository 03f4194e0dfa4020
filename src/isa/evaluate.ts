/**
 * The value of a term under an assignment of its leaves: the plain reading of the operator table.
 *
 * Slow and obvious on purpose: the generated JavaScript and the SMT encoding are held against it. Lazy in `ite`, so that
 * what a branch not taken would read is not looked at. Loops run up to their limit.
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
  private readonly loops = new Map<Loop, { readonly values: readonly bigint[]; readonly exceeded: boolean }>();

  constructor(private readonly assignment: Assignment, private readonly outer?: Evaluator, private readonly slots?: ReadonlyMap<number, bigint>) {}

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

  /** The cell of an array term. */
  at(array: ArrayTerm, index: bigint): bigint {
    let from: AnyTerm = array;
    for (;;) {
      switch (from.op) {
        case "array":
          return this.assignment.cell(from, index);
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

  private run(loop: Loop): { readonly values: readonly bigint[]; readonly exceeded: boolean } {
    const known = this.loops.get(loop);
    if (known !== undefined) return known;
    let values = loop.initial.map((t) => this.value(t));
    let exceeded = true;
    for (let round = 0; round <= loop.limit; round++) {
      const inside = new Evaluator(this.assignment, this, new Map(loop.slots.map((s, i) => [s.id, values[i]!])));
      if (!inside.isTrue(loop.condition)) {
        exceeded = false;
        break;
      }
      if (round === loop.limit) break;
      values = loop.next.map((t) => inside.value(t));
    }
    const result = { values, exceeded };
    this.loops.set(loop, result);
    return result;
  }
}

function describe(term: CellTerm | FaultsTerm): string {
  return `${term.op}(${term.window}, ${ACCESS_NAMES[term.access] ?? term.access})`;
}
