/**
 * Every transition of a machine whose whole state fits 31 bits.
 *
 * For each instruction word one function is generated, its fields put in as constants, that takes the packed state to the next one and
 * an outcome code; as a loop over all states it fills typed arrays, and as a loop over some it searches. With `deliver`, traps are delivered in the
 * same breath (the delivery's terms are put over what the trap knows), and transient components come to rest: the transition
 * is then the processor's, without it the model's step_i. What an encoding's choices are is a further argument, packed.
 */
import { decodedFrom, unitsOf } from "../isa/encoded.js";
import { lowering } from "../isa/lower.js";
import type { Exit, Instruction, Machine, Step, Trap } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { reachable as reachableTerms, type AnyTerm, type Term, type VariableTerm } from "../isa/term.js";
import { bindSource, Emitter, FunctionWriter, type Leaves } from "./compile-emit.js";
import { Plan } from "./compile-plan.js";
import { LoopParts, type Planned } from "./compile-loops.js";
import { termsOf } from "./compile-prepare.js";
import { preparing, StepPlan, type Commit, type PreparedExit, type PreparedStep, type StepWriter } from "./compile-step.js";
import { decoderOf } from "./decoder.js";
import { fieldSource, PackedState } from "./packed-state.js";

/** What a transition came to; FIRST_TRAP + n is the machine's trap number n (delivered, if that was asked for). */
export const OUTCOME = { done: 0, halt: 1, beyond: 2, goesOn: 3, doubleFault: 4 } as const;
export const FIRST_TRAP = 5;

export interface InstructionWord { readonly instruction: Instruction; readonly word: bigint }

export interface EnumeratorOptions {
  /** deliver traps; default: successors of traps are what the trap leaves */
  readonly deliver?: boolean;
  /** default: every word that decodes, if encodings have at most 16 bits */
  readonly words?: readonly InstructionWord[];
}

export interface Enumerator {
  readonly state: PackedState;
  /** 2^bits */
  readonly states: number;
  readonly words: readonly InstructionWord[];
  /** The choices that a word's step makes: 2^choiceBits runs of each state. */
  readonly choiceBits: (word: number) => number;
  /** outcome code * `states` + successor. */
  readonly successor: (word: number, state: number, choice?: number) => number;
  /** Successors and outcome codes of all states; arrays of `states` elements. Successors of halts are after the halt. */
  readonly fill: (word: number, successors: Int32Array, outcomes: Uint8Array, choice?: number) => void;
  /** How many states are reached from a start by transitions that are done or delivered traps. With choices, any. */
  readonly reachable: (start: number) => number;
}

/** Undefined: the state does not fit. */
export function enumerator(machine: Machine, options: EnumeratorOptions = {}): Enumerator | undefined {
  if (!PackedState.fits(machine) || machine.traps.length + FIRST_TRAP > 256) return undefined;
  return new StateEnumerator(machine, options);
}

/** The words of the shortest encodings, all of them that an instruction claims, ascending. */
export function allWords(machine: Machine): readonly InstructionWord[] {
  const decoder = decoderOf(machine);
  return decoder.widths.filter((w) => w <= 16).flatMap((width) => {
    const found: InstructionWord[] = [];
    for (let word = 0n; word < 1n << BigInt(width); word++) {
      const decoded = decoder.decode(word, width);
      if (decoded.kind === "instruction" && width === decodedFrom(machine, decoded.instruction.encoding, decoded.word).width) found.push({ instruction: decoded.instruction, word: decoded.word });
    }
    return found;
  });
}

interface Compiled {
  readonly choiceBits: number;
  readonly one: (state: number, choice: number) => number;
  readonly all: (successors: Int32Array, outcomes: Uint8Array, choice: number) => void;
  /** Of the first `taken` states of a batch: successors not reached before, put behind the first `left` of `pending`; how many there are then. */
  readonly search: (batch: Int32Array, taken: number, pending: Int32Array, left: number, reached: Uint32Array, choice: number) => number;
}

class StateEnumerator implements Enumerator {
  readonly state: PackedState;
  readonly states: number;
  readonly words: readonly InstructionWord[];
  private readonly compiled: (Compiled | undefined)[] = [];
  private readonly deliver: boolean;
  private readonly prepare;
  private readonly lower;

  constructor(private readonly machine: Machine, options: EnumeratorOptions) {
    this.state = new PackedState(machine);
    this.states = 2 ** this.state.bits;
    this.words = options.words ?? allWords(machine);
    this.deliver = options.deliver ?? false;
    this.prepare = preparing(machine);
    this.lower = lowering(machine);
  }

  readonly choiceBits = (word: number): number => this.function(word).choiceBits;

  readonly successor = (word: number, state: number, choice = 0): number => this.function(word).one(state, choice);

  readonly fill = (word: number, successors: Int32Array, outcomes: Uint8Array, choice = 0): void => this.function(word).all(successors, outcomes, choice);

  readonly reachable = (start: number): number => {
    const functions = this.words.map((_, i) => this.function(i));
    const reached = new Uint32Array(Math.ceil(this.states / 32));
    reached[start >>> 5]! |= 1 << (start & 31);
    const batch = new Int32Array(BATCH);
    let pending: Int32Array = new Int32Array(4 * BATCH).fill(start, 0, 1);
    let count = 1, left = 1;
    while (left > 0) {
      const taken = Math.min(left, BATCH);
      left -= taken;
      batch.set(pending.subarray(left, left + taken));
      for (const { search, choiceBits } of functions) {
        for (let choice = 0; choice < 2 ** choiceBits; choice++) {
          if (left + taken > pending.length) {
            const longer = new Int32Array(2 * pending.length);
            longer.set(pending);
            pending = longer;
          }
          const now = search(batch, taken, pending, left, reached, choice);
          count += now - left;
          left = now;
        }
      }
    }
    return count;
  };

  private function(word: number): Compiled {
    return (this.compiled[word] ??= this.compile(this.words[word]!));
  }

  // ---------------------------------------------------------------- compiling

  private compile({ instruction, word }: InstructionWord): Compiled {
    const { terms } = this.machine;
    const { fields } = instruction.encoding;
    const known = new Map<number, AnyTerm>(fields.map((f) => [f.variable.id, terms.constant(word >> BigInt(f.low), f.width)]));
    const length = terms.constant(unitsOf(this.machine, instruction.encoding, word), LENGTH_WIDTH);
    known.set(terms.variable("field", "length", LENGTH_WIDTH).id, length);
    const step = this.specialised(instruction.step, known);
    const prepared = this.prepare.step(step);
    const nested = this.deliver ? this.deliveries(step, length) : new Map<number, PreparedStep>();
    const choices = choicesOf([prepared, ...nested.values()]);
    const bits = choices.reduce((n, c) => n + c.width, 0);
    if (bits > 31) throw new Error(`bug: ${instruction.id} chooses ${bits} bits`);
    const leaves = this.leaves(choices);
    const writer = new FunctionWriter(leaves, new LoopParts(terms));
    const plan = new Plan(writer.loops);
    const steps = new StepPlan(terms, plan, prepared, plan.region(), nested);
    plan.solve();
    const written = steps.write(new Emitter(writer, plan), this.writer());
    const lines = [...writer.declarations(), "let x = 0, y = 0;", "e: {", ...written, "}"];
    const overlays = writer.known();
    return {
      choiceBits: bits,
      one: bindSource(`function (s, c) {\n${[...lines, `return y * ${this.states} + x;`].join("\n")}\n}`, overlays) as Compiled["one"],
      all: bindSource(`function (m, n, c) {\nfor (let s = 0; s < ${this.states}; s++) {\n${[...lines, "m[s] = x; n[s] = y;"].join("\n")}\n}\n}`, overlays) as Compiled["all"],
      search: bindSource(`function (m, k, n, l, r, c) {\nfor (let i = 0; i < k; i++) {\nconst s = m[i];\n${[...lines, GOES_ON, "if ((r[x >>> 5] >>> (x & 31) & 1) === 0) { r[x >>> 5] |= 1 << (x & 31); n[l++] = x; }"].join("\n")}\n}\nreturn l;\n}`, overlays) as Compiled["search"],
    };
  }

  private writer(): StepWriter {
    const end = (commit: Commit, code: number | string): string[] => [...this.state.commitSource(commit, this.deliver), `y = ${code};`, "break e;"];
    const completed = (code: number): StepWriter["completed"] => (commit, execute) => end(commit, execute === undefined ? code : `(${execute.guard} ? ${OUTCOME.goesOn} : ${code})`);
    const exit: StepWriter["exit"] = (_, { kind, cause }, __, commit) => end(commit, this.codeOf(kind, cause));
    return {
      exit,
      completed: completed(OUTCOME.done),
      nested: (_, outer) => ({
        // a delivery that traps is a double fault; it halts and goes beyond as a step does
        exit: (number, inner, args, commit) => (inner.kind === "trap" || inner.kind === "memory-trap" ? end(commit, OUTCOME.doubleFault) : exit(number, inner, args, commit)),
        completed: completed(this.codeOf(outer.kind, outer.cause)),
      }),
    };
  }

  private codeOf(kind: Exit["kind"], cause: string): number {
    if (kind === "halt") return OUTCOME.halt;
    if (kind === "beyond") return OUTCOME.beyond;
    return FIRST_TRAP + this.machine.traps.findIndex((t) => t.name === cause);
  }

  private specialised(step: Step, by: ReadonlyMap<number, AnyTerm>): Step {
    const put = substitution(this.machine.terms, by);
    const ready = <T extends AnyTerm>(t: T): T => put.any(this.lower.any(t)) as T;
    const all = (next: ReadonlyMap<string, AnyTerm>): ReadonlyMap<string, AnyTerm> => new Map([...next].map(([name, t]) => [name, ready(t)]));
    return {
      exits: step.exits.map((e) => ({ ...e, guard: ready(e.guard), args: e.args.map(ready), leaving: e.leaving && all(e.leaving) })).filter((e) => e.guard !== this.machine.terms.false),
      next: all(step.next),
      execute: step.execute && { guard: ready(step.execute.guard), word: ready(step.execute.word) },
      assignedAt: step.assignedAt,
    };
  }

  /** The deliveries of a step's traps, over the state before the step. */
  private deliveries(step: Step, length: Term): ReadonlyMap<number, PreparedStep> {
    const found = new Map<number, PreparedStep>();
    for (const [i, exit] of step.exits.entries()) {
      if (exit.kind !== "trap" && exit.kind !== "memory-trap") continue;
      const trap = this.machine.traps.find((t) => t.name === exit.cause)!;
      found.set(i, this.prepare.step(this.delivery(trap, exit, length)));
    }
    return found;
  }

  private delivery(trap: Trap, exit: Exit, length: Term): Step {
    const leaving = exit.leaving ?? new Map<string, AnyTerm>();
    const by = new Map<number, AnyTerm>(trap.parameters.map((p, i) => [p.id, exit.args[i]!]));
    by.set(this.machine.terms.variable("parameter", "length", LENGTH_WIDTH).id, length);
    for (const c of this.machine.components) {
      const left = leaving.get(c.name);
      if (left !== undefined) by.set(c.variable.id, left);
    }
    const delivered = this.specialised(trap.delivery, by);
    return {
      ...delivered,
      exits: delivered.exits.map((e) => ({ ...e, leaving: new Map([...leaving, ...(e.leaving ?? [])]) })),
      next: new Map([...leaving, ...delivered.next]),
    };
  }

  private leaves(choices: readonly VariableTerm[]): Leaves {
    const lows = new Map<VariableTerm, number>();
    let low = 0;
    for (const choice of choices) {
      lows.set(choice, low);
      low += choice.width;
    }
    return {
      cell: (array, index) => this.state.cellSource(array.name, index),
      variable: (variable) => {
        if (variable.space === "state") return this.state.registerSource(variable.name);
        const at = lows.get(variable);
        if (at === undefined) throw new Error(`bug: nothing is known of the ${variable.space} ${variable.name}`);
        return fieldSource("c", at, variable.width);
      },
    };
  }
}

const LENGTH_WIDTH = 8;
/** States whose successors by one word are sought before those by the next. */
const BATCH = 4096;
/** A search goes on behind what is done and behind traps. */
const GOES_ON = `if (y !== ${OUTCOME.done} && y < ${FIRST_TRAP}) continue;`;

/** The choice variables of prepared steps, in order of their ids. */
function choicesOf(steps: readonly PreparedStep[]): readonly VariableTerm[] {
  const effects = (e: PreparedExit["effects"]): Planned[] => [...e.registers.map((r) => r.value), ...e.writes.flatMap(termsOf)];
  const roots = steps.flatMap((s) => [...s.exits.flatMap((e) => [e.guard, ...e.args, ...effects(e.effects)]), ...effects(s.effects), ...(s.execute === undefined ? [] : [s.execute.guard, s.execute.word])]);
  return reachableTerms(roots).filter((t): t is VariableTerm => t.op === "variable" && t.space === "choice");
}
