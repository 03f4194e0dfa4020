/**
 * What a check found that somebody should look at, one by one: the common ground of the formats that list findings on lines of
 * the specification (SARIF, JUnit, GitHub's annotations).
 *
 * Nothing is decided here. An instruction is critical because the theorem's own list says so, and its witness is the first in the
 * order in which witnesses say most.
 */
import type { CheckResult, ClaimAnswer, ClaimName, InstructionResult, Witness } from "../verdict/result.js";
import { holds, standings, theoremOf, type ReadingName } from "./standing.js";

/** In the order in which they say most. */
export const SHOWING: readonly ClaimName[] = ["control", "mode", "location", "control-extended", "resource", "control-literal", "mode-literal", "location-literal"];

/** The sensitivities that a reading counts. */
export const OF_READING: Readonly<Record<ReadingName, readonly ClaimName[]>> = {
  strict: ["control", "mode", "location"],
  extended: ["control", "mode", "location", "control-extended", "resource"],
  literal: ["control-literal", "mode-literal", "location-literal"],
};

export type FindingKind = "critical" | "critical-extended" | "critical-literal" | "open" | "partly-trapping";

export interface Finding {
  readonly kind: FindingKind;
  readonly instruction: InstructionResult;
  /** one sentence or two, in which the instruction is named */
  readonly message: string;
  readonly witness?: Witness;
}

/** Where the files of a specification lie, for whoever reads the report: `isa-specs/pdp10/`, or nothing. */
export interface Placed {
  readonly folder: string;
}

/** Critical ones of the readings first, then open ones, then partly trapping ones; each in the specification's order. */
export function findings(result: CheckResult, readings: readonly ReadingName[]): readonly Finding[] {
  const critical: Finding[] = [], open: Finding[] = [], partly: Finding[] = [];
  const lists = readings.map((reading) => ({ reading, theorem: theoremOf(result, 1, reading) }));
  for (const instruction of result.instructions) {
    const { id } = instruction;
    const first = lists.find((l) => l.theorem?.critical.includes(id));
    if (first !== undefined) critical.push(criticalFinding(instruction, first.reading));
    else if (lists.some((l) => l.theorem?.open.includes(id))) open.push({ kind: "open", instruction, message: `Whether ${id} (${instruction.title}) is critical is open: ${openReason(instruction) ?? "not decided"}.` });
    if (holds(instruction, "partly-trapping")) {
      partly.push({ kind: "partly-trapping", instruction, message: `${id} (${instruction.title}) is partly trapping: it traps in some user states in which the bare machine goes on, so a monitor has to emulate it there.`, witness: instruction.answers["partly-trapping"]?.witness });
    }
  }
  return [...critical, ...open, ...partly];
}

const KINDS: Readonly<Record<ReadingName, FindingKind>> = { strict: "critical", extended: "critical-extended", literal: "critical-literal" };
const WORDS: Readonly<Record<ReadingName, string>> = { strict: "critical", extended: "critical in the extended reading", literal: "critical in the literal reading" };

function criticalFinding(instruction: InstructionResult, reading: ReadingName): Finding {
  const chief = chiefWitness(instruction, OF_READING[reading]);
  const why = chief === undefined ? "sensitive" : `${sensitivity(chief.claim)} (there is ${chief.witness.shows}, by ${wordOf(chief.witness)})`;
  return { kind: KINDS[reading], instruction, message: `${instruction.id} (${instruction.title}) is ${WORDS[reading]}: ${why}, and not privileged.`, witness: chief?.witness };
}

export interface Shown {
  readonly claim: ClaimName;
  readonly witness: Witness;
}

/** The witnesses of the claims that hold, those that say most first. */
export function shownWitnesses(i: InstructionResult, claims: readonly ClaimName[]): readonly Shown[] {
  return SHOWING.filter((c) => claims.includes(c)).flatMap((claim) => {
    const a = i.answers[claim];
    return a?.answer === "holds" && a.witness !== undefined ? [{ claim, witness: a.witness }] : [];
  });
}

export const chiefWitness = (i: InstructionResult, claims: readonly ClaimName[]): Shown | undefined => shownWitnesses(i, claims)[0];

/** "control-sensitive in the extended reading" */
export function sensitivity(claim: ClaimName): string {
  return `${claim}-sensitive`.replace("-literal-sensitive", "-sensitive, literally").replace("-extended-sensitive", "-sensitive in the extended reading");
}

/** "265040000000  JSP 1,0" */
export const wordOf = ({ word, assembly }: Witness): string => [word, assembly].filter((t) => t !== undefined && t !== "").join("  ");

function openReason(i: InstructionResult): string | undefined {
  return Object.values<ClaimAnswer | undefined>(i.answers).find((a) => a?.answer === "open" && a.reason !== undefined)?.reason;
}

/** The same for witnesses that look alike, whatever was asked. */
export const witnessKey = (witness: Witness): string => JSON.stringify({ ...witness, asked: undefined });

export interface DistinctWitness {
  readonly claims: readonly ClaimName[];
  readonly witness: Witness;
}

/** Each witness of an instruction once, with all the claims that it answers. */
export function distinctWitnesses(i: InstructionResult, claims: readonly ClaimName[]): readonly DistinctWitness[] {
  const groups = new Map<string, { readonly claims: ClaimName[]; readonly witness: Witness }>();
  for (const claim of claims) {
    const witness = i.answers[claim]?.witness;
    if (witness === undefined) continue;
    const key = witnessKey(witness);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { claims: [claim], witness });
    else group.claims.push(claim);
  }
  return [...groups.values()];
}

/** Where a file of a specification lies: `folder` ends in a slash, or is empty; a chapter that machines share lies beside it. */
export function placeOf(folder: string, file: string): string {
  return (folder + file).replace(/[^/]+\/\.\.\//g, "");
}
