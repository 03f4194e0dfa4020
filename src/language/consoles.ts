/**
 * The console: a register of the processor that the world outside watches, or a device beside the processor.
 *
 * A device has no state and is part of no step. What is said of it are values: of the cells that it has behind the end of storage,
 * and of instructions that it hears of. So a machine with a device and one without have the same terms.
 */
import type { Component, ComponentArray, Console, ConsoleDevice, DeviceCell, DeviceInstruction, Instruction } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { checkParameters, type Of } from "./declarations.js";
import { DEEPEST_VALUE, tooDeep } from "./depth.js";
import { fieldLocals } from "./encoding-picture.js";
import { expression } from "./expressions.js";
import { integer, kindOf, unknownName } from "./integers.js";
import { visible } from "./lexer.js";
import { nearest } from "../isa/nearest.js";
import { freshPath, lookup, originOf, RIGHTS, type Context, type Local } from "./scope.js";
import type { DeviceClause, Expression } from "./syntax.js";

export function readConsole(context: Context, d: Of<"console">): Console | undefined {
  const registers = [d.sent, d.on].map((name) => {
    const entity = lookup(context, name.text);
    if (entity === undefined) return unknownName(context, undefined, name);
    if (entity.kind === "broken" || (entity.kind === "component" && entity.component.kind === "register")) return entity;
    return context.report.error("P1007", name.span, `${visible(name.text)} is ${entity.kind === "component" ? "an array" : kindOf(entity)}, not a register`, { expected: "a register that the console's characters go through" });
  });
  return registers.some((r) => r === undefined) ? undefined : { sent: d.sent.text, on: d.on.text, origin: originOf(d.span) };
}

/** Bits of a character: whatever a device is sent, it is one of Unicode's first. */
const CHARACTER = 8;
/** Bits of the number of characters of one instruction, at most. */
const MOST_COUNT = 24;

export function readConsoleDevice(context: Context, d: Of<"consoleDevice">, instructions: readonly Instruction[]): ConsoleDevice | undefined {
  context.work.begin("console");
  const cells = d.clauses.flatMap((c) => (c.kind === "cell" ? [{ clause: c, cell: cellOf(context, c) }] : []));
  const heard = d.clauses.flatMap((c) => (c.kind === "on" ? [instructionOf(context, c, instructions)] : []));
  const seen = new Set<bigint>();
  for (const { clause, cell } of cells) {
    if (cell !== undefined && seen.has(cell.index)) context.report.error("P0016", clause.index.span, "this cell is described twice", { hint: "keep one of them" });
    if (cell !== undefined) seen.add(cell.index);
  }
  const [first] = cells;
  for (const { clause } of cells) if (clause.array.text !== first!.clause.array.text) context.report.error("P4043", clause.array.span, "a device's cells lie in one array", { expected: visible(first!.clause.array.text) });
  if (context.report.hasErrors) return undefined;
  return { storage: first?.clause.array.text, cells: cells.flatMap(({ cell }) => cell ?? []), instructions: heard.flatMap((h) => h ?? []), origin: originOf(d.span) };
}

function cellOf(context: Context, clause: Extract<DeviceClause, { kind: "cell" }>): DeviceCell | undefined {
  const { terms, report } = context;
  const array = storageNamed(context, clause);
  if (array === undefined) return undefined;
  const index = integer(context, undefined, clause.index, "the number of the cell", 0n, (1n << BigInt(array.indexWidth)) - 1n);
  const holds = clause.holds === undefined ? 0n : integer(context, undefined, clause.holds, "what the cell holds", 0n, (1n << BigInt(array.width)) - 1n);
  const name = clause.stored?.name;
  if (name !== undefined) checkParameters(context, [{ name, span: name.span }]);
  const stored = terms.variable("parameter", `console.${name?.text ?? "stored"}`, array.width);
  const locals = (): Map<string, Local> => new Map(name === undefined ? [] : [[name.text, { kind: "term", term: stored, mutable: false }]]);
  const value = (e: Expression | undefined, width: number): Term | undefined => (e === undefined ? undefined : within(context, e, expression(context, freshPath(context, RIGHTS.fields, locals()), e, width)));
  const sends = value(clause.stored?.sends, CHARACTER), halts = value(clause.stored?.halts, 1);
  if (report.hasErrors || index === undefined || holds === undefined) return undefined;
  return { index: BigInt(index), holds: BigInt(holds), stored, sends, halts, origin: originOf(clause.span) };
}

function storageNamed(context: Context, { array: name }: Extract<DeviceClause, { kind: "cell" }>): ComponentArray | undefined {
  const entity = lookup(context, name.text);
  if (entity === undefined) return unknownName(context, undefined, name);
  if (entity.kind === "broken") return undefined;
  const isStorage = (c: Component): c is ComponentArray => c.kind === "array" && c.role === "storage";
  if (entity.kind === "component" && isStorage(entity.component)) return entity.component;
  return context.report.error("P4043", name.span, `${visible(name.text)} is ${entity.kind === "component" ? "no storage" : kindOf(entity)}`, { expected: "an array of the role storage, behind whose end the device has its cells" });
}

function instructionOf(context: Context, clause: Extract<DeviceClause, { kind: "on" }>, instructions: readonly Instruction[]): DeviceInstruction | undefined {
  const { terms, report } = context;
  const { family, each } = clause;
  const found = instructions.find((i) => i.family === family.text);
  if (found === undefined) {
    const near = nearest(family.text, instructions.map((i) => i.family));
    return report.error("P4043", family.span, `no instruction is declared ${visible(family.text)}`, { expected: "the name of an instruction's declaration", hint: near === undefined ? undefined : `did you mean ${visible(near)}?` });
  }
  context.choices = { prefix: "console.", next: 1 };
  const fields = fieldLocals(found.encoding.fields);
  // what it would leave with, the instruction has left with itself: nothing is sent then
  const evaluated = (e: Expression, locals: Map<string, Local>, width?: number): { readonly term: Term; readonly isThere: Term } | undefined => {
    const path = freshPath(context, RIGHTS.function, new Map([...fields, ...locals]));
    const term = within(context, e, expression(context, path, e, width));
    return term === undefined ? undefined : { term, isThere: terms.not(terms.or(terms.false, ...path.exits.map((x) => x.guard))) };
  };
  const when = clause.when === undefined ? undefined : evaluated(clause.when, new Map(), 1);
  if (when === undefined && clause.when !== undefined) return undefined;
  const below = each === undefined ? undefined : evaluated(each.below, new Map());
  if (each !== undefined && below === undefined) return undefined;
  if (below !== undefined && below.term.width > MOST_COUNT) return report.error("P4043", each!.below.span, `a number of ${below.term.width} bits`, { expected: `${MOST_COUNT} bits at most` });
  if (each !== undefined) checkParameters(context, [{ name: each.name, span: each.name.span }]);
  const index = terms.variable("parameter", `console.${each?.name.text ?? "index"}`, below?.term.width ?? 1);
  const sends = evaluated(clause.sends, new Map(each === undefined ? [] : [[each.name.text, { kind: "term", term: index, mutable: false }]]), CHARACTER);
  if (sends === undefined) return undefined;
  return {
    family: family.text, when: terms.and(when?.isThere ?? terms.true, when?.term ?? terms.true, below?.isThere ?? terms.true, each === undefined ? sends.isThere : terms.true),
    each: below === undefined ? undefined : { index, below: below.term }, sends: sends.term, origin: originOf(clause.span),
  };
}

function within(context: Context, e: Expression, term: Term | undefined): Term | undefined {
  if (term === undefined) return undefined;
  return context.depths.of([term]) > DEEPEST_VALUE ? tooDeep(context, e.span, "this value") : term;
}
