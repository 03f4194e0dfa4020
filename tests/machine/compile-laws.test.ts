/** Laws: what the compiled functions compute is what the plain reading of the operator table says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPERATORS, TABLE, type OperatorName } from "../../src/bits/operators.js";
import { Evaluator, type Assignment } from "../../src/isa/evaluate.js";
import type { Exit, Instruction, Machine, Step } from "../../src/isa/machine.js";
import { isArray, type AnyTerm, type ArrayTerm, type Term } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";
import type { Outcome } from "../../src/machine/outcome.js";
import { bitsOf, Builder, edge, emptyMachine, INDEX_WIDTH, numbers, registerOf, stateOf, Stream, WIDTHS } from "./generated-terms.js";

const runs = (usual: number): fc.Parameters<unknown> => ({ numRuns: Number(process.env["LAW_RUNS"] ?? usual) });

function stateAssignment(machine: Machine, cpu: Cpu): Assignment {
  return { variable: (v) => cpu.get(v.name), cell: (a, i) => cpu.getCell(a.name, i) };
}

/** The old state as plain values, so that evaluation does not see what the CPU does later. */
function frozen(machine: Machine, cpu: Cpu): Assignment {
  const registers = new Map(machine.components.filter((c) => c.kind === "register").map((c) => [c.name, cpu.get(c.name)]));
  const cells = Array.from({ length: 1 << INDEX_WIDTH }, (_, i) => cpu.getCell("cells", BigInt(i)));
  return { variable: (v) => registers.get(v.name)!, cell: (_, i) => cells[Number(i)]! };
}

describe("operators", () => {
  /** Operand widths and parameters for every operator at a width. */
  const shapes = (op: OperatorName, width: number, other: number): { readonly widths: number[]; readonly parameters: number[] }[] => {
    switch (op) {
      case "extract":
        return [[width - 1, 0], [Math.floor(width / 2), 0], [width - 1, Math.floor(width / 2)], [Math.ceil(width / 2), Math.floor(width / 3)]].map((parameters) => ({ widths: [width], parameters: parameters.map((p) => Math.min(p, width - 1)) }));
      case "zero-extend":
      case "sign-extend":
        return [{ widths: [Math.min(width, other)], parameters: [Math.max(width, other)] }];
      case "concat":
        return width + other <= 128 ? [{ widths: [width, other], parameters: [] }] : [];
      case "shl":
      case "lshr":
      case "ashr":
        return [{ widths: [width, other], parameters: [] }];
      case "ite":
        return [{ widths: [1, width, width], parameters: [] }];
      default:
        return [{ widths: Array<number>(TABLE[op].arity).fill(width), parameters: [] }];
    }
  };
  for (const op of OPERATORS) {
    it(`${op} agrees with the table at every width`, () => {
      for (const width of WIDTHS) {
        for (const other of WIDTHS) {
          if (!["shl", "lshr", "ashr", "concat", "sign-extend", "zero-extend"].includes(op) && other !== WIDTHS[0]) continue;
          for (const { widths, parameters } of shapes(op, width, other)) {
            const terms = new Terms();
            const registers = widths.map((w, i) => registerOf(terms, `r${i}`, w));
            const cpu = createCpu(emptyMachine(terms, registers));
            const term = terms.apply(op, registers.map((r) => r.variable), parameters);
            fc.assert(fc.property(fc.tuple(...widths.map(bitsOf)), (values) => {
              values.forEach((v, i) => cpu.set(`r${i}`, v));
              expect(cpu.value(term)).toBe(TABLE[op].value(values, widths, parameters));
            }), runs(30));
          }
        }
      }
    });
  }
});

describe("graphs", () => {
  it("a compiled term has the value that the evaluator gives", () => {
    fc.assert(fc.property(numbers(300), fc.infiniteStream(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })), (from, values) => {
      const terms = new Terms();
      const components = stateOf(terms);
      const machine = emptyMachine(terms, components);
      const builder = new Builder(terms, new Stream(from), components.map((c) => c.variable));
      builder.grow(40);
      const cpu = createCpu(machine);
      fill(machine, cpu, values);
      const evaluator = new Evaluator(stateAssignment(machine, cpu));
      for (const term of builder.pool.slice(-8)) expect(cpu.value(term)).toBe(evaluator.value(term));
    }), runs(300));
  });
});

describe("choices on one condition", () => {
  it("are taken apart where one needs the other through a term outside", () => {
    const terms = new Terms();
    const [a, b, c] = ["a", "b"].map((name) => registerOf(terms, name, 16)).concat(registerOf(terms, "c", 1));
    const cpu = createCpu(emptyMachine(terms, [a!, b!, c!]));
    const square = (x: Term): Term => terms.apply("mul", [terms.apply("add", [x, a!.variable]), terms.apply("xor", [terms.apply("add", [x, a!.variable]), b!.variable])]);
    const first = terms.ite(c!.variable, square(b!.variable), a!.variable);
    const between = terms.apply("mul", [first, terms.constant(3, 16)]);
    const second = terms.ite(c!.variable, square(between), between);
    const all = terms.apply("xor", [terms.apply("add", [first, second]), between]);
    for (const value of [0n, 1n]) {
      cpu.set("a", 7n);
      cpu.set("b", 0x1234n);
      cpu.set("c", value);
      expect(cpu.value(all)).toBe(new Evaluator(stateAssignment(cpu.machine, cpu)).value(all));
    }
  });
});

function fill(machine: Machine, cpu: Cpu, values: Iterator<bigint>): void {
  for (const c of machine.components) {
    if (c.kind === "register") cpu.set(c.name, edge(values.next().value as bigint, c.width));
    else for (let i = 0n; i < 1n << BigInt(c.indexWidth); i++) cpu.setCell(c.name, i, edge(values.next().value as bigint, c.width));
  }
}

const NOWHERE = { file: "generated.isa", line: 1, column: 1 };

function instructionOf(terms: Terms, step: Step): Instruction {
  return { id: "I", mnemonic: "I", family: "I", split: {}, title: "", origin: NOWHERE, encoding: { width: 8, front: 0, turned: [], cubes: [{ mask: 0n, value: 0n }], priority: 0, fields: [], ignored: 0xffn }, syntax: [], hypothesis: terms.true, step };
}

/** The step as section 2 of the model says, by evaluation. */
function evaluated(machine: Machine, old: Assignment, step: Step): { readonly outcome: Outcome; readonly next: ReadonlyMap<string, AnyTerm> } {
  const evaluator = new Evaluator(old);
  const taken = step.exits.find((e) => evaluator.isTrue(e.guard));
  const value = (t: Term): bigint => evaluator.value(t);
  if (taken === undefined) {
    const goesOn = step.execute !== undefined && evaluator.isTrue(step.execute.guard);
    return { outcome: goesOn ? { kind: "done", execute: value(step.execute!.word), width: step.execute!.word.width } : { kind: "done" }, next: step.next };
  }
  return { outcome: outcomeOf(taken, value), next: taken.kind === "halt" ? step.next : taken.leaving ?? new Map() };
}

function outcomeOf(exit: Exit, value: (t: Term) => bigint): Outcome {
  switch (exit.kind) {
    case "halt": return { kind: "halt" };
    case "beyond": return { kind: "beyond", why: exit.cause };
    default: return { kind: exit.kind, cause: exit.cause, args: exit.args.map(value), ...((exit.leaving?.size ?? 0) > 0 ? { leaves: true } : {}) };
  }
}

describe("steps", () => {
  it("a compiled step is the evaluated step, and a snapshot undoes it", () => {
    fc.assert(fc.property(numbers(400), numbers(100), fc.infiniteStream(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })), (from, end, values) => {
      const terms = new Terms();
      const stream = new Stream(from);
      const components = stateOf(terms);
      const machine = emptyMachine(terms, components);
      const builder = new Builder(terms, stream, components.map((c) => c.variable));
      builder.grow(30);
      const step = builder.step(components, end);
      const cpu = createCpu(machine);
      fill(machine, cpu, values);
      const before = cpu.snapshot();
      for (let again = 0; again < 2; again++) {
        const old = frozen(machine, cpu);
        const { outcome, next } = evaluated(machine, old, step);
        expect(cpu.execute(instructionOf(terms, step), 0n)).toEqual(outcome);
        const evaluator = new Evaluator(old);
        for (const c of components) {
          const term = next.get(c.name) ?? c.variable;
          if (c.kind === "register") expect(cpu.get(c.name)).toBe(evaluator.value(term as Term));
          else for (let i = 0n; i < 1n << BigInt(INDEX_WIDTH); i++) expect(cpu.getCell(c.name, i)).toBe(evaluator.at((isArray(term) ? term : c.variable) as ArrayTerm, i));
        }
        const changed = frozen(machine, cpu);
        cpu.restore(before);
        expect(frozen(machine, cpu).cell(components.at(-1)!.variable as never, 3n)).toBe(old.cell(components.at(-1)!.variable as never, 3n));
        if (again === 0) for (const c of components) if (c.kind === "register") cpu.set(c.name, changed.variable(c.variable));
      }
    }), runs(400));
  });
});
