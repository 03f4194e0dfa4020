/**
 * Red pills for independent systems: a program that prints which world it is in, for an emulator that knows nothing of popek.
 *
 * A host is one such system for one machine: it takes a pill as the search found it, puts around it what the system needs to
 * start, to print and to stop, and says so where it can't, because its processor is another model there. One file a system.
 *
 * The very same program runs on popek's own bare machine and under its monitor, where it leaves what it prints in a line of cells.
 */
import type { Machine } from "../../isa/machine.js";
import type { Cpu } from "../../machine/cpu.js";
import type { Image, Setting } from "../../machine/image.js";
import type { ProgramPill } from "../red-pill-result.js";

/** What a program prints, by the world it is in. */
export const SAYS = { bare: "bare machine", virtual: "under a monitor" } as const;

export interface HostedPill {
  readonly kind: "hosted";
  /** by name: source, binary, what the system is told, and `run`, which is executable */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly image: Image;
  /** cells of storage that it needs */
  readonly size: number;
  /** what it has printed, read from a CPU of popek's */
  readonly said: (cpu: Cpu) => string;
}

export interface RefusedPill {
  readonly kind: "refused";
  readonly because: string;
}

export interface PillHost {
  /** name of the specification */
  readonly machine: string;
  /** "ks10" */
  readonly name: string;
  readonly title: string;
  /** the program that has to be installed, and the Debian package that brings it */
  readonly command: string;
  readonly debian: string;
  /** what the system begins with, where programs can't begin in the state that popek would choose */
  readonly begins?: readonly Setting[];
  /** why no program of this instruction's can be run there, whatever it is; absent: nothing is refused so */
  readonly refuses?: (id: string) => string | undefined;
  readonly host: (machine: Machine, id: string, pill: ProgramPill) => HostedPill | RefusedPill;
}

/** A program for the system, or why not. */
export function hostedBy(host: PillHost, machine: Machine, id: string, pill: ProgramPill): HostedPill | RefusedPill {
  const because = host.refuses?.(id);
  return because === undefined ? host.host(machine, id, pill) : { kind: "refused", because };
}

/** Of an identifier, what may stand in the name of a file: `JRST-f-2` of `JRST[f=2]`. */
export function fileNameOf(id: string): string {
  return id.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
