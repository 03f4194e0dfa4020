/**
 * What the two emulators have in common: the program in ROM, tables of cases for it, answers.
 *
 * A run is some hundreds of cases. Storage that no case of the run asked about has to be as it was: if it is not, all are asked again, and
 * about what was written there too.
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

/** Words that the cases of one run may have written beside what they ask about, if all are to be asked about them. */
const MOST_STRAYED = 100;

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
    answers.push(...await askBatch(emulator, rom, records.slice(from, from + batch.length), batch));
    from += batch.length;
  }
  return answers;
}

async function askBatch(emulator: Emulator, rom: Buffer, records: readonly Record[], words: readonly (readonly number[])[]): Promise<readonly Answer[]> {
  const table = Buffer.alloc(8 + 4 * words.reduce((n, w) => n + w.length, 0));
  table.writeUInt32LE(records.length, 0);
  table.writeUInt32LE(1, 4);
  const cells = new Uint32Array(table.buffer, table.byteOffset, table.length / 4);
  let next = 2;
  for (const record of words) {
    cells.set(record, next);
    next += record.length;
  }
  const { output, arena } = await emulator.run(rom, table, 4 + 4 * records.reduce((n, r) => n + answerLength(r), 0));
  const strayed = strayWrites(arena);
  if (strayed.length > 0) return askWider(emulator, rom, records, strayed);
  const answers = new Uint32Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.length));
  let at = 1;
  return records.map((record) => {
    const from = at;
    at += answerLength(record);
    return decodeAnswer((n) => answers[from + n]!, record, emulator.dialect);
  });
}

/**
 * All cases again, with the words that one of them has written to: which one it was is told by its answer. Where they are many, one has run loose:
 * the others are asked without it.
 */
async function askWider(emulator: Emulator, rom: Buffer, records: readonly Record[], strayed: readonly number[]): Promise<readonly Answer[]> {
  if (strayed.length > MOST_STRAYED && records.length > 1) {
    const middle = Math.floor(records.length / 2);
    return [...await askEmulator(emulator, rom, records.slice(0, middle)), ...await askEmulator(emulator, rom, records.slice(middle))];
  }
  const answers = await askEmulator(emulator, rom, records.map((record) => watching(record, strayed)));
  return answers.map((answer, i) => {
    const own = new Set(records[i]!.pieces.map(({ at }) => at));
    return { ...answer, pieces: answer.pieces.filter(({ at, words }) => own.has(at) || words.some((word) => word !== 0)) };
  });
}

/** The same case with these words of storage, which hold nothing, but for those that it has already. */
function watching(record: Record, places: readonly number[]): Record {
  const isThere = (place: number): boolean => record.pieces.some(({ at, words }) => place >= at && place < at + 4 * words.length);
  const added = places.filter((place) => !isThere(place)).map((at) => ({ at, words: [0] }));
  return { ...record, pieces: [...record.pieces, ...added].sort((a, b) => a.at - b.at) };
}

/** Words that are not 0 though nothing that was asked about is there. */
function strayWrites(arena: Buffer): readonly number[] {
  const words = new Uint32Array(arena.buffer.slice(arena.byteOffset, arena.byteOffset + arena.length));
  const found: number[] = [];
  for (let n = 0; n < words.length; n++) if (words[n] !== 0 && !KEPT.some(({ first, last }) => 4 * n >= first && 4 * n <= last)) found.push(4 * n);
  return found;
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
