/** What a check asks, by name: `<instruction>/<claim>/<part>`, and as an SMT-LIB file that stands by itself. */
import { compose } from "../isa/compose.js";
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import { nearest } from "../isa/nearest.js";
import { lowering } from "../isa/lower.js";
import type { PartLemma } from "../requirements/partial-effects.js";
import { machineQuestions } from "../requirements/premises.js";
import { setting, type Setting } from "../requirements/setting.js";
import { encode, type Query } from "../smt/query.js";
import { opaque } from "../verdict/engines.js";
import { OPAQUE_MAP, QUESTIONS } from "../verdict/classify.js";
import { configurationNamed } from "../verdict/check.js";
import { formulaOf } from "../verdict/formula.js";
import { conditionQuestion, isOfCondition } from "../verdict/condition.js";
import type { AskedQuestion } from "../verdict/result.js";
import { VERSION } from "../verdict/version.js";
import { isMonitorObligation, monitorParts, monitorQuestion, partLemmaNamed } from "../vmm/prove-questions.js";
import { readSlice, sliceOf } from "../verdict/classify-slice.js";
import { badInput } from "./failure.js";
import { shown } from "./read-files.js";

/** The names of an instruction's obligations, behind its identifier; the same for every instruction. */
export function obligationParts(machine: Machine, configuration: Configuration): string[] {
  const instruction = machine.instructions[0];
  if (instruction === undefined) return [];
  const s = setting(machine, instruction, configuration);
  return Object.values(QUESTIONS).map((ask) => ask(s).id.slice(instruction.id.length + 1));
}

/** Behind the name of a question: its twin, that what it supposes can happen. "No such state" says nothing where there are no states. */
export const POSSIBLE = "/possible";

/** A question as solvers get it. */
export interface ObligationQuery {
  readonly query: Query;
  /** the terms are false by themselves: there is nothing to solve */
  readonly isFalse: boolean;
  /** a file that stands by itself: what is asked, of what, then the script */
  readonly text: (status?: "sat" | "unsat") => string;
}

/** Throws a `Failure` with a hint if there is no such obligation. */
export function obligationScript(machine: Machine, configuration: Configuration, id: string): string {
  return obligationsOf(machine, configuration, instructionOf(machine, id))(id).text();
}

/**
 * The obligations of one instruction by name; a `Failure` with a hint if there is none of that name.
 *
 * @param isSpeltOut what was answered with the address map left opaque, or by leaving out what can't matter, in full
 * @param bad of a condition: the configurations that the check has found bad
 */
export function obligationsOf(machine: Machine, configuration: Configuration, instruction: Instruction): (id: string, isSpeltOut?: boolean, bad?: AskedQuestion["bad"]) => ObligationQuery {
  // by itself, so that the file does not depend on what else was looked at
  const { machine: alone, instruction: own } = readSlice(sliceOf(machine, instruction));
  const s = setting(alone, own, configurationNamed(alone, configuration.name)!);
  const questions = Object.values(QUESTIONS).map((ask) => ask(s));
  return (id, isSpeltOut = false, bad) => {
    const isOpaque = id.endsWith(OPAQUE_MAP), isTwin = id.endsWith(POSSIBLE);
    const name = isOpaque ? id.slice(0, -OPAQUE_MAP.length) : isTwin ? id.slice(0, -POSSIBLE.length) : id;
    const part = isMonitorObligation(name) ? partLemmaNamed(s, name) : undefined;
    if (part !== undefined) return partQuery(s, part, id, isTwin, isOpaque && !(isSpeltOut && part.isMapWhole), configuration);
    const question = bad !== undefined && isOfCondition(name) ? conditionQuestion(s, name, bad) : isMonitorObligation(name) ? monitorQuestion(s, name)?.question : questions.find((q) => q.id === name);
    if (question === undefined || (isOpaque && question.abstraction === undefined)) {
      const ids = [...obligationParts(machine, configuration), ...(isMonitorObligation(name) ? monitorParts(s) : [])].map((part) => `${instruction.id}/${part}`);
      const near = nearest(id, ids);
      throw badInput(`${instruction.id} has no obligation ${shown(id)}`, near === undefined ? `obligations: ${ids.join(", ")}` : `did you mean ${near}?`);
    }
    const about = `machine ${machine.name}, ${machine.title}; specification ${machine.sha256}; configuration ${configuration.name}`;
    if (isTwin) {
      return queryOf(alone, opaque(alone, question.supposes ?? question.hypothesis), [
        `Popek ${VERSION}, obligation ${id}`, about, `Can what is supposed happen, where it is asked whether there is ${question.asks}?`,
        "The address map is left opaque. sat: it can. unsat: the question is vacuous.",
      ]);
    }
    const exact = isSpeltOut && (isOpaque || question.abstraction === alone.terms.false) ? question.exact?.() : undefined;
    const term = exact !== undefined ? alone.terms.and(exact.hypothesis, exact.goal)
      : isOpaque ? opaque(alone, question.abstraction!) : alone.terms.and(question.hypothesis, question.beyond ?? question.goal);
    return queryOf(alone, term, [
      `Popek ${VERSION}, obligation ${question.id}`,
      about,
      `Is there ${question.asks}?`,
      isOpaque && exact === undefined ? "The address map is left opaque. unsat: there is none, whatever the map. sat: not known." : "unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.",
      ...(question.abstraction === alone.terms.false ? ["Answered without a solver: with the address map left opaque the question is false already."] : []),
    ]);
  };
}

/** A lemma on what traps leave: with the address map opaque, or spelt out where both sides read one map. */
function partQuery({ machine }: Setting, { statement, hypothesis, violation, isMapWhole }: PartLemma, id: string, isTwin: boolean, isOpaque: boolean, configuration: Configuration): ObligationQuery {
  const lower = lowering(machine), isLeft = isTwin || isOpaque || !isMapWhole;
  const ready = (t: Term): Term => (isLeft ? opaque(machine, t) : lower.term(t));
  return queryOf(machine, isTwin ? ready(hypothesis) : machine.terms.and(ready(hypothesis), ready(violation)), [
    `Popek ${VERSION}, obligation ${id}`,
    `machine ${machine.name}, ${machine.title}; specification ${machine.sha256}; configuration ${configuration.name}`,
    ...(isTwin ? [`Can what is supposed happen, where it is said that ${statement}?`, "The address map is left opaque. sat: it can. unsat: that says nothing."]
      : [`Is there a state for which it is not so that ${statement}?`, isLeft ? "The address map is left opaque. unsat: there is none, whatever the map. sat: not known." : "unsat: there is none. sat: not known, for whether the monitor's own traps come there is not asked."]),
  ]);
}

/** The premises of the machine, by name. */
export function premiseObligations(machine: Machine): ReadonlyMap<string, ObligationQuery> {
  const { terms } = machine;
  return new Map(machineQuestions(machine).map((q) => [q.name, queryOf(machine, terms.and(q.violation, ...machine.invariants.map((i) => i.predicate)), [
    `Popek ${VERSION}, premise ${q.name}`,
    `machine ${machine.name}, ${machine.title}; specification ${machine.sha256}`,
    `Is it otherwise than: ${q.statement}?`,
    "unsat: the premise is met. sat: it is not.",
  ])]));
}

/** Said in one text, for whoever asks once: some tens of megabytes. */
const MOST_CONGRUENCES = 1_000_000;

export function queryOf(machine: Machine, whole: Term, comments: readonly string[]): ObligationQuery {
  const { terms } = machine;
  const cut = encode(terms, whole, { congruencesAtOnce: MOST_CONGRUENCES });
  // where loops are cut, two that are equal only by what the rest says would be cut apart
  const term = cut.approximated && formulaOf(machine, whole).term === terms.false ? terms.false : whole;
  const query = term === whole ? cut : encode(terms, term, { congruencesAtOnce: MOST_CONGRUENCES });
  return {
    query, isFalse: term === terms.false,
    text: (status) => `${comments.map((c) => `; ${c.replace(/[\r\n]+/g, " ")}\n`).join("")}${status === undefined ? "" : `(set-info :status ${status})\n`}${query.script.trimEnd()}\n`,
  };
}

function instructionOf(machine: Machine, id: string): Instruction {
  const found = machine.instructions.find((i) => id.startsWith(`${i.id}/`)) ?? composedOf(machine, id);
  if (found !== undefined) return found;
  const name = id.split("/")[0]!;
  const near = nearest(name, machine.instructions.map((i) => i.id));
  throw badInput(`${machine.name} has no obligation ${shown(id)}`, near === undefined ? `popek list ${machine.name} obligations shows them` : `did you mean ${near}/...?`);
}

/** `XCT[JRST[f=1]]`: an instruction that executes another one, with its target. */
function composedOf(machine: Machine, id: string): Instruction | undefined {
  const first = machine.instructions.find((i) => i.step.execute !== undefined && id.startsWith(`${i.id}[`));
  const target = first && machine.instructions.find((i) => i.step.execute === undefined && id.startsWith(`${first.id}[${i.id}]/`));
  return first && target && compose(machine, first, target);
}
