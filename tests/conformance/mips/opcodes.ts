/**
 * The operation codes of MIPS32 release 2, from the manual's pictures and apart from the specification: what is drawn, and in which
 * group a case is counted, must not depend on what is tested.
 *
 * A picture has a character for each bit: 0 and 1; `-` for bits that are ignored; letters for fields, of which s, t and d are
 * registers. More than one may fit a word: the first counts.
 */

export type Kind =
  /** of registers and immediate operands */
  | "plain"
  /** traps in some cases, and two operands that are often the same */
  | "comparing"
  | "branch" | "jump" | "jump-register"
  /** an address, of an access of so many bytes; 0: of any alignment */
  | "storage-1" | "storage-2" | "storage-4" | "storage-8" | "conditional"
  | "floating" | "system" | "return" | "reserved";

export interface Opcode {
  readonly name: string;
  readonly picture: string;
  readonly kind: Kind;
  /** of MFC0 and MTC0: number and selection of the register */
  readonly register?: readonly [number: number, select: number];
}

const S = "sssss", T = "ttttt", D = "ddddd", I = "iiiiiiiiiiiiiiii", X = "-----";
const bits = (value: number, width: number): string => value.toString(2).padStart(width, "0");

const special = (name: string, code: number, fields: string, kind: Kind = "plain"): Opcode => ({ name, picture: `000000${fields}${bits(code, 6)}`, kind });
const immediate = (name: string, code: number, fields: string, kind: Kind): Opcode => ({ name, picture: `${bits(code, 6)}${fields}${I}`, kind });
const regimm = (name: string, code: number, kind: Kind): Opcode => immediate(name, 1, S + bits(code, 5), kind);
const control = (name: string, code: number, kind: Kind = "system"): Opcode => ({ name, picture: `0100001${"-".repeat(19)}${bits(code, 6)}`, kind });

const three = S + T + D + X;

export const REGISTERS0: readonly (readonly [name: string, number: number, select: number, isWritable: boolean])[] = [
  ["Index", 0, 0, true], ["Random", 1, 0, false], ["EntryLo0", 2, 0, true], ["EntryLo1", 3, 0, true], ["Context", 4, 0, true], ["PageMask", 5, 0, true], ["Wired", 6, 0, true],
  ["HWREna", 7, 0, true], ["BadVAddr", 8, 0, false], ["Count", 9, 0, true], ["EntryHi", 10, 0, true], ["Compare", 11, 0, true], ["Status", 12, 0, true], ["IntCtl", 12, 1, true],
  ["SRSCtl", 12, 2, false], ["Cause", 13, 0, true], ["EPC", 14, 0, true], ["PRId", 15, 0, false], ["EBase", 15, 1, true], ["Config", 16, 0, true], ["Config1", 16, 1, false],
  ["Config2", 16, 2, false], ["Config3", 16, 3, false], ["Config7", 16, 7, false], ["ErrorEPC", 30, 0, true],
];

const moves = (direction: "MFC0" | "MTC0", code: number): Opcode[] => REGISTERS0.filter(([, , , isWritable]) => direction === "MFC0" || isWritable)
  .map(([name, number, select]) => ({ name: `${direction} ${name}`, picture: `010000${bits(code, 5)}${T}${bits(number, 5)}${"-".repeat(8)}${bits(select, 3)}`, kind: "system", register: [number, select] }));

export const opcodes: readonly Opcode[] = [
  special("SLL", 0, X + T + D + "nnnnn"), { name: "ROTR", picture: `000000----1${T}${D}nnnnn000010`, kind: "plain" }, special("SRL", 2, `----0${T}${D}nnnnn`), special("SRA", 3, X + T + D + "nnnnn"),
  special("SLLV", 4, three), { name: "ROTRV", picture: `000000${S}${T}${D}----1000110`, kind: "plain" }, special("SRLV", 6, `${S}${T}${D}----0`), special("SRAV", 7, three),
  special("JR", 8, S + "-".repeat(15), "jump-register"), special("JALR", 9, S + X + D + X, "jump-register"),
  special("MOVZ", 10, three, "comparing"), special("MOVN", 11, three, "comparing"), special("SYSCALL", 12, "c".repeat(20)), special("BREAK", 13, "c".repeat(20)), special("SYNC", 15, "-".repeat(15) + "ccccc"),
  special("MFHI", 16, "-".repeat(10) + D + X), special("MTHI", 17, S + "-".repeat(15)), special("MFLO", 18, "-".repeat(10) + D + X), special("MTLO", 19, S + "-".repeat(15)),
  ...["MULT", "MULTU", "DIV", "DIVU"].map((name, i) => special(name, 24 + i, S + T + "-".repeat(10), "comparing")),
  ...["ADD", "ADDU", "SUB", "SUBU", "AND", "OR", "XOR", "NOR"].map((name, i) => special(name, 32 + i, three)), special("SLT", 42, three, "comparing"), special("SLTU", 43, three, "comparing"),
  ...["TGE", "TGEU", "TLT", "TLTU", "TEQ", "", "TNE"].flatMap((name, i) => (name === "" ? [] : [special(name, 48 + i, S + T + "c".repeat(10), "comparing")])),
  ...["BLTZ", "BGEZ", "BLTZL", "BGEZL"].map((name, i) => regimm(name, i, "branch")), ...["BLTZAL", "BGEZAL", "BLTZALL", "BGEZALL"].map((name, i) => regimm(name, 16 + i, "branch")),
  ...["TGEI", "TGEIU", "TLTI", "TLTIU", "TEQI", "", "TNEI"].flatMap((name, i) => (name === "" ? [] : [regimm(name, 8 + i, "comparing")])), regimm("SYNCI", 31, "storage-1"),
  { name: "J", picture: `000010${"j".repeat(26)}`, kind: "jump" }, { name: "JAL", picture: `000011${"j".repeat(26)}`, kind: "jump" },
  immediate("BEQ", 4, S + T, "branch"), immediate("BNE", 5, S + T, "branch"), immediate("BLEZ", 6, `${S}00000`, "branch"), immediate("BGTZ", 7, `${S}00000`, "branch"),
  immediate("BEQL", 20, S + T, "branch"), immediate("BNEL", 21, S + T, "branch"), immediate("BLEZL", 22, `${S}00000`, "branch"), immediate("BGTZL", 23, `${S}00000`, "branch"),
  ...["ADDI", "ADDIU", "SLTI", "SLTIU", "ANDI", "ORI", "XORI"].map((name, i) => immediate(name, 8 + i, S + T, "plain")), immediate("LUI", 15, X + T, "plain"),
  ...["MADD", "MADDU"].map((name, i): Opcode => ({ name, picture: `011100${S}${T}${"-".repeat(10)}${bits(i, 6)}`, kind: "plain" })), { name: "MUL", picture: `011100${three}000010`, kind: "plain" },
  ...["MSUB", "MSUBU"].map((name, i): Opcode => ({ name, picture: `011100${S}${T}${"-".repeat(10)}${bits(4 + i, 6)}`, kind: "plain" })),
  ...["CLZ", "CLO"].map((name, i): Opcode => ({ name, picture: `011100${three}${bits(32 + i, 6)}`, kind: "plain" })),
  ...([["EXT", 0], ["INS", 4]] as const).map(([name, code]): Opcode => ({ name, picture: `011111${S}${T}mmmmmnnnnn${bits(code, 6)}`, kind: "plain" })),
  ...([["WSBH", 2], ["SEB", 16], ["SEH", 24]] as const).map(([name, code]): Opcode => ({ name, picture: `011111-----${T}${D}${bits(code, 5)}100000`, kind: "plain" })),
  { name: "RDHWR", picture: `011111-----${T}hhhhh-----111011`, kind: "system" },
  ...([["LB", 32, 1], ["LH", 33, 2], ["LWL", 34, 1], ["LW", 35, 4], ["LBU", 36, 1], ["LHU", 37, 2], ["LWR", 38, 1], ["SB", 40, 1], ["SH", 41, 2], ["SWL", 42, 1], ["SW", 43, 4], ["SWR", 46, 1]] as const)
    .map(([name, code, size]) => immediate(name, code, S + T, `storage-${size}`)),
  immediate("LL", 48, S + T, "storage-4"), immediate("SC", 56, S + T, "conditional"), immediate("PREF", 51, `${S}ccccc`, "storage-1"), immediate("CACHE", 47, `${S}ccccc`, "storage-1"),
  ...moves("MFC0", 0), ...moves("MTC0", 4),
  ...["DI", "EI"].map((name, i): Opcode => ({ name, picture: `01000001011${T}01100-----${i}-----`, kind: "system" })),
  { name: "RDPGPR", picture: `01000001010${T}${D}${"-".repeat(11)}`, kind: "system" }, { name: "WRPGPR", picture: `01000001110${T}${D}${"-".repeat(11)}`, kind: "system" },
  control("TLBR", 1), control("TLBWI", 2), control("TLBWR", 6), control("TLBP", 8), control("ERET", 24, "return"), control("DERET", 31), control("WAIT", 32),
  ...([["MFC1", 0], ["CFC1", 2], ["MFHC1", 3], ["MTC1", 4], ["CTC1", 6], ["MTHC1", 7]] as const).map(([name, code]): Opcode => ({ name, picture: `010001${bits(code, 5)}${T}${D}${"-".repeat(11)}`, kind: "floating" })),
  ...["BC1F", "BC1T", "BC1FL", "BC1TL"].map((name, i): Opcode => ({ name, picture: `01000101000ccc${bits(i, 2)}${I}`, kind: "floating" })),
  ...["MOVF", "MOVT"].map((name, i): Opcode => ({ name, picture: `000000${S}ccc-${i}${D}-----000001`, kind: "floating" })),
  { name: "COP1", picture: `010001${"c".repeat(26)}`, kind: "floating" }, { name: "COP1X", picture: `010011${S}${T}${"c".repeat(16)}`, kind: "floating" }, { name: "COP2", picture: `010010${"c".repeat(26)}`, kind: "floating" },
  immediate("LWC1", 49, `${S}ccccc`, "floating"), immediate("LDC1", 53, `${S}ccccc`, "floating"), immediate("SWC1", 57, `${S}ccccc`, "floating"), immediate("SDC1", 61, `${S}ccccc`, "floating"),
  immediate("LWC2", 50, `${S}ccccc`, "floating"), immediate("LDC2", 54, `${S}ccccc`, "floating"), immediate("SWC2", 58, `${S}ccccc`, "floating"), immediate("SDC2", 62, `${S}ccccc`, "floating"),
  { name: "reserved", picture: "r".repeat(32), kind: "reserved" },
];

/** Codes that MIPS32 release 2 reserves: operation codes, and those of the classes that have another code. */
const MAJOR = [24, 25, 26, 27, 30, 39, 44, 45, 52, 55, 59, 60, 63], SPECIAL = [5, 14, 20, 21, 22, 23, 28, 29, 30, 31, 40, 41, 44, 45, 46, 47, 53, 55, 57, 59, 61], REGIMM = [4, 5, 6, 7, 13, 15, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30];
const SPECIAL2 = [3, 6, 7, 8, 24, 34, 40, 62];

export const reservedWords: readonly (readonly [code: number, free: number])[] = [
  ...MAJOR.map((code) => [(code << 26) >>> 0, 0x3ff_ffff] as const), ...SPECIAL.map((code) => [code, 0x3ff_ffc0] as const), ...REGIMM.map((code) => [0x0400_0000 | (code << 16), 0x3e0_ffff] as const),
  ...SPECIAL2.map((code) => [(28 << 26 | code) >>> 0, 0x3ff_ffc0] as const),
];

/** Which of some operation codes a word is. */
export function finder(among: readonly Opcode[]): (word: number) => Opcode {
  const all = among.map((opcode) => ({ opcode, mask: Number.parseInt(opcode.picture.replace(/[01]/g, "x").replace(/[^x]/g, "0").replaceAll("x", "1"), 2), value: Number.parseInt(opcode.picture.replace(/[^1]/g, "0"), 2) }));
  return (word) => all.find(({ mask, value }) => ((word & mask) >>> 0) === value)!.opcode;
}

export const opcodeOf = finder(opcodes);

/** The bits of a picture's fields, from the right. */
export function fieldOf(word: number, { picture }: Opcode, letter: string): number {
  const first = picture.indexOf(letter), last = picture.lastIndexOf(letter);
  return first < 0 ? 0 : (word >>> (31 - last)) & ((1 << (last - first + 1)) - 1);
}

/** Operations of coprocessor 0 that are not assigned. */
export const unassignedControl: readonly (readonly [code: number, free: number])[] = [
  ...[0, 3, 4, 5, 7, 16, 17, 40, 63].map((code) => [(0x4200_0000 | code) >>> 0, 0x1ff_ffc0] as const), ...[1, 5, 8, 9, 12].map((code) => [(0x4000_0000 | (code << 21)) >>> 0, 0x1f_ffff] as const),
];
