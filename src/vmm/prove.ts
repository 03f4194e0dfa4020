/**
 * The proofs about a monitor of a machine: every instruction, every lemma on the VM map, one answer.
 *
 * What is proved of each step is all that is needed of runs: a run of the guest is a sequence of steps, each direct or
 * interpreted, and by Lemma 3 of the paper (induction on its length) the real machine stays at f of the simulated state. Emulation is no
 * question per instruction, because the interpreter takes the bare machine's own step: it is right if it starts from the guest's
 * state (the lemma of recovery) and stays in the guest's storage. Monitors under monitors need one lemma more.
 */
import { mapInOrder } from "../verdict/map-in-order.js";
import { compose } from "../isa/compose.js";
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import type { Monitoring } from "../requirements/fidelity.js";
import { ownModeSeen } from "../requirements/own-mode.js";
import type { ReadingName } from "../requirements/parts.js";
import { failingConditionLemmas, machineAlone } from "../requirements/failing-condition.js";
import { isOfFaults, reflectsFaults, trueFaultLemmas } from "../requirements/true-faults.js";
import { cellLemmas, compositionLemmas, isOfEfficiency, mapLemmas, mappedMachine, type MapLemma, type MappedMachine } from "../requirements/vm-map.js";
import type { Engines } from "../verdict/engines.js";
import { configurationNamed, Interrupted } from "../verdict/check.js";
import type { AnswerKind, ClaimAnswer } from "../verdict/result.js";
import { VERSION } from "../verdict/version.js";
import { isOpenForParts, proveInstruction, type InstructionFacts, type KnownMap } from "./prove-instruction.js";
import { proveLemma } from "./prove-lemma.js";
import { PROPERTIES, type InstructionProof, type LemmaProof, type MonitorName, type Property, type ProveResult } from "./prove-result.js";

/** Proves one instruction: a pool of threads, or this one. */
export type Prover = (instruction: Instruction, m: Monitoring, map: KnownMap) => Promise<InstructionFacts>;

export interface ProveOptions {
  readonly monitor: MonitorName;
  readonly reading: ReadingName;
  readonly guests: Monitoring["guests"];
  /** allotments are whole blocks of at least 2^leastBlockBits cells */
  readonly leastBlockBits?: number;
  readonly configuration: Configuration;
  readonly engines: Engines;
  /** defaults to proving in this thread */
  readonly prover?: Prover;
  /** how many instructions are proved at once */
  readonly parallel?: number;
  readonly only?: (instruction: Instruction) => boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, id: string) => void;
}

/** What a monitor of this name runs directly, and how deep it lies. */
export function readMonitor(name: string): { readonly name: MonitorName; readonly direct: Monitoring["direct"]; readonly depth: number } | undefined {
  const parts = /^(trap-and-emulate|hybrid)$|^(recursive|hybrid):([1-9]\d{0,3})$/.exec(name);
  if (parts === null) return undefined;
  const depth = Number(parts[3] ?? "1");
  return { name: name as MonitorName, direct: (parts[1] ?? parts[2]) === "hybrid" ? "user" : "any", depth };
}

export async function proveMachine(machine: Machine, options: ProveOptions): Promise<ProveResult> {
  const { configuration, engines, reading } = options;
  const monitor = readMonitor(options.monitor);
  if (monitor === undefined) throw new Error(`bug: no monitor ${options.monitor}`);
  const m: Monitoring = { direct: monitor.direct, reading, guests: options.guests };
  const prover = options.prover ?? ((i: Instruction, of: Monitoring, known: KnownMap) => proveInstruction(machine, i, configuration, of, known, engines));
  const answeredBy: Record<string, number> = {};
  const count = (by: string, n: number): void => { answeredBy[by] = (answeredBy[by] ?? 0) + n; };

  const lemmas: LemmaProof[] = [];
  const alone = machineAlone(machine);
  const own = configurationNamed(alone, configuration.name);
  if (own === undefined) throw new Error(`bug: ${machine.name} has lost its configuration ${configuration.name}`);
  const mapped = await mapWithBlocks(alone, options.leastBlockBits ?? 0, own, m, engines);
  if (mapped !== undefined) {
    const asked = { mapped, configuration: own, direct: m.direct };
    const list: readonly MapLemma[] = [...mapLemmas(asked), ...failingConditionLemmas(asked), ...(reflectsFaults(machine) ? trueFaultLemmas(asked) : []), ...(monitor.depth > 1 ? compositionLemmas(asked) : [])];
    for (const lemma of list) {
      const { proof, by } = await proveLemma(mapped.machine, lemma, engines);
      count(by, 1);
      lemmas.push(proof);
    }
  }
  const map: KnownMap = { blockBits: mapped?.blockBits ?? 0, takesNothing: lemmas.every((l) => !isOfEfficiency(l) || l.answer === "holds"), partDone: !reflectsFaults(machine) ? "tried-again" : lemmas.every((l) => !isOfFaults(l) || l.answer === "holds") ? "all-own" : "reflected-if-own" };

  const chosen = machine.instructions.filter((i) => options.only?.(i) ?? true);
  const prove = (list: readonly Instruction[], before: number): Promise<Proved[]> => mapInOrder(list, options.parallel ?? 1, async (instruction) => {
    if (options.signal?.aborted) throw new Interrupted();
    return { instruction, facts: await prover(instruction, m, map) };
  }, (done, { instruction }) => options.onProgress?.(before + done, before + list.length, instruction.id));
  const first = await prove(chosen, 0);
  // what executes another instruction is as its target: those whose target is not faithful and safe are looked at with it
  // (what its traps leave, they leave whoever executes it: nothing more would be learnt)
  const failing = first.filter(({ facts }) => (facts.fidelity.answer !== "holds" || facts.safety.answer !== "holds") && !isOpenForParts(facts));
  const wholes = first.filter(({ instruction }) => instruction.step.execute !== undefined)
    .flatMap((x) => failing.filter(({ instruction }) => instruction.step.execute === undefined).map((target) => compose(machine, x.instruction, target.instruction)));
  const all = [...first, ...await prove(wholes, chosen.length)];
  for (const { facts } of all) for (const [by, n] of Object.entries(facts.answeredBy)) count(by, n);

  const instructions = all.map(({ instruction, facts }): InstructionProof => ({
    id: instruction.id, title: instruction.title, source: { file: instruction.origin.file, line: instruction.origin.line },
    entry: facts.entry, fidelity: facts.fidelity, safety: facts.safety, efficiency: facts.efficiency, asked: facts.asked,
  }));
  const isPartial = chosen.length < machine.instructions.length;
  const properties = propertiesOf(instructions, lemmas, mapped !== undefined && !isPartial);
  return {
    popek: VERSION,
    machine: { name: machine.name, title: machine.title, sha256: machine.sha256, radix: machine.radix },
    configuration: configuration.name, monitor: monitor.name, reading, guests: options.guests,
    engines: { solver: engines.use.includes("solver") && engines.solver !== undefined ? `${engines.solver.name} ${engines.solver.version}` : "none", seed: engines.sampling.seed, runs: engines.sampling.runs },
    block: mapped === undefined ? undefined : 2 ** mapped.blockBits,
    lemmas, premises: [...(mapped?.monitor.shadow === undefined ? [] : [keptTranslations(mapped.monitor.shadow.window)]), ...(m.direct === "user" ? oneUserMode(machine, all) : [])], instructions, properties, answer: together(PROPERTIES.map((p) => properties[p])),
    reason: mapped === undefined ? "the specification declares no monitor, so nothing is known of the VM map" : isPartial ? "only some instructions were looked at" : undefined,
    statistics: { questions: Object.values(answeredBy).reduce((a, b) => a + b, 0), answeredBy: Object.fromEntries(Object.entries(answeredBy).sort(([a], [b]) => (a < b ? -1 : 1))), open: answeredBy["open"] ?? 0 },
  };
}

/** Where the map is made of translations, what a guest sees that changes its tables and does not say so. */
function keptTranslations(window: string): string {
  return `Translations of ${window} are kept until the guest does what its architecture asks for after changing a table, which the monitor does for it, or has another map; as by a lookaside buffer. A guest that leaves that out may still see what was mapped before, where a machine that looks its tables up at every access would not show it.`;
}

/** Theorem 3 takes user mode for one value of M: where it is not, and that breaks the monitor. */
function oneUserMode(machine: Machine, proved: readonly Proved[]): string[] {
  const telling = proved.flatMap(({ instruction, facts }) => (facts.fidelity.answer === "fails" ? [{ id: instruction.id, seen: ownModeSeen(machine, instruction) }] : [])).filter(({ seen }) => seen.length > 0);
  if (telling.length === 0) return [];
  const seen = [...new Set(telling.flatMap((t) => t.seen))];
  return [`User mode is one value of the mode, as in the paper. Here ${seen.join(", ")} may have any value in it, and while a guest runs directly has that of the real machine. What looks at it fails whether it is user-sensitive or not, for that is asked of states that agree in all of the mode: ${telling.map((t) => t.id).join(", ")}.`];
}

/**
 * The map with the smallest blocks with which addresses mean the right cells: maps that move storage by pages need allotments that are whole
 * pages. With the smallest there are, if no size will do: what is wrong shows best there.
 */
async function mapWithBlocks(machine: Machine, leastBlockBits: number, configuration: Configuration, { direct }: Monitoring, engines: Engines): Promise<MappedMachine | undefined> {
  const smallest = mappedMachine(machine, Math.max(leastBlockBits, machine.monitor?.shadow?.unit ?? 0));
  if (machine.monitor?.shadow !== undefined) return smallest;
  for (let blockBits = leastBlockBits; smallest !== undefined && blockBits < smallest.storage.indexWidth; blockBits++) {
    const mapped = mappedMachine(machine, blockBits)!;
    let isRight = true;
    for (const lemma of cellLemmas({ mapped, configuration, direct })) isRight &&= (await proveLemma(mapped.machine, lemma, engines)).proof.answer === "holds";
    if (isRight) return mapped;
  }
  return smallest;
}

interface Proved { readonly instruction: Instruction; readonly facts: InstructionFacts }

/** Fidelity and safety lean on every lemma that is needed; efficiency on what the questions of each instruction have taken into account. */
function propertiesOf(instructions: readonly InstructionProof[], lemmas: readonly LemmaProof[], isComplete: boolean): Record<Property, AnswerKind> {
  const needed = lemmas.filter((l) => l.isNeeded).map((l) => l.answer);
  const of = (p: Property): AnswerKind => together([...instructions.map((i) => i[p].answer), ...(p === "efficiency" ? [] : needed), ...(isComplete ? [] : (["open"] as const))]);
  return { fidelity: of("fidelity"), safety: of("safety"), efficiency: of("efficiency") };
}

function together(answers: readonly ClaimAnswer["answer"][]): AnswerKind {
  return answers.includes("fails") ? "fails" : answers.includes("open") ? "open" : "holds";
}
