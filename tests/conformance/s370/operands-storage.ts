/** Operands in storage of several bytes: strings, decimal numbers, long moves. They overlap where that has a meaning. */
import { bytes, decimal, digits, pattern } from "./draw-values.js";
import type { DrawnState } from "./draw-state.js";
import type { Space } from "./draw-map.js";
import type { Opcode } from "./opcodes.js";
import type { Fields } from "./operands.js";

const TABLE_LENGTH = 256;

export function stringOperands(o: Opcode, state: DrawnState): Fields {
  const { random } = state;
  switch (o.kind) {
    case "string": case "string-inverse": {
      const length = stringLength(state);
      const first = state.place(length);
      // the second operand of an inverse move is named by its last byte
      const back = o.kind === "string-inverse" ? length - 1 : 0;
      const second = random.chance(0.35) ? near(first, length, state, length, back) : state.place(length, 1) + back;
      const contents = bytes(random, length);
      state.put(second - back, contents);
      state.put(first, random.chance(0.4) ? contents.map((byte) => (random.chance(0.9) ? byte : byte ^ 1)) : bytes(random, length));
      state.need(first, length);
      return { i: length - 1, first: state.reach(first), second: state.reach(second) };
    }
    case "translate": case "test": {
      const length = stringLength(state);
      const first = state.place(length), second = random.chance(0.1) && state.isUsable(first, TABLE_LENGTH) ? near(first, length, state, TABLE_LENGTH) : state.place(TABLE_LENGTH);
      const [factor, shift] = [2 * random.below(128) + 1, random.below(256)];
      const stops = random.chance(0.3) ? 0 : random.between(1, 8);
      state.put(second, Array.from({ length: TABLE_LENGTH }, (_, i) => (o.kind === "translate" ? (i * factor + shift) & 0xff : (i * factor) % 256 < stops ? shift : 0)));
      state.put(first, bytes(random, length));
      state.need(first, length);
      return { i: length - 1, first: state.reach(first), second: state.reach(second) };
    }
    case "edit": {
      const length = random.chance(0.95) ? random.between(1, 24) : random.between(1, 64);
      const first = state.place(length);
      const second = apart(first, length, length, state);
      state.put(second, digits(random, length));
      state.put(first, pattern(random, length));
      state.need(first, length);
      return { i: length - 1, first: state.reach(first), second: state.reach(second) };
    }
    case "digits": {
      const [l1, l2] = [random.below(16), random.below(16)];
      const first = state.place(l1 + 1), second = random.chance(0.35) && state.isUsable(first, l2 + 1) ? near(first, l1 + 1, state, l2 + 1) : state.place(l2 + 1);
      state.put(second, bytes(random, l2 + 1));
      state.put(first, bytes(random, l1 + 1));
      state.need(first, l1 + 1);
      return { r1: l1, r2: l2, first: state.reach(first), second: state.reach(second) };
    }
    case "decimal":
      return twoDecimals(o, state);
    case "shifted-decimal": {
      const l1 = random.below(16);
      const first = state.place(l1 + 1);
      state.put(first, decimal(random, l1 + 1));
      state.need(first, l1 + 1);
      const amount = random.chance(0.7) ? random.pick([0, 1, 2, 3, 4, 5, 61, 62, 63, 60, 31, 32, 33]) : random.below(64);
      return { r1: l1, r2: random.chance(0.95) ? random.below(10) : random.below(16), first: state.reach(first), second: state.reach(random.chance(0.7) ? amount : (Number(random.bits(18)) << 6) | amount) };
    }
    case "long":
      return longOperands(state);
    case "move-key":
      return moveKey(o, state);
    default:
      throw new Error(`bug: ${o.kind} is no kind of operand in storage`);
  }
}

function stringLength({ random }: DrawnState): number {
  if (random.chance(0.6)) return random.between(1, 8);
  return random.chance(0.7) ? random.between(9, 32) : random.between(33, 256);
}

/** An address that makes operands overlap; the second one is as long as told, and ends `back` bytes behind the address. */
function near(address: number, length: number, state: DrawnState, own = length, back = 0): number {
  const { random } = state;
  const at = (address + (random.chance(0.6) ? random.pick([-1, 1, 0, -2, 2]) : random.between(-length, length))) & 0xff_ffff;
  return state.isUsable(at - back, own) ? at : address + back;
}

function apart(first: number, length: number, own: number, state: DrawnState): number {
  const taken = new Set(Array.from({ length }, (_, i) => state.absolute(first + i)));
  for (let attempt = 0; attempt < 20; attempt++) {
    const second = state.place(own);
    if (Array.from({ length: own }, (_, i) => state.absolute(second + i)).every((at) => at === undefined || !taken.has(at))) return second;
  }
  return 0xff_ff00;
}

/** Numbers that do not overlap, or end at the same byte. */
function twoDecimals(o: Opcode, state: DrawnState): Fields {
  const { random } = state;
  const isProduct = o.name === "MP" || o.name === "DP";
  const l2 = isProduct && random.chance(0.97) ? random.below(8) : random.below(16);
  const l1 = isProduct && random.chance(0.97) ? random.between(Math.min(l2 + 1, 15), 15) : random.below(16);
  const first = state.place(l1 + 1);
  const isOne = random.chance(0.06);
  const second = isOne ? (first + l1 - l2) & 0xff_ffff : apart(first, l1 + 1, l2 + 1, state);
  const fits = random.chance(0.93);
  const number = decimal(random, l2 + 1);
  state.put(second, number);
  const zeros = o.name === "MP" && fits ? l2 + 1 : o.name === "DP" && fits ? l2 + random.below(3) : 0;
  const isNear = !isProduct && random.chance(0.15);
  if (!isOne) state.put(first, isNear ? Array.from({ length: l1 + 1 }, (_, i) => number[i + l2 - l1] ?? 0) : decimal(random, l1 + 1, Math.min(zeros, l1)));
  state.need(first, l1 + 1);
  return { r1: l1, r2: l2, first: state.reach(first), second: state.reach(second) };
}

// ---------------------------------------------------------------- lengths in registers

function longOperands(state: DrawnState): Fields {
  const { random } = state;
  const even = (): number => (random.chance(0.97) ? 2 * random.below(8) : random.below(16));
  const length = (): number => (random.chance(0.15) ? 0 : random.chance(0.8) ? random.between(1, 24) : random.between(25, 300));
  const l1 = length(), l2 = random.chance(0.35) ? l1 : length();
  const first = state.place(Math.max(l1, 1)), second = random.chance(0.3) && state.isUsable(first, l2) ? near(first, l1, state, l2) : state.place(Math.max(l2, 1));
  const pad = random.chance(0.5) ? 0 : random.below(256);
  const contents = bytes(random, l2);
  state.put(second, contents);
  state.put(first, Array.from({ length: l1 }, (_, i) => (random.chance(0.98) ? contents[i] ?? pad : random.below(256))));
  state.need(first, l1);
  const r1 = even();
  const r2 = random.chance(0.02) ? r1 : even();
  for (const [r, at, size, high] of [[r2, second, l2, pad], [r1, first, l1, random.chance(0.5) ? 0 : random.below(256)]] as const) {
    state.take(r & ~1, state.address(at));
    state.take(r | 1, ((high << 24) | size) >>> 0);
  }
  return { r1, r2 };
}

function moveKey(o: Opcode, state: DrawnState): Fields {
  const { random } = state;
  const length = random.chance(0.08) ? 0 : random.chance(0.85) ? random.between(1, 40) : random.between(41, 300);
  const moved = Math.min(length, 256);
  const own: Space = state.isSecondary ? "secondary" : "primary";
  const [to, from]: readonly [Space, Space] = o.name === "MVCK" ? [own, own] : o.name === "MVCP" ? ["primary", "secondary"] : ["secondary", "primary"];
  const first = state.placeIn(to, Math.max(moved, 1)), second = random.chance(0.15) && to === from ? near(first, moved, state) : state.placeIn(from, Math.max(moved, 1));
  state.put(second, bytes(random, moved), from);
  state.need(first, moved, to);
  const key = random.chance(0.7) ? state.key : random.below(16);
  const r1 = state.claim(length), r3 = state.claim(((Number(random.bits(24)) << 8) | (key << 4) | random.below(16)) >>> 0);
  return { r1, r2: r3, first: state.reach(first), second: state.reach(second) };
}
