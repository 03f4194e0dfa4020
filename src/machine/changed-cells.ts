/** The cells of a CPU's arrays that differ between two moments. */
import type { ComponentArray, Machine } from "../isa/machine.js";
import type { StateSnapshot } from "./layout.js";

export interface ChangedCell {
  readonly array: ComponentArray;
  readonly index: bigint;
  readonly before: bigint;
  readonly after: bigint;
}

/** In the machine's order. */
export function changedCells(machine: Machine, before: StateSnapshot, after: StateSnapshot): ChangedCell[] {
  return arraysOf(machine).flatMap((array, i) => {
    const found: ChangedCell[] = [];
    for (const [page, from, to] of pagesThatDiffer(before, after, i)) {
      const { length } = (to ?? from)!;
      for (let at = 0; at < length; at++) {
        const x = BigInt(from?.[at] ?? 0), y = BigInt(to?.[at] ?? 0);
        if (x !== y) found.push({ array, index: page * BigInt(length) + BigInt(at), before: x, after: y });
      }
    }
    return found;
  });
}

export const arraysOf = (machine: Machine): ComponentArray[] => machine.components.filter((c): c is ComponentArray => c.kind === "array");

export type Page = ArrayLike<number | bigint> & { forEach(visit: (value: number | bigint, at: number) => void): void };

/** The pages of array number `array` of the machine that have been written, by number. */
export function pagesOf(snapshot: StateSnapshot, array: number): (readonly [bigint, Page])[] {
  const { pages } = snapshot.arrays[array]!;
  if (pages instanceof Map) return [...(pages as ReadonlyMap<number | bigint, Page>)].map(([n, p]) => [BigInt(n), p] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return (pages as readonly Page[]).map((p, n) => [BigInt(n), p] as const);
}

/** Pages are shared between snapshots until they are written, so those that differ are different objects. */
function pagesThatDiffer(before: StateSnapshot, after: StateSnapshot, array: number): (readonly [bigint, Page | undefined, Page | undefined])[] {
  const old = new Map(pagesOf(before, array));
  return pagesOf(after, array).flatMap(([n, page]) => (old.get(n) === page ? [] : [[n, old.get(n), page] as const]));
}
