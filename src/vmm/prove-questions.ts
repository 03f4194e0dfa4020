/** The questions that proofs about monitors ask of an instruction, by the names under which results and ledgers refer to them. */
import { entersNeedlessly, runsDirectly } from "../requirements/efficiency.js";
import { departsFromBare, partName, type Monitoring } from "../requirements/fidelity.js";
import { BLOCKS, departsUnderMap, entersNeedlesslyUnderMap, overreachesUnderMap, seesOthersUnderMap, type MappedSetting } from "../requirements/mapped-fidelity.js";
import { leavesPart, partLemmas, type PartLemma } from "../requirements/partial-effects.js";
import type { Question } from "../requirements/question.js";
import { overreaches, seesOthers } from "../requirements/safety.js";
import type { Setting } from "../requirements/setting.js";
import { mappedMachine } from "../requirements/vm-map.js";

const PREFIX = "vmm-";
const MOST_BLOCK_BITS = 30;

export const isMonitorObligation = (id: string): boolean => id.includes(`/${PREFIX}`);

/** The question of this name, and the setting that it is asked in (its machine has an allotment, if the VM map is spelt out). */
export function monitorQuestion(s: Setting, id: string): { readonly setting: Setting; readonly question: Question } | undefined {
  const part = id.slice(s.instruction.id.length + 1);
  const m = MONITORINGS.find((x) => ["fidelity", "safety", "efficiency"].some((property) => part.startsWith(`${partName(x, property)}/`)));
  if (m === undefined) return undefined;
  const general = [departsFromBare(s, m), departsFromBare(s, m, "of-guest"), seesOthers(s, m, "of-guest"), leavesPart(s, m), overreaches(s, m), seesOthers(s, m), runsDirectly(s, m), entersNeedlessly(s, m)].find((q) => q?.id === id);
  if (general !== undefined) return { setting: s, question: general };
  const blocks = part.indexOf(BLOCKS);
  const blockBits = blocks < 0 ? 0 : Math.log2(Number(part.slice(blocks + BLOCKS.length)));
  // the name may be anybody's
  if (!Number.isInteger(blockBits) || blockBits < 0 || blockBits > MOST_BLOCK_BITS) return undefined;
  const mapped = mappedMachine(s.machine, blockBits);
  if (mapped === undefined) return undefined;
  const own: MappedSetting = { ...s, machine: mapped.machine, mapped };
  const question = [departsUnderMap, overreachesUnderMap, seesOthersUnderMap, entersNeedlesslyUnderMap].map((ask) => ask(own, m)).find((q) => q.id === id);
  return question && { setting: own, question };
}

/** The lemma of this name on what traps leave. */
export function partLemmaNamed(s: Setting, id: string): PartLemma | undefined {
  return MONITORINGS.flatMap((m) => (["tried-again", "reflected-if-own"] as const).flatMap((partDone) => partLemmas(s, m, partDone))).find((l) => l.id === id);
}

/** The names of an instruction's questions, behind its identifier, as a monitor of the usual kind asks them. */
export function monitorParts(s: Setting): string[] {
  const m: Monitoring = { direct: "any", reading: "extended", guests: "any" };
  return [departsFromBare(s, m), overreaches(s, m), seesOthers(s, m), runsDirectly(s, m), entersNeedlessly(s, m)].map((q) => q.id.slice(s.instruction.id.length + 1));
}

const MONITORINGS: readonly Monitoring[] = (["any", "user"] as const).flatMap((direct) => (["strict", "extended"] as const).flatMap((reading) => (["any", "within-k"] as const).map((guests) => ({ direct, reading, guests }))));
