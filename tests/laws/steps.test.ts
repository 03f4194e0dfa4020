/**
 * The CPU's step is the step that the terms describe: for every instruction of the real machines, on random states. And an
 * instruction that executes another is, composed with it, what the CPU does in two steps.
 */
import { describe, expect, test } from "vitest";
import { compose } from "../../src/isa/compose.js";
import type { Instruction, Machine } from "../../src/isa/machine.js";
import { reachable } from "../../src/isa/term.js";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";
import type { Outcome } from "../../src/machine/outcome.js";
import { machineOf } from "../machines/tiny.js";
import { machineAt } from "../machine/machines.js";
import { differences, Random, RandomState, randomWord, StepEvaluator, type Expected } from "./evaluated-step.js";

const STATES = Number(process.env["LAW_RUNS"] ?? 4);
const SEED = BigInt(process.env["LAW_SEED"] ?? 1974);

function choicesOf(i: Instruction, random: Random): Map<string, bigint> {
  const roots = [...i.step.exits.flatMap((e) => [e.guard, ...e.args, ...(e.leaving?.values() ?? [])]), ...i.step.next.values()];
  return new Map(reachable(roots).flatMap((t) => (t.op === "variable" && t.space === "choice" ? [[t.name, random.bits(t.width)] as const] : [])));
}

function outcomeDiffers(outcome: Outcome, expected: Expected): string[] {
  const is = { kind: outcome.kind, cause: "cause" in outcome ? outcome.cause : undefined, args: "args" in outcome ? outcome.args : undefined, execute: "execute" in outcome ? outcome.execute : undefined };
  const meant = { kind: expected.kind, cause: expected.cause, args: expected.args, execute: expected.execute };
  const text = (x: unknown): string => JSON.stringify(x, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v));
  return text(is) === text(meant) ? [] : [`the outcome is ${text(is)}, not ${text(meant)}`];
}

const MACHINES = ["isa-specs/third-generation", "isa-specs/pdp10", "isa-specs/s370", "isa-specs/mips-r3000", "isa-specs/mips32r2", "isa-specs/armv7a"];

describe.each(MACHINES)("%s", (path) => {
  test("every instruction's compiled step is the evaluated one", () => {
    const machine = machineAt(path), cpu = createCpu(machine), steps = new StepEvaluator(machine);
    const outcomes = new Set<string>();
    for (const [n, instruction] of machine.instructions.entries()) {
      for (let round = 0; round < STATES; round++) {
        const random = new Random(SEED * 1_000_003n + BigInt(n * 64 + round));
        const state = new RandomState(machine, random), word = randomWord(instruction, random), choices = choicesOf(instruction, random);
        const expected = steps.step(instruction.step, steps.evaluator(state, instruction, word, choices));
        state.putIn(cpu);
        const wrong = [...outcomeDiffers(cpu.execute(instruction, word, choices), expected), ...differences(machine, state, expected, cpu)];
        outcomes.add(expected.kind);
        if (wrong.length > 0) expect({ instruction: instruction.id, word: word.toString(8), round, wrong }).toEqual({ instruction: instruction.id, word: word.toString(8), round, wrong: [] });
      }
    }
    expect(outcomes.has("done") && outcomes.has("trap")).toBe(true);
  }, 60_000);
});

/** Every target with which an instruction may be composed, on random states in which it is the one executed; how many there were. */
function expectComposed(machine: Machine, first: Instruction, targets: readonly Instruction[], rounds: number, given: (random: Random) => { readonly registers: ReadonlyMap<string, bigint>; readonly word: bigint; readonly cell?: readonly [string, bigint] }): number {
  const cpu: Cpu = createCpu(machine), steps = new StepEvaluator(machine);
  let done = 0;
  for (const [n, target] of targets.entries()) {
    const whole = compose(machine, first, target);
    for (let round = 0; round < rounds; round++) {
      const random = new Random(SEED * 7919n + BigInt(n * 64 + round));
      const inner = randomWord(target, random);
      const { registers, word, cell } = given(random);
      const state = new RandomState(machine, random, registers);
      if (cell !== undefined) state.cells.get(cell[0])!.set(cell[1], inner);
      const evaluator = steps.evaluator(state, whole, word, new Map());
      if (!steps.isTrue(whole.hypothesis, evaluator)) continue;
      const expected = steps.step(whole.step, evaluator);
      state.putIn(cpu);
      const one = cpu.execute(first, word);
      if (one.kind !== "done") {
        // the first of the two traps: so does the whole
        const wrong = [...outcomeDiffers(one, expected), ...differences(machine, state, expected, cpu)];
        expect({ target: target.id, wrong }).toEqual({ target: target.id, wrong: [] });
        continue;
      }
      const wrong = [...outcomeDiffers(cpu.execute(target, one.execute!), expected), ...differences(machine, state, expected, cpu)];
      expect({ target: target.id, inner: one.execute!.toString(8), wrong }).toEqual({ target: target.id, inner: one.execute!.toString(8), wrong: [] });
      done++;
    }
  }
  return done;
}

describe("an instruction composed with the one that it executes is what the CPU does in two steps", () => {
  test("on the PDP-10", () => {
    const machine = machineAt("isa-specs/pdp10");
    const first = machine.instructions.find((i) => i.mnemonic === "XCT")!;
    const targets = machine.instructions.filter((i, n) => i.step.execute === undefined && n % 3 === 0);
    // executive mode, and no indexing: the word lies where the address says
    const done = expectComposed(machine, first, targets, 1, (random) => {
      const address = 0o1000n + BigInt(random.below(1024));
      return { registers: new Map([["User", 0n]]), word: first.encoding.cubes[0]!.value | address, cell: ["core", address] };
    });
    expect(done).toBeGreaterThan(100);
  }, 60_000);

  test("where the first of them changes registers, cells and the map", () => {
    const machine = machineOf("executing.isa", EXECUTING);
    const [first, ...targets] = machine.instructions as [Instruction, ...Instruction[]];
    const done = expectComposed(machine, first, targets, 200, (random) => ({ registers: new Map([["M", random.bits(1)], ["l", random.bits(1)]]), word: BigInt(random.below(2)) }));
    expect(done).toBeGreaterThan(30);
  });
});

const EXECUTING = `machine executing "The first of two instructions does a good deal" {
  bits lsb0
  radix binary
}
mode s supervisor when M == 0
mode u user when M == 1
state E[2] : 4 is storage
state M : 1 is mode
state P : 2 is program-counter
state A : 4 is general
state l : 1 is map
window mem(a : 1, access) : 4 over E {
  let place = zext(a, 2) + zext(l, 2)
  trap bounds(a) when M == 1 && place == 2
  cell place
}
memory trap bounds(a : 1) "Bounds" { P := 0 }
trap refused(x : 4) "Refused" { P := 1 }
advance { P := P + 1 }

instruction X "Execute what is in a cell, and change what it sees" {
  encoding 3'0 a:1
  syntax "X {a}"
  step {
    let w = mem[a]
    trap refused(w) when w[3..1] == 0
    A := A + w
    mem[a] := ~w
    l := ~l
    M := A[0]
    execute w
  }
}
instruction LOAD "Load" {
  encoding 3'1 a:1
  syntax "LOAD {a}"
  step { A := mem[a] }
}
instruction SWAP "Exchange" {
  encoding 3'2 a:1
  syntax "SWAP {a}"
  step {
    A := mem[a]
    mem[a] := A
  }
}
instruction MODE "The mode, and a trap" {
  encoding 3'3 a:1
  syntax "MODE {a}"
  step {
    trap refused(A) when M == a
    A := A ^ zext(l, 4)
    l := 0
  }
}
instruction HLT "Halt, leaving a mark" {
  encoding 3'4 a:1
  syntax "HLT {a}"
  step {
    E[3] := A
    halt when a == 1
  }
}
`;
