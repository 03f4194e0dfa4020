/** Events from outside: none lost, none twice, each as soon as the machine accepts it, however the run is cut into pieces. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";
import { machineAt } from "../machine/machines.js";
import type { Platform } from "../../src/vmm/platform.js";
import { TimedRun, type TimedEvent } from "../../src/vmm/timed-run.js";

const cpu: Cpu = createCpu(machineAt("tests/machines/baseline.isa"));

/** A machine that does nothing but count, and accepts an event of a kind after so many instructions. */
function counting(mask: Readonly<Record<string, (step: number) => boolean>>, pauses: number): { readonly platform: Platform; readonly taken: readonly { readonly event: bigint; readonly at: number }[] } {
  const taken: { event: bigint; at: number }[] = [];
  let now = 0;
  const platform: Platform = {
    cpu,
    run: ({ limit, pausesAtEntries }) => {
      const steps = pausesAtEntries === true ? Math.min(limit, pauses - (now % pauses)) : limit;
      now += steps;
      return { why: steps < limit ? "entry" : "limit", steps };
    },
    interrupt: (name, [number]) => {
      if (!mask[name]!(now)) return undefined;
      taken.push({ event: number!, at: now });
      return {};
    },
    // the mask of this kind changes only where the machine pauses
    isSteady: (name) => name === "steady",
    output: () => [], flush: () => undefined,
    save: () => { const [was, length] = [now, taken.length]; return () => { now = was; taken.length = length; }; },
  };
  return { platform, taken };
}

const events = fc.array(fc.tuple(fc.nat(200), fc.constantFrom("any", "rare", "steady")), { maxLength: 12 }).map((list) => list.map(([at, interrupt], i): TimedEvent => ({ at, interrupt, args: [BigInt(i)] })));

test("each event comes once, at the first moment from its time on when it is accepted", () => {
  fc.assert(fc.property(events, fc.integer({ min: 2, max: 20 }), fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 20 }), fc.boolean(), (list, period, cuts, pausesAtEntries) => {
    const mask = { any: () => true, rare: (n: number) => n % 13 === 5, steady: (n: number) => Math.floor(n / period) % 2 === 0 };
    const { platform, taken } = counting(mask, period);
    const run = new TimedRun(platform, list);
    const LAST = 400;
    for (let i = 0; run.steps < LAST; i++) run.advance(Math.min(LAST, run.steps + cuts[i % cuts.length]!), pausesAtEntries);
    run.advance(LAST + 1);
    const expected = list.map((e) => { let at = e.at; while (!mask[e.interrupt as keyof typeof mask](at)) at++; return { event: e.args[0]!, at }; });
    const byEvent = (a: { readonly event: bigint }, b: { readonly event: bigint }): number => Number(a.event - b.event);
    expect([...taken].sort(byEvent)).toEqual(expected.sort(byEvent));
    expect(run.pending).toBe(0);
  }), { numRuns: 300 });
});

test("events of one moment come in the order in which they are given, and a run can be put back", () => {
  const { platform, taken } = counting({ any: () => true }, 5);
  const run = new TimedRun(platform, [3, 1, 3, 1].map((at, i) => ({ at, interrupt: "any", args: [BigInt(i)] })));
  run.advance(2);
  const back = run.save();
  run.advance(9);
  const first = [...taken];
  back();
  run.advance(9);
  expect(taken).toEqual(first);
  expect(taken.map((t) => [t.event, t.at])).toEqual([[1n, 1], [3n, 1], [0n, 3], [2n, 3]]);
});
