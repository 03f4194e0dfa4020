/** The parts of an instruction word that reasons and drawing speak of. PRH 1.3. */
import { cellBefore } from "../case-file.js";
import type { Question } from "../case.js";

const WORD = (1n << 36n) - 1n;
const ADDRESS = (1n << 18n) - 1n;

export interface Parts {
  readonly code: number;
  readonly ac: number;
  readonly indirect: boolean;
  readonly index: number;
  readonly address: number;
}

export function instructionWord({ code, ac, indirect, index, address }: Parts): bigint {
  return (BigInt(code) << 27n) | BigInt((ac << 5) | (indirect ? 16 : 0) | index) << 18n | BigInt(address);
}

export function partsOf(word: bigint): Parts {
  const left = Number(word >> 18n);
  return { code: left >> 9, ac: (left >> 5) & 15, indirect: (left & 16) !== 0, index: left & 15, address: Number(word & ADDRESS) };
}

/** The accumulator that an instruction names (or the one `after` it), before. */
export function accumulator(q: Question, after = 0): bigint {
  return cellBefore(q, "AC", BigInt((partsOf(q.words[0]!).ac + after) & 15));
}

/** E, with indirection followed in the state before. */
export function effectiveAddress(q: Question): bigint {
  let word = q.words[0]!;
  for (let links = 0; links < 64; links++) {
    const { indirect, index, address } = partsOf(word);
    const e = (BigInt(address) + (index === 0 ? 0n : cellBefore(q, "AC", BigInt(index)))) & ADDRESS;
    if (!indirect) return e;
    word = cellBefore(q, e < 16n ? "AC" : "core", e);
  }
  throw new Error("bug: indirection without end was drawn");
}

/** E as a distance: its sign and 8 bits. */
export function distance(q: Question): number {
  const e = effectiveAddress(q);
  const magnitude = Number(e & 0o377n);
  return (e & 0o400000n) === 0n ? magnitude : magnitude - 0o400;
}

export const isNegative = (word: bigint): boolean => word >> 35n === 1n;
export const plus = (word: bigint, n: bigint): bigint => (word + n) & WORD;
