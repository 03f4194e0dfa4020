/** Kernels say under their monitors what they say bare, and what they said on an independent system. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assembledKernel, hosts, kernels, recordOf, saidBare, saidVirtually, withoutHost, type RecordedKernels } from "./kernels.js";

const LONG = 120_000;

describe.each(kernels)("$machine, $program", (kernel) => {
  const own = assembledKernel(kernel);

  test("bare and under its monitor, in lock step", () => {
    const { said, divergence } = saidVirtually(kernel, own);
    expect(divergence).toBeUndefined();
    expect(said).not.toBe("");
    expect(said).toBe(saidBare(kernel, own));
  }, LONG);

  test("what an independent system was sent is the same, and of the same program", () => {
    for (const host of hosts.filter((h) => h.machine === kernel.machine)) {
      const recorded = JSON.parse(readFileSync(recordOf(host), "utf8")) as RecordedKernels;
      expect(recorded.kernels).toContainEqual({ program: kernel.program, image: own.hash, said: saidBare(kernel, own) });
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
