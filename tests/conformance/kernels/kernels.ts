/** The kernels there are, what they say here, and what they said on independent systems. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readEvents } from "../../../src/cli/vmm-events.js";
import type { Machine } from "../../../src/isa/machine.js";
import { looksLikeImage } from "../../../src/cli/program-file.js";
import { assemble } from "../../../src/machine/assembler.js";
import { load, type Image } from "../../../src/machine/image.js";
import { startState, startStateOf } from "../../../src/machine/start-state.js";
import { bareMachine, createControlProgram, type GuestProgram } from "../../../src/vmm/control-program.js";
import { LockStep } from "../../../src/vmm/lock-step.js";
import { readSpecification } from "../conformance-machine.js";
import { findTools } from "../tools.js";
import type { Kernel, KernelHost } from "./kernel.js";
import { hercules } from "./hercules.js";
import { mipsBoards } from "./mips-boards.js";
import { pcs } from "./pc.js";
import { versatileBoards } from "./versatile.js";

export const kernels: readonly Kernel[] = [
  { machine: "s370", program: "kernels/kernel.s", monitor: "trap-and-emulate", size: 0x8000, limit: 20_000 },
  { machine: "pdp10", program: "kernels/kernel.s", monitor: "hybrid", size: 0x1000, limit: 20_000 },
  { machine: "mips-r3000", program: "kernels/kernel.s", monitor: "trap-and-emulate", size: 0x4000, limit: 20_000 },
  { machine: "mips-r3000", program: "programs/primes.s", monitor: "trap-and-emulate", size: 0x4000, limit: 1_000_000 },
  { machine: "mips32r2", program: "kernels/kernel.s", monitor: "trap-and-emulate", size: 0x4000, limit: 20_000 },
  { machine: "mips32r2", program: "programs/primes.s", monitor: "trap-and-emulate", size: 0x4000, limit: 1_000_000 },
  { machine: "armv4t", program: "kernels/kernel.s", monitor: "hybrid", size: 0x90000, limit: 20_000 },
  { machine: "armv4t", program: "programs/primes.s", monitor: "hybrid", size: 0x80000, limit: 20_000 },
  { machine: "armv7a", program: "kernels/kernel.s", monitor: "hybrid", size: 0x90000, limit: 20_000 },
  { machine: "armv7a", program: "programs/primes.s", settings: new Map([["AS_CORES", 1]]), monitor: "trap-and-emulate", size: 0x80000, limit: 20_000 },
  { machine: "x86", program: "programs/kernel.image", monitor: "hybrid", size: 0x40000, limit: 20_000 },
  { machine: "x86", program: "programs/primes.image", monitor: "trap-and-emulate", size: 0x20000, limit: 1_000_000 },
];

/** Machines whose kernels no independent system loads, and why. */
export const withoutHost: ReadonlyMap<string, string> = new Map([
  ["pdp10", "SIMH's KS10 is a later processor: it relocates by pages and has no protection and relocation register for DATAO APR, to set, and no teletype at device 120; its console is words of storage that a front-end computer reads. A simulator of the KA10 is not among Debian's packages"],
]);

export const hosts: readonly KernelHost[] = [...versatileBoards, ...mipsBoards, hercules, ...pcs];

// ---------------------------------------------------------------- here

export interface Assembled {
  readonly machine: Machine;
  readonly guest: GuestProgram;
  readonly image: Image;
  /** SHA-256 of the image */
  readonly hash: string;
  readonly entry: bigint;
}

const programOf = ({ machine, program }: Kernel): URL => new URL(`../../../isa-specs/${machine}/${program}`, import.meta.url);

const specifications = new Map<string, Machine>();

/** A machine that has several kernels is read once for each setting. */
function specificationOf({ machine: name, settings }: Kernel): Machine {
  const key = JSON.stringify([name, ...(settings ?? [])]);
  const machine = specifications.get(key) ?? readSpecification(name, settings);
  specifications.set(key, machine);
  return machine;
}

export function assembledKernel(kernel: Kernel, machine: Machine = specificationOf(kernel)): Assembled {
  const file = programOf(kernel);
  const text = readFileSync(file, "utf8");
  const { image, diagnostics } = (looksLikeImage(text) ? load : assemble)(machine, text, kernel.program);
  if (diagnostics.length > 0) throw new Error(`${kernel.machine}/${kernel.program}:${diagnostics[0]!.span.line} ${diagnostics[0]!.message}`);
  const timetable = new URL(file.href.replace(/\.\w+$/, ".events"));
  const events = existsSync(timetable) ? readEvents(machine, readFileSync(timetable, "utf8"), timetable.pathname, 1, kernel.limit)[0]! : [];
  const cells = image.words.map(([at, value]) => `${at.toString(16)}: ${value.toString(16)}\n`).join("");
  const entry = image.start;
  return { machine, image, entry, hash: createHash("sha256").update(`${entry.toString(16)}\n${cells}`).digest("hex"), guest: { name: kernel.program, image, events, start: startStateOf(machine, image) } };
}

const textOf = (sent: readonly number[]): string => String.fromCharCode(...sent);

/** What it sends on Popek's bare machine. */
export function saidBare({ size, limit }: Kernel, { machine, guest }: Assembled): string {
  const bare = bareMachine(machine, guest, size);
  bare.advance(limit);
  if (bare.end?.kind !== "halt") throw new Error(`${guest.name} of ${machine.name} has not halted after ${bare.steps} instructions`);
  return textOf(bare.platform.output());
}

/** What it sends under its monitor, in lock step with its bare machine. */
export function saidVirtually({ monitor, size, limit }: Kernel, { machine, guest }: Assembled): { readonly said: string; readonly divergence: unknown } {
  const program = createControlProgram(machine, [guest], { kind: monitor, depth: 1, size, quantum: 1000 }, startState(machine, []));
  const { divergence } = new LockStep(machine, program, size).advance(limit);
  return { said: textOf(program.guests[0]!.machine.output()), divergence };
}

// ---------------------------------------------------------------- there

export interface RecordedKernels {
  readonly machine: string;
  readonly system: string;
  readonly version: string;
  readonly kernels: readonly { readonly program: string; /** SHA-256 of its image */ readonly image: string; readonly said: string }[];
}

export const recordOf = ({ machine, name }: KernelHost): URL => new URL(`../../../proofs/${machine}/kernels-${name}.json`, import.meta.url);

/** What it had said when it was killed, and that it was. */
function howItFailed(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const said = "stdout" in error && typeof error.stdout === "string" ? error.stdout : "";
  return `${said.slice(0, 1000)} (and then: ${error.message.slice(0, 300)})`;
}

/** Runs a machine's kernels on its systems; whether they say the same there as here. Then it is recorded. Throws OracleUnavailable where a system can't be had. */
export async function runKernels(machine: string, say: (message: string) => void): Promise<boolean> {
  let isSame = true;
  for (const host of hosts.filter((h) => h.machine === machine)) {
    const version = findTools(host.tools, say);
    const recorded: RecordedKernels["kernels"][number][] = [];
    for (const kernel of kernels.filter((k) => k.machine === machine)) {
      const own = assembledKernel(kernel);
      const here = saidBare(kernel, own), there = await host.run(own.image, own.entry).catch(howItFailed);
      if (here !== there) {
        say(`${kernel.program}: here ${JSON.stringify(here)}, on ${host.title} ${JSON.stringify(there)}`);
        isSame = false;
      }
      recorded.push({ program: kernel.program, image: own.hash, said: there });
    }
    process.stdout.write(`${machine} on ${host.title}: ${recorded.length} kernels, ${isSame ? "all say what they say here" : "not all say what they say here"}\n`);
    if (!isSame || recorded.length === 0) continue;
    const file = recordOf(host);
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ machine, system: host.title, version, kernels: recorded } satisfies RecordedKernels, undefined, 2)}\n`);
  }
  return isSame;
}
