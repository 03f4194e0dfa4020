/** The tiny machines, elaborated once for each test file that uses them, and a check of one of them. */
import { readdirSync, readFileSync } from "node:fs";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { createCpu } from "../../src/machine/cpu.js";
import type { Solver } from "../../src/smt/solver.js";
import type { EngineName, Engines } from "../../src/verdict/engines.js";

const folder = new URL(".", import.meta.url);
const known = new Map<string, Machine>();

export const tinyFiles: readonly string[] = readdirSync(folder).filter((name) => name.endsWith(".isa")).sort();

export function tinyMachine(file: string): Machine {
  const found = known.get(file);
  if (found !== undefined) return found;
  const machine = machineOf(file, readFileSync(new URL(file, folder), "utf8"));
  known.set(file, machine);
  return machine;
}

/** A machine written in one file; a specification with errors is a bug of the test. */
export function machineOf(file: string, text: string): Machine {
  const { machine, diagnostics } = readMachine([{ file, text }]);
  if (machine === undefined || diagnostics.some((d) => d.severity === "error")) throw new Error(`${file}: ${JSON.stringify(diagnostics)}\n${text}`);
  return machine;
}

export function enginesFor(machine: Machine, use: readonly EngineName[], solver?: Solver, runs = 200): Engines {
  return { use, sampling: { runs, seed: 1974 }, resource: 40_000_000, cpu: createCpu(machine), solver };
}
