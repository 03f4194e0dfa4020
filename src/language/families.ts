/**
 * Families: what an instruction's declaration says before its step: its encoding, fields, names, syntax and splits.
 */
import { frontWidth } from "../isa/encoded.js";
import type { Cube, Encoding, Field, FrontField, Syntax } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { fieldLocals, MOST_CUBES, readConditions, readPicture, tabulated } from "./encoding-picture.js";
import { refine, type Table } from "./encodings.js";
import { bits, expression } from "./expressions.js";
import { integer, notFound } from "./integers.js";
import { visible } from "./lexer.js";
import { freshPath, RIGHTS, type Context } from "./scope.js";
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
