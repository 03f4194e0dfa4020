/**
 * Condition synthesis: the weakest condition on the configuration under which an instruction is privileged.
 *
 * The configuration bits are those that the machine's own configurations speak of. A state in which a user's step completes
 * shows that its configuration is bad, and mostly many more are: what the very same state, but for some configuration
 * bits, completes with is one pattern of bad values. Patterns are gathered until it is proved that no other value is bad;
 * the condition is that none of them matches. It is the weakest, because every value that it leaves out is refuted by a state.
 */
import { componentNamed, type Machine, type Register } from "../isa/machine.js";
import { Evaluator } from "../isa/evaluate.js";
import { Rewriter } from "../isa/substitute.js";
import { operands, reachable, loopSlots, type AnyTerm, type Term } from "../isa/term.js";
import { completesInUserState } from "../requirements/privileged.js";
import type { Question } from "../requirements/question.js";
import type { Setting } from "../requirements/setting.js";
import { ask, type Engines, type QuestionAnswer } from "./engines.js";
import { conditionText, type Bit, type Pattern } from "./condition-text.js";
import { cellIn, formulaOf, readModel, type EngineAnswer, type Model } from "./formula.js";
import type { AskedQuestion, BadConfiguration } from "./result.js";
import { sampled } from "./sampled.js";

/** More patterns than these are no condition to tell anyone. */
const MAXIMUM_PATTERNS = 64;

export interface Condition {
  /** "UserInOut = 0" */
  readonly text: string;
  /** the same, 1 bit over the state */
  readonly predicate: Term;
  /** what it is told of: that it suffices, and that each configuration which it rules out is bad */
  readonly asked: readonly AskedQuestion[];
}

/**
 * "Never" and "always" give undefined, as does a condition that can't be decided or is too long.
 *
 * @param inUser whether a user's step completes under the configuration of the setting: where to begin
 */
export async function conditionOf(s: Setting, engines: Engines, inUser: QuestionAnswer): Promise<Condition | undefined> {
  const { machine } = s;
  const { terms } = machine;
  // as the instruction itself looks at them: that an address may not be translated makes no instruction privileged
  const mentioned = new Set(reachable(s.instruction.step.exits.map((e) => e.guard)).map((t) => t.id));
  const bits = configurationBits(machine).filter((b) => mentioned.has(b.component.variable.id));
  if (bits.length === 0 || inUser.kind === "open") return undefined;
  const question = completesInUserState({ ...s, configuration: { ...s.configuration, predicate: terms.true } });
  const completes = terms.and(question.hypothesis, question.beyond ?? question.goal);
  const bad: Pattern[] = [];
  const otherwise = (): Term => terms.and(...bad.map((p) => terms.not(matches(machine, p))));
  let found: Sought = inUser.kind === "found" ? { ...inUser, fixed: inUser.formula.fixed } : await find(machine, completes, engines);
  while (found.kind === "found") {
    const pattern = await widest(machine, completes, bits, found, engines);
    if (pattern.length === 0 || bad.length === MAXIMUM_PATTERNS) return undefined;
    bad.push(pattern);
    const rest = terms.and(completes, otherwise());
    found = (await nearby(machine, rest, bits, found, engines)) ?? (await find(machine, rest, engines));
  }
  const predicate = otherwise();
  if (found.kind === "open" || bad.length === 0 || (await find(machine, predicate, engines)).kind !== "found") return undefined;
  return { text: conditionText(machine, bad), predicate, asked: askedOf(s, bad, found.strength) };
}

/** Behind an instruction's identifier. */
const CONDITION = "/privileged/condition";

/** Whether a question of this name is about a condition. What configurations it is about, its name does not tell: a check does. */
export const isOfCondition = (obligation: string): boolean => new RegExp(`${CONDITION}(/without-\\d+)?$`).test(obligation);

function askedOf({ instruction }: Setting, bad: readonly Pattern[], strength: string): readonly AskedQuestion[] {
  const id = `${instruction.id}${CONDITION}`;
  const plain = bad.map((pattern): BadConfiguration => pattern.map(({ component, bit, value }) => ({ component: component.name, bit, value: value === 0n ? 0 : 1 })));
  return [
    { obligation: id, expected: "unsat", strength, bad: plain },
    ...plain.map((own, i): AskedQuestion => ({ obligation: `${id}/without-${i + 1}`, expected: "sat", strength: "witness", bad: [own] })),
  ];
}

/**
 * The question behind an obligation of a condition. By itself: does a user's step complete under a configuration that is none of the bad ones? And of a bad
 * one: does one complete there?
 */
export function conditionQuestion(s: Setting, obligation: string, bad: readonly BadConfiguration[]): Question {
  const { machine } = s;
  const { terms } = machine;
  const isPart = !obligation.endsWith(CONDITION);
  const question = completesInUserState({ ...s, configuration: { ...s.configuration, predicate: terms.true } });
  const patterns = bad.map((b): Pattern => b.map(({ component, bit, value }) => {
    const register = componentNamed(machine, component);
    if (register.kind !== "register" || bit >= register.width) throw new Error(`bug: no bit ${bit} of ${component} in a condition of ${s.instruction.id}`);
    return { component: register, bit, value: BigInt(value) };
  }));
  const isBad = terms.or(...patterns.map((p) => matches(machine, p)));
  return {
    ...question, id: obligation, abstraction: undefined, exact: undefined, supposes: undefined,
    asks: `${question.asks}, of any configuration ${isPart ? "with" : "but those with"} ${patterns.map((p) => p.map((l) => `bit ${l.bit} of ${l.component.name} = ${l.value}`).join(" and ")).join(", or ")} (0 is the least significant)`,
    hypothesis: terms.and(question.hypothesis, isPart ? isBad : terms.not(isBad)),
  };
}

/** The bits of registers that the predicates of the machine's configurations look at, in the machine's order. */
function configurationBits(machine: Machine): Bit[] {
  const looked = new Map<number, Set<number>>();
  const look = (variable: Term, high: number, low: number): void => {
    const own = looked.get(variable.id) ?? new Set();
    looked.set(variable.id, own);
    for (let bit = low; bit <= high; bit++) own.add(bit);
  };
  const predicates = machine.configurations.map((c) => c.predicate);
  for (const t of predicates) if (t.op === "variable") look(t, t.width - 1, 0);
  for (const t of reachable(predicates)) {
    for (const o of operands(t)) if (o.op === "variable") t.op === "extract" ? look(o, t.parameters[0]!, t.parameters[1]!) : look(o, o.width - 1, 0);
  }
  return machine.components.flatMap((component) => (component.kind === "register" ? [...(looked.get(component.variable.id) ?? [])].sort((a, b) => a - b).map((bit): Bit => ({ component, bit })) : []));
}

interface Found {
  readonly kind: "found";
  readonly model: Model;
  readonly fixed: ReadonlyMap<number, Term>;
}
type Sought = Found | Exclude<EngineAnswer, { kind: "found" }>;

async function find(machine: Machine, term: Term, engines: Engines): Promise<Sought> {
  const formula = formulaOf(machine, term);
  if (formula.term === machine.terms.false) return { kind: "none", strength: "structural" };
  const drawn = engines.use.includes("sampled") ? sampled(formula, engines.sampling) : undefined;
  if (drawn?.kind === "found") return { ...drawn, fixed: formula.fixed };
  if (!engines.use.includes("solver") || engines.solver === undefined) return { kind: "open", reason: "only a solver can tell" };
  const a = await ask(machine, formula, engines);
  return a.kind === "found" ? { ...a, fixed: formula.fixed } : a;
}

/** Another bad configuration, by a state like the last but for configuration, operands and general registers. */
async function nearby(machine: Machine, term: Term, bits: readonly Bit[], { model, fixed }: Found, engines: Engines): Promise<Found | undefined> {
  const general = new Set(machine.components.filter((c) => c.role === "general").map((c) => c.name));
  const a = await find(machine, putIn(machine, term, bits, model, fixed, (leaf) => leaf.space === "field" || general.has(leaf.name)), engines);
  if (a.kind !== "found") return undefined;
  const last = readModel(model, fixed), own = readModel(a.model, a.fixed);
  const variables = new Map([...model.variables, ...a.model.variables]);
  for (const [id, value] of [...fixed, ...a.fixed]) if (value.op === "constant") variables.set(id, value.value);
  for (const [{ variable }, mine] of bitsByComponent(bits)) {
    const all = mine.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);
    variables.set(variable.id, (last.variable(variable) & ~all) | (own.variable(variable) & all));
  }
  return { kind: "found", model: { variables, cells: new Map([...model.cells, ...a.model.cells]) }, fixed: new Map() };
}

function bitsByComponent(bits: readonly Bit[]): ReadonlyMap<Register, readonly number[]> {
  const by = new Map<Register, number[]>();
  for (const { component, bit } of bits) by.set(component, [...(by.get(component) ?? []), bit]);
  return by;
}

/** The configuration bits without which the found state would not have shown its configuration to be bad. */
async function widest(machine: Machine, completes: Term, bits: readonly Bit[], { model, fixed }: Found, engines: Engines): Promise<Pattern> {
  const { terms } = machine;
  const value = readModel(model, fixed);
  const rest = putIn(machine, completes, bits, model, fixed, () => false);
  if (rest === terms.true) return [];
  const suffices = async (pattern: Pattern): Promise<boolean> => (await find(machine, terms.and(matches(machine, pattern), terms.not(rest)), engines)).kind === "none";
  return without(bits.map((b) => ({ ...b, value: (value.variable(b.component.variable) >> BigInt(b.bit)) & 1n })), suffices);
}

/** Leaves out halves, then halves of these, then single elements, as long as what is left suffices. */
async function without<T>(all: readonly T[], suffices: (kept: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let kept = all;
  for (let size = all.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length; ) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await suffices(fewer)) kept = fewer;
      else from += size;
    }
  }
  return kept;
}

type Leaf = Extract<AnyTerm, { op: "variable" | "array" }>;

/** With everything as in the model but the configuration bits, and but for leaves that are to stay free. */
function putIn(machine: Machine, term: Term, bits: readonly Bit[], model: Model, fixed: ReadonlyMap<number, Term>, isFree: (leaf: Leaf) => boolean): Term {
  const { terms } = machine;
  const read = readModel(model, fixed);
  const own = new Map([...bitsByComponent(bits)].map(([c, mine]) => [c.variable.id, new Set(mine)]));
  return new Rewriter(terms, (t, args) => {
    switch (t.op) {
      case "variable": {
        if (t.space === "slot" || isFree(t)) return undefined;
        const free = own.get(t.id);
        const value = terms.constant(read.variable(t), t.width);
        if (free === undefined) return value;
        return terms.concat(...Array.from({ length: t.width }, (_, i) => t.width - 1 - i).map((bit) => terms.extract(free.has(bit) ? t : value, bit, bit)));
      }
      case "select": {
        if (t.array.op === "array" && t.array.space !== "slot") return isFree(t.array) ? undefined : cellIn(terms, model.cells.get(t.array.id), args[1] as Term, t.width);
        return folded(terms.rebuild(t, args) as Term);
      }
      case "loop":
        return folded(terms.rebuild(t, args) as Term);
      default:
        return undefined;
    }
  }).term(term);

  /** A loop's result of which nothing is free is what it comes to. */
  function folded(t: Term): Term {
    if (t.op !== "loop" && t.op !== "select") return t;
    const all = reachable([t]);
    const bound = new Set(all.flatMap((l) => (l.op === "loop" || l.op === "loop-array" ? loopSlots(l.loop).map((s) => s.id) : [])));
    const isClosed = bound.size > 0 && all.every((l) => (l.op !== "variable" && l.op !== "array") || bound.has(l.id) || (l.op === "array" && l.space !== "slot" && !isFree(l)));
    if (!isClosed) return t;
    const evaluator = new Evaluator(read);
    const value = evaluator.value(t);
    return evaluator.hasCutLoop ? t : terms.constant(value, t.width);
  }
}

function matches(machine: Machine, pattern: Pattern): Term {
  const { terms } = machine;
  return terms.and(...pattern.map((l) => terms.eq(terms.extract(l.component.variable, l.bit, l.bit), terms.constant(l.value, 1))));
}
