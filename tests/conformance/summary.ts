/**
 * What a comparison came to: agreement by group of instructions, every disagreement counted under its reason.
 *
 * The written form is committed under `proofs/<machine>/`. It has no clock, path or speed in it: the same cases against
 * the same specification give the same bytes.
 */
import type { Case, Witness } from "./case.js";
import { compare, type Compared, type Ignored, type ChoiceTreatment } from "./compare.js";
import { settle, type Disagreement, type Reason } from "./reasons.js";
import type { Subject } from "./subject.js";

/** How the cases of one machine are compared. */
export interface Comparison {
  readonly subject: Subject;
  readonly ignored: Ignored;
  readonly reasons: readonly Reason[];
  readonly choices?: ChoiceTreatment | undefined;
  /** the name of the group that a case is counted in, from its words and the identifiers of what was executed */
  readonly group: (words: readonly bigint[], instructions: readonly string[]) => string;
}

/** Instructions that a witness is not asked about. */
export interface Exclusion {
  readonly instructions: string;
  readonly because: string;
  readonly cite: string;
}

export interface GroupSummary {
  readonly cases: number;
  readonly agree: number;
  /** of those that agree: with values of choices other than 0 */
  readonly byChoice?: number;
  /** of those that agree: the trap was raised, and its delivery not compared */
  readonly stopped?: number;
  /** of those that agree: cells were changed that the witness was not asked about */
  readonly unobserved?: number;
  readonly settled?: Readonly<Record<string, number>>;
}

export interface Summary {
  readonly machine: string;
  readonly witness: Witness;
  readonly seed?: string;
  readonly cases: number;
  readonly agree: number;
  readonly settled: number;
  readonly unsettled: number;
  readonly groups: Readonly<Record<string, GroupSummary>>;
  readonly reasons: readonly { readonly id: string; readonly cases: number; readonly right: Reason["right"]; readonly because: string; readonly cite: string }[];
  readonly excluded: readonly Exclusion[];
}

/** Adds up compared cases; the one mutable thing here, because there are hundreds of thousands of them. */
export class Tally {
  private readonly groups = new Map<string, Counts>();
  private readonly unsettledOnes: Disagreement[] = [];
  private readonly used = new Map<string, number>();

  constructor(private readonly comparison: Comparison, private readonly witness: Witness) {}

  /** Disagreements that no reason covers, in order. */
  get unsettled(): readonly Disagreement[] {
    return this.unsettledOnes;
  }

  /** Reasons about this witness that cover nothing. */
  get idle(): readonly Reason[] {
    return this.comparison.reasons.filter((r) => r.witness === this.witness.name && !this.used.has(r.id));
  }

  add(c: Case): void {
    const { comparison } = this;
    const compared = compare(comparison.subject, c, comparison.ignored, comparison.choices);
    const group = comparison.group(c.words, compared.instructions);
    let counts = this.groups.get(group);
    if (counts === undefined) this.groups.set(group, (counts = new Counts()));
    counts.cases++;
    if (compared.differences.length === 0) return counts.agreed(compared);
    const disagreement = { group, case: c, compared };
    const reason = settle(comparison.reasons, this.witness.name, disagreement);
    if (reason === undefined) {
      this.unsettledOnes.push(disagreement);
      return;
    }
    this.used.set(reason.id, (this.used.get(reason.id) ?? 0) + 1);
    counts.settled.set(reason.id, (counts.settled.get(reason.id) ?? 0) + 1);
  }

  summary(machine: string, seed: string | undefined, excluded: readonly Exclusion[]): Summary {
    const groups = [...this.groups].sort(([a], [b]) => (a < b ? -1 : 1));
    const total = (of: (c: Counts) => number): number => groups.reduce((n, [, c]) => n + of(c), 0);
    return {
      machine,
      witness: this.witness,
      ...(seed === undefined ? {} : { seed }),
      cases: total((c) => c.cases),
      agree: total((c) => c.agree),
      settled: total((c) => c.cases - c.agree) - this.unsettledOnes.length,
      unsettled: this.unsettledOnes.length,
      groups: Object.fromEntries(groups.map(([name, c]) => [name, c.written()])),
      reasons: this.comparison.reasons
        .filter(({ id }) => this.used.has(id))
        .map(({ id, right, because, cite }) => ({ id, cases: this.used.get(id)!, right, because, cite })),
      excluded,
    };
  }
}

class Counts {
  cases = 0;
  agree = 0;
  private byChoice = 0;
  private stopped = 0;
  private unobserved = 0;
  readonly settled = new Map<string, number>();

  agreed({ byChoice, ended, unobserved }: Compared): void {
    this.agree++;
    if (byChoice) this.byChoice++;
    if (ended === "stopped") this.stopped++;
    if (unobserved > 0) this.unobserved++;
  }

  written(): GroupSummary {
    const { byChoice, stopped, unobserved } = this;
    const some = Object.fromEntries(Object.entries({ byChoice, stopped, unobserved }).filter(([, n]) => n > 0));
    return { cases: this.cases, agree: this.agree, ...some, ...(this.settled.size === 0 ? {} : { settled: Object.fromEntries([...this.settled].sort(([a], [b]) => (a < b ? -1 : 1))) }) };
  }
}

/** One line a group, so that a change shows as the lines that it is about. */
export function writtenSummary(summary: Summary): string {
  const { groups, reasons, excluded, ...head } = summary;
  const list = (items: readonly unknown[]): string => (items.length === 0 ? "[]" : `[\n${items.map((i) => `    ${JSON.stringify(i)}`).join(",\n")}\n  ]`);
  const lines = [
    ...Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`),
    `  "reasons": ${list(reasons)}`,
    `  "excluded": ${list(excluded)}`,
    `  "groups": {\n${Object.entries(groups).map(([name, g]) => `    ${JSON.stringify(name)}: ${JSON.stringify(g)}`).join(",\n")}\n  }`,
  ];
  return `{\n${lines.join(",\n")}\n}\n`;
}
