/**
 * The KS10 as a live witness: which operation codes it is asked about, and why not the others.
 *
 * It is a later processor with paging, a process table and more instructions. It is asked, in executive
 * mode, where it has the same instruction. Its manual was not at hand: what is said of it here is what SIMH's does.
 */
import type { Live } from "../conformance-machine.js";
import type { Exclusion } from "../summary.js";
import { draw } from "./draw.js";
import { connectKs10, observedRegisters } from "./ks10-oracle.js";

const octal = (code: number): string => code.toString(8).padStart(3, "0");

const excluded: readonly (Exclusion & { readonly codes: readonly (readonly [first: number, last: number])[] })[] = [
  { instructions: "000, 040-077", codes: [[0o000, 0o000], [0o040, 0o077]], because: "a monitor operation stores several words in the process table of a KS10 and takes its new PC word from there; a KA10 stores one word in 40 and executes 41", cite: "PRH 2.10" },
  { instructions: "100-127", codes: [[0o100, 0o127]], because: "unassigned on a KA10; a KS10 has further instructions there", cite: "HRM appendix E, unassigned codes" },
  { instructions: "130, 131, 141, 151, 161, 171", codes: [[0o130, 0o131], [0o141, 0o141], [0o151, 0o151], [0o161, 0o161], [0o171, 0o171]], because: "software double precision: UFA, DFN and the long forms of floating point are not instructions of a KS10: they trap", cite: "PRH 2.6" },
  { instructions: "247", codes: [[0o247, 0o247]], because: "does nothing on a KA10; traps to the monitor on a KS10", cite: "HRM appendix E, unassigned codes" },
  { instructions: "257", codes: [[0o257, 0o257]], because: "does nothing on a KA10; MAP on a KS10", cite: "HRM appendix E, unassigned codes" },
  { instructions: "254 but for JRST 0, 2 and 4", codes: [], because: "the other forms concern modes, interrupts and PC words of two words that the two processors do not share", cite: "PRH 2.9, p. 2-57" },
  { instructions: "700-777", codes: [[0o700, 0o777]], because: "in-out is another set of instructions on a KS10, with other devices", cite: "PRH 2.12" },
  { instructions: "all, in user mode", codes: [], because: "a KS10 maps user programs by pages, a KA10 by relocation and protection; the recorded KA10 has those cases", cite: "PRH 2.15" },
];

/** The accumulator field of JRST: plain, with flags, halting. */
const JRST_FORMS = [0, 2, 4];

const isExcluded = (code: number): boolean => excluded.some(({ codes }) => codes.some(([first, last]) => code >= first && code <= last));

export const ks10: Live = {
  witness: "ks10",
  subject: { repeated: [], stopsAt: [] },
  connect: connectKs10,
  topics: Array.from({ length: 0o1000 }, (_, code) => code).filter((code) => !isExcluded(code))
    .flatMap((code) => (code === 0o254 ? JRST_FORMS.map((form) => `254/${form}`) : [octal(code)])),
  draw: (topic, random) => draw(Number.parseInt(topic, 8), Number(topic.split("/")[1] ?? 0), random),
  observes: observedRegisters,
  excluded: excluded.map(({ instructions, because, cite }) => ({ instructions, because, cite })),
};
