/**
 * The assembler of a machine: everything it knows about instructions it takes from their syntax and encodings.
 *
 *   label:  MNEMONIC operands      ; a comment
 *           .org e                 the following goes to address e (of symbols known so far)
 *           .word e, e             words of a fetch unit (of a cell, on machines without fetch)
 *           .cell e, e             single cells of storage
 *           .entry e               where the program begins (else: its first word)
 *           .set register value    what else the machine begins with (`.set array[cell] value`), such as what a reset leaves
 *
 * Two passes: the first finds each line's instruction and size, and so the symbols; the second evaluates operands and
 * encodes. Addresses count cells of storage.
 */
import { mask } from "../bits/bits.js";
import { cubeOf, decodedFrom, fetchedOf } from "../isa/encoded.js";
import type { Instruction, Machine, Syntax } from "../isa/machine.js";
import { nearest } from "../isa/nearest.js";
import { linesOf, type AssemblyDiagnostic, type AssemblySpan } from "./assembly-diagnostic.js";
import { evaluateExpression, parseExpression, skipSpace, SYMBOL, type Expression } from "./assembly-expression.js";
import { match, type Operand } from "./assembly-syntax.js";
import { decoderOf } from "./decoder.js";
import { cellsOf, storageOf, type Image, type Setting } from "./image.js";
import { readSetting } from "./setting.js";

export interface Assembly {
  readonly image: Image;
  readonly symbols: ReadonlyMap<string, bigint>;
  /** the line (1-based) that each address comes from */
  readonly lines: ReadonlyMap<bigint, number>;
  readonly diagnostics: readonly AssemblyDiagnostic[];
}

export function assemble(machine: Machine, text: string, file: string): Assembly {
  return new Assembler(machine, text, file).assemble();
}

interface Line { readonly text: string; readonly start: number; readonly number: number }
interface Candidate { readonly instruction: Instruction; readonly syntax: Syntax; readonly operands: readonly Operand[] }
interface Value { readonly expression: Expression; readonly at: number; readonly end: number }
type Item =
  | { readonly kind: "instruction"; readonly line: Line; readonly at: number; readonly address: bigint; readonly candidates: readonly Candidate[]; readonly width: number }
  | { readonly kind: "data"; readonly line: Line; readonly address: bigint; readonly width: number; readonly values: readonly Value[] };

class Assembler {
  private readonly byMnemonic = new Map<string, Instruction[]>();
  private readonly symbols = new Map<string, bigint>();
  private readonly diagnostics: AssemblyDiagnostic[] = [];
  private readonly items: Item[] = [];
  private readonly cells = new Map<bigint, bigint>();
  private readonly lines = new Map<bigint, number>();
  private readonly settings: Setting[] = [];
  private entry: { readonly line: Line; readonly value: Value; readonly here: bigint } | undefined;
  private here = 0n;

  constructor(private readonly machine: Machine, private readonly text: string, private readonly file: string) {
    for (const instruction of machine.instructions) {
      for (const key of new Set(mnemonicsOf(instruction).map((m) => m.toUpperCase()))) {
        const known = this.byMnemonic.get(key);
        if (known === undefined) this.byMnemonic.set(key, [instruction]);
        else known.push(instruction);
      }
    }
  }

  assemble(): Assembly {
    for (const line of linesOf(this.text)) this.read({ ...line, text: line.text.split(";")[0]!.trimEnd() });
    for (const item of this.items) this.place(item);
    const words = [...this.cells];
    let start = words[0]?.[0] ?? 0n;
    if (this.entry !== undefined) start = this.evaluate(this.entry.line, this.entry.value, this.entry.here) ?? start;
    const sorted = words.sort(([a], [b]) => (a < b ? -1 : 1));
    const diagnostics = this.diagnostics.sort((a, b) => a.span.start - b.span.start);
    return { image: { start, words: sorted, ...(this.settings.length === 0 ? {} : { settings: this.settings }) }, symbols: this.symbols, lines: this.lines, diagnostics };
  }

  // ---------------------------------------------------------------- first pass

  private read(line: Line): void {
    let at = skipSpace(line.text, 0);
    for (;;) {
      SYMBOL.lastIndex = at;
      const label = SYMBOL.exec(line.text)?.[0];
      if (label === undefined || line.text[at + label.length] !== ":") break;
      if (this.symbols.has(label)) this.fail("P8005", line, at, at + label.length, `the symbol ${label} is defined twice`, { hint: `first as address ${this.shown(this.symbols.get(label)!)}` });
      else this.symbols.set(label, this.here);
      at = skipSpace(line.text, at + label.length + 1);
    }
    if (at === line.text.length) return;
    if (line.text[at] === ".") this.directive(line, at);
    else this.instruction(line, at);
  }

  private directive(line: Line, at: number): void {
    const name = /^\.\w*/.exec(line.text.slice(at))![0];
    if (name === ".set") {
      const read = readSetting(this.machine, storageOf(this.machine), line.text, at + name.length);
      if (read.kind === "setting") this.settings.push(read.setting);
      else this.fail("P8006", line, read.at, Math.max(line.text.length, read.at + 1), read.message, { expected: read.expected });
      return;
    }
    const values = this.values(line, at + name.length);
    if (values === undefined) return;
    const only = (): Value | undefined => {
      if (values.length === 1) return values[0];
      return this.fail("P8006", line, at, line.text.length, `${name} with ${values.length} operands`, { expected: "one" });
    };
    const unit = this.machine.fetch?.unit ?? storageOf(this.machine).width;
    switch (name) {
      case ".org": {
        const to = only();
        if (to !== undefined) this.here = this.evaluate(line, to, this.here) ?? this.here;
        return;
      }
      case ".entry": {
        const value = only();
        if (value !== undefined) this.entry = { line, value, here: this.here };
        return;
      }
      case ".word":
      case ".cell":
        if (values.length === 0) this.fail("P8006", line, at, line.text.length, `${name} without operands`, { expected: "values, separated by commas" });
        for (const value of values) this.add({ kind: "data", line, address: this.here, width: name === ".word" ? unit : storageOf(this.machine).width, values: [value] });
        return;
      default: {
        const near = nearest(name, DIRECTIVES);
        this.fail("P8006", line, at, at + name.length, `there is no directive ${name}`, near === undefined ? { expected: DIRECTIVES.join(", ") } : { hint: `did you mean ${near}?` });
      }
    }
  }

  private values(line: Line, from: number): readonly Value[] | undefined {
    const values: Value[] = [];
    let at = skipSpace(line.text, from);
    while (at < line.text.length) {
      const parsed = parseExpression(line.text, at, this.machine.radix);
      if (parsed.kind === "failure") return this.fail("P8007", line, parsed.at, parsed.at + 1, this.found(line, parsed.at), { expected: parsed.expected });
      values.push({ expression: parsed.expression, at, end: parsed.end });
      at = skipSpace(line.text, parsed.end);
      if (at === line.text.length) break;
      if (line.text[at] !== ",") return this.fail("P8006", line, at, at + 1, this.found(line, at), { expected: "a comma, or the end of the line" });
      at = skipSpace(line.text, at + 1);
      if (at === line.text.length) return this.fail("P8007", line, at, at + 1, this.found(line, at), { expected: "a number or a symbol" });
    }
    return values;
  }

  private instruction(line: Line, at: number): void {
    const word = /^\S+/.exec(line.text.slice(at))![0];
    const own = this.byMnemonic.get(word.toUpperCase());
    if (own === undefined) {
      const near = nearest(word, [...this.byMnemonic.values()].map(([i]) => i!.mnemonic));
      this.fail("P8001", line, at, at + word.length, `${this.machine.name} has no instruction ${word}`, near === undefined ? {} : { hint: `did you mean ${near}?` });
      return;
    }
    let farthest = { at: 0, expected: "" };
    const candidates: Candidate[] = [];
    for (const instruction of own) {
      for (const syntax of instruction.syntax) {
        const matched = match(instruction, syntax, line.text, at, this.machine.radix);
        if (matched.kind === "match") candidates.push({ instruction, syntax, operands: matched.operands });
        else if (matched.at >= farthest.at) farthest = matched;
      }
    }
    if (candidates.length > 0) {
      const width = this.widthOf(candidates);
      this.add({ kind: "instruction", line, at, address: this.here, candidates, width });
    }
    else this.fail("P8002", line, farthest.at, farthest.at + 1, this.found(line, farthest.at), { expected: farthest.expected, hint: `the syntax is ${syntaxOf(own[0]!)}` });
  }

  /** The size of the line: of the shortest candidate that takes the values known so far; of the widest if any is still unknown. */
  private widthOf(candidates: readonly Candidate[]): number {
    const isKnown = candidates.every((c) => c.operands.every((o) => typeof evaluateExpression(o.value, this.symbols, this.here) === "bigint"));
    const taken = isKnown ? candidates.flatMap((c) => { const e = this.encode(c, this.here); return e.kind === "word" ? [e.width] : []; }) : [];
    return taken.length > 0 ? Math.min(...taken) : Math.max(...candidates.flatMap(({ instruction, syntax }) => widthsOf(this.machine, instruction, syntax)));
  }

  private add(item: Item): void {
    this.items.push(item);
    const cell = storageOf(this.machine).width;
    this.here += BigInt(Math.ceil(item.width / cell));
  }

  // ---------------------------------------------------------------- second pass

  private place(item: Item): void {
    if (item.kind === "data") {
      for (const value of item.values) {
        const number = this.evaluate(item.line, value, item.address);
        if (number === undefined) continue;
        if (!fits(number, item.width)) this.fail("P8003", item.line, value.at, value.end, `${this.shown(number)} does not fit ${item.width} bits`, {});
        else this.put(item.line, item.address, BigInt.asUintN(item.width, number), item.width);
      }
      return;
    }
    let worst: Exclude<Encoded, { kind: "word" }> | undefined;
    for (const candidate of item.candidates) {
      const encoded = this.encode(candidate, item.address, item.width);
      if (encoded.kind === "word") {
        this.put(item.line, item.address, encoded.word, encoded.width);
        return;
      }
      if (worst === undefined || encoded.kind !== "other") worst = encoded;
    }
    this.explain(item, worst!);
  }

  private explain(item: Extract<Item, { kind: "instruction" }>, encoded: Exclude<Encoded, { kind: "word" }>): void {
    const { line, at } = item;
    switch (encoded.kind) {
      case "symbol":
        return this.unknown(line, encoded.name, encoded.at);
      case "range": {
        const { field, at: from, end } = encoded.operand;
        return this.fail("P8003", line, from, end, `${this.shown(encoded.value)} does not fit ${field.name}`, { expected: `${field.width} bits: ${this.shown(-(1n << BigInt(field.width - 1)))} to ${this.shown((1n << BigInt(field.width)) - 1n)}` });
      }
      case "other":
        return this.fail("P8002", line, at, line.text.length, "no encoding has these operands together", { hint: `the syntax is ${syntaxOf(item.candidates[0]!.instruction)}` });
    }
  }

  /** What is put into storage for a line: the first of the syntax's words that has its operands (and the width, if one is wanted); what neither gives is 0. */
  private encode({ instruction, syntax, operands }: Candidate, address: bigint, wanted?: number): Encoded {
    const { encoding } = instruction;
    let given = 0n, values = 0n;
    for (const operand of operands) {
      const { width, low } = operand.field;
      const value = evaluateExpression(operand.value, this.symbols, address);
      if (typeof value !== "bigint") return { kind: "symbol", name: value.name, at: value.at };
      if (!fits(value, width)) return { kind: "range", operand, value };
      given |= mask(width) << BigInt(low);
      values |= BigInt.asUintN(width, value) << BigInt(low);
    }
    const decoder = decoderOf(this.machine);
    for (const cube of syntax.cubes ?? encoding.cubes) {
      if (((cube.value ^ values) & cube.mask & given) !== 0n) continue;
      const word = cube.value | (values & ~cube.mask);
      if (cubeOf(encoding.cubes, word) === undefined) continue;
      const { bits, width } = fetchedOf(this.machine, encoding, word);
      if (wanted !== undefined && width !== wanted) continue;
      const behind = decodedFrom(this.machine, encoding, word);
      const decoded = decoder.decode(behind.bits, behind.width);
      if (decoded.kind === "instruction" && decoded.instruction === instruction) return { kind: "word", word: bits, width };
    }
    return { kind: "other" };
  }

  private put(line: Line, address: bigint, word: bigint, width: number): void {
    const storage = storageOf(this.machine);
    for (const [i, cell] of cellsOf(this.machine, word, width).entries()) {
      const at = address + BigInt(i);
      const taken = this.lines.get(at);
      if (at >> BigInt(storage.indexWidth) !== 0n) return this.fail("P8009", line, 0, line.text.length, `address ${this.shown(at)} is outside ${storage.name}`, { expected: `at most ${this.shown((1n << BigInt(storage.indexWidth)) - 1n)}` });
      if (taken !== undefined) return this.fail("P8008", line, 0, line.text.length, `address ${this.shown(at)} already holds what line ${taken} places`, { hint: "check the .org lines" });
      this.cells.set(at, cell);
      this.lines.set(at, line.number);
    }
  }

  // ---------------------------------------------------------------- both

  private evaluate(line: Line, value: Value, here: bigint): bigint | undefined {
    const number = evaluateExpression(value.expression, this.symbols, here);
    if (typeof number === "bigint") return number;
    this.unknown(line, number.name, number.at);
    return undefined;
  }

  private unknown(line: Line, name: string, at: number): void {
    const near = nearest(name, this.symbols.keys());
    this.fail("P8004", line, at, at + name.length, `there is no symbol ${name}`, near === undefined ? {} : { hint: `did you mean ${near}?` });
  }

  private found(line: Line, at: number): string {
    const word = /^(?:[\w$%]+|\S)/.exec(line.text.slice(at))?.[0];
    return word === undefined ? "the line ends here" : `\`${word}\` does not fit here`;
  }

  /** A number as the assembler would read it. */
  private shown(value: bigint): string {
    if (value < 0n) return `-${this.shown(-value)}`;
    switch (this.machine.radix) {
      case "hexadecimal": return `0x${value.toString(16)}`;
      case "octal": return value.toString(8);
      case "binary": return value.toString(2);
      case "decimal": return value.toString();
    }
  }

  private fail(code: AssemblyDiagnostic["code"], line: Line, from: number, to: number, message: string, rest: Pick<AssemblyDiagnostic, "expected" | "hint">): undefined {
    const span: AssemblySpan = { file: this.file, start: line.start + from, end: line.start + Math.max(to, from), line: line.number, column: from + 1 };
    this.diagnostics.push({ code, severity: "error", span, message, ...rest });
    return undefined;
  }
}

const DIRECTIVES = [".org", ".word", ".cell", ".entry", ".set"] as const;

type Encoded =
  /** as it is fetched */
  | { readonly kind: "word"; readonly word: bigint; readonly width: number }
  | { readonly kind: "symbol"; readonly name: string; readonly at: number }
  | { readonly kind: "range"; readonly operand: Operand; readonly value: bigint }
  /** the word belongs to another instruction */
  | { readonly kind: "other" };

/** The words that a line of this instruction may begin with: names of fields in its first word stand for every value that occurs. */
function mnemonicsOf(instruction: Instruction): readonly string[] {
  const { mnemonic, syntax, encoding } = instruction;
  const words = syntax.flatMap(({ parts, cubes }) => {
    let beginnings = [""];
    for (const part of parts) {
      if (part.kind === "optional") break;
      const text = part.kind === "text" ? part.text.split(/\s/)[0]! : undefined;
      const names = text !== undefined ? [text] : namesThatOccur(encoding, cubes ?? encoding.cubes, part.kind === "field" ? part.field : "");
      if (names.length * beginnings.length > MOST_MNEMONICS) break;
      if (names.length > 0) beginnings = beginnings.flatMap((b) => names.map((n) => b + n));
      if (names.length === 0 || (part.kind === "text" && part.text !== text)) break;
    }
    return beginnings.filter((word) => word !== "");
  });
  return [mnemonic, ...words];
}

/** More than this one instruction is not looked up by; its mnemonic alone does then. */
const MOST_MNEMONICS = 4_096;

function namesThatOccur({ fields }: Instruction["encoding"], cubes: Instruction["encoding"]["cubes"], name: string): readonly string[] {
  const field = fields.find((f) => f.name === name);
  const low = BigInt(field?.low ?? 0), all = ((1n << BigInt(field?.width ?? 0)) - 1n) << low;
  return (field?.names ?? []).filter((_, value) => cubes.some((c) => ((c.value ^ (BigInt(value) << low)) & c.mask & all) === 0n));
}

/** The widths that words of this syntax have where they are fetched. */
function widthsOf(machine: Machine, { encoding }: Instruction, syntax: Syntax): readonly number[] {
  return (syntax.cubes ?? encoding.cubes).map((cube) => fetchedOf(machine, { ...encoding, cubes: [cube] }, cube.value).width);
}

/** Unsigned, or negative in two's complement. */
function fits(value: bigint, width: number): boolean {
  return value >= -(1n << BigInt(width - 1)) && value < 1n << BigInt(width);
}

/** The syntax as the specification writes it, for hints. */
function syntaxOf(instruction: Instruction): string {
  return instruction.syntax[0]!.parts.map((p) => (p.kind === "text" ? p.text : p.kind === "field" ? `{${p.field}}` : `[${p.before}${p.shows ? `{${p.field}}` : ""}${p.after}]`)).join("");
}
