/**
 * From words to instructions: tables made from the encodings' cubes.
 *
 * The bits that most masks look at come first, as one table; what shares a table's entry is told apart by further
 * tables. Longer encodings are met unit by unit, as the fetch rule brings them: a longer one is waited for only as long
 * as the units so far are the beginning of one.
 */
import type { Cube, Instruction, Machine } from "../isa/machine.js";

interface Entry { readonly cube: Cube; readonly instruction: Instruction }

export type DecodeNode =
  | { readonly kind: "instruction"; readonly instruction: Instruction }
  | { readonly kind: "none" }
  | { readonly kind: "table"; readonly low: number; readonly bits: number; readonly entries: readonly DecodeNode[] };

export type Decoded =
  | { readonly kind: "instruction"; readonly instruction: Instruction }
  /** more units are needed */
  | { readonly kind: "prefix" }
  | { readonly kind: "none" };

const NONE: DecodeNode = { kind: "none" };
const TABLE_BITS = 10;

export class Decoder {
  private readonly roots = new Map<number, DecodeNode>();
  private readonly longer: (Entry & { readonly width: number })[] = [];
  private readonly beginnings = new Map<number, DecodeNode>();
  readonly widths: readonly number[];

  constructor(machine: Machine) {
    this.widths = [...new Set(machine.instructions.map((i) => i.encoding.width))].sort((a, b) => a - b);
    for (const width of this.widths) {
      const entries = machine.instructions
        .filter((i) => i.encoding.width === width)
        .flatMap((instruction) => instruction.encoding.cubes.map((cube): Entry => ({ cube, instruction })))
        .sort((a, b) => b.instruction.encoding.priority - a.instruction.encoding.priority);
      this.roots.set(width, tableOf(entries, 0n, width));
      for (const entry of entries) this.longer.push({ width, ...entry });
    }
  }

  /** The tables for encodings of a width. */
  root(width: number): DecodeNode {
    return this.roots.get(width) ?? NONE;
  }

  /**
   * The instruction at the front of a word of `width` bits; `isWhole`: whether units may follow it. The shortest
   * encoding that matches is taken.
   */
  decode(word: bigint, width: number): Decoded {
    for (const own of this.widths) {
      if (own > width) break;
      const instruction = lookup(this.root(own), word >> BigInt(width - own));
      if (instruction !== undefined) return { kind: "instruction", instruction };
    }
    return { kind: width < this.widths.at(-1)! && lookup(this.prefixes(width), word) !== undefined ? "prefix" : "none" };
  }

  /** Tables for the first `width` bits of encodings that are longer; which one it is does not matter. */
  private prefixes(width: number): DecodeNode {
    let root = this.beginnings.get(width);
    if (root === undefined) {
      const entries = this.longer.filter((l) => l.width > width)
        .map(({ width: own, cube, instruction }): Entry => ({ instruction, cube: { mask: cube.mask >> BigInt(own - width), value: cube.value >> BigInt(own - width) } }));
      root = tableOf(entries, 0n, width);
      this.beginnings.set(width, root);
    }
    return root;
  }

  /** Whether the first unit alone tells which of the longer encodings a word has. */
  isDecidedBy(first: bigint, unit: number): boolean {
    return this.longer.every(({ width, cube }) => {
      const behind = BigInt(width - unit);
      return width <= unit || ((first ^ (cube.value >> behind)) & (cube.mask >> behind)) !== 0n || BigInt.asUintN(width - unit, cube.mask) === 0n;
    });
  }
}

function lookup(root: DecodeNode, word: bigint): Instruction | undefined {
  let node = root;
  while (node.kind === "table") node = node.entries[Number((word >> BigInt(node.low)) & BigInt(2 ** node.bits - 1))]!;
  return node.kind === "instruction" ? node.instruction : undefined;
}

/** `known`: the bits that tables above have looked at. Entries by falling priority. */
function tableOf(entries: readonly Entry[], known: bigint, width: number): DecodeNode {
  const first = entries[0];
  if (first === undefined) return NONE;
  if ((first.cube.mask & ~known) === 0n) return { kind: "instruction", instruction: first.instruction };
  const { low, bits } = nextBits(entries, known, width);
  const shift = BigInt(low), own = BigInt(2 ** bits - 1);
  const groups: Entry[][] = Array.from({ length: 2 ** bits }, () => []);
  for (const entry of entries) {
    const mask = (entry.cube.mask >> shift) & own, value = (entry.cube.value >> shift) & mask;
    // every way to fill the bits that this cube leaves open
    const open = own & ~mask;
    for (let fill = open; ; fill = (fill - 1n) & open) {
      groups[Number(value | fill)]!.push(entry);
      if (fill === 0n) break;
    }
  }
  const looked = known | (own << shift);
  return { kind: "table", low, bits, entries: groups.map((group) => tableOf(group, looked, width)) };
}

/** The longest run of unknown bits that at least half of the masks look at, ten at most, from the top. */
function nextBits(entries: readonly Entry[], known: bigint, width: number): { readonly low: number; readonly bits: number } {
  const counts = Array.from({ length: width }, (_, bit) => {
    const one = 1n << BigInt(bit);
    return (known & one) !== 0n ? 0 : entries.reduce((n, e) => ((e.cube.mask & one) === 0n ? n : n + 1), 0);
  });
  const enough = Math.max(...counts) / 2;
  let best = { low: 0, bits: 0 };
  for (let bit = width - 1, run = 0; bit >= 0; bit--) {
    run = counts[bit]! > 0 && counts[bit]! >= enough ? run + 1 : 0;
    if (run > best.bits && run <= TABLE_BITS) best = { low: bit, bits: run };
  }
  return best;
}
