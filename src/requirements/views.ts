/**
 * The starting states that the definitions quantify over, as views: one state, or two that share what the definition
 * says they share.
 */
import type { Component, Machine, Role } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, ArrayTerm, Term } from "../isa/term.js";
import { dependsOnMode, isTransient, windowOver } from "./parts.js";
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
        const window = windowOver(machine, c);
        const array: ArrayTerm = differs ? terms.array("free", `${tag}.${c.name}`, c.indexWidth, c.width) : c.variable;
        if (c.role === "storage" && window !== undefined && isPlaced(machine, differing)) {
          const outside = terms.array("free", `${tag}.${c.name}`, c.indexWidth, c.width);
          arrays.set(c.name, { kind: "placed", window: window.name, contents: terms.array("free", `W.${window.name}`, window.addressWidth, c.width), outside });
        } else arrays.set(c.name, { kind: "plain", array });
      }
    }
    return { name: tag === 1 ? "S1" : "S2", registers, arrays, isExact };
  };
  return [own(1), own(2)];
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
