/**
 * Calls: of the specification's own functions, and of the built-in ones, each with its rule of widths.
 */
import type { OperatorName } from "../bits/operators.js";
import type { Term } from "../isa/term.js";
import { computedBit, countLeadingZeros, fullProduct, parity, populationCount, rotateLeft, rotateRight } from "./builtins.js";
import { callFunction } from "./calls.js";
import { bits, expression, isFlexible, literal, together } from "./expressions.js";
import { AMOUNT_WIDTH, integer, kindOf, MAXIMUM_WIDTH, notFound, tryInteger } from "./integers.js";
import { visible } from "./lexer.js";
import { lookup, type Context, type Path } from "./scope.js";
import type { Expression } from "./syntax.js";

type Call = Extract<Expression, { kind: "call" }>;

interface Builtin {
  /** what its arguments are, for messages */
  readonly parameters: readonly string[];
  readonly build: (context: Context, path: Path, e: Call, expected: number | undefined) => Term | undefined;
}

export function callOf(context: Context, path: Path, e: Call, expected: number | undefined): Term | undefined {
  const { report } = context;
  const name = e.callee.text;
  const entity = lookup(context, name);
  if (entity?.kind === "function") return callFunction(context, path, entity.declaration, e.args, e.span);
  if (entity?.kind === "broken") return undefined;
  if (entity !== undefined) {
    const hint = entity.kind === "action" ? "an action has no value: call it as a statement" : entity.kind === "window" || (entity.kind === "component" && entity.component.kind === "array") ? `its cells are ${name}[...]` : undefined;
    return report.error("P1007", e.callee.span, `${visible(name)} is ${kindOf(entity)}, not a function`, { hint });
  }
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin === undefined) {
    const known = (): string[] => [...BUILTIN_NAMES, ...[...context.entities].filter(([, v]) => v.kind === "function").map(([k]) => k)];
    return notFound(context, e.callee.span, `no function is named ${visible(name)}`, name, known);
  }
  if (e.args.length !== builtin.parameters.length) return wrongCount(context, e, `${name}(${builtin.parameters.join(", ")})`);
  return builtin.build(context, path, e, expected);
}

export function wrongCount(context: Context, e: { readonly args: readonly Expression[]; readonly span: Call["span"] }, expected: string): undefined {
  return context.report.error("P1002", e.span, e.args.length === 1 ? "there is 1 argument" : `there are ${e.args.length} arguments`, { expected });
}

const WIDEST = BigInt(MAXIMUM_WIDTH);

function wide(context: Context, e: Call, width: number): boolean {
  if (width <= MAXIMUM_WIDTH) return true;
  context.report.error("P2006", e.span, `this has ${bits(width)}`, { expected: `at most ${MAXIMUM_WIDTH} bits` });
  return false;
}

const unary = (make: (context: Context, x: Term) => Term): Builtin => ({
  parameters: ["x"],
  build: (context, path, e) => { const x = expression(context, path, e.args[0]!); return x && make(context, x); },
});

const arithmetic = (op: OperatorName): Builtin => ({
  parameters: ["a", "b"],
  build: (context, path, e, expected) => {
    const pair = together(context, path, e.args[0]!, e.args[1]!, expected, [context.terms.true, context.terms.true], `the arguments of ${e.callee.text}`);
    return pair && context.terms.apply(op, pair);
  },
});

const product = (signed: boolean): Builtin => ({
  parameters: ["a", "b"],
  build: (context, path, e) => {
    const pair = together(context, path, e.args[0]!, e.args[1]!, undefined, [context.terms.true, context.terms.true], `the arguments of ${e.callee.text}`);
    return pair && wide(context, e, 2 * pair[0].width) ? fullProduct(context.terms, pair[0], pair[1], signed) : undefined;
  },
});

const extension = (op: "zero-extend" | "sign-extend"): Builtin => ({
  parameters: ["x", "width"],
  build: (context, path, e) => {
    const x = expression(context, path, e.args[0]!);
    const n = integer(context, path, e.args[1]!, "the width", 1n, WIDEST);
    if (x === undefined || n === undefined) return undefined;
    if (n < x.width) return context.report.error("P2008", e.span, `${bits(x.width)} can't be extended to ${n}`, { expected: `at least ${bits(x.width)}`, hint: "a slice narrows" });
    return context.terms.apply(op, [x], [n]);
  },
});

const filled = (ones: boolean): Builtin => ({
  parameters: ["width"],
  build: (context, path, e) => { const n = integer(context, path, e.args[0]!, "the width", 1n, WIDEST); return n === undefined ? undefined : ones ? context.terms.ones(n) : context.terms.zeros(n); },
});

/** A value, and a number that may be a plain one. */
const counted = (parameters: readonly [string, string], make: (context: Context, x: Term, k: Term) => Term): Builtin => ({
  parameters,
  build: (context, path, e, expected) => {
    const [first, second] = e.args as [Expression, Expression];
    const x = expression(context, path, first, isFlexible(context, path, first) ? expected : undefined);
    const fixed = tryInteger(context, path, second);
    const k = fixed === undefined ? expression(context, path, second) : literal(context, fixed, AMOUNT_WIDTH, second.span);
    return x === undefined || k === undefined ? undefined : make(context, x, k);
  },
});

const BUILTINS: Readonly<Record<string, Builtin>> = {
  zext: extension("zero-extend"),
  sext: extension("sign-extend"),
  zeros: filled(false),
  ones: filled(true),
  rep: {
    parameters: ["x", "times"],
    build: (context, path, e) => {
      const x = expression(context, path, e.args[0]!);
      const n = integer(context, path, e.args[1]!, "the number of times", 1n, WIDEST);
      if (x === undefined || n === undefined || !wide(context, e, x.width * n)) return undefined;
      return context.terms.concat(...Array.from({ length: n }, () => x));
    },
  },
  udiv: arithmetic("udiv"), urem: arithmetic("urem"), sdiv: arithmetic("sdiv"), srem: arithmetic("srem"),
  mulu: product(false), muls: product(true),
  rol: counted(["x", "by"], (context, x, k) => rotateLeft(context.terms, x, k)),
  ror: counted(["x", "by"], (context, x, k) => rotateRight(context.terms, x, k)),
  bit: counted(["x", "number"], (context, x, k) => computedBit(context.terms, x, k, context.bitOrder)),
  clz: unary((context, x) => countLeadingZeros(context.terms, x)),
  popcount: unary((context, x) => populationCount(context.terms, x)),
  any: unary((context, x) => context.terms.ne(x, context.terms.zeros(x.width))),
  all: unary((context, x) => context.terms.eq(x, context.terms.ones(x.width))),
  parity: unary((context, x) => parity(context.terms, x)),
  choice: {
    parameters: ["width", '"why"'],
    build: (context, path, e) => {
      const n = integer(context, path, e.args[0]!, "the width", 1n, 128n);
      const why = e.args[1]!;
      if (why.kind !== "string") return context.report.error("P1013", why.span, "a choice says why it is one", { expected: 'a text, as in choice(1, "undefined after ...")' });
      if (n === undefined) return undefined;
      if (path.loopDepth > 0) return context.report.error("P4005", e.span, "a choice can't stand in a while loop", { hint: "let it be chosen before the loop" });
      if (!path.rights.state) return context.report.error("P1005", e.span, `${path.rights.what} may not leave anything undefined`);
      return context.terms.variable("choice", `${context.choices.prefix}${context.choices.next++}: ${why.text}`, n);
    },
  },
};

export const BUILTIN_NAMES: readonly string[] = Object.keys(BUILTINS);

export function isBuiltin(name: string): boolean {
  return Object.hasOwn(BUILTINS, name);
}
