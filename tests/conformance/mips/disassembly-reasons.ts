/** Why binutils prints some words differently. */
import type { DisassemblyReason } from "./listing.js";
import { fieldOf } from "./opcodes.js";

const ignored = (word: number, picture: string): boolean => [...picture].some((c, i) => c === "-" && ((word >>> (31 - i)) & 1) === 1);

export const disassemblyReasons: readonly DisassemblyReason[] = [
  {
    id: "ignored-bits", because: "fields that are shown as 0 are not: ours ignores them, binutils does not take the word for the instruction, or for another one (hazard barriers, later releases)",
    covers: ({ word, opcode, ours }) => ours !== undefined && ignored(word, opcode.picture),
  },
  {
    id: "operation-as-number", because: "of coprocessors that are left out, and of coprocessor 0 where nothing is assigned, ours prints the operation as a number; binutils has names for floating point",
    covers: ({ ours }) => ours !== undefined && /^(COP0|COP1|COP1X|COP2|C[012])$/.test(ours.mnemonic),
  },
  {
    id: "two-destinations", because: "CLZ and CLO name their destination in two fields: where they do not agree binutils prints the other or both",
    covers: ({ ours, word, opcode }) => ours !== undefined && /^CL[ZO]$/.test(ours.mnemonic) && fieldOf(word, opcode, "d") !== fieldOf(word, opcode, "t"),
  },
  {
    id: "undescribed-register", because: "registers of coprocessor 0 that are not described: the word is MFC0 or MTC0 here, binutils knows some of the selections only",
    covers: ({ ours, theirs }) => ours !== undefined && theirs === undefined && /^M[FT]C0$/.test(ours.mnemonic),
  },
  {
    id: "other-extension", because: "a code that is reserved here; binutils knows MIPS16e's JALX and instructions of other extensions",
    covers: ({ ours, theirs }) => ours === undefined && theirs !== undefined,
  },
];
