/** What running a program came to, as plain data, as text, and as JSON. */
import { colorsOf, columns, count, paragraph, type Cell, type TextOptions } from "./layout.js";

/** Bit strings are text in the machine's radix. */
export interface Change {
  /** `PC`, `AC[05]` */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface TraceLine {
  /** the program counter before it */
  readonly at: string;
  /** absent where the fetch trapped */
  readonly word?: string;
  readonly assembly?: string;
  /** "done", "halt", "trap uuo(...)", "trap uuo(...), delivered" */
  readonly outcome: string;
  readonly changes: readonly Change[];
}

export interface RunEnd {
  readonly why: "halt" | "breakpoint" | "limit" | "double-fault" | "beyond" | "interrupted" | "quit";
  readonly detail?: string;
}

export interface RunResult {
  readonly popek: string;
  readonly machine: { readonly name: string; readonly title: string; readonly sha256: string };
  readonly program: string;
  readonly end: RunEnd;
  readonly instructions: number;
  readonly traps: number;
  /** what was sent to the console, if anything was; bytes that are not printable as \xNN */
  readonly console?: string;
  /** every register; zero or not */
  readonly registers: readonly { readonly name: string; readonly role: string; readonly value: string }[];
  /** cells that the run changed */
  readonly changed: readonly Change[];
  /** cells that are not zero, where they were asked for */
  readonly cells?: readonly { readonly name: string; readonly value: string }[];
  readonly trace?: readonly TraceLine[];
}

/** Changed cells that are shown unless all are asked for. */
const MOST_CHANGED = 32;

export function runText(result: RunResult, options: TextOptions): string {
  const head = paragraph("", `${endText(result.end)} after ${count(result.instructions, "instruction")} and ${count(result.traps, "trap")}`, options.width);
  const said = result.console === undefined ? [] : result.console.replace(/\n$/, "").split("\n").map((l) => `  | ${l}`);
  return `${[...head, ...said].join("\n")}\n\n${stateText(result, options)}`;
}

export function stateText(result: Pick<RunResult, "registers" | "changed" | "cells">, options: TextOptions): string {
  const colors = colorsOf(options);
  const lines = [
    ...columns(result.registers.map(({ name, value }): Cell[] => [{ text: name, paint: colors.bold }, { text: value }]), "  "),
  ];
  const shown = result.cells === undefined ? result.changed.slice(0, MOST_CHANGED) : result.changed;
  if (shown.length > 0) lines.push("", "Cells that the run has changed", ...columns(shown.map(({ name, before, after }): Cell[] => [{ text: name, paint: colors.bold }, { text: `${before} -> ${after}` }]), "  "));
  if (shown.length < result.changed.length) lines.push(`  and ${result.changed.length - shown.length} more; --dump shows all`);
  if (result.cells !== undefined) lines.push("", "Cells that are not zero", ...columns(result.cells.map(({ name, value }): Cell[] => [{ text: name, paint: colors.bold }, { text: value }]), "  "));
  return `${lines.join("\n")}\n`;
}

function endText({ why, detail }: RunEnd): string {
  const words: Readonly<Record<RunEnd["why"], string>> = {
    halt: "halted", breakpoint: "at a breakpoint", limit: "at the limit", "double-fault": "stopped: the delivery of a trap was itself trapped", beyond: "stopped: beyond what the specification describes",
    interrupted: "interrupted", quit: "left",
  };
  return detail === undefined ? words[why] : `${words[why]} (${detail})`;
}

export function traceText({ at, word, assembly, outcome, changes }: TraceLine, options: TextOptions): string {
  const colors = colorsOf(options);
  const head = [at, (word ?? "").padEnd(12), (assembly ?? "").padEnd(18)].join("  ");
  const effects = changes.map((c) => `${c.name} ${c.before} -> ${c.after}`).join(", ");
  return `${`${colors.bold(head)}${outcome === "done" ? "" : `  ${colors.yellow(outcome)}`}${effects === "" ? "" : `  ${effects}`}`.trimEnd()}\n`;
}

export function runJson({ popek, machine, program, end, instructions, traps, console, registers, changed, cells, trace }: RunResult): string {
  return `${JSON.stringify({ popek, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, program, end, instructions, traps, console, registers, changed, cells, trace }, undefined, 2)}\n`;
}
