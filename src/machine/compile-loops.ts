/**
 * What the compiler has to know of loops.
 *
 * `FreeSlots` says which loop variables a term depends on, so that a loop's body is told from what stays the same in every
 * round. `LoopParts` takes a loop apart into what is computed before it begins and in every round; what its arrays
 * come to is told as writes, to an overlay (`overlay.ts`) that begins with what was stored before the loop.
 */
import { isArray, loopBody, loopSlots, loopStarts, operands, reachable, rootOf, type AnyTerm, type ArrayVariableTerm, type Loop, type LoopArrayTerm, type LoopTerm, type Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { termsOf, writesOf, type Write } from "./compile-prepare.js";

/** What has a place in a function's code: bit strings, and arrays after a loop. */
export type Planned = Term | LoopArrayTerm;
export type LoopResult = LoopTerm | LoopArrayTerm;

export function isLoopResult(term: Planned): term is LoopResult {
  return term.op === "loop" || term.op === "loop-array";
}

export type Slots = ReadonlySet<number>;
const NONE: Slots = new Set();

/** Memoised by term: the ids of the slot variables that its value depends on. */
export class FreeSlots {
  private readonly known = new Map<number, Slots>();

  of(root: AnyTerm): Slots {
    const found = this.known.get(root.id);
    if (found !== undefined) return found;
    for (const term of reachable([root])) if (!this.known.has(term.id)) this.known.set(term.id, this.compute(term));
    return this.known.get(root.id)!;
  }

  private compute(term: AnyTerm): Slots {
    if ((term.op === "variable" || term.op === "array") && term.space === "slot") return new Set([term.id]);
    if (term.op !== "loop" && term.op !== "loop-array") return this.union(operands(term));
    const { loop } = term;
    const own = new Set(loopSlots(loop).map((s) => s.id));
    const body = [...this.union(loopBody(loop))].filter((s) => !own.has(s));
    const initial = this.union(loopStarts(loop));
    return body.length === 0 ? initial : new Set([...initial, ...body]);
  }

  private union(of: readonly AnyTerm[]): Slots {
    let result = NONE;
    for (const operand of of) {
      const free = this.known.get(operand.id)!;
      if (free.size === 0 || free === result) continue;
      result = result.size === 0 ? free : new Set([...result, ...free]);
    }
    return result;
  }

  dependsOn(term: AnyTerm, slots: Slots): boolean {
    for (const slot of this.of(term)) if (slots.has(slot)) return true;
    return false;
  }
}

/** An array that a loop's rounds store into. */
export interface StoredArray {
  readonly slot: ArrayVariableTerm;
  /** what the overlay's cells lie over */
  readonly root: ArrayVariableTerm;
  /** what had been stored when the loop begins */
  readonly before: readonly Write[];
  /** what a round stores */
  readonly writes: readonly Write[];
}

export class LoopParts {
  readonly free = new FreeSlots();
  private readonly stored = new Map<Loop, readonly StoredArray[]>();
  private readonly found = new Map<Loop, readonly Planned[]>();

  constructor(private readonly terms: Terms) {}

  arrays(loop: Loop): readonly StoredArray[] {
    let arrays = this.stored.get(loop);
    if (arrays === undefined) {
      arrays = loop.arrays.map(({ slot, initial, next }) => {
        const root = rootOf(initial);
        return { slot, root, before: writesOf(this.terms, initial, root), writes: writesOf(this.terms, next, slot) };
      });
      this.stored.set(loop, arrays);
    }
    return arrays;
  }

  /** What is computed once, before the first round. */
  starts(loop: Loop): readonly Planned[] {
    return [...loop.initial, ...this.arrays(loop).flatMap((a) => a.before.flatMap(termsOf))];
  }

  /** What is computed in every round. */
  body(loop: Loop): readonly Planned[] {
    return [loop.condition, ...loop.next, ...this.arrays(loop).flatMap((a) => a.writes.flatMap(termsOf))];
  }

  /**
   * What a loop's rounds use of the world outside: the terms in its condition and body that depend neither on its own
   * slots nor on those of loops within, largest such terms only.
   */
  invariants(loop: Loop): readonly Planned[] {
    const known = this.found.get(loop);
    if (known !== undefined) return known;
    const found = new Map<number, Planned>();
    const visit = (roots: readonly AnyTerm[], bound: Slots, seen: Set<number>): void => {
      const pending = [...roots];
      while (pending.length > 0) {
        const term = pending.pop()!;
        if (seen.has(term.id)) continue;
        seen.add(term.id);
        if (isArray(term) && term.op !== "loop-array") {
          if (term.op !== "array") throw new Error("bug: a read over a write was not flattened");
        } else if (!this.free.dependsOn(term, bound)) {
          found.set(term.id, term);
        } else if (isLoopResult(term)) {
          pending.push(...this.starts(term.loop));
          visit(this.body(term.loop), new Set([...bound, ...loopSlots(term.loop).map((s) => s.id)]), new Set());
        } else {
          pending.push(...operands(term));
        }
      }
    };
    visit(this.body(loop), new Set(loopSlots(loop).map((s) => s.id)), new Set());
    const result = [...found.values()];
    this.found.set(loop, result);
    return result;
  }
}
