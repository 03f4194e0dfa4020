/**
 * `certify`: an honest pair of solvers agrees, a lying one is told with both stories, and a certificate that says anything else
 * than what is derived again does not hold. Solvers that are programs are stood in for where they are not installed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { loadMachine } from "../../src/cli/load-machine.js";
import { obligationsOf } from "../../src/cli/obligations.js";
import { differences, standingOf, type Certificate } from "../../src/verdict/certificate.js";
import type { AskedQuestion } from "../../src/verdict/result.js";
import { textWith } from "../vmm/red-pill-machines.js";
import { popek, popekProcess, ROOT, start, temporary, type Ended } from "./popek.js";

vi.setConfig({ testTimeout: 120_000 });

const MACHINE = "tests/machines/conditional.isa";
const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
const folder = temporary();

/** Programs in a folder of their own, first on PATH. */
function withPrograms(programs: Readonly<Record<string, string>>, isAlone = false): NodeJS.ProcessEnv {
  const bin = join(temporary(), "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  return { PATH: isAlone ? bin : `${bin}:${process.env["PATH"]}` };
}

/** Speaks as z3 or cvc5 does, and gives every question the answer that its status expects, or the opposite. */
const STAND_IN = (name: "z3" | "cvc5", answer: string): string => `#!/bin/sh
case "$1" in --version) echo "${name === "z3" ? "Z3 version 0.0.1" : "This is cvc5 version 0.0.1"}"; exit 0;; esac
cat >/dev/null
${answer}
`;

const read = (file: string): Certificate => JSON.parse(readFileSync(file, "utf8")) as Certificate;
const write = (name: string, certificate: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(certificate));
  return join(folder, name);
};

describe.runIf(has("cvc5"))("with the embedded z3 and cvc5", () => {
  const place = join(folder, "certificate"), file = join(place, "certificate.json");
  let ended: Ended;
  beforeAll(async () => { ended = await popek(["certify", MACHINE, "--solvers", "embedded,cvc5", "--output", place]); });

  test("both agree with the check", () => {
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/Agreed on all of \d+ obligations\./);
  });

  test("the certificate is as its schema says; every query is there, named by its hash, with the answer to expect", () => {
    const certificate = read(file);
    const validate = new Ajv().compile(JSON.parse(readFileSync(join(ROOT, "src/report/certificate.schema.json"), "utf8")) as object);
    expect(validate(certificate), JSON.stringify(validate.errors)).toBe(true);
    const standings = certificate.obligations.map(standingOf);
    expect(new Set(standings)).toEqual(new Set(["agreed", "structural"]));
    const { queries } = JSON.parse(readFileSync(join(place, "manifest.json"), "utf8")) as { queries: { id: string; file: string; expected: string }[] };
    expect(queries.map((q) => q.id)).toEqual(certificate.obligations.map((o) => o.id));
    expect([...new Set(queries.map((q) => q.file))].sort()).toEqual(readdirSync(join(place, "queries")).map((f) => `queries/${f}`).sort());
    for (const [i, { file: query, expected }] of queries.entries()) {
      const text = readFileSync(join(place, query), "utf8");
      expect(createHash("sha256").update(text).digest("hex")).toBe(certificate.obligations[i]!.query);
      expect(text).toContain(`(set-info :status ${expected})`);
    }
    const expected = new Map(certificate.obligations.map((o) => [o.id, o.expected]));
    for (const { id } of certificate.obligations.filter((o) => o.expected === "unsat" && !o.id.startsWith("premise/"))) expect(expected.get(`${id.replace("/opaque-map", "")}/possible`), id).toBe("sat");
  });

  test("a condition: that it suffices, that its configurations are possible, and that what it rules out is bad", async () => {
    const own = read(file).obligations.filter((o) => o.id.includes("/condition"));
    expect(own.map((o) => [o.id, o.expected])).toEqual([["STL/privileged/condition", "unsat"], ["STL/privileged/condition/possible", "sat"], ["STL/privileged/condition/without-1", "sat"]]);
    const { queries } = JSON.parse(readFileSync(join(place, "manifest.json"), "utf8")) as { queries: { id: string; file: string }[] };
    const text = readFileSync(join(place, queries.find((q) => q.id === own[0]!.id)!.file), "utf8");
    expect(text).toContain("of any configuration but those with bit 0 of UM = 0");
    // one that rules out too little is found out, and one that rules out what is good
    const { machine } = await loadMachine(MACHINE, new Map(), "never");
    const stl = obligationsOf(machine, machine.configurations[0]!, machine.instructions[0]!);
    const answerOf = (id: string, bad: AskedQuestion["bad"]): string => spawnSync("cvc5", ["--lang=smt2", "-"], { encoding: "utf8", input: stl(id, false, bad).text() }).stdout.split("\n")[0]!;
    expect(answerOf("STL/privileged/condition", [])).toBe("sat");
    expect(answerOf("STL/privileged/condition/without-1", [[{ component: "UM", bit: 0, value: 1 }]])).toBe("unsat");
    expect(answerOf("STL/privileged/condition", [[{ component: "UM", bit: 0, value: 0 }]])).toBe("unsat");
  });

  test("the queries stand by themselves", () => {
    const { queries } = JSON.parse(readFileSync(join(place, "manifest.json"), "utf8")) as { queries: { file: string; expected: string }[] };
    for (const { file: query, expected } of queries.filter((_, i) => i % 7 === 0)) expect(spawnSync("cvc5", [join(place, query)], { encoding: "utf8" }).stdout.trim()).toBe(expected);
  });

  test("it is the same when it is made again, and a folder of other things is left alone", async () => {
    const before = readFileSync(file, "utf8");
    expect(await popek(["certify", MACHINE, "--solvers", "embedded,cvc5", "--output", place])).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8")).toBe(before);
    const other = temporary();
    writeFileSync(join(other, "thesis.txt"), "");
    expect(await popek(["certify", MACHINE, "--solvers", "embedded,cvc5", "--output", other])).toMatchObject({ code: 2, stderr: expect.stringMatching(/there are other files in it/) });
    expect(readdirSync(other)).toEqual(["thesis.txt"]);
  });

  test("checked again it holds", async () => {
    const { code, stdout } = await popek(["certify", MACHINE, "--solvers", "embedded,cvc5", "--check", file]);
    expect(stdout).toMatch(/The certificate holds: \d+ obligations derived again/);
    expect(code).toBe(0);
  });

  test("spelt out, more is asked, of the same obligations", async () => {
    const plain = join(folder, "plain.json"), spelt = join(folder, "spelt.json");
    const args = ["certify", "third-generation", "--only", "LD", "--solvers", "embedded,cvc5", "--output"];
    expect(await popek([...args, plain])).toMatchObject({ code: 0 });
    expect(await popek([...args, spelt, "--spell-out"])).toMatchObject({ code: 0 });
    const structural = (name: string): number => read(name).obligations.filter((o) => standingOf(o) === "structural").length;
    expect(read(spelt).obligations.map((o) => [o.id, o.expected])).toEqual(read(plain).obligations.map((o) => [o.id, o.expected]));
    expect(structural(spelt)).toBeLessThanOrEqual(structural(plain));
    expect(await popek(["certify", "--solvers", "embedded,cvc5", "--check", spelt])).toMatchObject({ code: 0 });
  });

  test("the proofs about a monitor, with the lemmas on the VM map", async () => {
    const proofs = join(folder, "proofs.json");
    expect(await popek(["certify", "third-generation", "--only", "LPSW,LD", "--monitor", "trap-and-emulate", "--solvers", "embedded,cvc5", "--output", proofs])).toMatchObject({ code: 0, stderr: "" });
    const ids = read(proofs).obligations.map((o) => o.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const part of ["LPSW/vmm-", "LD/vmm-", "lemma/"]) expect(ids.some((id) => id.startsWith(part)), part).toBe(true);
    expect(await popek(["certify", "--solvers", "embedded,cvc5", "--check", proofs])).toMatchObject({ code: 0 });
  });

  test("what traps leave part done: a lemma of the instruction's, with its twin", async () => {
    const machine = join(folder, "part-done.isa"), part = join(folder, "part-done.json");
    // the register is changed before storage is reached, in words that only a solver finds to be the same in both modes
    writeFileSync(machine, textWith([["again", "A := if M == 1 then A | 5 else (A & 0xFFFA) + 5\n    then keep\n    mem[a] := A"]]));
    expect(await popek(["certify", machine, "--only", "again", "--monitor", "trap-and-emulate", "--solvers", "embedded,cvc5", "--output", part])).toMatchObject({ code: 0, stderr: "" });
    const own = read(part).obligations.filter((o) => o.id.includes("leaves-otherwise"));
    expect(own.map((o) => [o.id, o.expected, standingOf(o)])).toEqual([
      ["again/vmm-fidelity-extended/any-trap-leaves-otherwise/opaque-map", "unsat", "agreed"], ["again/vmm-fidelity-extended/any-trap-leaves-otherwise/possible", "sat", "agreed"],
    ]);
    expect(await popek(["certify", machine, "--solvers", "embedded,cvc5", "--check", part])).toMatchObject({ code: 0 });
  });

  test.each([["trap-leaves-otherwise", "unsat"], ["trap-leaves-otherwise/possible", "sat"], ["tried-again-otherwise/opaque-map", "unsat"], ["tried-again-otherwise", "unsat"]])("of the System/370's AR: %s is %s", async (name, expected) => {
    const { code, stdout } = await popek(["export", "s370", "--obligation", `AR/vmm-fidelity-extended/${name}`]);
    expect(code).toBe(0);
    expect(spawnSync("cvc5", ["--lang=smt2", "-"], { encoding: "utf8", input: stdout }).stdout.split("\n")[0]).toBe(expected);
  });

  test("where loops are cut off in a query, more is allowed than there is: no solver is taken to say otherwise for that", async () => {
    const loops = join(folder, "loops.json");
    expect(await popek(["certify", "pdp10", "--only", "MOVE", "--monitor", "hybrid", "--solvers", "embedded,cvc5", "--output", loops])).toMatchObject({ code: 0, stderr: "" });
    expect(new Set(read(loops).obligations.map(standingOf))).toEqual(new Set(["agreed", "structural"]));
  });

  const certificate = (): Certificate => read(file);
  test.each<[string, (c: Certificate) => Certificate, RegExp]>([
    ["another answer", (c) => ({ ...c, obligations: c.obligations.map((o, i) => (i === 0 ? { ...o, expected: "sat" } : o)) }), /it says sat, the check unsat/],
    ["another query", (c) => ({ ...c, obligations: c.obligations.map((o, i) => (i === 1 ? { ...o, query: "0".repeat(64) } : o)) }), /its query has hash 0000000000000000, derived again [0-9a-f]{16}/],
    ["one that is missing", (c) => ({ ...c, obligations: c.obligations.slice(1) }), /the check asks it, and it is not there/],
    ["one too many", (c) => ({ ...c, obligations: [...c.obligations, { ...c.obligations[0]!, id: "NOP/more" }] }), /NOP\/more: the check asks no such thing/],
    ["one twice", (c) => ({ ...c, obligations: [...c.obligations, c.obligations[0]!] }), /it names an obligation twice/],
    ["an opposite answer on record", (c) => ({ ...c, obligations: c.obligations.map((o) => (o.answers["cvc5"] === "sat" ? { ...o, answers: { ...o.answers, cvc5: "unsat" } } : o)) }), /it records the answer unsat where sat is expected/],
    ["answers that are missing", (c) => ({ ...c, obligations: c.obligations.map((o) => ({ ...o, answers: {} })) }), /it records no answer/],
    ["another specification", (c) => ({ ...c, machine: { ...c.machine, sha256: "0".repeat(64) } }), /it is about specification 000000000000/],
  ])("one with %s does not hold", (_what, forge, message) => {
    const given = forge(certificate());
    expect(differences(given, certificate()).join("\n")).toMatch(message);
  });
  test("and that is said: 1", async () => {
    const forged = write("forged.json", { ...certificate(), obligations: certificate().obligations.slice(1) });
    const { code, stdout } = await popek(["certify", MACHINE, "--solvers", "embedded,cvc5", "--check", forged]);
    expect(stdout).toMatch(/the check asks it, and it is not\s+there\n\nThe certificate does not hold\./);
    expect(code).toBe(1);
    const other = write("other.json", { ...certificate(), machine: { ...certificate().machine, sha256: "0".repeat(64) } });
    expect(await popek(["certify", MACHINE, "--check", other])).toMatchObject({ code: 1, stdout: expect.stringContaining("it is about specification 000000000000") });
  });
});

describe("solvers that are not what they should be", () => {
  test("one that lies is told, with both stories: 1", async () => {
    const { code, stdout } = await popekProcess(["certify", MACHINE, "--solvers", "embedded,cvc5", "--no-cache", "--output", join(folder, "lied.json")], { env: withPrograms({ cvc5: STAND_IN("cvc5", "echo unsat") }) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/STL\/privileged\/supervisor-completes: a solver says otherwise\n {2}the check: sat, known by witness\n {2}z3 \(embedded\) [\d.]+: sat, with .*\n(?: {2,}.*\n)* {2}cvc5 0\.0\.1: unsat/);
    expect(stdout).toMatch(/Solvers disagree with the check on \d+ obligations/);
    expect(read(join(folder, "lied.json")).obligations.some((o) => standingOf(o) === "disagreed")).toBe(true);
  });

  test("values that do not satisfy the query are no answer, and one that gives up leaves it open: 3", async () => {
    const { code, stdout } = await popekProcess(["certify", MACHINE, "--solvers", "embedded,cvc5", "--no-cache", "--output", join(folder, "gave-up.json")], { env: withPrograms({ cvc5: STAND_IN("cvc5", "echo unknown") }) });
    expect(code).toBe(3);
    expect(stdout).toMatch(/the rest is open\./);
  });

  test("one that is missing: 2, and what to install", async () => {
    const { code, stderr } = await popekProcess(["certify", MACHINE, "--output", join(folder, "none.json")], { env: withPrograms({ z3: STAND_IN("z3", "echo unknown") }, true) });
    expect({ code, isThere: existsSync(join(folder, "none.json")) }).toEqual({ code: 2, isThere: false });
    expect(stderr).toMatch(/a certificate needs the solver cvc5: .*\n {2}hint: on Debian and Ubuntu: apt-get install cvc5/);
  });
});

test("Ctrl-C leaves nothing half written, and what was answered is kept", async () => {
  const place = join(folder, "interrupted"), env = { ...withPrograms({ cvc5: STAND_IN("cvc5", "exec sleep 30") }), POPEK_CACHE: join(folder, "cache") };
  const { child, ended } = start(["certify", MACHINE, "--solvers", "embedded,cvc5", "--output", place], { env });
  const answers = join(folder, "cache", "answers-1");
  for (let waited = 0; waited < 300 && !existsSync(answers); waited++) await setTimeout(100);
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining("the same command goes on from there") });
  expect(readdirSync(folder).filter((f) => f.includes("interrupted"))).toEqual([]);
  expect(readFileSync(answers, "utf8").length).toBeGreaterThan(0);
});

describe("bad input is told in a line: 2", () => {
  test.each<[string[], RegExp]>([
    [["third-generation"], /either --output FOLDER, or --check CERTIFICATE/],
    [["third-generation", "--output", "x", "--solvers", "z3,embedded"], /is one opinion, and a certificate needs two/],
    [["third-generation", "--output", "x", "--solvers", "z3,yices"], /there is no solver yices/],
    [["--output", "x"], /an argument is missing: the machine/],
    [["third-generation", "--output", "x", "--monitor", "magic"], /--monitor magic is no monitor/],
    [["--check", "package.json"], /package\.json is not a certificate/],
    [["--check", "nosuch.json"], /cannot read nosuch\.json/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await popek(["certify", ...args]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
