/**
 * Red pills as text, as plain JSON (`red-pill.schema.json`): each a program, and what it comes to on the bare machine and under the
 * monitor, side by side.
 */
import type { InstructionPill, PillAnswer, ProgramPill, RedPillResult, StatesPill } from "../vmm/red-pill-result.js";
import { colorsOf, columns, count, paragraph, type Cell, type Colors, type TextOptions } from "./layout.js";
import { witnessText } from "./witness-text.js";

const UNDER = "under the monitor";

export function redPillText(result: RedPillResult, options: TextOptions): string {
  const colors = colorsOf(options);
  const { machine, configuration, monitor, popek } = result;
  const head = [colors.bold(`${machine.title}: red pills`), `${machine.name}, configuration ${configuration}, under a ${monitor} monitor, specification ${machine.sha256.slice(0, 12)}, popek ${popek}`];
  const shown = result.pills.filter((p) => p.result.answer !== "as-target").map((p) => pillText(p, p.result, options, colors));
  return [head, ...shown, foldedText(result, options), emittedText(result, options, colors), summary(result, options, colors)].filter((s) => s.length > 0).map((s) => `${s.join("\n")}\n`).join("\n");
}

function pillText({ id, title, source }: InstructionPill, result: PillAnswer, options: TextOptions, colors: Colors): string[] {
  const head = `${colors.bold(id)}  ${title}  ${colors.cyan(`${source.file}:${source.line}`)}`;
  switch (result.answer) {
    case "found": return result.pill.form === "program" ? [head, ...programText(result.pill, options, colors)]
      : [head, ...paragraph("  ", statesWords(result.pill), options.width), ...witnessText(result.pill.witness, options)];
    case "none": return [head, ...paragraph("  none: ", `${result.reason} (${result.strength})`, options.width)];
    case "open": return [head, ...paragraph("  open: ", result.reason, options.width)];
    case "as-target": return [head, ...paragraph("  ", `as ${result.target}`, options.width)];
  }
}

function statesWords({ breaks, witness }: StatesPill): string {
  if (breaks === "safety") return "no program, but states that show how the monitor loses control:";
  if (witness.runs.every((r) => r.outcome === "halt")) return "no program, but two states that show that the guest halts the real machine, and the monitor with it:";
  return "no program, but two states from which the bare machine and the real one under the monitor part:";
}

function programText(pill: ProgramPill, options: TextOptions, colors: Colors): string[] {
  const { parting, differences } = pill;
  const program = columns(pill.lines.map(({ part, address, text, means }): Cell[] => [{ text: address }, { text, paint: part === "instruction" ? colors.bold : undefined }, { text: means === undefined ? part : `${part}: ${means}` }]), "    ");
  const row = (what: string, bare: string, virtual: string, note = ""): Cell[] => {
    const paint = bare === virtual ? undefined : colors.yellow;
    return [{ text: what }, { text: bare, paint }, { text: virtual, paint }, { text: note }];
  };
  const table = [
    ["", "bare", UNDER].map((text): Cell => ({ text, paint: colors.bold })),
    row("end", pill.bare.end, pill.virtual.end),
    row("instructions", String(pill.bare.instructions), String(pill.virtual.instructions)),
    ...differences.map((d) => row(d.what, d.bare, d.virtual, d.isVisible ? "" : "not shown to the guest")),
  ];
  return [
    ...paragraph("  ", `a program of ${count(pill.length, "instruction")}${pill.isVisible ? "" : ", of which only the monitor could tell the difference"}:`, options.width),
    ...program,
    ...paragraph("  ", `The two part with instruction ${parting.instruction}: ${parting.what} is ${parting.bare} bare, ${parting.virtual} ${UNDER}. In the end:`, options.width),
    ...columns(table, "    "),
  ];
}

/** What executes another instruction, folded onto its target. */
function foldedText({ pills }: RedPillResult, options: TextOptions): string[] {
  const folded = pills.flatMap(({ id, result }) => (result.answer === "as-target" ? [`${id} as ${result.target}`] : []));
  return folded.length === 0 ? [] : paragraph("As their targets: ", `${folded.join(", ")}.`, options.width);
}

function emittedText({ emitted }: RedPillResult, options: TextOptions, colors: Colors): string[] {
  if (emitted === undefined) return [];
  return [
    colors.bold(`As programs for ${emitted.title} (Debian: ${emitted.debian})`),
    ...emitted.pills.flatMap((p) => (p.kind === "hosted" ? paragraph(`  ${p.id}: `, `${p.run}; on popek's machine it prints "${p.bare}", under the monitor "${p.virtual}"`, options.width) : paragraph(`  ${p.id}: `, `not there: ${p.because}`, options.width))),
  ];
}

function summary({ critical, undecided, isPartial, pills, monitor }: RedPillResult, options: TextOptions, colors: Colors): string[] {
  const of = (answer: PillAnswer["answer"]): number => pills.filter((p) => p.result.answer === answer).length;
  const where = isPartial ? "of those looked at" : "of this machine";
  if (critical.length + undecided.length === 0) return paragraph("", colors.bold(`No red pill: no instruction ${where} is critical for a ${monitor} monitor.`), options.width);
  const parts = [
    `${count(critical.length, "critical instruction")} ${where}`, `${of("found")} with a red pill`, ...(of("as-target") > 0 ? [`${of("as-target")} as their targets`] : []),
    ...(of("none") > 0 ? [`${of("none")} that this monitor carries nevertheless`] : []), ...(of("open") > 0 ? [`${of("open")} open`] : []),
  ];
  return paragraph("", colors.bold(`${parts.join(", ")}.`), options.width);
}

export function redPillJson(result: RedPillResult): string {
  // what was asked is for taking a witness again, and no part of the report
  return `${JSON.stringify(result, (key, value: unknown) => (key === "asked" ? undefined : value), 2)}\n`;
}
