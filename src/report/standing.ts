/**
 * Where an instruction stands in a finished check, in one word, and which part of a result a reading is about.
 *
 * Nothing is decided here: what is critical is what the theorems' own lists say.
 */
import type { CheckResult, ClaimName, InstructionResult, TheoremResult } from "../verdict/result.js";

export const READINGS = ["strict", "extended", "literal"] as const;
export type ReadingName = (typeof READINGS)[number];

export type Standing = "critical" | "critical-extended" | "open" | "privileged" | "always-traps" | "innocuous";

export function theoremOf(result: CheckResult, theorem: TheoremResult["theorem"], reading: ReadingName, assumption: TheoremResult["assumption"] = "any"): TheoremResult | undefined {
  return result.theorems.find((t) => t.theorem === theorem && t.reading === reading && t.assumption === assumption);
}

/** The standing of every instruction, by identifier. */
export function standings(result: CheckResult): ReadonlyMap<string, Standing> {
  const strict = theoremOf(result, 1, "strict"), extended = theoremOf(result, 1, "extended");
  const critical = new Set(strict?.critical ?? []), criticalExtended = new Set(extended?.critical ?? []);
  const open = new Set([...(strict?.open ?? []), ...(extended?.open ?? [])]);
  const standing = (i: InstructionResult): Standing => {
    if (critical.has(i.id)) return "critical";
    if (criticalExtended.has(i.id)) return "critical-extended";
    if (open.has(i.id)) return "open";
    if (holds(i, "privileged")) return "privileged";
    if (holds(i, "always-traps")) return "always-traps";
    return "innocuous";
  };
  return new Map(result.instructions.map((i) => [i.id, standing(i)]));
}

export const holds = (i: InstructionResult, claim: ClaimName): boolean => i.answers[claim]?.answer === "holds";
export const isOpen = (i: InstructionResult, claim: ClaimName): boolean => i.answers[claim]?.answer === "open";
