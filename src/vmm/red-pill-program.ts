/**
 * A red pill as a program in storage: set-up, the instruction, observation, an end; behind them the blocks of data that they refer to.
 *
 * Everything has its fixed place, above the cells that the machine's own traps use, so that templates become the same words again
 * and again. As text it is assembly that `popek run` and `popek vmm run` take.
 */
import { RADIX_BASE } from "../bits/bits.js";
import { fetchedOf } from "../isa/encoded.js";
import { lowering } from "../isa/lower.js";
import { ACCESS, type Machine } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm } from "../isa/term.js";
import { assemble } from "../machine/assembler.js";
import { disassemble } from "../machine/disassembler.js";
import { evaluatorAt, type StartState } from "../machine/start-state.js";
import { cellsOf, storageOf, type Image, type Setting } from "../machine/image.js";
import { dataOf, dataWidth, wordOf, type Place, type Template } from "./red-pill-templates.js";

/** `vector`: what a trap executes, so that traps end somewhere. */
export type Part = "set-up" | "instruction" | "observation" | "end" | "vector";

/** Templates in the order in which they stand in storage; vectors last, in the order of the ground's. */
export type Program = readonly Entry[];
export interface Entry {
  readonly part: Part;
  readonly template: Template;
  /** a vector's cell; the others stand one behind the other */
  readonly at?: bigint;
  /** the cell where the program goes on, where that is not the next one: a trap has led there */
  readonly then?: bigint;
  /** and the cell where it would have gone on */
  readonly behind?: bigint;
}

export interface Item {
  readonly part: Part | "data";
  readonly address: bigint;
  /** as it is fetched */
  readonly word: bigint;
  readonly width: number;
}

export interface Built {
  readonly items: readonly Item[];
  /** the cell where the next instruction would stand */
  readonly behind: bigint;
  readonly image: Image;
}

/** Where programs and their data go. */
export interface Ground {
  readonly origin: bigint;
  readonly data: bigint;
  /** cells that traps execute */
  readonly vectors: readonly bigint[];
  /** all that programs may take */
  readonly addresses: readonly bigint[];
  /** cells that the longest program takes */
  readonly room: bigint;
  /** cells where the program goes on after a trap, where the trap itself says so and not what it finds in storage */
  readonly handlers: readonly bigint[];
  /** addresses that one cell has: 4 where storage is counted by words and addressed by bytes */
  readonly unit: bigint;
  /** what the machine begins with beside the program */
  readonly begins: readonly Setting[];
}

/** Instructions that the longest program has, and blocks of data. */
const MOST_PARTS = 5;

/** The first power of two above the cells that traps name, or 0 where storage is too small for that. */
export function groundOf(machine: Machine, size: number, start: StartState, begins: readonly Setting[]): Ground {
  const storage = storageOf(machine);
  const widest = Math.max(...machine.instructions.map((i) => i.encoding.width), machine.fetch?.unit ?? 1);
  const room = Math.ceil(widest / storage.width) * MOST_PARTS, blocks = Math.ceil(dataWidth(machine) / storage.width) * MOST_PARTS;
  const steps = [...machine.traps, ...machine.interrupts].map((t) => t.delivery);
  const named = reachable(steps.flatMap((s) => [...s.next.values(), ...(s.execute === undefined ? [] : [s.execute.word])]))
    .flatMap((t) => (t.op === "constant" && t.width === storage.indexWidth && t.value < HIGHEST_VECTOR ? [Number(t.value)] : []));
  const above = 2 ** Math.ceil(Math.log2(Math.max(storage.width < storage.indexWidth ? FIRST_NARROW : FIRST, ...named) + 1));
  const origin = above + room + blocks + ALIGNMENT <= size ? above : 0;
  const behind = origin + room;
  const unit = unitOf(machine, BigInt(origin), start);
  const data = behind + ALIGNMENT + blocks <= size ? Math.ceil(behind / ALIGNMENT) * ALIGNMENT : behind;
  return { origin: BigInt(origin), data: BigInt(data), vectors: origin === 0 ? [] : vectorsOf(machine), addresses: Array.from({ length: data + blocks - origin }, (_, i) => BigInt(origin + i)), room: BigInt(room), handlers: handlersOf(machine, unit), unit, begins };
}

function handlersOf(machine: Machine, unit: bigint): readonly bigint[] {
  const counter = machine.components.find((c) => c.kind === "register" && c.role === "program-counter")?.name ?? "";
  const added = (term: AnyTerm): readonly bigint[] => {
    switch (term.op) {
      case "constant": return [term.value];
      case "add":
      case "ite": return term.args.flatMap(added);
      default: return [];
    }
  };
  const addresses = machine.traps.flatMap(({ delivery: { next } }) => added(next.get(counter) ?? machine.terms.constant(0n, 1)));
  return [...new Set(addresses)].filter((a) => a > 0n && a < HIGHEST_VECTOR && a % unit === 0n).map((a) => a / unit);
}

/** By what an address is multiplied so that it means the cell of that number, in the state that programs start in; 1 where nothing says so. */
function unitOf(machine: Machine, cell: bigint, start: StartState): bigint {
  const window = machine.windows.find((w) => w.over === storageOf(machine).name);
  if (window === undefined) return 1n;
  const evaluator = evaluatorAt(start);
  const cellAt = (address: bigint): bigint => {
    const by = new Map<number, AnyTerm>([[window.access.id, machine.terms.constant(ACCESS.execute, window.access.width)], [window.address.id, machine.terms.constant(BigInt.asUintN(window.addressWidth, address), window.addressWidth)]]);
    return evaluator.value(lowering(machine).term(substitution(machine.terms, by).term(window.cell)));
  };
  return UNITS.find((unit) => cellAt(cell * unit) === cell) ?? 1n;
}
const UNITS = [1n, 2n, 4n, 8n] as const;

/** The cells whose words traps go on with, where those cells are always the same. */
function vectorsOf(machine: Machine): readonly bigint[] {
  const executed = machine.traps.flatMap(({ delivery: { execute } }) => (execute === undefined ? [] : [execute.word]));
  const cells = executed.flatMap((word) => (word.op === "select" && word.index.op === "constant" && word.array.indexWidth === storageOf(machine).indexWidth ? [word.index.value] : []));
  return [...new Set(cells)];
}

/** Cells that traps name count below this. */
const HIGHEST_VECTOR = 1024n;
/** Registers that answer to addresses are few; where cells are too narrow for an address, what the hardware keeps for itself takes more of them. */
const FIRST = 15;
const FIRST_NARROW = 511;
const ALIGNMENT = 8;

/** A program of these cells. */
export function imageOn({ origin, unit, begins }: Ground, words: Image["words"]): Image {
  return { start: origin * unit, words, ...(begins.length === 0 ? {} : { settings: begins }) };
}

/** Undefined where an operand does not fit at its place, or the program would come to lie on itself. */
export function build(machine: Machine, ground: Ground, program: Program): Built | undefined {
  const storage = storageOf(machine);
  const cells = (width: number): bigint => BigInt(Math.ceil(width / storage.width));
  const items: Item[] = [], blocks: Item[] = [];
  const width = dataWidth(machine);
  let address = ground.origin, data = ground.data;
  for (const { part, template, at, then } of program) {
    const found = placedAt(machine, template, at ?? address, data, ground.unit);
    if (found === undefined) return undefined;
    items.push({ part, address: at ?? address, word: found.bits, width: found.width });
    if (at === undefined) address = then ?? found.next;
    if (template.data === undefined) continue;
    blocks.push({ part: "data", address: data, word: dataOf(machine, template.data, found.place.next), width });
    data += cells(width);
  }
  if (new Set(items.map((i) => i.address)).size < items.length) return undefined;
  const all = [...items, ...blocks].sort((a, b) => Number(a.address - b.address));
  const words = all.flatMap((item) => cellsOf(machine, item.word, item.width).map((cell, i): [bigint, bigint] => [item.address + BigInt(i), cell]));
  return { items: all, behind: address, image: imageOn(ground, words) };
}

/** What stands in storage for a template at an address. How long it is may depend on its operands, but not on where the next instruction stands. */
function placedAt(machine: Machine, template: Template, address: bigint, data: bigint, unit: bigint): { readonly bits: bigint; readonly width: number; readonly place: Place; /** the next cell */ readonly next: bigint } | undefined {
  const { encoding } = template.instruction;
  const { width: cell } = storageOf(machine);
  const fetched = (place: Place): ReturnType<typeof fetchedOf> | undefined => {
    const word = wordOf(machine, template, place);
    return word === undefined ? undefined : fetchedOf(machine, encoding, word);
  };
  const first = fetched({ next: address * unit, data: data * unit });
  if (first === undefined) return undefined;
  const next = address + BigInt(Math.ceil(first.width / cell));
  const place: Place = { next: next * unit, data: data * unit };
  const found = fetched(place);
  return found?.width === first.width ? { ...found, place, next } : undefined;
}

export interface SourceLine {
  readonly part: Item["part"];
  readonly address: bigint;
  /** as the assembler takes it */
  readonly text: string;
  /** where that is cells: the instruction */
  readonly means?: string;
}

/** The lines of a program; what its own syntax does not bring back is written as cells. */
export function linesOf(machine: Machine, items: readonly Item[]): readonly SourceLine[] {
  return items.flatMap(({ part, address, word, width }): SourceLine[] => {
    const text = part === "data" ? undefined : disassemble(machine, word, width);
    if (text !== undefined && isBroughtBack(machine, address, text, word, width)) return [{ part, address, text }];
    const cells = cellsOf(machine, word, width).map((cell) => numberText(machine, cell));
    if (text !== undefined) return [{ part, address, text: `.cell ${cells.join(",")}`, means: text }];
    return cells.map((cell, i) => ({ part, address: address + BigInt(i), text: `.cell ${cell}` }));
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
export function sourceOf(machine: Machine, title: string, { start, settings }: Image, lines: readonly SourceLine[]): string {
  const text = lines.map((line) => `        .org ${numberText(machine, line.address)}\n        ${line.text.padEnd(24)}; ${line.part}${line.means === undefined ? "" : `: ${line.means}`}`);
  return `; ${title}\n        .entry ${numberText(machine, start)}\n${settingsText(machine, settings)}${text.join("\n")}\n`;
}

/** What else a machine begins with, as lines of assembly. */
export function settingsText(machine: Machine, settings: readonly Setting[] = []): string {
  return settings.map(({ component, index, value }) => `        .set ${component}${index === undefined ? "" : `[${numberText(machine, index)}]`} ${numberText(machine, value)}\n`).join("");
}
