/**
 * QEMU's Malta board with a 24Kf as a witness: a table of cases in its memory, and the program of `driver.s` that works through it.
 *
 * The board's memory is a file, which the host writes before QEMU starts and reads when it has ended: the driver ends it by
 * resetting the board. Everything that is not as expected is an error.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inBatches, type Case, type Oracle, type Question } from "../case.js";
import { ARENA, BREAK, isAnswered, readRecord, RECORD_LENGTH, TABLE_AT, writeRecord } from "./qemu-record.js";
import { assembled, findTools, inFolder, runFor, type Tools } from "../tools.js";

const COMMAND = "qemu-system-mips";
const BINUTILS = "mips-linux-gnu-";
const TOOLS: Tools = {
  commands: [COMMAND, `${BINUTILS}as`], packages: ["qemu-system-mips", "binutils-mips-linux-gnu"], asking: ["--version"], version: /version (\S+)/, byHand: "QEMU for MIPS and binutils for mips-linux-gnu",
};
const BATCH = 4000;
const MEMORY = 32 * 1024 * 1024;
const TIME_LIMIT_MS = 120_000;
const CASE = 0x7008, LEFT = 0x700c, IDENTITY = 0x7010;

/** Finds QEMU and the assembler, or installs Debian's packages. Throws OracleUnavailable if neither works. */
export async function connectQemu(progress: (message: string) => void): Promise<Oracle> {
  const version = `QEMU ${findTools(TOOLS, progress)}, 24Kf`;
  const images = assembledDriver();
  return {
    witness: { name: "qemu", version },
    ask: inBatches(BATCH, (batch) => askBatch(images, batch)),
  };
}

interface Images {
  /** from physical address 0 */
  readonly program: Buffer;
  readonly boot: Buffer;
}

function assembledDriver(): Images {
  const [program, boot] = assembled({
    tools: BINUTILS, source: fileURLToPath(new URL("driver.s", import.meta.url)), assembler: ["-EB"],
    linker: ["-EB", "-Ttext", "0x80000000", "--section-start=.rom=0xbfc00000", "-e", "0x80001000"],
  }, [".text", ".rom"]);
  return { program: program!, boot: boot! };
}

async function askBatch({ program, boot }: Images, questions: readonly Question[]): Promise<Case[]> {
  const memory = Buffer.alloc(MEMORY);
  program.copy(memory, 0);
  for (let at: number = ARENA.first; at < ARENA.last; at += 4) memory.writeUInt32BE(Number(BREAK), at);
  memory.writeUInt32BE(0x8000_0000 + TABLE_AT, CASE);
  memory.writeUInt32BE(questions.length, LEFT);
  for (const [i, q] of questions.entries()) writeRecord(memory, TABLE_AT + i * RECORD_LENGTH, q);
  return inFolder(async (file) => {
    writeFileSync(file("memory"), memory);
    writeFileSync(file("boot"), boot);
    const options = ["-machine", "malta,memory-backend=ram", "-object", `memory-backend-file,id=ram,size=${MEMORY},mem-path=${file("memory")},share=on`, "-m", `${MEMORY / 2 ** 20}`, "-cpu", "24Kf", "-bios", file("boot"), "-no-reboot", "-display", "none", "-nodefaults", "-serial", "none", "-monitor", "none"];
    await runFor(TIME_LIMIT_MS, COMMAND, options).catch((error: unknown) => {
      throw new Error(`${COMMAND} did not work through a table of ${questions.length} cases; ${questions.length - readFileSync(file("memory")).readUInt32BE(LEFT)} were begun: ${String(error).slice(0, 300)}`);
    });
    const after = readFileSync(file("memory"));
    const unfinished = questions.findIndex((_, i) => !isAnswered(after, TABLE_AT + i * RECORD_LENGTH));
    if (unfinished >= 0) throw new Error(`${COMMAND} stopped at case ${unfinished} of ${questions.length}`);
    for (let at: number = ARENA.first; at < ARENA.last; at += 4) if (after.readUInt32BE(at) !== Number(BREAK)) throw new Error(`a case has changed the word at ${at.toString(16)}, which no question asks about`);
    const identity = identityOf(after);
    return questions.map((q, i) => readRecord(after, TABLE_AT + i * RECORD_LENGTH, q, identity));
  });
}

/** What this processor is, as the driver has found it. */
function identityOf(memory: Buffer): ReadonlyMap<string, bigint> {
  const [prid, config, config1, config2, config3, config7, ebase, step, resolution, interrupts] = Array.from({ length: 10 }, (_, n) => BigInt(memory.readUInt32BE(IDENTITY + 4 * n)));
  return new Map([["PRId", prid!], ["ConfigFixed", config! >> 3n], ["Config1", config1!], ["Config2", config2!], ["Config3", config3!], ["Config7", config7!], ["CPUNum", ebase! & 0x3ffn], ["SynchronizingStep", step!], ["CountResolution", resolution!], ["InterruptPins", interrupts! >> 26n]]);
}
