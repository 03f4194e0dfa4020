/**
 * Dynamic address translation and the old status word, read from a case: what reasons look at.
 *
 * Written from the manual, apart from the specification.
 */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Case, Question } from "../case.js";
import type { Compared } from "../compare.js";
import { CAPACITY, INTERRUPTIONS, TABLES } from "./storage-map.js";

// ---------------------------------------------------------------- tables

/** A real address, or why there is none. */
export type Translated =
  | { readonly kind: "real"; readonly address: number; readonly isProtected: boolean }
  | { readonly kind: "segment-length" | "segment-invalid" | "page-length" | "page-invalid" | "format" | "outside" };

export function translated(q: Question, address: number, designation: number): Translated {
  const formats = Number(registerBefore(q, "Formats"));
  const [pages, segments] = [(formats >> 6) & 3, (formats >> 3) & 3];
  if ((pages !== 1 && pages !== 2) || (formats & 0x20) !== 0 || (segments !== 0 && segments !== 2)) return { kind: "format" };
  const segmentSize = segments === 2 ? 0x10_0000 : 0x1_0000, pageSize = pages === 2 ? 0x1000 : 0x800;
  const segment = Math.floor(address / segmentSize), page = Math.floor((address % segmentSize) / pageSize);
  if (segments === 0 && segment >> 4 > designation >>> 24) return { kind: "segment-length" };
  const entryAt = (designation & 0xff_ffc0) + 4 * segment;
  if (entryAt >= CAPACITY) return { kind: "outside" };
  const entry = Number(storage(q, entryAt, 4));
  if ((entry & 1) !== 0) return { kind: "segment-invalid" };
  if ((entry >>> 24 & 15) !== 0) return { kind: "format" };
  const perUnit = segmentSize / pageSize / 16;
  if (Math.floor(page / perUnit) > entry >>> 28) return { kind: "page-length" };
  const pageAt = (entry & 0xff_fff8) + 2 * page;
  if (pageAt >= CAPACITY) return { kind: "outside" };
  const frame = Number(storage(q, pageAt, 2));
  if ((frame & (pages === 2 ? 8 : 4)) !== 0) return { kind: "page-invalid" };
  if ((frame & (pages === 2 ? 6 : 2)) !== 0) return { kind: "format" };
  return { kind: "real", address: ((frame << 8) & (pages === 2 ? 0xff_f000 : 0xff_f800)) + (address % pageSize), isProtected: (entry & 4) !== 0 };
}

/** By absolute address. */
export function storage(q: Question, address: number, length: number): bigint {
  let value = 0n;
  for (let i = 0; i < length; i++) value = (value << 8n) | cellBefore(q, "core", BigInt(address + i));
  return value;
}

export const primary = (q: Question): number => Number(registerBefore(q, "CR1"));
export const secondary = (q: Question): number => Number(registerBefore(q, "CR7"));
export const isTranslating = (q: Question): boolean => registerBefore(q, "Extended") === 1n && registerBefore(q, "Translation") === 1n;

/** Whether a page-table entry that the case lists has bits 13 or 14, which are to be 0 in an entry for 4K. */
export function hasExtendedFrame(q: Question): boolean {
  if (((registerBefore(q, "Formats") >> 6n) & 3n) !== 2n) return false;
  return [...q.before.arrays.get("core")!].some(([address, value]) => address >= BigInt(TABLES.first) && address <= BigInt(TABLES.last) && (address & 1n) === 1n && (value & 6n) !== 0n && (value & 8n) === 0n);
}

// ---------------------------------------------------------------- interruptions

export interface Interruption {
  readonly kind: "external" | "service" | "program" | "machine" | "inout" | "wait";
  readonly code: number;
  /** in halfwords */
  readonly length: number;
  readonly old: bigint;
  /** what is at 90: the address that was not translated */
  readonly address: number;
}

const KINDS: readonly Interruption["kind"][] = ["external", "service", "program", "machine", "inout"];
const PLACES: Readonly<Record<string, { readonly old: number; readonly place: number }>> = { service: { old: 0x20, place: 0x88 }, program: { old: 0x28, place: 0x8c }, external: { old: 0x18, place: 0x84 } };

/** What ended the case by the witness's answer. */
export function theirInterruption(c: Case): Interruption {
  return interruption((name) => c.after.registers.get(name)!, (address) => c.after.arrays.get("core")!.get(address) ?? 0n);
}

/** The same by ours, which is the witness's but for the differences. */
export function ourInterruption(c: Case, compared: Compared): Interruption {
  const differing = new Map(compared.differences.map(({ component, index, ours }) => [`${component}/${index ?? ""}`, ours]));
  return interruption(
    (name) => differing.get(`${name}/`) ?? c.after.registers.get(name)!,
    (address) => differing.get(`core/${address}`) ?? c.after.arrays.get("core")!.get(address) ?? 0n,
  );
}

function interruption(register: (name: string) => bigint, cell: (address: bigint) => bigint): Interruption {
  const handler = Number(register("PC"));
  const kind = KINDS[INTERRUPTIONS.findIndex((i) => i.handler === handler)] ?? "wait";
  const low = register("Prefix") << 12n;
  const read = (address: number, length: number): bigint => {
    let value = 0n;
    for (let i = 0; i < length; i++) value = (value << 8n) | cell(low + BigInt(address + i));
    return value;
  };
  const { old: oldAt, place } = PLACES[kind] ?? { old: 0x08, place: 0x84 };
  const old = read(oldAt, 8);
  const isExtended = ((old >> 51n) & 1n) === 1n;
  const code = isExtended ? read(place + 2, 2) : (old >> 32n) & 0xffffn;
  const length = isExtended ? read(place, 2) >> 1n : (old >> 30n) & 3n;
  return { kind, code: Number(code), length: Number(length), old, address: Number(read(0x90, 4)) };
}

/** What an access to storage may meet. */
export const isAccessException = ({ kind, code }: Interruption): boolean => kind === "program" && [4, 5, 0x10, 0x11, 0x12].includes(code);
