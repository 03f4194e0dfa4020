/**
 * The toy machine: all transitions from all states, and the search from one state, by the enumerator and by Spin.
 *
 * Ours is a fresh enumerator each time, so that making its functions and their compilation by the JavaScript engine are in the
 * time; Spin's compiler is not. Both are given in processor time, all threads together. In the first comparison the two
 * do not do the same work: the enumerator fills arrays with successors, Spin can only search, and looks every successor up
 * among the states it has seen. In the second both search.
 */
import { join } from "node:path";
import { built, ROOT } from "./built.js";
import { alone, compared, measurePairs, type Benchmark, type Row, type Target } from "./measurement.js";
import { connectSpin, FASTEST, PLAIN, type Spin, type Verifier } from "./spin.js";
import { optionsOf, searches } from "./toy-runs.js";

type Enumerate = Awaited<ReturnType<typeof built.enumerate>>;
type ToyMachine = Parameters<Enumerate["enumerator"]>[0];

const SPEED: Target = { of: "ours", bound: "at least", value: 50 };

export const toy: Benchmark = {
  name: "toy",
  title: "Exhaustive enumeration: the toy machine, 2^19 states, 32 words",
  runs: 7,
  measure: async (runs, progress) => {
    const enumerate = await built.enumerate();
    const { machine } = await (await built.loadMachine()).loadMachine(join(ROOT, "tests/machines/toy.isa"));
    const spin = await connectSpin(progress);
    if (typeof spin === "string") {
      return [alone("all transitions from all states", "M/s", Array.from({ length: runs }, () => allTransitions(enumerate, machine)), [SPEED], spin)];
    }
    try {
      return await beside(spin, enumerate, machine, runs, progress);
    } finally {
      spin.close();
    }
  },
};

async function beside(spin: Spin, enumerate: Enumerate, machine: ToyMachine, runs: number, progress: (what: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const [whole] = searches;
  for (const [note, options] of [["", PLAIN], [", fastest options", FASTEST]] as const) {
    progress(`verifiers, ${options.join(" ")}`);
    const all = await spin.verifier([], options);
    const one = await spin.verifier([`START=${whole!.start}`], options);
    const against = `${spin.version}${note}`;
    progress(`all transitions, ${against}`);
    rows.push(compared("all transitions from all states", "M/s", against, await measurePairs(runs, async () => allTransitions(enumerate, machine), () => speedOf(all)), [SPEED, { of: "ratio", bound: "at least", value: 5 }]));
    progress(`search, ${against}`);
    rows.push(compared("search from one state", "M/s", against, await measurePairs(runs, async () => search(enumerate, machine), () => speedOf(one))));
  }
  for (const { title, start, definitions, states } of searches) {
    progress(`reached states, ${title}`);
    const told = (await (await spin.verifier([`START=${start}`, ...definitions], PLAIN)).run()).states;
    if (told !== states) throw new Error(`${spin.version} reaches ${told} states ${title}, and ${states} are recorded`);
  }
  return rows;
}

async function speedOf(verifier: Verifier): Promise<number> {
  const { transitions, processorSeconds } = await verifier.run();
  return transitions / processorSeconds / 1e6;
}

/** Millions of transitions a second. */
function allTransitions({ enumerator }: Enumerate, machine: ToyMachine): number {
  const begun = process.cpuUsage();
  const all = enumerator(machine, { deliver: true });
  if (all === undefined) throw new Error("bug: the toy machine is not enumerated");
  const successors = new Int32Array(all.states), outcomes = new Uint8Array(all.states);
  for (let word = 0; word < all.words.length; word++) all.fill(word, successors, outcomes);
  return (all.states * all.words.length) / processorSeconds(begun) / 1e6;
}

function search({ enumerator, allWords }: Enumerate, machine: ToyMachine): number {
  const [whole] = searches;
  const begun = process.cpuUsage();
  const all = enumerator(machine, optionsOf(allWords(machine), whole!));
  const states = all?.reachable(whole!.start);
  const speed = (whole!.states * 32) / processorSeconds(begun) / 1e6;
  if (states !== whole!.states) throw new Error(`bug: ${states} states are reached, and ${whole!.states} by Spin`);
  return speed;
}

function processorSeconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}
