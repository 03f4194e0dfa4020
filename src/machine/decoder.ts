/**
 * From words to instructions: tables made from the encodings' cubes.
 *
 * The bits that most masks look at come first, as one table; what shares a table's entry is told apart by further
 * tables. Longer encodings are met unit by unit, as the fetch rule brings them: a longer one is waited for only as long
 * as the units so far are the beginning of one. Words here are as they are fetched, behind the machine's front fields; what is found
 * comes with the whole word of its encoding.
 */
import { mask } from "../bits/bits.js";
import { formsOf, frontPlaces, frontWidth, type Form } from "../isa/encoded.js";
import type { Cube, Instruction, Machine } from "../isa/machine.js";

interface Entry { readonly cube: Cube; readonly instruction: Instruction; readonly whole: Form["whole"] }

export type DecodeNode =
  | { readonly kind: "instruction"; readonly instruction: Instruction; readonly whole: Form["whole"] }
  | { readonly kind: "none" }
  | { readonly kind: "table"; readonly low: number; readonly bits: number; readonly entries: readonly DecodeNode[] };

export type Decoded =
  /** `word`: the whole word of its encoding */
  | { readonly kind: "instruction"; readonly instruction: Instruction; readonly word: bigint }
  /** more units are needed */
  | { readonly kind: "prefix" }
  | { readonly kind: "none" };

/** What a unit before an encoding says: bits of a field of the front. */
export interface Prefix {
  readonly name: string;
  readonly value: bigint;
  readonly field: bigint;
}

/**
 * Units one by one, as they are fetched, until they are an instruction or can be none.
 *
 * Of each prefix one unit may stand before an encoding, in any order.
 */
export class UnitReader {
  /** of the instruction so far, prefixes included */
  units = 0;
  private word: bigint;
  private width: number;
  private seen = 0n;
  private isBegun = false;

  /** @param contexts the values of the machine's contexts, in their bits of the front; prefixes are 0 */
  constructor(private readonly decoder: Decoder, private readonly unit: number, contexts: bigint) {
    this.word = contexts;
    this.width = decoder.front;
  }

  next(unit: bigint): Decoded | { readonly kind: "repeated"; readonly prefix: string } {
    this.units++;
    const prefix = this.isBegun ? undefined : this.decoder.prefix(unit);
    if (prefix !== undefined) {
      if ((this.seen & prefix.field) !== 0n) return { kind: "repeated", prefix: prefix.name };
      this.seen |= prefix.field;
      this.word |= prefix.value;
      return { kind: "prefix" };
    }
    this.isBegun = true;
    this.word = (this.word << BigInt(this.unit)) | unit;
    this.width += this.unit;
    return this.decoder.decode(this.word, this.width);
  }
}

const decoders = new WeakMap<Machine, Decoder>();

/** A machine's decoding tables, made once for all who read its words. */
export function decoderOf(machine: Machine): Decoder {
  let decoder = decoders.get(machine);
  if (decoder === undefined) {
    decoder = new Decoder(machine);
    decoders.set(machine, decoder);
  }
  return decoder;
}

const NONE: DecodeNode = { kind: "none" };
const TABLE_BITS = 10;

export class Decoder {
  private readonly roots = new Map<number, DecodeNode>();
  private readonly longer: (Entry & { readonly width: number })[] = [];
  private readonly beginnings = new Map<number, DecodeNode>();
  /** of the words that are fetched, front fields included */
  readonly widths: readonly number[];
  /** bits of the front fields */
  readonly front: number;
  private readonly prefixes: ReadonlyMap<bigint, Prefix>;

  constructor(machine: Machine) {
    this.front = frontWidth(machine);
    const places = frontPlaces(machine);
    this.prefixes = new Map(machine.front.flatMap(({ name, source }, i) => (source.kind === "context" ? [] : source.units.map(({ unit, value }) => [unit, { name, value: value << BigInt(places[i]!.low), field: mask(places[i]!.width) << BigInt(places[i]!.low) }] as const))));
    const forms = machine.instructions.flatMap((instruction) => formsOf(instruction.encoding, machine.fetch?.unit ?? instruction.encoding.width).map((form) => ({ ...form, instruction })));
    this.widths = [...new Set(forms.map((f) => f.width))].sort((a, b) => a - b);
    for (const width of this.widths) {
      const entries = forms
        .filter((f) => f.width === width)
        .map(({ instruction, cube, whole }): Entry => ({ cube, instruction, whole }))
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
   * The instruction that a word of `width` bits begins with: the machine's front fields, then units. The shortest encoding that
   * matches is taken.
   */
  decode(word: bigint, width: number): Decoded {
    for (const own of this.widths) {
      if (own > width) break;
      const fetched = word >> BigInt(width - own);
      const found = lookup(this.root(own), fetched);
      if (found !== undefined) return { kind: "instruction", instruction: found.instruction, word: found.whole(fetched) };
    }
    return { kind: width < (this.widths.at(-1) ?? 0) && lookup(this.beginningsOf(width), word) !== undefined ? "prefix" : "none" };
  }

  /** What a unit before an encoding says, if it is a prefix. */
  prefix(unit: bigint): Prefix | undefined {
    return this.prefixes.get(unit);
  }

  /** Tables for the first `width` bits of encodings that are longer; which one it is does not matter. */
  private beginningsOf(width: number): DecodeNode {
    let root = this.beginnings.get(width);
    if (root === undefined) {
      const entries = this.longer.filter((l) => l.width > width)
        .map(({ width: own, cube, instruction, whole }): Entry => ({ instruction, whole, cube: { mask: cube.mask >> BigInt(own - width), value: cube.value >> BigInt(own - width) } }));
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

function lookup(root: DecodeNode, word: bigint): Extract<DecodeNode, { kind: "instruction" }> | undefined {
  let node = root;
  while (node.kind === "table") node = node.entries[Number((word >> BigInt(node.low)) & BigInt(2 ** node.bits - 1))]!;
  return node.kind === "instruction" ? node : undefined;
}

/** `known`: the bits that tables above have looked at. Entries by falling priority. */
function tableOf(entries: readonly Entry[], known: bigint, width: number): DecodeNode {
  const first = entries[0];
  if (first === undefined) return NONE;
  if ((first.cube.mask & ~known) === 0n) return { kind: "instruction", instruction: first.instruction, whole: first.whole };
  const { low, bits } = nextBits(entries, known, width);
  const shift = BigInt(low), own = BigInt(2 ** bits - 1);
  const groups: number[][] = Array.from({ length: 2 ** bits }, () => []);
  for (const [n, entry] of entries.entries()) {
    const mask = (entry.cube.mask >> shift) & own, value = (entry.cube.value >> shift) & mask;
    // every way to fill the bits that this cube leaves open
    const open = own & ~mask;
    for (let fill = open; ; fill = (fill - 1n) & open) {
      groups[Number(value | fill)]!.push(n);
      if (fill === 0n) break;
    }
  }
  const looked = known | (own << shift);
  // many values have the same encodings behind them
  const made = new Map<string, DecodeNode>();
  const nodeOf = (group: readonly number[]): DecodeNode => {
    const key = group.join();
    let node = made.get(key);
    if (node === undefined) {
      node = tableOf(group.map((n) => entries[n]!), looked, width);
      made.set(key, node);
    }
    return node;
  };
  return { kind: "table", low, bits, entries: groups.map(nodeOf) };
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
