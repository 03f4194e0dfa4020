/**
 * What of the mode is the real machine's own while a guest runs in user mode.
 *
 * In the paper M is s or u, and user mode is one value of it. A machine whose mode has several components may be in user mode with many values
 * of these: registers that other modes have put away, say. The VM map leaves some of them as the real machine has them. Sensitivity to the
 * location or to resources is asked of states that agree in all of the mode, and so is user-sensitivity; an instruction that looks, in user mode, at what is
 * left so is in none of these classes, and tells all the same: the hybrid monitor of Theorem 3 runs it directly. So it is said with the proof.
 */
import type { Component, Instruction, Machine } from "../isa/machine.js";
import { reachable } from "../isa/term.js";
import { componentsOf, isTransient } from "./parts.js";

/** Components of the mode that a monitor over this machine neither sets nor gives. */
function ownMode(machine: Machine): Component[] {
  const { monitor } = machine;
  return monitor === undefined ? [] : componentsOf(machine, ["mode"]).filter((c) => !isTransient(c) && !monitor.next.has(c.name) && !monitor.given.has(c.name) && !monitor.placed.has(c.name));
}

/** Those of them that an instruction looks at. */
export function ownModeSeen(machine: Machine, { step }: Instruction): string[] {
  const seen = new Set(reachable([...step.exits.flatMap((e) => [e.guard, ...e.args]), ...step.next.values(), ...(step.execute === undefined ? [] : [step.execute.guard, step.execute.word])]).map((t) => t.id));
  return ownMode(machine).filter((c) => seen.has(c.variable.id)).map((c) => c.name);
}
