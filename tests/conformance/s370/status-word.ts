/**
 * The program status word as the hardware holds it, and as the components of the specification.
 *
 * Which bits are what is said here once more, apart from the specification.
 */

/** Component, first and last bit, for both formats. */
const COMMON: readonly (readonly [name: string, first: number, last: number])[] = [
  ["Channels", 0, 4], ["Translation", 5, 5], ["InputOutput", 6, 6], ["External", 7, 7], ["Key", 8, 11],
  ["Extended", 12, 12], ["MachineCheck", 13, 13], ["Wait", 14, 14], ["Problem", 15, 15], ["PC", 40, 63],
];

const bits = (word: bigint, first: number, last: number): bigint => BigInt.asUintN(last - first + 1, word >> BigInt(63 - last));

/** The components of a word that is loaded, by the format that its own bit 12 tells. */
export function statusComponents(word: bigint): ReadonlyMap<string, bigint> {
  const common = COMMON.map(([name, first, last]) => [name, bits(word, first, last)] as const);
  const isExtended = bits(word, 12, 12) === 1n;
  return new Map<string, bigint>([
    ...common,
    ["Secondary", isExtended ? bits(word, 16, 16) : 0n],
    ["Unassigned", isExtended ? (bits(word, 17, 17) << 16n) | bits(word, 24, 39) : 0n],
    ["CC", isExtended ? bits(word, 18, 19) : bits(word, 34, 35)],
    ["ProgramMask", isExtended ? bits(word, 20, 23) : bits(word, 36, 39)],
  ]);
}

/** The word that components make; in basic control without code and length, which only an interruption puts there. */
export function statusWord(registers: ReadonlyMap<string, bigint>): bigint {
  const value = (name: string): bigint => registers.get(name) ?? 0n;
  const common = COMMON.reduce((word, [name, , last]) => word | (value(name) << BigInt(63 - last)), 0n);
  const [code, mask] = [value("CC"), value("ProgramMask")];
  if (value("Extended") === 0n) return common | (code << 28n) | (mask << 24n);
  const unassigned = value("Unassigned");
  return common | (value("Secondary") << 47n) | (unassigned >> 16n << 46n) | (code << 44n) | (mask << 40n) | (BigInt.asUintN(16, unassigned) << 24n);
}
