/** The addresses that a step translates: operands of its `cell` and `faults` nodes, outside loop bodies. */
import type { Step, Window } from "../isa/machine.js";
import { operands, reachable, type AnyTerm, type Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

/** Pairs of access kind and address, over the step's own variables; and one arbitrary address, which stands for all. */
export function cellsRead(step: Step, window: Window, terms: Terms): (readonly [number, Term])[] {
  const roots = [...step.exits.flatMap((e) => [e.guard, ...e.args]), ...step.next.values()];
  const found = new Map<string, readonly [number, Term]>();
  for (const t of reachable(roots)) {
    if ((t.op !== "cell" && t.op !== "faults") || t.window !== window.name) continue;
    if (mentionsOpenSlot(t.address)) continue;
    found.set(`${t.access}:${t.address.id}`, [t.access, t.address]);
  }
  const any = terms.variable("free", `at.${window.name}`, window.addressWidth);
  found.set("any", [0, any]);
  return [...found.values()];
}

/** Inside a loop's body: the address changes from round to round. A loop's result is as good as any other term. */
function mentionsOpenSlot(address: Term): boolean {
  const pending: AnyTerm[] = [address];
  const seen = new Set<number>();
  for (let t = pending.pop(); t !== undefined; t = pending.pop()) {
    if (t.op === "variable" && t.space === "slot") return true;
    if (seen.has(t.id)) continue;
    seen.add(t.id);
    pending.push(...(t.op === "loop" ? t.loop.initial : operands(t)));
  }
  return false;
}
