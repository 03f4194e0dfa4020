/** The library: the values of the commands, the mistakes of callers, and nothing but what its page of exports names. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as popekLibrary from "../../src/index.js";
import { assemble, check, checkHtml, checkJson, explain, Interrupted, readMachine, replay, RequestError, trace, traceJson, vmm, type Machine, type Trace } from "../../src/index.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { popek, ROOT } from "../cli/popek.js";

function machineAt(path: string): Machine {
  const files = path.endsWith(".isa") ? [path] : readdirSync(path).filter((f) => f.endsWith(".isa")).sort().map((f) => join(path, f));
  const { machine, diagnostics } = readMachine(files.map((f) => ({ file: f.split("/").at(-1)!, text: readFileSync(f, "utf8") })));
  if (machine === undefined) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return machine;
}

const CONTROL = "tests/machines/control.isa";

describe("check", () => {
  test("with the solver of the command line comes to the same bytes", async () => {
    const solver = await solverNamed("embedded");
    try {
      expect(checkJson(await check(machineAt(CONTROL), { solver }))).toBe((await popek(["check", CONTROL, "--format", "json"])).stdout);
    } finally {
      await solver.close();
    }
  });
  test("without a solver decides what the other engines do, and leaves the rest open", async () => {
    const result = await check(machineAt(CONTROL));
    expect(result.engines.solver).toBe("none");
    expect(result.theorems.find((t) => t.theorem === 1 && t.reading === "strict")).toMatchObject({ answer: "fails", critical: ["JSTU", "LRB", "SHRINK", "PAST"] });
    expect(checkHtml(result, {})).toContain("<!doctype html>");
  });
  test("tells a caller's mistakes apart from ours", async () => {
    await expect(check(machineAt(CONTROL), { configuration: "ayn" })).rejects.toThrow(new RequestError("tiny-control has no configuration ayn; did you mean any?"));
    const stopped = new AbortController();
    stopped.abort();
    await expect(check(machineAt(CONTROL), { signal: stopped.signal })).rejects.toBeInstanceOf(Interrupted);
  });
  test("wrong text gives diagnostics and no machine", () => {
    const { machine, diagnostics } = readMachine([{ file: "bad.isa", text: 'machine bad "Bad" { bits lsb0 radix octal }\nstate A : 8 is genral\n' }]);
    expect(machine).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toContain("P1024");
  });
});

describe("evidence", () => {
  test("causes, traces and their replay", async () => {
    const machine = machineAt(CONTROL), result = await check(machine);
    expect((await explain(machine, result, "LRB")).causes.filter((c) => c.claim === "control").map((c) => c.component!.name)).toEqual(["l", "b"]);
    const made = trace(machine, result, "JSTU", "control");
    expect(traceJson(made)).toBe((await popek(["trace", CONTROL, "JSTU", "--format", "json"])).stdout);
    expect(await replay(machine, JSON.parse(traceJson(made)) as Trace)).toEqual({ kind: "holds" });
    expect(() => trace(machine, result, "JSTU", "location")).toThrow(RequestError);
    expect(() => trace(machine, JSON.parse(checkJson(result)) as typeof result, "JSTU", "control")).toThrow(/read back from a report/);
    await expect(explain(machine, result, "NOSUCH")).rejects.toBeInstanceOf(RequestError);
  });
});

describe("vmm", () => {
  const machine = machineAt("isa-specs/third-generation");
  const program = "isa-specs/third-generation/programs/two-processes.s";
  const image = (): ReturnType<typeof assemble>["image"] => assemble(machine, readFileSync(program, "utf8"), "two-processes.s").image;

  test("runs guests as the command does", async () => {
    const result = await vmm.run(machine, [{ name: "two-processes.s", image: image() }], { lockStep: true });
    const { stdout } = await popek(["vmm", "run", "third-generation", "--guest", program, "--lock-step", "--format", "json"]);
    expect(popekLibrary.vmmRunJson(result)).toBe(stdout);
  });
  test("proves as the command does", async () => {
    const solver = await solverNamed("embedded");
    try {
      const result = await vmm.prove(machine, { solver, only: (i) => ["LPSW", "LD"].includes(i.id) });
      const { stdout } = await popek(["vmm", "prove", "third-generation", "--only", "LPSW,LD", "--format", "json"]);
      expect(popekLibrary.proveJson(result)).toBe(stdout);
    } finally {
      await solver.close();
    }
  }, 120_000);
  test("looks for red pills as the command does, and replays their traces, and those of witnesses against a monitor", async () => {
    const pdp10 = machineAt("isa-specs/pdp10/");
    const { trials, found } = vmm.redPill(pdp10, "JRST[f=1]");
    expect(trials).toBeGreaterThan(0);
    expect(popekLibrary.traceJson(found!.trace)).toBe((await popek(["trace", "pdp10", "JRST[f=1]", "--red-pill", "--format", "json"])).stdout);
    expect(await popekLibrary.replay(pdp10, found!.trace)).toEqual({ kind: "holds" });
    const against = JSON.parse((await popek(["trace", "pdp10", "JSP", "--monitor", "trap-and-emulate", "--format", "json"])).stdout) as Trace;
    expect(await popekLibrary.replay(pdp10, against)).toEqual({ kind: "holds" });
    expect(() => vmm.redPill(pdp10, "JPS")).toThrow(RequestError);
    expect(() => vmm.redPill(machineAt(CONTROL), "JSTU")).toThrow(/declares no monitor/);
  }, 120_000);
  test("tells a caller's mistakes", async () => {
    await expect(vmm.run(machineAt(CONTROL), [])).rejects.toBeInstanceOf(RequestError);
    await expect(vmm.run(machine, [])).rejects.toThrow("there are no guests");
    await expect(vmm.run(machine, [{ name: "a", image: image() }], { size: 3 })).rejects.toBeInstanceOf(RequestError);
    await expect(vmm.prove(machine, { monitor: "recursive:0" })).rejects.toThrow("there is no monitor recursive:0");
  });
});

test("every export is something, and the package names files that the build makes", () => {
  for (const [name, value] of Object.entries(popekLibrary)) expect([name, value]).not.toEqual([name, undefined]);
  const { exports, files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { exports: Record<string, string | Record<string, string>>; files: string[] };
  for (const target of Object.values(exports).flatMap((e) => (typeof e === "string" ? [e] : Object.values(e)))) {
    expect(target === "./package.json" || files.includes(target.split("/")[1]!)).toBe(true);
    const source = target.replace("./dist/", "src/").replace(/\.d\.ts$|\.js$/, ".ts").replace("/*", "");
    expect(() => readFileSync(join(ROOT, source.endsWith("isa-specs") ? `${source}/README.md` : source))).not.toThrow();
  }
});
