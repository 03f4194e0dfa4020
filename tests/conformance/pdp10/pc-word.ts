/** The flags of the PC word, which emulators keep as one register and the specification as several. PRH 2.9. */
export const PC_WORD_FLAGS: readonly (readonly [component: string, bit: bigint])[] = [
  ["Overflow", 0o400000n],
  ["Carry0", 0o200000n],
  ["Carry1", 0o100000n],
  ["FloatingOverflow", 0o040000n],
  ["ByteIncrementSuppression", 0o020000n],
  ["User", 0o010000n],
  ["UserInOut", 0o004000n],
  ["FloatingUnderflow", 0o000100n],
  ["NoDivide", 0o000040n],
];

export function flagsOf(word: bigint): Map<string, bigint> {
  return new Map(PC_WORD_FLAGS.map(([name, bit]) => [name, (word & bit) === 0n ? 0n : 1n]));
}

export function packedFlags(registers: ReadonlyMap<string, bigint>): bigint {
  return PC_WORD_FLAGS.reduce((word, [name, bit]) => (registers.get(name) === 1n ? word | bit : word), 0n);
}
