/** The operands of an instruction, by its kind: they are put in the state, and told as the bytes behind its code. */
import { bytes, bytesOf, decimal, digits, floating, pattern, word } from "./draw-values.js";
import type { DrawnState, Reach } from "./draw-state.js";
import type { Opcode } from "./opcodes.js";
import { privilegedOperands } from "./operands-control.js";
import { stringOperands } from "./operands-storage.js";

const address = ({ b, d }: Reach): number[] => [(b << 4) | (d >> 8), d & 0xff];

/** Fields in the order of the format; what a format has not is 0. */
export interface Fields {
  readonly r1?: number;
  readonly r2?: number;
  readonly i?: number;
  readonly first?: Reach;
  readonly second?: Reach;
}

export function operandBytes(o: Opcode, state: DrawnState): number[] {
  const { r1 = 0, r2 = 0, i, first, second } = fieldsOf(o, state);
  const pair = i ?? (r1 << 4) | r2;
  switch (o.format) {
    case "RR": case "I":
      return [pair];
    case "RRE":
      return [state.random.chance(0.2) ? state.random.below(256) : 0, pair];
    case "S":
      return address(first!);
    case "SSE":
      return [...address(first!), ...address(second!)];
    case "SS": case "SSL": case "SSR":
      return [pair, ...address(first!), ...address(second!)];
    case "RX": case "RS": case "SI":
      return [pair, ...address(first!)];
  }
}

function fieldsOf(o: Opcode, state: DrawnState): Fields {
  const { random } = state;
  const value = (): number => state.claim(word(random));
  const indexed = (at: number, r1: number): Fields => {
    const { x, ...first } = state.reachIndexed(at);
    return { r1, r2: x, first };
  };
  const fetched = (contents: readonly number[], alignment = 1): number => {
    const at = state.place(contents.length, alignment);
    state.put(at, contents);
    return at;
  };
  switch (o.kind) {
    case "none":
      return o.format === "S" ? { first: { b: random.below(16), d: random.below(0x1000) } } : { r1: value(), r2: random.below(16) };
    case "values":
      return random.chance(0.1) ? same(value()) : { r1: value(), r2: value() };
    case "pair": {
      const r1 = pairOf(state, o.name.startsWith("D"));
      return { r1, r2: random.chance(0.1) ? r1 : value() };
    }
    case "pair4": {
      const r1 = pairOf(state, o.name.startsWith("D"));
      return indexed(fetched(bytesOf(word(random), 4)), r1);
    }
    case "address":
      return indexed(Number(random.bits(24)), value());
    case "branch":
      return branch(o, state, indexed);
    case "loop":
      return loop(state);
    case "shift": {
      const r1 = o.name.length === 3 ? value() : pairOf(state, false);
      return { r1, r2: random.below(16), first: state.reach(random.chance(0.7) ? random.below(64) : Number(random.bits(24))) };
    }
    case "service":
      return { i: random.below(0xff) };
    case "monitor":
      return { i: random.chance(0.9) ? random.below(16) : random.below(256), first: state.reach(Number(random.bits(24))) };
    case "fetch1": return indexed(fetched(bytesOf(word(random), 1)), value());
    case "fetch2": return indexed(fetched(bytesOf(word(random), 2)), value());
    case "fetch4": return indexed(fetched(bytesOf(word(random), 4)), value());
    case "fetch8": return indexed(fetched(bytesOf(random.bits(64), 8)), value());
    case "decimal8": return indexed(fetched(decimal(random, 8, random.chance(0.8) ? 2 : 0)), value());
    case "store1": return indexed(stored(state, 1), value());
    case "store2": return indexed(stored(state, 2), value());
    case "store4": return indexed(stored(state, 4), value());
    case "store8": return indexed(stored(state, 8), value());
    case "float": {
      const r1 = floatRegister(state);
      return { r1, r2: random.chance(0.1) ? r1 : floatRegister(state) };
    }
    case "float16": {
      // an extended number is in a register that is 0 or 4 and the one behind it
      const extended = (): number => (random.chance(0.95) ? 4 * random.below(2) : floatRegister(state));
      const [r1, r2] = o.name === "LRER" ? [floatRegister(state), floatRegister(state)] : o.name === "LRDR" ? [floatRegister(state), extended()] : [extended(), o.name === "MXDR" ? floatRegister(state) : extended()];
      for (const r of [r1, r2]) for (const n of [r >> 1, (r >> 1) + 1]) if (n < 4 && random.chance(0.9)) state.floating[n] = floating(random);
      if (random.chance(0.5)) for (const n of [0, 2]) state.floating[n + 1] = continued(state.floating[n]!, state.floating[n + 1]!);
      return { r1, r2 };
    }
    case "float4": return indexed(fetched(bytesOf(floating(random), 8).slice(0, 4)), floatRegister(state));
    case "float8": return indexed(fetched(bytesOf(floating(random), 8)), floatRegister(state));
    case "mask": {
      const m = random.below(16);
      return { r1: value(), r2: m, first: state.reach(fetched(bytes(random, 4))) };
    }
    case "multiple":
      return multiple(state);
    case "byte":
      return { i: random.chance(0.2) ? random.pick([0, 0xff]) : random.below(256), first: state.reach(fetched([random.chance(0.3) ? random.pick([0, 0xff]) : random.below(256)])) };
    case "swap4": case "swap8":
      return swap(state, o.kind === "swap4" ? 4 : 8);
    case "execute": case "diagnose":
      return { i: random.below(256), first: state.reach(Number(random.bits(24))) };
    case "string": case "string-inverse": case "translate": case "test": case "edit": case "digits": case "decimal": case "shifted-decimal": case "long": case "move-key":
      return stringOperands(o, state);
    default:
      return privilegedOperands(o, state);
  }
}

const same = (r: number): Fields => ({ r1: r, r2: r });

function stored(state: DrawnState, length: number): number {
  const at = state.place(length);
  if (state.random.chance(0.5)) state.put(at, bytes(state.random, length));
  state.need(at, length);
  return at;
}

/** The second half as the hardware leaves it: the sign of the first, a characteristic that is 14 less. */
const continued = (high: bigint, low: bigint): bigint => (high & (1n << 63n)) | ((((high >> 56n) - 14n) & 0x7fn) << 56n) | (low & 0xff_ffff_ffff_ffffn);

function floatRegister(state: DrawnState): number {
  const { random } = state;
  const n = random.chance(0.97) ? 2 * random.below(4) : random.below(16);
  if ((n & 9) === 0) state.floating[n >> 1] = floating(random);
  return n;
}

/** An even register mostly, and the one behind it; dividends are mostly small enough. */
function pairOf(state: DrawnState, isDividend: boolean): number {
  const { random } = state;
  const r = random.chance(0.95) ? 2 * random.below(8) : random.below(16);
  const low = word(random);
  const high = isDividend && random.chance(0.6) ? (random.chance(0.5) ? 0 : 0xffff_ffff) : word(random);
  state.take(r & ~1, isDividend && random.chance(0.2) ? random.below(0x1_0000) : high);
  state.take(r | 1, low);
  return r;
}

// ---------------------------------------------------------------- branches

function target(state: DrawnState): number {
  const at = state.place(2, state.random.chance(0.97) ? 2 : 1);
  state.putFence(at);
  return at;
}

function branch(o: Opcode, state: DrawnState, indexed: (at: number, r1: number) => Fields): Fields {
  const { random } = state;
  const r1 = o.name.startsWith("BC") && !o.name.startsWith("BCT") ? random.below(16) : state.claim(o.name.startsWith("BCT") ? random.pick([0, 1, 2, word(random)]) : word(random));
  const at = target(state);
  if (o.format === "RX") return indexed(at, r1);
  return { r1, r2: random.chance(0.15) ? 0 : state.claim(state.address(at), true) };
}

function loop(state: DrawnState): Fields {
  const { random } = state;
  const r1 = random.below(16);
  state.take(r1, word(random));
  const r3 = random.chance(0.2) ? r1 : random.below(16);
  for (const r of [r3, r3 | 1]) if (!state.isTaken(r)) state.take(r, word(random));
  if (random.chance(0.2)) state.take(r3 | 1, (state.general[r1]! + state.general[r3]!) | 0);
  return { r1, r2: r3, first: state.reach(target(state)) };
}

// ---------------------------------------------------------------- several registers

function multiple(state: DrawnState): Fields {
  const { random } = state;
  const r1 = random.below(16), r3 = random.chance(0.6) ? (r1 + random.below(4)) & 15 : random.below(16);
  const length = 4 * (((r3 - r1) & 15) + 1);
  const at = state.place(length);
  const contents = random.chance(0.5) ? bytes(random, length) : Array.from({ length }, (_, i) => (i * 17) & 0xff);
  state.put(at, contents);
  state.need(at, length);
  return { r1, r2: r3, first: state.reach(at) };
}

function swap(state: DrawnState, length: 4 | 8): Fields {
  const { random } = state;
  const at = state.place(length, length);
  const contents = [...bytesOf(word(random), 4), ...bytesOf(word(random), length - 4)];
  state.put(at, contents);
  state.need(at, length);
  const register = (): number => (length === 4 ? state.claim(word(random)) : pairOf(state, false));
  const r1 = register();
  if (random.chance(0.5)) for (let i = 0; i < length; i += 4) state.take((r1 & (length === 8 ? 14 : 15)) + i / 4, Number(BigInt(`0x${Buffer.from(contents.slice(i, i + 4)).toString("hex")}`)));
  return { r1, r2: random.chance(0.1) ? r1 : length === 4 ? register() : otherPair(state, r1), first: state.reach(at) };
}

function otherPair(state: DrawnState, r1: number): number {
  const { random } = state;
  const r = random.chance(0.95) ? 2 * random.below(8) : random.below(16);
  if ((r & ~1) !== (r1 & ~1)) for (const n of [r & ~1, r | 1]) state.take(n, word(random));
  return r;
}

