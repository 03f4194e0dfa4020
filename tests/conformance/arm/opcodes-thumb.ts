/**
 * The Thumb operation codes of 16 bits, versions 4T to 7, from the manuals' pictures and apart from the specification.
 *
 * Letters are fields: d, n and m are low registers, D with d any register, and M with m.
 */
import type { Version } from "./opcodes.js";

export type ThumbKind =
  | "plain" | "high" | "branch" | "branch-register" | "halves" | "zero" | "trap" | "status" | "hint" | "block-of-conditional"
  /** an access: of a register and an offset, of the literal pool, of the stack; several registers */
  | "register" | "constant" | "literal" | "stack" | "block" | "push";

export interface ThumbOpcode {
  readonly name: string;
  readonly picture: string;
  readonly kind: ThumbKind;
  readonly bytes?: number;
}

interface Listed extends ThumbOpcode {
  readonly since: Version;
}

const op = (since: Version, kind: ThumbKind, name: string, picture: string, bytes?: number): Listed => {
  const plain = picture.replaceAll(" ", "");
  if (plain.length !== 16) throw new Error(`bug: the picture of ${name} has ${plain.length} bits, expected 16`);
  return { name, picture: plain, kind, since, ...(bytes === undefined ? {} : { bytes }) };
};

const ALU = ["AND", "EOR", "LSL", "LSR", "ASR", "ADC", "SBC", "ROR", "TST", "NEG", "CMP", "CMN", "ORR", "MUL", "BIC", "MVN"];
const BY_REGISTER: readonly (readonly [string, number])[] = [["STR", 4], ["STRH", 2], ["STRB", 1], ["LDRSB", 1], ["LDR", 4], ["LDRH", 2], ["LDRB", 1], ["LDRSH", 2]];

const all: readonly Listed[] = [
  op(4, "plain", "ADD register", "0001100 mmm nnn ddd"), op(4, "plain", "SUB register", "0001101 mmm nnn ddd"), op(4, "plain", "ADD 3", "0001110 iii nnn ddd"), op(4, "plain", "SUB 3", "0001111 iii nnn ddd"),
  op(4, "plain", "LSL constant", "00000 iiiii mmm ddd"), op(4, "plain", "LSR constant", "00001 iiiii mmm ddd"), op(4, "plain", "ASR constant", "00010 iiiii mmm ddd"),
  ...["MOV", "CMP", "ADD", "SUB"].map((name, n) => op(4, "plain", `${name} 8`, `001${n.toString(2).padStart(2, "0")} ddd iiiiiiii`)),
  ...ALU.map((name, n) => op(4, "plain", name, `010000 ${n.toString(2).padStart(4, "0")} mmm ddd`)),
  op(4, "high", "ADD high", "01000100 D Mmmm ddd"), op(4, "high", "CMP high", "01000101 D Mmmm ddd"), op(4, "high", "MOV high", "01000110 D Mmmm ddd"),
  op(4, "branch-register", "BX", "010001110 Mmmm 000"), op(5, "branch-register", "BLX", "010001111 Mmmm 000"),
  op(4, "literal", "LDR literal", "01001 ddd iiiiiiii", 4),
  ...BY_REGISTER.map(([name, bytes], n) => op(4, "register", `${name} register`, `0101 ${n.toString(2).padStart(3, "0")} mmm nnn ddd`, bytes)),
  ...([["STR", "01100", 4], ["LDR", "01101", 4], ["STRB", "01110", 1], ["LDRB", "01111", 1], ["STRH", "10000", 2], ["LDRH", "10001", 2]] as const).map(([name, code, bytes]) => op(4, "constant", `${name} constant`, `${code} iiiii nnn ddd`, bytes)),
  op(4, "stack", "STR stack", "10010 ddd iiiiiiii", 4), op(4, "stack", "LDR stack", "10011 ddd iiiiiiii", 4),
  op(4, "plain", "ADR", "10100 ddd iiiiiiii"), op(4, "plain", "ADD stack", "10101 ddd iiiiiiii"), op(4, "plain", "ADD stack pointer", "101100000 iiiiiii"), op(4, "plain", "SUB stack pointer", "101100001 iiiiiii"),
  op(4, "push", "PUSH", "1011010 R LLLLLLLL", 4), op(4, "push", "POP", "1011110 R LLLLLLLL", 4), op(4, "block", "STMIA", "11000 nnn LLLLLLLL", 4), op(4, "block", "LDMIA", "11001 nnn LLLLLLLL", 4),
  ...["SXTH", "SXTB", "UXTH", "UXTB"].map((name, n) => op(6, "plain", name, `10110010 ${n.toString(2).padStart(2, "0")} mmm ddd`)),
  op(6, "plain", "REV", "1011101000 mmm ddd"), op(6, "plain", "REV16", "1011101001 mmm ddd"), op(6, "plain", "REVSH", "1011101011 mmm ddd"),
  op(7, "zero", "CBZ", "101100 i 1 iiiii nnn"), op(7, "zero", "CBNZ", "101110 i 1 iiiii nnn"), op(7, "hint", "HINT", "10111111 hhhh 0000"), op(7, "block-of-conditional", "IT", "10111111 cccc kkkk"),
  op(6, "status", "SETEND", "101101100101 E 000"), op(6, "status", "CPS", "10110110011 E 0 AIF"),
  op(5, "trap", "BKPT", "10111110 iiiiiiii"), op(4, "trap", "UDF", "11011110 iiiiiiii"), op(4, "trap", "SVC", "11011111 iiiiiiii"),
  ...["EQ", "NE", "CS", "CC", "MI", "PL", "VS", "VC", "HI", "LS", "GE", "LT", "GT", "LE"].map((name, n) => op(4, "branch", `B${name}`, `1101 ${n.toString(2).padStart(4, "0")} jjjjjjjj`)),
  op(4, "branch", "B", "11100 jjjjjjjjjjj"), op(4, "halves", "BL", "11110 jjjjjjjjjjj"), op(5, "halves", "BLX halves", "11110 jjjjjjjjjjj"),
];

export const thumbOpcodesOf = (version: Version): readonly ThumbOpcode[] => all.filter(({ since }) => since <= version);

export const thumbOpcodeOf = (version: Version, word: number): ThumbOpcode | undefined =>
  thumbOpcodesOf(version).find(({ picture }) => [...picture].every((c, i) => (c !== "0" && c !== "1") || Number(c) === ((word >>> (15 - i)) & 1)));

/** A field's value. */
export function thumbFieldOf(word: number, { picture }: ThumbOpcode, letter: string): number {
  return [...picture].reduce((value, c, i) => (c === letter ? value * 2 + ((word >>> (15 - i)) & 1) : value), 0);
}

/** The name of what two halfwords are: the second one only of a branch with link. */
export function thumbNameOf(version: Version, word: number, behind: number): string | undefined {
  const found = thumbOpcodeOf(version, word);
  return found?.name === "BL" && behind >>> 11 === 0b11101 ? "BLX halves" : found?.name;
}

export const THUMB = "Thumb ";
