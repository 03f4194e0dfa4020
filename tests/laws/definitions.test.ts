/**
 * Laws of the definitions, on the tiny machines: a state is no witness against itself; pairs of users are taken either way round; starting
 * states built from what the windows show do show it, and what lies outside them is free; where a goal is true of random states the CPU
 * runs a witness, and where the CPU runs none it is false.
 */
import { describe, expect, test } from "vitest";
import { mask } from "../../src/bits/bits.js";
import { Evaluator } from "../../src/isa/evaluate.js";
import { windowNamed, type Instruction, type Machine } from "../../src/isa/machine.js";
import type { ArrayVariableTerm } from "../../src/isa/term.js";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";
import { translateIn } from "../../src/requirements/concrete.js";
import type { ConcreteRun, Question } from "../../src/requirements/question.js";
import { Reading } from "../../src/requirements/run.js";
import { setting } from "../../src/requirements/setting.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { QUESTIONS } from "../../src/verdict/classify.js";
import { readModel, type Formula, type Model } from "../../src/verdict/formula.js";
import { takeStep, type ReplayedRun } from "../../src/verdict/replay.js";
import { startOf } from "../../src/verdict/state.js";
import { expected } from "../machines/expected.js";
import { tinyMachine } from "../machines/tiny.js";
import { Random, randomWord } from "./evaluated-step.js";

const PAIRS = ["location", "mode", "resource", "userLocation", "userResource", "partly", "literalLocation", "literalMode"] as const;
const STATES = Number(process.env["LAW_RUNS"] ?? 25);

/** Nothing is fixed: every leaf is in the model. */
const OPEN: Formula = { term: undefined as unknown as Formula["term"], conjuncts: [], fixed: new Map(), variables: [], arrays: [] };

/** Random values for every leaf of the runs of a question, every cell included. */
function randomModel(machine: Machine, question: Question, random: Random): Model {
  const variables = new Map<number, bigint>(), cells = new Map<number, Map<bigint, bigint>>();
  const fill = (a: ArrayVariableTerm): void => {
    if (!cells.has(a.id)) cells.set(a.id, new Map(Array.from({ length: 2 ** a.indexWidth }, (_, i) => [BigInt(i), random.next() & mask(a.width)])));
  };
  for (const run of question.runs) {
    for (const t of run.registers.values()) if (t.op === "variable" && !variables.has(t.id)) variables.set(t.id, random.next() & mask(t.width));
    for (const source of run.arrays.values()) for (const a of "array" in source ? [source.array] : "contents" in source ? [source.contents, source.outside] : [source.cells, source.outside]) if (a.op === "array") fill(a);
  }
  return { variables, cells };
}

function put(machine: Machine, cpu: Cpu, instruction: Instruction, question: Question, model: Model, word: bigint): ReplayedRun[] {
  return question.runs.map((run) => takeStep(machine, cpu, instruction, word, new Map(), startOf(machine, run, OPEN, model)));
}

interface Trial { readonly question: Question; readonly instruction: Instruction; readonly machine: Machine; readonly model: Model; readonly word: bigint; readonly runs: readonly ReplayedRun[] }

function* trials(entry: (typeof expected)[number], names: readonly (keyof typeof QUESTIONS)[]): Generator<Trial> {
  const machine = tinyMachine(entry.file), cpu = createCpu(machine), configuration = configurationNamed(machine, entry.configuration)!;
  for (const [n, instruction] of machine.instructions.entries()) {
    const s = setting(machine, instruction, configuration);
    for (const name of names) {
      const question = QUESTIONS[name]!(s);
      for (let i = 0; i < STATES; i++) {
        const random = new Random(BigInt(n * 1000 + i));
        const model = randomModel(machine, question, random), word = randomWord(instruction, random);
        yield { question, instruction, machine, model, word, runs: put(machine, cpu, instruction, question, model, word) };
      }
    }
  }
}

function addresses(width: number): bigint[] {
  return Array.from({ length: 2 ** width }, (_, a) => BigInt(a));
}

describe.each(expected)("$file under $configuration", (entry) => {
  test("no state is a witness against itself", () => {
    for (const { question, runs } of trials(entry, PAIRS)) {
      if (question.id.includes("partly-trapping")) continue;
      for (const run of runs) expect({ question: question.id, isWitness: question.isWitness([run, run]) }).toEqual({ question: question.id, isWitness: false });
    }
  });

  test("a window placed anywhere shows what it ought to, and what it does not show is free", () => {
    let shown = 0, hidden = 0;
    for (const { question, machine, model, runs } of trials(entry, ["location"])) {
      for (const [i, run] of question.runs.entries()) {
        for (const [name, source] of run.arrays) {
          if (source.kind !== "placed") continue;
          const window = windowNamed(machine, source.window);
          const places = addresses(window.addressWidth).map((a) => translateIn(runs[i]!, runs[i]!.before, window, 0, a));
          places.forEach((p, a) => {
            if (p === "fault") return;
            expect(runs[i]!.before.cell(name, p)).toBe(model.cells.get((source.contents as ArrayVariableTerm).id)!.get(BigInt(a)));
            shown++;
          });
          const outside = source.outside as ArrayVariableTerm;
          for (const p of addresses(outside.indexWidth)) {
            if (places.includes(p)) continue;
            expect(runs[i]!.before.cell(name, p)).toBe(model.cells.get(outside.id)!.get(p));
            hidden++;
          }
        }
      }
    }
    expect(shown).toBeGreaterThan(0);
    expect(hidden).toBeGreaterThan(0);
  });

  test("two users with equal windows may change places", () => {
    for (const { question, machine, runs: [first, second] } of trials(entry, ["userLocation"])) {
      const isEqual = machine.windows.every((w) => addresses(w.addressWidth).every((a) => (translateIn(first!, first!.before, w, 0, a) === "fault") === (translateIn(second!, second!.before, w, 0, a) === "fault")));
      // a run that traps is no witness as the virtual one, but may be as the reference
      if (isEqual && goesOn(first!) && goesOn(second!)) expect({ question: question.id, swapped: question.isWitness([second!, first!]) }).toEqual({ question: question.id, swapped: question.isWitness([first!, second!]) });
    }
  });

  test("the goal is true of random states where the CPU runs a witness, and of no others", () => {
    let witnesses = 0;
    for (const { question, instruction, machine, model, word, runs } of trials(entry, Object.keys(QUESTIONS))) {
      if (question.exact === undefined && question.runs.length === 2) throw new Error("bug: a pair without its exact form");
      const { hypothesis, goal } = question.exact?.() ?? question;
      const value = (term: typeof goal, at: bigint): boolean => {
        const read = readModel(model, OPEN.fixed);
        return new Evaluator({
          variable: (v) => {
            if (v.space === "field") {
              const field = instruction.encoding.fields.find((f) => f.variable === v);
              return field === undefined ? 1n : (word >> BigInt(field.low)) & mask(field.width);
            }
            return v.space === "free" && v.name.startsWith("at.") ? at & mask(v.width) : read.variable(v);
          },
          cell: read.cell,
        }).isTrue(term);
      };
      // what the two windows show is compared at addresses used; here it has to agree at all of them
      const width = Math.max(...machine.windows.map((w) => w.addressWidth), ...machine.components.map((c) => (c.kind === "array" ? c.indexWidth : 0)));
      if (!addresses(width).every((at) => value(hypothesis, at)) || !doWindowsAgree(machine, question, model)) continue;
      const holds = addresses(width).some((at) => value(goal, at));
      const isWitness = question.isWitness(runs);
      if (holds !== isWitness) {
        const story = runs.map((r) => `${r.outcome} ${[...r.before.registers].map(([n, v]) => `${n}=${v}`).join(" ")}`);
        expect({ question: question.id, word, story, holds }).toEqual({ question: question.id, word, story, holds: isWitness });
      }
      if (isWitness) witnesses++;
    }
    expect(witnesses).toBeGreaterThan(0);
  });
});

const goesOn = (run: ConcreteRun): boolean => run.outcome === "done" || run.outcome === "halt";

/** Where the virtual window does not fault, the reference's does not. */
function doWindowsAgree(machine: Machine, question: Question, model: Model): boolean {
  const [first, second] = question.runs;
  if (first === undefined || second === undefined) return true;
  const isEqual = !/location\/|mode\/|partly-trapping\//.test(question.id);
  const evaluator = new Evaluator(readModel(model, OPEN.fixed));
  return machine.windows.every((w) => {
    if (first.arrays.get(w.over)?.kind !== "placed") return true;
    const r1 = new Reading(machine, { ...first, isExact: true }), r2 = new Reading(machine, { ...second, isExact: true });
    return addresses(w.addressWidth).every((a) => [0, 1, 2].every((access) => {
      const at = machine.terms.constant(a, w.addressWidth);
      const f1 = evaluator.isTrue(r1.faults(w, access, at)), f2 = evaluator.isTrue(r2.faults(w, access, at));
      return isEqual ? f1 === f2 : !f1 || f2;
    }));
  });
}
