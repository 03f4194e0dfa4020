/**
 * A case in the table that `driver.s` works through, and what it has put there afterwards.
 *
 * Some registers can't be set from outside (Random, what exceptions leave): what they were before is told by the driver, or seen from
 * what the instruction has made of it, and is the state before.
 */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Case, Question } from "../case.js";
import { fieldOf, opcodeOf } from "./opcodes.js";

export const TABLE_AT = 0x10_0000, RECORD_LENGTH = 320 * 4;
const GPR = 0, HI = 32, LO = 33, INDEX = 34, ENTRY_LO0 = 35, ENTRY_LO1 = 36, CONTEXT = 37, PAGE_MASK = 38, WIRED = 39, HWRENA = 40, COUNT = 41, ENTRY_HI = 42, COMPARE = 43, STATUS = 44, INT_CTL = 45,
  CAUSE = 46, EPC = 47, EBASE = 48, CONFIG = 49, ERROR_EPC = 50, BAD_ADDRESS = 51, PROBE = 52, ENTRIES = 56, PIECES = 120, AFTER = 168, ENTRIES_AFTER = 232, VALUES_AFTER = 296;
const INDEX_BEFORE = AFTER + 60, CONTEXT_BEFORE = AFTER + 61, BAD_ADDRESS_BEFORE = AFTER + 62, CAUSE_BEFORE = AFTER + 63;
const MOST_PIECES = 24;
const ERROR_LEVEL = 4;

export const BREAK = 0xdn;
export const ARENA = { first: 0x1_0000, last: 0x1_ffff } as const;
const KSEG0 = 0x8000_0000;

/** The cells that are put into storage; the rest of the arena consists of BREAKs. */
export function pieces(q: Question): readonly bigint[] {
  const watched = new Set(q.watched?.get("core") ?? []);
  const found = [...q.before.arrays.get("core")!].filter(([index, value]) => value !== BREAK || watched.has(index)).map(([index]) => index);
  if (found.length > MOST_PIECES) throw new Error(`bug: a case of ${found.length} words in storage, expected ${MOST_PIECES} at most`);
  return found;
}

export function writeRecord(table: Buffer, at: number, q: Question): void {
  const r = (name: string): number => Number(registerBefore(q, name));
  const put = (word: number, value: number): void => void table.writeUInt32BE(value >>> 0, at + 4 * word);
  for (let n = 0; n < 32; n++) put(GPR + n, Number(cellBefore(q, "GPR", BigInt(n))));
  put(HI, r("HI"));
  put(LO, r("LO"));
  put(INDEX, r("Index"));
  put(ENTRY_LO0, r("EntryLo0"));
  put(ENTRY_LO1, r("EntryLo1"));
  put(CONTEXT, r("PTEBase") << 23);
  put(PAGE_MASK, r("PageMask") << 13);
  put(WIRED, r("Wired"));
  put(HWRENA, r("HWREna"));
  put(COUNT, r("Count"));
  put(ENTRY_HI, (r("VPN2") << 13) | r("ASID"));
  put(COMPARE, r("Compare"));
  put(STATUS, ERROR_LEVEL | (r("CU1") << 29) | (r("CU0") << 28) | (r("FR") << 26) | (r("BEV") << 22) | (r("IM") << 8) | (r("KSU") << 3) | (r("EXL") << 1) | r("IE"));
  put(INT_CTL, r("VectorSpacing") << 5);
  put(CAUSE, (r("DC") << 27) | (r("IV") << 23) | (r("SW") << 8));
  put(EPC, r("EPC"));
  put(EBASE, r("ExceptionBase") << 12);
  put(CONFIG, r("K0"));
  put(ERROR_EPC, r("PC"));
  // no entry is for this page, one is for that
  put(PROBE, r("Missed") === 1 ? 0x0800_0000 : Number(cellBefore(q, "TlbPage", 15n) >> 9n) << 13 | Number((cellBefore(q, "TlbPage", 15n) >> 1n) & 0xffn));
  for (let n = 0; n < 16; n++) {
    const page = cellBefore(q, "TlbPage", BigInt(n)), global = Number(page & 1n);
    put(ENTRIES + 4 * n, Number(BigInt.asUintN(19, page >> 9n)) << 13 | Number((page >> 1n) & 0xffn));
    put(ENTRIES + 4 * n + 1, Number(cellBefore(q, "TlbEven", BigInt(n))) << 1 | global);
    put(ENTRIES + 4 * n + 2, Number(cellBefore(q, "TlbOdd", BigInt(n))) << 1 | global);
    put(ENTRIES + 4 * n + 3, Number(page >> 28n) << 13);
  }
  for (const [n, index] of pieces(q).entries()) {
    put(PIECES + 2 * n, KSEG0 | (Number(index) * 4));
    put(PIECES + 2 * n + 1, Number(cellBefore(q, "core", index)));
  }
}

/** What is known after every case; Count too where it stands still. */
export const observedRegisters: readonly string[] = [
  "PC", "HI", "LO", "Index", "Missed", "EntryLo0", "EntryLo1", "PTEBase", "BadVPN2", "PageMask", "Wired", "HWREna", "VPN2", "ASID", "Compare", "CU1", "CU0", "FR", "BEV", "IM", "KSU", "ERL", "EXL", "IE",
  "VectorSpacing", "BD", "TI", "CE", "DC", "IV", "SW", "ExcCode", "EPC", "ExceptionBase", "K0", "ErrorEPC", "BadVAddr",
];

export const isAnswered = (table: Buffer, at: number): boolean => table.readUInt32BE(at + 4 * AFTER) !== 0;

export function readRecord(table: Buffer, at: number, q: Question, identity: ReadonlyMap<string, bigint>): Case {
  const word = (n: number): number => table.readUInt32BE(at + 4 * n);
  const after = (n: number): number => word(AFTER + n);
  const field = (value: number, low: number, width: number): bigint => BigInt(Math.floor(value / 2 ** low) % 2 ** width);
  const status = after(STATUS), cause = after(CAUSE);
  const registers = new Map<string, bigint>([
    ["PC", BigInt(after(0))], ["HI", BigInt(after(HI))], ["LO", BigInt(after(LO))],
    ["Index", field(after(INDEX), 0, 4)], ["Missed", field(after(INDEX), 31, 1)], ["EntryLo0", BigInt(after(ENTRY_LO0))], ["EntryLo1", BigInt(after(ENTRY_LO1))],
    ["PTEBase", field(after(CONTEXT), 23, 9)], ["BadVPN2", field(after(CONTEXT), 4, 19)], ["PageMask", field(after(PAGE_MASK), 13, 16)], ["Wired", BigInt(after(WIRED))], ["HWREna", BigInt(after(HWRENA))],
    ["VPN2", field(after(ENTRY_HI), 13, 19)], ["ASID", field(after(ENTRY_HI), 0, 8)], ["Compare", BigInt(after(COMPARE))],
    ["CU1", field(status, 29, 1)], ["CU0", field(status, 28, 1)], ["FR", field(status, 26, 1)], ["BEV", field(status, 22, 1)], ["IM", field(status, 8, 8)], ["KSU", field(status, 3, 2)],
    ["ERL", field(status, 2, 1)], ["EXL", field(status, 1, 1)], ["IE", field(status, 0, 1)], ["VectorSpacing", field(after(INT_CTL), 5, 5)],
    ["BD", field(cause, 31, 1)], ["TI", field(cause, 30, 1)], ["CE", field(cause, 28, 2)], ["DC", field(cause, 27, 1)], ["IV", field(cause, 23, 1)], ["SW", field(cause, 8, 2)], ["ExcCode", field(cause, 2, 5)],
    ["EPC", BigInt(after(EPC))], ["ExceptionBase", field(after(EBASE), 12, 18)], ["K0", field(after(CONFIG), 0, 3)], ["ErrorEPC", BigInt(after(ERROR_EPC))], ["BadVAddr", BigInt(after(BAD_ADDRESS))],
  ]);
  if (field(cause, 27, 1) === 1n && field(word(CAUSE_BEFORE), 27, 1) === 1n) registers.set("Count", BigInt(after(COUNT)));
  const entries = Array.from({ length: 16 }, (_, n) => {
    const [high, even, odd, mask] = [0, 1, 2, 3].map((i) => BigInt(word(ENTRIES_AFTER + 4 * n + i))) as [bigint, bigint, bigint, bigint];
    return { page: (mask >> 13n) << 28n | (high >> 13n) << 9n | (high & 0xffn) << 1n | (even & 1n), even: even >> 1n, odd: odd >> 1n };
  });
  const numbered = (values: readonly bigint[]): ReadonlyMap<bigint, bigint> => new Map(values.map((value, n) => [BigInt(n), value]));
  const general = Array.from({ length: 32 }, (_, n) => (n === 0 ? cellBefore(q, "GPR", 0n) : BigInt(after(GPR + n))));
  const told = new Map<string, bigint>([
    ...identity, ["Index", field(word(INDEX_BEFORE), 0, 4)], ["Missed", field(word(INDEX_BEFORE), 31, 1)], ["BadVPN2", field(word(CONTEXT_BEFORE), 4, 19)], ["BadVAddr", BigInt(word(BAD_ADDRESS_BEFORE))],
    ["BD", field(word(CAUSE_BEFORE), 31, 1)], ["TI", field(word(CAUSE_BEFORE), 30, 1)], ["CE", field(word(CAUSE_BEFORE), 28, 2)], ["Lines", field(word(CAUSE_BEFORE), 10, 5)],
    // set by the driver, but now and then undone by the board's timer, which writes the register at the same time
    ["DC", field(word(CAUSE_BEFORE), 27, 1)], ["IV", field(word(CAUSE_BEFORE), 23, 1)], ["SW", field(word(CAUSE_BEFORE), 8, 2)], ["ExcCode", field(word(CAUSE_BEFORE), 2, 5)],
    ...seen(q, general, numbered(entries.map(({ page }) => page))),
  ]);
  return {
    ...q,
    before: { ...q.before, registers: new Map([...q.before.registers, ...told]) },
    after: {
      registers,
      arrays: new Map([
        ["GPR", numbered(general)], ["TlbPage", numbered(entries.map(({ page }) => page))], ["TlbEven", numbered(entries.map(({ even }) => even))], ["TlbOdd", numbered(entries.map(({ odd }) => odd))],
        ["core", new Map(pieces(q).map((index, n) => [index, BigInt(word(VALUES_AFTER + n))]))],
      ]),
    },
  };
}

/** Clocks, from what the instruction has made of them. */
function seen(q: Question, general: readonly bigint[], pages: ReadonlyMap<bigint, bigint>): ReadonlyMap<string, bigint> {
  const tested = Number(q.words[0]!), opcode = opcodeOf(tested);
  const result = general[fieldOf(tested, opcode, "t")]!;
  if (opcode.name === "MFC0 Random") return new Map([["Random", BigInt.asUintN(4, result)]]);
  if (opcode.name === "MFC0 Count" || (opcode.name === "RDHWR" && fieldOf(tested, opcode, "h") === 2)) return registerBefore(q, "DC") === 1n ? new Map() : new Map([["Count", result]]);
  if (opcode.name !== "TLBWR") return new Map();
  const written = [...pages].find(([n, page]) => page !== cellBefore(q, "TlbPage", n));
  return written === undefined ? new Map() : new Map([["Random", written[0]]]);
}
