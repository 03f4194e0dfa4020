/**
 * What a specification says for a monitor of its machine: the VM map (`monitor`), and the events from outside that a processor
 * takes between two instructions (`interrupt`). Neither is part of any instruction's step.
 */
import { isGuestsOwn, type Component, type ComponentArray, type Interrupt, type Monitor, type Shadow, type Step } from "../isa/machine.js";
import type { Term, VariableTerm } from "../isa/term.js";
import { parameterWidth } from "./calls.js";
import { checkParameters, parameterLocals, type Of } from "./declarations.js";
import { DEEPEST_VALUE, tooDeep } from "./depth.js";
import { expression } from "./expressions.js";
import { runAsStep } from "./instructions.js";
import { integer, kindOf, unknownName } from "./integers.js";
import { visible } from "./lexer.js";
import { freshPath, lookup, originOf, RIGHTS, type Context, type Local } from "./scope.js";
import { runBlock } from "./statements.js";
import type { Block, Identifier, PlacedClause, ShadowClause, Span } from "./syntax.js";

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
  const names = [d.base, d.size, ...(d.area === undefined ? [] : [d.area])];
  checkParameters(context, names.map((name) => ({ name, span: name.span })));
  const [base, size, area] = names.map((name) => terms.variable("parameter", `monitor.${name.text}`, width)) as [VariableTerm, VariableTerm, VariableTerm | undefined];
  const locals = (): Map<string, Local> => new Map(names.map((name, i): [string, Local] => [name.text, { kind: "term", term: [base, size, area][i]!, mutable: false }]));
  const path = freshPath(context, RIGHTS.monitor, locals());
  const returned = runBlock(context, path, d.body);
  if (returned.kind === "value") return report.error("P4017", d.body.statements.at(-1)?.span ?? d.body.span, "a value is returned from a monitor's map", { expected: "assignments to the real machine's components" });
  const next = new Map<string, Term>();
  // what is assigned its own value is not left alone: the real machine's component gets the guest's
  for (const [name, term] of path.staged) {
    const component = components.find((c) => c.name === name)!;
    const origin = path.assignedAt.get(name)!;
    const at = spansIn(d.body).find((s) => s.file === origin.file && s.line === origin.line && s.column === origin.column) ?? d.span;
    if (isGuestsOwn(component)) report.error("P4034", at, `${visible(name)} is the guest's own`, { hint: "what has the role general or program-counter is in the real machine what it is in the guest's" });
    else if (component.role === "storage") report.error("P4034", at, "a guest's storage lies where its allotment is", { hint: `cell p of it is cell ${d.base.text} + p` });
    else if (component.kind === "array") report.error("P4034", at, `${visible(name)} is an array`, { expected: `place ${name} by EXPR, the cell that is the guest's first; or place ${name}, which gives the real machine the guest's` });
    else next.set(name, term as Term);
  }
  const { placed, given } = placements(context, d.placed, locals);
  const shadow = d.shadow === undefined ? undefined : shadowOf(context, d.shadow, area, locals);
  if (d.shadow === undefined && d.area !== undefined) report.error("P4037", d.area.span, "nothing is in an area of the monitor's own", { hint: "leave it out, or declare a shadow structure" });
  if (report.hasErrors || returned.kind === "broken") return undefined;
  const all = [...next.values(), ...placed.values()];
  if (context.depths.of(all) > DEEPEST_VALUE) return tooDeep(context, d.span, "the monitor's map");
  return { base, size, next, placed, given, shadow, origin: originOf(d.span) };
}

function shadowOf(context: Context, d: ShadowClause, area: VariableTerm | undefined, locals: () => Map<string, Local>): Shadow | undefined {
  const { terms, report } = context;
  if (area === undefined) return report.error("P4037", d.span, "the structure has no place of its own", { expected: "monitor (base, size, area): area is the first of its cells" });
  const window = lookup(context, d.window.text);
  if (window === undefined) return unknownName(context, undefined, d.window);
  if (window.kind !== "window") return window.kind === "broken" ? undefined : report.error("P1007", d.window.span, `${visible(d.window.text)} is ${kindOf(window)}, not a window`, { expected: "the window whose translations it makes" });
  const { addressWidth, over, traps } = window.window;
  const array = lookup(context, over);
  if (array?.kind !== "component" || array.component.kind !== "array") return undefined;
  const unit = integer(context, undefined, d.unit, "the unit", 0n, BigInt(array.component.indexWidth));
  const grain = d.grain === undefined ? unit : integer(context, undefined, d.grain, "what the guest's own map tells apart", 0n, BigInt(unit ?? array.component.indexWidth));
  const cells = integer(context, undefined, d.cells, "the number of cells", 0n, 1n << BigInt(array.component.indexWidth));
  for (const name of d.traps) {
    const found = traps.find((t) => t.trap === name.text);
    if (found === undefined) report.error("P4037", name.span, `${visible(name.text)} is no trap of ${visible(d.window.text)}`, { expected: `one of ${[...new Set(traps.map((t) => t.trap))].join(", ")}` });
    else if (found.args[0]?.width !== addressWidth) report.error("P4037", name.span, `${visible(name.text)} does not tell an address`, { expected: `a first argument of ${addressWidth} bits: the address that has no translation` });
  }
  const isTaken = (name: Identifier): boolean => locals().has(name.text) && report.error("P1003", name.span, `${visible(name.text)} is already a local name`, { hint: "choose another name" }) === undefined;
  const keeps = d.keeps === undefined || isTaken(d.keeps.address) ? undefined : orderOf(context, d.keeps, addressWidth, locals());
  const names = [d.address, d.cell, d.writable, ...(d.executable === undefined ? [] : [d.executable])];
  checkParameters(context, names.map((name) => ({ name, span: name.span })));
  names.forEach(isTaken);
  const widths = [addressWidth, array.component.indexWidth, 1, 1];
  const variables = names.map((name, i) => terms.variable("parameter", `shadow.${name.text}`, widths[i]!));
  const [address, cell, writable, executable] = variables as [VariableTerm, VariableTerm, VariableTerm, VariableTerm | undefined];
  const all = new Map([...locals(), ...names.map((name, i): [string, Local] => [name.text, { kind: "term", term: variables[i]!, mutable: false }])]);
  const run = (body: Block, name: string, known: Map<string, Local>): Step | undefined => runAsStep(context, { rights: RIGHTS.shadow, name: { text: name, span: body.span }, locals: known, body, length: { kind: "integer", value: 0n }, advance: undefined });
  const clear = run(d.clear, "clear", locals()), install = run(d.install, "install", all);
  if (unit === undefined || grain === undefined || cells === undefined || clear === undefined || install === undefined || (keeps === undefined && d.keeps !== undefined)) return undefined;
  return { window: d.window.text, unit, grain, cells, area, traps: [...new Set(d.traps.map((t) => t.text))], keeps, clear, install: { address, cell, writable, executable, step: install } };
}

/** What is so of the structure whenever a guest runs, said of one address. */
function orderOf(context: Context, { address, holds: e }: NonNullable<ShadowClause["keeps"]>, width: number, locals: Map<string, Local>): Shadow["keeps"] {
  const variable = context.terms.variable("parameter", `shadow.keeps.${address.text}`, width);
  const holds = expression(context, freshPath(context, RIGHTS.predicate, new Map([...locals, [address.text, { kind: "term", term: variable, mutable: false }]])), e, 1);
  if (holds === undefined) return undefined;
  return context.depths.of([holds]) > DEEPEST_VALUE ? tooDeep(context, e.span, "this predicate") : { address: variable, holds };
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

function placements(context: Context, clauses: readonly PlacedClause[], locals: () => Map<string, Local>): Pick<Monitor, "placed" | "given"> {
  const { report } = context;
  const placed = new Map<string, Term>(), given = new Set<string>();
  for (const { component: name, by } of clauses) {
    const entity = lookup(context, name.text);
    if (entity === undefined) unknownName(context, undefined, name);
    else if (entity.kind === "broken") continue;
    else if (entity.kind !== "component" || entity.component.kind !== "array") report.error("P4034", name.span, `${visible(name.text)} is no array`, { expected: "an array that has something to say about each cell of storage" });
    else if (isGuestsOwn(entity.component) || entity.component.role === "storage") report.error("P4034", name.span, `${visible(name.text)} is the guest's own`, { hint: "what moves with the storage is part of the map, such as storage keys" });
    else if (placed.has(name.text) || given.has(name.text)) report.error("P0016", name.span, `${visible(name.text)} is placed twice`, { hint: "keep one of them" });
    else if (by === undefined) given.add(name.text);
    else {
      const term = expression(context, freshPath(context, RIGHTS.monitor, locals()), by, entity.component.indexWidth);
      if (term !== undefined) placed.set(name.text, term);
    }
  }
  return { placed, given };
}
