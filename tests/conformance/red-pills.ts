/**
 * Red pills on an independent system: those that `popek redpill --emit` writes are run there, and have to say what they say on
 * popek's own bare machine.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startState } from "../../src/machine/start-state.js";
import { saidInBothWorlds } from "../../src/vmm/hosts/both-worlds.js";
import { fileNameOf, SAYS } from "../../src/vmm/hosts/host.js";
import { hostOf } from "../../src/vmm/hosts/hosts.js";
import { createPillFinder, type Start } from "../../src/vmm/red-pill.js";
import { OracleUnavailable } from "./case.js";
import { readSpecification } from "./conformance-machine.js";
import { criticalOf } from "./ledger-critical.js";

const TIME_LIMIT_MS = 60_000;

/** Whether all agree. Throws OracleUnavailable where the system is not installed. */
export function runRedPills(name: string, say: (message: string) => void): boolean {
  const host = hostOf(name);
  if (host === undefined) throw new OracleUnavailable(`no emulator is known that runs red pills of ${name}`);
  if (spawnSync("sh", ["-c", `command -v ${host.command}`]).status !== 0) throw new OracleUnavailable(`found no ${host.command}: apt-get install ${host.debian}`);
  const machine = readSpecification(name);
  const start: Start = (addresses) => startState(machine, addresses);
  const ids = criticalOf(name);
  const finder = createPillFinder(machine, "trap-and-emulate", new Set(ids), start);
  if ("reason" in finder) throw new Error(`bug: ${finder.reason}`);
  let agree = 0, wrong = 0, refused = 0;
  for (const instruction of machine.instructions.filter((i) => ids.includes(i.id))) {
    const { pill } = finder.find(instruction);
    const hosted = pill === undefined ? undefined : host.host(machine, instruction.id, pill);
    if (hosted === undefined || hosted.kind === "refused") {
      refused++;
      say(`${instruction.id}: not there: ${hosted?.because ?? "no program was found"}`);
      continue;
    }
    const here = saidInBothWorlds(machine, hosted, "trap-and-emulate", start);
    const folder = mkdtempSync(join(tmpdir(), "popek-"));
    try {
      for (const [file, content] of hosted.files) writeFileSync(join(folder, file), content, { mode: 0o755 });
      const { stdout } = spawnSync(join(folder, `${fileNameOf(instruction.id)}.run`), { encoding: "latin1", timeout: TIME_LIMIT_MS });
      const there = Object.values(SAYS).filter((text) => stdout.includes(text));
      const isSame = there.length === 1 && there[0] === here.bare && here.virtual === SAYS.virtual;
      if (isSame) agree++;
      else wrong++;
      say(`${instruction.id}: bare "${here.bare.trim()}", under the monitor "${here.virtual.trim()}", on ${host.title} "${there.join(" and ") || stdout.slice(0, 200)}"`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  process.stdout.write(`${name} on ${host.title}: ${agree} red pills say the same there as bare, ${wrong} do not, ${refused} can't be run there\n`);
  return wrong === 0 && agree > 0;
}
