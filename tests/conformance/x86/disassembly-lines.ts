/**
 * Lines of assembly in one form, whoever printed them.
 *
 * The specification prints the fields of a word: `ADD.w.o [s1:0.4b3i1*2],r0`. binutils prints what Intel's assembler takes: `add WORD PTR
 * es:[ebx+ecx*4],ax`. Both are brought to a mnemonic, the size of the operands where both tell it, and operands: numbers of
 * registers, places in storage by segment, base, index and displacement, numbers without their signs, and names.
 */

/** How code is read: 32 or 16 bits, and where a line stands. */
export interface Setting {
  readonly mode: 16 | 32;
  /** the address behind the instruction */
  readonly next: number;
}

export interface Line {
  readonly mnemonic: string;
  /** of the operands in bits, if it is told */
  readonly size?: number;
  readonly operands: readonly string[];
}

const REGISTERS = new Map(["eax ecx edx ebx esp ebp esi edi", "ax cx dx bx sp bp si di", "al cl dl bl ah ch dh bh"].flatMap((names, i) => names.split(" ").map((name, n) => [name, { n, bits: 32 >> i }] as const)));
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs"];
const PAIRS = ["bx+si", "bx+di", "bp+si", "bp+di", "si", "di", "bp", "bx"];
const BRANCH = /^(J(?!MPF)\w+|LOOP\w*|CALL)$/;
const STRING = /^(MOVS|CMPS|SCAS|LODS|STOS|INS|OUTS|XLAT)$/;
const PREFIXES = /^(?:(?:rep|repz|repnz|lock|data16|data32|addr16|addr32|cs|ds|es|fs|gs|ss|bnd|notrack|xacquire|xrelease)(?: |$))+/;

const unsigned = (x: number, bits: number): number => (bits >= 32 ? x >>> 0 : x & (2 ** bits - 1));
const numberOf = (text: string): number | undefined => (/^-?(0x[0-9a-f]+|\d+)$/i.test(text) ? (text.startsWith("-") ? -Number(text.slice(1)) : Number(text)) : undefined);
/** `0x12:4`, of a far pointer */
const far = (text: string): string | undefined => /^(0x[0-9a-f]+|\d):(0x[0-9a-f]+|\d)$/.exec(text)?.slice(1).map(Number).join(":");
const separated = (text: string): string[] => (text === "" ? [] : text.split(/,(?![^[]*\])/).map((one) => one.trim()));

interface Place { readonly segment?: string | undefined; readonly base?: string | undefined; readonly index?: string | undefined; readonly scale: number; readonly displacement: number; readonly bits: number }

function place({ segment, base, index, scale, displacement, bits }: Place): string {
  const isOnStack = base !== undefined && /^(4|5|bp.*)$/.test(base);
  return `${segment ?? (isOnStack ? "ss" : "ds")}:[${base ?? ""} ${index === undefined ? "" : `${index}*${scale}`} ${unsigned(displacement, bits)}]`;
}

// ---------------------------------------------------------------- ours

/** `[s1:a:0.4b3i1*2+5]`: prefixes, mod and rm, base, index, scale, displacement of 8, 16 or 32 bits. */
const OURS = /^\[(?:s(\d):)?(a:)?(\d)\.(\d)(?:b(\d))?(?:i(\d))?(?:\*(\d))?(?:\+((?:0x)?[0-9a-f]+))?(?:\+w((?:0x)?[0-9a-f]+))?(?:\+d((?:0x)?[0-9a-f]+))?\]$/;

function ourPlace(text: string, flags: ReadonlySet<string>, mode: 16 | 32): string | undefined {
  const offset = /^\[(0x[0-9a-f]+|\d)\]$/.exec(text);
  if (offset !== null) {
    const segment = [...flags].map((flag) => /^s([1-6])$/.exec(flag)?.[1]).find((n) => n !== undefined);
    return place({ segment: segment === undefined ? undefined : SEGMENTS[Number(segment) - 1], scale: 1, displacement: Number(offset[1]), bits: 32 });
  }
  const found = OURS.exec(text);
  if (found === null) return undefined;
  const [s, , mod, rm, b, i, scale, d8, d16, d32] = found.slice(1).map((part) => (part === undefined || part === "a:" ? 0 : Number(part))) as [number, number, number, number, number, number, number, number, number, number];
  const displacement = (d8 << 24 >> 24) + d16 + d32;
  const segment = s === 0 ? undefined : SEGMENTS[s - 1];
  if ((mode === 32) === (found[2] !== undefined)) return place({ segment, base: mod === 0 && rm === 6 ? undefined : PAIRS[rm], scale: 1, displacement, bits: 16 });
  const from = rm === 4 ? b : rm;
  return place({ segment, base: mod === 0 && from === 5 ? undefined : `${from}`, index: rm === 4 && i !== 4 ? `${i}` : undefined, scale: 2 ** scale, displacement, bits: 32 });
}

const BYTES = /^(MOV|ADD|OR|ADC|SBB|AND|SUB|XOR|CMP|TEST|XCHG|CMPXCHG|XADD|NOT|NEG|MUL|IMUL|DIV|IDIV|INC|DEC|ROL|ROR|RCL|RCR|SHL|SHR|SAL|SAR|MOVS|CMPS|SCAS|LODS|STOS|INS|OUTS|IN|OUT)$/;
/** Their operands may be of system registers, or of a size of their own. */
const UNSIZED = /^(XLAT|CMPXCHG8B|SET\w+|AA[MD]|ENTER|J\w+|LOOP\w*|CALL\w*|RET\w*|PUSH|POP|LEAVE|PUSHA|POPA|CBW|CWD)$/;

export function ourLine(text: string, { mode, next }: Setting): Line {
  const [, word, rest] = /^(\S+)\s*(.*)$/.exec(text)!;
  const [name, ...marks] = word!.replace("*", "").split(".") as [string, ...string[]];
  const flags = new Set(marks);
  const wide = (mode === 32) === flags.has("o") ? 16 : 32;
  const wideAddress = (mode === 32) === flags.has("a") ? 16 : 32;
  const given = separated(rest!);
  const isNamed = given.some((one) => /^e[a-ds]/.test(one)) && /^(XCHG|INC|DEC)$/.test(name);
  const isSystem = given.some((one) => /^([cdefgs]s|[cdt]r\d)$/.test(one));
  const size = BYTES.test(name) && !isNamed && !(name === "IMUL" && given.length > 1) && !flags.has("w") ? 8 : wide;
  const operands = given.map((one) => {
    const register = /^r([0-7])$/.exec(one)?.[1] ?? REGISTERS.get(one)?.n;
    if (register !== undefined) return `#${register}`;
    const number = numberOf(one);
    if (number === undefined) return far(one) ?? ourPlace(one.replace(/^\*/, ""), flags, mode) ?? one.replace(/^\*r/, "#");
    if (BRANCH.test(name)) return `${unsigned(next + number, wide)}`;
    return `${unsigned(flags.has("s") ? number << 24 >> 24 : number, /^(RET|ENTER|IN|OUT)$/.test(name) ? 16 : size)}`;
  });
  if (STRING.test(name)) {
    const segment = [...flags].map((flag) => /^s([1-6])$/.exec(flag)?.[1]).find((n) => n !== undefined);
    return { mnemonic: name, ...(name === "XLAT" ? {} : { size }), operands: [`${wideAddress}`, /^(SCAS|STOS|INS)$/.test(name) ? "" : segment === undefined ? "ds" : SEGMENTS[Number(segment) - 1]!] };
  }
  const mnemonic = name === "SAL" ? "SHL" : name === "CBW" ? (wide === 32 ? "CWDE" : "CBW") : name === "CWD" ? (wide === 32 ? "CDQ" : "CWD") : name === "JCXZ" ? (wideAddress === 32 ? "JECXZ" : "JCXZ") : /^MOV[SZ]X$/.test(name) ? `${name}${flags.has("w") ? 16 : 8}` : name;
  return { mnemonic, ...(isSystem || UNSIZED.test(name) || !(BYTES.test(name) || /^(LEA|BSWAP|BT\w?|BS[FR]|SH[LR]D|CMOV\w+|MOV[SZ]X)$/.test(name)) ? {} : { size: /^MOV[SZ]X$/.test(name) ? wide : size }), operands };
}

// ---------------------------------------------------------------- theirs

const SUFFIXED = /^(push|pop|pusha|popa|pushf|popf|ret|retf|iret|leave|enter|call|jmp|sgdt|sidt|lgdt|lidt|sysret)[wd]$/;
const WIDTHS = new Map([["BYTE", 8], ["WORD", 16], ["DWORD", 32]]);

function theirPlace(text: string): string | undefined {
  const bare = text.replace(/^\w+ PTR /, "");
  const direct = /^([c-gs]s):(0x[0-9a-f]+)$/.exec(bare);
  if (direct !== null) return place({ segment: direct[1], scale: 1, displacement: Number(direct[2]), bits: 32 });
  const [, segment, inside] = /^(?:([c-gs]s):)?\[(.*)\]$/.exec(bare) ?? [];
  if (inside === undefined) return undefined;
  const terms = inside.match(/[+-]?[^+-]+/g)!.map((term) => term.replace(/^\+/, ""));
  const displacement = terms.map(numberOf).find((n) => n !== undefined) ?? 0;
  const names = terms.filter((term) => numberOf(term) === undefined && !term.startsWith("eiz"));
  if (names.some((name) => /^(bx|bp|si|di)$/.test(name))) return place({ segment, base: names.join("+"), scale: 1, displacement, bits: 16 });
  const indexed = names.find((name) => name.includes("*"))?.split("*");
  const base = names.find((name) => !name.includes("*"));
  return place({ segment, base: base === undefined ? undefined : `${REGISTERS.get(base)?.n}`, index: indexed === undefined ? undefined : `${REGISTERS.get(indexed[0]!)?.n}`, scale: Number(indexed?.[1] ?? 1), displacement, bits: 32 });
}

/** Undefined if they know no instruction there. That an operand of four bytes is a far pointer is not told, but follows from a prefix for the other size. */
export function theirLine(text: string, mode: 16 | 32, isOtherSize: boolean): Line | undefined {
  const bare = text.replace(/ <.*>/, "").replace(PREFIXES, "");
  if (bare === "" || bare.includes("(bad)") || bare.startsWith(".byte")) return undefined;
  const [, word, rest] = /^(\S+)\s*(.*)$/.exec(bare)!;
  const plain = word!.replace(/,p[nt]$/, "").replace(SUFFIXED, "$1");
  const name = plain.toUpperCase();
  const given = separated(rest!);
  const sizes = given.map((one) => REGISTERS.get(one)?.bits ?? WIDTHS.get(/^(\w+) PTR/.exec(one)?.[1] ?? ""));
  const isFar = /^(CALL|JMP)$/.test(name) && (/FWORD/.test(rest!) || /^0x\w+:0x/.test(rest!) || (/^DWORD/.test(rest!) && (mode === 16) !== isOtherSize));
  if (STRING.test(name)) {
    const read = given.find((one) => /\[(e?si|e?bx)\]/.test(one));
    const segment = /(\w\w):\[e?[sb][ix]\]/.exec(rest!)?.[1] ?? "";
    const size = WIDTHS.get(/(\w+) PTR/.exec(rest!)?.[1] ?? "");
    return { mnemonic: name, ...(name === "XLAT" || size === undefined ? {} : { size }), operands: [/\[e/.test(rest!) ? "32" : "16", read === undefined ? "" : segment] };
  }
  const size = name === "OUT" ? sizes.at(-1) : sizes[0];
  const operands = given.flatMap((one) => {
    const register = REGISTERS.get(one);
    if (register !== undefined) return [`#${register.n}`];
    const number = numberOf(one);
    return number === undefined ? [far(one) ?? theirPlace(one) ?? one] : [`${number >>> 0}`];
  });
  return { mnemonic: isFar ? `${name}F` : /^MOV[SZ]X$/.test(name) ? `${name}${sizes[1]}` : name, ...(size === undefined ? {} : { size }), operands };
}

/** The same instruction with the same operands. Addresses of branches are told in as many bits as count. */
export function isSame(ours: Line, theirs: Line): boolean {
  const same = (a: string, b: string): boolean => a === b || (BRANCH.test(ours.mnemonic) && numberOf(a) !== undefined && numberOf(b) !== undefined && (Number(a) ^ Number(b)) % 0x10000 === 0 && Number(a) < 0x10000);
  return ours.mnemonic === theirs.mnemonic && (ours.size === undefined || theirs.size === undefined || ours.size === theirs.size) && ours.operands.length === theirs.operands.length && ours.operands.every((one, i) => same(one, theirs.operands[i]!));
}

export const written = (line: Line | undefined): string => (line === undefined ? "unknown" : `${line.mnemonic}${line.size === undefined ? "" : `/${line.size}`} ${line.operands.join(", ")}`.trim());
