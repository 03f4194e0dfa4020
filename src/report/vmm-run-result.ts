/** What running guests came to, read off the control program: the value that the reports of `vmm run` are made from. */
import { formatBits } from "../bits/bits.js";
import { componentNamed, type Machine } from "../isa/machine.js";
import { VERSION } from "../verdict/version.js";
import type { ControlProgram, Guest, MonitorSetting } from "../vmm/control-program.js";
import type { Difference, Divergence } from "../vmm/lock-step.js";
import type { VmmDifference, VmmGuestResult, VmmRunResult } from "./vmm-run.js";

export interface VmmRunEnd {
  /** whether it was stopped from outside */
  readonly isInterrupted: boolean;
  readonly lockStep?: { readonly comparisons: number; readonly divergence?: Divergence };
}

export function vmmRunResult(machine: Machine, program: ControlProgram, setting: MonitorSetting, { isInterrupted, lockStep }: VmmRunEnd): VmmRunResult {
  return {
    popek: VERSION, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, monitor: { kind: setting.kind, depth: setting.depth }, size: setting.size, quantum: setting.quantum,
    guests: program.guests.map((g) => guestResult(machine, g, isInterrupted)),
    lockStep: lockStep && { comparisons: lockStep.comparisons, divergence: lockStep.divergence && divergenceOf(machine, lockStep.divergence) },
  };
}

function guestResult(machine: Machine, { program, machine: virtual, run }: Guest, isInterrupted: boolean): VmmGuestResult {
  const { direct, interpreted, interrupts, causes } = virtual.work();
  return {
    program: program.name, end: endOf(run.end, isInterrupted), console: consoleText(virtual.output()), instructions: run.steps, direct, interpreted,
    events: { delivered: interrupts, waiting: run.pending },
    traps: [...causes].map(([trap, work]) => ({ trap, title: machine.traps.find((t) => t.name === trap)!.title, ...work })),
  };
}

function endOf(end: Guest["run"]["end"], isInterrupted: boolean): VmmGuestResult["end"] {
  switch (end?.kind) {
    case undefined: return { why: isInterrupted ? "interrupted" : "limit" };
    case "halt": return { why: "halt" };
    case "beyond": return { why: "beyond", detail: end.why };
    case "double-fault": return { why: "double-fault", detail: `${end.first.cause}, then ${end.second.cause}` };
    case "halt-below": return { why: "escape", detail: "it has halted the machine below" };
    case "escape": return { why: "escape", detail: `it has changed ${end.component} of the machine below` };
  }
}

/** What a console was sent, as text: bytes that are not printable as \xNN. */
export function consoleText(sent: readonly number[]): string {
  return sent.map((c) => (c === 10 || (c >= 32 && c < 127) ? String.fromCharCode(c) : c === 13 ? "" : `\\x${c.toString(16).padStart(2, "0")}`)).join("");
}

function divergenceOf(machine: Machine, { guest, steps, isFirst, at, differences }: Divergence): NonNullable<NonNullable<VmmRunResult["lockStep"]>["divergence"]> {
  const counter = machine.components.find((c) => c.kind === "register" && c.role === "program-counter");
  return { guest, instruction: steps, isFirst, at: at === undefined ? undefined : formatBits(at, counter!.width, machine.radix), differences: differences.map((d) => differenceOf(machine, d)) };
}

function differenceOf(machine: Machine, d: Difference): VmmDifference {
  if (d.kind === "end") return { what: d.of ?? "end", bare: d.bare, virtual: d.virtual };
  const component = componentNamed(machine, d.component);
  const show = (value: bigint): string => formatBits(value, component.width, machine.radix);
  const what = d.kind === "cell" && component.kind === "array" ? `${d.component}[${formatBits(d.index, component.indexWidth, machine.radix)}]` : d.component;
  return { what, bare: show(d.bare), virtual: show(d.virtual) };
}
