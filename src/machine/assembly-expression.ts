/**
 * Expressions of the assembler: numbers, symbols, `.` for the present address, `+`, `-` and parentheses.
 *
 * Numbers are in the machine's radix unless they say otherwise: 0b, 0o, 0x before, or a point behind for decimal. A
 * number begins with a digit, so that hexadecimal ones are told from symbols: 0xff or 0ff.
 */
import { RADIX_BASE, type Radix } from "../bits/bits.js";

export type Expression =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "symbol"; readonly name: string; readonly at: number }
  | { readonly kind: "here" }
  | { readonly kind: "negate"; readonly of: Expression }
  | { readonly kind: "sum"; readonly left: Expression; readonly minus: boolean; readonly right: Expression };

export type Parsed =
  | { readonly kind: "expression"; readonly expression: Expression; readonly end: number }
  | { readonly kind: "failure"; readonly at: number; readonly expected: string };

export const SYMBOL = /[A-Za-z_$%][\w$%]*/y;
const NUMBER = /0[bB]([01_]+)|0[oO]([0-7_]+)|0[xX]([\da-fA-F_]+)|(\d[\da-zA-Z_]*)(\.(?![\w$%]))?/y;

export function skipSpace(text: string, at: number): number {
  let end = at;
  while (end < text.length && (text[end] === " " || text[end] === "\t")) end++;
  return end;
}

/** The longest expression from a position on. */
export function parseExpression(text: string, at: number, radix: Radix): Parsed {
  let left = parseTerm(text, at, radix);
  while (left.kind === "expression") {
    const sign = skipSpace(text, left.end);
    if (text[sign] !== "+" && text[sign] !== "-") return left;
    const right = parseTerm(text, sign + 1, radix);
    if (right.kind === "failure") return right;
    left = { kind: "expression", expression: { kind: "sum", left: left.expression, minus: text[sign] === "-", right: right.expression }, end: right.end };
  }
  return left;
}

/** One operand of a sum. */
export function parseTerm(text: string, from: number, radix: Radix): Parsed {
  const at = skipSpace(text, from);
  const first = text[at];
  if (first === "-") {
    const of = parseTerm(text, at + 1, radix);
    return of.kind === "failure" ? of : { kind: "expression", expression: { kind: "negate", of: of.expression }, end: of.end };
  }
  if (first === "(") {
    const inner = parseExpression(text, at + 1, radix);
    if (inner.kind === "failure") return inner;
    const close = skipSpace(text, inner.end);
    return text[close] === ")" ? { ...inner, end: close + 1 } : { kind: "failure", at: close, expected: ")" };
  }
  if (first !== undefined && first >= "0" && first <= "9") return parseNumber(text, at, radix);
  if (first === ".") return { kind: "expression", expression: { kind: "here" }, end: at + 1 };
  SYMBOL.lastIndex = at;
  const symbol = SYMBOL.exec(text)?.[0];
  if (symbol === undefined) return { kind: "failure", at, expected: "a number or a symbol" };
  return { kind: "expression", expression: { kind: "symbol", name: symbol, at }, end: at + symbol.length };
}

export function parseNumber(text: string, at: number, radix: Radix): Parsed {
  NUMBER.lastIndex = at;
  const found = NUMBER.exec(text);
  if (found === null) return { kind: "failure", at, expected: "a number" };
  const [all, binary, octal, hexadecimal, plain, point] = found;
  const base = binary !== undefined ? 2 : octal !== undefined ? 8 : hexadecimal !== undefined ? 16 : point !== undefined ? 10 : RADIX_BASE[radix];
  const value = valueOf((binary ?? octal ?? hexadecimal ?? plain)!, base);
  if (value === undefined) return { kind: "failure", at, expected: `digits of base ${base}` };
  return { kind: "expression", expression: { kind: "number", value }, end: at + all.length };
}

function valueOf(digits: string, base: number): bigint | undefined {
  let value = 0n;
  for (const digit of digits) {
    if (digit === "_") continue;
    const n = Number.parseInt(digit, 36);
    if (!(n < base)) return undefined;
    value = value * BigInt(base) + BigInt(n);
  }
  return value;
}

/** The value, or the symbol that is not known. */
export function evaluateExpression(expression: Expression, symbols: ReadonlyMap<string, bigint>, here: bigint): bigint | Extract<Expression, { kind: "symbol" }> {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "here":
      return here;
    case "symbol":
      return symbols.get(expression.name) ?? expression;
    case "negate": {
      const of = evaluateExpression(expression.of, symbols, here);
      return typeof of === "bigint" ? -of : of;
    }
    case "sum": {
      const left = evaluateExpression(expression.left, symbols, here), right = evaluateExpression(expression.right, symbols, here);
      if (typeof left !== "bigint") return left;
      if (typeof right !== "bigint") return right;
      return expression.minus ? left - right : left + right;
    }
  }
}
