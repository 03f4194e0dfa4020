/**
 * Whether the two states of a found pair show the same window at all addresses.
 *
 * A question says so of the addresses that the step uses. A pair that an engine finds may disagree elsewhere; what it ought to
 * satisfy there becomes a further condition, until a pair agrees everywhere. Several addresses at a time, far apart: pages
 * disagree, not cells.
 */
import type { Machine } from "../isa/machine.js";
import { Rewriter, substitution } from "../isa/substitute.js";
import type { Term, VariableTerm } from "../isa/term.js";
import { agreeAt, aliasAlike } from "../requirements/ask.js";
import type { Question } from "../requirements/question.js";
import { Reading } from "../requirements/run.js";
import { cellIn, EMPTY_MODEL, formulaOf, readModel, type EngineAnswer, type Formula, type Model } from "./formula.js";

/** Addresses of one kind that are looked for at a time. */
const AT_A_TIME = 16;

/** What the states violate; nothing: they agree. */
export async function disagreements(machine: Machine, question: Question, formula: Formula, model: Model, search: (formula: Formula) => Promise<EngineAnswer>): Promise<readonly Term[] | "unknown"> {
  const [first, second] = question.runs;
  if (first === undefined || second === undefined) return [];
  const { terms } = machine;
  const r1 = new Reading(machine, { ...first, isExact: true }), r2 = new Reading(machine, { ...second, isExact: true });
  const violated: Term[] = [];
  for (const window of machine.windows) {
    const source = first.arrays.get(window.over);
    if (source?.kind !== "placed" && source?.kind !== "shown") continue;
    const one = terms.variable("free", `agree.${window.name}`, window.addressWidth), other = terms.variable("free", `alias.${window.name}`, window.addressWidth);
    for (const access of [0, 1, 2]) {
      const kinds = [agreeAt(machine, r1, r2, { window, access, address: one }, question.window ?? "subset")];
      if (source.kind === "shown" && access === 0) kinds.push(aliasAlike(machine, r1, r2, { window, access, address: one }, { window, access, address: other }));
      for (const agree of kinds) {
        let apart: Term = terms.true;
        for (let n = 0; n < AT_A_TIME; n++) {
          const here = formulaOf(machine, terms.and(valuesPutIn(machine, question, formula, model, terms.not(agree)), apart));
          if (here.term === terms.false) break;
          const a = here.term === terms.true ? ({ kind: "found", model: EMPTY_MODEL, strength: "" } as const) : await search(here);
          if (a.kind === "open" && n === 0) return "unknown";
          if (a.kind !== "found") break;
          const value = (v: VariableTerm): Term => terms.constant(readModel(a.model, here.fixed).variable(v), v.width);
          violated.push(substitution(terms, new Map([[one.id, value(one)], [other.id, value(other)]])).term(agree));
          const page = Math.floor(one.width / 2);
          apart = terms.and(apart, terms.ne(terms.extract(one, one.width - 1, page), terms.extract(value(one), one.width - 1, page)));
        }
      }
    }
    if (violated.length > 0) return violated;
  }
  return violated;
}

/** The term with the model's values for the runs' own registers, and cells that have no place in the window's contents. */
function valuesPutIn(machine: Machine, question: Question, formula: Formula, model: Model, term: Term): Term {
  const { terms } = machine;
  const read = readModel(model, formula.fixed);
  const by = new Map<number, Term>();
  const contents = new Map<number, ReadonlyMap<bigint, bigint>>();
  for (const run of question.runs) {
    for (const t of run.registers.values()) if (t.op === "variable") by.set(t.id, terms.constant(read.variable(t), t.width));
    for (const source of run.arrays.values()) if (source.kind === "shown" || source.kind === "plain") contents.set(source.array.id, model.cells.get(source.array.id) ?? new Map());
  }
  return new Rewriter(terms, (t, args) => {
    const cells = t.op === "select" ? contents.get(t.array.id) : undefined;
    return t.op === "select" && cells !== undefined ? cellIn(terms, cells, args[1] as Term, t.width) : by.get(t.id);
  }).term(term);
}
