/** The addresses that a step translates: operands of its `cell` and `faults` nodes, outside loop bodies. */
import type { Step, Window } from "../isa/machine.js";
import { loopStarts, operands, reachable, type AnyTerm, type ArrayTerm, type Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

/**
 * Pairs of access kind and address, over the step's own variables; and one arbitrary address, which stands for all.
 *
 * @param guess also indices at which the step goes to storage directly, taken for addresses: where the map is the identity they are
 */
export function cellsRead(step: Step, window: Window, terms: Terms, guess = false): (readonly [number, Term])[] {
  const roots = [...step.exits.flatMap((e) => [e.guard, ...e.args]), ...step.next.values()];
  const found = new Map<string, readonly [number, Term]>();
  for (const t of reachable(roots)) {
    if (guess && t.op === "select" && t.index.op !== "cell" && t.index.width === window.addressWidth && rootName(t.array) === window.over && !mentionsOpenSlot(t.index)) found.set(`0:${t.index.id}`, [0, t.index]);
    if ((t.op !== "cell" && t.op !== "faults") || t.window !== window.name) continue;
    if (mentionsOpenSlot(t.address)) continue;
    found.set(`${t.access}:${t.address.id}`, [t.access, t.address]);
  }
  const any = terms.variable("free", `at.${window.name}`, window.addressWidth);
  found.set("any", [0, any]);
  return [...found.values()];
}

function rootName(array: ArrayTerm): string | undefined {
  return array.op === "array" && array.space === "state" ? array.name : undefined;
}

/** Inside a loop's body: the address changes from round to round. A loop's result is as good as any other term. */
function mentionsOpenSlot(address: Term): boolean {
  const pending: AnyTerm[] = [address];
  const seen = new Set<number>();
  for (let t = pending.pop(); t !== undefined; t = pending.pop()) {
    if (t.op === "variable" && t.space === "slot") return true;
    if (seen.has(t.id)) continue;
    seen.add(t.id);
    pending.push(...(t.op === "loop" || t.op === "loop-array" ? loopStarts(t.loop) : operands(t)));
  }
  return false;
}
