/** `popek vmm prove`: whether a monitor over a machine is one: fidelity, safety and efficiency of every instruction. */
import { met, readingExpectation } from "../expected.js";
import { compareProof, readProveExpectation } from "../../report/vmm-prove-expectation.js";
import { proveJson } from "../../report/vmm-prove-json.js";
import { proveText } from "../../report/vmm-prove-text.js";
import type { ProveResult } from "../../vmm/prove-result.js";
import { monitorNamed } from "../monitor-named.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters, wholeNumber } from "../command.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { badInput, EXIT, type ExitCode } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { writeResult, writeTo } from "../output.js";
import { matcher } from "../patterns.js";
import { configurationOf } from "../perform-check.js";
import { performProve } from "../perform-prove.js";
import { colorFor, widthOf } from "../terminal.js";

export const command = defineCommand({
  positionals: MACHINE_POSITIONAL,
  options: {
    monitor: { type: "string", default: "trap-and-emulate", requiresArg: true, describe: "trap-and-emulate, hybrid, or either as recursive:N (trap-and-emulate) or hybrid:N: N monitors, one on the other" },
    reading: { choices: ["strict", "extended"] as const, default: "extended" as const, describe: "which reading of R: strict, the map; extended, masks, vectors, identity, clocks and devices too" },
    guests: { choices: ["any", "within-k"] as const, default: "any" as const, describe: "within-k: guests never give their own user programs more than the configuration says" },
    block: { default: 1, coerce: blockSize, requiresArg: true, describe: "give out storage in whole blocks of so many cells, a power of two; more where the map needs it" },
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    only: { type: "string", requiresArg: true, describe: "instructions by identifier or mnemonic, with * for anything" },
    ...ENGINE_OPTIONS,
    expect: { type: "string", requiresArg: true, describe: "what it should come to: answer=holds,JRST[f=1].fidelity=fails" },
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    verbose: { type: "boolean", default: false, describe: "also the runs that show why an instruction is partly interpreted" },
    fold: { type: "boolean", default: false, describe: "neighbours of the same answers on one line of the table" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const monitor = monitorNamed(args.monitor);
    const expectation = args.expect === undefined ? undefined : readingExpectation(() => readProveExpectation(args.expect!));
    const { machine, sourceLine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const only = args.only === undefined ? undefined : matcher(machine, args.only);
    const result = await performProve({ machine, configuration: configurationOf(machine, args.config), monitor, reading: args.reading, guests: args.guests, leastBlockBits: Math.log2(args.block), choice: engineChoice(args), jobs: args.jobs, only });
    const isToFile = args.output !== undefined;
    const text = args.format === "json" ? proveJson(result) : proveText(result, { color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout), verbose: args.verbose, fold: args.fold, sourceLine });
    const code = expectation === undefined ? exitCode(result) : await met(() => compareProof(result, expectation));
    await writeResult(text, args.output);
    return code;
  },
});

/** Allotments lie at multiples of it, so it can't be any number. */
function blockSize(value: unknown): number {
  const block = wholeNumber("block", 1, 2 ** 30)(value);
  if (!Number.isInteger(Math.log2(block))) throw badInput(`--block ${block} is no power of two`);
  return block;
}

function exitCode(result: ProveResult): ExitCode {
  return result.answer === "holds" ? EXIT.asExpected : result.answer === "fails" ? EXIT.fails : EXIT.open;
}
