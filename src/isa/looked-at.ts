/** What the address map looks at: the terms of every window's cell and faults, by their identity; the variable of a component that it heeds is among them. */
import type { Machine } from "./machine.js";
import { reachable } from "./term.js";

export function lookedAtByMap(machine: Machine): ReadonlySet<number> {
  return new Set(reachable(machine.windows.flatMap((w) => [w.cell, ...w.traps.map((t) => t.guard)])).map((t) => t.id));
}
