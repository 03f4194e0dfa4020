/**
 * A trace as a Value Change Dump (IEEE 1364), for waveform viewers: a scope for each run, a wire for each component, ten time units
 * for each step. What is a text (the step, its outcome, the mode) is a variable of type `string`, as GTKWave and others read it;
 * such texts have no spaces in them. There is no date in it: the same trace is the same bytes.
 */
import { readBits, type Radix } from "../bits/bits.js";
import type { Trace, TraceRun, TraceState } from "../verdict/trace.js";
import { onOneLine } from "./printable.js";

const WIDEST = 1024;
/** Between two states. */
const TICKS = 10;

interface Signal {
  readonly code: string;
  readonly kind: "string" | "wire";
  readonly name: string;
  readonly width: number;
  /** as it stands in a value change, the code not yet behind it */
  readonly value: (state: TraceState) => string;
}

export function traceVcd(trace: Trace): string {
  const { instruction, machine } = trace;
  const scopes = trace.runs.map((run, i) => ({ run, signals: signalsOf(trace, i) }));
  const length = Math.max(...trace.runs.map((r) => r.states.length));
  const lines = [
    `$version popek ${trace.popek} $end`,
    `$comment ${comment(`${machine.name}, ${instruction.id}, ${trace.claim} ${trace.answer}: ${trace.shows}`)} $end`,
    "$timescale 1 ns $end",
    ...scopes.flatMap(({ run, signals }) => [`$scope module ${run.name} $end`, ...signals.map((s) => `$var ${s.kind} ${s.width} ${s.code} ${s.name}${s.kind === "wire" && s.width > 1 ? ` [${s.width - 1}:0]` : ""} $end`), "$upscope $end"]),
    "$enddefinitions $end",
  ];
  for (let at = 0; at < length; at++) {
    const changes = scopes.flatMap(({ run, signals }) => changesOf(run, signals, at));
    lines.push(`#${at * TICKS}`, ...(at === 0 ? ["$dumpvars", ...changes, "$end"] : changes));
  }
  return `${[...lines, `#${length * TICKS}`].join("\n")}\n`;
}

function changesOf({ states }: TraceRun, signals: readonly Signal[], at: number): readonly string[] {
  const now = states[at], before = states[at - 1];
  if (now === undefined) return [];
  return signals.filter((s) => before === undefined || s.value(before) !== s.value(now)).map((s) => s.value(now) + s.code);
}

function signalsOf(trace: Trace, run: number): readonly Signal[] {
  const radix = trace.machine.radix as Radix;
  const taken = new Set<string>();
  const texts: readonly (readonly [name: string, text: (s: TraceState) => string])[] = [["step", (s) => s.step], ["outcome", (s) => s.outcome ?? "-"], ["mode", (s) => s.mode]];
  const first = run * (texts.length + trace.components.length);
  return [
    ...texts.map(([name, text], i): Signal => ({ code: codeOf(first + i), kind: "string", name: unused(name, taken), width: 1, value: (s) => `s${word(text(s))} ` })),
    ...trace.components.map((c, i): Signal => {
      const bits = (s: TraceState): string => readBits(s.values[c.name]!, WIDEST, radix)!.toString(2);
      return { code: codeOf(first + texts.length + i), kind: "wire", name: unused(c.index === undefined ? c.name : `${c.component}_${c.index}`, taken), width: c.width, value: c.width === 1 ? bits : (s) => `b${bits(s)} ` };
    }),
  ];
}

/** A number in the 94 visible characters. */
function codeOf(n: number): string {
  let code = "";
  for (let rest = n; ; rest = Math.floor(rest / 94) - 1) {
    code = String.fromCharCode(33 + (rest % 94)) + code;
    if (rest < 94) return code;
  }
}

/** A cell has a name like a register's here, so one may be taken. */
function unused(name: string, taken: Set<string>): string {
  const own = word(name).replace(/[[\]]/g, "_");
  let free = own;
  for (let n = 2; taken.has(free); n++) free = `${own}_${n}`;
  taken.add(free);
  return free;
}

/** Text that is one word. */
const word = (text: string): string => onOneLine(text).replace(/[^\u0021-\u007e]/g, "_") || "_";

/** A comment ends with `$end`, wherever that stands. */
const comment = (text: string): string => onOneLine(text).replace(/\$/g, "");
