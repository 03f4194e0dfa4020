/**
 * One small bad spec per diagnostic, and what a user is shown for it.
 *
 * `P0010-something.isa` must yield the code it is named after; the rendering stands beside it in `P0010-something.txt`.
 * `POPEK_BLESS=1` writes the renderings anew: look at them before they are kept.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes } from "../../src/language/codes.js";
import type { Diagnostic } from "../../src/language/diagnostic.js";
import { decodeSource } from "../../src/language/parse.js";
import { readMachine } from "../../src/language/read-machine.js";
import { renderDiagnostics } from "../../src/language/render-diagnostic.js";

const folder = "tests/malformed";
const files = readdirSync(folder).filter((name) => /^P\d{4}-.*\.isa$/.test(name)).sort();

/** A file of more than 4 MiB does not belong in a repository (`parse.test.ts` makes one); P1023 is about the command line. */
const withoutFile = ["P0030", "P1023"];
const LIMIT_MS = 10_000; // bounded work on a busy computer

it("every code has a bad spec, and every bad spec a code", () => {
  const covered = new Set([...files.map((name) => name.slice(0, 5)), ...withoutFile]);
  expect(Object.keys(codes).filter((code) => !covered.has(code))).toEqual([]);
  expect([...covered].filter((code) => !(code in codes))).toEqual([]);
});

describe.each(files)("%s", (name) => {
  const bytes = readFileSync(join(folder, name));
  const decoded = decodeSource(name, bytes);
  const text = decoded.kind === "text" ? decoded.text : bytes.toString("latin1");
  const read = (): readonly Diagnostic[] => (decoded.kind === "text" ? readMachine([{ file: name, text: decoded.text }]).diagnostics : [decoded.diagnostic]);
  let diagnostics: readonly Diagnostic[] = [];

  it("yields its code", () => {
    const start = performance.now();
    diagnostics = read();
    expect(performance.now() - start).toBeLessThan(LIMIT_MS);
    expect(diagnostics.map(({ code }) => code)).toContain(name.slice(0, 5));
  });

  it("is shown as expected", () => {
    const shown = renderDiagnostics(diagnostics, () => text, { color: false });
    const path = join(folder, name.replace(/isa$/, "txt"));
    if (process.env["POPEK_BLESS"] === "1") writeFileSync(path, shown);
    expect(shown).toBe(readFileSync(path, "utf8"));
  });
});

it("a parameter that does not exist", () => {
  const text = 'machine m "M" { bits lsb0 }\nparameter WORD = 8\n';
  const { diagnostics } = readMachine([{ file: "m.isa", text }], new Map([["WROD", 16]]));
  expect(diagnostics.find((d) => d.code === "P1023")).toMatchObject({ message: "this machine has no parameter `WROD`", expected: "one of WORD", hint: "did you mean `WORD`?" });
  expect(readMachine([{ file: "m.isa", text }], new Map([["WORD", -1]])).diagnostics.map((d) => d.message)).toContain("the parameter WORD is set to -1");
});
