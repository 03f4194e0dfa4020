/** The formats of a check besides text and JSON: what they say, that they fit what reads them, and that no specification gets out of them. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCsv } from "../../src/report/check-csv.js";
import { checkGithub } from "../../src/report/check-github.js";
import { checkJunit } from "../../src/report/check-junit.js";
import { checkMarkdown } from "../../src/report/check-markdown.js";
import { checkSarif, uriOf } from "../../src/report/check-sarif.js";
import { outline, type Cell } from "../../src/report/html/outline.js";
import { checkHtml } from "../../src/report/html/page.js";
import { SCRIPT, SCRIPT_HASH } from "../../src/report/html/script.js";
import { STYLE } from "../../src/report/html/style.js";
import type { CheckResult } from "../../src/verdict/result.js";
import { hostile } from "./hostile.js";
import { sample } from "./sample.js";

const folder = "isa-specs/sample/";
const FORMATS: readonly (readonly [ending: string, format: (result: CheckResult) => string])[] = [
  ["md", (r) => checkMarkdown(r, {})], ["csv", checkCsv], ["sarif", (r) => checkSarif(r, { folder })], ["junit.xml", (r) => checkJunit(r, { folder })], ["github.txt", (r) => checkGithub(r, { folder })], ["html", (r) => checkHtml(r, {}).replace(STYLE, "").replace(SCRIPT, "")],
];

describe("every format", () => {
  test.each(FORMATS)("%s is what the file says", async (ending, format) => {
    await expect(format(sample)).toMatchFileSnapshot(`golden/check.${ending}`);
  });
  test.each(FORMATS)("%s is the same bytes whatever the order of keys in the result", (_, format) => {
    const shuffled = JSON.parse(JSON.stringify(sample), (_key, v: unknown) => (typeof v === "object" && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).reverse()) : v)) as CheckResult;
    expect(format(shuffled)).toBe(format(sample));
  });
  test.each(FORMATS)("%s has no unseen characters, whatever the specification holds", (_, format) => {
    expect(format(hostile)).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
  });
  test.each(FORMATS)("%s of a result with nothing in it", (_, format) => {
    expect(format({ ...sample, instructions: [], theorems: [], premises: [], notModelled: [], statistics: { questions: 0, answeredBy: {}, open: 0 } })).not.toMatch(/undefined(?! *:)|NaN|\[object/);
  });
});

// ---------------------------------------------------------------- a reader for markup

/** Elements in order, with their attributes; throws where the text is not well formed. `empties`: elements that have no end. */
function elements(text: string, empties: ReadonlySet<string>): readonly { readonly name: string; readonly attributes: ReadonlyMap<string, string> }[] {
  const found: { name: string; attributes: Map<string, string> }[] = [];
  const open: string[] = [];
  let rest = text.replace(/^<\?xml[^>]*\?>|^<!doctype html>/i, "");
  while (rest !== "") {
    const raw = open.at(-1) === "script" || open.at(-1) === "style";
    const next = raw ? rest.search(/<\/(script|style)/i) : rest.indexOf("<");
    const plain = next < 0 ? rest : rest.slice(0, next);
    if (!raw) expect(plain).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)|\]\]>/);
    rest = rest.slice(plain.length);
    if (rest === "") break;
    const end = /^<\/([a-z0-9]+)>/i.exec(rest), start = /^<([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<]*")?)*)\s*(\/?)>/i.exec(rest);
    if (end !== null) {
      expect(open.pop()).toBe(end[1]);
      rest = rest.slice(end[0].length);
    } else if (start !== null) {
      const attributes = new Map([...start[2]!.matchAll(/\s([a-zA-Z:-]+)(?:="([^"]*)")?/g)].map((m) => [m[1]!, m[2] ?? ""] as const));
      expect(attributes.size).toBe([...start[2]!.matchAll(/\s([a-zA-Z:-]+)(?:="([^"]*)")?/g)].length);
      for (const value of attributes.values()) expect(value).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
      found.push({ name: start[1]!, attributes });
      if (start[3] === "" && !empties.has(start[1]!)) open.push(start[1]!);
      rest = rest.slice(start[0].length);
    } else throw new Error(`not well formed: ${rest.slice(0, 80)}`);
  }
  expect(open).toEqual([]);
  return found;
}

const VOID = new Set(["meta", "input", "br", "img"]);
const names = (list: readonly { readonly name: string }[]): readonly string[] => list.map((e) => e.name);

describe("the page", () => {
  test("has the elements that it has, whatever the specification holds", () => {
    const plain = elements(checkHtml(sample, { sourceLine: () => "step {" }), VOID), evil = elements(checkHtml(hostile, { sourceLine: () => "step {" }), VOID);
    expect(new Set(names(evil))).toEqual(new Set(names(plain)));
    expect(names(evil).filter((n) => n === "script")).toHaveLength(1);
    expect(names(evil)).not.toContain("img");
    for (const { attributes } of evil) for (const name of attributes.keys()) expect(name).not.toMatch(/^on/);
  });
  test("asks for nothing from elsewhere, and lets run what it came with only", () => {
    const page = checkHtml(hostile, {});
    for (const { attributes } of elements(page, VOID)) {
      for (const link of ["src", "href", "action", "data"]) if (attributes.has(link)) expect(attributes.get(link)).toMatch(/^#[a-z0-9]+$/);
    }
    expect(SCRIPT_HASH).toBe(`sha256-${createHash("sha256").update(SCRIPT).digest("base64")}`);
    expect(page).toContain(`default-src 'none'`.replaceAll("'", "&#39;"));
    expect(page).toContain(`<script>${SCRIPT}</script>`);
  });
  test("has a row and a section for each instruction, and links that lead somewhere", () => {
    const all = elements(checkHtml(sample, {}), VOID);
    const ids = all.flatMap((e) => e.attributes.get("id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = all.filter((e) => e.name === "a").map((e) => e.attributes.get("href")!.slice(1));
    for (const link of links) expect(ids).toContain(link);
    expect(all.filter((e) => e.name === "details" && e.attributes.get("class") === "instruction")).toHaveLength(sample.instructions.length);
    expect(all.filter((e) => e.attributes.get("open") !== undefined)).toHaveLength(4); // three critical ones and the open one
  });
  test("draws a square for each instruction, and for each sensitive one", () => {
    const squares = (reading: "strict" | "extended"): readonly (readonly string[])[] => checkHtml(sample, { readings: [reading] }).split("<figure>").slice(1).map((f) => [...f.split("</svg>")[0]!.matchAll(/class="square square-([a-z]+)"/g)].map((m) => m[1]!).sort());
    expect(squares("strict")).toEqual([["critical", "critical", "open", "other", "other", "other", "other", "privileged"], ["critical", "critical"]]);
    expect(squares("extended")).toEqual([["critical", "critical", "critical", "open", "other", "other", "other", "privileged"], ["critical", "critical", "critical", "privileged"]]);
  });
});

describe("an outline", () => {
  const cells = fc.uniqueArray(fc.record({ column: fc.nat(6), row: fc.nat(6) }), { selector: (c) => `${c.column},${c.row}`, minLength: 1, maxLength: 30 });
  const area = (of: readonly Cell[], inset: number): number => outline(of).reduce((sum, loop) => sum + loop.reduce((s, a, i) => {
    const b = loop[(i + 1) % loop.length]!;
    const [ax, ay, bx, by] = [a.column + a.inwardX * inset, a.row + a.inwardY * inset, b.column + b.inwardX * inset, b.row + b.inwardY * inset];
    return s + (ax * by - bx * ay) / 2;
  }, 0), 0);

  test("has the area of its cells: it is drawn to scale", () => {
    fc.assert(fc.property(cells, (list) => { expect(area(list, 0)).toBeCloseTo(list.length, 9); }));
  });
  test("lies within its cells: further in, it has less area, but some for each of them", () => {
    fc.assert(fc.property(cells, (list) => {
      expect(area(list, 0.1)).toBeLessThan(list.length);
      expect(area(list, 0.1)).toBeGreaterThanOrEqual(list.length * 0.64 - 1e-9); // 0.8 x 0.8 of a cell alone
    }));
  });
});

describe("SARIF", () => {
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(new URL("../fixtures/schemas/sarif-2.1.0-rtm.5.json", import.meta.url), "utf8")) as Record<string, unknown>;
  const uri = /^(?:[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*)$/i, reference = /^[^\s<>"{}|\\^`]*$/;
  const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats: { uri, "uri-reference": (t: string) => reference.test(t) && !/%(?![0-9a-f]{2})/i.test(t), "date-time": true } }).compile(schema);

  test.each([["the sample", sample], ["a hostile one", hostile]])("of %s is valid against its schema", (_, result) => {
    expect(validate(JSON.parse(checkSarif(result, { folder, readings: ["strict", "extended", "literal"] }))), JSON.stringify(validate.errors)).toBe(true);
  });
  test("whose schema refuses other levels", () => {
    expect(validate(JSON.parse(checkSarif(sample, { folder }).replace('"level": "error"', '"level": "dreadful"')))).toBe(false);
  });
  test("has each finding on its line, and its rule", () => {
    const { runs: [run] } = JSON.parse(checkSarif(sample, { folder })) as { runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string; kind: string; locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } }; logicalLocations: { name: string }[] }[] }[] }[] };
    expect(run!.results.map((r) => [r.ruleId, r.kind, r.level, r.locations[0]!.logicalLocations[0]!.name, r.locations[0]!.physicalLocation.artifactLocation.uri, r.locations[0]!.physicalLocation.region.startLine])).toEqual([
      ["critical", "fail", "error", "JRST[f=1]", "isa-specs/sample/10-control.isa", 120], ["critical", "fail", "error", "JRST[f=4]", "isa-specs/sample/10-control.isa", 120],
      ["critical-extended", "fail", "warning", "RSW", "isa-specs/sample/20-io.isa", 44], ["open", "open", "none", "FAD", "isa-specs/sample/20-io.isa", 51], ["partly-trapping", "fail", "note", "MOVE", "isa-specs/sample/01-moves.isa", 3],
    ]);
    for (const r of run!.results) expect(run!.tool.driver.rules[r.ruleIndex]!.id).toBe(r.ruleId);
  });
  test("gives paths as URIs", () => {
    expect(uriOf("my specs/a:b#1%.isa")).toBe("my%20specs/a%3Ab%231%25.isa");
  });
});

test("JUnit is well formed, with the counts that it names", () => {
  for (const result of [sample, hostile]) {
    const all = elements(checkJunit(result, { folder }).trimEnd(), new Set());
    const suites = all.filter((e) => e.name === "testsuite");
    const sum = (name: string): number => suites.reduce((n, s) => n + Number(s.attributes.get(name)), 0);
    expect(suites).toHaveLength(4);
    expect([sum("tests"), sum("failures"), sum("errors")]).toEqual(["testcase", "failure", "error"].map((name) => all.filter((e) => e.name === name).length));
    for (const name of ["tests", "failures", "errors"]) expect(Number(all[0]!.attributes.get(name))).toBe(sum(name));
  }
});

test("CSV has, read back, as many fields on each line, and none that computes", () => {
  const read = (text: string): string[][] => {
    const rows: string[][] = [[]];
    for (let rest = text; rest !== ""; ) {
      const [whole, field, end] = /^((?:"(?:[^"]|"")*"|[^",\r\n]*))(,|\r\n)/.exec(rest)! as unknown as [string, string, string];
      rows.at(-1)!.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
      if (end === "\r\n") rows.push([]);
      rest = rest.slice(whole.length);
    }
    expect(rows.pop()).toEqual([]);
    return rows;
  };
  const evil: CheckResult = { ...hostile, instructions: hostile.instructions.map((i) => ({ ...i, id: `=cmd|' /C calc'!${i.id}`, title: `@SUM(1)"${i.title}` })) };
  for (const result of [sample, evil]) {
    const rows = read(checkCsv(result));
    expect(rows).toHaveLength(result.instructions.length + 1);
    for (const row of rows) {
      expect(row).toHaveLength(rows[0]!.length);
      for (const field of row) expect(field).not.toMatch(/^[=+\-@\t\r]/);
    }
  }
  expect(read(checkCsv(sample))[3]!.slice(0, 6)).toEqual(["JRST[f=1]", "Jump and set user mode", "PRH 2.9", "10-control.isa", "120", "critical"]);
});

test("GitHub's annotations are one command a line, and a specification can't add one", () => {
  for (const result of [sample, hostile]) {
    const lines = checkGithub(result, { folder }).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines).toHaveLength(9); // three critical, one open, one notice, four verdicts
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) (?:(?:file|line|title)=[^:,\r\n]*,?)+::[^\r\n]*$/);
  }
});

test("Markdown makes no elements, links or columns of what a specification says", () => {
  const plain = checkMarkdown(sample, {}).split("\n"), evil = checkMarkdown(hostile, {}).split("\n");
  expect(evil).toHaveLength(plain.length);
  evil.forEach((line, i) => {
    const bare = line.replace(/(`+)[^`].*?\1(?!`)/g, "");
    expect(bare.replace(/^<\/?(details|summary)>.*/, "")).not.toMatch(/<|(^|[^\\])\[|@/);
    const columns = (text: string): number => text.replaceAll("\\|", "").split("|").length;
    if (plain[i]!.startsWith("|")) expect(columns(line)).toBe(columns(plain[i]!));
  });
});
