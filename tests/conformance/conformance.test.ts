/**
 * Every recorded case of every machine agrees with the specification, or a reason says why not; the committed summary is
 * what comes out. `npm run conformance -- <machine>` writes the summary anew.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readSpecification, summaryFile } from "./conformance-machine.js";
import { describeDisagreement } from "./describe.js";
import { machines } from "./machines.js";
import { compareRecording, complaints, readRecording } from "./recorded.js";
import { writtenSummary } from "./summary.js";

describe.each(machines)("$name", (conformance) => {
  const machine = readSpecification(conformance.name);

  test.each(conformance.recordings)("agrees with the recorded $witness", (recording) => {
    const file = readRecording(recording);
    const tally = compareRecording(conformance, machine, recording, file);
    expect(tally.unsettled.slice(0, 5).map((d) => describeDisagreement(d, machine.radix))).toEqual([]);
    expect(complaints(tally)).toEqual({ unsettled: 0, idle: [] });
    const summary = tally.summary(conformance.name, file.header.seed, []);
    expect(summary.cases).toBe(file.cases.length);
    expect(writtenSummary(summary)).toBe(readFileSync(summaryFile(conformance.name, recording.witness), "utf8"));
  });
});

test("the recorded KA10 covers every operation code that is not in-out", () => {
  const { cases } = readRecording(machines.find(({ name }) => name === "pdp10")!.recordings[0]!);
  expect(cases.length).toBe(10_559);
  const codes = new Set(cases.map(({ words: [word] }) => Number(word! >> 27n)));
  expect(Array.from({ length: 0o700 }, (_, code) => code).filter((code) => !codes.has(code))).toEqual([]);
});
