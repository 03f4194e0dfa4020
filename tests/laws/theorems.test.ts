/**
 * Theorems 1 and 3 as laws, on generated machines (by the thousand with LAW_RUNS=5000): an instruction that is not critical is faithful, safe and
 * efficient under the monitor, over all states; and so is a machine all of whose instructions are. Classes and properties both come
 * from running all states, by two programs that share nothing. Then the proofs: on some of the machines `vmm prove` says the same.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { proveMachine } from "../../src/vmm/prove.js";
import { enginesFor, machineOf } from "../machines/tiny.js";
import { classesByPairs } from "./all-pairs.js";
import { machinePlan, machineText, type InstructionPlan, type MachinePlan } from "./generated-machines.js";
import { monitoredByStates, monitorText } from "./monitored-machines.js";

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

const RUNS = Number(process.env["LAW_RUNS"] ?? 300), SEED = Number(process.env["LAW_SEED"] ?? 1974);

interface Shown { readonly plan: MachinePlan; readonly text: string }

/**
 * Random instructions are nearly all critical. So some are made to ask for supervisor mode first, and some to keep to what is their own.
 * A counterexample is shown as a specification that can be pasted into a file.
 */
const monitored = fc.tuple(machinePlan, fc.array(fc.constantFrom("as it is", "supervisor's", "supervisor's", "tame", "tame"), { minLength: 3, maxLength: 3 })).map(([drawn, manners]): Shown => {
  const plan: MachinePlan = { ...drawn, isReserved: false, instructions: drawn.instructions.map((i, n) => mannered(i, manners[n]!)) };
  const text = machineText(plan) + monitorText(plan);
  return { plan, text, [fc.toStringMethod]: () => `under ${plan.configuration}\n${text}` } as Shown;
});

function mannered(i: InstructionPlan, manner: string): InstructionPlan {
  const isTame = (text: string): boolean => !/[MlbqE]|IF/.test(text.replaceAll("mem", ""));
  switch (manner) {
    case "supervisor's": return { ...i, exits: [{ kind: "trap operation()", guard: "M == 1" }, ...i.exits] };
    case "tame": return { exits: i.exits.filter((e) => e.kind !== "halt" && isTame(e.guard)), assignments: i.assignments.filter((s) => isTame(s.target) && isTame(s.value) && isTame(s.guard ?? "")) };
    default: return i;
  }
}

const MONITORS = [
  { theorem: 1, name: "trap-and-emulate", direct: "any", sensitive: ["control-extended", "location", "mode", "resource"] },
  { theorem: 3, name: "hybrid", direct: "user", sensitive: ["user-control-extended", "user-location", "user-resource"] },
] as const;

test("Theorems 1 and 3: what is not critical is faithful, safe and efficient under the monitor", () => {
  const counts = MONITORS.map(({ name }) => ({ name, instructions: 0, critical: 0, broken: 0, met: 0 }));
  fc.assert(fc.property(monitored, ({ plan, text }) => {
    const machine = machineOf("generated.isa", text);
    const classes = classesByPairs(machine, plan);
    MONITORS.forEach(({ direct, sensitive }, n) => {
      const count = counts[n]!;
      const properties = monitoredByStates(machine, plan, direct);
      let isMet = true;
      for (const { id } of machine.instructions) {
        const is = (name: string): boolean => classes.get(id)!.has(name);
        const { fidelity, safety, entersNeedlessly } = properties.get(id)!;
        count.instructions++;
        if (!is("privileged") && sensitive.some(is)) {
          count.critical++;
          if (!fidelity || !safety) count.broken++;
          isMet = false;
          continue;
        }
        expect({ id, fidelity, safety }).toEqual({ id, fidelity: true, safety: true });
        if (!is("privileged") && !is("partly-trapping") && !is("always-traps")) expect({ id, entersNeedlessly }).toEqual({ id, entersNeedlessly: false });
      }
      if (isMet) count.met++;
    });
  }), { numRuns: RUNS, seed: SEED, verbose: 1 });
  // the law is not empty: there are machines that meet the condition, and critical instructions that break the monitor
  for (const { name, instructions, critical, broken, met } of counts) {
    process.stdout.write(`${name}: ${met} of ${RUNS} machines meet the condition; ${instructions} instructions, ${critical} critical, of which ${broken} break the monitor\n`);
    expect(met).toBeGreaterThan(RUNS / 10);
    expect(broken).toBeGreaterThan(critical / 2);
  }
}, Math.max(900_000, 3_000 * RUNS));

test.each(MONITORS)("vmm prove says of the $name monitor what running all states says", async ({ name, direct }) => {
  await fc.assert(fc.asyncProperty(monitored, async ({ plan, text }) => {
    const machine = machineOf("generated.isa", text);
    const properties = monitoredByStates(machine, plan, direct);
    for (const use of [["structural", "sampled", "solver"], ["structural", "exhaustive"]] as const) {
      const result = await proveMachine(machine, { monitor: name, reading: "extended", guests: "any", configuration: configurationNamed(machine, plan.configuration)!, engines: enginesFor(machine, use, solver, 60) });
      expect(result.lemmas.filter((l) => l.isNeeded && l.answer !== "holds")).toEqual([]);
      for (const i of result.instructions) {
        const { fidelity, safety } = properties.get(i.id)!;
        const open = [i.fidelity, i.safety].filter((a) => a.answer === "open").map((a) => a.reason ?? "");
        if (!(use as readonly string[]).includes("solver") && open.some((reason) => reason.includes("too many to run"))) continue;
        expect(open).toEqual([]);
        expect({ id: i.id, fidelity: i.fidelity.answer, safety: i.safety.answer }).toEqual({ id: i.id, fidelity: fidelity ? "holds" : "fails", safety: safety ? "holds" : "fails" });
      }
    }
  }), { numRuns: Math.ceil(RUNS / 15), seed: SEED, verbose: 1 });
}, 600_000);
