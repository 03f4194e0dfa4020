/**
 * A conformance case: one instruction, the state before it, and what a witness says the state is afterwards.
 *
 * The witness is an emulator that nobody here wrote. A case names the components of the specification and nothing of
 * the emulator, so one harness serves every machine, and a recorded case outlives the emulator that it came from.
 */
import type { Radix } from "../../src/bits/bits.js";

/** Values by component. What is not there is 0 in a state before, and not known in a state after. */
export interface Values {
  readonly registers: ReadonlyMap<string, bigint>;
  readonly arrays: ReadonlyMap<string, ReadonlyMap<bigint, bigint>>;
}

/** What can be drawn before a witness has been asked. */
export interface Question {
  /** the units of the instruction, which the state before holds where the processor will fetch them */
  readonly words: readonly bigint[];
  readonly before: Values;
  /** cells that the witness is asked for, besides those of the state before */
  readonly watched?: ReadonlyMap<string, readonly bigint[]>;
}

export interface Case extends Question {
  /** what the witness knows of the state after */
  readonly after: Values;
  /** where the witness says so: whether the processor went on or stopped */
  readonly ending?: Ending;
}

export type Ending = "done" | "halt";

export interface Witness {
  readonly name: string;
  readonly version: string;
}

/** The first line of a file of cases. */
export interface Header {
  readonly machine: string;
  readonly witness: Witness;
  /** absent where the cases were drawn elsewhere */
  readonly seed?: string;
  readonly radix: Radix;
  /** the registers that are known after every case */
  readonly observes: readonly string[];
  readonly note?: string;
}

/** An emulator that answers questions: one state after for each, in order. */
export interface Oracle {
  readonly witness: Witness;
  readonly ask: (questions: readonly Question[]) => Promise<readonly Case[]>;
}

/** Asks in batches of so many questions, one after the other. */
export function inBatches(size: number, ask: (batch: readonly Question[]) => Promise<readonly Case[]>): Oracle["ask"] {
  return async (questions) => {
    const answers: Case[] = [];
    for (let from = 0; from < questions.length; from += size) answers.push(...await ask(questions.slice(from, from + size)));
    return answers;
  };
}

/** The emulator is not there and can't be had; the message says what to do. */
export class OracleUnavailable extends Error {}
