/**
 * Where Hercules 3.13 and the specification differ.
 *
 * What a reason looks at (operands, tables, old status words) is worked out anew from the case, apart from the specification.
 */
import { registerBefore } from "../case-file.js";
import type { Case } from "../case.js";
import type { Disagreement, Reason } from "../reasons.js";
import { absolute, accessesOf, exceptionsOf, executed, fetchedAddresses, lookedUp, type AccessException } from "./accesses.js";
import { lengthOf, opcodeOf } from "./opcodes.js";
import { SPACES } from "./storage-map.js";
import { hasExtendedFrame, isAccessException, isTranslating, ourInterruption, primary, secondary, storage, theirInterruption, translated, type Interruption } from "./translation.js";

/** What may differ where one side goes on and the other is interrupted. */
const ALL = ["PC", "R", "F", "core", "StorageKey", "Prefix", "CpuTimer", "ClockComparator", "Formats", "ExternalMasks", ...Array.from({ length: 15 }, (_, n) => `CR${n + 1}`)];

const PRIVILEGED_OPERATION = 2, PROTECTION = 4, SPECIFICATION = 6, DATA = 7, DECIMAL_OVERFLOW = 0xa, DECIMAL_DIVIDE = 0xb, PAGE_TRANSLATION = 0x11, TRANSLATION_SPECIFICATION = 0x12, SPECIAL_OPERATION = 0x13, ASN_SPECIFICATION = 0x17, SPACE_SWITCH = 0x1c, PC_SPECIFICATION = 0x1f, MONITOR_EVENT = 0x40;

const isExtended = (c: Case): boolean => registerBefore(c, "Extended") === 1n;
const nameOf = (c: Case): string => executed(c).opcode?.name ?? "";
const isProgram = (i: Interruption, ...codes: readonly number[]): boolean => i.kind === "program" && codes.includes(i.code);

const ours = ({ case: c, compared }: Disagreement): Interruption => ourInterruption(c, compared);
const theirs = ({ case: c }: Disagreement): Interruption => theirInterruption(c);

/** The exception is one that some byte of the instruction or its operands meets. */
function isThere(i: Interruption, exceptions: readonly AccessException[], c: Case): boolean {
  const pages = ((registerBefore(c, "Formats") >> 6n) & 3n) === 2n ? 0x80ff_f000 : 0x80ff_f800;
  return exceptions.some(({ code, page }) => code === i.code && (page === undefined || !isExtended(c) || page >>> 0 === (i.address & pages) >>> 0));
}

/** The address that ours was not translated at, or that was looked up, lies behind the end of its page table. */
function isBehindPageTable(d: Disagreement): boolean {
  const { case: c } = d;
  const isBehind = (address: number, designation: number): boolean => translated(c, address & 0xff_ffff, designation).kind === "page-length";
  const { address } = ours(d);
  // the instruction may have exchanged the spaces
  if (isProgram(ours(d), PAGE_TRANSLATION)) return [primary(c), secondary(c)].some((designation) => isBehind(address, designation));
  const told = lookedUp(c);
  return told !== undefined && isBehind(told, registerBefore(c, "Secondary") === 1n ? secondary(c) : primary(c));
}

/** The two spaces do not say the same of where an instruction is, or neither has it. */
function isFetchedElsewhere(d: Disagreement): boolean {
  const { case: c } = d;
  const isSecondary = registerBefore(c, "Secondary") === 1n || nameOf(c) === "SAC";
  if (!isSecondary || !isTranslating(c)) return false;
  return fetchedAddresses(c).some((address) => {
    const [one, other] = [translated(c, address, primary(c)), translated(c, address, secondary(c))];
    return one.kind !== "real" || JSON.stringify(one) !== JSON.stringify(other);
  });
}

/** The present designation of the primary segment table, or one that an entry of an address space holds, has bit 31. */
function isSwitchAsked(c: Case): boolean {
  const entries = Array.from({ length: 4 }, (_, n) => Number(storage(c, SPACES + 16 * n + 8, 4)));
  return [primary(c), ...entries].some((designation) => (designation & 1) === 1);
}

/** The operand of SPX has more than a prefix. */
function hasIgnoredBits(c: Case): boolean {
  const operand = accessesOf(c).find(({ length }) => length === 4);
  const at = operand === undefined ? undefined : absolute(c, operand.address, operand.space);
  return at !== undefined && (storage(c, at, 4) & 0xff00_0fffn) !== 0n;
}

/** Either has the length of EX, or theirs that of the target: see `executed-length`. */
const isSameLength = (d: Disagreement): boolean => ours(d).length === theirs(d).length || (opcodeOf(Number(d.case.words[0]!))?.name === "EX" && !isExtended(d.case));

export const reasons: readonly Reason[] = [
  {
    id: "page-table-length", witness: "hercules", right: "specification", groups: /./, components: ALL,
    when: isBehindPageTable,
    because: "the page is behind the end of its page table; Hercules compares the length with bits of the page number that it has not shifted to their place, so that no length but 0 is ever exceeded",
    cite: "POP 3, page-table lookup",
  },
  {
    id: "extended-frame", witness: "hercules", right: "specification", groups: /./, components: ALL,
    when: (d) => isProgram(ours(d), TRANSLATION_SPECIFICATION) && isProgram(theirs(d), 4, 5, DATA) && hasExtendedFrame(d.case),
    because: "bits 13 and 14 of an entry for a page of 4K are to be 0; Hercules has the extension that takes them for two more bits of the address",
    cite: "POP 3, page-table entry; the extension of real addresses is a facility that is not described here",
  },
  {
    id: "extended-frame-told", witness: "hercules", right: "specification", groups: /^(LRA|TPROT|EX)$/, components: ALL,
    when: (d) => isProgram(ours(d), TRANSLATION_SPECIFICATION) && ["LRA", "TPROT"].includes(nameOf(d.case)) && hasExtendedFrame(d.case),
    because: "the same, looked at by an instruction that tells what translation finds",
    cite: "POP 3, page-table entry",
  },
  {
    id: "order-of-accesses", witness: "hercules", right: "undecided", groups: /./, components: ["core"],
    when: (d) => {
      const exceptions = exceptionsOf(d.case, accessesOf(d.case));
      return isAccessException(ours(d)) && isAccessException(theirs(d)) && isSameLength(d) && isThere(ours(d), exceptions, d.case) && (isThere(theirs(d), exceptions, d.case) || (isProgram(theirs(d), 5) && hasExtendedFrame(d.case)))
        && (ours(d).code !== theirs(d).code || ours(d).address !== theirs(d).address);
    },
    because: "several bytes of the operands meet access exceptions: which one is recognized is open",
    cite: "POP 6, multiple program-interruption conditions",
  },
  {
    id: "data-before-access", witness: "hercules", right: "undecided", groups: /^(AP|SP|ZAP|CP|MP|DP|SRP|ED|EDMK|EX)$/, components: ["core", "R"],
    when: (d) => isAccessException(ours(d)) && isProgram(theirs(d), DATA, DECIMAL_DIVIDE, DECIMAL_OVERFLOW) && isThere(ours(d), exceptionsOf(d.case, accessesOf(d.case)), d.case),
    because: "an operand meets an access exception and what was fetched is no decimal number, or can't be divided: either may be recognized. Hercules looks at digits before it looks whether the result can be stored",
    cite: "POP 6, multiple program-interruption conditions",
  },
  {
    id: "secondary-fetch", witness: "hercules", right: "undecided", groups: /./, components: ALL,
    when: isFetchedElsewhere,
    because: "in secondary-space mode it is open from which space instructions are fetched; Hercules takes the primary one, and in these cases they differ where the instruction is",
    cite: "POP 3, translation modes",
  },
  {
    id: "executed-length", witness: "hercules", right: "specification", groups: /^EX$/, components: ["core"],
    when: (d) => !isExtended(d.case) && ours(d).length === 2 && theirs(d).code === ours(d).code && theirs(d).kind === "program"
      && theirs(d).length === (executed(d.case).opcode === undefined ? unassignedLength(executed(d.case).bytes[0]!) : lengthOf(executed(d.case).opcode!) / 2)
      && d.compared.differences.length === 1 && ((ours(d).old ^ theirs(d).old) & ~((LONG.includes(nameOf(d.case)) ? 0xfn << 28n : 3n << 30n))) === 0n,
    because: "what an executed instruction interrupts with has the length of EX; in basic control Hercules stores that of the target",
    cite: "POP 6, instruction-length code; POP 7, EXECUTE",
  },
  {
    id: "special-operation-basic", witness: "hercules", right: "specification", groups: /^(EPAR|ESAR|IAC|IVSK|SAC|SSAR|PT|PC|MVCP|MVCS|EX)$/, components: ALL,
    when: (d) => !isExtended(d.case) && registerBefore(d.case, "Translation") === 1n && isProgram(ours(d), SPECIAL_OPERATION),
    because: "bit 5 of the PSW is the mask of a channel in basic control, so translation is off; Hercules looks at the bit alone",
    cite: "POP 4, basic-control mode; POP 10, special-operation exception",
  },
  {
    id: "monitor-code-basic", witness: "hercules", right: "specification", groups: /^(MC|EX)$/, components: ["core"],
    when: (d) => !isExtended(d.case) && isProgram(ours(d), MONITOR_EVENT) && isProgram(theirs(d), MONITOR_EVENT)
      && d.compared.differences.every(({ index }) => [0x94, 0x95, 0x9c, 0x9d, 0x9e, 0x9f].includes(Number(index! & 0xfffn))),
    because: "class and code of a monitor event are stored in basic control too",
    cite: "POP 6, monitor event",
  },
  {
    id: "comparator-bits", witness: "hercules", right: "undecided", groups: /^(SCKC|EX)$/, components: ["ClockComparator"],
    when: (d) => nameOf(d.case) === "SCKC" && d.compared.differences.every((x) => (x.ours ^ x.theirs) >> 8n === 0n),
    because: "how many of the last bits the comparator has depends on the model; that of Hercules has 56 bits",
    cite: "POP 4, clock comparator",
  },
  {
    id: "prefix-bits", witness: "hercules", right: "specification", groups: /^(SPX|EX)$/, components: ALL,
    when: (d) => nameOf(d.case) === "SPX" && isProgram(theirs(d), 5) && hasIgnoredBits(d.case),
    because: "only bits 8 to 19 of the operand are the prefix; Hercules takes the others for a part of the address, which is then outside of storage",
    cite: "POP 10, SET PREFIX",
  },
  {
    id: "unneeded-bytes", witness: "hercules", right: "undecided", groups: /^(CLM|CLC|CLCL|PACK|UNPK|MVO|TR|TRT|ED|EDMK|EX)$/, components: ALL,
    when: (d) => {
      const exceptions = exceptionsOf(d.case, accessesOf(d.case));
      const is = (i: Interruption): boolean => isAccessException(i) && isThere(i, exceptions, d.case);
      return UNNEEDED.includes(nameOf(d.case)) && is(ours(d)) !== is(theirs(d)) && !isAccessException(is(ours(d)) ? theirs(d) : ours(d));
    },
    because: "the result is known without some bytes of an operand, and these meet an access exception: whether it is recognized is open",
    cite: "POP 5, access to operands; POP 7, the instructions",
  },
  {
    id: "stored-in-part", witness: "hercules", right: "undecided", groups: /^(ED|EDMK|MVO|PACK|UNPK|EX)$/, components: ["core", "R"],
    when: (d) => ["ED", "EDMK", "MVO", "PACK", "UNPK"].includes(nameOf(d.case)) && ours(d).kind === "program" && ours(d).code === theirs(d).code && [4, 5, DATA, 0x10, 0x11, 0x12].includes(ours(d).code) && isSameLength(d)
      && d.compared.differences.every(({ component, index }) => component === "core" ? index! >= 0x1000n || index! === 0x2cn || index! === 0x402cn || (index! & 0xfffn) >= 0x180n : index === 1n),
    because: "an interruption ends the instruction, which goes byte by byte: what of the result is there by then, and the mark of EDMK, are open; Hercules has stored what came before, here nothing is changed",
    cite: "POP 5, termination",
  },
  {
    id: "space-switch-bit", witness: "hercules", right: "specification", groups: /^(PC|PT|LASP|EX)$/, components: ALL,
    when: (d) => ["PC", "PT", "LASP"].includes(nameOf(d.case)) && isSwitchAsked(d.case) && (isProgram(ours(d), SPACE_SWITCH) || nameOf(d.case) === "LASP"),
    because: "bit 31 of a segment-table designation asks for the space-switch event; Hercules looks at bit 0, as later architectures do",
    cite: "POP 4, control register 1; POP 5, space-switch event",
  },
  {
    id: "space-entry-bits", witness: "hercules", right: "specification", groups: /^(PC|PT|SSAR|LASP|EX)$/, components: ALL,
    when: (d) => ["PC", "PT", "SSAR", "LASP"].includes(nameOf(d.case)) && isProgram(ours(d), ASN_SPECIFICATION),
    because: "bits of an entry of the tables of address spaces that are to be 0 are not; Hercules does not look at all of them",
    cite: "POP 3, ASN translation",
  },
  {
    id: "fetch-after-key", witness: "hercules", right: "specification", groups: /^(SSK|EX)$/, components: ALL,
    when: (d) => nameOf(d.case) === "SSK" && isProgram(ours(d), PROTECTION) && theirs(d).kind === "service",
    because: "the key that was set keeps the program from fetching its next instruction; Hercules goes on in a page that it has found to be allowed",
    cite: "POP 3, key-controlled protection; POP 5, storage-key accesses",
  },
  {
    id: "fetch-after-control", witness: "hercules", right: "undecided", groups: /^(LCTL|EX)$/, components: ALL,
    when: (d) => nameOf(d.case) === "LCTL" && isTranslating(d.case) && isAccessException(ours(d)) && theirs(d).kind === "service",
    because: "with the control registers that were loaded the next instruction is no longer to be found; Hercules goes on with what it has translated before, which the lookaside buffer permits",
    cite: "POP 3, translation-lookaside buffer",
  },
  {
    id: "home-space", witness: "hercules", right: "specification", groups: /^(SAC|EX)$/, components: ["core"],
    when: (d) => nameOf(d.case) === "SAC" && isProgram(ours(d), SPECIFICATION) && isProgram(theirs(d), PRIVILEGED_OPERATION),
    because: "a code of SAC that is a privileged one in later architectures is none here",
    cite: "POP 10, SET ADDRESS SPACE CONTROL",
  },
  {
    id: "addressing-mode-bit", witness: "hercules", right: "specification", groups: /^(PT|PC|EX)$/, components: ALL,
    when: (d) => (nameOf(d.case) === "PT" && isProgram(ours(d), SPECIFICATION)) || (nameOf(d.case) === "PC" && isProgram(ours(d), PC_SPECIFICATION)),
    because: "bit 0 of R2 of PT, and of the address in an entry for PC, is not a part of a System/370 address and is to be 0; Hercules takes it for a mode of addressing, of which there is only one here",
    cite: "POP 10, PROGRAM CALL and PROGRAM TRANSFER",
  },
];

/** Their condition code is open where they are interrupted. */
const LONG: readonly string[] = ["MVCL", "CLCL"];
const UNNEEDED: readonly string[] = ["CLM", "CLC", "CLCL", "PACK", "UNPK", "MVO", "TR", "TRT", "ED", "EDMK"];

const unassignedLength = (first: number): number => (first < 0x40 ? 1 : first < 0xc0 ? 2 : 3);
