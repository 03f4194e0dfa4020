/** The JSON form of the proofs about a monitor: the documented shape (`vmm-prove.schema.json`), keys in one order. Same result, same bytes. */
import type { InstructionProof, LemmaProof, ProveResult } from "../vmm/prove-result.js";
import { answerJson, sorted } from "./check-json.js";

export function proveJson(result: ProveResult): string {
  const { popek, machine, configuration, monitor, reading, guests, engines, block, lemmas, premises, instructions, properties, answer, reason, statistics } = result;
  return `${JSON.stringify({
    popek,
    machine: { name: machine.name, title: machine.title, sha256: machine.sha256, radix: machine.radix },
    configuration, monitor, reading, guests,
    engines: { solver: engines.solver, seed: engines.seed, runs: engines.runs },
    block,
    lemmas: lemmas.map((l: LemmaProof) => ({ name: l.name, statement: l.statement, answer: l.answer, strength: l.strength, reason: l.reason, isNeeded: l.isNeeded, cases: l.cases, values: l.values && sorted(l.values) })),
    premises,
    instructions: instructions.map((i: InstructionProof) => ({
      id: i.id, title: i.title, source: { file: i.source.file, line: i.source.line }, entry: i.entry,
      fidelity: answerJson(i.fidelity), safety: answerJson(i.safety), efficiency: answerJson(i.efficiency),
    })),
    properties: { fidelity: properties.fidelity, safety: properties.safety, efficiency: properties.efficiency },
    answer, reason,
    statistics: { questions: statistics.questions, answeredBy: sorted(statistics.answeredBy), open: statistics.open },
  }, undefined, 2)}\n`;
}
