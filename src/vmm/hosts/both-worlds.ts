/** A hosted pill run on popek's own machine, bare and under the reference monitor: what it prints there. */
import type { Machine } from "../../isa/machine.js";
import { bareMachine, createControlProgram, type GuestProgram } from "../control-program.js";
import type { Kind } from "../decisions.js";
import { asProcessorOf } from "../../machine/start-state.js";
import { registersOf } from "../red-pill-bench.js";
import type { TimedRun } from "../timed-run.js";
import type { Start } from "../red-pill.js";
import type { HostedPill } from "./host.js";

export interface BothWorlds {
  readonly bare: string;
  readonly virtual: string;
}

const LONGEST_RUN = 2_000_000;
const LOOKED_AFTER = 1000;
/** Instructions of the longest jump to itself: there may be a delay slot. */
const LONGEST_STAY = 2;

export function saidInBothWorlds(machine: Machine, { image, size, said }: HostedPill, kind: Kind, start: Start): BothWorlds {
  const program: GuestProgram = { name: "red pill", image, events: [], start: start(image.words.map(([a]) => a)) };
  const bare = bareMachine(machine, program, size);
  const monitor = createControlProgram(machine, [program], { kind, depth: 1, size, quantum: LONGEST_RUN }, asProcessorOf(machine, start([]), image.settings));
  const guest = monitor.guests[0]!;
  const ends = [bare, guest.run].map((run) => toItsEnd(run));
  if (ends.some((end) => end !== undefined)) throw new Error(`bug: a hosted red pill does not come to its end: ${ends.map((end, i) => `${i === 0 ? "bare" : "virtual"} ${end ?? "as it should be"}`).join(", ")}`);
  return { bare: said(bare.platform.cpu), virtual: said(guest.machine.cpu) };
}

/** Runs until the machine halts, or stays where it is, which on a machine that nothing halts is the end of a program. Undefined: it has, or has run long enough; else why it can't. */
function toItsEnd(run: TimedRun): string | undefined {
  while (run.end === undefined && run.steps < LONGEST_RUN) {
    run.advance(run.steps + LOOKED_AFTER);
    const seen = (): string => [...registersOf(run).values()].join(), before = seen();
    for (let n = 0; n < LONGEST_STAY && run.end === undefined; n++) {
      run.advance(run.steps + 1);
      if (run.end === undefined && seen() === before) return undefined;
    }
  }
  return run.end?.kind === "halt" ? undefined : run.end?.kind;
}
