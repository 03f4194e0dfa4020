/**
 * What a measurement is: a quantity of ours beside one of something else, taken in the same run, turn by turn.
 *
 * A machine has other things to do, so each side is measured several times, ours and the other alternately, and the order
 * within a pair changes from one pair to the next. The ratio is the median of the ratios of the pairs, so that what slows
 * both sides of a pair down does not show; its lowest and highest tell how far to trust it.
 */
export interface Measurement {
  /** what `npm run bench -- NAME` knows it by */
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A comparison with something else, or a figure that stands alone. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  /** median */
  readonly ours: number;
  readonly against?: { readonly what: string; readonly median: number; readonly ratio: number; readonly lowest: number; readonly highest: number };
  /** why there is nothing to compare with, where there should be */
  readonly skipped?: string;
  readonly runs: number;
  readonly targets: readonly Target[];
}

export type Unit = "ms" | "s" | "M/s" | "MB" | "%";

export interface Target { readonly of: "ours" | "ratio"; readonly bound: "at least" | "at most"; readonly value: number }

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** pairs that are measured unless --runs says otherwise */
  readonly runs: number;
  readonly measure: (runs: number, progress: (what: string) => void) => Promise<readonly Row[]>;
}

/** One figure, in the row's unit. */
export type Measure = () => Promise<number>;

export interface Pairs { readonly ours: readonly number[]; readonly others: readonly number[] }

export async function measurePairs(runs: number, ours: Measure, other: Measure): Promise<Pairs> {
  const pairs: { ours: number; other: number }[] = [];
  for (let run = 0; run < runs; run++) {
    if (run % 2 === 0) {
      const first = await ours();
      pairs.push({ ours: first, other: await other() });
    } else {
      const first = await other();
      pairs.push({ ours: await ours(), other: first });
    }
  }
  return { ours: pairs.map((p) => p.ours), others: pairs.map((p) => p.other) };
}

export function compared(what: string, unit: Unit, against: string, { ours, others }: Pairs, targets: readonly Target[] = []): Row {
  const ratios = ours.map((value, i) => value / others[i]!);
  return {
    what, unit, targets, runs: ours.length, ours: median(ours),
    against: { what: against, median: median(others), ratio: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
  };
}

export function alone(what: string, unit: Unit, values: readonly number[], targets: readonly Target[] = [], skipped?: string): Row {
  return { what, unit, targets, skipped, runs: values.length, ours: median(values) };
}

export function isMet(row: Row, { of, bound, value }: Target): boolean {
  const measured = of === "ours" ? row.ours : row.against?.ratio;
  if (measured === undefined) throw new Error(`bug: ${row.what} has a target for a ratio, and no ratio`);
  return bound === "at least" ? measured >= value : measured <= value;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) throw new Error("bug: the median of nothing");
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
