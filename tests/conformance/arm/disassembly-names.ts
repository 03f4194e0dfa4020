/** The specification's mnemonic of a word, by the tables that cases are drawn from. */
import { controlRegisterOf } from "./control.js";
import { fieldOf, isTest, type Opcode, type Version } from "./opcodes.js";

const DATA = ["AND", "EOR", "SUB", "RSB", "ADD", "ADC", "SBC", "RSC", "TST", "TEQ", "CMP", "CMN", "ORR", "MOV", "BIC", "MVN"];

/** Operation codes that are one instruction with another there. */
const OTHERWISE: readonly (readonly [RegExp, string])[] = [
  [/^(?:SH|UH|UQ|S|Q|U)(ADD16|ASX|SAX|SUB16|ADD8|SUB8)$/, "$1"], [/^([SU])XTA/, "$1XT"], [/^SMU([AS])D$/, "SML$1D"], [/^SMMUL$/, "SMMLA"], [/^USADA8$/, "USAD8"], [/^BFC$/, "BFI"], [/^(NOP|YIELD|SEV|WFE|WFI|DBG)$/, "HINT"], [/\^.*$/, ""],
];

/** System registers that no emulator is asked about. */
const MORE: readonly (readonly [place: string, since: Version, last: Version, name: string])[] = [
  ["0 1 0 1", 6, 7, "ACTLR"], ["0 1 0 2", 6, 6, "CPACR"], ["0 13 0 0", 6, 6, "FCSEIDR"], ["0 7 0 4", 6, 6, "WFI"], ["0 10 2 0", 6, 6, "PRRR"], ["0 10 2 1", 6, 6, "NMRR"],
];
export const morePlaces: readonly (readonly [number, number, number, number])[] = MORE.map(([place]) => {
  const [opc1, crn, crm, opc2] = place.split(" ").map(Number);
  return [opc1!, crn!, crm!, opc2!];
});

/** Of the system registers and operations, which are instructions of their own from version 6 on. */
function controlNameOf(version: Version, opcode: Opcode, word: number): string | undefined {
  if (version < 6) return opcode.name;
  const [opc1, crn, crm, opc2] = [fieldOf(word, opcode, "p"), fieldOf(word, opcode, "n"), fieldOf(word, opcode, "m"), fieldOf(word, opcode, "q")];
  const place = [opc1, crn, crm, opc2].join(" ");
  const name = MORE.find(([at, since, last]) => at === place && since <= version && version <= last)?.[3] ?? controlRegisterOf(version, word, opcode)?.name;
  if (name === undefined || (name === "WFI" && opcode.name !== "MCR")) return undefined;
  const group = opc1 === 1 ? "CACHEID" : opc1 === 0 && crn === 0 ? "ID" : crn === 7 && crm === 8 ? "ATS1C" : crn === 7 && name !== "PAR" && name !== "WFI" ? (/^(ISB|DSB|DMB)$/.test(name) ? "BARRIER" : "CACHE")
    : crn === 8 ? "TLB" : crn === 9 && name !== "PMUSERENR" ? (crm === 14 ? "PMINTEN" : "PM") : crn === 10 ? "REMAP" : name;
  return `${opcode.name}.${group}`;
}

function unitNameOf(word: number): string | undefined {
  const loads = (word >>> 20) & 1;
  if (word >>> 28 === 15 || ((word >>> 9) & 7) !== 5) return undefined;
  if (((word >>> 24) & 15) === 14) return ((word >>> 21) & 7) === 7 && (word & 0xfff) === 0xa10 && [0, 6, 7, 8].includes((word >>> 16) & 15) ? ["VMSR", "VMRS"][loads] : "FP";
  return (((word >>> 21) & 0x7f) === 0b1100010 ? ["VTO", "VFROM"] : ["VST", "VLD"])[loads];
}

export function armNameOf(version: Version, word: number, find: (word: number) => Opcode | undefined): string | undefined {
  if (version === 7 && word >>> 25 === 0b1111001) return "SIMD";
  if (version === 7 && word >>> 24 === 0xf4 && ((word >>> 20) & 1) === 0) return ["VSTN", "VLDN"][(word >>> 21) & 1];
  const opcode = find(word);
  if (opcode === undefined) return undefined;
  const { name, kind } = opcode;
  if (kind === "control") return controlNameOf(version, opcode, word);
  if (kind === "coprocessor") return version < 6 ? undefined : unitNameOf(word);
  if (kind === "data-immediate" || kind === "data-shift") return !isTest(DATA.indexOf(name)) && ((word >>> 20) & 1) === 1 && fieldOf(word, opcode, "d") === 15 ? `${name}S` : name;
  if (name === "SMLALxy") return `SMLAL${(word >>> 5) & 1 ? "T" : "B"}${(word >>> 6) & 1 ? "T" : "B"}`;
  const otherwise = OTHERWISE.find(([pattern]) => pattern.test(name));
  return otherwise === undefined ? name : name.replace(...otherwise);
}

/** From the names of the table of Thumb instructions. */
const THUMB: readonly (readonly [RegExp, string])[] = [
  [/^(ADD|SUB) (register|3)$/, "$1.T3"], [/^(LSL|LSR|ASR) constant$/, "$1.T"], [/ 8$/, ".TI"], [/ high$/, ".TH"], [/ literal$/, ".TPC"], [/^(STR|LDR) stack$/, "$1.TSP"], [/^ADD stack$/, "ADDSP.T"], [/ stack pointer$/, ".TSP"],
  [/ register$/, ".TR"], [/ constant$/, ".TI"], [/^B$/, "B.TW"], [/$/, ".T"],
];

/** `name` is the one in that table. */
export function thumbMnemonicOf(version: Version, halfword: number, name: string | undefined): string | undefined {
  if (halfword >>> 11 === 0b11110) return "BLHIGH.T";
  if (halfword >>> 11 === 0b11111) return "BL.T";
  if (halfword >>> 11 === 0b11101) return version >= 5 && (halfword & 1) === 0 ? "BLXLOW.T" : undefined;
  if (version === 7 && (halfword & 0xf500) === 0xb100) return (halfword & 0x800) === 0 ? "CBZ.T" : "CBNZ.T";
  if (version === 7 && halfword >>> 8 === 0xbf) return (halfword & 15) === 0 ? "HINT.T" : "IT.T";
  if (name === undefined || name === "UDF") return undefined;
  if (halfword >>> 10 === 0b010000) return `${name}.TR`;
  if (halfword >>> 12 === 0b1101 && name !== "SVC") return "B.T";
  return name.replace(...THUMB.find(([pattern]) => pattern.test(name))!);
}
