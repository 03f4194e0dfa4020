/**
 * The allocator A: which cells of storage belong to which virtual machine. It is the only place that gives storage out.
 *
 * Maps move storage in blocks (of 1 cell, of 1024 words, of a page), which an allotment has to respect. A size that is so many
 * blocks says how large the blocks may be: allotments begin at multiples of the greatest power of two that divides a guest's size.
 * The monitor keeps the first block.
 */
import type { ComponentArray, Machine } from "../isa/machine.js";

export interface Allotment {
  /** the first cell */
  readonly base: number;
  /** how many cells */
  readonly size: number;
}

/** A guest's storage, and the cells in which the monitor keeps translations for it. */
export interface Allotted extends Allotment {
  readonly area: number;
}

/** The storage that a monitor of the machine gives out. */
export function storageGivenOut(machine: Machine): ComponentArray {
  const storage = machine.components.find((c): c is ComponentArray => c.kind === "array" && c.role === "storage");
  if (storage === undefined) throw new Error(`bug: ${machine.name} has a monitor but no storage`);
  return storage;
}

/**
 * Disjoint stretches of `size` cells, of which there are any; and how many cells they take, with those below them. There the monitor
 * has its own, beginning with `area` cells for each guest, if any, at multiples of a power of two that holds them.
 */
export function allot(count: number, size: number, block: number, area: number): { readonly allotments: readonly Allotted[]; readonly total: number } {
  const each = Math.ceil(size / block) * block;
  const unit = area === 0 ? 0 : 2 ** Math.ceil(Math.log2(area));
  const first = Math.ceil(Math.max(block, unit * (count + 1)) / block) * block;
  return { allotments: Array.from({ length: count }, (_, i) => ({ base: first + i * each, size, area: unit * (i + 1) })), total: first + count * each };
}

/** The blocks of an allotment of so many cells (positive, below 2^53): the greatest power of two that divides it. */
export function blockOf(size: number): number {
  let block = 1;
  while (size % (block * 2) === 0) block *= 2;
  return block;
}
