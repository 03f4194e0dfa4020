/** Why binutils prints some words differently. */
import { isUnusual, type Opcode, type Version } from "./opcodes.js";

export interface Difference {
  readonly version: Version;
  readonly isThumb: boolean;
  readonly word: number;
  /** of ARM state, by the manuals' pictures */
  readonly opcode: Opcode | undefined;
  /** of Thumb state: an instruction of a later version only */
  readonly isLater: boolean;
  /** undefined: no instruction */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

export interface DisassemblyReason {
  readonly id: string;
  readonly because: string;
  readonly since?: Version;
  readonly last?: Version;
  readonly covers: (d: Difference) => boolean;
}

const bits = (word: number, high: number, low: number): number => (word >>> low) & (2 ** (high - low + 1) - 1);
const isCoprocessor = (word: number): boolean => [0xc, 0xd, 0xe].includes(bits(word, 27, 24));
const coprocessorOf = (word: number): number => bits(word, 11, 8);

/** CPS that changes nothing, or tells of masks or of a mode that it does not change: unpredictable. */
function isOddCPS(word: number): boolean {
  const change = bits(word, 19, 18), setsMode = bits(word, 17, 17), masks = bits(word, 8, 6), mode = bits(word, 4, 0);
  return change === 1 || (change === 0 && setsMode === 0) || (setsMode === 0 && mode !== 0) || (change >= 2) !== (masks !== 0);
}

/** The space of status and miscellaneous instructions, which is that of comparisons without S. */
const isMiscellaneous = (word: number): boolean => word >>> 28 !== 15 && bits(word, 27, 26) === 0 && bits(word, 24, 23) === 2 && bits(word, 20, 20) === 0;

const all: readonly DisassemblyReason[] = [
  {
    id: "vectors", because: "vector operations, and what moves their registers, are numbers here: they are left out but for whether they may be used", since: 7,
    covers: ({ isThumb, ours }) => !isThumb && ours !== undefined && /^(simd|vstn|vldn)\b/.test(ours),
  },
  {
    id: "floating-point", because: "operations of coprocessors 10 and 11 are numbers here: they are left out but for whether they may be used", since: 6,
    covers: ({ isThumb, word, ours }) => !isThumb && isCoprocessor(word) && ours !== undefined && /^(fp|vmsr|vmrs|vst|vld|vto|vfrom)\b/.test(ours),
  },
  {
    id: "ignored-bits", because: "bits that should be zero or one are not: unpredictable, and the instruction here; binutils does not take the word for the instruction, or for another one that lies there, or does not print the bits",
    covers: ({ isThumb, word, opcode, ours }) => ours !== undefined && (isThumb ? word >>> 8 === 0x47 && (word & 7) !== 0 : (opcode !== undefined && isUnusual(word, opcode)) || (ours.startsWith("rfe") && (word & 0xffff) !== 0x0a00) || (ours.startsWith("srs") && (word & 0xffe0) !== 0x0500)),
  },
  {
    id: "undescribed-register", because: "a system register or operation that the machine does not have, undefined here; binutils prints the numbers of all",
    covers: ({ isThumb, word, ours }) => !isThumb && isCoprocessor(word) && coprocessorOf(word) === 15 && ours === undefined,
  },
  {
    id: "other-coprocessor", because: "no other coprocessor is there, and its instructions are undefined; binutils prints their numbers, or names of old ones",
    covers: ({ isThumb, word, ours }) => !isThumb && isCoprocessor(word) && ours === undefined,
  },
  {
    id: "security", because: "SMC belongs to the security extensions, which are left out: undefined here", since: 7,
    covers: ({ isThumb, ours, theirs }) => !isThumb && ours === undefined && theirs !== undefined && /^smc\b/.test(theirs),
  },
  {
    id: "odd-change-of-state", because: "CPS that changes nothing, or tells of masks or of a mode that it does not change: unpredictable; binutils leaves out what is not changed", since: 6,
    covers: ({ isThumb, word, ours }) => !isThumb && ours !== undefined && /^cps/.test(ours) && isOddCPS(word),
  },
  {
    id: "conditional-breakpoint", because: "BKPT with another condition than always: unpredictable, and BKPT here; none for binutils, or MSR with ignored bits", since: 5,
    covers: ({ ours }) => ours !== undefined && ours.startsWith("bkpt/"),
  },
  {
    id: "fields-in-disorder", because: "BFI and BFC whose last bit lies below the first: unpredictable; binutils says so in the operand", since: 7,
    covers: ({ ours, theirs }) => ours !== undefined && /^bf[ic]/.test(ours) && theirs !== undefined && theirs.includes("invalid"),
  },
  {
    id: "counter-written-back", because: "the program counter as a base that is written back: unpredictable; binutils does not print that it is",
    covers: ({ ours, theirs }) => ours !== undefined && ours.includes("[pc,") && ours.replace(",#0]!", "]!") === `${theirs}!`,
  },
  {
    id: "written-back-twice", because: "a post-indexed access that says once more that its base is written back: unpredictable; binutils does not print it",
    covers: ({ isThumb, word, ours, theirs }) => !isThumb && ours !== undefined && ours === `${theirs}!` && bits(word, 24, 24) === 0 && bits(word, 21, 21) === 1,
  },
  {
    id: "unassigned-access", because: "an unassigned code between swaps and exclusive accesses; binutils prints a comparison, which it would be with another bit, or what later versions have there",
    covers: ({ isThumb, word, ours }) => !isThumb && word >>> 28 !== 15 && ours === undefined && bits(word, 27, 24) === 1 && bits(word, 7, 4) === 9,
  },
  {
    id: "unassigned-comparison", because: "no instruction of the version: comparisons without S are other instructions, of which later versions have more; binutils prints one of these, or the comparison",
    covers: ({ isThumb, word, ours }) => !isThumb && ours === undefined && isMiscellaneous(word),
  },
  {
    id: "unassigned-preload", because: "a code beside the preloads of the version, undefined here; binutils prints it as if it were one of them", since: 5,
    covers: ({ isThumb, word, ours, theirs }) => !isThumb && ours === undefined && word >>> 26 === 0b111101 && theirs !== undefined && /^pl[di]w?\b/.test(theirs),
  },
  {
    id: "later-vectors", because: "vector operations, which version 7 has; binutils prints them for all versions", last: 6,
    covers: ({ isThumb, word, ours }) => !isThumb && ours === undefined && [0xf2, 0xf3, 0xf4].includes(word >>> 24),
  },
  {
    id: "division", because: "division, which processors with the virtualization extensions have: undefined here", since: 7,
    covers: ({ isThumb, ours, theirs }) => !isThumb && ours === undefined && theirs !== undefined && /^[su]div/.test(theirs),
  },
  {
    id: "no-double", because: "loads and stores of two registers, which version 5TE has; binutils takes some for a shift by a register", last: 4,
    covers: ({ isThumb, word, ours }) => !isThumb && ours === undefined && bits(word, 27, 25) === 0 && [0xd, 0xf].includes(bits(word, 7, 4)) && bits(word, 20, 20) === 0,
  },
  {
    id: "later-thumb", because: "a Thumb instruction of a later version; binutils prints those of all, and of version 8",
    covers: ({ isThumb, isLater, ours, theirs }) => isThumb && ours === undefined && theirs !== undefined && (isLater || /^(hlt|blxns)\b/.test(theirs)),
  },
  {
    id: "later-barrier", because: "two options of DSB that have had names of their own since version 8, which binutils prints for all versions",
    covers: ({ isThumb, word, theirs }) => !isThumb && (word === 0xf57f_f040 || word === 0xf57f_f044) && theirs !== undefined && /^p?ssbb$/.test(theirs),
  },
  {
    id: "odd-half", because: "the second half of a branch to ARM state to an address between words: undefined; binutils takes it with the first half for what came long after",
    covers: ({ isThumb, word, ours }) => isThumb && ours === undefined && word >>> 11 === 0b11101 && (word & 1) === 1,
  },
  {
    id: "if-then-never", because: "IT of condition 15: unpredictable; binutils says so in the operand", since: 7,
    covers: ({ isThumb, word, ours }) => isThumb && ours !== undefined && word >>> 4 === 0xbff,
  },
];

export const disassemblyReasonsOf = (version: Version): readonly DisassemblyReason[] => all.filter(({ since = 4, last = 7 }) => since <= version && version <= last);
