/** Where QEMU's 24Kf and the specification differ. What a reason looks at is worked out from the word and the answer, apart from the specification. */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Disagreement, Reason } from "../reasons.js";
import { fieldOf, opcodeOf } from "./opcodes.js";

const RESERVED = 0xan, UNUSABLE = 0xbn;

const word = (d: Disagreement): number => Number(d.case.words[0]!);
const theirs = (d: Disagreement, name: string): bigint | undefined => d.case.after.registers.get(name);

/** Bits that the picture leaves out are not all 0. */
function hasIgnored(d: Disagreement): boolean {
  return [...opcodeOf(word(d)).picture].some((c, i) => c === "-" && ((word(d) >>> (31 - i)) & 1) === 1);
}

function isImpossible(d: Disagreement): boolean {
  const opcode = opcodeOf(word(d)), m = fieldOf(word(d), opcode, "m"), p = fieldOf(word(d), opcode, "n");
  return opcode.name === "EXT" ? m + p > 31 : p > m;
}

/** What our processor has, where it differs from theirs. */
const ours = (d: Disagreement, name: string): bigint | undefined => d.compared.differences.find(({ component }) => component === name)?.ours ?? theirs(d, name);

const isTranslationFailure = (code: bigint | undefined): boolean => code !== undefined && code >= 1n && code <= 5n;

/** Theirs has gone on to the BREAK behind the instruction, or met something else there. */
const isEndedBehind = (d: Disagreement): boolean => theirs(d, "ExcCode") !== ours(d, "ExcCode");

/** What the instruction moves. */
const operand = (d: Disagreement): bigint => cellBefore(d.case, "GPR", BigInt(fieldOf(word(d), opcodeOf(word(d)), "t")));

const isMappedSegment = (address: bigint): boolean => (address >> 30n) !== 2n;

/** Where one side goes on and the other has an exception. */
const ALL = ["PC", "EPC", "BD", "ExcCode", "CE", "GPR", "HI", "LO", "core", "BadVAddr", "BadVPN2", "VPN2", "ASID", "IE", "EXL", "ERL", "KSU", "Index", "Missed", "PageMask", "EntryLo0", "EntryLo1", "TlbPage", "TlbEven", "TlbOdd"];

export const reasons: readonly Reason[] = [
  {
    id: "fields-of-zero", witness: "qemu", right: "undecided", groups: /./, components: ALL,
    when: (d) => hasIgnored(d) && theirs(d, "ExcCode") === RESERVED,
    because: "a field that the manual shows as 0 is not: what happens is unpredictable. Here the field is ignored; QEMU takes some of these words for reserved ones",
    cite: "ISA 2, instruction fields",
  },
  {
    id: "impossible-bit-field", witness: "qemu", right: "undecided", groups: /^(EXT|INS)$/, components: ALL,
    when: (d) => theirs(d, "ExcCode") === RESERVED && isImpossible(d),
    because: "a bit field that reaches beyond the register, or ends before it begins: the result is unpredictable. Here the register has any value; QEMU takes the word for a reserved one",
    cite: "ISA EXT, INS",
  },
  {
    id: "no-such-entry", witness: "qemu", right: "undecided", groups: /^MTC0 Index$/, components: ["Index"],
    when: (d) => (Number(operand(d)) & 0x7fff_fff0) !== 0,
    because: "bits of Index that have no meaning are not 0; here they are ignored, QEMU leaves Index as it was",
    cite: "PRA Index",
  },
  {
    id: "fetched-before", witness: "qemu", right: "undecided", groups: /^(MTC0 (EntryHi|Status)|TLBWI|TLBWR|TLBR|EI|DI|ERET)$/, components: ALL,
    when: (d) => isMappedSegment(registerBefore(d.case, "PC")) && d.compared.differences.some(({ component }) => component === "PC" || component === "ExcCode"),
    because: "the instruction has changed by what address or map the program itself is fetched; here that holds for the next instruction, QEMU goes on with what it has fetched before. Software must not rely on either",
    cite: "PRA, hazards",
  },
  {
    id: "never-taken", witness: "qemu", right: "specification", groups: /^(BNE|BLTZ|BGTZ)$/, components: ["BD", "EPC"],
    when: (d) => fieldOf(word(d), opcodeOf(word(d)), "s") === (opcodeOf(word(d)).name === "BNE" ? fieldOf(word(d), opcodeOf(word(d)), "t") : 0),
    because: "the condition never holds; QEMU takes the branch for an instruction that does nothing, and the one behind it does not stand in a delay slot",
    cite: "PRA Cause, BD",
  },
  {
    id: "unaligned-target", witness: "qemu", right: "specification", groups: /^(JR|JALR|ERET)$/, components: ALL,
    when: (d) => ours(d, "ExcCode") === 4n && theirs(d, "ExcCode") === 2n && (theirs(d, "BadVAddr")! & 3n) !== 0n,
    because: "an address that is not that of a word comes before its translation; QEMU looks for a translation first",
    cite: "PRA, exception priority",
  },
  {
    id: "coprocessor-2", witness: "qemu", right: "specification", groups: /^COP2$/, components: ["ExcCode", "CE"],
    when: (d) => ours(d, "ExcCode") === UNUSABLE && theirs(d, "ExcCode") === RESERVED,
    because: "Status.CU2 is 0 where there is no coprocessor 2, so it is not usable; QEMU has the words reserved",
    cite: "PRA Coprocessor Unusable Exception",
  },
  {
    id: "unusable-before-reserved", witness: "qemu", right: "specification", groups: /^(COP1|COP1X)$/, components: ["ExcCode", "CE"],
    when: (d) => ours(d, "ExcCode") === UNUSABLE && theirs(d, "ExcCode") === RESERVED,
    because: "whether the unit may be used comes before whether it knows the code; QEMU decides some codes first",
    cite: "PRA, exception priority",
  },
  {
    id: "doubleword-registers", witness: "qemu", right: "undecided", groups: /^COP1X$/, components: ALL,
    when: (d) => theirs(d, "ExcCode") === RESERVED && registerBefore(d.case, "FR") === 0n && [1, 5, 9, 13].includes(word(d) & 63),
    because: "doublewords of an odd register, or without alignment, where the unit has 16 of them: unpredictable. The unit is left out; QEMU takes the word for a reserved one",
    cite: "ISA LDXC1, LUXC1, SDXC1, SUXC1",
  },
  {
    id: "user-local", witness: "qemu", right: "specification", groups: /^RDHWR$/, components: ALL,
    when: (d) => fieldOf(word(d), opcodeOf(word(d)), "h") === 29 && ours(d, "ExcCode") === RESERVED,
    because: "hardware register 29 is there if Config3 says so, which it does not; QEMU has it for those who may use coprocessor 0",
    cite: "PRA Config3, ULRI; ISA RDHWR",
  },
  {
    id: "later-extension", witness: "qemu", right: "other-model", groups: /^reserved$/, components: ALL,
    when: (d) => [30].includes(word(d) >>> 26) || ((word(d) >>> 26) === 0 && (word(d) & 63) === 5),
    because: "codes of a later extension for vectors (MSA), which QEMU knows on all processors",
    cite: "ISA, encoding tables",
  },
  {
    id: "cache-address", witness: "qemu", right: "specification", groups: /^(SYNCI|CACHE)$/, components: ALL,
    when: (d) => isTranslationFailure(ours(d, "ExcCode")) && isEndedBehind(d),
    because: "the address of a cache operation is translated, which may fail; QEMU has no caches and does not look at it",
    cite: "ISA SYNCI, CACHE",
  },
  {
    id: "unlinked-store", witness: "qemu", right: "specification", groups: /^SC$/, components: ALL,
    when: (d) => isTranslationFailure(ours(d, "ExcCode")) && isEndedBehind(d),
    because: "the address of a conditional store is translated whether the reservation holds or not; QEMU looks at the reservation first",
    cite: "ISA SC, operation",
  },
];
