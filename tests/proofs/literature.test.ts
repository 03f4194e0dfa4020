/** What the literature says of our machines, against the ledgers: each claim agrees, or is a finding that says why not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Claim {
  readonly id: string;
  readonly machine: string;
  readonly claim: { readonly instruction?: string; readonly holds?: readonly string[]; readonly fails?: readonly string[]; readonly theorem?: number; readonly reading?: string; readonly answer?: string; readonly critical?: readonly string[] };
  readonly agrees: boolean;
  readonly finding?: string;
}
interface Ledger {
  readonly theorems: readonly { readonly theorem: number; readonly reading: string; readonly assumption: string; readonly answer: string; readonly critical: readonly string[] }[];
  readonly instructions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const read = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;
const { claims } = read<{ readonly claims: readonly Claim[] }>("proofs/literature.json");

function isDerived({ claim, machine }: Claim): boolean {
  const ledger = read<Ledger>(`proofs/${machine}/ledger.json`);
  if (claim.instruction !== undefined) {
    const answers = ledger.instructions[claim.instruction];
    if (answers === undefined) throw new Error(`the ledger of ${machine} has no ${claim.instruction}`);
    return (claim.holds ?? []).every((c) => answers[c]?.startsWith("holds")) && (claim.fails ?? []).every((c) => answers[c]?.startsWith("fails"));
  }
  const theorem = ledger.theorems.find((t) => t.theorem === claim.theorem && t.reading === claim.reading && t.assumption === "any");
  if (theorem === undefined) throw new Error(`the ledger of ${machine} has no theorem ${claim.theorem}, ${claim.reading}`);
  return (claim.answer === undefined || theorem.answer === claim.answer) && (claim.critical === undefined || JSON.stringify(theorem.critical) === JSON.stringify(claim.critical));
}

describe("claims of the literature", () => {
  test.each(claims.map((c) => [c.id, c] as const))("%s", (_, claim) => {
    expect(isDerived(claim)).toBe(claim.agrees);
    if (!claim.agrees) expect(claim.finding).toMatch(/\w{10}/);
  });
});
