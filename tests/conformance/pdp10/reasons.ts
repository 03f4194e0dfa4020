/**
 * Where a witness and the specification of the PDP-10 differ, and why the specification is as it is.
 *
 * `ka10` is the recorded simulator of the same processor: it is wrong, or the manual leaves the matter open. `ks10` is
 * SIMH's simulator of a later processor.
 */
import { registerBefore } from "../case-file.js";
import type { Reason } from "../reasons.js";
import { ks10Reasons } from "./reasons-ks10.js";
import { accumulator, distance, isNegative, plus } from "./instruction-word.js";

const FLAGS_AND_PC = ["PC", "User", "UserInOut", "ByteIncrementSuppression"];
const SMALLEST = 0o400000_000000n;

/** A sign with a fraction of zero: no instruction makes such a number. */
const hasNoFraction = (word: bigint): boolean => (word & 0o400777_777777n) === SMALLEST;

const ka10Reasons: readonly Reason[] = [
  {
    id: "unassigned-code-pc", witness: "ka10", right: "specification", groups: /^1[0-2]\d otherwise$/, components: ["core"],
    when: ({ compared }) => compared.differences.every(({ ours, theirs }) => plus(ours, 1n) === theirs),
    because: "the PC word saved by the instruction in 61 is 2 more than the address of the code there; it is 1 more, as for every other trap",
    cite: "PRH 2.10",
  },
  {
    id: "code-247", witness: "ka10", right: "specification", groups: /^247 /, components: [...FLAGS_AND_PC, "core"],
    because: "code 247 traps to 60 there; it is kept for special hardware and does nothing, as 257 does in the same simulator",
    cite: "HRM appendix E, unassigned codes",
  },
  {
    id: "byte-pointer-suppressed", witness: "ka10", right: "specification", groups: /^133 /, components: ["ByteIncrementSuppression", "AC", "core"],
    when: ({ case: c }) => registerBefore(c, "ByteIncrementSuppression") === 1n,
    because: "IBP with Byte Increment Suppression set deposits a byte there as DPB would; the flag concerns the instructions of two parts, ILDB and IDPB, and no interrupted IBP sets it",
    cite: "PRH 2.3",
  },
  {
    id: "arithmetic-shift-modulo-64", witness: "ka10", right: "specification", groups: /^240 /, components: ["AC", "Overflow"],
    when: ({ case: c }) => distance(c) > 63,
    because: "places to the left are counted modulo 64 there; the distance is bits 28 to 35 of E",
    cite: "PRH 2.5",
  },
  {
    id: "combined-shift-overflow", witness: "ka10", right: "specification", groups: /^244 /, components: ["Overflow"],
    when: ({ case: c }) => distance(c) > 35 && isNegative(accumulator(c)),
    because: "a negative number that loses a zero of its second word overflows; the simulator looks at the first word only. The KS10 of SIMH sets the flag",
    cite: "PRH 2.5",
  },
  {
    id: "square-of-smallest", witness: "ka10", right: "specification", groups: /^22[4-7] /, components: ["Overflow"],
    when: ({ case: c }) => accumulator(c) === SMALLEST,
    because: "MUL overflows only if both operands are -2**35; the simulator says so for every negative number at E",
    cite: "PRH 2.5",
  },
  {
    id: "scale-too-large", witness: "ka10", right: "specification", groups: /^132 /, components: ["FloatingUnderflow"],
    when: ({ compared }) => compared.differences.every(({ theirs }) => theirs === 1n),
    because: "exponent and scale add up to 384 or more, which is no underflow: that is an exponent below -128. The KS10 of SIMH agrees with the specification",
    cite: "PRH 2.6",
  },
  {
    id: "long-quotient-underflow", witness: "ka10", right: "specification", groups: /^171 /, components: ["FloatingUnderflow"],
    when: ({ compared }) => compared.differences.every(({ theirs }) => theirs === 0n),
    because: "the exponent of the quotient is below -128 after a dividend of few bits has been normalized: Floating Underflow as well as Overflow",
    cite: "PRH 2.6",
  },
  {
    id: "long-quotient-remainder", witness: "ka10", right: "specification", groups: /^171 /, components: ["AC"],
    when: ({ compared }) => compared.differences.length === 1 && compared.differences[0]!.ours === 0n,
    because: "the exponent of the remainder is that of the dividend less 26 or 27, here below -128: the remainder is 0",
    cite: "PRH 2.6",
  },
  {
    id: "quotient-zero-to-memory", witness: "ka10", right: "specification", groups: /^17[2367] /, components: ["AC", "core"],
    when: ({ case: c, compared }) => accumulator(c) === 0n && compared.differences.every(({ ours }) => ours === 0n),
    because: "a dividend of 0 leaves memory alone there; the quotient 0 is the result and goes where the mode says",
    cite: "PRH 2.6",
  },
  {
    id: "no-fraction", witness: "ka10", right: "undecided", groups: /^17[02-7] /, components: ["AC", "core", "NoDivide"],
    when: ({ case: c }) => hasNoFraction(accumulator(c)),
    because: "the dividend is a sign with a fraction of zero, which no instruction makes; it is a fraction of -1 here, as in addition and multiplication",
    cite: "PRH 2.6 promises nothing for it",
  },
  {
    id: "block-transfer-accumulator", witness: "ka10", right: "undecided", groups: /^251 /, components: ["AC"],
    when: ({ case: c, compared }) => compared.differences.length === 1 && compared.differences[0]!.theirs === accumulator(c),
    because: "the accumulator is as it was there, and the addresses of the last word here; a program may rely on nothing in it",
    cite: "PRH 2.2, p. 2-10",
  },
  {
    id: "block-transfer-over-itself", witness: "ka10", right: "undecided", groups: /^251 /, components: ["AC", "PC", "User", "core"],
    when: ({ compared }) => compared.instructions.length === 1 && compared.differences.some(({ component }) => component === "PC"),
    because: "the block covers the location of the instruction itself. Here every word is a step and the instruction is fetched anew for it, as after an interrupt; an uninterrupted transfer goes on to its end",
    cite: "PRH 2.2, p. 2-10: an interrupt may come between words",
  },
  {
    id: "jump-and-save-out-of-bounds", witness: "ka10", right: "specification", groups: /^266 /, components: ["AC"],
    when: ({ compared }) => compared.ended === "stopped",
    because: "JSA to a forbidden E writes the accumulator and stores nothing there; an instruction that can't make its reference has done nothing",
    cite: "HRM appendix E, memory protection",
  },
  {
    id: "block-count", witness: "ka10", right: "specification", groups: /^7\d\d BLK[IO]/, components: ["PC"],
    when: ({ case: c }) => [...(c.before.arrays.get("core")?.values() ?? []), ...(c.before.arrays.get("AC")?.values() ?? [])].includes(0o777777_777777n),
    because: "the pointer has -1 in both halves. Adding 1 to both carries into the left half, which is then 1: not yet 0, so the block goes on and the instruction skips. The simulator takes the carry out of the left half for the end",
    cite: "PRH 2.12",
  },
];

export const reasons: readonly Reason[] = [...ka10Reasons, ...ks10Reasons];
