/**
 * npm run bench -- [NAME ...] [--format json] [--runs N]
 *
 * How fast it is, as ratios to something else that was measured in the same run: a number of seconds says nothing about
 * another machine, and little about this one. The table is on standard output, what is being measured on standard
 * error. Exit 1 if a target is missed, 2 for bad input. None of this is part of `npm test`.
 */
import { parseArgs } from "node:util";
import { assertBuilt } from "./built.js";
import { check } from "./check.js";
import { load } from "./load.js";
import { isMet, type Benchmark, type Measurement } from "./measurement.js";
import { monitor } from "./monitor.js";
import { pdp10Cpu } from "./pdp10-cpu.js";
import { start } from "./start.js";
import { jsonOf, tableOf } from "./table.js";
import { toy } from "./toy.js";

const benchmarks: readonly Benchmark[] = [start, load, toy, pdp10Cpu, monitor, check];

class BadInput extends Error {}

async function main(): Promise<boolean> {
  const { values, positionals } = parsed();
  if (values.format !== "text" && values.format !== "json") throw new BadInput(`found --format ${values.format}, expected text or json`);
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1)) throw new BadInput(`found --runs ${values.runs}, expected a whole number of 1 or more`);
  const unknown = positionals.find((name) => benchmarks.every((b) => b.name !== name));
  if (unknown !== undefined) throw new BadInput(`found benchmark ${unknown}, expected some of: ${benchmarks.map((b) => b.name).join(", ")}`);
  assertBuilt();
  const results: Measurement[] = [];
  for (const { name, title, runs: usual, measure } of benchmarks.filter((b) => positionals.length === 0 || positionals.includes(b.name))) {
    const progress = (what: string): void => void process.stderr.write(`${name}: ${what}\n`);
    progress(title);
    results.push({ name, title, rows: await measure(runs ?? usual, progress) });
  }
  process.stdout.write(values.format === "json" ? jsonOf(results) : tableOf(results));
  return results.every(({ rows }) => rows.every((row) => row.targets.every((t) => isMet(row, t))));
}

function parsed() {
  try {
    return parseArgs({ allowPositionals: true, options: { format: { type: "string", default: "text" }, runs: { type: "string" } } });
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof BadInput)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}
