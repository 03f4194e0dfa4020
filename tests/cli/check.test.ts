/** `check` and `explain` on small machines: exit codes, expectations, the shape and the sameness of results. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Ajv } from "ajv";
import { describe, expect, test, vi } from "vitest";
import { popek, popekProcess, ROOT, start, temporary } from "./popek.js";

vi.setConfig({ testTimeout: 60_000 });

const BASELINE = "tests/machines/baseline.isa", CONTROL = "tests/machines/control.isa";
const critical = /^ {2}strict +does not meet the condition of Theorem 1, because of \d+ instructions?:$/m;

describe("exit codes", () => {
  test("0 where the conditions are met", async () => {
    const { code, stdout, stderr } = await popek(["check", BASELINE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^ {2}strict +tiny-baseline meets the condition of Theorem 1\.$/m);
  });
  test("1 where one is not", async () => {
    const { code, stdout } = await popek(["check", CONTROL]);
    expect(code).toBe(1);
    expect(stdout).toMatch(critical);
    expect(stdout).toContain("Witnesses of the critical instructions");
  });
  test("3 where something is open", async () => {
    expect(await popek(["check", BASELINE, "--engine", "structural"])).toMatchObject({ code: 3 });
    expect(await popek(["check", BASELINE, "--only", "NOP"])).toMatchObject({ code: 3 });
  });
});

describe("--expect", () => {
  const failing = async (): Promise<readonly string[]> => {
    const { stdout } = await popek(["check", CONTROL, "--format", "json"]);
    const { theorems } = JSON.parse(stdout) as { theorems: { theorem: number; reading: string; critical: string[] }[] };
    return theorems.find((t) => t.theorem === 1 && t.reading === "strict")!.critical;
  };
  test("0 if it is as expected, though the machine fails", async () => {
    const [id] = await failing();
    expect(await popek(["check", CONTROL, "--expect", `theorem1=fails,critical=${id},control=${id},privileged!=${id}`])).toMatchObject({ code: 0, stderr: "" });
  });
  test("1 and the difference if not", async () => {
    const { code, stderr } = await popek(["check", CONTROL, "--expect", "theorem1.strict=holds,critical=none"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^popek: not as expected\n {2}Theorem 1, strict: expected holds, found fails\n {2}critical, strict: expected none, found /);
  });
  test("3 if what is expected is open", async () => {
    expect(await popek(["check", BASELINE, "--engine", "structural", "--expect", "theorem1=holds"])).toMatchObject({ code: 3 });
  });
  test("2 if it speaks of what is not there", async () => {
    const { code, stderr } = await popek(["check", BASELINE, "--expect", "critical=HTL"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no instruction HTL/);
  });
  test("an earlier result is an expectation", async () => {
    const file = join(temporary(), "expected.json");
    await popek(["check", CONTROL, "--format", "json", "--output", file]);
    expect(await popek(["check", CONTROL, "--expect", file])).toMatchObject({ code: 0, stderr: "" });
    writeFileSync(file, readFileSync(file, "utf8").replace(/"answer": "fails"/, '"answer": "holds"'));
    expect(await popek(["check", CONTROL, "--expect", file])).toMatchObject({ code: 1 });
    writeFileSync(file, "{");
    expect(await popek(["check", CONTROL, "--expect", file])).toMatchObject({ code: 2 });
  });
});

describe("the JSON of check", () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync(join(ROOT, "src/report/check.schema.json"), "utf8")) as object);

  test("fits the schema, and has the parts that the issue names", async () => {
    const { stdout } = await popek(["check", CONTROL, "--format", "json"]);
    const value: unknown = JSON.parse(stdout);
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    expect(value).toMatchObject({ popek: "0.1.0", machine: { name: expect.any(String), title: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, configuration: "any" });
    expect(stdout.endsWith("}\n")).toBe(true);
  });

  test("is the same bytes from the same input, cached or not, in one thread or two, here or in another process", async () => {
    const args = ["check", "third-generation", "--only", "LPSW,SRB,RRB,LD,ADD,HLT,OUT", "--format", "json"];
    const results = [await popek(args), await popek([...args, "--no-cache"]), await popek([...args, "--jobs", "2"]), await popekProcess(args)];
    for (const r of results) expect(r.stdout).toBe(results[0]!.stdout);
  }, 30_000);

  test("has no path in it", async () => {
    const { stdout } = await popek(["check", join(ROOT, BASELINE), "--format", "json"]);
    expect(stdout).not.toContain(ROOT);
    expect(stdout).toContain('"file": "baseline.isa"');
  });
});

describe("the other formats", () => {
  test.each([["html", "<!doctype html>"], ["markdown", "# "], ["csv", "instruction,"], ["sarif", "{\n"], ["junit", "<?xml "], ["github", "::error file=tests/machines/control.isa,line="]])("%s begins as it should, with the exit code of the check and no path of this machine", async (format, beginning) => {
    const { code, stdout, stderr } = await popek(["check", join(ROOT, CONTROL), "--format", format]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout.slice(0, beginning.length)).toBe(beginning);
    expect(stdout).not.toContain(ROOT);
  });
  test("are written whole, to a file", async () => {
    const file = join(temporary(), "report.html");
    expect(await popek(["check", BASELINE, "--format", "html", "--output", file])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  });
});

describe("check", () => {
  test("says nothing on standard error and uses no colour when nobody watches; --color always does", async () => {
    expect((await popek(["check", BASELINE])).stdout).not.toContain("\u001b");
    expect((await popek(["check", BASELINE, "--color", "always"])).stdout).toContain("\u001b[");
  });
  test("takes another configuration and other parameters", async () => {
    expect((await popek(["check", "tests/machines/conditional.isa", "--config", "any"])).stdout).toContain("configuration any");
    expect(await popek(["check", "third-generation", "--only", "NOP", "--set", "WORD=20"])).toMatchObject({ stderr: "" });
  });
  test("tells warnings and errors of a specification with their place", async () => {
    const file = join(temporary(), "bad.isa");
    writeFileSync(file, 'machine bad "Bad" { bits lsb0 radix octal }\nstate A : 8 is genral\n');
    const { code, stderr, stdout } = await popek(["check", file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/error\[P1024\]: .*genral/);
    expect(stderr).toContain(`${file}:2:16`);
  });
  test("with a solver that is not here says so", async () => {
    const { code, stderr } = await popek(["check", BASELINE, "--solver", "cvc5"]);
    if (code === 2) expect(stderr).toMatch(/--solver cvc5: cvc5 is not on PATH/);
  });
});

describe("explain", () => {
  test("shows claims, how they are known, and witnesses", async () => {
    const { code, stdout } = await popek(["explain", "third-generation", "lpsw"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}privileged +holds {2}/m);
    expect(stdout).toContain("system.isa:");
    expect(stdout).toMatch(/^Why$[^]*- changes M, which is mode[^]*- changes l, which is map/m);
    expect(stdout).toMatch(/^ {12}- M is mode, machine\.isa:\d+ \[PG74 section 2\]: M of the paper/m);
  });
  test("of one that executes another; and with every cause in its JSON", async () => {
    const { code, stdout } = await popek(["explain", "pdp10", "XCT[JRST[f=1]]", "--format", "json"]);
    expect(code).toBe(0);
    const { instructions } = JSON.parse(stdout) as { instructions: { id: string; why: { causes: { claim: string; definition: string; at: { file: string; line: number }; component?: { name: string; cite: string } }[] } }[] };
    expect(instructions.map((i) => i.id)).toEqual(["XCT[JRST[f=1]]"]);
    expect(instructions[0]!.why.causes.filter((c) => c.claim === "control").map((c) => [c.component!.name, c.at.file])).toEqual([["User", "10-control.isa"]]);
  });
  test("takes patterns, and JSON", async () => {
    const { stdout } = await popek(["explain", "third-generation", "RD*", "--format", "json"]);
    expect((JSON.parse(stdout) as { instructions: { id: string }[] }).instructions.map((i) => i.id)).toEqual(["RDF", "RDS", "RDQ", "RDT"]);
  });
});

describe("Ctrl-C", () => {
  test("ends the check with 130 and keeps what is finished", async () => {
    const cache = temporary();
    const { child, ended } = start(["check", "pdp10"], { env: { POPEK_CACHE: cache } });
    while (readdirSync(cache).length === 0 && child.exitCode === null) await setTimeout(50); // the first answer
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toBe("popek: interrupted\n  hint: answers so far are kept; the same command goes on from there\n");
    expect(readFileSync(join(cache, "answers-1"), "utf8")).toMatch(/^[0-9a-f]{64} /);
  }, 60_000);
});
