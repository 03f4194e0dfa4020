/**
 * The table of operators as SMT-LIB reads it: the solver room's half of the law that two readings of one table agree.
 *
 * SMT-LIB tells truth values from bit strings of width 1; our terms do not. Each operator says which of the two it
 * gives, so that comparisons and connectives stay truth values from end to end, which solvers digest best.
 */
import type { OperatorName } from "../bits/operators.js";

/** A text in SMT-LIB that stands for a term; `truth`: of sort Bool, for a term of 1 bit. */
export interface Expression {
  readonly truth: boolean;
  readonly text: string;
}

/** An operator's operands, as either sort. */
export interface Operands {
  readonly width: number;
  readonly widths: readonly number[];
  readonly parameters: readonly number[];
  readonly bits: (operand: number) => string;
  /** of a 1-bit operand */
  readonly truth: (operand: number) => string;
  readonly isTruth: (operand: number) => boolean;
}

type Encoding = (o: Operands) => Expression;

const bits = (text: string): Expression => ({ truth: false, text });
const truth = (text: string): Expression => ({ truth: true, text });

const unary = (name: string): Encoding => (o) => bits(`(${name} ${o.bits(0)})`);
const binary = (name: string): Encoding => (o) => bits(`(${name} ${o.bits(0)} ${o.bits(1)})`);
const compare = (name: string): Encoding => (o) => truth(`(${name} ${o.bits(0)} ${o.bits(1)})`);
const connective = (ofTruths: string, ofBits: string): Encoding => (o) =>
  o.width === 1 ? truth(`(${ofTruths} ${o.truth(0)} ${o.truth(1)})`) : bits(`(${ofBits} ${o.bits(0)} ${o.bits(1)})`);
const shift = (name: string): Encoding => (o) => bits(`(${name} ${o.bits(0)} ${shiftAmount(o)})`);
const extend = (name: string): Encoding => (o) => bits(`((_ ${name} ${o.width - o.widths[0]!}) ${o.bits(0)})`);

export const ENCODINGS: Readonly<Record<OperatorName, Encoding>> = {
  not: (o) => (o.width === 1 ? truth(`(not ${o.truth(0)})`) : bits(`(bvnot ${o.bits(0)})`)),
  neg: unary("bvneg"),
  and: connective("and", "bvand"),
  or: connective("or", "bvor"),
  xor: connective("xor", "bvxor"),
  add: binary("bvadd"),
  sub: binary("bvsub"),
  mul: binary("bvmul"),
  udiv: binary("bvudiv"),
  urem: binary("bvurem"),
  sdiv: binary("bvsdiv"),
  srem: binary("bvsrem"),
  shl: shift("bvshl"),
  lshr: shift("bvlshr"),
  ashr: shift("bvashr"),
  eq: (o) => truth(o.isTruth(0) || o.isTruth(1) ? `(= ${o.truth(0)} ${o.truth(1)})` : `(= ${o.bits(0)} ${o.bits(1)})`),
  ult: compare("bvult"),
  ule: compare("bvule"),
  slt: compare("bvslt"),
  sle: compare("bvsle"),
  concat: binary("concat"),
  extract: (o) => bits(`((_ extract ${o.parameters[0]} ${o.parameters[1]}) ${o.bits(0)})`),
  "zero-extend": extend("zero_extend"),
  "sign-extend": extend("sign_extend"),
  ite: (o) => (o.width === 1 ? truth(`(ite ${o.truth(0)} ${o.truth(1)} ${o.truth(2)})`) : bits(`(ite ${o.truth(0)} ${o.bits(1)} ${o.bits(2)})`)),
};

/** The amount at the value's width; an amount that is too wide for it saturates at the width, which shifts all out. */
function shiftAmount(o: Operands): string {
  const [width, amount] = o.widths as [number, number];
  if (amount === width) return o.bits(1);
  if (amount < width) return `((_ zero_extend ${width - amount}) ${o.bits(1)})`;
  const fits = `(bvult ${o.bits(1)} ${literal(BigInt(width), amount)})`;
  return `(ite ${fits} ((_ extract ${width - 1} 0) ${o.bits(1)}) ${literal(BigInt(width), width)})`;
}

/** A bit string constant. */
export function literal(value: bigint, width: number): string {
  return width % 4 === 0 ? `#x${value.toString(16).padStart(width / 4, "0")}` : `#b${value.toString(2).padStart(width, "0")}`;
}

export function sort(width: number): string {
  return `(_ BitVec ${width})`;
}
