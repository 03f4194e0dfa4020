/** Where the witnesses and the specification differ. What a reason looks at is worked out from the case and the answer, apart from the specification. */
import type { Disagreement, Reason } from "../reasons.js";

const differences = (d: Disagreement, component: string): Disagreement["compared"]["differences"] => d.compared.differences.filter((x) => x.component === component);

const LOW_HALF = 0xffffn, HIGH_HALF = 0xffff_0000n;
const ESP = 4n;

/** Of ESP the upper halves differ, of other registers nothing. */
function isUpperHalfOfPointer(d: Disagreement): boolean {
  return differences(d, "G").every(({ index, ours, theirs }) => index === ESP && (ours & LOW_HALF) === (theirs & LOW_HALF));
}

const theirs = (d: Disagreement, name: string): bigint | undefined => d.case.after.registers.get(name);

export const reasons: readonly Reason[] = [
  {
    id: "segment-register-pushed", witness: "bochs", right: "undecided", groups: /^PUSH (ES|CS|SS|DS|FS|GS)$/, components: ["core"],
    when: (d) => d.compared.differences.every(({ ours }) => ours === 0n),
    because: "with an operand of 32 bits the manual allows either the selector with zeros or a store of 16 bits; here it is the former, in Bochs the latter",
    cite: "SDM2 PUSH",
  },
  {
    id: "upper-half-of-stack-pointer", witness: "bochs", right: "undecided", groups: /./, components: ["G"],
    when: (d) => isUpperHalfOfPointer(d) && theirs(d, "StackWide") === 0n,
    because: "on entry to an inner level whose stack has 16 bits, the upper half of ESP: here it is what the task state segment holds, in Bochs what was in ESP",
    cite: "SDM3 5.12.1",
  },
  {
    id: "upper-halves-of-16-bit-task", witness: "bochs", right: "undecided", groups: /^(CALL|JMP|IRET|INT)/, components: ["G"],
    when: (d) => differences(d, "G").every(({ ours, theirs: there }) => (ours & LOW_HALF) === (there & LOW_HALF) && ((there & HIGH_HALF) === HIGH_HALF || (ours & HIGH_HALF) === 0n)),
    because: "a task state segment of 16 bits has no upper halves of the general registers: the manual leaves them open",
    cite: "SDM3 6.6",
  },
  {
    id: "far-pointer-selector-first", witness: "bochs", right: "undecided", groups: /^((LES|LDS|LSS|LFS|LGS) Gv|(CALL|JMP) Mp$)/, components: ["CR2"],
    because: "a far pointer in storage lies in a page that faults: here the offset is read first, in Bochs the selector, and the address that is told is its own",
    cite: "SDM2 LDS",
  },
  {
    id: "table-register-stored-in-two", witness: "bochs", right: "specification", groups: /^(SGDT|SIDT) Ms$/, components: ["core"],
    when: (d) => theirs(d, "CR2") !== undefined,
    because: "the second part of the operand faults: an instruction that faults has stored nothing, Bochs has stored the limit",
    cite: "SDM3 5.6",
  },
  {
    id: "pushed-before-the-limit", witness: "bochs", right: "specification", groups: /^CALL (relz|Ev)$/, components: ["core"],
    when: (d) => d.compared.differences.length <= 4,
    because: "the target lies beyond the limit of the code segment: that is checked before the return address is pushed, in Bochs afterwards",
    cite: "SDM2 CALL",
  },
];
