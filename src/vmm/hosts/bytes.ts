/** Storage as systems outside have it, byte by byte: programs as binaries, and lines of text in words of four characters. */
import type { Cpu } from "../../machine/cpu.js";
import type { Image } from "../../machine/image.js";

/** Which byte of a cell comes first: the least significant, or the most. */
export type ByteOrder = "little" | "big";

/** As assembly has a number. */
export const hex = (n: number | bigint): string => `0x${n.toString(16)}`;

/** Storage from 0 to the last cell, each of so many bytes; `adapt`: what stands there for a cell. */
export function binaryOf({ words }: Image, bytes: 1 | 4, order: ByteOrder, adapt: (cell: bigint) => bigint = (cell) => cell): Uint8Array {
  const binary = new Uint8Array(bytes * (Math.max(...words.map(([at]) => Number(at))) + 1));
  const view = new DataView(binary.buffer);
  for (const [at, value] of words) {
    const own = Number(adapt(value)), place = bytes * Number(at);
    if (bytes === 1) view.setUint8(place, own);
    else view.setUint32(place, own, order === "little");
  }
  return binary;
}

/** Characters to a word. */
const PER_WORD = 4;
/** Where in a word the character of this number stands: bits to its right. */
const shiftOf = (place: number, order: ByteOrder): bigint => BigInt(8 * (order === "little" ? place : PER_WORD - 1 - place));

/** A line and a 0 as words, for assembly. */
export function lineInWords(text: string, order: ByteOrder): string {
  const codes = [...`${text}\n\0`].map((c) => c.charCodeAt(0));
  return Array.from({ length: Math.ceil(codes.length / PER_WORD) }, (_, i) => hex(Array.from({ length: PER_WORD }, (_, n) => BigInt(codes[PER_WORD * i + n] ?? 0) << shiftOf(n, order)).reduce((word, c) => word | c, 0n))).join(",");
}

const LONGEST_LINE = 32;

/** The line that stands in storage from this cell on, without its end. */
export function lineAt(cpu: Cpu, storage: string, cell: number, order: ByteOrder): string {
  let text = "";
  for (let i = 0; i < LONGEST_LINE; i++) {
    const character = Number((cpu.getCell(storage, BigInt(cell + Math.floor(i / PER_WORD))) >> shiftOf(i % PER_WORD, order)) & 0xffn);
    if (character < 0x20) break;
    text += String.fromCharCode(character);
  }
  return text;
}
