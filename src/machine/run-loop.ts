/**
 * The hot loop: fetch, dispatch and the common outcome (done, nothing to follow) in one generated function.
 *
 * The first unit's fetch is inlined, address translation included; the first decoding table becomes an array of functions, whose
 * entries are compiled when they are first met. Everything rare leaves the loop with a code: exits of the fetch,
 * and steps that trap, halt, go on with another word or disturb a transient component. Breakpoints, observers and
 * encodings of several units go step by step.
 */
import type { Component, Instruction, Register } from "../isa/machine.js";
import { DONE, FIRST_EXIT, type StepFunction } from "./compile-function.js";
import { extractBits } from "./compile-operators.js";
import { fromHeld, isNumber, type Held } from "./compile-representation.js";
import type { StateMachine, RunOptions } from "./cpu.js";
import type { DecodeNode } from "./decoder.js";
import type { Outcome, RunReport, StepReport } from "./outcome.js";

export type RunLoop = (options: RunOptions) => RunReport;

/** Done, but a transient component may be away from its rest value. */
const DISTURBED = -1;

export function newRunLoop(cpu: StateMachine): RunLoop {
  const { machine } = cpu;
  const unit = machine.fetch?.unit;
  const isUniform = unit !== undefined && isNumber(unit) && machine.instructions.every((i) => i.encoding.width === unit);
  const counter = machine.components.find((c): c is Register => c.kind === "register" && c.role === "program-counter");
  let hot: HotLoop | undefined;
  return (options) => {
    if (!isUniform || options.onStep !== undefined || (options.breakpoints?.size ?? 0) > 0) return slowly(cpu, counter, options);
    hot ??= new HotLoop(cpu, unit);
    return hot.run(options.limit);
  };
}

function slowly(cpu: StateMachine, counter: Register | undefined, { limit, breakpoints, onStep }: RunOptions): RunReport {
  let instructions = 0, traps = 0;
  for (let begun = 0; begun < limit; begun++) {
    if (begun > 0 && counter !== undefined && breakpoints?.has(cpu.get(counter.name)) === true) return { why: "breakpoint", instructions, traps };
    const report = cpu.step(onStep);
    instructions += report.instructions;
    traps += report.traps;
    if (report.stop !== undefined) return { why: "stop", instructions, traps, stop: report.stop };
  }
  return { why: "limit", instructions, traps };
}

class HotLoop {
  /** what the generated loop leaves: instructions still allowed, whether the fetch left, the code, the word */
  private readonly left = new Float64Array(4);
  private readonly go: (limit: number) => void;
  private readonly fetch;
  private readonly transients: ReadonlySet<string>;

  constructor(private readonly cpu: StateMachine, private readonly unit: number) {
    this.transients = new Set(cpu.machine.components.filter((c: Component) => c.kind === "register" && c.rest !== undefined).map((c) => c.name));
    this.fetch = cpu.preparedFetch(0);
    const { compiler } = cpu;
    const root = cpu.decoder.root(unit);
    const table = this.dispatch(root);
    this.go = compiler.bind(1, (writer) => {
      const lines = compiler.stepLines(writer, this.fetch, {
        exit: (number, _, args, commit) => [...compiler.commit(commit), ...args.map((a, i) => `o[${i}] = ${a};`), `l[0] = p0; l[1] = 1; l[2] = ${FIRST_EXIT + number}; return;`],
        completed: (commit, execute) => {
          const word = writer.name(), code = writer.name();
          const at = root.kind === "table" ? extractBits(writer, word, unit, root.low + root.bits - 1, root.low) : "0";
          return [...compiler.commit(commit), `const ${word} = ${execute!.word};`, `const ${code} = n[${at}](${word}, 1);`, `if (${code} !== ${DONE}) { l[0] = p0; l[1] = 0; l[2] = ${code}; l[3] = ${word}; return; }`];
        },
      });
      return ["while (p0 > 0) {", "p0--;", ...lines, "}", "l[0] = 0; l[1] = 2;"];
    }, () => undefined, { n: table, l: this.left }) as unknown as (limit: number) => void;
  }

  run(limit: number): RunReport {
    const { cpu, left } = this;
    let allowed = limit, instructions = 0, traps = 0;
    const add = (report: StepReport): StepReport => {
      instructions += report.instructions;
      traps += report.traps;
      return report;
    };
    while (allowed > 0) {
      this.go(allowed);
      const begun = allowed - left[0]!;
      allowed = left[0]!;
      instructions += left[1] === 1 ? begun - 1 : begun;
      if (left[1] === 2) break;
      const code = left[2]!;
      if (code === DISTURBED) {
        cpu.rest();
        continue;
      }
      const isFetch = left[1] === 1;
      const outcome = isFetch ? cpu.outcome({ step: this.fetch }, code) : this.outcomeOf(left[3]!, code);
      const { stop } = add(cpu.follow(outcome, isFetch ? 0 : 1));
      if (stop !== undefined) return { why: "stop", instructions, traps, stop };
    }
    return { why: "limit", instructions, traps };
  }

  private outcomeOf(word: Held, code: number): Outcome {
    const instruction = this.cpu.decode(fromHeld(word), this.unit);
    return this.cpu.outcome(instruction === undefined ? this.cpu.compiledOther() : this.cpu.compiled(instruction), code);
  }

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
        return this.guarded(this.cpu.compiled(node.instruction).run, node.instruction);
      case "none":
        return this.cpu.compiledOther().run;
      case "table": {
        const inner = this.dispatch(node);
        const { compiler } = this.cpu;
        return compiler.bind(2, (writer) => [`return n[${extractBits(writer, "p0", this.unit, node.low + node.bits - 1, node.low)}](p0, p1);`], () => undefined, { n: inner });
      }
    }
  }

  private guarded(run: StepFunction, instruction: Instruction): StepFunction {
    const disturbs = [...instruction.step.next.keys()].some((name) => this.transients.has(name));
    return disturbs ? (word, length) => run(word!, length!) || DISTURBED : run;
  }
}
