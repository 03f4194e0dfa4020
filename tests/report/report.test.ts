/** The reports of the sample result, held against files; re-bless with `npx vitest run tests/report -u` and read the difference. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { checkJson } from "../../src/report/check-json.js";
import { checkText, type CheckTextOptions } from "../../src/report/check-text.js";
import { explainJson, explainText } from "../../src/report/explain-text.js";
import { compare, ExpectationError, readExpectation, readJsonExpectation } from "../../src/report/expectation.js";
import { columns, paragraph, wrap } from "../../src/report/layout.js";
import { witnessText } from "../../src/report/witness-text.js";
import type { CheckResult } from "../../src/verdict/result.js";
import { controlWitness, modeWitness, sample } from "./sample.js";

const options: CheckTextOptions = { color: false, width: 100, verbose: false, sourceLine: (file, line) => (file === "10-control.isa" && line === 123 ? "    User := 1" : undefined) };
const withoutColors = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "");

describe("the text of a check", () => {
  test.each([
    ["plain", options],
    ["verbose", { ...options, verbose: true }],
    ["folded", { ...options, fold: true, readings: ["strict"] as const }],
    ["literal", { ...options, readings: ["literal"] as const }],
    ["narrow", { ...options, width: 72 }],
  ])("%s", async (name, o) => {
    await expect(checkText(sample, o)).toMatchFileSnapshot(`golden/check-${name}.txt`);
  });

  test("says the same with and without colour", () => {
    const colored = checkText(sample, { ...options, color: true });
    expect(colored).not.toBe(checkText(sample, options));
    expect(withoutColors(colored)).toBe(checkText(sample, options));
  });

  test("claims no more than the paper", () => {
    const text = checkText(sample, { ...options, verbose: true });
    expect(text).not.toMatch(/cannot be virtuali|can not be virtuali|not virtualizable|\biff\b|if and only if/i);
    expect(text).toContain("does not meet the condition of Theorem 1, because of");
    expect(text).toContain("meets the condition of Theorem 3");
  });

  test("names every instruction once in the table, unless folded", () => {
    const text = checkText(sample, options);
    for (const { id } of sample.instructions) expect(text.split("\n").filter((l) => l.startsWith(`  ${id} `)).length).toBeGreaterThanOrEqual(1);
  });

  test("has no trailing blanks and ends with one newline", () => {
    const text = checkText(sample, { ...options, verbose: true });
    expect(text).not.toMatch(/[ \t]$/m);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test("of a machine without instructions is still a report", () => {
    const empty: CheckResult = { ...sample, instructions: [], theorems: [], premises: [], notModelled: [], statistics: { questions: 0, answeredBy: {}, open: 0 } };
    expect(checkText(empty, options)).toContain("0 instructions");
  });
});

describe("a witness", () => {
  test("of two states stands side by side where there is room, and one under the other where not", () => {
    const wide = witnessText(modeWitness, options), narrow = witnessText(modeWitness, { ...options, width: 40 });
    expect(wide.some((l) => l.includes("executive") && l.includes("userMode"))).toBe(true);
    expect(narrow.some((l) => l.includes("executive") && l.includes("userMode"))).toBe(false);
    expect(narrow.join("\n")).toContain("userMode");
  });

  test("marks what differs, what is necessary and what shows it", () => {
    expect(witnessText(modeWitness, options).find((l) => l.includes(" User "))).toMatch(/0 +1 +differs needed$/);
    expect(witnessText(controlWitness, options).find((l) => l.includes(" PC "))).toMatch(/000100 -> 000000 +needed shows$/);
  });

  test("quotes the line of the specification and the choices it needs", () => {
    expect(witnessText(controlWitness, options).at(-1)).toBe("    10-control.isa:123: User := 1");
    expect(witnessText(modeWitness, options).join("\n")).toContain("HALT.1 = 1");
  });
});

describe("explain", () => {
  const some: CheckResult = { ...sample, instructions: sample.instructions.filter((i) => i.mnemonic === "JRST") };
  test("as text", async () => {
    await expect(explainText(some, options)).toMatchFileSnapshot("golden/explain.txt");
  });
  test("as JSON has the instructions of the check", () => {
    const { instructions } = JSON.parse(explainJson(some)) as { instructions: unknown };
    expect(instructions).toEqual((JSON.parse(checkJson(some)) as { instructions: unknown }).instructions);
  });
});

describe("the JSON of a check", () => {
  const schema = JSON.parse(readFileSync(new URL("../../src/report/check.schema.json", import.meta.url), "utf8")) as object;
  const validate = new Ajv({ allErrors: true }).compile(schema);

  test("is what the file says", async () => {
    await expect(checkJson(sample)).toMatchFileSnapshot("golden/check.json");
  });
  test("fits its schema", () => {
    expect(validate(JSON.parse(checkJson(sample))), JSON.stringify(validate.errors)).toBe(true);
  });
  test("whose schema refuses other answers, classes and missing keys", () => {
    const text = checkJson(sample);
    expect(validate(JSON.parse(text.replace('"answer": "holds"', '"answer": "probably"')))).toBe(false);
    expect(validate(JSON.parse(text.replace('"always-traps"\n', '"never-traps"\n').replace('"always-traps",', '"never-traps",')))).toBe(false);
    expect(validate({ ...(JSON.parse(text) as object), theorems: undefined })).toBe(false);
  });
  test("is the same bytes whatever the order of keys in the result", () => {
    const shuffled = JSON.parse(JSON.stringify(sample), (_, v: unknown) => (typeof v === "object" && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).reverse()) : v)) as CheckResult;
    expect(checkJson(shuffled)).toBe(checkJson(sample));
  });
});

describe("layout", () => {
  test("wraps between words and never loses one", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("incomprehensibilities a", 5)).toEqual(["incomprehensibilities", "a"]);
    expect(paragraph("- ", "one two three", 22)).toEqual(["- one two three"]);
  });
  test("aligns columns and leaves nothing at the ends of lines", () => {
    expect(columns([[{ text: "a" }, { text: "bb" }, { text: "" }], [{ text: "ccc" }, { text: "d" }, { text: "e" }]])).toEqual(["a    bb", "ccc  d   e"]);
  });
});

describe("an expectation", () => {
  const differences = (text: string): readonly string[] | "as expected" => {
    const comparison = compare(sample, readExpectation(text));
    return comparison.kind === "as-expected" ? "as expected" : comparison.differences;
  };
  test.each([
    "theorem1=fails", "theorem1.literal=fails", "theorem3.strict=holds,theorem3.extended=open", "critical=JRST[f=1]", "critical.extended=RSW", "critical!=RSW", "critical!=CONO",
    "privileged=CONO, privileged!=MOVE", "partly-trapping=MOVE", "innocuous=RSW,innocuous-extended!=RSW", " theorem1=fails , critical=JRST[f=4] ",
  ])("%s is met", (text) => {
    expect(differences(text)).toBe("as expected");
  });
  test.each([
    ["theorem1=holds", ["Theorem 1, strict: expected holds, found fails", "Theorem 1, extended: expected holds, found fails"]],
    ["critical=CONO", ["CONO is critical, strict: expected holds, found fails"]],
    ["critical=none", ["critical, strict: expected none, found JRST[f=1] JRST[f=4]"]],
    ["privileged=MOVE", ["MOVE is privileged: expected holds, found fails"]],
  ])("%s is not", (text, expected) => {
    expect(differences(text)).toEqual(expected);
  });
  test("that only open answers stand against is itself open", () => {
    expect(compare(sample, readExpectation("location=FAD,theorem3.extended=holds"))).toMatchObject({ kind: "otherwise", isOpen: true });
    expect(compare(sample, readExpectation("location=FAD,theorem1=holds"))).toMatchObject({ kind: "otherwise", isOpen: false });
  });
  test.each(["", "theorem1", "theorem1=perhaps", "theorem4=holds", "theorem1.weak=holds", "critical=NOSUCH", "critcal=MOVE", "privileged.strict=MOVE", "theorem1!=holds"])("%j is refused", (text) => {
    expect(() => compare(sample, readExpectation(text))).toThrow(ExpectationError);
  });
  test("is met by the very result, as JSON", () => {
    expect(compare(sample, readJsonExpectation(checkJson(sample)))).toEqual({ kind: "as-expected" });
    const part = JSON.stringify({ theorems: [{ theorem: 1, reading: "strict", answer: "fails", critical: ["MOVE"] }], instructions: [{ id: "MOVE", classes: ["innocuous"] }] });
    expect(compare(sample, readJsonExpectation(part))).toMatchObject({ differences: ["Theorem 1, strict, critical: expected MOVE, found not MOVE, also JRST[f=1] JRST[f=4]", "MOVE, classes: expected innocuous, found also partly-trapping innocuous-extended"] });
  });
  test.each(["[]", "{}", "nonsense", '{"theorems": 5}', '{"theorems": [5]}', '{"theorems": [{"theorem": 9}]}', '{"instructions": [{"id": "NOSUCH"}]}'])("that is no expectation is refused: %s", (text) => {
    expect(() => compare(sample, readJsonExpectation(text))).toThrow(ExpectationError);
  });
});
