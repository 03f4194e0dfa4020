/** Searches of the toy machine whose number of reached states is known from Spin: see toy.pml, which says the same. */
import type { EnumeratorOptions, InstructionWord } from "../../src/machine/enumerate.js";

export interface Search {
  readonly title: string;
  /** packed: see toy.pml */
  readonly start: number;
  /** encodings; absent: all 32 */
  readonly words?: readonly number[];
  /** what toy.pml is to be given beside START */
  readonly definitions: readonly string[];
  /** recorded from Spin 6.5.2: `spin -a -DSTART=<start> [-DFEW] toy.pml && cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m200000`, "states, stored" */
  readonly states: number;
}

const SUPERVISOR = 3 << 17;
const USER = (1 << 12) | (1 << 15) | (1 << 17);
/** NOP 0, COPY 1, INC 0, JMP 2, LRB 1, LPSW 0, RMODE 1, JSTU 3 */
const FEW = [0o00, 0o05, 0o10, 0o16, 0o21, 0o24, 0o31, 0o37];

export const searches: readonly Search[] = [
  { title: "from supervisor mode, all of storage mapped", start: SUPERVISOR, definitions: [], states: 131_072 },
  { title: "the same with eight of the words", start: SUPERVISOR, words: FEW, definitions: ["FEW"], states: 1_792 },
  { title: "from user mode, cells 1 and 2 mapped, with eight of the words", start: USER, words: FEW, definitions: ["FEW"], states: 1_856 },
];

/** The enumerator's options for a search, given all words: traps delivered, as in toy.pml. */
export function optionsOf(all: readonly InstructionWord[], { words }: Search): EnumeratorOptions {
  return { deliver: true, words: words === undefined ? all : all.filter(({ word }) => words.includes(Number(word))) };
}
