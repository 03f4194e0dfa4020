/** Machines and guests of this room's tests. */
import { readFileSync } from "node:fs";
import { startState } from "../../src/machine/start-state.js";
import type { Machine } from "../../src/isa/machine.js";
import { assemble } from "../../src/machine/assembler.js";
import type { GuestProgram } from "../../src/vmm/control-program.js";
import type { TimedEvent } from "../../src/vmm/timed-run.js";

export const THIRD_GENERATION = "isa-specs/third-generation/";
export const PROGRAMS = `${THIRD_GENERATION}programs`;

export function guestOf(machine: Machine, name: string, text: string, events: readonly TimedEvent[] = []): GuestProgram {
  const { image, diagnostics } = assemble(machine, text, name);
  if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => `${name}:${d.span.line} ${d.message}`).join("\n"));
  return { name, image, events, start: startState(machine, image.words.map(([address]) => address)) };
}

export const guestAt = (machine: Machine, path: string, events: readonly TimedEvent[] = []): GuestProgram => guestOf(machine, path, readFileSync(path, "utf8"), events);

/** The same event again and again. */
export const every = (period: number, interrupt: string, times: number, args: readonly bigint[] = []): TimedEvent[] => Array.from({ length: times }, (_, i) => ({ at: (i + 1) * period, interrupt, args }));

export const consoleOf = (sent: readonly number[]): string => String.fromCharCode(...sent);
export const realStart = (machine: Machine): ReadonlyMap<string, bigint> => startState(machine, []);
