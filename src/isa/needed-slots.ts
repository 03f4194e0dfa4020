/**
 * A loop's result as a loop of its own, with only the slots that the result depends on.
 *
 * One loop computes many things at once: what a program sees, and what a trap of its would tell. Two runs may agree in the
 * one and not in the other; so for an argument each result is taken apart from what has no part in it.
 */
import { loopSlots, reachable, type AnyTerm, type ArrayTerm, type Loop, type LoopArrayTerm, type LoopTerm, type Term } from "./term.js";
import type { Terms } from "./terms.js";

/** `loop`: the term's loop, possibly rewritten; its slots are those of the term's. */
export function neededOnly(terms: Terms, term: LoopTerm | LoopArrayTerm, loop: Loop): AnyTerm {
  const needed = closure(loop, term.op === "loop-array" ? loop.arrays[term.slot]!.slot.id : loop.slots[term.slot]!.id);
  const kept = loop.slots.map((s, i) => ({ s, i })).filter(({ s }) => needed.has(s.id));
  const arrays = loop.arrays.filter((a) => needed.has(a.slot.id));
  const result = terms.loop({
    ...loop, slots: kept.map(({ s }) => s), initial: kept.map(({ i }): Term => loop.initial[i]!), next: kept.map(({ i }): Term => loop.next[i]!), arrays,
  });
  if (term.op === "loop-array") return result.arrays[arrays.findIndex((a) => a.slot === loop.arrays[term.slot]!.slot)] as ArrayTerm;
  return result.results[kept.findIndex(({ i }) => i === term.slot)]!;
}

/** The slots on which one depends, through any number of rounds; the condition always has a say. */
function closure(loop: Loop, of: number): ReadonlySet<number> {
  const own = new Set(loopSlots(loop).map((s) => s.id));
  const next = new Map<number, AnyTerm>([...loop.slots.map((s, i): [number, AnyTerm] => [s.id, loop.next[i]!]), ...loop.arrays.map((a): [number, AnyTerm] => [a.slot.id, a.next])]);
  const found = new Set<number>();
  const pending = [of, ...slotsIn(loop.condition, own)];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    pending.push(...slotsIn(next.get(id)!, own));
  }
  return found;
}

function slotsIn(term: AnyTerm, own: ReadonlySet<number>): number[] {
  return reachable([term]).filter((t) => own.has(t.id)).map((t) => t.id);
}
