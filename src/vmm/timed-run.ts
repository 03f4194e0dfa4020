/**
 * A machine run with a timetable of events from outside, bare or virtual alike.
 *
 * Time is the number of instructions that the machine itself has begun, so the same timetable means the same on the bare machine
 * and under a monitor. An event waits from its time on until the machine accepts it; those that wait are tried in their order
 * between any two instructions. None is lost, and none comes twice.
 */
import type { End, Platform } from "./platform.js";

export interface TimedEvent {
  /** instructions that the machine has begun when it happens */
  readonly at: number;
  readonly interrupt: string;
  readonly args: readonly bigint[];
}

export class TimedRun {
  /** instructions begun */
  private begun = 0;
  private over: End | undefined;
  private waiting: readonly TimedEvent[] = [];
  private next = 0;
  private readonly events: readonly TimedEvent[];

  constructor(readonly platform: Platform, events: readonly TimedEvent[]) {
    this.events = [...events].sort((a, b) => a.at - b.at);
  }

  get steps(): number {
    return this.begun;
  }

  /** Why the machine has stopped, if it has. */
  get end(): End | undefined {
    return this.over;
  }

  /** events that are due and not accepted yet */
  get pending(): number {
    return this.waiting.length;
  }

  /** Runs until so many instructions have begun in all, or the machine stops, or (if asked) a monitor has done something. */
  advance(to: number, pausesAtEntries = false): void {
    while (this.begun < to && this.over === undefined) {
      while (this.next < this.events.length && this.events[this.next]!.at <= this.begun) this.waiting = [...this.waiting, this.events[this.next++]!];
      this.offer();
      if (this.over !== undefined) return;
      const until = Math.min(to, this.events[this.next]?.at ?? to);
      const isWaiting = this.waiting.length > 0;
      const isSteady = this.waiting.every((e) => this.platform.isSteady(e.interrupt));
      const report = this.platform.run({ limit: isSteady ? until - this.begun : 1, traps: "deliver", pausesAtEntries: pausesAtEntries || isWaiting });
      this.begun += report.steps;
      this.over = report.end;
      if (pausesAtEntries && report.why === "entry") return;
    }
  }

  save(): () => void {
    const { begun, over, waiting, next } = this;
    const platform = this.platform.save();
    return () => {
      Object.assign(this, { begun, over, waiting, next });
      platform();
    };
  }

  /** Offers what waits, in order, until nothing more is accepted. */
  private offer(): void {
    for (let i = 0; i < this.waiting.length && this.over === undefined;) {
      const { interrupt, args } = this.waiting[i]!;
      const taken = this.platform.interrupt(interrupt, args);
      if (taken === undefined) i++;
      else {
        this.waiting = this.waiting.filter((_, k) => k !== i);
        this.over = taken.end;
        i = 0; // what was refused may be accepted now
      }
    }
  }
}
