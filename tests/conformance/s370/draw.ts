/**
 * One case of an instruction: a state, operands of the kind that it has, and its code.
 *
 * A topic is the name of an instruction; `EX` and a format, for an EX that executes some instruction of that format; or `unassigned`.
 */
import type { Question } from "../case.js";
import type { Random } from "../random.js";
import type { StateOptions } from "./draw-masks.js";
import { DrawnState } from "./draw-state.js";
import { operandBytes } from "./operands.js";
import { isDual, isTwoByteCode, lengthOf, opcode, opcodeOf, opcodes, type Format, type Opcode } from "./opcodes.js";

const FORMATS: readonly Format[] = ["RR", "I", "RX", "RS", "SI", "S", "RRE", "SS", "SSL", "SSR", "SSE"];
const PRIVILEGED = ["status", "system-mask", "control", "key-block", "reference", "real-address", "invalidate", "protection", "prefix", "clock8", "halfword", "signal", "device", "spaces"];
const MASKING = ["status", "system-mask", "control"];

/** Hercules has no direct control. */
const asked: readonly Opcode[] = opcodes.filter(({ kind }) => kind !== "direct");

export const UNASSIGNED = "unassigned";
export const topics: readonly string[] = [...asked.map(({ name }) => name), ...FORMATS.map((format) => `EX ${format}`), UNASSIGNED];

export function draw(topic: string, random: Random): Question {
  if (topic === UNASSIGNED) {
    const state = new DrawnState(random, optionsOf(undefined));
    return state.question(unassigned(state));
  }
  const [name, format] = topic.split(" ");
  const instruction = opcode(name!);
  if (instruction.name !== "EX") {
    const state = new DrawnState(random, optionsOf(instruction));
    return state.question(encoded(instruction, state));
  }
  if (format === undefined) {
    const state = new DrawnState(random, optionsOf(instruction));
    return state.question(executing(random.chance(0.5) ? unassigned(state) : oddTarget(state), state));
  }
  const target = random.pick(asked.filter((o) => o.format === format && o.kind !== "execute" && o.kind !== "diagnose"));
  const state = new DrawnState(random, optionsOf(target));
  return state.question(executing(encoded(target, state), state));
}

function optionsOf(instruction: Opcode | undefined): StateOptions {
  if (instruction === undefined) return { problem: 0.4, isDual: false, changesSpaces: false, isMasking: false, mayTranslate: true };
  const isDiagnose = instruction.kind === "diagnose";
  return {
    problem: isDiagnose ? 1 : PRIVILEGED.includes(instruction.kind) || instruction.kind === "clock-stored8" ? 0.2 : 0.4,
    isDual: isDual(instruction) || ["IAC", "EPAR", "ESAR", "LRA", "TPROT"].includes(instruction.name),
    changesSpaces: instruction.kind === "spaces" || instruction.kind === "secondary",
    isMasking: MASKING.includes(instruction.kind),
    mayTranslate: true,
  };
}

/** The bytes of an instruction, its operands in the state. */
function encoded(instruction: Opcode, state: DrawnState): number[] {
  const operands = operandBytes(instruction, state);
  const code = isTwoByteCode(instruction) ? [instruction.code >> 8, instruction.code & 0xff] : [instruction.code];
  const bytes = [...code, ...operands];
  if (bytes.length !== lengthOf(instruction)) throw new Error(`bug: ${bytes.length} bytes of ${instruction.name}, expected ${lengthOf(instruction)}`);
  return bytes;
}

// ---------------------------------------------------------------- execute

/** An EX whose target, changed on its way, is these bytes. */
function executing(bytes: readonly number[], state: DrawnState): number[] {
  const { random } = state;
  const second = bytes[1]!;
  const isPlain = random.chance(0.3);
  const stored = isPlain ? second : second & random.below(256);
  const added = (second & ~stored) | (second & random.below(256));
  const r1 = isPlain ? 0 : state.claim(((Number(random.bits(24)) << 8) | added) >>> 0, true);
  let target = state.placeApart(bytes.length);
  if (random.chance(0.97)) target &= ~1;
  state.putCode(target, [bytes[0]!, stored, ...bytes.slice(2)]);
  const { x, b, d } = state.reachIndexed(target);
  return [0x44, (r1 << 4) | x, (b << 4) | (d >> 8), d & 0xff];
}

/** EX itself, or something of a length that is fetched in parts. */
function oddTarget(state: DrawnState): number[] {
  const { random } = state;
  return random.chance(0.6) ? [0x44, random.below(256), random.below(256), random.below(256)] : [0xee, random.below(256), 0, 0, 0, 0];
}

// ---------------------------------------------------------------- unassigned

/** What Hercules has in this mode and the machine described has not: see `excluded` in `hercules.ts`. First and last halfword. */
const OF_OTHERS: readonly (readonly [first: number, last: number])[] = [[0xb200, 0xb201], [0xb222, 0xb222], [0xb229, 0xb22d], [0xb2f0, 0xb2f0], [0xe502, 0xe50f], [0xe600, 0xe6ff]];
const isOfOthers = (halfword: number): boolean => OF_OTHERS.some(([first, last]) => halfword >= first && halfword <= last);
const isUnassigned = (halfword: number): boolean => opcodeOf(halfword) === undefined && !isOfOthers(halfword);

function unassigned(state: DrawnState): number[] {
  const { random } = state;
  for (;;) {
    const halfword = random.chance(0.2) ? (random.pick([0xb2, 0xe5]) << 8) | random.below(256) : random.below(0x1_0000);
    if (!isUnassigned(halfword)) continue;
    const length = halfword < 0x4000 ? 2 : halfword < 0xc000 ? 4 : 6;
    return [halfword >> 8, halfword & 0xff, ...Array.from({ length: length - 2 }, () => random.below(256))];
  }
}
