/**
 * A check as SARIF 2.1.0, for code scanning: each finding a result on its line of the specification.
 *
 * A rule is what may be wrong with an instruction. Critical ones are failures; what could not be decided has SARIF's own kind "open",
 * which is neither pass nor fail; partly trapping ones are notes. Theorems and premises are about no line: they are properties of the
 * run. A result is recognised from run to run by its machine, instruction and rule, so that moving a line raises no new alert.
 */
import type { CheckResult, Witness } from "../verdict/result.js";
import { findings, type Finding, type FindingKind, type Placed, placeOf } from "./findings.js";
import { onOneLine, printable } from "./printable.js";
import { READINGS, type ReadingName } from "./standing.js";
import { sentence } from "./theorem-text.js";

export interface SarifOptions extends Placed {
  readonly readings?: readonly ReadingName[];
}

interface Rule {
  readonly kind: FindingKind;
  readonly name: string;
  readonly short: string;
  readonly full: string;
  readonly level: "error" | "warning" | "note";
}

const RULES: readonly Rule[] = [
  { kind: "critical", name: "Critical", level: "error", short: "Sensitive and not privileged.", full: "The instruction is sensitive and not privileged, so a monitor never hears of it: the machine does not meet the condition of Theorem 1, which is sufficient for a virtual machine monitor and not necessary." },
  { kind: "critical-extended", name: "CriticalInTheExtendedReading", level: "warning", short: "Sensitive in the extended reading, and not privileged.", full: "Critical if masks, vectors, clocks, identity and devices count as resources too, as the monitor of a machine that has them must count them." },
  { kind: "critical-literal", name: "CriticalInTheLiteralReading", level: "note", short: "Critical by the paper's sentences taken to the letter.", full: "By the sentences of 1974 as they stand even a supervisor call is critical; this reading is for teaching." },
  { kind: "open", name: "Open", level: "warning", short: "Whether it is critical could not be decided.", full: "An engine's effort was not enough, or the answer lies beyond what the specification describes." },
  { kind: "partly-trapping", name: "PartlyTrapping", level: "note", short: "Traps in some of the user states in which the bare machine goes on.", full: "Not sensitive for that reason, but the monitor has to emulate the instruction there, and efficiency falls short." },
];

export function checkSarif(result: CheckResult, { folder, readings = READINGS.filter((r) => r !== "literal") }: SarifOptions): string {
  const { machine, configuration } = result;
  return `${JSON.stringify({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: "popek", semanticVersion: result.popek, informationUri: "https://doi.org/10.1145/361011.361073",
          rules: RULES.map(({ kind, name, short, full, level }) => ({ id: kind, name, shortDescription: { text: short }, fullDescription: { text: full }, defaultConfiguration: { level } })),
        },
      },
      columnKind: "utf16CodeUnits",
      results: findings(result, readings).map((f) => sarifResult(result, f, folder)),
      properties: {
        machine: { name: machine.name, title: machine.title, sha256: machine.sha256 },
        configuration,
        theorems: result.theorems.filter((t) => readings.includes(t.reading)).map((t) => ({ theorem: t.theorem, reading: t.reading, assumption: t.assumption, answer: t.answer, sentence: onOneLine(sentence(t)) })),
        premises: result.premises.map((p) => ({ statement: p.statement, answer: p.answer, reason: p.reason })),
        notModelled: result.notModelled.map(({ what, because }) => (because === undefined ? what : `${what}: ${because}`)),
      },
    }],
  }, (_, value: unknown) => (typeof value === "string" ? printable(value) : value), 2)}\n`;
}

function sarifResult(result: CheckResult, { kind, instruction, message, witness }: Finding, folder: string): object {
  const rule = RULES.findIndex((r) => r.kind === kind);
  const { file, line } = instruction.source;
  return {
    ruleId: kind, ruleIndex: rule,
    // the standard: whatever is not of kind "fail" has no level
    ...(kind === "open" ? { kind: "open", level: "none" } : { kind: "fail", level: RULES[rule]!.level }),
    message: { text: onOneLine(message) },
    locations: [{ physicalLocation: place(folder, file, { startLine: line }), logicalLocations: [{ name: instruction.id, fullyQualifiedName: `${result.machine.name}/${instruction.id}`, kind: "instruction" }] }],
    relatedLocations: witness?.source === undefined ? [] : [{ id: 1, physicalLocation: place(folder, witness.source.file, { startLine: witness.source.line, startColumn: witness.source.column }), message: { text: "the line that shows it" } }],
    partialFingerprints: { "instruction/v1": `${result.machine.name}/${instruction.id}/${kind}` },
    properties: witness === undefined ? {} : { witness: runsOf(witness) },
  };
}

function place(folder: string, file: string, region: { readonly startLine: number; readonly startColumn?: number }): object {
  return { artifactLocation: { uri: uriOf(placeOf(folder, file)) }, region };
}

/** A relative path as a URI: what is no part of one is percent-encoded, and a colon can't look like a scheme. */
export function uriOf(path: string): string {
  return path.replace(/\\/g, "/").split("/").map((part) => encodeURIComponent(printable(part))).join("/");
}

function runsOf(witness: Witness): object {
  return {
    word: witness.word, assembly: witness.assembly, differs: witness.differs, necessary: witness.necessary, observed: witness.observed,
    runs: witness.runs.map((r) => ({ name: r.name, mode: r.mode, outcome: r.outcome, components: Object.fromEntries(r.components.map((c) => [printable(c.name), c.after === undefined || c.after === c.before ? c.before : `${c.before} -> ${c.after}`])) })),
  };
}
