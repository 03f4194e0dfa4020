/**
 * Products and quotients of things unknown are dear to a solver and cheap to compute.
 *
 * So they are first taken for anything: what has no solution then has none. A solution is computed; if a product in it is
 * not what it ought to be, the solver is told what it is for these operands, and asked again.
 */
import type { Machine } from "../isa/machine.js";
import { Evaluator } from "../isa/evaluate.js";
import { Rewriter } from "../isa/substitute.js";
import { FreeSlots } from "../machine/compile-loops.js";
import { reachable, type Term, type VariableTerm } from "../isa/term.js";
import { formulaOf, readModel, type EngineAnswer, type Formula } from "./formula.js";
import { holdsIn } from "./minimise.js";

const DEAR: ReadonlySet<string> = new Set(["mul", "udiv", "urem", "sdiv", "srem"]);
const MAXIMUM_ROUNDS = 12;

interface Taken {
  readonly original: Extract<Term, { readonly args: readonly Term[] }>;
  readonly stand: VariableTerm;
}

/** Undefined: there is nothing dear in it, or it could not be said in a few rounds. */
export async function withoutDearOperators(machine: Machine, formula: Formula, engine: (formula: Formula) => Promise<EngineAnswer>): Promise<EngineAnswer | undefined> {
  const { terms } = machine;
  const slots = new FreeSlots();
  const taken: Taken[] = [];
  for (const t of reachable([formula.term])) {
    if (!DEAR.has(t.op) || !("args" in t) || t.width <= 8 || t.args.some((a) => a.op === "constant") || slots.of(t).size > 0) continue;
    taken.push({ original: t, stand: terms.variable("free", `${t.op} ${taken.length}`, t.width) });
  }
  if (taken.length === 0) return undefined;
  const stands = new Map(taken.map((t) => [t.original.id, t.stand]));
  const anything = new Rewriter(terms, (t) => stands.get(t.id));
  let current = anything.term(formula.term);
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const here = formulaOf(machine, current);
    const a = here.term === terms.false ? ({ kind: "none", strength: "structural" } as const) : await engine(here);
    if (a.kind === "none") return a;
    if (a.kind === "open") return undefined;
    const read = readModel(a.model, here.fixed);
    const variables = new Map(formula.variables.map((v) => [v.id, read.variable(v)]));
    const model = { ...a.model, variables };
    if (holdsIn(formula, model)) return { ...a, model };
    const values = new Evaluator(readModel(model, formula.fixed));
    const facts = taken.map(({ original, stand }) => {
      const same = terms.and(...original.args.map((arg) => terms.eq(anything.term(arg), terms.constant(values.value(arg), arg.width))));
      return terms.implies(same, terms.eq(stand, terms.constant(values.value(original), original.width)));
    });
    current = terms.and(current, ...facts);
  }
  return undefined;
}
