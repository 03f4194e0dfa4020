/**
 * A question asked again of given states, without a search: do they show what they are said to show?
 *
 * Whoever found the states is not trusted. They are read back into the question's leaves (what the two states are said to share
 * must be the same in both; storage seen through a window is read back through the window), the hypothesis and the goal are
 * evaluated, the step is taken on the CPU, and the definition is asked of what it did. That the windows of a pair agree at all
 * addresses, and not only at those used, takes an engine.
 */
import { cubeOf, fieldValue } from "../isa/encoded.js";
import { Evaluator } from "../isa/evaluate.js";
import { lowering } from "../isa/lower.js";
import { windowNamed, type Instruction, type Machine, type Window } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import type { Cpu } from "../machine/cpu.js";
import { translateIn } from "../requirements/concrete.js";
import type { Question } from "../requirements/question.js";
import type { EngineAnswer, Formula, Model } from "./formula.js";
import { replay } from "./replay.js";
import { startOf, type StartState } from "./state.js";
import { violations } from "./everywhere.js";

export interface Taken {
  readonly word: bigint;
  readonly choices: ReadonlyMap<string, bigint>;
  /** a starting state for each run of the question */
  readonly states: readonly StartState[];
  /** values of the question's other free variables, by name */
  readonly leaves: ReadonlyMap<string, bigint>;
}

export type Retaken =
  | { readonly kind: "holds" }
  | { readonly kind: "fails"; readonly reason: string }
  | { readonly kind: "open"; readonly reason: string };

/** @param search finds an address at which two windows disagree, or proves that there is none */
export async function retake(machine: Machine, cpu: Cpu, instruction: Instruction, question: Question, taken: Taken, search: (formula: Formula) => Promise<EngineAnswer>): Promise<Retaken> {
  const { terms } = machine;
  const { cubes } = instruction.encoding;
  if (cubeOf(cubes, taken.word) === undefined) return { kind: "fails", reason: `the word is no ${instruction.id}` };
  const model = modelOf(machine, instruction, question, taken);
  if (typeof model === "string") return { kind: "fails", reason: model };
  const formula = unsimplified(terms.and(question.hypothesis, question.goal));
  for (const [i, run] of question.runs.entries()) {
    if (!isSame(startOf(machine, run, formula, model), taken.states[i]!)) return { kind: "fails", reason: "the two states do not show the same window" };
  }
  const evaluator = new Evaluator({ variable: (v) => model.variables.get(v.id) ?? 0n, cell: (a, i) => model.cells.get(a.id)?.get(i) ?? 0n });
  if (!evaluator.isTrue(question.hypothesis)) return { kind: "fails", reason: `the states are not of the kind that is asked for: ${question.asks}` };
  const replayed = replay(machine, cpu, instruction, question, formula, model);
  if (!replayed.isWitness) return { kind: "fails", reason: `the step does not show it: ${question.asks}` };
  if (!evaluator.isTrue(question.goal)) return question.approximation === undefined ? { kind: "fails", reason: `the terms do not show it: ${question.asks}` } : { kind: "open", reason: question.approximation };
  const violated = await violations(machine, question, formula, model, search);
  if (violated === "unknown") return { kind: "open", reason: "whether it is so at all addresses was not decided" };
  return violated.length > 0 ? { kind: "fails", reason: question.runs.length === 2 ? "the two states do not show the same window at all addresses" : "an address shows the cell that is said to lie outside the window" } : { kind: "holds" };
}

/** As it stands: nothing that it fixes is put in, for it is not yet known to be so. */
function unsimplified(term: Term): Formula {
  const all = reachable([term]);
  return {
    term, conjuncts: [term], fixed: new Map(),
    variables: all.filter((t): t is VariableTerm => t.op === "variable" && t.space !== "slot"),
    arrays: all.filter((t): t is ArrayVariableTerm => t.op === "array" && t.space !== "slot"),
  };
}

/** The leaves' values, or in words why there are none. */
function modelOf(machine: Machine, instruction: Instruction, question: Question, { word, choices, states, leaves }: Taken): Model | string {
  const variables = new Map<number, bigint>();
  const cells = new Map<number, Map<bigint, bigint>>();
  const put = (id: number, index: bigint, value: bigint): boolean => {
    const own = cells.get(id) ?? new Map<bigint, bigint>();
    cells.set(id, own);
    const known = own.get(index);
    own.set(index, value);
    return known === undefined || known === value;
  };
  for (const [i, run] of question.runs.entries()) {
    const state = states[i]!;
    for (const [name, term] of run.registers) {
      const value = state.register(name);
      if (term.op === "constant" && term.value !== value) return `${name} has another value between instructions`;
      if (term.op !== "variable") continue;
      if ((variables.get(term.id) ?? value) !== value) return `the two states differ in ${name}, which they are said to share`;
      variables.set(term.id, value);
    }
    for (const [name, source] of run.arrays) {
      for (const [index, value] of state.cells.get(name) ?? []) {
        const shown = source.kind === "placed" ? addressOf(machine, windowNamed(machine, source.window), state, index) : undefined;
        const isPut = source.kind !== "placed" ? put(source.kind === "named" ? source.cells.id : source.array.id, index, value)
          : shown === undefined ? put(source.outside.id, index, value) : put(source.contents.id, shown, value);
        if (!isPut) return shown === undefined ? `the two states differ in ${name}, which they are said to share` : "the two states do not show the same window";
      }
      if (source.kind === "plain") {
        // what only the other run lists is 0 here
        const other = states[1 - i]?.cells.get(name);
        if (question.runs.length === 2 && question.runs[1 - i]!.arrays.get(name)?.kind === "plain" && isOneArray(question, name)) {
          for (const [index, value] of other ?? []) if (state.cell(name, index) !== value) return `the two states differ in ${name}, which they are said to share`;
        }
      }
    }
  }
  for (const field of instruction.encoding.fields) variables.set(field.variable.id, fieldValue(word, field));
  for (const t of reachable([question.hypothesis, question.goal])) {
    if (t.op !== "variable" || variables.has(t.id)) continue;
    const value = t.space === "choice" ? choices.get(t.name) : t.space === "free" ? leaves.get(t.name) : undefined;
    if (value !== undefined) variables.set(t.id, value);
  }
  return { variables, cells };
}

function isOneArray(question: Question, name: string): boolean {
  const ids = question.runs.map((run) => { const s = run.arrays.get(name); return s?.kind === "plain" ? s.array.id : undefined; });
  return ids[0] !== undefined && ids[0] === ids[1];
}

/** The address that shows a cell in this state, by the window's inverse. */
function addressOf(machine: Machine, window: Window, state: StartState, cell: bigint): bigint | undefined {
  const { inverse } = window;
  if (inverse === undefined) return undefined;
  const evaluator = new Evaluator({ variable: (v) => state.register(v.name), cell: (a, i) => state.cell(a.name, i) });
  const by = new Map<number, AnyTerm>([[inverse.parameter.id, machine.terms.constant(cell, inverse.parameter.width)]]);
  const address = evaluator.value(lowering(machine).term(substitution(machine.terms, by).term(inverse.value)));
  return translateIn({ machine }, state, window, 0, address) === cell ? address : undefined;
}

function isSame(a: StartState, b: StartState): boolean {
  const registers = [...new Set([...a.registers.keys(), ...b.registers.keys()])].every((name) => a.register(name) === b.register(name));
  return registers && [...new Set([...a.cells.keys(), ...b.cells.keys()])].every((name) => {
    const indices = new Set([...(a.cells.get(name)?.keys() ?? []), ...(b.cells.get(name)?.keys() ?? [])]);
    return [...indices].every((i) => a.cell(name, i) === b.cell(name, i));
  });
}

