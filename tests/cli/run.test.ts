/** `run`, `list`, `export` and `format`. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { popek, popekProcess, ROOT, temporary } from "./popek.js";

vi.setConfig({ testTimeout: 60_000 });

const PROGRAMS = "isa-specs/third-generation/programs";
const SUM = `${PROGRAMS}/sum.s`;

interface Ran { readonly end: { readonly why: string; readonly detail?: string }; readonly instructions: number; readonly traps: number; readonly changed: readonly { readonly name: string; readonly after: string }[]; readonly trace?: readonly unknown[] }
const run = async (...args: readonly string[]): Promise<{ readonly code: number | null; readonly ran: Ran }> => {
  const { code, stdout, stderr } = await popek(["run", "third-generation", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  return { code, ran: JSON.parse(stdout) as Ran };
};

describe("run", () => {
  test("to the halt, and shows what has changed", async () => {
    const { code, ran } = await run(SUM);
    expect(code).toBe(0);
    expect(ran).toMatchObject({ end: { why: "halt" }, traps: 0 });
    expect(ran.changed).toContainEqual({ name: "r[1]", before: "0000", after: "0064" });
  });
  test("shows what the program has sent to the console, a line at a time", async () => {
    const { stdout } = await popek(["run", "third-generation", `${PROGRAMS}/kernel.s`]);
    expect(stdout).toMatch(/^halted after \d+ instructions and \d+ traps\n {2}\| Hi\n\n/);
    expect((await run(`${PROGRAMS}/kernel.s`)).ran).toMatchObject({ console: "Hi" });
    expect((await run(SUM)).ran).not.toHaveProperty("console");
  });
  test("tells the same story step by step as at full speed", async () => {
    for (const program of ["sum", "kernel", "escape", "monitor"]) {
      const { ran: fast } = await run(`${PROGRAMS}/${program}.s`), { ran: slow } = await run(`${PROGRAMS}/${program}.s`, "--trace");
      const { trace, ...rest } = slow;
      expect(rest).toEqual(fast);
      expect(trace!.length).toBeGreaterThan(10);
    }
  });
  test("stops at a breakpoint, by label and by address", async () => {
    expect((await run(SUM, "--break", "loop")).ran.end).toEqual({ why: "breakpoint", detail: "0014" });
    expect((await run(SUM, "--break", "14")).ran.end).toEqual({ why: "breakpoint", detail: "0014" });
  });
  test("stops at a limit: as asked for 0, otherwise open", async () => {
    const file = join(temporary(), "forever.s");
    writeFileSync(file, "loop: JMP loop\n");
    expect(await run(file, "--limit", "1000")).toMatchObject({ code: 0, ran: { end: { why: "limit" }, instructions: 1000 } });
    expect(await run(SUM, "--limit", "0")).toMatchObject({ code: 0, ran: { instructions: 0 } });
  });
  test("starts from other register values", async () => {
    const { code, ran } = await run(SUM, "--init", "b=0", "--limit", "3");
    expect(code).toBe(0);
    expect(ran.traps).toBeGreaterThan(0);
  });
  test("traces instructions in text as they go by", async () => {
    const { stdout } = await popek(["run", "third-generation", SUM, "--trace", "--limit", "2"]);
    expect(stdout).toMatch(/^0000 {2}40000010 +JMP 0x10 +PC 0000 -> 0010\n0010 {2}30100000 +MOVI r1, 0 +PC 0010 -> 0012\n\nat the limit after 2 instructions and 0 traps\n/);
  });
  test("is stepped through from standard input", async () => {
    const { code, stdout, stderr } = await popekProcess(["run", "third-generation", SUM, "--step"], { input: "\n2\nd\nq\n" });
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((l) => /^00/.test(l))).toHaveLength(4);
    expect(stdout).toContain("left after 4 instructions");
    expect(stderr).toContain("Cells that are not zero");
  });
  test("loads an image", async () => {
    const file = join(temporary(), "halt.image");
    writeFileSync(file, "; a halt\nentry 20\n20: 5000\n");
    expect((await run(file)).ran).toMatchObject({ end: { why: "halt" }, instructions: 1 });
  });
  test.each([
    ["an address out of range", ".org 0x10000\nHLT\n"], ["an unknown mnemonic", "FROB r1\n"], ["an operand that does not fit", "MOV r9, r1\n"], ["an image with nonsense", "10: zz\n"],
    ["a label that is nowhere", "JMP nowhere\n"],
  ])("with %s is refused, with the place", async (_what, text) => {
    const file = join(temporary(), "bad.s");
    writeFileSync(file, text);
    const { code, stdout, stderr } = await popek(["run", "third-generation", file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error\[P80\d\d\]: /);
    expect(stderr).toMatch(/bad\.s:[12]:/);
  });
});

describe("list", () => {
  test.each(["summary", "instructions", "components", "configurations", "traps", "obligations"])("%s, as text and as JSON", async (what) => {
    const text = await popek(["list", "third-generation", what]);
    const json = await popek(["list", "third-generation", what, "--format", "json"]);
    expect([text.code, json.code, text.stderr, json.stderr]).toEqual([0, 0, "", ""]);
    expect(text.stdout.trimEnd().split("\n").length - (JSON.parse(json.stdout) as unknown[]).length).toBe(what === "summary" ? 2 : 1);
  });
});

describe("export", () => {
  test("writes each kind of obligation as a self-contained script", async () => {
    const { stdout } = await popek(["list", "third-generation", "obligations", "--only", "SRB", "--format", "json"]);
    for (const { obligation } of JSON.parse(stdout) as { obligation: string }[]) {
      const { code, stdout: script } = await popek(["export", "third-generation", "--obligation", obligation]);
      expect(code).toBe(0);
      expect(script).toContain(`obligation ${obligation}\n`);
      expect(script).toMatch(/\(set-logic QF_BV\)[\s\S]*\(check-sat\)\n$/);
    }
  });
});

describe("format", () => {
  test("is checked, written, and then found in order", async () => {
    const folder = temporary(), file = join(folder, "toy.isa");
    copyFileSync(join(ROOT, "tests/machines/toy.isa"), file);
    writeFileSync(file, readFileSync(file, "utf8").replace("  bits lsb0", "bits   lsb0"));
    expect(await popek(["format", folder, "--check"])).toEqual({ code: 1, stdout: `${file}\n`, stderr: "" });
    expect(await popek(["format", folder, "--write"])).toEqual({ code: 0, stdout: "", stderr: `formatted ${file}\n` });
    expect(await popek(["format", folder, "--check"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await popek(["format", file])).stdout).toBe(readFileSync(file, "utf8"));
  });
  test("writes nothing if one file is bad", async () => {
    const folder = temporary();
    writeFileSync(join(folder, "a.isa"), "omits   \"x\"");
    writeFileSync(join(folder, "b.isa"), "omits (");
    const { code, stderr } = await popek(["format", folder, "--write"]);
    expect(code).toBe(2);
    expect(stderr).toContain("b.isa:1:");
    expect(readFileSync(join(folder, "a.isa"), "utf8")).toBe("omits   \"x\"");
  });
});
