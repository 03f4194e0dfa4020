/**
 * Lowering: `cell` and `faults` nodes replaced by the machine's own translation, so that only bit strings, arrays and
 * loops are left. What the CPU compiles and the solver sees is lowered; structural arguments look before.
 */
import type { Machine } from "./machine.js";
import { windowNamed } from "./machine.js";
import { Rewriter, substitution } from "./substitute.js";
import type { AnyTerm, Term } from "./term.js";

export function lowering(machine: Machine): Rewriter {
  const { terms } = machine;
  return new Rewriter(terms, (term, args) => {
    if (term.op !== "cell" && term.op !== "faults") return undefined;
    const window = windowNamed(machine, term.window);
    const by = new Map<number, AnyTerm>([
      [window.address.id, args[0] as Term],
      [window.access.id, terms.constant(term.access, window.access.width)],
    ]);
    const definition = term.op === "cell" ? window.cell : window.traps[term.trap]!.guard;
    return lowering(machine).any(substitution(terms, by).any(definition));
  });
}
