/**
 * A case in the table that `driver.asm` works through, and the answer that it leaves.
 *
 * A record is a list of 32-bit words: what the map of system management mode does not hold, the map's fields, then pieces of storage, each
 * with its address, its length and its words. The answer is how the case ended, the same registers, and the words of the same pieces.
 */
import { SEGMENTS, type ProcessorState, type Segment } from "./processor-state.js";

/** Where handlers are: 8 bytes for each vector. */
export const STUBS = 0x7000, STUB_LENGTH = 8;
/** of the last instruction of a stub, where the answer finds the processor */
const STUB_END = 6;

/** Words of storage that a case sets, and that are read back. */
export interface Piece {
  /** physical, a multiple of 4 */
  readonly at: number;
  readonly words: readonly number[];
}

export interface Record {
  readonly state: ProcessorState;
  readonly pieces: readonly Piece[];
}

export interface Answer {
  /** The processor has shut down: then nothing of its state is known. */
  readonly isShutDown: boolean;
  readonly state: ProcessorState;
  readonly pieces: readonly Piece[];
}

/** What the two witnesses do not agree about in the map. */
export interface MapDialect {
  /** The hidden part of TR says that the task is not busy, though it always is. */
  readonly isTaskIdle: boolean;
  /** Bit 8 of the rights tells whether the register can be used; otherwise it is the bit for present. */
  readonly tellsUsable: boolean;
}

const EXTRA = 9, FIELDS = 45;
/** bit 8 of the rights in the map: the register can be used */
const VALID = 0x100, RIGHTS = 0xf0ff, BUSY = 2;

export function encodeRecord({ state, pieces }: Record, { isTaskIdle }: MapDialect): readonly number[] {
  const segment = ({ selector, rights, limit, base, isUsable }: Segment): number[] => [(isUsable ? rights | VALID : 0) * 0x1_0000 + selector, limit, base];
  const { segments, gdtr, idtr, ldtr, tr, general } = state;
  return [
    0, state.cr2, ...state.breakpoints, ...state.sysenter,
    ...segments.flatMap(segment),
    0, gdtr.limit, gdtr.base, ...segment(ldtr), 0, idtr.limit, idtr.base, ...segment(isTaskIdle ? { ...tr, rights: tr.rights & ~BUSY } : tr),
    ...general, state.eip, state.eflags, state.dr6, state.dr7, state.cr0, state.cr3, state.cr4,
    ...pieces.flatMap(({ at, words }) => [at, words.length, ...words]), 0xffff_ffff,
  ];
}

export const answerLength = ({ pieces }: Record): number => EXTRA + FIELDS + pieces.reduce((n, { words }) => n + words.length, 0);

/** `word` reads the words of the answer. */
export function decodeAnswer(word: (n: number) => number, { pieces }: Record, { tellsUsable }: MapDialect): Answer {
  const fields = (n: number): number => word(EXTRA + n);
  const segment = (n: number): Segment => {
    const selectorAndRights = fields(3 * n), rights = selectorAndRights >>> 16;
    return { selector: selectorAndRights & 0xffff, rights: rights & RIGHTS, limit: fields(3 * n + 1), base: fields(3 * n + 2), isUsable: (rights & (tellsUsable ? VALID : 0x80)) !== 0 };
  };
  const tr = segment(9);
  let next = EXTRA + FIELDS;
  return {
    isShutDown: word(0) === 2,
    state: {
      segments: SEGMENTS.map((_, n) => segment(n)),
      gdtr: { limit: fields(19), base: fields(20) }, ldtr: segment(7), idtr: { limit: fields(25), base: fields(26) }, tr: { ...tr, rights: tr.rights | BUSY },
      general: Array.from({ length: 8 }, (_, n) => fields(30 + n)),
      eip: fields(38) - STUB_END, eflags: fields(39), dr6: fields(40), dr7: fields(41), cr0: fields(42), cr2: word(1), cr3: fields(43), cr4: fields(44),
      breakpoints: [2, 3, 4, 5].map(word), sysenter: [6, 7, 8].map(word),
    },
    pieces: pieces.map(({ at, words }) => {
      const first = next;
      next += words.length;
      return { at, words: words.map((_, i) => word(first + i)) };
    }),
  };
}
