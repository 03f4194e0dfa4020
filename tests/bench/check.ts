/**
 * The whole check of the PDP-10 from cold: no answer kept from before, the embedded solver, as many threads as it takes by itself.
 *
 * Beside it stands the type check of this project, as something that everybody has run, and then the same check again with
 * the solver's answers kept. How many questions took a solver is counted by those answers: a fresh cache has one for
 * each query that a solver was given. That is more than there were questions, since a question may take several queries and
 * its twin and the premises take some too, so the share that took none is at least the one that is told.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMAND, ROOT } from "./built.js";
import { alone, compared, measurePairs, type Benchmark, type Row } from "./measurement.js";
import { run, type Ran } from "./process.js";

interface Statistics { readonly questions: number; readonly open: number }

export const check: Benchmark = {
  name: "check",
  title: "The whole check of the PDP-10, from cold",
  runs: 3,
  measure: async (runs, progress) => {
    const folder = mkdtempSync(join(tmpdir(), "popek-bench-"));
    try {
      const output = join(folder, "pdp10.json"), cache = join(folder, "cache");
      const peaks: number[] = [], results = new Set<string>();
      const whole = async (cached: "--cache" | "--no-cache"): Promise<number> => {
        progress(`popek check pdp10 ${cached}`);
        const { seconds, peakMegabytes } = await checked([cached, "--format", "json", "--output", output], cache);
        results.add(readFileSync(output, "utf8"));
        if (peakMegabytes !== undefined) peaks.push(peakMegabytes);
        return seconds;
      };
      const fromCold = (): Promise<number> => whole("--no-cache");
      const typeCheck = async (): Promise<number> => {
        progress("tsc --noEmit");
        // what it finds is not the question here
        return (await run(process.execPath, [join(ROOT, "node_modules/typescript/lib/tsc.js"), "--noEmit"], { folder: ROOT, allowed: [0, 1, 2] })).seconds;
      };
      const cold = await measurePairs(runs, fromCold, typeCheck);
      await whole("--cache");
      const queries = answersIn(cache);
      const kept = await measurePairs(runs, () => whole("--cache"), fromCold);
      if (results.size !== 1) throw new Error("bug: the check does not come to the same result every time");
      const { questions, open } = (JSON.parse([...results][0]!) as { readonly statistics: Statistics }).statistics;
      progress(`${questions} questions, ${open} open, ${queries} queries to a solver`);
      const rows: Row[] = [
        compared("wall time", "s", "tsc --noEmit of this project", cold, [{ of: "ours", bound: "at most", value: 60 }]),
        compared("wall time, the solver's answers kept", "s", "from cold", kept),
        alone("questions answered without a solver, at least", "%", [(100 * (questions - open - queries)) / questions], [{ of: "ours", bound: "at least", value: 80 }]),
      ];
      if (peaks.length > 0) rows.push(alone("peak memory", "MB", peaks, [{ of: "ours", bound: "at most", value: 1500 }]));
      return rows;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Exit codes 0, 1 and 3 are verdicts. */
function checked(options: readonly string[], cache: string): Promise<Ran> {
  return run(process.execPath, [COMMAND, "check", "pdp10", ...options], { watchesMemory: true, allowed: [0, 1, 3], environment: { ...process.env, POPEK_CACHE: cache } });
}

/** The cache's files have a line for each answer. */
function answersIn(folder: string): number {
  return readdirSync(folder).reduce((n, file) => n + readFileSync(join(folder, file), "utf8").split("\n").filter((line) => line !== "").length, 0);
}
