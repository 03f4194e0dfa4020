/**
 * Names and cells: what a name, a bit, a slice, a cell of an array or of a window is worth on a path.
 */
import { ACCESS, type Window } from "../isa/machine.js";
import { Rewriter } from "../isa/substitute.js";
import type { AnyTerm, ArrayTerm, Term } from "../isa/term.js";
import { expression, literal } from "./expressions.js";
import { integer, kindOf, unknownName } from "./integers.js";
import { visible } from "./lexer.js";
import { componentOf, initialValue, lookup, originOf, RIGHTS, valueNow, type Context, type Local, type Path } from "./scope.js";
import type { Expression, Identifier, Span } from "./syntax.js";

// ---------------------------------------------------------------- names

export function named(context: Context, path: Path, name: Identifier, expected: number | undefined): Term | undefined {
  const { report } = context;
  const local = path.locals.get(name.text);
  if (local !== undefined) return localValue(context, local, name, expected);
  const entity = lookup(context, name.text);
  if (entity === undefined) {
    // read, write, execute are 2-bit constants where nothing else has the name
    return Object.hasOwn(ACCESS, name.text) ? context.terms.constant(ACCESS[name.text as keyof typeof ACCESS], 2) : unknownName(context, path, name);
  }
  switch (entity.kind) {
    case "broken":
      return undefined;
    case "constant":
      return entity.term;
    case "integer":
      return literal(context, entity.value, expected, name.span);
    case "component":
      if (!path.rights.state) return noState(context, path, name.span);
      if (entity.component.kind === "array") return report.error("P1006", name.span, `${visible(name.text)} is an array`, { expected: `one of its cells: ${name.text}[...]` });
      return valueNow(context, path, name.text) as Term;
    case "view":
      return throughView(context, path, name, (inner) => expression(context, inner, entity.value, entity.width));
    case "function":
      return report.error("P1007", name.span, `${visible(name.text)} is a function, not a value`, { expected: `${name.text}(...)` });
    case "window":
      return report.error("P1011", name.span, "a window is no value by itself", { expected: `an address in brackets: ${name.text}[...]` });
    default:
      return report.error("P1007", name.span, `${visible(name.text)} is ${kindOf(entity)}, not a value`);
  }
}

/** Does something inside a view, where its own names count; a view in itself is a cycle. */
export function throughView<T>(context: Context, path: Path, name: Identifier, run: (inner: Path) => T): T | undefined {
  if (path.calls.includes(name.text)) return context.report.error("P1004", name.span, `${visible(name.text)} is defined by itself`, { hint: "a view is made of components and of other views" });
  return run({ ...path, locals: new Map(), calls: [...path.calls, name.text] });
}

export function noState(context: Context, path: Path, span: Span): undefined {
  return context.report.error("P1005", span, `${path.rights.what} may not read the state`, { expected: `literals, ${path.rights === RIGHTS.constant ? "other constants" : "constants, fields"}, and functions of these` });
}

function localValue(context: Context, local: Local, name: Identifier, expected: number | undefined): Term | undefined {
  switch (local.kind) {
    case "broken":
      return undefined;
    case "integer":
      return literal(context, local.value, expected, name.span);
    case "term":
      // `length` stands as wide as its context asks
      if (local.term.op === "variable" && local.term.name === "length" && name.text === "length" && expected !== undefined && expected > local.term.width) return context.terms.zeroExtend(local.term, expected);
      return local.term;
  }
}

// ---------------------------------------------------------------- bits and slices

type Slice = Extract<Expression, { kind: "slice" }>;
type Index = Extract<Expression, { kind: "index" }>;

/** Which bits of a value `width` bits wide, counted from the least significant. */
export function sliceRange(context: Context, path: Path, e: Slice | Index, width: number): { high: number; low: number } | undefined {
  const last = BigInt(width - 1);
  const bound = (b: Expression): number | undefined => integer(context, path, b, "a bit number", 0n, last);
  const from = bound(e.kind === "slice" ? e.from : e.index);
  const to = e.kind === "slice" ? bound(e.to) : from;
  if (from === undefined || to === undefined) return undefined;
  const [high, low] = context.bitOrder === "msb0" ? [width - 1 - from, width - 1 - to] : [from, to];
  if (high < low) {
    const rule = context.bitOrder === "msb0" ? "bit 0 is the most significant in this machine: the smaller number comes first" : "bit 0 is the least significant in this machine: the larger number comes first";
    return context.report.error("P2007", e.span, `the slice ${from}..${to} runs backwards`, { expected: `${to}..${from}`, hint: rule });
  }
  return { high, low };
}

export function sliced(context: Context, path: Path, e: Slice | Index): Term | undefined {
  const base = expression(context, path, e.base);
  if (base === undefined) return undefined;
  const range = sliceRange(context, path, e, base.width);
  return range === undefined ? undefined : context.terms.extract(base, range.high, range.low);
}

// ---------------------------------------------------------------- cells

/** What `base[...]` reaches, if base names an array or window. */
export type Place =
  | { readonly kind: "array"; readonly name: string; readonly indexWidth: number; readonly width: number }
  | { readonly kind: "window"; readonly window: Window; readonly mentions: ReadonlySet<number>; readonly access: number };

export function placeOf(context: Context, path: Path, base: Expression): Place | "broken" | undefined {
  if (base.kind === "name" && !path.locals.has(base.name.text)) {
    const entity = lookup(context, base.name.text);
    if (entity?.kind === "broken") return "broken";
    if (entity?.kind === "component" && entity.component.kind === "array") return { kind: "array", name: entity.component.name, indexWidth: entity.component.indexWidth, width: entity.component.width };
    if (entity?.kind === "window") return { kind: "window", window: entity.window, mentions: entity.mentions, access: ACCESS.read };
  }
  if (base.kind !== "member") return undefined;
  const place = placeOf(context, path, base.base);
  if (place === "broken") return place;
  if (place?.kind !== "window") {
    context.report.error("P1008", base.span, "only a window has kinds of access", { hint: "`.` stands between a window and read, write or execute" });
    return "broken";
  }
  if (!Object.hasOwn(ACCESS, base.member.text)) {
    context.report.error("P1009", base.member.span, `${visible(base.member.text)} is no kind of access`, { expected: "read, write or execute" });
    return "broken";
  }
  return { ...place, access: ACCESS[base.member.text as keyof typeof ACCESS] };
}

export function indexed(context: Context, path: Path, e: Index): Term | undefined {
  const { terms } = context;
  const place = placeOf(context, path, e.base);
  if (place === "broken") return undefined;
  if (place === undefined) return sliced(context, path, e);
  const cell = cellOf(context, path, place, e.index, e.span);
  return cell === undefined ? undefined : terms.select(valueNow(context, path, cell.name) as ArrayTerm, cell.index);
}

/** The array and the cell of it that an index or address means; translation may trap. */
export function cellOf(context: Context, path: Path, place: Place, at: Expression, span: Span): { readonly name: string; readonly index: Term } | undefined {
  if (!path.rights.state) return noState(context, path, span);
  if (place.kind === "array") {
    const index = expression(context, path, at, place.indexWidth);
    return index === undefined ? undefined : { name: place.name, index };
  }
  const address = expression(context, path, at, place.window.addressWidth);
  const index = address === undefined ? undefined : translate(context, path, place, address, span);
  return index === undefined ? undefined : { name: place.window.over, index };
}

/**
 * The cell an address means on this path; the window's traps become exits of the path. As long as nothing that the
 * map reads has been assigned in an earlier stage (storage does not count where the window is latched), translation
 * stays opaque: the `cell` and `faults` nodes.
 */
function translate(context: Context, path: Path, { window, mentions, access }: Extract<Place, { kind: "window" }>, address: Term, span: Span): Term | undefined {
  const { terms, report } = context;
  if (!path.rights.access && window.traps.length > 0) {
    return report.error("P1012", span, `${path.rights.what} may not go through ${visible(window.name)}, which can trap`, { hint: `reach the cell itself: ${window.over}[...]` });
  }
  const isOld = !isChanged(context, path, window, mentions);
  if (!isOld && !context.work.spend(span, mentions.size)) return undefined;
  const bound = definitionOf(context, path, window, address, access);
  window.traps.forEach((trap, i) => {
    const holds = isOld ? terms.faults(window.name, access, i, address) : bound.term(trap.guard);
    const guard = terms.and(path.condition, holds);
    if (guard !== terms.false) path.exits.push({ guard, kind: "memory-trap", cause: trap.trap, args: trap.args.map((a) => bound.term(a)), leaving: path.kept, origin: originOf(span) });
  });
  const width = (initialValue(context, window.over) as ArrayTerm).indexWidth;
  return isOld ? terms.cell(window.name, access, address, width) : bound.term(window.cell);
}

/** What the map sees that is not as it was before the step, by the id of the component's variable. */
function changedFor(context: Context, path: Path, window: Window): [number, AnyTerm][] {
  return [...path.current].flatMap(([name, term]): [number, AnyTerm][] => {
    const { kind, role, variable } = componentOf(context, name);
    return window.latched && kind === "array" && role === "storage" ? [] : [[variable.id, term]];
  });
}

function isChanged(context: Context, path: Path, window: Window, mentions: ReadonlySet<number>): boolean {
  return changedFor(context, path, window).some(([id]) => mentions.has(id));
}

/** A window's definition at an address on this path, with what it reads through other windows. */
function definitionOf(context: Context, path: Path, window: Window, address: Term, access: number): Rewriter {
  const { terms } = context;
  const by = new Map<number, AnyTerm>([...changedFor(context, path, window), [window.address.id, address], [window.access.id, terms.constant(access, window.access.width)]]);
  return new Rewriter(terms, (term, args) => {
    const known = by.get(term.id);
    if (known !== undefined || (term.op !== "cell" && term.op !== "faults")) return known;
    const inner = lookup(context, term.window);
    if (inner?.kind !== "window") throw new Error(`bug: ${term.window} is no window`);
    if (!isChanged(context, path, inner.window, inner.mentions)) return undefined;
    const definition = definitionOf(context, path, inner.window, args[0] as Term, term.access);
    return definition.term(term.op === "cell" ? inner.window.cell : inner.window.traps[term.trap]!.guard);
  });
}
