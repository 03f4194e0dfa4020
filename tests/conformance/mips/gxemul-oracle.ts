/**
 * GXemul's test machine with an R3000 as a witness: a table of cases in its memory, and the program of `driver-r3000.s` that works
 * through it and prints what came of each.
 *
 * Its debugger would set states too, but cases of one process are not independent there; what a program does is. The console must be
 * open as long as it runs: at an end of input it waits for ever.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { OracleUnavailable, type Case, type Oracle, type Question } from "../case.js";
import { ARENA_R3000, BREAK, readLine, RECORD_LENGTH, TABLE_AT, writeRecord } from "./gxemul-record.js";

const COMMAND = "gxemul";
const TOOLS = "mips-linux-gnu-";
const PACKAGES = ["gxemul", "binutils-mips-linux-gnu"];
const BATCH = 2000;
const TIME_LIMIT_MS = 30_000;
const CASE = 0x7008, LEFT = 0x700c;
const MEGABYTES = 16;

/** Finds GXemul and the assembler, or installs Debian's packages. Throws OracleUnavailable if neither works. */
export async function connectGxemul(progress: (message: string) => void): Promise<Oracle> {
  const version = versionOf() ?? installed(progress);
  const program = assembled();
  return {
    witness: { name: "gxemul", version },
    ask: async (questions) => {
      const answers: Case[] = [];
      for (let from = 0; from < questions.length; from += BATCH) answers.push(...await askBatch(program, questions.slice(from, from + BATCH)));
      return answers;
    },
  };
}

function versionOf(): string | undefined {
  const { error, stdout } = spawnSync(COMMAND, ["-h"], { encoding: "utf8", input: "", timeout: 10_000 });
  if (error !== undefined || spawnSync(`${TOOLS}as`, ["--version"], { stdio: "ignore" }).error !== undefined) return undefined;
  const found = /^GXemul (\S+)/m.exec(stdout);
  if (found === null) throw new OracleUnavailable(`${COMMAND} does not tell its version; it says: ${stdout.slice(0, 200)}`);
  return `GXemul ${found[1]}, R3000`;
}

function installed(progress: (message: string) => void): string {
  progress(`${COMMAND} or ${TOOLS}as is missing: installing Debian's ${PACKAGES.join(" and ")}`);
  const { error, status, stderr } = spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", ...PACKAGES], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const version = error === undefined && status === 0 ? versionOf() : undefined;
  if (version !== undefined) return version;
  throw new OracleUnavailable(`\`apt-get install ${PACKAGES.join(" ")}\` failed (${error?.message ?? stderr.trim().split("\n").at(-1) ?? `status ${status}`}). Install GXemul and binutils for mips-linux-gnu by hand`);
}

/** The program, from physical address 0. */
function assembled(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = (name: string): string => join(folder, name);
    const run = (tool: string, options: readonly string[]): void => {
      const { error, status, stderr } = spawnSync(`${TOOLS}${tool}`, options, { encoding: "utf8" });
      if (error !== undefined || status !== 0) throw new Error(`${TOOLS}${tool} failed: ${error?.message ?? stderr}`);
    };
    run("as", ["-EB", "-march=r3000", "-mabi=32", "-o", file("driver.o"), fileURLToPath(new URL("driver-r3000.s", import.meta.url))]);
    run("ld", ["-EB", "-Ttext", "0x80000000", "-e", "0x80001000", "-o", file("driver.elf"), file("driver.o")]);
    run("objcopy", ["-O", "binary", "-j", ".text", file("driver.elf"), file("driver")]);
    return readFileSync(file("driver"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const linesOf = (printed: string): readonly string[] => [...printed.matchAll(/=([0-9a-f]*)\n/g)].map(([, line]) => line!);

async function askBatch(program: Buffer, questions: readonly Question[]): Promise<Case[]> {
  const memory = Buffer.alloc(TABLE_AT + questions.length * RECORD_LENGTH);
  program.copy(memory, 0);
  for (let at: number = ARENA_R3000.first; at < ARENA_R3000.last; at += 4) memory.writeUInt32BE(Number(BREAK), at);
  memory.writeUInt32BE(0x8000_0000 + TABLE_AT, CASE);
  memory.writeUInt32BE(questions.length, LEFT);
  for (const [i, q] of questions.entries()) writeRecord(memory, TABLE_AT + i * RECORD_LENGTH, q);
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = (name: string): string => join(folder, name);
    writeFileSync(file("memory"), memory);
    const options = ["-q", "-A", "-E", "testmips", "-C", "R3000", "-M", `${MEGABYTES}`, `0x80000000:0:0x80001000:${file("memory")}`];
    const { stdout } = await promisify(execFile)(COMMAND, options, { timeout: TIME_LIMIT_MS, killSignal: "SIGKILL", maxBuffer: 2 ** 28 }).catch((error: unknown) => {
      const printed = error instanceof Error && "stdout" in error ? linesOf(String(error.stdout)).length : 0;
      throw new Error(`${COMMAND} did not work through a table of ${questions.length} cases; it answered ${printed}: ${String(error).slice(0, 300)}`);
    });
    const lines = linesOf(stdout);
    if (lines.length !== questions.length) throw new Error(`${COMMAND} answered ${lines.length} of ${questions.length} cases: ${stdout.slice(-300)}`);
    return questions.map((q, i) => readLine(lines[i]!, q));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
