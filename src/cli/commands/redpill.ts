/** `popek redpill`: guests that find out that they run under a monitor, one for each critical instruction. */
import { setImmediate } from "node:timers/promises";
import type { Instruction } from "../../isa/machine.js";
import { redPillJson, redPillText } from "../../report/red-pill.js";
import type { CheckResult } from "../../verdict/result.js";
import { VERSION } from "../../verdict/version.js";
import { KINDS, type Kind } from "../../vmm/decisions.js";
import { beginsOf } from "../../vmm/hosts/hosts.js";
import { createPillFinder } from "../../vmm/red-pill.js";
import { fromProof, type InstructionPill, type PillAnswer, type RedPillResult } from "../../vmm/red-pill-result.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters, wholeNumber } from "../command.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { badInput, EXIT } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { writeResult, writeTo } from "../output.js";
import { matcher } from "../patterns.js";
import { configurationOf, performCheck, type CheckWork } from "../perform-check.js";
import { performProve } from "../perform-prove.js";
import { startProgress } from "../progress.js";
import { startState } from "../../machine/start-state.js";
import { startEmission } from "../pill-emission.js";
import { colorFor, widthOf } from "../terminal.js";

export const command = defineCommand({
  positionals: { ...MACHINE_POSITIONAL, instruction: { type: "string", describe: "only these: an identifier or mnemonic, with * for anything" } },
  options: {
    monitor: { choices: KINDS, default: "trap-and-emulate" as const, describe: "whose guests they are; it also says which instructions are critical: those of Theorem 1 or of Theorem 3" },
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    block: { default: 1, coerce: blockSize, requiresArg: true, describe: "where no program is found: the monitor gives out storage in whole blocks of so many cells, a power of two" },
    ...ENGINE_OPTIONS,
    emit: { type: "string", requiresArg: true, describe: "a folder for source, binary and run script of each pill, for an independent system: programs that print which world they are in" },
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const { machine, sourceLine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const emission = args.emit === undefined ? undefined : startEmission(machine, args.monitor, args.emit);
    const only = args.instruction === undefined ? undefined : matcher(machine, args.instruction);
    const work: CheckWork = { machine, configuration: configurationOf(machine, args.config), choice: engineChoice(args), jobs: args.jobs, only };
    const check = await performCheck(work);
    const { critical, undecided } = criticalOf(check, args.monitor);
    const pills = [...await pillsFor(work, check, critical, args.monitor, args.block), ...undecided.map((id) => toPill(check, id, 0, { answer: "open", reason: "whether the instruction is critical is open" }))];
    const result: RedPillResult = {
      popek: VERSION, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, configuration: work.configuration.name, monitor: args.monitor,
      critical, undecided, isPartial: only !== undefined, pills, ...(emission === undefined ? {} : { emitted: emission.add(pills) }),
    };
    emission?.finish(redPillJson(result));
    const isToFile = args.output !== undefined;
    await writeResult(args.format === "json" ? redPillJson(result) : redPillText(result, { color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout), sourceLine }), args.output);
    return pills.some((p) => p.result.answer === "open") ? EXIT.open : EXIT.asExpected;
  },
});

/** Allotments lie at multiples of it, so it can't be any number. */
function blockSize(value: unknown): number {
  const block = wholeNumber("block", 1, 2 ** 30)(value);
  if (!Number.isInteger(Math.log2(block))) throw badInput(`--block ${block} is no power of two`);
  return block;
}

/** By both readings of R, in the order of the specification. */
function criticalOf(check: CheckResult, monitor: Kind): { readonly critical: readonly string[]; readonly undecided: readonly string[] } {
  const theorem = monitor === "hybrid" ? 3 : 1;
  const judged = check.theorems.filter((t) => t.theorem === theorem && t.reading !== "literal" && t.assumption === "any");
  const inOrder = (ids: ReadonlySet<string>): string[] => check.instructions.map((i) => i.id).filter((id) => ids.has(id));
  const critical = new Set(judged.flatMap((t) => t.critical));
  return { critical: inOrder(critical), undecided: inOrder(new Set(judged.flatMap((t) => t.open).filter((id) => !critical.has(id)))) };
}

/** A program where one is found; else what the proof about the monitor says. */
async function pillsFor(work: CheckWork, check: CheckResult, critical: readonly string[], monitor: Kind, block: number): Promise<readonly InstructionPill[]> {
  const { machine } = work;
  const own = critical.flatMap((id) => machine.instructions.filter((i) => i.id === id));
  const found = await programsFor(work, own, critical, monitor);
  const left = new Set(own.filter((i) => found.get(i.id)?.result.answer !== "found").map((i) => i.id));
  const proof = left.size === 0 ? undefined : await performProve({ ...work, monitor, reading: "extended", guests: "any", leastBlockBits: Math.log2(block), only: (i) => left.has(i.id) });
  return critical.map((id): InstructionPill => {
    const pill = found.get(id);
    if (pill === undefined) return toPill(check, id, 0, { answer: "as-target", target: targetOf(id, own) });
    const proved = proof?.instructions.find((i) => i.id === id);
    if (proved === undefined || pill.result.answer !== "open") return toPill(check, id, pill.trials, pill.result);
    return toPill(check, id, pill.trials, fromProof(proved.fidelity, proved.safety, pill.result.reason));
  });
}

async function programsFor({ machine }: CheckWork, own: readonly Instruction[], critical: readonly string[], monitor: Kind): Promise<ReadonlyMap<string, { readonly trials: number; readonly result: PillAnswer }>> {
  if (own.length === 0) return new Map();
  const finder = createPillFinder(machine, monitor, new Set(critical), (addresses) => startState(machine, addresses), { begins: beginsOf(machine.name) });
  if ("reason" in finder) return new Map(own.map((i) => [i.id, { trials: 0, result: { answer: "open", reason: finder.reason } }]));
  const progress = await startProgress("searching");
  const found = new Map<string, { readonly trials: number; readonly result: PillAnswer }>();
  try {
    for (const [n, instruction] of own.entries()) {
      progress.update(n, own.length, instruction.id);
      await setImmediate(); // signals have their turn
      const { pill, trials } = finder.find(instruction);
      found.set(instruction.id, { trials, result: pill === undefined ? { answer: "open", reason: `none of ${trials.toLocaleString("en-US")} programs tells the two apart` } : { answer: "found", pill } });
    }
    return found;
  } finally {
    progress.stop();
  }
}

/** `JSP` of `XCT[JSP]`. */
function targetOf(id: string, own: readonly Instruction[]): string {
  const target = own.map((i) => i.id).filter((t) => id.endsWith(`[${t}]`)).sort((a, b) => b.length - a.length)[0];
  if (target === undefined) throw new Error(`bug: ${id} is no instruction, and executes none that is critical`);
  return target;
}

function toPill(check: CheckResult, id: string, trials: number, result: PillAnswer): InstructionPill {
  const { title, source } = check.instructions.find((i) => i.id === id)!;
  return { id, title, source: { file: source.file, line: source.line }, trials, result };
}
