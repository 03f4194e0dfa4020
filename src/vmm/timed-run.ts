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

/** All events of one kind with the same arguments: the machine accepts all of them, or none. */
interface Kind {
  readonly interrupt: string;
  readonly args: readonly bigint[];
  /** numbers of the events, in order */
  readonly events: readonly number[];
}

export class TimedRun {
  /** instructions begun */
  private begun = 0;
  private over: End | undefined;
  /** events that have come due */
  private due = 0;
  /** of each kind, how many have come due, and how many were accepted */
  private dueOf: readonly number[];
  private takenOf: readonly number[];
  private readonly events: readonly TimedEvent[];
  private readonly kinds: readonly Kind[];
  private readonly kindOf: readonly number[];

  constructor(readonly platform: Platform, events: readonly TimedEvent[]) {
    this.events = [...events].sort((a, b) => a.at - b.at);
    const numbers = new Map<string, number>();
    const kinds: (Kind & { readonly events: number[] })[] = [];
    this.kindOf = this.events.map(({ interrupt, args }, i) => {
      const key = [interrupt, ...args].join(" ");
      const number = numbers.get(key) ?? kinds.push({ interrupt, args, events: [] }) - 1;
      numbers.set(key, number);
      kinds[number]!.events.push(i);
      return number;
    });
    this.kinds = kinds;
    this.dueOf = kinds.map(() => 0);
    this.takenOf = kinds.map(() => 0);
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
    return this.due - this.takenOf.reduce((n, t) => n + t, 0);
  }

  /** Runs until so many instructions have begun in all, or the machine stops, or (if asked) a monitor has done something. */
  advance(to: number, pausesAtEntries = false): void {
    while (this.begun < to && this.over === undefined) {
      while (this.due < this.events.length && this.events[this.due]!.at <= this.begun) {
        const kind = this.kindOf[this.due++]!;
        this.dueOf = this.dueOf.with(kind, this.dueOf[kind]! + 1);
      }
      this.offer();
      if (this.over !== undefined) return;
      const until = Math.min(to, this.events[this.due]?.at ?? to);
      const waiting = this.waiting();
      const isSteady = waiting.every((k) => this.platform.isSteady(this.kinds[k]!.interrupt));
      const report = this.platform.run({ limit: isSteady ? until - this.begun : 1, traps: "deliver", pausesAtEntries: pausesAtEntries || waiting.length > 0 });
      this.begun += report.steps;
      this.over = report.end;
      if (pausesAtEntries && report.why === "entry") return;
    }
  }

  save(): () => void {
    const { begun, over, due, dueOf, takenOf } = this;
    const platform = this.platform.save();
    return () => {
      Object.assign(this, { begun, over, due, dueOf, takenOf });
      platform();
    };
  }

  /** Offers what waits, in order, until nothing more is accepted. */
  private offer(): void {
    for (let waiting = this.waiting(), i = 0; i < waiting.length && this.over === undefined;) {
      const kind = waiting[i]!;
      const { interrupt, args } = this.kinds[kind]!;
      const taken = this.platform.interrupt(interrupt, args);
      if (taken === undefined) {
        i++;
        continue;
      }
      this.takenOf = this.takenOf.with(kind, this.takenOf[kind]! + 1);
      this.over = taken.end;
      waiting = this.waiting(); // what was refused may be accepted now
      i = 0;
    }
  }

  /** The kinds of which events wait, the one that waits longest first. */
  private waiting(): number[] {
    const first = (k: number): number => this.kinds[k]!.events[this.takenOf[k]!]!;
    const waiting: number[] = [];
    for (let k = 0; k < this.kinds.length; k++) if (this.dueOf[k]! > this.takenOf[k]!) waiting.push(k);
    return waiting.length < 2 ? waiting : waiting.sort((a, b) => first(a) - first(b));
  }
}
