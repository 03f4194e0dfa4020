/**
 * The R3000: its integer instructions against QEMU's 24Kf, which has the same ones around another coprocessor 0, and its stack of modes
 * against GXemul, which has an R3000.
 *
 * A case for QEMU is one of MIPS32 release 2 in the R3000's terms: pairs of pages of 4K are two entries of its buffer each, kernel and user mode
 * are KUc, and where an exception leads is told by its vector. Registers that only one of the two has are not compared.
 */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Case, Oracle, Question } from "../case.js";
import type { ConformanceMachine, Live } from "../conformance-machine.js";
import type { Random } from "../random.js";
import { binutilsR3000 } from "./disassembly-r3000.js";
import { draw } from "./draw.js";
import { opcodeOf } from "./opcodes.js";
import { connectGxemul } from "./gxemul-oracle.js";
import { observed } from "./gxemul-record.js";
import { draw as drawR3000, topicOf, topics as topicsR3000 } from "./draw-r3000.js";
import { gxemulReasons } from "./reasons-r3000.js";
import { connectQemu } from "./qemu-oracle.js";
import { reasons } from "./reasons.js";

const topics: readonly string[] = [
  "SLL", "SRL", "SRA", "SLLV", "SRLV", "SRAV", "JR", "JALR", "SYSCALL", "BREAK", "MFHI", "MTHI", "MFLO", "MTLO", "MULT", "MULTU", "DIV", "DIVU", "ADD", "ADDU", "SUB", "SUBU", "AND", "OR", "XOR", "NOR", "SLT", "SLTU",
  "BLTZ", "BGEZ", "BLTZAL", "BGEZAL", "J", "JAL", "BEQ", "BNE", "BLEZ", "BGTZ", "ADDI", "ADDIU", "SLTI", "SLTIU", "ANDI", "ORI", "XORI", "LUI", "LB", "LH", "LWL", "LW", "LBU", "LHU", "LWR", "SB", "SH", "SWL", "SW", "SWR",
];

const PAIRS = 16;
/** The bits of a frame's number, and dirty and valid, of half an entry of a pair; the R3000 has them above the bit of global entries, and one of caching between. */
const single = (half: bigint, global: bigint): bigint => (half >> 5n) << 4n | (half & 3n) << 1n | global;
const half = (low: bigint): bigint => (low >> 4n) << 5n | 2n << 2n | (low >> 1n) & 3n;

/** A case that was drawn for MIPS32, in the R3000's terms. Entries for larger pages are not valid. */
function asR3000({ words, watched, before }: Question): Question {
  const q = { words, watched, before } as Question;
  const r = (name: string): bigint => registerBefore(q, name);
  const isUser = r("EXL") === 0n && r("KSU") !== 0n;
  const high = new Map<bigint, bigint>(), low = new Map<bigint, bigint>();
  for (let n = 0n; n < PAIRS; n++) {
    const page = cellBefore(q, "TlbPage", n), isLarge = page >> 28n !== 0n;
    for (const [side, array] of [[0n, "TlbEven"], [1n, "TlbOdd"]] as const) {
      high.set(2n * n + side, ((page >> 9n) & 0x7_ffffn) << 7n | side << 6n | (page >> 1n) & 0x3fn);
      low.set(2n * n + side, isLarge ? page & 1n : single(cellBefore(q, array, n), page & 1n));
    }
  }
  // the other entries are for pages that are not looked for
  for (let n = 2n * BigInt(PAIRS); n < 64n; n++) high.set(n, (0x8_0000n + n) << 6n);
  return {
    words, watched,
    before: {
      registers: new Map([["PC", r("PC")], ["capacity", r("capacity")], ["HI", r("HI")], ["LO", r("LO")], ["KUc", isUser ? 1n : 0n], ["IEc", r("IE")], ["IM", r("IM")], ["SW", r("SW")], ["BEV", r("BEV")], ["CU", r("CU0")], ["ASID", r("ASID") & 0x3fn], ["EPC", r("EPC")]]),
      arrays: new Map([["GPR", before.arrays.get("GPR")!], ["core", before.arrays.get("core")!], ["TlbHi", high], ["TlbLo", low]]),
    },
  };
}

/** The same for QEMU. */
function asRelease2(q: Question): Question {
  const r = (name: string): bigint => registerBefore(q, name);
  const arrays = new Map([["GPR", q.before.arrays.get("GPR")!], ["core", q.before.arrays.get("core")!]]);
  const of = (value: (even: bigint, odd: bigint, page: bigint) => bigint): Map<bigint, bigint> => new Map(Array.from({ length: PAIRS }, (_, n) => [BigInt(n), value(cellBefore(q, "TlbLo", 2n * BigInt(n)), cellBefore(q, "TlbLo", 2n * BigInt(n) + 1n), cellBefore(q, "TlbHi", 2n * BigInt(n)))]));
  arrays.set("TlbPage", of((even, _, page) => (page >> 7n) << 9n | (page & 0x3fn) << 1n | even & 1n));
  arrays.set("TlbEven", of((even) => half(even)));
  arrays.set("TlbOdd", of((_, odd) => half(odd)));
  const kept = ["PC", "capacity", "HI", "LO", "IM", "SW", "BEV", "ASID", "EPC"].map((name) => [name, r(name)] as const);
  return { ...q, before: { registers: new Map([...kept, ["KSU", r("KUc") * 2n], ["IE", r("IEc")], ["CU0", r("CU")], ["DC", 1n], ["K0", 2n], ["Compare", 0x8000_0000n]]), arrays } };
}

const observes: readonly string[] = ["PC", "HI", "LO", "BD", "ExcCode", "EPC", "BadVAddr", "KUc", "KUp", "IEc", "IEp", "BEV", "IM", "CU"];

/** Where the R3000's exception would have led that led there: a page of kseg2 that has no entry goes to the general vector. */
function vector(pc: bigint, badAddress: bigint): bigint {
  const isBoot = pc >= 0xbfc0_0000n;
  const isRefill = pc === 0x8000_0000n || pc === 0xbfc0_0200n;
  return (isBoot ? 0xbfc0_0100n : 0x8000_0000n) + (isRefill && badAddress < 0x8000_0000n ? 0n : 0x80n);
}

function answered(q: Question, { before, after }: Case): Case {
  const t = (name: string): bigint => after.registers.get(name)!;
  const told = ["BadVAddr", "BD", "CE", "ExcCode"].map((name) => [name, before.registers.get(name) ?? 0n] as const);
  return {
    ...q,
    before: { ...q.before, registers: new Map([...q.before.registers, ...told]) },
    after: {
      registers: new Map([
        ["PC", vector(t("PC"), t("BadVAddr"))], ...["HI", "LO", "BD", "ExcCode", "EPC", "BadVAddr", "BEV", "IM"].map((name) => [name, t(name)] as const),
        // what the exception has saved, and what holds now
        ["KUc", 1n - t("EXL")], ["KUp", t("KSU") === 0n ? 0n : 1n], ["IEc", 1n - t("EXL")], ["IEp", t("IE")], ["CU", t("CU0")],
      ]),
      arrays: new Map([["GPR", after.arrays.get("GPR")!], ["core", after.arrays.get("core")!]]),
    },
  };
}

async function connect(progress: (message: string) => void): Promise<Oracle> {
  const { witness, ask } = await connectQemu(progress);
  return { witness, ask: async (questions) => (await ask(questions.map(asRelease2))).map((c, i) => answered(questions[i]!, c)) };
}

const qemu: Live = {
  witness: "qemu",
  subject: { repeated: [], stopsAt: [], untilInterrupted: true },
  connect,
  topics,
  draw: (topic: string, random: Random) => asR3000(draw(topic, random)),
  observes,
  excluded: [
    { instructions: "coprocessor 0, RFE, the other coprocessors, reserved codes", because: "a MIPS32 processor has others there", cite: "KH 5" },
    { instructions: "registers in the delay slot of their load, isolated caches", because: "a MIPS32 processor has neither", cite: "KH 1, 4" },
    { instructions: "jumps and branches in a delay slot, JALR with one register for both", because: "unpredictable: anything would agree", cite: "ISA" },
    { instructions: "interrupts, bus errors", because: "none is asked for, and all storage that is addressed is there", cite: "README of the machine, what is left out" },
  ],
};

const gxemul: Live = {
  witness: "gxemul",
  subject: { repeated: [], stopsAt: [], untilInterrupted: true },
  connect: connectGxemul,
  topics: topicsR3000,
  draw: drawR3000,
  observes: observed,
  excluded: [
    { instructions: "MFC0 and MTC0 in user mode", because: "GXemul executes them whether coprocessor 0 may be used or not", cite: "KH 2, Coprocessor Unusable" },
    { instructions: "RFE with fields that are shown as 0 and are not", because: "GXemul stops at such a word", cite: "ISA RFE" },
    { instructions: "k0 and k1 after the case", because: "the program that handles the exception needs them", cite: "KH 6" },
    { instructions: "Status.BEV", because: "with it, GXemul's exceptions do not arrive at the vectors of the manual, BFC00100 and BFC00180", cite: "KH 6" },
    { instructions: "registers in the delay slot of their load", because: "GXemul has no load delay", cite: "KH 1" },
    { instructions: "the isolated cache, Status.PZ", because: "the program's own stores would go to the cache", cite: "KH 4, 5" },
    { instructions: "the other registers of coprocessor 0 and the translation buffer's instructions", because: "GXemul is asked about the stack of modes; a case has one entry, which is only looked for", cite: "KH 4" },
    { instructions: "the other integer instructions, loads, stores and branches", because: "QEMU is asked about them", cite: "conformance-qemu.json" },
    { instructions: "interrupts", because: "none is asked for", cite: "README of the machine, what is left out" },
  ],
};

const SHARED_REASONS = ["fields-of-zero", "never-taken", "unaligned-target"];

export const mipsR3000: ConformanceMachine = {
  name: "mips-r3000",
  ignored: {},
  reasons: [...reasons.filter(({ id }) => SHARED_REASONS.includes(id)), ...gxemulReasons],
  choices: "solved",
  group: ([word]) => topicOf(Number(word!)) ?? opcodeOf(Number(word!)).name,
  recordings: [
    { witness: "qemu", subject: qemu.subject, file: new URL("mips-r3000.cases.gz", import.meta.url), isSample: true, least: 20 },
    { witness: "gxemul", subject: gxemul.subject, file: new URL("mips-r3000-gxemul.cases.gz", import.meta.url), isSample: true, least: 20 },
  ],
  live: [qemu, gxemul],
  disassembly: binutilsR3000,
};
