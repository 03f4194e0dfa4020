/**
 * The loading of a bundled machine: from the JSON form that the build left, against reading its text again. Each time in a
 * process of its own, with the loading of the code that it takes, and without the start of Node.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { built, builtUrl } from "./built.js";
import { compared, measurePairs, type Benchmark, type Row } from "./measurement.js";
import { run } from "./process.js";

const code = (path: string): string => JSON.stringify(builtUrl(path));

/** Prints how many milliseconds it took, and what it loaded. */
const script = (machine: string, body: string): string => `
  const begun = performance.now();
  const { loadMachine, parseMachine, SPECIFICATIONS } = await import(${code("cli/load-machine.js")});
  const name = ${JSON.stringify(machine)};
  ${body}
  console.log(JSON.stringify({ ms: performance.now() - begun, sha256: machine.sha256, instructions: machine.instructions.length }));`;

const FROM_JSON = "const { machine } = await loadMachine(name);";
const FROM_TEXT = `
  const { readSpecification } = await import(${code("cli/read-specification.js")});
  const { machine } = await parseMachine(readSpecification(SPECIFICATIONS + name), new Map(), "", "never");`;

interface Loaded { readonly ms: number; readonly sha256: string; readonly instructions: number }

export const load: Benchmark = {
  name: "load",
  title: "Loading of a bundled machine",
  runs: 9,
  measure: async (runs) => {
    const { bundledMachines, bundlePath, SPECIFICATIONS } = await built.loadMachine();
    const { readSpecification } = await built.readSpecification();
    const rows: Row[] = [];
    for (const machine of bundledMachines()) {
      const bundle = bundlePath(machine, readSpecification(join(SPECIFICATIONS, machine)));
      if (!existsSync(bundle)) throw new Error(`bug: the build left no ${bundle}`);
      const loaded = new Set<string>();
      const by = (body: string) => async (): Promise<number> => {
        const { ms, ...what } = JSON.parse((await run(process.execPath, ["--input-type=module", "-e", script(machine, body)])).stdout) as Loaded;
        loaded.add(JSON.stringify(what));
        return ms;
      };
      const pairs = await measurePairs(runs, by(FROM_JSON), by(FROM_TEXT));
      if (loaded.size !== 1) throw new Error(`bug: ${machine} is not what its text says: ${[...loaded].join(" ")}`);
      rows.push(compared(`${machine} from its JSON form`, "ms", "reading its text", pairs, [{ of: "ratio", bound: "at most", value: 1 }]));
    }
    return rows;
  },
};
