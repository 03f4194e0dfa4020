/** The critical instructions of a machine, as its ledger has them: each by itself, without what executes it. */
import { readFileSync } from "node:fs";

export function criticalOf(machine: string): readonly string[] {
  const { theorems } = JSON.parse(readFileSync(new URL(`../../proofs/${machine}/ledger.json`, import.meta.url), "utf8")) as { readonly theorems: readonly { readonly theorem: number; readonly reading: string; readonly assumption: string; readonly critical: readonly string[] }[] };
  return theorems.find((t) => t.theorem === 1 && t.reading === "extended" && t.assumption === "any")?.critical ?? [];
}
