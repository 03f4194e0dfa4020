/**
 * A step as JavaScript: exits in order of precedence, then the next values, all computed from the old state before any
 * of them is committed.
 *
 * What is computed only for a later exit, or only for the completed step, is not computed before the earlier exits are
 * decided. How values get into the state is the caller's business (`StepWriter`): the CPU assigns cells, the enumerator
 * packs an integer.
 */
import type { Exit, Machine, Step } from "../isa/machine.js";
import { lowering } from "../isa/lower.js";
import type { Rewriter } from "../isa/substitute.js";
import { isArray, type AnyTerm, type Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { Emitter } from "./compile-emit.js";
import type { Plan } from "./compile-plan.js";
import type { Region } from "./compile-regions.js";
import { flattening, termsOf, writesOf, type Write } from "./compile-prepare.js";

/** What a step assigns, over the old state only. */
export interface Effects {
  readonly registers: readonly { readonly component: string; readonly value: Term }[];
  /** in order */
  readonly writes: readonly (Write & { readonly component: string })[];
}

export interface PreparedExit {
  readonly guard: Term;
  readonly kind: Exit["kind"];
  readonly cause: string;
  readonly args: readonly Term[];
  /** whether the trap leaves anything */
  readonly leaves: boolean;
  readonly effects: Effects;
}

export interface PreparedStep {
  readonly exits: readonly PreparedExit[];
  readonly effects: Effects;
  readonly execute?: { readonly guard: Term; readonly word: Term };
}

export interface Prepare {
  readonly term: (term: Term) => Term;
  readonly step: (step: Step) => PreparedStep;
}

/** Lowers and flattens steps of one machine; what they share is done once. `first`: what is done to terms before. */
export function preparing(machine: Machine, first?: Rewriter): Prepare {
  const { terms } = machine;
  const lower = lowering(machine), flatten = flattening(terms);
  const ready = <T extends AnyTerm>(term: T): T => flatten.any(lower.any(first?.any(term) ?? term)) as T;
  const effects = (next: ReadonlyMap<string, AnyTerm>): Effects => effectsOf(terms, machine, new Map([...next].map(([name, term]) => [name, ready(term)])));
  const prepare = (step: Step): PreparedStep => {
    const completed = effects(step.next);
    return {
      exits: step.exits.map((exit) => ({
        guard: ready(exit.guard),
        kind: exit.kind,
        cause: exit.cause,
        args: exit.args.map(ready),
        // a processor that halts has done its last instruction
        leaves: (exit.leaving?.size ?? 0) > 0,
        effects: exit.kind === "halt" ? completed : effects(exit.leaving ?? new Map()),
      })).filter((exit) => exit.guard !== terms.false),
      effects: completed,
      ...(step.execute === undefined ? {} : { execute: { guard: ready(step.execute.guard), word: ready(step.execute.word) } }),
    };
  };
  return { term: ready, step: prepare };
}

function effectsOf(terms: Terms, machine: Machine, next: ReadonlyMap<string, AnyTerm>): Effects {
  const registers: { component: string; value: Term }[] = [];
  const writes: (Write & { component: string })[] = [];
  for (const component of machine.components) {
    const term = next.get(component.name);
    if (term === undefined || term === component.variable) continue;
    if (component.kind === "register") {
      registers.push({ component: component.name, value: term as Term });
      continue;
    }
    if (!isArray(term)) throw new Error(`bug: the array ${component.name} is assigned a bit string`);
    for (const write of writesOf(terms, term, component.variable)) writes.push({ ...write, component: component.name });
  }
  return { registers, writes };
}

/** The source texts of what a step assigns; all are names or literals, so that their order does not matter. */
export interface Commit {
  readonly registers: readonly { readonly component: string; readonly value: string }[];
  readonly writes: readonly CommittedWrite[];
}

export type CommittedWrite = { readonly component: string; readonly guard: string | undefined } & (
  | { readonly kind: "cell"; readonly index: string; readonly value: string }
  /** all that an `Overlay` holds */
  | { readonly kind: "loop"; readonly overlay: string }
);

export interface StepWriter {
  /** how a step that is nested in an exit is written */
  readonly nested?: (number: number, exit: PreparedExit) => StepWriter;
  readonly exit: (number: number, exit: PreparedExit, args: readonly string[], commit: Commit) => readonly string[];
  readonly completed: (commit: Commit, execute: { readonly guard: string; readonly word: string } | undefined) => readonly string[];
}

/** A step placed in a plan: uses are declared when it is made, source is written when the plan is solved. */
export class StepPlan {
  private readonly guards: Region[] = [];
  private readonly leaves: Region[] = [];
  private readonly inner: (StepPlan | undefined)[] = [];
  private readonly last: Region;

  /** @param nested steps that are taken instead of leaving by an exit, by its number: a trap's delivery, over the same old state */
  constructor(private readonly terms: Terms, plan: Plan, private readonly step: PreparedStep, at: Region, nested: ReadonlyMap<number, PreparedStep> = new Map()) {
    let region = at;
    for (const [i, exit] of step.exits.entries()) {
      this.guards.push(region);
      plan.use(exit.guard, region);
      const leaving = plan.region(region);
      this.leaves.push(leaving);
      const inner = nested.get(i);
      this.inner.push(inner && new StepPlan(terms, plan, inner, leaving));
      if (inner === undefined) {
        for (const arg of exit.args) plan.use(arg, leaving, true);
        useEffects(plan, exit.effects, leaving);
      }
      if (exit.guard === terms.true) break;
      region = plan.region(region);
    }
    this.last = region;
    if (this.isTotalExit) return;
    useEffects(plan, step.effects, region);
    if (step.execute !== undefined) {
      plan.use(step.execute.guard, region, true);
      plan.use(step.execute.word, region, true);
    }
  }

  private get isTotalExit(): boolean {
    return this.step.exits[this.guards.length - 1]?.guard === this.terms.true;
  }

  write(emitter: Emitter, writer: StepWriter): string[] {
    const lines: string[] = [];
    for (const [i, at] of this.guards.entries()) {
      const exit = this.step.exits[i]!;
      lines.push(...emitter.region(at));
      const guard = emitter.truth(exit.guard);
      lines.push(`if (${guard}) {`);
      const inner = this.inner[i];
      if (inner !== undefined) lines.push(...inner.write(emitter, writer.nested!(i, exit)));
      else lines.push(...emitter.region(this.leaves[i]!), ...writer.exit(i, exit, exit.args.map((a) => emitter.value(a)), commitOf(this.terms, emitter, exit.effects)));
      lines.push("}");
    }
    if (this.isTotalExit) return lines;
    lines.push(...emitter.region(this.last));
    const execute = this.step.execute && { guard: emitter.truth(this.step.execute.guard), word: emitter.value(this.step.execute.word) };
    return [...lines, ...writer.completed(commitOf(this.terms, emitter, this.step.effects), execute)];
  }
}

function useEffects(plan: Plan, effects: Effects, region: Region): void {
  for (const { value } of effects.registers) plan.use(value, region, true);
  for (const write of effects.writes) for (const term of termsOf(write)) plan.use(term, region, true);
}

function commitOf(terms: Terms, emitter: Emitter, effects: Effects): Commit {
  return {
    registers: effects.registers.map(({ component, value }) => ({ component, value: emitter.value(value) })),
    writes: effects.writes.map((w): CommittedWrite => {
      const under = { component: w.component, guard: w.guard === terms.true ? undefined : emitter.truth(w.guard) };
      return w.kind === "cell" ? { ...under, kind: "cell", index: emitter.value(w.index), value: emitter.value(w.value) } : { ...under, kind: "loop", overlay: emitter.overlay(w.array) };
    }),
  };
}
