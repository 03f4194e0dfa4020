/**
 * A program run on the CPU: at full speed, or step by step with every step told.
 *
 * At full speed it goes in slices, so that Ctrl-C is heard between two of them.
 */
import { setImmediate } from "node:timers/promises";
import { formatBits } from "../bits/bits.js";
import { wordText } from "../machine/words.js";
import type { Register } from "../isa/machine.js";
import type { Cpu, Outcome, RunReport, StepEvent, Stop, Trapped } from "../machine/cpu.js";
import { disassembleAs } from "../machine/disassembler.js";
import type { RunEnd, TraceLine } from "../report/run-report.js";
import { changesBetween, momentOf, type Moment } from "./machine-state.js";

export interface Ran {
  readonly end: RunEnd;
  readonly instructions: number;
  readonly traps: number;
}

/** Instructions between two looks at the signal: some tenths of a second. */
const SLICE = 2_000_000;

export const counterOf = (cpu: Cpu): Register | undefined => cpu.machine.components.find((c): c is Register => c.kind === "register" && c.role === "program-counter");

export async function runAtSpeed(cpu: Cpu, limit: number, breakpoints: ReadonlySet<bigint>, signal: AbortSignal): Promise<Ran> {
  const counter = counterOf(cpu);
  let instructions = 0, traps = 0;
  for (let left = limit; left > 0; left -= SLICE) {
    await setImmediate();
    if (signal.aborted) return { end: { why: "interrupted" }, instructions, traps };
    // a run does not stop at a breakpoint that it begins at; between slices it has to
    if (left < limit && counter !== undefined && breakpoints.has(cpu.get(counter.name))) return { end: { why: "breakpoint" }, instructions, traps };
    const report: RunReport = cpu.run({ limit: Math.min(SLICE, left), breakpoints });
    instructions += report.instructions;
    traps += report.traps;
    if (report.why !== "limit") return { end: endOf(cpu, report.why === "breakpoint" ? undefined : report.stop), instructions, traps };
  }
  return { end: { why: "limit" }, instructions, traps };
}

/** Runs one step at a time; `tell` has each line, and says whether to go on. */
export async function runStepByStep(cpu: Cpu, limit: number, breakpoints: ReadonlySet<bigint>, signal: AbortSignal, tell: (line: TraceLine) => Promise<boolean>): Promise<Ran> {
  const counter = counterOf(cpu);
  const { radix } = cpu.machine;
  let before: Moment = momentOf(cpu);
  let instructions = 0, traps = 0;
  for (let begun = 0; begun < limit; begun++) {
    if (begun % 256 === 255) await setImmediate();
    if (signal.aborted) return { end: { why: "interrupted" }, instructions, traps };
    const at = counter === undefined ? 0n : cpu.get(counter.name);
    if (begun > 0 && breakpoints.has(at)) return { end: { why: "breakpoint" }, instructions, traps };
    const events: StepEvent[] = [];
    const report = cpu.step((event) => events.push(event));
    instructions += report.instructions;
    traps += report.traps;
    const after = momentOf(cpu);
    const changes = changesBetween(cpu.machine, before, after, []);
    before = after;
    const goesOn = await tell({ at: formatBits(at, counter?.width ?? 1, radix), ...described(cpu, events), changes });
    if (report.stop !== undefined) return { end: endOf(cpu, report.stop), instructions, traps };
    if (!goesOn) return { end: { why: "quit" }, instructions, traps };
  }
  return { end: { why: "limit" }, instructions, traps };
}

/** The word fetched and everything that came of it, on one line. */
function described(cpu: Cpu, events: readonly StepEvent[]): Pick<TraceLine, "word" | "assembly" | "outcome"> {
  const first = events.find((e) => e.kind === "instruction");
  const parts = events.flatMap((event, i): string[] => {
    switch (event.kind) {
      case "instruction": {
        const shown = event === first ? [] : [`executes ${assemblyOf(cpu, event) ?? formatBits(event.word, event.width, cpu.machine.radix)}`];
        return event.outcome.kind === "done" ? shown : [...shown, outcomeText(cpu, event.outcome)];
      }
      case "fetch-trap": return [`fetch: ${outcomeText(cpu, event.outcome)}`];
      case "delivery": return event.outcome.kind === "done" ? [i === events.length - 1 ? "delivered" : "delivered, and"] : [`delivery: ${outcomeText(cpu, event.outcome)}`];
    }
  });
  return {
    word: first === undefined ? undefined : first.instruction === undefined ? formatBits(first.word, first.width, cpu.machine.radix) : wordText(cpu.machine, first.instruction.encoding, first.word),
    assembly: first === undefined ? undefined : assemblyOf(cpu, first),
    outcome: parts.length === 0 ? "done" : parts.join(", "),
  };
}

function assemblyOf(cpu: Cpu, event: Extract<StepEvent, { kind: "instruction" }>): string | undefined {
  const { instruction } = event;
  return instruction === undefined ? undefined : disassembleAs(cpu.machine, instruction, event.word);
}

function endOf(cpu: Cpu, stop: Stop | undefined): RunEnd {
  switch (stop?.kind) {
    case undefined: return { why: "breakpoint" };
    case "halt": return { why: "halt" };
    case "beyond": return { why: "beyond", detail: stop.why };
    case "double-fault": return { why: "double-fault", detail: `${trapText(cpu, stop.first)}, then ${trapText(cpu, stop.second)}` };
  }
}

function outcomeText(cpu: Cpu, outcome: Outcome): string {
  switch (outcome.kind) {
    case "done": return "done";
    case "halt": return "halt";
    case "beyond": return `beyond the specification: ${outcome.why}`;
    case "trap":
    case "memory-trap": return trapText(cpu, outcome);
  }
}

function trapText(cpu: Cpu, { kind, cause, args }: Trapped): string {
  const parameters = cpu.machine.traps.find((t) => t.name === cause)?.parameters ?? [];
  return `${kind === "trap" ? "trap" : "memory trap"} ${cause}(${args.map((a, i) => formatBits(a, parameters[i]?.width ?? 1, cpu.machine.radix)).join(", ")})`;
}
