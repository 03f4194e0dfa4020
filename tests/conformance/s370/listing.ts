/**
 * Encodings against GNU binutils: what our disassembler, made from the specification, and `objdump -m s390:31-bit` print for a word.
 *
 * They write differently: numbers, empty operands, lengths. Both texts are brought to one form: a mnemonic, and operands of
 * hexadecimal numbers, where an address is `D(X,B)`, `D(L,B)`, `D(B)` or `D`. Where they still differ a reason says why, or the comparison fails.
 */
import type { Judged, Listed } from "../disassembly.js";
import { opcodeOf, type Opcode } from "./opcodes.js";

/** A mnemonic and its operands; absent where the disassembler does not know the word. */
export interface Line {
  readonly mnemonic: string;
  readonly operands: readonly string[];
}

export interface DisassemblyReason {
  readonly id: string;
  readonly because: string;
  readonly covers: (d: { readonly words: readonly number[]; readonly opcode: Opcode | undefined; readonly ours: Line | undefined; readonly theirs: Line | undefined }) => boolean;
}

// ---------------------------------------------------------------- one form

function operandsOf(text: string): string[] {
  const operands: string[] = [];
  let depth = 0, from = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === undefined || (c === "," && depth === 0)) {
      const operand = text.slice(from, i).trim();
      if (operand !== "") operands.push(operand.replace(/0x[0-9a-f]+|[0-9]+/g, (digits) => Number(digits).toString(16)));
      from = i + 1;
    }
  }
  return operands;
}

/** An address without what is 0: an index and a base of 0 are none. */
function address(operand: string, hasLength: boolean): string {
  const parts = /^(\w+)\((\w+),(\w+)\)$/.exec(operand);
  if (parts === null) return operand.replace(/\(0\)$/, "");
  const [, d, first, b] = parts;
  if (hasLength) return operand;
  if (first === "0") return b === "0" ? d! : `${d}(${b})`;
  return operand;
}

function lineOf(text: string, hasLength: boolean): Line {
  const [, mnemonic, rest] = /^(\S+)\s*(.*)$/.exec(text)!;
  return { mnemonic: mnemonic!.toUpperCase(), operands: operandsOf(rest!).map((operand) => address(operand, hasLength)) };
}

/** Ours has the length as it is encoded; binutils has it as a programmer writes it, one more. */
function withLengths(line: Line, opcode: Opcode): Line {
  const counts = opcode.format === "SS" || opcode.format === "SSL";
  if (!counts) return line;
  const operands = line.operands.map((operand) => operand.replace(/^(\w+)\((\w+),(\w+)\)$/, (_, d: string, l: string, b: string) => `${d}(${(Number.parseInt(l, 16) + 1).toString(16)},${b})`));
  return { ...line, operands };
}

function ourLine(text: string | undefined, opcode: Opcode | undefined): Line | undefined {
  if (text === undefined) return undefined;
  const hasLength = opcode?.format.startsWith("SS") ?? false;
  const line = lineOf(text, hasLength);
  return opcode === undefined ? line : withLengths(line, opcode);
}

function theirLine(text: string, opcode: Opcode | undefined): Line | undefined {
  if (text.startsWith(".")) return undefined;
  return lineOf(text.replaceAll(/%[rfac]/g, ""), opcode?.format.startsWith("SS") ?? false);
}

// ---------------------------------------------------------------- judgement

const written = (line: Line | undefined): string => (line === undefined ? "unknown" : `${line.mnemonic} ${line.operands.join(",")}`.trim());

/** `ours` is what our disassembler prints, if it knows the words. */
export function judge({ words, text }: Listed, ours: string | undefined, reasons: readonly DisassemblyReason[]): Judged {
  const opcode = opcodeOf(words[0]!);
  const here = ourLine(ours, opcode), there = theirLine(text, opcode);
  if (written(here) === written(there)) return { kind: "agree" };
  const reason = reasons.find((r) => r.covers({ words, opcode, ours: here, theirs: there }));
  return reason === undefined ? { kind: "unsettled", ours: written(here), theirs: written(there) } : { kind: "settled", reason: reason.id };
}
