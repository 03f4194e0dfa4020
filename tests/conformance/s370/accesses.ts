/**
 * Which storage the instruction of a case looks at, and what it may meet there.
 *
 * Reasons use it to tell that an exception which one side recognized was there to be recognized. Written from the manual's formats, apart
 * from the specification.
 */
import { cellBefore, registerBefore } from "../case-file.js";
import type { Question } from "../case.js";
import { CAPACITY } from "./storage-map.js";
import { opcodeOf, type Opcode } from "./opcodes.js";
import { isTranslating, primary, secondary, translated } from "./translation.js";
import type { Space } from "./draw-map.js";

export interface Access {
  readonly address: number;
  readonly length: number;
  readonly access: "read" | "write";
  readonly space: Space;
  readonly key: number;
}

export interface AccessException {
  readonly code: number;
  /** of a translation exception: what is stored at 90, but for the byte in the page */
  readonly page?: number;
}

export interface Executed {
  readonly bytes: readonly number[];
  readonly opcode: Opcode | undefined;
  /** the address of EX's target */
  readonly target?: number;
}

const ownSpace = (q: Question): Space => (registerBefore(q, "Secondary") === 1n && registerBefore(q, "Extended") === 1n ? "secondary" : "primary");
const general = (q: Question, n: number): number => Number(cellBefore(q, "R", BigInt(n)));
const base = (q: Question, b: number): number => (b === 0 ? 0 : general(q, b));

// ---------------------------------------------------------------- what is executed

/** The instruction, or what EX makes of its target. */
export function executed(q: Question): Executed {
  const bytes = q.words.flatMap((word) => [Number(word >> 8n), Number(word & 0xffn)]);
  const opcode = opcodeOf(Number(q.words[0]!));
  if (opcode?.name !== "EX") return { bytes, opcode };
  const target = (base(q, bytes[1]! & 15) + base(q, bytes[2]! >> 4) + displacement(bytes, 2)) & 0xff_ffff;
  const changed = Array.from({ length: 6 }, (_, i) => byteAt(q, target + i));
  const r1 = bytes[1]! >> 4;
  if (r1 !== 0) changed[1]! |= general(q, r1) & 0xff;
  return { bytes: changed, opcode: opcodeOf((changed[0]! << 8) | changed[1]!), target };
}

const displacement = (bytes: readonly number[], at: number): number => ((bytes[at]! & 15) << 8) | bytes[at + 1]!;

/** 0 where there is none. */
function byteAt(q: Question, address: number): number {
  const at = absolute(q, address & 0xff_ffff, ownSpace(q));
  return at === undefined ? 0 : Number(cellBefore(q, "core", BigInt(at)));
}

export function absolute(q: Question, address: number, space: Space): number | undefined {
  let real = address;
  if (isTranslating(q)) {
    const found = translated(q, address, space === "primary" ? primary(q) : secondary(q));
    if (found.kind !== "real") return undefined;
    real = found.address;
  }
  const prefix = Number(registerBefore(q, "Prefix"));
  const block = real >> 12;
  const at = ((block === 0 ? prefix : block === prefix ? 0 : block) << 12) | (real & 0xfff);
  return at < CAPACITY ? at : undefined;
}

// ---------------------------------------------------------------- operands

/** The operands in storage. */
export function accessesOf(q: Question): readonly Access[] {
  const { bytes, opcode, target } = executed(q);
  const key = Number(registerBefore(q, "Key")), space = ownSpace(q);
  const of = (address: number, length: number, access: Access["access"], own: Partial<Access> = {}): Access => ({ address: address & 0xff_ffff, length, access, space, key, ...own });
  const fetched = [of(Number(registerBefore(q, "PC")), 6, "read"), ...(target === undefined ? [] : [of(target, 6, "read")])];
  if (opcode === undefined) return fetched;
  const first = base(q, bytes[2]! >> 4) + displacement(bytes, 2);
  const indexed = first + base(q, bytes[1]! & 15);
  const second = base(q, bytes[4]! >> 4) + displacement([...bytes, 0, 0], 4);
  const [high, low] = [bytes[1]! >> 4, bytes[1]! & 15];
  const operands = ((): readonly Access[] => {
    switch (opcode.kind) {
      case "fetch1": case "fetch2": case "fetch4": case "fetch8": case "pair4": case "float4": case "float8": case "decimal8":
        return [of(indexed, Number(opcode.kind.at(-1)), opcode.name === "STE" || opcode.name === "STD" ? "write" : "read")];
      case "store1": case "store2": case "store4": case "store8":
        return [of(indexed, Number(opcode.kind.at(-1)), "write")];
      case "byte":
        return [of(first, 1, ["TM", "CLI"].includes(opcode.name) ? "read" : "write")];
      case "mask":
        return [of(first, Math.max(1, [...low.toString(2)].filter((bit) => bit === "1").length), opcode.name === "STCM" ? "write" : "read")];
      case "multiple": case "control":
        return [of(first, 4 * (((low - high) & 15) + 1), opcode.name.startsWith("ST") ? "write" : "read")];
      case "swap4": case "swap8":
        return [of(first, opcode.kind === "swap4" ? 4 : 8, "write")];
      case "status": case "clock8":
        return [of(first, 8, "read")];
      case "clock-stored8":
        return [of(first, 8, "write")];
      case "system-mask":
        return [of(first, 1, opcode.name === "SSM" ? "read" : "write")];
      case "prefix":
        return [of(first, 4, opcode.name === "STPX" ? "write" : "read")];
      case "halfword":
        return [of(first, 2, "write")];
      case "string": case "edit": case "translate": case "test":
        return [
          of(first, bytes[1]! + 1, opcode.name === "CLC" || opcode.name === "TRT" ? "read" : "write"),
          of(second, opcode.kind === "translate" || opcode.kind === "test" ? 256 : bytes[1]! + 1, "read"),
        ];
      case "string-inverse":
        return [of(first, bytes[1]! + 1, "write"), of(second - bytes[1]!, bytes[1]! + 1, "read")];
      case "digits": case "decimal":
        return [of(first, high + 1, opcode.name === "CP" ? "read" : "write"), of(second, low + 1, "read")];
      case "shifted-decimal":
        return [of(first, high + 1, "write")];
      case "long":
        return [of(general(q, high & 14), general(q, high | 1) & 0xff_ffff, opcode.name === "MVCL" ? "write" : "read"), of(general(q, low & 14), general(q, low | 1) & 0xff_ffff, "read")];
      case "move-key": {
        const length = Math.min(general(q, high), 256), other = (general(q, low) >> 4) & 15;
        if (opcode.name === "MVCK") return [of(first, length, "write"), of(second, length, "read", { key: other })];
        return opcode.name === "MVCP"
          ? [of(first, length, "write", { space: "primary" }), of(second, length, "read", { space: "secondary", key: other })]
          : [of(first, length, "write", { space: "secondary", key: other }), of(second, length, "read", { space: "primary" })];
      }
      default:
        return [];
    }
  })();
  return [...fetched, ...operands];
}

/** Exceptions that some byte of an access meets; lengths of millions are looked at as far as a page or two. */
export function exceptionsOf(q: Question, accesses: readonly Access[]): readonly AccessException[] {
  const found = new Map<string, AccessException>();
  for (const a of accesses) {
    for (let i = 0; i < Math.min(a.length, 0x2000); i++) {
      for (const exception of exceptionsAt(q, { ...a, address: (a.address + i) & 0xff_ffff })) found.set(`${exception.code}/${exception.page ?? ""}`, exception);
    }
  }
  return [...found.values()];
}

function exceptionsAt(q: Question, { address, access, space, key }: Access): readonly AccessException[] {
  const isLow = access === "write" && address < 0x200 && (registerBefore(q, "Formats") & 0x1000n) !== 0n;
  const low = isLow ? [{ code: 4 }] : [];
  let isProtected = false;
  if (isTranslating(q)) {
    const found = translated(q, address, space === "primary" ? primary(q) : secondary(q));
    const page = (space === "secondary" ? 0x8000_0000 : 0) + (address & (((registerBefore(q, "Formats") >> 6n) & 3n) === 2n ? 0xff_f000 : 0xff_f800));
    switch (found.kind) {
      case "segment-length": case "segment-invalid": return [...low, { code: 0x10, page }];
      case "page-length": case "page-invalid": return [...low, { code: 0x11, page }];
      case "format": return [...low, { code: 0x12 }];
      case "outside": return [...low, { code: 5 }];
      case "real": isProtected = found.isProtected && access === "write";
    }
  }
  const at = absolute(q, address, space);
  const own = at === undefined ? 0 : Number(cellBefore(q, "StorageKey", BigInt(at >> 11)));
  const isBarred = at !== undefined && key !== 0 && key !== own >> 1 && (access === "write" || (own & 1) === 1);
  return [...(at === undefined ? [{ code: 5 }] : []), ...(isLow || isProtected || isBarred ? [{ code: 4 }] : [])];
}

/** The addresses from which halfwords are fetched: the instruction, what is behind it, and EX's target. */
export function fetchedAddresses(q: Question): readonly number[] {
  const { target } = executed(q);
  return [Number(registerBefore(q, "PC")), ...(target === undefined ? [] : [target])].flatMap((at) => Array.from({ length: 8 }, (_, i) => (at + i) & 0xff_ffff));
}

/** The address that an instruction looks up in the tables without going there. */
export function lookedUp(q: Question): number | undefined {
  const { bytes, opcode } = executed(q);
  const first = base(q, bytes[2]! >> 4) + displacement(bytes, 2);
  switch (opcode?.name) {
    case "LRA": return (first + base(q, bytes[1]! & 15)) & 0xff_ffff;
    case "TPROT": return first & 0xff_ffff;
    case "IVSK": return general(q, bytes[3]! & 15) & 0xff_ffff;
    default: return undefined;
  }
}
