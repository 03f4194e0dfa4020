/**
 * The PDP-10's CPU, compiled from its specification, against SIMH's: the program `mixture.s`, the same words in both.
 *
 * SIMH has the KS10, which does what the program uses as the KA10 does. Both have to come to the same checksum after the same
 * number of instructions. Ours is a fresh process each time, as `popek run` is; the generating of its functions and their
 * compilation are in the time, and the loading of the machine is not. The start of SIMH is, which is a hundredth of a second.
 * In processor time, all threads together.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built, builtUrl, textOf } from "./built.js";
import { missing } from "./debian.js";
import { alone, compared, measurePairs, type Benchmark } from "./measurement.js";
import { run } from "./process.js";

const PROGRAM = "isa-specs/pdp10/programs/mixture.s";
/** Of 1,477 instructions: 10^8 in all. */
const ROUNDS = 67_705n;
const NAME = "compute-bound program of 10^8 instructions";

type Word = readonly [address: bigint, word: bigint];
interface Program { readonly words: readonly Word[]; readonly start: bigint; readonly checksum: bigint }
interface Result { readonly instructions: number; readonly checksum: bigint; readonly processorSeconds: number }

export const pdp10Cpu: Benchmark = {
  name: "cpu",
  title: "CPU of the PDP-10, run from the specification",
  runs: 7,
  measure: async (runs, progress) => {
    const program = await assembled();
    const lacking = await missing("pdp10", "simh", progress);
    if (lacking !== undefined) {
      const speeds: number[] = [];
      for (let i = 0; i < runs; i++) speeds.push(speedOf(await ours(program)));
      return [alone(NAME, "M/s", speeds, [], lacking)];
    }
    const folder = mkdtempSync(join(tmpdir(), "popek-bench-"));
    try {
      const script = join(folder, "mixture.ini");
      writeFileSync(script, simhScript(program));
      const results: Result[] = [];
      const noted = (result: Result): number => {
        results.push(result);
        return speedOf(result);
      };
      progress("the program in both");
      const pairs = await measurePairs(runs, async () => noted(await ours(program)), async () => noted(await simh(script, program)));
      const outcomes = new Set(results.map((r) => `${r.instructions} instructions, checksum ${r.checksum.toString(8)}`));
      if (outcomes.size !== 1) throw new Error(`the two do not agree: ${[...outcomes].join("; ")}`);
      return [compared(NAME, "M/s", "SIMH 3.8's KS10", pairs, [{ of: "ratio", bound: "at least", value: 0.25 }])];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function assembled(): Promise<Program> {
  const [{ assemble }, { loadMachine }] = await Promise.all([built.assembler(), built.loadMachine()]);
  const { machine } = await loadMachine("pdp10");
  const { image, symbols, diagnostics } = assemble(machine, textOf(PROGRAM), PROGRAM);
  const rounds = symbols.get("rounds"), checksum = symbols.get("checksum");
  if (rounds === undefined || checksum === undefined) throw new Error(`${PROGRAM}: ${diagnostics.map((d) => `${d.span.line} ${d.message}`).join("\n") || "no rounds, or no checksum"}`);
  return { words: image.words.map(([address, word]) => [address, address === rounds ? ROUNDS : word]), start: image.start, checksum };
}

async function ours({ words, start, checksum }: Program): Promise<Result> {
  const literal = (value: bigint): string => `${value}n`;
  const script = `
    const { loadMachine } = await import(${JSON.stringify(builtUrl("cli/load-machine.js"))});
    const { createCpu } = await import(${JSON.stringify(builtUrl("machine/cpu.js"))});
    const { machine } = await loadMachine("pdp10");
    const begun = process.cpuUsage();
    const cpu = createCpu(machine);
    for (const [address, word] of [${words.map((w) => `[${w.map(literal).join(", ")}]`).join(", ")}]) cpu.setCell("core", address, word);
    cpu.set("PC", ${literal(start)});
    const { stop, instructions } = cpu.run({ limit: Number.MAX_SAFE_INTEGER });
    const { user, system } = process.cpuUsage(begun);
    console.log(stop.kind, instructions, cpu.getCell("core", ${literal(checksum)}).toString(), (user + system) / 1e6);`;
  const [stop, instructions, sum, processorSeconds] = (await run(process.execPath, ["--input-type=module", "-e", script])).stdout.split(/\s/);
  if (stop !== "halt") throw new Error(`bug: ${PROGRAM} did not halt: ${stop}`);
  return { instructions: Number(instructions), checksum: BigInt(sum!), processorSeconds: Number(processorSeconds) };
}

/** A file that ends in `exit`, and no pipe: SIMH 3.8 loops for ever at the end of its input. */
function simhScript({ words, start, checksum }: Program): string {
  const octal = (value: bigint): string => value.toString(8);
  return ["d ubr 0", ...words.map((w) => `d ${w.map(octal).join(" ")}`), `d pc ${octal(start)}`, "go", "show time", `ex ${octal(checksum)}`, "exit", ""].join("\n");
}

async function simh(script: string, { checksum }: Program): Promise<Result> {
  const { stdout, processorSeconds } = await run("pdp10", [script]);
  const time = /^Time:\s*(\d+)/m.exec(stdout), sum = new RegExp(`^${checksum.toString(8)}:\\s*([0-7]+)`, "m").exec(stdout);
  if (time === null || sum === null || !stdout.includes("HALT instruction")) throw new Error(`SIMH did not come to the end: ${stdout.slice(-500)}`);
  return { instructions: Number(time[1]), checksum: BigInt(`0o${sum[1]}`), processorSeconds };
}

const speedOf = ({ instructions, processorSeconds }: Result): number => instructions / processorSeconds / 1e6;
