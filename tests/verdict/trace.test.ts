/** Traces: every witness of the tiny machines, taken again from what its trace says; and what is said of traces that are not so. */
import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { oneInstruction } from "../../src/cli/one-instruction.js";
import { readMachine } from "../../src/language/read-machine.js";
import { createCpu } from "../../src/machine/cpu.js";
import { traceItf } from "../../src/report/trace-itf.js";
import { traceJson } from "../../src/report/trace-json.js";
import { traceVcd } from "../../src/report/trace-vcd.js";
import type { Machine } from "../../src/isa/machine.js";
import { search, type Engines } from "../../src/verdict/engines.js";
import { checkMachine } from "../../src/verdict/check.js";
import type { ClaimName } from "../../src/verdict/result.js";
import { retrace, traceOf, type Trace } from "../../src/verdict/trace.js";
import type { Retaken } from "../../src/verdict/retake.js";
import { readVcd } from "./read-vcd.js";

const FOLDER = new URL("../machines/", import.meta.url);
const machineOf = (file: string, change: (text: string) => string = (t) => t): Machine => {
  const { machine, diagnostics } = readMachine([{ file, text: change(readFileSync(new URL(file, FOLDER), "utf8")) }], new Map());
  if (machine === undefined) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return machine;
};
const enginesOf = (machine: Machine): Engines => ({ use: ["structural", "sampled", "exhaustive"], sampling: { runs: 300, seed: 1974 }, resource: 1, cpu: createCpu(machine) });

async function tracesOf(machine: Machine): Promise<readonly Trace[]> {
  const engines = enginesOf(machine), configuration = machine.configurations.find((c) => c.isDefault)!;
  const result = await checkMachine(machine, { configuration, engines });
  return result.instructions.flatMap((i) => Object.entries(i.answers).flatMap(([claim, a]) => (a.witness === undefined ? [] : [traceOf(machine, engines.cpu, configuration, oneInstruction(machine, i.id).instruction, claim as ClaimName, a.answer, a.witness)])));
}

function again(machine: Machine, trace: Trace): Promise<Retaken> {
  const engines = enginesOf(machine);
  return retrace(machine, engines.cpu, machine.configurations.find((c) => c.name === trace.configuration)!, oneInstruction(machine, trace.instruction.id).instruction, trace, (f) => search(machine, undefined, f, f, engines));
}

const isTrace = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(new URL("../../src/report/trace.schema.json", import.meta.url), "utf8")) as object);
const files = readdirSync(FOLDER).filter((f) => f.endsWith(".isa"));

test("there are machines", () => expect(files.length).toBeGreaterThan(10));

describe.each(files)("%s", (file) => {
  test("every witness, written and read back, still shows what it showed; its traces are of their formats", async () => {
    const machine = machineOf(file);
    const traces = await tracesOf(machine);
    expect(traces.length).toBeGreaterThan(4);
    for (const trace of traces) {
      const read = JSON.parse(traceJson(trace)) as Trace;
      expect(isTrace(read), JSON.stringify(isTrace.errors)).toBe(true);
      expect({ trace: `${trace.instruction.id} ${trace.claim}`, ...(await again(machine, read)) }).toEqual({ trace: `${trace.instruction.id} ${trace.claim}`, kind: "holds" });
      sameStates(trace);
    }
  });
});

/** ITF and VCD, read back by readers of their own, have the values that the trace has. */
function sameStates(trace: Trace): void {
  const itf = JSON.parse(traceItf(trace)) as { vars: string[]; states: ({ "#meta": { index: number } } & Record<string, unknown>)[] };
  const vcd = readVcd(traceVcd(trace));
  const base = { binary: 2, octal: 8, decimal: 10, hexadecimal: 16 }[trace.machine.radix]!;
  const valueOf = (text: string): bigint => [...text].reduce((n, digit) => n * BigInt(base) + BigInt(parseInt(digit, base)), 0n);
  itf.states.forEach((state, index) => {
    expect(state["#meta"].index).toBe(index);
    expect(Object.keys(state).slice(1)).toEqual(itf.vars);
  });
  for (const run of trace.runs) {
    for (const [at, state] of run.states.entries()) {
      expect(itf.states[at]![`${run.name}_mode`]).toBe(state.mode);
      for (const c of trace.components) {
        const value = valueOf(state.values[c.name]!);
        expect(vcd.at(run.name, c.index === undefined ? c.name : `${c.component}_${c.index}`, 10 * at)).toEqual({ width: c.width, value });
        const own = itf.states[at]![`${run.name}_${c.component}`] as { "#bigint"?: string; "#map"?: [{ "#bigint": string }, { "#bigint": string }][] };
        expect(c.index === undefined ? own["#bigint"] : own["#map"]!.find(([i]) => i["#bigint"] === valueOf(c.index!).toString())![1]["#bigint"]).toBe(value.toString());
      }
    }
  }
}

describe("a trace that is not so", () => {
  const changed = (trace: Trace, run: number, state: number, name: string, value: string): Trace => ({
    ...trace, runs: trace.runs.map((r, i) => (i !== run ? r : { ...r, states: r.states.map((s, n) => (n !== state ? s : { ...s, values: { ...s.values, [name]: value } })) })),
  });
  const of = async (file: string, id: string, claim: ClaimName): Promise<{ readonly machine: Machine; readonly trace: Trace }> => {
    const machine = machineOf(file);
    return { machine, trace: (await tracesOf(machine)).find((t) => t.instruction.id === id && t.claim === claim)! };
  };

  test("has another value after the step", async () => {
    const { machine, trace } = await of("control.isa", "JSTU", "control");
    expect(await again(machine, changed(trace, 0, 1, "M", "0"))).toEqual({ kind: "fails", reason: "S, JSTU 0: M is 0 in the trace and 1 on the machine" });
  });
  test("starts from a state of another kind", async () => {
    const { machine, trace } = await of("control.isa", "JSTU", "privileged");
    expect(trace.shows).toBe("a user state from which the step is done or halts");
    const [start] = trace.runs[0]!.states;
    expect(await again(machine, changed(trace, 0, 0, "M", start!.values["M"] === "1" ? "0" : "1"))).toMatchObject({ kind: "fails", reason: expect.stringMatching(/^the states are not of the kind that is asked for/) as string });
  });
  test("has two states that do not share what they are said to share, or see the same", async () => {
    const { machine, trace } = await of("location.isa", "STL", "location");
    const general = machine.components.find((c) => c.kind === "register" && c.role === "program-counter")!.name;
    expect(await again(machine, changed({ ...trace, components: trace.components }, 0, 0, general, "1"))).toEqual({ kind: "fails", reason: `the two states differ in ${general}, which they are said to share` });
    const storage = machine.components.find((c) => c.kind === "array" && c.role === "storage")!;
    const reasons = new Set<string>();
    for (let i = 0; i < 2 ** (storage.kind === "array" ? storage.indexWidth : 0); i++) {
      const name = `${storage.name}[${i.toString(2).padStart(storage.kind === "array" ? storage.indexWidth : 0, "0")}]`;
      const more: Trace = { ...trace, components: [...trace.components.filter((c) => c.name !== name), { name, component: storage.name, role: storage.role, width: storage.width }] };
      const retaken = await again(machine, changed(more, 1, 0, name, "1"));
      if (retaken.kind === "fails") reasons.add(retaken.reason);
    }
    expect([...reasons].some((r) => r.startsWith("the two states do not show the same window"))).toBe(true);
  });
  test("is of another word, component, question or width", async () => {
    const { machine, trace } = await of("control.isa", "JSTU", "control");
    const reason = async (t: Trace): Promise<string> => { const r = await again(machine, t); return r.kind === "fails" ? r.reason : r.kind; };
    expect(await reason({ ...trace, word: "11111" })).toBe("the word is no JSTU");
    expect(await reason({ ...trace, word: "1111111111111" })).toMatch(/is no word of 5 bits$/);
    expect(await reason({ ...trace, components: [...trace.components, { name: "XYZ", component: "XYZ", role: "general", width: 1 }] })).toBe("the machine has no component XYZ");
    expect(await reason(changed(trace, 0, 0, "M", "101"))).toBe("101 is no value of M, which has 1 bits");
    expect(await reason({ ...trace, question: "JSTU/nonsense" })).toBe("JSTU has no question JSTU/nonsense");
    expect(await reason({ ...trace, runs: [...trace.runs, ...trace.runs] })).toMatch(/is about 1 runs, not 2$/);
  });
  test("was so before the machine was mended", async () => {
    const { trace } = await of("control.isa", "JSTU", "control");
    const mended = machineOf("control.isa", (text) => text.replace(/(instruction JSTU[^]*?step \{)/, "$1\n    trap operation() when M == 1"));
    expect((await again(mended, trace)).kind).toBe("holds"); // the witness starts in supervisor mode
    const { trace: user } = await of("control.isa", "JSTU", "privileged");
    expect(await again(mended, user)).toMatchObject({ kind: "fails", reason: expect.stringMatching(/does not show it/) as string });
  });
});
