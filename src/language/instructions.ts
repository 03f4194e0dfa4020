/**
 * Instructions: one declaration to its classified instances.
 *
 * The declaration is elaborated once with symbolic fields (every diagnostic comes from there), then once for each value of
 * its splits, with the split fields known, so that an instance's step holds only what it does.
 */
import { mask } from "../bits/bits.js";
import type { Cube, Encoding, Field, Instruction, Step } from "../isa/machine.js";
import { mapStep } from "../isa/map-step.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, Term } from "../isa/term.js";
import { cubeCondition, fieldsOf, intersects, MAXIMUM_CONDITION_BITS, refine, subtract } from "./encodings.js";
import { expression, integer } from "./expressions.js";
import { freshPath, initialValue, originOf, RIGHTS, type Context, type Local, type Path } from "./scope.js";
import { runBlock } from "./statements.js";
import { readSyntax } from "./syntax-template.js";
import type { Block, Declaration, Identifier, Quoted } from "./syntax.js";

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

/** What is known of a declaration before its instances are made. */
export interface Family {
  readonly declaration: InstructionDeclaration;
  readonly encoding: Encoding;
  readonly where: Term;
  readonly splits: readonly { readonly label: string; readonly by: Term; readonly field?: Field }[];
  readonly syntax: NonNullable<ReturnType<typeof readSyntax>>;
}

export const LENGTH_WIDTH = 8;

export function readFamily(context: Context, declaration: InstructionDeclaration, setting: InstructionSetting): Family | undefined {
  const { report, terms } = context;
  let width = 0;
  const parts: { name?: Identifier; width: number; value: bigint }[] = [];
  for (const part of declaration.encoding) {
    if (part.kind === "field") {
      const w = integer(context, undefined, part.width, "the width of a field", 1n, 128n);
      if (w === undefined) return undefined;
      parts.push({ name: part.name, width: w, value: 0n });
      width += w;
    } else {
      const term = expression(context, freshPath(context, RIGHTS.fields), part.value);
      if (term === undefined) return undefined;
      if (term.op !== "constant") return report.error("P3001", part.span, "an encoding holds constants with widths, and fields", { expected: "a literal such as 7'0b0101110" });
      parts.push({ width: term.width, value: term.value });
      width += term.width;
    }
  }
  if (width > 256) return report.error("P3002", declaration.encodingSpan, `this encoding has ${width} bits`, { expected: "at most 256" });
  if (setting.unit !== undefined && width % setting.unit !== 0) {
    return report.error("P3003", declaration.encodingSpan, `this encoding has ${width} bits`, { expected: `a multiple of the fetch unit, ${setting.unit} bits` });
  }
  const fields: Field[] = [];
  let at = width, known = 0n, value = 0n, ignored = 0n;
  for (const part of parts) {
    at -= part.width;
    const bits = mask(part.width) << BigInt(at);
    if (part.name === undefined) {
      known |= bits;
      value |= part.value << BigInt(at);
    } else if (part.name.text === "_") {
      ignored |= bits;
    } else {
      const name = part.name.text;
      if (fields.some((f) => f.name === name)) return report.error("P3004", part.name.span, `the encoding has two fields named ${name}`);
      if (context.entities.has(name)) return report.error("P1003", part.name.span, `${name} already names something of the machine`, { hint: "name the field otherwise" });
      fields.push({ name, width: part.width, low: at, variable: terms.variable("field", name, part.width) });
    }
  }
  for (const clause of declaration.names) {
    const field = fields.findIndex((f) => f.name === clause.field.text);
    if (field < 0) return report.error("P3005", clause.field.span, `${clause.field.text} is no field of this encoding`);
    const texts = clause.texts ?? setting.nameTables.get(clause.table!.text);
    if (texts === undefined) return report.error("P1001", clause.table!.span, `there is no table of names ${clause.table!.text}`);
    if (texts.length !== 2 ** fields[field]!.width) return report.error("P3006", clause.span, `${texts.length} names`, { expected: `${2 ** fields[field]!.width}, one for each value of ${clause.field.text}` });
    fields[field] = { ...fields[field]!, names: texts.map((t) => t.text) };
  }
  const syntax = readSyntax(report, declaration.syntax, fields);
  if (syntax === undefined) return undefined;
  const path = freshPath(context, RIGHTS.fields, fieldLocals(fields));
  const where = declaration.where === undefined ? terms.true : expression(context, path, declaration.where, 1);
  const priority = declaration.priority === undefined ? 0 : integer(context, undefined, declaration.priority, "the priority", -1000n, 1000n);
  if (where === undefined || priority === undefined) return undefined;
  const splits: { label: string; by: Term; field?: Field }[] = [];
  for (const clause of declaration.splits) {
    const by = clause.by === undefined ? fields.find((f) => f.name === clause.label.text)?.variable : expression(context, path, clause.by);
    if (by === undefined) return clause.by === undefined ? report.error("P3005", clause.label.span, `${clause.label.text} is no field of this encoding`) : undefined;
    if (by.width > 6) return report.error("P3007", clause.span, `this split has 2^${by.width} values`, { expected: "at most 6 bits", hint: "split on a condition: split label = EXPR" });
    splits.push({ label: clause.label.text, by, field: fields.find((f) => f.variable === by) });
  }
  for (const condition of [where, ...splits.filter((s) => s.field === undefined).map((s) => s.by)]) {
    const bits = fieldsOf(condition, fields).reduce((n, f) => n + f.width, 0);
    if (bits > MAXIMUM_CONDITION_BITS) return report.error("P3008", declaration.encodingSpan, `a where or split looks at ${bits} bits of fields`, { expected: `at most ${MAXIMUM_CONDITION_BITS}` });
  }
  const cubes = refine({ mask: known, value }, where, fields);
  if (cubes.length === 0) return report.error("P3009", declaration.encodingSpan, "no word satisfies this encoding");
  return { declaration, encoding: { width, cubes, priority, fields, ignored }, where, splits, syntax };
}

function fieldLocals(fields: readonly Field[]): Map<string, Local> {
  return new Map(fields.map((f) => [f.name, { kind: "term", term: f.variable, mutable: false }]));
}

/** Overlaps of equal priority are errors; of different priority, the lower one gives way. Returns each family's own cubes. */
export function resolveOverlaps(context: Context, families: readonly Family[]): Map<Family, readonly Cube[]> {
  const own = new Map<Family, readonly Cube[]>();
  for (const family of families) {
    let cubes: readonly Cube[] = family.encoding.cubes;
    for (const other of families) {
      if (other === family || other.encoding.width !== family.encoding.width) {
        if (other === family || !overlapsAcrossLengths(family, other)) continue;
      }
      if (!cubes.some((c) => other.encoding.cubes.some((d) => intersects(aligned(c, family, other), aligned(d, other, family))))) continue;
      if (other.encoding.priority === family.encoding.priority) {
        if (families.indexOf(other) < families.indexOf(family)) {
          context.report.error("P3020", family.declaration.encodingSpan, `this encoding overlaps that of ${other.declaration.name.text}`, { hint: "give one of them a priority, or restrict it with where" });
        }
      } else if (other.encoding.priority > family.encoding.priority && other.encoding.width === family.encoding.width) {
        cubes = other.encoding.cubes.reduce<readonly Cube[]>((left, d) => left.flatMap((c) => subtract(c, d)), cubes);
      }
    }
    own.set(family, cubes);
  }
  return own;
}

function overlapsAcrossLengths(a: Family, b: Family): boolean {
  return a.encoding.width !== b.encoding.width;
}

/** Encodings of different lengths are compared on their common leading bits. */
function aligned(cube: Cube, own: Family, other: Family): Cube {
  const shift = BigInt(Math.max(0, own.encoding.width - other.encoding.width));
  return { mask: cube.mask >> shift, value: cube.value >> shift };
}

export function instancesOf(context: Context, family: Family, cubes: readonly Cube[], setting: InstructionSetting): Instruction[] {
  const { terms, report } = context;
  const { declaration, encoding } = family;
  const before = report.hasErrors;
  stepOf(context, family, setting, fieldLocals(encoding.fields)); // with symbolic fields: all the diagnostics
  if (report.hasErrors && !before) return [];
  const instances: Instruction[] = [];
  const visit = (level: number, condition: Term, values: readonly bigint[]): void => {
    if (condition === terms.false) return;
    const split = family.splits[level];
    if (split !== undefined) {
      for (let v = 0n; v < 1n << BigInt(split.by.width); v++) visit(level + 1, terms.and(condition, terms.eq(split.by, terms.constant(v, split.by.width))), [...values, v]);
      return;
    }
    const split_ = family.splits;
    const conditions = split_.filter((s) => s.field === undefined);
    let own: readonly Cube[] = cubes;
    split_.forEach((s, i) => {
      if (s.field !== undefined) own = own.flatMap((c) => restrict(c, s.field!, values[i]!));
      else own = own.flatMap((c) => refine(c, terms.eq(s.by, terms.constant(values[i]!, s.by.width)), encoding.fields));
    });
    if (own.length === 0) return;
    const locals = fieldLocals(encoding.fields);
    split_.forEach((s, i) => {
      if (s.field !== undefined) locals.set(s.field.name, { kind: "term", term: terms.constant(values[i]!, s.field.width), mutable: false });
    });
    let step = stepOf(context, family, setting, locals);
    if (step === undefined) return;
    if (conditions.length > 0) {
      // what is known of a condition on fields is put in where the step asks for exactly that
      const known = new Map<number, AnyTerm>();
      split_.forEach((s, i) => { if (s.field === undefined) known.set(s.by.id, terms.constant(values[i]!, s.by.width)); });
      step = mapStep(step, substitution(terms, known));
    }
    const excluded = encoding.cubes === cubes ? terms.true : terms.or(...own.map((c) => cubeCondition(terms, c, encoding.fields)));
    const fixed = substitution(terms, new Map(split_.flatMap((s, i): [number, AnyTerm][] => (s.field === undefined ? [] : [[s.field.variable.id, terms.constant(values[i]!, s.field.width)]]))));
    instances.push({
      ...namesOf(family, values, setting.base), family: declaration.name.text, title: declaration.title.text, cite: declaration.cite?.text, origin: originOf(declaration.span),
      encoding: { ...encoding, cubes: own }, syntax: family.syntax, hypothesis: fixed.term(terms.and(condition, excluded)), step,
    });
  };
  visit(0, family.where, []);
  return instances;
}

function restrict(cube: Cube, field: Field, value: bigint): Cube[] {
  const bits = mask(field.width) << BigInt(field.low);
  const wanted: Cube = { mask: bits, value: value << BigInt(field.low) };
  return intersects(cube, wanted) ? [{ mask: cube.mask | bits, value: (cube.value & ~bits) | wanted.value }] : [];
}

function namesOf(family: Family, values: readonly bigint[], base: number): Pick<Instruction, "id" | "mnemonic" | "split"> {
  const shown = new Set<string>();
  const value = new Map(family.splits.map((s, i) => [s.label, values[i]!]));
  let mnemonic = "";
  for (const part of family.syntax) {
    if (part.kind === "text") {
      const space = part.text.search(/\s/);
      mnemonic += space < 0 ? part.text : part.text.slice(0, space);
      if (space >= 0) break;
    } else {
      const field = family.encoding.fields.find((f) => f.name === part.field)!;
      const v = value.get(field.name);
      if (part.kind === "field" && v !== undefined && field.names !== undefined) {
        mnemonic += field.names[Number(v)]!;
        shown.add(field.name);
      }
    }
  }
  const text = (s: Family["splits"][number], v: bigint): string => s.field?.names?.[Number(v)] || v.toString(base);
  const rest = family.splits.map((s, i) => [s.label, text(s, values[i]!)] as const).filter(([label]) => !shown.has(label));
  return {
    mnemonic,
    id: rest.length === 0 ? mnemonic : `${mnemonic}[${rest.map(([l, v]) => `${l}=${v}`).join(",")}]`,
    split: Object.fromEntries(family.splits.map((s, i) => [s.label, values[i]!.toString(base)])),
  };
}

// ---------------------------------------------------------------- steps

function stepOf(context: Context, family: Family, setting: InstructionSetting, locals: Map<string, Local>): Step | undefined {
  const { terms } = context;
  const { declaration, encoding } = family;
  context.choices = { prefix: `${declaration.name.text}.`, next: 1 };
  const units = setting.unit === undefined ? 1 : encoding.width / setting.unit;
  const length: Local = setting.isUniform ? { kind: "integer", value: BigInt(units) } : { kind: "term", term: terms.variable("field", "length", LENGTH_WIDTH), mutable: false };
  if (!locals.has("length")) locals.set("length", length);
  const path = freshPath(context, RIGHTS.step, locals);
  if (setting.advance !== undefined) {
    const advancing: Path = { ...path, locals: new Map<string, Local>([["length", length]]), assigned: new Map() };
    runBlock(context, advancing, setting.advance);
    path.staged = advancing.staged; // defaults: the instruction's own assignments override them
  }
  if (declaration.step.statements.length === 0) return context.report.error("P4016", declaration.step.span, `${declaration.name.text} has an empty step`, { hint: "an instruction that does nothing says what it does to the program counter" });
  const returned = runBlock(context, path, declaration.step);
  if (returned.kind === "value") return context.report.error("P4017", declaration.step.span, "a step returns no value");
  return returned.kind === "broken" ? undefined : finish(context, path);
}

/** The path as a step: exits by priority, and what really changes. */
export function finish(context: Context, path: Path): Step {
  const priority = (cause: string): number => {
    const entity = context.entities.get(cause);
    return entity?.kind === "trap" ? entity.trap.priority : 0;
  };
  const exits = path.exits.map((e, i) => ({ e, i })).sort((a, b) => priority(a.e.cause) - priority(b.e.cause) || a.i - b.i).map(({ e }) => e);
  const next = new Map<string, AnyTerm>();
  for (const [name, term] of [...path.current, ...path.staged]) {
    if (term === initialValue(context, name)) next.delete(name);
    else next.set(name, term);
  }
  // the first exit that always holds hides what comes after it
  const always = exits.findIndex((e) => e.guard === context.terms.true);
  return { exits: always < 0 ? exits : exits.slice(0, always + 1), next, execute: path.execute, assignedAt: path.assignedAt };
}

