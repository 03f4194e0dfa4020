/**
 * The specification's components for the state of a processor, and back.
 *
 * Of a segment register that can't be used only the selector and the rights mean anything; the rest of its hidden part is 0; of LDTR it is taken to be as before. D of CS and B of
 * SS are components of their own. Nothing is known of a processor that has shut down but that.
 */
import { registerBefore, cellBefore } from "../case-file.js";
import type { Case, Question, Values } from "../case.js";
import { ByteCells } from "./byte-cells.js";
import { CS, SEGMENTS, SS, VM, type ProcessorState, type Segment } from "./processor-state.js";
import type { Answer, Piece, Record } from "./record.js";

export const CAPACITY = 0x400_0000n;

/** One bit or more of a register. */
interface Field {
  readonly name: string;
  readonly low: number;
  readonly width: number;
}

const bits = (text: string): readonly Field[] => text.split(" ").map((part) => {
  const [name, low, width] = part.split(":") as [string, string, string | undefined];
  return { name, low: Number(low), width: Number(width ?? "1") };
});

const EFLAGS = bits("CF:0 PF:2 AF:4 ZF:6 SF:7 TF:8 IF:9 DF:10 OF:11 IOPL:12:2 NT:14 RF:16 VM:17 AC:18 VIF:19 VIP:20 ID:21");
const CR0 = bits("Protected:0 MP:1 EM:2 TS:3 NE:5 WP:16 AM:18 NW:29 CD:30 PG:31");
const CR4 = bits("VME:0 PVI:1 TSD:2 DE:3 PSE:4 MCE:6 PGE:7 PCE:8 UMIP:11");
const WIDE = 0x4000;

const fields = (value: number, list: readonly Field[]): (readonly [string, bigint])[] => list.map(({ name, low, width }) => [name, BigInt(Math.floor(value / 2 ** low) % 2 ** width)] as const);
const assembled = (get: (name: string) => number, list: readonly Field[]): number => list.reduce((value, { name, low }) => value + get(name) * 2 ** low, 0);

/** Known after every case. */
export const observedRegisters: readonly string[] = [
  "EIP", ...[EFLAGS, CR0, CR4].flatMap((list) => list.map(({ name }) => name)), "CR2", "CR3", "DR6", "DR7", "CPL", "CodeSelector", "CodeWide", "StackWide",
  "GlobalBase", "GlobalLimit", "InterruptBase", "InterruptLimit", "LocalSelector", "LocalPresent", "LocalBase", "LocalLimit", "TaskSelector", "TaskBase", "TaskLimit", "TaskRights", "EntrySelector", "EntryStack", "EntryPoint", "Shutdown",
];

export function question(words: readonly number[], state: ProcessorState, memory: ReadonlyMap<number, number>): Question {
  const core = ByteCells.of(memory);
  const { registers, arrays } = valuesOf(state, undefined);
  return {
    words: words.map(BigInt),
    before: { registers: new Map([...registers, ["capacity", CAPACITY], ["Later", 1n]]), arrays: new Map([...arrays, ["core", core]]) },
  };
}

function valuesOf(state: ProcessorState, before: Question | undefined): Values {
  const { segments, gdtr, idtr, ldtr, tr, sysenter } = state;
  const level = (state.cr0 & 1) === 0 ? 0 : (state.eflags & VM) !== 0 ? 3 : segments[CS]!.selector & 3;
  const b = (value: number): bigint => BigInt(value >>> 0);
  const hidden = (of: (s: Segment) => number): Map<bigint, bigint> => new Map(segments.map((s, n) => [BigInt(n), s.isUsable ? b(of(s)) : 0n] as const));
  const kept = (name: string, is: boolean, value: number): bigint => (is || before === undefined ? b(is ? value : 0) : registerBefore(before, name));
  const registers = new Map<string, bigint>([
    ["EIP", b(state.eip)], ...fields(state.eflags, EFLAGS), ...fields(state.cr0, CR0), ...fields(state.cr4, CR4), ["CR2", b(state.cr2)], ["CR3", b(state.cr3)], ["DR6", b(state.dr6)], ["DR7", b(state.dr7)],
    ["CPL", b(level)], ["CodeSelector", b(segments[CS]!.selector)], ["CodeWide", b((segments[CS]!.rights & WIDE) >> 14)], ["StackWide", b((segments[SS]!.rights & WIDE) >> 14)],
    ["GlobalBase", b(gdtr.base)], ["GlobalLimit", b(gdtr.limit)], ["InterruptBase", b(idtr.base)], ["InterruptLimit", b(idtr.limit)],
    ["LocalSelector", b(ldtr.selector)], ["LocalPresent", b(Number(ldtr.isUsable))], ["LocalBase", kept("LocalBase", ldtr.isUsable, ldtr.base)], ["LocalLimit", kept("LocalLimit", ldtr.isUsable, ldtr.limit)],
    ["TaskSelector", b(tr.selector)], ["TaskBase", b(tr.base)], ["TaskLimit", b(tr.limit)], ["TaskRights", b(tr.rights)], ["EntrySelector", b(sysenter[0]!)], ["EntryStack", b(sysenter[1]!)], ["EntryPoint", b(sysenter[2]!)], ["Shutdown", 0n],
  ]);
  const rights = ({ rights: r, isUsable }: Segment, n: number): bigint => (isUsable ? b(n === CS || n === SS ? r & ~WIDE : r) : 0n);
  return {
    registers,
    arrays: new Map([
      ["G", new Map(state.general.map((value, n) => [BigInt(n), b(value)] as const))], ["DR", new Map(state.breakpoints.map((value, n) => [BigInt(n), b(value)] as const))],
      ["Selector", new Map(segments.flatMap((s, n) => (n === CS ? [] : [[BigInt(n), b(s.selector)] as const])))], ["Base", hidden((s) => s.base)], ["Limit", hidden((s) => s.limit)],
      ["Rights", new Map(segments.map((s, n) => [BigInt(n), rights(s, n)] as const))],
    ]),
  };
}

/** What the witness is to be given. */
export function recordOf(q: Question): Record {
  const r = (name: string): number => Number(registerBefore(q, name));
  const cell = (array: string, n: number): number => Number(cellBefore(q, array, BigInt(n)));
  const segment = (n: number): Segment => {
    const wide = n === CS ? r("CodeWide") : n === SS ? r("StackWide") : 0;
    const rights = cell("Rights", n) + WIDE * wide;
    return { selector: n === CS ? r("CodeSelector") : cell("Selector", n), rights, limit: cell("Limit", n), base: cell("Base", n), isUsable: (rights & 0x80) !== 0 };
  };
  const state: ProcessorState = {
    segments: SEGMENTS.map((_, n) => segment(n)),
    gdtr: { base: r("GlobalBase"), limit: r("GlobalLimit") }, idtr: { base: r("InterruptBase"), limit: r("InterruptLimit") },
    ldtr: { selector: r("LocalSelector"), rights: r("LocalPresent") === 1 ? 0x82 : 0, limit: r("LocalLimit"), base: r("LocalBase"), isUsable: r("LocalPresent") === 1 },
    tr: { selector: r("TaskSelector"), rights: r("TaskRights"), limit: r("TaskLimit"), base: r("TaskBase"), isUsable: true },
    general: Array.from({ length: 8 }, (_, n) => cell("G", n)), eip: r("EIP"), eflags: assembled(r, EFLAGS) + 2, cr0: assembled(r, CR0) + 0x10, cr2: r("CR2"), cr3: r("CR3"), cr4: assembled(r, CR4),
    breakpoints: [0, 1, 2, 3].map((n) => cell("DR", n)), dr6: r("DR6"), dr7: r("DR7"), sysenter: [r("EntrySelector"), r("EntryStack"), r("EntryPoint")],
  };
  return { state, pieces: piecesOf(ByteCells.from(q.before.arrays.get("core")!)) };
}

/** Bytes by address, as runs of whole words; bytes between them are 0. */
function piecesOf({ addresses, bytes }: ByteCells): readonly Piece[] {
  const pieces: { readonly at: number; readonly words: number[] }[] = [];
  let words: number[] = [], next = -1;
  for (let i = 0; i < addresses.length; i++) {
    const at = addresses[i]!, word = at - (at % 4);
    // another word, which may follow the one before
    if (word >= next) {
      if (word !== next) pieces.push({ at: word, words: (words = []) });
      words.push(0);
      next = word + 4;
    }
    words[words.length - 1]! += bytes[i]! * 2 ** (8 * (at % 4));
  }
  return pieces;
}

export function answered(q: Question, answer: Answer): Case {
  if (answer.isShutDown) return { ...q, after: { registers: new Map([["Shutdown", 1n]]), arrays: new Map() } };
  const { registers, arrays } = valuesOf(answer.state, q);
  return { ...q, after: { registers, arrays: new Map([...arrays, ["core", bytesOf(answer.pieces)]]) } };
}

function bytesOf(pieces: readonly Piece[]): ByteCells {
  const length = 4 * pieces.reduce((n, { words }) => n + words.length, 0);
  const addresses = new Uint32Array(length), bytes = new Uint8Array(length);
  let i = 0;
  for (const { at, words } of pieces) {
    for (let n = 0; n < 4 * words.length; n++, i++) {
      addresses[i] = at + n;
      bytes[i] = words[n >> 2]! >>> (8 * (n & 3));
    }
  }
  return new ByteCells(addresses, bytes);
}
