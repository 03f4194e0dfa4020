/**
 * From syntax trees to a `Machine`: what is declared, name by name, then instruction by instruction.
 *
 * Everything wrong is reported in one pass; a name whose declaration is broken is remembered as broken, so that its uses
 * say nothing. A machine comes out only if there is no error.
 */
import { RADIX_BASE } from "../bits/bits.js";
import { sha256 } from "../bits/sha256.js";
import { frontWidth } from "../isa/encoded.js";
import type { Component, FrontField, Machine, Trap, Window } from "../isa/machine.js";
import { Terms } from "../isa/terms.js";
import { functionValue, parameterWidth } from "./calls.js";
import { declareInstructions, declareOtherwise, unallocatedOf } from "./decoding.js";
import { declareNames, declaredTwice, parameterLocals, type Of } from "./declarations.js";
import { Depths } from "./depth.js";
import type { Diagnostic } from "./diagnostic.js";
import { expression } from "./expressions.js";
import { readFront } from "./front.js";
import { finish, runAsStep } from "./instructions.js";
import { integer } from "./integers.js";
import { visible } from "./lexer.js";
import { nearest } from "../isa/nearest.js";
import { readConsole, readConsoleDevice } from "./consoles.js";
import { readInterrupts, readMonitor } from "./monitors.js";
import { readConfigurations, readInvariants, readModes } from "./predicates.js";
import { Report } from "./report.js";
import { freshPath, lookup, originOf, LENGTH_WIDTH, RIGHTS, type Context, type Entity, type Local } from "./scope.js";
import { runBlock } from "./statements.js";
import type { Declaration, SourceFile, Span } from "./syntax.js";
import { Work } from "./work.js";

export interface Elaboration {
  /** absent if there was an error */
  readonly machine?: Machine;
  readonly diagnostics: readonly Diagnostic[];
}

/** @param overrides values of parameters, as given with `--set` */
export function elaborate(files: readonly SourceFile[], overrides: ReadonlyMap<string, number> = new Map(), texts: ReadonlyMap<string, string> = new Map()): Elaboration {
  const report = new Report(new Map(files.map((f, i) => [f.file, i])));
  const declarations = files.flatMap((f) => f.declarations);
  const start: Span = { file: files[0]?.file ?? "", start: 0, end: 0, line: 1, column: 1 };
  const machine = build(report, declarations, overrides, start, texts);
  return report.hasErrors ? { diagnostics: report.diagnostics() } : { machine, diagnostics: report.diagnostics() };
}

function build(report: Report, declarations: readonly Declaration[], overrides: ReadonlyMap<string, number>, start: Span, texts: ReadonlyMap<string, string>): Machine | undefined {
  const of = <K extends Declaration["kind"]>(kind: K): Of<K>[] => declarations.filter((d): d is Of<K> => d.kind === kind);
  const header = readHeader(report, of("machine"), start);
  if (header === undefined) return undefined;
  const { bitOrder, radix } = header;
  const terms = new Terms();
  const context: Context = { terms, report, work: new Work(terms, report), depths: new Depths(), bitOrder, entities: new Map(), underway: [], front: [...of("prefix"), ...of("context")].map((d) => d.name.text), choices: { prefix: "", next: 1 } };
  declareNames(context, declarations, overrides);
  checkOverrides(report, of("parameter"), overrides, header.span);
  const made = <K extends Entity["kind"]>(list: readonly { readonly name: { readonly text: string } }[], kind: K): Extract<Entity, { kind: K }>[] =>
    [...new Set(list.map((d) => d.name.text))].flatMap((name) => { const e = lookup(context, name); return e?.kind === kind ? [e as Extract<Entity, { kind: K }>] : []; });

  const parameters = Object.fromEntries(of("parameter").flatMap((d) => { const e = lookup(context, d.name.text); return e?.kind === "integer" ? [[d.name.text, Number(e.value)]] : []; }));
  const components: Component[] = made(of("state"), "component").map((e) => e.component);
  made(of("const"), "constant");
  made(of("trap"), "trap");
  const windows: Window[] = made(of("window"), "window").map((e) => e.window);
  for (const d of of("view")) if (lookup(context, d.name.text)?.kind === "view") expression(context, freshPath(context, { ...RIGHTS.predicate, what: "a view" }), { kind: "name", name: d.name, span: d.name.span });
  const nameTables = new Map(of("names").map((d) => [d.name.text, d.texts]));
  checkTwice(context, of("names"));
  checkTwice(context, of("picture"));
  checkTwice(context, of("mode"));
  checkTwice(context, of("interrupt"));
  checkTwice(context, of("instruction"));

  const modes = readModes(context, of("mode"), header.span);
  const configurations = readConfigurations(context, of("configuration"), header.span);
  const invariants = readInvariants(context, of("invariant"));
  const traps = readDeliveries(context, of("trap"));
  const interrupts = readInterrupts(context, of("interrupt"));
  const monitorDeclaration = only(report, of("monitor"), "monitor");
  const monitor = monitorDeclaration === undefined ? undefined : readMonitor(context, monitorDeclaration, components);
  const consoleDeclaration = only(report, of("console"), "console");
  const console = consoleDeclaration === undefined ? undefined : readConsole(context, consoleDeclaration);
  const fetches = readFetch(context, of("fetch"));
  const fetch = fetches?.fetch;
  const front = readFront(context, of("prefix"), of("context"), fetch?.unit);
  checkCallables(context, front, of("function"), of("action"));
  const advance = only(report, of("advance"), "advance");
  const decoding = declareInstructions(context, of("instruction"), { unit: fetch?.unit, isLowestFirst: fetches?.isLowestFirst === true, front, pictures: new Map(of("picture").map((d) => [d.name.text, d])), advance: advance?.body, nameTables, isUniform: true, base: RADIX_BASE[radix] });
  if (of("instruction").length === 0) report.error("P4025", header.span, "the machine has no instructions", { hint: "a machine without instructions has no class to find" });
  const other = only(report, of("otherwise"), "otherwise");
  const otherwise = other === undefined ? undefined : declareOtherwise(context, other, fetch?.unit ?? decoding.width, advance?.body);
  // last, so that all other terms are what they are without it
  const deviceDeclaration = only(report, [...of("consoleDevice"), ...(consoleDeclaration === undefined ? [] : [consoleDeclaration])], "console");
  const consoleDevice = deviceDeclaration?.kind === "consoleDevice" ? readConsoleDevice(context, deviceDeclaration, decoding.instructions) : undefined;
  if (report.hasErrors) return undefined;
  const unallocated = fetch === undefined ? [] : unallocatedOf(context, decoding.instructions, { unit: fetch.unit, front: frontWidth({ front }) }, otherwise !== undefined, header.span);
  return {
    name: header.name, title: header.title, bitOrder, radix, sources: header.sources, status: header.status,
    parameters, terms, components, modes, windows, traps, interrupts, monitor, console, consoleDevice, front, fetch, instructions: decoding.instructions, otherwise, unallocated, configurations, invariants,
    omits: of("omits").map((d) => ({ what: d.what.text, because: d.because?.text, cite: d.cite?.text, origin: originOf(d.span) })),
    sha256: hash(texts, parameters),
  };
}

function hash(texts: ReadonlyMap<string, string>, parameters: Readonly<Record<string, number>>): string {
  const files = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, text]) => `${file}\0${text}\0`);
  return sha256(files.join("") + JSON.stringify(parameters));
}

// ---------------------------------------------------------------- the machine declaration, and things that are declared once

interface Header extends Pick<Machine, "name" | "title" | "bitOrder" | "radix" | "sources" | "status"> {
  readonly span: Span;
}

function readHeader(report: Report, list: readonly Of<"machine">[], start: Span): Header | undefined {
  const d = list[0];
  if (d === undefined) return report.error("P4020", start, "there is no machine declaration", { expected: 'machine name "Title" { bits msb0 radix octal }', hint: "one file of the specification starts with it" });
  for (const extra of list.slice(1)) report.error("P4021", extra.name.span, "the machine is declared twice", { hint: `first in ${d.span.file}, line ${d.span.line}; one specification is one machine` });
  const { items } = d;
  const bits = items.find((i) => i.kind === "bits"), radix = items.find((i) => i.kind === "radix"), status = items.find((i) => i.kind === "status");
  return {
    name: d.name.text, title: d.title.text, span: d.name.span,
    bitOrder: bits?.kind === "bits" ? bits.order : "lsb0",
    radix: radix?.kind === "radix" ? radix.radix : "hexadecimal",
    sources: Object.fromEntries(items.flatMap((i) => (i.kind === "source" ? [[i.name.text, i.title.text]] : []))),
    status: status?.kind === "status" ? status.status.text : undefined,
  };
}

function checkOverrides(report: Report, list: readonly Of<"parameter">[], overrides: ReadonlyMap<string, number>, span: Span): void {
  const known = list.map((d) => d.name.text);
  for (const name of overrides.keys()) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    report.error("P1023", span, `this machine has no parameter ${visible(name)}`, { expected: known.length === 0 ? "no --set: it has no parameters" : `one of ${known.join(", ")}`, hint: near === undefined ? undefined : `did you mean ${visible(near)}?` });
  }
}

function only<D extends Of<"advance" | "otherwise" | "fetch" | "monitor" | "console" | "consoleDevice">>(report: Report, list: readonly D[], what: string): D | undefined {
  for (const extra of list.slice(1)) report.error("P4024", extra.span, `${what} is declared twice`, { hint: `first in ${list[0]!.span.file}, line ${list[0]!.span.line}` });
  return list[0];
}

function checkTwice(context: Context, list: readonly Of<"mode" | "names" | "picture" | "instruction" | "interrupt">[]): void {
  const first = new Map<string, Span>();
  for (const { name } of list) {
    const before = first.get(name.text);
    if (before === undefined) first.set(name.text, name.span);
    else declaredTwice(context, name, before);
  }
}

// ---------------------------------------------------------------- behaviour beside the instructions

function anyLength(context: Context, space: "field" | "parameter"): Local {
  return { kind: "term", term: context.terms.variable(space, "length", LENGTH_WIDTH), mutable: false };
}

/** Each function and action once by itself, so that mistakes in unused ones are found, and said once. */
function checkCallables(context: Context, front: readonly FrontField[], functions: readonly Of<"function">[], actions: readonly Of<"action">[]): void {
  for (const d of [...functions, ...actions]) {
    const entity = lookup(context, d.name.text);
    const widths = d.parameters.map((p) => parameterWidth(context, p));
    if (entity === undefined || !("declaration" in entity) || entity.declaration !== d || widths.some((w) => w === undefined)) continue;
    context.work.begin(visible(d.name.text));
    const locals = parameterLocals(d.parameters, d.parameters.map((p, i) => context.terms.variable("parameter", `${d.name.text}.${p.name.text}`, widths[i]!)));
    if (!locals.has("length")) locals.set("length", anyLength(context, "field"));
    for (const f of front) if (!locals.has(f.name)) locals.set(f.name, { kind: "term", term: f.variable, mutable: false });
    context.choices = { prefix: `${d.name.text}.`, next: 1 };
    const path = { ...freshPath(context, d.kind === "function" ? RIGHTS.function : RIGHTS.action, locals), calls: [d.name.text] };
    if (d.kind === "function") functionValue(context, path, d);
    else if (runBlock(context, path, d.body).kind === "value") context.report.error("P4015", d.name.span, `the action ${visible(d.name.text)} returns a value`, { hint: "make it a function, or leave the return out" });
  }
}

function readDeliveries(context: Context, list: readonly Of<"trap">[]): Trap[] {
  return list.flatMap((d) => {
    const entity = lookup(context, d.name.text);
    if (entity?.kind !== "trap") return [];
    context.work.begin(visible(d.name.text));
    const { trap } = entity;
    const locals = parameterLocals(d.parameters, trap.parameters);
    const delivery = runAsStep(context, { rights: RIGHTS.delivery, name: d.name, locals, body: d.body, length: anyLength(context, "parameter"), advance: undefined });
    return delivery === undefined ? [] : [{ ...trap, title: d.title.text, cite: d.cite?.text, delivery, origin: originOf(d.span) }];
  });
}

function readFetch(context: Context, list: readonly Of<"fetch">[]): { readonly fetch: NonNullable<Machine["fetch"]>; readonly isLowestFirst: boolean } | undefined {
  const { report, terms } = context;
  const d = only(report, list, "fetch");
  if (d === undefined) return undefined;
  const unit = integer(context, undefined, d.unit, "the fetch unit", 1n, 128n);
  const width = parameterWidth(context, d.index);
  if (unit === undefined || width === undefined) return undefined;
  context.work.begin("fetch");
  context.choices = { prefix: "fetch.", next: 1 };
  const index = terms.variable("parameter", `fetch.${d.index.name.text}`, width);
  const path = freshPath(context, RIGHTS.function, parameterLocals([d.index], [index]));
  const returned = runBlock(context, path, d.body, unit);
  if (returned.kind === "nothing") report.error("P4014", d.span, "fetch returns no value", { hint: "its last statement is return ..." });
  return returned.kind === "value" ? { fetch: { unit, index, word: returned.term, step: finish(context, path) }, isLowestFirst: d.isLowestFirst } : undefined;
}
