/**
 * The same words on concrete runs: what changed, and whether two runs look alike. Written from the definitions and not
 * from the terms, so that a witness is judged twice.
 */
import { Evaluator } from "../isa/evaluate.js";
import { lowering } from "../isa/lower.js";
import type { Role, Window } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, Term } from "../isa/term.js";
import { componentsOf, isTransient } from "./parts.js";
import type { ConcreteRun, ConcreteState } from "./question.js";

export function didChange(run: ConcreteRun, roles: readonly Role[]): boolean {
  return componentsOf(run.machine, roles).some((c) => {
    if (isTransient(c)) return false;
    if (c.kind === "register") return run.before.register(c.name) !== run.after.register(c.name);
    return (run.written.get(c.name) ?? []).some((i) => run.before.cell(c.name, i) !== run.after.cell(c.name, i));
  });
}

/** Delivering the trap has changed a register of these roles, or gone on with a transient one away from rest. */
export function didDeliveryChange(run: ConcreteRun, roles: readonly Role[]): boolean {
  const { delivered } = run;
  return delivered !== undefined && componentsOf(run.machine, roles).some((c) => c.kind === "register" && delivered(c.name) !== (c.rest ?? run.before.register(c.name)));
}

/** A cell of storage that no address of the starting window means has changed. */
export function didChangeOutside(run: ConcreteRun): boolean {
  return componentsOf(run.machine, ["storage"]).some((c) => {
    if (c.kind === "register") return run.before.register(c.name) !== run.after.register(c.name);
    const windows = run.machine.windows.filter((w) => w.over === c.name);
    return (run.written.get(c.name) ?? []).some((p) => run.before.cell(c.name, p) !== run.after.cell(c.name, p) && !windows.some((w) => shows(run, w, p)));
  });
}

/** What address means in a state: the cell, or "fault". */
export function translateIn(run: Pick<ConcreteRun, "machine">, state: ConcreteState, window: Window, access: number, address: bigint): bigint | "fault" {
  const { machine } = run;
  const { terms } = machine;
  const by = new Map<number, AnyTerm>([[window.access.id, terms.constant(access, 2)], [window.address.id, terms.constant(address, window.addressWidth)]]);
  const evaluator = new Evaluator({ variable: (v) => state.register(v.name), cell: (a, i) => state.cell(a.name, i) });
  const put = (t: Term): Term => lowering(machine).term(substitution(terms, by).term(t));
  if (window.traps.some((t) => evaluator.isTrue(put(t.guard)))) return "fault";
  return evaluator.value(put(window.cell));
}

function shows(run: ConcreteRun, window: Window, p: bigint): boolean {
  if (window.inverse === undefined) return (run.addresses.get(window.name) ?? []).some((a) => translateIn(run, run.before, window, 0, a) === p);
  const { machine } = run;
  const evaluator = new Evaluator({ variable: (v) => run.before.register(v.name), cell: (a, i) => run.before.cell(a.name, i) });
  const inverse = lowering(machine).term(substitution(machine.terms, new Map([[window.inverse.parameter.id, machine.terms.constant(p, window.inverse.parameter.width)]])).term(window.inverse.value));
  return translateIn(run, run.before, window, 0, evaluator.value(inverse)) === p;
}

/** After two completed steps: some general register, P, or an address that both windows show, reads differently. */
export function visiblyDiffer(first: ConcreteRun, second: ConcreteRun): boolean {
  const { machine } = first;
  return componentsOf(machine, ["general", "program-counter", "storage"]).some((c) => {
    if (isTransient(c)) return false;
    if (c.kind === "register") return first.after.register(c.name) !== second.after.register(c.name);
    const windows = c.role === "storage" ? machine.windows.filter((w) => w.over === c.name) : [];
    if (windows.length === 0) return cells(first, second, c.name).some((i) => first.after.cell(c.name, i) !== second.after.cell(c.name, i));
    return windows.some((window) => addresses(first, second, window).some((a) => {
      const x = translateIn(first, first.before, window, 0, a), y = translateIn(second, second.before, window, 0, a);
      return x !== "fault" && y !== "fault" && first.after.cell(c.name, x) !== second.after.cell(c.name, y);
    }));
  });
}

function cells(first: ConcreteRun, second: ConcreteRun, name: string): bigint[] {
  return [...new Set([...(first.written.get(name) ?? []), ...(second.written.get(name) ?? [])])];
}

/** Addresses at which the windows may differ afterwards: those that mean a cell which either run wrote, as far as it can be told. */
function addresses(first: ConcreteRun, second: ConcreteRun, window: Window): bigint[] {
  const found = new Set<bigint>();
  for (const run of [first, second]) {
    for (const a of run.addresses.get(window.name) ?? []) found.add(a);
    for (const p of run.written.get(window.over) ?? []) {
      const a = addressOf(run, window, p);
      if (a !== undefined) found.add(a);
    }
  }
  return [...found];
}

function addressOf(run: ConcreteRun, window: Window, p: bigint): bigint | undefined {
  if (window.inverse === undefined) return undefined;
  const { machine } = run;
  const evaluator = new Evaluator({ variable: (v) => run.before.register(v.name), cell: (a, i) => run.before.cell(a.name, i) });
  return evaluator.value(lowering(machine).term(substitution(machine.terms, new Map([[window.inverse.parameter.id, machine.terms.constant(p, window.inverse.parameter.width)]])).term(window.inverse.value)));
}
