/**
 * What a witness must satisfy at all addresses: that the windows of a pair agree there, that none means a cell that was changed.
 *
 * A question says so of some addresses. A state that an engine finds may violate it elsewhere; what it ought to satisfy there
 * becomes a further condition, until a state violates it nowhere. Several addresses at a time, far apart: pages
 * disagree, not cells.
 */
import type { Machine } from "../isa/machine.js";
import { Rewriter, substitution } from "../isa/substitute.js";
import type { Term, VariableTerm } from "../isa/term.js";
import type { Everywhere, Question } from "../requirements/question.js";
import { cellIn, EMPTY_MODEL, formulaOf, readModel, type EngineAnswer, type Formula, type Model } from "./formula.js";

/** Addresses of one kind that are looked for at a time. */
const AT_A_TIME = 16;

/** What the state of a model violates, at addresses where it does; nothing: it holds everywhere. */
export async function violations(machine: Machine, question: Question, formula: Formula, model: Model, search: (formula: Formula) => Promise<EngineAnswer>): Promise<readonly Term[] | "unknown"> {
  const violated: Term[] = [];
  let window: string | undefined;
  for (const everywhere of question.everywhere ?? []) {
    // one window at a time: where it is mended the others may be too
    if (violated.length > 0 && everywhere.variables[0].name !== window) return violated;
    window = everywhere.variables[0].name;
    const found = await counterexamples(machine, everywhere, formula, model, search);
    if (found === "unknown") return "unknown";
    violated.push(...found);
  }
  return violated;
}

async function counterexamples(machine: Machine, { variables, fact }: Everywhere, formula: Formula, model: Model, search: (formula: Formula) => Promise<EngineAnswer>): Promise<readonly Term[] | "unknown"> {
  const { terms } = machine;
  const [address] = variables;
  const page = Math.floor(address.width / 2);
  const isViolated = valuesPutIn(machine, formula, model, terms.not(fact), new Set(variables.map((v) => v.id)));
  const found: Term[] = [];
  for (let apart: Term = terms.true; found.length < AT_A_TIME; ) {
    const here = formulaOf(machine, terms.and(isViolated, apart));
    if (here.term === terms.false) break;
    const a = here.term === terms.true ? ({ kind: "found", model: EMPTY_MODEL, strength: "" } as const) : await search(here);
    if (a.kind === "open" && found.length === 0) return "unknown";
    if (a.kind !== "found") break;
    const value = (v: VariableTerm): Term => terms.constant(readModel(a.model, here.fixed).variable(v), v.width);
    found.push(substitution(terms, new Map(variables.map((v) => [v.id, value(v)]))).term(fact));
    apart = terms.and(apart, terms.ne(terms.extract(address, address.width - 1, page), terms.extract(value(address), address.width - 1, page)));
  }
  return found;
}

/** The term with the model's values, but for its own variables. */
function valuesPutIn(machine: Machine, formula: Formula, model: Model, term: Term, own: ReadonlySet<number>): Term {
  const { terms } = machine;
  const read = readModel(model, formula.fixed);
  return new Rewriter(terms, (t, args) => {
    if (t.op === "variable") return own.has(t.id) || t.space === "slot" ? undefined : terms.constant(read.variable(t), t.width);
    return t.op === "select" && t.array.op === "array" && t.array.space !== "slot" ? cellIn(terms, model.cells.get(t.array.id), args[1] as Term, t.width) : undefined;
  }).term(term);
}
