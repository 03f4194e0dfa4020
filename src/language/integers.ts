/**
 * Constant integers: widths, bounds, parameters, the variables of `for`.
 *
 * They are exact and have no width. Numbers far beyond every bound are all alike, so that no sum of the user's takes long.
 */
import { visible } from "./lexer.js";
import { nearest } from "../isa/nearest.js";
import { lookup, type Context, type Entity, type Local, type Path, type Pending } from "./scope.js";
import type { Expression, Identifier, Span } from "./syntax.js";

/** Of every value; of state, 128 bits. */
export const MAXIMUM_WIDTH = 1024;
/** Of an amount to shift by that is a plain number. */
export const AMOUNT_WIDTH = 32;

const FAR = 1n << 1100n;
const saturated = (n: bigint): bigint => (n > FAR ? FAR : n < -FAR ? -FAR : n);

/** The value of a constant integer expression (widths, bounds), or undefined if it is not one. No diagnostics. */
export function tryInteger(context: Context, path: Path | undefined, e: Expression): bigint | undefined {
  switch (e.kind) {
    case "literal":
      return e.width === undefined ? e.value : undefined;
    case "name": {
      const local = path?.locals.get(e.name.text);
      if (local !== undefined) return local.kind === "integer" ? local.value : undefined;
      const entity = lookup(context, e.name.text);
      return entity?.kind === "integer" ? entity.value : undefined;
    }
    case "unary": {
      const x = e.operator === "-" ? tryInteger(context, path, e.operand) : undefined;
      return x === undefined ? undefined : -x;
    }
    case "binary": {
      if (!["+", "-", "*", "**"].includes(e.operator)) return undefined;
      // chains grow to the left, so the right side decides sooner
      const b = tryInteger(context, path, e.right);
      const a = b === undefined ? undefined : tryInteger(context, path, e.left);
      if (a === undefined || b === undefined) return undefined;
      switch (e.operator) {
        case "+": return saturated(a + b);
        case "-": return saturated(a - b);
        case "*": return saturated(a * b);
        default: return power(a, b);
      }
    }
    default:
      return undefined;
  }
}

function power(a: bigint, b: bigint): bigint | undefined {
  if (b < 0n) return undefined;
  if (a >= -1n && a <= 1n) return b === 0n ? 1n : a === -1n && (b & 1n) === 0n ? 1n : a;
  if (b > 1100n || BigInt(a.toString(16).length) * b > 600n) return a < 0n && (b & 1n) === 1n ? -FAR : FAR;
  return saturated(a ** b);
}

/** A constant integer between the bounds, or a diagnostic. */
export function integer(context: Context, path: Path | undefined, e: Expression, what: string, low: bigint, high: bigint): number | undefined {
  const value = tryInteger(context, path, e);
  if (value === undefined) return notAnInteger(context, path, e, what, `a number from ${low} to ${high}; parameters, +, -, * and ** may be used`);
  if (value < low || value > high) return context.report.error("P2002", e.span, `${what} is ${brief(value)}`, { expected: `a number from ${low} to ${high}` });
  return Number(value);
}

/** Says which part of an expression keeps it from being a constant integer. */
function notAnInteger(context: Context, path: Path | undefined, e: Expression, what: string, expected: string): undefined {
  switch (e.kind) {
    case "binary":
      if (!["+", "-", "*", "**"].includes(e.operator)) break;
      for (const side of [e.left, e.right]) if (tryInteger(context, path, side) === undefined) return notAnInteger(context, path, side, what, expected);
      return context.report.error("P2001", e.span, `${what} has a negative power`, { expected });
    case "unary":
      if (e.operator === "-") return notAnInteger(context, path, e.operand, what, expected);
      break;
    case "literal":
      return context.report.error("P2001", e.span, `${what} is a plain number, but this one has a width of its own`, { expected, hint: "leave its width out" });
    case "name": {
      const local = path?.locals.get(e.name.text);
      const entity = lookup(context, e.name.text);
      if (local?.kind === "broken" || (local === undefined && entity?.kind === "broken")) return undefined;
      if (local === undefined && entity === undefined) return unknownInteger(context, path, e.name);
      const is = local !== undefined ? "a local value" : kindOf(entity!);
      return context.report.error("P2001", e.span, `${what} is not a constant integer: ${visible(e.name.text)} is ${is}`, { expected, ...(entity?.kind === "constant" ? { hint: "a const is a bit string; declare it: parameter NAME = 8" } : {}) });
    }
    default:
  }
  return context.report.error("P2001", e.span, `${what} is not a constant integer`, { expected });
}

export function brief(value: bigint): string {
  const text = value.toString();
  return value >= FAR || value <= -FAR ? "a number beyond all bounds" : text.length > 24 ? `${text.slice(0, 20)}... (${text.length} digits)` : text;
}

/** What a name stands for, in a few words. */
export function kindOf(entity: Entity): string {
  if (entity.kind === "component") return entity.component.kind === "array" ? "an array" : "part of the state";
  if (entity.kind === "front") return `a ${entity.declaration.kind}, known in instructions only`;
  return /^[aeiou]/.test(entity.kind) ? `an ${entity.kind}` : `a ${entity.kind}`;
}

function unknownInteger(context: Context, path: Path | undefined, name: Identifier): undefined {
  const isInteger = ([, meaning]: readonly [string, Local | Entity | Pending]): boolean => meaning.kind === "integer";
  const known = (): string[] => [...(path?.locals ?? []), ...context.entities].filter(isInteger).map(([n]) => n);
  return notFound(context, name.span, `nothing is named ${visible(name.text)}`, name.text, known);
}

export function unknownName(context: Context, path: Path | undefined, name: Identifier): undefined {
  return notFound(context, name.span, `nothing is named ${visible(name.text)}`, name.text, () => [...(path?.locals.keys() ?? []), ...context.entities.keys()]);
}

/** Guessing what was meant looks at every name: not worth it for a text with this many mistakes or names. */
const MOST_GUESSES = 50;
const MOST_NAMES = 10_000;

/** A name that means nothing, with the nearest of those that would. */
export function notFound(context: Context, span: Span, message: string, name: string, known: () => Iterable<string>): undefined {
  const near = context.report.count > MOST_GUESSES || context.entities.size > MOST_NAMES ? undefined : nearest(name, known());
  return context.report.error("P1001", span, message, { hint: near === undefined ? "declare it, or check the spelling" : `did you mean ${visible(near)}?` });
}
