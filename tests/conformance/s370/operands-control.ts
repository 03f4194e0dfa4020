/** Operands of the instructions that control the processor: status words, masks, keys, tables, clocks, devices. */
import { bytesOf, word } from "./draw-values.js";
import type { DrawnState } from "./draw-state.js";
import { CAPACITY, KEYED_BLOCKS, PREFIX, SPACES } from "./storage-map.js";
import type { Opcode } from "./opcodes.js";
import type { Fields } from "./operands.js";

/** Where linkage and entry tables are, and those that lead from the number of a space to its entry, in the area of tables. */
const LINKAGE = 0x2a00;
const ENTRIES = 0x2a80;
const FIRST_TABLE = 0x2000;
const FIRST_ENTRY = 0x2b00;
const AUTHORITY = 0x2b80;

export function privilegedOperands(o: Opcode, state: DrawnState): Fields {
  const { random } = state;
  const put = (contents: readonly number[], alignment: number): Fields => {
    const at = state.place(contents.length, alignment);
    state.put(at, contents);
    state.need(at, contents.length);
    return { i: random.below(256), first: state.reach(at) };
  };
  switch (o.kind) {
    case "status":
      return put(statusToLoad(state), 8);
    case "system-mask": {
      const mask = systemMask(state);
      const { first } = put([o.name === "SSM" ? mask : 0], 1);
      return { i: o.name === "SSM" ? random.below(256) : mask, first: first! };
    }
    case "control":
      return control(o, state);
    case "key-block":
      return { r1: state.claim(word(random)), r2: state.claim(state.address(keyBlock(state))) };
    case "reference":
      return { first: state.reach(keyBlock(state)) };
    case "real-address": {
      const { x, ...first } = state.reachIndexed(aroundZone(state));
      return { r1: state.claim(word(random)), r2: x, first };
    }
    case "invalidate": {
      const page = state.map.zone + random.below(0x2000);
      const table = random.chance(0.95) ? state.map.pageTable(page) : CAPACITY + 8 * random.below(0x100);
      return { r1: state.claim(((random.below(256) << 24) | table | random.below(8)) >>> 0), r2: state.claim(state.address(page)) };
    }
    case "protection":
      return { first: state.reach(random.chance(0.5) && state.isTranslating ? aroundZone(state) : state.place(1)), second: state.reach((random.chance(0.5) ? 0 : Number(random.bits(16)) << 8) | ((random.chance(0.5) ? state.key : random.below(16)) << 4) | random.below(16)) };
    case "prefix":
      return put(o.name === "STPX" ? [0, 0, 0, 0] : bytesOf(prefix(state), 4), 4);
    case "clock8":
      return put(bytesOf(random.bits(64), 8), 8);
    case "clock-stored8":
      return put([0, 0, 0, 0, 0, 0, 0, 0], o.name === "STCK" ? 1 : 8);
    case "halfword":
      return put([0xff, 0xff], 2);
    case "key": {
      const key = random.chance(0.4) ? state.key : random.below(16);
      return { first: state.reach((Number(random.bits(16)) << 8) | (key << 4) | random.below(16)) };
    }
    case "signal": {
      // to itself only the order to sense; orders behind 12 are those of later processors, which Hercules has
      const isOwn = random.chance(0.2);
      return { r1: random.below(16), r2: state.claim(isOwn ? 0 : random.between(1, 0xffff)), first: state.reach((Number(random.bits(16)) << 8) | (isOwn ? 1 : random.below(0xd))) };
    }
    case "direct":
      return put([random.below(256)], 1);
    case "device": {
      const isConsole = random.chance(0.3) && (o.name === "TIO" || o.name === "TCH");
      const device = isConsole ? 0x009 : random.between(0x100, 0xffff);
      return { i: (random.below(128) << 1) | (o.second ?? random.below(2)), first: state.reach(device) };
    }
    case "space":
      return { first: state.reach(((random.chance(0.95) ? random.below(2) : random.below(16)) << 8) | random.below(256)) };
    case "virtual-key":
      return { r1: state.claim(word(random)), r2: state.claim(state.address(aroundZone(state))) };
    case "secondary":
      state.control[4] = 0x0002_0000 | putSpace(state, 0, 3);
      return { r1: state.claim(((Number(random.bits(16)) << 16) | spaceNumber(state)) >>> 0), r2: random.below(16) };
    case "spaces": {
      const own = putSpace(state, 0, 3, false);
      state.control[4] = 0x0002_0000 | own;
      state.control[3] = ((state.control[3]! & 0xffff_0000) | putSpace(state, 1, 2, false)) >>> 0;
      const second = random.chance(0.4) ? spaceNumber(state, false) : state.control[3]! & 0xffff;
      // as far as the authority tables go
      const index = random.below(8);
      const { first } = put([...bytesOf(random.bits(16), 2), ...bytesOf(second, 2), ...bytesOf(index, 2), ...bytesOf(spaceNumber(state, false), 2)], 8);
      return { first: first!, second: state.reach((Number(random.bits(20)) << 3) | random.below(8)) };
    }
    case "transfer":
      return transfer(state);
    case "call":
      return call(state);
    default:
      throw new Error(`bug: ${o.kind} is no kind of control operand`);
  }
}

function aroundZone(state: DrawnState): number {
  const { random, map } = state;
  return (map.zone - map.pageSize + random.below(0x2000 + 2 * map.pageSize)) & 0xff_ffff;
}

function keyBlock({ random }: DrawnState): number {
  if (random.chance(0.05)) return CAPACITY + 16 * random.below(0x1000);
  return random.pick(KEYED_BLOCKS) + 16 * random.below(0x80) + (random.chance(0.95) ? 0 : random.below(16));
}

// ---------------------------------------------------------------- status

/** A status word whose address has a fence, as it will be translated then. */
function statusToLoad(state: DrawnState): number[] {
  const { random } = state;
  const isExtended = random.chance(0.65);
  const isTranslating = isExtended && random.chance(0.5);
  const address = state.fenceUnder(isTranslating) | (random.chance(0.03) ? 1 : 0);
  const key = random.chance(0.5) ? 0 : random.chance(0.6) ? state.key : random.below(16);
  const [code, mask, problem, check] = [random.below(4), random.below(16), random.below(2), random.chance(0.2) ? 4 : 0];
  if (!isExtended) return [random.below(256), (key << 4) | check | problem, random.below(256), random.below(256), (random.below(4) << 6) | (code << 4) | mask, ...bytesOf(address, 3)];
  const wrong = random.chance(0.05) ? 1n << BigInt(random.pick([63, 61, 60, 59, 46, ...Array.from({ length: 16 }, (_, n) => 24 + n)])) : 0n;
  const left = [(random.chance(0.3) ? 0x40 : 0) | (isTranslating ? 4 : 0) | random.below(4), (key << 4) | 8 | check | problem, (code << 4) | mask, 0, 0, ...bytesOf(address, 3)];
  return bytesOf(BigInt(`0x${Buffer.from(left).toString("hex")}`) | wrong, 8);
}

function systemMask({ random, isExtended }: DrawnState): number {
  if (!isExtended) return random.below(256);
  const valid = (random.chance(0.3) ? 0x40 : 0) | (random.chance(0.6) ? 4 : 0) | random.below(4);
  return random.chance(0.1) ? random.below(256) : random.chance(0.2) ? valid | 0xb8 : valid;
}

function control(o: Opcode, state: DrawnState): Fields {
  const { random } = state;
  const r1 = random.below(16), r3 = random.chance(0.6) ? (r1 + random.below(3)) & 15 : random.below(16);
  const length = 4 * (((r3 - r1) & 15) + 1);
  const at = state.place(length, 4);
  const contents = Array.from({ length: length / 4 }, (_, i) => bytesOf(o.name === "LCTL" ? controlToLoad((r1 + i) & 15, state) : 0, 4)).flat();
  state.put(at, contents);
  state.need(at, length);
  return { r1, r2: r3, first: state.reach(at) };
}

/** Anything, but for what would let interruptions in, record events or look at tables that are not there. */
function controlToLoad(n: number, state: DrawnState): number {
  const { random, control } = state;
  const any = random.chance(0.3) ? Number(random.bits(32)) : 0x0f0e_0d0c + n;
  switch (n) {
    case 0:
      return ((((random.chance(0.8) ? control[0]! >>> 16 : (control[0]! >>> 16) ^ (1 << random.below(16)))) << 16) | random.below(0x1_0000)) >>> 0;
    case 1: case 7:
      return random.chance(0.8) ? control[n]! : ((random.below(256) << 24) | (control[n]! & 0xff_ffff)) >>> 0;
    case 6: case 9: case 15:
      return any & 0x00ff_ffff;
    default:
      return any;
  }
}

function prefix({ random }: DrawnState): number {
  const block = random.chance(0.85) ? random.pick([0, PREFIX]) : CAPACITY + 0x1000 * random.below(0x100);
  return (((random.chance(0.9) ? 0 : random.below(256)) << 24) | block | (random.chance(0.5) ? 0 : random.below(0x1000))) >>> 0;
}

// ---------------------------------------------------------------- dual address space

function transfer(state: DrawnState): Fields {
  const { random } = state;
  allowLinkage(state);
  state.control[4] = 0x0002_0000 | putSpace(state, 0, 3);
  const at = state.place(2, 2);
  state.putFence(at);
  const r1 = state.claim(((Number(random.bits(16)) << 16) | spaceNumber(state)) >>> 0);
  return { r1, r2: state.claim(state.address(at | random.below(2))) };
}

/** The number of the present space, or of another one, for which tables are put. */
function spaceNumber(state: DrawnState, hasOddBits = true): number {
  const { random, control } = state;
  control[14] = ((control[14]! & ~0xfff) | (random.chance(0.97) ? FIRST_TABLE : CAPACITY) >> 12) >>> 0;
  if (random.chance(0.45)) return control[4]! & 0xffff;
  return putSpace(state, random.below(16), random.below(4), hasOddBits);
}

/** Entries of both tables for a space, in some cases not as they should be; its number. LASP goes on where Hercules does not look at bits. */
function putSpace(state: DrawnState, first: number, second: number, hasOddBits = true): number {
  const { random, map } = state;
  const bad = (probability: number, bits: number): number => (random.chance(probability) && (hasOddBits || bits === 0x8000_0000) ? bits : 0);
  state.putTable(FIRST_ENTRY + 4 * first, bytesOf((bad(0.05, 0x8000_0000) | bad(0.03, 1 << (24 + random.below(7))) | bad(0.03, 1 << random.below(4)) | (random.chance(0.97) ? SPACES : CAPACITY)) >>> 0, 4));
  const authorized = random.chance(0.8) ? 0xff : random.below(256);
  state.putTable(AUTHORITY, [authorized, authorized]);
  state.putTable(SPACES + 16 * second, [
    ...bytesOf((bad(0.05, 0x8000_0000) | bad(0.03, 1 << (24 + random.below(7))) | bad(0.03, 1 << random.below(2)) | (random.chance(0.97) ? AUTHORITY : CAPACITY)) >>> 0, 4),
    ...bytesOf(((random.below(4) << 16) | (random.chance(0.9) ? 0x10 * random.below(4) : 0) | bad(0.03, 1 << random.below(4))) >>> 0, 4),
    ...bytesOf((random.pick([map.designations.primary, map.designations.secondary]) | bad(0.1, 1)) >>> 0, 4),
    ...bytesOf((bad(0.5, 0x8000_0000) | LINKAGE | bad(0.03, 1 << (24 + random.below(7)))) >>> 0, 4),
  ]);
  return (((FIRST_ENTRY - FIRST_TABLE) / 4 + first) << 6) | second;
}

function allowLinkage(state: DrawnState): void {
  const { random } = state;
  if (random.chance(0.05)) state.control[1] = (state.control[1]! | 1) >>> 0;
  state.control[5] = ((random.chance(0.92) ? 0x8000_0000 : 0) | LINKAGE | (random.chance(0.9) ? 0 : random.below(4))) >>> 0;
}

function call(state: DrawnState): Fields {
  const { random } = state;
  allowLinkage(state);
  state.control[4] = 0x0002_0000 | putSpace(state, 0, 3);
  const linkage = random.chance(0.95) ? random.below(32) : random.below(0x80), entry = random.chance(0.95) ? random.below(8) : random.below(16);
  const at = state.place(2, 2);
  state.putFence(at);
  const bad = (probability: number, bits: number): number => (random.chance(probability) ? bits : 0);
  const table = bad(0.03, 0x8000_0000) | bad(0.02, 1 << (24 + random.below(7))) | (random.chance(0.98) ? ENTRIES : CAPACITY) | (random.chance(0.95) ? 1 : 0);
  if (linkage < 32) state.putTable(LINKAGE + 4 * linkage, bytesOf(table >>> 0, 4));
  const authority = random.chance(0.7) ? 0xffff : random.below(0x1_0000);
  if (entry < 8) {
    state.putTable(ENTRIES + 16 * entry, [
      ...bytesOf(((authority << 16) | (random.chance(0.5) ? 0 : spaceNumber(state))) >>> 0, 4),
      ...bytesOf((bad(0.02, 1 << (24 + random.below(8))) | at | random.below(2)) >>> 0, 4),
      ...bytesOf(word(random), 4), ...bytesOf(word(random), 4),
    ]);
  }
  return { first: state.reach((Number(random.bits(4)) << 20) | (linkage << 8) | entry) };
}
