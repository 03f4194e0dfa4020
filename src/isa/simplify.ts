/**
 * Local simplification: rules that look at a term and its operands only.
 *
 * Each rule is an identity of bit strings; the laws in `tests/laws` hold every rule against the operator table. A rule
 * earns its place by deciding questions structurally (guards that become constants when the mode is known) or by
 * keeping the generated code small. Result: the simpler term, or undefined to build the node as asked.
 */
import { mask } from "../bits/bits.js";
import { TABLE, type OperatorName } from "../bits/operators.js";
import type { OperatorTerm, Term } from "./term.js";
import type { Terms } from "./terms.js";

const isConstant = (t: Term): t is Extract<Term, { op: "constant" }> => t.op === "constant";
const isOperator = <O extends OperatorName>(t: Term, op: O): t is OperatorTerm & { readonly op: O } => t.op === op;
const isZero = (t: Term): boolean => isConstant(t) && t.value === 0n;
const isOnes = (t: Term): boolean => isConstant(t) && t.value === mask(t.width);

export function simplify(terms: Terms, op: OperatorName, args: readonly Term[], parameters: readonly number[], width: number): Term | undefined {
  if (args.every(isConstant)) {
    const values = args.map((a) => (a as Extract<Term, { op: "constant" }>).value);
    return terms.constant(TABLE[op].value(values, args.map((a) => a.width), parameters), width);
  }
  const [a, b, c] = args as [Term, Term, Term];
  switch (op) {
    case "not":
      return isOperator(a, "not") ? a.args[0] : undefined;
    case "neg":
      return isOperator(a, "neg") ? a.args[0] : undefined;
    case "and":
      if (a === b || isOnes(b)) return a;
      if (isOnes(a)) return b;
      if (isZero(a) || isZero(b)) return terms.zeros(width);
      if (areComplements(a, b)) return terms.zeros(width);
      if (width === 1) return simplifyConjunction(terms, a, b);
      return order(terms, op, a, b);
    case "or":
      if (a === b || isZero(b)) return a;
      if (isZero(a)) return b;
      if (isOnes(a) || isOnes(b)) return terms.ones(width);
      if (areComplements(a, b)) return terms.ones(width);
      if (width === 1) return simplifyDisjunction(terms, a, b);
      return order(terms, op, a, b);
    case "xor":
      if (a === b) return terms.zeros(width);
      if (isZero(b)) return a;
      if (isZero(a)) return b;
      if (isOnes(b)) return terms.not(a);
      if (isOnes(a)) return terms.not(b);
      return order(terms, op, a, b);
    case "add":
      return isZero(b) ? a : isZero(a) ? b : simplifySum(terms, a, b) ?? order(terms, op, a, b);
    case "sub":
      if (a === b) return terms.zeros(width);
      if (isZero(b)) return a;
      // (x + y) - y = x: an address carried through a relocation and back
      if (isOperator(a, "add")) return a.args[1] === b ? a.args[0] : a.args[0] === b ? a.args[1] : undefined;
      return undefined;
    case "mul":
      if (isZero(a) || isZero(b)) return terms.zeros(width);
      if (isConstant(b) && b.value === 1n) return a;
      if (isConstant(a) && a.value === 1n) return b;
      return order(terms, op, a, b);
    case "udiv":
      return isConstant(b) && b.value === 1n ? a : undefined;
    case "shl":
    case "lshr":
      if (isZero(a) || isZero(b)) return a;
      if (isConstant(b)) return constantShift(terms, op, a, b.value, width);
      return undefined;
    case "ashr":
      return isZero(a) || isZero(b) ? a : undefined;
    case "eq":
      return simplifyEquality(terms, a, b);
    case "ult":
      if (a === b || isZero(b) || isOnes(a)) return terms.false;
      return undefined;
    case "ule":
      if (a === b || isZero(a) || isOnes(b)) return terms.true;
      return undefined;
    case "slt":
      return a === b ? terms.false : undefined;
    case "sle":
      return a === b ? terms.true : undefined;
    case "concat":
      return simplifyConcat(terms, a, b, width);
    case "extract":
      return simplifyExtract(terms, a, parameters[0]!, parameters[1]!, width);
    case "zero-extend":
      if (parameters[0] === a.width) return a;
      return terms.concat(terms.zeros(width - a.width), a);
    case "sign-extend":
      if (parameters[0] === a.width) return a;
      return undefined;
    case "ite":
      return simplifyIte(terms, a, b, c);
    case "urem":
    case "sdiv":
    case "srem":
      return undefined;
  }
}

/** Commutative operands in one order, constants last, so that equal sums are one term. */
function order(terms: Terms, op: OperatorName, a: Term, b: Term): Term | undefined {
  const swap = isConstant(a) ? !isConstant(b) : !isConstant(b) && a.id > b.id;
  return swap ? terms.apply(op, [b, a]) : undefined;
}

function areComplements(a: Term, b: Term): boolean {
  return (isOperator(a, "not") && a.args[0] === b) || (isOperator(b, "not") && b.args[0] === a);
}

/** x & (x & y), x & (!x | y), and two equalities of one term with different constants. */
function simplifyConjunction(terms: Terms, a: Term, b: Term): Term | undefined {
  for (const [x, y] of [[a, b], [b, a]] as const) {
    if (isOperator(y, "and") && (y.args[0] === x || y.args[1] === x)) return y;
    if (isOperator(y, "and") && (areComplements(y.args[0]!, x) || areComplements(y.args[1]!, x))) return terms.false;
    if (isOperator(y, "or")) {
      if (y.args[0] === x || y.args[1] === x) return x;
      if (areComplements(y.args[0]!, x)) return terms.and(x, y.args[1]!);
      if (areComplements(y.args[1]!, x)) return terms.and(x, y.args[0]!);
    }
  }
  if (isOperator(a, "eq") && isOperator(b, "eq") && a.args[0] === b.args[0] && isConstant(a.args[1]!) && isConstant(b.args[1]!)) return terms.false;
  return order(terms, "and", a, b);
}

function simplifyDisjunction(terms: Terms, a: Term, b: Term): Term | undefined {
  for (const [x, y] of [[a, b], [b, a]] as const) {
    if (isOperator(y, "or") && (y.args[0] === x || y.args[1] === x)) return y;
    if (isOperator(y, "or") && (areComplements(y.args[0]!, x) || areComplements(y.args[1]!, x))) return terms.true;
    if (isOperator(y, "and")) {
      if (y.args[0] === x || y.args[1] === x) return x;
      if (areComplements(y.args[0]!, x)) return terms.or(x, y.args[1]!);
      if (areComplements(y.args[1]!, x)) return terms.or(x, y.args[0]!);
    }
  }
  return order(terms, "or", a, b);
}

/** Constants gather at the end; (x - y) + y = x. */
function simplifySum(terms: Terms, a: Term, b: Term): Term | undefined {
  for (const [x, y] of [[a, b], [b, a]] as const) {
    if (isOperator(x, "sub") && x.args[1] === y) return x.args[0];
    if (isConstant(y) && isOperator(x, "add") && isConstant(x.args[1]!)) return terms.apply("add", [x.args[0]!, terms.constant(x.args[1].value + y.value, y.width)]);
  }
  return undefined;
}

function constantShift(terms: Terms, op: "shl" | "lshr", a: Term, by: bigint, width: number): Term {
  if (by >= BigInt(width)) return terms.zeros(width);
  const n = Number(by);
  return op === "shl" ? terms.concat(terms.extract(a, width - n - 1, 0), terms.zeros(n)) : terms.concat(terms.zeros(n), terms.extract(a, width - 1, n));
}

function simplifyEquality(terms: Terms, a: Term, b: Term): Term | undefined {
  if (a === b) return terms.true;
  if (isConstant(a) || (!isConstant(b) && a.id > b.id)) return terms.apply("eq", [b, a]);
  if (isConstant(b)) {
    if (a.width === 1) return b.value === 1n ? a : terms.not(a);
    if (isOperator(a, "concat")) {
      const low = a.args[1]!.width;
      return terms.and(terms.eq(a.args[0]!, terms.constant(b.value >> BigInt(low), a.args[0]!.width)), terms.eq(a.args[1]!, terms.constant(b.value, low)));
    }
    if (isOperator(a, "ite") && (isConstant(a.args[1]!) || isConstant(a.args[2]!))) {
      return terms.ite(a.args[0]!, terms.eq(a.args[1]!, b), terms.eq(a.args[2]!, b));
    }
    if (isOperator(a, "not")) return terms.eq(a.args[0]!, terms.not(b));
    if (isOperator(a, "add") && isConstant(a.args[1]!)) return terms.eq(a.args[0]!, terms.constant(b.value - a.args[1].value, b.width));
  } else if (isOperator(a, "add") && isOperator(b, "add") && a.args[1] === b.args[1]) {
    return terms.eq(a.args[0]!, b.args[0]!);
  } else if (isOperator(a, "add") && isOperator(b, "add") && a.args[0] === b.args[0] && isConstant(a.args[1]!) && isConstant(b.args[1]!)) {
    return terms.false; // x + c = x + d, c not d
  } else if (isConstantOffset(a, b) || isConstantOffset(b, a)) {
    return terms.false; // x + c = x, c not 0
  } else if (areComplements(a, b)) {
    return terms.false;
  }
  return undefined;
}

function isConstantOffset(sum: Term, base: Term): boolean {
  return isOperator(sum, "add") && sum.args[0] === base && isConstant(sum.args[1]!) && sum.args[1].value !== 0n;
}

function simplifyConcat(terms: Terms, a: Term, b: Term, width: number): Term | undefined {
  // adjacent slices of one term
  if (isOperator(a, "extract") && isOperator(b, "extract") && a.args[0] === b.args[0] && a.parameters[1] === b.parameters[0]! + 1) {
    return terms.extract(a.args[0]!, a.parameters[0]!, b.parameters[1]!);
  }
  // to the left: (x @ y) @ z, with constants and slices meeting
  if (isOperator(b, "concat")) return terms.concat(terms.concat(a, b.args[0]!), b.args[1]!);
  if (isOperator(a, "concat")) {
    const middle = a.args[1]!;
    if (isConstant(middle) && isConstant(b)) return terms.concat(a.args[0]!, terms.constant((middle.value << BigInt(b.width)) | b.value, middle.width + b.width));
    if (isOperator(middle, "extract") && isOperator(b, "extract") && middle.args[0] === b.args[0] && middle.parameters[1] === b.parameters[0]! + 1) {
      return terms.concat(a.args[0]!, terms.extract(middle.args[0]!, middle.parameters[0]!, b.parameters[1]!));
    }
  }
  void width;
  return undefined;
}

function simplifyExtract(terms: Terms, a: Term, high: number, low: number, width: number): Term | undefined {
  if (width === a.width) return a;
  if (isOperator(a, "extract")) return terms.extract(a.args[0]!, high + a.parameters[1]!, low + a.parameters[1]!);
  if (isOperator(a, "concat")) {
    const split = a.args[1]!.width;
    if (low >= split) return terms.extract(a.args[0]!, high - split, low - split);
    if (high < split) return terms.extract(a.args[1]!, high, low);
    return terms.concat(terms.extract(a.args[0]!, high - split, 0), terms.extract(a.args[1]!, split - 1, low));
  }
  if (isOperator(a, "sign-extend") && high < a.args[0]!.width) return terms.extract(a.args[0]!, high, low);
  if (isOperator(a, "ite") && (isConstant(a.args[1]!) || isConstant(a.args[2]!))) {
    return terms.ite(a.args[0]!, terms.extract(a.args[1]!, high, low), terms.extract(a.args[2]!, high, low));
  }
  if (isOperator(a, "and") || isOperator(a, "or") || isOperator(a, "xor")) {
    if (isConstant(a.args[1]!)) return terms.apply(a.op, [terms.extract(a.args[0]!, high, low), terms.extract(a.args[1]!, high, low)]);
  }
  if (isOperator(a, "not")) return terms.not(terms.extract(a.args[0]!, high, low));
  // the low bits of a sum are the sum of the low bits
  if (low === 0 && (isOperator(a, "add") || isOperator(a, "sub"))) {
    return terms.apply(a.op, [terms.extract(a.args[0]!, high, 0), terms.extract(a.args[1]!, high, 0)]);
  }
  return undefined;
}

function simplifyIte(terms: Terms, c: Term, a: Term, b: Term): Term | undefined {
  if (c === terms.true) return a;
  if (c === terms.false) return b;
  if (a === b) return a;
  if (isOperator(c, "not")) return terms.ite(c.args[0]!, b, a);
  if (a.width === 1) {
    if (isConstant(a)) return a.value === 1n ? terms.or(c, b) : terms.and(terms.not(c), b);
    if (isConstant(b)) return b.value === 1n ? terms.or(terms.not(c), a) : terms.and(c, a);
    if (a === c) return terms.or(c, b);
    if (b === c) return terms.and(c, a);
  }
  if (isOperator(a, "ite") && a.args[0] === c) return terms.ite(c, a.args[1]!, b);
  if (isOperator(b, "ite") && b.args[0] === c) return terms.ite(c, a, b.args[2]!);
  return undefined;
}
