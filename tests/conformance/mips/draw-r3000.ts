/**
 * Cases for GXemul's R3000: what changes the stack of modes. An instruction in kernel or user mode, with any stack, sometimes in the
 * delay slot of a branch, where a program returns with RFE in that of a jump.
 *
 * Code lies in kseg0, kseg1, or in a page of kuseg or kseg2 that entry 0 is for; a case can begin in user mode in kuseg only.
 */
import type { Question } from "../case.js";
import type { Random } from "../random.js";
import { ARENA_R3000, BEGIN, BREAK, LOST, statusOf } from "./gxemul-record.js";

const CONTROL = ["MFC0 Status", "MTC0 Status"] as const;
export const topics: readonly string[] = ["RFE", "SYSCALL", "BREAK", "ADD", "ADDI", "SUB", ...CONTROL];

const NUMBERS = [0, 1, 2, 0x7fff, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_8000, 0xffff_ffff];
/** what may be written to Status: CU, IM, the stack */
const STATUS_BITS = 0xf000_ff3f;
const BRANCH = 0x1000_0008, BRANCH_LENGTH = 8;

/** The topic of a word; the picture of the R3000's own instructions, apart from the specification. */
export function topicOf(word: number): string | undefined {
  if ((word & 0xfe00_003f) >>> 0 === 0x4200_0010) return "RFE";
  return CONTROL.find((_, n) => ((word & 0xffe0_f800) >>> 0) === (n === 0 ? 0x4000_6000 : 0x4080_6000));
}

const number = (random: Random): number => (random.chance(0.5) ? random.pick(NUMBERS) : Number(random.bits(32)));
const register = (random: Random): number => random.below(LOST[0]!);

function wordFor(topic: string, random: Random): number {
  const s = random.below(32), t = register(random), d = register(random);
  switch (topic) {
    case "RFE": return 0x4200_0010;
    case "SYSCALL": return random.below(1 << 20) << 6 | 0xc;
    case "BREAK": return random.below(1 << 20) << 6 | 0xd;
    case "ADD": case "SUB": return s << 21 | random.below(32) << 16 | d << 11 | (topic === "ADD" ? 0x20 : 0x22);
    case "ADDI": return 8 << 26 | s << 21 | t << 16 | random.below(0x1_0000);
    case "MFC0 Status": return 0x4000_6000 | t << 16;
    default: return (0x4080_6000 | random.between(1, 24) << 16) >>> 0;
  }
}

export function draw(topic: string, random: Random): Question {
  const isControl = topic === CONTROL[0] || topic === CONTROL[1];
  const status = new Map(["KUo", "IEo", "KUp", "IEp", "KUc", "IEc"].map((name) => [name, random.below(2)] as const));
  if (isControl) status.set("KUc", 0);
  status.set("CU", random.below(16)).set("IM", random.below(256));
  // no interrupt is to come between
  const software = isControl || random.chance(0.5) ? 0 : random.below(4);
  if (software !== 0) status.set("IM", status.get("IM")! & ~3);
  const segment = status.get("KUc") === 1 ? "kuseg" : random.pick(["kuseg", "kuseg", "kseg0", "kseg1", "kseg2"] as const);

  const page = (segment === "kseg2" ? 0xc_0000 + random.below(0x4_0000) : random.below(0x8_0000)) >>> 0;
  const frame = ARENA_R3000.first / 0x1000 + random.below(8), space = random.below(64), isGlobal = random.chance(0.3);
  const at = frame * 0x1000 + 4 * random.between(0x20, 0x1c0);
  const inPage = (physical: number): number => page * 0x1000 + (physical % 0x1000);
  const start = segment === "kseg0" ? 0x8000_0000 + at : segment === "kseg1" ? 0xa000_0000 + at : inPage(at);

  const general = Array.from({ length: 32 }, (_, n) => (n === 0 ? 0 : number(random)));
  general[26] = statusOf((name) => status.get(name)!);
  general[27] = start - 4;
  const word = wordFor(topic, random) >>> 0;
  if (topic === "MTC0 Status") general[(word >>> 16) & 31] = (Number(random.bits(32)) & STATUS_BITS) >>> 0;

  const core = new Map<number, bigint>([[at - 4, BEGIN]]);
  const filling = (from: number): void => [0, 4, 8, 12].forEach((n) => core.set(from + n, core.get(from + n) ?? BREAK));
  const slot = random.chance(topic === "RFE" ? 0.6 : 0.25) ? random.pick(["branch", "jump", "jump"] as const) : "none";
  if (slot === "jump") {
    // register 25 leads to the second half of some page, by any segment
    const behind = 4 * random.between(0x200, 0x3f0), place = ARENA_R3000.first + 0x1000 * random.below(8) + behind, here = frame * 0x1000 + behind;
    const target = random.pick([{ at: here, to: inPage(here) }, { at: here, to: inPage(here) }, { at: place, to: 0x8000_0000 + place }, { at: place, to: 0xa000_0000 + place }]);
    general[25] = target.to;
    core.set(at, BigInt(25 << 21 | 8));
    core.set(at + 4, BigInt(word));
    filling(target.at);
  } else if (slot === "branch") {
    core.set(at, BigInt(BRANCH));
    core.set(at + 4, BigInt(word));
    filling(at + 4 + 4 * BRANCH_LENGTH);
  } else core.set(at, BigInt(word));
  filling(at + 4);

  const numbered = (values: readonly number[]): Map<bigint, bigint> => new Map(values.map((value, n) => [BigInt(n), BigInt(value >>> 0)]));
  const others = Array.from({ length: 63 }, (_, n) => (0x8_0001 + n) * 64);
  const registers: (readonly [string, number])[] = [
    ["PC", start], ["capacity", 0x80_0000], ...status, ["SW", software], ["HI", number(random)], ["LO", number(random)], ["PTEBase", random.below(0x800)], ["VPN", random.below(0x10_0000)],
    ["ASID", isGlobal ? random.below(64) : space],
  ];
  return {
    words: [BigInt(word)],
    before: {
      registers: new Map(registers.map(([name, value]) => [name, BigInt(value >>> 0)])),
      arrays: new Map([
        ["GPR", numbered(general)], ["core", new Map([...core].map(([address, value]) => [BigInt(address / 4), value]))],
        ["TlbHi", numbered([page * 64 + space, ...others])], ["TlbLo", numbered([frame << 4 | random.below(2) << 3 | random.below(2) << 2 | 2 | (isGlobal ? 1 : 0)])],
      ]),
    },
  };
}
