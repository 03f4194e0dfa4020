/**
 * What follows an outcome: traps are delivered, executed words performed, until an instruction completes that does not
 * go on. Then transient components return to their rest values. Bounded: a chain that does not end is `beyond`.
 */
import type { Instruction } from "../isa/machine.js";
import type { Observer, Outcome, StepReport, Stop, Trapped, TrapTreatment } from "./outcome.js";

export const CHAIN_LIMIT = 10_000;

/** What a chain needs of the CPU. */
export interface Performer {
  readonly decode: (word: bigint, width: number) => { readonly instruction: Instruction; readonly word: bigint } | undefined;
  readonly perform: (instruction: Instruction | undefined, word: bigint, width: number, length: number) => Outcome;
  readonly deliver: (trap: Trapped, length: number) => Outcome;
  readonly rest: () => void;
}

export function fold(cpu: Performer, first: Outcome, length: number, observer: Observer | undefined, treatment: TrapTreatment): StepReport {
  let outcome = first, instructions = 0, traps = 0;
  const end = (stop?: Stop): StepReport => {
    cpu.rest();
    return stop === undefined ? { instructions, traps } : { instructions, traps, stop };
  };
  for (let links = 0; links < CHAIN_LIMIT; links++) {
    switch (outcome.kind) {
      case "halt":
      case "beyond":
        return end(outcome);
      case "trap":
      case "memory-trap": {
        const trap = outcome;
        if (treatment === "stop") return { instructions, traps, trap, length };
        outcome = cpu.deliver(trap, length);
        observer?.({ kind: "delivery", trap, outcome });
        traps++;
        if (outcome.kind === "trap" || outcome.kind === "memory-trap") return end({ kind: "double-fault", first: trap, second: outcome });
        break;
      }
      case "done": {
        if (outcome.execute === undefined) return end();
        const found = cpu.decode(outcome.execute, outcome.width!);
        const instruction = found?.instruction;
        const { word, width } = found === undefined ? { word: outcome.execute, width: outcome.width! } : { word: found.word, width: found.instruction.encoding.width };
        outcome = cpu.perform(instruction, word, width, length);
        instructions++;
        observer?.({ kind: "instruction", word, width, instruction, outcome });
        break;
      }
    }
  }
  return end({ kind: "beyond", why: `more than ${CHAIN_LIMIT} instructions executed by one another` });
}
