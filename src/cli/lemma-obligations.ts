/** The lemmas on a machine's VM map as SMT-LIB, by name, each with its twin: that what it supposes can happen. */
import type { Configuration, Machine } from "../isa/machine.js";
import { failingConditionLemmas, machineAlone } from "../requirements/failing-condition.js";
import { reflectsFaults, trueFaultLemmas } from "../requirements/true-faults.js";
import { compositionLemmas, mapLemmas, mappedMachine } from "../requirements/vm-map.js";
import { encodeCases } from "../smt/cases.js";
import { configurationNamed } from "../verdict/check.js";
import { VERSION } from "../verdict/version.js";
import type { MonitorName } from "../vmm/prove-result.js";
import { readMonitor } from "../vmm/prove.js";
import { queryOf, type ObligationQuery } from "./obligations.js";

export interface LemmaObligation {
  readonly query: ObligationQuery;
  readonly twin: ObligationQuery;
  /** where it may be proved case by case: one script that asks each, and each as a query of its own */
  readonly cases?: { readonly text: () => string; readonly queries: () => readonly ObligationQuery[] };
}

/** By itself, so that no text depends on what else was looked at. */
export function lemmaObligations(whole: Machine, configuration: Configuration, { monitor: name, block = 1 }: { readonly monitor: MonitorName; readonly block?: number }): (lemma: string) => LemmaObligation {
  const monitor = readMonitor(name);
  return (lemma) => {
    const machine = machineAlone(whole);
    const mapped = mappedMachine(machine, Math.log2(block)), own = configurationNamed(machine, configuration.name);
    if (mapped === undefined || monitor === undefined || own === undefined) throw new Error(`bug: no map of ${machine.name} for the lemma ${lemma}`);
    const asked = { mapped, configuration: own, direct: monitor.direct };
    const found = [...mapLemmas(asked), ...failingConditionLemmas(asked), ...(reflectsFaults(whole) ? trueFaultLemmas(asked) : []), ...compositionLemmas(asked)].find((l) => l.name === lemma);
    if (found === undefined) throw new Error(`bug: no lemma ${lemma} of ${machine.name}`);
    const about = [
      `${monitor.direct === "user" ? "hybrid" : "trap-and-emulate"} monitor, allotments of whole blocks of ${block} cells`,
      `machine ${machine.name}, ${machine.title}; specification ${machine.sha256}; configuration ${configuration.name}`,
    ] as const;
    const { hypothesis, cases } = found;
    const said = [`Popek ${VERSION}, lemma ${lemma}, ${about[0]}`, about[1]] as const;
    return {
      query: queryOf(machine, machine.terms.and(hypothesis, found.violation), [...said, `${found.statement}. Here it does not: unsat, there is no such state.`]),
      cases: cases && {
        text: () => [...said, `${found.statement}. Here it does not, in one case after the other, which are all there are: unsat each time, there is no such state.`].map((c) => `; ${c.replace(/[\r\n]+/g, " ")}\n`).join("") + encodeCases(machine.terms, hypothesis, cases()),
        queries: () => cases().map((violation, n) => queryOf(machine, machine.terms.and(hypothesis, violation), [...said, `${found.statement}. In case ${n} of those that there are it does not: unsat, there is no such state.`])),
      },
      twin: queryOf(machine, found.hypothesis, [`Popek ${VERSION}, what lemma ${lemma} supposes, ${about[0]}`, about[1], "sat: it can happen. unsat: the lemma is vacuous."]),
    };
  };
}
