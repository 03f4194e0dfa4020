/**
 * Blocks to steps: symbolic execution of statements.
 *
 * All assignments of a stage read the state before it; branches run on forks of the path and are merged (`branches.ts`).
 * A block yields a value where it returns one. Trap statements add exits in textual order, each guarded by the condition
 * of its path; the first that holds is taken.
 */
import type { Exit } from "../isa/machine.js";
import type { AnyTerm, Term } from "../isa/term.js";
import { assign } from "./assignments.js";
import { runBranches } from "./branches.js";
import { wrongCount } from "./builtin-calls.js";
import { callAction } from "./calls.js";
import { expression, matchArms } from "./expressions.js";
import { integer, kindOf, MAXIMUM_WIDTH, unknownName } from "./integers.js";
import { visible } from "./lexer.js";
import { runFor, runWhile } from "./loops.js";
import { fork, lookup, originOf, RIGHTS, valueNow, type Context, type Path } from "./scope.js";
import type { Block, Span, Statement } from "./syntax.js";

/** The value a block returns, `nothing` if it returns none, or `broken` after a diagnostic. */
export type Returned = { readonly kind: "value"; readonly term: Term } | { readonly kind: "nothing" } | { readonly kind: "broken" };
export const NOTHING: Returned = { kind: "nothing" };
export const BROKEN: Returned = { kind: "broken" };

/** @param expected bits of the value that the block is to return */
export function runBlock(context: Context, path: Path, block: Block, expected?: number): Returned {
  return context.work.within(block.span, () => runStatements(context, path, block.statements, expected)) ?? BROKEN;
}

export function runStatements(context: Context, path: Path, statements: readonly Statement[], expected: number | undefined): Returned {
  for (let i = 0; i < statements.length; i++) {
    const s = statements[i]!;
    if (!context.work.spend(s.span)) return BROKEN;
    const rest = (): readonly Statement[] => statements.slice(i + 1);
    switch (s.kind) {
      case "return": {
        const next = statements[i + 1];
        if (next !== undefined) context.report.error("P4006", next.span, "this is never reached", { hint: "return is the last statement" });
        const term = expression(context, path, s.value, expected);
        return term === undefined ? BROKEN : { kind: "value", term };
      }
      case "if": {
        const condition = expression(context, path, s.condition, 1) ?? unknown(context, s.span);
        const otherwise = s.otherwise ?? { statements: [], span: s.span };
        const outcome = runBranches(context, path, [{ test: condition, body: s.then }, { test: context.terms.not(condition), body: otherwise }], rest, expected);
        if (outcome.kind !== "nothing") return outcome;
        break;
      }
      case "match": {
        const subject = expression(context, path, s.subject);
        const arms = subject === undefined ? undefined : matchArms(context, path, subject, s.arms, s.span);
        const branches = arms?.map((arm) => ({ test: arm.guard, body: arm.body })) ?? s.arms.map((arm) => ({ test: unknown(context, arm.span), body: arm.body }));
        const outcome = runBranches(context, path, branches, rest, expected);
        if (outcome.kind !== "nothing") return outcome;
        break;
      }
      default:
        if (!runStatement(context, path, s)) return BROKEN;
    }
  }
  return NOTHING;
}

/** Stands for a condition that has a diagnostic, so that what depends on it is looked at nevertheless. */
function unknown(context: Context, span: Span): Term {
  return context.terms.variable("free", `unknown at ${span.start}`, 1);
}

/** false after a diagnostic that makes what follows meaningless. */
function runStatement(context: Context, path: Path, s: Exclude<Statement, { kind: "return" | "if" | "match" }>): boolean {
  const { terms, report } = context;
  switch (s.kind) {
    case "let":
    case "var": {
      const width = s.width === undefined ? undefined : integer(context, path, s.width, "the width", 1n, BigInt(MAXIMUM_WIDTH));
      const value = s.width !== undefined && width === undefined ? undefined : expression(context, path, s.value, width);
      const before = path.locals.get(s.name.text);
      if (before !== undefined && before.kind !== "broken") report.error("P1003", s.name.span, `${visible(s.name.text)} is already a local name`, { hint: "choose another; what is declared with var can be changed: x = ..." });
      else if (context.entities.has(s.name.text)) report.error("P1003", s.name.span, `${visible(s.name.text)} already names something of the machine`, { hint: "choose another name" });
      path.locals.set(s.name.text, value === undefined || before !== undefined ? { kind: "broken" } : { kind: "term", term: value, mutable: s.kind === "var" });
      return true;
    }
    case "set":
      set(context, path, s);
      return true;
    case "assign":
      if (path.rights.assign) assign(context, path, s.target, s.value);
      else report.error("P1016", s.span, `${path.rights.what} may not assign the state`, { hint: path.loopDepth > 0 ? "set a var in the loop, and assign it after" : path.rights === RIGHTS.function ? "make it an action" : undefined });
      return true;
    case "trap":
      trap(context, path, s);
      return true;
    case "halt":
    case "beyond": {
      if (path.rights.trap !== "any") {
        report.error("P1017", s.span, `${path.rights.what} may not ${s.kind === "halt" ? "halt" : "go beyond the specification"}`);
        return true;
      }
      const when = s.when === undefined ? terms.true : expression(context, path, s.when, 1);
      if (when !== undefined) addExit(context, path, when, s.span, { kind: s.kind, cause: s.kind === "halt" ? "halt" : s.why.text, args: [] });
      return true;
    }
    case "for":
      return runFor(context, path, s);
    case "while":
      return runWhile(context, path, s);
    case "then":
      if (!path.rights.assign || path.rights === RIGHTS.advance || path.rights === RIGHTS.monitor) report.error("P1016", s.span, `${path.rights.what} has no stages`, { hint: "then stands between assignments of a step" });
      else if (s.keep && path.loopDepth > 0) report.error("P1016", s.span, `${path.rights.what} keeps nothing before it has ended`, { hint: "then keep stands before the loop, or after it" });
      else if (s.keep && path.condition !== terms.true) report.error("P4018", s.span, "what is kept stands on one branch only", { hint: "then keep belongs to the step itself, not inside if or match" });
      nextStage(path, s.keep);
      return true;
    case "execute": {
      if (!path.rights.execute) {
        report.error("P1018", s.span, `${path.rights.what} may not execute an instruction`, { expected: "a step or a delivery rule" });
        return true;
      }
      const word = expression(context, path, s.word);
      if (word === undefined) return true;
      path.execute = { guard: path.condition, word };
      // the executed instruction advances; this one does not
      for (const [name] of path.staged) if (!path.assigned.has(name)) path.staged.set(name, valueNow(context, path, name));
      return true;
    }
    case "call": {
      const entity = lookup(context, s.action.text);
      if (entity?.kind === "action") return callAction(context, path, entity.declaration, s.args, s.span);
      if (entity === undefined) unknownName(context, path, s.action);
      else if (entity.kind !== "broken") report.error("P1007", s.action.span, `${visible(s.action.text)} is ${kindOf(entity)}, not an action`, { hint: entity.kind === "trap" ? `trap ${s.action.text}(...)` : entity.kind === "function" ? "a function's value is used in an expression: let x = f(...)" : undefined });
      return true;
    }
  }
}

/** `x = e`, a local variable. */
function set(context: Context, path: Path, s: Extract<Statement, { kind: "set" }>): void {
  const { report } = context;
  const local = path.locals.get(s.name.text);
  if (local === undefined) {
    const entity = lookup(context, s.name.text);
    if (entity?.kind === "component" || entity?.kind === "view") report.error("P1014", s.name.span, `${visible(s.name.text)} is ${entity.kind === "view" ? "a view of the state" : "part of the state"}`, { hint: "state is assigned with :=" });
    else if (entity === undefined) unknownName(context, path, s.name);
    else if (entity.kind !== "broken") report.error("P1015", s.name.span, `${visible(s.name.text)} is ${kindOf(entity)}, which can't be changed`);
    return;
  }
  if (local.kind === "broken") return;
  if (local.kind === "integer" || !local.mutable) {
    report.error("P1015", s.name.span, `${visible(s.name.text)} can't be changed`, { expected: "a name declared with var", hint: local.kind === "integer" ? "the variable of a for loop counts by itself" : "let names a value once; var x = ... names one that changes" });
    return;
  }
  const value = expression(context, path, s.value, local.term.width);
  path.locals.set(s.name.text, value === undefined ? { kind: "broken" } : { kind: "term", term: value, mutable: true });
}

/** What follows reads the state as assigned so far; what only `advance` assigned stays old until the end. */
function nextStage(path: Path, keep: boolean): void {
  const waiting = new Map<string, AnyTerm>();
  for (const [name, term] of path.staged) {
    if (!path.assigned.has(name)) waiting.set(name, term);
    else {
      path.current.set(name, term);
      path.ground?.set(name, term);
    }
  }
  path.staged = waiting;
  path.assigned = new Map();
  if (keep) path.kept = new Map(path.current);
}

// ---------------------------------------------------------------- leaving

export function addExit(context: Context, path: Path, when: Term, span: Span, exit: Pick<Exit, "kind" | "cause" | "args" | "leaving">): void {
  const guard = context.terms.and(path.condition, when);
  if (guard !== context.terms.false) path.exits.push({ guard, origin: originOf(span), ...exit, leaving: exit.leaving ?? path.kept });
}

function trap(context: Context, path: Path, s: Extract<Statement, { kind: "trap" }>): void {
  const { terms, report } = context;
  const entity = lookup(context, s.trap.text);
  if (entity?.kind === "broken") return;
  if (entity === undefined) return unknownName(context, path, s.trap);
  if (entity.kind !== "trap") return report.error("P1007", s.trap.span, `${visible(s.trap.text)} is ${kindOf(entity)}, not a trap`);
  if (path.rights.trap === "none") return report.error("P1017", s.span, `${path.rights.what} may not trap`, { hint: path.rights === RIGHTS.delivery ? "a delivery rule is total" : path.rights === RIGHTS.leaving ? "it says what the trap around it leaves; a store into a window in it may still trap instead" : undefined });
  if (path.rights.assign && path.assigned.size > 0 && s.leaving === undefined) {
    report.error("P4008", s.span, "a trap stands after an assignment", { hint: `traps come first: a step that traps has done nothing else. Move it up${path.loopDepth > 0 ? "" : ", or say what it leaves: trap ... leaving { ... }"}` });
  }
  const { parameters, memory } = entity.trap;
  if (path.rights.trap === "memory" && !memory) return report.error("P4028", s.span, `${path.rights.what} leaves with memory traps only`, { hint: `declare it: memory trap ${s.trap.text}(...)` });
  if (path.rights.trap === "memory" && s.leaving !== undefined) return report.error("P4019", s.leaving.span, `a trap of ${path.rights.what} leaves nothing`);
  if (s.args.length !== parameters.length) return wrongCount(context, s, `${s.trap.text}(${parameters.map((p) => p.name.slice(p.name.indexOf(".") + 1)).join(", ")})`);
  const when = s.when === undefined ? terms.true : expression(context, path, s.when, 1);
  const condition = when === undefined ? path.condition : terms.and(path.condition, when);
  const args = s.args.map((a, i) => expression(context, { ...path, condition }, a, parameters[i]!.width));
  if (s.leaving !== undefined && path.loopDepth > 0) return report.error("P4019", s.leaving.span, "a trap inside a while loop leaves nothing", { hint: "note in a var that it is due, and trap after the loop" });
  const left = s.leaving === undefined ? undefined : leaving(context, path, condition, s.leaving);
  if (when === undefined || args.some((a) => a === undefined)) return;
  addExit(context, path, left === undefined ? when : terms.and(when, terms.not(left.faults)), s.span, { kind: memory ? "memory-trap" : "trap", cause: s.trap.text, args: args as Term[], leaving: left?.effects });
}

/**
 * What a trap leaves: all that is kept, and what its block assigns. An access of the block that faults is a memory trap
 * instead, which comes before.
 */
function leaving(context: Context, path: Path, condition: Term, block: Block): { readonly effects: ReadonlyMap<string, AnyTerm>; readonly faults: Term } {
  const after: Path = { ...fork(path, condition), rights: RIGHTS.leaving, staged: new Map(), ground: new Map(path.kept ?? []), assigned: new Map(), exits: [] };
  const returned = runBlock(context, after, block);
  if (returned.kind === "value") context.report.error("P4015", block.span, "a leaving block returns a value", { expected: "assignments of what the trap leaves" });
  path.exits.push(...after.exits);
  return { effects: new Map([...after.ground!, ...after.staged]), faults: context.terms.or(context.terms.false, ...after.exits.map((e) => e.guard)) };
}
