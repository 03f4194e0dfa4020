/**
 * A trace in the Informal Trace Format of Apalache and Quint (ADR-015), for the trace viewers that read it.
 *
 * Both runs go side by side, state by state; one that has ended stays as it is. A variable is a component of a run (`S1_PC`), an
 * array is a function from integers to integers on the cells that matter. Integers of any size are `{"#bigint": "..."}`.
 */
import { readBits, type Radix } from "../bits/bits.js";
import type { Trace, TraceRun } from "../verdict/trace.js";

const WIDEST = 1024;

export function traceItf(trace: Trace): string {
  const radix = trace.machine.radix as Radix;
  const integer = (text: string): object => ({ "#bigint": readBits(text, WIDEST, radix)!.toString() });
  const registers = trace.components.filter((c) => c.index === undefined);
  const arrays = [...new Set(trace.components.filter((c) => c.index !== undefined).map((c) => c.component))];
  const variables = (run: TraceRun, at: number): readonly (readonly [name: string, type: string, value: unknown])[] => {
    const { step, outcome, mode, values } = run.states[Math.min(at, run.states.length - 1)]!;
    const of = (name: string): string => `${run.name}_${name}`;
    return [
      [of("step"), "Str", step], [of("outcome"), "Str", outcome ?? ""], [of("mode"), "Str", mode],
      ...registers.map((c) => [of(c.name), "Int", integer(values[c.name]!)] as const),
      ...arrays.map((array) => [of(array), "Int -> Int", { "#map": trace.components.filter((c) => c.component === array && c.index !== undefined).map((c) => [integer(c.index!), integer(values[c.name]!)]) }] as const),
    ];
  };
  const length = Math.max(...trace.runs.map((r) => r.states.length));
  const all = trace.runs.flatMap((run) => variables(run, 0));
  const { instruction } = trace;
  return `${JSON.stringify({
    "#meta": {
      format: "ITF", "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html", source: `${instruction.source.file}:${instruction.source.line}`,
      description: `popek ${trace.popek}, ${trace.machine.name}, ${instruction.id}, ${trace.claim} ${trace.answer}: ${trace.shows}`,
      varTypes: Object.fromEntries(all.map(([name, type]) => [name, type])),
    },
    params: [],
    vars: all.map(([name]) => name),
    states: Array.from({ length }, (_, index) => ({ "#meta": { index }, ...Object.fromEntries(trace.runs.flatMap((run) => variables(run, index)).map(([name, , value]) => [name, value])) })),
  }, undefined, 2)}\n`;
}
