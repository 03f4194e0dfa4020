/** `vmm prove` on a small machine: exit codes, expectations, the published shape, and the same bytes whatever the number of jobs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test, vi } from "vitest";
import { popek, popekProcess, ROOT } from "./popek.js";

vi.setConfig({ testTimeout: 120_000 });

const SMALL = "tests/vmm-prove/small.isa", NONE = "tests/machines/control.isa";

describe("exit codes", () => {
  test("0 where it is a monitor", async () => {
    const { code, stdout, stderr } = await popek(["vmm", "prove", SMALL]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("All properties hold: this is a virtual machine monitor.");
    expect(stdout).toMatch(/^ {2}LD +direct +holds/m);
  });
  test.each(["hybrid", "recursive:5", "hybrid:3"])("0 for %s too", async (monitor) => {
    expect(await popek(["vmm", "prove", SMALL, "--monitor", monitor])).toMatchObject({ code: 0, stderr: "" });
  });
  test("1 where an instruction breaks it, with the two runs that show it", async () => {
    const { code, stdout } = await popek(["vmm", "prove", NONE]);
    expect(code).toBe(1);
    expect(stdout).toContain("What shows it");
    expect(stdout).toMatch(/The specification\s+declares no monitor/);
  });
  test("3 where something is open", async () => {
    expect(await popek(["vmm", "prove", SMALL, "--engine", "structural"])).toMatchObject({ code: 3 });
    expect(await popek(["vmm", "prove", SMALL, "--only", "LD"])).toMatchObject({ code: 3 });
  });
  test("2 and a hint for what is no monitor, no block, no expectation", async () => {
    for (const [args, message] of [
      [["--monitor", "recursive:0"], /--monitor recursive:0 is no monitor/], [["--block", "3"], /--block 3 is no power of two/],
      [["--expect", "fidelty=holds"], /did you mean fidelity/], [["--expect", "LDX.fidelity=holds"], /has no instruction LDX[\s\S]*did you mean LD/],
    ] as const) {
      const { code, stderr } = await popek(["vmm", "prove", SMALL, ...args]);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});

test("--expect", async () => {
  expect(await popek(["vmm", "prove", SMALL, "--expect", "answer=holds,LD.efficiency=holds"])).toMatchObject({ code: 0, stderr: "" });
  const { code, stderr } = await popek(["vmm", "prove", SMALL, "--expect", "safety=fails"]);
  expect(code).toBe(1);
  expect(stderr).toBe("popek: not as expected\n  safety: expected fails, found holds\n");
});

test("JSON has the published shape", async () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync(join(ROOT, "src/report/vmm-prove.schema.json"), "utf8")) as object);
  for (const [machine, answer] of [[SMALL, "holds"], [NONE, "fails"]] as const) {
    const result = JSON.parse((await popek(["vmm", "prove", machine, "--format", "json"])).stdout) as { readonly answer: string; readonly instructions: readonly object[] };
    validate(result);
    expect(validate.errors).toBeNull();
    expect(result.answer).toBe(answer);
    for (const i of result.instructions) expect(Object.keys(i)).toEqual(expect.arrayContaining(["id", "fidelity", "safety", "efficiency"]));
  }
});

test("one job or two, from a process of its own: the same bytes", async () => {
  const [one, two] = await Promise.all(["1", "2"].map((jobs) => popekProcess(["vmm", "prove", NONE, "--jobs", jobs, "--format", "json"])));
  expect(one!.stdout.length).toBeGreaterThan(1000);
  expect(two).toEqual(one);
});

test("the questions behind it can be exported", async () => {
  const { code, stdout } = await popek(["export", SMALL, "--obligation", "ST/vmm-fidelity-extended/departs-under-map"]);
  expect(code).toBe(0);
  expect(stdout).toContain("(check-sat)");
});
