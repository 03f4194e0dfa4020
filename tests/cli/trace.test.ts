/** `trace` and `replay`: what they write and read, their exit codes, and files that mean harm. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { popek, ROOT, temporary } from "./popek.js";

vi.setConfig({ testTimeout: 60_000 });

const CONTROL = "tests/machines/control.isa";
const traced = async (...more: readonly string[]): Promise<string> => (await popek(["trace", CONTROL, "JSTU", ...more])).stdout;
async function saved(change: (trace: Record<string, unknown>) => unknown = (t) => t): Promise<string> {
  const file = join(temporary(), "trace.json");
  writeFileSync(file, JSON.stringify(change(JSON.parse(await traced("--format", "json")) as Record<string, unknown>)));
  return file;
}

describe("trace", () => {
  test("shows a run state by state", async () => {
    const { code, stdout, stderr } = await popek(["trace", CONTROL, "JSTU"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/control-sensitive: a state from which the step is done[^]*0 {2}start\n {5}mode +s\n[^]*1 {2}JSTU 0\n {5}outcome +done\n {5}mode +u\n {5}M +1 +shows\n/);
  });
  test("shows two runs side by side, and what delivering a trap makes of one", async () => {
    const { stdout } = await popek(["trace", "pdp10", "JRST[f=1]", "--question", "partly-trapping"]);
    expect(stdout).toMatch(/S1 reference: the bare machine {2}S2 virtual: the real machine under[^]*delivery of bounds/);
  });
  test("follows what an instruction executes", async () => {
    expect((await popek(["trace", "pdp10", "xct[jsp]"])).stdout).toMatch(/1 {2}XCT [^]*2 {2}JSP 0,0/);
  });
  test.each(["text", "json", "itf", "vcd"])("%s is the same bytes again, and has no path of this machine in it", async (format) => {
    const first = await popek(["trace", join(ROOT, CONTROL), "JSTU", "--format", format]);
    expect(await popek(["trace", join(ROOT, CONTROL), "JSTU", "--format", format, "--no-cache"])).toEqual(first);
    expect(first.stdout).not.toContain(ROOT);
  });
  test.each<[string[], RegExp, number]>([
    [["pdp10", "JRST"], /names 16 instructions of pdp10\n {2}hint: name one: JRST\[f=0\], /, 2],
    [["pdp10", "JPS"], /no instruction JPS/, 2],
    [[CONTROL, "JSTU", "--question", "sensitive"], /--question sensitive is no claim\n {2}hint: claims: control, mode/, 2],
    [[CONTROL, "JSTU", "--question", "location"], /JSTU has no witness for location: it fails, known by structural\n {2}hint: there are witnesses for control/, 1],
    [[CONTROL, "JSTU", "--engine", "structural", "--question", "control"], /whether JSTU is control is open/, 3],
    [["third-generation", "LPSW", "--monitor", "magic"], /--monitor magic is no monitor/, 2],
    [["third-generation", "LPSW", "--monitor", "hybrid", "--question", "mode"], /--question mode is no property of a monitor\n {2}hint: properties: fidelity, safety, efficiency/, 2],
  ])("%j is told in a line", async (args, message, expected) => {
    const { code, stdout, stderr } = await popek(["trace", ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toMatch(message);
  });
});

describe("the trace of a red pill", () => {
  const pill = async (change: (trace: { [name: string]: unknown; guest: { monitor: string; size: number }; runs: { states: { values: Record<string, string> }[] }[] }) => void = () => undefined): Promise<string> => {
    const file = join(temporary(), "pill.json");
    const trace = JSON.parse((await popek(["trace", "pdp10", "JRST[f=1]", "--red-pill", "--format", "json"])).stdout) as Parameters<typeof change>[0];
    change(trace);
    writeFileSync(file, JSON.stringify(trace));
    return file;
  };

  test("has the guest on its bare machine and under the monitor, instruction by instruction", async () => {
    const { code, stdout, stderr } = await popek(["trace", "pdp10", "JRST[f=1]", "--red-pill"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/1 {2}JRST 1,101\n {5}outcome +done +directly\n {5}mode +userMode +executive\n[^]*2 {2}JRST 4,0\n {5}outcome +trap uuo\(254200000000\), halted +by the monitor, halted\n/);
    expect(stdout).toMatch(/core\[000040\] +254200000000 +000000000000 +shows\n/);
  });
  test("is taken again: 0, by either monitor of its own", async () => {
    const file = await pill();
    expect(await popek(["replay", file])).toEqual({ code: 0, stdout: "JRST[f=1], fidelity fails: still so. a guest that ends differently bare and under the monitor: core[000040]\n", stderr: "" });
    expect((await popek(["replay", await pill((t) => { t.guest.monitor = "hybrid"; })])).stdout).toMatch(/no longer so: S2, JRST 1,101: the trace has directly, the machine by the monitor/);
  });
  test.each<[string, Parameters<typeof pill>[0], RegExp]>([
    ["another value", (t) => { t.runs[1]!.states[1]!.values["PC"] = "000102"; }, /S2, JRST 1,101: PC is 000102 in the trace and 000101 on the machine/],
    ["another program, which shows nothing", (t) => { for (const run of t.runs) for (const s of run.states) s.values["core[000100]"] = "254200000000"; }, /no longer so: /],
    ["more storage than there is beside a monitor", (t) => { t.guest.size = 2 ** 18; }, /a guest of 262144 cells does not fit beside a monitor/],
    ["one run", (t) => { t.runs.pop(); }, /the trace has one run/],
  ])("%s: 1", async (_, change, message) => {
    expect(await popek(["replay", await pill(change)])).toMatchObject({ code: 1, stderr: "", stdout: expect.stringMatching(message) as string });
  });
  test("itf and vcd have both runs, as of a witness", async () => {
    expect((await popek(["trace", "pdp10", "JRST[f=1]", "--red-pill", "--format", "vcd"])).stdout).toMatch(/\$scope module S1 \$end[^]*\$scope module S2 \$end/);
    expect(JSON.parse((await popek(["trace", "pdp10", "JRST[f=1]", "--red-pill", "--format", "itf"])).stdout)).toMatchObject({ states: { length: 3 } });
  });
  test.each<[string[], RegExp, number]>([
    [["pdp10", "JSP", "--red-pill", "--question", "mode"], /--question is about a witness, and --red-pill about none/, 2],
    [["pdp10", "JSP", "--red-pill", "--monitor", "recursive:2"], /--monitor recursive:2 has no red pills\n {2}hint: monitors: trap-and-emulate, hybrid/, 2],
    [[CONTROL, "JSTU", "--red-pill"], /declares no monitor/, 2],
  ])("%j is told in a line", async (args, message, expected) => {
    expect(await popek(["trace", ...args])).toMatchObject({ code: expected, stdout: "", stderr: expect.stringMatching(message) as string });
  });
});

describe("replay", () => {
  test("0 if it still holds", async () => {
    expect(await popek(["replay", await saved(), "--machine", CONTROL])).toEqual({ code: 0, stdout: expect.stringMatching(/^JSTU, control holds: still so\. a state from which/) as string, stderr: "" });
  });
  test("1 if the machine was mended, and it says that it has changed", async () => {
    const mended = join(temporary(), "control.isa");
    writeFileSync(mended, readFileSync(CONTROL, "utf8").replace(/M := 1\n {4}P := a/, "P := a"));
    const { code, stdout } = await popek(["replay", await saved(), "--machine", mended]);
    expect(code).toBe(1);
    expect(stdout).toBe("JSTU, control holds: no longer so: the step does not show it: a state from which the step is done and has changed mode, the map or storage outside the window\nThe specification has changed since.\n");
  });
  test("of a bundled machine finds it by name, with the trace's own parameters", async () => {
    const file = join(temporary(), "lpsw.json");
    expect(await popek(["trace", "third-generation", "LPSW", "--set", "WORD=40", "--format", "json", "--output", file])).toMatchObject({ code: 0 });
    expect(await popek(["replay", file])).toMatchObject({ code: 0, stderr: "", stdout: expect.not.stringMatching(/changed since/) as string });
    expect(await popek(["replay", file, "--set", "WORD=32"])).toMatchObject({ code: expect.toBeOneOf([0, 1]) as number, stdout: expect.stringMatching(/changed since/) as string });
  });
  test("of a witness against a monitor: its runs are the bare machine's and the real one's, under the map that the proof is about", async () => {
    const file = join(temporary(), "jsp.json");
    expect(await popek(["trace", "pdp10", "JSP", "--monitor", "trap-and-emulate", "--format", "json", "--output", file])).toMatchObject({ code: 0, stderr: "" });
    expect(await popek(["replay", file])).toEqual({ code: 0, stdout: expect.stringMatching(/^JSP, fidelity fails: still so\. a simulated state/) as string, stderr: "" });
    const trace = JSON.parse(readFileSync(file, "utf8")) as { readonly question: string };
    for (const question of [trace.question.replace(/\d+$/, "1e999"), "JSP/vmm-fidelity/nothing"]) {
      writeFileSync(file, JSON.stringify({ ...trace, question }));
      expect(await popek(["replay", file])).toMatchObject({ code: 1, stdout: `JSP, fidelity fails: no longer so: JSP has no question ${question}\n`, stderr: "" });
    }
  }, 240_000);
  test("where nothing speaks against a monitor: 1", async () => {
    expect(await popek(["trace", "third-generation", "NOP", "--monitor", "hybrid"])).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/nothing about NOP under this monitor has a witness: fidelity holds, safety holds, efficiency holds/) });
  }, 240_000);
  test("reads no file that a trace names", async () => {
    const { code, stderr } = await popek(["replay", await saved((t) => ({ ...t, machine: { ...(t["machine"] as object), name: join(ROOT, CONTROL) } }))]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is no bundled machine\n {2}hint: --machine PATH/);
  });
  test.each<[string, (trace: Record<string, unknown>) => unknown, RegExp]>([
    ["a list", () => [], /is not a trace.*: it must be object/],
    ["another format", (t) => ({ ...t, format: "popek-trace/2" }), /\/format must be equal to constant/],
    ["a number as bits", (t) => ({ ...t, word: 12 }), /\/word must be string/],
    ["a very long word", (t) => ({ ...t, word: "1".repeat(100_000) }), /\/word must match pattern/],
    ["a very long number", (t) => ({ ...t, choices: { x: "9".repeat(1_000_000) } }), /\/choices\/x must match pattern/],
    ["many runs", (t) => ({ ...t, runs: Array.from({ length: 1000 }, () => (t["runs"] as object[])[0]) }), /\/runs must NOT have more than 2 items/],
    ["many components", (t) => ({ ...t, components: Array.from({ length: 5000 }, () => (t["components"] as object[])[0]) }), /\/components must NOT have more than 4096 items/],
    ["an instruction that is none", (t) => ({ ...t, instruction: { ...(t["instruction"] as object), id: "\u001b[31mEVIL" } }), /has control characters in it/],
    ["another instruction that is none", (t) => ({ ...t, instruction: { ...(t["instruction"] as object), id: "NOSUCH" } }), /has no instruction NOSUCH/],
    ["a configuration that is none", (t) => ({ ...t, configuration: "nosuch" }), /has no configuration nosuch/],
  ])("%s is bad input, soon", async (_, change, message) => {
    const { code, stdout, stderr } = await popek(["replay", await saved(change), "--machine", CONTROL]);
    expect(stdout + stderr).toMatch(message);
    expect(code).toBe(2);
  });
  test.each([["{", /is no JSON/], ["[".repeat(500_000), /is no JSON/], [`{"a":`.repeat(300_000), /is no JSON/], [`${"[".repeat(200_000)}${"]".repeat(200_000)}`, /is no JSON|is not a trace/], ["", /is no JSON/]])("text that is no JSON, or deep, is bad input", async (text, message) => {
    const file = join(temporary(), "trace.json");
    writeFileSync(file, text);
    const { code, stderr } = await popek(["replay", file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
  test("the trace that the help shows", async () => {
    expect(await popek(["replay", "isa-specs/third-generation/traces/lpsw.json"])).toEqual({ code: 0, stdout: expect.not.stringMatching(/changed since/) as string, stderr: "" });
  });
});
