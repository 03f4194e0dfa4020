/**
 * Families: what an instruction's declaration says before its step: its encoding, fields, names, syntax and splits.
 */
import { mask } from "../bits/bits.js";
import { frontPlaces, frontWidth } from "../isa/encoded.js";
import type { Cube, Encoding, Field, FrontField, Syntax } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { DEEPEST_VALUE, sizeOfTerm } from "./depth.js";
import { fieldsOf, MAXIMUM_CONDITION_BITS, refine, tableOf, type Table } from "./encodings.js";
import { bits, expression } from "./expressions.js";
import { integer, notFound } from "./integers.js";
import { visible } from "./lexer.js";
import { freshPath, LENGTH_WIDTH, lookup, RIGHTS, type Context, type Local } from "./scope.js";
import { withPictures, type Picture } from "./pictures.js";
import { readSyntax } from "./syntax-template.js";
import type { Block, Declaration, Expression, Identifier, Quoted, Span } from "./syntax.js";

export type InstructionDeclaration = Extract<Declaration, { kind: "instruction" }>;

export interface InstructionSetting {
  /** bits of a fetch unit; undefined: instructions come from outside */
  readonly unit: number | undefined;
  readonly isLowestFirst: boolean;
  readonly front: readonly FrontField[];
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly advance: Block | undefined;
  readonly nameTables: ReadonlyMap<string, readonly Quoted[]>;
  /** every encoding is one unit long: `length` is the integer 1 */
  readonly isUniform: boolean;
  /** in which the values of splits are named */
  readonly base: number;
}

export interface Split {
  readonly label: string;
  readonly by: Term;
  /** the field, if it is on one */
  readonly field?: Field;
  /** the expression's values otherwise */
  readonly table?: Table;
}

export interface Family {
  readonly declaration: InstructionDeclaration;
  readonly encoding: Encoding;
  readonly where: Term;
  readonly splits: readonly Split[];
  readonly syntax: readonly Syntax[];
}

const WIDEST_ENCODING = 256;
const MOST_CUBES = 1_024;
const MOST_SPLIT_BITS = 6;
/** All splits of an instruction together. */
const MOST_INSTANCE_BITS = 10;
/** Names of a field are one for each value. */
const WIDEST_NAMED = 16;

export function readFamily(context: Context, declared: InstructionDeclaration, setting: InstructionSetting): Family | undefined {
  const { report, terms } = context;
  context.work.begin(visible(declared.name.text));
  if (!context.work.spend(declared.name.span)) return undefined;
  const declaration = withPictures(context, declared, setting.pictures);
  if (declaration === undefined) return undefined;
  const picture = readPicture(context, declaration, setting);
  if (picture === undefined) return undefined;
  const { width, ignored } = picture;
  const fields = named(context, declaration, picture.fields, setting.nameTables);
  const path = freshPath(context, RIGHTS.fields, fieldLocals(fields));
  const tail = readConditions(context, declaration, picture, setting);
  const where = declaration.where === undefined ? terms.true : expression(context, path, declaration.where, 1);
  const priority = declaration.priority === undefined ? 0 : integer(context, undefined, declaration.priority, "the priority", -1000n, 1000n);
  const splits = readSplits(context, declaration, fields, (e) => expression(context, path, e));
  if (tail === undefined || where === undefined || priority === undefined || splits === undefined) return undefined;
  const table = declaration.where === undefined ? undefined : tabulated(context, where, fields, declaration.where.span, "this where");
  if (declaration.where !== undefined && table === undefined) return undefined;
  const span = declaration.where?.span ?? declaration.encodingSpan;
  const cubes = table === undefined ? tail.cubes : tail.cubes.flatMap((c) => refine(c, table, 1, MOST_CUBES + 1));
  if (cubes.length === 0) return report.error("P3009", span, "no word satisfies this", { hint: "the instruction can't occur: mend the condition, or leave the instruction out" });
  if (cubes.length > MOST_CUBES) return report.error("P3015", span, `the words that satisfy this fall into more than ${MOST_CUBES.toLocaleString("en")} patterns`, { expected: "fewer", hint: "simplify the condition; the rest may be tested in the step" });
  const syntax = readSyntaxes(context, declaration, fields.slice(setting.front.length), fields, cubes);
  if (syntax === undefined) return undefined;
  return {
    declaration, splits, syntax, where: terms.and(where, picture.fixed, tail.hypothesis),
    encoding: { width, front: frontWidth(setting), cubes, priority, fields, ignored, turned: picture.turned, ...(tail.length === undefined ? {} : { length: tail.length }) },
  };
}

/** The ways in which an instruction is written, each with the words that are written so. */
function readSyntaxes(context: Context, declaration: InstructionDeclaration, own: readonly Field[], all: readonly Field[], cubes: readonly Cube[]): Syntax[] | undefined {
  const path = freshPath(context, RIGHTS.fields, fieldLocals(all));
  const found: Syntax[] = [];
  let left = cubes;
  for (const { text, when } of declaration.syntaxes) {
    const parts = readSyntax(context.report, text, all, when === undefined && declaration.syntaxes.length === 1 ? own : []);
    const condition = when === undefined ? undefined : expression(context, path, when, 1);
    if (parts === undefined || (when !== undefined && condition === undefined)) return undefined;
    if (when === undefined || condition === undefined) {
      found.push({ parts, ...(found.length === 0 ? {} : { cubes: left }) });
      left = [];
      continue;
    }
    const table = tabulated(context, condition, all, when.span, "this syntax");
    if (table === undefined) return undefined;
    found.push({ parts, cubes: left.flatMap((c) => refine(c, table, 1, MOST_CUBES + 1)) });
    left = left.flatMap((c) => refine(c, table, 0, MOST_CUBES + 1));
    if (left.length > MOST_CUBES) return context.report.error("P3015", when.span, `the words that are written so fall into more than ${MOST_CUBES.toLocaleString("en")} patterns`, { expected: "fewer" });
  }
  if (left.length > 0) return context.report.error("P3013", declaration.syntaxes.at(-1)!.span, "some words of this instruction are written in no way", { hint: "the last syntax stands without `when`, for all that is left" });
  return found;
}

export function fieldLocals(fields: readonly Field[]): Map<string, Local> {
  return new Map(fields.map((f) => [f.name, { kind: "term", term: f.variable, mutable: false }]));
}

// ---------------------------------------------------------------- the picture

interface Pattern {
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

function readPicture(context: Context, declaration: InstructionDeclaration, { unit, front, isLowestFirst }: InstructionSetting): Pattern | undefined {
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

interface Tail {
  readonly cubes: readonly Cube[];
  /** absent fields are 0 */
  readonly hypothesis: Term;
  /** in units, where words differ */
  readonly length?: Term;
}

/** Which words have which of the conditional parts. */
function readConditions(context: Context, declaration: InstructionDeclaration, picture: Pattern, { unit, front }: InstructionSetting): Tail | undefined {
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

function named(context: Context, declaration: InstructionDeclaration, all: readonly Field[], tables: ReadonlyMap<string, readonly Quoted[]>): Field[] {
  const { report } = context;
  const fields = [...all];
  for (const clause of declaration.names) {
    const index = fields.findIndex((f) => f.name === clause.field.text);
    const texts = clause.texts ?? tables.get(clause.table!.text);
    if (index < 0) notAField(context, clause.field, fields);
    if (texts === undefined) notFound(context, clause.table!.span, `no table of names is called ${visible(clause.table!.text)}`, clause.table!.text, () => tables.keys());
    const field = fields[index];
    if (texts === undefined || field === undefined) continue;
    if (field.width > WIDEST_NAMED) report.error("P3006", clause.span, `${visible(field.name)} has ${bits(field.width)}`, { expected: `at most ${WIDEST_NAMED}, where every value has a name` });
    else if (texts.length !== 2 ** field.width) report.error("P3006", clause.span, texts.length === 1 ? "there is 1 name" : `there are ${texts.length} names`, { expected: `${2 ** field.width}, one for each value of ${clause.field.text}` });
    else if (field.names !== undefined) report.error("P1003", clause.field.span, `${visible(field.name)} is given names twice`);
    else fields[index] = { ...field, names: texts.map((t) => t.text) };
  }
  return fields;
}

function notAField(context: Context, name: Identifier, fields: readonly Field[]): undefined {
  return context.report.error("P3005", name.span, `${visible(name.text)} is no field of this encoding`, { expected: fields.length === 0 ? undefined : `one of ${fields.map((f) => f.name).join(", ")}`, hint: fields.length === 0 ? "this encoding has no fields: a field is written name:width" : undefined });
}

// ---------------------------------------------------------------- conditions on fields

function readSplits(context: Context, declaration: InstructionDeclaration, fields: readonly Field[], evaluate: (e: Expression) => Term | undefined): Split[] | undefined {
  const { report } = context;
  const splits: Split[] = [];
  let failed = false, total = 0;
  for (const clause of declaration.splits) {
    const field = clause.by === undefined ? fields.find((f) => f.name === clause.label.text) : undefined;
    if (clause.by === undefined && field === undefined) notAField(context, clause.label, fields);
    const by = clause.by === undefined ? field?.variable : evaluate(clause.by);
    failed ||= by === undefined;
    if (by === undefined) continue;
    total += by.width;
    if (splits.some((s) => s.label === clause.label.text)) failed = report.error("P1003", clause.label.span, `there are two splits named ${visible(clause.label.text)}`) ?? true;
    else if (by.width > MOST_SPLIT_BITS) failed = report.error("P3007", clause.span, `this split has ${by.width > 20 ? `2^${by.width}` : 2 ** by.width} values`, { expected: `at most ${2 ** MOST_SPLIT_BITS}`, hint: "split on a condition: split label = EXPR" }) ?? true;
    else if (total > MOST_INSTANCE_BITS) failed = report.error("P3007", clause.span, `with this split the instruction falls into 2^${total} parts`, { expected: `at most 2^${MOST_INSTANCE_BITS}`, hint: "split on a condition: split label = EXPR" }) ?? true;
    else if (clause.by === undefined || by.op === "variable") splits.push({ label: clause.label.text, by, field: field ?? fields.find((f) => f.variable === by) });
    else {
      const table = tabulated(context, by, fields, clause.by.span, "this split");
      failed ||= table === undefined;
      if (table !== undefined) splits.push({ label: clause.label.text, by, table });
    }
  }
  return failed ? undefined : splits;
}

function tabulated(context: Context, condition: Term, fields: readonly Field[], span: Span, what: string): Table | undefined {
  const width = fieldsOf(condition, fields).reduce((n, f) => n + f.width, 0);
  if (width > MAXIMUM_CONDITION_BITS) return context.report.error("P3008", span, `${what} looks at ${bits(width)} of fields`, { expected: `at most ${MAXIMUM_CONDITION_BITS}`, hint: "what depends on more bits is tested in the step" });
  if (context.depths.of([condition]) > DEEPEST_VALUE) return tooDeep(context, span, what);
  return context.work.spend(span, Math.ceil((2 ** width * sizeOfTerm(condition)) / 6)) ? tableOf(condition, fields) : undefined;
}

export function tooDeep(context: Context, span: Span, what: string): undefined {
  return context.report.error("P4031", span, `${what} computes a value by more than ${DEEPEST_VALUE.toLocaleString("en")} operations, each on the result of the one before`, { hint: "a while loop with a limit, instead of for, is one operation" });
}
