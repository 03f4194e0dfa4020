/**
 * Hercules as a witness: a table of cases in its storage, and the program of `driver.s` that works through it.
 *
 * Hercules is started for some hundreds of cases at a time: its operator's commands load the table, start the processor and, when
 * it has stopped, save the table. Commands and processor are not in step: a run that ends without the whole
 * table is repeated. Everything else that is not as expected is an error.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inBatches, type Case, type Oracle, type Question } from "../case.js";
import { assembled, findTools, inFolder, runFor, type Tools } from "../tools.js";
import { CONFIGURATION } from "./hercules-configuration.js";
import { isAnswered, readRecord, RECORD_LENGTH, TABLE_AT, writeRecord } from "./hercules-record.js";
import { CAPACITY, PREFIX } from "./storage-map.js";

const BINUTILS = "s390x-linux-gnu-";
const TOOLS: Tools = {
  commands: ["hercules", `${BINUTILS}as`], packages: ["hercules", "binutils-s390x-linux-gnu"], asking: ["--version"], version: /Hercules Version (\S+)/, byHand: "Hercules 3.13 and binutils for s390x",
};
const BATCH = 2000;
const ATTEMPTS = 4;
/** a table takes a second or two */
const PATIENCE_SECONDS = 8;
const TIME_LIMIT_MS = 40_000;

/** Where the driver expects the bounds of the table and the last key, and the mark of its copy at the prefix. */
const CURRENT = 0x700, END = 0x704, STARTED = 0x70c, LAST_BLOCK = 0x620 + 40;

/** Finds Hercules and the assembler, or installs Debian's packages. Throws OracleUnavailable if neither works. */
export async function connectHercules(progress: (message: string) => void): Promise<Oracle> {
  const version = `Hercules ${findTools(TOOLS, progress)}`;
  const image = driverImage();
  return {
    witness: { name: "hercules", version },
    ask: inBatches(BATCH, (batch) => askBatch(image, batch, progress)),
  };
}

/** The driver, assembled: the first 2K of storage. */
function driverImage(): Buffer {
  const [image] = assembled({ tools: BINUTILS, source: fileURLToPath(new URL("driver.s", import.meta.url)), assembler: ["-m31", "-march=g5"], linker: ["-melf_s390", "-Ttext", "0", "-e", "0"] }, [".text"]);
  image!.writeUInt32BE(CAPACITY - 0x800, LAST_BLOCK);
  return image!;
}

// ---------------------------------------------------------------- a table

async function askBatch(image: Buffer, questions: readonly Question[], progress: (message: string) => void): Promise<Case[]> {
  for (let attempt = 1; ; attempt++) {
    const answer = await inFolder((file) => attemptBatch(file, image, questions));
    if (answer.kind === "finished") return questions.map((q, i) => readRecord(answer.table, i * RECORD_LENGTH, q));
    if (attempt === ATTEMPTS) throw new Error(`hercules did not work through a table of ${questions.length} cases in ${ATTEMPTS} attempts: ${answer.failure}`);
    progress(`hercules is asked again: ${answer.failure}`);
  }
}

type Attempt = { readonly kind: "finished"; readonly table: Buffer } | { readonly kind: "failed"; readonly failure: string };

async function attemptBatch(file: (name: string) => string, image: Buffer, questions: readonly Question[]): Promise<Attempt> {
  const length = questions.length * RECORD_LENGTH;
  const storage = Buffer.alloc(TABLE_AT + length);
  image.writeUInt32BE(TABLE_AT, CURRENT);
  image.writeUInt32BE(TABLE_AT + length, END);
  image.copy(storage, 0);
  image.copy(storage, PREFIX);
  storage[PREFIX + STARTED] = 1;
  for (const [i, q] of questions.entries()) writeRecord(storage, TABLE_AT + i * RECORD_LENGTH, q);
  writeFileSync(file("before"), storage);
  writeFileSync(file("configuration"), CONFIGURATION.join("\n"));
  // the wait is told a moment before the processor counts as stopped, and storage is saved from a stopped one only
  writeFileSync(file("end"), ["stop", "sh sleep 0.1", `savecore ${file("after")} ${hex(TABLE_AT)} ${hex(TABLE_AT + length - 1)}`, "exit", ""].join("\n"));
  writeFileSync(file("start"), [
    "hao tgt ^ *PSW=000A0000 00000FED", `hao cmd script ${file("end")}`, "hao tgt ^ *PSW=00.A.*[^D]$", "hao cmd restart",
    "archmode S/370", "sysclear", `loadcore ${file("before")} 0`, "restart",
    // now and then the automatic operator misses the message
    `pause ${PATIENCE_SECONDS}`, `script ${file("end")}`, "",
  ].join("\n"));
  try {
    await runFor(TIME_LIMIT_MS, "hercules", ["-d", "-f", file("configuration")], { HERCULES_RC: file("start") });
    const after = readFileSync(file("after"));
    const unfinished = questions.findIndex((_, i) => !isAnswered(after, i * RECORD_LENGTH));
    return unfinished < 0 ? { kind: "finished", table: after } : { kind: "failed", failure: `stopped at case ${unfinished}` };
  } catch (error) {
    return { kind: "failed", failure: String(error).slice(0, 200) };
  }
}

const hex = (n: number): string => n.toString(16);
