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
import { decodeSource, parse } from "../../src/language/parse.js";
import { renderDiagnostics } from "../../src/language/render-diagnostic.js";

const folder = "tests/malformed";
const files = readdirSync(folder).filter((name) => /^P0\d{3}-.*\.isa$/.test(name)).sort();

/** A file of more than 4 MiB does not belong in a repository; `parse.test.ts` makes one. */
const withoutFile = ["P0030"];

it("every syntax code has a bad spec", () => {
  const covered = new Set([...files.map((name) => name.slice(0, 5)), ...withoutFile]);
  expect(Object.keys(codes).filter((code) => code.startsWith("P0") && !covered.has(code))).toEqual([]);
});

describe.each(files)("%s", (name) => {
  const bytes = readFileSync(join(folder, name));
  const decoded = decodeSource(name, bytes);
  const text = decoded.kind === "text" ? decoded.text : bytes.toString("latin1");
  const diagnostics = decoded.kind === "text" ? parse(name, decoded.text).diagnostics : [decoded.diagnostic];

  it("yields its code", () => expect(diagnostics.map(({ code }) => code)).toContain(name.slice(0, 5)));

  it("is shown as expected", () => {
    const shown = renderDiagnostics(diagnostics, () => text, { color: false });
    const path = join(folder, name.replace(/isa$/, "txt"));
    if (process.env["POPEK_BLESS"] === "1") writeFileSync(path, shown);
    expect(shown).toBe(readFileSync(path, "utf8"));
  });
});
