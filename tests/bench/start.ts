/** The start of the command: `popek --help`, the whole process, against the least that Node can do. */
import { COMMAND } from "./built.js";
import { compared, measurePairs, type Benchmark } from "./measurement.js";
import { run } from "./process.js";

export const start: Benchmark = {
  name: "start",
  title: "Start of the command",
  runs: 21,
  measure: async (runs) => {
    const help = async (): Promise<number> => (await run(process.execPath, [COMMAND, "--help"])).seconds * 1000;
    const nothing = async (): Promise<number> => (await run(process.execPath, ["-e", "0"])).seconds * 1000;
    await help(); // files come into the cache
    await nothing();
    const pairs = await measurePairs(runs, help, nothing);
    return [compared("popek --help", "ms", "node -e 0", pairs, [{ of: "ratio", bound: "at most", value: 2.5 }])];
  },
};
