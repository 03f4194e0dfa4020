/**
 * Every decision of the monitor, in one small table, so that each can be looked at, and replaced by a wrong one to see that the
 * checks notice.
 */
import type { Component } from "../isa/machine.js";
import { isGuestsOwn } from "../isa/machine.js";
import type { Cpu, RunReport, StepReport, Trapped } from "../machine/cpu.js";
import type { Allotted } from "./allocator.js";

export const KINDS = ["trap-and-emulate", "hybrid"] as const;
export type Kind = (typeof KINDS)[number];

/** Where a decision is taken. */
export interface Situation {
  /** the virtual machine's state */
  readonly virtual: Cpu;
  /** the state of the machine that the monitor runs on */
  readonly real: Cpu;
  readonly allotment: Allotted;
  readonly kind: Kind;
}

/** A unit of addresses that means a unit of the real machine's cells. */
export interface Translation {
  readonly cell: number;
  readonly writable: boolean;
  readonly executable: boolean;
}

export interface Decisions {
  /** Whether the virtual machine's next instructions may run on the real one. */
  readonly runsDirectly: (at: Situation, isVirtualUser: () => boolean) => boolean;
  /** The VM map f: what the real machine's component is set to; `f` is what the specification says. */
  readonly real: (component: string, f: () => bigint, at: Situation) => bigint;
  /** The guest's own components, which go to the real machine before it runs and come back after it. */
  readonly handsOver: (component: Component) => boolean;
  readonly takesBack: (component: Component) => boolean;
  /** The one rule: `step` takes the step that the bare machine would take from the simulated state. */
  readonly enter: (entry: Trapped, at: Situation, step: () => RunReport) => RunReport;
  /** Whether the translations made so far still hold: not after an instruction that the monitor has done, or with another map, or where another guest's have taken their place. */
  readonly keepsTranslations: (is: { readonly flushed: boolean; readonly otherMap: boolean; readonly anothers: boolean }, at: Situation) => boolean;
  /** The translation that is made where one is missing, by the guest's own map; undefined: the guest has none either, or not in its allotment. */
  readonly translation: (own: Translation | undefined, missing: { readonly address: bigint; readonly cell: number }, at: Situation) => Translation | undefined;
  /** An event from outside waits: `take` delivers it inside the virtual machine, if that accepts it. */
  readonly interrupt: (name: string, args: readonly bigint[], at: Situation, take: () => StepReport | undefined) => StepReport | undefined;
}

/** The monitor of the paper; `hybrid` interprets all of virtual supervisor mode. */
export const DECISIONS: Decisions = {
  runsDirectly: ({ kind }, isVirtualUser) => kind === "trap-and-emulate" || isVirtualUser(),
  real: (_, f) => f(),
  handsOver: isGuestsOwn,
  takesBack: isGuestsOwn,
  keepsTranslations: ({ flushed, otherMap, anothers }) => !flushed && !otherMap && !anothers,
  translation: (own) => own,
  enter: (_, __, step) => step(),
  interrupt: (_, __, ___, take) => take(),
};
