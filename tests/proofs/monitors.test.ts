/** What the ledgers say of monitors, against what is known of the machines; and the SMT-LIB queries that they name, run again. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Instruction, Machine } from "../../src/isa/machine.js";
import { ownModeSeen } from "../../src/requirements/own-mode.js";
import { startEmbeddedZ3 } from "../../src/smt/embedded-z3.js";
import { casesOf } from "../../src/smt/cases.js";
import type { Solver } from "../../src/smt/solver.js";
import { machineAt } from "../machine/machines.js";

let solver: Solver;
beforeAll(async () => { solver = await startEmbeddedZ3(); });
afterAll(() => solver.close());

const machinesRead = new Map<string, Machine>();
function instructionOf(name: string, id: string): readonly [Machine, Instruction] {
  const machine = machinesRead.get(name) ?? machineAt(`isa-specs/${name}/`);
  machinesRead.set(name, machine);
  return [machine, machine.instructions.find((i) => i.id === id)!];
}

/** Of a lemma that was proved case by case, so many cases are asked again. */
const CASES_ASKED = 4;

interface MonitorLedger {
  readonly monitors: readonly {
    readonly monitor: string; readonly reading: string; readonly guests: string; readonly answer: string; readonly properties: Readonly<Record<string, string>>;
    readonly instructions: Readonly<Record<string, { readonly fidelity: string; readonly safety: string }>>;
  }[];
}
interface Ledger { readonly theorems: readonly { readonly theorem: number; readonly reading: string; readonly assumption: string; readonly answer: string; readonly critical: readonly string[]; readonly open: readonly string[] }[] }

const machines = readdirSync("proofs", { withFileTypes: true }).filter((e) => e.isDirectory() && existsSync(`proofs/${e.name}/vmm-ledger.json`)).map((e) => e.name).sort();
const read = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

test("the paper's machine has a monitor of every kind", () => {
  const { monitors } = read<MonitorLedger>("proofs/third-generation/vmm-ledger.json");
  expect(monitors.map((m) => `${m.monitor} ${m.reading} ${m.answer}`)).toEqual(["trap-and-emulate strict holds", "trap-and-emulate extended holds", "recursive:5 extended holds", "hybrid extended holds"]);
});

test("README's table of monitors says what the ledgers say", () => {
  const kinds = ["trap-and-emulate extended any", "recursive:5 extended any", "hybrid extended any", "hybrid extended within-k"];
  const rows = [...readFileSync("README.md", "utf8").matchAll(/^\| `([\w-]+)` \|((?: [^|]*\|){4})$/gm)].map(([, name, cells]): [string, string] => [name!, cells!]);
  const cell = (machine: string, kind: string): string => {
    const found = read<MonitorLedger>(`proofs/${machine}/vmm-ledger.json`).monitors.find((m) => `${m.monitor} ${m.reading} ${m.guests}` === kind);
    if (found === undefined) return "";
    const count = Object.values(found.instructions).filter((i) => [i.fidelity, i.safety].some((a) => a.startsWith(found.answer))).length;
    return found.answer === "holds" ? "holds" : `${found.answer} by ${count}`;
  };
  expect(rows.map(([name, cells]) => [name, ...cells.split("|").slice(0, 4).map((c) => c.trim())])).toEqual(expect.arrayContaining(machines.map((m) => [m, ...kinds.map((kind) => cell(m, kind))])));
  expect(rows.map(([name]) => name).sort()).toEqual(machines);
});

describe.each(machines)("%s", (machine) => {
  const text = readFileSync(`proofs/${machine}/vmm-ledger.json`, "utf8");
  const { monitors } = read<MonitorLedger>(`proofs/${machine}/vmm-ledger.json`);
  const { theorems } = read<Ledger>(`proofs/${machine}/ledger.json`);

  test("what breaks a monitor is critical", () => {
    for (const m of monitors) {
      const theorem = theorems.find((t) => t.theorem === (m.monitor.startsWith("hybrid") ? 3 : 1) && t.reading === m.reading && t.assumption === m.guests)!;
      const breaking = Object.entries(m.instructions).filter(([, i]) => i.fidelity.startsWith("fails") || i.safety.startsWith("fails")).map(([id]) => id);
      // or whether it is critical is open, and a pair was found here that was not found there
      const isCritical = (id: string): boolean => [...theorem.critical, ...theorem.open].some((c) => c === id || id.endsWith(`[${c}]`));
      // or it looks at what is left of the mode to the real machine, where user mode is not one value of it: see own-mode.ts
      const others = breaking.filter((id) => !isCritical(id));
      for (const id of others) expect(m.monitor.startsWith("hybrid") ? ownModeSeen(...instructionOf(machine, id)) : [], `${id} under ${m.monitor}`).not.toEqual([]);
      if (theorem.answer === "holds") expect(breaking).toEqual(others);
    }
  });

  const folder = `proofs/${machine}/vmm-queries`;
  const files = existsSync(folder) ? readdirSync(folder) : [];
  test("the ledger names every query, and every query is there", () => {
    expect([...new Set([...text.matchAll(/vmm-queries\/(\w+\.smt2)/g)].map((q) => q[1]!))].sort()).toEqual([...files].sort());
  });
  test.each(files.map((f) => [f]))("%s", async (file) => {
    const script = readFileSync(`${folder}/${file}`, "utf8");
    // that a guest's tables of two levels mean what the monitor's do takes a solver some seconds for each version of ARM and each monitor: one of them is asked in full
    const isOfTwoLevels = script.includes(", lemma units of ") && script.includes("ARM architecture") && !(machine === "armv4t" && script.includes("trap-and-emulate"));
    // what was proved case by case is asked so, some of the cases here and all of them by `npm run prove`
    const cases = script.includes("(push 1)") ? casesOf(script) : undefined;
    const asked = cases?.filter((_, n) => n % Math.ceil(cases.length / CASES_ASKED) === 0) ?? [script];
    for (const one of asked) {
      const { answer } = await solver.check({ script: one, ask: [] }, { resource: isOfTwoLevels ? 500_000 : 40_000_000 });
      expect(isOfTwoLevels ? ["unsat", "unknown"] : ["unsat"]).toContain(answer);
    }
  });
});
