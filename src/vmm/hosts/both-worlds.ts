/** A hosted pill run on popek's own machine, bare and under the reference monitor: what it prints there. */
import type { Machine } from "../../isa/machine.js";
import { bareMachine, createControlProgram, type GuestProgram } from "../control-program.js";
import type { Kind } from "../decisions.js";
import type { Start } from "../red-pill.js";
import type { HostedPill } from "./host.js";

export interface BothWorlds {
  readonly bare: string;
  readonly virtual: string;
}

const LONGEST_RUN = 2_000_000;

export function saidInBothWorlds(machine: Machine, { image, size, said }: HostedPill, kind: Kind, start: Start): BothWorlds {
  const program: GuestProgram = { name: "red pill", image, events: [], start: start(image.words.map(([a]) => a)) };
  const bare = bareMachine(machine, program, size);
  bare.advance(LONGEST_RUN);
  const monitor = createControlProgram(machine, [program], { kind, depth: 1, size, quantum: LONGEST_RUN }, start([]));
  monitor.advance(LONGEST_RUN);
  const guest = monitor.guests[0]!;
  if (bare.end?.kind !== "halt" || guest.run.end?.kind !== "halt") throw new Error(`bug: a hosted red pill does not halt: bare ${bare.end?.kind ?? "at the limit"}, virtual ${guest.run.end?.kind ?? "at the limit"}`);
  return { bare: said(bare.platform.cpu), virtual: said(guest.machine.cpu) };
}
