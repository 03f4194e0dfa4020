/**
 * A trace for a person: the runs side by side, state after state. Of each state what has changed is shown; of the first, what is not 0.
 */
import type { Trace, TraceState } from "../verdict/trace.js";
import { sensitivity } from "./findings.js";
import { colorsOf, columns, paragraph, wrap, type Cell, type TextOptions } from "./layout.js";

export function traceText(trace: Trace, options: TextOptions): string {
  const colors = colorsOf(options);
  const { instruction, machine, runs } = trace;
  const lines = [
    `${machine.title}, configuration ${trace.configuration}`, "",
    [colors.bold(instruction.id), instruction.title, ...(instruction.cite === undefined ? [] : [`[${instruction.cite}]`]), colors.cyan(`${instruction.source.file}:${instruction.source.line}`)].join("  "),
    ...paragraph("  ", `${claimText(trace)}: ${trace.shows}`, options.width),
    ...paragraph("  ", [trace.word, trace.assembly].filter((t) => t !== undefined).join("  "), options.width), "",
  ];
  const share = Math.max(20, Math.floor((options.width - 30) / runs.length));
  const rows: Cell[][] = titles(runs.map((r) => `${r.name === "S" ? "" : `${r.name} `}${r.title}`), share).map((row) => [{ text: "" }, ...row.map((text) => ({ text, paint: colors.bold }))]);
  const length = Math.max(...runs.map((r) => r.states.length));
  for (let at = 0; at < length; at++) {
    const states = runs.map((r) => r.states[at]);
    const before = runs.map((r) => r.states[at - 1]);
    const steps = [...new Set(states.flatMap((s) => (s === undefined ? [] : [s.step])))];
    rows.push([{ text: "" }], [{ text: `${at}  ${steps.join(" | ")}`, paint: colors.cyan }]);
    if (at > 0) for (const outcomes of titles(states.map((s) => s?.outcome ?? ""), share)) rows.push([{ text: outcomes === undefined ? "" : "   outcome" }, ...outcomes.map((text) => ({ text, paint: colors.bold }))]);
    if (at === 0 || states.some((s, i) => s !== undefined && s.mode !== before[i]?.mode)) rows.push([{ text: "   mode" }, ...states.map((s) => ({ text: s?.mode ?? "" }))]);
    for (const { name } of trace.components) {
      if (!states.some((s, i) => shows(s, before[i], name))) continue;
      const marks = at === 0 ? [...(trace.differs.includes(name) ? ["differs"] : []), ...(trace.necessary.includes(name) ? ["needed"] : [])] : at > 0 && trace.observed.includes(name) ? ["shows"] : [];
      rows.push([{ text: `   ${name}`, paint: marks.length > 0 ? colors.bold : undefined }, ...states.map((s) => ({ text: s?.values[name] ?? "", paint: marks.length > 0 ? colors.yellow : undefined })), { text: marks.join(" ") }]);
    }
  }
  const choices = Object.entries(trace.choices);
  return `${[
    ...lines, ...columns(rows, "  ").map((l) => l.trimEnd()), "",
    ...(choices.length === 0 ? [] : [...paragraph("  ", `needs, of what the manual leaves undefined: ${choices.map(([n, v]) => `${n} = ${v}`).join(", ")}`, options.width), ""]),
    ...paragraph("", "Components that are not shown are 0, or as before.", options.width),
  ].join("\n")}\n`;
}

/** Texts beside each other, each on as many lines as it needs. */
function titles(texts: readonly string[], share: number): readonly (readonly string[])[] {
  const wrapped = texts.map((t) => wrap(t, share));
  return Array.from({ length: Math.max(...wrapped.map((w) => w.length)) }, (_, i) => wrapped.map((w) => w[i] ?? ""));
}

function shows(state: TraceState | undefined, before: TraceState | undefined, name: string): boolean {
  if (state === undefined) return false;
  return before === undefined ? !/^0*$/.test(state.values[name]!) : before.values[name] !== state.values[name];
}

function claimText({ claim, answer }: Trace): string {
  const isPlain = claim === "fidelity" || claim === "safety" || claim === "efficiency" || claim.includes("privileged") || claim.includes("trap");
  return isPlain || answer !== "holds" ? `${claim} ${answer}` : sensitivity(claim);
}
