/**
 * GXemul's test machine with an R3000 as a witness: a table of cases in its memory, and the program of `driver-r3000.s` that works
 * through it and prints what came of each.
 *
 * Its debugger would set states too, but cases of one process are not independent there; what a program does is. The console must be
 * open as long as it runs: at an end of input it waits for ever.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inBatches, type Case, type Oracle, type Question } from "../case.js";
import { ARENA_R3000, BREAK, readLine, RECORD_LENGTH, TABLE_AT, writeRecord } from "./gxemul-record.js";
import { assembled, findTools, inFolder, runFor, type Tools } from "../tools.js";

const COMMAND = "gxemul";
const BINUTILS = "mips-linux-gnu-";
const TOOLS: Tools = {
  commands: [COMMAND, `${BINUTILS}as`], packages: ["gxemul", "binutils-mips-linux-gnu"], asking: ["-h"], version: /^GXemul (\S+)/m, byHand: "GXemul and binutils for mips-linux-gnu",
};
const BATCH = 2000;
const TIME_LIMIT_MS = 30_000;
const CASE = 0x7008, LEFT = 0x700c;
const MEGABYTES = 16;

/** Finds GXemul and the assembler, or installs Debian's packages. Throws OracleUnavailable if neither works. */
export async function connectGxemul(progress: (message: string) => void): Promise<Oracle> {
  const version = `GXemul ${findTools(TOOLS, progress)}, R3000`;
  const program = assembledDriver();
  return {
    witness: { name: "gxemul", version },
    ask: inBatches(BATCH, (batch) => askBatch(program, batch)),
  };
}

/** The program, from physical address 0. */
function assembledDriver(): Buffer {
  const [program] = assembled({
    tools: BINUTILS, source: fileURLToPath(new URL("driver-r3000.s", import.meta.url)), assembler: ["-EB", "-march=r3000", "-mabi=32"],
    linker: ["-EB", "-Ttext", "0x80000000", "-e", "0x80001000"],
  }, [".text"]);
  return program!;
}

const linesOf = (printed: string): readonly string[] => [...printed.matchAll(/=([0-9a-f]*)\n/g)].map(([, line]) => line!);

async function askBatch(program: Buffer, questions: readonly Question[]): Promise<Case[]> {
  const memory = Buffer.alloc(TABLE_AT + questions.length * RECORD_LENGTH);
  program.copy(memory, 0);
  for (let at: number = ARENA_R3000.first; at < ARENA_R3000.last; at += 4) memory.writeUInt32BE(Number(BREAK), at);
  memory.writeUInt32BE(0x8000_0000 + TABLE_AT, CASE);
  memory.writeUInt32BE(questions.length, LEFT);
  for (const [i, q] of questions.entries()) writeRecord(memory, TABLE_AT + i * RECORD_LENGTH, q);
  return inFolder(async (file) => {
    writeFileSync(file("memory"), memory);
    const options = ["-q", "-A", "-E", "testmips", "-C", "R3000", "-M", `${MEGABYTES}`, `0x80000000:0:0x80001000:${file("memory")}`];
    const stdout = await runFor(TIME_LIMIT_MS, COMMAND, options).catch((error: unknown) => {
      const printed = error instanceof Error && "stdout" in error ? linesOf(String(error.stdout)).length : 0;
      throw new Error(`${COMMAND} did not work through a table of ${questions.length} cases; it answered ${printed}: ${String(error).slice(0, 300)}`);
    });
    const lines = linesOf(stdout);
    if (lines.length !== questions.length) throw new Error(`${COMMAND} answered ${lines.length} of ${questions.length} cases: ${stdout.slice(-300)}`);
    return questions.map((q, i) => readLine(lines[i]!, q));
  });
}
