/**
 * The registers and operations of the system control coprocessor that are asked about: their place in MCR and MRC, and what is written, so
 * that the driver gets control again.
 */
import type { Random } from "../random.js";
import { drawDomains, SCTLR, TABLE_A, TABLE_B, type AddressMap } from "./draw-map.js";
import type { Opcode, Version } from "./opcodes.js";
import { fieldOf } from "./opcodes.js";

export interface ControlRegister {
  readonly name: string;
  readonly place: readonly [opc1: number, crn: number, crm: number, opc2: number];
  readonly since: Version;
  readonly last: Version;
  readonly access: "read" | "write" | "both";
  /** absent: anything */
  readonly value?: (random: Random, around: AddressMap, version: Version) => number;
}

type Value = NonNullable<ControlRegister["value"]>;

const register = (since: Version, access: ControlRegister["access"], name: string, place: ControlRegister["place"], value?: Value, last: Version = 7): ControlRegister =>
  ({ since, last, access, name, place, ...(value === undefined ? {} : { value }) });

const table: Value = (random, _, version) => (random.pick([TABLE_A, TABLE_B]) | (version >= 6 && random.chance(0.3) ? random.below(0x20) : 0)) >>> 0;
const vectors: Value = (random) => random.pick([0, 0x8000]);
/** Not the format of descriptors while they are in use: QEMU goes astray in the case behind. */
const controlBits: Value = (random, around, version) => {
  const now = around.registers.get("SCTLR")!;
  const free = SCTLR.A | (version < 7 ? SCTLR.S | SCTLR.R : 0) | (version === 6 ? SCTLR.U | (around.isOn ? 0 : SCTLR.XP) : 0) | (version === 7 ? SCTLR.AFE : 0) | 4 | 0x1000;
  const changed = (now ^ (Number(random.bits(32)) & free)) >>> 0;
  const [code] = around.places;
  if (random.chance(0.7) || code!.virtual !== code!.physical) return changed;
  // the map is switched, where addresses are the same without it; high vectors are there with it only
  return ((changed ^ SCTLR.M) & ~(SCTLR.V | SCTLR.EE)) >>> 0;
};
/** of the divided tables, where the first half stays */
const division: Value = (random) => random.below(8);
const address: Value = (random, { places }) => {
  const place = random.pick(places);
  return random.chance(0.8) ? (place.virtual + random.below(place.size)) >>> 0 : Number(random.bits(32)) >>> 0;
};

/** Of the cycle counter and four others. */
const counters: Value = (random) => Number(random.bits(32)) & 0x8000_000f;

export const controlRegisters: readonly ControlRegister[] = [
  register(4, "read", "MIDR", [0, 0, 0, 0]), register(4, "read", "CTR", [0, 0, 0, 1]), register(6, "read", "TCMTR", [0, 0, 0, 2]), register(6, "read", "TLBTR", [0, 0, 0, 3]), register(7, "read", "MPIDR", [0, 0, 0, 5]),
  ...["ID_PFR0", "ID_PFR1", "ID_DFR0", "ID_AFR0", "ID_MMFR0", "ID_MMFR1", "ID_MMFR2", "ID_MMFR3"].map((name, n) => register(6, "read", name, [0, 0, 1, n])),
  ...["ID_ISAR0", "ID_ISAR1", "ID_ISAR2", "ID_ISAR3", "ID_ISAR4", "ID_ISAR5"].map((name, n) => register(6, "read", name, [0, 0, 2, n])),
  register(7, "read", "CCSIDR", [1, 0, 0, 0]), register(7, "read", "CLIDR", [1, 0, 0, 1]), register(7, "both", "CSSELR", [2, 0, 0, 0], (random) => random.below(3)),
  register(4, "both", "SCTLR", [0, 1, 0, 0], controlBits), register(7, "both", "CPACR", [0, 1, 0, 2], () => 0),
  register(4, "both", "TTBR0", [0, 2, 0, 0], table), register(6, "both", "TTBR1", [0, 2, 0, 1], table), register(6, "both", "TTBCR", [0, 2, 0, 2], division),
  register(4, "both", "DACR", [0, 3, 0, 0], (random) => drawDomains(random)),
  register(4, "both", "DFSR", [0, 5, 0, 0], (random) => random.below(0x1000)), register(6, "both", "IFSR", [0, 5, 0, 1], (random) => random.below(0x1000)), register(4, "both", "DFAR", [0, 6, 0, 0]), register(6, "both", "IFAR", [0, 6, 0, 2]),
  register(4, "write", "ICIALLU", [0, 7, 5, 0]), register(4, "write", "ICIMVAU", [0, 7, 5, 1], address), register(6, "write", "ISB", [0, 7, 5, 4]), register(6, "write", "BPIALL", [0, 7, 5, 6]), register(6, "write", "BPIMVA", [0, 7, 5, 7], address),
  register(4, "write", "DCIALL", [0, 7, 6, 0], undefined, 6), register(4, "write", "DCIMVAC", [0, 7, 6, 1], address), register(4, "write", "DCISW", [0, 7, 6, 2]),
  register(4, "write", "DCCMVAC", [0, 7, 10, 1], address), register(4, "write", "DCCSW", [0, 7, 10, 2]), register(4, "write", "DSB", [0, 7, 10, 4]), register(6, "write", "DMB", [0, 7, 10, 5]), register(7, "write", "DCCMVAU", [0, 7, 11, 1], address),
  register(4, "write", "DCCIMVAC", [0, 7, 14, 1], address), register(4, "write", "DCCISW", [0, 7, 14, 2]), register(7, "both", "PAR", [0, 7, 4, 0]),
  register(7, "write", "V2PCWPR", [0, 7, 8, 0], address), register(7, "write", "V2PCWPW", [0, 7, 8, 1], address), register(7, "write", "V2PCWUR", [0, 7, 8, 2], address), register(7, "write", "V2PCWUW", [0, 7, 8, 3], address),
  register(4, "write", "ITLBIALL", [0, 8, 5, 0]), register(4, "write", "ITLBIMVA", [0, 8, 5, 1], address), register(6, "write", "ITLBIASID", [0, 8, 5, 2]), register(4, "write", "DTLBIALL", [0, 8, 6, 0]), register(4, "write", "DTLBIMVA", [0, 8, 6, 1], address), register(6, "write", "DTLBIASID", [0, 8, 6, 2]),
  register(4, "write", "TLBIALL", [0, 8, 7, 0]), register(4, "write", "TLBIMVA", [0, 8, 7, 1], address), register(6, "write", "TLBIASID", [0, 8, 7, 2]), register(7, "write", "TLBIMVAA", [0, 8, 7, 3], address),
  register(7, "read", "PMCR", [0, 9, 12, 0]), register(7, "both", "PMCNTENSET", [0, 9, 12, 1], counters), register(7, "both", "PMCNTENCLR", [0, 9, 12, 2], counters), register(7, "both", "PMSELR", [0, 9, 12, 5], (random) => random.below(32)),
  register(7, "both", "PMUSERENR", [0, 9, 14, 0]), register(7, "both", "PMINTENSET", [0, 9, 14, 1], counters), register(7, "both", "PMINTENCLR", [0, 9, 14, 2], counters),
  register(7, "both", "PRRR", [0, 10, 2, 0]), register(7, "both", "NMRR", [0, 10, 2, 1]), register(7, "both", "VBAR", [0, 12, 0, 0], vectors),
  register(6, "both", "CONTEXTIDR", [0, 13, 0, 1]), register(6, "both", "TPIDRURW", [0, 13, 0, 2]), register(6, "both", "TPIDRURO", [0, 13, 0, 3]), register(6, "both", "TPIDRPRW", [0, 13, 0, 4]),
];

export const controlRegistersOf = (version: Version): readonly ControlRegister[] => controlRegisters.filter(({ since, last }) => since <= version && version <= last);

/** The topics: "MRC DACR", "MCR DACR". */
export const controlTopics = (version: Version): readonly string[] => controlRegistersOf(version).flatMap(({ name, access }) => [...(access === "write" ? [] : [`MRC ${name}`]), ...(access === "read" ? [] : [`MCR ${name}`])]);

export function controlRegisterOf(version: Version, word: number, opcode: Opcode): ControlRegister | undefined {
  const [opc1, crn, crm, opc2] = [fieldOf(word, opcode, "p"), fieldOf(word, opcode, "n"), fieldOf(word, opcode, "m"), fieldOf(word, opcode, "q")];
  return controlRegistersOf(version).find(({ place, access }) => place[0] === opc1 && place[1] === crn && place[2] === crm && place[3] === opc2 && access !== (opcode.name === "MCR" ? "read" : "write"));
}
