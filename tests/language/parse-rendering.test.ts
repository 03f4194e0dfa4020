/** How diagnostics look. One for every code stands in `tests/malformed`. */
import { expect, it } from "vitest";
import type { Diagnostic } from "../../src/language/diagnostic.js";
import { renderDiagnostics } from "../../src/language/render-diagnostic.js";

const at = (line: number, column: number, length: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "P0010", severity: "error", message: "found it", span: { file: "a.isa", start: 100, end: 100 + length, line, column }, ...more,
});
const render = (diagnostic: Diagnostic, text: string | undefined, color = false): readonly string[] => renderDiagnostics([diagnostic], () => text, { color }).split("\n");

it("all its parts", () => {
  expect(render(at(2, 3, 4, { expected: "this", hint: "that" }), "one\n  spec text\n")).toEqual(["error[P0010]: found it", " --> a.isa:2:3", "  |", "2 |   spec text", "  |   ^^^^", "  = expected: this", "  = hint: that", ""]);
});

it("a tab is as wide as it is shown", () => expect(render(at(1, 3, 1), "\ta b").slice(3, 5)).toEqual(["1 |     a b", "  |      ^"]));

it("nothing in the text reaches the terminal as a command", () => {
  expect(render(at(1, 3, 1, { message: "bad \u001b[2J" }), "\u001b\u202ex\u{1f600}\u00e9")).toEqual(["error[P0010]: bad \\u{1b}[2J", " --> a.isa:1:3", "  |", "1 | \\u{1b}\\u{202e}x\u{1f600}\u00e9", "  |               ^", ""]);
});

it("a long line is cut around the mark", () => {
  const [, , , shown, mark] = render(at(1, 501, 3), `${"a".repeat(500)}bcd${"e".repeat(500)}`);
  expect(shown).toBe(`1 | ...${"a".repeat(40)}bcd${"e".repeat(57)}...`);
  expect(mark).toBe(`  | ${" ".repeat(43)}^^^`);
});

it("a span of several lines is marked to the end of its first", () => expect(render(at(1, 2, 40), "abc\ndef").slice(3, 5)).toEqual(["1 | abc", "  |  ^^"]));
it("behind the end of a line", () => expect(render(at(1, 4, 0), "abc").slice(3, 5)).toEqual(["1 | abc", "  |    ^"]));
it("without the text", () => expect(render(at(7, 1, 1), undefined)).toEqual(["error[P0010]: found it", " --> a.isa:7:1", ""]));
it("nothing for nothing", () => expect(renderDiagnostics([], () => "", { color: false })).toBe(""));
it("colours when asked", () => {
  expect(render(at(1, 1, 1), "a", true).join("\n")).toContain("\u001b[31m");
  expect(render(at(1, 1, 1, { severity: "warning" }), "a", true).join("\n")).toContain("\u001b[33m");
});
