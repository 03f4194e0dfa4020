/**
 * A whole check: every instruction classified, the theorems judged, the premises looked at; in the order of the specification, whatever
 * order the work was done in.
 */
import { mapInOrder } from "./map-in-order.js";
import { compose } from "../isa/compose.js";
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import { machineQuestions } from "../requirements/premises.js";
import { judge, type Facts, type Known } from "../requirements/theorems.js";
import { ask, type Engines } from "./engines.js";
import { classify, type Classification } from "./classify.js";
import { formulaOf } from "./formula.js";
import type { CheckResult, ClaimName, InstructionResult, Premise, TheoremResult } from "./result.js";
import { sampled } from "./sampled.js";
import { VERSION } from "./version.js";

/** Does one instruction's classification; a pool of workers, or this thread. */
export type Classifier = (instruction: Instruction) => Promise<Classification>;

export interface CheckOptions {
  readonly configuration: Configuration;
  readonly engines: Engines;
  /** defaults to classifying in this thread */
  readonly classifier?: Classifier;
  /** how many instructions are classified at once */
  readonly parallel?: number;
  /** only instructions whose identifier or mnemonic this accepts */
  readonly only?: (instruction: Instruction) => boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, id: string) => void;
}

export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

export function configurationNamed(machine: Machine, name: string | undefined): Configuration | undefined {
  return machine.configurations.find((c) => (name === undefined ? c.isDefault : c.name === name));
}

export async function checkMachine(machine: Machine, options: CheckOptions): Promise<CheckResult> {
  const { configuration, engines } = options;
  const classifier = options.classifier ?? ((i: Instruction) => classify(machine, i, configuration, engines));
  const chosen = machine.instructions.filter((i) => options.only?.(i) ?? true);
  const classified = (instructions: readonly Instruction[], before: number): Promise<{ readonly instruction: Instruction; readonly classification: Classification }[]> =>
    mapInOrder(instructions, options.parallel ?? 1, async (instruction) => {
      if (options.signal?.aborted) throw new Interrupted();
      return { instruction, classification: await classifier(instruction) };
    }, (done, { instruction }) => options.onProgress?.(before + done, before + instructions.length, instruction.id));
  const premisesLater = premises(machine, engines); // meanwhile
  premisesLater.catch(() => undefined);
  const results = await classified(chosen, 0);

  // What executes another instruction is critical with every critical target; the others are as their targets.
  const critical = results.filter(({ classification }) => isCritical(classification));
  const wholes = results.filter(({ instruction }) => instruction.step.execute !== undefined)
    .flatMap((first) => critical.filter(({ instruction }) => instruction.step.execute === undefined).map((target) => compose(machine, first.instruction, target.instruction)));
  const composed = await classified(wholes, chosen.length);
  const all = [...results, ...composed];
  const answeredBy: Record<string, number> = {};
  for (const { classification } of all) for (const [engine, n] of Object.entries(classification.answeredBy)) answeredBy[engine] = (answeredBy[engine] ?? 0) + n;
  const instructions = all.map(({ instruction, classification }) => resultOf(instruction, classification));
  return {
    popek: VERSION,
    machine: { name: machine.name, title: machine.title, sha256: machine.sha256, radix: machine.radix },
    configuration: configuration.name,
    engines: { solver: engines.use.includes("solver") && engines.solver !== undefined ? `${engines.solver.name} ${engines.solver.version}` : "none", seed: engines.sampling.seed, runs: engines.sampling.runs },
    instructions,
    theorems: theorems(instructions, chosen.length < machine.instructions.length),
    premises: await premisesLater,
    notModelled: machine.omits.map(({ what, because }) => ({ what, because })),
    statistics: { questions: Object.values(answeredBy).reduce((a, b) => a + b, 0), answeredBy: Object.fromEntries(Object.entries(answeredBy).sort(([a], [b]) => (a < b ? -1 : 1))), open: answeredBy["open"] ?? 0 },
  };
}

const SENSITIVE: readonly ClaimName[] = ["control-extended", "location", "mode", "resource"];

function isCritical({ answers }: Classification): boolean {
  return answers.privileged?.answer !== "holds" && SENSITIVE.some((c) => answers[c]?.answer === "holds");
}

function resultOf(i: Instruction, { classes, answers, asked }: Classification): InstructionResult {
  return {
    id: i.id, mnemonic: i.mnemonic, title: i.title, split: i.split, cite: i.cite, source: { file: i.origin.file, line: i.origin.line }, classes, answers, asked,
    executes: i.step.execute === undefined ? undefined : { note: "goes on with the instruction that it executes: of each class as its target, in the state that it leaves" },
  };
}

function theorems(instructions: readonly InstructionResult[], isPartial: boolean): TheoremResult[] {
  const known = (i: InstructionResult, claim: ClaimName): Known => i.answers[claim]?.answer ?? "open";
  const facts = (claims: readonly ClaimName[], privileged: ClaimName = "privileged"): Facts[] => instructions.map((i) => ({ id: i.id, privileged: known(i, privileged), sensitivities: claims.map((c) => known(i, c)) }));
  const judged = (theorem: 1 | 3, reading: TheoremResult["reading"], assumption: TheoremResult["assumption"], list: readonly Facts[]): TheoremResult => {
    const j = judge(list);
    if (j.answer === "holds" && isPartial) return { theorem, reading, assumption, answer: "open", critical: [], open: [], reason: "only some instructions were looked at" };
    return { theorem, reading, assumption, ...j };
  };
  const first: TheoremResult[] = [
    judged(1, "strict", "any", facts(["control", "location", "mode"])),
    judged(1, "extended", "any", facts(["control-extended", "location", "mode", "resource"])),
    judged(1, "extended", "within-k", facts(["control-extended", "location", "mode", "resource-within-k"])),
    judged(1, "literal", "any", facts(["control-literal", "location-literal", "mode-literal"], "privileged-literal")),
  ];
  const third: TheoremResult[] = [
    judged(3, "strict", "any", facts(["user-control", "user-location"])),
    judged(3, "strict", "within-k", facts(["user-control-within-k", "user-location"])),
    judged(3, "extended", "any", facts(["user-control-extended", "user-location", "user-resource"])),
    judged(3, "extended", "within-k", facts(["user-control-extended-within-k", "user-location", "user-resource-within-k"])),
  ];
  const second = (["strict", "extended"] as const).map((reading): TheoremResult => {
    const one = first.find((t) => t.reading === reading)!;
    if (one.answer !== "holds") return { theorem: 2, reading, assumption: "any", answer: one.answer, critical: one.critical, open: one.open, reason: one.answer === "fails" ? "the condition of Theorem 1 is not met" : "Theorem 1 is open" };
    return { theorem: 2, reading, assumption: "any", answer: "open", critical: [], open: [], reason: "the condition of Theorem 1 is met; that a monitor without timing dependencies can be built is shown for a given monitor, not by looking at instructions" };
  });
  return [...first, ...second, ...third];
}

/** Each premise by structure, by sampling for a violation, or by the solver. */
async function premises(machine: Machine, engines: Engines): Promise<Premise[]> {
  const list: Premise[] = [];
  for (const q of machineQuestions(machine)) {
    const formula = formulaOf(machine, machine.terms.and(q.violation, ...machine.invariants.map((i) => i.predicate)));
    const base = { name: q.name, statement: q.statement };
    if (formula.term === machine.terms.false) list.push({ ...base, answer: "holds", strength: "structural" });
    else if (formula.term === machine.terms.true) list.push({ ...base, answer: "fails", strength: "structural", reason: q.otherwise });
    else {
      const drawn = engines.use.includes("sampled") ? sampled(formula, engines.sampling) : undefined;
      const a = drawn?.kind === "found" || engines.solver === undefined || !engines.use.includes("solver") ? drawn : await ask(machine, formula, engines);
      if (a === undefined || a.kind === "open") list.push({ ...base, answer: "open", strength: "none", reason: a?.reason ?? "no engine was allowed to answer" });
      else if (a.kind === "found") list.push({ ...base, answer: "fails", strength: "witness", reason: q.otherwise });
      else list.push({ ...base, answer: "holds", strength: a.strength });
    }
  }
  return list;
}
