/** From words to assembly: the instruction that claims a word, printed by its own syntax. */
import type { Instruction, Machine } from "../isa/machine.js";
import { print } from "./assembly-syntax.js";
import { Decoder } from "./decoder.js";

const decoders = new WeakMap<Machine, Decoder>();

/** A machine's decoding tables, made once. */
export function decoderOf(machine: Machine): Decoder {
  let decoder = decoders.get(machine);
  if (decoder === undefined) {
    decoder = new Decoder(machine);
    decoders.set(machine, decoder);
  }
  return decoder;
}

/**
 * The assembly of a word of `width` bits: whole units, the instruction in front. If no width is given it is the shortest
 * encoding that the word fits. Undefined where no instruction claims it.
 */
export function disassemble(machine: Machine, word: bigint, width?: number): string | undefined {
  const decoder = decoderOf(machine);
  for (const own of width === undefined ? decoder.widths.filter((w) => word >> BigInt(w) === 0n) : [width]) {
    const decoded = decoder.decode(word, own);
    if (decoded.kind === "instruction") return disassembleAs(machine, decoded.instruction, word >> BigInt(own - decoded.instruction.encoding.width));
  }
  return undefined;
}

/** The assembly of a word as a given instruction, whose encoding's width it has. */
export function disassembleAs(machine: Machine, instruction: Instruction, word: bigint): string {
  return print(instruction, word, machine.radix);
}
