/**
 * The bench on which programs are tried: one bare machine and one virtual machine, put back to the same beginning for each of them.
 *
 * A program ends differently where one of the two machines stops otherwise than the other, or where what the guest can see in the
 * end (its registers, its program counter, its storage) differs. That only the simulated mode or map differs the guest has not
 * seen yet.
 */
import { mask } from "../bits/bits.js";
import { isGuestsOwn, type Component, type Machine } from "../isa/machine.js";
import type { VariableTerm } from "../isa/term.js";
import { cellsThatDiffer, comparing } from "../machine/cpu.js";
import { loadImage, type Image } from "../machine/image.js";
import type { StartState } from "../machine/start-state.js";
import { bareMachine, createControlProgram, type Guest, type GuestProgram, type MonitorSetting } from "./control-program.js";
import { endText, type Difference } from "./lock-step.js";
import type { TimedRun } from "./timed-run.js";

/** Instructions after which a program that has not stopped is looked at. */
export const LONGEST_RUN = 32;

/** Differences that are looked at to find out what differs. */
const MOST_DIFFERING = 32;

export interface Trial {
  /** what there is to see in the end: nothing, only for the monitor, or for the guest */
  readonly shows: "nothing" | "hidden" | "visible";
  /** how many of the two runs have halted */
  readonly halted: number;
  /** instructions that the longer run has begun */
  readonly steps: number;
}

/** One run of both, and what it came to. */
export interface BothRuns {
  readonly bare: { readonly end: string; readonly steps: number };
  readonly virtual: { readonly end: string; readonly steps: number };
  /** what the guest can see comes first */
  readonly differences: readonly Difference[];
}

export class Bench {
  private readonly bare: TimedRun;
  private readonly guest: Guest;
  private readonly backBare: () => void;
  private readonly backVirtual: () => void;
  private readonly lengths: ReadonlyMap<string, number>;
  private readonly visible: () => unknown;
  private readonly all: () => unknown;
  trials = 0;
  /** on a machine that nothing halts, a run is over where it stays */
  isOverWhereItStays = false;

  /** @param start what the guest starts with; @param real the real machine's */
  constructor(private readonly machine: Machine, readonly setting: MonitorSetting, start: StartState, real: StartState) {
    const empty: GuestProgram = { name: "red pill", image: { start: 0n, words: [] }, events: [], start };
    this.bare = bareMachine(machine, empty, setting.size);
    const program = createControlProgram(machine, [empty], setting, real);
    this.guest = program.guests[0]!;
    this.backBare = this.bare.save();
    this.backVirtual = program.save();
    const lengthOf = (c: Component): number => (c.kind === "register" ? 1 : this.guest.machine.arrays.get(c.name)?.size ?? 2 ** c.indexWidth);
    this.lengths = new Map(machine.components.map((c): [string, number] => [c.name, lengthOf(c)]));
    const between = (components: ReadonlyMap<string, number>): (() => unknown) => comparing(this.guest.machine.cpu, this.bare.platform.cpu, components);
    this.visible = between(new Map([...this.lengths].filter(([name]) => isVisible(machine.components.find((c) => c.name === name)!))));
    this.all = between(this.lengths);
  }

  /**
   * Runs the program both ways to its end.
   *
   * @param length instructions in it: on a machine that nothing halts, where both runs stay after so many, nothing more will come
   */
  try(image: Image, length: number): Trial {
    this.trials++;
    this.begin(image);
    const isOver = this.isOverWhereItStays && length < LONGEST_RUN && this.staying(length) === 2;
    if (!isOver) this.advance(LONGEST_RUN);
    const steps = isOver ? length : Math.max(this.bare.steps, this.guest.run.steps);
    const ends = [this.bare.end?.kind, this.guest.run.end?.kind];
    if (ends.includes("beyond")) return { shows: "nothing", halted: 0, steps };
    const differs = endText(this.bare) !== endText(this.guest.run) || this.bare.steps !== this.guest.run.steps;
    const shows = differs || this.visible() !== undefined ? "visible" : this.all() !== undefined ? "hidden" : "nothing";
    return { shows, halted: isOver ? 2 : this.isOverWhereItStays ? this.staying(LONGEST_RUN) : ends.filter((k) => k === "halt").length, steps };
  }

  /** How many of the two runs are left where they are by the instruction after so many. */
  private staying(behind: number): number {
    this.advance(behind);
    const counters = this.machine.components.filter((c) => c.kind === "register" && c.role === "program-counter").map((c) => c.name);
    const at = (run: TimedRun): string => counters.map((name) => run.platform.cpu.get(name)).join();
    const runs = [this.bare, this.guest.run], before = runs.map(at);
    this.advance(behind + 1);
    return runs.filter((run, i) => run.end === undefined && at(run) === before[i]).length;
  }

  /** The number of instructions after which the two states first differ anywhere; undefined: they don't. */
  firstDifference(image: Image): number | undefined {
    this.begin(image);
    for (let n = 1; n <= LONGEST_RUN; n++) {
      this.advance(n);
      if (this.bare.steps !== this.guest.run.steps || endText(this.bare) !== endText(this.guest.run) || this.all() !== undefined) return n;
      if (this.bare.end !== undefined) return undefined;
    }
    return undefined;
  }

  /** The components in which the two states differ where they first do, if that is after so many instructions. */
  differingFirstAfter(image: Image, instructions: number): readonly string[] | undefined {
    this.trials++;
    if (this.firstDifference(image) !== instructions) return undefined;
    return this.differences(MOST_DIFFERING).flatMap((d) => (d.kind === "end" ? [] : [d.component])).filter((name, i, all) => all.indexOf(name) === i);
  }

  /** The bare machine alone, for so many instructions: its registers, or undefined where it has stopped. */
  bareAfter(image: Image, instructions: number): ReadonlyMap<string, bigint> | undefined {
    this.trials++;
    this.begin(image);
    this.bare.advance(instructions);
    return this.bare.end === undefined ? registersOf(this.bare, isGuestsOwn) : undefined;
  }

  /** Whether the bare machine comes to the same by every extreme of what the manual leaves undefined: all 0, and all ones. */
  isSettled(image: Image, instructions = LONGEST_RUN): boolean {
    const { cpu } = this.bare.platform;
    const ends = [(): bigint => 0n, (v: VariableTerm): bigint => mask(v.width)].map((policy) => {
      cpu.setChoices(policy);
      this.begin(image);
      this.bare.advance(instructions);
      return `${endText(this.bare)} ${this.bare.steps} ${[...registersOf(this.bare)].join(" ")}`;
    });
    cpu.setChoices(() => 0n);
    return ends[0] === ends[1];
  }

  /** Both runs to the end, and everything that differs there. */
  runBoth(image: Image, mostDifferences: number): BothRuns {
    this.begin(image);
    this.advance(LONGEST_RUN);
    const of = (run: TimedRun): BothRuns["bare"] => ({ end: endText(run), steps: run.steps });
    return { bare: of(this.bare), virtual: of(this.guest.run), differences: this.differences(mostDifferences) };
  }

  private begin(image: Image): void {
    this.backBare();
    this.backVirtual();
    loadImage(this.machine, image, this.bare.platform.cpu);
    loadImage(this.machine, image, this.guest.machine.cpu);
  }

  private advance(to: number): void {
    this.bare.advance(to);
    this.guest.run.advance(to);
  }

  private differences(most: number): readonly Difference[] {
    const a = this.bare.platform.cpu, b = this.guest.machine.cpu;
    const found: Difference[] = [];
    for (const c of [...this.machine.components.filter(isVisible), ...this.machine.components.filter((c) => !isVisible(c))]) {
      if (c.kind === "register") {
        const bare = a.get(c.name), virtual = b.get(c.name);
        if (bare !== virtual) found.push({ kind: "register", component: c.name, bare, virtual });
        continue;
      }
      for (const at of cellsThatDiffer(b, a, c.name, this.lengths.get(c.name)!)) {
        if (found.length >= most) break;
        const index = BigInt(at);
        found.push({ kind: "cell", component: c.name, index, bare: a.getCell(c.name, index), virtual: b.getCell(c.name, index) });
      }
    }
    return found.slice(0, most);
  }
}

/** What the guest's own instructions show it: its registers, its program counter, its storage. */
export function isVisible(c: Component): boolean {
  return isGuestsOwn(c) || c.role === "storage";
}

/** Index bits of the arrays that are looked at as registers are. */
const WIDEST_INDEX = 6;

/** All registers, and the cells of small arrays, those that are asked for. */
export function registersOf({ platform: { cpu } }: TimedRun, isAsked: (c: Component) => boolean = () => true): ReadonlyMap<string, bigint> {
  return new Map(cpu.machine.components.flatMap((c): [string, bigint][] => {
    if (c.kind === "register") return [[c.name, cpu.get(c.name)]];
    return isAsked(c) && c.indexWidth <= WIDEST_INDEX ? Array.from({ length: 2 ** c.indexWidth }, (_, i) => [`${c.name}[${i}]`, cpu.getCell(c.name, BigInt(i))]) : [];
  }));
}
