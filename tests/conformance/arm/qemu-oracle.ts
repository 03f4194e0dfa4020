/** QEMU's Versatile board as it is asked by the harness: questions in the specification's terms, answers in them too. */
import type { Oracle, Question } from "../case.js";
import { caseOf, placed, type ArmQuestion } from "./components.js";
import type { Version } from "./opcodes.js";
import { boardWith, CORES } from "./qemu-machine.js";

/** Throws OracleUnavailable if QEMU or the assembler can't be had. */
export async function connectBoard(version: Version, progress: (message: string) => void): Promise<Oracle> {
  const board = boardWith(CORES[version], progress);
  return {
    witness: { name: "qemu", version: board.version },
    ask: async (questions) => {
      const own = questions.map(asDrawn);
      const { identity, told } = await board.ask(own.map(({ drawn }) => ({ registers: drawn.registers, cells: placed(drawn) })));
      return own.map((question, i) => caseOf(version, question, told[i]!, identity));
    },
  };
}

function asDrawn(question: Question): ArmQuestion {
  if (!("drawn" in question)) throw new Error("bug: a question that was not drawn here");
  return question as ArmQuestion;
}
