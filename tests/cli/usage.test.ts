/** Help, hints and exit codes: what the command says to someone who is learning it, or mistyped. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { overview } from "../../src/cli/overview.js";
import { popek, popekProcess, ROOT } from "./popek.js";

vi.setConfig({ testTimeout: 60_000 });

describe("help", () => {
  test("the overview names every command, and is what --help, -h and help print", async () => {
    for (const { usage, summary } of COMMANDS) expect(overview()).toMatch(new RegExp(`  ${usage.replace(/[[\]]/g, "\\$&")} +${summary}`));
    expect(await popekProcess(["--help"])).toEqual({ code: 0, stdout: overview(), stderr: "" });
  });

  test("the version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(await popekProcess(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("without a command the overview goes to standard error", async () => {
    expect(await popek([])).toEqual({ code: 2, stdout: "", stderr: overview() });
  });

  test.each(COMMANDS.map((c) => [c.name] as const))("%s --help shows its options and examples", async (name) => {
    const { code, stdout, stderr } = await popek([...name.split(" "), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Options:");
    for (const [example] of COMMANDS.find((c) => c.name === name)!.examples) expect(stdout).toContain(`  popek ${name} ${example}`.trimEnd());
    expect(stdout).toContain("Exit codes: 0 as expected");
  });
});

describe("mistakes are told in a line, with a hint, and exit code 2", () => {
  test.each<[string[], RegExp]>([
    [["chekc", "pdp10"], /no command chekc\n {2}hint: /],
    [["xyzzy"], /no command xyzzy\n {2}hint: commands: check, explain/],
    [["check"], /an argument is missing/],
    [["check", "pdp11"], /no machine pdp11\n {2}hint: did you mean pdp10\?/],
    [["check", "nosuch"], /no machine nosuch\n {2}hint: bundled: armv4t, armv5te, armv6, armv7a, mips-r3000, mips32r2, pdp10, s370, third-generation, x86/],
    [["check", "./nosuch"], /cannot read \.\/nosuch: there is no such file or folder/],
    [["check", "pdp10", "--engin", "auto"], /no option --engin\n {2}hint: did you mean --engine\?/],
    [["check", "pdp10", "extra"], /no argument extra/],
    [["check", "pdp10", "--engine", "magic"], /--engine magic is not among its values\n {2}hint: one of auto, structural/],
    [["check", "pdp10", "--runs", "many"], /--runs many is no whole number from 1/],
    [["check", "pdp10", "--runs", "0"], /--runs 0 is no whole number from 1/],
    [["check", "pdp10", "--config", "noio"], /no configuration noio\n {2}hint: did you mean no-io\?/],
    [["check", "pdp10", "--only", "JRTS"], /no instruction JRTS/],
    [["check", "pdp10", "--set", "WORD"], /--set WORD sets nothing/],
    [["check", "third-generation", "--set", "WROD=32"], /no parameter.*WROD/],
    [["check", "pdp10", "--expect", "theorem1=perhaps"], /expected theorem1=holds/],
    [["check", "pdp10", "--expect", "theorm1=fails"], /did you mean theorem1\?/],
    [["check", "pdp10", "--expect", "nosuch.json"], /cannot read nosuch\.json/],
    [["explain", "third-generation", "LPSV"], /no instruction LPSV\n {2}hint: did you mean LPSW\?/],
    [["export", "third-generation"], /either --obligation NAME or --json/],
    [["export", "third-generation", "--obligation", "LPSW/contol/changes"], /did you mean LPSW\/control\/changes\?/],
    [["export", "third-generation", "--obligation", "NOSUCH/control"], /no obligation NOSUCH\/control/],
    [["list", "pdp10", "instuctions"], /is not among its values/],
    [["format", "isa-specs/third-generation"], /add --check or --write/],
    [["format", "isa-specs/third-generation", "--check", "--write"], /exclude each other/],
    [["run", "third-generation", "nosuch.s"], /cannot read nosuch\.s/],
    [["run", "tests/machines/toy.isa", "isa-specs/third-generation/programs/sum.s"], /does not fetch its instructions/],
    [["run", "third-generation", "isa-specs/third-generation/programs/sum.s", "--break", "lop"], /did you mean loop\?/],
    [["run", "third-generation", "isa-specs/third-generation/programs/sum.s", "--init", "bb=0"], /no register bb/],
    [["run", "third-generation", "isa-specs/third-generation/programs/sum.s", "--init", "b=10000"], /no value of 16 bits/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await popek(args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n").length).toBeLessThan(12);
  });
});

describe("the examples of the help", () => {
  const examples = COMMANDS.flatMap((c) => c.examples.map(([args]) => [`${c.name} ${args}`.trim()] as const));
  test.each(examples.filter(([e]) => !e.includes("--output")))("popek %s", async (example) => {
    const { code, stdout, stderr } = await popek(example.split(" "));
    expect({ code, stderr }).toEqual({ code: expect.toBeOneOf([0, 3]), stderr: "" });
    expect(stdout).not.toBe("");
  }, 60_000);
});

describe("completion", () => {
  test("writes a script", async () => {
    const { code, stdout } = await popekProcess(["completion"]);
    expect(code).toBe(0);
    expect(stdout).toContain("popek");
  });
  test.each<[string[], string[], string[]]>([
    [["c"], ["check", "completion"], ["explain"]],
    [["check", ""], ["pdp10", "third-generation"], []],
    [["check", "pdp10", "--e"], ["--engine", "--expect"], ["--solver"]],
    [["format", ""], [], ["pdp10"]],
    [["nosuch", ""], [], ["pdp10"]],
  ])("of %j", async (words, offered, notOffered) => {
    const { stdout } = await popek(["--get-yargs-completions", "popek", ...words]);
    const lines = stdout.split("\n");
    expect(lines).toEqual(expect.arrayContaining(offered));
    for (const word of notOffered) expect(lines).not.toContain(word);
  });
});
