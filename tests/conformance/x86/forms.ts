/**
 * The forms of instructions that are asked about, as the manual's opcode tables have them.
 *
 * A line is a name, the opcode, and what follows it: `/r` or a digit for a byte of addressing form, `=` for one that names registers only, `!` for
 * one that names storage only, then the operands that are not in it. The list is made from the manual, not from the specification.
 */

export type Operand =
  /** immediate bytes; `z` is as long as the operand size but no longer than 4, `s` a byte that is extended */
  | "ib" | "iw" | "iz"
  | "rel8" | "relz" | "far" | "moffs" | "port";

/** What a form needs of its surroundings. */
export type Need = "plain" | "stack" | "string" | "near" | "far" | "interrupt" | "return-far" | "return-near" | "return-interrupt" | "selector" | "load-far" | "table" | "control" | "debug" | "ports" | "msr" | "flags" | "bits" | "shift" | "bound" | "enter" | "lea" | "divide" | "sysenter" | "no-halt";

export interface Form {
  readonly name: string;
  readonly opcode: readonly number[];
  /** absent: no byte of addressing form */
  readonly form?: { readonly digit?: number; readonly only?: "register" | "storage" };
  /** the last byte of the opcode takes a register's number */
  readonly takesRegister: boolean;
  readonly operands: readonly Operand[];
  readonly need: Need;
  /** length of the operand in storage: 0 as the operand size */
  readonly width: number;
  readonly canLock: boolean;
  readonly canRepeat: boolean;
}

/** One name for eight operations: `*` in the opcode's place is their number. */
const ALU = ["ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP"];
const SHIFTS = ["ROL", "ROR", "RCL", "RCR", "SHL", "SHR", "SAL", "SAR"];
const CONDITIONS = ["O", "NO", "B", "AE", "E", "NE", "BE", "A", "S", "NS", "P", "NP", "L", "GE", "LE", "G"];

const hex = (n: number): string => n.toString(16).padStart(2, "0");

const LINES: readonly string[] = [
  ...ALU.flatMap((name, n) => {
    const lock = name === "CMP" ? "" : "lock";
    return [`${name} Eb,Gb|${hex(8 * n)}|/r b ${lock}`, `${name} Ev,Gv|${hex(8 * n + 1)}|/r ${lock}`, `${name} Gb,Eb|${hex(8 * n + 2)}|/r b`, `${name} Gv,Ev|${hex(8 * n + 3)}|/r`, `${name} AL,Ib|${hex(8 * n + 4)}|ib`, `${name} eAX,Iz|${hex(8 * n + 5)}|iz`,
      `${name} Eb,Ib|80|/${n} b ib ${lock}`, `${name} Ev,Iz|81|/${n} iz ${lock}`, `${name} Ev,Ib|83|/${n} ib ${lock}`];
  }),
  "INC Gv|40|+r", "DEC Gv|48|+r", "PUSH Gv|50|+r stack", "POP Gv|58|+r stack", "INC Eb|fe|/0 b lock", "DEC Eb|fe|/1 b lock", "INC Ev|ff|/0 lock", "DEC Ev|ff|/1 lock",
  "TEST Eb,Gb|84|/r b", "TEST Ev,Gv|85|/r", "TEST AL,Ib|a8|ib", "TEST eAX,Iz|a9|iz", "TEST Eb,Ib|f6|/0 b ib", "TEST Ev,Iz|f7|/0 iz",
  "NOT Eb|f6|/2 b lock", "NOT Ev|f7|/2 lock", "NEG Eb|f6|/3 b lock", "NEG Ev|f7|/3 lock",
  "MUL Eb|f6|/4 b", "MUL Ev|f7|/4", "IMUL Eb|f6|/5 b", "IMUL Ev|f7|/5", "DIV Eb|f6|/6 b divide", "DIV Ev|f7|/6 divide", "IDIV Eb|f6|/7 b divide", "IDIV Ev|f7|/7 divide",
  "IMUL Gv,Ev,Iz|69|/r iz", "IMUL Gv,Ev,Ib|6b|/r ib", "IMUL Gv,Ev|0f af|/r",
  ...SHIFTS.flatMap((name, n) => [`${name} Eb,Ib|c0|/${n} b ib shift`, `${name} Ev,Ib|c1|/${n} ib shift`, `${name} Eb,1|d0|/${n} b`, `${name} Ev,1|d1|/${n}`, `${name} Eb,CL|d2|/${n} b shift`, `${name} Ev,CL|d3|/${n} shift`]),
  "SHLD Ev,Gv,Ib|0f a4|/r ib shift", "SHLD Ev,Gv,CL|0f a5|/r shift", "SHRD Ev,Gv,Ib|0f ac|/r ib shift", "SHRD Ev,Gv,CL|0f ad|/r shift",
  "BT Ev,Gv|0f a3|/r bits", "BTS Ev,Gv|0f ab|/r bits lock", "BTR Ev,Gv|0f b3|/r bits lock", "BTC Ev,Gv|0f bb|/r bits lock", "BT Ev,Ib|0f ba|/4 ib", "BTS Ev,Ib|0f ba|/5 ib lock", "BTR Ev,Ib|0f ba|/6 ib lock", "BTC Ev,Ib|0f ba|/7 ib lock", "BSF Gv,Ev|0f bc|/r", "BSR Gv,Ev|0f bd|/r",
  "MOV Eb,Gb|88|/r b", "MOV Ev,Gv|89|/r", "MOV Gb,Eb|8a|/r b", "MOV Gv,Ev|8b|/r", "MOV Eb,Ib|c6|/0 b ib", "MOV Ev,Iz|c7|/0 iz", "MOV Gb,Ib|b0|+r ib", "MOV Gv,Iv|b8|+r iz", "MOV AL,Ob|a0|moffs b", "MOV eAX,Ov|a1|moffs", "MOV Ob,AL|a2|moffs b", "MOV Ov,eAX|a3|moffs",
  "MOVZX Gv,Eb|0f b6|/r b", "MOVZX Gv,Ew|0f b7|/r w", "MOVSX Gv,Eb|0f be|/r b", "MOVSX Gv,Ew|0f bf|/r w", "LEA Gv,M|8d|/r! lea", "XCHG Eb,Gb|86|/r b lock", "XCHG Ev,Gv|87|/r lock", "XCHG Gv,eAX|90|+r", "XLAT|d7|xlat",
  "BSWAP Gv|0f c8|+r", "CMPXCHG Eb,Gb|0f b0|/r b lock", "CMPXCHG Ev,Gv|0f b1|/r lock", "XADD Eb,Gb|0f c0|/r b lock", "XADD Ev,Gv|0f c1|/r lock", "CMPXCHG8B Mq|0f c7|/1! q lock",
  ...CONDITIONS.flatMap((name, n) => [`J${name} rel8|${hex(0x70 + n)}|rel8 near`, `J${name} relz|0f ${hex(0x80 + n)}|relz near`, `SET${name} Eb|0f ${hex(0x90 + n)}|/r b`, `CMOV${name} Gv,Ev|0f ${hex(0x40 + n)}|/r`]),
  "CBW|98|", "CWD|99|", "DAA|27|", "DAS|2f|", "AAA|37|", "AAS|3f|", "AAM|d4|ib divide", "AAD|d5|ib", "NOP|90|",
  "CLC|f8|", "STC|f9|", "CMC|f5|", "CLD|fc|", "STD|fd|", "LAHF|9f|", "SAHF|9e|",
  ...[["MOVS", "a4"], ["CMPS", "a6"], ["STOS", "aa"], ["LODS", "ac"], ["SCAS", "ae"]].flatMap(([name, code]) => [`${name}B|${code}|string b`, `${name}|${hex(parseInt(code!, 16) + 1)}|string`]),
  "INSB|6c|string ports b", "INS|6d|string ports", "OUTSB|6e|string ports b", "OUTS|6f|string ports",
  "PUSH Iz|68|iz stack", "PUSH Ib|6a|ib stack", "PUSH Ev|ff|/6 stack", "POP Ev|8f|/0 stack", "PUSHA|60|stack", "POPA|61|stack", "ENTER|c8|iw ib enter", "LEAVE|c9|enter",
  ...["ES", "CS", "SS", "DS"].map((name, n) => `PUSH ${name}|${hex(8 * n + 6)}|stack`), "PUSH FS|0f a0|stack", "PUSH GS|0f a8|stack",
  "POP ES|07|return-near", "POP SS|17|return-near", "POP DS|1f|return-near", "POP FS|0f a1|return-near", "POP GS|0f a9|return-near",
  "JMP rel8|eb|rel8 near", "JMP relz|e9|relz near", "CALL relz|e8|relz near", "JMP Ev|ff|/4 near", "CALL Ev|ff|/2 near", "RET|c3|return-near", "RET Iw|c2|iw return-near", "LOOP|e2|rel8 near", "LOOPE|e1|rel8 near", "LOOPNE|e0|rel8 near", "JCXZ|e3|rel8 near",
  "JMP far|ea|far", "CALL far|9a|far", "JMP Mp|ff|/5! far", "CALL Mp|ff|/3! far", "RETF|cb|return-far", "RETF Iw|ca|iw return-far", "IRET|cf|return-interrupt",
  "INT3|cc|interrupt", "INT Ib|cd|ib interrupt", "INTO|ce|interrupt", "BOUND|62|/r! bound", "UD2|0f 0b|",
  "MOV Ew,ES|8c|/0 sreg", "MOV Ew,CS|8c|/1 sreg", "MOV Ew,SS|8c|/2 sreg", "MOV Ew,DS|8c|/3 sreg", "MOV Ew,FS|8c|/4 sreg", "MOV Ew,GS|8c|/5 sreg",
  "MOV ES,Ew|8e|/0 w selector", "MOV CS,Ew|8e|/1 w selector", "MOV SS,Ew|8e|/2 w selector", "MOV DS,Ew|8e|/3 w selector", "MOV FS,Ew|8e|/4 w selector", "MOV GS,Ew|8e|/5 w selector",
  "LES Gv,Mp|c4|/r! load-far", "LDS Gv,Mp|c5|/r! load-far", "LSS Gv,Mp|0f b2|/r! load-far", "LFS Gv,Mp|0f b4|/r! load-far", "LGS Gv,Mp|0f b5|/r! load-far",
  "LAR Gv,Ew|0f 02|/r w selector", "LSL Gv,Ew|0f 03|/r w selector", "VERR Ew|0f 00|/4 w selector", "VERW Ew|0f 00|/5 w selector", "ARPL Ew,Gw|63|/r w selector",
  "SLDT Ew|0f 00|/0 sreg", "STR Ew|0f 00|/1 sreg", "LLDT Ew|0f 00|/2 w selector", "LTR Ew|0f 00|/3 w selector", "SGDT Ms|0f 01|/0! t", "SIDT Ms|0f 01|/1! t", "LGDT Ms|0f 01|/2! t table", "LIDT Ms|0f 01|/3! t table", "SMSW Ew|0f 01|/4 sreg", "LMSW Ew|0f 01|/6 w control",
  "INVLPG M|0f 01|/7! b", "CLTS|0f 06|", "INVD|0f 08|", "WBINVD|0f 09|", "HLT|f4|no-halt",
  ...[0, 2, 3, 4].flatMap((n) => [`MOV Rd,CR${n}|0f 20|/${n}= d`, `MOV CR${n},Rd|0f 22|/${n}= d control`]), ...[0, 1, 2, 3, 6, 7].flatMap((n) => [`MOV Rd,DR${n}|0f 21|/${n}= d`, `MOV DR${n},Rd|0f 23|/${n}= d debug`]),
  "PUSHF|9c|stack", "POPF|9d|flags", "CLI|fa|", "STI|fb|", "IN AL,Ib|e4|port ports b", "IN eAX,Ib|e5|port ports", "OUT Ib,AL|e6|port ports b", "OUT Ib,eAX|e7|port ports", "IN AL,DX|ec|ports b", "IN eAX,DX|ed|ports", "OUT DX,AL|ee|ports b", "OUT DX,eAX|ef|ports",
  "RDMSR|0f 32|msr", "WRMSR|0f 30|msr", "SYSENTER|0f 34|sysenter", "SYSEXIT|0f 35|sysenter",
];

const NEEDS: readonly Need[] = ["stack", "string", "near", "far", "interrupt", "return-far", "return-near", "return-interrupt", "selector", "load-far", "table", "control", "debug", "ports", "msr", "flags", "bits", "shift", "bound", "enter", "lea", "divide", "sysenter", "no-halt"];
const OPERANDS: readonly Operand[] = ["ib", "iw", "iz", "rel8", "relz", "far", "moffs", "port"];
const WIDTHS: Readonly<Record<string, number>> = { b: 1, w: 2, sreg: 2, d: 4, q: 8, t: 6, xlat: 1 };

const isOperand = (mark: string): mark is Operand => (OPERANDS as readonly string[]).includes(mark);

export const forms: readonly Form[] = LINES.map(parsed);

export const formNamed = (name: string): Form => forms.find((f) => f.name === name)!;

function parsed(line: string): Form {
  const [name, opcode, rest] = line.split("|") as [string, string, string];
  const marks = rest.split(" ").filter((m) => m !== "");
  const form = marks.find((m) => m.startsWith("/"));
  const digit = form === undefined || form[1] === "r" ? undefined : Number(form[1]);
  const only = form?.endsWith("=") === true ? "register" : form?.endsWith("!") === true ? "storage" : undefined;
  const needs = NEEDS.filter((n) => marks.includes(n));
  return {
    name: name.replaceAll(",", " "), opcode: opcode.split(" ").map((b) => parseInt(b, 16)),
    ...(form === undefined ? {} : { form: { ...(digit === undefined ? {} : { digit }), ...(only === undefined ? {} : { only }) } }),
    takesRegister: marks.includes("+r"),
    operands: marks.filter(isOperand),
    // string instructions on ports are strings first
    need: needs.includes("string") ? "string" : needs[0] ?? "plain",
    width: marks.map((m) => WIDTHS[m]).find((w) => w !== undefined) ?? 0,
    canLock: marks.includes("lock"), canRepeat: needs.includes("string"),
  };
}

/** Prefixes that may stand in front of an opcode. */
const PREFIXES = new Set([0x66, 0x67, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf0, 0xf2, 0xf3]);

export const prefixesOf = (bytes: readonly number[]): readonly number[] => bytes.slice(0, Math.max(0, bytes.findIndex((b) => !PREFIXES.has(b))));

/** The form of an instruction's bytes: the first whose opcode and digit are theirs. */
export function formOf(bytes: readonly number[]): Form | undefined {
  const from = prefixesOf(bytes).length;
  const matches = (f: Form): boolean => f.opcode.every((b, i) => {
    const there = bytes[from + i];
    return f.takesRegister && i === f.opcode.length - 1 ? there !== undefined && (there & ~7) === b : there === b;
  }) && (f.form?.digit === undefined || ((bytes[from + f.opcode.length]! >> 3) & 7) === f.form.digit);
  const exact = forms.filter((f) => !f.takesRegister).find(matches);
  return exact ?? forms.find(matches);
}
