/** What a virtual machine's instructions cost: how many ran directly, how often the monitor was entered, and what for. */

export interface CauseWork {
  /** times the monitor was entered by this trap of the real machine */
  readonly entries: number;
  /** of these, the bare machine would have completed the step: the monitor did it instead */
  readonly emulated: number;
  /** of these, the bare machine would have trapped too: delivered inside the virtual machine */
  readonly reflected: number;
  /** of these, a translation of the monitor's was missing: made, and the instruction tried again */
  readonly hidden: number;
}

export interface Work {
  /** instructions that the real machine completed by itself */
  readonly direct: number;
  /** instructions that the monitor did, entries included */
  readonly interpreted: number;
  /** events from outside that were delivered inside the virtual machine */
  readonly interrupts: number;
  /** by the real machine's trap */
  readonly causes: ReadonlyMap<string, CauseWork>;
}

/** Counts; the one part of a monitor that has no influence on what it does. */
export class Ledger {
  direct = 0;
  interpreted = 0;
  interrupts = 0;
  private readonly causes = new Map<string, { entries: number; emulated: number; reflected: number; hidden: number }>();

  entered(cause: string, as: "emulated" | "reflected" | "hidden"): void {
    let of = this.causes.get(cause);
    if (of === undefined) this.causes.set(cause, (of = { entries: 0, emulated: 0, reflected: 0, hidden: 0 }));
    of.entries++;
    of[as]++;
  }

  work(): Work {
    const causes = [...this.causes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([cause, of]): [string, CauseWork] => [cause, { ...of }]);
    return { direct: this.direct, interpreted: this.interpreted, interrupts: this.interrupts, causes: new Map(causes) };
  }

  restore({ direct, interpreted, interrupts, causes }: Work): void {
    this.direct = direct;
    this.interpreted = interpreted;
    this.interrupts = interrupts;
    this.causes.clear();
    for (const [cause, of] of causes) this.causes.set(cause, { ...of });
  }
}
