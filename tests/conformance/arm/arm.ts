/** ARM, versions 4T to 7-A: QEMU's cores. A case ends with an exception: the instruction's own, or that of what stands where it leads. */
import type { ConformanceMachine, Live } from "../conformance-machine.js";
import type { Exclusion } from "../summary.js";
import { observedOf, questionOf } from "./components.js";
import { controlRegisterOf } from "./control.js";
import { drawArm, topicsOf } from "./draw.js";
import { binutilsOf } from "./disassembly.js";
import { drawThumb, thumbTopicsOf } from "./draw-thumb.js";
import { THUMB, thumbNameOf } from "./opcodes-thumb.js";
import { finderOf, RESERVED, type Version } from "./opcodes.js";
import { connectBoard } from "./qemu-oracle.js";
import { reasonsOf } from "./reasons.js";

const excluded: readonly Exclusion[] = [
  { instructions: "PLDW", because: "belongs to the multiprocessing extensions, which no core that is asked has", cite: "A8.6.117" },
  { instructions: "CPACR of other coprocessors than none", because: "floating point is left out, and what there is of it differs from core to core", cite: "README of the machine, what is left out" },
  { instructions: "floating point (coprocessors 10 and 11) and debugging (14)", because: "left out", cite: "README of the machine, what is left out" },
  { instructions: "interrupts, external aborts", because: "none is asked for, and all storage that is addressed is there: QEMU's board has devices behind", cite: "README of the machine, what is left out" },
  { instructions: "WFI", because: "QEMU waits for an interrupt, which nothing asks for", cite: "A8.6.412" },
];

const groupOf = (version: Version): ((words: readonly bigint[]) => string) => {
  const find = finderOf(version);
  return ([word, behind]) => {
    if (behind !== undefined) return `${THUMB}${thumbNameOf(version, Number(word!), Number(behind))}`;
    const opcode = find(Number(word!));
    if (opcode?.kind !== "control") return opcode?.name ?? RESERVED;
    return `${opcode.name} ${controlRegisterOf(version, Number(word!), opcode)?.name ?? "other"}`;
  };
};

/** Some words of a topic belong to the group of another (hints, extensions without an addition): another is drawn. */
const MOST_TRIES = 50;

export function qemuOf(version: Version): Live {
  const group = groupOf(version);
  return {
    witness: "qemu",
    subject: { repeated: [], stopsAt: [], untilInterrupted: true },
    connect: (progress) => connectBoard(version, progress),
    topics: [...topicsOf(version), ...thumbTopicsOf(version)],
    draw: (topic, random) => {
      for (let tries = 1; ; tries++) {
        const question = questionOf(version, topic.startsWith(THUMB) ? drawThumb(version, topic, random) : drawArm(version, topic, random));
        if (group(question.words) === topic || tries === MOST_TRIES) return question;
      }
    },
    observes: observedOf(version),
    excluded,
  };
}

/** Of the cases of a sample, so many for every group: 30 are drawn for each topic, but some words of one belong to the group of another (hints, extensions without an addition). */
const LEAST = 5;

export function armMachine(name: string, version: Version, has: { readonly sample: boolean }): ConformanceMachine {
  const live = qemuOf(version);
  const sample = { witness: "qemu", subject: live.subject, file: new URL(`${name}.cases.gz`, import.meta.url), isSample: true, least: LEAST };
  return { name, ignored: {}, reasons: reasonsOf(version), choices: "solved", group: groupOf(version), recordings: has.sample ? [sample] : [], live: [live], disassembly: binutilsOf(version, new URL(`${name}.words.gz`, import.meta.url)) };
}
