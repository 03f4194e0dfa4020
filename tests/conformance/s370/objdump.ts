/** GNU objdump as a witness of encodings: words in, its text for each out. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OracleUnavailable } from "../case.js";
import type { Random } from "../random.js";
import type { Listed } from "../disassembly.js";
import { isTwoByteCode, lengthOf, opcodes, type Opcode } from "./opcodes.js";

const COMMAND = "s390x-linux-gnu-objdump";
const PACKAGE = "binutils-s390x-linux-gnu";
/** Every instruction has a place of its own, filled up with no-operations: what objdump does not know it prints in parts. */
const PLACE = 16;
const FILLING = 0x0700;

/** The version it tells, once it is there. Throws OracleUnavailable if it can't be had. */
export function findObjdump(progress: (message: string) => void): string {
  const version = (): string | undefined => {
    const { error, stdout } = spawnSync(COMMAND, ["--version"], { encoding: "utf8" });
    return error === undefined ? stdout.split("\n")[0]!.trim() : undefined;
  };
  const found = version();
  if (found !== undefined) return found;
  progress(`${COMMAND} is missing: installing Debian's ${PACKAGE}`);
  spawnSync("apt-get", ["install", "--yes", PACKAGE], { stdio: "ignore" });
  const now = version();
  if (now === undefined) throw new OracleUnavailable(`found no ${COMMAND}, and \`apt-get install ${PACKAGE}\` failed. Install binutils for s390x by hand`);
  return now;
}

export function listed(all: readonly (readonly number[])[]): readonly Listed[] {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const image = Buffer.alloc(all.length * PLACE);
    for (let at = 0; at < image.length; at += 2) image.writeUInt16BE(all[Math.floor(at / PLACE)]![(at % PLACE) / 2] ?? FILLING, at);
    const file = join(folder, "words");
    writeFileSync(file, image);
    const { error, status, stdout, stderr } = spawnSync(COMMAND, ["-m", "s390:31-bit", "-b", "binary", "-D", "-z", "--no-show-raw-insn", file], { encoding: "utf8", maxBuffer: 2 ** 28 });
    if (error !== undefined || status !== 0) throw new Error(`${COMMAND} failed: ${error?.message ?? stderr}`);
    const lines = new Map([...stdout.matchAll(/^\s*([0-9a-f]+):\s+(.*)$/gm)].map(([, at, text]) => [Number.parseInt(at!, 16), text!.trim().replaceAll(/\s+/g, " ")]));
    return all.map((words, i) => {
      const text = lines.get(i * PLACE);
      if (text === undefined) throw new Error(`${COMMAND} printed nothing for ${words.map((w) => w.toString(16)).join(" ")}`);
      return { words, text };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
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
