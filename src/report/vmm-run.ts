/** What running guests under a monitor came to, as plain data, as text, and as JSON (`vmm-run.schema.json`). */
import { colorsOf, columns, count, paragraph, type Cell, type TextOptions } from "./layout.js";

export interface VmmGuestResult {
  readonly program: string;
  readonly end: { readonly why: "halt" | "limit" | "double-fault" | "beyond" | "escape" | "interrupted"; readonly detail?: string };
  /** what it sent to the console; bytes that are not printable as \xNN */
  readonly console: string;
  readonly instructions: number;
  /** of these, completed by the real machine, and done by the monitor */
  readonly direct: number;
  readonly interpreted: number;
  readonly events: { readonly delivered: number; readonly waiting: number };
  /** by trap of the real machine, in order of name */
  readonly traps: readonly { readonly trap: string; readonly title: string; readonly entries: number; readonly emulated: number; readonly reflected: number; readonly hidden: number }[];
}

export interface VmmDifference {
  /** a component, a cell of one (`E[01A]`), or `end` */
  readonly what: string;
  readonly bare: string;
  readonly virtual: string;
}

export interface VmmRunResult {
  readonly popek: string;
  readonly machine: { readonly name: string; readonly title: string; readonly sha256: string };
  readonly monitor: { readonly kind: string; readonly depth: number };
  /** cells of each guest's storage */
  readonly size: number;
  readonly quantum: number;
  readonly guests: readonly VmmGuestResult[];
  readonly lockStep?: {
    /** how often whole states were compared */
    readonly comparisons: number;
    readonly divergence?: { readonly guest: string; readonly instruction: number; readonly isFirst: boolean; readonly at?: string; readonly differences: readonly VmmDifference[] };
  };
}

export function vmmRunText(result: VmmRunResult, options: TextOptions): string {
  const colors = colorsOf(options);
  const { monitor, guests, size, lockStep } = result;
  const lines = paragraph("", `${result.machine.title}: ${count(guests.length, "guest")} of ${count(size, "cell")} each under ${monitorText(monitor)}`, options.width);
  for (const guest of guests) {
    lines.push("", `${colors.bold(guest.program)}  ${END[guest.end.why]}${guest.end.detail === undefined ? "" : ` (${guest.end.detail})`} after ${count(guest.instructions, "instruction")}`);
    if (guest.console !== "") lines.push(...guest.console.replace(/\n$/, "").split("\n").map((l) => `  | ${l}`));
    lines.push(`  ${share(guest.direct, guest.instructions)} of its instructions ran directly; ${perThousand(guest)} entries of the monitor for each 1,000 instructions`);
    if (guest.events.delivered + guest.events.waiting > 0) lines.push(`  ${count(guest.events.delivered, "event")} from outside delivered${guest.events.waiting > 0 ? `, ${guest.events.waiting} still waiting` : ""}`);
    if (guest.traps.length > 0) lines.push(...columns([head("trap of the real machine", "entries", "emulated", "reflected", "hidden"), ...guest.traps.map((t): Cell[] => [{ text: `${t.trap}  ${t.title}` }, number(t.entries), number(t.emulated), number(t.reflected), number(t.hidden)])], "    "));
  }
  if (lockStep !== undefined) lines.push("", ...lockStepText(lockStep, options));
  return `${lines.join("\n")}\n`;
}

function lockStepText({ comparisons, divergence }: NonNullable<VmmRunResult["lockStep"]>, options: TextOptions): string[] {
  if (divergence === undefined) return paragraph("", `In lock step with the bare machines: equal in ${count(comparisons, "comparison")} of whole states.`, options.width);
  const colors = colorsOf(options);
  return [
    ...paragraph("", `${divergence.guest} diverges from its bare machine ${divergence.isFirst ? "with" : "no later than with"} its instruction number ${divergence.instruction.toLocaleString("en-US")}${divergence.at === undefined ? "" : `, the one at ${divergence.at}`}:`, options.width),
    ...columns([head("", "bare", "virtual"), ...divergence.differences.map((d): Cell[] => [{ text: d.what, paint: colors.bold }, { text: d.bare }, { text: d.virtual }])], "  "),
  ];
}

const END: Readonly<Record<VmmGuestResult["end"]["why"], string>> = {
  halt: "halted", limit: "at the limit", "double-fault": "stopped: the delivery of a trap was itself trapped", beyond: "stopped: beyond what the specification describes",
  escape: "has got out of the monitor's control", interrupted: "interrupted",
};

const monitorText = ({ kind, depth }: VmmRunResult["monitor"]): string => `a ${kind} monitor${depth === 1 ? "" : ` on ${depth === 2 ? "another" : `${depth - 1} others`} of its kind, one on the other`}`;
const head = (...texts: readonly string[]): Cell[] => texts.map((text) => ({ text }));
const number = (n: number): Cell => ({ text: n.toLocaleString("en-US") });
const share = (part: number, whole: number): string => (whole === 0 ? "none" : `${((100 * part) / whole).toFixed(2)} %`);

function perThousand({ traps, instructions }: VmmGuestResult): string {
  const entries = traps.reduce((n, t) => n + t.entries, 0);
  return instructions === 0 ? "0" : ((1000 * entries) / instructions).toFixed(2);
}

export function vmmRunJson({ popek, machine, monitor, size, quantum, guests, lockStep }: VmmRunResult): string {
  return `${JSON.stringify({
    popek, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, monitor: { kind: monitor.kind, depth: monitor.depth }, size, quantum,
    guests: guests.map((g) => ({ program: g.program, end: { why: g.end.why, detail: g.end.detail }, console: g.console, instructions: g.instructions, direct: g.direct, interpreted: g.interpreted, events: { delivered: g.events.delivered, waiting: g.events.waiting }, traps: g.traps })),
    lockStep: lockStep && { comparisons: lockStep.comparisons, divergence: lockStep.divergence },
  }, undefined, 2)}\n`;
}
