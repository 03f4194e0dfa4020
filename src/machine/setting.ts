/**
 * What a machine begins with beside its program, as images and assembly say it: `register value`, or `array[cell] value`, such as what
 * a reset leaves in the segment registers.
 */
import type { ComponentArray, Machine } from "../isa/machine.js";
import { parseNumber, skipSpace } from "./assembly-expression.js";
import type { Setting } from "./image.js";

export type SettingRead =
  | { readonly kind: "setting"; readonly setting: Setting }
  /** what was found at this place of the line, and what was expected there */
  | { readonly kind: "failure"; readonly at: number; readonly message: string; readonly expected: string };

/** Reads one from here to the end of the line; cells of `storage` are the program's. */
export function readSetting(machine: Machine, storage: ComponentArray, text: string, from: number): SettingRead {
  let at = skipSpace(text, from);
  const name = /^\w*/.exec(text.slice(at))![0];
  const component = machine.components.find((c) => c.name === name);
  if (component === undefined || component === storage) return failure(at, component === undefined ? `there is no component ${name}` : `${name} is storage`, "a register, or a cell of an array that is not storage");
  at += name.length;
  let index: bigint | undefined;
  if (component.kind === "array") {
    if (text[at] !== "[") return failure(at, `${name} is an array`, "[ and the number of a cell");
    const read = readNumber(machine, text, at + 1, component.indexWidth);
    if (read.kind === "failure") return read;
    if (text[read.end] !== "]") return failure(read.end, "the number of a cell does not end here", "]");
    index = read.value;
    at = read.end + 1;
  }
  const given = readNumber(machine, text, skipSpace(text, at), component.width);
  if (given.kind === "failure") return given;
  if (given.end < text.length) return failure(given.end, "something follows", "the end of the line");
  return { kind: "setting", setting: { component: name, ...(index === undefined ? {} : { index }), value: given.value } };
}

/** A number of so many bits, and where what follows it begins. */
export function readNumber(machine: Machine, text: string, at: number, width: number): { readonly kind: "number"; readonly value: bigint; readonly end: number } | Extract<SettingRead, { readonly kind: "failure" }> {
  const parsed = parseNumber(text, at, machine.radix);
  const value = parsed.kind === "expression" && parsed.expression.kind === "number" ? parsed.expression.value : undefined;
  if (parsed.kind !== "expression" || value === undefined) return failure(at, "this is no number", `a number (${machine.radix})`);
  if (value >> BigInt(width) !== 0n) return failure(at, "this number is too large", `at most ${width} bits`);
  return { kind: "number", value, end: skipSpace(text, parsed.end) };
}

const failure = (at: number, message: string, expected: string): Extract<SettingRead, { readonly kind: "failure" }> => ({ kind: "failure", at, message, expected });
