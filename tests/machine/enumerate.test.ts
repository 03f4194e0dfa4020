/** The enumerator's transitions are the CPU's. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import { createCpu, type Cpu, type Outcome } from "../../src/machine/cpu.js";
import { enumerator, FIRST_TRAP, OUTCOME, type Enumerator } from "../../src/machine/enumerate.js";
import { loopingMachinePlan, machineText } from "../laws/generated-machines.js";
import { machineOf } from "../machines/tiny.js";
import { machineAt } from "./machines.js";

const names = ["toy", "always-traps", "baseline", "conditional", "control", "exec-map", "halting", "location", "mode", "partly-trapping", "privileged", "resource"];

function unpack(machine: Machine, { state }: Enumerator, packed: number, cpu: Cpu): void {
  for (const c of machine.components) {
    if (c.kind === "register") cpu.set(c.name, state.get(packed, c.name));
    else for (let i = 0n; i < 1n << BigInt(c.indexWidth); i++) cpu.setCell(c.name, i, state.getCell(packed, c.name, i));
  }
}

function pack(machine: Machine, { state }: Enumerator, cpu: Cpu): number {
  let packed = 0;
  for (const c of machine.components) {
    if (c.kind === "register") packed = state.set(packed, c.name, cpu.get(c.name));
    else for (let i = 0n; i < 1n << BigInt(c.indexWidth); i++) packed = state.setCell(packed, c.name, i, cpu.getCell(c.name, i));
  }
  return packed;
}

function codeOf(machine: Machine, outcome: Outcome): number {
  switch (outcome.kind) {
    case "done": return outcome.execute === undefined ? OUTCOME.done : OUTCOME.goesOn;
    case "halt": return OUTCOME.halt;
    case "beyond": return OUTCOME.beyond;
    default: return FIRST_TRAP + machine.traps.findIndex((t) => t.name === outcome.cause);
  }
}

/** The transition by the CPU, as the enumerator packs it. */
function stepped(machine: Machine, all: Enumerator, cpu: Cpu, word: number, from: number, deliver: boolean): number {
  unpack(machine, all, from, cpu);
  const { instruction, word: bits } = all.words[word]!;
  const outcome = cpu.execute(instruction, bits);
  let code = codeOf(machine, outcome);
  if (deliver && (outcome.kind === "trap" || outcome.kind === "memory-trap")) {
    const delivered = cpu.deliver(outcome);
    if (delivered.kind !== "done") code = delivered.kind === "trap" || delivered.kind === "memory-trap" ? OUTCOME.doubleFault : codeOf(machine, delivered);
  }
  if (deliver) for (const c of machine.components) if (c.kind === "register" && c.rest !== undefined) cpu.set(c.name, c.rest);
  return code * all.states + pack(machine, all, cpu);
}

it("loops that store: every transition is the CPU's", () => {
  fc.assert(fc.property(loopingMachinePlan, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 40, maxLength: 40 }), (plan, steps) => {
    const machine = machineOf("generated.isa", machineText(plan));
    const cpu = createCpu(machine);
    const all = new Map([true, false].map((deliver) => [deliver, enumerator(machine, { deliver })!]));
    for (const [w, s, deliver] of steps) {
      const of = all.get(deliver)!, word = w % of.words.length, from = s % of.states;
      if (of.choiceBits(word) === 0) expect(of.successor(word, from)).toBe(stepped(machine, of, cpu, word, from, deliver));
    }
  }), { numRuns: Number(process.env["LAW_RUNS"] ?? 40) });
});

describe.each(names)("%s", (name) => {
  const machine = machineAt(`tests/machines/${name}.isa`);
  const cpu = createCpu(machine);

  it.each([true, false])("every transition is the CPU's (traps delivered: %s)", (deliver) => {
    const all = enumerator(machine, { deliver });
    if (all === undefined) throw new Error("the state does not fit 31 bits");
    fc.assert(fc.property(fc.nat(all.words.length - 1), fc.nat(all.states - 1), (word, from) => {
      const packed = stepped(machine, all, cpu, word, from, deliver);
      expect(all.successor(word, from)).toBe(packed);
    }), { numRuns: 400 });
  });

  it("filling arrays is taking each transition", () => {
    const all = enumerator(machine, { deliver: true })!;
    const states = Math.min(all.states, 4096);
    const successors = new Int32Array(all.states), outcomes = new Uint8Array(all.states);
    for (const word of [0, all.words.length - 1]) {
      all.fill(word, successors, outcomes);
      for (let s = 0; s < states; s++) expect(outcomes[s]! * all.states + successors[s]!).toBe(all.successor(word, s));
    }
  });
});

describe("the toy machine", () => {
  it("reaches from a fresh supervisor what it can set up, and the start", () => {
    const all = enumerator(machineAt("tests/machines/toy.isa"), { deliver: true })!;
    expect([all.states, all.words.length]).toEqual([2 ** 19, 32]);
    const start = all.state.set(0, "last", 3n);
    // base and last only ever change together, to four pairs; everything else can be anything
    expect(all.reachable(start)).toBe(4 * 2 ** 15);
  });
});

describe("machines that are too large", () => {
  it("are not enumerated", () => {
    expect(enumerator(machineAt("tests/machine/little.isa"))).toBeUndefined();
  });
});
