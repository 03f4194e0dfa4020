/**
 * One instruction of an operation code (for JRST, of a form), with operands that are likely to show a difference.
 *
 * What kind of operand a code has is said here again, apart from the specification, because a drawing that leaned on the
 * specification could miss what the specification misses.
 */
import type { Question } from "../case.js";
import type { Random } from "../random.js";
import { fixedWord, floatingWord, half } from "./draw-words.js";
import { DrawnState } from "./draw-state.js";
import { instructionWord } from "./instruction-word.js";

/** What E is to an instruction. */
export type OperandKind = "memory" | "value" | "distance" | "byte" | "push" | "pop" | "block" | "jump-restore-ac" | "restore" | "execute" | "user-operation";

export function operandKind(code: number): OperandKind {
  if (code < 0o040) return "user-operation";
  if (code === 0o132 || (code >= 0o240 && code <= 0o246 && code !== 0o243)) return "distance";
  if (code >= 0o133 && code <= 0o137) return "byte";
  if (code >= 0o140 && code <= 0o177) return (code & 7) === 5 ? "value" : "memory";
  const own = OWN_KINDS.get(code);
  if (own !== undefined) return own;
  // comparing, counting and jumping, and the tests: every other eight codes have their operand in memory
  if ((code >= 0o300 && code <= 0o377) || code >= 0o600) return (code & 0o010) === 0 ? "value" : "memory";
  return (code & 3) === 1 ? "value" : "memory";
}

const OWN_KINDS: ReadonlyMap<number, OperandKind> = new Map([
  [0o243, "value"], [0o250, "memory"], [0o251, "block"], [0o252, "value"], [0o253, "value"], [0o254, "restore"], [0o255, "value"], [0o256, "execute"],
  [0o260, "push"], [0o261, "push"], [0o262, "pop"], [0o263, "pop"], [0o264, "memory"], [0o265, "value"], [0o266, "memory"], [0o267, "jump-restore-ac"],
]);

/** The codes whose step may be executed by XCT without a story of their own. */
const EXECUTED: readonly number[] = [0o135, 0o137, 0o200, 0o213, 0o224, 0o234, 0o242, 0o246, 0o250, 0o255, 0o260, 0o263, 0o264, 0o265, 0o266, 0o270, 0o272, 0o305, 0o326, 0o337, 0o344, 0o357, 0o366, 0o404, 0o437, 0o504, 0o552, 0o603, 0o617, 0o664];

export function draw(code: number, form: number, random: Random): Question {
  const kind = operandKind(code);
  const state = new DrawnState(random, code >= 0o130 && code <= 0o177 && kind !== "byte" ? floatingWord : fixedWord);
  if (kind === "execute") return executed(code, random);
  if (kind === "restore") return state.question(restore(code, form, state));
  return state.question(instruction(code, kind, state));
}

function executed(code: number, random: Random): Question {
  const inner = random.pick(EXECUTED);
  const state = new DrawnState(random, fixedWord);
  const kind = operandKind(inner);
  if (kind === "execute" || kind === "restore") throw new Error("bug: no chains are drawn");
  const target = instruction(inner, kind, state);
  const at = 0o6000 + random.below(0o400);
  state.put(at, target);
  return state.question(instructionWord({ code, ac: 0, indirect: false, index: 0, address: at }));
}

function instruction(code: number, kind: Exclude<OperandKind, "execute" | "restore">, state: DrawnState): bigint {
  const { random } = state;
  const ac = random.below(16);
  const to = (address: number, spared: readonly number[] = []): bigint => instructionWord({ code, ac, ...state.reach(address, spared) });
  switch (kind) {
    case "memory":
      return to(state.operandAddress());
    case "value":
      return to(Number(half(random)));
    case "distance":
      return to(distance(random));
    case "byte":
      return byte(code, state);
    case "push":
      return pushdown(code, ac, 1, state);
    case "pop":
      return pushdown(code, ac, 0, state);
    case "block":
      return block(code, ac, state);
    case "jump-restore-ac": {
      const saved = state.operandAddress();
      state.accumulators[ac] = (BigInt(saved) << 18n) | random.bits(18);
      return to(Number(half(random)), [ac]);
    }
    case "user-operation": {
      const next = random.pick([0o200, 0o250, 0o264, 0o265, 0o266, 0o350]);
      state.put(0o40, fixedWord(random));
      state.put(0o41, instructionWord({ code: next, ac: random.below(16), indirect: false, index: 0, address: state.operandAddress() }));
      return to(Number(half(random)));
    }
  }
}

/** Mostly within two words' length, both ways; sometimes as far as a distance goes, or with bits that do not count. */
function distance(random: Random): number {
  const places = random.chance(0.8) ? random.between(-75, 75) : random.pick([-256, -255, -128, -64, 64, 127, 128, 200, 255]);
  const e = places & 0o777777;
  return random.chance(0.2) ? (e & 0o400377) | (random.below(0o1000) << 8 & 0o377400) : e;
}

/** The byte and the one in the next word both stand in known cells. IBP has no accumulator: with one it is another instruction on a KS10. */
function byte(code: number, state: DrawnState): bigint {
  const { random } = state;
  const size = random.chance(0.9) ? random.between(0, 36) : random.below(64);
  const position = random.chance(0.9) ? random.between(0, Math.max(0, 36 - size)) : random.below(64);
  const target = state.operandAddress(0.1);
  state.need(target + 1);
  const [at, link, ac] = [state.tableAddress(), 0o4000 + random.below(0o400), code === 0o133 ? 0 : random.below(16)];
  let left = 0, right = target;
  if (random.chance(0.15)) {
    [left, right] = [0o20, link];
    state.put(link, (random.bits(13) << 23n) | BigInt(target));
    state.put(link + 1, (random.bits(13) << 23n) | BigInt(target + 1));
  } else if (random.chance(0.2)) {
    left = random.between(1, 15);
    const base = state.accumulators[left]! & 0o777777n;
    right = Number(BigInt.asUintN(18, BigInt(target) - base));
  }
  state.put(at, (BigInt(position) << 30n) | (BigInt(size) << 24n) | BigInt(left) << 18n | BigInt(right));
  return instructionWord({ code, ac, ...state.reach(at, left === 0 || left === 0o20 ? [] : [left]) });
}

function pushdown(code: number, ac: number, step: number, state: DrawnState): bigint {
  const { random } = state;
  const top = state.operandAddress(0.1);
  state.need((top + step) & 0o777777);
  const count = random.chance(0.3) ? random.pick([0n, 0o777777n, 0o777776n, 0o400000n]) : random.bits(18);
  const operand = code === 0o261 || code === 0o262 ? state.operandAddress() : Number(half(random));
  const reached = state.reach(operand, [ac]);
  state.accumulators[ac] = (count << 18n) | BigInt(top);
  return instructionWord({ code, ac, ...reached });
}

const ALL = Array.from({ length: 16 }, (_, n) => n);

function block(code: number, ac: number, state: DrawnState): bigint {
  const { random } = state;
  const length = random.between(1, 12);
  const from = random.chance(0.1) ? random.between(0, 15) : state.tableAddress();
  // overlapping itself a little further on, it spreads its first word
  const to = random.chance(0.2) ? from + random.between(1, 3) : 0o5000 + random.below(0o400);
  for (let i = 0; i < length; i++) {
    state.need(from + i);
    state.need(to + i);
  }
  const last = random.chance(0.1) ? to - random.between(1, 3) : to + length - 1;
  state.accumulators[ac] = (BigInt(from) << 18n) | BigInt(to);
  return instructionWord({ code, ac, ...state.reach(last, ALL) });
}

/** JRST: a form is its accumulator field; with flags (2) they come from an index register. */
function restore(code: number, form: number, state: DrawnState): bigint {
  const { random } = state;
  const index = random.between(1, 15);
  if (form !== 2) return instructionWord({ code, ac: form, ...state.reach(Number(half(random)), []) });
  // bits 7 to 10 are other flags on a KS10
  state.accumulators[index] = ((random.bits(18) & ~0o003600n) << 18n) | half(random);
  return instructionWord({ code, ac: form, indirect: false, index, address: Number(half(random)) });
}
