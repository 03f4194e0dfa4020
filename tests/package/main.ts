/**
 * The package as somebody gets it: `npm run package`. Packed, installed into an empty project, and used there: the command, the
 * library with and without a solver, its types, the schemas. `--as-built` packs what is built already, as `npm test` does. It asks the registry for the
 * dependencies: 75 where there is none.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "popek-package-"));

function run(command: string, args: readonly string[], cwd: string, expected = 0): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 300_000, env: { ...process.env, POPEK_CACHE: join(folder, "cache"), NO_COLOR: "1" } });
  assert.equal(status, expected, `${command} ${args.join(" ")} came to ${status}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
  return stdout;
}

const SCRIPT = `
import { readdirSync, readFileSync } from "node:fs";
import { check, checkHtml, checkText, readMachine, trace, traceItf, vmm } from "popek";
import { solverNamed } from "popek/solvers";
const files = readdirSync(new URL("./node_modules/popek/isa-specs/third-generation/", import.meta.url)).filter((f) => f.endsWith(".isa")).sort();
const { machine } = readMachine(files.map((file) => ({ file, text: readFileSync(new URL(import.meta.resolve("popek/isa-specs/third-generation/" + file)), "utf8") })));
const solver = await solverNamed("embedded");
const result = await check(machine, { solver, only: (i) => ["LPSW", "SRB"].includes(i.id) });
await solver.close();
if (!checkHtml(result, {}).startsWith("<!doctype html>")) throw new Error("no page");
JSON.parse(traceItf(trace(machine, result, "LPSW", "control")));
if (typeof vmm.run !== "function") throw new Error("no vmm");
JSON.parse(readFileSync(new URL(import.meta.resolve("popek/schemas/trace.json")), "utf8"));
console.log(checkText(result, { color: false, width: 100, verbose: false }));
`;

const TYPES = `
import { check, readMachine, vmm, type CheckResult, type Solver, type Trace } from "popek";
import { solverNamed } from "popek/solvers";
export async function main(text: string): Promise<CheckResult | undefined> {
  const { machine } = readMachine([{ file: "a.isa", text }]);
  const solver: Solver = await solverNamed("embedded");
  return machine && check(machine, { solver, only: ({ id }) => id !== "NOP" });
}
export const guests = (trace: Trace): number => trace.runs.length + Number(vmm.run.length);
// @ts-expect-error an option that there is not
export const wrong = (m: Parameters<typeof check>[0]): unknown => check(m, { solvr: 1 });
`;

if (spawnSync("npm", ["ping"], { cwd: ROOT, timeout: 60_000 }).status !== 0) {
  process.stderr.write("the registry of packages can't be reached\n");
  process.exit(75);
}
try {
  run("npm", ["pack", "--pack-destination", folder, ...(process.argv.includes("--as-built") ? ["--ignore-scripts"] : [])], ROOT);
  const [archive] = readdirSync(folder).filter((f) => f.endsWith(".tgz"));
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", version: "1.0.0", type: "module", private: true }));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, archive!)], project);

  assert.match(run("npx", ["popek", "--version"], project), /^\d+\.\d+\.\d+\n$/);
  assert.match(run("npx", ["popek", "check", "third-generation", "--only", "LPSW", "--format", "html"], project, 3), /^<!doctype html>/);
  const trace = join(project, "trace.json");
  run("npx", ["popek", "trace", "third-generation", "LPSW", "--format", "json", "--output", trace], project);
  assert.match(run("npx", ["popek", "replay", trace], project), /still so/);

  writeFileSync(join(project, "use.mjs"), SCRIPT);
  assert.match(run(process.execPath, ["use.mjs"], project), /LPSW +yes +yes/);

  writeFileSync(join(project, "use.mts"), TYPES);
  run(process.execPath, [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "--lib", "es2023,dom", "--types", "", "use.mts"], project);
  process.stdout.write("the package installs into an empty project and works there\n");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
