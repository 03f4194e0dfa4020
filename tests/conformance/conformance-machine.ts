/** What the harness has to know of a machine, and nothing else of it. */
import { fileURLToPath } from "node:url";
import { readSpecification as filesOf } from "../../src/cli/read-specification.js";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import type { Oracle, Question } from "./case.js";
import type { ChoiceTreatment, Ignored } from "./compare.js";
import type { Disassembly } from "./disassembly.js";
import type { Random } from "./random.js";
import type { Reason } from "./reasons.js";
import type { SubjectOptions } from "./subject.js";
import type { Comparison, Exclusion } from "./summary.js";
import { subject } from "./subject.js";

export interface ConformanceMachine {
  readonly name: string;
  readonly ignored: Ignored;
  readonly reasons: readonly Reason[];
  /** absent: one value for all */
  readonly choices?: ChoiceTreatment;
  readonly group: Comparison["group"];
  readonly recordings: readonly Recording[];
  readonly live: readonly Live[];
  readonly disassembly?: Disassembly;
}

/** A file of cases beside the machine's own files. */
export interface Recording {
  readonly witness: string;
  readonly subject: SubjectOptions;
  readonly file: URL;
  /** a part of what a live witness was asked: its summary is that of the whole, and some reasons may cover none of it */
  readonly isSample: boolean;
  /** of a sample: how many cases every topic and every group has at the least; absent: 100 */
  readonly least?: number;
}

/** An emulator that is asked now. */
export interface Live {
  readonly witness: string;
  readonly subject: SubjectOptions;
  /** Finds the emulator, or installs it; throws OracleUnavailable. */
  readonly connect: (progress: (message: string) => void) => Promise<Oracle>;
  /** what is drawn for, each as often as the others: operation codes */
  readonly topics: readonly string[];
  readonly draw: (topic: string, random: Random) => Question;
  readonly observes: readonly string[];
  readonly excluded: readonly Exclusion[];
}

/** @param settings values of its parameters */
export function readSpecification(name: string, settings?: ReadonlyMap<string, number>): Machine {
  const files = filesOf(fileURLToPath(new URL(`../../isa-specs/${name}/`, import.meta.url)));
  const { machine, diagnostics } = readMachine(files.map(({ file, bytes }) => ({ file, text: new TextDecoder().decode(bytes) })), settings);
  if (machine === undefined) throw new Error(diagnostics.map((d) => `${d.span.file}:${d.span.line}: ${d.code} ${d.message}`).join("\n"));
  return machine;
}

export function comparisonOf(c: ConformanceMachine, machine: Machine, options: SubjectOptions): Comparison {
  return { subject: subject(machine, options), ignored: c.ignored, reasons: c.reasons, choices: c.choices, group: c.group };
}

/** Where the summary of a disassembler is committed. */
export const disassemblyFile = (machine: string, witness: string): URL => new URL(`../../proofs/${machine}/disassembly-${witness}.json`, import.meta.url);

/** Where the summary of a witness is committed. */
export const summaryFile = (machine: string, witness: string): URL => new URL(`../../proofs/${machine}/conformance-${witness}.json`, import.meta.url);
