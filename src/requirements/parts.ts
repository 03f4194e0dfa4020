/** The parts of a machine that the definitions speak of, by role. */
import { RESOURCE_ROLES, type Component, type Machine, type ModeLevel, type Role, type Window } from "../isa/machine.js";
import { reachable, type Term } from "../isa/term.js";

export type ReadingName = "strict" | "extended";

export function componentsOf(machine: Machine, roles: readonly Role[]): Component[] {
  return machine.components.filter((c) => roles.includes(c.role));
}

/** M and R of the paper, or of the extended reading: what only the control program may change. Transients are at rest before and after. */
export function controlRoles(reading: ReadingName): readonly Role[] {
  return reading === "strict" ? ["mode", "map", "extent"] : ["mode", "map", "extent", ...RESOURCE_ROLES];
}

export function isTransient(c: Component): boolean {
  return c.kind === "register" && c.rest !== undefined;
}

/** The state is in a mode of this level. */
export function inLevel(machine: Machine, level: ModeLevel): Term {
  return machine.terms.or(...machine.modes.filter((m) => m.level === level).map((m) => m.predicate));
}

/** Windows whose translation looks at the mode: relocation is not the same in both modes. */
export function dependsOnMode(machine: Machine, window: Window): boolean {
  const modes = new Set(componentsOf(machine, ["mode"]).map((c) => c.variable.id));
  return reachable([window.cell, ...window.traps.map((t) => t.guard)]).some((t) => modes.has(t.id));
}

/** The storage that programs see through a window, and the window; machines may have several of one storage: the first counts. */
export function windowOver(machine: Machine, component: Component): Window | undefined {
  return machine.windows.find((w) => w.over === component.name);
}

export function mapDependsOnMode(machine: Machine): boolean {
  return machine.windows.some((w) => dependsOnMode(machine, w));
}
