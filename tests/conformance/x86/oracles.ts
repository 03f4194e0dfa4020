/** Bochs and QEMU as oracles: questions in the specification's terms in, cases out. */
import type { Case, Oracle, Question } from "../case.js";
import { connectBochs } from "./bochs.js";
import { askEmulator, assembled, type Emulator } from "./emulator.js";
import { connectQemu } from "./qemu.js";
import { answered, recordOf } from "./specification-state.js";

/** Throws OracleUnavailable. */
export async function connectToBochs(progress: (message: string) => void): Promise<Oracle> {
  return oracle(connectBochs("p2_klamath", progress));
}

/** Throws OracleUnavailable. */
export async function connectToQemu(progress: (message: string) => void): Promise<Oracle> {
  return oracle(connectQemu("pentium2", progress));
}

function oracle(emulator: Emulator): Oracle {
  const rom = assembled();
  return {
    witness: { name: emulator.name, version: emulator.version },
    ask: async (questions: readonly Question[]): Promise<readonly Case[]> => {
      const answers = await askEmulator(emulator, rom, questions.map(recordOf));
      return questions.map((q, i) => answered(q, answers[i]!));
    },
  };
}
