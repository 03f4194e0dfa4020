/** Where GXemul's R3000 and the specification differ. What a reason looks at is worked out from the word and the answer, apart from the specification. */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Disagreement, Reason } from "../reasons.js";

const ADDRESS = 4n, BREAKPOINT = 9n, UNUSABLE = 0xbn, OVERFLOW = 0xcn;
const KSEG0 = 0x8000_0000n;

const theirs = (d: Disagreement, name: string): bigint => d.case.after.registers.get(name)!;
/** What our processor has, where it differs from theirs. */
const ours = (d: Disagreement, name: string): bigint => d.compared.differences.find(({ component }) => component === name)?.ours ?? theirs(d, name);
/** Register 0 to 31 in bits of the word. */
const register = (d: Disagreement, low: bigint): bigint => (d.case.words[0]! >> low) & 31n;
const goesOnThere = (d: Disagreement, code: bigint): boolean => ours(d, "ExcCode") === code && theirs(d, "ExcCode") === BREAKPOINT;

export const gxemulReasons: readonly Reason[] = [
  {
    id: "unchecked-fetch", witness: "gxemul", right: "specification", groups: /./, components: ["ExcCode", "BadVAddr", "BadVPN", "VPN"],
    when: (d) => goesOnThere(d, ADDRESS) && ours(d, "BadVAddr") >= KSEG0 && ours(d, "BadVAddr") % 4n === 0n,
    because: "a program in user mode fetches from kseg0, kseg1 or kseg2, which is an address error; GXemul goes on where it has executed something before, without looking at the mode",
    cite: "KH 4, 6, Address Error",
  },
  {
    id: "kernel-in-kuseg", witness: "gxemul", right: "specification", groups: /^RFE$/, components: ["ExcCode", "EPC", "BD", "KUp", "IEp", "KUo", "IEo", "BadVAddr", "BadVPN", "VPN"],
    when: (d) => theirs(d, "ExcCode") === UNUSABLE && registerBefore(d.case, "KUc") === 0n && registerBefore(d.case, "CU") % 2n === 0n && registerBefore(d.case, "PC") < KSEG0,
    because: "in kernel mode coprocessor 0 may always be used; GXemul takes a program in kuseg for one in user mode",
    cite: "KH 2, 5, Status.CU",
  },
  {
    id: "overflow-into-zero", witness: "gxemul", right: "specification", groups: /^(ADD|ADDI|SUB)$/, components: ["ExcCode", "EPC", "BD", "BadVAddr", "BadVPN", "VPN"],
    when: (d) => register(d, d.group === "ADDI" ? 16n : 11n) === 0n && ours(d, "ExcCode") === OVERFLOW && theirs(d, "ExcCode") !== OVERFLOW,
    because: "an overflow is an exception whatever the result is for; GXemul does nothing where that is register 0",
    cite: "ISA ADD, ADDI, SUB",
  },
  {
    id: "least-subtracted", witness: "gxemul", right: "specification", groups: /^SUB$/, components: ["ExcCode", "EPC", "BD", "GPR", "BadVAddr", "BadVPN", "VPN"],
    when: (d) => cellBefore(d.case, "GPR", register(d, 16n)) === 0x8000_0000n && (ours(d, "ExcCode") === OVERFLOW) !== (theirs(d, "ExcCode") === OVERFLOW),
    because: "GXemul adds the negative, which -2^31 does not have: it misses the overflow where there is one and sees one where there is none",
    cite: "ISA SUB",
  },
  {
    id: "positive-immediate", witness: "gxemul", right: "specification", groups: /^ADDI$/, components: ["ExcCode", "EPC", "BD", "GPR", "BadVAddr", "BadVPN", "VPN"],
    when: (d) => (d.case.words[0]! & 0x8000n) === 0n && ours(d, "ExcCode") === OVERFLOW && theirs(d, "ExcCode") !== OVERFLOW,
    because: "GXemul sees no overflow where the immediate operand is positive",
    cite: "ISA ADDI",
  },
];
