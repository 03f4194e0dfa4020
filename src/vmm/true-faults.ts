/**
 * Whether a memory trap of the real machine is the guest's own: where the real machine's window takes this trap at this address, for
 * whatever kind of access, the guest's own window takes it too and tells the same (`requirements/true-faults.ts`).
 */
import { ACCESS, type Window } from "../isa/machine.js";
import type { Term } from "../isa/term.js";
import type { Cpu, Trapped } from "../machine/cpu.js";
import { faultTaken } from "../requirements/true-faults.js";

interface Fault {
  readonly window: Window;
  /** which of the trap's arguments is the address */
  readonly argument: number;
  /** taken, and its arguments behind it */
  readonly told: Term;
  readonly taken: Term;
}

/** @returns whether a trap that the real machine took is one of the guest's own. Not known where the trap does not tell the address: then it is said not to be. */
export function comparingFaults(virtual: Cpu, real: Cpu): (trap: Trapped) => boolean {
  const { machine } = virtual;
  const known = new Map<string, readonly Fault[] | undefined>();
  const faultsOf = (cause: string): readonly Fault[] | undefined => {
    const faults: Fault[] = [];
    for (const window of machine.windows) for (const [n, trap] of window.traps.entries()) {
      if (trap.trap !== cause) continue;
      const argument = trap.args.indexOf(window.address);
      if (argument < 0) return undefined;
      for (const kind of Object.values(ACCESS)) {
        const { taken, args } = faultTaken(machine, window, kind, n);
        faults.push({ window, argument, taken, told: machine.terms.concat(taken, ...args) });
      }
    }
    return faults;
  };
  return (trap) => {
    if (!known.has(trap.cause)) known.set(trap.cause, faultsOf(trap.cause));
    return known.get(trap.cause)?.every(({ window, argument, taken, told }) => {
      const at = [trap.args[argument]!];
      return real.valueWith(taken, [window.address], at) === 0n || real.valueWith(told, [window.address], at) === virtual.valueWith(told, [window.address], at);
    }) ?? false;
  };
}
