/**
 * QEMU's Versatile board as a witness: a table of cases in its memory, and the program of `driver.s` that works through it.
 *
 * The board's memory is a file, which the host writes before QEMU starts and reads when it has ended: the driver ends it by resetting
 * the board. Everything that is not as expected is an error.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assembled, findTools, inFolder, runFor, type Tools } from "../tools.js";
import type { Version } from "./opcodes.js";
import { ARENA, FILLING, isAnswered, readRecord, RECORD_LENGTH, TABLE_AT, TABLES, writeRecord, type Registers, type Told } from "./qemu-record.js";

export interface Core {
  readonly version: Version;
  /** to QEMU */
  readonly name: string;
  /** to the assembler */
  readonly architecture: string;
}

export const CORES: Readonly<Record<Version, Core>> = {
  4: { version: 4, name: "ti925t", architecture: "armv4t" },
  5: { version: 5, name: "arm926", architecture: "armv5te" },
  6: { version: 6, name: "arm1176", architecture: "armv6k" },
  7: { version: 7, name: "cortex-a8", architecture: "armv7-a" },
};

const COMMAND = "qemu-system-arm";
const BINUTILS = "arm-none-eabi-";
const TOOLS: Tools = {
  commands: [COMMAND, `${BINUTILS}as`], packages: [COMMAND, "binutils-arm-none-eabi"], asking: ["--version"], version: /version (\S+)/, byHand: "QEMU for ARM and binutils for arm-none-eabi",
};
const BATCH = 4000;
const MEMORY = 8 * 1024 * 1024;
const TIME_LIMIT_MS = 60_000;
const CASE = 0x7000, LEFT = 0x7004, IDENTITY = 0x7040;

export interface Asked {
  readonly registers: Registers;
  readonly cells: ReadonlyMap<number, number>;
}

export interface Board {
  /** "QEMU 7.2.22, arm926" */
  readonly version: string;
  readonly ask: (questions: readonly Asked[]) => Promise<{ readonly identity: readonly number[]; readonly told: readonly Told[] }>;
}

/** Throws OracleUnavailable if QEMU or the assembler can't be had. */
export function boardWith(core: Core, progress: (message: string) => void): Board {
  const version = `QEMU ${findTools(TOOLS, progress)}, ${core.name}`;
  const [program] = assembled({
    tools: BINUTILS, source: fileURLToPath(new URL("driver.s", import.meta.url)), assembler: ["--defsym", `VERSION=${core.version}`, `-march=${core.architecture}`], linker: ["-Ttext", "0", "-e", "0"],
  }, [".text"]);
  return {
    version,
    ask: async (questions) => {
      const told: Told[] = [];
      let identity: readonly number[] = [];
      for (let from = 0; from < questions.length; from += BATCH) {
        const answers = await askBatch(program!, core, questions.slice(from, from + BATCH));
        told.push(...answers.told);
        identity = answers.identity;
      }
      return { identity, told };
    },
  };
}

async function askBatch(program: Buffer, core: Core, questions: readonly Asked[]): Promise<{ readonly identity: readonly number[]; readonly told: readonly Told[] }> {
  const memory = Buffer.alloc(MEMORY);
  program.copy(memory, 0);
  for (let at: number = ARENA.first; at < ARENA.last; at += 4) memory.writeUInt32LE(FILLING, at);
  memory.writeUInt32LE(TABLE_AT, CASE);
  memory.writeUInt32LE(questions.length, LEFT);
  for (const [i, { registers, cells }] of questions.entries()) writeRecord(memory, TABLE_AT + i * RECORD_LENGTH, registers, cells);
  return inFolder(async (file) => {
    writeFileSync(file("memory"), memory);
    const options = ["-machine", "versatilepb,memory-backend=ram", "-object", `memory-backend-file,id=ram,size=${MEMORY},mem-path=${file("memory")},share=on`, "-m", `${MEMORY / 2 ** 20}`, "-cpu", core.name, "-no-reboot", "-display", "none", "-nodefaults", "-serial", "none", "-monitor", "none"];
    await runFor(TIME_LIMIT_MS, COMMAND, options, { QEMU_AUDIO_DRV: "none" }).catch((error: unknown) => {
      throw new Error(`${COMMAND} did not work through a table of ${questions.length} cases; ${begun(questions, readFileSync(file("memory")))}: ${String(error).slice(0, 300)}`);
    });
    const after = readFileSync(file("memory"));
    const unfinished = questions.findIndex((_, i) => !isAnswered(after, TABLE_AT + i * RECORD_LENGTH));
    if (unfinished >= 0) throw new Error(`${COMMAND} stopped at case ${unfinished} of ${questions.length}: ${described(questions[unfinished]!)}`);
    for (let at: number = ARENA.first; at < TABLES.last; at += 4) {
      if (after.readUInt32LE(at) !== (at <= ARENA.last ? FILLING : 0)) throw new Error(`a case has changed the word at ${at.toString(16)}, which no question asks about`);
    }
    return {
      identity: Array.from({ length: 32 }, (_, n) => after.readUInt32LE(IDENTITY + 4 * n)),
      told: questions.map(({ cells }, i) => readRecord(after, TABLE_AT + i * RECORD_LENGTH, cells)),
    };
  });
}

/** The case that did not end. */
function begun(questions: readonly Asked[], memory: Buffer): string {
  const n = questions.length - memory.readUInt32LE(LEFT) - 1;
  return n < 0 ? "none was begun" : `number ${n} did not end: ${described(questions[n]!)}`;
}

const described = ({ registers, cells }: Asked): string =>
  [...registers, ...[...cells].map(([address, value]) => [`[${address.toString(16)}]`, value] as const)].filter(([, value]) => value !== 0).map(([name, value]) => `${name}=${value.toString(16)}`).join(" ");
