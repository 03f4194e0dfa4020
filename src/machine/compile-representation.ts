/**
 * How bit strings are held in generated JavaScript: the one decision that every other part of the compiler follows.
 *
 *   1 .. 53 bits   a number: the unsigned value, exact in a double. Up to 32 bits the engine keeps it in an integer
 *                  register; 33 to 53 bits are doubles without a fraction (a 36-bit word costs one, not an allocation)
 *   54 .. 128 bits a BigInt, always truncated to its width
 *   1 bit          may also be a JavaScript truth value while it is only a condition
 *
 * Generated source consists of our own numbered identifiers, operators and decimal literals. No text of a
 * specification (component, trap or instruction names) ever gets into it.
 */
import { mask } from "../bits/bits.js";
import type { Term } from "../isa/term.js";

/** What the value of an expression is in JavaScript. */
export type Kind = "truth" | "number" | "bigint";

export interface Code {
  /** an expression, atomic or in parentheses */
  readonly text: string;
  readonly kind: Kind;
}

/** The widest bit string that a double holds exactly. */
export const NUMBER_BITS = 53;

export const isNumber = (width: number): boolean => width <= NUMBER_BITS;
export const valueKind = (width: number): Kind => (isNumber(width) ? "number" : "bigint");

/** A value of JavaScript as generated code holds it. */
export type Held = number | bigint;

export const toHeld = (value: bigint, width: number): Held => (isNumber(width) ? Number(value) : value);
export const fromHeld = (value: Held): bigint => BigInt(value);

export function literal(value: bigint, width: number): string {
  return isNumber(width) ? value.toString() : `${value}n`;
}

/** 2^n as source; an exact double for n from -1022 on. */
export function power(n: number): string {
  return n >= 0 ? (1n << BigInt(n)).toString() : `${2 ** n}`;
}

/** An integer expression (exact, possibly negative or too large) cut to `width` <= 32 bits. */
export function wrap(text: string, width: number): string {
  return width === 32 ? `(${text} >>> 0)` : `(${text} & ${mask(width)})`;
}

/** Whether a text may be repeated without computing anything again. */
export function isAtomic(text: string): boolean {
  return /^(?:[a-zA-Z_$][\w$]*|-?[\w.]+)$/.test(text);
}

/** 1-bit operators whose result is a JavaScript truth value. Everything else is held by width. */
export function kindOf(term: Term): Kind {
  if (term.width !== 1) return valueKind(term.width);
  switch (term.op) {
    case "not":
    case "and":
    case "or":
    case "xor":
    case "eq":
    case "ult":
    case "ule":
    case "slt":
    case "sle":
    case "ite":
      return "truth";
    case "loop":
      return term.slot === -1 ? "truth" : "number";
    default:
      return "number";
  }
}

/** The same value in another kind; only 1-bit values change between truth and number. */
export function convert(code: Code, kind: Kind): string {
  if (code.kind === kind) return code.text;
  if (code.kind === "truth" && kind === "number") return code.text === "true" ? "1" : code.text === "false" ? "0" : `(${code.text} ? 1 : 0)`;
  if (code.kind === "number" && kind === "truth") return `(${code.text} === 1)`;
  throw new Error(`bug: a ${code.kind} where a ${kind} is expected`);
}

/** Numbers to BigInt and back where a width crosses 53 bits. */
export function hold(text: string, from: number, to: number): string {
  if (isNumber(from) === isNumber(to)) return text;
  return isNumber(to) ? `Number(${text})` : `BigInt(${text})`;
}
