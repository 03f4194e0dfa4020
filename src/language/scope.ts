/**
 * What names mean: the machine's declared things, and the state of one symbolic execution of a block.
 *
 * A `Path` is where the execution stands: the condition under which this point is reached, the locals, and what has
 * been assigned so far. Branches run on copies and are merged; nothing is ever assigned in place across branches.
 */
import type { Component, Exit, Origin, Window } from "../isa/machine.js";
import type { AnyTerm, Term, VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import type { Report } from "./report.js";
import type { Declaration, Expression, Span } from "./syntax.js";

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
  | { readonly kind: "window"; readonly window: Window | "broken" }
  | { readonly kind: "view"; readonly width: number; readonly value: Expression }
  | { readonly kind: "trap"; readonly trap: TrapSignature }
  | { readonly kind: "function"; readonly declaration: FunctionDeclaration }
  | { readonly kind: "action"; readonly declaration: ActionDeclaration }
  | { readonly kind: "broken" }; // has a diagnostic already

export type Local =
  | { readonly kind: "term"; readonly term: Term; readonly mutable: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "broken" };

/** What a block is allowed to do; said in messages. */
export interface Rights {
  readonly what: string;
  readonly assign: boolean;
  readonly trap: boolean;
  readonly state: boolean;
}

export const RIGHTS = {
  step: { what: "a step", assign: true, trap: true, state: true },
  function: { what: "a function", assign: false, trap: true, state: true },
  window: { what: "an address translation", assign: false, trap: true, state: true },
  delivery: { what: "a delivery rule", assign: true, trap: false, state: true },
  leaving: { what: "a leaving block", assign: true, trap: false, state: true },
  predicate: { what: "a predicate on states", assign: false, trap: false, state: true },
  fields: { what: "an expression over fields", assign: false, trap: false, state: false },
} as const satisfies Record<string, Rights>;

export interface Path {
  readonly rights: Rights;
  condition: Term;
  locals: Map<string, Local>;
  /** what reads see, where that is not the old state: after `then` */
  current: Map<string, AnyTerm>;
  /** what has been assigned in this stage */
  staged: Map<string, AnyTerm>;
  /** which bits of registers are assigned in this stage */
  assigned: Map<string, bigint>;
  execute: { guard: Term; word: Term } | undefined;
  /** what a trap from here on leaves: all that was assigned before the last `then keep` */
  kept: ReadonlyMap<string, AnyTerm> | undefined;
  /** shared by all branches, in textual order */
  readonly exits: Exit[];
  readonly assignedAt: Map<string, Origin>;
  readonly calls: readonly string[];
  /** where the outermost action was called: what an instruction assigns is assigned there */
  readonly site?: Span;
  readonly loopDepth: number;
}

export interface Context {
  readonly terms: Terms;
  readonly report: Report;
  readonly bitOrder: "msb0" | "lsb0";
  readonly entities: Map<string, Entity>;
  /** counts the choices of the instruction being elaborated, for their names */
  choices: { prefix: string; next: number };
}

export function originOf(span: Span): Origin {
  return { file: span.file, line: span.line, column: span.column };
}

export function freshPath(context: Context, rights: Rights, locals = new Map<string, Local>()): Path {
  return {
    rights, condition: context.terms.true, locals, current: new Map(), staged: new Map(), assigned: new Map(), execute: undefined, kept: undefined,
    exits: [], assignedAt: new Map(), calls: [], loopDepth: 0,
  };
}

export function fork(path: Path, condition: Term): Path {
  return { ...path, condition, locals: new Map(path.locals), current: new Map(path.current), staged: new Map(path.staged), assigned: new Map(path.assigned) };
}

export function initialValue(context: Context, name: string): AnyTerm {
  const entity = context.entities.get(name);
  if (entity?.kind !== "component") throw new Error(`bug: ${name} is no component`);
  return entity.component.variable;
}

/** The value that reads see. */
export function valueNow(context: Context, path: Path, name: string): AnyTerm {
  return path.current.get(name) ?? initialValue(context, name);
}

/** The value as assigned so far. */
export function valueNext(context: Context, path: Path, name: string): AnyTerm {
  return path.staged.get(name) ?? valueNow(context, path, name);
}
