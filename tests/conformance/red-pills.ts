/**
 * Red pills on an independent system: those that `popek redpill --emit` writes are run there, and have to say what they say on
 * popek's own bare machine. What they said is recorded with the hash of the binary that said it.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startState } from "../../src/machine/start-state.js";
import type { Machine } from "../../src/isa/machine.js";
import { saidInBothWorlds } from "../../src/vmm/hosts/both-worlds.js";
import { fileNameOf, SAYS, type HostedPill, type PillHost, type RefusedPill } from "../../src/vmm/hosts/host.js";
import { hostOf } from "../../src/vmm/hosts/hosts.js";
import { createPillFinder, type Start } from "../../src/vmm/red-pill.js";
import { OracleUnavailable } from "./case.js";
import { readSpecification } from "./conformance-machine.js";
import { criticalOf } from "./ledger-critical.js";

const TIME_LIMIT_MS = 60_000;

export type RecordedPill =
  | { readonly id: string; /** SHA-256 of its files, in order */ readonly files: string; readonly bare: string; readonly virtual: string; /** on the independent system */ readonly there: string }
  | { readonly id: string; readonly because: string };

export const recordOf = (machine: string, host: string): URL => new URL(`../../proofs/${machine}/red-pills-${host}.json`, import.meta.url);

const start = (machine: Machine): Start => (addresses) => startState(machine, addresses);

/** Every critical instruction's pill for the host, or why there is none, in the order of the specification. */
export function pillsFor(machine: Machine, host: PillHost): readonly (readonly [id: string, pill: HostedPill | RefusedPill])[] {
  const ids = criticalOf(machine.name);
  const finder = createPillFinder(machine, "trap-and-emulate", new Set(ids), start(machine));
  if ("reason" in finder) throw new Error(`bug: ${finder.reason}`);
  return machine.instructions.filter((i) => ids.includes(i.id)).map((instruction) => {
    const { pill } = finder.find(instruction);
    return [instruction.id, pill === undefined ? { kind: "refused", because: "no program was found" } : host.host(machine, instruction.id, pill)];
  });
}

/** What is recorded of a pill, but for what the independent system says. */
export function saidHere(machine: Machine, id: string, pill: HostedPill): Omit<Extract<RecordedPill, { readonly files: string }>, "there"> {
  const hash = createHash("sha256");
  for (const [name, content] of pill.files) hash.update(`${name}\0`).update(content);
  return { id, files: hash.digest("hex"), ...saidInBothWorlds(machine, pill, "trap-and-emulate", start(machine)) };
}

/** Whether all agree; then it is recorded. Throws OracleUnavailable where the system is not installed. */
export function runRedPills(name: string, say: (message: string) => void): boolean {
  const host = hostOf(name);
  if (host === undefined) throw new OracleUnavailable(`no emulator is known that runs red pills of ${name}`);
  if (spawnSync("sh", ["-c", `command -v ${host.command}`]).status !== 0) throw new OracleUnavailable(`found no ${host.command}: apt-get install ${host.debian}`);
  const machine = readSpecification(name);
  const recorded = pillsFor(machine, host).map(([id, pill]): RecordedPill => {
    if (pill.kind === "refused") {
      say(`${id}: not there: ${pill.because}`);
      return { id, because: pill.because };
    }
    const own = { ...saidHere(machine, id, pill), there: saidThere(id, pill) };
    say(`${id}: bare "${own.bare}", under the monitor "${own.virtual}", on ${host.title} "${own.there}"`);
    return own;
  });
  const hosted = recorded.flatMap((r) => ("files" in r ? [r] : []));
  const wrong = hosted.filter((r) => r.bare !== SAYS.bare || r.virtual !== SAYS.virtual || r.there !== r.bare).length;
  process.stdout.write(`${name} on ${host.title}: ${hosted.length - wrong} red pills say the same there as bare, ${wrong} do not, ${recorded.length - hosted.length} can't be run there\n`);
  if (wrong > 0 || hosted.length === 0) return false;
  writeFileSync(recordOf(name, host.name), `${JSON.stringify({ machine: name, system: host.title, pills: recorded }, undefined, 2)}\n`);
  return true;
}

/** What it prints on the independent system: one of the two sentences, or whatever else. */
function saidThere(id: string, { files }: HostedPill): string {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    for (const [file, content] of files) writeFileSync(join(folder, file), content, { mode: 0o755 });
    const { stdout, error } = spawnSync(join(folder, `${fileNameOf(id)}.run`), { encoding: "latin1", timeout: TIME_LIMIT_MS });
    const found = Object.values(SAYS).filter((text) => (stdout ?? "").includes(text));
    return found.length === 1 ? found[0]! : `${error?.message ?? ""}${(stdout ?? "").slice(0, 200)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
