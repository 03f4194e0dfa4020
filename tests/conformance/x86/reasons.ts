/** Where the witnesses and the specification differ. What a reason looks at is worked out from the case and the answer, apart from the specification. */
import { cellBefore, registerBefore } from "../case-file.js";
import { prefixesOf } from "./forms.js";
import { STUB_LENGTH, STUBS } from "./record.js";
import type { Disagreement, Reason } from "../reasons.js";
import { observedRegisters } from "./specification-state.js";

const differences = (d: Disagreement, component: string): Disagreement["compared"]["differences"] => d.compared.differences.filter((x) => x.component === component);

const CODE = 1n;
const LOW_HALF = 0xffffn, HIGH_HALF = 0xffff_0000n;
const ESP = 4n;

/** Of ESP the upper halves differ, of other registers nothing. */
function isUpperHalfOfPointer(d: Disagreement): boolean {
  return differences(d, "G").every(({ index, ours, theirs }) => index === ESP && (ours & LOW_HALF) === (theirs & LOW_HALF));
}

const theirs = (d: Disagreement, name: string): bigint | undefined => d.case.after.registers.get(name);

/** The handler is that of an exception that is told with an error code. */
const hasFaulted = (d: Disagreement): boolean => {
  const at = BigInt.asUintN(32, (d.case.after.arrays.get("Base")?.get(1n) ?? 0n) + (theirs(d, "EIP") ?? 0n));
  const vector = (Number(at) - STUBS) / STUB_LENGTH;
  return vector >= 10 && vector <= 14;
};

/** The third byte of an image of EFLAGS, which differs in RF alone; or RF itself. */
const isResumeFlag = (d: Disagreement): boolean => d.compared.differences.length === 1 && d.compared.differences.every(({ ours, theirs: there }) => (ours ^ there) === 1n);

const ALL = ["EIP", "G", "core", "CPL", "CodeSelector", "CodeWide", "StackWide", "Selector", "Base", "Limit", "Rights", "IF", "RF", "NT", "VM", "CR2"];

/** The vector whose stub the specification's processor has come to, where the witness is elsewhere. */
function ourVector(d: Disagreement): number | undefined {
  const [eip] = differences(d, "EIP");
  if (eip === undefined) return undefined;
  const base = d.case.after.arrays.get("Base")?.get(CODE) ?? 0n;
  return (Number(BigInt.asUintN(32, base + eip.ours)) - STUBS) / STUB_LENGTH;
}

const STACK_FAULT = 12, GENERAL_PROTECTION = 13;
const RESUME_FLAG = 1n, WRITING = 2n;

/** In an image of flags RF is not set, and in the error code of a page fault the bit for writing; nothing else differs. */
const isReadBefore = (d: Disagreement): boolean => differences(d, "core").every(({ ours, theirs: there }) => (ours ^ there) === RESUME_FLAG || (ours ^ there) === WRITING ? ours > there : false);

const EVERYTHING = [...observedRegisters, "G", "core", "Selector", "Base", "Limit", "Rights"];

const hasSwitched = (d: Disagreement): boolean => theirs(d, "TaskSelector") !== registerBefore(d.case, "TaskSelector");

/** Of general registers the upper halves differ, as ones or as zeros; and so where a task that was left again at once has them saved. */
const areUpperHalvesOfTask = (d: Disagreement): boolean =>
  differences(d, "G").every(({ ours, theirs: there }) => (ours & LOW_HALF) === (there & LOW_HALF) && ((there & HIGH_HALF) === HIGH_HALF || (ours & HIGH_HALF) === 0n))
  && differences(d, "core").every(({ ours, theirs: there }) => ours === 0n && there === 0xffn);

/** Whether it is repeated no times. */
function isNotRepeated(d: Disagreement): boolean {
  const prefixes = prefixesOf(d.case.words.map(Number));
  const count = cellBefore(d.case, "G", 1n);
  const isWide = (registerBefore(d.case, "CodeWide") === 1n) !== prefixes.includes(0x67);
  return prefixes.some((b) => b === 0xf2 || b === 0xf3) && (isWide ? count : count & LOW_HALF) === 0n;
}

export const reasons: readonly Reason[] = [
  {
    id: "upper-half-of-stack-pointer", witness: "bochs", right: "undecided", groups: /./, components: ["G"],
    when: (d) => isUpperHalfOfPointer(d) && theirs(d, "StackWide") === 0n,
    because: "on entry to an inner level whose stack has 16 bits, the upper half of ESP: here it is what the task state segment holds, in Bochs what was in ESP",
    cite: "SDM3 5.12.1",
  },
  {
    id: "upper-halves-of-16-bit-task", witness: "bochs", right: "undecided", groups: /^(CALL|JMP|IRET|INT)/, components: ["G", "core"],
    when: (d) => areUpperHalvesOfTask(d) && differences(d, "G").length > 0,
    because: "a task state segment of 16 bits has no upper halves of the general registers: the manual leaves them open",
    cite: "SDM3 6.6",
  },
  {
    id: "task-segments-in-another-order", witness: "bochs", right: "undecided", groups: /^(CALL|JMP|IRET|INT)/, components: ["G", "core", "Base", "Limit", "Rights"],
    when: (d) => areUpperHalvesOfTask(d) && hasSwitched(d) && ["Base", "Limit", "Rights"].every((hidden) => differences(d, hidden).every(({ ours }) => ours === 0n)),
    because: "one segment register of the new task can't be loaded: which of the others have been by then is left open; here DS has not, in Bochs it has",
    cite: "SDM3 6.3",
  },
  {
    id: "task-that-cannot-run", witness: "bochs", right: "undecided", groups: /^(CALL|JMP|IRET|INT)/, components: ["Shutdown"],
    when: (d) => theirs(d, "Shutdown") === 0n && hasSwitched(d),
    because: "the new task has no code segment or no stack, which is an exception in that task: here its stack is not there yet when that is delivered, and the processor shuts down; Bochs has loaded what could be loaded",
    cite: "SDM3 6.3",
  },
  {
    id: "far-pointer-selector-first", witness: "bochs", right: "undecided", groups: /^((LES|LDS|LSS|LFS|LGS) Gv|(CALL|JMP) Mp$|RETF)/, components: ["CR2"],
    because: "a far pointer in storage, or on the stack, lies in a page that faults: here the offset is read first, in Bochs the selector, and the address that is told is its own",
    cite: "SDM2 LDS",
  },
  {
    id: "table-register-stored-in-two", witness: "bochs", right: "specification", groups: /^(SGDT|SIDT) Ms$/, components: ["core"],
    when: (d) => theirs(d, "CR2") !== undefined,
    because: "the second part of the operand faults: an instruction that faults has stored nothing, Bochs has stored the limit",
    cite: "SDM3 5.6",
  },
  {
    id: "pushed-before-the-limit", witness: "bochs", right: "specification", groups: /^CALL (relz|Ev|far|Mp)$/, components: ["core"],
    when: (d) => hasFaulted(d) && d.compared.differences.length <= 8,
    because: "the target lies beyond the limit of the code segment: that is checked before the return address is pushed, in Bochs afterwards",
    cite: "SDM2 CALL",
  },
  {
    id: "resumed-once", witness: "bochs", right: "undecided", groups: /^IRET$/, components: ["core", "RF"], when: isResumeFlag,
    because: "RF that IRET has loaded is for the next instruction; in what an INT3 there saves, and in real-address mode behind it, it is still set here, in Bochs no longer. Watchpoints, which it is about, are left out",
    cite: "SDM3 15.3.1.1",
  },
  {
    id: "no-repetition-no-check", witness: "bochs", right: "specification", groups: /^(INS|OUTS)B?$/, components: ALL, when: (d) => isNotRepeated(d) && hasFaulted(d),
    because: "with a count of 0 nothing is done, and no port is asked for; Bochs asks for it all the same",
    cite: "SDM2 REP",
  },
  {
    id: "no-segment-checks", witness: "qemu", right: "specification", groups: /./, components: EVERYTHING, when: (d) => { const vector = ourVector(d); return vector === STACK_FAULT || vector === GENERAL_PROTECTION; },
    because: "QEMU does not look at the limits and rights of segments when operands are accessed, nor at the limit of the code segment when it jumps: where the processor refuses, it goes on",
    cite: "SDM3 4.3",
  },
  {
    id: "no-resume-flag", witness: "qemu", right: "specification", groups: /./, components: ["core"], when: isReadBefore,
    because: "QEMU does not set RF in what a fault saves, and reads an operand that is to be updated before it finds out whether it may be written: the page fault is told as one of reading",
    cite: "SDM3 5.12, 15.3.1.1",
  },
  {
    id: "rotated-before-the-fault", witness: "qemu", right: "specification", groups: /^RC[LR] /, components: ["CF", "OF", "core"], when: hasFaulted,
    because: "the operand can't be stored: an instruction that faults has changed no flags, QEMU has changed them",
    cite: "SDM3 5.6",
  },
  {
    id: "swapped-whole", witness: "qemu", right: "undecided", groups: /^BSWAP/, components: ["G"],
    because: "BSWAP of 16 bits is undefined: here it is a choice that leaves the upper half alone, QEMU swaps the whole register",
    cite: "SDM2 BSWAP",
  },
  {
    id: "no-repetition-no-check-either", witness: "qemu", right: "specification", groups: /^(INS|OUTS)B?$/, components: ALL, when: (d) => isNotRepeated(d) && hasFaulted(d),
    because: "with a count of 0 nothing is done, and no port is asked for; QEMU asks for it all the same",
    cite: "SDM2 REP",
  },
];
