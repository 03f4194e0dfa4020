/**
 * One instruction under a monitor: faithful, safe, efficient?
 *
 * Each property is asked of any user state of K that shows what the simulated state shows; most instructions fall to that,
 * many without a solver. Where a pair is found it may be none that the VM map makes, and the map itself is asked about. So
 * "fails" comes with two runs, one on the bare machine and one on the real one under the monitor, that really go two ways.
 */
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import { lowering } from "../isa/lower.js";
import type { Term } from "../isa/term.js";
import { createCpu } from "../machine/cpu.js";
import { entersNeedlessly, runsDirectly } from "../requirements/efficiency.js";
import { departsFromBare, type Monitoring } from "../requirements/fidelity.js";
import { departsUnderMap, entersNeedlesslyUnderMap, overreachesUnderMap, seesOthersUnderMap, type MappedSetting } from "../requirements/mapped-fidelity.js";
import { leavesPart, partLemmas, type PartDone } from "../requirements/partial-effects.js";
import { mapDependsOnMode } from "../requirements/parts.js";
import type { Question } from "../requirements/question.js";
import { overreaches, seesOthers } from "../requirements/safety.js";
import { setting, type Setting } from "../requirements/setting.js";
import { hasAmount, mappedMachine } from "../requirements/vm-map.js";
import { answer } from "../verdict/answer.js";
import { opaque, type Engines, type QuestionAnswer } from "../verdict/engines.js";
import { askedAs, OPAQUE_MAP } from "../verdict/classify.js";
import type { AskedQuestion, ClaimAnswer } from "../verdict/result.js";
import type { EngineAnswer } from "../verdict/formula.js";
import { describeWitness } from "../verdict/witness.js";
import { isThere } from "./prove-lemma.js";
import type { Entry } from "./prove-result.js";

export interface InstructionFacts {
  readonly entry: Entry;
  readonly fidelity: ClaimAnswer;
  readonly safety: ClaimAnswer;
  readonly efficiency: ClaimAnswer;
  /** how many questions each engine answered */
  readonly answeredBy: Readonly<Record<string, number>>;
  /** the questions put, in order */
  readonly asked: readonly AskedQuestion[];
}

/** What is known of the VM map before instructions are looked at. */
export interface KnownMap {
  /** allotments are whole blocks of 2^blockBits cells */
  readonly blockBits: number;
  /** it takes nothing from the window; otherwise efficiency is asked of the map itself */
  readonly takesNothing: boolean;
  readonly partDone: PartDone;
}

export async function proveInstruction(machine: Machine, instruction: Instruction, configuration: Configuration, m: Monitoring, map: KnownMap, engines: Engines): Promise<InstructionFacts> {
  const s = setting(machine, instruction, configuration);
  const mapped = mappedSetting(s, map.blockBits), isShadowed = machine.monitor?.shadow !== undefined && m.reading === "extended";
  const answeredBy: Record<string, number> = {};
  const asked: AskedQuestion[] = [];
  const count = (question: Question, a: QuestionAnswer): QuestionAnswer => {
    asked.push(askedAs(question, a));
    const by = a.kind === "open" ? "open" : a.kind === "found" && a.isBySolver ? "solver-witness" : a.strength.replace(/\(.*/, "");
    answeredBy[by] = (answeredBy[by] ?? 0) + 1;
    return a;
  };
  /** The claim that no such state exists. */
  const never = async (question: Question, under?: (t: MappedSetting) => Question, narrower?: () => Question): Promise<ClaimAnswer> => {
    const a = count(question, await answer(machine, instruction, question, engines));
    if (a.kind === "none") return claimNone(s, question, a);
    if (mapped === undefined && isShadowed && narrower !== undefined) {
      // f can't be spelt out, but what it makes of resources can
      const least = narrower(), b = count(least, await answer(machine, instruction, least, engines));
      return claimNone(s, least, b);
    }
    return under === undefined || mapped === undefined ? claimNone(s, question, a) : underMap(mapped, under(mapped));
  };
  const underMap = async (t: MappedSetting, question: Question): Promise<ClaimAnswer> => claimNone(t, question, count(question, await answer(t.machine, instruction, question, { ...engines, cpu: createCpu(t.machine) })));

  const direct = await never(departsFromBare(s, m), (t) => departsUnderMap(t, m), () => departsFromBare(s, m, "of-guest"));
  const partial = leavesPart(s, m);
  const fidelity = direct.answer === "holds" && partial !== undefined && (await never(partial)).answer !== "holds" ? await entersInOrder(s, m, map, direct, engines, asked) : direct;
  const safety = all([
    ["nothing of the monitor's changes", await never(overreaches(s, m), (t) => overreachesUnderMap(t, m))],
    ["other guests are invisible", await never(seesOthers(s, m), (t) => seesOthersUnderMap(t, m), () => seesOthers(s, m, "of-guest"))],
  ]);
  const always = await never(runsDirectly(s, m));
  if (always.answer === "holds") return { entry: "always", fidelity, safety, efficiency: { ...always, reason: "it enters the monitor in every user state" }, answeredBy, asked };
  if (always.answer === "open") return { entry: "open", fidelity, safety, efficiency: always, answeredBy, asked };
  const needless = await never(entersNeedlessly(s, m));
  const partly = (a: ClaimAnswer): InstructionFacts => ({ entry: "partly", fidelity, safety, efficiency: { ...a, answer: "holds", reason: "partly trapping: interpreted where it enters the monitor" }, answeredBy, asked });
  if (needless.answer === "fails") return partly(needless);
  if (needless.answer !== "open" && !map.takesNothing && machine.monitor?.shadow !== undefined) return { entry: "direct", fidelity, safety, efficiency: { answer: "open", strength: "none", reason: "of some of what the guest's own map has the monitor makes no translation, and does there what is done" }, answeredBy, asked };
  if (needless.answer === "open" || map.takesNothing || mapped === undefined) return { entry: needless.answer === "open" ? "open" : "direct", fidelity, safety, efficiency: needless, answeredBy, asked };
  // the VM map takes something from the window: on a machine whose map looks at the mode, that is what partly trapping means
  if (mapDependsOnMode(machine)) {
    const ofMachine = await never(entersNeedlessly(s, { ...m, direct: "any" }));
    return ofMachine.answer === "fails" ? partly(ofMachine) : { entry: ofMachine.answer === "open" ? "open" : "direct", fidelity, safety, efficiency: ofMachine, answeredBy, asked };
  }
  if (!hasAmount(mapped.mapped)) return { entry: "direct", fidelity, safety, efficiency: { answer: "open", strength: "none", reason: "the VM map takes something from the window, and the specification does not say how much storage exists" }, answeredBy, asked };
  return { entry: "direct", fidelity, safety, efficiency: await underMap(mapped, entersNeedlesslyUnderMap(mapped, m)), answeredBy, asked };
}

const PART_DONE = "it may trap with part of its work done";

/** Whether it is not known to be faithful only because of what its traps leave. */
export const isOpenForParts = ({ fidelity, safety }: Pick<InstructionFacts, "fidelity" | "safety">): boolean => fidelity.answer === "open" && fidelity.reason?.startsWith(PART_DONE) === true && safety.answer === "holds";

/** A trap may leave part of the work done: faithful if what is left is the bare machine's, or trying again comes to the same; that is proved or not known. */
async function entersInOrder(s: Setting, m: Monitoring, { partDone }: KnownMap, direct: ClaimAnswer, engines: Engines, asked: AskedQuestion[]): Promise<ClaimAnswer> {
  const strengths = new Set([direct.strength]);
  for (const { id, statement, hypothesis, violation, isMapWhole } of partLemmas(s, m, partDone)) {
    if (violation === s.machine.terms.false) continue;
    const look = (ready: (t: Term) => Term): Promise<EngineAnswer> => isThere(s.machine, ready(hypothesis), ready(violation), engines);
    // the map opaque, and, where that does not do and both sides have one whole map, spelt out
    const quick = await look((t) => opaque(s.machine, t)), lower = lowering(s.machine);
    const proof = quick.kind === "none" || !isMapWhole ? quick : await look((t) => lower.term(t));
    if (proof.kind !== "none") {
      const why = proof.kind === "open" || !isMapWhole ? `that ${statement} is not shown` : `there are states for which it is not so that ${statement}, and whether the monitor's own traps come there is not known`;
      asked.push({ obligation: id, expected: "open", strength: why });
      return { answer: "open", strength: "none", reason: `${PART_DONE}; ${why}`, obligation: direct.obligation };
    }
    asked.push({ obligation: proof === quick ? `${id}${OPAQUE_MAP}` : id, expected: "unsat", strength: proof.strength });
    strengths.add(proof.strength);
  }
  return { ...direct, strength: [...strengths].join(" + ") };
}

/** The VM map spelt out; not where it is made of tables that change while the guest runs. */
function mappedSetting(s: Setting, blockBits: number): MappedSetting | undefined {
  if (s.machine.monitor?.shadow !== undefined) return undefined;
  const mapped = mappedMachine(s.machine, blockBits);
  return mapped && { ...s, machine: mapped.machine, mapped };
}

function claimNone(s: Setting, question: Question, a: QuestionAnswer): ClaimAnswer {
  switch (a.kind) {
    case "found": return { answer: "fails", strength: a.strength, witness: describeWitness(s, question, a), obligation: question.id };
    case "none": return { answer: "holds", strength: a.strength, obligation: askedAs(question, a).obligation };
    case "open": return { answer: "open", strength: "none", reason: a.reason, obligation: question.id };
  }
}

/** All parts hold; the first that does not is what is shown. */
function all(parts: readonly (readonly [string, ClaimAnswer])[]): ClaimAnswer {
  const failing = parts.find(([, a]) => a.answer === "fails") ?? parts.find(([, a]) => a.answer === "open");
  if (failing !== undefined) {
    const [what, a] = failing;
    return { ...a, reason: a.answer === "fails" ? `not so: ${what}` : `${what}: ${a.reason}` };
  }
  // behind several proofs, the question that took the most to answer
  const hardest = parts.find(([, a]) => a.strength.startsWith("solver")) ?? parts[0]!;
  return { answer: "holds", strength: [...new Set(parts.map(([, a]) => a.strength))].join(" + "), obligation: hardest[1].obligation };
}
