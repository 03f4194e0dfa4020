/**
 * A check as GitHub's Markdown: for a pull request, a wiki, a job summary.
 *
 * Verdicts first, then each critical instruction with the witness that says most, the classes of all instructions (folded away), and
 * what the verdict leans on. Text from the specification is escaped, so that it stays text.
 */
import type { CheckResult, InstructionResult, Witness, WitnessRun } from "../verdict/result.js";
import { cellsOf } from "./class-table.js";
import { PREMISE_WORDS } from "./check-text.js";
import { chiefWitness, OF_READING, sensitivity, wordOf } from "./findings.js";
import { count } from "./layout.js";
import { onOneLine } from "./printable.js";
import { READINGS, standings, theoremOf, type ReadingName } from "./standing.js";
import { knownBy, sentence } from "./theorem-text.js";
import { marksOf, orderOf } from "./witness-text.js";

export interface MarkdownOptions {
  readonly readings?: readonly ReadingName[];
}

export function checkMarkdown(result: CheckResult, { readings = READINGS }: MarkdownOptions): string {
  const { machine, configuration, popek } = result;
  const sections: readonly (readonly string[])[] = [
    [`# ${text(machine.title)}`, "", `${text(machine.name)}, configuration ${text(configuration)}, specification ${code(machine.sha256.slice(0, 12))}, popek ${popek}`],
    ["## Verdicts", "", ...table(["Theorem", "Reading", "Answer", "Known by"], result.theorems.filter((t) => readings.includes(t.reading)).map((t) => [
      String(t.theorem), t.reading + (t.assumption === "within-k" ? ", K" : ""), `**${t.answer}**: ${text(sentence(t).replace(/:$/, ""))}`, t.theorem === 2 ? "" : text(knownBy(result, t)),
    ]))],
    critical(result, readings),
    classes(result),
    result.premises.length === 0 ? [] : ["## Premises of the paper", "", ...table(["Premise", "Answer", "Known by"], result.premises.map((p) => [
      text(p.statement), `${PREMISE_WORDS[p.answer]}${p.reason === undefined || p.answer === "holds" ? "" : `: ${text(p.reason)}`}`, p.strength === "none" ? "" : text(p.strength),
    ]))],
    result.notModelled.length === 0 ? [] : ["## Not modelled", "", ...result.notModelled.map(({ what, because }) => `- ${text(because === undefined ? what : `${what}: ${because}`)}`)],
  ];
  return `${sections.filter((s) => s.length > 0).map((s) => s.join("\n")).join("\n\n")}\n`;
}

function critical(result: CheckResult, readings: readonly ReadingName[]): readonly string[] {
  const shown = readings.length > 1 ? readings.filter((r) => r !== "literal") : readings;
  const ids = new Set(shown.flatMap((r) => theoremOf(result, 1, r)?.critical ?? []));
  if (ids.size === 0) return [];
  return [`## ${count(ids.size, "critical instruction")}`, ...result.instructions.filter((i) => ids.has(i.id)).flatMap((i) => ["", ...criticalLines(i, shown)])];
}

function criticalLines(i: InstructionResult, readings: readonly ReadingName[]): readonly string[] {
  const chief = chiefWitness(i, readings.flatMap((r) => OF_READING[r]));
  return [
    `### ${text(i.id)}: ${text(i.title)}`, "", `${code(`${i.source.file}:${i.source.line}`)}${i.cite === undefined ? "" : `, ${text(i.cite)}`}`,
    ...(chief === undefined ? [] : ["", `${sensitivity(chief.claim)}: ${text(chief.witness.shows)}, by ${code(wordOf(chief.witness))}`, "", ...witnessLines(chief.witness)]),
    ...(i.executes === undefined ? [] : ["", text(i.executes.note)]),
  ];
}

function witnessLines(witness: Witness): readonly string[] {
  const names = orderOf(witness, [...new Set(witness.runs.flatMap((r) => r.components.map((c) => c.name)))]);
  const value = (run: WitnessRun, name: string): string => {
    const c = run.components.find((x) => x.name === name);
    return code(c === undefined ? "0" : c.after === undefined || c.after === c.before ? c.before : `${c.before} -> ${c.after}`);
  };
  return table(["", ...witness.runs.map((r) => text(r.name === "S" ? r.title : `${r.name} ${r.title}`)), ""], [
    ["mode", ...witness.runs.map((r) => text(r.mode)), ""],
    ...names.map((name) => [code(name), ...witness.runs.map((r) => value(r, name)), marksOf(witness, name)]),
    ["outcome", ...witness.runs.map((r) => text(r.outcome)), ""],
  ]);
}

function classes(result: CheckResult): readonly string[] {
  const standing = standings(result);
  return ["## Classes", "", "<details>", `<summary>${count(result.instructions.length, "instruction")}</summary>`, "", ...table(
    ["Instruction", "Privileged", "Control", "Location", "Mode", "Resource", "Traps", "User", "Verdict"],
    result.instructions.map((i) => [text(i.id), ...cellsOf(i, standing.get(i.id)!, false)]),
  ), "", "</details>"];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replace(/\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** Text that stays text: no markup, no element, no reference to a person or an issue. */
function text(given: string): string {
  return onOneLine(given).replace(/[\\*_[\]~]/g, "\\$&").replace(/[<>&@|`#$]|^[-+=]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** As code: the fence is longer than any run of backquotes within. */
function code(given: string): string {
  const own = onOneLine(given);
  const longest = Math.max(0, ...[...own.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = "`".repeat(longest + 1);
  const pad = own.startsWith("`") || own.endsWith("`") ? " " : "";
  return `${fence}${pad}${own}${pad}${fence}`;
}
