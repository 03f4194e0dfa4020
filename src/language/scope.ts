/**
 * What names mean: the machine's declared things, and the state of one symbolic execution of a block.
 *
 * Declarations may stand in any order, so an entity is made when it is first asked for; one that needs itself is a cycle.
 * A `Path` is where an execution stands: the condition under which this point is reached, the locals, and what has
 * been assigned so far. Branches run on copies and are merged; nothing is ever assigned in place across branches.
 */
import type { Component, Exit, Origin, Window } from "../isa/machine.js";
import type { AnyTerm, Term, VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import type { Depths } from "./depth.js";
import { visible } from "./lexer.js";
import type { Report } from "./report.js";
import type { Declaration, Expression, Identifier, Span } from "./syntax.js";
import type { Work } from "./work.js";

export type FunctionDeclaration = Extract<Declaration, { kind: "function" }>;
export type ActionDeclaration = Extract<Declaration, { kind: "action" }>;

export interface TrapSignature {
  readonly name: string;
  readonly memory: boolean;
  readonly parameters: readonly VariableTerm[];
  readonly priority: number;
}

/** Everything a name can mean at top level. */
export type Entity =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "constant"; readonly term: Term }
  | { readonly kind: "component"; readonly component: Component }
  | { readonly kind: "front"; readonly declaration: Extract<Declaration, { kind: "prefix" | "context" }> }
  | { readonly kind: "window"; readonly window: Window; /** ids of all that its definition mentions */ readonly mentions: ReadonlySet<number> }
  | { readonly kind: "view"; readonly width: number; readonly value: Expression }
  | { readonly kind: "trap"; readonly trap: TrapSignature }
  | { readonly kind: "function"; readonly declaration: FunctionDeclaration }
  | { readonly kind: "action"; readonly declaration: ActionDeclaration }
  | { readonly kind: "broken" }; // has a diagnostic already

/** A declaration that nothing has asked for yet, or that is being made right now. */
export interface Pending {
  readonly kind: "pending";
  readonly name: Identifier;
  readonly make: () => Entity;
  isUnderway: boolean;
}

export type Local =
  | { readonly kind: "term"; readonly term: Term; readonly mutable: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "broken" };

/** What a block is allowed to do; said in messages. */
export interface Rights {
  readonly what: string;
  readonly state: boolean;
  readonly assign: boolean;
  /** assign cells, but no registers */
  readonly onlyCells?: boolean;
  /** trap, halt and go beyond; "memory": only memory traps */
  readonly trap: "any" | "memory" | "none";
  /** go through windows that can trap */
  readonly access: boolean;
  /** `while`, which goes beyond the specification after too many rounds */
  readonly loop: boolean;
  readonly execute: boolean;
}

const PURE = { state: false, assign: false, trap: "none", access: false, loop: false, execute: false } as const;
const ACTIVE = { state: true, assign: true, trap: "any", access: true, loop: true, execute: true } as const;

export const RIGHTS = {
  step: { ...ACTIVE, what: "a step" },
  action: { ...ACTIVE, what: "an action" },
  function: { ...ACTIVE, what: "a function", assign: false, execute: false },
  window: { ...ACTIVE, what: "an address translation", assign: false, execute: false, trap: "memory", loop: false },
  delivery: { ...ACTIVE, what: "a delivery rule", trap: "none", access: false },
  leaving: { ...ACTIVE, what: "a leaving block", trap: "none", execute: false },
  advance: { ...PURE, what: "advance", state: true, assign: true },
  shadow: { ...ACTIVE, what: "a block of a shadow structure", trap: "none", access: false, execute: false },
  monitor: { ...PURE, what: "a monitor's map", state: true, assign: true },
  predicate: { ...PURE, what: "a predicate on states", state: true },
  fields: { ...PURE, what: "an expression over fields" },
  constant: { ...PURE, what: "a constant" },
} as const satisfies Record<string, Rights>;

export interface Path {
  readonly rights: Rights;
  condition: Term;
  locals: Map<string, Local>;
  /** what reads see, where that is not the old state: after `then` */
  current: Map<string, AnyTerm>;
  /** what has been assigned in this stage */
  staged: Map<string, AnyTerm>;
  /** in a `leaving` block: what its assignments build on, instead of what reads see; absent components are as before the step */
  ground: Map<string, AnyTerm> | undefined;
  /** which bits of registers are assigned in this stage */
  assigned: Map<string, bigint>;
  execute: { guard: Term; word: Term } | undefined;
  /** what a trap from here on leaves: all that was assigned before the last `then keep` */
  kept: ReadonlyMap<string, AnyTerm> | undefined;
  /** shared by all branches, in textual order */
  readonly exits: Exit[];
  readonly assignedAt: Map<string, Origin>;
  /** the functions, actions and views that this stands in */
  readonly calls: readonly string[];
  readonly loopDepth: number;
}

export interface Context {
  readonly terms: Terms;
  readonly report: Report;
  readonly work: Work;
  readonly depths: Depths;
  readonly bitOrder: "msb0" | "lsb0";
  readonly entities: Map<string, Entity | Pending>;
  /** names of what is being made, outermost first */
  readonly underway: string[];
  /** names of prefixes and contexts: every block of an instruction knows them, as it knows `length` */
  front: readonly string[];
  /** counts the choices of the instruction being elaborated, for their names */
  choices: { prefix: string; next: number };
}

/** What a name means at top level. */
export function lookup(context: Context, name: string): Entity | undefined {
  const known = context.entities.get(name);
  if (known?.kind !== "pending") return known;
  if (known.isUnderway) {
    const cycle = context.underway.slice(context.underway.indexOf(name));
    const story = cycle.map((n, i) => `${visible(n)} needs ${visible(cycle[i + 1] ?? name)}`).slice(0, 6).join(", ");
    return context.report.error("P1004", known.name.span, `${visible(name)} is defined by itself`, { hint: cycle.length > 1 ? story : undefined }) ?? { kind: "broken" };
  }
  known.isUnderway = true;
  context.underway.push(name);
  const made = context.work.within(known.name.span, known.make) ?? { kind: "broken" };
  context.underway.pop();
  context.entities.set(name, made);
  return made;
}

export function originOf(span: Span): Origin {
  return { file: span.file, line: span.line, column: span.column };
}

export function freshPath(context: Context, rights: Rights, locals = new Map<string, Local>()): Path {
  return {
    rights, condition: context.terms.true, locals, current: new Map(), staged: new Map(), ground: undefined, assigned: new Map(), execute: undefined, kept: undefined,
    exits: [], assignedAt: new Map(), calls: [], loopDepth: 0,
  };
}

/** What an instruction's blocks know without being told. */
export function ambient(context: Context, locals: ReadonlyMap<string, Local>): Map<string, Local> {
  return new Map(["length", ...context.front].flatMap((name) => { const local = locals.get(name); return local === undefined ? [] : [[name, local] as const]; }));
}

export function fork(path: Path, condition: Term): Path {
  return { ...path, condition, locals: new Map(path.locals), current: new Map(path.current), staged: new Map(path.staged), ground: path.ground && new Map(path.ground), assigned: new Map(path.assigned) };
}

export function componentOf(context: Context, name: string): Component {
  const entity = lookup(context, name);
  if (entity?.kind !== "component") throw new Error(`bug: ${name} is no component`);
  return entity.component;
}

export function initialValue(context: Context, name: string): AnyTerm {
  return componentOf(context, name).variable;
}

/** The value that reads see. */
export function valueNow(context: Context, path: Path, name: string): AnyTerm {
  return path.current.get(name) ?? initialValue(context, name);
}

/** The value as assigned so far. */
export function valueNext(context: Context, path: Path, name: string): AnyTerm {
  const staged = path.staged.get(name);
  if (staged !== undefined) return staged;
  return path.ground === undefined ? valueNow(context, path, name) : path.ground.get(name) ?? initialValue(context, name);
}

/** Bits of `length`, the number of units of an instruction, where it is not a plain integer. */
export const LENGTH_WIDTH = 8;
