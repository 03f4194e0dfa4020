/**
 * A machine that one can run: the real one, or a virtual one that a monitor gives. A monitor turns one into others of the same
 * kind, and cannot tell which it stands on. That is all there is to recursion.
 */
import type { Cpu, StateSnapshot, Stop, Trapped, TrapTreatment } from "../machine/cpu.js";

/** Why a machine will run no more. */
export type End =
  | Stop
  /** what runs on it in user mode has changed a part of the machine below that is not its own: the monitor has lost control */
  | { readonly kind: "escape"; readonly component: string }
  /** what runs on it in user mode has halted the machine below, and with it the monitor and everybody else */
  | { readonly kind: "halt-below" };

export interface PlatformReport {
  readonly why: "limit" | "trap" | "end" | "entry";
  /** instructions begun */
  readonly steps: number;
  /** left to the caller, who asked for it: the last step begun has done nothing but what the trap leaves */
  readonly trap?: Trapped;
  /** units of the instruction that trapped so */
  readonly length?: number;
  readonly end?: End;
}

export interface PlatformOptions {
  /** at most so many instructions are begun */
  readonly limit: number;
  readonly traps: TrapTreatment;
  /** come back too when the machine below has trapped and the monitor has done what is to be done */
  readonly pausesAtEntries?: boolean;
}

export interface Platform {
  /** holds the machine's state whenever the machine does not run */
  readonly cpu: Cpu;
  readonly run: (options: PlatformOptions) => PlatformReport;
  /** takes an event from outside, or not: undefined where the machine does not accept it now */
  readonly interrupt: (name: string, args: readonly bigint[]) => { readonly end?: End } | undefined;
  /** whether the machine's accepting of this event can change only at entries of a monitor */
  readonly isSteady: (interrupt: string) => boolean;
  /** What the software on the machine does after it has changed translations that were in use: from here on they are looked up anew. */
  readonly flush: () => void;
  /** Remembers everything; the function puts it back. */
  readonly save: () => () => void;
  /** what the console has been sent, a number for each character; the first million */
  readonly output: () => readonly number[];
}

/** Characters that are kept of what a machine says, which may go on for ever. */
const MOST_OUTPUT = 1_000_000;

/** Listens to the console of a machine. */
export function listenTo(cpu: Cpu): number[] {
  const sent: number[] = [];
  cpu.connect((character) => {
    if (sent.length < MOST_OUTPUT) sent.push(Number(character));
  });
  return sent;
}

/** The machine itself. */
export function realMachine(cpu: Cpu): Platform {
  const sent = listenTo(cpu);
  return {
    cpu,
    output: () => sent,
    run: ({ limit, traps }) => {
      const { why, steps, trap, length, stop } = cpu.run({ limit, traps });
      return why === "stop" ? { why: "end", steps, end: stop } : why === "trap" ? { why, steps, trap, length } : { why: "limit", steps };
    },
    interrupt: (name, args) => {
      const report = cpu.interrupt(name, args);
      return report === undefined ? undefined : { end: report.stop };
    },
    isSteady: () => false,
    flush: () => undefined,
    save: () => {
      const snapshot: StateSnapshot = cpu.snapshot(), { length } = sent;
      return () => {
        cpu.restore(snapshot);
        sent.length = length;
      };
    },
  };
}
