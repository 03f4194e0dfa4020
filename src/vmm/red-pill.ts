/**
 * Red pills: guests that find out that they run under a monitor.
 *
 * For a critical instruction the search (`red-pill-search.ts`) finds the shortest program; here it is run once more, both ways and in
 * lock step, by the very monitor that `popek vmm run` uses, and told as plain data. A pill that does not replay is a bug of ours.
 */
import { formatBits } from "../bits/bits.js";
import { componentNamed, type Instruction, type Machine } from "../isa/machine.js";
import { asProcessorOf, type StartState } from "../machine/start-state.js";
import { blockOf, storageGivenOut } from "./allocator.js";
import { bareMachine, createControlProgram, largestSize, type GuestProgram, type MonitorSetting } from "./control-program.js";
import type { Kind } from "./decisions.js";
import { LockStep, type Difference } from "./lock-step.js";
import type { Setting } from "../machine/image.js";
import { Bench, isVisible, LONGEST_RUN } from "./red-pill-bench.js";
import { groundOf, linesOf, sourceOf, type Ground } from "./red-pill-program.js";
import type { PillDifference, ProgramPill } from "./red-pill-result.js";
import { MOST_TRIALS, Search, type FoundPill } from "./red-pill-search.js";

/** What a machine starts with, for a program that lies at these addresses. */
export type Start = (addresses: readonly bigint[]) => StartState;

export interface PillFinder {
  readonly find: (instruction: Instruction) => { readonly pill?: ProgramPill; readonly trials: number };
  /** cells of the guests' storage */
  readonly size: number;
}

/** Cells that guests have, if that is enough for the machine. */
const SMALL = 1024;
const MOST_DIFFERENCES = 8;

export interface SearchOptions {
  /** programs that are tried for one instruction */
  readonly mostTrials?: number;
  /** what programs begin with instead of what `start` makes of their addresses */
  readonly begins?: readonly Setting[];
}

/** Undefined, with the reason, where the machine runs no guests. */
export function createPillFinder(machine: Machine, kind: Kind, critical: ReadonlySet<string>, start: Start, { mostTrials = MOST_TRIALS, begins = [] }: SearchOptions = {}): PillFinder | { readonly reason: string } {
  if (machine.monitor === undefined) return { reason: "the specification declares no monitor, so no guest can be run" };
  if (machine.fetch === undefined) return { reason: "the machine does not fetch its instructions, so there are no programs" };
  const size = sizeFor(machine, start);
  if (size === undefined) return { reason: "no guest fits beside a monitor" };
  const setting: MonitorSetting = { kind, depth: 1, size, quantum: 1_000_000 };
  const real = asProcessorOf(machine, start([]), begins), ground = groundOf(machine, size, real, begins);
  const own = start(begins.length === 0 ? ground.addresses : []);
  const bench = new Bench(machine, setting, own, real);
  const search = new Search(machine, bench, ground, critical, mostTrials);
  return {
    size,
    find: (instruction) => {
      const { found, trials } = search.find(instruction);
      return { trials, pill: found && tell({ machine, setting, own, real, bench, ground }, instruction, found) };
    },
  };
}

/** The smallest power of two of cells that the machine can do with. */
function sizeFor(machine: Machine, start: Start): number | undefined {
  const largest = largestSize(machine, 1, 1), unit = 2 ** (machine.monitor?.shadow?.unit ?? 0);
  const own = start([]);
  for (let size = Math.min(Math.max(SMALL, unit), largest); size >= 1 && size <= largest; size *= 2) {
    if (blockOf(size) % unit !== 0) continue;
    const { cpu } = bareMachine(machine, { name: "", image: { start: 0n, words: [] }, events: [], start: own }, size).platform;
    if (machine.invariants.every((i) => cpu.value(i.predicate) !== 0n)) return size;
  }
  return undefined;
}

interface Scene {
  readonly machine: Machine;
  readonly setting: MonitorSetting;
  readonly own: StartState;
  readonly real: StartState;
  readonly bench: Bench;
  readonly ground: Ground;
}

function tell({ machine, setting, own, real, bench, ground }: Scene, instruction: Instruction, { built, setUp, isVisible: isSeen, isSettled }: FoundPill): ProgramPill {
  const program: GuestProgram = { name: "red pill", image: built.image, events: [], start: own };
  const { divergence } = new LockStep(machine, createControlProgram(machine, [program], setting, real), setting.size).advance(LONGEST_RUN);
  const first = divergence?.differences[0];
  if (divergence === undefined || first === undefined || divergence.steps !== setUp + 1) throw new Error(`bug: the red pill of ${instruction.id} does not replay in lock step`);
  const lines = linesOf(machine, built.items);
  const length = built.items.filter((i) => i.part !== "data").length;
  const { bare, virtual, differences } = bench.runBoth(built.image, MOST_DIFFERENCES);
  const addressWidth = storageGivenOut(machine).indexWidth;
  return {
    form: "program", length, size: setting.size, isVisible: isSeen, ...(isSettled ? {} : { isSettled }),
    lines: lines.map(({ part, address, text, means }) => ({ part, address: formatBits(address, addressWidth, machine.radix), text, means })),
    source: sourceOf(machine, `a red pill: ${instruction.id} of ${machine.name}, for a guest of ${setting.size} cells under a ${setting.kind} monitor`, built.image, lines),
    bare: { end: bare.end, instructions: bare.steps }, virtual: { end: virtual.end, instructions: virtual.steps },
    parting: { instruction: divergence.steps, ...shown(machine, first) },
    differences: differences.map((d): PillDifference => ({ isVisible: d.kind !== "end" && isVisible(componentNamed(machine, d.component)), ...shown(machine, d) })),
  };
}

function shown(machine: Machine, d: Difference): { readonly what: string; readonly bare: string; readonly virtual: string } {
  if (d.kind === "end") return { what: "end", bare: d.bare, virtual: d.virtual };
  const component = componentNamed(machine, d.component);
  const text = (value: bigint): string => formatBits(value, component.width, machine.radix);
  return { what: d.kind === "cell" && component.kind === "array" ? `${d.component}[${formatBits(d.index, component.indexWidth, machine.radix)}]` : d.component, bare: text(d.bare), virtual: text(d.virtual) };
}
