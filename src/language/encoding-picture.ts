/**
 * The picture of an encoding: its constants and fields from left to right, what is there only under a condition, and which words
 * have which parts.
 */
import { mask } from "../bits/bits.js";
import { frontPlaces, frontWidth } from "../isa/encoded.js";
import type { Cube, Encoding, Field, FrontField } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { DEEPEST_VALUE, sizeOfTerm, tooDeep } from "./depth.js";
import { fieldsOf, MAXIMUM_CONDITION_BITS, refine, tableOf, type Table } from "./encodings.js";
import { bits, expression } from "./expressions.js";
import type { InstructionDeclaration, InstructionSetting } from "./families.js";
import { integer, notFound } from "./integers.js";
import { visible } from "./lexer.js";
import { freshPath, LENGTH_WIDTH, lookup, RIGHTS, type Context, type Local } from "./scope.js";
import type { Expression, Identifier, Span } from "./syntax.js";

const WIDEST_ENCODING = 256;
export const MOST_CUBES = 1_024;

export function fieldLocals(fields: readonly Field[]): Map<string, Local> {
  return new Map(fields.map((f) => [f.name, { kind: "term", term: f.variable, mutable: false }]));
}

export interface Pattern {
  /** the front fields included */
  readonly width: number;
  readonly known: Cube;
  readonly ignored: bigint;
  /** front fields first */
  readonly fields: readonly Field[];
  /** what the picture says of front fields */
  readonly fixed: Term;
  readonly conditional: readonly { readonly bits: bigint; readonly field?: Field; /** the fields to its left */ readonly left: readonly Field[]; readonly when: Expression }[];
  readonly turned: Encoding["turned"];
}

export function readPicture(context: Context, declaration: InstructionDeclaration, { unit, front, isLowestFirst }: InstructionSetting): Pattern | undefined {
  const { report, terms } = context;
  const parts: { readonly name?: Identifier; readonly width: number; readonly value: bigint; readonly when?: Expression }[] = [];
  const given = new Map<FrontField, bigint>();
  let width = 0, failed = false;
  for (const part of declaration.encoding) {
    if (part.kind === "front") {
      const field = front.find((f) => f.name === part.name.text);
      const value = field === undefined ? notFound(context, part.name.span, `no prefix or context is called ${visible(part.name.text)}`, part.name.text, () => front.map((f) => f.name)) : expression(context, freshPath(context, RIGHTS.constant), part.value, field.width);
      if (field === undefined || value?.op !== "constant") failed = true;
      else if (given.has(field)) failed = report.error("P3004", part.span, `${visible(field.name)} is given a value twice`) ?? true;
      else given.set(field, value.value);
      continue;
    }
    if (part.kind === "picture") throw new Error(`bug: the picture ${part.name.text} is still there`);
    const read = readPart(context, part);
    failed ||= read === undefined;
    if (read === undefined) continue;
    parts.push(read);
    width += read.width;
    if (width > WIDEST_ENCODING) return report.error("P3002", declaration.encodingSpan, `this encoding has more than ${WIDEST_ENCODING} bits`, { expected: `at most ${WIDEST_ENCODING}` });
  }
  if (failed) return undefined;
  if (unit !== undefined && width % unit !== 0) {
    return report.error("P3003", declaration.encodingSpan, `this encoding has ${bits(width)}`, { expected: unit === 1 ? "at least 1" : `a multiple of the fetch unit, ${bits(unit)}` });
  }
  const places = frontPlaces({ front });
  const fields: Field[] = front.map((f, i): Field => ({ name: f.name, width: f.width, low: places[i]!.low + width, variable: f.variable }));
  const conditional: Pattern["conditional"][number][] = [];
  const turned: Encoding["turned"][number][] = [];
  let at = width, mask_ = 0n, value = 0n, ignored = 0n;
  front.forEach((f, i) => {
    const own = given.get(f);
    if (own === undefined) return;
    mask_ |= mask(f.width) << BigInt(fields[i]!.low);
    value |= own << BigInt(fields[i]!.low);
  });
  for (const part of parts) {
    at -= part.width;
    const touched = mask(part.width) << BigInt(at);
    if (part.when !== undefined) conditional.push({ bits: touched, left: [...fields], when: part.when });
    if (part.name === undefined) {
      mask_ |= touched;
      value |= part.value << BigInt(at);
    } else if (part.name.text === "_") ignored |= touched;
    else {
      const name = part.name.text;
      if (fields.some((f) => f.name === name)) {
        report.error("P3004", part.name.span, `this encoding has two fields named ${visible(name)}`, { hint: "parts of one operand are two fields, put together in the step: high @ low" });
        continue;
      }
      if (lookup(context, name) !== undefined) report.error("P1003", part.name.span, `${visible(name)} already names something of the machine`, { hint: "name the field otherwise" });
      const field = { name, width: part.width, low: at, variable: terms.variable("field", name, part.width) };
      fields.push(field);
      if (part.when !== undefined) conditional.push({ ...conditional.pop()!, field });
      if (isLowestFirst && unit !== undefined && part.width > unit) {
        if (part.width % unit !== 0 || (width - at) % unit !== 0) report.error("P3003", part.name.span, `${visible(name)} is no whole number of units, or begins inside one`, { hint: "on this machine the units of a field are fetched with the lowest first" });
        else turned.push({ low: at, width: part.width });
      }
    }
  }
  const fixed = terms.and(...[...given].map(([f, v]) => terms.eq(f.variable, terms.constant(v, f.width))));
  return { width: width + frontWidth({ front }), known: { mask: mask_, value }, ignored, fields, fixed, conditional, turned };
}

export interface Tail {
  readonly cubes: readonly Cube[];
  /** absent fields are 0 */
  readonly hypothesis: Term;
  /** in units, where words differ */
  readonly length?: Term;
}

/** Which words have which of the conditional parts. */
export function readConditions(context: Context, declaration: InstructionDeclaration, picture: Pattern, { unit, front }: InstructionSetting): Tail | undefined {
  const { terms, report } = context;
  let cubes: readonly Cube[] = [picture.known];
  const hypotheses: Term[] = [];
  const widths = new Map<Term, number>();
  for (const { source, variable, width } of front) {
    // a prefix has the values that a unit gives it, and 0; as cubes that would be several for each of the others
    if (source.kind !== "prefix" || source.units.length === 2 ** width - 1) continue;
    hypotheses.push(terms.or(terms.eq(variable, terms.zeros(width)), ...source.units.map((u) => terms.eq(variable, terms.constant(u.value, width)))));
  }
  for (const { bits: own, field, left, when } of picture.conditional) {
    const condition = expression(context, freshPath(context, RIGHTS.fields, fieldLocals(left)), when, 1);
    const table = condition === undefined ? undefined : tabulated(context, condition, left, when.span, "this condition");
    if (condition === undefined || table === undefined) return undefined;
    cubes = cubes.flatMap((c) => [...refine(c, table, 1, MOST_CUBES + 1), ...refine(c, table, 0, MOST_CUBES + 1).map((a): Cube => ({ ...a, mask: a.mask | own, value: a.value & ~own, absent: (a.absent ?? 0n) | own }))]);
    if (cubes.length > MOST_CUBES) return report.error("P3015", when.span, `the words fall into more than ${MOST_CUBES.toLocaleString("en")} patterns`, { expected: "fewer" });
    widths.set(condition, (widths.get(condition) ?? 0) + popcount(own));
    if (field !== undefined) hypotheses.push(terms.or(condition, terms.eq(field.variable, terms.zeros(field.width))));
  }
  for (const [, width] of widths) {
    if (unit === undefined || width % unit !== 0) return report.error("P3003", declaration.encodingSpan, `the parts of this encoding that stand under one condition have ${bits(width)}`, { expected: unit === undefined ? "no conditions: the machine has no fetch" : `a multiple of the fetch unit, ${bits(unit)}` });
  }
  const prefixes = front.filter((f) => f.source.kind === "prefix");
  if (unit === undefined || (widths.size === 0 && prefixes.length === 0)) return { cubes, hypothesis: terms.true };
  const all = (picture.width - frontWidth({ front }) - [...widths.values()].reduce((a, b) => a + b, 0)) / unit;
  const units = (n: number): Term => terms.constant(n, LENGTH_WIDTH);
  const parts = [...[...widths].map(([condition, width]) => terms.ite(condition, units(width / unit), units(0))), ...prefixes.map((f) => terms.ite(terms.eq(f.variable, terms.zeros(f.width)), units(0), units(1)))];
  return { cubes, hypothesis: terms.and(...hypotheses), length: parts.reduce((sum, part) => terms.apply("add", [sum, part]), units(all)) };
}

function popcount(bits: bigint): number {
  let count = 0;
  for (let left = bits; left !== 0n; left &= left - 1n) count++;
  return count;
}

function readPart(context: Context, part: Exclude<InstructionDeclaration["encoding"][number], { kind: "front" | "picture" }>): { readonly name?: Identifier; readonly width: number; readonly value: bigint; readonly when?: Expression } | undefined {
  if (part.kind === "field") {
    const width = integer(context, undefined, part.width, "the width of a field", 1n, 128n);
    return width === undefined ? undefined : { name: part.name, width, value: 0n, when: part.when };
  }
  const term = expression(context, freshPath(context, RIGHTS.constant), part.value);
  return term?.op === "constant" ? { width: term.width, value: term.value } : undefined;
}

// ---------------------------------------------------------------- conditions on fields

export function tabulated(context: Context, condition: Term, fields: readonly Field[], span: Span, what: string): Table | undefined {
  const width = fieldsOf(condition, fields).reduce((n, f) => n + f.width, 0);
  if (width > MAXIMUM_CONDITION_BITS) return context.report.error("P3008", span, `${what} looks at ${bits(width)} of fields`, { expected: `at most ${MAXIMUM_CONDITION_BITS}`, hint: "what depends on more bits is tested in the step" });
  if (context.depths.of([condition]) > DEEPEST_VALUE) return tooDeep(context, span, what);
  return context.work.spend(span, Math.ceil((2 ** width * sizeOfTerm(condition)) / 6)) ? tableOf(condition, fields) : undefined;
}
