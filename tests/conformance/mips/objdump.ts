/** GNU objdump as a witness of encodings: words in, its text for each out. */
import type { Disassembly, Listed } from "../disassembly.js";
import { disassembled, findObjdump, type Objdump } from "../objdump.js";
import type { Random } from "../random.js";
import { disassemblyReasons } from "./disassembly-reasons.js";
import { judge, type DisassemblyReason } from "./listing.js";
import { finder, opcodes, reservedWords, unassignedControl, type Opcode } from "./opcodes.js";

export interface Encodings {
  /** as binutils calls it */
  readonly architecture: string;
  readonly opcodes: readonly Opcode[];
  readonly reasons: readonly DisassemblyReason[];
  /** the specification's name of an instruction */
  readonly mnemonicOf: (opcode: Opcode, word: number) => string | undefined;
  readonly file: URL;
}

const objdump = (architecture: string): Objdump => ({
  command: "mips-linux-gnu-objdump", package: "binutils-mips-linux-gnu",
  options: ["-m", architecture, "-EB", "-M", "no-aliases,gpr-names=32,cp0-names=numeric,cp1-names=numeric,hwr-names=numeric,fpr-names=numeric"],
});

/** The text begins with the address, because branches are printed with that of their target. */
function listed(architecture: string, words: readonly number[]): readonly Listed[] {
  const image = Buffer.alloc(words.length * 4);
  words.forEach((word, i) => image.writeUInt32BE(word >>> 0, 4 * i));
  const textAt = disassembled(objdump(architecture), image);
  return words.map((word, i) => ({ words: [word >>> 16, word & 0xffff], text: `${(4 * i).toString(16)}: ${textAt(4 * i)}` }));
}

/** Words to be listed: so many of every instruction, with ignored bits 0 and not, of reserved codes, of control registers, and as many random ones as of ten instructions. */
function drawWords(among: readonly Opcode[], random: Random, each: number): readonly number[] {
  const anything = (): number => Number(random.bits(32));
  const fitting = (picture: string, rest: number): number => Number.parseInt([...picture].map((c, i) => (c === "0" || c === "1" ? c : `${(rest >>> (31 - i)) & 1}`)).join(""), 2);
  const ofInstructions = among.filter(({ kind }) => kind !== "reserved").flatMap(({ picture }) => Array.from({ length: each }, () => {
    const clean = random.chance(0.5), rest = anything();
    return fitting(clean ? picture.replaceAll("-", "0") : picture, rest);
  }));
  const reserved = Array.from({ length: 4 * each }, () => {
    const [code, free] = random.pick([...reservedWords, ...unassignedControl]);
    return (code | (anything() & free)) >>> 0;
  });
  const registers = Array.from({ length: 4 * each }, () => (random.pick([0x4000_0000, 0x4080_0000]) | (anything() & 0x1f_f807)) >>> 0);
  return [...ofInstructions, ...reserved, ...registers, ...Array.from({ length: each * 10 }, anything)];
}

export function binutilsOf({ architecture, opcodes: among, reasons, mnemonicOf, file }: Encodings): Disassembly {
  const find = finder(among);
  return {
    witness: "binutils",
    connect: (progress) => ({ name: "binutils", version: findObjdump(objdump(architecture), progress) }),
    list: (random, each) => listed(architecture, drawWords(among, random, each)),
    judge: (words, ours) => judge(words, ours, reasons, find),
    reasons,
    unitWidth: 16,
    instructionOf: ([left, right]) => {
      const word = ((left! << 16) | right!) >>> 0;
      return mnemonicOf(find(word), word);
    },
    file,
  };
}

export const binutils: Disassembly = binutilsOf({
  architecture: "mips:isa32r2", opcodes, reasons: disassemblyReasons, file: new URL("binutils.words.gz", import.meta.url),
  mnemonicOf: ({ name, kind }, word) => (kind !== "reserved" ? name.split(" ")[0] : word >>> 26 === 16 ? "COP0" : undefined),
});
