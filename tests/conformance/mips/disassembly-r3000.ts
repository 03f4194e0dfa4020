/** The R3000's encodings against `objdump -m mips:3000`: pictures of its own, as the manual's tables have them, and its own reasons. */
import type { Disassembly } from "../disassembly.js";
import type { DisassemblyReason } from "./listing.js";
import { binutilsOf } from "./objdump.js";
import { opcodes, type Opcode } from "./opcodes.js";

/** MIPS I's instructions of those that MIPS32 release 2 has. */
const SHARED = new Set([
  "SLL", "SRL", "SRA", "SLLV", "SRLV", "SRAV", "JR", "JALR", "SYSCALL", "BREAK", "MFHI", "MTHI", "MFLO", "MTLO", "MULT", "MULTU", "DIV", "DIVU", "ADD", "ADDU", "SUB", "SUBU", "AND", "OR", "XOR", "NOR", "SLT", "SLTU",
  "BLTZ", "BGEZ", "BLTZAL", "BGEZAL", "J", "JAL", "BEQ", "BNE", "BLEZ", "BGTZ", "ADDI", "ADDIU", "SLTI", "SLTIU", "ANDI", "ORI", "XORI", "LUI", "LB", "LH", "LWL", "LW", "LBU", "LHU", "LWR", "SB", "SH", "SWL", "SW", "SWR",
  "TLBR", "TLBWI", "TLBWR", "TLBP",
]);
const bits = (value: number, width: number): string => value.toString(2).padStart(width, "0");
const X11 = "-".repeat(11);

const own: readonly Opcode[] = [
  { name: "RFE", picture: `0100001${"-".repeat(19)}010000`, kind: "return" },
  { name: "MFC0", picture: `01000000000tttttddddd${X11}`, kind: "system" }, { name: "MTC0", picture: `01000000100tttttddddd${X11}`, kind: "system" },
  ...[1, 2, 3].flatMap((z) => (["MF", "CF", "MT", "CT"] as const).map((name, n): Opcode => ({ name: `${name}C${z}`, picture: `0100${bits(z, 2)}00${n >> 1}${n & 1}0tttttddddd${X11}`, kind: "floating" }))),
  ...[0, 1, 2, 3].flatMap((z) => ["F", "T"].map((name, n): Opcode => ({ name: `BC${z}${name}`, picture: `0100${bits(z, 2)}010000000${n}iiiiiiiiiiiiiiii`, kind: "floating" }))),
  ...[1, 2, 3].flatMap((z) => [["LWC", 48], ["SWC", 56]].map(([name, code]): Opcode => ({ name: `${name}${z}`, picture: `${bits(Number(code) + z, 6)}sssssccccciiiiiiiiiiiiiiii`, kind: "floating" }))),
  // additions and the like, of which there would be few among all operations of coprocessor 1
  { name: "COP1", picture: `01000110000${"c".repeat(15)}0000cc`, kind: "floating" },
  ...[0, 1, 2, 3].map((z): Opcode => ({ name: `COP${z}`, picture: `0100${bits(z, 2)}${"c".repeat(26)}`, kind: "floating" })),
];

/** MIPS I has no rotations: bits that choose one are ignored. */
const asMips1 = (opcode: Opcode): Opcode => (opcode.name === "SRL" ? { ...opcode, picture: "000000-----tttttdddddnnnnn000010" } : opcode.name === "SRLV" ? { ...opcode, picture: "000000ssssstttttddddd-----000110" } : opcode);

const pictures: readonly Opcode[] = [...opcodes.filter(({ name }) => SHARED.has(name)).map(asMips1), ...own, { name: "reserved", picture: "r".repeat(32), kind: "reserved" }];

const ignored = (word: number, picture: string): boolean => [...picture].some((c, i) => c === "-" && ((word >>> (31 - i)) & 1) === 1);

const reasons: readonly DisassemblyReason[] = [
  {
    id: "ignored-bits", because: "fields that are shown as 0 are not: ours ignores them, binutils does not take the word for the instruction, or for another one",
    covers: ({ word, opcode, ours }) => ours !== undefined && ignored(word, opcode.picture),
  },
  {
    id: "no-operation", because: "codes of a coprocessor that are neither a move, a branch nor an operation: ours prints the bits, binutils knows none of them",
    covers: ({ word, ours, theirs }) => ours !== undefined && theirs === undefined && /^COP[0-3]$/.test(ours.mnemonic) && (word & 0x200_0000) === 0,
  },
  {
    id: "reserved-here", because: "codes that are reserved here; binutils knows MIPS16's JALX, and loads and stores of coprocessor 0",
    covers: ({ ours, theirs }) => ours === undefined && theirs !== undefined && /^(JALX|LWC0|SWC0)$/.test(theirs.mnemonic),
  },
  {
    id: "named-operation", because: "operations of coprocessors that are not installed, and of coprocessor 0 where nothing is assigned, are numbers here; binutils has names for floating point",
    covers: ({ word, ours, theirs }) => ours !== undefined && theirs !== undefined && /^C[01]$/.test(ours.mnemonic) && (word & 0x200_0000) !== 0,
  },
];

export const binutilsR3000: Disassembly = binutilsOf({
  architecture: "mips:3000", opcodes: pictures, reasons, file: new URL("mips-r3000.words.gz", import.meta.url),
  mnemonicOf: ({ name, kind }) => (kind === "reserved" ? undefined : name),
});
