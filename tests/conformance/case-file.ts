/**
 * Files of cases: gzip of one JSON object a line, the header first.
 *
 * Bit strings are text in the machine's radix. Of the state before, registers that are 0 are left out; an array is a list
 * of its first cells, or an object from index to value, or to the values of this and the following cells with spaces between. Of the state after, only what has changed is written: a
 * register that the header says is observed, and a cell that the state before lists, is otherwise as it was. The same
 * cases always give the same bytes.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { RADIX_BASE, type Radix } from "../../src/bits/bits.js";
import type { Case, Ending, Header, Question, Values } from "./case.js";

export interface CaseFile {
  readonly header: Header;
  readonly cases: readonly Case[];
}

const FORMAT = "popek conformance cases 1";
const PREFIX: Record<Radix, string> = { binary: "0b", octal: "0o", decimal: "", hexadecimal: "0x" };

type WrittenArray = readonly string[] | Readonly<Record<string, string>>;
type WrittenValues = Readonly<Record<string, string | WrittenArray>>;
interface WrittenCase {
  readonly words: readonly string[];
  readonly before: WrittenValues;
  readonly after: WrittenValues;
  readonly ending?: Ending;
}

export function encodeCases({ header, cases }: CaseFile): Uint8Array {
  const lines = [JSON.stringify({ format: FORMAT, ...header }), ...cases.map((c) => JSON.stringify(writtenCase(c, header.radix)))];
  return gzipSync(`${lines.join("\n")}\n`, { level: 9 });
}

/** Throws an error that names the line where the text is not what `encodeCases` writes. */
export function decodeCases(bytes: Uint8Array): CaseFile {
  const [first, ...rest] = gunzipSync(bytes).toString("utf8").trimEnd().split("\n");
  const { format, ...header } = JSON.parse(first!) as Header & { readonly format: string };
  if (format !== FORMAT) throw new Error(`line 1: found format ${JSON.stringify(format)}, expected ${JSON.stringify(FORMAT)}`);
  const cases = rest.map((line, i) => {
    try {
      return readCase(JSON.parse(line) as WrittenCase, header);
    } catch (error) {
      throw new Error(`line ${i + 2}: ${String(error)}`, { cause: error });
    }
  });
  return { header, cases };
}

/** The value before, 0 where nothing is said. */
export const registerBefore = (c: Question, name: string): bigint => c.before.registers.get(name) ?? 0n;
export const cellBefore = (c: Question, name: string, index: bigint): bigint => c.before.arrays.get(name)?.get(index) ?? 0n;

// ---------------------------------------------------------------- writing

function writtenCase(c: Case, radix: Radix): WrittenCase {
  const digits = (value: bigint): string => value.toString(RADIX_BASE[radix]);
  const before: Record<string, string | WrittenArray> = {};
  for (const [name, value] of c.before.registers) if (value !== 0n) before[name] = digits(value);
  for (const [name, cells] of c.before.arrays) before[name] = isPrefix(cells) ? [...cells.values()].map(digits) : object(cells, digits);
  const after: Record<string, string | WrittenArray> = {};
  for (const [name, value] of c.after.registers) if (value !== registerBefore(c, name)) after[name] = digits(value);
  for (const [name, cells] of c.after.arrays) {
    const listed = c.before.arrays.get(name);
    const changed = new Map([...cells].filter(([index, value]) => listed?.get(index) !== value));
    if (changed.size > 0) after[name] = object(changed, digits);
  }
  return { words: c.words.map(digits), before, after, ...(c.ending === undefined ? {} : { ending: c.ending }) };
}

const isPrefix = (cells: ReadonlyMap<bigint, bigint>): boolean => [...cells.keys()].every((index, i) => index === BigInt(i));

function object(cells: ReadonlyMap<bigint, bigint>, digits: (value: bigint) => string): Record<string, string> {
  const sorted = [...cells].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const runs: { readonly first: bigint; readonly values: string[] }[] = [];
  for (const [index, value] of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + BigInt(last.values.length) === index) last.values.push(digits(value));
    else runs.push({ first: index, values: [digits(value)] });
  }
  return Object.fromEntries(runs.map(({ first, values }) => [digits(first), values.join(" ")]));
}

// ---------------------------------------------------------------- reading

function readCase(written: WrittenCase, header: Header): Case {
  const number = (text: string): bigint => BigInt(PREFIX[header.radix] + text);
  const before = readValues(written.before, number);
  const changes = readValues(written.after, number);
  const registers = new Map(header.observes.map((name) => [name, changes.registers.get(name) ?? before.registers.get(name) ?? 0n]));
  const arrays = new Map<string, Map<bigint, bigint>>();
  for (const { arrays: from } of [before, changes]) for (const [name, cells] of from) arrays.set(name, new Map([...(arrays.get(name) ?? []), ...cells]));
  return { words: written.words.map(number), before, after: { registers, arrays }, ...(written.ending === undefined ? {} : { ending: written.ending }) };
}

function readValues(written: WrittenValues, number: (text: string) => bigint): Values {
  const registers = new Map<string, bigint>();
  const arrays = new Map<string, Map<bigint, bigint>>();
  for (const [name, value] of Object.entries(written)) {
    if (typeof value === "string") registers.set(name, number(value));
    else if (Array.isArray(value)) arrays.set(name, new Map((value as readonly string[]).map((v, i) => [BigInt(i), number(v)])));
    else arrays.set(name, new Map(Object.entries(value).flatMap(([index, run]) => (run as string).split(" ").map((v, i) => [number(index) + BigInt(i), number(v)] as const))));
  }
  return { registers, arrays };
}
