/** A case as a record of `driver-r3000.s`, and the line that it prints for one. */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Case, Question } from "../case.js";

/** Physical; all of it is kept as BREAKs between cases. */
export const ARENA_R3000 = { first: 0x1_0000, last: 0x1_7fff } as const;
export const TABLE_AT = 0x10_0000;
export const RECORD_LENGTH = 112 * 4;
export const BREAK = 0xdn;
/** MTC0 k0,Status: it stands before the first instruction of a case */
export const BEGIN = 0x409a_6000n;
/** registers of which nothing is known after an exception */
export const LOST: readonly number[] = [26, 27];

const HI = 32, LO = 33, CAUSE = 34, CONTEXT = 35, ENTRY_HI = 36, ENTRY_LO = 37, SPACE = 38, PIECES = 40, MOST_PIECES = 12;
const KSEG0 = 0x8000_0000;
/** words of the line: four from before, then what the vector was, registers, HI, LO, and these */
const AFTER = 4, STATUS = 34, AFTER_CAUSE = 35, EPC = 36, BAD_ADDRESS = 37, AFTER_CONTEXT = 38, AFTER_ENTRY_HI = 39, PRINTED = 48;

/** Status, from the components that it consists of. */
export function statusOf(r: (name: string) => number): number {
  return (r("CU") << 28 | r("IM") << 8 | r("KUo") << 5 | r("IEo") << 4 | r("KUp") << 3 | r("IEp") << 2 | r("KUc") << 1 | r("IEc")) >>> 0;
}

export function writeRecord(table: Buffer, at: number, q: Question): void {
  const r = (name: string): number => Number(registerBefore(q, name));
  const put = (word: number, value: number): void => void table.writeUInt32BE(value >>> 0, at + 4 * word);
  for (let n = 0; n < 32; n++) put(n, Number(cellBefore(q, "GPR", BigInt(n))));
  put(HI, r("HI"));
  put(LO, r("LO"));
  put(CAUSE, r("SW") << 8);
  put(CONTEXT, r("PTEBase") << 21);
  put(ENTRY_HI, Number(cellBefore(q, "TlbHi", 0n) << 6n));
  put(ENTRY_LO, Number(cellBefore(q, "TlbLo", 0n) << 8n));
  put(SPACE, r("VPN") << 12 | r("ASID") << 6);
  const pieces = [...q.before.arrays.get("core")!].filter(([, value]) => value !== BREAK);
  if (pieces.length > MOST_PIECES) throw new Error(`bug: a case of ${pieces.length} words in storage, expected ${MOST_PIECES} at most`);
  for (const [n, [index, value]] of pieces.entries()) {
    put(PIECES + 2 * n, KSEG0 + Number(index) * 4);
    put(PIECES + 2 * n + 1, Number(value));
  }
}

export const observed: readonly string[] = [
  "PC", "HI", "LO", "KUc", "IEc", "KUp", "IEp", "KUo", "IEo", "IM", "IsC", "SwC", "PZ", "BEV", "CU", "BD", "CE", "SW", "ExcCode", "EPC", "BadVAddr", "PTEBase", "BadVPN", "VPN", "ASID",
];

export function readLine(line: string, q: Question): Case {
  if (line.length !== 8 * PRINTED || !/^[0-9a-f]+$/.test(line)) throw new Error(`found ${JSON.stringify(line.slice(0, 40))} of ${line.length} characters, expected ${PRINTED} words in hexadecimal`);
  const word = (n: number): number => Number.parseInt(line.slice(8 * n, 8 * n + 8), 16);
  const after = (n: number): number => word(AFTER + n);
  const field = (value: number, low: number, width: number): bigint => BigInt(Math.floor(value / 2 ** low) % 2 ** width);
  const cause = (value: number): (readonly [string, bigint])[] => [["BD", field(value, 31, 1)], ["CE", field(value, 28, 2)], ["SW", field(value, 8, 2)], ["ExcCode", field(value, 2, 4)]];
  const status = after(STATUS);
  const told = new Map<string, bigint>([["BadVAddr", BigInt(word(0))], ...cause(word(1)), ["EPC", BigInt(word(2))], ["BadVPN", field(word(3), 2, 19)]]);
  return {
    ...q,
    before: { ...q.before, registers: new Map([...q.before.registers, ...told]) },
    after: {
      registers: new Map([
        ["PC", BigInt(after(0))], ["HI", BigInt(after(HI))], ["LO", BigInt(after(LO))],
        ...["IEc", "KUc", "IEp", "KUp", "IEo", "KUo"].map((name, n) => [name, field(status, n, 1)] as const),
        ["IM", field(status, 8, 8)], ["IsC", field(status, 16, 1)], ["SwC", field(status, 17, 1)], ["PZ", field(status, 18, 1)], ["BEV", field(status, 22, 1)], ["CU", field(status, 28, 4)],
        ...cause(after(AFTER_CAUSE)), ["EPC", BigInt(after(EPC))], ["BadVAddr", BigInt(after(BAD_ADDRESS))],
        ["PTEBase", field(after(AFTER_CONTEXT), 21, 11)], ["BadVPN", field(after(AFTER_CONTEXT), 2, 19)], ["VPN", field(after(AFTER_ENTRY_HI), 12, 20)], ["ASID", field(after(AFTER_ENTRY_HI), 6, 6)],
      ]),
      arrays: new Map([["GPR", new Map(Array.from({ length: 32 }, (_, n) => n).filter((n) => n > 0 && !LOST.includes(n)).map((n) => [BigInt(n), BigInt(after(n))] as const))]]),
    },
  };
}
