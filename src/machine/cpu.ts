/**
 * The state-machine CPU: a machine's state, and its steps as compiled functions on it.
 *
 * The one place with mutable state. `execute` is the model's step_i and nothing more; `deliver` is the delivery of a
 * trap; `step` is what the processor does between two instructions: fetch, decode, execute, go on with what is to be
 * executed, deliver what trapped. `run` repeats it as fast as the engine allows (`run-loop.ts`). Functions are
 * compiled when they are first needed.
 */
import { fold } from "./chain.js";
import { ConsolePort } from "./console-port.js";
import { decoderOf, UnitReader, type Decoder } from "./decoder.js";
import { argumentInputs, FIRST_EXIT, FunctionCompiler, GO_ON, wordInputs, type ChoicePolicy, type StepFunction } from "./compile-function.js";
import { fromHeld, isNumber, toHeld, type Held } from "./compile-representation.js";
import { preparing, type Effects, type Prepare, type PreparedStep } from "./compile-step.js";
import { unitsOf } from "../isa/encoded.js";
import { substitution } from "../isa/substitute.js";
import type { Field, Instruction, Machine, Register, Step } from "../isa/machine.js";
import type { Term, VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { Layout, type StateSnapshot, type Stretch } from "./layout.js";
import type { Observer, Outcome, RunReport, StepReport, Trapped, TrapTreatment } from "./outcome.js";
import { newRunLoop, type RunLoop } from "./run-loop.js";
import { TranslationCaches } from "./translation-cache.js";

export type { Observer, Outcome, RunReport, StepEvent, StepReport, Stop, Trapped, TrapTreatment } from "./outcome.js";
export type { StateSnapshot } from "./layout.js";

export interface Cpu {
  readonly machine: Machine;
  /** A register's value; names are the machine's components. Unknown names and values that do not fit are bugs. */
  readonly get: (component: string) => bigint;
  readonly set: (component: string, value: bigint) => void;
  readonly getCell: (component: string, index: bigint) => bigint;
  readonly setCell: (component: string, index: bigint, value: bigint) => void;
  /** The value of a term over the state (compiled and kept). */
  readonly value: (term: Term) => bigint;
  /** The whole state; costs the pages written since the last snapshot or restore. */
  readonly snapshot: () => StateSnapshot;
  readonly restore: (snapshot: StateSnapshot) => void;
  /** Everything 0, transient components at rest. */
  readonly reset: () => void;
  /** Connects the machine's console, if it has one: what is sent is told, a character at a time. Until then nobody listens, and a console device is not there. */
  readonly connect: (listener: (character: bigint) => void) => void;
  /** The values that choices take; at first all are 0. */
  readonly setChoices: (policy: ChoicePolicy) => void;
  /** The instruction that whole units mean in the present state, if any claims them, with its own word. */
  readonly decode: (word: bigint, width: number) => { readonly instruction: Instruction; readonly word: bigint } | undefined;
  /**
   * One instruction's step on the present state, whatever the fetch rule says; `word` has the width of its encoding.
   * `choices` by name (absent ones are 0), else the policy's; `length` in units, if not its own.
   */
  readonly execute: (instruction: Instruction, word: bigint, choices?: ReadonlyMap<string, bigint>, length?: number) => Outcome;
  /** What the machine does with a word that no instruction claims. */
  readonly executeOther: (word: bigint) => Outcome;
  /** The delivery of a trap; its own traps come out as outcomes and are not delivered. `length`: units fetched. */
  readonly deliver: (trap: Trapped, length?: number) => Outcome;
  /** Follows a trap or `execute` until the processor is ready for the next instruction, or stops. */
  readonly follow: (outcome: Outcome, length?: number, observer?: Observer, traps?: TrapTreatment) => StepReport;
  /** The next instruction, fetched by the machine's own rule, with everything it leads to. */
  readonly step: (observer?: Observer, traps?: TrapTreatment) => StepReport;
  readonly run: (options: RunOptions) => RunReport;
  /** The value of a term over the state and parameters with these values (compiled and kept). */
  readonly valueWith: (term: Term, parameters: readonly VariableTerm[], values: readonly bigint[]) => bigint;
  /** A step that leaves nowhere, over the state and parameters with these values (compiled and kept). */
  readonly apply: (step: Step, parameters: readonly VariableTerm[], values: readonly bigint[]) => void;
  /** An event from outside, between two instructions: taken, with everything it leads to, or undefined where the machine does not accept it now. */
  readonly interrupt: (name: string, args: readonly bigint[]) => StepReport | undefined;
}

export interface RunOptions {
  /** at most so many instructions are begun at the program counter */
  readonly limit: number;
  /** values of the program counter at which to stop, before the instruction there (but not at the first) */
  readonly breakpoints?: ReadonlySet<bigint>;
  readonly onStep?: Observer;
  /** default: deliver */
  readonly traps?: TrapTreatment;
}

/** A step function, and how to read its codes. */
export interface Compiled {
  readonly run: StepFunction;
  readonly step: PreparedStep;
  /** Of an instruction's word it looks at the lowest 32 bits only, and takes them as a signed number too. */
  readonly takesLowBits?: boolean;
}

const NOTHING: Effects = { registers: [], writes: [] };

/** For machines that claim every word: what can't be reached still has a meaning. */
const UNCLAIMED = (terms: Terms): Compiled => ({
  step: { exits: [{ guard: terms.true, kind: "beyond", cause: "a word that no instruction claims", args: [], leaves: false, effects: NOTHING }], effects: NOTHING },
  run: () => FIRST_EXIT,
});

export function createCpu(machine: Machine): Cpu {
  return new StateMachine(machine);
}

/** The same, with every translation worked out each time: what remembering them is held against. */
export function createForgetfulCpu(machine: Machine): Cpu {
  return new StateMachine(machine, undefined, false);
}

/** A CPU of the same machine whose storage is a stretch of another's: what one writes there the other reads. */
export function createCpuWithin(outer: Cpu, arrays: Stretch["arrays"]): Cpu {
  return new StateMachine(outer.machine, { of: layoutOf(outer), arrays });
}

/** Makes the function that gives one CPU the values that these components have in another of the same machine. */
export function copyBetween(from: Cpu, to: Cpu, components: readonly string[]): () => void {
  return layoutOf(from).copier(components, layoutOf(to));
}

/** Watches registers for changes. */
export function watch(cpu: Cpu, components: readonly string[]): ReturnType<Layout["watcher"]> {
  return layoutOf(cpu).watcher(components);
}

/** Makes the function that finds the first of these components (of arrays, so many cells; a register counts 1) in which two CPUs differ. */
export function comparing(a: Cpu, b: Cpu, components: ReadonlyMap<string, number>): () => { readonly component: string; readonly index?: bigint } | undefined {
  return layoutOf(a).comparer(components, layoutOf(b));
}

/** The cells of an array in which two CPUs differ, of the first so many, in order and as they are asked for. */
export function cellsThatDiffer(a: Cpu, b: Cpu, component: string, length: number): Iterable<number> {
  return layoutOf(a).cellsThatDiffer(component, layoutOf(b), length);
}

function layoutOf(cpu: Cpu): Layout {
  if (!(cpu instanceof StateMachine)) throw new Error("bug: this CPU keeps its state elsewhere");
  return cpu.layout;
}

/** The CPU, with what only its run loop sees. */
export class StateMachine implements Cpu {
  readonly layout: Layout;
  readonly compiler: FunctionCompiler;
  readonly decoder: Decoder;
  readonly prepare: Prepare;
  /** Transient components back to their rest values. */
  readonly rest: () => void;
  private readonly instructions = new Map<Instruction, Compiled>();
  private readonly deliveries = new Map<string, Compiled>();
  private readonly applied = new Map<Step, Compiled>();
  private readonly asked = new Map<Term, Compiled>();
  private readonly interrupts = new Map<string, Compiled>();
  private readonly fetches: Compiled[] = [];
  private first: Compiled | undefined;
  private readonly values = new Map<number, () => bigint>();
  private other: Compiled | undefined;
  private policy: ChoicePolicy = () => 0n;
  private loop: RunLoop | undefined;
  private readonly console = new ConsolePort(this);
  private readonly initial: StateSnapshot;

  constructor(readonly machine: Machine, stretch?: Stretch, remembersTranslations = true) {
    this.layout = new Layout(machine, stretch);
    this.compiler = new FunctionCompiler(machine, this.layout);
    this.decoder = decoderOf(machine);
    // a machine inside another writes and reads the other's cells: it would not hear of all that changes
    const translations = stretch === undefined && remembersTranslations ? new TranslationCaches(machine, (cell, traps, ...rest) => this.compiler.translator(plain.term(cell), plain.term(traps), ...rest), () => this.layout.unwatch()) : undefined;
    const plain = preparing(machine);
    if (translations !== undefined && translations.components.size > 0) {
      this.layout.remember(translations);
      this.compiler.keep(translations);
    }
    this.prepare = translations === undefined ? plain : preparing(machine, translations.asking());
    this.rest = this.layout.setter(machine.components.filter((c): c is Register => c.kind === "register" && c.rest !== undefined));
    this.initial = this.layout.snapshot();
  }

  readonly get = (component: string): bigint => this.layout.get(component);
  readonly set = (component: string, value: bigint): void => this.layout.set(component, value);
  readonly getCell = (component: string, index: bigint): bigint => this.layout.getCell(component, index);
  readonly setCell = (component: string, index: bigint, value: bigint): void => this.layout.setCell(component, index, value);
  readonly snapshot = (): StateSnapshot => this.layout.snapshot();
  readonly restore = (snapshot: StateSnapshot): void => this.layout.restore(snapshot);
  readonly reset = (): void => this.layout.restore(this.initial);

  readonly value = (term: Term): bigint => {
    let value = this.values.get(term.id);
    if (value === undefined) {
      value = this.compiler.value(this.prepare.term(term));
      this.values.set(term.id, value);
    }
    return value();
  };

  readonly connect: Cpu["connect"] = (listener) => this.console.connect(listener);

  attended(outcome: Outcome): Outcome {
    return this.console.attended(outcome);
  }

  readonly setChoices = (policy: ChoicePolicy): void => {
    this.policy = policy;
    this.compiler.setPolicy(policy);
  };

  readonly decode: Cpu["decode"] = (word, width) => {
    const decoded = this.decoder.decode((this.contexts() << BigInt(width)) | word, this.decoder.front + width);
    return decoded.kind === "instruction" ? decoded : undefined;
  };

  /** The values of the machine's contexts, in their bits of the front. */
  private contexts(): bigint {
    return this.machine.front.reduce((bits, { width, source }) => (bits << BigInt(width)) | (source.kind === "context" ? this.value(source.value) : 0n), 0n);
  }

  readonly execute: Cpu["execute"] = (instruction, word, choices, length) => {
    const compiled = this.compiled(instruction);
    const { width } = instruction.encoding;
    const units = length ?? unitsOf(this.machine, instruction.encoding, word);
    if (choices === undefined) return this.outcome(compiled, compiled.run(toHeld(word, width), units));
    this.compiler.setPolicy((variable) => choices.get(variable.name) ?? 0n);
    try {
      return this.outcome(compiled, compiled.run(toHeld(word, width), units));
    } finally {
      this.compiler.setPolicy(this.policy);
    }
  };

  readonly executeOther = (word: bigint): Outcome => {
    const other = this.compiledOther();
    return this.outcome(other, other.run(toHeld(word, this.machine.otherwise?.word.width ?? 1), 1));
  };

  readonly deliver = (trap: Trapped, length = 1): Outcome => {
    let compiled = this.deliveries.get(trap.cause);
    const found = this.machine.traps.find((t) => t.name === trap.cause);
    if (found === undefined) throw new Error(`bug: no trap ${trap.cause}`);
    if (compiled === undefined) {
      compiled = this.compile(found.delivery, found.parameters.length + 1, argumentInputs(found.parameters));
      this.deliveries.set(trap.cause, compiled);
    }
    return this.outcome(compiled, compiled.run(...found.parameters.map((p, i) => toHeld(trap.args[i]!, p.width)), length));
  };

  readonly follow = (outcome: Outcome, length = 1, observer?: Observer, traps: TrapTreatment = "deliver"): StepReport => fold(this, outcome, length, observer, traps);

  readonly step = (observer?: Observer, traps?: TrapTreatment): StepReport => {
    const fetched = this.fetchWord();
    if (fetched.kind === "left") {
      if (observer !== undefined && (fetched.outcome.kind === "trap" || fetched.outcome.kind === "memory-trap")) observer({ kind: "fetch-trap", outcome: fetched.outcome });
      return this.follow(fetched.outcome, fetched.units, observer, traps);
    }
    const { word, width, units, instruction } = fetched;
    const outcome = this.attended(this.perform(instruction, word, width, units));
    observer?.({ kind: "instruction", word, width, instruction, outcome });
    const { instructions, ...rest } = this.follow(outcome, units, observer, traps);
    return { ...rest, instructions: instructions + 1 };
  };

  readonly run = (options: RunOptions): RunReport => {
    this.loop ??= newRunLoop(this);
    return this.loop(options);
  };

  readonly valueWith: Cpu["valueWith"] = (term, parameters, values) => {
    let compiled = this.asked.get(term);
    if (compiled === undefined) {
      const step: Step = { exits: [], next: new Map(), execute: { guard: this.machine.terms.true, word: term }, assignedAt: new Map() };
      this.asked.set(term, (compiled = this.compile(step, parameters.length + 1, argumentInputs(parameters))));
    }
    compiled.run(...parameters.map((p, i) => toHeld(values[i]!, p.width)), 0);
    return fromHeld(this.compiler.out[0]!);
  };

  readonly apply: Cpu["apply"] = (step, parameters, values) => {
    let compiled = this.applied.get(step);
    if (compiled === undefined) this.applied.set(step, (compiled = this.compile(step, parameters.length + 1, argumentInputs(parameters))));
    const { kind } = this.outcome(compiled, compiled.run(...parameters.map((p, i) => toHeld(values[i]!, p.width)), 0));
    if (kind !== "done") throw new Error(`bug: a step that leaves nowhere came to ${kind}`);
  };

  readonly interrupt: Cpu["interrupt"] = (name, args) => {
    const found = this.machine.interrupts.find((i) => i.name === name);
    if (found === undefined) throw new Error(`bug: no interrupt ${name}`);
    if (this.valueWith(found.accepted, found.parameters, args) === 0n) return undefined;
    let compiled = this.interrupts.get(name);
    if (compiled === undefined) this.interrupts.set(name, (compiled = this.compile(found.delivery, found.parameters.length + 1, argumentInputs(found.parameters))));
    return this.follow(this.outcome(compiled, compiled.run(...found.parameters.map((p, i) => toHeld(args[i]!, p.width)), 0)), 0);
  };

  /** An instruction's own word, or what the machine's `otherwise` does with units, with a given length. */
  perform(instruction: Instruction | undefined, word: bigint, width: number, length: number): Outcome {
    if (instruction !== undefined) return this.execute(instruction, word, undefined, length);
    return this.executeOther(word >> BigInt(width - (this.machine.otherwise?.word.width ?? width)));
  }

  /** Units at the program counter until they are an instruction, or can be none. */
  fetchWord():
    | { readonly kind: "word"; readonly word: bigint; readonly width: number; readonly units: number; readonly instruction: Instruction | undefined }
    | { readonly kind: "left"; readonly outcome: Outcome; readonly units: number } {
    const { fetch } = this.machine;
    if (fetch === undefined) throw new Error(`bug: ${this.machine.name} has no fetch rule: its instructions come from outside`);
    const reader = new UnitReader(this.decoder, fetch.unit, this.contexts());
    let fetched = 0n;
    for (let units = 1; ; units++) {
      const compiled = this.fetchUnit(units - 1);
      const outcome = this.outcome(compiled, compiled.run());
      if (outcome.kind !== "done" || outcome.execute === undefined) return { kind: "left", outcome, units: units - 1 };
      fetched = (fetched << BigInt(fetch.unit)) | outcome.execute;
      const decoded = reader.next(outcome.execute);
      switch (decoded.kind) {
        case "instruction": return { kind: "word", word: decoded.word, width: decoded.instruction.encoding.width, units, instruction: decoded.instruction };
        case "none": return { kind: "word", word: fetched, width: units * fetch.unit, units, instruction: undefined };
        case "repeated": return { kind: "left", outcome: { kind: "beyond", why: `the prefix ${decoded.prefix} is given twice` }, units };
        case "prefix":
      }
    }
  }

  /** The function that fetches the first unit, behind the machine's contexts. */
  fetchFirst(): Compiled {
    if (this.machine.front.length === 0) return this.fetchUnit(0);
    if (this.first === undefined) {
      const { terms, front } = this.machine;
      const contexts = front.map(({ source, width }) => source.kind === "context" ? source.value : terms.zeros(width));
      const step = this.preparedFetch(0, (word) => terms.concat(...contexts, word));
      this.first = { step, run: this.compiler.step(step, 0, () => undefined) };
    }
    return this.first;
  }

  /** Fetching unit number n, as a step that goes on with the unit. */
  preparedFetch(n: number, behind: (word: Term) => Term = (word) => word): PreparedStep {
    const { fetch, terms } = this.machine;
    const index = substitution(terms, new Map([[fetch!.index.id, terms.constant(n, fetch!.index.width)]]));
    return this.prepare.step({
      exits: fetch!.step.exits.map((e) => ({ ...e, guard: index.term(e.guard), args: e.args.map((a) => index.term(a)) })),
      next: new Map([...fetch!.step.next].map(([name, term]) => [name, index.any(term)])),
      execute: { guard: terms.true, word: behind(index.term(fetch!.word)) },
      assignedAt: new Map(),
    });
  }

  /** The function that fetches unit number n. */
  fetchUnit(n: number): Compiled {
    const known = this.fetches[n];
    if (known !== undefined) return known;
    const step = this.preparedFetch(n);
    const compiled = { step, run: this.compiler.step(step, 0, () => undefined) };
    this.fetches[n] = compiled;
    return compiled;
  }

  compiled(instruction: Instruction): Compiled {
    let compiled = this.instructions.get(instruction);
    if (compiled === undefined) {
      compiled = this.compileWord(instruction.step, instruction.encoding.width, instruction.encoding.fields);
      const run = this.console.heard(instruction, compiled.run);
      if (run !== undefined) compiled = { ...compiled, takesLowBits: false, run };
      this.instructions.set(instruction, compiled);
    }
    return compiled;
  }

  compiledOther(): Compiled {
    const { otherwise } = this.machine;
    this.other ??= otherwise === undefined ? UNCLAIMED(this.machine.terms)
      : this.compileWord(otherwise.step, this.decoder.front + otherwise.word.width, [{ name: "word", width: otherwise.word.width, low: 0, variable: otherwise.word }]);
    return this.other;
  }

  private compileWord(step: Step, width: number, fields: readonly Field[]): Compiled {
    let takesLowBits = isNumber(width);
    const compiled = this.compile(step, 2, wordInputs(width, fields, (field) => {
      // a field that is the whole word is not cut out of it
      if (field.low + field.width > 32 || field.width === width) takesLowBits = false;
    }));
    return { ...compiled, takesLowBits };
  }

  private compile(step: Step, parameters: number, inputs: Parameters<FunctionCompiler["step"]>[2]): Compiled {
    const prepared = this.prepare.step(step);
    return { step: prepared, run: this.compiler.step(prepared, parameters, inputs) };
  }

  /** A step function's code and what it left in `o`, as an outcome. */
  outcome({ step }: { readonly step: PreparedStep }, code: number): Outcome {
    const out: readonly Held[] = this.compiler.out;
    if (code < GO_ON) return { kind: "done" };
    if (code === GO_ON) return { kind: "done", execute: fromHeld(out[0]!), width: step.execute!.word.width };
    const exit = step.exits[code - FIRST_EXIT]!;
    switch (exit.kind) {
      case "halt":
        return { kind: "halt" };
      case "beyond":
        return { kind: "beyond", why: exit.cause };
      default:
        return { kind: exit.kind, cause: exit.cause, args: exit.args.map((_, i) => fromHeld(out[i]!)), ...(exit.leaves ? { leaves: true } : {}) };
    }
  }
}
