/**
 * The control program: a real machine, monitors on it to the depth asked for, and on the last one the guests, each in a virtual
 * machine of its own, in turn for a number of instructions.
 *
 * Every level is the same monitor on a machine that it can't tell from a real one, so the state of the real machine is f applied
 * once for each level. While a guest does not run, all of its state is in its virtual machine and its allotment: a switch saves
 * and restores by installing the next one.
 */
import { createCpu, type Cpu } from "../machine/cpu.js";
import { loadImage, type Image } from "../machine/image.js";
import { begin, startState, type StartState } from "../machine/start-state.js";
import type { Machine } from "../isa/machine.js";
import { allot, blockOf, storageGivenOut } from "./allocator.js";
import { DECISIONS, type Decisions, type Kind } from "./decisions.js";
import { realMachine, type Platform } from "./platform.js";
import { TimedRun, type TimedEvent } from "./timed-run.js";
import { createVirtualMachine, type VirtualMachine } from "./virtual-machine.js";

export interface GuestProgram {
  readonly name: string;
  readonly image: Image;
  readonly events: readonly TimedEvent[];
  /** what the machine starts with, beside the amount of storage */
  readonly start: StartState;
}

export interface MonitorSetting {
  readonly kind: Kind;
  /** monitors on one another; 1: one on the real machine */
  readonly depth: number;
  /** cells of each guest's storage */
  readonly size: number;
  /** instructions of one guest before it is the next one's turn */
  readonly quantum: number;
}

export interface Guest {
  readonly program: GuestProgram;
  readonly machine: VirtualMachine;
  readonly run: TimedRun;
}

export interface ControlProgram {
  readonly guests: readonly Guest[];
  /** Runs so many instructions of guests in all, or until all have stopped, or (if asked) a monitor has done something. How many have begun. */
  readonly advance: (instructions: number, pausesAtEntries?: boolean) => number;
  /** every guest has stopped, or one has stopped the machine itself */
  readonly isOver: () => boolean;
  readonly save: () => () => void;
}

/** How many cells the real machine needs for this. */
export function cellsNeeded(machine: Machine, guests: number, setting: MonitorSetting): number {
  return levelsOf(machine, guests, setting)[0]!;
}

/** The cells that each level's machine has to have, the real one's first: room for what is in it, and for a monitor. */
function levelsOf(machine: Machine, guests: number, { depth, size }: MonitorSetting): readonly number[] {
  const block = blockOf(size), area = areaOf(machine);
  const levels = [allot(guests, size, block, area).total];
  for (let level = 1; level < depth; level++) levels.unshift(allot(1, levels[0]!, block, area).total);
  return levels;
}

/** @param start values of the real machine's registers */
export function createControlProgram(machine: Machine, programs: readonly GuestProgram[], setting: MonitorSetting, start: StartState, decisions: Decisions = DECISIONS): ControlProgram {
  const real = createCpu(machine);
  begin(real, start);
  const block = blockOf(setting.size), area = areaOf(machine);
  // virtual machines in one another, each large enough for what is in it
  let platform: Platform = realMachine(real);
  for (const cells of levelsOf(machine, programs.length, setting).slice(1)) platform = createVirtualMachine(platform, allot(1, cells, block, area).allotments[0]!, setting.kind, start, decisions);
  const { allotments } = allot(programs.length, setting.size, block, area);
  const guests = programs.map((program, i): Guest => {
    const virtual = createVirtualMachine(platform, allotments[i]!, setting.kind, program.start, decisions);
    loadImage(machine, program.image, virtual.cpu);
    return { program, machine: virtual, run: new TimedRun(virtual, program.events) };
  });
  return new RoundRobin(guests, setting.quantum);
}

const areaOf = (machine: Machine): number => machine.monitor?.shadow?.cells ?? 0;

/** The bare machine of a guest: the same machine, with as many cells as the guest is given. */
export function bareMachine(machine: Machine, program: GuestProgram, size: number): TimedRun {
  const cpu: Cpu = createCpu(machine);
  begin(cpu, program.start);
  for (const c of machine.components) if (c.kind === "register" && c.role === "extent") cpu.set(c.name, BigInt(size));
  loadImage(machine, program.image, cpu);
  return new TimedRun(realMachine(cpu), program.events);
}

/** Cells that a guest has if nobody says so, where there are more: 4 million are compared in no time, 2^30 are not. */
export const USUAL_SIZE = 2 ** 22;

/** How many cells a real machine has: as many as its storage has room for, or as its invariants allow. */
export function cellsThereAre(machine: Machine): number {
  const all = 2 ** storageGivenOut(machine).indexWidth;
  const amount = machine.components.find((c) => c.role === "extent");
  return amount === undefined ? all : Math.min(all, Number(startState(machine, []).get(amount.name)));
}

/** The largest size of which `guests` fit, if monitors need no more than a power of two each; 0: none does. */
export function largestSize(machine: Machine, guests: number, depth: number): number {
  const cells = cellsThereAre(machine);
  for (let size = cells; size >= 1; size /= 2) if (cellsNeeded(machine, guests, { kind: "hybrid", depth, size, quantum: 1 }) <= cells) return size;
  return 0;
}

class RoundRobin implements ControlProgram {
  private turn = 0;
  /** instructions of the guest whose turn it is */
  private used = 0;

  constructor(readonly guests: readonly Guest[], private readonly quantum: number) {}

  readonly isOver = (): boolean => this.guests.every((g) => g.run.end !== undefined) || this.guests.some((g) => g.run.end?.kind === "halt-below");

  readonly advance = (instructions: number, pausesAtEntries = false): number => {
    let begun = 0;
    while (begun < instructions && !this.isOver()) {
      const guest = this.guests[this.turn]!;
      const before = guest.run.steps;
      const most = Math.min(instructions - begun, this.quantum - this.used);
      if (guest.run.end === undefined) guest.run.advance(before + most, pausesAtEntries);
      const ran = guest.run.steps - before;
      begun += ran;
      this.used += ran;
      if (this.used >= this.quantum || guest.run.end !== undefined) {
        this.turn = (this.turn + 1) % this.guests.length;
        this.used = 0;
      }
      if (pausesAtEntries && ran > 0 && ran < most) break; // an entry, or the guest has stopped
    }
    return begun;
  };

  readonly save = (): (() => void) => {
    const { turn, used } = this;
    const guests = this.guests.map(({ run }) => run.save());
    return () => {
      this.turn = turn;
      this.used = used;
      for (const restore of guests) restore();
    };
  };
}
