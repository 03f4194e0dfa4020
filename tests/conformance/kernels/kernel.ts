/**
 * Kernels on independent systems: the program that Popek assembles is loaded there as it is, and has to send to its console
 * what it sends to that of Popek's bare machine.
 *
 * A system has clocks of its own, and Popek's machine is told when its timer asks; kernels are written so that the console says the
 * same however fast time goes.
 */
import type { Image } from "../../../src/machine/image.js";
import type { Kind } from "../../../src/vmm/decisions.js";
import type { Tools } from "../tools.js";

export interface Kernel {
  readonly machine: string;
  /** in the specification's folder; its timetable beside it, if it has one: `kernel.events` to `kernel.s` */
  readonly program: string;
  /** parameters of the specification */
  readonly settings?: ReadonlyMap<string, number>;
  /** the monitor that carries it */
  readonly monitor: Kind;
  /** cells of its storage */
  readonly size: number;
  /** instructions after which it has ended */
  readonly limit: number;
}

export interface KernelHost {
  readonly machine: string;
  /** of the file of what was said there */
  readonly name: string;
  readonly title: string;
  readonly tools: Tools;
  /** What the console of the system is sent, to the end. Rejects if it does not end by itself. */
  readonly run: (image: Image, entry: bigint) => Promise<string>;
}
