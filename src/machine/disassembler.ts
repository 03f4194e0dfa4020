/** From words to assembly: the instruction that claims a word, printed by its own syntax. */
import type { Instruction, Machine } from "../isa/machine.js";
import { print } from "./assembly-syntax.js";
import { decoderOf, UnitReader } from "./decoder.js";

/**
 * The assembly of what is fetched, `width` bits: whole units, the instruction in front, prefixes included. If no width is given it is the
 * shortest encoding that the word fits. Undefined where no instruction claims it.
 *
 * @param contexts the values of the machine's contexts, in their bits of the front
 */
export function disassemble(machine: Machine, word: bigint, width?: number, contexts = 0n): string | undefined {
  const decoder = decoderOf(machine);
  const unit = machine.fetch?.unit;
  for (const own of width === undefined ? decoder.widths.map((w) => w - decoder.front).filter((w) => word >> BigInt(w) === 0n) : [width]) {
    const reader = new UnitReader(decoder, unit ?? own, contexts);
    for (let at = own - (unit ?? own); at >= 0; at -= unit ?? own) {
      const decoded = reader.next(BigInt.asUintN(unit ?? own, word >> BigInt(at)));
      if (decoded.kind === "instruction") return disassembleAs(machine, decoded.instruction, decoded.word);
      if (decoded.kind !== "prefix") break;
    }
  }
  return undefined;
}

/** The assembly of a word as a given instruction, whose encoding's width it has. */
export function disassembleAs(machine: Machine, instruction: Instruction, word: bigint): string {
  return print(instruction, word, machine.radix);
}
