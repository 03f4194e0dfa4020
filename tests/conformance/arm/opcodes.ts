/**
 * The A32 operation codes of ARM architecture versions 4T to 7-A, from the manuals' pictures and apart from the specification: what is
 * drawn, and in which group a case is counted, must not depend on what is tested.
 *
 * A picture has a character for each bit, and spaces between: 0 and 1; `_` for bits that should be zero and `=` for bits that should
 * be one, which may be anything and make the instruction unpredictable; letters for fields, of which c is the condition (never 15), and
 * n, d, m, s and h are registers. More than one picture may fit a word: the first counts.
 */

export type Version = 4 | 5 | 6 | 7;

export type Kind =
  /** of registers and immediate operands, which may be the program counter in few of them */
  | "plain" | "multiply"
  /** second operands by their form; `writes` says whether there is a destination */
  | "data-immediate" | "data-shift" | "data-register-shift"
  | "branch" | "branch-register" | "status" | "trap" | "hint"
  /** one register or two; a base and an offset; several registers; a base only */
  | "single" | "half" | "double" | "block" | "based" | "preload"
  | "coprocessor" | "control" | "reserved";

export interface Opcode {
  readonly name: string;
  readonly picture: string;
  readonly kind: Kind;
  /** of an access */
  readonly bytes?: number;
}

interface Listed extends Opcode {
  readonly since: Version;
  readonly last: Version;
}

const op = (since: Version, kind: Kind, name: string, picture: string, more: { readonly bytes?: number; readonly last?: Version } = {}): Listed => {
  const plain = picture.replaceAll(" ", "");
  if (plain.length !== 32) throw new Error(`bug: the picture of ${name} has ${plain.length} bits, expected 32`);
  return { name, picture: plain, kind, since, last: more.last ?? 7, ...(more.bytes === undefined ? {} : { bytes: more.bytes }) };
};

const binary = (value: number, width: number): string => value.toString(2).padStart(width, "0");

const DATA = ["AND", "EOR", "SUB", "RSB", "ADD", "ADC", "SBC", "RSC", "TST", "TEQ", "CMP", "CMN", "ORR", "MOV", "BIC", "MVN"];

/** Whether an operation has a result, and a first operand. */
export const isTest = (operation: number): boolean => operation >= 8 && operation <= 11;
export const isMove = (operation: number): boolean => operation === 13 || operation === 15;

const data = DATA.flatMap((name, code) => {
  const s = isTest(code) ? "1" : "S", n = isMove(code) ? "____" : "nnnn", d = isTest(code) ? "____" : "dddd", o = binary(code, 4);
  return [
    op(4, "data-register-shift", name, `cccc 000 ${o} ${s} ${n} ${d} ssss 0 tt 1 mmmm`),
    op(4, "data-shift", name, `cccc 000 ${o} ${s} ${n} ${d} aaaaa tt 0 mmmm`),
    op(4, "data-immediate", name, `cccc 001 ${o} ${s} ${n} ${d} rrrr iiiiiiii`),
  ];
});

/** S, Q, SH, U, UQ and UH of additions and subtractions in parallel. */
const parallel = [["S", 1], ["Q", 2], ["SH", 3], ["U", 5], ["UQ", 6], ["UH", 7]].flatMap(([prefix, kind]) =>
  [["ADD16", 0], ["ASX", 1], ["SAX", 2], ["SUB16", 3], ["ADD8", 4], ["SUB8", 7]].map(([name, code]) =>
    op(6, "multiply", `${prefix}${name}`, `cccc 01100 ${binary(kind as number, 3)} nnnn dddd ==== ${binary(code as number, 3)}1 mmmm`)));

const extensions = [["SXTB16", 0], ["SXTB", 2], ["SXTH", 3], ["UXTB16", 4], ["UXTB", 6], ["UXTH", 7]].flatMap(([name, code]) => [
  op(6, "multiply", name as string, `cccc 01101 ${binary(code as number, 3)} 1111 dddd rr__ 0111 mmmm`),
  op(6, "multiply", (name as string).replace("XT", "XTA"), `cccc 01101 ${binary(code as number, 3)} nnnn dddd rr__ 0111 mmmm`),
]);

/** The halves that are multiplied are one instruction each to an assembler, and one here. */
const halves = [
  op(5, "multiply", "SMLA", "cccc 00010000 dddd nnnn ssss 1yx0 mmmm"), op(5, "multiply", "SMLAW", "cccc 00010010 dddd nnnn ssss 1y00 mmmm"), op(5, "multiply", "SMULW", "cccc 00010010 dddd ____ ssss 1y10 mmmm"),
  op(5, "multiply", "SMLALxy", "cccc 00010100 hhhh dddd ssss 1yx0 mmmm"), op(5, "multiply", "SMUL", "cccc 00010110 dddd ____ ssss 1yx0 mmmm"),
];

const miscellaneous: readonly Listed[] = [
  op(4, "status", "MRS", "cccc 00010 R 00 ==== dddd ____ 0000 ____"), op(4, "status", "MSR", "cccc 00010 R 10 kkkk ==== ____ 0000 mmmm"),
  op(7, "hint", "NOP", "cccc 00110010 0000 ==== ____ 0000 0000"), op(7, "hint", "YIELD", "cccc 00110010 0000 ==== ____ 0000 0001"), op(7, "hint", "SEV", "cccc 00110010 0000 ==== ____ 0000 0100"),
  op(7, "hint", "DBG", "cccc 00110010 0000 ==== ____ 1111 oooo"), op(7, "hint", "WFE", "cccc 00110010 0000 ==== ____ 0000 0010"), op(7, "hint", "WFI", "cccc 00110010 0000 ==== ____ 0000 0011"),
  op(7, "hint", "HINT", "cccc 00110010 0000 ==== ____ iiiiiiii"), op(6, "hint", "HINT", "cccc 00110010 0000 ==== ____ iiiiiiii", { last: 6 }), op(4, "status", "MSR", "cccc 00110 R 10 kkkk ==== rrrr iiiiiiii"),
  op(4, "branch-register", "BX", "cccc 00010010 ==== ==== ==== 0001 mmmm"), op(6, "branch-register", "BXJ", "cccc 00010010 ==== ==== ==== 0010 mmmm"), op(5, "branch-register", "BLX", "cccc 00010010 ==== ==== ==== 0011 mmmm"),
  op(5, "multiply", "CLZ", "cccc 00010110 ==== dddd ==== 0001 mmmm"),
  ...["QADD", "QSUB", "QDADD", "QDSUB"].map((name, code) => op(5, "multiply", name, `cccc 00010 ${binary(code, 2)} 0 nnnn dddd ____ 0101 mmmm`)),
  op(5, "trap", "BKPT", "1110 00010010 iiiiiiiiiiii 0111 iiii"), op(7, "trap", "SMC", "cccc 00010110 ____________ 0111 iiii"),
  op(4, "branch", "B", "cccc 1010 jjjjjjjjjjjjjjjjjjjjjjjj"), op(4, "branch", "BL", "cccc 1011 jjjjjjjjjjjjjjjjjjjjjjjj"), op(5, "branch", "BLX", "1111 101 H jjjjjjjjjjjjjjjjjjjjjjjj"),
  op(4, "trap", "SVC", "cccc 1111 iiiiiiiiiiiiiiiiiiiiiiii"),
];

const multiplications: readonly Listed[] = [
  op(4, "multiply", "MUL", "cccc 0000000 S dddd ____ ssss 1001 mmmm"), op(4, "multiply", "MLA", "cccc 0000001 S dddd nnnn ssss 1001 mmmm"),
  ...["UMULL", "UMLAL", "SMULL", "SMLAL"].map((name, code) => op(4, "multiply", name, `cccc 00001 ${binary(code, 2)} S hhhh dddd ssss 1001 mmmm`)),
  op(6, "multiply", "UMAAL", "cccc 00000100 hhhh dddd ssss 1001 mmmm"), op(7, "multiply", "MLS", "cccc 00000110 dddd nnnn ssss 1001 mmmm"),
  ...halves,
];

/** In order: those with registers that say it is another instruction first. */
const media: readonly Listed[] = [
  ...parallel, op(6, "multiply", "PKHBT", "cccc 01101000 nnnn dddd aaaaa 001 mmmm"), op(6, "multiply", "PKHTB", "cccc 01101000 nnnn dddd aaaaa 101 mmmm"), op(6, "multiply", "SEL", "cccc 01101000 nnnn dddd ==== 1011 mmmm"),
  op(6, "multiply", "SSAT16", "cccc 01101010 pppp dddd ==== 0011 mmmm"), op(6, "multiply", "USAT16", "cccc 01101110 pppp dddd ==== 0011 mmmm"),
  op(6, "multiply", "SSAT", "cccc 0110101 ppppp dddd aaaaa t01 mmmm"), op(6, "multiply", "USAT", "cccc 0110111 ppppp dddd aaaaa t01 mmmm"),
  op(6, "multiply", "REV", "cccc 01101011 ==== dddd ==== 0011 mmmm"), op(6, "multiply", "REV16", "cccc 01101011 ==== dddd ==== 1011 mmmm"), op(6, "multiply", "REVSH", "cccc 01101111 ==== dddd ==== 1011 mmmm"), op(7, "multiply", "RBIT", "cccc 01101111 ==== dddd ==== 0011 mmmm"),
  ...extensions,
  op(6, "multiply", "SMUAD", "cccc 01110000 dddd 1111 ssss 00x1 mmmm"), op(6, "multiply", "SMUSD", "cccc 01110000 dddd 1111 ssss 01x1 mmmm"),
  op(6, "multiply", "SMLAD", "cccc 01110000 dddd nnnn ssss 00x1 mmmm"), op(6, "multiply", "SMLSD", "cccc 01110000 dddd nnnn ssss 01x1 mmmm"),
  op(6, "multiply", "SMLALD", "cccc 01110100 hhhh dddd ssss 00x1 mmmm"), op(6, "multiply", "SMLSLD", "cccc 01110100 hhhh dddd ssss 01x1 mmmm"),
  op(6, "multiply", "SMMUL", "cccc 01110101 dddd 1111 ssss 00r1 mmmm"), op(6, "multiply", "SMMLA", "cccc 01110101 dddd nnnn ssss 00r1 mmmm"), op(6, "multiply", "SMMLS", "cccc 01110101 dddd nnnn ssss 11r1 mmmm"),
  op(6, "multiply", "USAD8", "cccc 01111000 dddd 1111 ssss 0001 mmmm"), op(6, "multiply", "USADA8", "cccc 01111000 dddd nnnn ssss 0001 mmmm"),
  op(7, "multiply", "BFC", "cccc 0111110 ppppp dddd lllll 001 1111"), op(7, "multiply", "BFI", "cccc 0111110 ppppp dddd lllll 001 mmmm"),
  op(7, "multiply", "SBFX", "cccc 0111101 wwwww dddd lllll 101 mmmm"), op(7, "multiply", "UBFX", "cccc 0111111 wwwww dddd lllll 101 mmmm"),
  op(7, "multiply", "MOVW", "cccc 00110000 iiii dddd iiiiiiiiiiii"), op(7, "multiply", "MOVT", "cccc 00110100 iiii dddd iiiiiiiiiiii"),
];

const single = (name: string, bits: string, bytes: number): readonly Listed[] => {
  const [b, l] = [bits[0]!, bits[1]!];
  return [
    op(4, "single", `${name}T`, `cccc 010 0 U ${b} 1 ${l} nnnn dddd iiiiiiiiiiii`, { bytes }), op(4, "single", `${name}T`, `cccc 011 0 U ${b} 1 ${l} nnnn dddd aaaaa tt 0 mmmm`, { bytes }),
    op(4, "single", name, `cccc 010 P U ${b} W ${l} nnnn dddd iiiiiiiiiiii`, { bytes }), op(4, "single", name, `cccc 011 P U ${b} W ${l} nnnn dddd aaaaa tt 0 mmmm`, { bytes }),
  ];
};

const half = (since: Version, kind: "half" | "double", name: string, l: string, code: string, bytes: number): readonly Listed[] => [
  ...(kind === "half" ? [op(7, kind, `${name}T`, `cccc 000 0 U 11 ${l} nnnn dddd iiii ${code} iiii`, { bytes }), op(7, kind, `${name}T`, `cccc 000 0 U 01 ${l} nnnn dddd ____ ${code} mmmm`, { bytes })] : []),
  op(since, kind, name, `cccc 000 P U 1 W ${l} nnnn dddd iiii ${code} iiii`, { bytes }), op(since, kind, name, `cccc 000 P U 0 W ${l} nnnn dddd ____ ${code} mmmm`, { bytes }),
];

const storage: readonly Listed[] = [
  ...single("STR", "00", 4), ...single("LDR", "01", 4), ...single("STRB", "10", 1), ...single("LDRB", "11", 1),
  ...half(4, "half", "STRH", "0", "1011", 2), ...half(4, "half", "LDRH", "1", "1011", 2), ...half(4, "half", "LDRSB", "1", "1101", 1), ...half(4, "half", "LDRSH", "1", "1111", 2),
  ...half(5, "double", "LDRD", "0", "1101", 8), ...half(5, "double", "STRD", "0", "1111", 8),
  op(4, "based", "SWP", "cccc 00010000 nnnn dddd ____ 1001 mmmm", { bytes: 4 }), op(4, "based", "SWPB", "cccc 00010100 nnnn dddd ____ 1001 mmmm", { bytes: 1 }),
  op(6, "based", "STREX", "cccc 00011000 nnnn dddd ==== 1001 mmmm", { bytes: 4 }), op(6, "based", "LDREX", "cccc 00011001 nnnn dddd ==== 1001 ====", { bytes: 4 }),
  ...[["D", 8, 2], ["B", 1, 4], ["H", 2, 6]].flatMap(([letter, bytes, code]) => [
    op(6, "based", `STREX${letter}`, `cccc 00011 ${binary(code as number, 3)} nnnn dddd ==== 1001 mmmm`, { bytes: bytes as number }),
    op(6, "based", `LDREX${letter}`, `cccc 00011 ${binary((code as number) + 1, 3)} nnnn dddd ==== 1001 ====`, { bytes: bytes as number }),
  ]),
  op(4, "block", "STM", "cccc 100 PU 0 W 0 nnnn LLLLLLLLLLLLLLLL", { bytes: 4 }), op(4, "block", "LDM", "cccc 100 PU 0 W 1 nnnn LLLLLLLLLLLLLLLL", { bytes: 4 }), op(4, "block", "STM^", "cccc 100 PU 1 W 0 nnnn LLLLLLLLLLLLLLLL", { bytes: 4 }),
  op(4, "block", "LDM^ with PC", "cccc 100 PU 1 W 1 nnnn 1LLLLLLLLLLLLLLL", { bytes: 4 }), op(4, "block", "LDM^", "cccc 100 PU 1 W 1 nnnn 0LLLLLLLLLLLLLLL", { bytes: 4 }),
];

const unconditional: readonly Listed[] = [
  op(6, "status", "CPS", "1111 00010000 zz M 0 _______ AIF 0 ooooo"), op(6, "status", "SETEND", "1111 00010000 ___1 ______ E _ 0000 ____"),
  op(5, "preload", "PLD", "1111 0101 U 101 nnnn ==== iiiiiiiiiiii"), op(5, "preload", "PLD", "1111 0111 U 101 nnnn ==== aaaaa tt 0 mmmm"), op(7, "preload", "PLI", "1111 0100 U 101 nnnn ==== iiiiiiiiiiii"), op(7, "preload", "PLI", "1111 0110 U 101 nnnn ==== aaaaa tt 0 mmmm"),
  op(6, "block", "SRS", "1111 100 PU 1 W 0 1101 ____ 0101 ___ ooooo", { bytes: 4 }), op(6, "block", "RFE", "1111 100 PU 0 W 1 nnnn ____ 1010 ____ ____", { bytes: 4 }),
  op(6, "hint", "CLREX", "1111 01010111 ==== ==== ____ 0001 ===="), op(7, "hint", "DSB", "1111 01010111 ==== ==== ____ 0100 oooo"), op(7, "hint", "DMB", "1111 01010111 ==== ==== ____ 0101 oooo"), op(7, "hint", "ISB", "1111 01010111 ==== ==== ____ 0110 oooo"),
];

const coprocessors: readonly Listed[] = [
  op(4, "control", "MCR", "cccc 1110 ppp 0 nnnn dddd 1111 qqq 1 mmmm"), op(4, "control", "MRC", "cccc 1110 ppp 1 nnnn dddd 1111 qqq 1 mmmm"),
  op(4, "coprocessor", "CDP", "cccc 1110 pppp nnnn dddd kkkk qqq 0 mmmm"), op(4, "coprocessor", "MCR", "cccc 1110 ppp 0 nnnn dddd kkkk qqq 1 mmmm"), op(4, "coprocessor", "MRC", "cccc 1110 ppp 1 nnnn dddd kkkk qqq 1 mmmm"),
  op(5, "coprocessor", "MCRR", "cccc 11000100 nnnn dddd kkkk qqqq mmmm"), op(5, "coprocessor", "MRRC", "cccc 11000101 nnnn dddd kkkk qqqq mmmm"),
  op(4, "coprocessor", "STC", "cccc 110 PUNW 0 nnnn dddd kkkk iiiiiiii"), op(4, "coprocessor", "LDC", "cccc 110 PUNW 1 nnnn dddd kkkk iiiiiiii"),
];

const all: readonly Listed[] = [...unconditional, ...multiplications, ...miscellaneous, ...media, ...storage, ...data, ...coprocessors];

export const opcodesOf = (version: Version): readonly Opcode[] => all.filter(({ since, last }) => since <= version && version <= last);

const isRegister = "ndmsh";

/** Whether a word is drawn from a picture. A condition of 15 is none. */
export function fits(word: number, { picture }: Opcode): boolean {
  if (picture.startsWith("cccc") && word >>> 28 === 15) return false;
  for (let i = 0; i < 32; i++) {
    const c = picture[i]!;
    if ((c === "0" || c === "1") && Number(c) !== ((word >>> (31 - i)) & 1)) return false;
  }
  return true;
}

export const RESERVED = "reserved";

/** The name of what a word is; `reserved` if it is nothing. */
export function finderOf(version: Version): (word: number) => Opcode | undefined {
  const among = opcodesOf(version);
  return (word) => among.find((opcode) => fits(word, opcode));
}

/** A field's value; its bits need not stand together. */
export function fieldOf(word: number, { picture }: Opcode, letter: string): number {
  let value = 0;
  for (let i = 0; i < 32; i++) if (picture[i] === letter) value = value * 2 + ((word >>> (31 - i)) & 1);
  return value;
}

/** Whether bits that should be zero or one are not. */
export function isUnusual(word: number, { picture }: Opcode): boolean {
  return [...picture].some((c, i) => (c === "_" && ((word >>> (31 - i)) & 1) === 1) || (c === "=" && ((word >>> (31 - i)) & 1) === 0));
}

export const registersOf = (word: number, opcode: Opcode): readonly number[] => [...isRegister].filter((r) => opcode.picture.includes(r)).map((r) => fieldOf(word, opcode, r));
