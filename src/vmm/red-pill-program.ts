/**
 * A red pill as a program in storage: set-up, the instruction, observation, an end; behind them the blocks of data that they refer to.
 *
 * Everything has its fixed place, above the cells that the machine's own traps use, so that templates become the same words again
 * and again. As text it is assembly that `popek run` and `popek vmm run` take.
 */
import { RADIX_BASE } from "../bits/bits.js";
import type { Machine } from "../isa/machine.js";
import { reachable } from "../isa/term.js";
import { assemble } from "../machine/assembler.js";
import { disassemble } from "../machine/disassembler.js";
import { cellsOf, storageOf, type Image } from "../machine/image.js";
import { dataOf, dataWidth, wordOf, type Place, type Template } from "./red-pill-templates.js";

export type Part = "set-up" | "instruction" | "observation" | "end";

/** Templates in the order in which they stand in storage. */
export type Program = readonly { readonly part: Part; readonly template: Template }[];

export interface Item {
  readonly part: Part | "data";
  readonly address: bigint;
  readonly word: bigint;
  readonly width: number;
}

export interface Built {
  readonly items: readonly Item[];
  readonly image: Image;
}

/** Where programs and their data go. */
export interface Ground {
  readonly origin: bigint;
  readonly data: bigint;
  /** all that programs may take */
  readonly addresses: readonly bigint[];
}

/** Instructions that the longest program has, and blocks of data. */
const MOST_PARTS = 5;

/** The first power of two above the cells that traps name, or 0 where storage is too small for that. */
export function groundOf(machine: Machine, size: number): Ground {
  const storage = storageOf(machine);
  const widest = Math.max(...machine.instructions.map((i) => i.encoding.width), machine.fetch?.unit ?? 1);
  const room = Math.ceil(widest / storage.width) * MOST_PARTS, blocks = Math.ceil(dataWidth(machine) / storage.width) * MOST_PARTS;
  const steps = [...machine.traps, ...machine.interrupts].map((t) => t.delivery);
  const named = reachable(steps.flatMap((s) => [...s.next.values(), ...(s.execute === undefined ? [] : [s.execute.word])]))
    .flatMap((t) => (t.op === "constant" && t.width === storage.indexWidth && t.value < HIGHEST_VECTOR ? [Number(t.value)] : []));
  const above = 2 ** Math.ceil(Math.log2(Math.max(FIRST, ...named) + 1));
  const origin = above + room + blocks + ALIGNMENT <= size ? above : 0;
  const behind = origin + room;
  const data = behind + ALIGNMENT + blocks <= size ? Math.ceil(behind / ALIGNMENT) * ALIGNMENT : behind;
  return { origin: BigInt(origin), data: BigInt(data), addresses: Array.from({ length: data + blocks - origin }, (_, i) => BigInt(origin + i)) };
}

/** Traps' cells below this count; registers that answer to addresses are few. */
const HIGHEST_VECTOR = 1024n;
const FIRST = 15;
const ALIGNMENT = 8;

/** Undefined where an operand does not fit at its place. */
export function build(machine: Machine, ground: Ground, program: Program): Built | undefined {
  const storage = storageOf(machine);
  const cells = (width: number): bigint => BigInt(Math.ceil(width / storage.width));
  const items: Item[] = [], blocks: Item[] = [];
  const width = dataWidth(machine);
  let address = ground.origin, data = ground.data;
  for (const { part, template } of program) {
    const own = template.instruction.encoding.width;
    const place: Place = { next: address + cells(own), data };
    const word = wordOf(machine, template, place);
    if (word === undefined) return undefined;
    items.push({ part, address, word, width: own });
    address = place.next;
    if (template.data === undefined) continue;
    blocks.push({ part: "data", address: data, word: dataOf(machine, template.data, place.next), width });
    data += cells(width);
  }
  const all = [...items, ...blocks];
  const words = all.flatMap((item) => cellsOf(machine, item.word, item.width).map((cell, i): [bigint, bigint] => [item.address + BigInt(i), cell]));
  return { items: all, image: { start: ground.origin, words } };
}

export interface SourceLine {
  readonly part: Item["part"];
  readonly address: bigint;
  /** as the assembler takes it */
  readonly text: string;
}

/** The lines of a program; what its own syntax does not bring back is written as data. */
export function linesOf(machine: Machine, items: readonly Item[]): readonly SourceLine[] {
  return items.flatMap(({ part, address, word, width }): SourceLine[] => {
    const text = part === "data" ? undefined : disassemble(machine, word, width);
    if (text !== undefined && isBroughtBack(machine, address, text, word, width)) return [{ part, address, text }];
    return cellsOf(machine, word, width).map((cell, i) => ({ part, address: address + BigInt(i), text: `.cell ${numberText(machine, cell)}` }));
  });
}

function isBroughtBack(machine: Machine, address: bigint, text: string, word: bigint, width: number): boolean {
  const { image, diagnostics } = assemble(machine, `.org ${numberText(machine, address)}\n${text}\n`, "red pill");
  const cells = cellsOf(machine, word, width);
  return diagnostics.length === 0 && image.words.length === cells.length && image.words.every(([at, value], i) => at === address + BigInt(i) && value === cells[i]);
}

/** A number as the assembler reads it. */
export function numberText(machine: Machine, value: bigint): string {
  return `${machine.radix === "hexadecimal" ? "0x" : ""}${value.toString(RADIX_BASE[machine.radix])}`;
}

/** The whole file; notes stand behind `;`. */
export function sourceOf(machine: Machine, title: string, lines: readonly SourceLine[]): string {
  const text = [`; ${title}`];
  let here: bigint | undefined;
  for (const [i, line] of lines.entries()) {
    if (here !== line.address) text.push(`        .org ${numberText(machine, line.address)}`);
    text.push(`        ${line.text.padEnd(24)}; ${line.part}`);
    // the lines of one item follow one another; a gap before the data shows in the addresses
    const next = lines[i + 1];
    here = next === undefined || next.part === "data" && line.part !== "data" ? undefined : next.address;
  }
  return `${text.join("\n")}\n`;
}
