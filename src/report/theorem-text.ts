/**
 * The theorems, in words that claim no more than the paper does.
 *
 * Theorem 1 is sufficient and not necessary: a machine meets its condition or does not meet it, because of instructions that are
 * named. Nothing here says what can or cannot be virtualized.
 */
import type { CheckResult, ClaimName, InstructionResult, TheoremResult } from "../verdict/result.js";
import { colorsOf, count, paragraph, wrap, type Colors, type TextOptions } from "./layout.js";
import type { ReadingName } from "./standing.js";

export const STATEMENTS: Readonly<Record<TheoremResult["theorem"], string>> = {
  1: "If every sensitive instruction is privileged, a virtual machine monitor may be constructed. Sufficient, not necessary.",
  2: "Recursively virtualizable, if virtualizable and a monitor without timing dependencies can be built.",
  3: "If every user-sensitive instruction is privileged, a hybrid monitor may be constructed. Sufficient, not necessary.",
};

export const KEEPING = "guests that never give their own user programs more than the configuration allows";

/** The claims that decide a theorem, by reading. */
export function decidingClaims(theorem: TheoremResult["theorem"], reading: ReadingName, assumption: TheoremResult["assumption"]): readonly ClaimName[] {
  const k = assumption === "within-k";
  if (reading === "literal") return ["privileged-literal", "control-literal", "location-literal", "mode-literal"];
  if (theorem === 3) {
    if (reading === "strict") return ["privileged", k ? "user-control-within-k" : "user-control", "user-location"];
    return ["privileged", k ? "user-control-extended-within-k" : "user-control-extended", "user-location", k ? "user-resource-within-k" : "user-resource"];
  }
  return reading === "strict" ? ["privileged", "control", "location", "mode"] : ["privileged", "control-extended", "location", "mode", k ? "resource-within-k" : "resource"];
}

export function theoremText(result: CheckResult, readings: readonly ReadingName[], options: TextOptions): string[] {
  const colors = colorsOf(options);
  const lines: string[] = [];
  for (const theorem of [1, 2, 3] as const) {
    const own = result.theorems.filter((t) => t.theorem === theorem && readings.includes(t.reading));
    if (own.length === 0) continue;
    if (lines.length > 0) lines.push("");
    const head = `Theorem ${theorem}. `;
    const [first, ...rest] = paragraph(head, STATEMENTS[theorem], options.width);
    lines.push(`${colors.bold(head.trimEnd())} ${first!.slice(head.length)}`, ...rest);
    const shown = own.filter((t) => !isRepeated(t, own));
    lines.push(...shown.flatMap((t) => oneReading(result, t, own, options, colors)));
    if (shown.some((t) => t.assumption === "within-k")) lines.push(...paragraph("  ", `K: for ${KEEPING}.`, options.width));
  }
  return lines;
}

/** Said together with the verdict that makes no assumption about guests. */
export function isRepeated(t: TheoremResult, own: readonly TheoremResult[]): boolean {
  return t.assumption === "within-k" && own.some((o) => o.assumption === "any" && isSame(o, t));
}

/** The verdict that makes no assumption about guests is the same as the one that does. */
export function isAlikeWithinK(t: TheoremResult, own: readonly TheoremResult[]): boolean {
  return t.assumption === "any" && own.some((o) => o.assumption === "within-k" && isSame(t, o));
}

function isSame(a: TheoremResult, b: TheoremResult): boolean {
  return a.reading === b.reading && a.answer === b.answer && a.critical.join() === b.critical.join() && a.open.join() === b.open.join();
}

function oneReading(result: CheckResult, t: TheoremResult, own: readonly TheoremResult[], { width }: TextOptions, colors: Colors): string[] {
  const label = `  ${(t.reading + (t.assumption === "within-k" ? ", K" : "")).padEnd(12)}`;
  const under = " ".repeat(label.length);
  const alike = isAlikeWithinK(t, own);
  const lines = paragraph(label, sentence(t), width);
  lines[0] = label + shade(t, colors)(lines[0]!.slice(label.length));
  if (t.theorem === 2) return lines;
  lines.push(...wrap(t.critical.join(" "), Math.max(20, width - under.length - 2)).map((l) => `${under}  ${l}`));
  if (t.open.length > 0) lines.push(...paragraph(`${under}  open: `, t.open.join(" "), width));
  lines.push(...paragraph(under, `known by: ${knownBy(result, t)}`, width));
  if (alike) lines.push(...paragraph(under, `the same for ${KEEPING}`, width));
  return lines;
}

/** The verdict in one sentence; the names of the instructions follow it. */
export function sentence(t: TheoremResult): string {
  const condition = `the condition of Theorem ${t.theorem}`;
  if (t.theorem === 2) return t.answer === "holds" ? `meets ${condition}` : t.answer === "open" ? `open: ${t.reason ?? "not decided"}` : `does not meet ${condition}: ${t.reason ?? "see Theorem 1"}`;
  switch (t.answer) {
    case "holds": return `meets ${condition}`;
    case "fails": return `does not meet ${condition}, because of ${count(t.critical.length, "instruction")}${t.critical.length === 0 && t.reason !== undefined ? `: ${t.reason}` : t.critical.length > 0 ? ":" : ""}`;
    case "open": return `open whether it meets ${condition}${t.reason === undefined ? "" : `: ${t.reason}`}`;
  }
}

function shade(t: TheoremResult, colors: Colors): (text: string) => string {
  return t.answer === "holds" ? colors.green : t.answer === "fails" ? colors.red : colors.yellow;
}

/** The strengths of the answers that the verdict leans on. */
export function knownBy(result: CheckResult, t: TheoremResult): string {
  const claims = decidingClaims(t.theorem, t.reading, t.assumption);
  const instructions = t.answer === "fails" ? result.instructions.filter((i) => t.critical.includes(i.id)) : result.instructions;
  const strengths = new Set<string>();
  for (const i of instructions) for (const strength of strengthsOf(i, claims, t.answer === "fails")) strengths.add(strength);
  const known = [...strengths].filter((s) => s !== "none").sort();
  return known.length === 0 ? "nothing yet" : known.join(", ");
}

/** A critical instruction is shown by its sensitivities that hold; otherwise every claim counts. */
function strengthsOf(i: InstructionResult, claims: readonly ClaimName[], onlyShown: boolean): string[] {
  return claims.flatMap((claim) => {
    const a = i.answers[claim];
    if (a === undefined || (onlyShown && !claim.startsWith("privileged") && a.answer !== "holds")) return [];
    return a.strength.split(" + ");
  });
}
