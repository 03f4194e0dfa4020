/** `diff` on small machines: what is grave comes first and decides the exit code; results of before do as well as machines. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { popek, ROOT, temporary } from "./popek.js";

vi.setConfig({ testTimeout: 120_000 });

const CONDITIONAL = "tests/machines/conditional.isa";
const folder = temporary();
const text = readFileSync(join(ROOT, CONDITIONAL), "utf8");
const variant = (name: string, change: (text: string) => string): string => {
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(join(folder, name), changed);
  return join(folder, name);
};

interface Change { readonly id: string; readonly gravity: string; readonly isInOld: boolean; readonly witnesses: readonly { readonly claim: string; readonly side: string }[] }
interface Document { readonly becameCritical: readonly string[]; readonly becameOpen: readonly string[]; readonly instructions: readonly Change[]; readonly theorems: readonly { readonly theorem: number; readonly before: string; readonly after: string }[]; readonly isPartial: boolean }

const validate = new Ajv().compile(JSON.parse(readFileSync(join(ROOT, "src/report/diff.schema.json"), "utf8")) as object);

async function diff(...args: string[]): Promise<{ readonly code: number | null; readonly document: Document }> {
  const { code, stdout, stderr } = await popek(["diff", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  const document = JSON.parse(stdout) as Document;
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  return { code, document };
}

describe("between machines", () => {
  test("the same: nothing, and 0", async () => {
    const { code, stdout } = await popek(["diff", CONDITIONAL, CONDITIONAL]);
    expect(code).toBe(0);
    expect(stdout).toContain("No instruction changed its class, and no verdict changed.");
  });

  test("two configurations: what the one keeps is critical under the other, shown by a user state that completes", async () => {
    const { code, document } = await diff(CONDITIONAL, CONDITIONAL, "--new-config", "unguarded");
    expect(code).toBe(1);
    expect(document.becameCritical).toEqual(["STL"]);
    expect(document.instructions[0]).toMatchObject({ id: "STL", gravity: "became-critical" });
    expect(document.instructions[0]!.witnesses[0]).toMatchObject({ claim: "privileged", side: "new" });
    expect(document.theorems).toContainEqual({ theorem: 1, reading: "strict", assumption: "any", before: "holds", after: "fails" });
    const { code: textCode, stdout } = await popek(["diff", CONDITIONAL, CONDITIONAL, "--new-config", "unguarded"]);
    expect(textCode).toBe(1);
    expect(stdout).toMatch(/Became critical: 1 instruction\n\nSTL .*\n {2}critical now: Theorem 1, strict/);
    expect(stdout).toMatch(/not privileged: a user state from which the step is done or halts/);
    expect(stdout).toMatch(/ {2}Theorem 1, strict: its condition was met, is now not met/);
  });

  test("the other way round: no longer critical, and 0", async () => {
    const { code, document } = await diff(CONDITIONAL, CONDITIONAL, "--old-config", "unguarded");
    expect(code).toBe(0);
    expect(document.instructions.map((i) => [i.id, i.gravity])).toEqual([["STL", "no-longer-critical"]]);
  });

  test("an instruction that appeared is critical all the same; a harmless one only appeared; one that is gone disappeared", async () => {
    const more = variant("more.isa", (t) => `${t}\ninstruction LDB "Store the bound" {\n  encoding 3'2 2'0\n  syntax "LDB"\n  step { mem[0] := b[1..0] }\n}\ninstruction NOQ "Nothing, too" {\n  encoding 3'3 2'0\n  syntax "NOQ"\n  step { P := P + 1 }\n}\n`);
    const { code, document } = await diff(CONDITIONAL, more);
    expect(code).toBe(1);
    expect(document.instructions.map((i) => [i.id, i.gravity, i.isInOld])).toEqual([["LDB", "became-critical", false], ["NOQ", "appeared", false]]);
    const back = await diff(more, CONDITIONAL);
    expect(back.code).toBe(0);
    expect(back.document.instructions.map((i) => [i.id, i.gravity])).toEqual([["LDB", "disappeared"], ["NOQ", "disappeared"]]);
  });

  test("a condition that changed is a change", async () => {
    const wider = variant("wider.isa", (t) => t.replace("when M == 1 && UM == 1", "when M == 1"));
    const { code, document } = await diff(CONDITIONAL, wider);
    expect(code).toBe(0);
    expect(document.instructions).toMatchObject([{ id: "STL", gravity: "changed", condition: { before: "UM = 1" } }]);
  });

  test("only some instructions: the theorems are not compared", async () => {
    const { code, document } = await diff(CONDITIONAL, CONDITIONAL, "--new-config", "unguarded", "--only", "NOP");
    expect({ code, isPartial: document.isPartial, theorems: document.theorems, instructions: document.instructions }).toEqual({ code: 0, isPartial: true, theorems: [], instructions: [] });
  });
});

describe("with results of before", () => {
  const guarded = join(folder, "guarded.json"), open = join(folder, "open.json");
  beforeAll(async () => {
    await popek(["check", CONDITIONAL, "--format", "json", "--output", guarded]);
    await popek(["check", CONDITIONAL, "--engine", "structural", "--format", "json", "--output", open]);
  });

  test("what check printed does as well as the machine", async () => {
    expect(await diff(guarded, CONDITIONAL)).toMatchObject({ code: 0, document: { instructions: [], theorems: [] } });
    const { code, document } = await diff(guarded, CONDITIONAL, "--new-config", "unguarded");
    expect(code).toBe(1);
    expect(document.instructions[0]!.witnesses.length).toBeGreaterThan(1);
  });

  test("something that became open: 3", async () => {
    const { code, document } = await diff(guarded, open);
    expect(code).toBe(3);
    expect(document.becameOpen.length).toBeGreaterThan(0);
    expect((await diff(open, guarded)).code).toBe(0);
  });

  test("a ledger", async () => {
    expect(await diff("proofs/third-generation/ledger.json", "third-generation")).toMatchObject({ code: 0, document: { instructions: [], theorems: [] } });
    const ledger = readFileSync(join(ROOT, "proofs/third-generation/ledger.json"), "utf8");
    const worse = ledger.replace(/("theorem":1,"reading":"strict","assumption":"any","answer":)"holds","critical":\[\]/, '$1"fails","critical":["LPSW"]');
    expect(worse).not.toBe(ledger);
    writeFileSync(join(folder, "worse.json"), worse);
    expect(await diff("proofs/third-generation/ledger.json", join(folder, "worse.json"))).toMatchObject({ code: 1, document: { becameCritical: ["LPSW"] } });
  });

  test("pairs that were not looked at together are there as their targets", async () => {
    const ledger = JSON.parse(readFileSync(join(ROOT, "proofs/pdp10/ledger.json"), "utf8")) as { instructions: Record<string, Record<string, string>>; theorems: { theorem: number; reading: string; critical: string[] }[] };
    const mended = structuredClone(ledger);
    for (const id of Object.keys(mended.instructions)) if (id.endsWith("[JSP]")) delete mended.instructions[id];
    for (const t of mended.theorems) t.critical = t.critical.filter((id) => !/\bJSP\b/.test(id));
    mended.instructions["JSP"] = mended.instructions["MOVE"]!;
    const [before, after] = [join(folder, "before.json"), join(folder, "after.json")];
    writeFileSync(before, JSON.stringify(ledger));
    writeFileSync(after, JSON.stringify(mended));
    const better = await diff(before, after), worse = await diff(after, before);
    expect(better).toMatchObject({ code: 0 });
    expect(better.document.instructions.map((i) => [i.id, i.gravity])).toEqual(["JSP", "LUUO[JSP]", "XCT[JSP]"].map((id) => [id, "no-longer-critical"]));
    const { stdout } = await popek(["diff", after, before]);
    expect(stdout).toMatch(/Became critical: 3 instructions\n\nJSP\n[\s\S]* {2}and with it what executes it: LUUO\[JSP\] XCT\[JSP\]\n/);
    expect(stdout).not.toMatch(/^XCT/m);
    expect((await popek(["diff", after, before, "--verbose"])).stdout).toMatch(/^XCT\[JSP\]$/m);
    expect(worse).toMatchObject({ code: 1, document: { becameCritical: ["JSP", "LUUO[JSP]", "XCT[JSP]"] } });
  });
});

describe("bad input is told in a line: 2", () => {
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  test.each<[() => string[], RegExp]>([
    [() => ["third-generation"], /an argument is missing/],
    [() => ["third-generation", "nosuch"], /no machine nosuch/],
    [() => ["third-generation", file("no.json", "{")], /no\.json is no JSON/],
    [() => ["third-generation", file("other.json", '{"a": 1}')], /is not what popek check --format json prints, or a ledger/],
    [() => ["third-generation", file("escape.json", '{"machine": "\\u001b[31m"}')], /control characters/],
    [() => ["proofs/third-generation/ledger.json", "third-generation", "--old-config", "any"], /--old-config is for a machine/],
    [() => ["third-generation", "third-generation", "--new-config", "nosuch"], /no configuration nosuch/],
    [() => ["third-generation", "third-generation", "--only", "NOSUCH"], /neither side has an instruction NOSUCH/],
  ])("%#", async (args, message) => {
    const { code, stdout, stderr } = await popek(["diff", ...args()]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("the workflow of the README", () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, "README.md"), "utf8"))![1]!;
  const lines = yaml.split("\n").flatMap((line) => { const run = /^\s+- run: (.+)$/.exec(line)?.[1]; return run === undefined ? [] : [run]; });
  const git = (cwd: string, ...args: string[]): void => {
    const { status, stderr } = spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "init.defaultBranch=main", ...args], { cwd, encoding: "utf8" });
    expect(status, stderr).toBe(0);
  };

  /** A repository as a pull request's runner has it: main at the origin, the change checked out. */
  function checkedOut(change: (machine: string) => string): { readonly run: (line: string) => number | null } {
    const root = temporary(), origin = join(root, "origin"), work = join(root, "work"), bin = join(root, "bin");
    mkdirSync(join(origin, "my-machine"), { recursive: true });
    mkdirSync(bin);
    cpSync(join(ROOT, CONDITIONAL), join(origin, "my-machine", "machine.isa"));
    git(origin, "init", "-q");
    git(origin, "add", ".");
    git(origin, "commit", "-qm", "the machine");
    git(root, "clone", "-q", origin, work);
    const at = join(work, "my-machine", "machine.isa");
    writeFileSync(at, change(readFileSync(at, "utf8")));
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" --import "${import.meta.resolve("tsx")}" "${join(ROOT, "src/cli/main.ts")}" "$@"\n`);
    writeFileSync(join(bin, "npm"), "#!/bin/sh\n[ \"$*\" = ci ]\n");
    for (const tool of ["npx", "npm"]) chmodSync(join(bin, tool), 0o755);
    return { run: (line) => spawnSync("sh", ["-ec", line.replaceAll("${{ github.base_ref }}", "main")], { cwd: work, encoding: "utf8", env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, POPEK_CACHE: join(root, "cache") } }).status };
  }

  test.each<[string, (machine: string) => string, number]>([
    ["passes a change that makes nothing critical", (m) => m.replace('"Nothing"', '"Nothing at all"'), 0],
    ["stops one that does", (m) => m.replace("trap operation() when M == 1 && UM == 1", ""), 1],
  ])("%s", (_what, change, code) => {
    expect(lines.length).toBeGreaterThan(2);
    const { run } = checkedOut(change);
    expect(lines.map(run)).toEqual(lines.map((_, i) => (i === lines.length - 1 ? code : 0)));
  });
});
