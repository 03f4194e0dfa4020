/** `popek redpill`: its text, its JSON by the schema, its exit codes, and that what it prints can be run. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test, vi } from "vitest";
import { popek, temporary } from "../cli/popek.js";
import type { RedPillResult } from "../../src/vmm/red-pill-result.js";
import { BODIES, textWith } from "./red-pill-machines.js";

vi.setConfig({ testTimeout: 120_000 });

const validate = new Ajv().compile(JSON.parse(readFileSync("src/report/red-pill.schema.json", "utf8")) as object);

async function result(...args: readonly string[]): Promise<{ readonly code: number | null; readonly result: RedPillResult }> {
  const { code, stdout, stderr } = await popek(["redpill", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  const read = JSON.parse(stdout) as RedPillResult;
  expect(validate(read), JSON.stringify(validate.errors)).toBe(true);
  return { code, result: read };
}

function file(bodies: Readonly<Record<string, string>>): string {
  const path = join(temporary(), "pills.isa");
  writeFileSync(path, textWith(Object.entries(bodies)));
  return path;
}

test("the PDP-10's JSP, as a person reads it", async () => {
  const { code, stdout, stderr } = await popek(["redpill", "pdp10", "JSP"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n").slice(3).join("\n")).toBe(`JSP  Jump and save PC  ${/10-control\.isa:\d+/.exec(stdout)![0]}
  a program of 2 instructions:
    000100  JSP 0,101  instruction
    000101  JRST 4,0   end
  The two part with instruction 1: AC[00] is 000000000101 bare, 010000000101 under the monitor. In
  the end:
                  bare          under the monitor
    end           halted        halted
    instructions  2             2
    AC[00]        000000000101  010000000101

1 critical instruction of those looked at, 1 with a red pill.
`);
});

test("what it prints runs, and shows just that", async () => {
  const path = file({ showMode: BODIES.showMode });
  const { result: { pills } } = await result(path);
  const found = pills[0]!.result;
  if (found.answer !== "found" || found.pill.form !== "program") throw new Error("no program");
  const source = join(temporary(), "pill.s");
  writeFileSync(source, found.pill.source);
  const bare = await popek(["run", path, source, "--format", "json"]);
  expect(bare.code).toBe(0);
  expect(bare.stdout).toContain('"end": {\n    "why": "halt"');
  const { code, stdout } = await popek(["vmm", "run", path, "--guest", source, "--size", String(found.pill.size), "--lock-step"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/diverges from its bare machine with its instruction number 1/);
  expect(stdout).toMatch(/A +0000 +0001/);
});

describe("what else it may come to", () => {
  test("no critical instruction", async () => {
    const { code, stdout } = await popek(["redpill", "third-generation"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/No red pill: no instruction of this machine is critical/);
  });
  test("two states, where nothing says how programs run", async () => {
    const { code, result: { pills, critical } } = await result("tests/machines/mode.isa");
    expect(code).toBe(0);
    expect(pills.map((p) => p.id)).toEqual(critical);
    for (const { result: found } of pills) expect(found).toMatchObject({ answer: "found", pill: { form: "states", breaks: "fidelity" } });
  });
  test("a guest that halts the real machine", async () => {
    const { code, stdout } = await popek(["redpill", "tests/machines/halting.isa", "HLT"]);
    expect(code).toBe(0);
    expect(stdout).toContain("halts the real machine");
  });
  test("two states, where no program leads to the one that shows it", async () => {
    const { result: { pills } } = await result(file({ showMask: BODIES.showMask }));
    expect(pills).toMatchObject([{ id: "showMask", result: { answer: "found", pill: { form: "states" } } }]);
    expect(pills[0]!.trials).toBeGreaterThan(100);
  });
  test("critical, but carried: what is shown of the place is the same in every allotment", async () => {
    const path = file({ showLow: "A := 15'0 @ l[0]" });
    const { code, result: { pills } } = await result(path, "--block", "2");
    expect(code).toBe(0);
    expect(pills).toMatchObject([{ id: "showLow", result: { answer: "none" } }]);
    expect((await popek(["redpill", path, "--block", "2"])).stdout).toMatch(/none: .*this monitor carries it[\s\S]*1 that this monitor carries nevertheless/);
  });
  test("open, where the engines may not decide", async () => {
    const { code, result: { undecided, pills } } = await result(file({ load: BODIES.load }), "--engine", "structural");
    expect(code).toBe(3);
    expect(undecided.length).toBeGreaterThan(0);
    expect(pills.every((p) => p.result.answer === "open")).toBe(true);
  });
  test("bad input", async () => {
    for (const [args, message] of [[["third-generation", "LPSV"], /did you mean LPSW/], [["third-generation", "--monitor", "hybird"], /--monitor hybird is not among/], [["third-generation", "--block", "3"], /no power of two/]] as const) {
      const { code, stdout, stderr } = await popek(["redpill", ...args]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(message);
    }
  });
});

test("the same arguments give the same bytes", async () => {
  const path = file({ showPlace: BODIES.showPlace, enterUser: BODIES.enterUser });
  const once = async (): Promise<string> => (await popek(["redpill", path, "--format", "json"])).stdout;
  expect(await once()).toBe(await once());
});
