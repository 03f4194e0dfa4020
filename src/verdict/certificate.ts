/**
 * A second opinion on a check: every question that it put, given once more to solvers that had no part in its answers.
 *
 * What is certified is the answer to each question: that there is such a state (sat) or that there is none (unsat). The query is
 * named by the hash of its text, so that whoever derives it again from the same specification can hold the two against each
 * other. Where the terms are false by themselves there is nothing left to ask: the answer is listed as structural.
 */
import type { AskedQuestion } from "./result.js";

export const CERTIFICATE_FORMAT = "popek-certificate";
export const CERTIFICATE_VERSION = 1;

export type Opinion = "sat" | "unsat" | "unknown";

export interface CertifiedObligation {
  /** `<instruction>/<claim>/<part>`, `premise/<name>` or `lemma/<name>`; `.../possible`: that what is supposed can happen */
  readonly id: string;
  readonly expected: AskedQuestion["expected"];
  /** how the check knows; where open, why it does not */
  readonly known: string;
  /** SHA-256 of the SMT-LIB text; absent where open */
  readonly query?: string;
  /** by solver; empty where there is nothing to ask */
  readonly answers: Readonly<Record<string, Opinion>>;
}

export interface Certificate {
  readonly format: typeof CERTIFICATE_FORMAT;
  readonly version: typeof CERTIFICATE_VERSION;
  readonly popek: string;
  readonly machine: { readonly name: string; readonly sha256: string };
  readonly configuration: string;
  /** what the check was made with, so that it can be made again */
  readonly settings: { readonly seed: number; readonly runs: number; readonly resource: number; readonly only?: string; readonly isSpeltOut: boolean; /** the proofs about this monitor, too */ readonly monitor?: string };
  readonly solvers: readonly { readonly name: string; readonly version: string }[];
  readonly obligations: readonly CertifiedObligation[];
}

export type Standing = "agreed" | "structural" | "disagreed" | "undecided" | "open";

/** Agreed: every solver says what is expected. Disagreed: one says the opposite. Undecided: one does not know. */
export function standingOf({ expected, answers }: CertifiedObligation): Standing {
  if (expected === "open") return "open";
  const opinions = Object.values(answers);
  if (opinions.length === 0) return "structural";
  if (opinions.some((o) => o !== "unknown" && o !== expected)) return "disagreed";
  return opinions.includes("unknown") ? "undecided" : "agreed";
}

/** In words, what a certificate says otherwise than the one made afresh; none: it holds. Versions of solvers may differ. */
export function differences(given: Certificate, afresh: Certificate): readonly string[] {
  if (given.machine.sha256 !== afresh.machine.sha256) return [`it is about specification ${given.machine.sha256.slice(0, 12)} of ${given.machine.name}, and this is ${afresh.machine.sha256.slice(0, 12)} of ${afresh.machine.name}`];
  const is = new Map(afresh.obligations.map((o) => [o.id, o])), was = new Map(given.obligations.map((o) => [o.id, o]));
  const found: string[] = [];
  if (was.size !== given.obligations.length) found.push("it names an obligation twice");
  for (const o of given.obligations) {
    const own = is.get(o.id);
    if (own === undefined) {
      found.push(`${o.id}: the check asks no such thing`);
      continue;
    }
    if (o.expected !== own.expected) found.push(`${o.id}: it says ${o.expected}, the check ${own.expected}`);
    else if (o.query !== own.query) found.push(`${o.id}: its query has hash ${short(o.query)}, derived again ${short(own.query)}`);
    const opposed = Object.values(o.answers).find((a) => a !== "unknown" && a !== o.expected);
    if (opposed !== undefined) found.push(`${o.id}: it records the answer ${opposed} where ${o.expected} is expected`);
    if (Object.keys(own.answers).length > 0 && Object.keys(o.answers).length === 0) found.push(`${o.id}: it records no answer`);
  }
  for (const o of afresh.obligations) if (!was.has(o.id)) found.push(`${o.id}: the check asks it, and it is not there`);
  return found;
}

const short = (hash: string | undefined): string => hash?.slice(0, 16) ?? "none";
