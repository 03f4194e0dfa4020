/** Why binutils prints some bytes differently. */
import type { Line } from "./disassembly-lines.js";
import { isLockable, isTwice, mnemonicOf, type Opcode } from "./opcodes.js";

export interface DisassemblyReason {
  readonly id: string;
  readonly because: string;
  readonly covers: (d: { readonly opcode: Opcode; readonly words: readonly number[]; readonly text: string; readonly ours: Line | undefined; readonly theirs: Line | undefined }) => boolean;
}

export const disassemblyReasons: readonly DisassemblyReason[] = [
  {
    id: "prefix-twice", because: "two prefixes of one kind: outside the specification here; binutils takes the last, or prints the first alone",
    covers: ({ opcode }) => isTwice(opcode),
  },
  {
    id: "locked", because: "LOCK before an instruction, or a form of one, that it does not belong to: an undefined opcode here, as on the processor; binutils prints both",
    covers: ({ opcode, ours }) => ours === undefined && opcode.prefixes.includes(0xf0) && !isLockable(opcode),
  },
  {
    id: "no-operation", because: "opcode 90 exchanges the accumulator with itself: with 66 binutils says so, with F3 it is PAUSE",
    covers: ({ ours, theirs }) => ours?.mnemonic === "NOP" && theirs !== undefined && /^(XCHG|PAUSE)$/.test(theirs.mnemonic),
  },
  {
    id: "nesting", because: "ENTER uses the lower five bits of its level; binutils prints all eight",
    covers: ({ ours, theirs }) => ours?.mnemonic === "ENTER" && theirs?.mnemonic === "ENTER" && ours.operands[0] === theirs.operands[0] && Number(ours.operands[1]) === Number(theirs.operands[1]) % 32,
  },
  {
    id: "left-out", because: "floating point, MMX, SSE and what later processors added, also as forms of older opcodes that have an operand in storage only: no instruction here",
    covers: ({ opcode, ours, theirs }) => ours === undefined && (mnemonicOf(opcode) === undefined || (theirs !== undefined && theirs.mnemonic !== mnemonicOf(opcode))),
  },
  {
    id: "later-prefix", because: "a prefix that means nothing to the instruction here, and makes another one of it, or none, on later processors",
    covers: ({ opcode, ours, theirs }) => ours !== undefined && ours.mnemonic !== theirs?.mnemonic && opcode.code >= 0x0f00 && opcode.prefixes.some((p) => p === 0x66 || p === 0xf2 || p === 0xf3),
  },
  {
    id: "no-track", because: "3E before a jump or call to where an operand tells is the data segment here; binutils takes it for what later processors do without tracking",
    covers: ({ text, ours, theirs }) => text.includes("notrack") && ours !== undefined && ours.mnemonic === theirs?.mnemonic,
  },
  {
    id: "no-such-register", because: "MOV of control and segment registers that do not exist, or to CS, is an undefined opcode; binutils prints their numbers",
    covers: ({ opcode, ours }) => ours === undefined && [0x8c, 0x8e, 0x0f20, 0x0f22].includes(opcode.code),
  },
];
