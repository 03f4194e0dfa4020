/**
 * Conditions that fail: a lemma on all instructions of a machine whose instructions are conditional.
 *
 * An instruction is classified, and proved faithful, safe and efficient, where its condition holds. Where it does not the word does only what
 * `advance` does, whichever instruction it is. So once for all of them, for every simulated state S and every allotment: the condition means the same in
 * S and in f(S); where it fails, neither traps, halts or executes anything; and what then changes is the guest's own and comes to the same in both. Then
 * such a step of the real machine is the bare machine's, changes nothing of the monitor's, and the monitor does not hear of it.
 *
 * What an instruction does where its condition fails is its step with the condition's term taken for false, which leaves little of it: thousands
 * of instructions have a few such steps. A term that stays is compared as any other, in the states in which the condition fails.
 */
import { componentNamed, isGuestsOwn, type Instruction, type Machine, type Step } from "../isa/machine.js";
import { machineFromJson, machineJson } from "../isa/json.js";
import { mapStep } from "../isa/map-step.js";
import { lowering } from "../isa/lower.js";
import { Rewriter } from "../isa/substitute.js";
import { conjuncts, reachable, type AnyTerm, type ArrayTerm, type Term } from "../isa/term.js";
import { inLevel } from "./parts.js";
import { ownStep, Reading } from "./run.js";
import { inView } from "./views.js";
import { isPlacedWell, mappedViews, type MapAsked, type MapLemma } from "./vm-map.js";

/** The condition of an instruction: what it supposes of the state, beside what it supposes of its fields. */
export function conditionOf({ terms }: Machine, { hypothesis }: Instruction): Term | undefined {
  const parts = conjuncts(hypothesis).filter((t) => reachable([t]).some((x) => (x.op === "variable" || x.op === "array") && x.space === "state"));
  return parts.length === 0 ? undefined : terms.and(...parts);
}

/**
 * The machine without its instructions, in a term graph of its own, so that what is proved of its map depends on nothing else; but where instructions are conditional,
 * with one for each way in which they go on when their conditions fail: its step is that.
 */
export function machineAlone(machine: Machine): Machine {
  const { terms } = machine;
  const kinds = new Map<string, Instruction>();
  for (const instruction of machine.instructions) {
    const condition = conditionOf(machine, instruction);
    if (condition === undefined) continue;
    const whole = mapStep(ownStep(machine, instruction), new Rewriter(terms, (t) => (t === condition ? terms.false : undefined)));
    const step = { ...whole, next: new Map([...whole.next].filter(([name, value]) => value !== componentNamed(machine, name).variable)), execute: whole.execute?.guard === terms.false ? undefined : whole.execute };
    const key = [condition.id, ...step.exits.flatMap((e) => [e.kind, e.guard.id]), ...[...step.next].flatMap(([name, value]) => [name, value.id]), step.execute?.guard.id].join();
    if (!kinds.has(key)) kinds.set(key, { ...instruction, hypothesis: condition, step });
  }
  return machineFromJson(machineJson({ ...machine, instructions: [...kinds.values()] }));
}

/** @param asked of a machine as `machineAlone` makes it; no lemma where nothing is conditional */
export function failingConditionLemmas({ mapped, direct }: MapAsked): MapLemma[] {
  const { machine } = mapped;
  const { terms, instructions } = machine;
  if (instructions.length === 0) return [];
  const [guest, image] = mappedViews(mapped);
  const s = new Reading(machine, guest), f = new Reading(machine, image);
  const lower = lowering(machine);
  const read = (reading: Reading, t: Term): Term => reading.term(lower.term(t));
  return [{
    name: "conditions", statement: "the condition of an instruction means the same in a state and in f of it; where it fails, both only advance, and what changes is the guest's own and the same", isNeeded: true,
    hypothesis: terms.and(isPlacedWell(mapped, guest, image), direct === "user" ? inView(machine, guest, inLevel(machine, "user")) : terms.true),
    violation: terms.or(...instructions.map(({ hypothesis: condition, step }) => {
      const here = read(s, condition), there = read(f, condition);
      return terms.or(terms.ne(here, there), terms.and(terms.not(here), goesAnotherWay(machine, step, (t) => lower.any(t), s, f)));
    })),
    otherwise: "an instruction whose condition fails does not only go on, or not under the monitor as on the bare machine",
  }];
}

/** One of two steps does not complete, changes what is not the guest's own, or comes to something else than the other. */
function goesAnotherWay(machine: Machine, step: Step, lowered: (t: AnyTerm) => AnyTerm, s: Reading, f: Reading): Term {
  const { terms } = machine;
  const leaves = [...step.exits.map((e) => e.guard), ...(step.execute === undefined ? [] : [step.execute.guard])].map((t) => lowered(t) as Term);
  const changes = [...step.next].map(([name, value]): Term => {
    const c = componentNamed(machine, name), after = lowered(value);
    if (c.kind === "register") {
      const own = [s.term(after as Term), f.term(after as Term)] as const;
      return isGuestsOwn(c) ? terms.ne(...own) : terms.or(...[s, f].map((r) => terms.ne(r.term(after as Term), r.term(c.variable))));
    }
    const index = terms.variable("free", `at.${c.name}`, c.indexWidth);
    if (isGuestsOwn(c)) return terms.ne(s.read(after as ArrayTerm, index), f.read(after as ArrayTerm, index));
    return terms.or(...[s, f].map((r) => terms.ne(r.read(after as ArrayTerm, index), r.read(c.variable, index))));
  });
  return terms.or(...leaves.flatMap((t) => [s.term(t), f.term(t)]), ...changes);
}
