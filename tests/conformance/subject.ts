/**
 * The subject of a comparison: our processor, made from the specification, put into a state and stepped once.
 *
 * It is told what the witness calls one instruction where that is more than one step: an interruptible instruction is
 * repeated until the program counter leaves it. A trap that `stopsAt` names is looked at as it is raised, before its
 * delivery, because witnesses differ in what they do next.
 */
import type { Machine, Register } from "../../src/isa/machine.js";
import { createCpu, type Cpu, type StateSnapshot } from "../../src/machine/cpu.js";
import type { Values } from "./case.js";

export interface SubjectOptions {
  /** instruction identifiers that are repeated while the program counter stays */
  readonly repeated: readonly string[];
  /** traps that are not delivered */
  readonly stopsAt: readonly string[];
  /** The witness goes on until it is interrupted: so does our processor, until a trap has been delivered. */
  readonly untilInterrupted?: boolean;
  /** The witness goes on until it comes to a certain place: so does our processor, until it is there. */
  readonly arrives?: (register: (name: string) => bigint, cell: (array: string, index: bigint) => bigint) => boolean;
}

/** `endless`: it was to go on until it is interrupted, and is not. */
export type Ended = "done" | "halt" | "stopped" | "beyond" | "endless";

export interface Run {
  readonly ended: Ended;
  /** identifiers in the order of execution; `otherwise` where no instruction claims the word */
  readonly instructions: readonly string[];
  /** the widths of the choices that were looked at, by name */
  readonly choices: ReadonlyMap<string, number>;
  readonly register: (name: string) => bigint;
  readonly cell: (array: string, index: bigint) => bigint;
  /** Cells that differ from the state before, in the arrays that the state before lists. */
  readonly changedCells: () => readonly (readonly [array: string, index: bigint])[];
}

/** Runs one instruction from a state. The answer is good until the next run. */
export type Subject = (before: Values, choose: (name: string, width: number) => bigint) => Run;

const REPEAT_LIMIT = 4096;
/** Instructions from the one that is tested to an interruption: where a choice has led elsewhere, storage is empty. */
const WAIT_LIMIT = 64;

export function subject(machine: Machine, { repeated, stopsAt, untilInterrupted = false, arrives }: SubjectOptions): Subject {
  const cpu = createCpu(machine);
  const counter = machine.components.find((c): c is Register => c.kind === "register" && c.role === "program-counter")!.name;
  return (before, choose) => {
    const instructions: string[] = [];
    const choices = new Map<string, number>();
    load(cpu, before);
    cpu.setChoices(({ name, width }) => {
      choices.set(name, width);
      return BigInt.asUintN(width, choose(name, width));
    });
    const start = cpu.snapshot();
    const here = cpu.get(counter);
    let ended: Ended = "done";
    let raised: StateSnapshot | undefined;
    for (let step = 0, waited = 0; ; step++) {
      let repeats = false, isInterrupted = false;
      const at = cpu.get(counter);
      const { stop } = cpu.step((event) => {
        if (event.kind === "instruction") {
          const id = event.instruction?.id ?? "otherwise";
          if (step === 0) instructions.push(id);
          repeats = repeated.includes(id);
        }
        const { outcome } = event;
        if (event.kind === "delivery") isInterrupted = true;
        if ((outcome.kind === "trap" || outcome.kind === "memory-trap") && stopsAt.includes(outcome.cause)) raised ??= cpu.snapshot();
      });
      if (raised !== undefined) {
        cpu.restore(raised);
        ended = "stopped";
      } else if (stop !== undefined) ended = stop.kind === "halt" ? "halt" : "beyond";
      const goesOn = arrives !== undefined ? !arrives(cpu.get, cpu.getCell) : untilInterrupted ? !isInterrupted : repeats && cpu.get(counter) === here;
      if (ended !== "done" || !goesOn) break;
      // an instruction that takes a byte a step has not been left yet
      if (cpu.get(counter) !== at) waited++;
      if ((untilInterrupted && waited > WAIT_LIMIT) || ((untilInterrupted || arrives !== undefined) && step === REPEAT_LIMIT)) {
        ended = "endless";
        break;
      }
      if (step === REPEAT_LIMIT) throw new Error(`bug: ${instructions.join(", ")} was repeated ${REPEAT_LIMIT} times`);
    }
    return { ended, instructions, choices, register: cpu.get, cell: cpu.getCell, changedCells: () => changedCells(machine, start, cpu.snapshot()) };
  };
}

function load(cpu: Cpu, before: Values): void {
  cpu.reset();
  for (const [name, value] of before.registers) cpu.set(name, value);
  for (const [name, cells] of before.arrays) cells.forEach((value, index) => cpu.setCell(name, index, value));
}

/** Snapshots share the pages that were not written, so only the others are looked at. */
function changedCells(machine: Machine, before: StateSnapshot, after: StateSnapshot): readonly (readonly [string, bigint])[] {
  const changed: (readonly [string, bigint])[] = [];
  const arrays = machine.components.filter((c) => c.kind === "array");
  for (const [n, { name }] of arrays.entries()) {
    const old = before.arrays[n]!.pages, now = after.arrays[n]!.pages;
    for (const [page, cells] of now.entries()) {
      const was = old instanceof Map ? old.get(page) : (old as typeof cells[])[Number(page)];
      if (was === cells) continue;
      for (let i = 0; i < cells.length; i++) if ((was?.[i] ?? 0) != cells[i]!) changed.push([name, BigInt(page) * BigInt(cells.length) + BigInt(i)]);
    }
  }
  return changed;
}
