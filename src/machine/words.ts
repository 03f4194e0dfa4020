/**
 * An instruction's word as text: what stands in storage for it, in the machine's radix; before it the contexts that are not 0, where the
 * machine has any: `thumb=1 4770`.
 */
import { formatBits, mask, readBits } from "../bits/bits.js";
import { fetchedOf, frontOf, frontPlaces, isFetchedAsItIs } from "../isa/encoded.js";
import type { Encoding, Instruction, Machine } from "../isa/machine.js";
import { decoderOf, UnitReader } from "./decoder.js";

export function wordText(machine: Machine, encoding: Encoding, word: bigint): string {
  const { bits, width } = fetchedOf(machine, encoding, word);
  const contexts = frontOf(machine, encoding, word).flatMap(({ field: { name, source }, value }) => (source.kind === "context" && value !== 0n ? [`${name}=${formatBits(value, 1, machine.radix)}`] : []));
  return [...contexts, formatBits(bits, width, machine.radix)].join(" ");
}

/** The word of the instruction that the text says; undefined where it is none. The inverse of `wordText`. */
export function readWord(machine: Machine, instruction: Instruction, text: string): bigint | undefined {
  const { encoding } = instruction;
  if (isFetchedAsItIs(encoding)) return readBits(text, encoding.width, machine.radix);
  const parts = text.split(" ");
  const digits = parts.pop()!;
  const places = frontPlaces(machine);
  let contexts = 0n;
  for (const part of parts) {
    const [name, value] = part.split("=");
    const i = machine.front.findIndex((f) => f.name === name && f.source.kind === "context");
    const read = i < 0 || value === undefined ? undefined : readBits(value, places[i]!.width, machine.radix);
    if (read === undefined) return undefined;
    contexts |= read << BigInt(places[i]!.low);
  }
  const unit = machine.fetch?.unit ?? encoding.width;
  for (let width = unit; width <= encoding.width + unit * machine.front.length; width += unit) {
    const bits = readBits(digits, width, machine.radix);
    if (bits === undefined || formatBits(bits, width, machine.radix).length !== digits.length && machine.radix !== "decimal") continue;
    const reader = new UnitReader(decoderOf(machine), unit, contexts);
    for (let at = width - unit; at >= 0; at -= unit) {
      const decoded = reader.next((bits >> BigInt(at)) & mask(unit));
      if (decoded.kind === "instruction" && decoded.instruction.encoding.width === encoding.width && at === 0) return decoded.word;
      if (decoded.kind !== "prefix") break;
    }
  }
  return undefined;
}
