/** What the CPU does between instructions, on the little machine; and that running fast is running step by step. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/machine/assembler.js";
import { createCpu, StateMachine, type Cpu, type StepEvent } from "../../src/machine/cpu.js";
import { loadImage } from "../../src/machine/image.js";
import { machineAt } from "./machines.js";

const little = machineAt("tests/machine/little.isa");

function running(source: string, prepare: (cpu: Cpu) => void = () => {}): Cpu {
  const { image, diagnostics } = assemble(little, source, "test.s");
  expect(diagnostics).toEqual([]);
  const cpu = createCpu(little);
  loadImage(little, image, cpu);
  prepare(cpu);
  return cpu;
}

describe("a run", () => {
  it("goes to the halt", () => {
    const cpu = running(".org 10\nLOAD x\nloop: ADD y\nJUMPN loop\nHALT\nx: .word 177773\ny: .word 1");
    // x = -5 in 16 bits, but loads extend with zeros: the accumulator is positive
    expect(cpu.run({ limit: 100 })).toMatchObject({ why: "stop", stop: { kind: "halt" }, instructions: 4, traps: 0 });
    expect(cpu.get("A")).toBe(0o177774n);
    expect(cpu.get("PC")).toBe(0o14n);
  });

  it("stops at the limit", () => {
    const cpu = running("loop: JUMP loop");
    expect(cpu.run({ limit: 1000 })).toEqual({ why: "limit", steps: 1000, instructions: 1000, traps: 0 });
  });

  it("stops before a breakpoint, and goes on from it", () => {
    const cpu = running("LOAD 0\nADD 0\nADD 0\nHALT");
    expect(cpu.run({ limit: 100, breakpoints: new Set([2n]) })).toMatchObject({ why: "breakpoint", instructions: 2, traps: 0 });
    expect(cpu.get("PC")).toBe(2n);
    expect(cpu.run({ limit: 100, breakpoints: new Set([2n]) }).why).toBe("stop");
  });

  it("executes the instruction of a trap cell in the transient mode, and then leaves it", () => {
    // a service call from user mode executes HALT, which user mode may not
    const cpu = running(".org 41\nHALT\n.org 100\n.entry .\nUSER 200\nCALL 17");
    const events: StepEvent[] = [];
    expect(cpu.run({ limit: 10, onStep: (e) => events.push(e) })).toMatchObject({ why: "stop", stop: { kind: "halt" }, instructions: 3, traps: 1 });
    expect(events.map((e) => (e.kind === "instruction" ? e.instruction?.id : e.kind))).toEqual(["USER", "CALL", "delivery", "HALT"]);
    expect([cpu.getCell("core", 0o40n), cpu.get("Serving"), cpu.get("M")]).toEqual([0o17n, 0n, 1n]);
  });

  it("follows instructions that execute others, and bounds the chain", () => {
    expect(running("EXECUTE 3\nHALT\nHALT\nEXECUTE 4\nLOAD 0,5").run({ limit: 1 })).toEqual({ why: "limit", steps: 1, instructions: 3, traps: 0 });
    const { stop } = running("EXECUTE 0").run({ limit: 1 });
    expect(stop).toEqual({ kind: "beyond", why: "more than 10000 instructions executed by one another" });
  });

  it("reports a delivery that traps as a double fault", () => {
    // the language does not allow such a delivery; a machine from elsewhere may have one
    const second = { kind: "memory-trap", cause: "bounds", args: [0o777n] } as const;
    const traps = little.traps.map((t) => (t.name !== "broken" ? t
      : { ...t, delivery: { ...t.delivery, exits: [{ guard: little.terms.true, kind: second.kind, cause: second.cause, args: [little.terms.constant(0o777, 9)], origin: t.origin }] } }));
    const cpu = createCpu({ ...little, traps });
    loadImage(little, assemble(little, "BREAK", "test.s").image, cpu);
    expect(cpu.run({ limit: 5 })).toMatchObject({ why: "stop", stop: { kind: "double-fault", first: { kind: "trap", cause: "broken", args: [] }, second }, instructions: 1, traps: 1 });
  });

  it("delivers memory traps of the fetch", () => {
    const cpu = running(".org 20\nUSER 21\n.org 100\nHALT\n.entry 20");
    expect(cpu.run({ limit: 5 })).toMatchObject({ why: "stop", stop: { kind: "halt" }, instructions: 2, traps: 1 });
    expect(cpu.getCell("core", 0o42n)).toBe(0o21n);
  });

  it("stops where the specification ends", () => {
    expect(running("CORNER").run({ limit: 5 })).toMatchObject({ why: "stop", stop: { kind: "beyond", why: "the corner" }, instructions: 1, traps: 0 });
  });
});

describe("a step", () => {
  it("leaves what a trap leaves, and nothing else", () => {
    const cpu = running("LEAVE 77", (c) => c.set("A", 3n));
    const instruction = little.instructions.find((i) => i.id === "LEAVE")!;
    expect(cpu.execute(instruction, cpu.getCell("core", 0n))).toEqual({ kind: "trap", cause: "service", args: [0o77n], leaves: true });
    expect([cpu.get("A"), cpu.getCell("core", 0o77n), cpu.get("PC")]).toEqual([4n, 0o123n, 0n]);
  });

  it("takes choices from the policy, or from the caller", () => {
    const cpu = running("CHOOSE");
    const choose = little.instructions.find((i) => i.id === "CHOOSE")!;
    cpu.execute(choose, 0n);
    expect(cpu.get("A")).toBe(0n);
    cpu.setChoices((v) => BigInt(v.width));
    cpu.execute(choose, 0n);
    expect(cpu.get("A")).toBe(5n);
    cpu.execute(choose, 0n, new Map([["CHOOSE.1", 7n], ["choice 1", 7n]]));
    expect(cpu.get("A")).not.toBe(5n);
  });

  it("gives the value of terms over the state", () => {
    const cpu = running("HALT");
    expect(little.modes.map((m) => cpu.value(m.predicate))).toEqual([1n, 0n]);
    cpu.set("M", 1n);
    expect(little.modes.map((m) => cpu.value(m.predicate))).toEqual([0n, 1n]);
  });

  it("refuses values that do not fit", () => {
    expect(() => createCpu(little).set("M", 2n)).toThrow(/^bug: /);
    expect(() => createCpu(little).setCell("core", 512n, 0n)).toThrow(/^bug: /);
    expect(() => createCpu(little).get("nothing")).toThrow(/^bug: /);
  });
});

/** The registers, and the cells that short programs are in. */
const visible = (cpu: Cpu): readonly bigint[] =>
  cpu.machine.components.flatMap((c) => (c.kind === "register" ? [cpu.get(c.name)] : Array.from({ length: Math.min(1024, 2 ** c.indexWidth) }, (_, i) => cpu.getCell(c.name, BigInt(i)))));

describe.each([
  { path: "tests/machine/little.isa", storage: "core", set: { limit: 0o400n }, mode: "M" },
  { path: "isa-specs/third-generation", storage: "E", set: { q: 0x1000n, b: 0x300n, l: 5n }, mode: "M" },
  { path: "isa-specs/pdp10", storage: "core", set: { protection: 1n }, mode: "User" },
])("laws of running: $path", ({ path, storage, set, mode }) => {
  const machine = path === "tests/machine/little.isa" ? little : machineAt(path);
  const width = machine.components.find((c) => c.name === storage)!.width;
  const fast = createCpu(machine), slow = createCpu(machine);
  // words of instructions, and any words
  const word = fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }), fc.boolean()).map(([n, random, isAny]) => {
    const { encoding } = machine.instructions[n % machine.instructions.length]!;
    const { mask, value } = encoding.cubes[n % encoding.cubes.length]!;
    return isAny ? random : BigInt.asUintN(width, ((random << BigInt(encoding.width - width)) & ~mask | value) >> BigInt(encoding.width - width));
  });
  const prepare = (cpu: Cpu, words: readonly bigint[], isUser: boolean): void => {
    cpu.reset();
    words.forEach((w, i) => cpu.setCell(storage, BigInt(i), w));
    for (const [name, value] of Object.entries(set)) cpu.set(name, value);
    if (isUser) cpu.set(mode, 1n);
  };

  it("the hot loop is step after step, and a restored run is the same run", () => {
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 512, size: "max" }), fc.integer({ min: 1, max: 60 }), fc.boolean(), fc.constantFrom("deliver" as const, "stop" as const), (words, limit, isUser, traps) => {
      prepare(fast, words, isUser);
      prepare(slow, words, isUser);
      const before = fast.snapshot();
      const report = fast.run({ limit, traps });
      expect(slow.run({ limit, traps, onStep: () => {} })).toEqual(report);
      const after = visible(fast);
      expect(visible(slow)).toEqual(after);
      fast.restore(before);
      expect(fast.run({ limit, traps })).toEqual(report);
      expect(visible(fast)).toEqual(after);
    }), { numRuns: Number(process.env["LAW_RUNS"] ?? 100) });
  });
});

describe("generated source", () => {
  it("holds our own identifiers only", () => {
    const own = /^(?:[a-z]\d*|function|const|let|if|else|return|for|break|true|false|get|set|Math|imul|floor|Number|BigInt|asUintN|asIntN)$/;
    for (const machine of [little, machineAt("tests/fixtures/hard/s370.isa")]) {
      const cpu = new StateMachine(machine);
      for (const instruction of machine.instructions) {
        const identifiers = cpu.compiled(instruction).run.toString().match(/[A-Za-z_$][\w$]*/g)!.filter((word) => word !== "n");
        expect(identifiers.filter((word) => !own.test(word))).toEqual([]);
      }
    }
  });
});

describe("a CPU", () => {
  it("that is reset is a new one", () => {
    const cpu = running("LOAD 0\nSTORE 700\nHALT");
    cpu.run({ limit: 9 });
    cpu.reset();
    expect(visible(cpu)).toEqual(visible(createCpu(little)));
  });

  it("leaves traps to a monitor outside, if asked", () => {
    const cpu = running(".org 10\nUSER 100\nHALT");
    expect(cpu.run({ limit: 9, traps: "stop" })).toMatchObject({ why: "trap", trap: { kind: "trap", cause: "service", args: [2n] }, instructions: 2, traps: 0 });
    expect(cpu.get("PC")).toBe(0o11n);
  });
});
