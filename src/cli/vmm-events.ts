/**
 * A timetable of events from outside, as a file: one line for each, in the order of the machine's own instructions.
 *
 *   1000 clock          after 1,000 instructions of the guest; numbers of instructions are decimal
 *   every 500 clock     after 500, 1,000, 1,500 ... as far as the run goes
 *   1000 external 40    with arguments, in the machine's radix or with 0x, 0o, 0b
 *   2: 1000 clock       for the second guest only; without it, for all
 *   ; a comment
 */
import { RADIX_BASE } from "../bits/bits.js";
import type { Machine } from "../isa/machine.js";
import { nearest } from "../isa/nearest.js";
import type { TimedEvent } from "../vmm/timed-run.js";
import { badInput, type Failure } from "./failure.js";
import { shown } from "./read-files.js";

/** Events of one guest at most; `every 1` on a long run would otherwise fill the memory. */
const MOST_EVENTS = 1_000_000;

/** For each guest its events up to `limit` instructions. Throws a `Failure` that names the line. */
export function readEvents(machine: Machine, text: string, file: string, guests: number, limit: number): readonly (readonly TimedEvent[])[] {
  const events: TimedEvent[][] = Array.from({ length: guests }, () => []);
  for (const [i, line] of text.split("\n").entries()) {
    const content = line.split(";")[0]!.trim();
    if (content === "") continue;
    const wrong = (message: string, hint?: string): Failure => badInput(`${shown(file)}, line ${i + 1}: ${message}`, hint);
    const parts = /^(?:(\d+)\s*:\s*)?(every\s+)?(\d+)\s+(\S+)((?:\s+\S+)*)$/.exec(content);
    if (parts === null) throw wrong(`${shown(content)} is no event`, "write 1000 clock, every 500 clock, or 2: 1000 clock for the second guest");
    const [, only, every, number, name, rest] = parts;
    const interrupt = machine.interrupts.find((x) => x.name === name);
    if (interrupt === undefined) {
      const names = machine.interrupts.map((x) => x.name), near = nearest(name!, names);
      throw wrong(`${machine.name} has no interrupt ${shown(name!)}`, near === undefined ? (names.length === 0 ? "its specification declares none" : `interrupts: ${names.join(", ")}`) : `did you mean ${near}?`);
    }
    const given = rest!.trim().split(/\s+/).filter((a) => a !== "");
    if (given.length !== interrupt.parameters.length) throw wrong(`${name!} has ${interrupt.parameters.length} arguments, and ${given.length} are given`);
    const args = given.map((a, k) => argument(machine, a, interrupt.parameters[k]!.width) ?? wrong(`${shown(a)} is no number of ${interrupt.parameters[k]!.width} bits in ${machine.radix}`));
    const failed = args.find((a): a is Failure => typeof a !== "bigint");
    if (failed !== undefined) throw failed;
    const at = Number(number);
    if (!Number.isSafeInteger(at) || (every !== undefined && at === 0)) throw wrong(`${number!} is no number of instructions`);
    if (only !== undefined && (Number(only) < 1 || Number(only) > guests)) throw wrong(`there is no guest ${only}`, `guests are numbered from 1 to ${guests}`);
    const list: number[] = [];
    if (every === undefined) list.push(at);
    else for (let t = at; t <= limit && list.length <= MOST_EVENTS; t += at) list.push(t);
    for (const [k, own] of events.entries()) {
      if (only !== undefined && Number(only) !== k + 1) continue;
      if (own.length + list.length > MOST_EVENTS) throw wrong(`more than ${MOST_EVENTS.toLocaleString("en-US")} events for one guest`, "give a --limit, or let the events come less often");
      for (const t of list) own.push({ at: t, interrupt: name!, args: args as bigint[] });
    }
  }
  return events;
}

function argument(machine: Machine, text: string, width: number): bigint | undefined {
  const base = RADIX_BASE[machine.radix];
  const prefix = { 2: "0b", 8: "0o", 10: "", 16: "0x" }[base] ?? "";
  const written = /^0[xob]/.test(text) ? text : `${prefix}${text}`;
  if (!/^(0x[\da-f]+|0o[0-7]+|0b[01]+|\d+)$/i.test(written)) return undefined;
  const value = BigInt(written);
  return value >> BigInt(width) === 0n ? value : undefined;
}
