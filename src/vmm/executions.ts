/**
 * How often a guest executes each instruction, on the bare machine; for under a trap-and-emulate monitor all of a guest runs in
 * user mode, so an instruction that traps there costs one entry of the monitor each time. A hybrid monitor interprets virtual supervisor
 * mode anyway: there only what the guest executes in its own user mode counts.
 */
import { createCpu } from "../machine/cpu.js";
import { loadImage } from "../machine/image.js";
import type { Machine } from "../isa/machine.js";
import { inLevel } from "../requirements/parts.js";
import type { GuestProgram } from "./control-program.js";

export interface Executions {
  readonly program: string;
  /** in all, executed ones counted each */
  readonly instructions: number;
  readonly inUserMode: number;
  readonly byInstruction: ReadonlyMap<string, { readonly all: number; readonly inUserMode: number }>;
  /** it has stopped by itself within the limit */
  readonly isWhole: boolean;
}

/** @param limit instructions begun at most */
export function countExecutions(machine: Machine, { name, image, start }: GuestProgram, limit: number): Executions {
  const cpu = createCpu(machine);
  for (const [register, value] of start) cpu.set(register, value);
  loadImage(machine, image, cpu);
  const user = inLevel(machine, "user");
  const counts = new Map<string, { all: number; inUserMode: number }>();
  let instructions = 0, users = 0, isWhole = false;
  for (let begun = 0; begun < limit && !isWhole; begun++) {
    const isUser = cpu.value(user) !== 0n;
    const report = cpu.step((event) => {
      if (event.kind !== "instruction") return;
      instructions++;
      if (isUser) users++;
      if (event.instruction === undefined) return;
      const count = counts.get(event.instruction.id) ?? { all: 0, inUserMode: 0 };
      count.all++;
      if (isUser) count.inUserMode++;
      counts.set(event.instruction.id, count);
    });
    isWhole = report.stop !== undefined;
  }
  return { program: name, instructions, inUserMode: users, byInstruction: counts, isWhole };
}
