/**
 * Two finished checks held against each other: a machine before and after a change of its specification, or under two
 * configurations.
 *
 * What counts is what the theorems count. An instruction *became critical* where a theorem in a reading names it now and
 * did not; that it appeared makes no difference to that. It *became open* where something that was decided is not any more.
 * Everything else is a change of class, for better or for worse, and is told behind these.
 *
 * An instruction that executes another one is looked at together with critical targets only (`check.ts`): where such a pair is
 * missing on one side, it is there as its target.
 */
import { CLASSES, OTHER_CLAIMS, type AnswerKind, type ClaimAnswer, type ClaimName, type InstructionResult, type Premise, type TheoremResult } from "./result.js";

/** What is looked at of an instruction; a ledger knows no more than the first three. */
export type JudgedInstruction = Pick<InstructionResult, "id" | "classes" | "answers"> & Partial<Pick<InstructionResult, "title" | "cite" | "source">>;

/** What is looked at of a check: a `CheckResult` is one. */
export interface Judged {
  readonly machine: { readonly name: string; readonly sha256: string };
  readonly configuration: string;
  readonly instructions: readonly JudgedInstruction[];
  readonly theorems: readonly TheoremResult[];
  readonly premises: readonly Premise[];
}

/** A theorem in a reading that names an instruction as critical. */
export interface Ground {
  readonly theorem: 1 | 3;
  readonly reading: TheoremResult["reading"];
}

export const GRAVITIES = ["became-critical", "became-open", "appeared", "changed", "no-longer-critical", "disappeared"] as const;
export type Gravity = (typeof GRAVITIES)[number];

export interface Changed<T> {
  /** absent: it was not there */
  readonly before?: T;
  /** absent: it is not there any more */
  readonly after?: T;
}

export interface ClaimChange extends Changed<AnswerKind> {
  readonly claim: ClaimName;
}

export interface InstructionChange {
  readonly id: string;
  readonly gravity: Gravity;
  readonly critical: { readonly before: readonly Ground[]; readonly after: readonly Ground[] };
  readonly claims: readonly ClaimChange[];
  /** where it changed: the condition under which it is privileged */
  readonly condition?: Changed<string>;
  readonly instruction: Changed<JudgedInstruction>;
}

export interface TheoremChange extends Changed<AnswerKind> {
  readonly theorem: TheoremResult["theorem"];
  readonly reading: TheoremResult["reading"];
  readonly assumption: TheoremResult["assumption"];
}

export interface PremiseChange extends Changed<AnswerKind> {
  readonly name: string;
  readonly statement: string;
}

export interface CheckComparison {
  /** the gravest first, then in the order of the specification */
  readonly instructions: readonly InstructionChange[];
  readonly theorems: readonly TheoremChange[];
  readonly premises: readonly PremiseChange[];
}

export interface ComparisonOptions {
  readonly readings: readonly TheoremResult["reading"][];
  /** only some instructions were looked at: the answers of the theorems say nothing */
  readonly isPartial: boolean;
}

export function compareChecks(old: Judged, now: Judged, options: ComparisonOptions): CheckComparison {
  const before = new Side(old, options.readings), after = new Side(now, options.readings);
  const ids = [...new Set([...now.instructions, ...old.instructions].map((i) => i.id))];
  const changes = ids.flatMap((id) => { const change = changeOf(id, before, after); return change === undefined ? [] : [change]; });
  return {
    instructions: GRAVITIES.flatMap((gravity) => changes.filter((c) => c.gravity === gravity)),
    theorems: options.isPartial ? [] : theoremChanges(old, now, options.readings),
    premises: premiseChanges(old, now),
  };
}

/** Something became critical; else something became open (Theorem 2, which is open without a monitor, does not count); else neither. */
export function worstOf({ instructions, theorems, premises }: CheckComparison): "became-critical" | "became-open" | "no-worse" {
  if (instructions.some((c) => c.gravity === "became-critical")) return "became-critical";
  const isOpen = instructions.some((c) => c.gravity === "became-open") || [...theorems.filter((t) => t.theorem !== 2), ...premises].some((c) => c.after === "open" && c.before !== "open");
  return isOpen ? "became-open" : "no-worse";
}

class Side {
  private readonly byId: ReadonlyMap<string, JudgedInstruction>;
  private readonly theorems: readonly (TheoremResult & { readonly theorem: 1 | 3 })[];

  constructor(judged: Judged, readings: readonly TheoremResult["reading"][]) {
    this.byId = new Map(judged.instructions.map((i) => [i.id, i]));
    this.theorems = judged.theorems.filter((t): t is TheoremResult & { readonly theorem: 1 | 3 } => t.theorem !== 2 && t.assumption === "any" && readings.includes(t.reading));
  }

  /** The instruction; or, of a pair that was not looked at together, its target. */
  find(id: string): JudgedInstruction | undefined {
    const own = this.byId.get(id);
    if (own !== undefined || !id.endsWith("]")) return own;
    for (let at = id.indexOf("["); at > 0; at = id.indexOf("[", at + 1)) {
      const target = this.byId.get(id.slice(at + 1, -1));
      if (target !== undefined && this.byId.has(id.slice(0, at))) return target;
    }
    return undefined;
  }

  grounds(instruction: JudgedInstruction | undefined, list: "critical" | "open"): Ground[] {
    return instruction === undefined ? [] : this.theorems.filter((t) => t[list].includes(instruction.id)).map(({ theorem, reading }) => ({ theorem, reading }));
  }
}

function changeOf(id: string, old: Side, now: Side): InstructionChange | undefined {
  const before = old.find(id), after = now.find(id);
  const critical = { before: old.grounds(before, "critical"), after: now.grounds(after, "critical") };
  const claims = CLAIMS.flatMap((claim): ClaimChange[] => {
    const was = before?.answers[claim]?.answer, is = after?.answers[claim]?.answer;
    return was === is ? [] : [{ claim, before: was, after: is }];
  });
  const was = conditionOf(before), is = conditionOf(after);
  const condition = before === undefined || after === undefined || was === is ? undefined : { before: was, after: is };
  const isSame = before !== undefined && after !== undefined && claims.length === 0 && condition === undefined && isSubset(critical.before, critical.after) && isSubset(critical.after, critical.before);
  if (isSame) return undefined;
  const becameOpen = isSubset(now.grounds(after, "open"), old.grounds(before, "open")) === false || claims.some((c) => c.after === "open" && IS_CLASS.has(c.claim));
  const gravity: Gravity = !isSubset(critical.after, critical.before) ? "became-critical"
    : becameOpen ? "became-open"
    : before === undefined ? "appeared"
    : after === undefined ? "disappeared"
    : critical.before.length > 0 && critical.after.length === 0 ? "no-longer-critical" : "changed";
  return { id, gravity, critical, claims, ...(condition === undefined ? {} : { condition }), instruction: { before, after } };
}

const CLAIMS: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];
const IS_CLASS: ReadonlySet<ClaimName> = new Set(CLASSES);

const conditionOf = (i: JudgedInstruction | undefined): string | undefined => (i?.answers.privileged as ClaimAnswer | undefined)?.condition;

const isSubset = (some: readonly Ground[], all: readonly Ground[]): boolean => some.every((s) => all.some((a) => a.theorem === s.theorem && a.reading === s.reading));

function theoremChanges(old: Judged, now: Judged, readings: readonly TheoremResult["reading"][]): TheoremChange[] {
  const key = (t: TheoremResult): string => `${t.theorem} ${t.reading} ${t.assumption}`;
  const was = new Map(old.theorems.map((t) => [key(t), t])), is = new Map(now.theorems.map((t) => [key(t), t]));
  return [...new Map([...was, ...is]).values()].filter((t) => readings.includes(t.reading)).flatMap((t): TheoremChange[] => {
    const before = was.get(key(t))?.answer, after = is.get(key(t))?.answer;
    return before === after ? [] : [{ theorem: t.theorem, reading: t.reading, assumption: t.assumption, before, after }];
  });
}

function premiseChanges(old: Judged, now: Judged): PremiseChange[] {
  const was = new Map(old.premises.map((p) => [p.name, p])), is = new Map(now.premises.map((p) => [p.name, p]));
  return [...new Map([...was, ...is]).values()].flatMap(({ name, statement }): PremiseChange[] => {
    const before = was.get(name)?.answer, after = is.get(name)?.answer;
    return before === after ? [] : [{ name, statement, before, after }];
  });
}
