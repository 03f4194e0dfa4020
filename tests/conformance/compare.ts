/**
 * One case against our processor.
 *
 * They agree if some values of the choices that the step looks at give all that the witness observed. Every component that
 * the witness observed is compared, so an effect too many counts as much as one too few; cells that our processor
 * changed and the witness was not asked about are told too (`unobserved`), because nothing speaks for them.
 */
import type { Case } from "./case.js";
import type { Ended, Run, Subject } from "./subject.js";

/** A register or cell that is not as the witness says. */
export interface Difference {
  readonly component: string;
  readonly index?: bigint;
  readonly ours: bigint;
  readonly theirs: bigint;
}

export interface Compared {
  readonly ended: Ended;
  readonly instructions: readonly string[];
  /** empty: agreement */
  readonly differences: readonly Difference[];
  /** agreement needed values of choices other than 0 */
  readonly byChoice: boolean;
  readonly unobserved: number;
}

/** Components that say nothing about the subject when it ended so. */
export type Ignored = Readonly<Partial<Record<Ended, readonly string[]>>>;

/** Choices of a step: one value is tried for all of them, or they are solved one by one. */
export type ChoiceTreatment = "one-value" | "solved";

export function compare(subject: Subject, c: Case, ignored: Ignored, treatment: ChoiceTreatment = "one-value"): Compared {
  const at0 = attempt(subject, c, ignored, () => 0n);
  if (at0.differences.length === 0 || at0.choices.size === 0) return at0;
  const others = treatment === "one-value" ? oneValue(subject, c, ignored, at0) : solved(subject, c, ignored, at0, () => true) ?? solved(subject, c, ignored, at0, (width) => width > FEW_BITS);
  return others === undefined ? at0 : { ...others, byChoice: true };
}

function oneValue(subject: Subject, c: Case, ignored: Ignored, at0: Attempt): Attempt | undefined {
  for (const value of candidates(c, at0.choices)) {
    const other = attempt(subject, c, ignored, () => value);
    if (other.differences.length === 0) return other;
  }
  return undefined;
}

/**
 * Goes downhill: of every choice all values, if they are few, and then bit after bit, whatever brings the answers nearer to each other is
 * kept. That finds all choices that are copied to where they are seen, or that decide between few ways. A way that leads nowhere may look
 * nearer than a wide choice that has not been solved yet, so where that fails those of some widths come first.
 */
function solved(subject: Subject, c: Case, ignored: Ignored, at0: Attempt, isFirst: (width: number) => boolean): Attempt | undefined {
  const values = new Map<string, bigint>();
  let best = at0;
  const improves = (name: string, value: bigint): boolean => {
    const other = attempt(subject, c, ignored, (choice) => (choice === name ? value : values.get(choice) ?? 0n));
    if (distance(other) >= distance(best)) return false;
    values.set(name, value);
    best = other;
    return true;
  };
  const tried = new Set<string>();
  const nextOf = (): readonly [name: string, width: number] | undefined => {
    const left = [...best.choices].filter(([name]) => !tried.has(name));
    return left.find(([, width]) => isFirst(width)) ?? left[0];
  };
  for (let next = nextOf(); next !== undefined && best.differences.length > 0; next = nextOf()) {
    const [name, width] = next;
    tried.add(name);
    if (width <= FEW_BITS) for (let value = 1n; value < 1n << BigInt(width); value++) improves(name, value);
    for (let bit = 0n; bit < BigInt(width) && best.differences.length > 0; bit++) improves(name, (values.get(name) ?? 0n) ^ (1n << bit));
  }
  return best.differences.length === 0 ? best : undefined;
}

/** Of a choice of so many bits every value is tried. */
const FEW_BITS = 3;

/** How many bits differ. */
function distance({ differences }: Compared): number {
  return differences.reduce((n, { ours, theirs }) => n + (ours ^ theirs).toString(2).replaceAll("0", "").length, 0);
}

interface Attempt extends Compared {
  readonly choices: ReadonlyMap<string, number>;
}

function attempt(subject: Subject, c: Case, ignored: Ignored, choose: (choice: string) => bigint): Attempt {
  const run = subject(c.before, choose);
  const left = ignored[run.ended] ?? [];
  return {
    ended: run.ended,
    instructions: run.instructions,
    differences: differences(c, run).filter(({ component }) => !left.includes(component)),
    byChoice: false,
    unobserved: run.changedCells().filter(([array, index]) => c.after.arrays.get(array)?.has(index) !== true).length,
    choices: run.choices,
  };
}

function differences(c: Case, run: Run): Difference[] {
  const found: Difference[] = [];
  if (c.ending !== undefined && (run.ended === "halt") !== (c.ending === "halt")) found.push({ component: "ending", ours: BigInt(run.ended === "halt"), theirs: BigInt(c.ending === "halt") });
  for (const [component, theirs] of c.after.registers) {
    const ours = run.register(component);
    if (ours !== theirs) found.push({ component, ours, theirs });
  }
  for (const [component, cells] of c.after.arrays) {
    cells.forEach((theirs, index) => {
      const ours = run.cell(component, index);
      if (ours !== theirs) found.push({ component, index, ours, theirs });
    });
  }
  return found;
}

/** Values to try for all choices: all ones, and whatever the witness was left with that is as wide as one of them. */
function candidates(c: Case, choices: ReadonlyMap<string, number>): ReadonlySet<bigint> {
  const widest = Math.max(...choices.values());
  const values = new Set([(1n << BigInt(widest)) - 1n]);
  for (const cells of c.after.arrays.values()) for (const value of cells.values()) if (value >> BigInt(widest) === 0n) values.add(value);
  return values;
}
