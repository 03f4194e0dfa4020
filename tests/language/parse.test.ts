/** What the parser makes of each construct, and how it behaves at its bounds. The laws over random trees stand in `parse-laws`. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { codes } from "../../src/language/codes.js";
import { Grammar } from "../../src/language/grammar.js";
import { decodeSource, LARGEST_FILE, MOST_DIAGNOSTICS, parse } from "../../src/language/parse.js";
import type { Block, Declaration, Expression, Statement } from "../../src/language/syntax.js";

const read = (text: string): Declaration => {
  const { source, diagnostics } = parse("t.isa", text);
  expect(diagnostics).toEqual([]);
  const [declaration] = source.declarations;
  if (declaration === undefined) throw new Error("nothing was read");
  return declaration;
};
const codesOf = (text: string): readonly string[] => parse("t.isa", text).diagnostics.map(({ code }) => code);

/** The tree of an expression with every operation in parentheses. */
const shape = (node: Expression): string => {
  switch (node.kind) {
    case "literal": return node.width === undefined ? node.text : `${shape(node.width)}'${node.text}`;
    case "name": return node.name.text;
    case "string": return JSON.stringify(node.text);
    case "call": return `${node.callee.text}(${node.args.map(shape).join(", ")})`;
    case "member": return `${shape(node.base)}.${node.member.text}`;
    case "index": return `${shape(node.base)}[${shape(node.index)}]`;
    case "slice": return `${shape(node.base)}[${shape(node.from)}..${shape(node.to)}]`;
    case "unary": return `(${node.operator}${shape(node.operand)})`;
    case "binary": return `(${shape(node.left)} ${node.operator} ${shape(node.right)})`;
    case "if": return `(if ${shape(node.condition)} then ${shape(node.then)} else ${shape(node.otherwise)})`;
    case "match": return `(match ${shape(node.subject)} {${node.arms.map(({ patterns, body }) => ` ${patterns.map(shape).join(", ") || "else"} => ${shape(body)}`).join("")} })`;
  }
};
const shapeOf = (text: string): string => {
  const declaration = read(`parameter p = ${text}`);
  if (declaration.kind !== "parameter") throw new Error("no parameter");
  return shape(declaration.value);
};
const statements = (text: string): readonly Statement[] => {
  const declaration = read(`action f() {\n${text}\n}`);
  if (declaration.kind !== "action") throw new Error("no action");
  return declaration.body.statements;
};
const kinds = (block: Block | undefined): readonly string[] => (block?.statements ?? []).map(({ kind }) => kind);

it("the grammar is unambiguous", () => expect(() => new Grammar({ checked: true })).not.toThrow());

describe("precedence", () => {
  it.each([
    ["a || b && c", "(a || (b && c))"],
    ["a && b == c", "(a && (b == c))"],
    ["a == b @ c", "(a == (b @ c))"],
    ["a @ b | c", "(a @ (b | c))"],
    ["a | b ^ c", "(a | (b ^ c))"],
    ["a ^ b & c", "(a ^ (b & c))"],
    ["a & b << c", "(a & (b << c))"],
    ["a << b + c", "(a << (b + c))"],
    ["a + b * c", "(a + (b * c))"],
    ["a * b ** c", "(a * (b ** c))"],
    ["-a ** b", "((-a) ** b)"],
    ["a - b - c", "((a - b) - c)"],
    ["a @ b @ c", "((a @ b) @ c)"],
    ["a ** b ** c", "(a ** (b ** c))"],
    ["a >> b >>> c << d", "(((a >> b) >>> c) << d)"],
    ["(a || b) && c", "((a || b) && c)"],
    ["a <s b && c >=s d", "((a <s b) && (c >=s d))"],
    ["a <sum", "(a < sum)"],
    ["~!-a[3]", "(~(!(-a[3])))"],
    ["a * b + c * d - e", "(((a * b) + (c * d)) - e)"],
    ["if a then b else c + 1", "(if a then b else (c + 1))"],
    ["if a then b else if c then d else e", "(if a then b else (if c then d else e))"],
    ["(if a then b else c) + 1", "((if a then b else c) + 1)"],
    ["match e { 0 => a 1, 2 => b + 1 else => if c then d else f }", "(match e { 0 => a 1, 2 => (b + 1) else => (if c then d else f) })"],
  ])("%s", (text, expected) => expect(shapeOf(text)).toBe(expected));
});

describe("what is attached", () => {
  it.each([
    ["x[3]", "x[3]"],
    ["x[0..17]", "x[0..17]"],
    ["x[W - 1 .. 0][i]", "x[(W - 1)..0][i]"],
    ["mem.execute[a + 1]", "mem.execute[(a + 1)]"],
    ["f(a, b)[0]", "f(a, b)[0]"],
    ["f()", "f()"],
    ["(a @ b)[1]", "(a @ b)[1]"],
    ["36'0o17", "36'0o17"],
    ["(WORD)'0", "WORD'0"],
    ["(W - 1)'0b1 @ x", "((W - 1)'0b1 @ x)"],
    ['choice(3, "why")', 'choice(3, "why")'],
    ["access == execute", "(access == execute)"],
    ["zext(execute, limit)", "zext(execute, limit)"],
  ])("%s", (text, expected) => expect(shapeOf(text)).toBe(expected));

  it("a bracket that stands apart begins something new", () => {
    expect(statements("a := b\n(C @ D) := e").map(({ kind }) => kind)).toEqual(["assign", "assign"]);
    expect(statements("a = f(x) (C @ D) := e").map(({ kind }) => kind)).toEqual(["set", "assign"]);
  });

  it("literals keep their spelling and know their value", () => {
    const declaration = read("const C : 36 = 36'0o1_7");
    expect(declaration).toMatchObject({ value: { kind: "literal", value: 15n, text: "0o1_7", width: { value: 36n, text: "36" } } });
  });
});

describe("statements", () => {
  it.each<[string, object]>([
    ["let x = e", { kind: "let", name: { text: "x" }, width: undefined }],
    ["let x : 18 = e", { kind: "let", width: { value: 18n } }],
    ["var x : 18 = e", { kind: "var", name: { text: "x" } }],
    ["x = e", { kind: "set", name: { text: "x" } }],
    ["C := e", { kind: "assign", target: { kind: "name" } }],
    ["C[0..17] := e", { kind: "assign", target: { kind: "slice" } }],
    ["AC[i][0..17] := e", { kind: "assign", target: { kind: "slice", base: { kind: "index" } } }],
    ["(A @ B[1] @ C) := e", { kind: "assign", target: { kind: "binary", operator: "@" } }],
    ["if e { }", { kind: "if", otherwise: undefined }],
    ["match e { 0 => { } 1, 2 => { halt } else => { } }", { kind: "match", arms: [{ patterns: [{ value: 0n }] }, { patterns: [{ value: 1n }, { value: 2n }] }, { patterns: [] }] }],
    ["trap t(a, b) when e", { kind: "trap", trap: { text: "t" }, args: [{}, {}], when: { kind: "name" }, leaving: undefined }],
    ["trap t()", { kind: "trap", args: [], when: undefined }],
    ["trap t() leaving { A := 1 }", { kind: "trap", leaving: { statements: [{ kind: "assign" }] } }],
    ["halt", { kind: "halt", when: undefined }],
    ["halt when e", { kind: "halt", when: { kind: "name" } }],
    ['beyond "why" when e', { kind: "beyond", why: { text: "why" } }],
    ["for i in 0 .. 15 { }", { kind: "for", down: false, from: { value: 0n }, to: { value: 15n } }],
    ["for i in 15 downto 0 { }", { kind: "for", down: true }],
    ["while e limit 64 { x = 1 }", { kind: "while", limit: { value: 64n } }],
    ["then", { kind: "then", keep: false }],
    ["then keep", { kind: "then", keep: true }],
    ["execute mem[a]", { kind: "execute", word: { kind: "index" } }],
    ["skip(1)", { kind: "call", action: { text: "skip" }, args: [{}] }],
    ["return e", { kind: "return" }],
  ])("%s", (text, expected) => expect(statements(text)).toMatchObject([expected]));

  it("`else if` is a block of one `if`", () => {
    const [first] = statements("if a { then } else if b { halt } else { return c }");
    if (first?.kind !== "if") throw new Error("no if");
    expect(kinds(first.then)).toEqual(["then"]);
    expect(kinds(first.otherwise)).toEqual(["if"]);
    const second = first.otherwise?.statements[0];
    expect(second?.kind === "if" && kinds(second.otherwise)).toEqual(["return"]);
  });

  it("contextual words may be names", () => {
    expect(statements("let mode = limit\nstate := cell[step]\nmemory(syntax)\nfor in in is .. over { from = to }").map(({ kind }) => kind)).toEqual(["let", "assign", "call", "for"]);
    expect(statements("while limit limit limit { }")).toHaveLength(1);
  });
});

describe("declarations", () => {
  it.each<[string, object]>([
    ['machine pdp-10 "t" { bits msb0 radix octal source PRH "x" status un-listed }', { kind: "machine", name: { text: "pdp-10" }, items: [{ order: "msb0" }, { radix: "octal" }, { name: { text: "PRH" } }, { status: { text: "un-listed" } }] }],
    ["parameter WORD = 36", { kind: "parameter", value: { value: 36n } }],
    ['mode m supervisor when A == 0 "title"', { kind: "mode", level: "supervisor", title: { text: "title" } }],
    ["mode mode other when A", { kind: "mode", name: { text: "mode" }, level: "other", title: undefined }],
    ['state PC : 18 is program-counter cite "a" because "b"', { kind: "state", role: { text: "program-counter" }, cite: { text: "a" }, because: { text: "b" }, transient: false, indexWidth: undefined }],
    ['state AC[4] : 36 is general because "b" cite "a"', { kind: "state", indexWidth: { value: 4n }, cite: { text: "a" }, because: { text: "b" } }],
    ["state T : 1 = 0 is mode transient", { kind: "state", rest: { value: 0n }, transient: true }],
    ["view v : 3 = A @ 0b0 @ B", { kind: "view", value: { kind: "binary" } }],
    ['invariant q >= 16 because "x"', { kind: "invariant", because: { text: "x" } }],
    ['configuration no-io "t" default { A == 0 }', { kind: "configuration", name: { text: "no-io" }, isDefault: true }],
    ['configuration c "t" { A == 0 }', { kind: "configuration", isDefault: false }],
    ['omits "x" because "y"', { kind: "omits", what: { text: "x" } }],
    ["window m(a : 3, access) : 36 over c { trap b(a) when x  let cell = a  cell cell address (p) (p + 1) }", { kind: "window", access: { text: "access" }, body: { statements: [{ kind: "trap" }, { kind: "let" }] }, cell: { kind: "name" }, inverse: { parameter: { text: "p" } } }],
    ["window m(a : 3, k) : 36 over c { cell a }", { kind: "window", inverse: undefined, latched: false }],
    ["window latched(a : 3, k) : 36 over latched latched { cell a }", { kind: "window", name: { text: "latched" }, over: { text: "latched" }, latched: true }],
    ['trap t(a : 3, b : 4) priority 2 "x" cite "y" { halt }', { kind: "trap", memory: false, priority: { value: 2n }, parameters: [{}, {}] }],
    ['memory trap t() "x" { halt }', { kind: "trap", memory: true, parameters: [], priority: undefined }],
    ["fetch 36 (i : 1) { mem.execute[PC] }", { kind: "fetch", unit: { value: 36n }, body: { statements: [{ kind: "return", value: { kind: "index" } }] } }],
    ["fetch 8 (i : 1) { let a = b  f(a) }", { kind: "fetch", body: { statements: [{ kind: "let" }, { kind: "return", value: { kind: "call" } }] } }],
    ["fetch 8 (i : 1) { return b }", { kind: "fetch", body: { statements: [{ kind: "return" }] } }],
    ["advance { PC := PC + length }", { kind: "advance", body: { statements: [{ kind: "assign" }] } }],
    ['names T { "a" "b" }', { kind: "names", texts: [{ text: "a" }, { text: "b" }] }],
    ["const H : 18 = 0o400000", { kind: "const", value: { value: 0o400000n } }],
    ["function f(a : 1) : 18 { return a }", { kind: "function", body: { statements: [{ kind: "return" }] } }],
    ["function f(a : 1) : 18 = a @ a", { kind: "function", body: { statements: [{ kind: "return", value: { kind: "binary" } }] } }],
    ["action f() { skip() }", { kind: "action" }],
    ['otherwise "t" { trap u(word) }', { kind: "otherwise" }],
  ])("%s", (text, expected) => expect(read(text)).toMatchObject(expected));

  it("the clauses of an instruction come in any order", () => {
    const instruction = read(`instruction JRST "Jump" cite "PRH 2.10" {
      step { PC := y }
      split f, g = f & 1
      names f { "a" "b" }
      syntax "JRST {f}"
      names g from TABLE
      priority 2
      encoding 7'0b0101110 f:1 (W - 1)'0 _:3 where:2 where f != 0
      because "why"
    }`);
    expect(instruction).toMatchObject({
      kind: "instruction", cite: { text: "PRH 2.10" }, because: { text: "why" }, priority: { value: 2n }, where: { kind: "binary" },
      encoding: [{ kind: "constant" }, { kind: "field", name: { text: "f" } }, { kind: "constant", value: { width: { kind: "binary" } } }, { name: { text: "_" } }, { name: { text: "where" } }],
      names: [{ field: { text: "f" }, texts: [{ text: "a" }, { text: "b" }] }, { field: { text: "g" }, table: { text: "TABLE" } }],
      splits: [{ label: { text: "f" }, by: undefined }, { label: { text: "g" }, by: { kind: "binary" } }],
      syntaxes: [{ text: { text: "JRST {f}" }, when: undefined }], step: { statements: [{ kind: "assign" }] },
    });
  });
});

describe("recovery", () => {
  it("every independent mistake is told once", () => {
    const text = "state a 1 is mode\nstate b : 1 is mode\naction f() {\n  x := )\n  y := 2\n  z = = 3\n}\nconst c : 2\nstate d : 1 is mode\n";
    const { source, diagnostics } = parse("t", text);
    expect(diagnostics.map(({ code, span }) => [code, span.line])).toEqual([["P0010", 1], ["P0012", 4], ["P0010", 6], ["P0010", 8]]);
    expect(source.declarations.map(({ kind }) => kind)).toEqual(["state", "action", "state"]);
  });

  it("what is read around a mistake stays", () => {
    const { source } = parse("t", "action f() {\n  a := 1\n  b := +\n  c := 3\n  if d {\n    e := *\n    g := 1\n  }\n}");
    const [action] = source.declarations;
    if (action?.kind !== "action") throw new Error("no action");
    expect(kinds(action.body)).toEqual(["assign", "assign", "if"]);
  });

  it("an open bracket costs its own declaration only", () => {
    const { source, diagnostics } = parse("t", "action f() {\n  if a {\n    b := 1\n}\nstate c : 1 is mode\ntrap t() \"x\" { halt }\n");
    expect(diagnostics.map(({ code }) => code)).toEqual(["P0011"]);
    expect(source.declarations.map(({ kind }) => kind)).toEqual(["state", "trap"]);
  });
});

describe("bounds", () => {
  it("an empty file is fine", () => {
    for (const text of ["", "\n", "// only a comment", "\uFEFF"]) expect(parse("t", text)).toEqual({ source: { file: "t", declarations: [] }, diagnostics: [] });
  });

  it("refuses more than 4 MiB", () => {
    expect(codesOf(" ".repeat(LARGEST_FILE))).toEqual([]);
    expect(codesOf(" ".repeat(LARGEST_FILE + 1))).toEqual(["P0030"]);
    expect(decodeSource("t", new Uint8Array(LARGEST_FILE + 1).fill(32))).toMatchObject({ kind: "refused", diagnostic: { code: "P0030" } });
  });

  it("stops after so many diagnostics, and says so", () => {
    for (const text of ["state\n".repeat(1_000), "$ ".repeat(1_000), ") ".repeat(1_000)]) {
      const { diagnostics } = parse("t", text);
      expect(diagnostics).toHaveLength(MOST_DIAGNOSTICS + 1);
      expect(diagnostics.at(-1)?.code).toBe("P0034");
    }
  });

  const deep = 100_000;
  it.each([
    ["(", "parameter p = " + "(".repeat(deep)],
    ["( )", `parameter p = ${"(".repeat(deep)}1${")".repeat(deep)}`],
    ["[", `parameter p = ${"a[".repeat(deep)}`],
    ["f(", `parameter p = ${"f(".repeat(deep)}`],
    ["~", `parameter p = ${"~".repeat(deep)}a`],
    ["+", `parameter p = a${"+ a".repeat(deep)}`],
    ["**", `parameter p = a${"** a".repeat(deep)}`],
    ["[1]", `parameter p = a${"[1]".repeat(deep)}`],
    ["if", `parameter p = ${"if a then ".repeat(deep)}a`],
    ["match", `parameter p = ${"match a { 0 => ".repeat(deep)}a`],
    ["else if", `action f() { if a { } ${"else if a { } ".repeat(deep)} }`],
    ["{", `action f() ${"{ if a ".repeat(deep)}`],
    ["} [ (", "} [ (".repeat(deep)],
  ])("nesting of %s", (_, text) => {
    const found = codesOf(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((code) => ["P0031", "P0011", "P0012", "P0010", "P0034"].includes(code))).toBe(true);
  });

  it("64 levels are read, and 200 operators", () => {
    expect(codesOf(`parameter p = ${"(".repeat(63)}a${")".repeat(63)}`)).toEqual([]);
    expect(codesOf(`parameter p = ${"(".repeat(64)}a${")".repeat(64)}`)).toEqual(["P0031"]);
    expect(codesOf(`parameter p = a${" + a".repeat(199)}`)).toEqual([]);
    expect(codesOf(`parameter p = a${" + a".repeat(200)}`)).toEqual(["P0031"]);
  });
});

describe("bytes", () => {
  const decode = (...bytes: readonly number[]): object => decodeSource("t", Uint8Array.from(bytes));
  const at = (line: number, column: number): object => ({ kind: "refused", diagnostic: { code: "P0032", span: { line, column } } });

  it("decodes UTF-8, with or without a mark", () => {
    expect(decode(0x61, 0xc3, 0xa9)).toEqual({ kind: "text", text: "a\u00e9" });
    expect(decode(0xef, 0xbb, 0xbf, 0x61)).toEqual({ kind: "text", text: "a" });
    expect(decode(0xef, 0xbf, 0xbd)).toEqual({ kind: "text", text: "\uFFFD" });
  });

  it.each<[string, readonly number[], object]>([
    ["a lone continuation", [0x0a, 0x61, 0x80], at(2, 2)],
    ["a truncated sequence", [0x61, 0xe2, 0x82, 0x0a], at(1, 2)],
    ["a truncated U+FFFD", [0x61, 0xef, 0xbf], at(1, 2)],
    ["an overlong sequence", [0xc0, 0xaf], at(1, 1)],
    ["a surrogate", [0x61, 0x0d, 0x0a, 0xed, 0xa0, 0x80], at(2, 1)],
    ["behind a genuine U+FFFD", [0xef, 0xbf, 0xbd, 0xff], at(1, 2)],
  ])("refuses %s where it stands", (_, bytes, expected) => expect(decode(...bytes)).toMatchObject(expected));

  it("refuses NUL", () => expect(decode(0x61, 0x0a, 0)).toMatchObject({ diagnostic: { code: "P0033", span: { line: 2, column: 1 } } }));
});

it("every code that the language room uses is in the table", () => {
  const used = readdirSync("src/language").filter((name) => name.endsWith(".ts") && name !== "codes.ts")
    .flatMap((name) => readFileSync(`src/language/${name}`, "utf8").match(/"P\d{4}"/g) ?? [])
    .map((quoted) => quoted.slice(1, -1));
  expect([...new Set(used)].filter((code) => !(code in codes)).sort()).toEqual([]);
});
