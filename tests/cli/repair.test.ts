/** `repair`: minimal sets of changes, each enough and none of its changes too many, and what they cost on guests. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loadMachine } from "../../src/cli/load-machine.js";
import { readProgram } from "../../src/cli/program-file.js";
import { startState } from "../../src/machine/start-state.js";
import { startEmbeddedZ3 } from "../../src/smt/embedded-z3.js";
import type { Solver } from "../../src/smt/solver.js";
import { checkMachine, configurationNamed } from "../../src/verdict/check.js";
import { findRepairs, type RepairTask } from "../../src/verdict/repair.js";
import { trapOfUserMode, trappingInUserMode } from "../../src/verdict/repair-machine.js";
import type { CheckResult } from "../../src/verdict/result.js";
import { createControlProgram, type GuestProgram } from "../../src/vmm/control-program.js";
import { countExecutions } from "../../src/vmm/executions.js";
import { enginesFor, tinyMachine } from "../machines/tiny.js";
import { popek, ROOT, temporary } from "./popek.js";

vi.setConfig({ testTimeout: 120_000 });

const CONDITIONAL = "tests/machines/conditional.isa";

interface Document { readonly answer: string; readonly critical: readonly string[]; readonly repairs: readonly { readonly answer: string; readonly changes: readonly Readonly<Record<string, unknown>>[]; readonly costs: readonly { readonly program: string; readonly added: number }[] }[] }

const validate = new Ajv().compile(JSON.parse(readFileSync(join(ROOT, "src/report/repair.schema.json"), "utf8")) as object);

async function repair(...args: string[]): Promise<{ readonly code: number | null; readonly document: Document }> {
  const { code, stdout, stderr } = await popek(["repair", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  const document = JSON.parse(stdout) as Document;
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  return { code, document };
}
const changes = ({ repairs }: Document): unknown[] => repairs.map((r) => [r.answer, ...r.changes.map((c) => c["instruction"] ?? c["name"] ?? c["condition"])]);

describe("minimal sets", () => {
  test("nothing where nothing is to be mended", async () => {
    expect(await repair("tests/machines/baseline.isa")).toMatchObject({ code: 0, document: { answer: "holds", repairs: [] } });
    expect((await popek(["repair", "tests/machines/baseline.isa"])).stdout).toContain("nothing has to be repaired");
  });

  test("a trap, or the configuration that is declared; not a condition that contradicts the present one", async () => {
    const { code, document } = await repair(CONDITIONAL, "--config", "unguarded");
    expect({ code, critical: document.critical, changes: changes(document) }).toEqual({ code: 0, critical: ["STL"], changes: [["holds", "STL"], ["holds", "guarded"]] });
  });

  test("a condition that is found where none is declared", async () => {
    const file = join(temporary(), "undeclared.isa");
    const text = readFileSync(join(ROOT, CONDITIONAL), "utf8");
    writeFileSync(file, text.replace(/configuration guarded .*\n/, "").replace(/configuration unguarded .*\n/, 'configuration partial "UM on, or no relocation" { UM == 1 || l == 0 }\n'));
    const { code, document } = await repair(file, "--config", "any");
    expect({ code, changes: changes(document) }).toEqual({ code: 0, changes: [["holds", "STL"], ["holds", "UM = 1"]] });
  });

  test("of the hybrid monitor's theorem, in either reading", async () => {
    for (const reading of ["strict", "extended"]) expect(changes((await repair("tests/machines/mode.isa", "--theorem", "3", "--reading", reading)).document)).toEqual([]);
  });

  test("what is open can't be repaired: 3", async () => {
    expect(await repair("tests/machines/baseline.isa", "--engine", "structural")).toMatchObject({ code: 3, document: { answer: "open" } });
  });

  test("a trap that is not there: 2", async () => {
    expect(await popek(["repair", CONDITIONAL, "--trap", "operatoin"])).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/no trap operatoin\n {2}hint: did you mean operation\?/) });
  });
});

describe("each change is needed, and all together are enough", () => {
  let solver: Solver;
  beforeAll(async () => { solver = await startEmbeddedZ3(); });
  afterAll(() => solver.close());

  test.each(["control.isa", "location.isa", "mode.isa", "resource.isa", "halting.isa", "privileged.isa"])("%s", async (file) => {
    const machine = tinyMachine(file), configuration = configurationNamed(machine, undefined)!, trap = trapOfUserMode(machine)!;
    const check: RepairTask["check"] = (changed, under, only) => checkMachine(changed, { configuration: under, only, engines: enginesFor(changed, ["structural", "sampled", "exhaustive", "solver"], solver) });
    const found = await findRepairs({ machine, configuration, theorem: 1, reading: "extended", trap, check, conditionFor: async () => undefined, hasUserStates: async () => true });
    if (found.kind !== "repairs") return expect(found).toMatchObject({ kind: "met" });
    for (const { changes: set, theorem, configuration: under } of found.repairs) {
      expect(theorem.answer).toBe("holds");
      const ids = set.flatMap((c) => (c.kind === "trap" ? [c.instruction] : []));
      for (const left of ids) {
        const result = await check(trappingInUserMode(machine, new Set(ids.filter((id) => id !== left)), trap), under);
        expect(result.theorems.find((t) => t.theorem === 1 && t.reading === "extended")).toMatchObject({ answer: "fails", critical: [left] });
      }
    }
  });

  test("where only a pair is critical, either of the two may trap", async () => {
    const { machine } = await loadMachine("pdp10");
    const fake = (critical: readonly string[]): CheckResult => ({
      popek: "0.0.0", machine: { name: "", title: "", sha256: "", radix: "octal" }, configuration: "", engines: { solver: "", seed: 0, runs: 0 }, instructions: [], premises: [], notModelled: [], statistics: { questions: 0, answeredBy: {}, open: 0 },
      theorems: [{ theorem: 3, reading: "strict", assumption: "any", answer: critical.length > 0 ? "fails" : "holds", critical, open: [] }],
    });
    const found = await findRepairs({
      machine, configuration: configurationNamed(machine, undefined)!, theorem: 3, reading: "strict", trap: trapOfUserMode(machine), conditionFor: async () => undefined, hasUserStates: async () => true,
      check: async (changed) => fake(changed === machine ? ["JSR", "XCT[JSR]", "XCT[JSP]"] : []),
    });
    expect(found.kind === "repairs" && found.repairs.map((r) => r.changes.map((c) => c.kind === "trap" && c.instruction))).toEqual([["JSR", "JSP"], ["XCT", "JSR"]]);
  });
});

describe("the cost", () => {
  test("is counted on the guests that are given", async () => {
    const { code, document } = await repair("third-generation", "--theorem", "3");
    expect({ code, document }).toMatchObject({ code: 0, document: { answer: "holds" } });
  });

  test("is what a monitor of the repaired machine is entered for", async () => {
    const { machine } = await loadMachine("pdp10");
    const trap = trapOfUserMode(machine)!;
    expect(trap.name).toBe("uuo");
    const { image } = readProgram(machine, join(ROOT, "isa-specs/pdp10/programs/mixture.s"), false, "never");
    const program: GuestProgram = { name: "mixture.s", image, events: [], start: startState(machine, image.words.map(([a]) => a)) };
    const counted = countExecutions(machine, program, 1_000_000);
    expect(counted.isWhole).toBe(true);
    const entries = (of: typeof machine): number => {
      const monitor = createControlProgram(of, [program], { kind: "trap-and-emulate", depth: 1, size: 8192, quantum: 10_000 }, startState(of, []));
      monitor.advance(1_000_000);
      expect(monitor.guests[0]!.run.end).toEqual({ kind: "halt" });
      return [...monitor.guests[0]!.machine.work().causes.values()].reduce((n, c) => n + c.entries, 0);
    };
    const pushes = counted.byInstruction.get("PUSHJ")!.all;
    expect(pushes).toBeGreaterThan(100);
    expect(entries(trappingInUserMode(machine, new Set(["PUSHJ"]), trap)) - entries(machine)).toBe(pushes);
  });
});
