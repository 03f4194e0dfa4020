/**
 * In what order instructions are tried as observations, where two states differ in something that is not seen yet.
 *
 * Those come first that look at what differs themselves, then those that always trap where the trap's delivery does, then the
 * others: an access that faults may show it too.
 */
import type { Instruction, Machine, Step } from "../isa/machine.js";
import { reachable, type AnyTerm } from "../isa/term.js";
import type { Template } from "./red-pill-templates.js";

/** Remembers what it has found out: the same differences come up again and again. */
export function observationsOf(machine: Machine, templates: readonly Template[]): (differing: readonly string[]) => readonly Template[] {
  const known = new Map<string, readonly Template[]>();
  const looked = new Map<Instruction, { readonly own: ReadonlySet<string>; readonly delivered: ReadonlySet<string> }>();
  for (const { instruction } of templates) {
    if (!looked.has(instruction)) looked.set(instruction, { own: lookedAtBy(instruction.step), delivered: lookedAtByTraps(machine, instruction) });
  }
  return (differing) => {
    const key = differing.join();
    const ready = known.get(key);
    if (ready !== undefined) return ready;
    const tierOf = ({ instruction }: Template): number => {
      const { own, delivered } = looked.get(instruction)!;
      return differing.some((name) => own.has(name)) ? 0 : differing.some((name) => delivered.has(name)) ? 1 : 2;
    };
    const tiers = templates.map(tierOf);
    const ordered = [0, 1, 2].flatMap((tier) => templates.filter((_, i) => tiers[i] === tier));
    known.set(key, ordered);
    return ordered;
  };
}

/** The components that a step's results, and what it comes to, depend on. */
function lookedAtBy({ next, exits }: Step): ReadonlySet<string> {
  return componentsIn([...next.values(), ...exits.flatMap((e) => [e.guard, ...e.args])]);
}

function lookedAtByTraps(machine: Machine, { step }: Instruction): ReadonlySet<string> {
  const always = step.exits.filter((e) => e.guard === machine.terms.true).map((e) => e.cause);
  return componentsIn(machine.traps.filter((t) => always.includes(t.name)).flatMap((t) => [...t.delivery.next.values()]));
}

function componentsIn(terms: readonly AnyTerm[]): ReadonlySet<string> {
  return new Set(reachable(terms).flatMap((t) => ((t.op === "variable" && t.space === "state") || t.op === "array" ? [t.name] : [])));
}
