/**
 * The hot loop: fetch, dispatch and the common outcome (done, nothing to follow) in one generated function.
 *
 * The first unit's fetch is inlined, address translation included. Where every encoding is one unit long, the first decoding
 * table becomes an array of functions, whose entries are compiled when they are first met; other machines
 * find their instructions by the whole first unit. Everything rare leaves the loop with a code: exits of the
 * fetch, and steps that trap, halt, go on with another word or disturb a transient component. Breakpoints and observers
 * go step by step.
 *
 * Two things that the engine wants to be told. A word of more than 31 bits is an object when it is an argument, one for every
 * instruction: functions that need no more get its lowest 32 bits as a signed integer, the others look the whole word up. And the
 * loop is entered again every so often: a function that runs for seconds would stay in the form in which it was begun.
 */
import { frontWidth, isFetchedAsItIs } from "../isa/encoded.js";
import type { Instruction, Machine, Register } from "../isa/machine.js";
import { DONE, FIRST_EXIT, GO_ON, type StepFunction } from "./compile-function.js";
import { extractBits } from "./compile-operators.js";
import { fromHeld, isNumber, toHeld, type Held } from "./compile-representation.js";
import type { Compiled, RunOptions, StateMachine } from "./cpu.js";
import type { DecodeNode } from "./decoder.js";
import type { Outcome, RunReport, StepReport, TrapTreatment } from "./outcome.js";

export type RunLoop = (options: RunOptions) => RunReport;

/** Codes of the functions that the loop calls, beside those of steps. Done, but a transient component may not be at rest: */
const DISTURBED = -1;
/** Left with an outcome that the function has noted. */
const NOTED = -2;

export function newRunLoop(cpu: StateMachine): RunLoop {
  const { fetch } = cpu.machine;
  const counter = cpu.machine.components.find((c): c is Register => c.kind === "register" && c.role === "program-counter");
  const width = fetch === undefined ? undefined : hotWidth(cpu.machine, fetch.unit);
  let hot: HotLoop | undefined;
  return (options) => {
    if (width === undefined || options.onStep !== undefined || (options.breakpoints?.size ?? 0) > 0) return slowly(cpu, counter, options);
    hot ??= new HotLoop(cpu, width);
    return hot.run(options.limit, options.traps ?? "deliver");
  };
}

/**
 * The bits that the loop decodes first: a unit, behind the machine's contexts where it has some and every encoding is one unit. Words that
 * are put together from prefixes and parts are fetched step by step: undefined.
 */
function hotWidth(machine: Machine, unit: number): number | undefined {
  const contexts = frontWidth(machine);
  const isPlain = machine.instructions.every(({ encoding }) => isFetchedAsItIs({ ...encoding, front: 0 }) && (contexts === 0 || encoding.width === contexts + unit));
  return isPlain && isNumber(contexts + unit) ? contexts + unit : undefined;
}

function slowly(cpu: StateMachine, counter: Register | undefined, { limit, breakpoints, onStep, traps: treatment }: RunOptions): RunReport {
  let instructions = 0, traps = 0;
  for (let begun = 0; begun < limit; begun++) {
    if (begun > 0 && counter !== undefined && breakpoints?.has(cpu.get(counter.name)) === true) return { why: "breakpoint", steps: begun, instructions, traps };
    const report = cpu.step(onStep, treatment);
    instructions += report.instructions;
    traps += report.traps;
    const end = endOf(report, begun + 1, instructions, traps);
    if (end !== undefined) return end;
  }
  return { why: "limit", steps: Math.max(limit, 0), instructions, traps };
}

function endOf({ stop, trap, length }: StepReport, steps: number, instructions: number, traps: number): RunReport | undefined {
  if (stop !== undefined) return { why: "stop", steps, instructions, traps, stop };
  return trap === undefined ? undefined : { why: "trap", steps, instructions, traps, trap, length };
}

class HotLoop {
  /** what the generated loop leaves: instructions still allowed, how it left, the code; and the word, always */
  private readonly left = new Float64Array(4);
  private readonly go: (limit: number) => void;
  private readonly transients: ReadonlySet<string>;
  private readonly notings = new Map<Instruction | undefined, StepFunction>();
  /** what a function that returned NOTED has come to */
  private noted: { readonly outcome: Outcome; readonly units: number; readonly isFetch: boolean } | undefined;

  /** @param unit bits that are decoded first: contexts and the first unit */
  constructor(private readonly cpu: StateMachine, private readonly unit: number) {
    const { compiler, machine } = cpu;
    this.transients = new Set(machine.components.filter((c) => c.kind === "register" && c.rest !== undefined).map((c) => c.name));
    const root = machine.instructions.every((i) => i.encoding.width === unit) ? cpu.decoder.root(unit) : undefined;
    const functions = root === undefined ? this.byFirstUnit() : this.dispatch(root);
    this.go = compiler.bind(1, (writer) => {
      const lines = compiler.stepLines(writer, cpu.fetchFirst().step, {
        exit: (number, _, args, commit) => [...compiler.commit(commit), ...args.map((a, i) => `o[${i}] = ${a};`), `l[0] = p0; l[1] = 1; l[2] = ${FIRST_EXIT + number}; return;`],
        completed: (commit, execute) => {
          const word = writer.name(), code = writer.name();
          const at = root?.kind === "table" ? extractBits(writer, word, unit, root.low + root.bits - 1, root.low) : functions.length > 1 ? word : "0";
          const argument = root !== undefined && unit >= BOXED ? `${word} | 0` : word;
          return [...compiler.commit(commit), `const ${word} = ${execute!.word};`, `l[3] = ${word};`, `const ${code} = n[${at}](${argument}, 1);`, `if (${code} !== ${DONE}) { l[0] = p0; l[1] = 0; l[2] = ${code}; return; }`];
        },
      });
      return ["while (p0 > 0) {", "p0--;", ...lines, "}", "l[0] = 0; l[1] = 2;"];
    }, () => undefined, { n: functions, l: this.left }) as unknown as (limit: number) => void;
  }

  run(limit: number, treatment: TrapTreatment): RunReport {
    const { cpu, left } = this;
    let allowed = limit, instructions = 0, traps = 0;
    while (allowed > 0) {
      const slice = Math.min(allowed, SLICE);
      this.go(slice);
      const begun = slice - left[0]!;
      instructions += begun;
      allowed -= begun;
      if (left[1] === 2) continue;
      if (left[2] === DISTURBED) {
        cpu.rest();
        continue;
      }
      const { outcome, units, isFetch } = this.outcome();
      if (isFetch) instructions--;
      const report = cpu.follow(isFetch ? outcome : cpu.attended(outcome), units, undefined, treatment);
      instructions += report.instructions;
      traps += report.traps;
      const end = endOf(report, limit - allowed, instructions, traps);
      if (end !== undefined) return end;
    }
    return { why: "limit", steps: Math.max(limit, 0), instructions, traps };
  }

  /** What the loop was left for. */
  private outcome(): NonNullable<HotLoop["noted"]> {
    const { cpu, left } = this;
    const code = left[2]!;
    if (code === NOTED) return this.noted!;
    if (left[1] === 1) return { outcome: cpu.outcome(cpu.fetchFirst(), code), units: 0, isFetch: true };
    const decoded = cpu.decoder.decode(fromHeld(left[3]!), this.unit);
    const instruction = decoded.kind === "instruction" ? decoded.instruction : undefined;
    return { outcome: cpu.outcome(instruction === undefined ? cpu.compiledOther() : cpu.compiled(instruction), code), units: 1, isFetch: false };
  }

  // ---------------------------------------------------------------- encodings of one unit

  /** The functions behind a table's entries; each stands for itself once it has been called. */
  private dispatch(node: DecodeNode): StepFunction[] {
    const entries = node.kind === "table" ? node.entries : [node];
    const functions: StepFunction[] = [];
    for (const [i, entry] of entries.entries()) {
      functions.push((word, length) => {
        const own = this.functionOf(entry);
        functions[i] = own;
        return own(word!, length!);
      });
    }
    return functions;
  }

  private functionOf(node: DecodeNode): StepFunction {
    switch (node.kind) {
      case "instruction":
      case "none":
        return this.ofLowBits(node.kind === "instruction" ? node.instruction : undefined);
      case "table": {
        const inner = this.dispatch(node), highest = node.low + node.bits - 1;
        const word = this.unit >= BOXED && highest >= 32 ? "l[3]" : "p0";
        return this.cpu.compiler.bind(2, (writer) => [`return n[${extractBits(writer, word, this.unit, highest, node.low)}](p0, p1);`], () => undefined, { n: inner, l: this.left });
      }
    }
  }

  /** The same for a word's lowest 32 bits; what needs all of it finds it where the loop left it. */
  private ofLowBits(instruction: Instruction | undefined): StepFunction {
    const own = this.guarded(instruction), { left } = this;
    return this.unit < BOXED || this.compiled(instruction).takesLowBits === true ? own : (_, length) => own(left[3]!, length!);
  }

  /** An instruction's function, or the machine's `otherwise`; a code of its own if transient components are assigned. */
  private guarded(instruction: Instruction | undefined): StepFunction {
    const { run } = this.compiled(instruction);
    return this.disturbs(instruction) ? (word, length) => run(word!, length!) || DISTURBED : run;
  }

  private compiled(instruction: Instruction | undefined): Compiled {
    return instruction === undefined ? this.cpu.compiledOther() : this.cpu.compiled(instruction);
  }

  private disturbs(instruction: Instruction | undefined): boolean {
    const step = instruction === undefined ? this.cpu.machine.otherwise?.step : instruction.step;
    return step !== undefined && [...step.next.keys()].some((name) => this.transients.has(name));
  }

  // ---------------------------------------------------------------- encodings of several units

  /** By the first unit, the instruction it is, or that more units are needed: a function for each, if they are few. */
  private byFirstUnit(): StepFunction[] {
    const { unit } = this;
    if (unit <= TABLED_UNIT) {
      const functions: StepFunction[] = new Array<StepFunction>(2 ** unit).fill((word, length) => {
        const own = this.longer(fromHeld(word!));
        functions[word as number] = own;
        return own(word!, length!);
      });
      return functions;
    }
    const known = new Map<Held, StepFunction>();
    return [(word, length) => {
      let own = known.get(word!);
      if (own === undefined) {
        own = this.longer(fromHeld(word!));
        if (known.size >= FIRST_UNITS) known.clear();
        known.set(word!, own);
      }
      return own(word!, length!);
    }];
  }

  private longer(first: bigint): StepFunction {
    const { cpu, unit } = this;
    const decoded = cpu.decoder.decode(first, unit);
    if (decoded.kind !== "prefix") return this.guarded(decoded.kind === "instruction" ? decoded.instruction : undefined);
    const isDecided = cpu.decoder.isDecidedBy(first, unit);
    const scale = 2 ** unit;
    let known: StepFunction | undefined;
    return (word) => {
      // words of at most 53 bits are put together as numbers
      let whole: bigint | undefined, value = word as number;
      for (let units = 2; ; units++) {
        const fetch = cpu.fetchUnit(units - 1);
        const code = fetch.run();
        if (code !== GO_ON) return this.note(cpu.outcome(fetch, code), units - 1, true);
        const next = cpu.compiler.out[0] as number;
        const width = units * unit;
        if (isNumber(width)) value = value * scale + next;
        else whole = ((whole ?? BigInt(value)) << BigInt(unit)) | BigInt(next);
        if (known !== undefined && units === 2) return known(value, units);
        const now = cpu.decoder.decode(whole ?? BigInt(value), width);
        if (now.kind === "prefix") continue;
        if (now.kind === "none") return this.noting(undefined)(toHeld(first, unit), units);
        const own = this.noting(now.instruction);
        if (isDecided && units === 2 && isNumber(width)) known = own;
        return own(whole ?? value, units);
      }
    };
  }

  /** An instruction's function that notes what it comes to, since the loop knows its first unit only. */
  private noting(instruction: Instruction | undefined): StepFunction {
    const known = this.notings.get(instruction);
    if (known !== undefined) return known;
    const compiled = this.compiled(instruction), disturbs = this.disturbs(instruction);
    const own: StepFunction = (word, units) => {
      const code = compiled.run(word!, units!);
      if (code !== DONE) return this.note(this.cpu.outcome(compiled, code), units as number, false);
      return disturbs ? DISTURBED : DONE;
    };
    this.notings.set(instruction, own);
    return own;
  }

  private note(outcome: Outcome, units: number, isFetch: boolean): number {
    this.noted = { outcome, units, isFetch };
    return NOTED;
  }
}

/** Units of so many bits and more are not always small integers of the engine. */
const BOXED = 32;
/** Instructions between two entries of the loop. */
const SLICE = 16_384;
/** Units of up to so many bits have a table with an entry for each value; of others, so many values are remembered. */
const TABLED_UNIT = 16;
const FIRST_UNITS = 65_536;
