/**
 * Nothing a user can write makes the front end throw, hang, or talk without end: random strings, soups of tokens, and real
 * specs with a few things cut out, doubled or swapped. `POPEK_FUZZ_RUNS` sets the number of cases (default 2,000).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { format } from "../../src/language/format.js";
import { decodeSource, MOST_DIAGNOSTICS, parse } from "../../src/language/parse.js";
import { renderDiagnostics } from "../../src/language/render-diagnostic.js";

const numRuns = Number(process.env["POPEK_FUZZ_RUNS"] ?? 2_000);
const timeout = 60_000 + numRuns * 20;

const survives = (text: string): void => {
  const { source, diagnostics } = parse("fuzz.isa", text);
  expect(diagnostics.length).toBeLessThanOrEqual(MOST_DIAGNOSTICS + 1);
  for (const { span } of diagnostics) {
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(span.end).toBeLessThanOrEqual(text.length);
  }
  const shown = renderDiagnostics(diagnostics, () => text, { color: false });
  expect(shown).not.toMatch(/[\0-\x09\x0b-\x1f\x7f\u202a-\u202e]/);
  if (diagnostics.length > 0) return;
  const formatted = format(source, text);
  const again = parse("fuzz.isa", formatted);
  expect(again.diagnostics).toEqual([]);
  expect(format(again.source, formatted)).toBe(formatted);
};

const folders = ["isa-specs", "tests/machines", "tests/fixtures"];
const specs = folders.flatMap((folder) => {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.name.endsWith(".isa")).map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
});
const pieces = specs.flatMap((text) => text.match(/\w+|"[^"\n]*"|\s+|[^\w\s]+/g) ?? []);
const soupBase = [
  "instruction", "state", "trap", "if", "else", "match", "then", "let", "{", "}", "(", ")", "[", "]", ":=", "=", ":", "=>", "..", ",", "@", "+", "-", "<s", "'", "0b1", "7", "x", "f(", "\n", " ", '"s"', '"', "/*", "*/", "//", "step", "encoding", "\\", "\0", "\u202e", "\ud800", "names", "cell", "window",
];

it("random strings", { timeout }, () => {
  fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: "binary", maxLength: 200 })), survives), { numRuns });
});

it("random bytes", { timeout }, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const decoded = decodeSource("fuzz.isa", bytes);
      if (decoded.kind === "text") survives(decoded.text);
      else expect(decoded.diagnostic.span.end).toBeGreaterThan(decoded.diagnostic.span.start);
      expect(decoded.kind === "text").toBe(isUtf8(bytes) && !bytes.includes(0));
    }),
    { numRuns },
  );
});

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

it("token soup", { timeout }, () => {
  const token = fc.oneof(fc.constantFrom(...soupBase), fc.nat({ max: pieces.length - 1 }).map((i) => pieces[i]!));
  fc.assert(fc.property(fc.array(token, { maxLength: 120 }), fc.constantFrom("", " "), (tokens, between) => survives(tokens.join(between))), { numRuns });
});

it("specs with pieces cut, doubled, swapped and put in", { timeout }, () => {
  expect(specs.length).toBeGreaterThan(0);
  const edit = fc.record({ at: fc.nat(), length: fc.nat(12), what: fc.constantFrom("cut", "double", "insert", "swap"), piece: fc.constantFrom(...soupBase) });
  const cutOut = fc.tuple(fc.constantFrom(...specs), fc.nat(), fc.integer({ min: 20, max: 3_000 })).map(([text, at, length]) => text.slice(at % text.length, (at % text.length) + length));
  fc.assert(
    fc.property(cutOut, fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
      const edited = edits.reduce((current, { at, length, what, piece }) => {
        const from = at % (current.length + 1);
        const [head, middle, tail] = [current.slice(0, from), current.slice(from, from + length), current.slice(from + length)];
        switch (what) {
          case "cut": return head + tail;
          case "double": return head + middle + middle + tail;
          case "insert": return head + piece + middle + tail;
          default: return head + tail.slice(0, length) + middle + tail.slice(length);
        }
      }, text);
      survives(edited);
    }),
    { numRuns },
  );
});
