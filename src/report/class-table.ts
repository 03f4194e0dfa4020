/**
 * The table of classes: one line an instruction, under the chapter of the specification that it stands in.
 *
 * A dash says no, a question mark that it is open; so the eye finds the few lines that say something. Instructions alike in all
 * columns that stand next to each other can be folded into one line, which names the first and the last.
 */
import type { CheckResult, InstructionResult } from "../verdict/result.js";
import { colorsOf, columns, paragraph, type Cell, type Colors, type TextOptions } from "./layout.js";
import { holds, isOpen, standings, type Standing } from "./standing.js";

export interface TableOptions extends TextOptions {
  /** neighbours with the same classes on one line */
  readonly fold?: boolean;
  /** columns of the literal 1974 reading as well */
  readonly literal?: boolean;
}

export function classTable(result: CheckResult, options: TableOptions): string[] {
  const colors = colorsOf(options);
  const standing = standings(result);
  const head = ["Instruction", "Priv", "Control", "Loc", "Mode", "Res", "Traps", "User", ...(options.literal === true ? ["Literal"] : []), "Verdict"];
  const lines: { readonly chapter: string; readonly first: string; last: string; more: number; readonly cells: readonly string[] }[] = [];
  for (const i of result.instructions) {
    const cells = cellsOf(i, standing.get(i.id)!, options.literal === true);
    const before = lines.at(-1);
    if (options.fold === true && before !== undefined && before.chapter === i.source.file && before.cells.join() === cells.join()) {
      before.last = i.id;
      before.more += 1;
    } else lines.push({ chapter: i.source.file, first: i.id, last: i.id, more: 0, cells });
  }
  const rows: Cell[][] = [head.map((text) => ({ text, paint: colors.bold }))];
  const chapters = new Map<number, string>();
  let chapter: string | undefined;
  for (const line of lines) {
    if (line.chapter !== chapter) chapters.set(rows.length, (chapter = line.chapter));
    const name = line.more === 0 ? line.first : `${line.first} .. ${line.last} (${line.more + 1})`;
    rows.push([{ text: `  ${name}` }, ...line.cells.map((text, i) => ({ text, paint: i === line.cells.length - 1 ? verdictPaint(colors, text) : cellPaint(colors, text) }))]);
  }
  return [...columns(rows).flatMap((line, i) => (chapters.has(i) ? [colors.cyan(chapters.get(i)!), line] : [line])), "", ...legend(options)];
}

/** The texts of an instruction's line: privileged, control, location, mode, resource, traps, user, (literal,) verdict. */
export function cellsOf(i: InstructionResult, standing: Standing, literal: boolean): string[] {
  const plain = (claim: Parameters<typeof holds>[1]): string => (holds(i, claim) ? "yes" : isOpen(i, claim) ? "?" : "-");
  const wider = (strict: Parameters<typeof holds>[1], extended: Parameters<typeof holds>[1]): string => {
    const answer = plain(strict);
    if (answer === "yes" || !holds(i, extended)) return answer === "-" && isOpen(i, extended) ? "?" : answer;
    return answer === "?" ? "ext?" : "ext";
  };
  return [
    plain("privileged"), wider("control", "control-extended"), plain("location"), plain("mode"), plain("resource"), traps(i), user(i),
    ...(literal ? [literalText(i)] : []), VERDICTS[standing],
  ];
}

function traps(i: InstructionResult): string {
  if (holds(i, "always-traps")) return "always";
  if (holds(i, "partly-trapping")) return "partly";
  return isOpen(i, "always-traps") || isOpen(i, "partly-trapping") ? "?" : "-";
}

/** C control-, c in the extended reading only, L location-, R resource-sensitive in user states. */
function user(i: InstructionResult): string {
  const control = holds(i, "user-control") ? "C" : holds(i, "user-control-extended") ? "c" : "";
  const text = control + (holds(i, "user-location") ? "L" : "") + (holds(i, "user-resource") ? "R" : "");
  const open = (["user-control", "user-control-extended", "user-location", "user-resource"] as const).some((c) => isOpen(i, c));
  return text + (open ? "?" : text === "" ? "-" : "");
}

function literalText(i: InstructionResult): string {
  const letters = ([["privileged-literal", "P"], ["control-literal", "C"], ["location-literal", "L"], ["mode-literal", "M"]] as const).map(([claim, letter]) => (holds(i, claim) ? letter : isOpen(i, claim) ? "?" : "")).join("");
  return letters === "" ? "-" : letters;
}

export const VERDICTS: Readonly<Record<Standing, string>> = {
  critical: "CRITICAL", "critical-extended": "critical (extended)", open: "open", privileged: "privileged", "always-traps": "always traps", innocuous: "innocuous",
};

function verdictPaint(colors: Colors, text: string): (t: string) => string {
  switch (text) {
    case VERDICTS.critical: return (t) => colors.bold(colors.red(t));
    case VERDICTS["critical-extended"]: return colors.red;
    case VERDICTS.open: return colors.yellow;
    case VERDICTS.privileged: return colors.green;
    default: return colors.dim;
  }
}

function cellPaint(colors: Colors, text: string): (t: string) => string {
  return text === "-" ? colors.dim : text.includes("?") ? colors.yellow : (t) => t;
}

function legend({ width, literal }: TableOptions): string[] {
  const lines = [
    "Priv privileged. Control control-sensitive: yes, or ext in the extended reading only. Loc, Mode, Res location-, mode-, resource-sensitive (Res counts in the extended reading).",
    "Traps: always; or partly, in some user states in which the bare machine goes on. User: sensitive in user states by C control (c extended only), L location, R resources.",
    ...(literal === true ? ["Literal, the 1974 reading: P privileged, C control-, L location-, M mode-sensitive."] : []),
    "- no, ? open. CRITICAL: sensitive and not privileged; (extended): in the extended reading only.",
  ];
  return lines.flatMap((line) => paragraph("  ", line, width));
}
