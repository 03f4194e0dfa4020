/**
 * The operator table in JavaScript: one entry for every operator, so that a new operator does not compile until it is
 * read here. Each entry chooses by width between 32-bit integer instructions, exact doubles (33 to 53 bits) and BigInt.
 *
 * Facts that the entries lean on: `>>>`, `&` and the other bit operators take any exact integer modulo 2^32, fractions
 * cut off; multiplying a double by a power of two is exact.
 */
import { mask } from "../bits/bits.js";
import type { OperatorName } from "../bits/operators.js";
import type { OperatorTerm, Term } from "../isa/term.js";
import { hold, isAtomic, isNumber, NUMBER_BITS, power, wrap } from "./compile-representation.js";
import {
  divide, divideSigned, divideSignedWide, divideWide, multiply, productBits, remainder, remainderSigned, remainderSignedWide, remainderWide,
  runtimeName, shiftLeft, shiftRight, shiftRightSigned,
} from "./compile-runtime.js";

/** What an entry may ask for. Texts are atomic or parenthesised. */
export interface Operands {
  readonly term: OperatorTerm;
  /** the operand's value, held by its width */
  value(i: number): string;
  /** a 1-bit operand as a truth value */
  truth(i: number): string;
  /** the code of a term below an operand (patterns that look through it) */
  of(term: Term): string;
  /** a fresh local variable */
  temporary(): string;
}

type Emit = (o: Operands) => string;

const call = (f: Parameters<typeof runtimeName>[0], ...args: readonly (string | number)[]): string => `${runtimeName(f)}(${args.join(", ")})`;

/** The text for a first use and the text for later ones, in order of evaluation. */
function twice(o: Operands, text: string): readonly [string, string] {
  if (isAtomic(text)) return [text, text];
  const name = o.temporary();
  return [`(${name} = ${text})`, name];
}

const isSmall = (width: number): boolean => width <= 32;

/** Two operands of one width. `small`: up to 32 bits; `double`: up to 53; `wide`: BigInt. */
function byWidth(small: (a: string, b: string, width: number, o: Operands) => string, double: typeof small, wide: typeof small): Emit {
  return (o) => {
    const width = o.term.args[0]!.width;
    return (isSmall(width) ? small : isNumber(width) ? double : wide)(o.value(0), o.term.args.length > 1 ? o.value(1) : "", width, o);
  };
}

function bitwise(sign: "&" | "|" | "^", onTruth: (a: string, b: string) => string): Emit {
  const general = byWidth(
    (a, b, width) => (width === 32 ? `((${a} ${sign} ${b}) >>> 0)` : `(${a} ${sign} ${b})`),
    (a, b, _, o) => {
      const [a1, a2] = twice(o, a), [b1, b2] = twice(o, b);
      return `((${a1} * ${power(-32)} ${sign} ${b1} * ${power(-32)}) * ${power(32)} + ((${a2} ${sign} ${b2}) >>> 0))`;
    },
    (a, b) => `(${a} ${sign} ${b})`,
  );
  return (o) => (o.term.width === 1 ? onTruth(o.truth(0), o.truth(1)) : general(o));
}

/** A shift amount of any width as a number that is at least `width` when the true one is. */
function amount(o: Operands, width: number): string {
  const by = o.value(1);
  if (isNumber(o.term.args[1]!.width)) return by;
  const [first, again] = twice(o, by);
  return `(${first} > ${width}n ? ${width} : Number(${again}))`;
}

/** `shift(b)` if the amount b is less than the width, else `otherwise`. */
function guardedShift(o: Operands, shift: (by: string) => string, otherwise: string): string {
  const width = o.term.width;
  const by = amount(o, width);
  const byWidth = o.term.args[1]!.width;
  if (byWidth < 8 && 2 ** byWidth <= width) return shift(by);
  const [first, again] = twice(o, by);
  return `(${first} >= ${width} ? ${otherwise} : ${shift(again)})`;
}

const compare = (sign: "===" | "<" | "<="): Emit => (o) => `(${o.value(0)} ${sign} ${o.value(1)})`;

function compareSigned(sign: "<" | "<="): Emit {
  return byWidth(
    (a, b, width) => {
      if (width === 32) return `((${a} | 0) ${sign} (${b} | 0))`;
      const top = 2 ** (width - 1);
      return `((${a} ^ ${top}) ${sign} (${b} ^ ${top}))`;
    },
    (a, b, width, o) => {
      const read = (text: string): string => {
        const [first, again] = twice(o, text);
        return `(${first} >= ${power(width - 1)} ? ${again} - ${power(width)} : ${again})`;
      };
      return `(${read(a)} ${sign} ${read(b)})`;
    },
    (a, b, width) => `(BigInt.asIntN(${width}, ${a}) ${sign} BigInt.asIntN(${width}, ${b}))`,
  );
}

/** Bits high..low of a value of `width` bits. */
export function extractBits(o: Pick<Operands, "temporary">, text: string, width: number, high: number, low: number): string {
  const bits = high - low + 1;
  if (bits === width) return text;
  if (!isNumber(width)) {
    const shifted = low === 0 ? text : `(${text} >> ${low}n)`;
    const cut = high === width - 1 ? shifted : cutTo(bits, shifted);
    return hold(cut, width, bits);
  }
  if (high < 32) {
    if (low === 0) return wrap(text, bits);
    // of a value that has no more than 32 bits, the top ones need no mask
    return high === 31 || (isSmall(width) && high === width - 1) ? `(${text} >>> ${low})` : `((${text} >>> ${low}) & ${mask(bits)})`;
  }
  const scaled = low === 0 ? text : `(${text} * ${power(-low)})`;
  if (isSmall(bits)) return wrap(scaled, bits);
  if (high === width - 1) return `Math.floor${scaled.startsWith("(") ? scaled : `(${scaled})`}`;
  const whole = low === 0 ? text : `Math.floor${scaled}`;
  const name = o.temporary();
  return `((${name} = ${whole}) - Math.floor(${name} * ${power(-bits)}) * ${power(bits)})`;
}

/** One bit as a truth value. */
export function testBit(text: string, width: number, bit: number): string {
  if (!isNumber(width)) return `((${text} & ${1n << BigInt(bit)}n) !== 0n)`;
  if (bit < 32) return `((${text} & ${bit === 31 ? -(2 ** 31) : 2 ** bit}) !== 0)`;
  return bit === width - 1 ? `(${text} >= ${power(bit)})` : `((${text} * ${power(-bit)} & 1) !== 0)`;
}

function concatenation(o: Operands): string {
  const [a, b] = o.term.args as readonly [Term, Term];
  const width = o.term.width;
  const low = hold(o.value(1), b.width, width);
  if (a.op === "constant" && a.value === 0n) return low;
  const high = hold(o.value(0), a.width, width);
  const hasLow = !(b.op === "constant" && b.value === 0n);
  if (width <= 32) {
    const text = hasLow ? `(${high} << ${b.width} | ${low})` : `(${high} << ${b.width})`;
    return width === 32 ? `(${text} >>> 0)` : text;
  }
  if (isNumber(width)) return hasLow ? `(${high} * ${power(b.width)} + ${low})` : `(${high} * ${power(b.width)})`;
  return hasLow ? `(${high} << ${b.width}n | ${low})` : `(${high} << ${b.width}n)`;
}

function signExtension(o: Operands): string {
  const from = o.term.args[0]!.width, to = o.term.width;
  const a = o.value(0);
  if (to <= 32) return wrap(from === 32 ? a : `(${a} << ${32 - from} >> ${32 - from})`, to);
  if (!isNumber(to)) return cutTo(to, `BigInt.asIntN(${from}, ${hold(a, from, to)})`);
  const [first, again] = twice(o, a);
  return `(${first} >= ${power(from - 1)} ? ${again} + ${(1n << BigInt(to)) - (1n << BigInt(from))} : ${again})`;
}

/** An operand of a product that is really narrower: extended with zeros or its sign. */
function narrowed(term: Term): { readonly term: Term; readonly isSigned: boolean } | undefined {
  if (term.op === "sign-extend") return { term: term.args[0]!, isSigned: true };
  if (term.op === "concat" && term.args[0]!.op === "constant" && term.args[0]!.value === 0n) return { term: term.args[1]!, isSigned: false };
  if (term.op === "zero-extend") return { term: term.args[0]!, isSigned: false };
  return undefined;
}

/** The factors, where an extract is part of a double-length product that `productBits` computes without a BigInt. */
function productFactors(term: OperatorTerm): { readonly a: Term; readonly b: Term; readonly isSigned: boolean } | undefined {
  const product = term.args[0]!;
  if (term.op !== "extract" || product.op !== "mul" || isNumber(product.width) || !isNumber(term.width)) return undefined;
  const a = narrowed(product.args[0]!), b = narrowed(product.args[1]!);
  if (a === undefined || b === undefined || a.isSigned !== b.isSigned || a.term.width > NUMBER_BITS || b.term.width > NUMBER_BITS) return undefined;
  return { a: a.term, b: b.term, isSigned: a.isSigned };
}

/** The terms that the code of this application mentions: its operands, or what a pattern sees below them. */
export function mentioned(term: OperatorTerm): readonly Term[] {
  const factors = productFactors(term);
  return factors === undefined ? term.args : [factors.a, factors.b];
}

function extraction(o: Operands): string {
  const [high, low] = o.term.parameters as readonly [number, number];
  const factors = productFactors(o.term);
  if (factors === undefined) return extractBits(o, o.value(0), o.term.args[0]!.width, high, low);
  const { a, b, isSigned } = factors;
  return call(productBits, o.of(a), a.width, o.of(b), b.width, String(isSigned), high, low);
}

/**
 * The lowest bits of a BigInt expression. Not by `BigInt.asUintN` up to 64 bits: V8 then keeps the value in a machine word, and the
 * compiler of Node 20 dies where two such values meet in a conditional (RepresentationChangerError).
 */
function cutTo(width: number, x: string): string {
  return width > 64 ? `BigInt.asUintN(${width}, ${x})` : `((${x}) & ${(1n << BigInt(width)) - 1n}n)`;
}

/** The source of an operator application. 1-bit logic and comparisons give truth values, everything else is held by width. */
export const JAVASCRIPT: Readonly<Record<OperatorName, Emit>> = {
  not: (o) => {
    if (o.term.width === 1) return `!${o.truth(0)}`;
    const width = o.term.width, a = o.value(0);
    return width === 32 ? `(~${a} >>> 0)` : width < 32 ? `(${a} ^ ${mask(width)})` : isNumber(width) ? `(${mask(width)} - ${a})` : `(${a} ^ ${mask(width)}n)`;
  },
  neg: byWidth(
    (a, _, width) => wrap(`-${a}`, width),
    (a, _, width, o) => {
      const [first, again] = twice(o, a);
      return `(${first} === 0 ? 0 : ${power(width)} - ${again})`;
    },
    (a, _, width) => cutTo(width, `-${a}`),
  ),
  and: bitwise("&", (a, b) => `(${a} && ${b})`),
  or: bitwise("|", (a, b) => `(${a} || ${b})`),
  xor: bitwise("^", (a, b) => `(${a} !== ${b})`),
  add: byWidth(
    (a, b, width) => wrap(`${a} + ${b}`, width),
    (a, b, width, o) => {
      const sum = o.temporary();
      // at 53 bits the sum itself would round: take the complement off instead
      if (width === NUMBER_BITS) return `((${sum} = ${a} - (${power(width)} - ${b})) < 0 ? ${sum} + ${power(width)} : ${sum})`;
      return `((${sum} = ${a} + ${b}) >= ${power(width)} ? ${sum} - ${power(width)} : ${sum})`;
    },
    (a, b, width) => cutTo(width, `${a} + ${b}`),
  ),
  sub: byWidth(
    (a, b, width) => wrap(`${a} - ${b}`, width),
    (a, b, width, o) => {
      const difference = o.temporary();
      return `((${difference} = ${a} - ${b}) < 0 ? ${difference} + ${power(width)} : ${difference})`;
    },
    (a, b, width) => cutTo(width, `${a} - ${b}`),
  ),
  mul: byWidth(
    (a, b, width) => wrap(`Math.imul(${a}, ${b})`, width),
    (a, b, width) => call(multiply, a, b, width),
    (a, b, width) => cutTo(width, `${a} * ${b}`),
  ),
  udiv: byWidth((a, b, width) => call(divide, a, b, width), (a, b, width) => call(divide, a, b, width), (a, b, width) => call(divideWide, a, b, width)),
  urem: byWidth((a, b) => call(remainder, a, b), (a, b) => call(remainder, a, b), (a, b) => call(remainderWide, a, b)),
  sdiv: byWidth((a, b, width) => call(divideSigned, a, b, width), (a, b, width) => call(divideSigned, a, b, width), (a, b, width) => call(divideSignedWide, a, b, width)),
  srem: byWidth((a, b, width) => call(remainderSigned, a, b, width), (a, b, width) => call(remainderSigned, a, b, width), (a, b, width) => call(remainderSignedWide, a, b, width)),
  shl: (o) => {
    const width = o.term.width, a = o.value(0);
    if (isSmall(width)) return guardedShift(o, (by) => wrap(`${a} << ${by}`, width), "0");
    if (isNumber(width)) return call(shiftLeft, a, amount(o, width), width);
    return guardedShift(o, (by) => cutTo(width, `${a} << BigInt(${by})`), "0n");
  },
  lshr: (o) => {
    const width = o.term.width, a = o.value(0);
    if (isSmall(width)) return guardedShift(o, (by) => `(${a} >>> ${by})`, "0");
    if (isNumber(width)) return call(shiftRight, a, amount(o, width), width);
    return guardedShift(o, (by) => `(${a} >> BigInt(${by}))`, "0n");
  },
  ashr: (o) => {
    const width = o.term.width, a = o.value(0);
    if (isSmall(width)) {
      const value = width === 32 ? `(${a} | 0)` : `(${a} << ${32 - width} >> ${32 - width})`;
      return wrap(guardedShift(o, (by) => `(${value} >> ${by})`, `(${value} >> 31)`), width);
    }
    if (isNumber(width)) return call(shiftRightSigned, a, amount(o, width), width);
    return cutTo(width, guardedShift(o, (by) => `(BigInt.asIntN(${width}, ${a}) >> BigInt(${by}))`, `(BigInt.asIntN(${width}, ${a}) >> ${width}n)`));
  },
  eq: (o) => (o.term.args[0]!.width === 1 ? `(${o.truth(0)} === ${o.truth(1)})` : `(${o.value(0)} === ${o.value(1)})`),
  ult: compare("<"),
  ule: compare("<="),
  slt: compareSigned("<"),
  sle: compareSigned("<="),
  concat: concatenation,
  extract: extraction,
  "zero-extend": (o) => hold(o.value(0), o.term.args[0]!.width, o.term.width),
  "sign-extend": signExtension,
  ite: (o) => (o.term.width === 1 ? `(${o.truth(0)} ? ${o.truth(1)} : ${o.truth(2)})` : `(${o.truth(0)} ? ${o.value(1)} : ${o.value(2)})`),
};
