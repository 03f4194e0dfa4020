/**
 * One step by evaluation alone: section 2 of the model read off the terms, on a random state whose cells are invented when they
 * are read. What it gives can be held against the CPU, which is set up with the cells that were read.
 */
import { mask } from "../../src/bits/bits.js";
import { Evaluator } from "../../src/isa/evaluate.js";
import { lowering } from "../../src/isa/lower.js";
import type { Instruction, Machine, Step } from "../../src/isa/machine.js";
import type { Rewriter } from "../../src/isa/substitute.js";
import { isArray, type AnyTerm, type Term } from "../../src/isa/term.js";
import type { Cpu } from "../../src/machine/cpu.js";

/** A splitmix generator: small, and the same everywhere. */
export class Random {
  constructor(private state: bigint) {}

  next(): bigint {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  below(n: number): number {
    return Number(this.next() % BigInt(n));
  }

  /** Leaning towards the ends of the range. */
  bits(width: number): bigint {
    const all = mask(width);
    switch (this.below(8)) {
      case 0: return 0n;
      case 1: return all;
      case 2: return 1n << BigInt(width - 1);
      case 3: return BigInt(this.below(32)) & all;
      default: return ((this.next() << 64n) | this.next()) & all;
    }
  }
}

export class RandomState {
  readonly registers: ReadonlyMap<string, bigint>;
  readonly cells = new Map<string, Map<bigint, bigint>>();

  constructor(private readonly machine: Machine, private readonly random: Random, given: ReadonlyMap<string, bigint> = new Map()) {
    this.registers = new Map(machine.components.filter((c) => c.kind === "register").map((c) => [c.name, given.get(c.name) ?? random.bits(c.width)]));
    for (const c of machine.components) if (c.kind === "array") this.cells.set(c.name, new Map());
  }

  cell(name: string, index: bigint): bigint {
    const cells = this.cells.get(name)!;
    const known = cells.get(index);
    if (known !== undefined) return known;
    const value = this.random.bits(this.machine.components.find((c) => c.name === name)!.width);
    cells.set(index, value);
    return value;
  }

  putIn(cpu: Cpu): void {
    cpu.reset();
    for (const [name, value] of this.registers) cpu.set(name, value);
    for (const [name, cells] of this.cells) for (const [i, v] of cells) cpu.setCell(name, i, v);
  }
}

export interface Expected {
  readonly kind: string;
  readonly cause?: string;
  readonly args?: readonly bigint[];
  readonly execute?: bigint;
  /** registers and cells after the step, as `name` or `name[index]`: those that the step assigns */
  readonly after: ReadonlyMap<string, bigint>;
}

export class StepEvaluator {
  private readonly lower: Rewriter;

  constructor(private readonly machine: Machine) {
    this.lower = lowering(machine);
  }

  evaluator(state: RandomState, instruction: Instruction, word: bigint, choices: ReadonlyMap<string, bigint>): Evaluator {
    const units = this.machine.fetch === undefined ? 1 : instruction.encoding.width / this.machine.fetch.unit;
    const fields = new Map(instruction.encoding.fields.map((f) => [f.variable.id, (word >> BigInt(f.low)) & mask(f.width)]));
    return new Evaluator({
      variable: (v) => {
        if (v.space === "state") return state.registers.get(v.name)!;
        if (v.space === "choice") return choices.get(v.name) ?? 0n;
        const field = fields.get(v.id);
        if (field !== undefined) return field;
        if (v.name === "length") return BigInt(units);
        throw new Error(`bug: nothing is known of the ${v.space} ${v.name}`);
      },
      cell: (a, i) => state.cell(a.name, i),
    });
  }

  isTrue(term: Term, evaluator: Evaluator): boolean {
    return evaluator.isTrue(this.lower.term(term));
  }

  step(step: Step, evaluator: Evaluator): Expected {
    const value = (t: Term): bigint => evaluator.value(this.lower.term(t));
    const taken = step.exits.find((e) => value(e.guard) === 1n);
    if (taken === undefined) {
      const after = this.after(step.next, evaluator);
      return step.execute !== undefined && value(step.execute.guard) === 1n ? { kind: "done", execute: value(step.execute.word), after } : { kind: "done", after };
    }
    const after = this.after(taken.kind === "halt" ? step.next : taken.leaving ?? new Map<string, AnyTerm>(), evaluator);
    switch (taken.kind) {
      case "halt": return { kind: "halt", after };
      case "beyond": return { kind: "beyond", after };
      default: return { kind: taken.kind, cause: taken.cause, args: taken.args.map(value), after };
    }
  }

  private after(next: ReadonlyMap<string, AnyTerm>, evaluator: Evaluator): Map<string, bigint> {
    const after = new Map<string, bigint>();
    for (const [name, term] of next) {
      const lowered = this.lower.any(term);
      if (isArray(lowered)) for (const [i, v] of evaluator.writes(lowered)) after.set(`${name}[${i}]`, v);
      else after.set(name, evaluator.value(lowered));
    }
    return after;
  }
}

/** Everything that differs between what was evaluated and the CPU's state now: assigned components, and all the others kept. */
export function differences(machine: Machine, state: RandomState, expected: Expected, cpu: Cpu): string[] {
  const found: string[] = [];
  const compare = (name: string, is: bigint, before: bigint): void => {
    const meant = expected.after.get(name) ?? before;
    if (is !== meant) found.push(`${name} is ${is}, not ${meant}`);
  };
  for (const c of machine.components) {
    if (c.kind === "register") compare(c.name, cpu.get(c.name), state.registers.get(c.name)!);
    else {
      const indices = new Set([...state.cells.get(c.name)!.keys(), ...[...expected.after.keys()].flatMap((k) => (k.startsWith(`${c.name}[`) ? [BigInt(k.slice(c.name.length + 1, -1))] : []))]);
      for (const i of indices) compare(`${c.name}[${i}]`, cpu.getCell(c.name, i), state.cells.get(c.name)!.get(i) ?? 0n);
    }
  }
  return found;
}

/** A word of an instruction: its constants, and random bits where they are free. */
export function randomWord(instruction: Instruction, random: Random): bigint {
  const { cubes, width } = instruction.encoding;
  const cube = cubes[random.below(cubes.length)]!;
  return cube.value | (random.bits(width) & ~cube.mask & mask(width));
}
