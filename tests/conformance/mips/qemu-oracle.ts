/**
 * QEMU's Malta board with a 24Kf as a witness: a table of cases in its memory, and the program of `driver.s` that works through it.
 *
 * The board's memory is a file, which the host writes before QEMU starts and reads when it has ended: the driver ends it by
 * resetting the board. Everything that is not as expected is an error.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { OracleUnavailable, type Case, type Oracle, type Question } from "../case.js";
import { ARENA, BREAK, isAnswered, readRecord, RECORD_LENGTH, TABLE_AT, writeRecord } from "./qemu-record.js";

const COMMAND = "qemu-system-mips";
const TOOLS = "mips-linux-gnu-";
const PACKAGES = ["qemu-system-mips", "binutils-mips-linux-gnu"];
const BATCH = 4000;
const MEMORY = 32 * 1024 * 1024;
const TIME_LIMIT_MS = 120_000;
const CASE = 0x7008, LEFT = 0x700c, IDENTITY = 0x7010;

/** Finds QEMU and the assembler, or installs Debian's packages. Throws OracleUnavailable if neither works. */
export async function connectQemu(progress: (message: string) => void): Promise<Oracle> {
  const version = versionOf() ?? installed(progress);
  const images = assembled();
  return {
    witness: { name: "qemu", version },
    ask: async (questions) => {
      const answers: Case[] = [];
      for (let from = 0; from < questions.length; from += BATCH) answers.push(...await askBatch(images, questions.slice(from, from + BATCH)));
      return answers;
    },
  };
}

function versionOf(): string | undefined {
  const { error, stdout } = spawnSync(COMMAND, ["--version"], { encoding: "utf8" });
  if (error !== undefined || spawnSync(`${TOOLS}as`, ["--version"], { stdio: "ignore" }).error !== undefined) return undefined;
  const found = /version (\S+)/.exec(stdout);
  if (found === null) throw new OracleUnavailable(`${COMMAND} does not tell its version; it says: ${stdout.slice(0, 200)}`);
  return `QEMU ${found[1]}, 24Kf`;
}

function installed(progress: (message: string) => void): string {
  progress(`${COMMAND} or ${TOOLS}as is missing: installing Debian's ${PACKAGES.join(" and ")}`);
  const { error, status, stderr } = spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", ...PACKAGES], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const version = error === undefined && status === 0 ? versionOf() : undefined;
  if (version !== undefined) return version;
  throw new OracleUnavailable(`\`apt-get install ${PACKAGES.join(" ")}\` failed (${error?.message ?? stderr.trim().split("\n").at(-1) ?? `status ${status}`}). Install QEMU for MIPS and binutils for mips-linux-gnu by hand`);
}

interface Images {
  /** from physical address 0 */
  readonly program: Buffer;
  readonly boot: Buffer;
}

function assembled(): Images {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = (name: string): string => join(folder, name);
    run(`${TOOLS}as`, ["-EB", "-o", file("driver.o"), fileURLToPath(new URL("driver.s", import.meta.url))]);
    run(`${TOOLS}ld`, ["-EB", "-Ttext", "0x80000000", "--section-start=.rom=0xbfc00000", "-e", "0x80001000", "-o", file("driver.elf"), file("driver.o")]);
    const section = (name: string): Buffer => {
      run(`${TOOLS}objcopy`, ["-O", "binary", "-j", name, file("driver.elf"), file("section")]);
      return readFileSync(file("section"));
    };
    return { program: section(".text"), boot: section(".rom") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(command: string, options: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, options, { encoding: "utf8" });
  if (error !== undefined || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
}

async function askBatch({ program, boot }: Images, questions: readonly Question[]): Promise<Case[]> {
  const memory = Buffer.alloc(MEMORY);
  program.copy(memory, 0);
  for (let at: number = ARENA.first; at < ARENA.last; at += 4) memory.writeUInt32BE(Number(BREAK), at);
  memory.writeUInt32BE(0x8000_0000 + TABLE_AT, CASE);
  memory.writeUInt32BE(questions.length, LEFT);
  for (const [i, q] of questions.entries()) writeRecord(memory, TABLE_AT + i * RECORD_LENGTH, q);
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = (name: string): string => join(folder, name);
    writeFileSync(file("memory"), memory);
    writeFileSync(file("boot"), boot);
    const options = ["-machine", "malta,memory-backend=ram", "-object", `memory-backend-file,id=ram,size=${MEMORY},mem-path=${file("memory")},share=on`, "-m", `${MEMORY / 2 ** 20}`, "-cpu", "24Kf", "-bios", file("boot"), "-no-reboot", "-display", "none", "-nodefaults", "-serial", "none", "-monitor", "none"];
    await promisify(execFile)(COMMAND, options, { timeout: TIME_LIMIT_MS, killSignal: "SIGKILL" }).catch((error: unknown) => {
      throw new Error(`${COMMAND} did not work through a table of ${questions.length} cases; ${questions.length - readFileSync(file("memory")).readUInt32BE(LEFT)} were begun: ${String(error).slice(0, 300)}`);
    });
    const after = readFileSync(file("memory"));
    const unfinished = questions.findIndex((_, i) => !isAnswered(after, TABLE_AT + i * RECORD_LENGTH));
    if (unfinished >= 0) throw new Error(`${COMMAND} stopped at case ${unfinished} of ${questions.length}`);
    for (let at: number = ARENA.first; at < ARENA.last; at += 4) if (after.readUInt32BE(at) !== Number(BREAK)) throw new Error(`a case has changed the word at ${at.toString(16)}, which no question asks about`);
    const identity = identityOf(after);
    return questions.map((q, i) => readRecord(after, TABLE_AT + i * RECORD_LENGTH, q, identity));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What this processor is, as the driver has found it. */
function identityOf(memory: Buffer): ReadonlyMap<string, bigint> {
  const [prid, config, config1, config2, config3, config7, ebase, step, resolution, interrupts] = Array.from({ length: 10 }, (_, n) => BigInt(memory.readUInt32BE(IDENTITY + 4 * n)));
  return new Map([["PRId", prid!], ["ConfigFixed", config! >> 3n], ["Config1", config1!], ["Config2", config2!], ["Config3", config3!], ["Config7", config7!], ["CPUNum", ebase! & 0x3ffn], ["SynchronizingStep", step!], ["CountResolution", resolution!], ["InterruptPins", interrupts! >> 26n]]);
}
