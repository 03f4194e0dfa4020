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
  excluded: [],
};
