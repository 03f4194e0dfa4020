/**
 * Every recorded case of every machine agrees with the specification, or a reason says why not; the committed summary is
 * what comes out. `npm run conformance -- <machine>` writes the summary anew.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Question } from "./case.js";
import { readSpecification, summaryFile } from "./conformance-machine.js";
import { describeDisagreement } from "./describe.js";
import { machines } from "./machines.js";
import { Random } from "./random.js";
import { compareRecording, complaints, readRecording } from "./recorded.js";
import { writtenSummary, type Summary } from "./summary.js";

describe.each(machines.filter(({ recordings }) => recordings.some(({ isSample }) => !isSample)))("$name", (conformance) => {
  const machine = readSpecification(conformance.name);

  test.each(conformance.recordings.filter(({ isSample }) => !isSample))("agrees with the recorded $witness", (recording) => {
    const file = readRecording(recording);
    const tally = compareRecording(conformance, machine, recording, file);
    expect(tally.unsettled.slice(0, 5).map((d) => describeDisagreement(d, machine.radix))).toEqual([]);
    expect(complaints(tally)).toEqual({ unsettled: 0, idle: [] });
    const summary = tally.summary(conformance.name, file.header.seed, []);
    expect(summary.cases).toBe(file.cases.length);
    expect(writtenSummary(summary)).toBe(readFileSync(summaryFile(conformance.name, recording.witness), "utf8"));
  });
});

describe.each(machines.flatMap((conformance) => conformance.live.map((live) => ({ conformance, live, name: `${conformance.name} against ${live.witness}` }))))("$name", ({ conformance, live }) => {
  const summary = JSON.parse(readFileSync(summaryFile(conformance.name, live.witness), "utf8")) as Summary;

  test("the committed summary is of 2,000 cases or more for every topic, all of them settled", () => {
    expect(summary.unsettled).toBe(0);
    expect(summary.agree + summary.settled).toBe(summary.cases);
    expect(summary.cases).toBeGreaterThanOrEqual(2000 * live.topics.length);
    expect(Object.entries(summary.groups).filter(([, { cases }]) => cases < 2000)).toEqual([]);
  });

  test("it gives the reasons and exclusions of today", () => {
    const today = conformance.reasons.filter(({ witness }) => witness === live.witness);
    expect(summary.reasons.map(({ id, right, because, cite }) => ({ id, right, because, cite }))).toEqual(today.map(({ id, right, because, cite }) => ({ id, right, because, cite })));
    expect(summary.excluded).toEqual(live.excluded);
  });

  test("what is drawn repeats, and puts the instruction where the processor is", () => {
    for (const topic of live.topics) {
      const draw = (): readonly Question[] => {
        const random = new Random("7", topic);
        return Array.from({ length: 8 }, () => live.draw(topic, random));
      };
      const questions = draw();
      expect(questions).toEqual(draw());
      // but where fetching it is to fail
      const there = questions.filter(({ words, before }) => [...before.arrays.values()].some((cells) => holds(cells, words[0]!)));
      expect(there.length, topic).toBeGreaterThanOrEqual(5);
    }
  });
});

/** Whether a unit is in a cell, in a half of one, or in two that follow one another. */
function holds(cells: ReadonlyMap<bigint, bigint>, unit: bigint): boolean {
  return [...cells].some(([index, value]) => value === unit || (value & 0xffffn) === unit || value >> 16n === unit || (value << 8n | (cells.get(index + 1n) ?? 0n)) === unit);
}

test("the recorded KA10 covers every operation code that is not in-out", () => {
  const { cases } = readRecording(machines.find(({ name }) => name === "pdp10")!.recordings[0]!);
  expect(cases.length).toBe(10_559);
  const codes = new Set(cases.map(({ words: [word] }) => Number(word! >> 27n)));
  expect(Array.from({ length: 0o700 }, (_, code) => code).filter((code) => !codes.has(code))).toEqual([]);
});
