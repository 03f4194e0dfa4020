/**
 * Red pills on an independent system: those that `popek redpill --emit` writes are run there, and have to say what they say on
 * popek's own bare machine. What they said is recorded with the hash of the binary that said it.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSpecification as filesOf } from "../../src/cli/read-specification.js";
import type { Instruction, Machine } from "../../src/isa/machine.js";
import { reachable } from "../../src/isa/term.js";
import { readMachine } from "../../src/language/read-machine.js";
import { startState } from "../../src/machine/start-state.js";
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

/** A machine whose critical instructions have pills, and which those are. */
export interface PillSubject {
  readonly what: string;
  readonly machine: Machine;
  readonly critical: readonly string[];
  /** those of them of which pills are looked for */
  readonly sought: readonly string[];
}

/** Of each machine on which no program tells the worlds apart, an instruction whose check is taken out; in supervisor state, where an emulator runs it, that is the same machine. */
const LET_THROUGH: Readonly<Record<string, { readonly what: string; readonly check: RegExp; readonly critical: (machine: Machine) => readonly string[] }>> = {
  // Only STCK is critical, in the extended reading, and no program is found for it: the VM map gives each guest its clock. This is the machine of isa-specs/s370/why-lra-matters.md.
  s370: {
    what: "with LRA allowed in problem state", check: /(instruction LRA [\s\S]*?step \{\n) +trap privilegedOperation\(\) when Problem == 1\n/,
    critical: () => ["LRA"],
  },
  // Nothing is critical: coprocessor 0 is the kernel's. Its registers show the monitor's values where they may be read by everybody.
  mips32r2: {
    what: "with MFC0 allowed in user mode", check: /(instruction MFC0 [\s\S]*?step \{\n) +trap unusable\(0\) when isUnusable\(\)\n/,
    critical: (machine) => machine.instructions.flatMap(({ id }) => (/^MFC0\[d=\w+\]$/.test(id) ? [id] : [])),
  },
};

/** Of machines with many, those that are recorded. Each is critical in the ledger. */
const ASKED_ONE_BY_ONE: Readonly<Record<string, readonly string[]>> = {
  x86: [
    "MOV[to=ds]", "MOV[from=cs]", "PUSH[from=cs]", "LDS", "SGDT", "SIDT", "SLDT", "STR", "LAR", "LSL", "VERR", "VERW", "ARPL", "SMSW", "PUSHF", "POPF",
  ],
};

export function subjectOf(name: string): PillSubject {
  const asked = ASKED_ONE_BY_ONE[name];
  if (asked !== undefined) return { what: name, machine: readSpecification(name), critical: asked, sought: asked };
  const letThrough = LET_THROUGH[name];
  if (letThrough === undefined) {
    const critical = criticalOf(name);
    return { what: name, machine: readSpecification(name), critical, sought: critical };
  }
  const files = filesOf(fileURLToPath(new URL(`../../isa-specs/${name}/`, import.meta.url))).map(({ file, bytes }) => ({ file, text: new TextDecoder().decode(bytes) }));
  const without = files.map(({ file, text }) => ({ file, text: text.replace(letThrough.check, "$1") }));
  if (without.every((f, i) => f.text === files[i]!.text)) throw new Error(`bug: there is no check of ${name} to take out: ${letThrough.check.source}`);
  const { machine, diagnostics } = readMachine(without);
  if (machine === undefined) throw new Error(`bug: ${name} ${letThrough.what} is not read: ${diagnostics[0]?.message ?? ""}`);
  const critical = letThrough.critical(machine);
  // what the manual leaves undefined tells nobody anything
  const isDefined = ({ step }: Instruction): boolean => reachable([...step.next.values()]).every((t) => t.op !== "variable" || t.space !== "choice");
  return { what: `${name}, ${letThrough.what}`, machine, critical, sought: machine.instructions.flatMap((i) => (critical.includes(i.id) && isDefined(i) ? [i.id] : [])) };
}

const start = (machine: Machine): Start => (addresses) => startState(machine, addresses);

type FoundPill = readonly [id: string, pill: HostedPill | RefusedPill];

/** Every such instruction's pill for the host (or of those asked for), or why there is none, in the order of the specification. */
export const pillsFor = (subject: PillSubject, host: PillHost, only = subject.sought): readonly FoundPill[] => [...eachPill(subject, host, only)];

function* eachPill({ machine, critical, sought }: PillSubject, host: PillHost, only = sought): Iterable<FoundPill> {
  const finder = createPillFinder(machine, "trap-and-emulate", new Set(critical), start(machine), { begins: host.begins });
  if ("reason" in finder) throw new Error(`bug: ${finder.reason}`);
  for (const instruction of machine.instructions.filter((i) => only.includes(i.id))) {
    const refused = host.refuses?.(instruction.id);
    const pill = refused === undefined ? finder.find(instruction).pill : undefined;
    yield [instruction.id, pill === undefined ? { kind: "refused", because: refused ?? "no program was found" } : host.host(machine, instruction.id, pill)];
  }
}

/** What is recorded of a pill, but for what the independent system says. */
export function saidHere(machine: Machine, id: string, pill: HostedPill): Omit<Extract<RecordedPill, { readonly files: string }>, "there"> {
  const hash = createHash("sha256");
  for (const [name, content] of pill.files) hash.update(`${name}\0`).update(content);
  return { id, files: hash.digest("hex"), ...saidInBothWorlds(machine, pill, "trap-and-emulate", start(machine)) };
}

/**
 * Whether all agree; then it is recorded. Throws OracleUnavailable where the system is not installed.
 *
 * @param only run these, and keep what is recorded of the others
 */
export function runRedPills(name: string, say: (message: string) => void, only?: readonly string[]): boolean {
  const host = hostOf(name);
  if (host === undefined) throw new OracleUnavailable(`no emulator is known that runs red pills of ${name}`);
  if (spawnSync("sh", ["-c", `command -v ${host.command}`]).status !== 0) throw new OracleUnavailable(`found no ${host.command}: apt-get install ${host.debian}`);
  const subject = subjectOf(name), { machine } = subject;
  const unknown = only?.filter((id) => !subject.sought.includes(id)) ?? [];
  if (unknown.length > 0) throw new OracleUnavailable(`no red pill is looked for of ${unknown.join(", ")}; there are ${subject.sought.join(", ")}`);
  const recorded = [...map(eachPill(subject, host, only), ([id, pill]): RecordedPill => {
    if (pill.kind === "refused") {
      say(`${id}: not there: ${pill.because}`);
      return { id, because: pill.because };
    }
    const here = saidHere(machine, id, pill);
    if (here.bare !== SAYS.bare || here.virtual !== SAYS.virtual) {
      const because = `with what is needed around it, the program does not tell: bare it prints ${JSON.stringify(here.bare)}, under the monitor ${JSON.stringify(here.virtual)}`;
      say(`${id}: not there: ${because}`);
      return { id, because };
    }
    const own = { ...here, there: saidThere(id, pill) };
    say(`${id}: bare "${own.bare}", under the monitor "${own.virtual}", on ${host.title} "${own.there}"`);
    return own;
  })];
  const hosted = recorded.flatMap((r) => ("files" in r ? [r] : []));
  const wrong = hosted.filter((r) => r.bare !== SAYS.bare || r.virtual !== SAYS.virtual || r.there !== r.bare).length;
  process.stdout.write(`${subject.what} on ${host.title}: ${hosted.length - wrong} red pills say the same there as bare, ${wrong} do not, ${recorded.length - hosted.length} can't be run there\n`);
  if (wrong > 0 || (only === undefined && hosted.length === 0)) return false;
  const file = recordOf(name, host.name);
  const kept = only === undefined || !existsSync(file) ? [] : (JSON.parse(readFileSync(file, "utf8")) as { readonly pills: readonly RecordedPill[] }).pills;
  const pills = subject.sought.flatMap((id) => recorded.find((r) => r.id === id) ?? kept.find((r) => r.id === id) ?? []);
  writeFileSync(file, `${JSON.stringify({ machine: subject.what, system: host.title, pills }, undefined, 2)}\n`);
  return true;
}

/** One by one, so that each is told when it is known: a search may take a minute. */
function* map<A, B>(all: Iterable<A>, of: (one: A) => B): Iterable<B> {
  for (const one of all) yield of(one);
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
