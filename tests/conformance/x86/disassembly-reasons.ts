/** Why binutils prints some bytes differently. */
import type { Line } from "./disassembly-lines.js";
import { isTwice, mnemonicOf, type Opcode } from "./opcodes.js";

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
    covers: ({ opcode, ours }) => ours === undefined && opcode.prefixes.includes(0xf0),
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
    id: "left-out", because: "floating point, MMX, SSE and what later processors added: no instruction here, or the older one without its prefix",
    covers: ({ opcode, ours }) => ours === undefined && mnemonicOf(opcode) === undefined,
  },
];
