/** Descriptors as tables hold them, and the hidden parts that loading one makes. */
import type { Segment } from "./processor-state.js";

/** Of a code or data segment, a table or a task state segment. */
export interface Descriptor {
  readonly base: number;
  /** in bytes; above 1 MB the lowest 12 bits are ones */
  readonly limit: number;
  /** bits 8-15 of the second word: present, level, kind, type */
  readonly access: number;
  /** D or B */
  readonly isWide: boolean;
  readonly available?: boolean;
}

export interface Gate {
  readonly selector: number;
  readonly offset: number;
  readonly access: number;
  /** of a call gate: how many words are copied */
  readonly count?: number;
}

/** Access bytes without level: code and data. */
export const CODE = 0x9b, CODE_EXECUTE_ONLY = 0x99, CODE_CONFORMING = 0x9f, DATA = 0x93, DATA_READ_ONLY = 0x91, DATA_DOWN = 0x97;
/** System segments and gates. */
export const TSS_16 = 0x81, LDT = 0x82, TSS_16_BUSY = 0x83, CALL_16 = 0x84, TASK_GATE = 0x85, INTERRUPT_16 = 0x86, TRAP_16 = 0x87, TSS_32 = 0x89, TSS_32_BUSY = 0x8b, CALL_32 = 0x8c, INTERRUPT_32 = 0x8e, TRAP_32 = 0x8f;
export const PRESENT = 0x80, ACCESSED = 1, SEGMENT = 0x10;

export const atLevel = (access: number, level: number): number => (access & ~0x60) | (level << 5);

type Words = readonly [low: number, high: number];

const isGranular = ({ limit }: Descriptor): boolean => limit > 0xf_ffff;

export function encodeDescriptor(d: Descriptor): Words {
  const limit = isGranular(d) ? d.limit >>> 12 : d.limit;
  const high = (d.base & 0xff00_0000) | (isGranular(d) ? 0x80_0000 : 0) | (d.isWide ? 0x40_0000 : 0) | (d.available === true ? 0x10_0000 : 0) | (limit & 0xf_0000) | (d.access << 8) | ((d.base >>> 16) & 0xff);
  return [(((d.base & 0xffff) << 16) | (limit & 0xffff)) >>> 0, high >>> 0];
}

export function encodeGate({ selector, offset, access, count = 0 }: Gate): Words {
  return [((selector << 16) | (offset & 0xffff)) >>> 0, ((offset & 0xffff_0000) | (access << 8) | count) >>> 0];
}

/** What a register holds after the selector of this descriptor was loaded. */
export function loaded(selector: number, d: Descriptor): Segment {
  const [, high] = encodeDescriptor(d);
  const access = (d.access & SEGMENT) !== 0 ? d.access | ACCESSED : d.access;
  return { selector, rights: ((high >>> 8) & 0xf000) | access, limit: d.limit, base: d.base, isUsable: true };
}
