/**
 * `npm run prove`: every bundled machine checked from nothing, monitors over it proved, and its ledgers held against those in `proofs`.
 *
 * Any difference fails, and is shown by the files that differ; `npm run prove -- --bless` writes the new ledger. The cache
 * is not used: a proof is a proof of today. A machine is checked under its default configuration; ledgers of others stand
 * in folders of their names: `npm run prove -- --bless s370/dual-open`. Monitors are proved where there is a ledger of them, or with `--monitors`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { availableParallelism } from "node:os";
import { bundledMachines, loadMachine } from "./load-machine.js";
import { LEDGER, ledgerOf } from "./ledger.js";
import { MONITOR_LEDGER, MONITOR_QUERIES, monitorLedgerOf, provedMonitors } from "./monitor-ledger.js";
import { configurationOf, performCheck } from "./perform-check.js";

const PROOFS = fileURLToPath(new URL("../../proofs/", import.meta.url));
const RUNS = 300, SEED = 1974, RESOURCE = 40_000_000;

const isBlessing = process.argv.includes("--bless");
const withMonitors = process.argv.includes("--monitors");
const names = process.argv.slice(2).filter((a) => !a.startsWith("--"));
let failures = 0;
for (const name of names.length > 0 ? names : bundledMachines().flatMap((m) => [m, ...otherConfigurations(m)])) {
  const [machineName, configurationName] = name.split("/") as [string, string?];
  const { machine } = await loadMachine(machineName);
  const configuration = configurationOf(machine, configurationName);
  const choice = { use: ["structural", "sampled", "exhaustive", "solver"], runs: RUNS, seed: SEED, resource: RESOURCE, solver: "embedded" } as const;
  const folder = join(PROOFS, name);
  const result = await performCheck({ machine, configuration, choice, jobs: availableParallelism() });
  const proofs = withMonitors || existsSync(join(folder, MONITOR_LEDGER)) ? await provedMonitors({ machine, configuration, choice, jobs: availableParallelism() }) : [];
  const files = new Map([...ledgerOf(machine, configuration, result).files, ...monitorLedgerOf(machine, configuration, proofs)]);
  const kept = new Set([...present(folder, ""), ...present(folder, "queries/"), ...present(folder, MONITOR_QUERIES)]);
  const differing = [...files].filter(([file, text]) => !existsSync(join(folder, file)) || readFileSync(join(folder, file), "utf8") !== text).map(([file]) => file);
  const gone = [...kept].filter((file) => !files.has(file));
  if (isBlessing) {
    for (const file of gone) rmSync(join(folder, file));
    for (const [file, text] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
  } else failures += differing.length + gone.length;
  const { questions, open } = result.statistics;
  process.stdout.write(`${name}: ${result.instructions.length} instructions, ${questions} questions, ${open} open; ${isBlessing ? `${files.size} files written` : differing.length + gone.length === 0 ? "as in the ledger" : `differs from the ledger: ${[...differing, ...gone].join(", ")}`}\n`);
  for (const p of proofs) process.stdout.write(`  under ${p.monitor}, ${p.reading} reading${p.guests === "any" ? "" : ", guests within the configuration"}: ${p.answer}\n`);
}
if (failures > 0) {
  process.stderr.write("the ledger is not what the proofs say; if the new verdicts are right: npm run prove -- --bless, in a commit that says why\n");
  process.exitCode = 1;
}

/** Those of which there is a ledger. */
function otherConfigurations(machine: string): string[] {
  const folder = join(PROOFS, machine);
  return existsSync(folder) ? readdirSync(folder).filter((f) => existsSync(join(folder, f, LEDGER))).map((f) => `${machine}/${f}`).sort() : [];
}

/** What of a machine's folder belongs to the ledger. */
function present(folder: string, sub: string): string[] {
  const at = join(folder, sub);
  return existsSync(at) ? readdirSync(at).filter((f) => f === LEDGER || f === MONITOR_LEDGER || f.endsWith(".smt2")).map((f) => `${sub}${f}`) : [];
}
