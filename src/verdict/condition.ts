/**
 * Condition synthesis: the weakest condition on the configuration under which an instruction is privileged.
 *
 * The configuration components are the registers that the machine's own configurations speak of. A state in which a user's
 * step completes shows that its configuration is bad, and mostly many more are: what the very same state, but for
 * some configuration bits, completes with is one pattern of bad values. Patterns are gathered until it is proved that no
 * other value is bad; the condition is that none of them matches. It is the weakest, because every value that it leaves out is refuted
 * by a state.
 */
import type { Machine, Register } from "../isa/machine.js";
import { Rewriter } from "../isa/substitute.js";
import { reachable, type Term } from "../isa/term.js";
import { completesInUserState } from "../requirements/privileged.js";
import type { Setting } from "../requirements/setting.js";
import { ask, type Engines, type QuestionAnswer } from "./answer.js";
import { cellIn, formulaOf, readModel, type EngineAnswer, type Model } from "./formula.js";
import { sampled } from "./sampled.js";

/** More patterns than these are no condition to tell anyone. */
const MAXIMUM_PATTERNS = 64;

/** One bit of a configuration component; 0 is the least significant. */
interface Literal {
  readonly component: Register;
  readonly bit: number;
  readonly value: bigint;
}
type Pattern = readonly Literal[];

export interface Condition {
  /** "UserInOut = 0" */
  readonly text: string;
  /** the same, 1 bit over the state */
  readonly predicate: Term;
}

/**
 * "Never" and "always" give undefined, as does a condition that can't be decided or is too long.
 *
 * @param inUser whether a user's step completes under the configuration of the setting: where to begin
 */
export async function conditionOf(s: Setting, engines: Engines, inUser: QuestionAnswer): Promise<Condition | undefined> {
  const { machine } = s;
  const { terms } = machine;
  const anyConfiguration = { ...s.configuration, predicate: terms.true };
  const question = completesInUserState({ ...s, configuration: anyConfiguration });
  const completes = terms.and(question.hypothesis, question.beyond ?? question.goal);
  // as the instruction itself looks at them: that an address may not be translated makes no instruction privileged
  const mentioned = new Set(reachable(s.instruction.step.exits.map((e) => e.guard)).map((t) => t.id));
  const components = configurationComponents(machine).filter((c) => mentioned.has(c.variable.id));
  if (components.length === 0) return undefined;
  const bad: Pattern[] = [];
  if (inUser.kind === "open") return undefined;
  if (inUser.kind === "found") {
    const pattern = await widest(machine, completes, components, { ...inUser, fixed: inUser.formula.fixed }, engines);
    if (pattern.length === 0) return undefined;
    bad.push(pattern);
  }
  for (;;) {
    const rest = terms.and(completes, ...bad.map((p) => terms.not(matches(machine, p))));
    const found = await find(machine, rest, engines);
    if (found.kind === "open") return undefined;
    if (found.kind === "none") break;
    const pattern = await widest(machine, completes, components, found, engines);
    if (pattern.length === 0 || bad.length === MAXIMUM_PATTERNS) return undefined;
    bad.push(pattern);
  }
  const good = terms.and(...bad.map((p) => terms.not(matches(machine, p))));
  if (bad.length === 0 || (await find(machine, good, engines)).kind !== "found") return undefined;
  return { text: written(machine, bad), predicate: good };
}

/** Registers in the predicates of the machine's configurations, in the machine's order. */
export function configurationComponents(machine: Machine): Register[] {
  const ids = new Set(reachable(machine.configurations.map((c) => c.predicate)).map((t) => t.id));
  return machine.components.filter((c): c is Register => c.kind === "register" && ids.has(c.variable.id));
}

interface Found {
  readonly kind: "found";
  readonly model: Model;
  readonly fixed: ReadonlyMap<number, Term>;
}

async function find(machine: Machine, term: Term, engines: Engines): Promise<Found | Exclude<EngineAnswer, { kind: "found" }>> {
  const formula = formulaOf(machine, term);
  if (formula.term === machine.terms.false) return { kind: "none", strength: "structural" };
  const drawn = engines.use.includes("sampled") ? sampled(formula, engines.sampling) : undefined;
  if (drawn?.kind === "found") return { ...drawn, fixed: formula.fixed };
  if (!engines.use.includes("solver") || engines.solver === undefined) return { kind: "open", reason: "only a solver can tell" };
  const a = await ask(machine, formula, engines);
  return a.kind === "found" ? { ...a, fixed: formula.fixed } : a;
}

/** The configuration bits without which the found state would not have shown its configuration to be bad. */
async function widest(machine: Machine, completes: Term, components: readonly Register[], found: Found, engines: Engines): Promise<Pattern> {
  const { terms } = machine;
  const value = readModel(found.model, found.fixed);
  const rest = othersPutIn(machine, completes, components, found.model, found.fixed);
  const needed = rest === terms.true ? [] : components.flatMap((component) => Array.from({ length: component.width }, (_, bit): Literal => ({ component, bit, value: (value.variable(component.variable) >> BigInt(bit)) & 1n })));
  const suffices = async (pattern: Pattern): Promise<boolean> => (await find(machine, terms.and(matches(machine, pattern), terms.not(rest)), engines)).kind === "none";
  return without(needed, suffices);
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

/** With everything as in the model but the components: only their variables are left. */
function othersPutIn(machine: Machine, term: Term, components: readonly Register[], model: Model, fixed: ReadonlyMap<number, Term>): Term {
  const { terms } = machine;
  const read = readModel(model, fixed);
  const own = new Set(components.map((c) => c.variable.id));
  return new Rewriter(terms, (t, args) => {
    if (t.op === "variable") return t.space === "slot" || own.has(t.id) ? undefined : terms.constant(read.variable(t), t.width);
    return t.op === "select" && t.array.op === "array" && t.array.space !== "slot" ? cellIn(terms, model.cells.get(t.array.id), args[1] as Term, t.width) : undefined;
  }).term(term);
}

function matches(machine: Machine, pattern: Pattern): Term {
  const { terms } = machine;
  return terms.and(...pattern.map((l) => terms.eq(terms.extract(l.component.variable, l.bit, l.bit), terms.constant(l.value, 1))));
}

/** That no pattern matches: bits that each must have one value, together; then alternatives. */
function written(machine: Machine, bad: readonly Pattern[]): string {
  const single = bad.filter((p) => p.length === 1).map(([l]) => ({ ...l!, value: 1n - l!.value }));
  const clauses = bad.filter((p) => p.length > 1).map((p) => `(${fields(machine, p.map((l) => ({ ...l, value: 1n - l.value })), false).join(" or ")})`);
  return [...fields(machine, single, true), ...clauses].join(" and ");
}

/** Literals as texts in the machine's own numbering of bits; `together`: neighbouring bits as one field. */
function fields(machine: Machine, literals: readonly Literal[], together: boolean): string[] {
  const order = new Map(machine.components.map((c, i) => [c.name, i]));
  const sorted = [...literals].sort((a, b) => order.get(a.component.name)! - order.get(b.component.name)! || b.bit - a.bit);
  const texts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i]!;
    let last = first, value = first.value;
    for (i++; together && i < sorted.length && sorted[i]!.component === first.component && sorted[i]!.bit === last.bit - 1; i++) {
      last = sorted[i]!;
      value = (value << 1n) | last.value;
    }
    const { name, width } = first.component;
    const numbered = (bit: number): number => (machine.bitOrder === "msb0" ? width - 1 - bit : bit);
    const range = first.bit - last.bit + 1 === width ? "" : first.bit === last.bit ? `[${numbered(first.bit)}]` : `[${numbered(first.bit)}..${numbered(last.bit)}]`;
    texts.push(`${name}${range} = ${value < 2n ? value : `0x${value.toString(16).toUpperCase()}`}`);
  }
  return texts;
}
