/**
 * Programs as cells of storage: what the assembler makes and the raw format holds.
 *
 * The raw format has a line `address: word` for each cell, in the machine's radix (other radixes as in assembly), `;` comments, and optionally
 * `entry address`; and `set register value` or `set array[cell] value` for what else the machine begins with. An instruction's unit may be wider than a cell of storage: then it takes several, the most significant first on machines that
 * number bits from the most significant, last on the others.
 */
import type { ComponentArray, Machine } from "../isa/machine.js";
import { linesOf, type AssemblyDiagnostic } from "./assembly-diagnostic.js";
import { skipSpace } from "./assembly-expression.js";
import { readNumber, readSetting } from "./setting.js";

export interface Image {
  /** where the program begins */
  readonly start: bigint;
  /** [address, value] of cells of storage */
  readonly words: readonly (readonly [bigint, bigint])[];
  /** what else the machine begins with, such as what a reset leaves in registers; absent: nothing */
  readonly settings?: readonly Setting[];
}

/** A register, or a cell of an array that is not storage. */
export interface Setting {
  readonly component: string;
  readonly index?: bigint;
  readonly value: bigint;
}

/** The array that programs are loaded into: the first one of role storage. */
export function storageOf(machine: Machine): ComponentArray {
  const storage = machine.components.find((c): c is ComponentArray => c.kind === "array" && c.role === "storage");
  if (storage === undefined) throw new Error(`bug: ${machine.name} has no storage to load a program into`);
  return storage;
}

/** The cells of a word of `width` bits, in address order. Width: a multiple of a cell's, or less than one cell. */
export function cellsOf(machine: Machine, word: bigint, width: number): readonly bigint[] {
  const { width: cell } = storageOf(machine);
  if (width <= cell) return [word];
  if (width % cell !== 0) throw new Error(`bug: ${width} bits are no whole number of cells`);
  const cells = Array.from({ length: width / cell }, (_, i) => BigInt.asUintN(cell, word >> BigInt(width - cell * (i + 1))));
  const unit = machine.fetch?.unit ?? width;
  if (machine.bitOrder === "msb0" || unit <= cell) return cells;
  // least significant cell first within each unit
  const perUnit = unit / cell;
  return cells.map((_, i) => cells[i - (i % perUnit) + (perUnit - 1 - (i % perUnit))]!);
}

/** What an image is loaded into: the CPU, or anything with its two setters. */
export interface Loadable {
  readonly set: (component: string, value: bigint) => void;
  readonly setCell: (component: string, index: bigint, value: bigint) => void;
}

/** Puts the image into storage and its start into the program counter. */
export function loadImage(machine: Machine, image: Image, into: Loadable): void {
  const storage = storageOf(machine);
  for (const { component, index, value } of image.settings ?? []) {
    if (index === undefined) into.set(component, value);
    else into.setCell(component, index, value);
  }
  for (const [address, value] of image.words) into.setCell(storage.name, address, value);
  const counter = machine.components.find((c) => c.kind === "register" && c.role === "program-counter");
  if (counter !== undefined) into.set(counter.name, BigInt.asUintN(counter.width, image.start));
}

export function load(machine: Machine, text: string, file: string): { readonly image: Image; readonly diagnostics: readonly AssemblyDiagnostic[] } {
  const storage = storageOf(machine);
  const words: (readonly [bigint, bigint])[] = [];
  const settings: Setting[] = [];
  const diagnostics: AssemblyDiagnostic[] = [];
  let start: bigint | undefined;
  for (const line of linesOf(text)) {
    const content = line.text.split(";")[0]!.trimEnd();
    let at = skipSpace(content, 0);
    if (at === content.length) continue;
    const fail = (column: number, message: string, expected: string): void => {
      diagnostics.push({ code: "P8010", severity: "error", span: { file, start: line.start + column, end: line.start + Math.max(content.length, column + 1), line: line.number, column: column + 1 }, message, expected });
    };
    const value = (limit: number): bigint | undefined => {
      const read = readNumber(machine, content, at, limit);
      if (read.kind === "failure") {
        fail(read.at, read.message, read.expected);
        return undefined;
      }
      at = read.end;
      return read.value;
    };
    if (/^set\s/.test(content.slice(at))) {
      const read = readSetting(machine, storage, content, at + "set".length);
      if (read.kind === "setting") settings.push(read.setting);
      else fail(read.at, read.message, read.expected);
      continue;
    }
    const isEntry = content.startsWith("entry", at);
    if (isEntry) at = skipSpace(content, at + "entry".length);
    const address = value(storage.indexWidth);
    if (address === undefined) continue;
    if (!isEntry) {
      if (content[at] !== ":") {
        fail(at, "an address without a word", "address: word");
        continue;
      }
      at = skipSpace(content, at + 1);
      const word = value(storage.width);
      if (word === undefined) continue;
      words.push([address, word]);
    } else start = address;
    if (at < content.length) fail(at, "something follows", "the end of the line");
  }
  return { image: { start: start ?? words[0]?.[0] ?? 0n, words, ...(settings.length === 0 ? {} : { settings }) }, diagnostics };
}
