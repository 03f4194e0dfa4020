/**
 * A case in the table that `driver.s` works through, and what it has put there afterwards, by the manual's names of registers:
 * r0 to r14 as User mode has them, r8_fiq and the like of the others, spsr_irq, and those of the system control coprocessor.
 */

export const TABLE_AT = 0x20_0000, RECORD_LENGTH = 320 * 4;
const LAUNCH = 1, PIECES = 64, AFTER = 192, VALUES_AFTER = 256;
export const MOST_PIECES = 64;

export const ARENA = { first: 0x10_0000, last: 0x10_ffff } as const;
export const TABLES = { first: 0x11_0000, last: 0x11_ffff } as const;
/** Undefined in ARM state, and what in Thumb state leads to a halfword that is, from both of its halves. */
export const FILLING = 0xe7ff_deff;

export type Registers = ReadonlyMap<string, number>;

/** What is told of all cells that a case is about. */
export interface Told {
  readonly registers: Registers;
  readonly cells: ReadonlyMap<number, number>;
}

export const MODES: ReadonlyMap<string, number> = new Map([["usr", 0x10], ["fiq", 0x11], ["irq", 0x12], ["svc", 0x13], ["abt", 0x17], ["und", 0x1b], ["sys", 0x1f]]);
/** Modes from which a case can begin: with what the status is to be as their saved status. */
export const LAUNCHES = ["irq", "svc", "abt", "und"] as const;

export const CONTROLS = [
  "TTBR0", "TTBR1", "TTBCR", "DACR", "DFSR", "IFSR", "DFAR", "IFAR", "CONTEXTIDR", "TPIDRURW", "TPIDRURO", "TPIDRPRW", "CPACR", "VBAR", "PMUSERENR", "PMSELR", "PMINTENSET", "PMCNTENSET", "PRRR", "NMRR", "PAR", "CSSELR",
] as const;

const banked = (mode: string): readonly string[] => [`r13_${mode}`, `r14_${mode}`, `spsr_${mode}`];
const FIQ = [8, 9, 10, 11, 12, 13, 14].map((n) => `r${n}_fiq`);

const BEFORE = ["SCTLR", undefined, "cpsr", "r13", "r14", ...FIQ, "spsr_fiq", ...["irq", "svc", "abt", "und"].flatMap(banked), ...Array.from({ length: 13 }, (_, n) => `r${n}`), undefined, undefined, "pc", ...CONTROLS];
const AFTERWARDS = [undefined, "cpsr", ...Array.from({ length: 15 }, (_, n) => `r${n}`), ...FIQ, "spsr_fiq", ...["irq", "svc", "abt", "und"].flatMap(banked), undefined, undefined, "SCTLR", ...CONTROLS];

const PAGES = [0, 0x8000, 0xffff_0000] as const;
/** Of the status, where a handler stands: byte order is set by the driver itself. */
const ENDIAN = 0x200;

export function writeRecord(table: Buffer, at: number, registers: Registers, cells: ReadonlyMap<number, number>): void {
  const put = (word: number, value: number): void => void table.writeUInt32LE(value >>> 0, at + 4 * word);
  for (const [n, name] of BEFORE.entries()) if (name !== undefined) put(n, registers.get(name) ?? 0);
  const status = registers.get("cpsr")!;
  const launch = LAUNCHES.find((mode) => registers.get(`spsr_${mode}`) === status && MODES.get(mode) !== (status & 0x1f));
  if (launch === undefined) throw new Error("bug: no mode of a case has the status to begin with as its saved status");
  put(LAUNCH, 0xc0 | MODES.get(launch)!);
  put(BEFORE.indexOf("pc") - 2, registers.get(`r13_${launch}`)!);
  put(BEFORE.indexOf("pc") - 1, registers.get(`r14_${launch}`)!);
  if (cells.size > MOST_PIECES) throw new Error(`bug: a case of ${cells.size} words in storage, expected ${MOST_PIECES} at most`);
  for (const [n, [address, value]] of [...cells].entries()) {
    put(PIECES + 2 * n, address);
    put(PIECES + 2 * n + 1, value);
  }
}

export const isAnswered = (table: Buffer, at: number): boolean => table.readUInt32LE(at + 4 * AFTER) !== 0;

export function readRecord(table: Buffer, at: number, cells: ReadonlyMap<number, number>): Told {
  const word = (n: number): number => table.readUInt32LE(at + 4 * n);
  const registers = new Map<string, number>();
  for (const [n, name] of AFTERWARDS.entries()) if (name !== undefined) registers.set(name, word(AFTER + n));
  registers.set("cpsr", (registers.get("cpsr")! & ~ENDIAN) >>> 0);
  const vector = word(AFTER);
  registers.set("pc", PAGES[(vector >>> 8) & 3]! + (vector & 0xff));
  return { registers, cells: new Map([...cells.keys()].map((address, n) => [address, word(VALUES_AFTER + n)])) };
}
