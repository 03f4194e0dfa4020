/**
 * Instructions: one declaration to its classified instances.
 *
 * The declaration is elaborated once with symbolic fields (every diagnostic comes from there), then once for each value of
 * its splits, with the split fields known, so that an instance's step holds only what it does.
 */
import { knownValue } from "../isa/encoded.js";
import type { Cube, Instruction, Step } from "../isa/machine.js";
import { mapStep } from "../isa/map-step.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, Term } from "../isa/term.js";
import { DEEPEST_VALUE, tooDeep } from "./depth.js";
import { cubeCondition, refine, restrict } from "./encodings.js";
import { expression } from "./expressions.js";
import { fieldLocals } from "./encoding-picture.js";
import type { Family, InstructionSetting } from "./families.js";
import { visible } from "./lexer.js";
import { ambient, freshPath, initialValue, lookup, originOf, LENGTH_WIDTH, RIGHTS, type Context, type Local, type Path } from "./scope.js";
import { runBlock } from "./statements.js";
import type { Block, Identifier, Span } from "./syntax.js";


/** @param own the words that are left to the family where others overlap it */
export function instancesOf(context: Context, family: Family, own: readonly Cube[], setting: InstructionSetting): Instruction[] {
  const { terms, report } = context;
  const { declaration, encoding, splits } = family;
  context.work.begin(visible(declaration.name.text));
  const before = report.count;
  const symbolic = stepOf(context, family, setting, fieldLocals(encoding.fields));
  if (symbolic === undefined || report.count > before || report.isStopped) return [];
  const instances: Instruction[] = [];
  const visit = (level: number, condition: Term, values: readonly bigint[]): void => {
    if (condition === terms.false || report.isStopped) return;
    const split = splits[level];
    if (split === undefined) {
      const instance = instanceOf(context, family, own, setting, condition, values);
      if (instance !== undefined) instances.push(instance);
      return;
    }
    for (let v = 0n; v < 1n << BigInt(split.by.width); v++) visit(level + 1, terms.and(condition, terms.eq(split.by, terms.constant(v, split.by.width))), [...values, v]);
  };
  visit(0, family.where, []);
  return instances;
}

/** The instance for these values of the splits, if a word of its own is left to it. */
function instanceOf(context: Context, family: Family, all: readonly Cube[], setting: InstructionSetting, condition: Term, values: readonly bigint[]): Instruction | undefined {
  const { terms } = context;
  const { declaration, encoding, splits } = family;
  let own = all;
  splits.forEach(({ field, table }, i) => {
    if (field !== undefined) own = own.flatMap((c) => restrict(c, field, values[i]!));
    if (table !== undefined) own = own.flatMap((c) => refine(c, table, Number(values[i]!)));
  });
  if (own.length === 0 || !context.work.spend(declaration.name.span, own.length)) return undefined;
  const locals = fieldLocals(encoding.fields);
  const fields = new Map<number, AnyTerm>(), conditions = new Map<number, AnyTerm>();
  for (const field of encoding.fields.slice(0, setting.front.length)) {
    const value = knownValue(field, own);
    if (value === undefined) continue;
    const term = terms.constant(value, field.width);
    fields.set(field.variable.id, term);
    locals.set(field.name, { kind: "term", term, mutable: false });
  }
  splits.forEach(({ field, by }, i) => {
    const value = terms.constant(values[i]!, by.width);
    if (field === undefined) conditions.set(by.id, value);
    else {
      fields.set(field.variable.id, value);
      locals.set(field.name, { kind: "term", term: value, mutable: false });
    }
  });
  const step = stepOf(context, family, setting, locals);
  const met = conditionOf(context, family, locals);
  if (step === undefined || met === undefined) return undefined;
  const excluded = encoding.cubes === all ? terms.true : terms.or(...own.map((c) => cubeCondition(terms, c, encoding.fields)));
  return {
    ...namesOf(family, values, setting.base), family: declaration.name.text, title: declaration.title.text, cite: declaration.cite?.text, origin: originOf(declaration.span),
    encoding: { ...encoding, cubes: own }, syntax: family.syntax, hypothesis: substitution(terms, fields).term(terms.and(condition, excluded, met)),
    // what is known of a condition on fields is put in where the step asks for exactly that
    step: conditions.size === 0 ? step : mapStep(step, substitution(terms, conditions)),
  };
}

/** How an instance is called: the first word of its syntax, with the names of its splits filled in; then the other splits. */
function namesOf(family: Family, values: readonly bigint[], base: number): Pick<Instruction, "id" | "mnemonic" | "split"> {
  const shown = new Set<string>();
  const value = new Map(family.splits.map((s, i) => [s.label, values[i]!]));
  let mnemonic = "";
  for (const part of family.syntax[0]!.parts) {
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
  const { declaration, encoding } = family;
  if (declaration.step.statements.length === 0) return context.report.error("P4016", declaration.step.span, `${visible(declaration.name.text)} has an empty step`, { hint: "an instruction that does nothing says so by what it does to the program counter" });
  const units = setting.unit === undefined ? 1 : (encoding.width - encoding.front) / setting.unit;
  const length: Local = setting.isUniform ? { kind: "integer", value: BigInt(units) } : { kind: "term", term: context.terms.variable("field", "length", LENGTH_WIDTH), mutable: false };
  return runAsStep(context, { rights: RIGHTS.step, name: declaration.name, locals, body: conditional(declaration), length, advance: setting.advance });
}

/** Where its condition does not hold an instruction only advances. */
function conditional({ condition, step }: Family["declaration"]): Block {
  return condition === undefined ? step : { statements: [{ kind: "if", condition, then: step, span: condition.span }], span: step.span };
}

/** What the classified instruction supposes of the state: that its condition holds. Where it does not the word is no more than `advance`. */
function conditionOf(context: Context, { declaration }: Family, locals: Map<string, Local>): Term | undefined {
  if (declaration.condition === undefined) return context.terms.true;
  context.choices = { prefix: `${declaration.name.text}.condition.`, next: 1 };
  return expression(context, freshPath(context, RIGHTS.predicate, new Map(locals)), declaration.condition, 1);
}

export interface Behaviour {
  readonly rights: Path["rights"];
  readonly name: Identifier | { readonly text: string; readonly span: Span };
  readonly locals: Map<string, Local>;
  readonly body: Block;
  /** in units */
  readonly length: Local;
  readonly advance: Block | undefined;
}

/** A block that stands for itself: an instruction's step, `otherwise`, a delivery. */
export function runAsStep(context: Context, { rights, name, locals, body, length, advance }: Behaviour): Step | undefined {
  const { report } = context;
  context.choices = { prefix: `${name.text}.`, next: 1 };
  if (!locals.has("length")) locals.set("length", length);
  const path = freshPath(context, rights, locals);
  if (advance !== undefined) {
    const advancing: Path = { ...path, rights: RIGHTS.advance, locals: ambient(context, locals), assigned: new Map() };
    runBlock(context, advancing, advance);
    path.staged = advancing.staged; // defaults: the block's own assignments override them
  }
  const returned = runBlock(context, path, body);
  if (returned.kind === "value") return report.error("P4017", body.statements.at(-1)?.span ?? body.span, `a value is returned from ${rights.what}`, { expected: "no return", hint: "what it computes is assigned to the state" });
  if (returned.kind === "broken") return undefined;
  const step = finish(context, path);
  if (context.depths.of(rootsOf(step)) > DEEPEST_VALUE) return tooDeep(context, name.span, visible(name.text));
  return step;
}

/** The path as a step: exits by priority, and what really changes. */
export function finish(context: Context, path: Path): Step {
  const priority = (cause: string): number => {
    const entity = lookup(context, cause);
    return entity?.kind === "trap" ? entity.trap.priority : 0;
  };
  const exits = path.exits.map((e, i) => ({ e, i, p: e.kind === "trap" || e.kind === "memory-trap" ? priority(e.cause) : 0 })).sort((a, b) => a.p - b.p || a.i - b.i).map(({ e }) => e);
  const next = new Map<string, AnyTerm>();
  for (const [name, term] of [...path.current, ...path.staged]) {
    if (term === initialValue(context, name)) next.delete(name);
    else next.set(name, term);
  }
  // the first exit that always holds hides what comes after it
  const always = exits.findIndex((e) => e.guard === context.terms.true);
  return { exits: always < 0 ? exits : exits.slice(0, always + 1), next, execute: path.execute, assignedAt: path.assignedAt };
}

function rootsOf(step: Step): AnyTerm[] {
  const exits = step.exits.flatMap((e) => [e.guard, ...e.args, ...(e.leaving?.values() ?? [])]);
  return [...exits, ...step.next.values(), ...(step.execute === undefined ? [] : [step.execute.guard, step.execute.word])];
}
