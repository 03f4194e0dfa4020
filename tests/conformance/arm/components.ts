/**
 * The manual's registers and the specification's components: what a drawn case is in its terms, and back.
 *
 * The specification keeps the registers that a program sees in R and puts away those of other modes; what lies in the places of the
 * mode itself means nothing, and is not compared.
 */
import type { Case, Question } from "../case.js";
import type { Drawn } from "./draw.js";
import type { Version } from "./opcodes.js";
import { FILLING, MODES, type Told } from "./qemu-record.js";

/** A component that is part of a register. */
type Part = readonly [component: string, register: string, low: number, width: number];

const STATUS: readonly Part[] = [["N", "cpsr", 31, 1], ["Z", "cpsr", 30, 1], ["C", "cpsr", 29, 1], ["V", "cpsr", 28, 1], ["I", "cpsr", 7, 1], ["F", "cpsr", 6, 1], ["T", "cpsr", 5, 1], ["M", "cpsr", 0, 5]];
const FAULTS: readonly Part[] = [["DFSR", "DFSR", 0, 32], ["DFAR", "DFAR", 0, 32], ["DACR", "DACR", 0, 32]];
const OLD_CONTROL: readonly Part[] = [["MMU", "SCTLR", 0, 1], ["Alignment", "SCTLR", 1, 1], ["SystemProtection", "SCTLR", 8, 1], ["ROMProtection", "SCTLR", 9, 1], ["HighVectors", "SCTLR", 13, 1]];
const STATUS_FROM_6: readonly Part[] = [["Q", "cpsr", 27, 1], ["GE", "cpsr", 16, 4], ["A", "cpsr", 8, 1]];
const MAP_FROM_6: readonly Part[] = [["TTBR1", "TTBR1", 0, 32], ["TableSplit", "TTBCR", 0, 3], ["IFSR", "IFSR", 0, 32], ["IFAR", "IFAR", 0, 32], ["MMU", "SCTLR", 0, 1], ["Alignment", "SCTLR", 1, 1], ["HighVectors", "SCTLR", 13, 1], ["ExceptionEndian", "SCTLR", 25, 1]];
/** Of CPACR, the fields; what is in front of them differs from core to core. */
const SYSTEM_FROM_6: readonly Part[] = [
  ["RoundRobin", "SCTLR", 14, 1], ["VectoredInterrupts", "SCTLR", 24, 1], ["TypeRemap", "SCTLR", 28, 1], ["AccessFlag", "SCTLR", 29, 1],
  ["ASID", "CONTEXTIDR", 0, 8], ["ProcessNumber", "CONTEXTIDR", 8, 24], ["TPIDRURW", "TPIDRURW", 0, 32], ["TPIDRURO", "TPIDRURO", 0, 32], ["TPIDRPRW", "TPIDRPRW", 0, 32], ["CPACR", "CPACR", 0, 28],
];
const SYSTEM_6: readonly Part[] = [["SystemProtection", "SCTLR", 8, 1], ["ROMProtection", "SCTLR", 9, 1], ["NewFormat", "SCTLR", 23, 1], ["Unaligned", "SCTLR", 22, 1]];
const SYSTEM_7: readonly Part[] = [["ThumbExceptions", "SCTLR", 30, 1], ["VBAR", "VBAR", 5, 27], ["UserCounters", "PMUSERENR", 0, 1], ["CacheSelected", "CSSELR", 0, 4], ["Translated", "PAR", 0, 32]];
/** Registers that are cells of an array. */
type Cell = readonly [array: string, index: bigint, register: string];
const CELLS_7: readonly Cell[] = [["Performance", 1n, "PMCNTENSET"], ["Performance", 5n, "PMSELR"], ["Performance", 17n, "PMINTENSET"], ["Remap", 0n, "PRRR"], ["Remap", 1n, "NMRR"]];
const CELLS: Readonly<Record<Version, readonly Cell[]>> = { 4: [], 5: [], 6: [], 7: CELLS_7 };

const PARTS: Readonly<Record<Version, readonly Part[]>> = {
  4: [...STATUS, ...FAULTS, ...OLD_CONTROL],
  5: [...STATUS, ["Q", "cpsr", 27, 1], ...FAULTS, ...OLD_CONTROL],
  6: [...STATUS, ["E", "cpsr", 9, 1], ...STATUS_FROM_6, ...FAULTS, ...MAP_FROM_6, ...SYSTEM_FROM_6, ...SYSTEM_6],
  7: [...STATUS, ["E", "cpsr", 9, 1], ...STATUS_FROM_6, ...FAULTS, ...MAP_FROM_6, ...SYSTEM_FROM_6, ...SYSTEM_7],
};

/** Of the address of tables, what is one. */
const TABLE_MASK: Readonly<Record<Version, number>> = { 4: 0xffff_c000, 5: 0xffff_c000, 6: 0xffff_ffff, 7: 0xffff_ffff };

/** What the driver tells of the processor: registers, and cells. */
const IDENTITY: Readonly<Record<Version, readonly (readonly [component: string, word: number])[]>> = {
  4: [["MIDR", 0], ["CacheType", 1]], 5: [["MIDR", 0], ["CacheType", 1]], 6: [], 7: [],
};
const ID_CELLS = [...[0, 1, 2, 3].map((n) => ["Id", n, n] as const), ...[0, 1, 2, 3, 4, 5, 6, 7].map((n) => ["Id", 8 + n, 8 + n] as const), ...[0, 1, 2, 3, 4, 5].map((n) => ["Id", 16 + n, 16 + n] as const)];
const IDENTITY_CELLS: Readonly<Record<Version, readonly (readonly [array: string, index: number, word: number])[]>> = {
  4: [], 5: [], 6: ID_CELLS, 7: [...ID_CELLS, ["Id", 5, 4], ["CacheId", 1, 5], ["CacheId", 7, 22], ["Performance", 0, 7]],
};

const BANKS = ["", "fiq", "irq", "svc", "abt", "und"] as const;
const bankOf = (status: number): number => Math.max(0, BANKS.findIndex((bank) => MODES.get(bank) === (status & 0x1f)));

/** The byte order of data is the driver's own when it looks. */
export const observedOf = (version: Version): readonly string[] => ["PC", ...PARTS[version].map(([component]) => component).filter((component) => component !== "E"), "TTBR0", ...blockOf(version, 0).map(([component]) => component)];

const CAPACITY = 0x20_0000n;

const big = (value: number | undefined): bigint => BigInt((value ?? 0) >>> 0);
const part = (value: number, low: number, width: number): bigint => (big(value) >> BigInt(low)) & ((1n << BigInt(width)) - 1n);

function componentsOf(version: Version, registers: ReadonlyMap<string, number>): Map<string, bigint> {
  const told = (name: string): number => registers.get(name) ?? 0;
  return new Map([
    ["PC", big(told("pc"))] as const, ...PARTS[version].map(([component, register, low, width]) => [component, part(told(register), low, width)] as const),
    ["TTBR0", big(told("TTBR0") & TABLE_MASK[version])] as const, ...blockOf(version, told("cpsr")),
  ]);
}

/** What IT has left of a block stands in two places of the status. */
const blockOf = (version: Version, status: number): readonly (readonly [string, bigint])[] => (version < 7 ? [] : [["ITSTATE", (part(status, 10, 6) << 2n) | part(status, 25, 2)]]);

type Cells = ReadonlyMap<bigint, bigint>;

function arraysOf(version: Version, registers: ReadonlyMap<string, number>): Map<string, Cells> {
  const told = (name: string): bigint => big(registers.get(name));
  const bank = bankOf(registers.get("cpsr")!), suffix = bank === 0 ? "" : `_${BANKS[bank]}`;
  const isFiq = bank === 1;
  const named = (n: number): string => (n >= 13 || (n >= 8 && isFiq) ? `r${n}${suffix}` : `r${n}`);
  const away = (n: number): Cells => new Map(BANKS.flatMap((name, i) => (i === bank ? [] : [[BigInt(i), told(name === "" ? `r${n}` : `r${n}_${name}`)] as const])));
  return new Map([
    ["R", new Map(Array.from({ length: 15 }, (_, n) => [BigInt(n), told(named(n))] as const))],
    ["Put8", new Map([8, 9, 10, 11, 12].map((n, i) => [BigInt(i), told(isFiq ? `r${n}` : `r${n}_fiq`)] as const))],
    ["Put13", away(13)], ["Put14", away(14)],
    ...[...new Set(CELLS[version].map(([array]) => array))].map((array) => [array, new Map(CELLS[version].filter(([name]) => name === array).map(([, index, register]) => [index, told(register)] as const))] as const),
    ["SPSR", new Map(BANKS.flatMap((name, i) => (name === "" ? [] : [[BigInt(i), told(`spsr_${name}`)] as const])))],
  ]);
}

const core = (cells: ReadonlyMap<number, number>): Cells => new Map([...cells].map(([address, value]) => [BigInt(address / 4), big(value)]));

export interface ArmQuestion extends Question {
  readonly drawn: Drawn;
}

export function questionOf(version: Version, drawn: Drawn): ArmQuestion {
  return {
    drawn, words: drawn.behind === undefined ? [big(drawn.word)] : [big(drawn.word), big(drawn.behind)], watched: new Map([["core", [...drawn.watched].map((address) => BigInt(address / 4))]]),
    before: { registers: new Map([...componentsOf(version, drawn.registers), ["capacity", CAPACITY]]), arrays: new Map([...arraysOf(version, drawn.registers), ["core", core(drawn.cells)]]) },
  };
}

/** The cells that have to be put into storage: not what the arena has anyway. */
export const placed = ({ cells, watched }: Drawn): ReadonlyMap<number, number> => new Map([...cells].filter(([address, value]) => value !== FILLING || watched.has(address)));

export function caseOf(version: Version, question: ArmQuestion, told: Told, identity: readonly number[]): Case {
  const { words, watched, before } = question;
  const after = componentsOf(version, told.registers);
  after.delete("E");
  const arrays = new Map(before.arrays);
  for (const [array, index, word] of IDENTITY_CELLS[version]) arrays.set(array, new Map([...(arrays.get(array) ?? []), [BigInt(index), big(identity[word])]]));
  return {
    words, ...(watched === undefined ? {} : { watched }),
    before: { registers: new Map([...before.registers, ...IDENTITY[version].map(([component, word]) => [component, big(identity[word])] as const)]), arrays },
    after: { registers: after, arrays: new Map([...arraysOf(version, told.registers), ["core", core(told.cells)]]) },
  };
}
