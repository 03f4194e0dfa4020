/**
 * Why a disagreement is settled.
 *
 * Each machine has one file of reasons. A reason says as narrowly as it can which disagreements it is about, who is
 * right and by what authority. A disagreement that no reason covers fails the comparison, and so does a reason that
 * covers none: reasons are not kept for later.
 */
import type { Case } from "./case.js";
import type { Compared } from "./compare.js";

export interface Reason {
  readonly id: string;
  /** name of the witness that it is about */
  readonly witness: string;
  readonly right:
    /** the manual decides for the specification: the witness is wrong */
    | "specification"
    /** the manual is silent, or leaves it open; the specification made a choice that the witness didn't */
    | "undecided"
    /** the witness is another model; whether it is right about that one was not judged */
    | "other-model";
  /** what the name of the group must match */
  readonly groups: RegExp;
  /** components that may differ, and no others */
  readonly components: readonly string[];
  readonly when?: (d: Disagreement) => boolean;
  readonly because: string;
  readonly cite: string;
}

export interface Disagreement {
  readonly group: string;
  readonly case: Case;
  readonly compared: Compared;
}

/** The first reason that covers a disagreement. */
export function settle(reasons: readonly Reason[], witness: string, d: Disagreement): Reason | undefined {
  return reasons.find((r) =>
    r.witness === witness && r.groups.test(d.group)
    && d.compared.differences.every(({ component }) => r.components.includes(component))
    && (r.when === undefined || r.when(d)));
}
