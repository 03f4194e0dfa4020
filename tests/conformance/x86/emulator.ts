/**
 * What the two emulators have in common: the program in ROM, tables of cases for it, answers.
 *
 * A run is some hundreds of cases. Storage that no case of the run asked about has to be as it was: if it is not, the run is halved until the
 * case is found that wrote there, which is then an error of whoever drew it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OracleUnavailable } from "../case.js";
import { ARENA, KEPT } from "./storage-map.js";
import { answerLength, decodeAnswer, encodeRecord, type Answer, type MapDialect, type Record } from "./record.js";

export const ROM_LENGTH = 0x1_0000, INPUT = 0x100_0000, OUTPUT = 0x200_0000, MEGABYTES = 64;
const HANDLER_IN_ROM = 0x400, HANDLER = 0x20_8000;

export interface Emulator {
  readonly name: string;
  readonly version: string;
  readonly dialect: MapDialect;
  /** words of a table that one run can take */
  readonly most: number;
  /** Runs a table: the storage from OUTPUT, and the arena. Throws if the program did not come to its end. */
  readonly run: (rom: Buffer, table: Buffer, outputLength: number) => Promise<Memory>;
}

export interface Memory {
  readonly output: Buffer;
  readonly arena: Buffer;
}

export async function askEmulator(emulator: Emulator, rom: Buffer, records: readonly Record[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < records.length;) {
    const batch: (readonly number[])[] = [];
    let length = 0;
    while (from + batch.length < records.length) {
      const words = encodeRecord(records[from + batch.length]!, emulator.dialect);
      if (length + words.length > emulator.most) break;
      batch.push(words);
      length += words.length;
    }
    if (batch.length === 0) throw new Error("bug: a case is longer than a table can be");
    answers.push(...await askBatch(emulator, rom, records.slice(from, from + batch.length), batch.flat()));
    from += batch.length;
  }
  return answers;
}

async function askBatch(emulator: Emulator, rom: Buffer, records: readonly Record[], words: readonly number[]): Promise<readonly Answer[]> {
  const table = Buffer.alloc(8 + 4 * words.length);
  table.writeUInt32LE(records.length, 0);
  table.writeUInt32LE(1, 4);
  for (const [i, word] of words.entries()) table.writeUInt32LE(word >>> 0, 8 + 4 * i);
  const { output, arena } = await emulator.run(rom, table, 4 + 4 * records.reduce((n, r) => n + answerLength(r), 0));
  const strayed = strayWrite(arena);
  if (strayed !== undefined) return half(emulator, rom, records, strayed);
  let at = 4;
  return records.map((record) => {
    const from = at;
    at += 4 * answerLength(record);
    return decodeAnswer((n) => output.readUInt32LE(from + 4 * n), record, emulator.dialect);
  });
}

async function half(emulator: Emulator, rom: Buffer, records: readonly Record[], strayed: number): Promise<readonly Answer[]> {
  if (records.length === 1) throw new Error(`${emulator.name}: a case has changed the byte at ${strayed.toString(16)}, which no question asks about: ${JSON.stringify(records[0])}`);
  const middle = Math.floor(records.length / 2);
  return [...await askEmulator(emulator, rom, records.slice(0, middle)), ...await askEmulator(emulator, rom, records.slice(middle))];
}

function strayWrite(arena: Buffer): number | undefined {
  const from = arena.findIndex((value, at) => value !== 0 && !KEPT.some(({ first, last }) => at >= first && at <= last));
  return from < 0 ? undefined : from;
}

/** The program, as `nasm` has it. */
export function assembled(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = join(folder, "rom");
    run("nasm", ["-f", "bin", "-o", file, fileURLToPath(new URL("driver.asm", import.meta.url))]);
    const rom = readFileSync(file);
    if (rom.length !== ROM_LENGTH) throw new Error(`bug: the program has ${rom.length} bytes, expected ${ROM_LENGTH}`);
    return rom;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Physical address of the loop that ends a run, in system management mode. */
export function endOf(rom: Buffer): number {
  const at = rom.lastIndexOf(Buffer.from("9090ebfc", "hex"));
  if (at < 0) throw new Error("bug: the program has no end");
  return HANDLER + at - HANDLER_IN_ROM;
}

export function run(command: string, options: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, options, { encoding: "utf8" });
  if (error !== undefined || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
}

/** Looks for commands, and installs Debian's packages if one is missing. */
export function provide(commands: readonly string[], packages: readonly string[], progress: (message: string) => void): void {
  const missing = (): readonly string[] => commands.filter((command) => spawnSync("which", [command], { stdio: "ignore" }).status !== 0);
  const before = missing();
  if (before.length === 0) return;
  progress(`${before.join(" and ")} missing: installing Debian's ${packages.join(" and ")}`);
  const { error, status, stderr } = spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  if (error === undefined && status === 0 && missing().length === 0) return;
  throw new OracleUnavailable(`\`apt-get install ${packages.join(" ")}\` failed (${error?.message ?? stderr.trim().split("\n").at(-1) ?? `status ${status}`}). Install ${commands.join(" and ")} by hand`);
}
