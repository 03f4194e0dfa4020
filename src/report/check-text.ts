/**
 * The report of a whole check, as text for a person.
 *
 * From the general to the particular and back: the table of classes, the theorems, a witness for each critical instruction, what the
 * verdict leans on (premises, what is not modelled, which engines answered), and in the end the verdicts again, because that is
 * where a terminal stops scrolling.
 */
import type { CheckResult, ClaimName, InstructionResult, Witness } from "../verdict/result.js";
import { classTable, type TableOptions } from "./class-table.js";
import { OF_READING, sensitivity, SHOWING, shownWitnesses, wordOf } from "./findings.js";
import { colorsOf, columns, count, paragraph, wrap, type Colors } from "./layout.js";
import { READINGS, standings, theoremOf, type ReadingName, type Standing } from "./standing.js";
import { sentence, theoremText } from "./theorem-text.js";
import { witnessText } from "./witness-text.js";

export interface CheckTextOptions extends TableOptions {
  /** every witness of every critical instruction, not only the one that says most */
  readonly verbose: boolean;
  /** defaults to all three */
  readonly readings?: readonly ReadingName[];
}

export function checkText(result: CheckResult, options: CheckTextOptions): string {
  const colors = colorsOf(options);
  const readings = options.readings ?? READINGS;
  const sections: readonly string[][] = [
    title(result, colors),
    [...classTable(result, { ...options, literal: options.literal ?? (options.readings !== undefined && readings.includes("literal")) }), "", ...totals(result, options.width)],
    theoremText(result, readings, options),
    witnesses(result, readings, options, colors),
    partlyTrapping(result, options, colors),
    premises(result, options, colors),
    notModelled(result, options, colors),
    statistics(result, options, colors),
    inShort(result, readings, options, colors),
  ];
  return sections.filter((s) => s.length > 0).map((s) => `${s.join("\n")}\n`).join("\n");
}

function title({ machine, configuration, popek }: CheckResult, colors: Colors): string[] {
  return [colors.bold(machine.title), `${machine.name}, configuration ${configuration}, specification ${machine.sha256.slice(0, 12)}, popek ${popek}`];
}

function totals(result: CheckResult, width: number): string[] {
  const standing = [...standings(result).values()];
  const number = (s: Standing): number => standing.filter((x) => x === s).length;
  const parts: readonly (readonly [Standing, string])[] = [
    ["critical", "critical"], ["critical-extended", "critical in the extended reading only"], ["open", "open"], ["privileged", "privileged"], ["always-traps", "always trapping"], ["innocuous", "innocuous"],
  ];
  return wrap(`${count(result.instructions.length, "instruction")}: ${parts.filter(([s]) => number(s) > 0).map(([s, text]) => `${number(s)} ${text}`).join(", ")}.`, width);
}

// ---------------------------------------------------------------- witnesses

function witnesses(result: CheckResult, readings: readonly ReadingName[], options: CheckTextOptions, colors: Colors): string[] {
  // literally critical instructions are shown only to who asks for that reading alone: there, nearly all are
  const shown = readings.length > 1 ? readings.filter((r) => r !== "literal") : readings;
  const critical = new Set(shown.flatMap((r) => theoremOf(result, 1, r)?.critical ?? []));
  const claims = SHOWING.filter((c) => shown.some((r) => OF_READING[r].includes(c)));
  const lines = result.instructions.filter((i) => critical.has(i.id)).flatMap((i) => ["", ...criticalText(i, claims, options, colors)]);
  if (lines.length === 0) return [];
  const intro = paragraph("", "Each is an instruction word and one or two starting states, run on the machine and made as small as possible. Components that are not shown are 0. In the last column: what differs between the states, what is needed for it to be a witness, and what shows it afterwards.", options.width);
  return [colors.bold("Witnesses of the critical instructions"), ...intro, ...lines];
}

function criticalText(i: InstructionResult, claims: readonly ClaimName[], options: CheckTextOptions, colors: Colors): string[] {
  const lines = [heading(i, colors)];
  const found = shownWitnesses(i, claims);
  const chosen = options.verbose ? found : found.slice(0, 1);
  for (const { claim, witness } of chosen) lines.push(...claimWitness(sensitivity(claim), witness, options));
  if (found.length > chosen.length) lines.push(...paragraph("  ", `also: ${found.slice(1).map((f) => f.claim).join(", ")}`, options.width));
  const privileged = i.answers.privileged;
  if (privileged?.answer === "fails") {
    const why = privileged.witness === undefined ? privileged.reason : `${privileged.witness.shows}, by ${wordOf(privileged.witness)}`;
    if (options.verbose && privileged.witness !== undefined) lines.push(...claimWitness("not privileged", privileged.witness, options));
    else if (why !== undefined) lines.push(...paragraph("  ", `not privileged: ${why}`, options.width));
  }
  if (i.executes !== undefined) lines.push(...paragraph("  ", i.executes.note, options.width));
  return lines;
}

export function heading(i: InstructionResult, colors: Colors): string {
  return [colors.bold(i.id), i.title, ...(i.cite === undefined ? [] : [`[${i.cite}]`]), colors.cyan(`${i.source.file}:${i.source.line}`)].join("  ");
}

export function claimWitness(claim: string, witness: Witness, options: TableOptions): string[] {
  return [...paragraph(`  ${claim}: `, witness.shows, options.width), ...witnessText(witness, options)];
}

// ---------------------------------------------------------------- what the verdict leans on

function partlyTrapping(result: CheckResult, { width }: CheckTextOptions, colors: Colors): string[] {
  const ids = result.instructions.filter((i) => i.classes.includes("partly-trapping")).map((i) => i.id);
  if (ids.length === 0) return [];
  return [
    colors.bold(`Partly trapping: ${count(ids.length, "instruction")}`),
    ...paragraph("", "Not privileged, but they trap in some user states in which the bare machine goes on: a monitor emulates them there, and efficiency falls short.", width),
    ...wrap(ids.join(" "), width - 2).map((l) => `  ${l}`),
  ];
}

export const PREMISE_WORDS = { holds: "met", fails: "not met", open: "open" } as const;

function premises(result: CheckResult, { width }: CheckTextOptions, colors: Colors): string[] {
  if (result.premises.length === 0) return [];
  const lines = result.premises.flatMap((p) => {
    const word = PREMISE_WORDS[p.answer];
    const first = `  ${word.padEnd(7)}  `;
    const known = p.strength === "none" || p.strength === "" ? "" : ` [${p.strength}]`;
    const [top, ...rest] = paragraph(first, `${p.statement}${known}`, width);
    const paint = p.answer === "holds" ? colors.green : p.answer === "fails" ? colors.red : colors.yellow;
    return [`  ${paint(word)}${top!.slice(2 + word.length)}`, ...rest, ...(p.reason === undefined || p.answer === "holds" ? [] : paragraph(" ".repeat(first.length), p.reason, width))];
  });
  return [colors.bold("Premises of the paper"), ...lines];
}

function notModelled(result: CheckResult, { width }: CheckTextOptions, colors: Colors): string[] {
  if (result.notModelled.length === 0) return [];
  return [colors.bold("Not modelled"), ...result.notModelled.flatMap(({ what, because }) => paragraph("  - ", because === undefined ? what : `${what}: ${because}`, width))];
}

function statistics(result: CheckResult, options: CheckTextOptions, colors: Colors): string[] {
  const { questions, answeredBy } = result.statistics;
  if (questions === 0) return [];
  const rows = inEngineOrder(answeredBy).map(([engine, n]) => [
    { text: ENGINE_WORDS[engine] ?? engine }, { text: n.toLocaleString("en-US").padStart(7) }, { text: `${((100 * n) / questions).toFixed(1)} %`.padStart(7) },
  ]);
  const { solver, runs, seed } = result.engines;
  return [
    colors.bold(`How it is known: ${count(questions, "question")}`),
    ...columns(rows, "  "),
    ...paragraph("  ", `Solver: ${solver}. Sampling: ${count(runs, "case")} a question, seed ${seed}.`, options.width),
  ];
}

/** What answered questions, in the order in which engines are asked. */
export function inEngineOrder(answeredBy: Readonly<Record<string, number>>): readonly (readonly [engine: string, n: number])[] {
  const order = ["structural", "witness", "sampled", "exhaustive", "solver-witness", "solver", "open"];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(answeredBy).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

export const ENGINE_WORDS: Readonly<Record<string, string>> = {
  structural: "no such state, from the terms themselves", witness: "a state found, replayed and minimised", sampled: "sampled", exhaustive: "no such state, all states run", "solver-witness": "a state found by the solver, replayed and minimised", solver: "no such state, by the solver", open: "open",
};

function inShort(result: CheckResult, readings: readonly ReadingName[], { width }: CheckTextOptions, colors: Colors): string[] {
  const verdicts = result.theorems.filter((t) => t.theorem !== 2 && t.assumption === "any" && readings.includes(t.reading) && (t.reading !== "literal" || readings.length === 1));
  if (verdicts.length === 0) return [];
  return [colors.bold("In short"), ...verdicts.flatMap((t) => {
    const first = `  ${t.reading.padEnd(9)} `;
    const lines = paragraph(first, `${t.answer === "open" ? "" : `${result.machine.name} `}${sentence(t).replace(/:$/, "")}.`, width);
    const paint = t.answer === "holds" ? colors.green : t.answer === "fails" ? colors.red : colors.yellow;
    return lines.map((l) => first.length < l.length ? l.slice(0, first.length) + paint(l.slice(first.length)) : l);
  })];
}
