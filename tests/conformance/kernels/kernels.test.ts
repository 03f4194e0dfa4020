/** Kernels say under their monitors what they say bare, and what they said on an independent system. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assembledKernel, hosts, kernels, recordOf, saidBare, saidVirtually, withoutHost, type Assembled, type RecordedKernels } from "./kernels.js";

const LONG = 120_000;

/** What computes for longer runs bare only: half a million instructions in lock step take half a minute (`popek vmm run --lock-step` does it). */
const MOST_IN_LOCK_STEP = 100_000;

describe.each(kernels)("$machine, $program", (kernel) => {
  let assembled: Assembled | undefined; // when a test asks for it: reading a specification takes its time
  const program = (): Assembled => (assembled ??= assembledKernel(kernel));
  let bare: string | undefined;
  const said = (): string => (bare ??= saidBare(kernel, program()));

  if (kernel.limit <= MOST_IN_LOCK_STEP) test("bare and under its monitor, in lock step", () => {
    const virtually = saidVirtually(kernel, program());
    expect(virtually.divergence).toBeUndefined();
    expect(virtually.said).not.toBe("");
    expect(virtually.said).toBe(said());
  }, LONG);

  test("what an independent system was sent is the same, and of the same program", () => {
    for (const host of hosts.filter((h) => h.machine === kernel.machine)) {
      const recorded = JSON.parse(readFileSync(recordOf(host), "utf8")) as RecordedKernels;
      // what computes for long is compared by its program; that it says the same is asked by `npm run conformance -- <machine> --kernels`
      expect(recorded.kernels).toContainEqual({ program: kernel.program, image: program().hash, said: kernel.limit <= MOST_IN_LOCK_STEP ? said() : expect.stringMatching(/./) });
    }
  }, LONG);
});

test("a machine either has a system or a reason why not", () => {
  for (const { machine } of kernels) expect([machine, hosts.some((h) => h.machine === machine)]).toEqual([machine, !withoutHost.has(machine)]);
});

test("every machine that has a system has a record of it, and no kernel in it that is not there", () => {
  for (const host of hosts) {
    expect(existsSync(recordOf(host))).toBe(true);
    const recorded = JSON.parse(readFileSync(recordOf(host), "utf8")) as RecordedKernels;
    expect(recorded.kernels.map((k) => k.program)).toEqual(kernels.filter((k) => k.machine === host.machine).map((k) => k.program));
  }
});
