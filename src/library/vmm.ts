/** The monitor of a machine as functions: guests run under it, and the proofs that it is one. */
import type { Machine } from "../isa/machine.js";
import { createCpu } from "../machine/cpu.js";
import type { Image } from "../machine/image.js";
import { startState, startStateOf } from "../machine/start-state.js";
import { vmmRunResult } from "../report/vmm-run-result.js";
import type { VmmRunResult } from "../report/vmm-run.js";
import { cellsNeeded, cellsThereAre, createControlProgram, largestSize, USUAL_SIZE, type MonitorSetting } from "../vmm/control-program.js";
import type { Kind } from "../vmm/decisions.js";
import { LockStep, type Divergence } from "../vmm/lock-step.js";
import { beginsOf } from "../vmm/hosts/hosts.js";
import { createPillFinder } from "../vmm/red-pill.js";
import type { ProgramPill } from "../vmm/red-pill-result.js";
import { traceOfPill } from "../vmm/red-pill-trace.js";
import type { TimedEvent } from "../vmm/timed-run.js";
import { proveSlice } from "../vmm/prove-slice.js";
import type { MonitorName, ProveResult } from "../vmm/prove-result.js";
import { proveMachine, readMonitor } from "../vmm/prove.js";
import { sliceOf } from "../verdict/classify-slice.js";
import type { Trace } from "../verdict/trace.js";
import { Interrupted } from "../verdict/check.js";
import { configurationOf, enginesOf, RequestError, turn, type CheckOptions } from "./options.js";

export interface ProveOptions extends CheckOptions {
  /** trap-and-emulate if not given; `recursive:3` for three, one on the other */
  readonly monitor?: MonitorName;
  /** which components count as resources; extended if not given */
  readonly reading?: "strict" | "extended";
  /** what is known of guests: nothing, or that they never give their own users more than the configuration; nothing if not given */
  readonly guests?: ProveResult["guests"];
}

/**
 * Proves fidelity, safety and efficiency of every instruction under a monitor, and the lemmas on its map.
 *
 * @throws RequestError if there is no such configuration or monitor; Interrupted after the signal
 */
export async function prove(machine: Machine, options: ProveOptions = {}): Promise<ProveResult> {
  const configuration = configurationOf(machine, options.configuration), engines = enginesOf(options);
  const { monitor = "trap-and-emulate", reading = "extended", guests = "any" } = options;
  if (readMonitor(monitor) === undefined) throw new RequestError(`there is no monitor ${monitor}`);
  return proveMachine(machine, {
    monitor, reading, guests, configuration, engines: { ...engines, cpu: createCpu(machine) }, only: options.only, signal: options.signal, onProgress: options.onProgress,
    prover: async (instruction, monitoring, map) => {
      await turn();
      return proveSlice({ slice: sliceOf(machine, instruction), monitoring, map }, configuration.name, engines);
    },
  });
}

export interface GuestImage {
  readonly name: string;
  /** what `assemble` or `load` made of a program */
  readonly image: Image;
  /** events from outside, by the number of the guest's instruction */
  readonly events?: readonly TimedEvent[];
}

export interface RunOptions {
  readonly kind?: Kind;
  /** monitors on one another; 1 */
  readonly depth?: number;
  /** cells of each guest's storage; as many as fit if not given, 4 million at most */
  readonly size?: number;
  /** instructions of one guest before it is the next one's turn; 10,000 */
  readonly quantum?: number;
  /** instructions of guests in all; 100 million */
  readonly limit?: number;
  /** compares each guest with its bare machine all the way */
  readonly lockStep?: boolean;
  readonly signal?: AbortSignal;
}

/** Instructions between two looks at the signal. */
const SLICE = 1_000_000;

/**
 * Runs guests under a monitor until all have stopped, or to the limit.
 *
 * @throws RequestError if the machine declares no monitor or fetches nothing, or the guests do not fit; Interrupted after the signal
 */
export async function run(machine: Machine, guests: readonly GuestImage[], options: RunOptions = {}): Promise<VmmRunResult> {
  if (machine.monitor === undefined || machine.fetch === undefined) throw new RequestError(`${machine.name} declares no monitor, or fetches no instructions`);
  if (guests.length === 0) throw new RequestError("there are no guests");
  const { kind = "trap-and-emulate", depth = 1, quantum = 10_000, limit = 100_000_000, lockStep = false, signal } = options;
  const size = options.size ?? Math.min(largestSize(machine, guests.length, depth), USUAL_SIZE);
  const setting: MonitorSetting = { kind, depth, quantum, size };
  const cells = cellsThereAre(machine);
  if (size === 0 || cellsNeeded(machine, guests.length, setting) > cells) throw new RequestError(`${guests.length} guests of ${size} cells and their monitors do not fit into ${cells} cells`);
  for (const { name, image } of guests) if (image.words.some(([address]) => address >= BigInt(size))) throw new RequestError(`${name} places a word outside its ${size} cells`);
  const programs = guests.map(({ name, image, events = [] }) => ({ name, image, events, start: startStateOf(machine, image) }));
  const program = createControlProgram(machine, programs, setting, startState(machine, []));
  const compared = lockStep ? new LockStep(machine, program, size) : undefined;
  let divergence: Divergence | undefined;
  for (let begun = 0; begun < limit && divergence === undefined && !program.isOver();) {
    await turn();
    if (signal?.aborted === true) throw new Interrupted();
    const slice = Math.min(SLICE, limit - begun);
    if (compared === undefined) begun += program.advance(slice);
    else {
      const more = compared.advance(slice);
      begun += more.begun;
      divergence = more.divergence;
    }
  }
  return vmmRunResult(machine, program, setting, { isInterrupted: false, lockStep: compared && { comparisons: compared.compared, divergence } });
}

export interface RedPillOptions {
  readonly configuration?: string;
  /** trap-and-emulate if not given */
  readonly kind?: Kind;
  /** what else is critical, and so stands in no program beside the instruction */
  readonly critical?: readonly string[];
}

/** A guest that finds out, and how it runs both ways; `trials`: programs that were tried. */
export interface RedPill {
  readonly trials: number;
  readonly found?: { readonly pill: ProgramPill; readonly trace: Trace };
}

/**
 * The shortest guest program with this instruction that ends differently bare and under the monitor, as `popek redpill` looks for it.
 *
 * @throws RequestError if there is no such instruction or configuration, or the machine runs no guests
 */
export function redPill(machine: Machine, id: string, { configuration, kind = "trap-and-emulate", critical = [] }: RedPillOptions = {}): RedPill {
  const instruction = machine.instructions.find((i) => i.id === id), own = configurationOf(machine, configuration);
  if (instruction === undefined) throw new RequestError(`${machine.name} has no instruction ${id}`);
  const finder = createPillFinder(machine, kind, new Set([id, ...critical]), (addresses) => startState(machine, addresses), { begins: beginsOf(machine.name) });
  if ("reason" in finder) throw new RequestError(finder.reason);
  const { pill, trials } = finder.find(instruction);
  return pill === undefined ? { trials } : { trials, found: { pill, trace: traceOfPill(machine, own, instruction, kind, pill) } };
}
