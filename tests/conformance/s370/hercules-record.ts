/**
 * A case in the table that `driver.s` works through.
 *
 * What a case does not list is 0 in the arena before it; a byte that it did not list and that is not 0 afterwards is
 * told all the same (one of them).
 */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Case, Question, Values } from "../case.js";
import { absolute, accessesOf, executed } from "./accesses.js";
import { INTERRUPTIONS, KEYED_BLOCKS, LOW_OPERANDS, PREFIX, TABLES } from "./storage-map.js";
import { statusComponents, statusWord } from "./status-word.js";

/** of a low block, what is told afterwards: old status words, channel status, codes and addresses of interruptions */
const LOW_TOLD: readonly (readonly [first: number, last: number])[] = [[0x18, 0x4b], [0x80, 0xff]];

export const TABLE_AT = 0x2_0000;
export const RECORD_LENGTH = 4096;
const PIECES = 24;
const PIECE_LENGTH = 256;
const DATA_LENGTH = 1216;
const BEFORE = { status: 0, general: 8, control: 72, floating: 136, comparator: 168, timer: 176, prefix: 184, keys: 188, count: 204, pieces: 208, data: 320 } as const;
const AFTER = { kind: 1536, general: 1540, control: 1604, floating: 1672, comparator: 1704, timer: 1712, prefix: 1720, keys: 1724, stray: 1736, low: 1792, lowOfPrefix: 2048, data: 2304 } as const;

/** A wait was ended by the operator. */
const RESTARTED = 6;
/** The new PSW of a restart, which no case has, is at 0, the old one here. */
const RESTART_OLD = 0x08;

interface Piece {
  readonly address: number;
  readonly length: number;
}

/** The cells of a question in runs; what lies between two of one run is 0 and is listed too. */
function pieces(q: Question): readonly Piece[] {
  const told = q.before.arrays.get("core")!;
  const addresses = [...new Set([...told.keys(), ...(q.watched?.get("core") ?? [])])].map(Number)
    .filter((a) => a >= TABLES.first && (a < PREFIX || a >= PREFIX + LOW_OPERANDS.first) || (a >= LOW_OPERANDS.first && a <= LOW_OPERANDS.last))
    .sort((a, b) => a - b);
  const found: { address: number; length: number }[] = [];
  for (const address of addresses) {
    const last = found.at(-1);
    const length = last === undefined ? Infinity : address - last.address + 1;
    if (last !== undefined && length <= PIECE_LENGTH && address - last.address - last.length < 8) last.length = length;
    else found.push({ address, length: 1 });
  }
  const total = found.reduce((n, { length }) => n + length, 0);
  if (found.length > PIECES || total > DATA_LENGTH) throw new Error(`bug: a case of ${found.length} pieces and ${total} bytes, expected ${PIECES} and ${DATA_LENGTH} at most`);
  return found;
}

export function writeRecord(table: Buffer, at: number, q: Question): void {
  const register = (name: string): bigint => registerBefore(q, name);
  table.writeBigUInt64BE(statusWord(q.before.registers), at + BEFORE.status);
  for (let n = 0; n < 16; n++) {
    table.writeUInt32BE(Number(cellBefore(q, "R", BigInt(n))), at + BEFORE.general + 4 * n);
    table.writeUInt32BE(Number(control(q.before.registers, n)), at + BEFORE.control + 4 * n);
  }
  for (let n = 0; n < 4; n++) table.writeBigUInt64BE(cellBefore(q, "F", BigInt(n)), at + BEFORE.floating + 8 * n);
  table.writeBigUInt64BE(register("ClockComparator"), at + BEFORE.comparator);
  table.writeBigUInt64BE(register("CpuTimer"), at + BEFORE.timer);
  table.writeUInt32BE(Number(register("Prefix") << 12n), at + BEFORE.prefix);
  for (const [n, block] of KEYED_BLOCKS.entries()) table[at + BEFORE.keys + n] = Number(cellBefore(q, "StorageKey", BigInt(block >> 11)) << 3n);
  const list = pieces(q);
  table.writeUInt32BE(list.length, at + BEFORE.count);
  let data = at + BEFORE.data;
  for (const [n, { address, length }] of list.entries()) {
    table.writeUInt32BE((((length - 1) << 24) | address) >>> 0, at + BEFORE.pieces + 4 * n);
    for (let i = 0; i < length; i++) table[data++] = Number(cellBefore(q, "core", BigInt(address + i)));
  }
}

function control(registers: ReadonlyMap<string, bigint>, n: number): bigint {
  const value = (name: string): bigint => registers.get(name) ?? 0n;
  return n === 0 ? (value("Formats") << 16n) | value("ExternalMasks") : value(`CR${n}`);
}

/** What is known after every case. */
export const observedRegisters: readonly string[] = ["PC", "Formats", "ExternalMasks", ...Array.from({ length: 15 }, (_, n) => `CR${n + 1}`), "Prefix", "ClockComparator", "CpuTimer"];

export const isAnswered = (table: Buffer, at: number): boolean => table.readUInt32BE(at + AFTER.kind) !== 0;

export function readRecord(table: Buffer, at: number, q: Question): Case {
  const kind = table.readUInt32BE(at + AFTER.kind);
  const interruption = INTERRUPTIONS.find((i) => i.kind === kind);
  if (interruption === undefined && kind !== RESTARTED) throw new Error(`bug: found kind ${kind} of interruption in the table`);
  const controls = Array.from({ length: 16 }, (_, n) => BigInt(table.readUInt32BE(at + AFTER.control + 4 * n)));
  const registers = new Map<string, bigint>([
    ...(interruption === undefined ? statusComponents(waited(table, at)) : [["PC", BigInt(interruption.handler)] as const]),
    ["Formats", controls[0]! >> 16n],
    ["ExternalMasks", BigInt.asUintN(16, controls[0]!)],
    ...controls.slice(1).map((value, n) => [`CR${n + 1}`, value] as const),
    ["Prefix", BigInt(table.readUInt32BE(at + AFTER.prefix)) >> 12n],
    ["ClockComparator", table.readBigUInt64BE(at + AFTER.comparator)],
    ["CpuTimer", timer(q, table.readBigUInt64BE(at + AFTER.timer))],
  ]);
  const core = new Map<bigint, bigint>();
  for (const [block, from] of [[0, AFTER.low], [PREFIX, AFTER.lowOfPrefix]] as const) {
    for (const [first, last] of LOW_TOLD) for (let a = first; a <= last; a++) core.set(BigInt(block + a), BigInt(table[at + from + a]!));
  }
  let data = at + AFTER.data;
  for (const { address, length } of pieces(q)) for (let i = 0; i < length; i++) core.set(BigInt(address + i), BigInt(table[data++]!));
  const stray = table.readUInt32BE(at + AFTER.stray);
  if (stray !== 0) core.set(BigInt(stray & 0xff_ffff), BigInt(table[at + AFTER.stray + 4]!));
  const arrays: Values["arrays"] = new Map([
    ["R", new Map(Array.from({ length: 16 }, (_, n) => [BigInt(n), BigInt(table.readUInt32BE(at + AFTER.general + 4 * n))]))],
    ["F", new Map(Array.from({ length: 4 }, (_, n) => [BigInt(n), table.readBigUInt64BE(at + AFTER.floating + 8 * n)]))],
    ["StorageKey", new Map(KEYED_BLOCKS.map((block, n) => [BigInt(block >> 11), BigInt(table[at + AFTER.keys + n]! >> 3)]))],
    ["core", core],
  ]);
  const told = clocks(q, core, table.readBigUInt64BE(at + AFTER.timer));
  const before = { ...q.before, registers: new Map([...q.before.registers, ...told]) };
  for (const name of told.keys()) if (registers.has(name)) registers.set(name, told.get(name)!);
  return { ...q, before, after: { registers, arrays }, ending: kind === RESTARTED ? "halt" : "done" };
}

/** The status word of a wait: the old one of the restart that ended it. */
function waited(table: Buffer, at: number): bigint {
  const low = table.readUInt32BE(at + AFTER.prefix) === 0 ? AFTER.low : AFTER.lowOfPrefix;
  return table.readBigUInt64BE(at + low + RESTART_OLD);
}

/** a second of the timer, whose bit 51 is a microsecond */
const SECOND = 1_000_000n << 12n;

const hasCounted = (from: bigint, to: bigint): boolean => BigInt.asUintN(64, from - to) < SECOND;

/**
 * The timer counts down by itself. What it was set to, before the case or in it, is a number that it has been less than a second
 * since; if there is no such number, it is told as it was read.
 */
function timer(q: Question, read: bigint): bigint {
  const before = registerBefore(q, "CpuTimer");
  if (hasCounted(before, read)) return before;
  const set = clockOperand(q)?.map((at) => cellBefore(q, "core", BigInt(at)));
  const word = set?.reduce((value, byte) => (value << 8n) | byte, 0n);
  return word !== undefined && hasCounted(word, read) ? word : read;
}

/**
 * What clocks show when they are looked at can't be drawn: it is taken from what STCK and STPT have stored, if they have, and is the
 * state before.
 */
function clocks(q: Question, after: ReadonlyMap<bigint, bigint>, read: bigint): ReadonlyMap<string, bigint> {
  const name = executed(q).opcode?.name;
  const stored = name === "STCK" || name === "STPT" ? clockOperand(q)?.reduce((value, at) => (value << 8n) | (after.get(BigInt(at)) ?? 0n), 0n) : undefined;
  if (stored === undefined) return new Map();
  if (name === "STCK") return new Map([["TimeOfDay", stored]]);
  return hasCounted(registerBefore(q, "CpuTimer"), stored) && hasCounted(stored, read) ? new Map([["CpuTimer", stored]]) : new Map();
}

/** The absolute addresses of the eight bytes that an instruction of the clocks looks at. */
function clockOperand(q: Question): readonly number[] | undefined {
  const operand = accessesOf(q).findLast(() => true);
  if (operand === undefined || operand.length !== 8) return undefined;
  const places = Array.from({ length: 8 }, (_, i) => absolute(q, (operand.address + i) & 0xff_ffff, operand.space));
  return places.every((at) => at !== undefined) ? places : undefined;
}
