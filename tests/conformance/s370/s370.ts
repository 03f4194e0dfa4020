/**
 * The System/370: Hercules in its mode of that name.
 *
 * A case ends with an interruption: the instruction's own, or that of the SVC 255 behind it. So the old PSW, codes and
 * lengths are always compared, and what the new status permits is tried at once.
 */
import type { Case } from "../case.js";
import type { ConformanceMachine } from "../conformance-machine.js";
import { registerBefore } from "../case-file.js";
import { UNASSIGNED } from "./draw.js";
import { hercules } from "./hercules.js";
import { opcodeOf } from "./opcodes.js";
import { reasons } from "./reasons.js";

export const s370: ConformanceMachine = {
  name: "s370",
  ignored: {},
  reasons,
  suggestions,
  group: ([word]) => opcodeOf(Number(word!))?.name ?? UNASSIGNED,
  recordings: [],
  live: [hercules],
};

/** The CPU timer has counted down: how far shows where it has been stored. */
function suggestions(c: Case, _choice: string, width: number): readonly bigint[] {
  if (width !== 32) return [];
  const timer = registerBefore(c, "CpuTimer");
  const core = c.after.arrays.get("core")!;
  return [...core.keys()].flatMap((address) => {
    let stored = 0n;
    for (let i = 0n; i < 8n; i++) stored = (stored << 8n) | (core.get(address + i) ?? 0n);
    const counted = timer - stored;
    return counted > 0n && counted < 1n << 32n ? [counted] : [];
  });
}
