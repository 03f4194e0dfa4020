/**
 * Replay: the states of a witness set up on the CPU, one step taken, and the definition itself asked of what happened.
 *
 * The model comes from terms or a solver; the CPU runs generated JavaScript; the definition is read off the concrete runs. All
 * three must agree, or the witness is a bug of ours.
 */
import { fieldValue, unitsOf } from "../isa/encoded.js";
import { Evaluator } from "../isa/evaluate.js";
import { isComposed } from "../isa/compose.js";
import { lowering } from "../isa/lower.js";
import type { Instruction, Machine, Step } from "../isa/machine.js";
import { isArray, reachable, type Term, type VariableTerm } from "../isa/term.js";
import type { Cpu } from "../machine/cpu.js";
import type { Outcome } from "../machine/outcome.js";
import { cellsRead } from "../requirements/addresses.js";
import type { ConcreteRun, Question } from "../requirements/question.js";
import type { Formula, Model } from "./formula.js";
import { readModel } from "./formula.js";
import { startOf, stateOf, wordOf, type StartState } from "./state.js";

export interface ReplayedRun extends ConcreteRun {
  readonly before: StartState;
  readonly after: StartState;
  readonly detail: Outcome;
}

export interface Replay {
  readonly word: bigint;
  readonly choices: ReadonlyMap<string, bigint>;
  readonly runs: readonly ReplayedRun[];
  readonly isWitness: boolean;
}

export function replay(machine: Machine, cpu: Cpu, instruction: Instruction, question: Question, formula: Formula, model: Model): Replay {
  const word = wordOf(instruction, formula, model);
  const choices = new Map<string, bigint>();
  const read = readModel(model, formula.fixed);
  // what the formula fixes outright is no variable of it any more, but the witness leans on it all the same
  const mentioned = new Set([...formula.variables.map((v) => v.id), ...formula.fixed.keys()]);
  for (const v of choicesOf(instruction.step)) if (mentioned.has(v.id)) choices.set(v.name, read.variable(v));
  const named = new Map(machine.windows.map((w) => [w.name, read.variable(machine.terms.variable("free", `at.${w.name}`, w.addressWidth))]));
  const runs = question.runs.map((run): ReplayedRun => {
    const taken = takeStep(machine, cpu, instruction, word, choices, startOf(machine, run, formula, model));
    return { ...taken, addresses: new Map([...taken.addresses].map(([name, list]) => [name, [...new Set([...list, named.get(name)!])]])) };
  });
  return { word, choices, runs, isWitness: question.isWitness(runs) };
}

function choicesOf(step: Step): VariableTerm[] {
  const roots = [...step.exits.flatMap((e) => [e.guard, ...e.args, ...(e.leaving?.values() ?? [])]), ...step.next.values()];
  return reachable(roots).filter((t): t is VariableTerm => t.op === "variable" && t.space === "choice");
}

export function takeStep(machine: Machine, cpu: Cpu, instruction: Instruction, word: bigint, choices: ReadonlyMap<string, bigint>, before: StartState): ReplayedRun {
  cpu.reset();
  for (const [name, value] of before.registers) cpu.set(name, value);
  for (const [name, cells] of before.cells) for (const [index, value] of cells) cpu.setCell(name, index, value);
  const detail = executed(cpu, instruction, word, choices);
  const values = valuesBefore(machine, instruction, word, choices, before);
  const written = writtenCells(machine, instruction, values, detail);
  const registers = new Map([...before.registers.keys()].map((name) => [name, cpu.get(name)]));
  const cells = new Map<string, Map<bigint, bigint>>();
  for (const c of machine.components) {
    if (c.kind !== "array") continue;
    const own = new Map<bigint, bigint>();
    for (const i of new Set([...(before.cells.get(c.name)?.keys() ?? []), ...(written.get(c.name) ?? [])])) own.set(i, cpu.getCell(c.name, i));
    cells.set(c.name, own);
  }
  const after = stateOf(registers, cells);
  return { machine, before, after, outcome: detail.kind, detail, delivered: deliveredBy(machine, cpu, detail, after), written, addresses: translated(machine, instruction, values), known: new Map([...cells].map(([k, v]) => [k, [...v.keys()]])) };
}

/**
 * The registers after a trap's delivery. Where the trap leaves nothing they are read off the delivery's terms when somebody asks: few
 * definitions do, and on some machines a delivery is longer than most instructions.
 */
function deliveredBy(machine: Machine, cpu: Cpu, detail: Outcome, after: StartState): ReplayedRun["delivered"] {
  if (detail.kind !== "trap" && detail.kind !== "memory-trap") return undefined;
  if (detail.leaves === true) {
    cpu.deliver(detail);
    const registers = new Map(machine.components.flatMap((c) => (c.kind === "register" ? [[c.name, cpu.get(c.name)] as const] : [])));
    return (name) => registers.get(name)!;
  }
  const { parameters, delivery } = machine.traps.find((t) => t.name === detail.cause)!;
  const args = new Map(parameters.map((p, i) => [p.id, detail.args[i]!]));
  const lower = lowering(machine);
  const values = new Evaluator({
    // what is no parameter of the trap is the number of units fetched
    variable: (v) => (v.space === "state" ? after.register(v.name) : v.space === "choice" ? 0n : args.get(v.id) ?? 1n),
    cell: (a, i) => after.cell(a.name, i),
  });
  return (name) => {
    const next = delivery.next.get(name);
    return next === undefined || isArray(next) ? after.register(name) : values.value(lower.term(next));
  };
}

/** The instruction, and if it is a composed one, the target that it goes on with. */
function executed(cpu: Cpu, instruction: Instruction, word: bigint, choices: ReadonlyMap<string, bigint>): Outcome {
  if (!isComposed(instruction)) return cpu.execute(instruction, word, choices);
  const first = cpu.execute(instruction.first, word, choices);
  if (first.kind !== "done") return first;
  if (first.execute === undefined) throw new Error(`bug: ${instruction.first.id} executes nothing in the witness of ${instruction.id}`);
  const { width } = instruction.target.encoding;
  const spare = BigInt((first.width ?? width) - width);
  return cpu.execute(instruction.target, spare >= 0n ? first.execute >> spare : first.execute << -spare, choices);
}

/** The step's terms, from this state. */
function valuesBefore(machine: Machine, instruction: Instruction, word: bigint, choices: ReadonlyMap<string, bigint>, before: StartState): Evaluator {
  const units = unitsOf(machine, instruction.encoding, word);
  const fields = new Map(instruction.encoding.fields.map((f) => [f.name, fieldValue(word, f)]));
  return new Evaluator({
    variable: (v) => v.space === "field" ? fields.get(v.name) ?? BigInt(units) : v.space === "choice" ? choices.get(v.name) ?? 0n : before.register(v.name),
    cell: (a, i) => before.cell(a.name, i),
  });
}

/** The addresses that the step translates outside of loops. */
function translated(machine: Machine, instruction: Instruction, values: Evaluator): Map<string, bigint[]> {
  const lower = lowering(machine);
  return new Map(machine.windows.map((w) => [w.name, w.inverse !== undefined ? [] : cellsRead(instruction.step, w, machine.terms).filter(([, address]) => !isFree(address)).map(([, address]) => values.value(lower.term(address)))]));
}

const isFree = (t: Term): boolean => t.op === "variable" && t.space === "free";

/** The cells that the step's terms say are written from this state. */
function writtenCells(machine: Machine, instruction: Instruction, evaluator: Evaluator, outcome: Outcome): Map<string, bigint[]> {
  const written = new Map<string, bigint[]>();
  if (outcome.kind !== "done" && outcome.kind !== "halt") return written;
  const lower = lowering(machine);
  for (const [name, next] of instruction.step.next) {
    const array = lower.any(next);
    if (isArray(array)) written.set(name, [...evaluator.writes(array).keys()]);
  }
  return written;
}
