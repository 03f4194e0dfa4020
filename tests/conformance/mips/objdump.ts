/** GNU objdump as a witness of encodings: words in, its text for each out. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OracleUnavailable } from "../case.js";
import type { Disassembly, Listed } from "../disassembly.js";
import type { Random } from "../random.js";
import { disassemblyReasons } from "./disassembly-reasons.js";
import { judge } from "./listing.js";
import { opcodeOf, opcodes, reservedWords, unassignedControl } from "./opcodes.js";

const COMMAND = "mips-linux-gnu-objdump";
const PACKAGE = "binutils-mips-linux-gnu";

/** The version it tells, once it is there. Throws OracleUnavailable if it can't be had. */
function findObjdump(progress: (message: string) => void): string {
  const version = (): string | undefined => {
    const { error, stdout } = spawnSync(COMMAND, ["--version"], { encoding: "utf8" });
    return error === undefined ? stdout.split("\n")[0]!.trim() : undefined;
  };
  const found = version();
  if (found !== undefined) return found;
  progress(`${COMMAND} is missing: installing Debian's ${PACKAGE}`);
  spawnSync("apt-get", ["install", "--yes", PACKAGE], { stdio: "ignore" });
  const now = version();
  if (now === undefined) throw new OracleUnavailable(`found no ${COMMAND}, and \`apt-get install ${PACKAGE}\` failed. Install binutils for mips-linux-gnu by hand`);
  return now;
}

/** The text begins with the address, because branches are printed with that of their target. */
function listed(words: readonly number[]): readonly Listed[] {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const image = Buffer.alloc(words.length * 4);
    words.forEach((word, i) => image.writeUInt32BE(word >>> 0, 4 * i));
    const file = join(folder, "words");
    writeFileSync(file, image);
    const options = ["-m", "mips:isa32r2", "-EB", "-b", "binary", "-D", "-z", "--no-show-raw-insn", "-M", "no-aliases,gpr-names=32,cp0-names=numeric,cp1-names=numeric,hwr-names=numeric,fpr-names=numeric"];
    const { error, status, stdout, stderr } = spawnSync(COMMAND, [...options, file], { encoding: "utf8", maxBuffer: 2 ** 29 });
    if (error !== undefined || status !== 0) throw new Error(`${COMMAND} failed: ${error?.message ?? stderr}`);
    const lines = new Map([...stdout.matchAll(/^\s*([0-9a-f]+):\s+(.*)$/gm)].map(([, at, text]) => [Number.parseInt(at!, 16), text!.trim().replaceAll(/\s+/g, " ")]));
    return words.map((word, i) => {
      const text = lines.get(4 * i);
      if (text === undefined) throw new Error(`${COMMAND} printed nothing for ${word.toString(16)}`);
      return { words: [word >>> 16, word & 0xffff], text: `${(4 * i).toString(16)}: ${text}` };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Words to be listed: so many of every instruction, with ignored bits 0 and not, of reserved codes, of control registers, and as many random ones as of ten instructions. */
function drawWords(random: Random, each: number): readonly number[] {
  const anything = (): number => Number(random.bits(32));
  const fitting = (picture: string, rest: number): number => Number.parseInt([...picture].map((c, i) => (c === "0" || c === "1" ? c : `${(rest >>> (31 - i)) & 1}`)).join(""), 2);
  const ofInstructions = opcodes.filter(({ kind }) => kind !== "reserved").flatMap(({ picture }) => Array.from({ length: each }, () => {
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

export const binutils: Disassembly = {
  witness: "binutils",
  connect: (progress) => ({ name: "binutils", version: findObjdump(progress) }),
  list: (random, each) => listed(drawWords(random, each)),
  judge: (words, ours) => judge(words, ours, disassemblyReasons),
  reasons: disassemblyReasons,
  unitWidth: 16,
  instructionOf: ([left, right]) => mnemonicOf(((left! << 16) | right!) >>> 0),
  file: new URL("binutils.words.gz", import.meta.url),
};

function mnemonicOf(word: number): string | undefined {
  const { name, kind } = opcodeOf(word);
  if (kind !== "reserved") return name.split(" ")[0];
  return word >>> 26 === 16 ? "COP0" : undefined;
}
