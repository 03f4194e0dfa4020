import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lex, readNumber, readString, visible } from "../../src/language/lexer.js";

const images = (text: string): readonly string[] => lex("t", text).tokens.map(({ image }) => image);
const types = (text: string): readonly string[] => lex("t", text).tokens.map(({ tokenType }) => tokenType.name);
const codesOf = (text: string): readonly string[] => lex("t", text).diagnostics.map(({ code }) => code);

describe("tokens", () => {
  it("signed comparisons end where a word would go on", () => {
    expect(images("a <s b")).toEqual(["a", "<s", "b"]);
    expect(images("a <sum")).toEqual(["a", "<", "sum"]);
    expect(images("a<=s(b)")).toEqual(["a", "<=s", "(", "b", ")"]);
    expect(images("a >=s_1")).toEqual(["a", ">=", "s_1"]);
    expect(images("a >s0 >s")).toEqual(["a", ">", "s0", ">s"]);
  });

  it("takes the longest operator", () => {
    expect(images("a>>>b>>c>=d>e**f*g..h.i:=j:k==l=>m=n!=!o&&p&q||r|s<<t<=u")).toEqual(
      "a >>> b >> c >= d > e ** f * g .. h . i := j : k == l => m = n != ! o && p & q || r | s << t <= u".split(" "),
    );
  });

  it("tells words from names", () => {
    expect(types("let lets if_ _if when")).toEqual(["word let", "Name", "Name", "Name", "word when"]);
  });

  it("keeps numbers, widths and slices apart", () => {
    expect(images("36'0o17_7 x[0..17]")).toEqual(["36", "'", "0o17_7", "x", "[", "0", "..", "17", "]"]);
  });

  it("sets comments aside", () => {
    const { tokens, comments } = lex("t", "a // b /* c\n/* d // **/ e /**/ f");
    expect(tokens.map(({ image }) => image)).toEqual(["a", "e", "f"]);
    expect(comments.map(({ image }) => image)).toEqual(["// b /* c", "/* d // **/", "/**/"]);
  });

  it("counts lines for every line ending, and columns in UTF-16 units", () => {
    const places = lex("t", '"\u{1f600}" a\r\nb\rc\n\td').tokens.slice(1).map(({ startLine, startColumn }) => [startLine, startColumn]);
    expect(places).toEqual([[1, 6], [2, 1], [3, 1], [4, 2]]);
  });

  it("goes on behind what it cannot read", () => {
    expect(codesOf("a ; b $% c")).toEqual(["P0001", "P0001"]);
    expect(images("a ; b $% c")).toEqual(["a", "b", "c"]);
    expect(codesOf('"open\nb "')).toEqual(["P0002", "P0002"]);
    expect(codesOf("a /* b")).toEqual(["P0003"]);
  });
});

describe("numbers", () => {
  const read = (text: string): { readonly value: bigint; readonly codes: readonly string[] } => {
    const token = lex("t", text).tokens[0];
    if (token === undefined) throw new Error("no token");
    const { value, diagnostics } = readNumber("t", token);
    return { value, codes: diagnostics.map(({ code }) => code) };
  };

  it.each([
    ["0", 0n], ["42", 42n], ["0b1_01", 5n], ["0o17", 15n], ["0x1F_ff", 0x1fffn], ["1_000_000", 1_000_000n], ["007", 7n], [`0x${"f".repeat(64)}`, 2n ** 256n - 1n],
  ])("%s", (text, value) => expect(read(text)).toEqual({ value, codes: [] }));

  it.each([
    ["0b2", "P0005"], ["0o8", "P0005"], ["0xg", "P0005"], ["0x", "P0005"], ["0b_", "P0005"], ["12a", "P0005"], ["0B1", "P0005"], [`0x1${"0".repeat(64)}`, "P0006"], ["9".repeat(100_000), "P0006"],
  ])("%.20s is refused", (text, code) => expect(read(text)).toEqual({ value: 0n, codes: [code] }));

  it("law: a number reads as its value in every radix", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 256n - 1n), (value) => {
        for (const [prefix, radix] of [["0b", 2], ["0o", 8], ["", 10], ["0x", 16]] as const) expect(read(prefix + value.toString(radix))).toEqual({ value, codes: [] });
      }),
    );
  });
});

describe("quoted texts", () => {
  const read = (text: string): { readonly value: string; readonly codes: readonly string[] } => {
    const token = lex("t", text).tokens[0];
    if (token === undefined) throw new Error("no token");
    const { value, diagnostics } = readString("t", token);
    return { value, codes: diagnostics.map(({ code }) => code) };
  };

  it("undoes its escapes", () => expect(read('"a\\"b\\\\c\\nd\\te"')).toEqual({ value: 'a"b\\c\nd\te', codes: [] }));
  it("refuses others, where they stand", () => {
    const token = lex("t", ' "ab\\x"').tokens[0];
    if (token === undefined) throw new Error("no token");
    expect(readString("t", token).diagnostics[0]).toMatchObject({ code: "P0004", span: { start: 4, end: 6, line: 1, column: 5 } });
  });
});

describe("the user's text in a message", () => {
  it("is short and plain", () => {
    expect(visible("a\u001b[31m\u202e")).toBe("`a\\u{1b}[31m\\u{202e}`");
    expect(visible("x".repeat(100))).toBe(`\`${"x".repeat(20)}...\``);
  });
});
