/**
 * What a machine *is*: the value every later stage reads. How it was written (language), run (machine) or solved (smt)
 * is not known here.
 *
 * All behaviour is terms over "state" variables (the state before) and, in an instruction, "field" and "choice"
 * variables. A `Step` is a total description: its exits in order of precedence (the first whose guard holds is taken),
 * and, when none holds, the next value of every component that is assigned.
 */
import type { Radix } from "../bits/bits.js";
import type { AnyTerm, ArrayVariableTerm, Term, VariableTerm } from "./term.js";
import type { Terms } from "./terms.js";

/** Where in the specification a thing stands. `file` is relative to the specification's folder; 1-based. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const ROLES = ["storage", "extent", "general", "program-counter", "mode", "map", "interrupt", "vector", "identity", "clock", "device"] as const;
/** The part of S = <E, M, P, R> a component belongs to (model, section 1). `extent`: how much storage exists. */
export type Role = (typeof ROLES)[number];
/** The roles that the extended reading adds to R. */
export const RESOURCE_ROLES: readonly Role[] = ["interrupt", "vector", "identity", "clock", "device"];

interface ComponentBase {
  readonly name: string;
  /** bits of the register, or of each cell: 1 to 128 */
  readonly width: number;
  readonly role: Role;
  readonly cite?: string;
  readonly because?: string;
  readonly origin: Origin;
}
export interface Register extends ComponentBase {
  readonly kind: "register";
  readonly variable: VariableTerm;
  /** transient: the value it has between instructions */
  readonly rest?: bigint;
}
export interface ComponentArray extends ComponentBase {
  readonly kind: "array";
  /** 2^indexWidth cells */
  readonly indexWidth: number;
  readonly variable: ArrayVariableTerm;
}
export type Component = Register | ComponentArray;

export type ModeLevel = "supervisor" | "user" | "other";
export interface Mode {
  readonly name: string;
  readonly level: ModeLevel;
  /** 1 bit over state variables */
  readonly predicate: Term;
  readonly title?: string;
  readonly origin: Origin;
}

export const ACCESS = { read: 0, write: 1, execute: 2 } as const;
export const ACCESS_NAMES = ["read", "write", "execute"] as const;

/** The machine's own address translation. Terms are over state variables, `address` and `access`. */
export interface Window {
  readonly name: string;
  readonly over: string; // an array component of role storage
  readonly addressWidth: number;
  readonly width: number;
  readonly address: VariableTerm;
  readonly access: VariableTerm; // 2 bits: ACCESS
  /** in order of precedence */
  readonly traps: readonly { readonly guard: Term; readonly trap: string; readonly args: readonly Term[]; readonly origin: Origin }[];
  readonly cell: Term;
  readonly inverse?: { readonly parameter: VariableTerm; readonly value: Term };
  /** within a step addresses are translated as storage stood when it began, whatever the step has stored (registers: as they stand) */
  readonly latched: boolean;
  readonly origin: Origin;
}

export interface Exit {
  readonly guard: Term;
  readonly kind: "trap" | "memory-trap" | "halt" | "beyond";
  /** name of the trap; for `beyond`, why */
  readonly cause: string;
  readonly args: readonly Term[];
  /** partial effects that the trap leaves, by component */
  readonly leaving?: ReadonlyMap<string, AnyTerm>;
  readonly origin: Origin;
}

export interface Step {
  readonly exits: readonly Exit[];
  /** value after the step, by component name; components not in the map keep theirs */
  readonly next: ReadonlyMap<string, AnyTerm>;
  /** the processor goes on with the instruction in this word, when the guard holds */
  readonly execute?: { readonly guard: Term; readonly word: Term };
  /** where each component is assigned (for reports) */
  readonly assignedAt: ReadonlyMap<string, Origin>;
}

export interface Trap {
  readonly name: string;
  readonly memory: boolean;
  readonly parameters: readonly VariableTerm[];
  /** lower first */
  readonly priority: number;
  readonly title: string;
  readonly cite?: string;
  readonly delivery: Step;
  readonly origin: Origin;
}

export interface Field {
  readonly name: string;
  readonly width: number;
  /** distance of the field's lowest bit from the lowest bit of the encoding */
  readonly low: number;
  readonly variable: VariableTerm;
  /** one text per value */
  readonly names?: readonly string[];
}

/** Words w with (w & mask) == value. */
export interface Cube {
  readonly mask: bigint;
  readonly value: bigint;
  /** bits of conditional parts that these words do not have where they are fetched; they are 0 in the word (default: none) */
  readonly absent?: bigint;
}

/** Bits at the front of every word that are no part of its picture: what prefixes say, or the state in which it is decoded. */
export interface FrontField {
  readonly name: string;
  readonly width: number;
  /** the field of all encodings */
  readonly variable: VariableTerm;
  /** `prefix`: 0, unless one of these units stands before the encoding; `context`: the value that this term has over the state */
  readonly source: { readonly kind: "prefix"; readonly units: readonly { readonly unit: bigint; readonly value: bigint }[] } | { readonly kind: "context"; readonly value: Term };
  readonly origin: Origin;
}

/**
 * A word of an encoding has the machine's front fields first, then the picture with all its conditional parts, every field as a number.
 * How it is fetched is told by `encoded.ts`.
 */
export interface Encoding {
  /** bits in all: front fields, then a multiple of the fetch unit where the machine fetches */
  readonly width: number;
  /** bits of the front fields */
  readonly front: number;
  /** the words this classified instruction claims, disjoint */
  readonly cubes: readonly Cube[];
  /** higher wins where encodings overlap */
  readonly priority: number;
  readonly fields: readonly Field[];
  /** bits that are ignored when decoding and zero when assembling */
  readonly ignored: bigint;
  /** fields of several units that are fetched with their lowest unit first */
  readonly turned: readonly { readonly low: number; readonly width: number }[];
  /** units of a word, 8 bits over its fields, where they are not the same for all */
  readonly length?: Term;
}

export type SyntaxPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly field: string; readonly signed: boolean }
  /** printed when the field is not zero; `before` and `after` stand around its number, if `shows` */
  | { readonly kind: "optional"; readonly field: string; readonly shows: boolean; readonly before: string; readonly after: string };

export interface Syntax {
  readonly parts: readonly SyntaxPart[];
  /** the words that are written so; absent: all */
  readonly cubes?: readonly Cube[];
}

export interface Instruction {
  /** unique: mnemonic and splits, as `JRST[f=1]` */
  readonly id: string;
  readonly mnemonic: string;
  /** name of the declaration */
  readonly family: string;
  readonly split: Readonly<Record<string, string>>;
  readonly title: string;
  readonly cite?: string;
  readonly origin: Origin;
  readonly encoding: Encoding;
  /** how it is written: the first that its word is among */
  readonly syntax: readonly Syntax[];
  /** what is known of the fields of this split, and that its condition holds: 1 bit over field and state variables */
  readonly hypothesis: Term;
  readonly step: Step;
}

export interface Configuration {
  readonly name: string;
  readonly title: string;
  readonly isDefault: boolean;
  readonly predicate: Term;
  readonly origin: Origin;
}

/** An event from outside. It is no part of any instruction: the processor takes it between two of them. */
export interface Interrupt {
  readonly name: string;
  readonly parameters: readonly VariableTerm[];
  readonly title: string;
  readonly cite?: string;
  /** 1 bit over the state and the parameters: whether the processor accepts it now */
  readonly accepted: Term;
  readonly delivery: Step;
  readonly origin: Origin;
}

/**
 * What a monitor of the machine sets the real machine to, for a guest (model, section 5): the VM map f.
 *
 * Terms are over the virtual machine's state and the parameters. Components of the roles general and program-counter are
 * the guest's own, the same in the real machine; cell p of the guest's storage is cell base + p; what is neither is in
 * `next`, or stays what the real machine has, while the monitor keeps the guest's value.
 */
export interface Monitor {
  /** the first cell of the guest's allotment */
  readonly base: VariableTerm;
  /** how many cells the allotment has; what the guest takes for the amount of storage */
  readonly size: VariableTerm;
  /** the real machine's registers, by component */
  readonly next: ReadonlyMap<string, Term>;
  /** arrays that move with the storage: cell i of the guest is cell i + the term of the real machine */
  readonly placed: ReadonlyMap<string, Term>;
  /** arrays of registers of which the real machine is given the guest's, cell by cell */
  readonly given: ReadonlySet<string>;
  /** where the map is made of tables or a translation buffer, which the monitor has to have of its own */
  readonly shadow?: Shadow;
  readonly origin: Origin;
}

/**
 * Translations that the monitor makes for the real machine, in cells of its own storage or in components of the machine. The
 * steps are over the real machine's state and the parameters. They are kept coherent with the guest's tables at the
 * architectural flush: what a guest changes in a table that it has used counts when the monitor is entered next.
 */
export interface Shadow {
  readonly window: string;
  /** a translation holds for 2^unit cells */
  readonly unit: number;
  /** the guest's own map may tell 2^grain cells from the next (at most `unit`): a translation is made only of what it has as a whole */
  readonly grain: number;
  /** cells of the monitor's own storage, from `area` on */
  readonly cells: number;
  readonly area: VariableTerm;
  /** memory traps of the window that say that a translation is missing; the first argument is the address */
  readonly traps: readonly string[];
  /** what is so of the structure whenever a guest runs, of every address: 1 bit. It is proved, not believed. */
  readonly keeps?: { readonly address: VariableTerm; readonly holds: Term };
  /** makes every translation missing */
  readonly clear: Step;
  /** makes the unit of `address` mean that of real cell `cell`; where `writable` is 0 stores may trap, and where `executable` is (if it is told) fetches */
  readonly install: { readonly address: VariableTerm; readonly cell: VariableTerm; readonly writable: VariableTerm; readonly executable?: VariableTerm; readonly step: Step };
}

/** The console, as the outside world sees it: `sent` holds a character whenever `on` has changed. Names of registers. */
export interface Console {
  readonly sent: string;
  readonly on: string;
  readonly origin: Origin;
}

/**
 * A console that is no part of the processor: what comes of instructions that reach it. It is no state and changes no step. The
 * processor's instructions say what they say, and where they leave storage, or are done, the device hears of it.
 */
export interface ConsoleDevice {
  /** the array behind whose end the device's cells lie; absent where it has none */
  readonly storage?: string;
  readonly cells: readonly DeviceCell[];
  readonly instructions: readonly DeviceInstruction[];
  readonly origin: Origin;
}

/** A cell behind the end of storage that the device has. An access that finds nothing there otherwise finds it. */
export interface DeviceCell {
  readonly index: bigint;
  /** what a load finds; a store does not change it */
  readonly holds: bigint;
  /** what the cell would hold after a store; `sends` and `halts` are over it */
  readonly stored: VariableTerm;
  /** the character, where no bit of it is one that the cell had before */
  readonly sends?: Term;
  /** 1 bit: the store stops the machine */
  readonly halts?: Term;
  readonly origin: Origin;
}

/** An instruction that the device hears of when it has been done. Terms are over its fields and the state before it. */
export interface DeviceInstruction {
  /** name of the declaration */
  readonly family: string;
  readonly when: Term;
  /** `index` stands for 0, 1 ... in `sends`, below the count; absent: one character */
  readonly each?: { readonly index: VariableTerm; readonly below: Term };
  readonly sends: Term;
  readonly origin: Origin;
}

/** Whether a component belongs to the guest's own processor: what it is in the virtual machine it is in the real one. */
export function isGuestsOwn({ role }: Component): boolean {
  return role === "general" || role === "program-counter";
}

export interface Machine {
  readonly name: string;
  readonly title: string;
  readonly bitOrder: "msb0" | "lsb0";
  readonly radix: Radix;
  readonly sources: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly terms: Terms;
  readonly components: readonly Component[];
  readonly modes: readonly Mode[];
  readonly windows: readonly Window[];
  readonly traps: readonly Trap[];
  readonly interrupts: readonly Interrupt[];
  /** absent: nothing is said about how a monitor would run the machine */
  readonly monitor?: Monitor;
  readonly console?: Console;
  readonly consoleDevice?: ConsoleDevice;
  /** absent: instructions are supplied from outside */
  /** the first is the highest */
  readonly front: readonly FrontField[];
  readonly fetch?: { readonly unit: number; readonly index: VariableTerm; readonly step: Step; readonly word: Term };
  readonly instructions: readonly Instruction[];
  /** what encodings do that no instruction claims; its word is the "field" variable `word` of one unit */
  readonly otherwise?: { readonly title: string; readonly step: Step; readonly word: VariableTerm; readonly origin: Origin };
  /** first units that no instruction claims, disjoint */
  readonly unallocated: readonly Cube[];
  /** `any` first */
  readonly configurations: readonly Configuration[];
  readonly invariants: readonly { readonly predicate: Term; readonly because?: string; readonly origin: Origin }[];
  readonly omits: readonly { readonly what: string; readonly because?: string; readonly cite?: string; readonly origin: Origin }[];
  /** SHA-256 of the specification's text and parameters, hexadecimal */
  readonly sha256: string;
}

export function componentNamed(machine: Machine, name: string): Component {
  const found = machine.components.find((c) => c.name === name);
  if (found === undefined) throw new Error(`bug: no component ${name}`);
  return found;
}

export function windowNamed(machine: Machine, name: string): Window {
  const found = machine.windows.find((w) => w.name === name);
  if (found === undefined) throw new Error(`bug: no window ${name}`);
  return found;
}
