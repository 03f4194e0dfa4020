/**
 * A check as workflow commands of GitHub's runner: annotations on the lines of the specification, and the verdicts.
 *
 * Errors are critical instructions, warnings those that are critical in the extended reading only and what is open. Partly
 * trapping ones are many on some machines, and the runner shows few annotations of a kind, so they are one notice together.
 */
import type { CheckResult } from "../verdict/result.js";
import { findings, type FindingKind, type Placed, placeOf } from "./findings.js";
import { count } from "./layout.js";
import { onOneLine } from "./printable.js";
import { READINGS, type ReadingName } from "./standing.js";
import { sentence } from "./theorem-text.js";

export interface GithubOptions extends Placed {
  readonly readings?: readonly ReadingName[];
}

const LEVELS: Readonly<Record<Exclude<FindingKind, "partly-trapping">, readonly [level: string, title: string]>> = {
  critical: ["error", "Critical instruction"], "critical-extended": ["warning", "Critical in the extended reading"], "critical-literal": ["notice", "Critical in the literal reading"], open: ["warning", "Open"],
};

export function checkGithub(result: CheckResult, { folder, readings = READINGS.filter((r) => r !== "literal") }: GithubOptions): string {
  const lines: string[] = [];
  const partly: string[] = [];
  for (const { kind, instruction, message } of findings(result, readings)) {
    if (kind === "partly-trapping") {
      partly.push(instruction.id);
      continue;
    }
    const [level, title] = LEVELS[kind];
    lines.push(command(level, { file: placeOf(folder, instruction.source.file), line: String(instruction.source.line), title: `${title}: ${instruction.id}` }, message));
  }
  if (partly.length > 0) lines.push(command("notice", { title: `Partly trapping: ${count(partly.length, "instruction")}` }, partly.join(" ")));
  for (const t of result.theorems.filter((o) => o.theorem !== 2 && o.assumption === "any" && readings.includes(o.reading))) {
    lines.push(command(t.answer === "holds" ? "notice" : t.answer === "fails" ? "error" : "warning", { title: `Theorem ${t.theorem}, ${t.reading}` }, `${t.answer === "open" ? "" : `${result.machine.name} `}${sentence(t).replace(/:$/, "")}.`));
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** `::error file=a.isa,line=1,title=T::message`, with what would end a part of it escaped as the runner reads it. */
function command(level: string, properties: Readonly<Record<string, string>>, message: string): string {
  const data = (text: string): string => onOneLine(text).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const property = (text: string): string => data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
  return `::${level} ${Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`).join(",")}::${data(message)}`;
}
