/**
 * The starting states that the definitions quantify over, as views: one state, or two that share what the definition
 * says they share.
 */
import type { Component, ComponentArray, Machine, Role } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, Term } from "../isa/term.js";
import { dependsOnMode, isTransient } from "./parts.js";
import type { ArraySource } from "./question.js";
import type { View } from "./run.js";

/** One arbitrary state: every component is its own variable. */
export function singleView(machine: Machine): View {
  const registers = new Map<string, Term>();
  const arrays = new Map<string, ArraySource>();
  for (const c of machine.components) {
    if (c.kind === "register") registers.set(c.name, restOf(machine, c) ?? c.variable);
    else arrays.set(c.name, { kind: "plain", array: c.variable });
  }
  return { name: "S", registers, arrays, isExact: true };
}

function restOf(machine: Machine, c: Component): Term | undefined {
  return c.kind === "register" && c.rest !== undefined ? machine.terms.constant(c.rest, c.width) : undefined;
}

/**
 * Two states that may differ in components of these roles, and agree elsewhere. If the map may differ (in itself, or because
 * the mode does and the map looks at it), storage is what the shared window shows, placed by each run's own map.
 */
export function pairViews(machine: Machine, differing: readonly Role[], isExact: boolean): readonly [View, View] {
  const own = (tag: 1 | 2): View => {
    const { terms } = machine;
    const registers = new Map<string, Term>();
    const arrays = new Map<string, ArraySource>();
    for (const c of machine.components) {
      const differs = differing.includes(c.role) && !isTransient(c);
      if (c.kind === "register") registers.set(c.name, restOf(machine, c) ?? (differs ? terms.variable("free", `${tag}.${c.name}`, c.width) : c.variable));
      else {
        arrays.set(c.name, c.role === "storage" && isPlaced(machine, differing) ? ownStorage(machine, c, tag, isExact) : { kind: "plain", array: differs ? terms.array("free", `${tag}.${c.name}`, c.indexWidth, c.width) : c.variable });
      }
    }
    return { name: tag === 1 ? "S1" : "S2", registers, arrays, isExact };
  };
  return [own(1), own(2)];
}

/** Storage of which both runs see the same, each in its own place. */
function ownStorage(machine: Machine, c: ComponentArray, tag: 1 | 2, isExact: boolean): ArraySource {
  const { terms } = machine;
  const windows = machine.windows.filter((w) => w.over === c.name);
  if (windows.length === 0) return { kind: "plain", array: c.variable };
  const own = terms.array("free", `${tag}.${c.name}`, c.indexWidth, c.width);
  const [window] = windows;
  if (windows.length === 1 && window!.inverse !== undefined) return { kind: "placed", window: window!.name, contents: terms.array("free", `W.${window!.name}`, window!.addressWidth, c.width), outside: own };
  return isExact ? { kind: "shown", array: own } : { kind: "named", cells: terms.array("free", `E.${c.name}`, c.indexWidth, c.width), outside: own };
}

/** Whether two runs that differ so may have different maps. */
export function isPlaced(machine: Machine, differing: readonly Role[]): boolean {
  return differing.includes("map") || differing.includes("extent") || (differing.includes("mode") && machine.windows.some((w) => dependsOnMode(machine, w)));
}

/** The machine's invariants, K and modes speak of state variables: the same of a run's starting state. */
export function inView(machine: Machine, view: View, predicate: Term): Term {
  const by = new Map<number, AnyTerm>();
  for (const c of machine.components) if (c.kind === "register") by.set(c.variable.id, view.registers.get(c.name)!);
  return substitution(machine.terms, by).term(predicate);
}
