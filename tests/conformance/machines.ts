/** The machines that have cases. */
import type { ConformanceMachine } from "./conformance-machine.js";
import { armMachine } from "./arm/arm.js";
import { pdp10 } from "./pdp10/pdp10.js";
import { mipsR3000 } from "./mips/mips-r3000.js";
import { mips32r2 } from "./mips/mips32r2.js";
import { s370 } from "./s370/s370.js";
import { x86 } from "./x86/x86.js";

export const machines: readonly ConformanceMachine[] = [pdp10, s370, mips32r2, mipsR3000, armMachine("armv4t", 4, { sample: true }), armMachine("armv5te", 5, { sample: true }), armMachine("armv6", 6, { sample: true }), armMachine("armv7a", 7, { sample: true })];

/**
 * Machines that can be asked about, of which no summary of 2,000 cases for each topic has been written yet: they are in `machines` when one
 * is. Some have a sample, which is compared in every test.
 */
export const underWay: readonly ConformanceMachine[] = [x86];
