/** Samples of what live witnesses were asked: as many cases as they promise for every topic, all of which agree or are settled. */
import { describe, expect, test } from "vitest";
import { readSpecification } from "./conformance-machine.js";
import { describeDisagreement } from "./describe.js";
import { machines, underWay } from "./machines.js";
import { compareRecording, readRecording } from "./recorded.js";

describe.each([...machines, ...underWay.filter(({ recordings }) => recordings.length > 0)])("$name", (conformance) => {
  const machine = readSpecification(conformance.name);

  test.each(conformance.recordings.filter(({ isSample }) => isSample))("agrees with the sample of $witness", (recording) => {
    const file = readRecording(recording);
    const topics = conformance.live.find(({ witness }) => witness === recording.witness)!.topics;
    const least = recording.least ?? 100;
    expect(file.cases.length).toBeGreaterThanOrEqual(least * topics.length);
    const tally = compareRecording(conformance, machine, recording, file);
    expect(tally.unsettled.slice(0, 5).map((d) => describeDisagreement(d, machine.radix))).toEqual([]);
    expect(Object.entries(tally.summary(conformance.name, undefined, []).groups).filter(([, { cases }]) => cases < least)).toEqual([]);
  }, 240_000);
});
