/**
 * Encodings against GNU binutils: what our disassembler, made from the specification, and `objdump -m mips:isa32r2`, or `mips:3000`, print for a word.
 *
 * They write differently: names of control registers, addresses of branches, sizes of bit fields, operands that are left out. Both texts are
 * brought to one form, a mnemonic and operands of registers and numbers. Where they still differ a reason says why, or the comparison fails.
 */
import type { Judged, Listed } from "../disassembly.js";
import { fieldOf, REGISTERS0, type Opcode } from "./opcodes.js";

export interface Line {
  readonly mnemonic: string;
  readonly operands: readonly string[];
}

export interface DisassemblyReason {
  readonly id: string;
  readonly because: string;
  readonly covers: (d: { readonly word: number; readonly opcode: Opcode; readonly ours: Line | undefined; readonly theirs: Line | undefined }) => boolean;
}

/** Registers and numbers; `4(sp)` is two operands. */
function operandsOf(text: string, radix: 10 | 16): string[] {
  return text.replace(/\((\w+)\)/g, ",$1").split(",").map((o) => o.trim()).filter((o) => o !== "").map((o) => {
    const bare = o.replace(/^\$(f|fcc|w|ac)?(?=\d)/, "");
    const number = /^-?0x[0-9a-f]+$/i.test(bare) || radix === 10 && /^-?\d+$/.test(bare) ? numberOf(bare, 10) : radix === 16 && /^-?[0-9a-f]*\d[0-9a-f]*$|^-?[a-f]+$/i.test(bare) && !REGISTER.test(bare) ? numberOf(bare, 16) : undefined;
    return number === undefined ? bare.replace(/^s8$/, "fp") : `${number}`;
  });
}

const REGISTER = /^(zero|at|v[01]|a[0-3]|t\d|s[0-8]|k[01]|gp|sp|fp|ra)$/;

function numberOf(text: string, radix: 10 | 16): number {
  const sign = text.startsWith("-") ? -1 : 1, digits = text.replace(/^-/, "");
  return sign * (/^0x/i.test(digits) ? Number.parseInt(digits, 16) : Number.parseInt(digits, radix));
}

function lineOf(text: string, radix: 10 | 16): Line {
  const [, mnemonic, rest] = /^(\S+)\s*(.*)$/.exec(text)!;
  return { mnemonic: mnemonic!.toUpperCase(), operands: operandsOf(rest!, radix) };
}

const control = new Map(REGISTERS0.filter(([, , select]) => select === 0).map(([name, number]) => [name, number]));
const OTHERS = new Map([["EntryLo", 2], ["LLAddr", 17], ["WatchLo", 18], ["WatchHi", 19], ["Debug", 23], ["DEPC", 24], ["PerfCtl", 25], ["ErrCtl", 26], ["CacheErr", 27], ["TagLo", 28], ["TagHi", 29], ["DESAVE", 31]]);

/** What ours prints, as binutils would. */
function asTheirs({ mnemonic, operands }: Line, word: number, opcode: Opcode): Line {
  const field = (letter: string): number => fieldOf(word, opcode, letter);
  switch (mnemonic) {
    case "MFC0": case "MTC0": {
      const [t, d, select] = operands as [string, string, string | undefined];
      // the R3000's c16 has been taken for a hexadecimal number
      const numbered = /^c(\d+)$/.exec(/^\d+$/.test(d) ? Number(d).toString(16) : d)?.[1];
      const number = control.get(d) ?? OTHERS.get(d) ?? Number(numbered ?? /^Register(\d+)$/.exec(d)?.[1]);
      return { mnemonic, operands: [t, `${number}`, ...(select === undefined || select === "0" ? [] : [select])] };
    }
    // of the R3000's coprocessors the bit that says it is an operation is not part of it
    case "COP0": case "COP1": case "COP2": case "COP3": return (word & 0x200_0000) === 0 ? { mnemonic, operands } : { mnemonic: mnemonic.replace("COP", "C"), operands: [`${word & 0x1ff_ffff}`] };
    case "EXT": return { mnemonic, operands: [...operands.slice(0, 3), `${field("m") + 1}`] };
    case "INS": return { mnemonic, operands: [...operands.slice(0, 3), `${(field("m") - field("n") + 1) >>> 0}`] };
    case "ROTR": case "ROTRV": return { mnemonic: mnemonic.replace("ROT", "RO"), operands };
    case "DIV": case "DIVU": return { mnemonic, operands: ["zero", ...operands] };
    case "SUB": case "SUBU": return operands[1] === "zero" ? { mnemonic: mnemonic.replace("SUB", "NEG"), operands: [operands[0]!, operands[2]!] } : { mnemonic, operands };
    case "JALR": return { mnemonic, operands: operands[0] === "ra" ? operands.slice(1) : operands };
    case "DI": case "EI": return { mnemonic, operands: operands[0] === "zero" ? [] : operands };
    case "CLZ": case "CLO": return { mnemonic, operands: operands.slice(0, 2) };
    case "BREAK": return { mnemonic, operands: [field("c") >>> 10, field("c") & 0x3ff].map(String).slice(0, field("c") === 0 ? 0 : (field("c") & 0x3ff) === 0 ? 1 : 2) };
    case "SYSCALL": case "SYNC": case "WAIT": case "TGE": case "TGEU": case "TLT": case "TLTU": case "TEQ": case "TNE":
      return { mnemonic, operands: operands.at(-1) === "0" ? operands.slice(0, -1) : operands };
    default: return { mnemonic, operands: /^BC1/.test(mnemonic) && operands.length > 1 && operands[0] === "0" ? operands.slice(1) : operands };
  }
}

/** What binutils prints, with distances and word addresses in the place of addresses. */
function relative(line: Line, { kind, name }: Opcode, at: number): Line {
  const last = Number(line.operands.at(-1));
  if (kind === "branch" || /^BC\d/.test(name)) return { ...line, operands: [...line.operands.slice(0, -1), `${((last - at - 4) | 0) / 4}`] };
  if (kind === "jump") return { ...line, operands: [`${(last % 0x1000_0000) / 4}`] };
  return line;
}

const written = (line: Line | undefined): string => (line === undefined ? "unknown" : `${line.mnemonic} ${line.operands.join(",")}`.trim());

/** `ours` is what our disassembler prints, if it knows the word, which is told in halves. `text` begins with the address at which it was listed. */
export function judge({ words: [left, right], text }: Listed, ours: string | undefined, reasons: readonly DisassemblyReason[], find: (word: number) => Opcode): Judged {
  const [, at, rest] = /^([0-9a-f]+): (.*)$/.exec(text)!;
  const word = ((left! << 16) | right!) >>> 0;
  const opcode = find(word);
  const here = ours === undefined ? undefined : asTheirs(lineOf(ours, 16), word, opcode);
  const there = rest!.startsWith(".") ? undefined : relative(lineOf(rest!.replace(/ <.*>/, ""), 10), opcode, Number.parseInt(at!, 16));
  if (written(here) === written(there)) return { kind: "agree" };
  const reason = reasons.find((r) => r.covers({ word, opcode, ours: here, theirs: there }));
  return reason === undefined ? { kind: "unsettled", ours: written(here), theirs: written(there) } : { kind: "settled", reason: reason.id };
}
