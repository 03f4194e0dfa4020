/**
 * One instruction's syntax, read in both directions: a word's fields to text, and a line of text to field values.
 *
 * Text is matched as it is written, except that letters may have either case, a space in the syntax stands for any
 * white space, and white space may stand around punctuation. A number that follows a letter of the syntax (`r{d}`)
 * stands directly behind it. A field with names is matched by its names; parts that are printed for nonzero fields only
 * may be left out.
 */
import { formatBits, toSigned, type Radix } from "../bits/bits.js";
import { cubeOf, fieldValue } from "../isa/encoded.js";
import type { Field, Instruction, Syntax, SyntaxPart } from "../isa/machine.js";
import { parseExpression, parseTerm, skipSpace, type Expression } from "./assembly-expression.js";

export interface Operand {
  readonly field: Field;
  readonly value: Expression;
  /** where it stands in the line */
  readonly at: number;
  readonly end: number;
}

export type Matched =
  | { readonly kind: "match"; readonly operands: readonly Operand[] }
  | { readonly kind: "failure"; readonly at: number; readonly expected: string };

// ---------------------------------------------------------------- fields to text

/** The assembly of a word that the instruction claims. */
export function print(instruction: Instruction, word: bigint, radix: Radix): string {
  const { fields } = instruction.encoding;
  const { parts } = instruction.syntax.find((s) => s.cubes === undefined || cubeOf(s.cubes, word) !== undefined) ?? instruction.syntax[0]!;
  return parts.map((part): string => {
    if (part.kind === "text") return part.text;
    const field = fieldNamed(fields, part.field);
    const value = fieldValue(word, field);
    if (part.kind === "field") return field.names?.[Number(value)] ?? (part.signed ? number(toSigned(value, field.width), radix) : number(value, radix));
    return value === 0n ? "" : part.before + (part.shows ? number(value, radix) : "") + part.after;
  }).join("");
}

/** In the machine's radix; hexadecimal numbers of more than one decimal digit get their prefix, to be told from symbols. */
function number(value: bigint, radix: Radix): string {
  if (value < 0n) return `-${number(-value, radix)}`;
  return radix === "hexadecimal" && value > 9n ? `0x${value.toString(16)}` : formatBits(value, 1, radix);
}

function fieldNamed(fields: readonly Field[], name: string): Field {
  const field = fields.find((f) => f.name === name);
  if (field === undefined) throw new Error(`bug: no field ${name}`);
  return field;
}

// ---------------------------------------------------------------- text to fields

/** Matches the whole line from `at` on with one of the instruction's syntaxes. */
export function match(instruction: Instruction, { parts }: Syntax, line: string, at: number, radix: Radix): Matched {
  const matcher = new Matcher(instruction, parts, line, radix);
  const operands = matcher.parts(0, at, []);
  return operands === undefined ? { kind: "failure", ...matcher.farthest } : { kind: "match", operands };
}

const isWord = (letter: string | undefined): boolean => letter !== undefined && /[\w$%]/.test(letter);
const isSpace = (letter: string | undefined): boolean => letter === " " || letter === "\t";

class Matcher {
  farthest = { at: 0, expected: "nothing more" };

  constructor(private readonly instruction: Instruction, private readonly syntax: readonly SyntaxPart[], private readonly line: string, private readonly radix: Radix) {}

  /** The operands of the rest of the line, for the parts from number `part` on; tries what may stand there in turn. */
  parts(part: number, at: number, found: readonly Operand[]): readonly Operand[] | undefined {
    const next = this.syntax[part];
    if (next === undefined) {
      const end = skipSpace(this.line, at);
      return end === this.line.length ? found : this.fail(end, "the end of the line");
    }
    if (next.kind === "text") {
      const end = this.text(next.text, at);
      return end === undefined ? undefined : this.parts(part + 1, end, found);
    }
    const field = fieldNamed(this.instruction.encoding.fields, next.field);
    if (next.kind === "field") return field.names === undefined ? this.value(part, field, at, found) : this.name(part, field, field.names, at, found);
    return this.optional(part, next, field, at, found) ?? this.parts(part + 1, at, [...found, constant(field, 0n, at, at)]);
  }

  private optional(part: number, next: Extract<SyntaxPart, { kind: "optional" }>, field: Field, at: number, found: readonly Operand[]): readonly Operand[] | undefined {
    const before = this.text(next.before, at);
    if (before === undefined) return undefined;
    if (!next.shows) return this.parts(part + 1, before, [...found, constant(field, 1n, at, before)]);
    const value = this.expression(before, next.before.at(-1));
    if (value === undefined) return undefined;
    const end = this.text(next.after, value.end);
    return end === undefined ? undefined : this.parts(part + 1, end, [...found, { field, ...value }]);
  }

  private value(part: number, field: Field, at: number, found: readonly Operand[]): readonly Operand[] | undefined {
    const before = this.syntax[part - 1];
    const value = this.expression(at, before?.kind === "text" ? before.text.at(-1) : undefined);
    return value === undefined ? undefined : this.parts(part + 1, value.end, [...found, { field, ...value }]);
  }

  /** Longer names first: `17` is not `1` with something behind it. */
  private name(part: number, field: Field, names: readonly string[], at: number, found: readonly Operand[]): readonly Operand[] | undefined {
    const candidates = names.map((text, value) => ({ text, value })).sort((a, b) => b.text.length - a.text.length);
    for (const { text, value } of candidates) {
      const end = this.text(text, at);
      if (end === undefined) continue;
      const rest = this.parts(part + 1, end, [...found, constant(field, BigInt(value), at, end)]);
      if (rest !== undefined) return rest;
    }
    return undefined;
  }

  private expression(at: number, before: string | undefined): { readonly value: Expression; readonly at: number; readonly end: number } | undefined {
    const isJoined = isWord(before);
    if (isJoined && !/[\d(]/.test(this.line[at] ?? "")) return this.fail(at, "a number");
    const parsed = isJoined ? parseTerm(this.line, at, this.radix) : parseExpression(this.line, at, this.radix);
    if (parsed.kind === "failure") return this.fail(parsed.at, parsed.expected);
    return { value: parsed.expression, at: skipSpace(this.line, at), end: parsed.end };
  }

  /** The end of a text of the syntax, if it stands here. */
  private text(text: string, from: number): number | undefined {
    let at = from;
    for (const [i, letter] of [...text].entries()) {
      if (isSpace(letter)) {
        at = skipSpace(this.line, at);
        continue;
      }
      if (!isWord(letter)) at = skipSpace(this.line, at);
      else if (i > 0 && !isWord(text[i - 1]) && !isSpace(text[i - 1])) at = skipSpace(this.line, at);
      if (this.line[at]?.toUpperCase() !== letter.toUpperCase()) return this.fail(at, `\`${text.trim()}\``);
      at++;
    }
    return at;
  }

  private fail(at: number, expected: string): undefined {
    if (at >= this.farthest.at) this.farthest = { at, expected };
    return undefined;
  }
}

function constant(field: Field, value: bigint, at: number, end: number): Operand {
  return { field, value: { kind: "number", value }, at, end };
}
