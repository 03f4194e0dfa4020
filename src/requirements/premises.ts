/**
 * Premises of the paper that a machine may break, and lemmas that the definitions lean on.
 *
 * They are machine-level: relocation the same in both modes, a one-to-one map, no resources but the map
 * (strict reading), modes that exclude each other.
 */
import { RESOURCE_ROLES, type Machine, type Window } from "../isa/machine.js";
import { lowering } from "../isa/lower.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm, type Term } from "../isa/term.js";
import { outcomeOf } from "./outcome.js";
import { componentsOf, dependsOnMode } from "./parts.js";
import { ownStep, Reading } from "./run.js";
import { decodedHere } from "./setting.js";
import { singleView } from "./views.js";

/** A statement that holds if no state satisfies `violation`. */
export interface MachineQuestion {
  readonly name: string;
  readonly statement: string;
  /** 1 bit, lowered, over state variables and free ones */
  readonly violation: Term;
  /** what it means where it fails */
  readonly otherwise: string;
}

function at(machine: Machine, window: Window, definition: Term, address: Term, access: number): Term {
  const by = new Map<number, AnyTerm>([[window.address.id, address], [window.access.id, machine.terms.constant(access, 2)]]);
  return lowering(machine).term(substitution(machine.terms, by).term(definition));
}

export function machineQuestions(machine: Machine): MachineQuestion[] {
  const { terms } = machine;
  const questions: MachineQuestion[] = [];
  for (const w of machine.windows) {
    const a = terms.variable("free", `a.${w.name}`, w.addressWidth), b = terms.variable("free", `b.${w.name}`, w.addressWidth);
    const faults = (x: Term): Term => terms.or(...w.traps.map((t) => at(machine, w, t.guard, x, 0)));
    // without an inverse equal windows are equal in which addresses mean one cell: nothing to lean on
    if (w.inverse !== undefined) {
      questions.push({
        name: `one-to-one map ${w.name}`,
        statement: `no two addresses of ${w.name} mean one cell`,
        violation: terms.and(terms.ne(a, b), terms.not(faults(a)), terms.not(faults(b)), terms.eq(at(machine, w, w.cell, a, 0), at(machine, w, w.cell, b, 0))),
        otherwise: "equal windows do not say which addresses are the same cell; answers about stores are not trusted",
      });
      const inverse = (p: Term): Term => lowering(machine).term(substitution(machine.terms, new Map([[w.inverse!.parameter.id, p]])).term(w.inverse!.value));
      questions.push({
        name: `inverse of ${w.name}`,
        statement: `the address given for a cell of ${w.name} is the one that means it`,
        violation: terms.and(terms.not(faults(a)), terms.ne(inverse(at(machine, w, w.cell, a, 0)), a)),
        otherwise: "the specification's `address` is wrong",
      });
    }
    for (const access of [1, 2]) {
      questions.push({
        name: `${access === 1 ? "stores" : "fetches"} of ${w.name} mean the same cells`,
        statement: `an address means the same cell for ${access === 1 ? "a store" : "a fetch"} as for a load`,
        violation: terms.ne(at(machine, w, w.cell, a, 0), at(machine, w, w.cell, a, access)),
        otherwise: "the window is not one function for all kinds of access",
      });
    }
    questions.push({
      name: "relocation in both modes",
      statement: "the address map does not depend on the mode",
      violation: terms.boolean(dependsOnMode(machine, w)),
      otherwise: "ordinary loads become partly trapping, or critical: the two modes do not see the same memory",
    });
  }
  machine.invariants.forEach((invariant, i) => {
    questions.push({
      name: `invariant ${i + 1}`,
      statement: `every step and every delivery of a trap keeps what is stated in ${invariant.origin.file}, line ${invariant.origin.line}`,
      violation: breaks(machine, invariant.predicate),
      otherwise: "states were left out that can be reached",
    });
  });
  const overlapping = terms.or(...machine.modes.flatMap((m, i) => machine.modes.slice(i + 1).map((n) => terms.and(m.predicate, n.predicate))));
  questions.push({ name: "one mode at a time", statement: "no state is in two modes", violation: lowering(machine).term(overlapping), otherwise: "the modes are not well defined" });
  questions.push({
    name: "no resources but the map", statement: "no component of R but the map exists, so that the strict reading licenses a monitor",
    violation: terms.boolean(componentsOf(machine, RESOURCE_ROLES).length > 0),
    otherwise: `only the extended condition licenses a monitor, since instructions may reach: ${componentsOf(machine, RESOURCE_ROLES).map((c) => c.name).join(", ")}`,
  });
  return questions;
}

/** Some instruction that is done, or some delivery, leaves a state in which the predicate no longer holds. */
function breaks(machine: Machine, predicate: Term): Term {
  const { terms } = machine;
  const mentioned = new Set(reachable([predicate]).map((t) => t.id));
  const view = singleView(machine);
  const reading = new Reading(machine, view);
  const after = (next: ReadonlyMap<string, AnyTerm>): Term | undefined => {
    const by = new Map<number, AnyTerm>();
    for (const c of machine.components) if (mentioned.has(c.variable.id) && next.has(c.name)) by.set(c.variable.id, next.get(c.name)!);
    return by.size === 0 ? undefined : reading.term(substitution(terms, by).term(predicate));
  };
  const broken: Term[] = [];
  for (const instruction of machine.instructions) {
    const step = ownStep(machine, instruction);
    const kept = after(step.next);
    if (kept !== undefined) broken.push(terms.and(reading.term(instruction.hypothesis), decodedHere(machine, instruction, reading.view), outcomeOf(machine, step, reading).done, terms.not(kept)));
  }
  for (const trap of machine.traps) {
    const kept = after(trap.delivery.next);
    if (kept !== undefined) broken.push(terms.not(kept));
  }
  return terms.or(...broken);
}
