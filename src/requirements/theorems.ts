/**
 * Theorems 1 and 3, over what is known of each instruction.
 *
 * Theorem 1: if every sensitive instruction is privileged, a virtual machine monitor may be constructed. Theorem 3: if
 * every user-sensitive instruction is privileged, a hybrid monitor may be constructed. Both are sufficient conditions, not necessary
 * ones (the paper itself gives counter-examples to the converse), so what is judged is whether the machine meets the condition.
 * User-sensitive is control-sensitive from a user state, or location- (extended: resource-) sensitive with both
 * states user; mode sensitivity plays no part.
 */

export type Known = "holds" | "fails" | "open";

/** What the theorems look at, of one instruction. */
export interface Facts {
  readonly id: string;
  readonly privileged: Known;
  /** the kinds of sensitivity that this theorem and reading count */
  readonly sensitivities: readonly Known[];
}

export interface Judgement {
  readonly answer: Known;
  readonly critical: readonly string[];
  readonly open: readonly string[];
}

/** Sensitive is a subset of privileged. */
export function judge(facts: readonly Facts[]): Judgement {
  const critical: string[] = [], open: string[] = [];
  for (const { id, privileged, sensitivities } of facts) {
    const sensitive: Known = sensitivities.includes("holds") ? "holds" : sensitivities.includes("open") ? "open" : "fails";
    if (sensitive === "fails" || privileged === "holds") continue;
    if (sensitive === "holds" && privileged === "fails") critical.push(id);
    else open.push(id);
  }
  return { answer: critical.length > 0 ? "fails" : open.length > 0 ? "open" : "holds", critical, open };
}
