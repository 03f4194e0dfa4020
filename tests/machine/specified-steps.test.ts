/** Law: on specified machines, every compiled instruction's step is the evaluated step, from random states. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Evaluator } from "../../src/isa/evaluate.js";
import { lowering } from "../../src/isa/lower.js";
import type { Instruction, Machine } from "../../src/isa/machine.js";
import { isArray, reachable, type AnyTerm, type ArrayTerm, type Term } from "../../src/isa/term.js";
import { createCpu, type Cpu, type Outcome } from "../../src/machine/cpu.js";
import { edge } from "./generated-terms.js";
import { machineAt } from "./machines.js";

/** A fixed stream of bits. */
function* random(seed: bigint): Generator<bigint, never> {
  for (let state = seed | 1n; ;) {
    let value = 0n;
    for (let i = 0; i < 3; i++) {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
      value = (value << 45n) | (state >> 19n);
    }
    yield value;
  }
}

function scramble(machine: Machine, cpu: Cpu, seed: bigint): void {
  const values = random(seed);
  for (const c of machine.components) {
    if (c.kind === "array") for (let i = 0n; i < 1n << BigInt(Math.min(c.indexWidth, 18)); i++) cpu.setCell(c.name, i, edge(values.next().value, c.width));
  }
}

/** The indices of the cells that a step may write. */
function written(evaluator: Evaluator, array: AnyTerm): bigint[] {
  return reachable([array]).flatMap((t) => (t.op === "store" ? [evaluator.value(t.index)] : []));
}

function expectStep(machine: Machine, lower: ReturnType<typeof lowering>, old: Cpu, cpu: Cpu, instruction: Instruction, word: bigint): void {
  const units = machine.fetch === undefined ? 1 : instruction.encoding.width / machine.fetch.unit;
  const fields = new Map(instruction.encoding.fields.map((f) => [f.variable.id, BigInt.asUintN(f.width, word >> BigInt(f.low))]));
  const evaluator = new Evaluator({
    variable: (v) => (v.space === "state" ? old.get(v.name) : v.space === "choice" ? 0n : fields.get(v.id) ?? BigInt(units)),
    cell: (a, i) => old.getCell(a.name, i),
  });
  const value = (t: Term): bigint => evaluator.value(lower.term(t));
  const { step } = instruction;
  const taken = step.exits.find((e) => value(e.guard) === 1n);
  let outcome: Outcome = { kind: "done" };
  if (taken === undefined) {
    if (step.execute !== undefined && value(step.execute.guard) === 1n) outcome = { kind: "done", execute: value(step.execute.word), width: step.execute.word.width };
  } else if (taken.kind === "halt") outcome = { kind: "halt" };
  else if (taken.kind === "beyond") outcome = { kind: "beyond", why: taken.cause };
  else outcome = { kind: taken.kind, cause: taken.cause, args: taken.args.map(value), ...((taken.leaving?.size ?? 0) > 0 ? { leaves: true } : {}) };
  expect(cpu.execute(instruction, word)).toEqual(outcome);
  const next = taken === undefined || taken.kind === "halt" ? step.next : taken.leaving ?? new Map<string, AnyTerm>();
  for (const c of machine.components) {
    const term = lower.any(next.get(c.name) ?? c.variable);
    if (!isArray(term)) expect([c.name, cpu.get(c.name)]).toEqual([c.name, evaluator.value(term)]);
    else {
      const cells = c.kind === "array" && c.indexWidth <= 6 ? Array.from({ length: 2 ** c.indexWidth }, (_, i) => BigInt(i)) : [...written(evaluator, term), 0n, 1n];
      for (const i of cells) expect([c.name, i, cpu.getCell(c.name, i)]).toEqual([c.name, i, evaluator.at(term as ArrayTerm, i)]);
    }
  }
}

const paths = ["isa-specs/pdp10", "isa-specs/third-generation", "tests/machine/little.isa", ...["arm", "mips", "s370", "x86"].map((name) => `tests/fixtures/hard/${name}.isa`)];

describe.each(paths)("%s", (path) => {
  const machine = machineAt(path);
  const lower = lowering(machine);
  const old = createCpu(machine), cpu = createCpu(machine);
  scramble(machine, old, 7n);
  scramble(machine, cpu, 7n);
  const background = cpu.snapshot();

  it("every instruction's compiled step is its evaluated step", () => {
    for (const instruction of machine.instructions) {
      fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }), (seed) => {
        const values = random(seed);
        cpu.restore(background);
        for (const c of machine.components) {
          if (c.kind !== "register") continue;
          const value = edge(values.next().value, c.width);
          old.set(c.name, value);
          cpu.set(c.name, value);
        }
        const { width, cubes, ignored } = instruction.encoding;
        const { mask, value } = cubes[Number(values.next().value % BigInt(cubes.length))]!;
        const word = BigInt.asUintN(width, (values.next().value << 70n ^ values.next().value) & ~mask & ~ignored) | value;
        expectStep(machine, lower, old, cpu, instruction, word);
      }), { numRuns: Number(process.env["LAW_RUNS"] ?? 4) });
    }
  });
});
