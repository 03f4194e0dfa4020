/** What a step, and a run of steps, may come to. */
import type { Instruction } from "../isa/machine.js";

/** One step, traps not delivered. Bit strings as bigints of the widths that the machine declares. */
export type Outcome =
  /** `execute`: the word, of `width` bits, that the processor goes on with */
  | { readonly kind: "done"; readonly execute?: bigint; readonly width?: number }
  /** nothing has changed but what the trap leaves, if it leaves anything */
  | { readonly kind: "trap" | "memory-trap"; readonly cause: string; readonly args: readonly bigint[]; readonly leaves?: true }
  /** the step has been done, and the processor stops */
  | { readonly kind: "halt" }
  /** outside what the specification describes; nothing has changed */
  | { readonly kind: "beyond"; readonly why: string };

export type Trapped = Extract<Outcome, { kind: "trap" | "memory-trap" }>;

/** Why a processor does not go on by itself. */
export type Stop =
  | { readonly kind: "halt" }
  | { readonly kind: "beyond"; readonly why: string }
  /** the delivery of one trap was itself trapped */
  | { readonly kind: "double-fault"; readonly first: Trapped; readonly second: Trapped };

/** What an observer is told, in order. `instruction` is undefined where the machine's `otherwise` was taken. */
export type StepEvent =
  | { readonly kind: "instruction"; readonly word: bigint; readonly width: number; readonly instruction: Instruction | undefined; readonly outcome: Outcome }
  | { readonly kind: "fetch-trap"; readonly outcome: Trapped }
  | { readonly kind: "delivery"; readonly trap: Trapped; readonly outcome: Outcome };

export type Observer = (event: StepEvent) => void;

export interface StepReport {
  /** instructions begun, executed ones counted each */
  readonly instructions: number;
  /** traps delivered */
  readonly traps: number;
  /** absent: the processor is ready for the next step */
  readonly stop?: Stop;
  /** the trap that was not delivered, where that was asked for; nothing has changed but what it leaves */
  readonly trap?: Trapped;
  /** units of the instruction that trapped so */
  readonly length?: number;
}

/** What becomes of traps: delivered by the machine's own rule, or left to the caller (a monitor outside the machine). */
export type TrapTreatment = "deliver" | "stop";

export interface RunReport extends StepReport {
  /** instructions begun at the program counter, fetches that trapped and the last one, which may not have ended, included */
  readonly steps: number;
  readonly why: "limit" | "breakpoint" | "stop" | "trap";
}
