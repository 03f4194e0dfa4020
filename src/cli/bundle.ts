/**
 * A step of the build, not a command: the machines of `isa-specs` in their JSON form, for `load-machine.ts`, and the JSON
 * Schemas, which tsc does not copy.
 */
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { machineJson } from "../isa/json.js";
import { Rejected } from "./failure.js";
import { BUNDLE, bundledMachines, bundlePath, parseMachine, SPECIFICATIONS } from "./load-machine.js";
import { readSpecification } from "./read-specification.js";

const SCHEMAS = ["report/check.schema.json", "report/trace.schema.json", "report/ledger.schema.json", "report/diff.schema.json", "report/certificate.schema.json", "report/repair.schema.json", "report/vmm-prove.schema.json", "isa/machine.schema.json"] as const;

rmSync(BUNDLE, { recursive: true, force: true });
mkdirSync(BUNDLE, { recursive: true });
for (const name of bundledMachines()) {
  const files = readSpecification(join(SPECIFICATIONS, name));
  try {
    const { machine } = await parseMachine(files, new Map(), "", "auto");
    writeFileSync(bundlePath(name, files), JSON.stringify(machineJson(machine)));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    process.stderr.write(error.rendered);
    process.exitCode = 2;
  }
}
for (const schema of SCHEMAS) copyFileSync(fileURLToPath(new URL(`../../src/${schema}`, import.meta.url)), fileURLToPath(new URL(`../${schema}`, import.meta.url)));

// the command is run as a file: npx makes it executable once only, and this build may be a later one
chmodSync(fileURLToPath(new URL("./main.js", import.meta.url)), 0o755);
