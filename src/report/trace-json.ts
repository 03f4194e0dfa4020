/** A trace as JSON: the documented shape (`trace.schema.json`), which `popek replay` reads. */
import type { Trace } from "../verdict/trace.js";
import { sorted } from "./check-json.js";

export function traceJson(t: Trace): string {
  return `${JSON.stringify({
    format: t.format, popek: t.popek,
    machine: { name: t.machine.name, title: t.machine.title, sha256: t.machine.sha256, radix: t.machine.radix, parameters: sorted(t.machine.parameters) },
    configuration: t.configuration,
    instruction: { id: t.instruction.id, title: t.instruction.title, cite: t.instruction.cite, source: { file: t.instruction.source.file, line: t.instruction.source.line } },
    claim: t.claim, answer: t.answer, question: t.question, shows: t.shows, word: t.word, assembly: t.assembly, choices: sorted(t.choices), leaves: sorted(t.leaves),
    differs: t.differs, necessary: t.necessary, observed: t.observed,
    components: t.components.map(({ name, component, index, role, width }) => ({ name, component, index, role, width })),
    ...(t.guest === undefined ? {} : { guest: { monitor: t.guest.monitor, size: t.guest.size } }),
    runs: t.runs.map(({ name, title, states }) => ({
      name, title, states: states.map(({ step, outcome, mode, values }) => ({ step, outcome, mode, values: Object.fromEntries(t.components.map((c) => [c.name, values[c.name]])) })),
    })),
  }, undefined, 2)}\n`;
}
