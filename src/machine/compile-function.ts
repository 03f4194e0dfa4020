/**
 * Generated functions of the CPU: a step (of an instruction, a delivery, the fetch) that works on the laid out state.
 *
 * A step function returns a code: `DONE`, `GO_ON` (the word to execute is in `o[0]`), or FIRST_EXIT + n for its n-th exit
 * (the arguments are in `o`). Everything but the state comes in as parameters p0, p1, ...: the instruction's word and
 * length in units, or a trap's arguments.
 */
import type { Field, Machine } from "../isa/machine.js";
import type { Term, VariableTerm } from "../isa/term.js";
import { Emitter, FunctionWriter, type Leaves } from "./compile-emit.js";
import { extractBits } from "./compile-operators.js";
import { Plan } from "./compile-plan.js";
import { LoopParts } from "./compile-loops.js";
import { fromHeld, type Held } from "./compile-representation.js";
import { StepPlan, type Commit, type PreparedStep, type StepWriter } from "./compile-step.js";
import type { Layout } from "./layout.js";
import type { MakeTranslator, TranslationCaches, Translator } from "./translation-cache.js";

export const DONE = 0;
export const GO_ON = 1;
export const FIRST_EXIT = 2;

export type StepFunction = (...parameters: readonly Held[]) => number;

/** Values of `choice` variables: what the manual leaves undefined. */
export type ChoicePolicy = (variable: VariableTerm) => bigint;

/** What a function's variables that are not state mean, as source over its parameters. */
export type Inputs = (variable: VariableTerm, writer: FunctionWriter) => string | undefined;

/** The inputs of an instruction: fields cut out of the word in p0; its length in units in p1. `onUse` hears of each field that is used. */
export function wordInputs(width: number, fields: readonly Field[], onUse: (field: Field) => void = () => undefined): Inputs {
  return (variable, writer) => {
    const field = fields.find((f) => f.variable === variable);
    if (field !== undefined) onUse(field);
    if (field !== undefined) return extractBits(writer, "p0", width, field.low + field.width - 1, field.low);
    return variable.space === "field" && variable.name === "length" ? "p1" : undefined;
  };
}

/** The inputs of a delivery: the trap's arguments, then the length. */
export function argumentInputs(parameters: readonly VariableTerm[]): Inputs {
  return (variable) => {
    const at = parameters.indexOf(variable);
    if (at >= 0) return `p${at}`;
    return variable.name === "length" ? `p${parameters.length}` : undefined;
  };
}

export class FunctionCompiler {
  private readonly choices: VariableTerm[] = [];
  /** where steps leave their arguments */
  readonly out: Held[] = [];
  private policy: ChoicePolicy = () => 0n;

  private translations: TranslationCaches | undefined;

  constructor(private readonly machine: Machine, private readonly layout: Layout) {}

  /** From now on terms may ask for translations that are kept. */
  keep(translations: TranslationCaches): void {
    this.translations = translations;
  }

  /** A function that works an address's translation out, reading cells so that they are watched. */
  readonly translator: MakeTranslator = (cell, traps, address, left) => this.bind(1, (writer) => {
    const plan = new Plan(writer.loops);
    const region = plan.region();
    plan.use(cell, region);
    plan.use(traps, region);
    plan.solve();
    const emitter = new Emitter(writer, plan);
    return [...emitter.region(region), `r[0] = ${emitter.value(cell)};`, `return ${emitter.value(traps)};`];
  }, (variable) => (variable === address ? "p0" : undefined), { r: left }, true) as Translator;

  /** The values that choices take from now on. */
  setPolicy(policy: ChoicePolicy): void {
    this.policy = policy;
  }

  step(step: PreparedStep, parameters: number, inputs: Inputs): StepFunction {
    return this.bind(parameters, (writer) => this.stepLines(writer, step, {
      exit: (number, _, args, commit) => [...this.commit(commit), ...args.map((a, i) => `o[${i}] = ${a};`), `return ${FIRST_EXIT + number};`],
      completed: (commit, execute) => {
        const lines = this.commit(commit);
        return execute === undefined ? [...lines, `return ${DONE};`] : [...lines, `if (${execute.guard}) { o[0] = ${execute.word}; return ${GO_ON}; }`, `return ${DONE};`];
      },
    }), inputs);
  }

  /** A function of the state that returns a term's value. */
  value(term: Term): () => bigint {
    const f = this.bind(0, (writer) => {
      const plan = new Plan(writer.loops);
      const region = plan.region();
      plan.use(term, region);
      plan.solve();
      const emitter = new Emitter(writer, plan);
      return [...emitter.region(region), `return ${emitter.value(term)};`];
    }, () => undefined);
    return () => fromHeld(f() as Held);
  }

  /** The statements of a step, for functions that are more than one step. */
  stepLines(writer: FunctionWriter, step: PreparedStep, how: StepWriter): readonly string[] {
    const plan = new Plan(writer.loops);
    const steps = new StepPlan(this.machine.terms, plan, step, plan.region());
    plan.solve();
    return steps.write(new Emitter(writer, plan), how);
  }

  bind(parameters: number, lines: (writer: FunctionWriter) => readonly string[], inputs: Inputs, extra: Readonly<Record<string, unknown>> = {}, isWatched = false): StepFunction {
    const writer: FunctionWriter = new FunctionWriter(this.leaves((v) => inputs(v, writer), isWatched), new LoopParts(this.machine.terms));
    const body = lines(writer);
    const source = `function (${Array.from({ length: parameters }, (_, i) => `p${i}`).join(", ")}) {\n${[...writer.declarations(), ...body].join("\n")}\n}`;
    return this.layout.bind(source, { ...extra, ...writer.known(), ...this.translations?.known(), o: this.out, c: this.choose }) as StepFunction;
  }

  private readonly choose = (number: number): Held => {
    const variable = this.choices[number]!;
    const value = BigInt.asUintN(variable.width, this.policy(variable));
    return variable.width <= 53 ? Number(value) : value;
  };

  commit(commit: Commit): string[] {
    return [
      ...commit.registers.map(({ component, value }) => this.layout.assignSource(component, value)),
      ...commit.writes.map((w) => {
        const write = w.kind === "cell" ? this.layout.writeSource(w.component, w.index, w.value)
          : `for (let k = 0; k < ${w.overlay}.size; k++) { ${this.layout.writeSource(w.component, `${w.overlay}.keys[k]`, `${w.overlay}.values[k]`)} }`;
        return w.guard === undefined ? write : `if (${w.guard}) { ${write} }`;
      }),
    ];
  }

  private leaves(input: (variable: VariableTerm) => string | undefined, isWatched: boolean): Leaves {
    return {
      cell: (array, index) => this.translations?.source(array, index) ?? (isWatched ? this.layout.watchedCellSource(array.name, index) : this.layout.cellSource(array.name, index)),
      variable: (variable) => {
        if (variable.space === "state") return this.layout.registerSource(variable.name);
        const text = input(variable);
        if (text !== undefined) return text;
        if (variable.space !== "choice") throw new Error(`bug: nothing is known of the ${variable.space} ${variable.name}`);
        let number = this.choices.indexOf(variable);
        if (number < 0) number = this.choices.push(variable) - 1;
        return `c(${number})`;
      },
    };
  }
}
