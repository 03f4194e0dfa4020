/**
 * The whole check of the PDP-10 from cold: no answer kept from before, the embedded solver, as many threads as it takes by itself.
 * Beside it stands the type check of this project, as something of about that size that everybody has run.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMAND, ROOT } from "./built.js";
import { alone, compared, measurePairs, type Benchmark, type Row } from "./measurement.js";
import { run } from "./process.js";

interface Statistics { readonly questions: number; readonly answeredBy: Readonly<Record<string, number>>; readonly open: number }

export const check: Benchmark = {
  name: "check",
  title: "The whole check of the PDP-10, from cold",
  runs: 3,
  measure: async (runs, progress) => {
    const folder = mkdtempSync(join(tmpdir(), "popek-bench-"));
    try {
      const output = join(folder, "pdp10.json");
      const peaks: number[] = [], shares: number[] = [], results = new Set<string>();
      const whole = async (): Promise<number> => {
        progress("popek check pdp10 --no-cache");
        // 0, 1 and 3 are verdicts
        const ran = await run(process.execPath, [COMMAND, "check", "pdp10", "--no-cache", "--format", "json", "--output", output], { watchesMemory: true, allowed: [0, 1, 3] });
        const text = readFileSync(output, "utf8");
        results.add(text);
        const { questions, answeredBy } = (JSON.parse(text) as { readonly statistics: Statistics }).statistics;
        shares.push(100 * (1 - (answeredBy["solver"] ?? 0) / questions));
        if (ran.peakMegabytes !== undefined) peaks.push(ran.peakMegabytes);
        return ran.seconds;
      };
      const typeCheck = async (): Promise<number> => {
        progress("tsc --noEmit");
        // what it finds is not the question here
        return (await run(process.execPath, [join(ROOT, "node_modules/typescript/lib/tsc.js"), "--noEmit"], { folder: ROOT, allowed: [0, 1, 2] })).seconds;
      };
      const pairs = await measurePairs(runs, whole, typeCheck);
      if (results.size !== 1) throw new Error("bug: the check does not come to the same result twice");
      const rows: Row[] = [
        compared("wall time", "s", "tsc --noEmit of this project", pairs, [{ of: "ours", bound: "at most", value: 60 }]),
        alone("questions answered without a solver", "%", shares, [{ of: "ours", bound: "at least", value: 80 }]),
      ];
      if (peaks.length > 0) rows.push(alone("peak memory", "MB", peaks, [{ of: "ours", bound: "at most", value: 1500 }]));
      return rows;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
