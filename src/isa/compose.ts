/**
 * An instruction that executes another one, together with the one it executes (S/370 EX of LPSW, PDP-10 XCT of JRST), as one
 * instruction: its step is the first one's, then the target's in the state the first one leaves, with the target's
 * fields taken from the word that is executed.
 */
import { lookedAtByMap } from "./looked-at.js";
import { lowering } from "./lower.js";
import type { Exit, Instruction, Machine, Step } from "./machine.js";
import { Rewriter } from "./substitute.js";
import type { AnyTerm, Term } from "./term.js";

export interface ComposedInstruction extends Instruction {
  readonly first: Instruction;
  readonly target: Instruction;
}

export function isComposed(instruction: Instruction): instruction is ComposedInstruction {
  return "target" in instruction;
}

/** @throws if `first` executes nothing, or the target executes in turn */
export function compose(machine: Machine, first: Instruction, target: Instruction): ComposedInstruction {
  const { terms } = machine;
  const { execute } = first.step;
  if (execute === undefined || target.step.execute !== undefined) throw new Error(`bug: ${first.id} of ${target.id} is not composed`);
  const width = target.encoding.width;
  const word = execute.word.width >= width ? terms.extract(execute.word, execute.word.width - 1, execute.word.width - width) : terms.concat(execute.word, terms.zeros(width - execute.word.width));

  const by = new Map<number, AnyTerm>();
  for (const field of target.encoding.fields) by.set(field.variable.id, terms.extract(word, field.low + field.width - 1, field.low));
  for (const c of machine.components) {
    const next = first.step.next.get(c.name);
    if (next !== undefined) by.set(c.variable.id, next);
  }
  // the map is opaque as long as the first instruction leaves alone what it looks at
  const map = lookedAtByMap(machine);
  const isMapKept = ![...first.step.next.keys()].some((name) => map.has(machine.components.find((c) => c.name === name)!.variable.id));
  const before = isMapKept ? undefined : lowering(machine);
  const later = new Rewriter(terms, (t) => by.get(t.id));
  const put = (t: AnyTerm): AnyTerm => later.any(before === undefined ? t : before.any(t));
  const term = (t: Term): Term => put(t) as Term;

  const matches = terms.and(execute.guard, terms.or(...target.encoding.cubes.map((c) => terms.eq(terms.and(word, terms.constant(c.mask, width)), terms.constant(c.value, width)))));
  const exits: Exit[] = [
    ...first.step.exits,
    ...target.step.exits.map((e): Exit => ({ ...e, guard: term(e.guard), args: e.args.map(term), leaving: new Map([...first.step.next, ...[...(e.leaving ?? [])].map(([k, v]): [string, AnyTerm] => [k, put(v)])]) })),
  ];
  const next = new Map<string, AnyTerm>(first.step.next);
  for (const [name, value] of target.step.next) next.set(name, put(value));
  const step: Step = { exits, next, assignedAt: new Map([...first.step.assignedAt, ...target.step.assignedAt]) };
  return {
    ...first, first, target, id: `${first.id}[${target.id}]`, title: `${first.title}: ${target.title}`, split: { ...first.split, target: target.id },
    hypothesis: terms.and(first.hypothesis, matches, term(target.hypothesis)), step,
  };
}

