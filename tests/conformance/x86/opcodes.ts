/**
 * Which instruction bytes are, by the opcode map of the manual (SDM2 A), apart from the specification: so that every instruction is
 * known to have been listed, and reasons can speak of opcodes.
 */

const ARITHMETIC = ["ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP"];
const SHIFTS = ["ROL", "ROR", "RCL", "RCR", "SHL", "SHR", "SAL", "SAR"];
const GROUP3 = ["TEST", "TEST", "NOT", "NEG", "MUL", "IMUL", "DIV", "IDIV"];
const SEGMENTS = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65]);

export interface Opcode {
  /** one byte, or 0x0f00 and the second */
  readonly code: number;
  readonly modrm: number;
  /** prefix bytes before it */
  readonly prefixes: readonly number[];
}

export function opcodeOf(bytes: readonly number[]): Opcode {
  let at = 0;
  while (at < bytes.length && (SEGMENTS.has(bytes[at]!) || [0x66, 0x67, 0xf0, 0xf2, 0xf3].includes(bytes[at]!))) at++;
  const isLong = bytes[at] === 0x0f;
  return { code: isLong ? 0x0f00 + (bytes[at + 1] ?? 0) : bytes[at] ?? 0x90, modrm: bytes[at + (isLong ? 2 : 1)] ?? 0, prefixes: bytes.slice(0, at) };
}

/** Two prefixes of one kind. */
export function isTwice({ prefixes }: Opcode): boolean {
  const kinds = prefixes.map((p) => (SEGMENTS.has(p) ? "segment" : p === 0xf2 || p === 0xf3 ? "repeat" : `${p}`));
  return new Set(kinds).size < kinds.length;
}

const ONE: Readonly<Record<number, string>> = {
  0x27: "DAA", 0x2f: "DAS", 0x37: "AAA", 0x3f: "AAS", 0x60: "PUSHA", 0x61: "POPA", 0x62: "BOUND", 0x63: "ARPL", 0x68: "PUSH", 0x69: "IMUL", 0x6a: "PUSH", 0x6b: "IMUL", 0x6c: "INS", 0x6d: "INS", 0x6e: "OUTS", 0x6f: "OUTS",
  0x84: "TEST", 0x85: "TEST", 0x86: "XCHG", 0x87: "XCHG", 0x8c: "MOV", 0x8d: "LEA", 0x8e: "MOV", 0x8f: "POP", 0x98: "CBW", 0x99: "CWD", 0x9a: "CALLF", 0x9c: "PUSHF", 0x9d: "POPF", 0x9e: "SAHF", 0x9f: "LAHF",
  0xa4: "MOVS", 0xa5: "MOVS", 0xa6: "CMPS", 0xa7: "CMPS", 0xa8: "TEST", 0xa9: "TEST", 0xaa: "STOS", 0xab: "STOS", 0xac: "LODS", 0xad: "LODS", 0xae: "SCAS", 0xaf: "SCAS", 0xc2: "RET", 0xc3: "RET", 0xc4: "LES", 0xc5: "LDS",
  0xc6: "MOV", 0xc7: "MOV", 0xc8: "ENTER", 0xc9: "LEAVE", 0xca: "RETF", 0xcb: "RETF", 0xcc: "INT3", 0xcd: "INT", 0xce: "INTO", 0xcf: "IRET", 0xd4: "AAM", 0xd5: "AAD", 0xd7: "XLAT", 0xe0: "LOOPNE", 0xe1: "LOOPE", 0xe2: "LOOP",
  0xe3: "JCXZ", 0xe4: "IN", 0xe5: "IN", 0xe6: "OUT", 0xe7: "OUT", 0xe8: "CALL", 0xe9: "JMP", 0xea: "JMPF", 0xeb: "JMP", 0xec: "IN", 0xed: "IN", 0xee: "OUT", 0xef: "OUT", 0xf1: "INT1", 0xf4: "HLT", 0xf5: "CMC", 0xf8: "CLC", 0xf9: "STC",
  0xfa: "CLI", 0xfb: "STI", 0xfc: "CLD", 0xfd: "STD",
};
const TWO: Readonly<Record<number, string>> = {
  0x02: "LAR", 0x03: "LSL", 0x06: "CLTS", 0x08: "INVD", 0x09: "WBINVD", 0x0b: "UD2", 0x20: "MOV", 0x21: "MOV", 0x22: "MOV", 0x23: "MOV", 0x30: "WRMSR", 0x31: "RDTSC", 0x32: "RDMSR", 0x33: "RDPMC", 0x34: "SYSENTER", 0x35: "SYSEXIT",
  0xa0: "PUSH", 0xa1: "POP", 0xa2: "CPUID", 0xa3: "BT", 0xa4: "SHLD", 0xa5: "SHLD", 0xa8: "PUSH", 0xa9: "POP", 0xab: "BTS", 0xac: "SHRD", 0xad: "SHRD", 0xaf: "IMUL", 0xb0: "CMPXCHG", 0xb1: "CMPXCHG", 0xb2: "LSS", 0xb3: "BTR", 0xb4: "LFS",
  0xb5: "LGS", 0xb6: "MOVZX", 0xb7: "MOVZX", 0xbb: "BTC", 0xbc: "BSF", 0xbd: "BSR", 0xbe: "MOVSX", 0xbf: "MOVSX", 0xc0: "XADD", 0xc1: "XADD",
};
const GROUPS: Readonly<Record<number, readonly (string | undefined)[]>> = {
  0xfe: ["INC", "DEC"], 0xff: ["INC", "DEC", "CALL", "CALLF", "JMP", "JMPF", "PUSH"], 0xf6: GROUP3, 0xf7: GROUP3, 0x0f00: ["SLDT", "STR", "LLDT", "LTR", "VERR", "VERW"],
  0x0f01: ["SGDT", "SIDT", "LGDT", "LIDT", "SMSW", undefined, "LMSW", "INVLPG"], 0x0fba: [undefined, undefined, undefined, undefined, "BT", "BTS", "BTR", "BTC"], 0x0fc7: [undefined, "CMPXCHG8B"],
};

/** As the specification calls it, without condition. Undefined where the map has nothing, or what is left out. */
export function mnemonicOf({ code, modrm }: Opcode): string | undefined {
  const reg = (modrm >> 3) & 7;
  const group = GROUPS[code];
  if (group !== undefined) return group[reg];
  if (code < 0x40 && (code & 7) < 6) return ARITHMETIC[code >> 3];
  if (code < 0x20) return code === 0x0f ? undefined : (code & 1) === 0 ? "PUSH" : "POP";
  if (code < 0x60 && code >= 0x40) return ["INC", "DEC", "PUSH", "POP"][(code >> 3) & 3];
  if (code >= 0x70 && code < 0x80) return "J";
  if (code >= 0x80 && code < 0x84) return ARITHMETIC[reg];
  if ((code >= 0x88 && code < 0x8c) || (code >= 0xa0 && code < 0xa4) || (code >= 0xb0 && code < 0xc0)) return "MOV";
  if (code >= 0x90 && code < 0x98) return code === 0x90 ? "NOP" : "XCHG";
  if (code === 0xc0 || code === 0xc1 || (code >= 0xd0 && code < 0xd4)) return SHIFTS[reg];
  if (code >= 0x0f40 && code < 0x0f50) return "CMOV";
  if (code >= 0x0f80 && code < 0x0f90) return "J";
  if (code >= 0x0f90 && code < 0x0fa0) return "SET";
  if (code >= 0x0fc8 && code < 0x0fd0) return "BSWAP";
  return code >= 0x0f00 ? TWO[code - 0x0f00] : code === 0x26 || code === 0x2e || code === 0x36 || code === 0x3e ? undefined : ONE[code];
}

const LOCKABLE = /^(ADD|OR|ADC|SBB|AND|SUB|XOR|INC|DEC|NOT|NEG|XCHG|XADD|BT[SRC]|CMPXCHG|CMPXCHG8B)$/;

/** Whether LOCK may stand before it: it replaces an operand in storage (SDM2 LOCK). */
export function isLockable(opcode: Opcode): boolean {
  const { code, modrm } = opcode;
  const isToOperand = code < 0x40 ? (code & 7) < 2 : code >= 0x60;
  return modrm < 0xc0 && isToOperand && !(code >= 0x90 && code < 0x98) && LOCKABLE.test(mnemonicOf(opcode) ?? "");
}
