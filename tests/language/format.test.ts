/** The canonical layout by example. That it loses nothing and is stable is shown in `parse-laws`. */
import { describe, expect, it } from "vitest";
import { format } from "../../src/language/format.js";
import { parse } from "../../src/language/parse.js";

const formatted = (text: string): string => {
  const { source, diagnostics } = parse("t.isa", text);
  expect(diagnostics).toEqual([]);
  return format(source, text);
};
const lines = (...all: readonly string[]): string => `${all.join("\n")}\n`;

it("one declaration, statement and clause per line; spaces where they belong", () => {
  expect(formatted('parameter  W=36 state AC [4]:W is general because "x"\ninstruction A "A" cite "c"{encoding (W-2)\'0 m : 2 where m!=0 names m{"" "I" "M" "B"} syntax "A{m}" split m,f=m&1 step{AC[ 0 ]:= - x[0 .. 17]@~y  if(a){then}else{halt}skip ( )}}'.replace("skip ( )", "skip( )"))).toBe(
    lines(
      "parameter W = 36", 'state AC[4] : W is general because "x"', 'instruction A "A" cite "c" {', "  encoding (W - 2)'0 m:2 where m != 0", '  names m { "" "I" "M" "B" }', '  syntax "A{m}"', "  split m, f = m & 1", "  step {",
      "    AC[0] := -x[0..17] @ ~y", "    if (a) { then } else { halt }", "    skip()", "  }", "}",
    ),
  );
});

it("what was on one line stays there, if it holds one thing", () => {
  expect(formatted("advance { PC := 1 }\naction f() { if a { b() } else { c() } }\naction g() { a() b() }")).toBe(lines("advance { PC := 1 }", "action f() { if a { b() } else { c() } }", "action g() {", "  a()", "  b()", "}"));
  expect(formatted("action f() {\n\n}\naction g() {\n  a() }")).toBe(lines("action f() { }", "action g() {", "  a()", "}"));
  expect(formatted("const A : 1 = match e { 0 => a 1, 2 => b else => c }")).toBe(lines("const A : 1 = match e { 0 => a 1, 2 => b else => c }"));
});

it("lines broken inside an item stay broken", () => {
  expect(formatted("function f(a : 1) : 1 =\n    if a\n  then b\n     else match c { 0 => 1\n 1 => g(x,\n y) }")).toBe(
    lines("function f(a : 1) : 1 =", "  if a", "  then b", "  else match c {", "    0 => 1", "    1 => g(x,", "      y)", "  }"),
  );
});

it("an `else` follows its brace, or stands below a block of one line", () => {
  expect(formatted("action f() {\n if a {\n b()\n }\n else {\n c()\n }\n if a { b() }\n   else if c { d() }\n}")).toBe(
    lines("action f() {", "  if a {", "    b()", "  } else {", "    c()", "  }", "  if a { b() }", "  else if c { d() }", "}"),
  );
});

it("comments stay where they are, blank lines too, one at most", () => {
  expect(formatted("\n\n// top\n\n\n\nstate a : 1 is mode     // why\n/* one */ state b : 1 is mode /* two */\naction f() { // open\n\n\n  x() /* in */ y()\n\n\n   // last\n\n}\n// end\n\n")).toBe(
    lines("// top", "", "state a : 1 is mode  // why", "/* one */", "state b : 1 is mode /* two */", "action f() {  // open", "", "  x() /* in */", "  y()", "", "  // last", "}", "// end"),
  );
});

it("signs that look alike", () => {
  expect(formatted("const A:1=a - -b*(- c)+x[- 1]+(4-W)'0 - 8'3")).toBe(lines("const A : 1 = a - -b * (-c) + x[-1] + (4 - W)'0 - 8'3"));
  expect(formatted('configuration no-io "t" default{a==0}')).toBe(lines('configuration no-io "t" default { a == 0 }'));
  expect(formatted("action f(){for i in 0..15{a:=x[i..3]@y[W-1..0]}}")).toBe(lines("action f() { for i in 0 .. 15 { a := x[i..3] @ y[W - 1 .. 0] } }"));
  expect(formatted("window m(a : 1, k) : 8 over c { cell (a) address (p) (p) }")).toBe(lines("window m(a : 1, k) : 8 over c {", "  cell (a)", "  address (p) (p)", "}"));
  expect(formatted("window m(a:1,k):8 over c latched{cell a}")).toBe(lines("window m(a : 1, k) : 8 over c latched { cell a }"));
});

describe("bounds", () => {
  it("an empty file stays empty", () => expect(formatted("\n\n")).toBe(""));
  it("refuses a text that the lexer could not read whole", () => expect(() => format({ file: "t", declarations: [] }, "a $ b")).toThrow("without diagnostics"));
});
