/**
 * The words that a red pill is looked for among: every instruction with small operands.
 *
 * An operand is a small number, or the address of the next instruction, or that of a block of data that the program brings along; so
 * what is tried is a template, which becomes a word only at its place. A block of data is such a word too: an address below and a
 * pattern of bits above, which is what status words, descriptors and pointers look like.
 */
import { mask } from "../bits/bits.js";
import { canBeFetched, decodedFrom } from "../isa/encoded.js";
import type { Field, Instruction, Machine, Step } from "../isa/machine.js";
import { reachable, type AnyTerm, type ArrayTerm, type ConstantTerm } from "../isa/term.js";
import { decoderOf } from "../machine/decoder.js";
import { storageOf } from "../machine/image.js";

type Operand = bigint | "next" | "data";

export interface Template {
  readonly instruction: Instruction;
  /** in the order of the encoding's fields */
  readonly operands: readonly Operand[];
  /** the block of data that it refers to */
  readonly data?: Pattern;
}

/** Of a block of data: the bits above an address, and whether the address is that of the next instruction, or 0. */
export interface Pattern {
  readonly above: bigint;
  readonly isNext: boolean;
}

export interface Place {
  readonly next: bigint;
  readonly data: bigint;
}

/**
 * Templates of one instruction, those with small operands first, at most so many.
 *
 * @param least no program stands below: an operand that does not hold these addresses holds none
 */
export function templatesOf(machine: Machine, instruction: Instruction, patterns: readonly Pattern[], most: number, least: Place, further: (field: Field) => readonly bigint[] = () => []): readonly Template[] {
  const { fields } = instruction.encoding;
  const choices = fields.map((f) => [...new Set([...operandsOf(machine, instruction, f), ...further(f)])]);
  const templates: Template[] = [];
  let looked = 0, withData = 0;
  for (const operands of combinationsOf(choices)) {
    if (++looked > MOST_COMBINATIONS) break;
    const template = { instruction, operands };
    if (wordOf(machine, template, least) === undefined) continue;
    // blocks of data are many for each such word: they leave half of the room to the others
    const own = operands.includes("data") ? patterns.slice(0, Math.max(0, Math.ceil(most / 2) - withData)).map((data) => ({ ...template, data })) : [template];
    if (operands.includes("data")) withData += own.length;
    templates.push(...own);
    if (templates.length >= most) break;
  }
  return templates.slice(0, most);
}

const MOST_COMBINATIONS = 4000;

/** One choice for each field: those with early choices first, and among these those that choose late in the last fields; made as they are asked for. */
function* combinationsOf(choices: readonly (readonly Operand[])[]): Iterable<readonly Operand[]> {
  // the largest sum of places that the first fields can have
  const largest = choices.reduce<number[]>((sums, own) => [...sums, sums.at(-1)! + own.length - 1], [0]);
  function* first(fields: number, sum: number): Iterable<readonly Operand[]> {
    if (fields === 0) return yield [];
    const own = choices[fields - 1]!;
    for (let before = Math.max(0, sum - own.length + 1); before <= Math.min(sum, largest[fields - 1]!); before++) {
      for (const operands of first(fields - 1, before)) yield [...operands, own[sum - before]!];
    }
  }
  if (choices.some((own) => own.length === 0)) return;
  for (let sum = 0; sum <= largest.at(-1)!; sum++) yield* first(choices.length, sum);
}

/** How a jump back, or to itself, is written relative to what comes next, for one who looks for it. */
export function smallNegatives({ width }: Field): readonly bigint[] {
  return width < NARROWEST_OFFSET ? [] : [1n, 2n, 3n].map((n) => BigInt.asUintN(width, -n));
}
const NARROWEST_OFFSET = 8;

function operandsOf(machine: Machine, instruction: Instruction, field: Field): readonly Operand[] {
  const { encoding } = instruction, { low, width } = field;
  if (isIdlePrefix(machine, instruction, field)) return [0n];
  const ones = mask(width);
  const own = [...new Set(encoding.cubes.map((c) => (c.value >> BigInt(low)) & ones))];
  const isFixed = encoding.cubes.every((c) => ((c.mask >> BigInt(low)) & ones) === ones);
  if (isFixed) return own.slice(0, MOST_VALUES);
  const small = Array.from({ length: width <= 2 ? 2 ** width : 3 }, (_, i) => BigInt(i));
  return [...new Set<Operand>([...small, ...tellingNumbers(machine, width), ...(width <= 2 ? [] : ["next", "data"] as const), ...own.slice(0, MOST_VALUES)])];
}

/** Of a prefix that the instruction does not heed there is nothing to be tried. */
function isIdlePrefix(machine: Machine, { step }: Instruction, { variable }: Field): boolean {
  if (!machine.front.some((f) => f.variable === variable && f.source.kind === "prefix")) return false;
  let heeded = HEEDED.get(step);
  if (heeded === undefined) {
    heeded = new Set(reachable([...step.next.values(), ...step.exits.flatMap((e) => [e.guard, ...e.args, ...(e.leaving?.values() ?? [])])]).map((t) => t.id));
    HEEDED.set(step, heeded);
  }
  return !heeded.has(variable.id);
}
/** Terms of a step, by their identity. */
const HEEDED = new WeakMap<Step, ReadonlySet<number>>();

/** Numbers of the machine's own: registers that its traps leave something in, the most usual first, and modes where they have more than two bits. */
function tellingNumbers(machine: Machine, width: number): readonly bigint[] {
  let known = TELLING.get(machine);
  if (known === undefined) {
    const general = new Set(machine.components.filter((c) => c.kind === "array" && c.role === "general").map((c) => c.name));
    const delivered = reachable(machine.traps.flatMap((t) => [...t.delivery.next].flatMap(([name, value]) => (general.has(name) ? [value] : []))));
    const registers = delivered.flatMap((t) => (t.op === "store" && t.index.op === "constant" && general.has(arrayUnder(t)) ? [t.index] : []));
    const modes = new Set(machine.components.filter((c) => c.kind === "register" && c.role === "mode").map((c) => c.name));
    const compared = reachable(machine.modes.map((m) => m.predicate)).concat(reachable(machine.invariants.map((i) => i.predicate)));
    const numbers = compared.flatMap((t) => (t.op === "eq" ? [t.args] : [])).flatMap(([a, b]) => (isMode(a!, modes) && b!.op === "constant" ? [b!] : isMode(b!, modes) && a!.op === "constant" ? [a!] : []));
    known = { registers: [...distinct(registers)].sort((a, b) => times(registers, b) - times(registers, a)), modes: distinct(numbers.filter((n) => n.width > 2)) };
    TELLING.set(machine, known);
  }
  return [...known.registers.filter((r) => r.width === width), ...known.modes.filter((m) => m.width === width || (m.width < width && width <= 2 * m.width))].map((n) => n.value);
}
const TELLING = new WeakMap<Machine, { readonly registers: readonly ConstantTerm[]; readonly modes: readonly ConstantTerm[] }>();

const isMode = (term: AnyTerm, modes: ReadonlySet<string>): boolean => term.op === "variable" && modes.has(term.name);
const distinct = (terms: readonly ConstantTerm[]): readonly ConstantTerm[] => [...new Map(terms.map((t) => [t.id, t])).values()];
const times = (terms: readonly ConstantTerm[], term: ConstantTerm): number => terms.filter((t) => t === term).length;
function arrayUnder(array: ArrayTerm): string {
  switch (array.op) {
    case "array": return array.name;
    case "store": return arrayUnder(array.array);
    case "array-ite": return arrayUnder(array.then);
    case "loop-array": return "";
  }
}

const MOST_VALUES = 4;

/** The word at its place; undefined where an operand does not fit, or the word is another instruction's. */
export function wordOf(machine: Machine, { instruction, operands }: Template, place: Place): bigint | undefined {
  const { encoding } = instruction;
  let fieldBits = 0n, values = 0n;
  for (const [i, { low, width }] of encoding.fields.entries()) {
    const operand = operands[i]!;
    const value = operand === "next" ? place.next : operand === "data" ? place.data : operand;
    if (value > mask(width)) return undefined;
    fieldBits |= mask(width) << BigInt(low);
    values |= value << BigInt(low);
  }
  const word = (encoding.cubes[0]!.value & ~fieldBits & ~encoding.ignored) | values;
  if (!canBeFetched(machine, encoding, word)) return undefined;
  const { bits, width } = decodedFrom(machine, encoding, word);
  const decoded = decoderOf(machine).decode(bits, width);
  return decoded.kind === "instruction" && decoded.instruction === instruction && decoded.word === word ? word : undefined;
}

/** How wide a block of data is: a cell, or as many as hold an address and as many bits again. */
export function dataWidth(machine: Machine): number {
  const { width, indexWidth } = storageOf(machine);
  return width >= indexWidth ? width : width * 2 ** Math.ceil(Math.log2((2 * indexWidth) / width));
}

export function dataOf(machine: Machine, { above, isNext }: Pattern, next: bigint): bigint {
  return above | (isNext ? next & mask(Math.min(dataWidth(machine), storageOf(machine).indexWidth)) : 0n);
}

/** Nothing, everything, and each single bit, above the address of what comes next; or by itself. */
export function patternsOf(machine: Machine): readonly Pattern[] {
  const width = dataWidth(machine), low = Math.min(width, storageOf(machine).indexWidth);
  const all = mask(width) & ~mask(low);
  const single = Array.from({ length: width }, (_, i) => 1n << BigInt(width - 1 - i));
  const next = [0n, all, ...single.filter((bit) => bit > mask(low))].map((above) => ({ above, isNext: true }));
  return [...next, ...[mask(width), ...single].map((above) => ({ above, isNext: false }))];
}
