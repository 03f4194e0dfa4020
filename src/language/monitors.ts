/**
 * What a specification says for a monitor of its machine: the VM map (`monitor`), and the events from outside that a processor
 * takes between two instructions (`interrupt`). Neither is part of any instruction's step.
 */
import { isGuestsOwn, type Component, type ComponentArray, type Console, type Interrupt, type Monitor } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { parameterWidth } from "./calls.js";
import { checkParameters, parameterLocals, type Of } from "./declarations.js";
import { DEEPEST_VALUE } from "./depth.js";
import { expression } from "./expressions.js";
import { tooDeep } from "./families.js";
import { finish, runAsStep } from "./instructions.js";
import { kindOf, unknownName } from "./integers.js";
import { visible } from "./lexer.js";
import { freshPath, lookup, originOf, RIGHTS, type Context, type Local } from "./scope.js";
import { runBlock } from "./statements.js";
import type { Block, PlacedClause, Span } from "./syntax.js";

export function readInterrupts(context: Context, list: readonly Of<"interrupt">[]): Interrupt[] {
  return list.flatMap((d): Interrupt[] => {
    context.work.begin(visible(d.name.text));
    checkParameters(context, d.parameters);
    const widths = d.parameters.map((p) => parameterWidth(context, p));
    if (widths.some((w) => w === undefined)) return [];
    const parameters = d.parameters.map((p, i) => context.terms.variable("parameter", `interrupt.${d.name.text}.${p.name.text}`, widths[i]!));
    const locals = (): Map<string, Local> => parameterLocals(d.parameters, parameters);
    context.choices = { prefix: `interrupt ${d.name.text}.`, next: 1 };
    const accepted = expression(context, freshPath(context, RIGHTS.predicate, locals()), d.when, 1);
    // nothing has been fetched between two instructions
    const delivery = runAsStep(context, { rights: RIGHTS.delivery, name: d.name, locals: locals(), body: d.body, length: { kind: "integer", value: 0n }, advance: undefined });
    if (accepted === undefined || delivery === undefined) return [];
    if (context.depths.of([accepted]) > DEEPEST_VALUE) return tooDeep(context, d.when.span, "this predicate") ?? [];
    return [{ name: d.name.text, parameters, title: d.title.text, cite: d.cite?.text, accepted, delivery, origin: originOf(d.span) }];
  });
}

export function readMonitor(context: Context, d: Of<"monitor">, components: readonly Component[]): Monitor | undefined {
  const { terms, report } = context;
  context.work.begin("monitor");
  context.choices = { prefix: "monitor.", next: 1 };
  const storage = components.filter((c): c is ComponentArray => c.kind === "array" && c.role === "storage");
  if (storage.length !== 1) return report.error("P4035", d.span, `the machine has ${storage.length === 0 ? "no storage" : `${storage.length} arrays of storage`}, and a monitor gives out one`, { expected: "one array with the role storage" });
  const extents = components.filter((c) => c.role === "extent");
  const width = extents[0]?.width ?? storage[0]!.indexWidth + 1;
  checkParameters(context, [d.base, d.size].map((name) => ({ name, span: name.span })));
  const base = terms.variable("parameter", `monitor.${d.base.text}`, width), size = terms.variable("parameter", `monitor.${d.size.text}`, width);
  const locals = (): Map<string, Local> => new Map<string, Local>([[d.base.text, { kind: "term", term: base, mutable: false }], [d.size.text, { kind: "term", term: size, mutable: false }]]);
  const path = freshPath(context, RIGHTS.monitor, locals());
  const returned = runBlock(context, path, d.body);
  if (returned.kind === "value") return report.error("P4017", d.body.statements.at(-1)?.span ?? d.body.span, "a value is returned from a monitor's map", { expected: "assignments to the real machine's components" });
  const next = new Map<string, Term>();
  for (const [name, term] of finish(context, path).next) {
    const component = components.find((c) => c.name === name)!;
    const origin = path.assignedAt.get(name)!;
    const at = spansIn(d.body).find((s) => s.file === origin.file && s.line === origin.line && s.column === origin.column) ?? d.span;
    if (isGuestsOwn(component)) report.error("P4034", at, `${visible(name)} is the guest's own`, { hint: "what has the role general or program-counter is in the real machine what it is in the guest's" });
    else if (component.role === "storage") report.error("P4034", at, "a guest's storage lies where its allotment is", { hint: `cell p of it is cell ${d.base.text} + p` });
    else if (component.kind === "array") report.error("P4034", at, `${visible(name)} is an array`, { expected: `place ${name} by EXPR, the cell that is the guest's first` });
    else next.set(name, term as Term);
  }
  const placed = placements(context, d.placed, locals);
  if (report.hasErrors || returned.kind === "broken") return undefined;
  const all = [...next.values(), ...placed.values()];
  if (context.depths.of(all) > DEEPEST_VALUE) return tooDeep(context, d.span, "the monitor's map");
  return { base, size, next, placed, origin: originOf(d.span) };
}

/** The spans of everything in a block. */
function spansIn(block: Block): Span[] {
  const spans: Span[] = [], waiting: object[] = [block];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const [key, value] of Object.entries(node)) {
      if (key === "span") spans.push(value as Span);
      else if (typeof value === "object" && value !== null) waiting.push(value as object);
    }
  }
  return spans;
}

export function readConsole(context: Context, d: Of<"console">): Console | undefined {
  const registers = [d.sent, d.on].map((name) => {
    const entity = lookup(context, name.text);
    if (entity === undefined) return unknownName(context, undefined, name);
    if (entity.kind === "broken" || (entity.kind === "component" && entity.component.kind === "register")) return entity;
    return context.report.error("P1007", name.span, `${visible(name.text)} is ${entity.kind === "component" ? "an array" : kindOf(entity)}, not a register`, { expected: "a register that the console's characters go through" });
  });
  return registers.some((r) => r === undefined) ? undefined : { sent: d.sent.text, on: d.on.text, origin: originOf(d.span) };
}

function placements(context: Context, clauses: readonly PlacedClause[], locals: () => Map<string, Local>): Map<string, Term> {
  const { report } = context;
  const placed = new Map<string, Term>();
  for (const { component: name, by } of clauses) {
    const entity = lookup(context, name.text);
    if (entity === undefined) unknownName(context, undefined, name);
    else if (entity.kind === "broken") continue;
    else if (entity.kind !== "component" || entity.component.kind !== "array") report.error("P4034", name.span, `${visible(name.text)} is no array`, { expected: "an array that has something to say about each cell of storage" });
    else if (isGuestsOwn(entity.component) || entity.component.role === "storage") report.error("P4034", name.span, `${visible(name.text)} is the guest's own`, { hint: "what moves with the storage is part of the map, such as storage keys" });
    else if (placed.has(name.text)) report.error("P0016", name.span, `${visible(name.text)} is placed twice`, { hint: "keep one of them" });
    else {
      const term = expression(context, freshPath(context, RIGHTS.monitor, locals()), by, entity.component.indexWidth);
      if (term !== undefined) placed.set(name.text, term);
    }
  }
  return placed;
}
