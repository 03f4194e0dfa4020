/** A recorded file against the specification, to its end. */
import { readFileSync } from "node:fs";
import type { Machine } from "../../src/isa/machine.js";
import { decodeCases, type CaseFile } from "./case-file.js";
import { comparisonOf, type ConformanceMachine, type Recording } from "./conformance-machine.js";
import { Tally } from "./summary.js";

export const readRecording = ({ file }: Recording): CaseFile => decodeCases(readFileSync(file));

export function compareRecording(c: ConformanceMachine, machine: Machine, recording: Recording, { header, cases }: CaseFile = readRecording(recording)): Tally {
  if (header.machine !== c.name || header.witness.name !== recording.witness) throw new Error(`found cases of ${header.machine} by ${header.witness.name}, expected ${c.name} by ${recording.witness}`);
  const tally = new Tally(comparisonOf(c, machine, recording.subject), header.witness);
  for (const one of cases) tally.add(one);
  return tally;
}

/** What is wrong with a finished comparison: disagreements that no reason covers, and reasons that cover none. */
export function complaints(tally: Tally): { readonly unsettled: number; readonly idle: readonly string[] } {
  return { unsettled: tally.unsettled.length, idle: tally.idle.map(({ id }) => id) };
}
