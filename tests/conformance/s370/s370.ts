/**
 * The System/370: Hercules in its mode of that name.
 *
 * A case ends with an interruption: the instruction's own, or that of the SVC 255 behind it. So the old PSW, codes and
 * lengths are always compared, and what the new status permits is tried at once.
 */
import type { ConformanceMachine } from "../conformance-machine.js";
import { binutils } from "./binutils.js";
import { UNASSIGNED } from "./draw.js";
import { hercules } from "./hercules.js";
import { opcodeOf } from "./opcodes.js";
import { reasons } from "./reasons.js";

export const s370: ConformanceMachine = {
  name: "s370",
  ignored: {},
  reasons,
  choices: "solved",
  group: ([word]) => opcodeOf(Number(word!))?.name ?? UNASSIGNED,
  recordings: [{ witness: "hercules", subject: hercules.subject, file: new URL("hercules.cases.gz", import.meta.url), isSample: true, least: 30 }],
  live: [hercules],
  disassembly: binutils,
};
