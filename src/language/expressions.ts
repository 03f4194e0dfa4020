/**
 * Expressions to terms: exact widths, and what is evaluated under which condition.
 *
 * Widths are synthesised where the expression has one of its own and handed down to literals where it has not.
 * `undefined` means: there is a diagnostic already; say nothing more. Traps inside expressions happen from left to right,
 * and only where they are reached: the arms of `if` and `match` and the right side of `&&` and `||` are guarded.
 */
import { isBits } from "../bits/bits.js";
import type { OperatorName } from "../bits/operators.js";
import type { Term } from "../isa/term.js";
import { callOf } from "./builtin-calls.js";
import { AMOUNT_WIDTH, brief, integer, MAXIMUM_WIDTH, tryInteger } from "./integers.js";
import { visible } from "./lexer.js";
import { indexed, named, sliced } from "./places.js";
import { LENGTH_WIDTH, lookup, type Context, type Path } from "./scope.js";
import type { Expression, Span } from "./syntax.js";

/** The term of an expression, of the expected width if there is one. */
export function expression(context: Context, path: Path, e: Expression, expected?: number): Term | undefined {
  const term = anyWidth(context, path, e, expected);
  if (term === undefined || expected === undefined || term.width === expected) return term;
  return wrongWidth(context, e.span, `this has ${bits(term.width)}`, term.width, expected);
}

/** The same, where a width is only offered: to numbers that have none. */
function anyWidth(context: Context, path: Path, e: Expression, offered?: number): Term | undefined {
  return context.work.within(e.span, () => synthesize(context, path, e, offered));
}

export function bits(n: number): string {
  return n === 1 ? "1 bit" : `${n} bits`;
}

function wrongWidth(context: Context, span: Span, message: string, found: number, expected: number): undefined {
  const hint = found < expected ? `zext(x, ${expected}) or sext(x, ${expected}) widens x` : expected === 1 ? "a comparison such as x != 0, or a single bit, has 1 bit" : `a slice of ${expected} of its bits narrows it`;
  return context.report.error("P2003", span, message, { expected: bits(expected), hint });
}

/** Whether the expression takes its width from where it stands. */
export function isFlexible(context: Context, path: Path, e: Expression): boolean {
  if (e.kind === "name" && e.name.text === "length") return false; // it has a width of its own
  switch (e.kind) {
    case "literal":
      return e.width === undefined;
    case "name":
      return tryInteger(context, path, e) !== undefined;
    case "unary":
      return e.operator !== "!" && isFlexible(context, path, e.operand);
    case "binary":
      if (e.operator === "**") return true;
      if (["<<", ">>", ">>>"].includes(e.operator)) return isFlexible(context, path, e.left);
      return ["+", "-", "*", "&", "|", "^"].includes(e.operator) && isFlexible(context, path, e.right) && isFlexible(context, path, e.left);
    case "if":
      return isFlexible(context, path, e.then) && isFlexible(context, path, e.otherwise);
    case "match":
      return e.arms.every((arm) => isFlexible(context, path, arm.body));
    default:
      return false;
  }
}

function synthesize(context: Context, path: Path, e: Expression, expected: number | undefined): Term | undefined {
  const { terms, report } = context;
  const constant = tryInteger(context, path, e);
  // `length` has a width of its own where nothing else gives one
  if (constant !== undefined) return literal(context, constant, expected ?? (e.kind === "name" && e.name.text === "length" ? LENGTH_WIDTH : undefined), e.span);
  switch (e.kind) {
    case "literal": {
      const width = integer(context, path, e.width!, "the width of this number", 1n, BigInt(MAXIMUM_WIDTH));
      return width === undefined ? undefined : literal(context, e.value, width, e.span);
    }
    case "string":
      return report.error("P1010", e.span, "a text is no value", { expected: "bits", hint: 'a text stands only in declarations, and as the reason in choice(n, "...")' });
    case "name":
      return named(context, path, e.name, expected);
    case "call":
      return callOf(context, path, e, expected);
    case "member":
      return member(context, e);
    case "index":
      return indexed(context, path, e);
    case "slice":
      return sliced(context, path, e);
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

/** `x.y` without an index behind it. */
function member(context: Context, e: Extract<Expression, { kind: "member" }>): undefined {
  const name = e.base.kind === "name" ? e.base.name.text : undefined;
  if (name === undefined || lookup(context, name)?.kind !== "window") return context.report.error("P1008", e.span, "only a window has kinds of access", { hint: "`.` stands between a window and read, write or execute" });
  return context.report.error("P1011", e.span, "a window is no value by itself", { expected: `an address in brackets: ${name}.${e.member.text}[...]` });
}

export function literal(context: Context, value: bigint, width: number | undefined, span: Span): Term | undefined {
  if (width === undefined) return context.report.error("P2004", span, "nothing gives this number a width", { hint: "write the width before it, as in 18'0o777" });
  const fits = value >= 0n ? isBits(value, width) : -value <= 1n << BigInt(width - 1);
  if (!fits) return context.report.error("P2005", span, `${brief(value)} does not fit into ${bits(width)}`, { expected: `a number from ${brief(-(1n << BigInt(width - 1)))} to ${brief((1n << BigInt(width)) - 1n)}` });
  return context.terms.constant(value, width);
}

// ---------------------------------------------------------------- operators

const BINARY: Readonly<Record<string, OperatorName>> = { "*": "mul", "+": "add", "-": "sub", "&": "and", "^": "xor", "|": "or", "<<": "shl", ">>": "lshr", ">>>": "ashr" };
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
      if (left === (e.operator === "&&" ? terms.false : terms.true)) return left;
      // the right side is reached only if the left does not decide: so are its traps
      const reached = left === undefined ? terms.true : e.operator === "&&" ? left : terms.not(left);
      const right = under(context, path, reached, (inner) => expression(context, inner, e.right, 1));
      if (left === undefined || right === undefined) return undefined;
      return e.operator === "&&" ? terms.and(left, right) : terms.or(left, right);
    }
    case "<<":
    case ">>":
    case ">>>": {
      const left = expression(context, path, e.left, expected);
      const fixed = tryInteger(context, path, e.right);
      const right = fixed === undefined ? expression(context, path, e.right) : literal(context, fixed, AMOUNT_WIDTH, e.right.span);
      return left === undefined || right === undefined ? undefined : terms.apply(BINARY[e.operator]!, [left, right]);
    }
    case "@": {
      const left = concatenated(context, path, e.left), right = concatenated(context, path, e.right);
      if (left === undefined || right === undefined) return undefined;
      if (left.width + right.width > MAXIMUM_WIDTH) return report.error("P2006", e.span, `this concatenation has ${bits(left.width + right.width)}`, { expected: `at most ${MAXIMUM_WIDTH} bits` });
      return terms.concat(left, right);
    }
    case "**":
      return report.error("P2001", e.span, "** works on constant integers only", { hint: "a product is x * x; a power of 2 is 1 << n" });
    default: {
      const comparison = COMPARE[e.operator];
      const always = [terms.true, terms.true] as const;
      const pair = together(context, path, e.left, e.right, comparison === undefined ? expected : undefined, always, `the sides of ${e.operator}`);
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
function under<T>(context: Context, path: Path, condition: Term, run: (inner: Path) => T): T {
  if (condition === context.terms.true) return run(path);
  return run({ ...path, condition: context.terms.and(path.condition, condition) });
}

/** Two expressions of one width, one of which may take it from the other; each reached under its own condition. */
export function together(context: Context, path: Path, left: Expression, right: Expression, expected: number | undefined, reached: readonly [Term, Term], what: string): [Term, Term] | undefined {
  const visit = (e: Expression, i: 0 | 1, width: number | undefined): Term | undefined => under(context, path, reached[i], (inner) => expression(context, inner, e, width));
  if (expected !== undefined || !isFlexible(context, path, left)) {
    const a = visit(left, 0, expected);
    // with the left side unknown, numbers on the right have no width to be judged by
    if (a === undefined && expected === undefined && isFlexible(context, path, right)) return undefined;
    const b = under(context, path, reached[1], (inner) => anyWidth(context, inner, right, expected ?? a?.width));
    if (a === undefined || b === undefined) return undefined;
    if (a.width === b.width) return [a, b];
    return expected === undefined
      ? context.report.error("P2003", right.span, `${what} have ${a.width} and ${bits(b.width)}`, { expected: bits(a.width), hint: "zext(x, n) or sext(x, n) widens the narrower, a slice narrows the wider" })
      : wrongWidth(context, right.span, `this has ${bits(b.width)}`, b.width, expected);
  }
  const b = visit(right, 1, expected);
  if (b === undefined) return undefined;
  const a = visit(left, 0, b.width);
  return a === undefined ? undefined : [a, b];
}

// ---------------------------------------------------------------- match

function matchExpression(context: Context, path: Path, e: Extract<Expression, { kind: "match" }>, expected: number | undefined): Term | undefined {
  const { terms, report } = context;
  const subject = expression(context, path, e.subject);
  const arms = subject === undefined ? undefined : matchArms(context, path, subject, e.arms, e.span);
  if (arms === undefined) return undefined;
  let width = expected;
  const values: (Term | undefined)[] = [];
  const visit = (i: number): void => {
    const arm = arms[i]!;
    values[i] = arm.guard === terms.false ? undefined : under(context, path, arm.guard, (inner) => expression(context, inner, arm.body, width));
    width ??= values[i]?.width;
  };
  // in their order, but bare numbers wait for an arm that has a width
  const waiting: number[] = [];
  arms.forEach((arm, i) => {
    if (width === undefined && isFlexible(context, path, arm.body)) waiting.push(i);
    else visit(i);
  });
  if (width === undefined) {
    return waiting.length === arms.length ? report.error("P2004", e.span, "nothing gives the arms of this match a width", { hint: "write the width of one of their numbers, as in 18'0o777" }) : undefined;
  }
  waiting.forEach(visit);
  let result: Term | undefined;
  for (let i = arms.length - 1; i >= 0; i--) {
    const arm = arms[i]!, value = values[i];
    if (arm.guard === terms.false) continue;
    if (value === undefined) return undefined;
    result = result === undefined ? value : terms.ite(arm.test, value, result);
  }
  return result;
}

export interface Arm<T> {
  /** the subject is one of the arm's values */
  readonly test: Term;
  /** and of none of the arms before it */
  readonly guard: Term;
  readonly body: T;
}

/** Each arm's own test and the condition under which it is reached; totality checked. */
export function matchArms<T>(context: Context, path: Path, subject: Term, arms: readonly { readonly patterns: readonly Expression[]; readonly body: T; readonly span: Span }[], span: Span): Arm<T>[] | undefined {
  const { terms, report } = context;
  let failed = false;
  const seen = new Set<bigint>();
  const all = subject.width > 24 ? undefined : 2 ** subject.width;
  let others: Term = terms.false;
  let hasElse = false;
  const result = arms.map((arm): Arm<T> => {
    let test: Term = terms.false;
    if (hasElse) report.error("P4001", arm.span, "this arm is never reached", { hint: "else is the last arm" });
    else if (arm.patterns.length === 0) {
      hasElse = true;
      test = terms.true;
      if (seen.size === all) report.error("P4001", arm.span, "this arm is never reached", { hint: "every value has an arm already" });
    }
    for (const pattern of arm.patterns) {
      const term = expression(context, path, pattern, subject.width);
      failed ||= term?.op !== "constant";
      if (term === undefined) continue;
      if (term.op !== "constant") report.error("P4002", pattern.span, "a pattern is a constant", { hint: "use if for computed conditions" });
      else if (seen.has(term.value)) report.error("P4003", pattern.span, "this value has an arm already", { hint: "the first arm with it is taken" });
      else {
        seen.add(term.value);
        test = terms.or(test, terms.eq(subject, term));
      }
    }
    const guard = terms.and(test, terms.not(others));
    others = terms.or(others, test);
    return { test, guard, body: arm.body };
  });
  if (failed) return undefined;
  if (!hasElse && seen.size !== all) {
    return report.error("P4004", span, `this match covers ${seen.size} of ${all ?? `2^${subject.width}`} values`, { hint: "add the missing values, or an else arm" });
  }
  return result;
}
