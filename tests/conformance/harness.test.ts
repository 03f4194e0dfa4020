/** The harness itself: that it would notice. */
import { describe, expect, test } from "vitest";
import type { Case } from "./case.js";
import { decodeCases, encodeCases } from "./case-file.js";
import { compare } from "./compare.js";
import { readSpecification } from "./conformance-machine.js";
import { pdp10 } from "./pdp10/pdp10.js";
import { Random } from "./random.js";
import { compareRecording, complaints, readRecording } from "./recorded.js";
import { subject, type Subject } from "./subject.js";

const machine = readSpecification("pdp10");
const ka10 = pdp10.recordings[0]!;
const recorded = readRecording(ka10);
const run = subject(machine, ka10.subject);
const agreeing = recorded.cases.filter((_, i) => i % 11 === 0)
  .map((c) => ({ c, compared: compare(run, c, pdp10.ignored) }))
  .filter(({ compared }) => compared.differences.length === 0);

/** What a device answers is a choice, which may well explain another bit. */
const asksDevice = (ids: readonly string[]): boolean => ids.some((id) => /^(BLKI|DATAI|CONI|CONS)/.test(id));

/** A case whose witness says 1 bit less or more. */
function changed(c: Case, component: string, index?: bigint): Case {
  const registers = new Map(c.after.registers);
  const arrays = new Map(c.after.arrays);
  if (index === undefined) registers.set(component, registers.get(component)! ^ 1n);
  else arrays.set(component, new Map([...arrays.get(component)!].map(([i, v]) => [i, i === index ? v ^ 1n : v])));
  return { ...c, after: { registers, arrays } };
}

describe("one bit of the witness's answer is noticed", () => {
  test("in every register", () => {
    const decided = agreeing.filter(({ compared }) => compared.ended !== "stopped" && !asksDevice(compared.instructions));
    expect(decided.length).toBeGreaterThan(500);
    for (const { c } of decided) for (const name of c.after.registers.keys()) expect(compare(run, changed(c, name), pdp10.ignored).differences, name).not.toEqual([]);
  });

  test("in a cell of every array, also where a trap was not delivered", () => {
    const decided = agreeing.filter(({ compared }) => !asksDevice(compared.instructions));
    for (const { c } of decided) for (const [name, cells] of c.after.arrays) expect(compare(run, changed(c, name, [...cells.keys()].at(-1)), pdp10.ignored).differences, name).not.toEqual([]);
  });
});

describe("choices are solved", () => {
  /** Undefined, which leaves R and sets two bits of PC; or any R, of 32 bits. */
  const open: Subject = (before, choose) => {
    const isUndefined = choose("is undefined", 1) === 1n;
    const r = isUndefined ? before.registers.get("R")! : choose("R", 32);
    const values = new Map([["R", r], ["PC", isUndefined ? 7n : 4n]]);
    return {
      ended: "done", instructions: [], choices: new Map(isUndefined ? [["is undefined", 1]] : [["is undefined", 1], ["R", 32]]),
      register: (name) => values.get(name)!, cell: () => 0n, changedCells: () => [],
    };
  };
  const told = (R: bigint, PC: bigint): Case => ({
    words: [], before: { registers: new Map([["R", 0xffff_0000n]]), arrays: new Map() }, after: { registers: new Map([["R", R], ["PC", PC]]), arrays: new Map() },
  });

  test("also where a narrow one looks nearer than a wide one does before it is solved", () => {
    expect(compare(open, told(0xffff_0000n, 7n), {}, "solved").differences).toEqual([]);
    expect(compare(open, told(0xffff_0000n, 4n), {}, "solved").differences).toEqual([]);
    expect(compare(open, told(0x1234_5678n, 4n), {}, "solved").differences).toEqual([]);
  });

  test("and what no value gives is told", () => {
    expect(compare(open, told(0x1234_5678n, 7n), {}, "solved").differences).not.toEqual([]);
    expect(compare(open, told(0xffff_0000n, 5n), {}, "solved").differences).not.toEqual([]);
  });
});

test("what is to be interrupted and never is, is an end of its own", () => {
  const endless = subject(machine, { repeated: [], stopsAt: [], untilInterrupted: true });
  // JRST to itself
  const before = { registers: new Map([["PC", 0o100n]]), arrays: new Map([["core", new Map([[0o100n, 0o254000000100n]])]]) };
  expect(endless(before, () => 0n).ended).toBe("endless");
});

test("a disagreement without a reason and a reason without a disagreement are both complaints", () => {
  const { header } = recorded;
  const few = recorded.cases.slice(0, 300);
  const none = complaints(compareRecording({ ...pdp10, reasons: [] }, machine, ka10, { header, cases: few }));
  expect(none.unsettled).toBeGreaterThan(0);
  const all = complaints(compareRecording(pdp10, machine, ka10, { header, cases: few.slice(0, 1) }));
  expect(all.idle.length).toBe(pdp10.reasons.filter(({ witness }) => witness === header.witness.name).length);
});

test("a file of cases is read as it was written, and gives the same bytes again", () => {
  const file = { header: recorded.header, cases: recorded.cases.slice(0, 200) };
  const bytes = encodeCases(file);
  expect(decodeCases(bytes)).toEqual(file);
  expect(encodeCases(decodeCases(bytes))).toEqual(bytes);
});

test("a file of something else is refused", () => {
  expect(() => decodeCases(encodeCases({ ...recorded, cases: [] }).slice(0, 40))).toThrow();
});

test("random numbers repeat, and streams differ", () => {
  const drawn = (seed: string, stream: string): bigint[] => {
    const random = new Random(seed, stream);
    return Array.from({ length: 4 }, () => random.bits(36));
  };
  expect(drawn("1", "270")).toEqual(drawn("1", "270"));
  expect(drawn("1", "270")).not.toEqual(drawn("1", "271"));
  expect(drawn("1", "270")).not.toEqual(drawn("2", "270"));
});
