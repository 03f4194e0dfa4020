/**
 * What a search for red pills comes to: the value that every report is made from. Plain data, in the shape that
 * `popek redpill --format json` prints; bit strings are text in the machine's radix.
 */
import type { ClaimAnswer, Witness } from "../verdict/result.js";

export interface PillDifference {
  /** a component, or a cell of one: `core[000041]` */
  readonly what: string;
  /** whether the guest's own instructions can show it */
  readonly isVisible: boolean;
  readonly bare: string;
  readonly virtual: string;
}

export interface PillRun {
  /** "halted", "runs", "trapped while a trap was delivered ..." */
  readonly end: string;
  /** instructions begun */
  readonly instructions: number;
}

/** A guest in storage, run bare and under the monitor. */
export interface ProgramPill {
  readonly form: "program";
  /** instructions in it, data not counted */
  readonly length: number;
  readonly lines: readonly { readonly part: "set-up" | "instruction" | "observation" | "end" | "vector" | "data"; readonly address: string; readonly text: string; /** where the text is cells: the instruction */ readonly means?: string }[];
  /** the whole file, as `popek run` and `popek vmm run` take it */
  readonly source: string;
  /** cells of the guest's storage */
  readonly size: number;
  readonly bare: PillRun;
  readonly virtual: PillRun;
  /** the instruction with which the two part, counted from 1, and the first difference in the whole simulated state */
  readonly parting: { readonly instruction: number; readonly what: string; readonly bare: string; readonly virtual: string };
  /** what differs in the end, what the guest sees first */
  readonly differences: readonly PillDifference[];
  /** false: only the monitor could tell the two apart */
  readonly isVisible: boolean;
  /** false: the bare run rests on what the manual leaves undefined; absent where it does not */
  readonly isSettled?: false;
}

/** Two states, one of the bare machine and one that stands for it under the monitor, where there is no program to be run. */
export interface StatesPill {
  readonly form: "states";
  /** what they break: the guest sees another outcome, or the monitor loses control */
  readonly breaks: "fidelity" | "safety";
  readonly witness: Witness;
}

export type PillAnswer =
  | { readonly answer: "found"; readonly pill: ProgramPill | StatesPill }
  /** critical, and yet no guest is told: proved */
  | { readonly answer: "none"; readonly reason: string; readonly strength: string }
  /** executes another instruction: its pills are those of its target, executed */
  | { readonly answer: "as-target"; readonly target: string }
  | { readonly answer: "open"; readonly reason: string };

export interface InstructionPill {
  readonly id: string;
  readonly title: string;
  readonly source: { readonly file: string; readonly line: number };
  /** programs that were tried */
  readonly trials: number;
  readonly result: PillAnswer;
}

/** A pill as a program for an independent system, or why that system can't be its host. */
export type EmittedPill =
  | { readonly id: string; readonly kind: "hosted"; /** the file to execute */ readonly run: string; /** what it prints on popek's machine, bare and under the monitor */ readonly bare: string; readonly virtual: string }
  | { readonly id: string; readonly kind: "refused"; readonly because: string };

export interface RedPillResult {
  readonly popek: string;
  readonly machine: { readonly name: string; readonly title: string; readonly sha256: string };
  readonly configuration: string;
  readonly monitor: string;
  /** of the instructions looked at, those that are critical, and those of which that is not known */
  readonly critical: readonly string[];
  readonly undecided: readonly string[];
  /** only some of the machine's instructions were looked at */
  readonly isPartial: boolean;
  readonly pills: readonly InstructionPill[];
  /** where programs for an independent system were asked for */
  readonly emitted?: { readonly system: string; readonly title: string; readonly debian: string; readonly pills: readonly EmittedPill[] };
}

/** What the proof of fidelity says where no program was found. */
export function fromProof(fidelity: ClaimAnswer, safety: ClaimAnswer, otherwise: string): PillAnswer {
  for (const [breaks, { answer, witness }] of [["fidelity", fidelity], ["safety", safety]] as const) {
    if (answer === "fails" && witness !== undefined) return { answer: "found", pill: { form: "states", breaks, witness } };
  }
  if (fidelity.answer === "holds" && safety.answer === "holds") return { answer: "none", reason: "the instruction is critical, but this monitor carries it: fidelity and safety are proved", strength: [...new Set([fidelity.strength, safety.strength])].join(" + ") };
  return { answer: "open", reason: [otherwise, fidelity.reason ?? safety.reason].filter((r) => r !== undefined).join("; ") };
}
