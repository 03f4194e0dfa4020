/** Why binutils prints some words differently: it knows the successors of the System/370. */
import type { DisassemblyReason, Line } from "./listing.js";
import { withoutIgnored } from "./objdump.js";

/** Names of masks that binutils prefers to the instruction with a mask, for BC; for BCR an R follows. */
const BRANCHES: readonly string[] = ["NOP", "BO", "BH", "BNLE", "BL", "BNHE", "BLH", "BNE", "BE", "BNLH", "BHE", "BNL", "BLE", "BNH", "BNO", "B"];

const sameOperands = (one: readonly string[], other: readonly string[]): boolean => one.join(" ") === other.join(" ");

function isNamedBranch(ours: Line, theirs: Line): boolean {
  const mask = Number.parseInt(ours.operands[0]!, 16);
  const name = BRANCHES[mask]! + (ours.mnemonic === "BCR" ? "R" : "");
  const rest = ours.operands.slice(1);
  return theirs.mnemonic === name && (sameOperands(rest, theirs.operands) || (mask === 0 && rest.join().startsWith(theirs.operands.join())));
}

const renamed = (from: string, to: string) => ({ ours, theirs }: { readonly ours: Line | undefined; readonly theirs: Line | undefined }): boolean =>
  ours?.mnemonic === from && theirs?.mnemonic === to && sameOperands(ours.operands, theirs.operands);

export const disassemblyReasons: readonly DisassemblyReason[] = [
  {
    id: "named-branch", because: "binutils gives a branch on condition the name that its mask has for programmers; of one that never branches it leaves out the end of the operands",
    covers: ({ ours, theirs }) => (ours?.mnemonic === "BC" || ours?.mnemonic === "BCR") && theirs !== undefined && isNamedBranch(ours, theirs),
  },
  {
    id: "not-in-successors", because: "instructions for storage keys of 2K blocks, channels by number and single reference bits went with the System/370: binutils does not know them",
    covers: ({ ours, theirs }) => ours !== undefined && theirs === undefined && ["SSK", "ISK", "RRB", "SIO", "SIOF", "TIO", "CLRIO", "HIO", "HDV", "TCH", "STIDC"].includes(ours.mnemonic),
  },
  {
    id: "ignored-bits", because: "bits that the processor ignores are not 0: binutils does not take the word for the instruction",
    covers: ({ ours, theirs, opcode, words }) => ours !== undefined && theirs === undefined && opcode !== undefined && withoutIgnored(words, opcode).join() !== words.join(),
  },
  {
    id: "third-operand", because: "bits of IPTE that the System/370 ignores are a third operand later",
    covers: ({ ours, theirs }) => ours?.mnemonic === "IPTE" && theirs?.mnemonic === "IPTE" && sameOperands(ours.operands, theirs.operands.slice(0, 2)) && theirs.operands.length > 2,
  },
  {
    id: "diagnose", because: "what the second byte of DIAGNOSE means is up to a model: one number in the manual of the System/370, two registers in binutils",
    covers: ({ ours, theirs }) => ours?.mnemonic === "DIAGNOSE" && theirs?.mnemonic === "DIAG" && ours.operands[1] === theirs.operands[2]
      && Number.parseInt(ours.operands[0]!, 16) === Number.parseInt(theirs.operands[0]!, 16) * 16 + Number.parseInt(theirs.operands[1]!, 16),
  },
  {
    id: "renamed", because: "later names: ME and MER, whose product is long, are MDE and MDER; LRER and LRDR, which round, are LEDR and LDXR",
    covers: (d) => renamed("ME", "MDE")(d) || renamed("MER", "MDER")(d) || renamed("LRER", "LEDR")(d) || renamed("LRDR", "LDXR")(d),
  },
  {
    id: "direct-control", because: "the codes of direct control, READ and WRITE DIRECT, belong to relative branches later",
    covers: ({ ours, theirs }) => (ours?.mnemonic === "RDD" && theirs?.mnemonic === "BRXLE") || (ours?.mnemonic === "WRD" && theirs?.mnemonic === "BRXH"),
  },
  {
    id: "later-instruction", because: "a code that is not assigned here; successors of the System/370 have an instruction there",
    covers: ({ ours, theirs, opcode }) => ours === undefined && opcode === undefined && theirs !== undefined,
  },
];
