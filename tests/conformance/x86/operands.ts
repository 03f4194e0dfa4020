/**
 * The byte of addressing form and what follows it: an operand in a register, or in storage at a given offset, by whatever base, index and displacement
 * there is. Registers are set so that the address comes out; where that can't be, it comes out somewhere.
 */
import type { Random } from "../random.js";
import { DS, EBP, EBX, EDI, ESI, ESP, SS } from "./processor-state.js";

export interface Addressing {
  readonly bytes: readonly number[];
  /** the register that holds the operand */
  readonly register?: number;
  /** the segment register that is used unless a prefix says otherwise */
  readonly segment: number;
}

/** `general` is written to. */
export function registerForm(digit: number, register: number): Addressing {
  return { bytes: [0xc0 | (digit << 3) | register], register, segment: DS };
}

const bytesOf = (value: number, length: number): number[] => Array.from({ length }, (_, i) => Math.floor((value >>> 0) / 2 ** (8 * i)) % 256);
const signed = (value: number, bits: number): number => (bits === 8 ? value << 24 >> 24 : value << 16 >> 16);

/** The bases and indices of 16-bit addressing, by their number. */
const FORMS_16: readonly (readonly number[])[] = [[EBX, ESI], [EBX, EDI], [EBP, ESI], [EBP, EDI], [ESI], [EDI], [EBP], [EBX]];

export function storageForm(random: Random, digit: number, isWide: boolean, offsetIn: (segment: number) => number, general: number[], mayMove: (register: number) => boolean): Addressing {
  return isWide ? form32(random, digit, offsetIn, general, mayMove) : form16(random, digit, offsetIn, general, mayMove);
}

function form16(random: Random, digit: number, offsetIn: (segment: number) => number, general: number[], mayMove: (register: number) => boolean): Addressing {
  const mod = random.below(3);
  const rm = random.below(8);
  if (mod === 0 && rm === 6) return { bytes: [(digit << 3) | 6, ...bytesOf(offsetIn(DS) & 0xffff, 2)], segment: DS };
  const registers = FORMS_16[rm]!;
  const segment = registers.includes(EBP) ? SS : DS;
  const wanted = offsetIn(segment);
  const displacement = mod === 0 ? 0 : mod === 1 ? signed(random.below(256), 8) : signed(random.below(0x1_0000), 16);
  const rest = registers.length === 2 ? general[registers[1]!]! : 0;
  const base = registers[0]!;
  if (mayMove(base)) general[base] = ((general[base]! & 0xffff_0000) | ((wanted - displacement - rest) & 0xffff)) >>> 0;
  return { bytes: [(mod << 6) | (digit << 3) | rm, ...(mod === 0 ? [] : bytesOf(displacement, mod))], segment };
}

function form32(random: Random, digit: number, offsetIn: (segment: number) => number, general: number[], mayMove: (register: number) => boolean): Addressing {
  const mod = random.below(3);
  const rm = random.below(8);
  if (mod === 0 && rm === 5) return { bytes: [(digit << 3) | 5, ...bytesOf(offsetIn(DS), 4)], segment: DS };
  const displacement = (): number => (mod === 0 ? 0 : mod === 1 ? signed(random.below(256), 8) : Number(random.bits(32)) | 0);
  if (rm !== ESP) {
    const segment = rm === EBP ? SS : DS;
    const d = displacement();
    if (mayMove(rm)) general[rm] = (offsetIn(segment) - d) >>> 0;
    return { bytes: [(mod << 6) | (digit << 3) | rm, ...(mod === 0 ? [] : bytesOf(d, mod === 1 ? 1 : 4))], segment };
  }
  const scale = random.below(4), index = random.below(8), base = random.below(8);
  const sib = (scale << 6) | (index << 3) | base;
  const offset = index === ESP ? 0 : Math.imul(general[index]!, 1 << scale);
  if (mod === 0 && base === 5) return { bytes: [(digit << 3) | 4, sib, ...bytesOf(offsetIn(DS) - offset, 4)], segment: DS };
  const segment = base === EBP || base === ESP ? SS : DS;
  // an index that is the base too moves with it: only the displacement can make up for it
  if (base === index || !mayMove(base)) {
    const d = (offsetIn(segment) - general[base]! - offset) >>> 0;
    return { bytes: [0x80 | (digit << 3) | 4, sib, ...bytesOf(d, 4)], segment };
  }
  const d = displacement();
  general[base] = (offsetIn(segment) - d - offset) >>> 0;
  return { bytes: [(mod << 6) | (digit << 3) | 4, sib, ...(mod === 0 ? [] : bytesOf(d, mod === 1 ? 1 : 4))], segment };
}

/** The offset of an operand in storage, by the bytes that `storageForm` gave. */
export function effective({ bytes }: Addressing, isWide: boolean, general: readonly number[]): number {
  const [form, next] = [bytes[0]!, bytes[1] ?? 0];
  const mod = form >> 6, rm = form & 7;
  const displacement = (from: number, length: number): number => bytesAt(bytes, from, length);
  if (!isWide) {
    if (mod === 0 && rm === 6) return displacement(1, 2);
    const sum = FORMS_16[rm]!.reduce((v, r) => v + general[r]!, 0) + (mod === 0 ? 0 : displacement(1, mod));
    return sum & 0xffff;
  }
  if (rm !== ESP) return mod === 0 && rm === 5 ? displacement(1, 4) : (general[rm]! + (mod === 0 ? 0 : displacement(1, mod === 1 ? 1 : 4))) >>> 0;
  const index = (next >> 3) & 7, base = next & 7;
  const offset = index === ESP ? 0 : Math.imul(general[index]!, 1 << (next >> 6));
  return mod === 0 && base === 5 ? (offset + displacement(2, 4)) >>> 0 : (general[base]! + offset + (mod === 0 ? 0 : displacement(2, mod === 1 ? 1 : 4))) >>> 0;
}

function bytesAt(bytes: readonly number[], from: number, length: number): number {
  const value = bytes.slice(from, from + length).reduce((v, b, i) => v + b * 2 ** (8 * i), 0);
  return length === 1 ? signed(value, 8) : length === 2 ? signed(value, 16) : value;
}
