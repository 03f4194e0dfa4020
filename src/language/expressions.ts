/**
 * Expressions to terms: names, exact widths, and what reading state and storage means on a path.
 *
 * Widths are synthesised where the expression has one of its own and handed down to literals where it has not.
 * `undefined` means: there is a diagnostic already; say nothing more.
 */
import { isBits } from "../bits/bits.js";
import type { OperatorName } from "../bits/operators.js";
import { ACCESS } from "../isa/machine.js";
import type { Window } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { isArray, reachable, type AnyTerm, type ArrayTerm, type Term } from "../isa/term.js";
import { computedBit, countLeadingZeros, fullProduct, parity, populationCount, rotateLeft, rotateRight } from "./builtins.js";
import { callFunction } from "./statements.js";
import { nearest } from "./nearest.js";
import { initialValue, originOf, valueNow, type Context, type Entity, type Local, type Path } from "./scope.js";
import type { Expression, Identifier, Span } from "./syntax.js";

const MAXIMUM_WIDTH = 1024;

// ---------------------------------------------------------------- integers

/** The value of a constant integer expression (widths, bounds), or undefined if it is not one. No diagnostics. */
export function tryInteger(context: Context, path: Path | undefined, e: Expression): bigint | undefined {
  switch (e.kind) {
    case "literal":
      return e.width === undefined ? e.value : undefined;
    case "name": {
      const local = path?.locals.get(e.name.text);
      if (local !== undefined) return local.kind === "integer" ? local.value : undefined;
      const entity = context.entities.get(e.name.text);
      return entity?.kind === "integer" ? entity.value : undefined;
    }
    case "unary": {
      const x = e.operator === "-" ? tryInteger(context, path, e.operand) : undefined;
      return x === undefined ? undefined : -x;
    }
    case "binary": {
      if (!["+", "-", "*", "**"].includes(e.operator)) return undefined;
      const a = tryInteger(context, path, e.left), b = tryInteger(context, path, e.right);
      if (a === undefined || b === undefined) return undefined;
      switch (e.operator) {
        case "+": return a + b;
        case "-": return a - b;
        case "*": return a.toString(2).length + b.toString(2).length > 4096 ? undefined : a * b;
        default: return b < 0n || b > 4096n || a.toString(2).length * Number(b) > 65536 ? undefined : a ** b;
      }
    }
    default:
      return undefined;
  }
}

/** A constant integer between the bounds, or a diagnostic. */
export function integer(context: Context, path: Path | undefined, e: Expression, what: string, low: bigint, high: bigint): number | undefined {
  const value = tryInteger(context, path, e);
  if (value === undefined) {
    return context.report.error("P2001", e.span, `${what} is not a constant integer`, { expected: `a number, a parameter or a sum of them, from ${low} to ${high}` });
  }
  if (value < low || value > high) {
    return context.report.error("P2002", e.span, `${what} is ${brief(value)}`, { expected: `a number from ${low} to ${high}` });
  }
  return Number(value);
}

function brief(value: bigint): string {
  const text = value.toString();
  return text.length > 24 ? `${text.slice(0, 20)}... (${text.length} digits)` : text;
}

// ---------------------------------------------------------------- expressions

/** Whether the expression takes its width from where it stands. */
function isFlexible(context: Context, path: Path, e: Expression): boolean {
  if (tryInteger(context, path, e) !== undefined) return true;
  switch (e.kind) {
    case "unary":
      return e.operator !== "!" && isFlexible(context, path, e.operand);
    case "binary":
      if (["<<", ">>", ">>>"].includes(e.operator)) return isFlexible(context, path, e.left);
      return ["+", "-", "*", "&", "|", "^"].includes(e.operator) && isFlexible(context, path, e.left) && isFlexible(context, path, e.right);
    case "if":
      return isFlexible(context, path, e.then) && isFlexible(context, path, e.otherwise);
    case "match":
      return e.arms.every((arm) => isFlexible(context, path, arm.body));
    default:
      return false;
  }
}

export function expression(context: Context, path: Path, e: Expression, expected?: number): Term | undefined {
  const term = synthesize(context, path, e, expected);
  if (term === undefined) return undefined;
  if (expected !== undefined && term.width !== expected) {
    return context.report.error("P2003", e.span, `this has ${bits(term.width)}`, { expected: bits(expected), hint: widthHint(term.width, expected) });
  }
  return term;
}

export function bits(n: number): string {
  return n === 1 ? "1 bit" : `${n} bits`;
}

function widthHint(found: number, expected: number): string {
  return found < expected ? `zext(..., ${expected}) or sext(..., ${expected}) widens it` : `a slice such as x[..] or a comparison narrows it`;
}

function synthesize(context: Context, path: Path, e: Expression, expected: number | undefined): Term | undefined {
  const { terms, report } = context;
  const constant = tryInteger(context, path, e);
  if (constant !== undefined) return literal(context, constant, expected, e.span);
  switch (e.kind) {
    case "literal": {
      const width = integer(context, path, e.width!, "the width of a literal", 1n, 1024n);
      return width === undefined ? undefined : literal(context, e.value, width, e.span);
    }
    case "string":
      return report.error("P1010", e.span, "a text is no value here", { hint: "texts stand only in declarations, and as the reason in choice(n, \"...\")" });
    case "name":
      return named(context, path, e.name, expected);
    case "call":
      return call(context, path, e, expected);
    case "member":
      return report.error("P1011", e.span, "a window is no value by itself", { expected: "an address in brackets, as in mem.execute[PC]" });
    case "index":
      return indexed(context, path, e);
    case "slice": {
      const base = expression(context, path, e.base);
      if (base === undefined) return undefined;
      const range = sliceRange(context, path, e, base.width);
      return range === undefined ? undefined : terms.extract(base, range.high, range.low);
    }
    case "unary": {
      const operand = expression(context, path, e.operand, e.operator === "!" ? 1 : expected);
      if (operand === undefined) return undefined;
      return e.operator === "-" ? terms.apply("neg", [operand]) : terms.not(operand);
    }
    case "binary":
      return binary(context, path, e, expected);
    case "if": {
      const condition = expression(context, path, e.condition, 1);
      if (condition === undefined) return undefined;
      if (condition === terms.true) return expression(context, path, e.then, expected);
      if (condition === terms.false) return expression(context, path, e.otherwise, expected);
      const pair = together(context, path, e.then, e.otherwise, expected, [condition, terms.not(condition)], "the branches");
      return pair === undefined ? undefined : terms.ite(condition, pair[0], pair[1]);
    }
    case "match":
      return matchExpression(context, path, e, expected);
  }
}

export function literal(context: Context, value: bigint, width: number | undefined, span: Span): Term | undefined {
  if (width === undefined) {
    return context.report.error("P2004", span, "nothing gives this number a width", { hint: "write the width before it: 18'0o777" });
  }
  const ok = value >= 0n ? isBits(value, width) : -value <= 1n << BigInt(width - 1);
  if (!ok) return context.report.error("P2005", span, `${brief(value)} does not fit`, { expected: bits(width) });
  return context.terms.constant(value, width);
}

const BINARY: Readonly<Record<string, OperatorName>> = { "*": "mul", "+": "add", "-": "sub", "&": "and", "^": "xor", "|": "or", "<<": "shl", ">>": "lshr", ">>>": "ashr", "@": "concat" };
const COMPARE: Readonly<Record<string, readonly [OperatorName, boolean, boolean]>> = {
  // operator, swapped, negated
  "==": ["eq", false, false], "!=": ["eq", false, true], "<": ["ult", false, false], "<=": ["ule", false, false], ">": ["ult", true, false], ">=": ["ule", true, false],
  "<s": ["slt", false, false], "<=s": ["sle", false, false], ">s": ["slt", true, false], ">=s": ["sle", true, false],
};

function binary(context: Context, path: Path, e: Extract<Expression, { kind: "binary" }>, expected: number | undefined): Term | undefined {
  const { terms, report } = context;
  switch (e.operator) {
    case "&&":
    case "||": {
      const left = expression(context, path, e.left, 1);
      if (left === undefined) return undefined;
      if (left === (e.operator === "&&" ? terms.false : terms.true)) return left;
      // the right side is reached only if the left does not decide: so are its traps
      const reached = e.operator === "&&" ? left : terms.not(left);
      const right = within(context, path, reached, (inner) => expression(context, inner, e.right, 1));
      if (right === undefined) return undefined;
      return e.operator === "&&" ? terms.and(left, right) : terms.or(left, right);
    }
    case "<<":
    case ">>":
    case ">>>": {
      const left = expression(context, path, e.left, expected);
      const right = isFlexible(context, path, e.right) && tryInteger(context, path, e.right) !== undefined ? literal(context, tryInteger(context, path, e.right)!, 32, e.right.span) : expression(context, path, e.right);
      return left === undefined || right === undefined ? undefined : terms.apply(BINARY[e.operator]!, [left, right]);
    }
    case "@": {
      const left = concatenated(context, path, e.left), right = concatenated(context, path, e.right);
      if (left === undefined || right === undefined) return undefined;
      if (left.width + right.width > MAXIMUM_WIDTH) return report.error("P2006", e.span, `this concatenation has ${bits(left.width + right.width)}`, { expected: `at most ${MAXIMUM_WIDTH} bits` });
      return terms.concat(left, right);
    }
    case "**":
      return report.error("P2001", e.span, "** works on constant integers only");
    default: {
      const comparison = COMPARE[e.operator];
      const always = [terms.true, terms.true] as const;
      const pair = together(context, path, e.left, e.right, comparison === undefined ? expected : undefined, always, "the operands");
      if (pair === undefined) return undefined;
      if (comparison === undefined) return terms.apply(BINARY[e.operator]!, pair);
      const [op, swapped, negated] = comparison;
      const result = terms.apply(op, swapped ? [pair[1], pair[0]] : pair);
      return negated ? terms.not(result) : result;
    }
  }
}

/** In a concatenation a binary literal is as wide as it is written. */
export function prefixedWidth(text: string): number | undefined {
  return /^0b([01_]+)$/.exec(text)?.[1]?.replaceAll("_", "").length;
}

function concatenated(context: Context, path: Path, e: Expression): Term | undefined {
  return expression(context, path, e, e.kind === "literal" && e.width === undefined ? prefixedWidth(e.text) : undefined);
}

/** Runs something under a further condition; what it traps is guarded by it. */
function within<T>(context: Context, path: Path, condition: Term, run: (inner: Path) => T): T {
  if (condition === context.terms.true) return run(path);
  return run({ ...path, condition: context.terms.and(path.condition, condition) });
}

/** Two expressions of one width, one of which may take it from the other; each reached under its own condition. */
function together(context: Context, path: Path, left: Expression, right: Expression, expected: number | undefined, reached: readonly [Term, Term], what: string): [Term, Term] | undefined {
  const leftFirst = expected !== undefined || !isFlexible(context, path, left);
  const visit = (e: Expression, i: 0 | 1, width: number | undefined): Term | undefined => within(context, path, reached[i], (inner) => expression(context, inner, e, width));
  const synthesizeOnly = (e: Expression, i: 0 | 1, width: number | undefined): Term | undefined => within(context, path, reached[i], (inner) => synthesize(context, inner, e, width));
  if (leftFirst) {
    const a = visit(left, 0, expected);
    if (a === undefined) {
      if (expected === undefined && isFlexible(context, path, right)) return undefined;
      visit(right, 1, expected);
      return undefined;
    }
    const b = synthesizeOnly(right, 1, a.width);
    return b === undefined ? undefined : sameWidth(context, a, b, right.span, what);
  }
  const b = visit(right, 1, expected);
  if (b === undefined) return undefined;
  const a = visit(left, 0, b.width);
  return a === undefined ? undefined : [a, b];
}

function sameWidth(context: Context, a: Term, b: Term, span: Span, what: string): [Term, Term] | undefined {
  if (a.width === b.width) return [a, b];
  return context.report.error("P2003", span, `${what} have ${a.width} and ${bits(b.width)}`, { expected: "one width", hint: widthHint(b.width, a.width) });
}

function matchExpression(context: Context, path: Path, e: Extract<Expression, { kind: "match" }>, expected: number | undefined): Term | undefined {
  const { terms, report } = context;
  const subject = expression(context, path, e.subject);
  if (subject === undefined) return undefined;
  const arms = matchArms(context, path, subject, e.arms, e.span);
  if (arms === undefined) return undefined;
  let width = expected;
  if (width === undefined) {
    for (const arm of arms) {
      if (isFlexible(context, path, arm.body)) continue;
      const value = within(context, path, arm.guard, (inner) => expression(context, { ...inner, exits: [] }, arm.body));
      if (value !== undefined) { width = value.width; break; }
    }
    if (width === undefined) return report.error("P2004", e.span, "nothing gives this match a width", { hint: "write the width of one of its numbers: 18'0o777" });
  }
  let result: Term | undefined;
  let failed = false;
  for (const arm of [...arms].reverse()) {
    if (arm.guard === terms.false) continue;
    const value = within(context, path, arm.guard, (inner) => expression(context, inner, arm.body, width));
    if (value === undefined) failed = true;
    else result = result === undefined ? value : terms.ite(arm.test, value, result);
  }
  return failed ? undefined : result;
}

/** Each arm's own test and the condition under which it is reached; totality checked. */
export function matchArms<T>(context: Context, path: Path, subject: Term, arms: readonly { readonly patterns: readonly Expression[]; readonly body: T; readonly span: Span }[], span: Span):
  { readonly test: Term; readonly guard: Term; readonly body: T }[] | undefined {
  const { terms, report } = context;
  const seen = new Set<bigint>();
  const result: { test: Term; guard: Term; body: T }[] = [];
  let before: Term = terms.false;
  let hasElse = false;
  let failed = false;
  for (const arm of arms) {
    if (hasElse) report.error("P4001", arm.span, "this arm is never reached", { hint: "else is the last arm" });
    let test: Term = terms.false;
    if (arm.patterns.length === 0) {
      hasElse = true;
      test = terms.true;
    }
    for (const pattern of arm.patterns) {
      const term = expression(context, path, pattern, subject.width);
      if (term === undefined) { failed = true; continue; }
      if (term.op !== "constant") { report.error("P4002", pattern.span, "a pattern is a constant", { hint: "use if for computed conditions" }); failed = true; continue; }
      if (seen.has(term.value)) { report.error("P4003", pattern.span, "this value has an arm already"); failed = true; continue; }
      seen.add(term.value);
      test = terms.or(test, terms.eq(subject, term));
    }
    result.push({ test, guard: terms.and(test, terms.not(before)), body: arm.body });
    before = terms.or(before, test);
  }
  if (!hasElse && !failed && BigInt(seen.size) !== 1n << BigInt(subject.width)) {
    report.error("P4004", span, `this match covers ${seen.size} of ${subject.width > 20 ? `2^${subject.width}` : 2 ** subject.width} values`, { hint: "add the missing values, or an else arm" });
    return undefined;
  }
  return failed ? undefined : result;
}

// ---------------------------------------------------------------- names and cells

function named(context: Context, path: Path, name: Identifier, expected: number | undefined): Term | undefined {
  const { report } = context;
  const local = path.locals.get(name.text);
  if (local !== undefined) return localValue(context, local, name, expected);
  const entity = context.entities.get(name.text);
  if (entity === undefined) {
    const access = ACCESS[name.text as keyof typeof ACCESS]; // read, write, execute: 2-bit constants where nothing else has the name
    return access === undefined ? unknownName(context, path, name) : context.terms.constant(access, 2);
  }
  switch (entity.kind) {
    case "broken":
      return undefined;
    case "constant":
      return entity.term;
    case "integer":
      return literal(context, entity.value, expected, name.span);
    case "component":
      if (!path.rights.state) return report.error("P1005", name.span, `${path.rights.what} may not read the state`);
      if (entity.component.kind === "array") return report.error("P1006", name.span, `${name.text} is an array`, { expected: `one of its cells: ${name.text}[...]` });
      return valueNow(context, path, name.text) as Term;
    case "view":
      return expression(context, { ...path, locals: new Map() }, entity.value, entity.width);
    default:
      return report.error("P1007", name.span, `${name.text} is ${article(entity.kind)}, not a value`);
  }
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

export function article(kind: string): string {
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

export function unknownName(context: Context, path: Path | undefined, name: Identifier): undefined {
  const known = [...(path?.locals.keys() ?? []), ...context.entities.keys()];
  const near = nearest(name.text, known);
  return context.report.error("P1001", name.span, `nothing is named ${name.text}`, { hint: near === undefined ? "declare it, or check the spelling" : `did you mean ${near}?` });
}

/** A slice's bounds counted from the least significant bit. */
export function sliceRange(context: Context, path: Path, e: Extract<Expression, { kind: "slice" }> | Extract<Expression, { kind: "index" }>, width: number): { high: number; low: number } | undefined {
  const last = BigInt(width - 1);
  const from = integer(context, path, e.kind === "slice" ? e.from : e.index, "a bit number", 0n, last);
  const to = e.kind === "slice" ? integer(context, path, e.to, "a bit number", 0n, last) : from;
  if (from === undefined || to === undefined) return undefined;
  const [high, low] = context.bitOrder === "msb0" ? [width - 1 - from, width - 1 - to] : [from, to];
  if (high < low) {
    return context.report.error("P2007", e.span, `the slice ${from}..${to} is empty`, { hint: context.bitOrder === "msb0" ? "bit 0 is the most significant here: write the smaller number first" : "bit 0 is the least significant here: write the larger number first" });
  }
  return { high, low };
}

/** What `base[...]` reaches, if base names an array or window. */
export type Place =
  | { readonly kind: "array"; readonly name: string; readonly indexWidth: number; readonly width: number }
  | { readonly kind: "window"; readonly window: Window; readonly access: number };

export function placeOf(context: Context, path: Path, base: Expression): Place | "broken" | undefined {
  if (base.kind === "name" && !path.locals.has(base.name.text)) {
    const entity: Entity | undefined = context.entities.get(base.name.text);
    if (entity?.kind === "component" && entity.component.kind === "array") return { kind: "array", name: entity.component.name, indexWidth: entity.component.indexWidth, width: entity.component.width };
    if (entity?.kind === "window") return entity.window === "broken" ? "broken" : { kind: "window", window: entity.window, access: ACCESS.read };
  }
  if (base.kind === "member") {
    const place = placeOf(context, path, base.base);
    if (place === "broken") return place;
    if (place?.kind !== "window") {
      context.report.error("P1008", base.span, "only a window has kinds of access");
      return "broken";
    }
    const access = ACCESS[base.member.text as keyof typeof ACCESS];
    if (access === undefined) {
      context.report.error("P1009", base.member.span, `${base.member.text} is no kind of access`, { expected: "read, write or execute" });
      return "broken";
    }
    return { ...place, access };
  }
  return undefined;
}

function indexed(context: Context, path: Path, e: Extract<Expression, { kind: "index" }>): Term | undefined {
  const { terms, report } = context;
  const place = placeOf(context, path, e.base);
  if (place === "broken") return undefined;
  if (place === undefined) {
    const base = expression(context, path, e.base);
    if (base === undefined) return undefined;
    const range = sliceRange(context, path, e, base.width);
    return range === undefined ? undefined : terms.extract(base, range.high, range.low);
  }
  if (!path.rights.state) return report.error("P1005", e.span, `${path.rights.what} may not read the state`);
  if (place.kind === "array") {
    const index = expression(context, path, e.index, place.indexWidth);
    return index === undefined ? undefined : terms.select(valueNow(context, path, place.name) as ArrayTerm, index);
  }
  const address = expression(context, path, e.index, place.window.addressWidth);
  if (address === undefined) return undefined;
  const cell = translate(context, path, place.window, place.access, address, e.span);
  return cell === undefined ? undefined : terms.select(valueNow(context, path, place.window.over) as ArrayTerm, cell);
}

/** The cell an address means on this path; the window's traps become exits of the path. */
export function translate(context: Context, path: Path, window: Window, access: number, address: Term, span: Span): Term | undefined {
  const { terms, report } = context;
  if (!path.rights.trap && window.traps.length > 0) {
    return report.error("P1012", span, `${path.rights.what} may not go through ${window.name}: it can trap`, { hint: `reach the storage directly: ${window.over}[...]` });
  }
  const changed = [...path.current].map(([name, term]): [number, AnyTerm] => [initialValue(context, name).id, term]);
  const definition: AnyTerm[] = [window.cell, ...window.traps.flatMap((t) => [t.guard, ...t.args])];
  const mentioned = new Set(reachable(definition).map((t) => t.id));
  const isOld = !changed.some(([id]) => mentioned.has(id));
  const bound = substitution(terms, new Map<number, AnyTerm>([...changed, [window.address.id, address], [window.access.id, terms.constant(access, window.access.width)]]));
  window.traps.forEach((trap, i) => {
    const holds = isOld ? terms.faults(window.name, access, i, address) : bound.term(trap.guard);
    const guard = terms.and(path.condition, holds);
    if (guard !== terms.false) path.exits.push({ guard, kind: "memory-trap", cause: trap.trap, args: trap.args.map((a) => bound.term(a)), leaving: path.kept, origin: originOf(path.site ?? span) });
  });
  const width = isArray(initialValue(context, window.over)) ? (initialValue(context, window.over) as ArrayTerm).indexWidth : 1;
  return isOld ? terms.cell(window.name, access, address, width) : bound.term(window.cell);
}

// ---------------------------------------------------------------- calls

function call(context: Context, path: Path, e: Extract<Expression, { kind: "call" }>, expected: number | undefined): Term | undefined {
  const { report } = context;
  const entity = context.entities.get(e.callee.text);
  if (entity?.kind === "function") return callFunction(context, path, entity.declaration, e.args, e.span);
  if (entity?.kind === "broken") return undefined;
  if (entity !== undefined) return report.error("P1007", e.callee.span, `${e.callee.text} is ${article(entity.kind)}, not a function`);
  const builtin = BUILTINS[e.callee.text];
  if (builtin === undefined) {
    const near = nearest(e.callee.text, [...Object.keys(BUILTINS), ...[...context.entities].filter(([, v]) => v.kind === "function").map(([k]) => k)]);
    return report.error("P1001", e.callee.span, `there is no function ${e.callee.text}`, { hint: near === undefined ? "declare it, or check the spelling" : `did you mean ${near}?` });
  }
  if (e.args.length !== builtin.arity) return report.error("P1002", e.span, `${e.callee.text} is given ${e.args.length} arguments`, { expected: `${builtin.arity}` });
  return builtin.build(context, path, e, expected);
}

type Call = Extract<Expression, { kind: "call" }>;
interface Builtin { readonly arity: number; readonly build: (context: Context, path: Path, e: Call, expected: number | undefined) => Term | undefined }

const unary = (make: (context: Context, x: Term) => Term): Builtin => ({
  arity: 1,
  build: (context, path, e) => { const x = expression(context, path, e.args[0]!); return x && make(context, x); },
});
const pairwise = (make: (context: Context, a: Term, b: Term) => Term): Builtin => ({
  arity: 2,
  build: (context, path, e, expected) => {
    const pair = together(context, path, e.args[0]!, e.args[1]!, expected, [context.terms.true, context.terms.true], "the operands");
    return pair && make(context, pair[0], pair[1]);
  },
});
const arithmetic = (op: OperatorName): Builtin => pairwise((context, a, b) => context.terms.apply(op, [a, b]));
const product = (signed: boolean): Builtin => ({
  arity: 2,
  build: (context, path, e) => {
    const pair = together(context, path, e.args[0]!, e.args[1]!, undefined, [context.terms.true, context.terms.true], "the operands");
    return pair && fullProduct(context.terms, pair[0], pair[1], signed);
  },
});
const extension = (op: "zero-extend" | "sign-extend"): Builtin => ({
  arity: 2,
  build: (context, path, e) => {
    const x = expression(context, path, e.args[0]!);
    const n = integer(context, path, e.args[1]!, "the width", 1n, 1024n);
    if (x === undefined || n === undefined) return undefined;
    if (n < x.width) return context.report.error("P2008", e.span, `${bits(x.width)} cannot be extended to ${n}`, { hint: "a slice narrows" });
    return context.terms.apply(op, [x], [n]);
  },
});
const filled = (ones: boolean): Builtin => ({
  arity: 1,
  build: (context, path, e) => { const n = integer(context, path, e.args[0]!, "the width", 1n, 1024n); return n === undefined ? undefined : ones ? context.terms.ones(n) : context.terms.zeros(n); },
});
const counted = (make: (context: Context, x: Term, k: Term) => Term): Builtin => ({
  arity: 2,
  build: (context, path, e, expected) => {
    const x = expression(context, path, e.args[0]!, isFlexible(context, path, e.args[0]!) ? expected : undefined);
    const fixed = tryInteger(context, path, e.args[1]!);
    const k = fixed === undefined ? expression(context, path, e.args[1]!) : literal(context, fixed, 32, e.args[1]!.span);
    return x === undefined || k === undefined ? undefined : make(context, x, k);
  },
});

const BUILTINS: Readonly<Record<string, Builtin>> = {
  zext: extension("zero-extend"),
  sext: extension("sign-extend"),
  zeros: filled(false),
  ones: filled(true),
  rep: {
    arity: 2,
    build: (context, path, e) => {
      const x = expression(context, path, e.args[0]!);
      const n = integer(context, path, e.args[1]!, "the count", 1n, 1024n);
      if (x === undefined || n === undefined) return undefined;
      if (x.width * n > MAXIMUM_WIDTH) return context.report.error("P2006", e.span, `this has ${bits(x.width * n)}`, { expected: `at most ${MAXIMUM_WIDTH} bits` });
      return context.terms.concat(...Array.from({ length: n }, () => x));
    },
  },
  udiv: arithmetic("udiv"), urem: arithmetic("urem"), sdiv: arithmetic("sdiv"), srem: arithmetic("srem"),
  mulu: product(false), muls: product(true),
  rol: counted((context, x, k) => rotateLeft(context.terms, x, k)),
  ror: counted((context, x, k) => rotateRight(context.terms, x, k)),
  bit: counted((context, x, k) => computedBit(context.terms, x, k, context.bitOrder)),
  clz: unary((context, x) => countLeadingZeros(context.terms, x)),
  popcount: unary((context, x) => populationCount(context.terms, x)),
  any: unary((context, x) => context.terms.ne(x, context.terms.zeros(x.width))),
  all: unary((context, x) => context.terms.eq(x, context.terms.ones(x.width))),
  parity: unary((context, x) => parity(context.terms, x)),
  choice: {
    arity: 2,
    build: (context, path, e) => {
      const n = integer(context, path, e.args[0]!, "the width", 1n, 128n);
      if (n === undefined) return undefined;
      if (e.args[1]!.kind !== "string") return context.report.error("P1013", e.args[1]!.span, "a choice says why it is one", { expected: "a text: choice(1, \"undefined after ...\")" });
      if (path.loopDepth > 0) return context.report.error("P4005", e.span, "a choice can't stand in a while loop", { hint: "let it be chosen before the loop" });
      if (!path.rights.state) return context.report.error("P1005", e.span, `${path.rights.what} has no choices`);
      return context.terms.variable("choice", `${context.choices.prefix}${context.choices.next++}: ${e.args[1]!.text}`, n);
    },
  },
};

export const BUILTIN_NAMES: readonly string[] = Object.keys(BUILTINS);