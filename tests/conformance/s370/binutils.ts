/** GNU binutils as a witness of the encodings of the System/370. */
import type { Disassembly } from "../disassembly.js";
import { disassemblyReasons } from "./disassembly-reasons.js";
import { judge } from "./listing.js";
import { opcodeOf } from "./opcodes.js";
import { findObjdump } from "../objdump.js";
import { drawWords, listed, OBJDUMP } from "./objdump.js";

export const binutils: Disassembly = {
  witness: "binutils",
  connect: (progress) => ({ name: "binutils", version: findObjdump(OBJDUMP, progress) }),
  list: (random, each) => listed(drawWords(random, each)),
  judge: (words, ours) => judge(words, ours, disassemblyReasons),
  reasons: disassemblyReasons,
  unitWidth: 16,
  instructionOf: ([first]) => opcodeOf(first!)?.name,
  file: new URL("binutils.words.gz", import.meta.url),
};
