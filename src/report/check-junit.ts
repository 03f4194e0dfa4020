/**
 * A check as JUnit XML: a suite for each reading of Theorems 1 and 3, a test case for each instruction.
 *
 * A critical instruction is a failure. What is open is an error and not skipped: a build that skips what could not be decided would
 * be green. There are no times in it, so the same result is the same bytes.
 */
import type { CheckResult, ClaimName, InstructionResult, TheoremResult, Witness } from "../verdict/result.js";
import { chiefWitness, sensitivity, wordOf, placeOf, type Placed } from "./findings.js";
import { html, type Markup } from "./html/markup.js";
import { printable } from "./printable.js";
import { READINGS, type ReadingName } from "./standing.js";
import { decidingClaims } from "./theorem-text.js";
import { witnessText } from "./witness-text.js";

export interface JunitOptions extends Placed {
  readonly readings?: readonly ReadingName[];
}

export function checkJunit(result: CheckResult, { folder, readings = READINGS.filter((r) => r !== "literal") }: JunitOptions): string {
  const suites = result.theorems.filter((t) => t.theorem !== 2 && t.assumption === "any" && readings.includes(t.reading));
  const sum = (count: (t: TheoremResult) => number): number => suites.reduce((n, t) => n + count(t), 0);
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="popek check ${result.machine.name}" tests="${sum(() => result.instructions.length)}" failures="${sum((t) => t.critical.length)}" errors="${sum((t) => t.open.length)}">
${suites.map((t) => suite(result, t, folder))}</testsuites>
`.markup;
}

function suite(result: CheckResult, t: TheoremResult, folder: string): Markup {
  const critical = new Set(t.critical), open = new Set(t.open);
  return html`<testsuite name="${result.machine.name}, Theorem ${t.theorem}, ${t.reading}" tests="${result.instructions.length}" failures="${t.critical.length}" errors="${t.open.length}">
<properties><property name="configuration" value="${result.configuration}"/><property name="specification" value="${result.machine.sha256}"/><property name="popek" value="${result.popek}"/></properties>
${result.instructions.map((i) => html`<testcase classname="${result.machine.name}.${i.source.file.replace(/\.isa$/, "")}" name="${i.id}" file="${placeOf(folder, i.source.file)}" line="${i.source.line}">${critical.has(i.id) ? failure(i, t) : open.has(i.id) ? error(i, t) : undefined}</testcase>
`)}</testsuite>
`;
}

function failure(i: InstructionResult, t: TheoremResult): Markup {
  const chief = chiefWitness(i, claimsOf(t)) ?? firstWitness(i, claimsOf(t));
  const message = chief === undefined ? "sensitive and not privileged" : `${sensitivity(chief.claim)} and not privileged: ${chief.witness.shows}`;
  return html`<failure type="critical" message="${message}">${chief === undefined ? undefined : story(chief.witness)}</failure>`;
}

/** Theorem 3 looks at user states: its claims are not among those that `chiefWitness` ranks. */
function firstWitness(i: InstructionResult, claims: readonly ClaimName[]): { readonly claim: ClaimName; readonly witness: Witness } | undefined {
  return claims.flatMap((claim) => { const a = i.answers[claim]; return a?.answer === "holds" && a.witness !== undefined ? [{ claim, witness: a.witness }] : []; })[0];
}

function error(i: InstructionResult, t: TheoremResult): Markup {
  const reason = claimsOf(t).map((c) => i.answers[c]).find((a) => a?.answer === "open")?.reason ?? "not decided";
  return html`<error type="open" message="${reason}"/>`;
}

/** The sensitivities that decide the theorem. */
const claimsOf = (t: TheoremResult): readonly ClaimName[] => decidingClaims(t.theorem, t.reading, t.assumption).filter((c) => !c.startsWith("privileged"));

const story = (witness: Witness): string => printable(`\n${wordOf(witness)}\n${witnessText(witness, { color: false, width: 120 }).slice(1).join("\n")}\n`);
