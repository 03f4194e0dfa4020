/**
 * A checked machine as JSON: the documented, versioned form that other tools can read, and that a bundled machine is
 * loaded from without parsing its text again.
 *
 * Version 1. All behaviour stands in one numbered list of terms (`json-terms.ts`); everywhere else a term is its number.
 * Bit strings are hexadecimal text, never JSON numbers. A place in the specification is [file, line, column].
 * `machine.schema.json`, beside this file, is the JSON Schema.
 */
import type { Radix } from "../bits/bits.js";
import type { Component, Configuration, ConsoleDevice, Cube, Encoding, Exit, FrontField, Instruction, Interrupt, Machine, ModeLevel, Origin, Role, Shadow, Step, SyntaxPart, Trap, Window } from "./machine.js";
import { bitsText, misfit, readTerms, writeTerms, type TermList, type TermReader } from "./json-terms.js";
import type { AnyTerm, ArrayVariableTerm, Term } from "./term.js";
import { Terms } from "./terms.js";

export const MACHINE_FORMAT = "popek-machine";
export const MACHINE_VERSION = 1;

type Place = readonly [file: string, line: number, column: number];
type TermIndex = number;

interface ExitDocument {
  readonly guard: TermIndex;
  readonly kind: Exit["kind"];
  readonly cause: string;
  readonly args: readonly TermIndex[];
  readonly leaving?: Readonly<Record<string, TermIndex>>;
  readonly origin: Place;
}
interface StepDocument {
  readonly exits: readonly ExitDocument[];
  readonly next: Readonly<Record<string, TermIndex>>;
  readonly execute?: { readonly guard: TermIndex; readonly word: TermIndex };
  readonly assignedAt: Readonly<Record<string, Place>>;
}
interface CubeDocument { readonly mask: string; readonly value: string; readonly absent?: string }
interface ComponentDocument {
  readonly kind: Component["kind"];
  readonly name: string;
  readonly width: number;
  readonly role: Role;
  readonly cite?: string;
  readonly because?: string;
  readonly origin: Place;
  readonly variable: TermIndex;
  readonly indexWidth?: number;
  readonly rest?: string;
}
interface WindowDocument {
  readonly name: string;
  readonly over: string;
  readonly addressWidth: number;
  readonly width: number;
  readonly address: TermIndex;
  readonly access: TermIndex;
  readonly traps: readonly { readonly guard: TermIndex; readonly trap: string; readonly args: readonly TermIndex[]; readonly origin: Place }[];
  readonly cell: TermIndex;
  readonly inverse?: { readonly parameter: TermIndex; readonly value: TermIndex };
  /** only where it is */
  readonly latched?: true;
  readonly origin: Place;
}
interface TrapDocument {
  readonly name: string;
  readonly memory: boolean;
  readonly parameters: readonly TermIndex[];
  readonly priority: number;
  readonly title: string;
  readonly cite?: string;
  readonly delivery: StepDocument;
  readonly origin: Place;
}
interface InterruptDocument {
  readonly name: string;
  readonly parameters: readonly TermIndex[];
  readonly title: string;
  readonly cite?: string;
  readonly accepted: TermIndex;
  readonly delivery: StepDocument;
  readonly origin: Place;
}
interface MonitorDocument {
  readonly base: TermIndex;
  readonly size: TermIndex;
  readonly next: Readonly<Record<string, TermIndex>>;
  readonly placed: Readonly<Record<string, TermIndex>>;
  readonly given?: readonly string[];
  readonly shadow?: {
    readonly window: string; readonly unit: number; readonly grain?: number; readonly cells: number; readonly area: TermIndex; readonly traps: readonly string[]; readonly clear: StepDocument;
    readonly keeps?: { readonly address: TermIndex; readonly holds: TermIndex };
    readonly install: { readonly address: TermIndex; readonly cell: TermIndex; readonly writable: TermIndex; readonly executable?: TermIndex; readonly step: StepDocument };
  };
  readonly origin: Place;
}
interface ConsoleDeviceDocument {
  readonly storage?: string;
  readonly cells: readonly { readonly index: string; readonly holds: string; readonly stored: TermIndex; readonly sends?: TermIndex; readonly halts?: TermIndex; readonly origin: Place }[];
  readonly instructions: readonly { readonly family: string; readonly when: TermIndex; readonly each?: { readonly index: TermIndex; readonly below: TermIndex }; readonly sends: TermIndex; readonly origin: Place }[];
  readonly origin: Place;
}
interface EncodingDocument {
  readonly width: number;
  readonly cubes: readonly CubeDocument[];
  readonly priority: number;
  readonly fields: readonly { readonly name: string; readonly width: number; readonly low: number; readonly variable: TermIndex; readonly names?: readonly string[] }[];
  readonly ignored: string;
  /** these three only where there are any */
  readonly front?: number;
  readonly turned?: readonly { readonly low: number; readonly width: number }[];
  readonly length?: TermIndex;
}
interface SyntaxDocument {
  readonly parts: readonly SyntaxPart[];
  readonly cubes?: readonly CubeDocument[];
}
interface FrontDocument {
  readonly name: string;
  readonly width: number;
  readonly variable: TermIndex;
  /** one of the two */
  readonly units?: readonly { readonly unit: string; readonly value: string }[];
  readonly value?: TermIndex;
  readonly origin: Place;
}
interface InstructionDocument {
  readonly id: string;
  readonly mnemonic: string;
  readonly family: string;
  readonly split: Readonly<Record<string, string>>;
  readonly title: string;
  readonly cite?: string;
  readonly origin: Place;
  readonly encoding: EncodingDocument;
  readonly syntax: readonly SyntaxDocument[];
  readonly hypothesis: TermIndex;
  readonly step: StepDocument;
}

export interface MachineDocument extends TermList {
  readonly format: typeof MACHINE_FORMAT;
  readonly version: typeof MACHINE_VERSION;
  readonly name: string;
  readonly title: string;
  readonly sha256: string;
  readonly bitOrder: Machine["bitOrder"];
  readonly radix: Radix;
  readonly sources: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly components: readonly ComponentDocument[];
  readonly modes: readonly { readonly name: string; readonly level: ModeLevel; readonly predicate: TermIndex; readonly title?: string; readonly origin: Place }[];
  readonly windows: readonly WindowDocument[];
  readonly traps: readonly TrapDocument[];
  readonly interrupts: readonly InterruptDocument[];
  readonly monitor?: MonitorDocument;
  readonly console?: { readonly sent: string; readonly on: string; readonly origin: Place };
  readonly consoleDevice?: ConsoleDeviceDocument;
  readonly front?: readonly FrontDocument[];
  readonly fetch?: { readonly unit: number; readonly index: TermIndex; readonly step: StepDocument; readonly word: TermIndex };
  readonly instructions: readonly InstructionDocument[];
  readonly otherwise?: { readonly title: string; readonly step: StepDocument; readonly word: TermIndex; readonly origin: Place };
  readonly unallocated: readonly CubeDocument[];
  readonly configurations: readonly { readonly name: string; readonly title: string; readonly isDefault: boolean; readonly predicate: TermIndex; readonly origin: Place }[];
  readonly invariants: readonly { readonly predicate: TermIndex; readonly because?: string; readonly origin: Place }[];
  readonly omits: readonly { readonly what: string; readonly because?: string; readonly cite?: string; readonly origin: Place }[];
}

// ---------------------------------------------------------------- machine to document

export function machineJson(machine: Machine): MachineDocument {
  const { list, indexOf } = writeTerms(rootsOf(machine));
  const byName = (map: ReadonlyMap<string, AnyTerm>): Record<string, TermIndex> => Object.fromEntries([...map].map(([k, v]) => [k, indexOf(v)]));
  const exit = ({ guard, kind, cause, args, leaving, origin }: Exit): ExitDocument => ({ guard: indexOf(guard), kind, cause, args: args.map(indexOf), leaving: leaving && byName(leaving), origin: place(origin) });
  const step = ({ exits, next, execute, assignedAt }: Step): StepDocument => ({
    exits: exits.map(exit), next: byName(next), execute: execute && { guard: indexOf(execute.guard), word: indexOf(execute.word) },
    assignedAt: Object.fromEntries([...assignedAt].map(([k, v]) => [k, place(v)])),
  });
  const component = (c: Component): ComponentDocument => ({
    kind: c.kind, name: c.name, width: c.width, role: c.role, cite: c.cite, because: c.because, origin: place(c.origin), variable: indexOf(c.variable),
    ...(c.kind === "array" ? { indexWidth: c.indexWidth } : { rest: c.rest === undefined ? undefined : bitsText(c.rest) }),
  });
  const window = (w: Window): WindowDocument => ({
    name: w.name, over: w.over, addressWidth: w.addressWidth, width: w.width, address: indexOf(w.address), access: indexOf(w.access),
    traps: w.traps.map((t) => ({ guard: indexOf(t.guard), trap: t.trap, args: t.args.map(indexOf), origin: place(t.origin) })),
    cell: indexOf(w.cell), inverse: w.inverse && { parameter: indexOf(w.inverse.parameter), value: indexOf(w.inverse.value) }, latched: w.latched ? true : undefined, origin: place(w.origin),
  });
  const trap = (t: Trap): TrapDocument => ({ name: t.name, memory: t.memory, parameters: t.parameters.map(indexOf), priority: t.priority, title: t.title, cite: t.cite, delivery: step(t.delivery), origin: place(t.origin) });
  const shadow = (s: Shadow): NonNullable<MonitorDocument["shadow"]> => ({
    window: s.window, unit: s.unit, grain: s.grain === s.unit ? undefined : s.grain, cells: s.cells, area: indexOf(s.area), traps: s.traps, keeps: s.keeps && { address: indexOf(s.keeps.address), holds: indexOf(s.keeps.holds) }, clear: step(s.clear),
    install: { address: indexOf(s.install.address), cell: indexOf(s.install.cell), writable: indexOf(s.install.writable), executable: s.install.executable && indexOf(s.install.executable), step: step(s.install.step) },
  });
  const encoding = (e: Encoding): EncodingDocument => ({
    width: e.width, cubes: e.cubes.map(cube), priority: e.priority, fields: e.fields.map((f) => ({ name: f.name, width: f.width, low: f.low, variable: indexOf(f.variable), names: f.names })), ignored: bitsText(e.ignored),
    ...(e.front === 0 ? {} : { front: e.front }), ...(e.turned.length === 0 ? {} : { turned: e.turned }), ...(e.length === undefined ? {} : { length: indexOf(e.length) }),
  });
  const instruction = (i: Instruction): InstructionDocument => ({
    id: i.id, mnemonic: i.mnemonic, family: i.family, split: i.split, title: i.title, cite: i.cite, origin: place(i.origin),
    encoding: encoding(i.encoding), syntax: i.syntax.map((s) => ({ parts: s.parts, cubes: s.cubes?.map(cube) })), hypothesis: indexOf(i.hypothesis), step: step(i.step),
  });
  const front = ({ name, width, variable, source, origin }: FrontField): FrontDocument => ({
    name, width, variable: indexOf(variable), origin: place(origin),
    ...(source.kind === "context" ? { value: indexOf(source.value) } : { units: source.units.map((u) => ({ unit: bitsText(u.unit), value: bitsText(u.value) })) }),
  });
  const device = (d: ConsoleDevice): ConsoleDeviceDocument => ({
    storage: d.storage, origin: place(d.origin),
    cells: d.cells.map((c) => ({ index: bitsText(c.index), holds: bitsText(c.holds), stored: indexOf(c.stored), sends: c.sends && indexOf(c.sends), halts: c.halts && indexOf(c.halts), origin: place(c.origin) })),
    instructions: d.instructions.map((i) => ({ family: i.family, when: indexOf(i.when), each: i.each && { index: indexOf(i.each.index), below: indexOf(i.each.below) }, sends: indexOf(i.sends), origin: place(i.origin) })),
  });
  const { fetch, monitor, console, consoleDevice, otherwise } = machine;
  return {
    format: MACHINE_FORMAT, version: MACHINE_VERSION, name: machine.name, title: machine.title, sha256: machine.sha256, bitOrder: machine.bitOrder, radix: machine.radix,
    sources: machine.sources, status: machine.status, parameters: machine.parameters,
    components: machine.components.map(component),
    modes: machine.modes.map((m) => ({ name: m.name, level: m.level, predicate: indexOf(m.predicate), title: m.title, origin: place(m.origin) })),
    windows: machine.windows.map(window),
    traps: machine.traps.map(trap),
    interrupts: machine.interrupts.map((i) => ({ name: i.name, parameters: i.parameters.map(indexOf), title: i.title, cite: i.cite, accepted: indexOf(i.accepted), delivery: step(i.delivery), origin: place(i.origin) })),
    monitor: monitor && { base: indexOf(monitor.base), size: indexOf(monitor.size), next: byName(monitor.next), placed: byName(monitor.placed), ...(monitor.given.size === 0 ? {} : { given: [...monitor.given] }), shadow: monitor.shadow && shadow(monitor.shadow), origin: place(monitor.origin) },
    console: console && { sent: console.sent, on: console.on, origin: place(console.origin) },
    ...(consoleDevice === undefined ? {} : { consoleDevice: device(consoleDevice) }),
    ...(machine.front.length === 0 ? {} : { front: machine.front.map(front) }),
    fetch: fetch && { unit: fetch.unit, index: indexOf(fetch.index), step: step(fetch.step), word: indexOf(fetch.word) },
    instructions: machine.instructions.map(instruction),
    otherwise: otherwise && { title: otherwise.title, step: step(otherwise.step), word: indexOf(otherwise.word), origin: place(otherwise.origin) },
    unallocated: machine.unallocated.map(cube),
    configurations: machine.configurations.map((c) => ({ name: c.name, title: c.title, isDefault: c.isDefault, predicate: indexOf(c.predicate), origin: place(c.origin) })),
    invariants: machine.invariants.map((i) => ({ predicate: indexOf(i.predicate), because: i.because, origin: place(i.origin) })),
    omits: machine.omits.map((o) => ({ what: o.what, because: o.because, cite: o.cite, origin: place(o.origin) })),
    ...list,
  };
}

const place = ({ file, line, column }: Origin): Place => [file, line, column];
const cube = ({ mask, value, absent }: Cube): CubeDocument => ({ mask: bitsText(mask), value: bitsText(value), ...(absent === undefined ? {} : { absent: bitsText(absent) }) });

function rootsOf(machine: Machine): AnyTerm[] {
  const ofStep = (s: Step): AnyTerm[] => [...s.exits.flatMap((e) => [e.guard, ...e.args, ...(e.leaving?.values() ?? [])]), ...s.next.values(), ...(s.execute === undefined ? [] : [s.execute.guard, s.execute.word])];
  const { fetch, monitor, consoleDevice, otherwise } = machine;
  return [
    ...machine.components.map((c) => c.variable),
    ...machine.modes.map((m) => m.predicate),
    ...machine.windows.flatMap((w) => [w.address, w.access, w.cell, ...w.traps.flatMap((t) => [t.guard, ...t.args]), ...(w.inverse === undefined ? [] : [w.inverse.parameter, w.inverse.value])]),
    ...machine.traps.flatMap((t) => [...t.parameters, ...ofStep(t.delivery)]),
    ...machine.interrupts.flatMap((i) => [...i.parameters, i.accepted, ...ofStep(i.delivery)]),
    ...(monitor === undefined ? [] : [monitor.base, monitor.size, ...monitor.next.values(), ...monitor.placed.values()]),
    ...(monitor?.shadow === undefined ? [] : [monitor.shadow.area, monitor.shadow.install.address, monitor.shadow.install.cell, monitor.shadow.install.writable, ...(monitor.shadow.install.executable === undefined ? [] : [monitor.shadow.install.executable]), ...(monitor.shadow.keeps === undefined ? [] : [monitor.shadow.keeps.address, monitor.shadow.keeps.holds]), ...ofStep(monitor.shadow.clear), ...ofStep(monitor.shadow.install.step)]),
    ...(fetch === undefined ? [] : [fetch.index, fetch.word, ...ofStep(fetch.step)]),
    ...machine.instructions.flatMap((i) => [i.hypothesis, ...i.encoding.fields.map((f) => f.variable), ...(i.encoding.length === undefined ? [] : [i.encoding.length]), ...ofStep(i.step)]),
    ...machine.front.flatMap((f) => [f.variable, ...(f.source.kind === "context" ? [f.source.value] : [])]),
    ...(otherwise === undefined ? [] : [otherwise.word, ...ofStep(otherwise.step)]),
    ...machine.configurations.map((c) => c.predicate),
    ...machine.invariants.map((i) => i.predicate),
    ...(consoleDevice?.cells ?? []).flatMap((c) => [c.stored, ...[c.sends, c.halts].filter((t) => t !== undefined)]),
    ...(consoleDevice?.instructions ?? []).flatMap((i) => [i.when, i.sends, ...(i.each === undefined ? [] : [i.each.index, i.each.below])]),
  ];
}

// ---------------------------------------------------------------- document to machine

/** Throws if this is not a document of version 1, or if what it says does not fit together. */
export function machineFromJson(document: MachineDocument): Machine {
  if (document.format !== MACHINE_FORMAT) misfit(`its format is ${JSON.stringify(document.format)}, not ${MACHINE_FORMAT}`);
  if (document.version !== MACHINE_VERSION) misfit(`its version is ${JSON.stringify(document.version)}; this popek reads ${MACHINE_VERSION}`);
  const terms = new Terms();
  const reader = readTerms(terms, document);
  const { term, variable } = reader;
  const { fetch, monitor, console, consoleDevice, otherwise } = document;
  const termsByName = (record: Readonly<Record<string, TermIndex>>): ReadonlyMap<string, Term> => new Map(Object.entries(record).map(([k, v]) => [k, term(v)]));
  return {
    name: document.name, title: document.title, bitOrder: document.bitOrder, radix: document.radix, sources: document.sources, status: document.status, parameters: document.parameters, terms,
    components: document.components.map((c) => componentFrom(c, reader)),
    modes: document.modes.map((m) => ({ ...m, predicate: term(m.predicate), origin: origin(m.origin) })),
    windows: document.windows.map((w): Window => ({
      ...w, address: variable(w.address), access: variable(w.access), traps: w.traps.map((t) => ({ guard: term(t.guard), trap: t.trap, args: t.args.map(term), origin: origin(t.origin) })),
      cell: term(w.cell), inverse: w.inverse && { parameter: variable(w.inverse.parameter), value: term(w.inverse.value) }, latched: w.latched ?? false, origin: origin(w.origin),
    })),
    traps: document.traps.map((t): Trap => ({ ...t, parameters: t.parameters.map(variable), delivery: stepFrom(t.delivery, reader), origin: origin(t.origin) })),
    interrupts: document.interrupts.map((i): Interrupt => ({ ...i, parameters: i.parameters.map(variable), accepted: term(i.accepted), delivery: stepFrom(i.delivery, reader), origin: origin(i.origin) })),
    monitor: monitor && { base: variable(monitor.base), size: variable(monitor.size), next: termsByName(monitor.next), placed: termsByName(monitor.placed), given: new Set(monitor.given), shadow: monitor.shadow && shadowFrom(monitor.shadow, reader), origin: origin(monitor.origin) },
    console: console && { ...console, origin: origin(console.origin) },
    ...(consoleDevice === undefined ? {} : { consoleDevice: deviceFrom(consoleDevice, reader) }),
    front: (document.front ?? []).map((f) => frontFrom(f, reader)),
    fetch: fetch && { unit: fetch.unit, index: variable(fetch.index), step: stepFrom(fetch.step, reader), word: term(fetch.word) },
    instructions: document.instructions.map((i): Instruction => ({ ...i, origin: origin(i.origin), encoding: encodingFrom(i.encoding, reader), syntax: i.syntax.map((s) => ({ parts: s.parts, ...(s.cubes === undefined ? {} : { cubes: s.cubes.map(cubeFrom) }) })), hypothesis: term(i.hypothesis), step: stepFrom(i.step, reader) })),
    otherwise: otherwise && { title: otherwise.title, step: stepFrom(otherwise.step, reader), word: variable(otherwise.word), origin: origin(otherwise.origin) },
    unallocated: document.unallocated.map(cubeFrom),
    configurations: document.configurations.map((c): Configuration => ({ ...c, predicate: term(c.predicate), origin: origin(c.origin) })),
    invariants: document.invariants.map((i) => ({ ...i, predicate: term(i.predicate), origin: origin(i.origin) })),
    omits: document.omits.map((o) => ({ ...o, origin: origin(o.origin) })),
    sha256: document.sha256,
  };
}

const origin = ([file, line, column]: Place): Origin => ({ file, line, column });
const cubeFrom = ({ mask, value, absent }: CubeDocument): Cube => ({ mask: BigInt(mask), value: BigInt(value), ...(absent === undefined ? {} : { absent: BigInt(absent) }) });

function componentFrom(c: ComponentDocument, { any, variable }: TermReader): Component {
  const base = { name: c.name, width: c.width, role: c.role, cite: c.cite, because: c.because, origin: origin(c.origin) };
  if (c.kind === "register") return { kind: "register", ...base, variable: variable(c.variable), rest: c.rest === undefined ? undefined : BigInt(c.rest) };
  const array = any(c.variable);
  if (array.op !== "array" || c.indexWidth === undefined) return misfit(`${c.name} is no array`);
  return { kind: "array", ...base, indexWidth: c.indexWidth, variable: array satisfies ArrayVariableTerm };
}

function encodingFrom(e: EncodingDocument, { term, variable }: TermReader): Encoding {
  return {
    width: e.width, front: e.front ?? 0, cubes: e.cubes.map(cubeFrom), priority: e.priority, fields: e.fields.map((f) => ({ ...f, variable: variable(f.variable) })), ignored: BigInt(e.ignored),
    turned: e.turned ?? [], ...(e.length === undefined ? {} : { length: term(e.length) }),
  };
}

function frontFrom({ name, width, variable: of, units, value, origin: at }: FrontDocument, { term, variable }: TermReader): FrontField {
  if (value === undefined && units === undefined) misfit(`${name} is neither a prefix nor a context`);
  const source: FrontField["source"] = value !== undefined ? { kind: "context", value: term(value) } : { kind: "prefix", units: units!.map((u) => ({ unit: BigInt(u.unit), value: BigInt(u.value) })) };
  return { name, width, variable: variable(of), source, origin: origin(at) };
}

function shadowFrom({ grain, area, keeps, clear, install, ...rest }: NonNullable<MonitorDocument["shadow"]>, reader: TermReader): Shadow {
  const { variable, term } = reader;
  return {
    ...rest, grain: grain ?? rest.unit, area: variable(area), keeps: keeps && { address: variable(keeps.address), holds: term(keeps.holds) }, clear: stepFrom(clear, reader),
    install: { address: variable(install.address), cell: variable(install.cell), writable: variable(install.writable), executable: install.executable === undefined ? undefined : variable(install.executable), step: stepFrom(install.step, reader) },
  };
}

function deviceFrom({ storage, cells, instructions, origin: at }: ConsoleDeviceDocument, { term, variable }: TermReader): ConsoleDevice {
  return {
    storage, origin: origin(at),
    cells: cells.map((c) => ({ index: BigInt(c.index), holds: BigInt(c.holds), stored: variable(c.stored), sends: c.sends === undefined ? undefined : term(c.sends), halts: c.halts === undefined ? undefined : term(c.halts), origin: origin(c.origin) })),
    instructions: instructions.map((i) => ({ family: i.family, when: term(i.when), each: i.each && { index: variable(i.each.index), below: term(i.each.below) }, sends: term(i.sends), origin: origin(i.origin) })),
  };
}

function stepFrom({ exits, next, execute, assignedAt }: StepDocument, { term, any }: TermReader): Step {
  const byName = (record: Readonly<Record<string, TermIndex>>): ReadonlyMap<string, AnyTerm> => new Map(Object.entries(record).map(([k, v]) => [k, any(v)]));
  return {
    exits: exits.map((e): Exit => ({ ...e, guard: term(e.guard), args: e.args.map(term), leaving: e.leaving && byName(e.leaving), origin: origin(e.origin) })),
    next: byName(next),
    execute: execute && { guard: term(execute.guard), word: term(execute.word) },
    assignedAt: new Map(Object.entries(assignedAt).map(([k, v]) => [k, origin(v)])),
  };
}
