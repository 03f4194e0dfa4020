/**
 * Law: a CPU that remembers translations and one that works each out do the same, whatever is stored into tables, whoever
 * stores it: the program, the machine's tables being changed from outside, or a state that is brought back.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import { comparing, createCpu, createForgetfulCpu, type Cpu, type StateSnapshot } from "../../src/machine/cpu.js";
import { TranslationCaches } from "../../src/machine/translation-cache.js";
import { machineAt } from "./machines.js";

const paged = machineAt("tests/machine/paged.isa");
const numRuns = Number(process.env["POPEK_RUNS"] ?? 1500);

// entries that are valid are instructions, too
const byte = fc.oneof({ weight: 2, arbitrary: fc.nat(255) }, { weight: 1, arbitrary: fc.integer({ min: 0xc0, max: 0xdf }) });
const near = fc.oneof({ weight: 3, arbitrary: fc.nat(15) }, { weight: 1, arbitrary: fc.nat(255) });
const action = fc.oneof(
  { weight: 6, arbitrary: fc.nat(60).map((steps) => (cpu: Cpu): unknown => cpu.run({ limit: steps })) },
  { weight: 1, arbitrary: fc.tuple(near, byte).map(([at, value]) => (cpu: Cpu): unknown => cpu.setCell("core", BigInt(at), BigInt(value))) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(31), fc.nat(1)).map(([at, value]) => (cpu: Cpu): unknown => cpu.setCell("Lock", BigInt(at), BigInt(value))) },
  { weight: 1, arbitrary: fc.nat(1).map((value) => (cpu: Cpu): unknown => cpu.set("Table", BigInt(value))) },
  { weight: 1, arbitrary: fc.constant("keep" as const) },
  { weight: 1, arbitrary: fc.constant("back" as const) },
);

test("tables in storage", () => {
  const cpus = [createCpu(paged), createForgetfulCpu(paged)] as const;
  const whole = new Map(paged.components.map((c): [string, number] => [c.name, c.kind === "register" ? 1 : 2 ** c.indexWidth]));
  const difference = comparing(cpus[0], cpus[1], whole);
  fc.assert(fc.property(fc.array(byte, { minLength: 256, maxLength: 256 }), fc.array(near, { minLength: 4, maxLength: 4 }), fc.array(action, { minLength: 10, maxLength: 60 }), (cells, registers, actions) => {
    for (const cpu of cpus) {
      cpu.reset();
      cells.forEach((value, at) => cpu.setCell("core", BigInt(at), BigInt(value)));
      registers.forEach((value, at) => cpu.setCell("R", BigInt(at), BigInt(value)));
      cpu.set("Paging", 1n);
    }
    const kept: StateSnapshot[] = cpus.map((cpu) => cpu.snapshot());
    for (const act of actions) {
      for (const [i, cpu] of cpus.entries()) {
        if (act === "keep") kept[i] = cpu.snapshot();
        else if (act === "back") cpu.restore(kept[i]!);
        else act(cpu);
      }
      expect(difference()).toBeUndefined();
    }
  }), { numRuns });
});

test("what a translation looks at is what it is remembered by", () => {
  const depends = (machine: Machine): string[] => [...new TranslationCaches(machine, () => () => 0, () => undefined).components].sort();
  expect(depends(paged)).toEqual(["Lock", "Paging", "Table", "core"]);
  // a map that looks at no array is worked out as quickly as it would be found
  expect(depends(machineAt("isa-specs/third-generation/"))).toEqual([]);
});
