/** Hercules as a live witness: what it is asked about, and why not the rest. */
import type { Live } from "../conformance-machine.js";
import { draw, topics } from "./draw.js";
import { connectHercules } from "./hercules-oracle.js";
import { observedRegisters } from "./hercules-record.js";

export const hercules: Live = {
  witness: "hercules",
  subject: { repeated: [], stopsAt: [], untilInterrupted: true },
  connect: connectHercules,
  topics,
  draw,
  observes: observedRegisters,
  excluded: [
    { instructions: "RDD, WRD", because: "Hercules has no direct control: an operation exception", cite: "POP 10, READ DIRECT" },
    { instructions: "DIAGNOSE in supervisor state", because: "what it does is up to a model, and goes beyond the specification", cite: "POP 10, DIAGNOSE" },
    { instructions: "SIGP to the processor itself, but for the order to sense", because: "a processor that stops or resets itself goes beyond the specification", cite: "POP 4, SIGNAL PROCESSOR orders" },
    { instructions: "SIO, SIOF, CLRIO, HIO, HDV to devices that are there", because: "channel programs are omitted; asked about devices that are not there, TIO and TCH also about the console", cite: "POP 12" },
    { instructions: "B200, B201, B222, B229-B22D, B2F0, E502-E50F, E6xx", because: "facilities of some models, and assists of operating systems, which Hercules has in this mode: CONCS, DISCS, IPM, ISKE, RRBE, SSKE, TB, DXR, IUCV and others", cite: "README of the machine, what is left out" },
    { instructions: "program-event recording, external and input/output interruptions", because: "masked or not asked for in all cases: they come between instructions", cite: "README of the machine, what is left out" },
    { instructions: "all, without dual address space", because: "Hercules always has it in System/370 mode; its codes and the two instructions it extends are unassigned or privileged without it", cite: "POP 5" },
  ],
};
