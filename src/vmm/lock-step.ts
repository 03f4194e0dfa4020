/**
 * Bare and virtual in lock step: after every entry of the monitor, and every so many instructions, the whole simulated state of
 * each guest is held against that of its bare machine, component by component, storage included. A difference is narrowed down,
 * by going back to the last moment when all was equal, to the first instruction after which it shows.
 *
 * The bare machine runs nothing of the monitor's; so a guest that runs to its end without a difference is evidence of fidelity that
 * does not lean on the proofs. Of one guest's isolation from another it is evidence too: the bare machine has no other guest.
 */
import type { Component, Machine } from "../isa/machine.js";
import { comparing } from "../machine/cpu.js";
import { bareMachine, type ControlProgram, type Guest } from "./control-program.js";
import type { TimedRun } from "./timed-run.js";

export interface Divergence {
  readonly guest: string;
  /** instructions of the guest begun: the last of them is the first after which the difference shows */
  readonly steps: number;
  /** false: run again the difference did not show, for the monitor remembers something else; it shows no later than here */
  readonly isFirst: boolean;
  /** where the program counter was before it, if there is one */
  readonly at?: bigint;
  readonly differences: readonly Difference[];
}

export type Difference =
  | { readonly kind: "register"; readonly component: string; readonly bare: bigint; readonly virtual: bigint }
  | { readonly kind: "cell"; readonly component: string; readonly index: bigint; readonly bare: bigint; readonly virtual: bigint }
  /** how it ended, or what it has sent to its console: the last of it */
  | { readonly kind: "end"; readonly of?: "console"; readonly bare: string; readonly virtual: string };

/** Storage of up to so many cells is compared each time; larger ones every so many times. */
const SMALL = 4096;
const SELDOM = 64;
/** Instructions between two comparisons, where the monitor is not entered. */
const OFTEN = 50_000;
/** Instructions between two moments to go back to. */
const CHECKPOINT = 4_000_000;
/** Characters of the console that are compared each time. */
const RECENT = 256;
/** Cells from the first that differs on that are looked at. */
const NEAR = 65_536;
/** Differences that are shown. */
const MOST_SHOWN = 20;

export class LockStep {
  private readonly twins: readonly Twin[];
  private back: () => void;
  private sinceBack = 0;
  private comparisons = 0;

  constructor(private readonly machine: Machine, private readonly program: ControlProgram, size: number) {
    this.twins = program.guests.map((guest) => twinOf(machine, guest, size));
    this.back = this.save();
  }

  /** how often states were compared */
  get compared(): number {
    return this.comparisons;
  }

  /** Runs so many instructions of guests in all, comparing as it goes; the first divergence, if there is one. */
  advance(instructions: number): { readonly begun: number; readonly divergence?: Divergence } {
    let begun = 0;
    while (begun < instructions && !this.program.isOver()) {
      const step = this.program.advance(Math.min(instructions - begun, OFTEN), true);
      begun += step;
      this.sinceBack += step;
      const isWhole = this.sinceBack >= CHECKPOINT || this.comparisons % SELDOM === 0 || begun >= instructions;
      if (this.twins.some((twin) => !this.isEqual(twin, isWhole))) return { begun, divergence: this.narrow(this.divergence(true)!) };
      if (step === 0) break; // every guest has stopped without an instruction
      if (this.sinceBack >= CHECKPOINT) this.keep();
    }
    return { begun };
  }

  private keep(): void {
    this.back = this.save();
    this.sinceBack = 0;
  }

  private save(): () => void {
    const program = this.program.save(), bare = this.twins.map(({ bare: run }) => run.save());
    return () => {
      program();
      for (const restore of bare) restore();
    };
  }

  private isEqual({ guest, bare, registers, all }: Twin, isWhole: boolean): boolean {
    if (bare.steps === guest.run.steps && !isWhole) return true;
    this.comparisons++;
    bare.advance(guest.run.steps);
    return bare.steps === guest.run.steps && endText(bare) === endText(guest.run) && saidAlike(bare, guest) && (isWhole ? all : registers)() === undefined;
  }

  /** Between the last moment when all was equal and now: the first instruction after which something differs. */
  private narrow(found: Divergence): Divergence {
    let equal = 0, different = this.sinceBack;
    while (different - equal > 1) {
      const middle = equal + Math.floor((different - equal) / 2);
      this.back();
      this.program.advance(middle);
      if (this.twins.every((twin) => this.isEqual(twin, true))) equal = middle;
      else different = middle;
    }
    this.back();
    if (equal > 0) this.program.advance(equal);
    for (const twin of this.twins) this.isEqual(twin, true);
    const before = new Map(this.twins.map((twin) => [twin, this.counterOf(twin.bare)]));
    this.program.advance(different - equal);
    const first = this.divergence(true, before);
    return first ?? { ...found, isFirst: false };
  }

  /** The guest that differs now. */
  private divergence(isFirst: boolean, before?: ReadonlyMap<Twin, bigint | undefined>): Divergence | undefined {
    const twin = this.twins.find((t) => !this.isEqual(t, true));
    if (twin === undefined) return undefined;
    return { guest: twin.guest.program.name, steps: Math.max(twin.guest.run.steps, twin.bare.steps), isFirst, at: before?.get(twin), differences: differencesOf(this.machine, twin) };
  }

  private counterOf(run: TimedRun): bigint | undefined {
    const counter = this.machine.components.find((c) => c.kind === "register" && c.role === "program-counter");
    return counter && run.platform.cpu.get(counter.name);
  }
}

interface Twin {
  readonly guest: Guest;
  readonly bare: TimedRun;
  /** finds a difference outside storage, or outside small storage; and one anywhere */
  readonly registers: () => unknown;
  readonly all: () => unknown;
  readonly lengths: ReadonlyMap<string, number>;
}

function twinOf(machine: Machine, guest: Guest, size: number): Twin {
  const bare = bareMachine(machine, guest.program, size);
  const lengthOf = (c: Component): number => (c.kind === "register" ? 1 : guest.machine.arrays.get(c.name)?.size ?? 2 ** c.indexWidth);
  const lengths = new Map(machine.components.map((c): [string, number] => [c.name, lengthOf(c)]));
  const small = new Map([...lengths].filter(([, length]) => length <= SMALL));
  const between = (components: ReadonlyMap<string, number>): (() => unknown) => comparing(guest.machine.cpu, bare.platform.cpu, components);
  return { guest, bare, registers: between(small), all: between(lengths), lengths };
}

/** What was said is compared from the last time on: nothing that has been sent changes any more. */
function saidAlike({ platform }: TimedRun, { machine }: Guest): boolean {
  const bare = platform.output(), own = machine.output();
  return bare.length === own.length && bare.slice(-RECENT).every((c, i) => c === own[Math.max(0, own.length - RECENT) + i]);
}

function differencesOf(machine: Machine, { guest, bare, lengths }: Twin): Difference[] {
  const found: Difference[] = [];
  const a = bare.platform.cpu, b = guest.machine.cpu;
  const said = [bare.platform, guest.machine].map((m) => JSON.stringify(String.fromCharCode(...m.output().slice(-RECENT))));
  if (!saidAlike(bare, guest)) found.push({ kind: "end", of: "console", bare: said[0]!, virtual: said[1]! });
  if (endText(bare) !== endText(guest.run) || bare.steps !== guest.run.steps) found.push({ kind: "end", bare: endText(bare), virtual: endText(guest.run) });
  for (const c of machine.components) {
    if (c.kind === "register") {
      const x = a.get(c.name), y = b.get(c.name);
      if (x !== y) found.push({ kind: "register", component: c.name, bare: x, virtual: y });
      continue;
    }
    const length = lengths.get(c.name)!;
    const first = comparing(b, a, new Map([[c.name, length]]))()?.index ?? BigInt(length);
    const last = first + BigInt(NEAR) < BigInt(length) ? first + BigInt(NEAR) : BigInt(length);
    for (let i = first; i < last && found.length < MOST_SHOWN; i++) {
      const x = a.getCell(c.name, i), y = b.getCell(c.name, i);
      if (x !== y) found.push({ kind: "cell", component: c.name, index: i, bare: x, virtual: y });
    }
  }
  return found.slice(0, MOST_SHOWN);
}

/** Whether and why a machine has stopped, in words. */
export function endText({ end }: TimedRun): string {
  switch (end?.kind) {
    case undefined: return "runs";
    case "halt": return "halted";
    case "beyond": return `beyond the specification: ${end.why}`;
    case "double-fault": return `trapped while a trap was delivered: ${end.first.cause}, then ${end.second.cause}`;
    case "halt-below": return "halted the machine below";
    case "escape": return `changed ${end.component} of the machine below`;
  }
}
