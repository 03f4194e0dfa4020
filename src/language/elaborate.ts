/**
 * From syntax trees to a `Machine`: what is declared, name by name, then instruction by instruction.
 *
 * Everything wrong is reported in one pass; a name whose declaration is broken is remembered as broken, so that its uses
 * say nothing. A machine comes out only if there is no error.
 */
import { createHash } from "node:crypto";
import { RADIX_BASE } from "../bits/bits.js";
import { ROLES, type Component, type Configuration, type Instruction, type Machine, type Mode, type Role, type Trap, type Window } from "../isa/machine.js";
import { Terms } from "../isa/terms.js";
import type { Term, VariableTerm } from "../isa/term.js";
import type { Diagnostic } from "./diagnostic.js";
import { complement, firstUnit } from "./encodings.js";
import { BUILTIN_NAMES, expression, integer, unknownName } from "./expressions.js";
import { finish, instancesOf, LENGTH_WIDTH, readFamily, resolveOverlaps, type Family, type InstructionDeclaration, type InstructionSetting } from "./instructions.js";
import { nearest } from "./nearest.js";
import { Report } from "./report.js";
import { freshPath, originOf, RIGHTS, type Context, type Entity, type Local, type Rights } from "./scope.js";
import { functionValue, parameterWidth, runBlock } from "./statements.js";
import type { Block, Declaration, Identifier, Parameter, SourceFile, Span } from "./syntax.js";

export interface Elaboration {
  /** absent if there was an error */
  readonly machine?: Machine;
  readonly diagnostics: readonly Diagnostic[];
}

/** @param overrides values of parameters, as given with `--set` */
export function elaborate(files: readonly SourceFile[], overrides: ReadonlyMap<string, number> = new Map(), texts: ReadonlyMap<string, string> = new Map()): Elaboration {
  const report = new Report();
  const declarations = files.flatMap((f) => f.declarations);
  const start: Span = { file: files[0]?.file ?? "", start: 0, end: 0, line: 1, column: 1 };
  const machine = build(report, declarations, overrides, start, texts);
  return report.hasErrors ? { diagnostics: report.diagnostics() } : { machine, diagnostics: report.diagnostics() };
}

type Of<K extends Declaration["kind"]> = Extract<Declaration, { kind: K }>;

function build(report: Report, declarations: readonly Declaration[], overrides: ReadonlyMap<string, number>, start: Span, texts: ReadonlyMap<string, string>): Machine | undefined {
  const of = <K extends Declaration["kind"]>(kind: K): Of<K>[] => declarations.filter((d): d is Of<K> => d.kind === kind);
  const headers = of("machine");
  const header = headers[0];
  if (header === undefined) return report.error("P4020", start, "there is no machine declaration", { expected: 'machine name "Title" { bits msb0 radix octal }', hint: "one file of the specification starts with it" });
  for (const extra of headers.slice(1)) report.error("P4021", extra.span, "the machine is declared twice", { hint: `first in ${header.span.file}, line ${header.span.line}` });
  const item = <K extends Of<"machine">["items"][number]["kind"]>(kind: K): Extract<Of<"machine">["items"][number], { kind: K }> | undefined =>
    header.items.find((i): i is Extract<Of<"machine">["items"][number], { kind: K }> => i.kind === kind);

  const terms = new Terms();
  const entities = new Map<string, Entity>();
  const context: Context = { terms, report, bitOrder: item("bits")?.order ?? "lsb0", entities, choices: { prefix: "", next: 1 } };
  const firstAt = new Map<string, Span>();
  const define = (name: Identifier, entity: Entity): void => {
    const before = firstAt.get(name.text);
    if (before !== undefined) report.error("P1003", name.span, `${name.text} is declared twice`, { hint: `first in ${before.file}, line ${before.line}` });
    else if (BUILTIN_NAMES.includes(name.text)) report.error("P1003", name.span, `${name.text} is a built-in function`);
    else {
      firstAt.set(name.text, name.span);
      entities.set(name.text, entity);
    }
  };

  const parameters = declareParameters(context, of("parameter"), overrides, define, start);
  const components = declareState(context, of("state"), define);
  for (const d of of("const")) {
    const width = integer(context, undefined, d.width, "the width", 1n, 1024n);
    const value = width === undefined ? undefined : expression(context, freshPath(context, RIGHTS.fields), d.value, width);
    define(d.name, value === undefined ? { kind: "broken" } : { kind: "constant", term: value });
  }
  for (const d of of("function")) define(d.name, { kind: "function", declaration: d });
  for (const d of of("action")) define(d.name, { kind: "action", declaration: d });
  for (const d of of("view")) {
    const width = integer(context, undefined, d.width, "the width", 1n, 1024n);
    define(d.name, width === undefined ? { kind: "broken" } : { kind: "view", width, value: d.value });
  }
  const nameTables = new Map(of("names").map((d) => [d.name.text, d.texts]));
  const signatures = new Map<Of<"trap">, readonly VariableTerm[]>();
  for (const d of of("trap")) {
    const own = d.parameters.map((p) => ({ p, width: parameterWidth(context, p) }));
    const priority = d.priority === undefined ? 0 : integer(context, undefined, d.priority, "the priority", -1000n, 1000n);
    if (own.some((o) => o.width === undefined) || priority === undefined) define(d.name, { kind: "broken" });
    else {
      const variables = own.map(({ p, width }) => terms.variable("parameter", `${d.name.text}.${p.name.text}`, width!));
      signatures.set(d, variables);
      define(d.name, { kind: "trap", trap: { name: d.name.text, memory: d.memory, parameters: variables, priority } });
    }
  }
  const windows = declareWindows(context, of("window"), define);
  for (const d of of("view")) if (entities.get(d.name.text)?.kind === "view") expression(context, freshPath(context, RIGHTS.predicate), { kind: "name", name: d.name, span: d.name.span });

  const predicate = (e: Of<"mode">["when"]): Term | undefined => expression(context, freshPath(context, RIGHTS.predicate), e, 1);
  const modes: Mode[] = of("mode").flatMap((d) => {
    const when = predicate(d.when);
    return when === undefined ? [] : [{ name: d.name.text, level: d.level, predicate: when, title: d.title?.text, origin: originOf(d.span) }];
  });
  for (const level of ["supervisor", "user"] as const) {
    if (!of("mode").some((d) => d.level === level)) report.error("P4022", header.span, `no mode is declared ${level}`, { hint: `add: mode name ${level} when ...` });
  }
  const configurations: Configuration[] = [{ name: "any", title: "Any configuration", isDefault: false, predicate: terms.true, origin: originOf(header.span) }];
  for (const d of of("configuration")) {
    const value = predicate(d.value);
    if (configurations.some((c) => c.name === d.name.text)) report.error("P1003", d.name.span, `the configuration ${d.name.text} is declared twice`);
    if (value !== undefined) configurations.push({ name: d.name.text, title: d.title.text, isDefault: d.isDefault, predicate: value, origin: originOf(d.span) });
  }
  if (configurations.filter((c) => c.isDefault).length > 1) report.error("P4023", header.span, "more than one configuration is the default");
  if (!configurations.some((c) => c.isDefault)) configurations[0] = { ...configurations[0]!, isDefault: true };
  const invariants = of("invariant").flatMap((d) => {
    const value = predicate(d.value);
    return value === undefined ? [] : [{ predicate: value, because: d.because?.text, origin: originOf(d.span) }];
  });

  checkCallables(context, of("function"), of("action"));
  const traps: Trap[] = of("trap").flatMap((d) => {
    const variables = signatures.get(d);
    if (variables === undefined) return [];
    const entity = entities.get(d.name.text);
    const locals = parameterLocals(d.parameters, variables);
    locals.set("length", { kind: "term", term: terms.variable("parameter", "length", LENGTH_WIDTH), mutable: false });
    const step = runAsStep(context, RIGHTS.delivery, locals, d.body);
    return entity?.kind !== "trap" || step === undefined ? [] : [{ name: d.name.text, memory: d.memory, parameters: variables, priority: entity.trap.priority, title: d.title.text, cite: d.cite?.text, delivery: step, origin: originOf(d.span) }];
  });
  const fetch = declareFetch(context, of("fetch"));
  const advance = of("advance");
  for (const extra of advance.slice(1)) report.error("P4024", extra.span, "advance is declared twice");

  const instructions = declareInstructions(context, of("instruction"), { unit: fetch?.unit, advance: advance[0]?.body, nameTables, isUniform: true, base: RADIX_BASE[item("radix")?.radix ?? "hexadecimal"] });
  if (of("instruction").length === 0) report.error("P4025", header.span, "the machine has no instructions");
  const others = of("otherwise");
  for (const extra of others.slice(1)) report.error("P4024", extra.span, "otherwise is declared twice");
  const otherwise = others[0] === undefined ? undefined : declareOtherwise(context, others[0], fetch?.unit ?? instructions[0]?.encoding.width ?? 1);
  if (report.hasErrors) return undefined;
  const unit = fetch?.unit;
  const claimed = unit === undefined ? [] : instructions.flatMap((i) => i.encoding.cubes.map((c) => firstUnit(c, i.encoding.width, unit)));
  const unallocated = unit === undefined ? [] : complement(claimed, unit);
  if (unallocated.length > 0 && otherwise === undefined) report.error("P4026", header.span, "some encodings belong to no instruction", { hint: 'say what they do: otherwise "Unassigned" { trap ... }' });
  return {
    name: header.name.text, title: header.title.text, bitOrder: context.bitOrder, radix: item("radix")?.radix ?? "hexadecimal",
    sources: Object.fromEntries(header.items.flatMap((i) => (i.kind === "source" ? [[i.name.text, i.title.text]] : []))), status: item("status")?.status.text,
    parameters, terms, components, modes, windows, traps, fetch, instructions, otherwise, unallocated, configurations, invariants,
    omits: of("omits").map((d) => ({ what: d.what.text, because: d.because?.text, cite: d.cite?.text, origin: originOf(d.span) })),
    sha256: hash(texts, parameters),
  };
}

function hash(texts: ReadonlyMap<string, string>, parameters: Readonly<Record<string, number>>): string {
  const digest = createHash("sha256");
  for (const [file, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1))) digest.update(`${file}\0${text}\0`);
  digest.update(JSON.stringify(parameters));
  return digest.digest("hex");
}

function declareParameters(context: Context, list: readonly Of<"parameter">[], overrides: ReadonlyMap<string, number>, define: (n: Identifier, e: Entity) => void, start: Span): Record<string, number> {
  const values: Record<string, number> = {};
  for (const d of list) {
    const own = integer(context, undefined, d.value, `the parameter ${d.name.text}`, 0n, 1n << 40n);
    const value = overrides.get(d.name.text) ?? own;
    define(d.name, value === undefined ? { kind: "broken" } : { kind: "integer", value: BigInt(value) });
    if (value !== undefined) values[d.name.text] = value;
  }
  for (const name of overrides.keys()) {
    if (list.some((d) => d.name.text === name)) continue;
    const near = nearest(name, list.map((d) => d.name.text));
    context.report.error("P1023", start, `the machine has no parameter ${name}`, { hint: near === undefined ? `parameters: ${list.map((d) => d.name.text).join(", ") || "none"}` : `did you mean ${near}?` });
  }
  return values;
}

/** The largest index width of an array: addresses stay exact in every engine. */
const MAXIMUM_INDEX = 48n;

function declareState(context: Context, list: readonly Of<"state">[], define: (n: Identifier, e: Entity) => void): Component[] {
  const { terms, report } = context;
  const components: Component[] = [];
  for (const d of list) {
    const width = integer(context, undefined, d.width, "the width", 1n, 128n);
    const indexWidth = d.indexWidth === undefined ? undefined : integer(context, undefined, d.indexWidth, "the width of the index", 1n, MAXIMUM_INDEX);
    const isRole = (ROLES as readonly string[]).includes(d.role.text);
    if (!isRole) report.error("P1024", d.role.span, `${d.role.text} is no role`, { expected: ROLES.join(", "), hint: nearest(d.role.text, ROLES) });
    const rest = d.rest === undefined || width === undefined ? undefined : expression(context, freshPath(context, RIGHTS.fields), d.rest, width);
    if (d.transient && d.rest === undefined) report.error("P4027", d.span, `${d.name.text} is transient without a value`, { expected: "the value it has between instructions: = 0" });
    if (width === undefined || (d.indexWidth !== undefined && indexWidth === undefined) || !isRole || (d.rest !== undefined && rest?.op !== "constant")) {
      define(d.name, { kind: "broken" });
      continue;
    }
    const base = { name: d.name.text, width, role: d.role.text as Role, cite: d.cite?.text, because: d.because?.text, origin: originOf(d.span) };
    if (indexWidth !== undefined && d.transient) report.error("P4027", d.span, "an array can't be transient");
    const component: Component = indexWidth !== undefined
      ? { kind: "array", ...base, indexWidth, variable: terms.array("state", d.name.text, indexWidth, width) }
      : { kind: "register", ...base, variable: terms.variable("state", d.name.text, width), rest: d.transient && rest?.op === "constant" ? rest.value : undefined };
    components.push(component);
    define(d.name, { kind: "component", component });
  }
  return components;
}

function declareWindows(context: Context, list: readonly Of<"window">[], define: (n: Identifier, e: Entity) => void): Window[] {
  const { terms, report, entities } = context;
  for (const d of list) define(d.name, { kind: "window", window: "broken" });
  const windows: Window[] = [];
  for (const d of list) {
    const over = entities.get(d.over.text);
    const width = integer(context, undefined, d.width, "the width", 1n, 128n);
    const addressWidth = parameterWidth(context, d.address);
    if (over === undefined) unknownName(context, undefined, d.over);
    else if (over.kind !== "broken" && (over.kind !== "component" || over.component.kind !== "array")) report.error("P1025", d.over.span, `${d.over.text} is no array`, { expected: "the storage that the window looks at" });
    if (over?.kind !== "component" || over.component.kind !== "array" || width === undefined || addressWidth === undefined) continue;
    if (width !== over.component.width) report.error("P2009", d.width.span, `the window shows ${width} bits, a cell of ${d.over.text} has ${over.component.width}`);
    const address = terms.variable("parameter", `${d.name.text}.${d.address.name.text}`, addressWidth);
    const access = terms.variable("parameter", `${d.name.text}.${d.access.text}`, 2);
    const locals = new Map<string, Local>([[d.address.name.text, { kind: "term", term: address, mutable: false }], [d.access.text, { kind: "term", term: access, mutable: false }]]);
    const path = freshPath(context, RIGHTS.window, locals);
    if (runBlock(context, path, d.body).kind === "broken") continue;
    const cell = expression(context, path, d.cell, over.component.indexWidth);
    if (cell === undefined) continue;
    const inverse = d.inverse === undefined ? undefined : inverseOf(context, d.name.text, d.inverse, over.component.indexWidth, addressWidth);
    const traps = path.exits.map((e) => {
      if (e.kind !== "memory-trap") report.error("P4028", d.span, `the translation of ${d.name.text} leaves with ${e.cause}, which is no memory trap`, { hint: "declare it: memory trap ..." });
      return { guard: e.guard, trap: e.cause, args: e.args, origin: e.origin };
    });
    const window: Window = { name: d.name.text, over: d.over.text, addressWidth, width, address, access, traps, cell, inverse, origin: originOf(d.span) };
    entities.set(d.name.text, { kind: "window", window });
    windows.push(window);
  }
  return windows;
}

function inverseOf(context: Context, window: string, d: NonNullable<Of<"window">["inverse"]>, indexWidth: number, addressWidth: number): Window["inverse"] {
  const parameter = context.terms.variable("parameter", `${window}.${d.parameter.text}`, indexWidth);
  const path = freshPath(context, RIGHTS.predicate, new Map([[d.parameter.text, { kind: "term", term: parameter, mutable: false }]]));
  const value = expression(context, path, d.value, addressWidth);
  return value === undefined ? undefined : { parameter, value };
}

function parameterLocals(parameters: readonly Parameter[], variables: readonly VariableTerm[]): Map<string, Local> {
  return new Map(parameters.map((p, i) => [p.name.text, { kind: "term", term: variables[i]!, mutable: false }]));
}

/** Each function and action once by itself, so that mistakes in unused ones are found, and said once. */
function checkCallables(context: Context, functions: readonly Of<"function">[], actions: readonly Of<"action">[]): void {
  const { terms } = context;
  for (const d of [...functions, ...actions]) {
    const widths = d.parameters.map((p) => parameterWidth(context, p));
    if (widths.some((w) => w === undefined)) continue;
    const locals = parameterLocals(d.parameters, d.parameters.map((p, i) => terms.variable("parameter", `${d.name.text}.${p.name.text}`, widths[i]!)));
    locals.set("length", { kind: "term", term: terms.variable("field", "length", LENGTH_WIDTH), mutable: false });
    context.choices = { prefix: `${d.name.text}.`, next: 1 };
    const path = { ...freshPath(context, d.kind === "function" ? RIGHTS.function : RIGHTS.step, locals), calls: [d.name.text] };
    if (d.kind === "function") functionValue(context, path, d);
    else runBlock(context, path, d.body);
  }
}

function runAsStep(context: Context, rights: Rights, locals: Map<string, Local>, body: Block): ReturnType<typeof finish> | undefined {
  const path = freshPath(context, rights, locals);
  context.choices = { prefix: `${rights.what}.`, next: 1 };
  return runBlock(context, path, body).kind === "broken" ? undefined : finish(context, path);
}

function declareFetch(context: Context, list: readonly Of<"fetch">[]): Machine["fetch"] {
  const { report, terms } = context;
  for (const extra of list.slice(1)) report.error("P4024", extra.span, "fetch is declared twice");
  const d = list[0];
  if (d === undefined) return undefined;
  const unit = integer(context, undefined, d.unit, "the fetch unit", 1n, 128n);
  const width = parameterWidth(context, d.index);
  if (unit === undefined || width === undefined) return undefined;
  const index = terms.variable("parameter", `fetch.${d.index.name.text}`, width);
  const path = freshPath(context, RIGHTS.function, parameterLocals([d.index], [index]));
  const returned = runBlock(context, path, d.body, unit);
  if (returned.kind === "nothing") report.error("P4014", d.span, "fetch returns no value", { hint: "its last statement is return ..." });
  if (returned.kind !== "value") return undefined;
  return { unit, index, word: returned.term, step: finish(context, path) };
}

function declareInstructions(context: Context, list: readonly InstructionDeclaration[], setting: InstructionSetting): Instruction[] {
  const { report } = context;
  const named = new Map<string, Span>();
  for (const d of list) {
    const before = named.get(d.name.text);
    if (before !== undefined) report.error("P1003", d.name.span, `the instruction ${d.name.text} is declared twice`, { hint: `first in ${before.file}, line ${before.line}` });
    named.set(d.name.text, d.name.span);
  }
  const families = list.flatMap((d): Family[] => { const f = readFamily(context, d, setting); return f === undefined ? [] : [f]; });
  const isUniform = setting.unit === undefined || families.every((f) => f.encoding.width === setting.unit);
  const own = resolveOverlaps(context, families);
  const instructions = families.flatMap((f) => instancesOf(context, f, own.get(f)!, { ...setting, isUniform }));
  return distinct(instructions);
}

/** Instructions of different declarations that share a mnemonic are told apart by their declarations' names. */
function distinct(instructions: readonly Instruction[]): Instruction[] {
  const count = new Map<string, Set<string>>();
  for (const i of instructions) count.set(i.id, (count.get(i.id) ?? new Set()).add(i.family));
  return instructions.map((i) => {
    if (count.get(i.id)!.size === 1) return i;
    const rest = Object.entries(i.split).map(([k, v]) => `${k}=${v}`).join(",");
    return { ...i, id: rest === "" ? i.family : `${i.family}[${rest}]` };
  });
}

function declareOtherwise(context: Context, d: Of<"otherwise">, unit: number): Machine["otherwise"] {
  const word = context.terms.variable("field", "word", unit);
  const locals = new Map<string, Local>([["word", { kind: "term", term: word, mutable: false }], ["length", { kind: "integer", value: 1n }]]);
  const step = runAsStep(context, RIGHTS.step, locals, d.body);
  return step === undefined ? undefined : { title: d.title.text, step, word, origin: originOf(d.span) };
}

