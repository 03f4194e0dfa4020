/**
 * A check as CSV (RFC 4180): a line an instruction, a column a claim, for spreadsheets and data frames.
 *
 * Lines end in CR LF, the first names the columns. A text that a spreadsheet would take for a formula has an apostrophe put before it,
 * as spreadsheets themselves do: a specification from somewhere else is not to compute in somebody's office.
 */
import { CLASSES, OTHER_CLAIMS, type CheckResult, type ClaimName, type InstructionResult } from "../verdict/result.js";
import { chiefWitness, SHOWING } from "./findings.js";
import { printable } from "./printable.js";
import { standings, type Standing } from "./standing.js";

const CLAIMS: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];

export function checkCsv(result: CheckResult): string {
  const standing = standings(result);
  const head = ["instruction", "title", "citation", "file", "line", "verdict", ...CLAIMS, "privileged iff", "witness of", "witness word", "witness assembly"];
  return [head, ...result.instructions.map((i) => line(i, standing.get(i.id)!))].map((fields) => `${fields.map(quoted).join(",")}\r\n`).join("");
}

function line(i: InstructionResult, standing: Standing): readonly string[] {
  const chief = chiefWitness(i, SHOWING);
  return [
    i.id, i.title, i.cite ?? "", i.source.file, String(i.source.line), standing, ...CLAIMS.map((c) => i.answers[c]?.answer ?? ""), i.answers.privileged?.condition ?? "",
    chief?.claim ?? "", chief?.witness.word ?? "", chief?.witness.assembly ?? "",
  ];
}

function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${printable(text)}` : printable(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
