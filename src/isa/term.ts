/**
 * Terms: the one shared graph in which every step of every instruction is written.
 *
 * A term is a bit string of a fixed width, or an array of cells. Terms are hash-consed: structurally equal terms are
 * the same object with the same `id`, ids grow from operands to users, so an id order is a topological order. Building
 * a term simplifies locally (`simplify.ts`), which is what lets many questions be answered without any solver.
 *
 * Two kinds of node keep the machine's own address translation opaque: `cell` is the storage cell that a virtual address
 * means and `faults` whether translation traps. `lower.ts` replaces them with the machine's definition; a
 * structural argument can instead see at a glance that storage is reached only through the map.
 * A `loop` result is the value of a variable after a bounded `while`, a `loop-array` an array that its rounds store into.
 */
import type { OperatorName } from "../bits/operators.js";

/** Where a variable's value comes from. */
export type VariableSpace =
  | "state" // a component before the step
  | "field" // an operand in the instruction's encoding
  | "choice" // what the manual leaves undefined: any value
  | "parameter" // of a window, trap or function
  | "slot" // a loop variable
  | "free"; // introduced by an obligation

export interface Variable {
  readonly space: VariableSpace;
  readonly name: string;
}

export interface ConstantTerm { readonly op: "constant"; readonly id: number; readonly width: number; readonly value: bigint }
export interface VariableTerm extends Variable { readonly op: "variable"; readonly id: number; readonly width: number }
export interface OperatorTerm {
  readonly op: OperatorName;
  readonly id: number;
  readonly width: number;
  readonly args: readonly Term[];
  /** extract: [high, low]; extensions: [target width]; otherwise empty */
  readonly parameters: readonly number[];
}
export interface SelectTerm { readonly op: "select"; readonly id: number; readonly width: number; readonly array: ArrayTerm; readonly index: Term }
/** The storage cell that `address` means through a window, if it does not fault. */
export interface CellTerm { readonly op: "cell"; readonly id: number; readonly width: number; readonly window: string; readonly access: number; readonly address: Term }
/** Whether the window's trap number `trap` holds for this address and access. */
export interface FaultsTerm { readonly op: "faults"; readonly id: number; readonly width: 1; readonly window: string; readonly access: number; readonly trap: number; readonly address: Term }
/** A loop variable's value after the loop, or (slot -1, 1 bit) whether the limit was hit with the condition still true. */
export interface LoopTerm { readonly op: "loop"; readonly id: number; readonly width: number; readonly loop: Loop; readonly slot: number }

export type Term = ConstantTerm | VariableTerm | OperatorTerm | SelectTerm | CellTerm | FaultsTerm | LoopTerm;

export interface ArrayVariableTerm extends Variable { readonly op: "array"; readonly id: number; readonly indexWidth: number; readonly width: number }
export interface StoreTerm { readonly op: "store"; readonly id: number; readonly indexWidth: number; readonly width: number; readonly array: ArrayTerm; readonly index: Term; readonly value: Term }
export interface ArrayIteTerm { readonly op: "array-ite"; readonly id: number; readonly indexWidth: number; readonly width: number; readonly condition: Term; readonly then: ArrayTerm; readonly otherwise: ArrayTerm }

/** An array after a loop that stores into it; `slot` counts the loop's arrays. */
export interface LoopArrayTerm { readonly op: "loop-array"; readonly id: number; readonly indexWidth: number; readonly width: number; readonly loop: Loop; readonly slot: number }

export type ArrayTerm = ArrayVariableTerm | StoreTerm | ArrayIteTerm | LoopArrayTerm;
export type AnyTerm = Term | ArrayTerm;

/** A bounded while: from `initial`, as long as `condition`, `next`; all over the `slots` (variables of space "slot") and the slots of its arrays. */
export interface Loop {
  readonly slots: readonly VariableTerm[];
  readonly initial: readonly Term[];
  readonly condition: Term;
  readonly next: readonly Term[];
  readonly limit: number;
  /** what the rounds store into; in the body the slot stands for the array as the rounds before have left it */
  readonly arrays: readonly LoopArray[];
}

export interface LoopArray {
  readonly slot: ArrayVariableTerm;
  readonly initial: ArrayTerm;
  readonly next: ArrayTerm;
}

export function isArray(term: AnyTerm): term is ArrayTerm {
  return term.op === "array" || term.op === "store" || term.op === "array-ite" || term.op === "loop-array";
}

/** What a loop starts from: evaluated once, outside. */
export function loopStarts(loop: Loop): readonly AnyTerm[] {
  return [...loop.initial, ...loop.arrays.map((a) => a.initial)];
}

/** What is evaluated in every round, over the slots. */
export function loopBody(loop: Loop): readonly AnyTerm[] {
  return [loop.condition, ...loop.next, ...loop.arrays.map((a) => a.next)];
}

/** The variables and arrays that a loop binds. */
export function loopSlots(loop: Loop): readonly (VariableTerm | ArrayVariableTerm)[] {
  return [...loop.slots, ...loop.arrays.map((a) => a.slot)];
}

/** The direct operands of a term, loops' bodies included. */
export function operands(term: AnyTerm): readonly AnyTerm[] {
  switch (term.op) {
    case "constant":
    case "variable":
    case "array":
      return [];
    case "select":
      return [term.array, term.index];
    case "cell":
    case "faults":
      return [term.address];
    case "loop":
    case "loop-array":
      return [...loopStarts(term.loop), ...loopBody(term.loop)];
    case "store":
      return [term.array, term.index, term.value];
    case "array-ite":
      return [term.condition, term.then, term.otherwise];
    default:
      return term.args;
  }
}

/** Every term reachable from the roots, each once, operands before users. Iterative: deep terms are fine. */
export function reachable(roots: Iterable<AnyTerm>): AnyTerm[] {
  const seen = new Set<number>();
  const found: AnyTerm[] = [];
  const pending: AnyTerm[] = [...roots];
  while (pending.length > 0) {
    const term = pending.pop()!;
    if (seen.has(term.id)) continue;
    seen.add(term.id);
    found.push(term);
    for (const operand of operands(term)) if (!seen.has(operand.id)) pending.push(operand);
  }
  return found.sort((a, b) => a.id - b.id);
}

/** What a conjunction (1 bit) says, each thing once, from left to right. */
export function conjuncts(root: Term): Term[] {
  const found = new Set<Term>(), seen = new Set<Term>(), pending = [root];
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    if (seen.has(term)) continue;
    seen.add(term);
    if (term.op === "and" && term.width === 1) pending.push(...[...term.args].reverse());
    else found.add(term);
  }
  return [...found];
}

/** What an array was first built over; both sides of a choice are built over the same. */
export function rootOf(array: ArrayTerm): ArrayVariableTerm {
  for (let at = array; ; ) {
    if (at.op === "array") return at;
    at = at.op === "store" ? at.array : at.op === "array-ite" ? at.then : at.loop.arrays[at.slot]!.initial;
  }
}
