/** What every definition is asked about: a machine, one of its instructions, and the configuration K under which guests run. */
import { knownValue } from "../isa/encoded.js";
import type { Configuration, Instruction, Machine, Step } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { inLevel } from "./parts.js";
import { ownStep, type Reading } from "./run.js";
import { inView } from "./views.js";
import type { View } from "./run.js";

export interface Setting {
  readonly machine: Machine;
  readonly instruction: Instruction;
  readonly configuration: Configuration;
  readonly step: Step;
}

export function setting(machine: Machine, instruction: Instruction, configuration: Configuration): Setting {
  return { machine, instruction, configuration, step: ownStep(machine, instruction) };
}

/** What is so of every state considered: the operands are this instruction's, the machine's invariants hold, the mode is one of the two. */
export function anyState(s: Setting, reading: Reading): Term {
  const { view } = reading;
  const { machine } = s;
  const { terms } = machine;
  return terms.and(reading.term(s.instruction.hypothesis), decodedHere(machine, s.instruction, view), ...machine.invariants.map((i) => inView(machine, view, i.predicate)), terms.or(supervisor(s, view), user(s, view)));
}

/** The state is one in which the instruction's words are decoded as they are. */
export function decodedHere(machine: Machine, { encoding }: Instruction, view: View): Term {
  const { terms } = machine;
  const { fields, cubes } = encoding;
  return terms.and(terms.true, ...machine.front.flatMap(({ source, variable, width }, i) => {
    if (source.kind !== "context") return [];
    const value = knownValue(fields[i]!, cubes);
    return [terms.eq(value === undefined ? variable : terms.constant(value, width), inView(machine, view, source.value))];
  }));
}

export function supervisor(s: Setting, view: View): Term {
  return inView(s.machine, view, inLevel(s.machine, "supervisor"));
}

/** M = u, whatever the configuration. */
export function user(s: Setting, view: View): Term {
  return inView(s.machine, view, inLevel(s.machine, "user"));
}

/** A user state: M = u and K holds. */
export function userState(s: Setting, view: View): Term {
  return s.machine.terms.and(user(s, view), inView(s.machine, view, s.configuration.predicate));
}
