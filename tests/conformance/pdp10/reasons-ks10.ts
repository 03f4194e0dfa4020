/**
 * Where SIMH's KS10 and the specification of the KA10 differ.
 *
 * The manual of the KS10 was not at hand. What is said of the KA10 is its manual's or the recorded KA10's; what is said of the
 * KS10 is what SIMH's does, and only where the KA10's manual describes an operation without leaving a choice is it called wrong.
 */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Question } from "../case.js";
import { settle, type Disagreement, type Reason } from "../reasons.js";
import { exactResult, isBetweenNeighbours, isNearest, isNormalized } from "./floating-value.js";
import { accumulator, distance, effectiveAddress, isNegative, partsOf } from "./instruction-word.js";

const SMALLEST = 1n << 35n;
const ADDRESS = 0o777777n;
const MINUS_ONE = (1n << 36n) - 1n;
const OVERFLOWS = ["Overflow", "FloatingOverflow"];

/** The second operand of an instruction with the modes of floating point. */
function floatingOperand(q: Question): bigint {
  const e = effectiveAddress(q);
  const isImmediate = (partsOf(q.words[0]!).code & 7) === 5;
  return isImmediate ? e << 18n : cellBefore(q, e < 16n ? "AC" : "core", e);
}

function fixedOperand(q: Question): bigint {
  const e = effectiveAddress(q);
  return (partsOf(q.words[0]!).code & 3) === 1 ? e : cellBefore(q, e < 16n ? "AC" : "core", e);
}

const floatingOperands = (q: Question): readonly [bigint, bigint] => [accumulator(q), floatingOperand(q)];

function exactOf(q: Question): ReturnType<typeof exactResult> {
  return exactResult(partsOf(q.words[0]!).code, ...floatingOperands(q));
}

/** The exact result lies between the words that the two deliver. */
function isCutOffOtherwise({ case: c, compared }: Disagreement): boolean {
  const exact = exactOf(c);
  const words = compared.differences.filter(({ component }) => !OVERFLOWS.includes(component));
  return exact !== undefined && words.length > 0 && words.every(({ ours, theirs }) => isBetweenNeighbours(ours, theirs, exact));
}

function isRoundedHere({ case: c, compared }: Disagreement): boolean {
  const exact = exactOf(c);
  return exact !== undefined && compared.differences.every(({ ours }) => isNearest(ours, exact));
}

/** The addresses that a pushdown instruction's words go to and come from. */
function pushdownReach(q: Question): readonly bigint[] {
  const top = accumulator(q) & ADDRESS;
  const { code } = partsOf(q.words[0]!);
  const ofStack = code === 0o260 || code === 0o261 ? (top + 1n) & ADDRESS : top;
  return code === 0o261 || code === 0o262 ? [ofStack, effectiveAddress(q)] : [ofStack];
}

const carriesLeft = (right: bigint): boolean => (right & ADDRESS) === ADDRESS;

const own: readonly Reason[] = [
  {
    id: "ks10-cut-off", witness: "ks10", right: "other-model", groups: /^1[4-7][0-3] /, components: ["AC", "core", ...OVERFLOWS],
    when: (d) => floatingOperands(d.case).every(isNormalized) && isCutOffOtherwise(d),
    because: "without rounding; the exact result lies between two neighbours, of which each processor takes one. The KA10 drops the low word of a two's complement sum or product and divides magnitudes; SIMH's KS10 drops low bits of magnitudes and of the two's complement quotient, and keeps account of numbers that are far apart. Where the neighbours are the largest number and none, only one overflows",
    cite: "PRH 2.6, operations without rounding; the recorded KA10 agrees with the specification",
  },
  {
    id: "ks10-rounded", witness: "ks10", right: "specification", groups: /^1[4-7][4-7] /, components: ["AC", "core"],
    when: (d) => floatingOperands(d.case).every(isNormalized) && isRoundedHere(d),
    because: "with rounding; no number is nearer to the exact result than the one here. SIMH takes 1 from negative quotients that are not exact, and halves of negative numbers go the other way there",
    cite: "PRH 2.6, operations with rounding; the recorded KA10 agrees with the specification",
  },
  {
    id: "ks10-unnormalized", witness: "ks10", right: "other-model", groups: /^1[4-7][0-7] /, components: ["AC", "core", ...OVERFLOWS, "FloatingUnderflow", "NoDivide"],
    when: ({ case: c }) => !floatingOperands(c).every(isNormalized),
    because: "an operand that is not normalized: what becomes of it depends on how many bits a processor keeps while it works, which the recorded KA10 and SIMH answer differently",
    cite: "PRH 2.6",
  },
  {
    id: "ks10-byte-flag", witness: "ks10", right: "other-model", groups: /^(135 LDB|137 DPB)$/, components: ["ByteIncrementSuppression"],
    when: ({ case: c, compared }) => registerBefore(c, "ByteIncrementSuppression") === 1n && compared.differences.every(({ theirs }) => theirs === 1n),
    because: "LDB and DPB have no first part to be remembered; a KS10 leaves the flag alone in them, a KA10 clears it at the end of every byte (the recorded KA10 does)",
    cite: "PRH 2.3; 12 recorded cases",
  },
  {
    id: "ks10-smallest-multiplied", witness: "ks10", right: "other-model", groups: /^22[0-7] /, components: ["AC", "core", "Overflow"],
    when: ({ case: c }) => accumulator(c) === SMALLEST || fixedOperand(c) === SMALLEST,
    because: "a KA10 treats -2**35 in AC as though it were +2**35, so its product has the wrong sign; later processors don't",
    cite: "HRM 2.5, caution on the KA10",
  },
  {
    id: "ks10-smallest-divided", witness: "ks10", right: "other-model", groups: /^23[0-3] /, components: ["AC", "core", "Overflow", "NoDivide"],
    when: ({ case: c }) => accumulator(c) === SMALLEST && [1n, MINUS_ONE].includes(fixedOperand(c)),
    because: "a KA10 refuses to divide -2**35 by 1 and by -1 (so does the recorded one); a KS10 divides by 1, and by -1 gives the dividend and overflows",
    cite: "2 recorded cases; PRH 2.5 names only divisors that are too small",
  },
  {
    id: "ks10-shift-of-ones", witness: "ks10", right: "specification", groups: /^240 /, components: ["Overflow"],
    when: ({ case: c }) => distance(c) > 35 && isNegative(accumulator(c)),
    because: "shifted left by more than 35 places, a negative number loses the zeros that came in on the right, which are bits unlike the sign; SIMH stops counting at 35",
    cite: "PRH 2.5",
  },
  {
    id: "ks10-block-transfer-end", witness: "ks10", right: "other-model", groups: /^251 /, components: ["AC"],
    when: ({ case: c, compared }) => compared.differences.every(({ theirs }) => theirs === (accumulator(c) + 0o000001_000001n & 0o777777_777777n)),
    because: "at the end a KS10 leaves the addresses after the last word in AC, a KA10 need not leave anything that a program may rely on",
    cite: "PRH 2.2, p. 2-10",
  },
  {
    id: "ks10-block-transfer-backward", witness: "ks10", right: "other-model", groups: /^251 /, components: ["AC", "core"],
    when: ({ case: c }) => effectiveAddress(c) < (accumulator(c) & ADDRESS),
    because: "E is below the first destination: a KA10 moves a word before it looks at E, a KS10 moves none",
    cite: "PRH 2.2, p. 2-10; 15 recorded cases",
  },
  {
    id: "ks10-block-transfer-own-accumulator", witness: "ks10", right: "other-model", groups: /^251 /, components: ["AC", "core"],
    when: ({ case: c }) => accumulator(c) >> 18n === BigInt(partsOf(c.words[0]!).ac),
    because: "the accumulator is the word to be moved: a KS10 has put its last value there before it begins",
    cite: "PRH 2.2, p. 2-10",
  },
  {
    id: "ks10-pointer-pushed-over", witness: "ks10", right: "other-model", groups: /^26[0-3] /, components: ["AC"],
    when: ({ case: c }) => pushdownReach(c).includes(BigInt(partsOf(c.words[0]!).ac)),
    because: "the word goes to, or comes from, the accumulator that is the pointer. A KA10 writes the pointer first and then the word; SIMH's KS10 counts what was written",
    cite: "HRM, POP AC,AC",
  },
  {
    id: "ks10-halves-apart", witness: "ks10", right: "other-model", groups: /^(25[23]|26[0-3]) /, components: ["AC", "PC"],
    when: ({ case: c, compared }) => compared.differences.every(({ component, index, ours, theirs }) => component === "PC" || (index === BigInt(partsOf(c.words[0]!).ac) && (ours & ADDRESS) === (theirs & ADDRESS)))
      && (carriesLeft(accumulator(c)) || (accumulator(c) & ADDRESS) === 0n),
    because: "a KA10 counts both halves by one addition of 1,,1 (or -1,,-1), with a carry from the right half into the left; a KS10 counts each half for itself",
    cite: "PRH 2.7, p. 2-41; 2.2, p. 2-13",
  },
  {
    id: "ks10-flags-carry", witness: "ks10", right: "specification", groups: /^254 JRST\[f=2\]/, components: ["FloatingUnderflow", "NoDivide"],
    when: ({ case: c }) => {
      const { index, address } = partsOf(c.words[0]!);
      return index !== 0 && (cellBefore(c, "AC", BigInt(index)) & ADDRESS) + BigInt(address) > ADDRESS;
    },
    because: "the flags are the left half of the index register; SIMH adds the address to the whole register, so that a carry out of the right half counts the flags up",
    cite: "PRH 2.9, p. 2-57",
  },
];

/** What XCT executed, as a disagreement of its own. */
function executed(d: Disagreement): Disagreement | undefined {
  if (partsOf(d.case.words[0]!).code !== 0o256) return undefined;
  const e = effectiveAddress(d.case);
  const word = cellBefore(d.case, e < 16n ? "AC" : "core", e);
  return { ...d, case: { ...d.case, words: [word] }, group: `${partsOf(word).code.toString(8).padStart(3, "0")} ${d.compared.instructions[1]}` };
}

export const ks10Reasons: readonly Reason[] = [
  ...own,
  {
    id: "ks10-executed", witness: "ks10", right: "other-model", groups: /^256 /, components: ["AC", "core", "PC", "Overflow", "NoDivide", "ByteIncrementSuppression"],
    when: (d) => {
      const inner = executed(d);
      return inner !== undefined && settle(own, "ks10", inner) !== undefined;
    },
    because: "the executed instruction differs by one of the other reasons",
    cite: "PRH 2.9, p. 2-56",
  },
];
