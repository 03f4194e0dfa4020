/** GNU objdump as a witness of encodings: words in, its text for each out. */
import type { Random } from "../random.js";
import type { Listed } from "../disassembly.js";
import { disassembled, type Objdump } from "../objdump.js";
import { isTwoByteCode, lengthOf, opcodes, type Opcode } from "./opcodes.js";

export const OBJDUMP: Objdump = { command: "s390x-linux-gnu-objdump", package: "binutils-s390x-linux-gnu", options: ["-m", "s390:31-bit"] };
/** Every instruction has a place of its own, filled up with no-operations: what objdump does not know it prints in parts. */
const PLACE = 16;
const FILLING = 0x0700;

export function listed(all: readonly (readonly number[])[]): readonly Listed[] {
  const image = Buffer.alloc(all.length * PLACE);
  for (let at = 0; at < image.length; at += 2) image.writeUInt16BE(all[Math.floor(at / PLACE)]![(at % PLACE) / 2] ?? FILLING, at);
  const textAt = disassembled(OBJDUMP, image);
  return all.map((words, i) => ({ words, text: textAt(i * PLACE) }));
}

/** Words to be listed: so many of every instruction, with ignored bits 0 and not, and as many random ones as of ten instructions. */
export function drawWords(random: Random, each: number): readonly (readonly number[])[] {
  const halfword = (): number => random.below(0x1_0000);
  const ofInstructions = opcodes.flatMap((o) => Array.from({ length: each }, () => {
    const rest = halfword();
    const first = isTwoByteCode(o) ? o.code : (o.code << 8) | (o.second === undefined ? rest & 0xff : (rest & 0xfe) | o.second);
    const clean = random.chance(0.5);
    const words = [first, ...Array.from({ length: lengthOf(o) / 2 - 1 }, () => (random.chance(0.1) ? halfword() & 0x0fff : halfword()))];
    return clean ? withoutIgnored(words, o) : words;
  }));
  const anything = Array.from({ length: each * 10 }, () => {
    const first = halfword();
    return Array.from({ length: first < 0x4000 ? 1 : first < 0xc000 ? 2 : 3 }, (_, i) => (i === 0 ? first : halfword()));
  });
  return [...ofInstructions, ...anything];
}

/** The same with 0 where bits are ignored. */
export function withoutIgnored(words: readonly number[], { format, name }: Opcode): readonly number[] {
  const [first, ...rest] = words as readonly [number, ...number[]];
  if (format === "RRE") return [first, rest[0]! & (["IAC", "EPAR", "ESAR", "SSAR"].includes(name) ? 0xf0 : 0xff)];
  if (["IPK", "PTLB"].includes(name)) return [first, 0];
  if (name === "SPM" || /^S[LR]D?[AL]$/.test(name)) return [first & 0xfff0, ...rest];
  return ["LPSW", "SSM", "TS"].includes(name) ? [first & 0xff00, ...rest] : words;
}
