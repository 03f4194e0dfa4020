/**
 * What the proofs about a monitor come to: the value that every report is made from. Plain data, in the shape that
 * `popek vmm prove --format json` prints.
 */
import type { AnswerKind, AskedQuestion, ClaimAnswer } from "../verdict/result.js";
import type { ReadingName } from "../requirements/parts.js";

/** `recursive:n`: a trap-and-emulate monitor under itself, n levels in all; `hybrid:n` a hybrid one. */
export type MonitorName = "trap-and-emulate" | "hybrid" | `recursive:${number}` | `hybrid:${number}`;

/** How an instruction meets the monitor: never where the bare machine goes on; in some such states; in every user state. */
export type Entry = "direct" | "partly" | "always" | "open";

export interface InstructionProof {
  readonly id: string;
  readonly title: string;
  readonly source: { readonly file: string; readonly line: number };
  readonly entry: Entry;
  readonly fidelity: ClaimAnswer;
  readonly safety: ClaimAnswer;
  readonly efficiency: ClaimAnswer;
  /** what was asked for these answers, in order; absent in a result that was read back */
  readonly asked?: readonly AskedQuestion[];
}

/** One statement about the machine as a whole: of the VM map, of the delivery of traps, of monitors under monitors. */
export interface LemmaProof {
  readonly name: string;
  readonly statement: string;
  readonly answer: AnswerKind;
  readonly strength: string;
  readonly reason?: string;
  /** whether the monitor is none without it */
  readonly isNeeded: boolean;
  /** how many cases it was proved in, each by itself; absent: all at once */
  readonly cases?: number;
  /** where it fails: registers and parameters that show it, in the machine's radix */
  readonly values?: Readonly<Record<string, string>>;
}

export interface ProveResult {
  readonly popek: string;
  readonly machine: { readonly name: string; readonly title: string; readonly sha256: string; readonly radix: string };
  readonly configuration: string;
  readonly monitor: MonitorName;
  readonly reading: ReadingName;
  /** "within-k": guests never give their own user programs more than the configuration says */
  readonly guests: "any" | "within-k";
  readonly engines: { readonly solver: string; readonly seed: number; readonly runs: number };
  /** allotments are whole blocks of so many cells; absent where nothing is said about a monitor */
  readonly block?: number;
  readonly lemmas: readonly LemmaProof[];
  /** what the proofs take for granted of guests, beside the lemmas */
  readonly premises: readonly string[];
  readonly instructions: readonly InstructionProof[];
  /** each property over all instructions and the lemmas that it leans on */
  readonly properties: Readonly<Record<Property, AnswerKind>>;
  readonly answer: AnswerKind;
  /** why the answer is open, where no single line says so */
  readonly reason?: string;
  readonly statistics: { readonly questions: number; readonly answeredBy: Readonly<Record<string, number>>; readonly open: number };
}

export const PROPERTIES = ["fidelity", "safety", "efficiency"] as const;
export type Property = (typeof PROPERTIES)[number];
