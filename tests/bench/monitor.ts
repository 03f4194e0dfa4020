/**
 * Compute-bound guests under a trap-and-emulate monitor against their bare machines, and lock step.
 *
 * Direct execution is direct: what runs is the same compiled CPU, so a guest that enters the monitor seldom is as fast as its bare machine.
 * On the System/370 the guest has translation that its bare machine does not have on; the CPU remembers it. The machine of the paper runs
 * 10^8 instructions in lock step: twice each, the states compared after every entry and every 50,000 instructions.
 */
import { builtUrl, textOf } from "./built.js";
import { alone, compared, measurePairs, type Benchmark } from "./measurement.js";
import { run } from "./process.js";

interface Guest { readonly machine: string; readonly program: string; readonly size: number; readonly instructions: number }

const GUESTS: readonly Guest[] = [
  { machine: "s370", program: "primes.s", size: 2 ** 20, instructions: 30_000_000 },
  { machine: "third-generation", program: "primes.s", size: 2 ** 11, instructions: 30_000_000 },
];
const LOCK_STEP: Guest = { machine: "third-generation", program: "primes.s", size: 2 ** 11, instructions: 100_000_000 };
/** Instructions before the clock runs: generated code is compiled by then. */
const WARM = 3_000_000;

export const monitor: Benchmark = {
  name: "monitor",
  title: "Guests under a monitor, and lock step",
  runs: 5,
  measure: async (runs, progress) => {
    const rows = [];
    for (const guest of GUESTS) {
      const pairs = await measurePairs(runs, () => speed(guest, "virtual", progress), () => speed(guest, "bare", progress));
      rows.push(compared(`${guest.program} of ${guest.machine}, under a monitor`, "M/s", "its bare machine", pairs, [{ of: "ratio", bound: "at least", value: 0.9 }]));
    }
    const seconds = LOCK_STEP.instructions / 1e6 / (await speed(LOCK_STEP, "lock-step", progress));
    rows.push(alone(`10^8 instructions of ${LOCK_STEP.machine} in lock step`, "s", [seconds], [{ of: "ours", bound: "at most", value: 600 }]));
    return rows;
  },
};

/** Millions of instructions of the guest in a second of processor time, in a process of its own. The program is begun again when it has ended. */
async function speed({ machine, program, size, instructions }: Guest, how: "bare" | "virtual" | "lock-step", progress: (what: string) => void): Promise<number> {
  progress(`${machine}, ${program}, ${how}`);
  const module = (path: string): string => JSON.stringify(builtUrl(path));
  const script = `
    const { loadMachine } = await import(${module("cli/load-machine.js")});
    const { bareMachine, createControlProgram } = await import(${module("vmm/control-program.js")});
    const { LockStep } = await import(${module("vmm/lock-step.js")});
    const { startState } = await import(${module("machine/start-state.js")});
    const { assemble } = await import(${module("machine/assembler.js")});
    const { machine } = await loadMachine(${JSON.stringify(machine)});
    const { image } = assemble(machine, ${JSON.stringify(textOf(`isa-specs/${machine}/programs/${program}`))}, ${JSON.stringify(program)});
    const guest = { name: "guest", image, events: [], start: startState(machine, image.words.map(([a]) => a)) };
    const begin = () => {
      if (${JSON.stringify(how)} === "bare") {
        const run = bareMachine(machine, guest, ${size});
        return (n) => { const before = run.steps; run.advance(before + n); return run.steps - before; };
      }
      const control = createControlProgram(machine, [guest], { kind: "trap-and-emulate", depth: 1, size: ${size}, quantum: Number.MAX_SAFE_INTEGER }, startState(machine, []));
      if (${JSON.stringify(how)} === "virtual") return (n) => control.advance(n);
      const lock = new LockStep(machine, control, ${size});
      return (n) => { const { begun, divergence } = lock.advance(n); if (divergence !== undefined) throw new Error("bug: a divergence in lock step"); return begun; };
    };
    const advance = (count) => {
      let more = begin(), done = 0;
      while (done < count) { const n = more(count - done); done += n; if (done < count) more = begin(); }
      return done;
    };
    advance(${WARM});
    const begun = process.cpuUsage();
    const done = advance(${instructions});
    const { user, system } = process.cpuUsage(begun);
    console.log(done / (user + system));`;
  return Number((await run(process.execPath, ["--input-type=module", "-e", script])).stdout);
}
