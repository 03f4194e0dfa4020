/**
 * The PDP-10: a KA10 as recorded, and the KS10 of SIMH where the two processors are to agree.
 *
 * Cases are counted by operation code and instruction. Block transfer is one instruction to the recorded KA10 and one word
 * a step here, as it is to SIMH. A reference out of bounds raises a condition for the interrupt system in a witness, and what that leads to
 * depends on masks that it doesn't tell: the trap is looked at as it is raised, PC and flags are not compared.
 */
import type { ConformanceMachine } from "../conformance-machine.js";
import { ks10 } from "./ks10.js";
import { PC_WORD_FLAGS } from "./pc-word.js";
import { reasons } from "./reasons.js";

export const pdp10: ConformanceMachine = {
  name: "pdp10",
  ignored: { stopped: ["PC", ...PC_WORD_FLAGS.map(([name]) => name)] },
  reasons,
  group: ([word], [first]) => `${(word! >> 27n).toString(8).padStart(3, "0")} ${first ?? "not fetched"}`,
  recordings: [
    { witness: "ka10", subject: { repeated: ["BLT"], stopsAt: ["bounds"] }, file: new URL("ka10.cases.gz", import.meta.url), isSample: false },
    { witness: "ks10", subject: ks10.subject, file: new URL("ks10.cases.gz", import.meta.url), isSample: true },
  ],
  live: [ks10],
};
