/** Concrete states, sparse: what a model says the runs of a question start from. */
import { Evaluator } from "../isa/evaluate.js";
import { lowering } from "../isa/lower.js";
import { windowNamed, type Instruction, type Machine } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import type { Term } from "../isa/term.js";
import type { ConcreteState, Run } from "../requirements/question.js";
import type { Formula, Model } from "./formula.js";
import { readModel } from "./formula.js";

export interface StartState extends ConcreteState {
  readonly registers: ReadonlyMap<string, bigint>;
  /** array component to index to value; cells not here are 0 */
  readonly cells: ReadonlyMap<string, ReadonlyMap<bigint, bigint>>;
}

export function stateOf(registers: ReadonlyMap<string, bigint>, cells: ReadonlyMap<string, ReadonlyMap<bigint, bigint>>): StartState {
  return { registers, cells, register: (name) => registers.get(name) ?? 0n, cell: (name, index) => cells.get(name)?.get(index) ?? 0n };
}

/** The starting state of a run under a model. */
export function startOf(machine: Machine, run: Run, formula: Formula, model: Model): StartState {
  const values = new Evaluator(readModel(model, formula.fixed));
  const registers = new Map([...run.registers].map(([name, term]) => [name, values.value(term)]));
  const cells = new Map<string, Map<bigint, bigint>>();
  for (const [name, source] of run.arrays) {
    const own = new Map<bigint, bigint>();
    cells.set(name, own);
    if (source.kind === "named") throw new Error(`bug: a state is read off ${name} with the map left opaque`);
    if (source.kind !== "placed") {
      for (const [index, value] of model.cells.get(source.array.id) ?? []) own.set(index, value);
      continue;
    }
    // outside first: what the window shows lies on top
    for (const [p, value] of model.cells.get(source.outside.id) ?? []) own.set(p, value);
    const window = windowNamed(machine, source.window);
    const here = new Evaluator({ variable: (v) => registers.get(v.name) ?? 0n, cell: (a, i) => cells.get(a.name)?.get(i) ?? 0n });
    const at = (t: Term, address: bigint): Term => lowering(machine).term(substitution(machine.terms, new Map([
      [window.address.id, machine.terms.constant(address, window.addressWidth)], [window.access.id, machine.terms.constant(0, 2)],
    ])).term(t));
    for (const [address, value] of model.cells.get(source.contents.id) ?? []) {
      if (window.traps.some((t) => here.isTrue(at(t.guard, address)))) continue;
      own.set(here.value(at(window.cell, address)), value);
    }
  }
  return stateOf(registers, cells);
}

/** The instruction word of a model: the encoding's constants and the fields' values. */
export function wordOf(instruction: Instruction, formula: Formula, model: Model): bigint {
  const { cubes, fields } = instruction.encoding;
  const mentioned = new Set(formula.variables.map((v) => v.id));
  const read = readModel(model, formula.fixed);
  for (const cube of cubes) {
    let word = cube.value;
    let fits = true;
    for (const field of fields) {
      const bits = ((1n << BigInt(field.width)) - 1n) << BigInt(field.low);
      const wanted = read.variable(field.variable) << BigInt(field.low);
      const isGiven = mentioned.has(field.variable.id) || formula.fixed.has(field.variable.id);
      if (isGiven && ((wanted ^ cube.value) & cube.mask & bits) !== 0n) fits = false;
      word |= wanted & ~cube.mask & bits;
    }
    if (fits) return word;
  }
  throw new Error(`bug: no word of ${instruction.id} has the fields of its witness`);
}
