/**
 * The toy machine in Spin: verifiers generated from toy.pml and compiled, and what a run of one comes to.
 *
 * Two sets of options: those that a comparison is usually made with, and the fastest found for this model, which also leave out
 * the masking of padding from state vectors (NOCOMP) and take the faster hash function (SFH). The hash table has 2^21 slots, four
 * for each state: fewer and more are both slower.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { missing } from "./debian.js";
import { run } from "./process.js";

export interface Verifier {
  readonly run: () => Promise<{ readonly states: number; readonly transitions: number; readonly processorSeconds: number }>;
}

export interface Spin {
  readonly version: string;
  readonly verifier: (definitions: readonly string[], options: readonly string[]) => Promise<Verifier>;
  readonly close: () => void;
}

export const PLAIN = ["-O3", "-DSAFETY", "-DNOREDUCE"] as const;
export const FASTEST = [...PLAIN, "-DNOCOMP", "-DSFH"] as const;

const MODEL = fileURLToPath(new URL("toy.pml", import.meta.url));
/** 2^21 slots; paths of up to 200,000 steps (the longest has 76,000) */
const RUN = ["-w21", "-m200000"] as const;

/** Spin, or why there is none. */
export async function connectSpin(progress: (what: string) => void): Promise<Spin | string> {
  const lacking = (await missing("spin", "spin", progress)) ?? (await missing("cc", "gcc", progress));
  if (lacking !== undefined) return lacking;
  const version = /Version (\S+)/.exec((await run("spin", ["-V"])).stdout)?.[1];
  if (version === undefined) return "found a spin that does not tell its version";
  const folder = mkdtempSync(join(tmpdir(), "popek-bench-"));
  let made = 0;
  return {
    version: `Spin ${version}`,
    verifier: async (definitions, options) => {
      const name = `pan${made++}`;
      await run("spin", ["-a", ...definitions.map((d) => `-D${d}`), MODEL], { folder });
      await run("cc", [...options, "-w", "-o", name, "pan.c"], { folder });
      return { run: () => verify(join(folder, name), folder) };
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

async function verify(program: string, folder: string): ReturnType<Verifier["run"]> {
  const { stdout, processorSeconds } = await run(program, RUN, { folder });
  const told = (pattern: RegExp): number => {
    const found = pattern.exec(stdout);
    if (found === null) throw new Error(`Spin did not tell ${pattern.source}: ${stdout.slice(0, 2000)}`);
    return Number(found[1]);
  };
  if (told(/errors: (\d+)/) !== 0 || /max search depth too small|out of memory/.test(stdout)) throw new Error(`Spin's search is not whole: ${stdout.slice(0, 2000)}`);
  return { states: told(/(\d+) states, stored/), transitions: told(/(\d+) transitions/), processorSeconds };
}
