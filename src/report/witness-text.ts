/**
 * A witness as a person reads it: the states side by side, before and after one step, with what differs, what is
 * needed and what shows it named in the last column, and under them the line of the specification responsible.
 *
 * On a narrow terminal the states stand one under the other.
 */
import type { Witness, WitnessRun } from "../verdict/result.js";
import { colorsOf, columns, paragraph, wrap, type Cell, type Colors, type TextOptions } from "./layout.js";

const INDENT = "    ";

export function witnessText(witness: Witness, options: TextOptions): string[] {
  const colors = colorsOf(options);
  const lines = [`${INDENT}${colors.bold([witness.word, witness.assembly].filter((t) => t !== undefined && t !== "").join("  "))}`];
  const together = table(witness, witness.runs, options, colors);
  if (witness.runs.length > 1 && together.some((l) => l.wide > options.width)) {
    witness.runs.forEach((run, i) => lines.push(...(i === 0 ? [] : [""]), ...table(witness, [run], options, colors).map((l) => l.text)));
  } else lines.push(...together.map((l) => l.text));
  const choices = Object.entries(witness.choices);
  if (choices.length > 0) lines.push(...paragraph(`${INDENT}needs, of what the manual leaves undefined: `, choices.map(([n, v]) => `${n} = ${v}`).join(", "), options.width));
  return [...lines, ...sourceText(witness, options, colors)];
}

/** `10-control.isa:123: the line itself` */
function sourceText({ source }: Witness, { sourceLine }: TextOptions, colors: Colors): string[] {
  if (source === undefined) return [];
  const text = sourceLine?.(source.file, source.line)?.trim();
  return [`${INDENT}${colors.cyan(`${source.file}:${source.line}`)}${text === undefined || text === "" ? "" : `: ${text}`}`];
}

function table(witness: Witness, runs: readonly WitnessRun[], { width }: TextOptions, colors: Colors): { text: string; wide: number }[] {
  const names = [...new Set(runs.flatMap((r) => r.components.map((c) => c.name)))];
  const inOrder = orderOf(witness, names);
  const rows: Cell[][] = [];
  // titles and outcomes take no more room than the values do, if those take any
  const values = Math.max(...runs.flatMap((r) => names.map((n) => change(r, n).length)), 0);
  const share = Math.max(20, Math.min(Math.floor((width - 40) / runs.length), values));
  const titles = runs.map((r) => wrap(`${r.name === "S" ? "" : `${r.name} `}${r.title}`, share));
  for (let i = 0; i < Math.max(...titles.map((t) => t.length)); i++) rows.push([{ text: "" }, ...titles.map((t) => ({ text: t[i] ?? "", paint: colors.bold }))]);
  rows.push([{ text: "mode" }, ...runs.map((r) => ({ text: r.mode }))]);
  for (const name of inOrder) {
    const marks = marksOf(witness, name);
    const isMarked = marks !== "";
    rows.push([{ text: name, paint: isMarked ? colors.bold : undefined }, ...runs.map((r) => ({ text: change(r, name), paint: isMarked ? colors.yellow : undefined })), { text: marks }]);
  }
  const outcomes = runs.map((r) => wrap(r.outcome, share));
  for (let i = 0; i < Math.max(...outcomes.map((o) => o.length)); i++) rows.push([{ text: i === 0 ? "outcome" : "" }, ...outcomes.map((o) => ({ text: o[i] ?? "", paint: colors.bold }))]);
  const plain = columns(rows.map((row) => row.map(({ text }) => ({ text }))), INDENT);
  return columns(rows, INDENT).map((text, i) => ({ text, wide: plain[i]!.length }));
}

/** The machine's order: that of the first run, with what only the second has behind its neighbour there. */
export function orderOf(witness: Witness, names: readonly string[]): string[] {
  const order: string[] = [];
  for (const run of witness.runs) {
    let at = -1;
    for (const { name } of run.components) {
      const known = order.indexOf(name);
      if (known >= 0) at = known;
      else order.splice(++at, 0, name);
    }
  }
  return order.filter((n) => names.includes(n));
}

/** `000100 -> 000101`; one value where nothing changed; `0` where a component is not listed; no arrow where the step was not done. */
function change(run: WitnessRun, name: string): string {
  const c = run.components.find((x) => x.name === name);
  if (c === undefined) return "0";
  return c.after === undefined || c.after === c.before ? c.before : `${c.before} -> ${c.after}`;
}

export function marksOf({ differs, necessary, observed }: Witness, name: string): string {
  return [differs.includes(name) ? "differs" : "", necessary.includes(name) ? "needed" : "", observed.includes(name) ? "shows" : ""].filter((m) => m !== "").join(" ");
}
