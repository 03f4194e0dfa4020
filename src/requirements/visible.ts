/**
 * Visible contents after a step: the window, the general registers and P; and what became of M and R.
 */
import type { Component, ComponentArray, Machine, Role, Step } from "../isa/machine.js";
import type { ArrayTerm, Term } from "../isa/term.js";
import { componentsOf, isTransient } from "./parts.js";
import type { Everywhere } from "./question.js";
import type { Reading } from "./run.js";

const VISIBLE: readonly Role[] = ["general", "program-counter"];

/** Some visible component differs after two completed steps whose maps did not change. */
export function visibleDiffers(machine: Machine, step: Step, first: Reading, second: Reading): Term {
  return machine.terms.or(...visibleComponents(machine).map((c) => componentDiffers(machine, step, c, first, second)));
}

/** What a program sees: general registers, P, and storage through the window. */
export function visibleComponents(machine: Machine): readonly Component[] {
  return componentsOf(machine, [...VISIBLE, "storage"]).filter((c) => !isTransient(c));
}

/** The same of one component. */
export function componentDiffers(machine: Machine, step: Step, c: Component, first: Reading, second: Reading): Term {
  const { terms } = machine;
  if (c.kind === "register") {
    const next = (step.next.get(c.name) ?? c.variable) as Term;
    return terms.ne(first.term(next), second.term(next));
  }
  const next = (step.next.get(c.name) ?? c.variable) as ArrayTerm;
  const windows = c.role === "storage" ? machine.windows.filter((w) => w.over === c.name) : [];
  const isOneMap = first.view.arrays.get(c.name)!.kind === "plain" && windows.every((w) => w.inverse !== undefined);
  if (windows.length === 0 || isOneMap) {
    const index = cellOf(machine, c);
    const isShown = windows.length === 0 ? terms.true : terms.or(...windows.map((w) => second.shows(w, index)));
    return terms.and(isShown, terms.ne(first.read(next, index), second.read(next, index)));
  }
  if (next === c.variable) return terms.false; // the windows agreed, and nothing was stored
  return terms.or(...windows.map((window) => {
    const address = terms.variable("free", `at.${window.name}`, window.addressWidth);
    return terms.and(terms.not(second.faults(window, 0, address)), terms.not(first.faults(window, 0, address)), terms.ne(first.readThrough(next, window, address), second.readThrough(next, window, address)));
  }));
}

/** Some component of these roles is not what it was. */
export function changes(machine: Machine, step: Step, reading: Reading, roles: readonly Role[]): Term {
  const { terms } = machine;
  return terms.or(...componentsOf(machine, roles).filter((c) => !isTransient(c)).map((c) => changed(machine, step, reading, c)));
}

/** A component is not what it was. */
export function changed(machine: Machine, step: Step, reading: Reading, c: Component): Term {
  const { terms } = machine;
  const next = step.next.get(c.name);
  if (next === undefined) return terms.false;
  if (c.kind === "register") return terms.ne(reading.term(next as Term), reading.term(c.variable));
  const index = cellOf(machine, c);
  return terms.ne(reading.read(next as ArrayTerm, index), reading.read(c.variable, index));
}

/** All components of these roles are what they were: of arrays, at every cell that the step stores to (what loops store is not looked at). */
export function unchanged(machine: Machine, step: Step, reading: Reading, roles: readonly Role[]): Term {
  const { terms } = machine;
  return terms.and(...componentsOf(machine, roles).filter((c) => !isTransient(c)).flatMap((c): Term[] => {
    const next = step.next.get(c.name);
    if (next === undefined) return [];
    if (c.kind === "register") return [terms.eq(reading.term(next as Term), reading.term(c.variable))];
    return indicesStored(next as ArrayTerm).map((index) => terms.eq(reading.readAt(next as ArrayTerm, index), reading.readAt(c.variable, index)));
  }));
}

/** Not those of a loop's rounds: they mean something there only. */
function indicesStored(array: ArrayTerm): Term[] {
  return spine(array).flatMap((a) => (a.op === "store" ? [a.index] : []));
}

/** The arrays that an array is made of, loops' beginnings included and their rounds not. */
function spine(root: ArrayTerm): ArrayTerm[] {
  const found = new Set<ArrayTerm>();
  const pending = [root];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    if (at.op === "store") pending.push(at.array);
    else if (at.op === "array-ite") pending.push(at.then, at.otherwise);
    else if (at.op === "loop-array") pending.push(at.loop.arrays[at.slot]!.initial);
  }
  return [...found];
}

/**
 * A cell of storage outside the window e|r is not what it was. Windows without an inverse show this cell or not: that they do
 * not is `unshown`.
 */
export function changesOutside(machine: Machine, step: Step, reading: Reading): Term {
  const { terms } = machine;
  return terms.or(...componentsOf(machine, ["storage"]).map((c) => {
    const next = step.next.get(c.name);
    if (next === undefined || c.kind !== "array") return c.kind === "register" ? changed(machine, step, reading, c) : terms.false;
    const windows = machine.windows.filter((w) => w.over === c.name);
    if (writesOnlyThrough(next as ArrayTerm, windows.map((w) => w.name))) return terms.false;
    const index = cellOf(machine, c);
    const isShown = terms.or(...windows.filter((w) => w.inverse !== undefined).map((w) => reading.shows(w, index)));
    return terms.and(terms.not(isShown), terms.ne(reading.read(next as ArrayTerm, index), reading.read(c.variable, index)));
  }));
}

/** No address of a window without an inverse means the cell of which `changesOutside` speaks. */
export function unshown(machine: Machine, step: Step, reading: Reading): readonly Unshown[] {
  const { terms } = machine;
  return componentsOf(machine, ["storage"]).flatMap((c) => {
    const next = step.next.get(c.name);
    const windows = machine.windows.filter((w) => w.over === c.name);
    if (next === undefined || c.kind === "register" || writesOnlyThrough(next as ArrayTerm, windows.map((w) => w.name))) return [];
    const cell = cellOf(machine, c);
    return windows.filter((w) => w.inverse === undefined).map((window): Unshown => {
      const unshownAt = (a: Term): Term => terms.or(reading.faults(window, 0, a), terms.ne(reading.cell(window, 0, a), cell));
      const address = terms.variable("free", `shown.${window.name}`, window.addressWidth);
      return { variables: [address], fact: unshownAt(address), first: unshownAt(terms.extract(terms.zeroExtend(cell, Math.max(cell.width, address.width)), address.width - 1, 0)) };
    });
  });
}

export interface Unshown extends Everywhere {
  /** the fact at the address that is the cell's own number: where nothing is translated it is mostly shown there */
  readonly first: Term;
}

/** Some cell of an array. */
function cellOf(machine: Machine, c: ComponentArray): Term {
  return machine.terms.variable("free", `at.${c.name}`, c.indexWidth);
}

/** Every write goes through a window: to a cell that an address of the window means. */
function writesOnlyThrough(array: ArrayTerm, windows: readonly string[]): boolean {
  switch (array.op) {
    case "array":
      return true;
    case "store":
      return array.index.op === "cell" && windows.includes(array.index.window) && writesOnlyThrough(array.array, windows);
    case "array-ite":
      return writesOnlyThrough(array.then, windows) && writesOnlyThrough(array.otherwise, windows);
    case "loop-array": {
      const { initial, next } = array.loop.arrays[array.slot]!;
      return writesOnlyThrough(initial, windows) && writesOnlyThrough(next, windows);
    }
  }
}
