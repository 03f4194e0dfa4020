/**
 * A witness run again from its published form alone: texts in the machine's radix are parsed, set up on a fresh CPU, the
 * word is executed, and the outcome and every component shown are compared with what the witness says.
 */
import { RADIX_BASE } from "../../src/bits/bits.js";
import type { Machine } from "../../src/isa/machine.js";
import { createCpu } from "../../src/machine/cpu.js";
import type { Witness, WitnessRun } from "../../src/verdict/result.js";
import { componentNamed } from "../../src/isa/machine.js";

/** What does not agree; nothing if all is well. */
export function replayDifferences(machine: Machine, instruction: string, witness: Witness): string[] {
  return witness.runs.flatMap((run) => runDifferences(machine, instruction, witness, run).map((d) => `${instruction}, ${run.name}: ${d}`));
}

function runDifferences(machine: Machine, id: string, witness: Witness, run: WitnessRun): string[] {
  const read = (text: string): bigint => parseBits(text, RADIX_BASE[machine.radix]);
  const instruction = machine.instructions.find((i) => i.id === id);
  if (instruction === undefined) return ["no such instruction"];
  const cpu = createCpu(machine);
  const place = (name: string): { name: string; index?: bigint } => {
    const [, base, index] = /^([^[]+)(?:\[(.*)\])?$/.exec(name)!;
    componentNamed(machine, base!);
    return { name: base!, index: index === undefined ? undefined : read(index) };
  };
  const get = (name: string): bigint => {
    const at = place(name);
    return at.index === undefined ? cpu.get(at.name) : cpu.getCell(at.name, at.index);
  };
  for (const c of run.components) {
    const at = place(c.name);
    if (at.index === undefined) cpu.set(at.name, read(c.before));
    else cpu.setCell(at.name, at.index, read(c.before));
  }
  const differences: string[] = [];
  const outcome = cpu.execute(instruction, read(witness.word), new Map(Object.entries(witness.choices).map(([n, v]) => [n, BigInt(v)])));
  const expected = /^(done|halt|trap|memory trap|beyond)/.exec(run.outcome)![1]!.replace(" ", "-");
  if (outcome.kind !== expected) differences.push(`the outcome is ${outcome.kind}, not ${run.outcome}`);
  if ((outcome.kind === "trap" || outcome.kind === "memory-trap") && !run.outcome.includes(` ${outcome.cause}(`)) differences.push(`the trap is ${outcome.cause}, not ${run.outcome}`);
  for (const c of run.components) {
    if (c.after !== undefined && get(c.name) !== read(c.after)) differences.push(`${c.name} ends as ${get(c.name)}, not ${c.after}`);
  }
  return differences;
}

function parseBits(text: string, base: number): bigint {
  return [...text].reduce((value, digit) => {
    const d = Number.parseInt(digit, base);
    if (Number.isNaN(d)) throw new Error(`${text} is no bit string in base ${base}`);
    return value * BigInt(base) + BigInt(d);
  }, 0n);
}
