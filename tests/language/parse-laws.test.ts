/**
 * The laws of the front end: what is printed parses to the tree it was printed from; what is formatted parses to the same
 * tree, keeps its comments, and does not change again. Over random trees, and over every spec in the repository.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "../../src/language/format.js";
import { lex } from "../../src/language/lexer.js";
import { parse } from "../../src/language/parse.js";
import { choices, declarations } from "./parse-arbitraries.js";
import { print } from "./parse-printer.js";

const numRuns = Number(process.env["POPEK_LAW_RUNS"] ?? 300);

/** A tree without its spans and without what is undefined. */
const bare = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).filter(([key, value]) => key !== "span" && key !== "encodingSpan" && value !== undefined).map(([key, value]) => [key, bare(value)]));
};

const specs = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".isa"))
    .map((entry) => join(entry.parentPath, entry.name));

const commentsOf = (text: string): readonly string[] => lex("", text).comments.map(({ image }) => image.trimEnd());

const checkFormat = (file: string, text: string): void => {
  const { source, diagnostics } = parse(file, text);
  expect(diagnostics).toEqual([]);
  const formatted = format(source, text);
  const again = parse(file, formatted);
  expect(again.diagnostics).toEqual([]);
  expect(bare(again.source)).toEqual(bare(source));
  expect(commentsOf(formatted)).toEqual(commentsOf(text));
  expect(format(again.source, formatted)).toBe(formatted);
  expect(formatted).not.toMatch(/[ \t]+$|\n\n\n/m);
};

describe("random trees", () => {
  it("print, then parse: the same tree", () => {
    fc.assert(
      fc.property(declarations, choices, (trees, drawn) => {
        const { source, diagnostics } = parse("random.isa", print(trees, drawn));
        expect(diagnostics).toEqual([]);
        expect(bare(source.declarations)).toEqual(bare(trees));
      }),
      { numRuns },
    );
  });

  it("format, then parse: the same tree and comments, and nothing changes again", () => {
    fc.assert(
      fc.property(declarations, choices, (trees, drawn) => {
        const text = print(trees, drawn);
        const { source } = parse("random.isa", text);
        const formatted = format(source, text);
        const again = parse("random.isa", formatted);
        expect(again.diagnostics).toEqual([]);
        expect(bare(again.source)).toEqual(bare(source));
        expect(commentsOf(formatted)).toEqual(commentsOf(text));
        expect(format(again.source, formatted)).toBe(formatted);
      }),
      { numRuns },
    );
  });

  it("every span holds what it says: an identifier's text is the text of its span", () => {
    fc.assert(
      fc.property(declarations, choices, (trees, drawn) => {
        const text = print(trees, drawn);
        const lines = text.split(/\r\n|\r|\n/);
        const visit = (node: unknown): void => {
          if (typeof node !== "object" || node === null) return;
          if ("span" in node && "text" in node && Object.keys(node).length === 2) {
            const { start, end, line, column } = (node as { span: { start: number; end: number; line: number; column: number } }).span;
            const image = text.slice(start, end);
            if (!image.startsWith('"')) expect(image).toBe(node.text);
            expect(lines[line - 1]?.slice(column - 1).startsWith(image)).toBe(true);
          }
          Object.values(node).forEach(visit);
        };
        visit(parse("random.isa", text).source.declarations);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});

describe("every spec in the repository", () => {
  const files = [...specs("isa-specs"), ...specs("tests")].filter((file) => !file.includes("malformed"));
  it("there are some", () => expect(files.length).toBeGreaterThan(0));
  it.each(files)("%s", (file) => checkFormat(file, readFileSync(file, "utf8")));
});
