/**
 * The PDP-10's CPU, compiled from its specification, against SIMH's: the program `mixture.s`, the same words in both.
 *
 * SIMH has the KS10, which does what the program uses as the KA10 does. Both have to come to the same checksum after the same
 * number of instructions. Ours is a fresh CPU each time, with the generating of its functions and their compilation in the time;
 * loading the machine is not, and the start of SIMH, a hundredth of a second, is. In processor time, all threads together.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built, textOf } from "./built.js";
import { missing } from "./debian.js";
import { alone, compared, measurePairs, type Benchmark } from "./measurement.js";
import { run } from "./process.js";

const PROGRAM = "isa-specs/pdp10/programs/mixture.s";
/** Of 1,477 instructions: 10^8 in all. */
const ROUNDS = 67_705n;
const NAME = "compute-bound program of 10^8 instructions";

interface Result { readonly instructions: number; readonly checksum: bigint; readonly processorSeconds: number }

export const pdp10Cpu: Benchmark = {
  name: "cpu",
  title: "CPU of the PDP-10, run from the specification",
  runs: 5,
  measure: async (runs, progress) => {
    const [{ createCpu }, { assemble }, { loadMachine }] = await Promise.all([built.cpu(), built.assembler(), built.loadMachine()]);
    const { machine } = await loadMachine("pdp10");
    const { image, symbols, diagnostics } = assemble(machine, textOf(PROGRAM), PROGRAM);
    if (diagnostics.length > 0) throw new Error(`${PROGRAM}: ${diagnostics.map((d) => `${d.span.line} ${d.message}`).join("\n")}`);
    const rounds = addressOf(symbols, "rounds"), checksum = addressOf(symbols, "checksum");
    const words = image.words.map(([address, word]) => [address, address === rounds ? ROUNDS : word] as const);

    const ours = (): Result => {
      const begun = process.cpuUsage();
      const cpu = createCpu(machine);
      for (const [address, word] of words) cpu.setCell("core", address, word);
      cpu.set("PC", image.start);
      const { why, instructions, stop } = cpu.run({ limit: Number.MAX_SAFE_INTEGER });
      const { user, system } = process.cpuUsage(begun);
      if (why !== "stop" || stop?.kind !== "halt") throw new Error(`bug: ${PROGRAM} did not halt: ${why}`);
      return { instructions, checksum: cpu.getCell("core", checksum), processorSeconds: (user + system) / 1e6 };
    };

    const lacking = await missing("pdp10", "simh", progress);
    if (lacking !== undefined) return [alone(NAME, "M/s", Array.from({ length: runs }, () => speedOf(ours())), [], lacking)];
    const folder = mkdtempSync(join(tmpdir(), "popek-bench-"));
    try {
      // a file that ends in `exit`, and no pipe: SIMH 3.8 loops for ever at the end of its input
      const script = join(folder, "mixture.ini");
      const octal = (value: bigint): string => value.toString(8);
      writeFileSync(script, ["d ubr 0", ...words.map(([address, word]) => `d ${octal(address)} ${octal(word)}`), `d pc ${octal(image.start)}`, "go", "show time", `ex ${octal(checksum)}`, "exit", ""].join("\n"));
      const results: Result[] = [];
      const noted = (result: Result): number => {
        results.push(result);
        return speedOf(result);
      };
      progress("the program in both");
      const pairs = await measurePairs(runs, async () => noted(ours()), async () => noted(await simh(script, checksum)));
      const outcomes = new Set(results.map((r) => `${r.instructions} instructions, checksum ${octal(r.checksum)}`));
      if (outcomes.size !== 1) throw new Error(`the two do not agree: ${[...outcomes].join("; ")}`);
      return [compared(NAME, "M/s", "SIMH 3.8's KS10", pairs, [{ of: "ratio", bound: "at least", value: 0.25 }])];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function simh(script: string, checksum: bigint): Promise<Result> {
  const { stdout, processorSeconds } = await run("pdp10", [script]);
  const time = /^Time:\s*(\d+)/m.exec(stdout), sum = new RegExp(`^${checksum.toString(8)}:\\s*([0-7]+)`, "m").exec(stdout);
  if (time === null || sum === null || !stdout.includes("HALT instruction")) throw new Error(`SIMH did not come to the end: ${stdout.slice(-500)}`);
  return { instructions: Number(time[1]), checksum: BigInt(`0o${sum[1]}`), processorSeconds };
}

function addressOf(symbols: ReadonlyMap<string, bigint>, name: string): bigint {
  const address = symbols.get(name);
  if (address === undefined) throw new Error(`bug: ${PROGRAM} has no ${name}`);
  return address;
}

const speedOf = ({ instructions, processorSeconds }: Result): number => instructions / processorSeconds / 1e6;
