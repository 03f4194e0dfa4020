/**
 * Random syntax trees, and a printer that knows nothing of the formatter: it puts the least parentheses by a precedence
 * table of its own and draws the white space and comments between tokens at random.
 *
 * Trees have no spans here. Names are drawn from the contextual words of the language too.
 */
import fc from "fast-check";

type Tree = Readonly<Record<string, unknown>>;

const ordinary = ["a", "b", "f", "m", "x", "PC", "AC", "s", "_t1", "letter"];
const contextual = [
  "mode", "state", "cell", "limit", "bits", "is", "in", "over", "from", "step", "where", "priority", "names", "address", "cite", "memory", "default",
  "machine", "fetch", "action", "encoding", "syntax", "split", "transient", "downto", "window", "function",
];
const word = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ordinary) }, fc.constantFrom(...contextual));
const name = word.map((text) => ({ text }));
const hyphenated = fc.array(fc.constantFrom("a", "no", "io", "mode"), { minLength: 1, maxLength: 3 }).map((parts) => ({ text: parts.join("-") }));
const quoted = fc.oneof(fc.constantFrom("", "ADD{m} {ac}", 'a "b"', "back\\slash", "tab\tnew\nline", "\u00e9\u{1f600}"), fc.string({ unit: "grapheme", maxLength: 8 }))
  .map((text) => ({ text: text.replace(/[\0-\x1f\x7f]/g, "\t") }));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3, minLength = 0): fc.Arbitrary<T[]> => fc.array(arbitrary, { minLength, maxLength });

const digits = fc.tuple(fc.bigInt(0n, 2n ** 128n - 1n), fc.constantFrom(2, 8, 10, 16)).map(([value, radix]) => {
  const prefix = { 2: "0b", 8: "0o", 10: "", 16: "0x" }[radix] ?? "";
  const plain = value.toString(radix);
  return { value, text: prefix + (plain.length > 4 ? `${plain.slice(0, -4)}_${plain.slice(-4)}` : plain) };
});

export const BINARY = ["**", "*", "+", "-", "<<", ">>", ">>>", "&", "^", "|", "@", "==", "!=", "<", "<=", ">", ">=", "<s", "<=s", ">s", ">=s", "&&", "||"];

const { expression } = fc.letrec<{ expression: Tree; literal: Tree; leaf: Tree }>((tie) => ({
  leaf: fc.oneof(
    name.map((n) => ({ kind: "name", name: n })),
    digits.map((d) => ({ kind: "literal", ...d })),
  ),
  literal: fc.tuple(digits, optional(tie("expression"))).map(([d, width]) => ({ kind: "literal", ...d, width })),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    tie("literal"),
    fc.tuple(name, some(fc.oneof(tie("expression"), quoted.map(({ text }) => ({ kind: "string", text }))))).map(([callee, args]) => ({ kind: "call", callee, args })),
    fc.tuple(tie("expression"), fc.constantFrom("execute", "read", "mode")).map(([base, text]) => ({ kind: "member", base, member: { text } })),
    fc.tuple(tie("expression"), tie("expression")).map(([base, index]) => ({ kind: "index", base, index })),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([base, from, to]) => ({ kind: "slice", base, from, to })),
    fc.tuple(fc.constantFrom("~", "!", "-"), tie("expression")).map(([operator, operand]) => ({ kind: "unary", operator, operand })),
    fc.tuple(fc.constantFrom(...BINARY), tie("expression"), tie("expression")).map(([operator, left, right]) => ({ kind: "binary", operator, left, right })),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([condition, then, otherwise]) => ({ kind: "if", condition, then, otherwise })),
    fc.tuple(tie("expression"), some(fc.tuple(some(tie("expression")), tie("expression")).map(([patterns, body]) => ({ patterns, body })))).map(([subject, arms]) => ({ kind: "match", subject, arms })),
  ),
}));
export { expression };

const target = fc.letrec<{ target: Tree }>((tie) => ({
  target: fc.oneof(
    { depthSize: "xsmall", withCrossShrink: true },
    name.map((n) => ({ kind: "name", name: n })),
    fc.tuple(tie("target"), expression).map(([base, index]) => ({ kind: "index", base, index })),
    fc.tuple(tie("target"), expression, expression).map(([base, from, to]) => ({ kind: "slice", base, from, to })),
    fc.tuple(tie("target"), tie("target")).map(([left, right]) => ({ kind: "binary", operator: "@", left, right })),
  ),
})).target;

const simple: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ kind: fc.constantFrom("let", "var"), name, width: optional(expression), value: expression }),
  fc.record({ kind: fc.constant("trap"), trap: name, args: some(expression), when: optional(expression), leaving: fc.constant(undefined) }),
  fc.record({ kind: fc.constant("halt"), when: optional(expression) }),
  fc.record({ kind: fc.constant("beyond"), why: quoted, when: optional(expression) }),
);

const { block } = fc.letrec<{ block: Tree; statement: Tree }>((tie) => ({
  block: some(tie("statement"), 4).map((statements) => ({ statements })),
  statement: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    simple,
    fc.record({ kind: fc.constant("set"), name, value: expression }),
    fc.record({ kind: fc.constant("assign"), target, value: expression }),
    fc.record({ kind: fc.constant("then"), keep: fc.boolean() }),
    fc.record({ kind: fc.constant("execute"), word: expression }),
    fc.record({ kind: fc.constant("return"), value: expression }),
    fc.record({ kind: fc.constant("call"), action: name, args: some(expression) }),
    fc.record({ kind: fc.constant("if"), condition: expression, then: tie("block"), otherwise: optional(tie("block")) }),
    fc.record({ kind: fc.constant("match"), subject: expression, arms: some(fc.record({ patterns: some(expression), body: tie("block") })) }),
    fc.record({ kind: fc.constant("trap"), trap: name, args: some(expression), when: optional(expression), leaving: tie("block") }),
    fc.record({ kind: fc.constant("for"), name, from: expression, to: expression, down: fc.boolean(), body: tie("block") }),
    fc.record({ kind: fc.constant("while"), condition: expression, limit: expression, body: tie("block") }),
  ),
}));

/** A call that ends the body of a fetch is its value, not a statement. */
const endingInNoCall = block.filter(({ statements }) => (statements as readonly Tree[]).at(-1)?.["kind"] !== "call");

const parameter = fc.record({ name, width: expression });
const cited = { cite: optional(quoted), because: optional(quoted) };
const of = (kind: string): { readonly kind: fc.Arbitrary<string> } => ({ kind: fc.constant(kind) });
const sized = fc.tuple(digits, expression).map(([d, width]) => ({ kind: "literal", ...d, width }));

/** What a picture of an encoding is made of. */
const parts = some(fc.oneof(
  sized.map((value) => ({ kind: "constant", value })), fc.record({ ...of("field"), name, width: expression, when: optional(expression) }), fc.record({ ...of("front"), name, value: sized }),
  fc.record({ ...of("picture"), name: name.map(({ text }) => ({ text: `P${text}` })) }),
), 4, 1);

const declaration: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ ...of("machine"), name: hyphenated, title: quoted, items: fc.tuple(optional(fc.record({ ...of("bits"), order: fc.constantFrom("msb0", "lsb0") })), some(fc.record({ ...of("source"), name, title: quoted })), optional(fc.record({ ...of("radix"), radix: fc.constantFrom("binary", "octal", "decimal", "hexadecimal") })), optional(fc.record({ ...of("status"), status: hyphenated }))).map((items) => items.flat().filter((item) => item !== undefined)) }),
  fc.record({ ...of("parameter"), name, value: expression }),
  fc.record({ ...of("mode"), name, level: fc.constantFrom("supervisor", "user", "other"), when: expression, title: optional(quoted) }),
  fc.record({ ...of("state"), name, indexWidth: optional(expression), width: expression, rest: optional(expression), role: fc.constantFrom({ text: "mode" }, { text: "program-counter" }), transient: fc.boolean(), ...cited }),
  fc.record({ ...of("view"), name, width: expression, value: expression, ...cited }),
  fc.record({ ...of("invariant"), value: expression, ...cited }),
  fc.record({ ...of("configuration"), name: hyphenated, title: quoted, isDefault: fc.boolean(), value: expression }),
  fc.record({ ...of("omits"), what: quoted, ...cited }),
  fc.record({ ...of("window"), name, address: parameter, access: name, width: expression, over: name, latched: fc.boolean(), body: some(simple).map((statements) => ({ statements })), cell: expression, inverse: optional(fc.record({ parameter: name, value: expression })) }),
  fc.record({ ...of("trap"), name, memory: fc.boolean(), parameters: some(parameter), priority: optional(expression), title: quoted, body: block, ...cited }),
  fc.record({ ...of("interrupt"), name, parameters: some(parameter), title: quoted, when: expression, body: block, ...cited }),
  fc.record({ ...of("console"), sent: name, on: name }),
  fc.record({ ...of("consoleDevice"), clauses: some(fc.oneof(
    fc.record({ ...of("cell"), array: name, index: expression, holds: optional(expression), stored: optional(fc.record({ name, sends: optional(expression), halts: optional(expression) })) }),
    fc.record({ ...of("on"), family: name, when: optional(expression), each: optional(fc.record({ name, below: expression })), sends: expression }),
  )) }),
  fc.record({ ...of("monitor"), base: name, size: name, area: optional(name), shadow: optional(fc.record({ window: name, unit: expression, grain: optional(expression), cells: expression, traps: some(name, 3, 1), clear: block, address: name, cell: name, writable: name, executable: optional(name), install: block })), body: some(simple).map((statements) => ({ statements })), placed: some(fc.record({ component: name, by: optional(expression) })) }),
  fc.record({ ...of("fetch"), unit: expression, index: parameter, isLowestFirst: fc.boolean(), body: endingInNoCall }),
  fc.record({ ...of("prefix"), name, width: expression, units: some(fc.record({ unit: sized, value: expression }), 3, 1) }),
  fc.record({ ...of("context"), name, width: expression, value: expression }),
  fc.record({ ...of("picture"), name, encoding: parts, syntaxes: some(fc.record({ text: quoted, when: optional(expression) })) }),
  fc.record({ ...of("advance"), body: block }),
  fc.record({ ...of("names"), name, texts: some(quoted) }),
  fc.record({ ...of("const"), name, width: expression, value: expression }),
  fc.record({ ...of("function"), name, parameters: some(parameter), width: expression, body: block }),
  fc.record({ ...of("action"), name, parameters: some(parameter), body: block }),
  fc.record({ ...of("otherwise"), title: quoted, body: block }),
  fc.record({
    ...of("instruction"), name, title: quoted,
    encoding: parts,
    where: optional(expression), priority: optional(expression), condition: optional(expression),
    names: some(fc.oneof(fc.record({ field: name, texts: some(quoted), table: fc.constant(undefined) }), fc.record({ field: name, texts: fc.constant(undefined), table: name }))),
    syntaxes: fc.oneof(fc.record({ text: quoted, when: fc.constant(undefined) }).map((one) => [one]), some(fc.record({ text: quoted, when: expression }), 3, 1)), splits: some(fc.record({ label: name, by: optional(expression) })), step: block, ...cited,
  }),
);

export const declarations = some(declaration, 3);
/** What the printer draws on for white space, comments and order. */
export const choices = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });
export type { Tree };
