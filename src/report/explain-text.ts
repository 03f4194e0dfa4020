/** Everything that a check found out about some instructions: each claim with its answer, how that is known, why, and its witness. */
import type { Causes } from "../verdict/causes.js";
import { CLASSES, OTHER_CLAIMS, type CheckResult, type ClaimAnswer, type ClaimName, type InstructionResult } from "../verdict/result.js";
import { CLAIM_MEANINGS } from "./claims.js";
import { claimWitness, heading } from "./check-text.js";
import { instructionJson, witnessJson } from "./check-json.js";
import { causesJson, causesText } from "./explain-causes.js";
import { distinctWitnesses, witnessKey } from "./findings.js";
import { colorsOf, columns, paragraph, type Cell, type Colors, type TextOptions } from "./layout.js";

/** @param causes by instruction, as far as they were looked for */
export function explainText(result: CheckResult, options: TextOptions, causes: ReadonlyMap<string, Causes> = new Map()): string {
  const colors = colorsOf(options);
  const { machine, configuration } = result;
  const head = `${machine.title}, configuration ${configuration}`;
  const claims = CLAIMS.filter((c) => result.instructions.some((i) => i.answers[c] !== undefined && !repeats(i, c)));
  const parts = [[head], ...result.instructions.map((i) => oneInstruction(i, causes.get(i.id), options, colors)), [colors.bold("The claims"), ...claims.flatMap((c) => paragraph(`  ${c}: `, CLAIM_MEANINGS[c], options.width))]];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

const CLAIMS: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];

/** The same as JSON, with why: the instructions of the check's own form, under the machine's name. */
export function explainJson({ popek, machine, configuration, instructions }: CheckResult, causes: ReadonlyMap<string, Causes> = new Map()): string {
  return `${JSON.stringify({ popek, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, configuration, instructions: instructions.map((i) => { const own = causes.get(i.id); return { ...instructionJson(i), ...(own === undefined ? {} : { why: causesJson(own, witnessJson) }) }; }) }, undefined, 2)}\n`;
}

function oneInstruction(i: InstructionResult, causes: Causes | undefined, options: TextOptions, colors: Colors): string[] {
  const line = options.sourceLine?.(i.source.file, i.source.line)?.trim();
  const shown = CLAIMS.filter((c) => i.answers[c] !== undefined && !repeats(i, c));
  return [
    heading(i, colors),
    ...(line === undefined ? [] : [`  ${line}`]),
    ...paragraph("  classes: ", i.classes.length === 0 ? "none" : i.classes.join(", "), options.width),
    ...(i.executes === undefined ? [] : paragraph("  ", i.executes.note, options.width)),
    "",
    ...columns(shown.map((c) => row(c, i, colors)), "  "),
    ...why(causes, options, colors),
    ...distinctWitnesses(i, shown).flatMap(({ claims: names, witness }) => ["", ...claimWitness(label(i, names), witness, options)]),
  ];
}

function why(causes: Causes | undefined, options: TextOptions, colors: Colors): string[] {
  const lines = causes === undefined ? [] : causesText(causes, options, colors);
  return lines.length === 0 ? [] : ["", ...lines];
}

/** "-within-k" where the configuration limits nothing: the same answer, for the same reason. */
export function repeats(i: InstructionResult, claim: ClaimName): boolean {
  if (!claim.endsWith("-within-k")) return false;
  const wide = i.answers[claim.slice(0, -"-within-k".length) as ClaimName];
  const same = ({ answer, strength, witness }: ClaimAnswer): string => JSON.stringify([answer, strength, witness && witnessKey(witness)]);
  return wide !== undefined && same(wide) === same(i.answers[claim]!);
}

function row(claim: ClaimName, i: InstructionResult, colors: Colors): Cell[] {
  const { answer, strength, condition, reason } = i.answers[claim]!;
  const more = [condition === undefined ? undefined : `exactly if ${condition}`, reason].filter((t) => t !== undefined).join("; ");
  const paint = answer === "open" ? colors.yellow : answer === "holds" ? colors.bold : colors.dim;
  return [{ text: claim }, { text: answer, paint }, { text: strength === "none" ? "" : strength }, { text: more }];
}

function label(i: InstructionResult, claims: readonly ClaimName[]): string {
  return claims.map((c) => `${c} ${i.answers[c]!.answer}`).join(", ");
}
