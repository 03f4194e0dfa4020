/** `popek vmm run`: its report, its JSON by the schema, events, and what is refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test, vi } from "vitest";
import { popek, temporary } from "../cli/popek.js";
import type { VmmRunResult } from "../../src/report/vmm-run.js";
import { PROGRAMS } from "./guests.js";

vi.setConfig({ testTimeout: 60_000 });

const KERNEL = `${PROGRAMS}/two-processes.s`;
const validate = new Ajv().compile(JSON.parse(readFileSync("src/report/vmm-run.schema.json", "utf8")) as object);
const run = async (...args: readonly string[]): Promise<{ readonly code: number | null; readonly result: VmmRunResult }> => {
  const { code, stdout, stderr } = await popek(["vmm", "run", "third-generation", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  const result = JSON.parse(stdout) as VmmRunResult;
  expect(validate(result), JSON.stringify(validate.errors)).toBe(true);
  return { code, result };
};

describe("vmm run", () => {
  test("says what guests said, and what the monitor had to do", async () => {
    const { code, stdout } = await popek(["vmm", "run", "third-generation", "--guest", KERNEL, "--size", "0x200"]);
    expect(code).toBe(0);
    expect(stdout).toContain("| ababa!aa.");
    expect(stdout).toMatch(/97\.\d\d % of its instructions ran directly/);
    expect(stdout).toMatch(/supervisorOperation .* 27 +27 +0/);
  });
  test("two guests, events, five monitors, in lock step", async () => {
    const file = join(temporary(), "events");
    writeFileSync(file, "; the clock\nevery 300 clock\n2: 1000 clock\n");
    const { code, result } = await run("--guest", KERNEL, "--guest", KERNEL, "--size", "0x200", "--monitor", "recursive:2", "--events", file, "--lock-step", "--quantum", "37");
    expect(code).toBe(0);
    expect(result.monitor).toEqual({ kind: "trap-and-emulate", depth: 2 });
    expect(result.guests.map((g) => [g.program, g.end.why, g.console, g.events.delivered, g.events.waiting])).toEqual([["1: two-processes.s", "halt", "ab~b~!~a~a~a~a~~.", 8, 0], ["2: two-processes.s", "halt", "ab~b~!~~a~a~~a~a~.", 9, 0]]);
    expect(result.lockStep!.divergence).toBeUndefined();
    expect(result.lockStep!.comparisons).toBeGreaterThan(50);
  });
  test("the same arguments give the same bytes", async () => {
    const once = (): Promise<{ readonly stdout: string }> => popek(["vmm", "run", "third-generation", "--guest", KERNEL, "--monitor", "hybrid", "--format", "json"]);
    expect((await once()).stdout).toBe((await once()).stdout);
  });
  test("a limit that was asked for is as expected, another is open", async () => {
    const file = join(temporary(), "forever.s");
    writeFileSync(file, "loop: JMP loop\n");
    expect((await run("--guest", file, "--limit", "1000")).code).toBe(0);
    expect((await run("--guest", file, "--limit", "1000")).result.guests[0]).toMatchObject({ end: { why: "limit" }, instructions: 1000, direct: 1000, interpreted: 0 });
  });

  const events = (text: string): string[] => {
    const file = join(temporary(), "events");
    writeFileSync(file, text);
    return ["--events", file];
  };
  test.each<[string, () => readonly string[], RegExp]>([
    ["a monitor that there is not", () => ["--monitor", "paravirtual"], /--monitor paravirtual is no monitor/],
    ["recursive without a depth", () => ["--monitor", "recursive"], /recursive:2/],
    ["guests that do not fit", () => ["--size", "4096"], /do not fit into 4096 cells\n  hint: --size 2048 fits/],
    ["a guest outside its cells", () => ["--size", "0x100"], /places a word at 1.., outside its 256 cells/],
    ["an invariant broken", () => ["--size", "8"], /places a word|breaks an invariant/],
    ["an event that there is not", () => events("1 clok"), /has no interrupt clok\n  hint: did you mean clock/],
    ["an event with arguments", () => events("1 clock 7"), /clock has 0 arguments, and 1 are given/],
    ["an event for nobody", () => events("3: 1 clock"), /there is no guest 3/],
    ["a line that is none", () => events("clock"), /line 1: clock is no event/],
    ["an option given twice", () => ["--monitor", "hybrid", "--monitor", "hybrid"], /--monitor is given more than once/],
  ])("refuses %s", async (_, args, message) => {
    const { code, stdout, stderr } = await popek(["vmm", "run", "third-generation", "--guest", KERNEL, ...args()]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
  test("a machine without a monitor", async () => {
    const { code, stderr } = await popek(["vmm", "run", "tests/machines/baseline.isa", "--guest", KERNEL]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/says nothing about a monitor|runs no programs/);
  });
  test("vmm by itself, and vmm something", async () => {
    expect((await popek(["vmm"])).code).toBe(2);
    expect((await popek(["vmm", "rum"])).stderr).toMatch(/there is no command vmm rum\n  hint: did you mean popek vmm run/);
  });
});
