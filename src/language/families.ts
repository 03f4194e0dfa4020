/**
 * Families: what an instruction's declaration says before its step: its encoding, fields, names, syntax and splits.
 */
import { mask } from "../bits/bits.js";
import type { Cube, Encoding, Field, SyntaxPart } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { DEEPEST_VALUE, sizeOfTerm } from "./depth.js";
import { fieldsOf, MAXIMUM_CONDITION_BITS, refine, tableOf, type Table } from "./encodings.js";
import { bits, expression } from "./expressions.js";
import { integer, notFound } from "./integers.js";
import { visible } from "./lexer.js";
import { freshPath, lookup, RIGHTS, type Context, type Local } from "./scope.js";
import { readSyntax } from "./syntax-template.js";
import type { Block, Declaration, Expression, Identifier, Quoted, Span } from "./syntax.js";

export type InstructionDeclaration = Extract<Declaration, { kind: "instruction" }>;

export interface InstructionSetting {
  /** bits of a fetch unit; undefined: instructions come from outside */
  readonly unit: number | undefined;
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
  readonly syntax: readonly SyntaxPart[];
}

const WIDEST_ENCODING = 256;
const MOST_CUBES = 1_024;
const MOST_SPLIT_BITS = 6;
/** All splits of an instruction together. */
const MOST_INSTANCE_BITS = 10;
/** Names of a field are one for each value. */
const WIDEST_NAMED = 16;

export function readFamily(context: Context, declaration: InstructionDeclaration, setting: InstructionSetting): Family | undefined {
  const { report, terms } = context;
  context.work.begin(visible(declaration.name.text));
  if (!context.work.spend(declaration.name.span)) return undefined;
  const picture = readPicture(context, declaration, setting.unit);
  if (picture === undefined) return undefined;
  const { width, known, ignored } = picture;
  const fields = named(context, declaration, picture.fields, setting.nameTables);
  const path = freshPath(context, RIGHTS.fields, fieldLocals(fields));
  const where = declaration.where === undefined ? terms.true : expression(context, path, declaration.where, 1);
  const priority = declaration.priority === undefined ? 0 : integer(context, undefined, declaration.priority, "the priority", -1000n, 1000n);
  const splits = readSplits(context, declaration, fields, (e) => expression(context, path, e));
  const syntax = readSyntax(report, declaration.syntax, fields);
  if (where === undefined || priority === undefined || splits === undefined || syntax === undefined) return undefined;
  const table = declaration.where === undefined ? undefined : tabulated(context, where, fields, declaration.where.span, "this where");
  if (declaration.where !== undefined && table === undefined) return undefined;
  const cubes = table === undefined ? [known] : refine(known, table, 1, MOST_CUBES + 1);
  if (cubes.length === 0) return report.error("P3009", declaration.where?.span ?? declaration.encodingSpan, "no word satisfies this", { hint: "the instruction can't occur: mend the condition, or leave the instruction out" });
  if (cubes.length > MOST_CUBES) return report.error("P3015", declaration.where!.span, `the words that satisfy this fall into more than ${MOST_CUBES.toLocaleString("en")} patterns`, { expected: "fewer", hint: "simplify the condition; the rest may be tested in the step" });
  return { declaration, encoding: { width, cubes, priority, fields, ignored }, where, splits, syntax };
}

export function fieldLocals(fields: readonly Field[]): Map<string, Local> {
  return new Map(fields.map((f) => [f.name, { kind: "term", term: f.variable, mutable: false }]));
}

// ---------------------------------------------------------------- the picture

interface Picture {
  readonly width: number;
  readonly known: Cube;
  readonly ignored: bigint;
  readonly fields: readonly Field[];
}

function readPicture(context: Context, declaration: InstructionDeclaration, unit: number | undefined): Picture | undefined {
  const { report, terms } = context;
  const parts: { readonly name?: Identifier; readonly width: number; readonly value: bigint }[] = [];
  let width = 0, failed = false;
  for (const part of declaration.encoding) {
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
  const fields: Field[] = [];
  let at = width, mask_ = 0n, value = 0n, ignored = 0n;
  for (const part of parts) {
    at -= part.width;
    const touched = mask(part.width) << BigInt(at);
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
      fields.push({ name, width: part.width, low: at, variable: terms.variable("field", name, part.width) });
    }
  }
  return { width, known: { mask: mask_, value }, ignored, fields };
}

function readPart(context: Context, part: InstructionDeclaration["encoding"][number]): { readonly name?: Identifier; readonly width: number; readonly value: bigint } | undefined {
  if (part.kind === "field") {
    const width = integer(context, undefined, part.width, "the width of a field", 1n, 128n);
    return width === undefined ? undefined : { name: part.name, width, value: 0n };
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
