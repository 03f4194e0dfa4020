/** MIPS32 release 2: QEMU's 24Kf. A case ends with an exception: the instruction's own, or that of a BREAK where it leads. */
import type { ConformanceMachine, Live } from "../conformance-machine.js";
import { draw, topics } from "./draw.js";
import { binutils } from "./objdump.js";
import { opcodeOf } from "./opcodes.js";
import { connectQemu } from "./qemu-oracle.js";
import { observedRegisters } from "./qemu-record.js";
import { reasons } from "./reasons.js";

export const qemu: Live = {
  witness: "qemu",
  subject: { repeated: [], stopsAt: [], untilInterrupted: true },
  connect: connectQemu,
  topics,
  draw,
  observes: observedRegisters,
  excluded: [
    { instructions: "WAIT where it is usable", because: "QEMU waits for an interrupt, which nothing asks for", cite: "ISA WAIT" },
    { instructions: "jumps, branches and ERET in a delay slot, JALR with one register for both", because: "unpredictable: anything would agree", cite: "ISA 2, branch delay slots" },
    { instructions: "JR and JALR to odd addresses, JALX", because: "QEMU's 24Kf has MIPS16e, which is left out", cite: "README of the machine, what is left out" },
    { instructions: "SDBBP, and MFC0 and MTC0 of registers that are not described", because: "QEMU has debug, watch and cache registers, which are left out", cite: "README of the machine, what is left out" },
    { instructions: "MTC0 to Status with TS, SR, NMI, RE, or KSU = 3; to Cause with WP", because: "bits that report failures, or are optional, and a mode that is reserved; QEMU keeps them as storage", cite: "PRA Status, Cause" },
    { instructions: "interrupts, bus errors", because: "none is asked for, and all storage that is addressed is there: QEMU's board has devices behind", cite: "README of the machine, what is left out" },
  ],
};

export const mips32r2: ConformanceMachine = {
  name: "mips32r2",
  ignored: {},
  reasons,
  choices: "solved",
  // what is drawn for COP1 may be any of the unit's operations
  group: ([word]) => (word! >> 26n === 0x11n ? "COP1" : opcodeOf(Number(word!)).name),
  recordings: [{ witness: "qemu", subject: qemu.subject, file: new URL("mips32r2.cases.gz", import.meta.url), isSample: true, least: 20 }],
  live: [qemu],
  disassembly: binutils,
};
