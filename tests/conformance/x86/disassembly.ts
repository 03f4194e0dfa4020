/**
 * The encodings against `objdump -m i386` and `-m i8086`: every opcode of one and two bytes with any ModRM, SIB and prefixes, and bytes drawn at random.
 */
import type { Disassembly, Judged, Listed } from "../disassembly.js";
import { disassembledLines, findObjdump, type Objdump } from "../objdump.js";
import type { Random } from "../random.js";
import { isSame, ourLine, theirLine, written } from "./disassembly-lines.js";
import { disassemblyReasons } from "./disassembly-reasons.js";
import { mnemonicOf, opcodeOf } from "./opcodes.js";

const objdump = (mode: 16 | 32): Objdump => ({ command: "objdump", package: "binutils", options: ["-m", mode === 32 ? "i386" : "i8086", "-M", "intel"] });

/** An instruction has 15 bytes at most; what it does not take is followed by as many no-operations that no instruction reaches beyond a slot. */
const SLOT = 32;
const LONGEST = 15;

/** Each with the bytes that the witness took for it; the text begins with the mode and the address. */
function listed(mode: 16 | 32, all: readonly (readonly number[])[]): readonly Listed[] {
  const image = Buffer.alloc(all.length * SLOT, 0x90);
  all.forEach((bytes, i) => image.set(bytes.slice(0, LONGEST), i * SLOT));
  const lines = disassembledLines(objdump(mode), image);
  return all.map((_, i) => {
    const at = i * SLOT;
    const text = lines.get(at);
    let length = 1;
    while (length < SLOT && !lines.has(at + length)) length++;
    if (text === undefined) throw new Error(`objdump printed nothing at ${at.toString(16)}`);
    return { words: [...image.subarray(at, at + length)], text: `${mode} ${at.toString(16)} ${text.includes("(bad)") ? "(bad)" : text}` };
  });
}

const GROUPS = [[0x80], [0x81], [0x82], [0x83], [0xc0], [0xc1], [0xd0], [0xd1], [0xd2], [0xd3], [0xf6], [0xf7], [0xfe], [0xff], [0x0f, 0x00], [0x0f, 0x01], [0x0f, 0xba], [0x0f, 0xc7]] as const;
const PREFIXES = [[0x66], [0x67], [0xf0], [0xf2, 0xf3], [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65]] as const;

/** An instruction has many opcodes, of several sizes and prefixes, and there are two modes: so many for each opcode are enough. */
const OPCODES = 16;

function drawBytes(random: Random, each: number): readonly (readonly number[])[] {
  const byte = (): number => Number(random.bits(8));
  const tail = (): number[] => Array.from({ length: 12 }, () => (random.chance(0.1) ? random.pick([0, 4, 5, 0x80, 0xff]) : byte()));
  const prefixes = (): number[] => PREFIXES.filter(() => random.chance(0.15)).map((kind) => random.pick(kind)).sort(() => (random.chance(0.5) ? 1 : -1));
  const opcodes = Array.from({ length: 512 }, (_, code) => (code < 256 ? [code] : [0x0f, code - 256]));
  // of opcodes that the middle of ModRM goes on with, every one; and a segment before an indirect jump from the stack
  const groups = GROUPS.flatMap((opcode) => Array.from({ length: 8 }, (_, reg) => ({ opcode, reg })));
  return [...opcodes.flatMap((opcode) => Array.from({ length: each }, () => [...prefixes(), ...opcode, ...tail()])),
    ...groups.flatMap(({ opcode, reg }) => Array.from({ length: each }, () => [...prefixes(), ...opcode, (byte() & 0xc7) | (reg << 3), ...tail()])),
    ...Array.from({ length: each }, () => [0x3e, 0xff, random.pick([0x55, 0x65, 0x52]), ...tail()]),
    ...Array.from({ length: each * 100 }, () => Array.from({ length: 15 }, byte))];
}

function judge({ words, text }: Listed, ours: string | undefined): Judged {
  const [, mode, at, rest] = /^(\d+) ([0-9a-f]+) (.*)$/.exec(text)!;
  const setting = { mode: mode === "16" ? 16 : 32, next: Number.parseInt(at!, 16) + words.length } as const;
  const here = ours === undefined ? undefined : ourLine(ours, setting);
  const opcode = opcodeOf(words);
  const there = theirLine(rest!, setting.mode, opcode.prefixes.includes(0x66));
  if (here === undefined ? there === undefined : there !== undefined && isSame(here, there)) return { kind: "agree" };
  const reason = disassemblyReasons.find((r) => r.covers({ opcode, words, text: rest!, ours: here, theirs: there }));
  return reason === undefined ? { kind: "unsettled", ours: written(here), theirs: written(there) } : { kind: "settled", reason: reason.id };
}

export const binutils: Disassembly = {
  witness: "binutils",
  connect: (progress) => ({ name: "binutils", version: findObjdump(objdump(32), progress) }),
  list: (random, each) => ([32, 16] as const).flatMap((mode) => listed(mode, drawBytes(random, Math.ceil(each / OPCODES)))),
  judge,
  contexts: ({ text }) => ({ big: text.startsWith("32 ") ? 1n : 0n }),
  reasons: disassemblyReasons,
  unitWidth: 8,
  instructionOf: (words) => mnemonicOf(opcodeOf(words)),
  file: new URL("binutils.words.gz", import.meta.url),
};
