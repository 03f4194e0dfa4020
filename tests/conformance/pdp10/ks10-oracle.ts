/**
 * SIMH's KS10 as a witness: a script of deposits, one step and examinations for each question.
 *
 * Executive mode without paging, where addresses are physical. SIMH 3.8 loops for ever at the end of its input, so it is
 * given a file that ends in `exit`, never a pipe. Everything it does not answer as expected is an error: nothing is skipped.
 */
import { writeFileSync } from "node:fs";
import { registerBefore } from "../case-file.js";
import { inBatches, type Case, type Ending, type Oracle, type Question } from "../case.js";
import { findTools, inFolder, runFor, type Tools } from "../tools.js";
import { flagsOf, packedFlags, PC_WORD_FLAGS } from "./pc-word.js";

const COMMAND = "pdp10";
const TOOLS: Tools = {
  commands: [COMMAND], packages: ["simh"], asking: [], told: "show version\nexit\n", version: /PDP-10 simulator (V\S+)/, byHand: "SIMH 3.8, so that `pdp10` is found,",
};
const BATCH = 1000;
/** cells in one examination: a command line has 255 characters */
const CELLS_A_LINE = 24;
const TIME_LIMIT_MS = 120_000;

export const observedRegisters: readonly string[] = ["PC", ...PC_WORD_FLAGS.map(([name]) => name)];

/** Finds SIMH, or installs Debian's package. Throws OracleUnavailable if neither works. */
export async function connectKs10(progress: (message: string) => void): Promise<Oracle> {
  const version = `SIMH ${findTools(TOOLS, progress)}`;
  return {
    witness: { name: "ks10", version },
    ask: inBatches(BATCH, askBatch),
  };
}

function runScript(lines: readonly string[]): Promise<string> {
  return inFolder((file) => {
    writeFileSync(file("cases.ini"), [...lines, "exit", ""].join("\n"));
    return runFor(TIME_LIMIT_MS, COMMAND, [file("cases.ini")]);
  });
}

// ---------------------------------------------------------------- questions

async function askBatch(questions: readonly Question[]): Promise<Case[]> {
  const lines = ["d ubr 0", ...questions.flatMap(scriptOf)];
  const text = await runScript(lines);
  const answers = text.split(/^CASE\r?$/m).slice(1);
  if (answers.length !== questions.length) throw new Error(`${COMMAND} answered ${answers.length} of ${questions.length} questions; its last words: ${text.slice(-300)}`);
  return questions.map((q, i) => answered(q, answers[i]!));
}

function scriptOf(q: Question): string[] {
  const octal = (value: bigint): string => value.toString(8);
  const cells = watchedCells(q);
  const examinations: string[] = [];
  for (let from = 0; from < cells.length; from += CELLS_A_LINE) examinations.push(`ex ${cells.slice(from, from + CELLS_A_LINE).map(octal).join(",")}`);
  return [
    "echo CASE",
    `d pc ${octal(registerBefore(q, "PC"))}`,
    `d flags ${octal(packedFlags(q.before.registers))}`,
    ...[...q.before.arrays.get("AC")!].map(([n, value]) => `d ac${octal(n)} ${octal(value)}`),
    ...[...q.before.arrays.get("core")!].map(([address, value]) => `d ${octal(address)} ${octal(value)}`),
    "step 1",
    "ex pc,flags,ac0-ac17",
    ...examinations,
  ];
}

function watchedCells(q: Question): bigint[] {
  return [...new Set([...q.before.arrays.get("core")!.keys(), ...(q.watched?.get("core") ?? [])])];
}

// ---------------------------------------------------------------- answers

function answered(q: Question, text: string): Case {
  const ending = endingOf(text);
  const values = new Map<string, bigint>();
  for (const [, name, digits] of text.matchAll(/^([A-Z]+[0-7]*|[0-7]+):\t([0-7]+)/gm)) values.set(name!, BigInt(`0o${digits}`));
  const told = (name: string): bigint => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${COMMAND} did not tell ${name}: ${text}`);
    return value;
  };
  return {
    ...q,
    ending,
    after: {
      registers: new Map([["PC", told("PC")], ...flagsOf(told("FLAGS"))]),
      arrays: new Map([
        ["AC", new Map(Array.from({ length: 16 }, (_, n) => [BigInt(n), told(`AC${n.toString(8)}`)]))],
        ["core", new Map(watchedCells(q).map((address) => [address, told(address.toString(8))]))],
      ]),
    },
  };
}

function endingOf(text: string): Ending {
  if (/^Step expired, PC/m.test(text)) return "done";
  if (/^HALT instruction, PC/m.test(text)) return "halt";
  throw new Error(`${COMMAND} stopped for another reason: ${text.slice(0, 300)}`);
}
