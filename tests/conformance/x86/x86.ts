/**
 * The processors of the 80386 family: Bochs and QEMU. A case ends when a handler of level 0 is reached: that of the instruction's own exception, or of the INT3 where it
 * leads. So vector, error code, pushed frame, stack and all tables are compared in every case.
 */
import type { ConformanceMachine, Live } from "../conformance-machine.js";
import type { SubjectOptions } from "../subject.js";
import { binutils } from "./disassembly.js";
import { draw, drawUnlocked, topics } from "./draw.js";
import { formOf } from "./forms.js";
import { connectToBochs, connectToQemu } from "./oracles.js";
import { reasons } from "./reasons.js";
import { STUB_LENGTH, STUBS } from "./record.js";
import { observedRegisters } from "./specification-state.js";

const CODE = 1n, VECTORS = 256;

const subject: SubjectOptions = {
  repeated: [], stopsAt: [],
  arrives: (register, cell) => {
    const at = BigInt.asUintN(32, cell("Base", CODE) + register("EIP"));
    const level = register("Protected") === 0n ? 0n : register("VM") === 1n ? 3n : register("CodeSelector") & 3n;
    return level === 0n && at >= BigInt(STUBS) && at < BigInt(STUBS + STUB_LENGTH * VECTORS);
  },
};

const excluded: Live["excluded"] = [
  { instructions: "HLT at level 0", because: "nothing ends it", cite: "SDM2 HLT" },
  { instructions: "MOV to CR0 that leaves protected mode", because: "the tables of the case are no tables of real-address mode: no handler would be reached", cite: "SDM3 8.8" },
  { instructions: "single steps, watchpoints, interrupts from outside", because: "left out of the specification; TF is never set, and interrupts are masked", cite: "README of the machine, what is left out" },
  { instructions: "CR4.UMIP, SALC, CPUID, RDTSC, RDPMC", because: "the witnesses are set to be a Pentium II, which has no UMIP; SALC is in no manual; the others show what no case can set", cite: "SDM2" },
  { instructions: "accessed and dirty bits of pages", because: "left out of the specification; they are set in all entries", cite: "README of the machine, what is left out" },
];

const common = { subject, topics, draw, observes: observedRegisters, excluded };

export const bochs: Live = { witness: "bochs", connect: connectToBochs, ...common };
export const qemu: Live = {
  ...common, witness: "qemu", connect: connectToQemu, draw: drawUnlocked,
  excluded: [...excluded, { instructions: "all with LOCK", because: "QEMU 7.2 ends with a fatal error of its own at LOCK BTR with a register", cite: "SDM2 LOCK" }],
};

export const x86: ConformanceMachine = {
  name: "x86",
  // nothing answers at the ports; what has shut down shows nothing
  ignored: { done: ["Port"], halt: [...observedRegisters.filter((name) => name !== "Shutdown"), "G", "DR", "Selector", "Base", "Limit", "Rights", "core"] },
  reasons,
  choices: "solved",
  group: (words) => formOf(words.map(Number))?.name ?? "none",
  recordings: [{ witness: "bochs", subject, file: new URL("bochs.cases.gz", import.meta.url), isSample: true, least: 2 }],
  live: [bochs, qemu],
  disassembly: binutils,
};
