/** Where QEMU's cores and the specifications differ. What a reason looks at is worked out from the word and the answer, apart from the specification. */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Disagreement, Reason } from "../reasons.js";
import { thumbFieldOf, thumbOpcodeOf, type ThumbOpcode } from "./opcodes-thumb.js";
import { fieldOf, finderOf, isUnusual, registersOf, type Opcode, type Version } from "./opcodes.js";

const UNDEFINED = 4n, PREFETCH_ABORT = 0xcn, DATA_ABORT = 0x10n;

/** Where one side goes on and the other has an exception, or what is left open spreads. */
const ALL = ["PC", "N", "Z", "C", "V", "I", "F", "T", "M", "R", "Put8", "Put13", "Put14", "SPSR", "DFSR", "DFAR", "core", "Q", "GE", "A", "IFSR", "IFAR", "Translated", "ITSTATE"];

/** What else one side changes where the other could not fetch the instruction. */
const SYSTEM_REGISTERS = [
  "TTBR0", "TTBR1", "TableSplit", "DACR", "MMU", "Alignment", "HighVectors", "ExceptionEndian", "RoundRobin", "VectoredInterrupts", "TypeRemap", "AccessFlag", "ThumbExceptions", "ASID", "ProcessNumber", "TPIDRURW", "TPIDRURO",
  "TPIDRPRW", "CPACR", "VBAR", "UserCounters", "CacheSelected", "Performance", "Remap",
];

const STORAGE = /^(Thumb )?(LDR|STR|LDM|STM|SWP|SRS|RFE|PUSH|POP)/;
const USER = 0x10n, SYSTEM = 0x1fn;

const word = (d: Disagreement): number => Number(d.case.words[0]!);
const theirs = (d: Disagreement, name: string): bigint => d.case.after.registers.get(name) ?? 0n;
const cellAfter = (d: Disagreement, array: string, index: bigint): bigint => d.case.after.arrays.get(array)?.get(index) ?? 0n;
const vector = (d: Disagreement): bigint => theirs(d, "PC") & 0xffn;
/** They have failed to execute an instruction of ARM state at an address that is no word's, as the link tells. */
const isBetweenWords = (d: Disagreement): boolean => {
  const bank = vector(d) === UNDEFINED ? 5n : vector(d) === PREFETCH_ABORT ? 4n : undefined;
  return bank !== undefined && (cellAfter(d, "SPSR", bank) & 0x20n) === 0n && (cellAfter(d, "R", 14n) & 3n) === 2n;
};
/** What our processor has, where it differs from theirs. */
const ours = (d: Disagreement, name: string): bigint => d.compared.differences.find(({ component }) => component === name)?.ours ?? theirs(d, name);
const mode = (d: Disagreement): bigint => registerBefore(d.case, "M");
const hasNoSavedStatus = (d: Disagreement): boolean => mode(d) === USER || mode(d) === SYSTEM;
const differs = (d: Disagreement, ...only: readonly string[]): boolean => d.compared.differences.every(({ component }) => only.includes(component));

export function reasonsOf(version: Version): readonly Reason[] {
  const find = finderOf(version);
  /** none in Thumb state */
  const opcode = (d: Disagreement): Opcode | undefined => (d.case.words.length > 1 ? undefined : find(word(d)));
  const field = (d: Disagreement, letter: string): number => fieldOf(word(d), opcode(d)!, letter);
  /** The address of the first access, from the registers of the case. */
  const address = (d: Disagreement): bigint | undefined => {
    const { kind, name, picture } = opcode(d)!;
    if (name === "SRS" || !picture.includes("n")) return undefined;
    const base = field(d, "n") === 15 ? registerBefore(d.case, "PC") + 8n : cellBefore(d.case, "R", BigInt(field(d, "n")));
    if (kind === "block") {
      const count = BigInt(name === "RFE" ? 2 : (word(d) & 0xffff).toString(2).replaceAll("0", "").length);
      const [p, u] = [BigInt(field(d, "P")), BigInt(field(d, "U"))];
      return BigInt.asUintN(32, u === 1n ? base + 4n * p : base - 4n * count + 4n * (1n - p));
    }
    return kind === "based" || (picture.includes("P") && field(d, "P") === 0) || (!picture.includes("P") && kind !== "preload") ? base : undefined;
  };
  const thumb = (d: Disagreement): ThumbOpcode | undefined => (d.case.words.length > 1 ? thumbOpcodeOf(version, word(d)) : undefined);
  const thumbAddress = (d: Disagreement, opcode: ThumbOpcode): bigint => {
    const register = (n: number): bigint => cellBefore(d.case, "R", BigInt(n));
    const field = (letter: string): number => thumbFieldOf(word(d), opcode, letter);
    switch (opcode.kind) {
      case "register": return register(field("n")) + register(field("m"));
      case "constant": return register(field("n")) + BigInt(field("i") * opcode.bytes!);
      case "block": return register(field("n"));
      default: return register(13);
    }
  };
  const bytes = (d: Disagreement): bigint => BigInt(opcode(d)?.bytes ?? thumb(d)?.bytes ?? 1);
  /** Where the offset comes first the address is what they have faulted at, or is seen from what has been read or written. */
  const mayBeUnaligned = (d: Disagreement): boolean => {
    const short = thumb(d);
    const at = short === undefined ? address(d) : thumbAddress(d, short);
    return bytes(d) > 1n && (at === undefined || at % (bytes(d) === 8n && isAnywhere(d) ? 4n : bytes(d)) !== 0n);
  };
  const isOld = version < 6;
  /** Words are found at any address. */
  const isAnywhere = (d: Disagreement): boolean => !isOld && (version === 7 || registerBefore(d.case, "Unaligned") === 1n);

  const general: readonly Reason[] = [
    {
      id: "pc-as-operand", witness: "qemu", right: "undecided", groups: /./, components: ALL,
      when: (d) => ["multiply", "based", "half", "double", "data-register-shift"].includes(opcode(d)?.kind ?? "") && registersOf(word(d), opcode(d)!).includes(15),
      because: "PC is named where it must not be: unpredictable. Here the instruction is undefined, or the operand has any value; QEMU computes with one of them",
      cite: "A8, each instruction's restrictions",
    },
    {
      id: "pc-compared", witness: "qemu", right: "undecided", groups: /^Thumb CMP high$/, components: ALL,
      when: (d) => thumb(d) !== undefined && ((thumbFieldOf(word(d), thumb(d)!, "D") === 1 && thumbFieldOf(word(d), thumb(d)!, "d") === 7) || (thumbFieldOf(word(d), thumb(d)!, "M") === 1 && thumbFieldOf(word(d), thumb(d)!, "m") === 7)),
      because: "PC is compared: unpredictable as the first operand. Here it has any value; QEMU takes the address of the instruction and 4",
      cite: "A8.6.36",
    },
    {
      id: "should-be", witness: "qemu", right: "undecided", groups: /./, components: ALL,
      when: (d) => opcode(d) !== undefined && isUnusual(word(d), opcode(d)!) && vector(d) === UNDEFINED,
      because: "bits that should be zero, or one, are not: unpredictable. Here they are ignored; QEMU takes some of these words for undefined ones",
      cite: "A5.1.2",
    },
    {
      id: "return-by-arithmetic", witness: "qemu", right: "specification", groups: /^(AND|EOR|RSB|ADD|ADC|SBC|RSC|ORR|BIC|MVN)$/, components: ALL,
      when: (d) => field(d, "d") === 15 && field(d, "S") === 1,
      because: "each of these operations with S and PC as the destination returns from an exception; QEMU does so for SUBS and MOVS only, with the others it sets flags and jumps",
      cite: "B6.1.13 SUBS PC, LR and related instructions",
    },
    {
      id: "no-saved-status", witness: "qemu", right: "undecided", groups: /^(SUB|MOV|LDM\^ with PC|RFE)$/, components: ALL,
      when: (d) => hasNoSavedStatus(d),
      because: "a return from an exception where there is no saved status is unpredictable. Here it is undefined, or leaves the mode and any condition flags; QEMU takes masks from what it last had there",
      cite: "B6.1.13, B6.1.2",
    },
    {
      id: "user-registers-in-user-mode", witness: "qemu", right: "undecided", groups: /^(LDM\^|STM\^)$/, components: ALL,
      when: (d) => hasNoSavedStatus(d),
      because: "a transfer of the registers of User mode in User or System mode is unpredictable. Here it transfers them, or is undefined; QEMU takes the places where they would be put away",
      cite: "B6.1.3, B6.1.11",
    },
    {
      id: "saved-status-bits", witness: "qemu", right: "undecided", groups: /^MSR$/, components: ["SPSR"],
      when: (d) => field(d, "R") === 1 || isOld,
      because: "bits of a status that the version does not have are written: unpredictable. Here they are kept in a saved status and not in the current one, QEMU does the opposite with some of them",
      cite: "A2.5, bits that are reserved",
    },
    {
      id: "domain-before-page", witness: "qemu", right: "specification", groups: /./, components: ["DFSR", "IFSR", "Translated"],
      when: (d) => d.compared.differences.every(({ component, ours: own, theirs: other }) => {
        const [here, there] = component === "Translated" ? [own >> 1n, other >> 1n] : [own, other];
        return [3n, 6n, 7n].includes(here & 15n) && [9n, 11n].includes(there & 15n);
      }),
      because: "that there is no page, or that it has not been accessed yet, is found before the domain is looked at; QEMU looks at the domain first",
      cite: "B3, fault checking sequence; B3.19.6 TranslationTableWalkSD()",
    },
    {
      id: "fetched-before", witness: "qemu", right: "undecided", groups: /^MCR (TTBR0|TTBR1|TTBCR|DACR|SCTLR)$/, components: ALL,
      when: (d) => differs(d, ...ALL) && (registerBefore(d.case, "MMU") === 1n || d.compared.differences.some(({ component }) => component === "PC")),
      because: "the instruction changes the map by which the next one is fetched; here the change holds for it, QEMU goes on with the translation that it has. Software has to invalidate it, and must not rely on either",
      cite: "B3, requirements for maintenance",
    },
    {
      id: "jump-into-a-word", witness: "qemu", right: "undecided", groups: /^(Thumb BX|Thumb BLX|BX|BLX|BXJ|LDR|LDM|AND|EOR|SUB|RSB|ADD|ADC|SBC|RSC|ORR|MOV|BIC|MVN)$/, components: ALL,
      when: (d) => d.compared.ended === "endless" || isBetweenWords(d),
      because: "a jump in ARM state to an address that is no word's is unpredictable: here it leads to any word; QEMU takes the address as it is",
      cite: "A2.3.1 BXWritePC",
    },
    {
      id: "abort-in-a-block", witness: "qemu", right: "undecided", groups: /^(Thumb )?(LDM|STM|LDRD|STRD|RFE|SRS|PUSH|POP)/, components: ["R", "Put8", "Put13", "Put14", "core"],
      when: (d) => vector(d) === DATA_ABORT && ours(d, "PC") === theirs(d, "PC"),
      because: "a later access of several has failed: which registers have been loaded, or which words stored, is unknown. Here none of them, QEMU those before",
      cite: "B1.9.8, A8.6.53",
    },
  ];

  const before6: readonly Reason[] = [
    {
      id: "result-in-an-operand", witness: "qemu", right: "undecided", groups: /^(MUL|MLA|[US]MULL|[US]MLAL|Thumb MUL)$/, components: ALL,
      when: (d) => thumb(d) !== undefined || ["d", "h"].some((letter) => opcode(d)!.picture.includes(letter) && field(d, letter) === field(d, "m")),
      because: "before version 6 a product must not be put where the first factor is: the result is unpredictable. Here it has any value, or the instruction is undefined; QEMU multiplies",
      cite: "DDI 0100 A4.1.34, A4.1.40",
    },
  ];

  const from6: readonly Reason[] = [
    {
      id: "domain-of-a-fetch", witness: "qemu", right: "undecided", groups: /./, components: ["IFSR"],
      when: (d) => ((ours(d, "IFSR") ^ theirs(d, "IFSR")) & ~0xf0n) === 0n,
      because: "what failed to be fetched tells no domain in the status; QEMU puts it there",
      cite: "B4.1.96 IFSR, bits that are unknown",
    },
    {
      id: "unreserved-store", witness: "qemu", right: "specification", groups: /^STREX/, components: ALL,
      when: (d) => address(d)! % bytes(d) !== 0n && (ours(d, "DFSR") & 0x40fn) === 1n,
      because: "that the address is not aligned comes before the reservation; QEMU looks at the reservation first, and stores nothing",
      cite: "A3.4, ExclusiveMonitorsPass()",
    },
    {
      id: "swap-reads-or-writes", witness: "qemu", right: "undecided", groups: /^SWP/, components: ["DFSR"],
      when: (d) => (ours(d, "DFSR") ^ theirs(d, "DFSR")) === 0x800n,
      because: "a swap both reads and writes; the manual does not say which of them an alignment fault tells. Here the store, in QEMU the load",
      cite: "B4.1.52 DFSR, WnR; A8.6.218",
    },
  ];

  /** How many instructions of a block stand behind this one; undefined if it is in none. */
  const left = (d: Disagreement): number | undefined => {
    const mask = Number(registerBefore(d.case, "ITSTATE") & 15n);
    return mask === 0 ? undefined : 3 - Math.log2(mask & -mask);
  };
  const isJump = (d: Disagreement, { name, kind }: ThumbOpcode): boolean => {
    const field = (letter: string): number => thumbFieldOf(word(d), thumb(d)!, letter);
    return name === "B" || kind === "branch-register" || kind === "halves" || (name === "POP" && field("R") === 1) || (kind === "high" && name !== "CMP high" && field("D") === 1 && field("d") === 7);
  };

  const from7: readonly Reason[] = [
    {
      id: "access-flag-of-managers", witness: "qemu", right: "specification", groups: /./, components: [...ALL, ...SYSTEM_REGISTERS],
      when: (d) => registerBefore(d.case, "AccessFlag") === 1n && ([3n, 6n].includes(ours(d, "DFSR") & 0x40fn) || [3n, 6n].includes(ours(d, "IFSR") & 0x40fn) || [7n, 13n].includes(ours(d, "Translated"))),
      because: "the access flag is looked at in domains of managers too, which are excepted from permissions only; QEMU excepts them",
      cite: "B3.19.6 TranslationTableWalkSD()",
    },
    {
      id: "address-register-bits", witness: "qemu", right: "undecided", groups: /^MCR PAR$/, components: ["Translated"],
      when: (d) => ((ours(d, "Translated") ^ theirs(d, "Translated")) & ~0x900n) === 0n,
      because: "bits 11 and 8 of PAR are unknown or the implementation's; here they are kept, QEMU has them 0",
      cite: "B4.1.112 PAR",
    },
    {
      id: "out-of-place-in-a-block", witness: "qemu", right: "undecided", groups: /^Thumb /, components: ALL,
      when: (d) => {
        const opcode = thumb(d)!, behind = left(d);
        return behind !== undefined && (/^(B[A-Z]{2}|CBN?Z|IT|CPS|SETEND)$/.test(opcode.name) && opcode.name !== "BLX" || (behind > 0 && isJump(d, opcode)));
      },
      because: "what changes blocks must not stand in one, and a jump only at its end: unpredictable. Here such an instruction is undefined, or does its work where the block's condition holds and leaves any block; QEMU does without the condition, or ends the block",
      cite: "A8.6.50; A8.6.16, A8.6.25, A8.6.122 and others: InITBlock(), LastInITBlock()",
    },
  ];

  const pairs: readonly Reason[] = [
    {
      id: "unaligned-double", witness: "qemu", right: "specification", groups: /^(LDRD|STRD)$/, components: ALL,
      when: (d) => !isAnywhere(d) && mayBeUnaligned(d),
      because: "before version 6, and in it where words are not found anywhere, two words must stand at a multiple of eight: otherwise they fault where alignment is checked, or are unpredictable; QEMU asks for a multiple of four",
      cite: "DDI 0100 A4.1.24",
    },
  ];

  const old: readonly Reason[] = [
    {
      id: "unaligned-block", witness: "qemu", right: "specification", groups: /^(Thumb )?(LDM|STM|SWP|PUSH|POP|SRS|RFE)/, components: ALL,
      when: (d) => registerBefore(d.case, "Alignment") === 0n && !isAnywhere(d) && mayBeUnaligned(d),
      because: "before version 6 the low bits of the address of a block, or of a swap, are ignored unless alignment is checked; QEMU has all of them fault",
      cite: "DDI 0100 A2.8, A4.1.20",
    },
    {
      id: "unaligned-access", witness: "qemu", right: "specification", groups: /^(Thumb )?(LDR|STR)/, components: ALL,
      when: (d) => registerBefore(d.case, "Alignment") === 0n && !isAnywhere(d) && mayBeUnaligned(d),
      because: "before version 6 a word that is not aligned is the one at the address rounded down, turned when it is loaded, and a halfword is unpredictable; QEMU accesses bytes anywhere",
      cite: "DDI 0100 A2.8",
    },
  ];

  switch (version) {
    case 4: return [...general, ...before6, ...old];
    case 5: return [...general, ...before6, ...pairs, ...old];
    case 6: return [...general, ...from6, ...pairs, ...old];
    case 7: return [...general, ...from6, ...from7];
  }
}
