/**
 * Assignments: to components, cells, slices of them, views, and concatenations of all these.
 *
 * A target is taken apart until only registers and cells are left. Constants in a target take their bits and ignore
 * them, so that a view with constant parts can be written.
 */
import { ACCESS } from "../isa/machine.js";
import type { ArrayTerm, Term } from "../isa/term.js";
import { mask } from "../bits/bits.js";
import { expression, isFlexible, prefixedWidth } from "./expressions.js";
import { integer, kindOf, MAXIMUM_WIDTH, tryInteger, unknownName } from "./integers.js";
import { visible } from "./lexer.js";
import { cellOf, placeOf, sliceRange, throughView } from "./places.js";
import { freshPath, lookup, originOf, RIGHTS, valueNext, type Context, type Path } from "./scope.js";
import type { Expression, Span } from "./syntax.js";

export function assign(context: Context, path: Path, target: Expression, value: Expression): void {
  const width = targetWidth(context, path, target, undefined);
  // nothing is said of a number's width where the target's is not known
  const term = width === undefined && isFlexible(context, path, value) ? undefined : expression(context, path, value, width);
  if (width === undefined || term === undefined) return;
  if (constantWidth(context, path, target) !== undefined) return context.report.error("P1020", target.span, "a constant can't be assigned", { expected: ASSIGNABLE });
  assignPart(context, path, target, term, 0, target.span);
}

const ASSIGNABLE = "a component, a cell, a slice of one, a view, or these put together with @";

/** Bits of a constant expression of known width, which a target may hold; no diagnostics for what is not one. */
function constantWidth(context: Context, path: Path, e: Expression): number | undefined {
  switch (e.kind) {
    case "literal":
      return e.width === undefined ? prefixedWidth(e.text) : integer(context, path, e.width, "the width of this number", 1n, BigInt(MAXIMUM_WIDTH));
    case "name": {
      const entity = path.locals.has(e.name.text) ? undefined : lookup(context, e.name.text);
      return entity?.kind === "constant" ? entity.term.width : undefined;
    }
    case "call": {
      if (!["zeros", "ones", "rep", "zext", "sext"].includes(e.callee.text)) return undefined;
      const term = expression(context, freshPath(context, { ...RIGHTS.constant, what: "a constant part of a target" }, new Map(path.locals)), e);
      return term?.op === "constant" ? term.width : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Bits of an assignable expression, or undefined after a diagnostic.
 *
 * @param view where the target is inside a view: the place at which the view is assigned
 */
function targetWidth(context: Context, path: Path, target: Expression, view: Span | undefined): number | undefined {
  const { report } = context;
  const fixed = constantWidth(context, path, target);
  if (fixed !== undefined) return fixed;
  const at = view ?? target.span;
  const refuse = (what: string, is: string): undefined => report.error("P1020", at, view === undefined ? `${what} is ${is}` : `this view can't be assigned: ${what === "this" ? "a part of it" : what} is ${is}`, { expected: ASSIGNABLE });
  switch (target.kind) {
    case "name": {
      const name = target.name.text;
      if (path.locals.has(name)) return report.error("P1019", at, `${visible(name)} is a local name`, { hint: path.locals.get(name)?.kind === "integer" ? "the variable of a for loop counts by itself" : "what is declared with var is changed with =" });
      const entity = lookup(context, name);
      if (entity === undefined) return unknownName(context, path, target.name);
      if (entity.kind === "broken") return undefined;
      if (entity.kind === "view") return throughView(context, path, target.name, (inner) => targetWidth(context, inner, entity.value, at));
      if (entity.kind !== "component") return refuse(visible(name), kindOf(entity));
      if (entity.component.kind === "array") return report.error("P1006", at, `${visible(name)} is an array`, { expected: `one of its cells: ${name}[...]` });
      if (entity.component.role === "extent") return report.error("P1021", at, `${visible(name)} is the amount of storage, which no instruction changes`);
      return entity.component.width;
    }
    case "index": {
      const place = placeOf(context, path, target.base);
      if (place === "broken") return undefined;
      if (place === undefined) {
        const base = targetWidth(context, path, target.base, view);
        return base === undefined || sliceRange(context, path, target, base) === undefined ? undefined : 1;
      }
      if (place.kind === "window" && target.base.kind === "member" && place.access !== ACCESS.write) return report.error("P1022", at, place.access === ACCESS.execute ? "a fetch is not assigned" : "a load is not assigned", { hint: `a store is ${place.window.name}[...] := ...` });
      return place.kind === "array" ? place.width : place.window.width;
    }
    case "slice": {
      const base = targetWidth(context, path, target.base, view);
      const range = base === undefined ? undefined : sliceRange(context, path, target, base);
      return range === undefined ? undefined : range.high - range.low + 1;
    }
    case "binary": {
      if (target.operator !== "@") break;
      const left = targetWidth(context, path, target.left, view), right = targetWidth(context, path, target.right, view);
      return left === undefined || right === undefined ? undefined : left + right;
    }
    case "literal":
      return report.error("P2004", at, "nothing gives this number a width", { hint: "write the width before it, as in 3'0" });
    default:
  }
  return refuse("this", tryInteger(context, path, target) === undefined ? "computed" : "a number");
}

/**
 * Assigns `term` to those bits of the target that begin at `low`, counted from its least significant one.
 *
 * @param span where the assignment stands, for diagnostics and reports
 */
function assignPart(context: Context, path: Path, target: Expression, term: Term, low: number, span: Span): void {
  const { terms } = context;
  if (constantWidth(context, path, target) !== undefined) return;
  const high = low + term.width - 1;
  switch (target.kind) {
    case "name": {
      const entity = lookup(context, target.name.text);
      if (entity?.kind === "view") {
        throughView(context, path, target.name, (inner) => assignPart(context, inner, entity.value, term, low, span));
      } else assignRegister(context, path, target.name.text, term, high, low, span);
      return;
    }
    case "index":
    case "slice": {
      const place = target.kind === "index" ? placeOf(context, path, target.base) : undefined;
      if (target.kind === "index" && place !== undefined && place !== "broken") {
        const cell = cellOf(context, path, place.kind === "window" ? { ...place, access: ACCESS.write } : place, target.index, target.span);
        if (cell !== undefined) storeCell(context, path, cell.name, cell.index, term, low, span);
        return;
      }
      const base = targetWidth(context, path, target.base, undefined);
      const range = base === undefined ? undefined : sliceRange(context, path, target, base);
      if (range !== undefined) assignPart(context, path, target.base, term, range.low + low, span);
      return;
    }
    case "binary": {
      const right = targetWidth(context, path, target.right, undefined);
      if (right === undefined) return;
      if (high >= right) assignPart(context, path, target.left, terms.extract(term, term.width - 1, Math.max(0, right - low)), Math.max(0, low - right), span);
      if (low < right) assignPart(context, path, target.right, terms.extract(term, Math.min(high, right - 1) - low, 0), low, span);
      return;
    }
    default:
      throw new Error(`bug: a ${target.kind} is assigned`);
  }
}

function storeCell(context: Context, path: Path, name: string, index: Term, value: Term, low: number, span: Span): void {
  const { terms } = context;
  const array = valueNext(context, path, name) as ArrayTerm;
  const whole = value.width === array.width ? value : replaced(context, terms.select(array, index), value, low + value.width - 1, low);
  path.staged.set(name, terms.store(array, index, whole));
  if (!path.assigned.has(name)) path.assignedAt.set(name, originOf(span));
  path.assigned.set(name, 1n);
}

function assignRegister(context: Context, path: Path, name: string, term: Term, high: number, low: number, span: Span): void {
  if (path.rights.onlyCells === true) return context.report.error("P1016", span, `${path.rights.what} may not assign ${visible(name)}, which is no cell of an array`, { hint: "set a var in the loop, and assign it after" });
  const touched = mask(high - low + 1) << BigInt(low);
  const before = path.assigned.get(name) ?? 0n;
  if ((before & touched) !== 0n) {
    context.report.error("P4009", span, `${visible(name)} is assigned twice on one path`, { hint: "assignments of a stage happen together; write then between them if one comes after the other" });
    return;
  }
  path.staged.set(name, replaced(context, valueNext(context, path, name) as Term, term, high, low));
  if (before === 0n) path.assignedAt.set(name, originOf(span));
  path.assigned.set(name, before | touched);
}

function replaced(context: Context, old: Term, part: Term, high: number, low: number): Term {
  const { terms } = context;
  const pieces: Term[] = [];
  if (high < old.width - 1) pieces.push(terms.extract(old, old.width - 1, high + 1));
  pieces.push(part);
  if (low > 0) pieces.push(terms.extract(old, low - 1, 0));
  return terms.concat(...pieces);
}
