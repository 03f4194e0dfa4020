/** The state of a running CPU as text in the machine's radix: registers, cells, and what changed between two moments. */
import { formatBits } from "../bits/bits.js";
import type { ComponentArray, Machine, Register } from "../isa/machine.js";
import { arraysOf, changedCells as cellsThatDiffer, pagesOf } from "../machine/changed-cells.js";
import type { Cpu, StateSnapshot } from "../machine/cpu.js";
import type { Change, RunResult } from "../report/run-report.js";

/** A moment: registers by name, and arrays in the machine's order. */
export interface Moment {
  readonly registers: ReadonlyMap<string, bigint>;
  readonly snapshot: StateSnapshot;
}

const registersOf = (machine: Machine): Register[] => machine.components.filter((c): c is Register => c.kind === "register" && c.rest === undefined);

export function momentOf(cpu: Cpu): Moment {
  return { registers: new Map(registersOf(cpu.machine).map((r) => [r.name, cpu.get(r.name)])), snapshot: cpu.snapshot() };
}

export function registerTexts(cpu: Cpu): RunResult["registers"] {
  return registersOf(cpu.machine).map((r) => ({ name: r.name, role: r.role, value: formatBits(cpu.get(r.name), r.width, cpu.machine.radix) }));
}

/** What differs, in the machine's order: registers (those in `except` left out), then cells. */
export function changesBetween(machine: Machine, before: Moment, after: Moment, except: readonly string[] = []): Change[] {
  const { radix } = machine;
  const registers = registersOf(machine).flatMap((r): Change[] => {
    const x = before.registers.get(r.name)!, y = after.registers.get(r.name)!;
    return x === y || except.includes(r.name) ? [] : [{ name: r.name, before: formatBits(x, r.width, radix), after: formatBits(y, r.width, radix) }];
  });
  return [...registers, ...changedCells(machine, before, after)];
}

/** The cells that differ, as text. */
export function changedCells(machine: Machine, before: Moment, after: Moment): Change[] {
  return cellsThatDiffer(machine, before.snapshot, after.snapshot).map(({ array, index, before: x, after: y }) => ({ name: cellName(machine, array, index), before: formatBits(x, array.width, machine.radix), after: formatBits(y, array.width, machine.radix) }));
}

/** Cells that are not zero. */
export function cellTexts(machine: Machine, now: Moment): { readonly name: string; readonly value: string }[] {
  return arraysOf(machine).flatMap((array, i) => pagesOf(now.snapshot, i).flatMap(([page, data]) => {
    const found: { readonly name: string; readonly value: string }[] = [];
    data.forEach((value, at) => { if (BigInt(value) !== 0n) found.push({ name: cellName(machine, array, page * BigInt(data.length) + BigInt(at)), value: formatBits(BigInt(value), array.width, machine.radix) }); });
    return found;
  }));
}

const cellName = (machine: Machine, array: ComponentArray, index: bigint): string => `${array.name}[${formatBits(index, array.indexWidth, machine.radix)}]`;
