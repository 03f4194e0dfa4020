/**
 * The difference between two checks as plain data and JSON (`diff.schema.json`), with the witnesses that show each change.
 */
import type { CheckComparison, Ground, InstructionChange, Judged } from "../verdict/compare-checks.js";
import type { ClaimName, Witness } from "../verdict/result.js";
import { answerJson } from "./check-json.js";
import { decidingClaims } from "./theorem-text.js";

/** A side as it is named in reports: without paths. */
export interface ComparedSide {
  readonly from: "machine" | "check" | "ledger";
  readonly judged: Pick<Judged, "machine" | "configuration">;
}

export interface DiffReport {
  readonly popek: string;
  readonly old: ComparedSide;
  readonly new: ComparedSide;
  readonly readings: readonly Ground["reading"][];
  readonly isPartial: boolean;
  readonly comparison: CheckComparison;
}

export interface ShownWitness {
  readonly claim: ClaimName;
  readonly side: "old" | "new";
  readonly witness: Witness;
}

/**
 * What shows a change. Of what became critical: the sensitivities that the theorems count, and a user state in which it is not
 * trapped, first if it was privileged; what was not so before comes before the rest. Of the rest: the claims that changed, on the side where states show them.
 */
export function shownWitnesses({ gravity, critical, claims, instruction }: InstructionChange): readonly ShownWitness[] {
  const news = new Set(claims.map((c) => c.claim));
  const wanted = gravity === "became-critical"
    ? newsFirst(news, [...new Set([...(news.has("privileged") ? PRIVILEGED : []), ...critical.after.flatMap((g) => decidingClaims(g.theorem, g.reading, "any").filter((c) => !c.startsWith("privileged"))), ...PRIVILEGED])])
    : [...news].filter((c) => !DERIVED.includes(c));
  return wanted.flatMap((claim): ShownWitness[] => {
    const is = instruction.after?.answers[claim], was = instruction.before?.answers[claim];
    if (gravity === "became-critical" && is?.answer !== (PRIVILEGED.includes(claim) ? "fails" : "holds")) return [];
    if (is?.witness !== undefined) return [{ claim, side: "new", witness: is.witness }];
    return was?.witness === undefined ? [] : [{ claim, side: "old", witness: was.witness }];
  });
}

const newsFirst = (news: ReadonlySet<ClaimName>, all: readonly ClaimName[]): ClaimName[] => [...all.filter((c) => news.has(c)), ...all.filter((c) => !news.has(c))];

const PRIVILEGED: readonly ClaimName[] = ["privileged"];
/** Their witnesses are those of other claims. */
const DERIVED: readonly ClaimName[] = ["innocuous", "innocuous-extended", "always-traps"];

export const groundName = ({ theorem, reading }: Ground): string => `theorem${theorem}.${reading}`;

export function diffJson({ popek, old, new: now, readings, isPartial, comparison }: DiffReport): string {
  const side = ({ from, judged }: ComparedSide): object => ({ from, machine: { name: judged.machine.name, sha256: judged.machine.sha256 }, configuration: judged.configuration });
  const ids = (gravity: InstructionChange["gravity"]): string[] => comparison.instructions.filter((c) => c.gravity === gravity).map((c) => c.id);
  return `${JSON.stringify({
    popek, old: side(old), new: side(now), readings, isPartial,
    becameCritical: ids("became-critical"), becameOpen: ids("became-open"),
    instructions: comparison.instructions.map((c) => ({
      id: c.id, title: (c.instruction.after ?? c.instruction.before)!.title, gravity: c.gravity,
      isInOld: c.instruction.before !== undefined, isInNew: c.instruction.after !== undefined,
      critical: { before: c.critical.before.map(groundName), after: c.critical.after.map(groundName) },
      claims: c.claims.map(({ claim, before, after }) => ({ claim, before, after })),
      condition: c.condition && { before: c.condition.before, after: c.condition.after },
      witnesses: shownWitnesses(c).map(({ claim, side: of, witness }) => ({ claim, side: of, answer: answerJson({ ...(of === "new" ? c.instruction.after : c.instruction.before)!.answers[claim]!, witness }) })),
    })),
    theorems: comparison.theorems.map(({ theorem, reading, assumption, before, after }) => ({ theorem, reading, assumption, before, after })),
    premises: comparison.premises.map(({ name, statement, before, after }) => ({ name, statement, before, after })),
  }, undefined, 2)}\n`;
}
