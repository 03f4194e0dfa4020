/**
 * The tiny machines are what `expected.ts` says they are made of: every file has an entry, every entry's instructions
 * and configuration exist, and the table agrees with itself (sections 3 and 4 of `model.md`). Whether the classes are
 * right is for the tests of the rooms that derive them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { elaborate } from "../../src/language/elaborate.js";
import { parse } from "../../src/language/parse.js";
import { expected, type ClassName, type ExpectedMachine } from "./expected.js";

const folder = new URL(".", import.meta.url);

const files = readdirSync(folder).filter((name) => name.endsWith(".isa")).sort();

test("every tiny machine has an entry, and every entry a machine", () => {
  expect([...new Set(expected.map(({ file }) => file))].sort()).toEqual(files);
});

describe.each(expected)("$file under $configuration", (entry) => {
  const parsed = parse(entry.file, readFileSync(new URL(entry.file, folder), "utf8"));
  const { machine, diagnostics } = elaborate([parsed.source]);

  test("is a machine, with exactly these instructions and this configuration", () => {
    expect([...parsed.diagnostics, ...diagnostics]).toEqual([]);
    expect(machine?.instructions.map(({ id }) => id)).toEqual(Object.keys(entry.classes));
    expect(machine?.configurations.map(({ name }) => name)).toContain(entry.configuration);
  });

  test.each(Object.entries(entry.classes))("the classes of %s agree with each other", (_id, classes) => {
    const is = (name: ClassName): boolean => classes.includes(name);
    expect(new Set(classes).size).toBe(classes.length);
    expect(is("innocuous")).toBe(!isStrictlySensitive(classes));
    expect(is("innocuous-extended")).toBe(!isStrictlySensitive(classes) && !is("control-extended") && !is("resource"));
    if (is("control")) expect(is("control-extended")).toBe(true);
    if (is("user-control")) expect(is("control")).toBe(true);
    if (is("user-location")) expect(is("location")).toBe(true);
    if (is("user-resource")) expect(is("resource")).toBe(true);
    if (is("always-traps")) expect(classes).toEqual(["always-traps", "innocuous", "innocuous-extended"]);
    if (is("privileged")) expect(is("partly-trapping")).toBe(false);
  });

  test("the conditions follow from the classes", () => {
    expect(every(entry, (c) => !isStrictlySensitive(c))).toBe(entry.theorem1.strict);
    expect(every(entry, (c) => c.includes("innocuous-extended"))).toBe(entry.theorem1.extended);
    expect(every(entry, (c) => !c.includes("user-control") && !c.includes("user-location"))).toBe(entry.theorem3.strict);
    if (entry.theorem3.extended) expect(every(entry, (c) => !c.includes("user-control") && !c.includes("user-location") && !c.includes("user-resource"))).toBe(true);
  });
});

const isStrictlySensitive = (classes: readonly ClassName[]): boolean =>
  classes.includes("control") || classes.includes("location") || classes.includes("mode");

/** Whether every instruction that is not privileged has a property. */
const every = (entry: ExpectedMachine, holds: (classes: readonly ClassName[]) => boolean): boolean =>
  Object.values(entry.classes).every((classes) => classes.includes("privileged") || holds(classes));
