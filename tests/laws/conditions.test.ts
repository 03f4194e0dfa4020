/**
 * Synthesised conditions, held against all configurations of small machines: an instruction that traps in user mode unless a
 * random predicate of configuration bits, a general register and bits that no configuration speaks of is true, is privileged
 * exactly under the configurations of which the text says so.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import { setting } from "../../src/requirements/setting.js";
import type { Solver } from "../../src/smt/solver.js";
import { solverNamed } from "../../src/smt/solvers.js";
import { answer } from "../../src/verdict/answer.js";
import { Evaluator } from "../../src/isa/evaluate.js";
import { conditionOf } from "../../src/verdict/condition.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { QUESTIONS } from "../../src/verdict/classify.js";
import { enginesFor, machineOf } from "../machines/tiny.js";

let solver: Solver;
beforeAll(async () => { solver = await solverNamed("embedded"); });
afterAll(() => solver.close());

/** Bits that a predicate may look at: `C` and the low half of `D` are configuration, the rest of `D` and `g` are not. */
const ATOMS = ["C[2]", "C[1]", "C[0]", "D[1]", "D[0]", "D[3]", "D[2]", "g[1]", "g[0]"] as const;

type Predicate = readonly (readonly { readonly atom: number; readonly value: number }[])[];

const predicate: fc.Arbitrary<Predicate> = fc.array(fc.array(fc.record({ atom: fc.nat(ATOMS.length - 1), value: fc.nat(1) }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });

function text(p: Predicate): string {
  return p.map((all) => `(${all.map(({ atom, value }) => `${ATOMS[atom]} == ${value}`).join(" && ")})`).join(" || ");
}

function machineWith(p: Predicate): Machine {
  return machineOf("conditions.isa", `machine conditions "Conditions" { bits lsb0 radix binary }
mode s supervisor when M == 0
mode u user when M == 1
state E[2] : 2 is storage because "four cells"
state q : 3 is extent because "cells 0 to q - 1 exist"
state M : 1 is mode because "supervisor is 0"
state P : 1 is program-counter because "relative to R"
state l : 2 is map because "relocation"
state b : 3 is map because "bound, a size"
state C : 3 is interrupt because "what the monitor sets"
state D : 4 is interrupt because "the low half is what the monitor sets"
state g : 2 is general because "what a program sets"
configuration plain "All" default { C == 0 && D[1..0] == 0 }
invariant q >= 2 because "traps exchange cells 0 and 1"
invariant q <= 4 because "there are four cells"
invariant b <= 4 because "no window is larger than storage"
window mem(a : 2, access) : 2 over E {
  let place = zext(a, 3) + zext(l, 3)
  trap bounds(a) when place >= q || zext(a, 3) >= b
  cell place[1..0]
  address (p) p - l
}
action exchange() { E[0] := M @ P  (M @ P) := E[1] }
memory trap bounds(a : 2) "Outside the window" { exchange() }
trap operation() "Refused" { exchange() }
advance { P := P + 1 }
otherwise "Unassigned" { trap operation() }
instruction TEST "Traps in user mode unless the predicate is true" {
  encoding 5'0
  syntax "TEST"
  step { trap operation() when M == 1 && !(${text(p)}) }
}
`);
}

/** Whether a text such as "(C[1..0] = 0x2 or D[0] = 1) and C[2] = 0" is true of values. */
function isTrue(condition: string, values: Readonly<Record<string, number>>): boolean {
  const expression = condition.replace(/(\w+)(?:\[(\d+)(?:\.\.(\d+))?\])? = (\w+)/g, (_, name: string, high?: string, low?: string, value?: string) => {
    const from = Number(low ?? high ?? 0), to = high === undefined ? 31 : Number(high);
    return String(((values[name]! >> from) & (2 ** (to - from + 1) - 1)) === Number(value));
  });
  return evaluate(expression.replaceAll("and", "&").replaceAll("or", "|").replaceAll(" ", ""));
}

/** Or of ands of "true", "false" and brackets, from the inside out. */
function evaluate(expression: string): boolean {
  let e = expression;
  for (let inner = /\(([^()]*)\)/.exec(e); inner !== null; inner = /\(([^()]*)\)/.exec(e)) e = e.replace(inner[0], String(evaluate(inner[1]!)));
  return e.split("|").some((all) => all.split("&").every((one) => one === "true"));
}

function holds(p: Predicate, values: Readonly<Record<string, number>>): boolean {
  return p.some((all) => all.every(({ atom, value }) => {
    const [, name, bit] = /(\w)\[(\d)\]/.exec(ATOMS[atom]!)!;
    return ((values[name!]! >> Number(bit)) & 1) === value;
  }));
}

test("a condition is true of exactly the configurations under which no user state completes", async () => {
  let told = 0;
  await fc.assert(fc.asyncProperty(predicate, async (p) => {
    const machine = machineWith(p);
    const engines = enginesFor(machine, ["structural", "sampled", "exhaustive", "solver"], solver);
    const s = setting(machine, machine.instructions[0]!, configurationNamed(machine, "plain")!);
    const condition = await conditionOf(s, engines, await answer(machine, machine.instructions[0]!, QUESTIONS.userCompletes!(s), engines));
    const isGood = (C: number, D: number): boolean => [0, 1, 2, 3].every((above) => [0, 1, 2, 3].every((g) => !holds(p, { C, D: (above << 2) | D, g })));
    const configurations = Array.from({ length: 32 }, (_, n) => ({ C: n >> 2, D: n & 3 }));
    const good = configurations.filter(({ C, D }) => isGood(C, D));
    if (condition === undefined) return good.length === 0 || good.length === configurations.length;
    told++;
    expect(configurations.filter((c) => isTrue(condition.text, c)), condition.text).toEqual(good);
    const isSo = (c: Readonly<Record<string, number>>): boolean => new Evaluator({ variable: (v) => BigInt(c[v.name] ?? 0), cell: () => 0n }).isTrue(condition.predicate);
    expect(configurations.filter(isSo), condition.text).toEqual(good);
    return true;
  }), { numRuns: 60, seed: 1974 });
  expect(told).toBeGreaterThan(20);
}, 120_000);
