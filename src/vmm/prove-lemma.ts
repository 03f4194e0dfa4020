/**
 * A statement about a machine's VM map, decided: no state satisfies hypothesis and violation, and some state satisfies the hypothesis.
 */
import { formatBits, type Radix } from "../bits/bits.js";
import type { Machine } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import type { MapLemma } from "../requirements/vm-map.js";
import { ask, type Engines } from "../verdict/engines.js";
import { exhaustive, MAXIMUM_BITS, QUICK_BITS } from "../verdict/exhaustive.js";
import { formulaOf, readModel, type EngineAnswer, type Formula } from "../verdict/formula.js";
import { minimise } from "../verdict/minimise.js";
import { sampled } from "../verdict/sampled.js";
import type { LemmaProof } from "./prove-result.js";

export interface LemmaAnswer {
  readonly proof: LemmaProof;
  readonly by: string;
}

export async function proveLemma(machine: Machine, lemma: MapLemma, engines: Engines): Promise<LemmaAnswer> {
  const { terms } = machine;
  const { name, statement, isNeeded } = lemma;
  const base = { name, statement, isNeeded };
  const open = (reason: string): LemmaAnswer => ({ proof: { ...base, answer: "open", strength: "none", reason }, by: "open" });
  const formula = formulaOf(machine, terms.and(lemma.hypothesis, lemma.violation));
  const apart = await caseByCase(machine, lemma, engines), a = apart?.answer ?? await search(machine, formula, engines);
  switch (a.kind) {
    case "open":
      return open(a.reason);
    case "found":
      if (lemma.contradicted !== undefined) return { proof: { ...open(lemma.contradicted).proof, values: valuesOf(machine.radix, formula, minimise(formula, a.model)) }, by: "open" };
      return { proof: { ...base, answer: "fails", strength: "witness", reason: lemma.otherwise, values: valuesOf(machine.radix, formula, minimise(formula, a.model)) }, by: a.strength.startsWith("solver") ? "solver-witness" : "witness" };
    case "none": {
      const twin = await search(machine, formulaOf(machine, lemma.hypothesis), engines);
      if (twin.kind !== "found") return open("vacuous: no state satisfies what the lemma supposes");
      return { proof: { ...base, answer: "holds", strength: a.strength, ...(apart === undefined ? {} : { cases: apart.count }) }, by: a.strength.replace(/\(.*/, "") };
    }
  }
}

/** Whether there is such a state, and that what is supposed can happen; the state itself is not wanted. */
export async function isThere(machine: Machine, hypothesis: Term, violation: Term, engines: Engines): Promise<EngineAnswer> {
  const a = await search(machine, formulaOf(machine, machine.terms.and(hypothesis, violation)), engines);
  if (a.kind !== "none" || (await search(machine, formulaOf(machine, hypothesis), engines)).kind === "found") return a;
  return { kind: "open", reason: "vacuous: no state satisfies what is supposed" };
}

/** None in any case: none at all. Undefined: there are no cases, or one is not so easy. */
async function caseByCase(machine: Machine, { hypothesis, cases }: MapLemma, engines: Engines): Promise<{ readonly answer: EngineAnswer; readonly count: number } | undefined> {
  if (cases === undefined) return undefined;
  let strength: string | undefined;
  const all = cases();
  for (const violation of all) {
    const a = await search(machine, formulaOf(machine, machine.terms.and(hypothesis, violation)), engines);
    if (a.kind !== "none") return undefined;
    if (strength === undefined || a.strength.startsWith("solver")) strength = a.strength;
  }
  return strength === undefined ? undefined : { answer: { kind: "none", strength }, count: all.length };
}

async function search(machine: Machine, formula: Formula, engines: Engines): Promise<EngineAnswer> {
  const { terms } = machine;
  if (formula.term === terms.false) return { kind: "none", strength: "structural" };
  const isSolver = engines.use.includes("solver") && engines.solver !== undefined;
  let last: EngineAnswer = { kind: "open", reason: "no engine was allowed to answer" };
  const attempts: readonly (() => EngineAnswer | Promise<EngineAnswer>)[] = [
    ...(engines.use.includes("sampled") ? [() => sampled(formula, engines.sampling)] : []),
    ...(engines.use.includes("exhaustive") ? [() => exhaustive(terms, formula, isSolver ? QUICK_BITS : MAXIMUM_BITS)] : []),
    ...(isSolver ? [() => ask(machine, formula, engines)] : []),
  ];
  for (const attempt of attempts) {
    last = await attempt();
    if (last.kind !== "open") return last;
  }
  return last;
}

function valuesOf(radix: Radix, formula: Formula, model: Parameters<typeof readModel>[0]): Record<string, string> {
  const read = readModel(model, formula.fixed);
  const values = new Map(formula.variables.map((v) => [v.name, formatBits(read.variable(v), v.width, radix)]));
  return Object.fromEntries([...values].filter(([, text]) => !/^0*$/.test(text)).sort(([a], [b]) => (a < b ? -1 : 1)));
}
