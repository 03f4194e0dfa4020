/**
 * A witness as a trace: its one or two runs step by step, with what a trap's delivery makes of the state after it.
 *
 * The witness says where the runs start; everything else here comes from the CPU, which takes the steps again. A trace is plain data
 * that stands by itself (bit strings are text in the machine's radix), and it can be given back: `retrace` starts from its states,
 * takes the steps on whatever the machine is now, compares every state, and asks the definition again.
 */
import { formatBits, readBits } from "../bits/bits.js";
import { readWord } from "../machine/words.js";
import { Evaluator } from "../isa/evaluate.js";
import { isComposed } from "../isa/compose.js";
import { lowering } from "../isa/lower.js";
import { type Component, type Configuration, type Instruction, type Machine } from "../isa/machine.js";
import { changedCells } from "../machine/changed-cells.js";
import type { Cpu } from "../machine/cpu.js";
import { disassembleAs } from "../machine/disassembler.js";
import type { Outcome } from "../machine/outcome.js";
import type { Question } from "../requirements/question.js";
import { setting } from "../requirements/setting.js";
import type { EngineAnswer, Formula } from "./formula.js";
import { QUESTIONS } from "./classify.js";
import { outcomeText } from "./outcome-text.js";
import { retake, type Retaken, type Taken } from "./retake.js";
import type { AnswerKind, ClaimName, Witness } from "./result.js";
import { stateOf, type StartState } from "./state.js";
import { VERSION } from "./version.js";

export const TRACE_FORMAT = "popek-trace/1";

/** What a trace's states are about: a claim about the instruction, or a property of a monitor. */
export type TracedClaim = ClaimName | "fidelity" | "safety" | "efficiency";

export interface TraceComponent {
  /** `AC[01]` */
  readonly name: string;
  readonly component: string;
  /** the index of a cell, in the machine's radix */
  readonly index?: string;
  readonly role: string;
  readonly width: number;
}

export interface TraceState {
  /** "start", the instruction taken, or "delivery of ..." */
  readonly step: string;
  /** what the step came to */
  readonly outcome?: string;
  readonly mode: string;
  /** of every component of the trace */
  readonly values: Readonly<Record<string, string>>;
}

export interface TraceRun {
  readonly name: "S" | "S1" | "S2";
  readonly title: string;
  readonly states: readonly TraceState[];
}

export interface Trace {
  readonly format: typeof TRACE_FORMAT;
  readonly popek: string;
  readonly machine: { readonly name: string; readonly title: string; readonly sha256: string; readonly radix: string; readonly parameters: Readonly<Record<string, number>> };
  readonly configuration: string;
  readonly instruction: { readonly id: string; readonly title: string; readonly cite?: string; readonly source: { readonly file: string; readonly line: number } };
  /** the claim that the states are about, and what they make of it */
  readonly claim: TracedClaim;
  readonly answer: AnswerKind;
  readonly question: string;
  readonly shows: string;
  readonly word: string;
  readonly assembly?: string;
  /** decimal, by name: what the manual leaves undefined; and what the question leaves open besides the states */
  readonly choices: Readonly<Record<string, string>>;
  readonly leaves: Readonly<Record<string, string>>;
  readonly differs: readonly string[];
  readonly necessary: readonly string[];
  readonly observed: readonly string[];
  /** what is not 0 throughout, and the program counter */
  readonly components: readonly TraceComponent[];
  readonly runs: readonly TraceRun[];
  /** of a red pill: its runs are a guest's, on its bare machine and under this monitor */
  readonly guest?: { readonly monitor: "trap-and-emulate" | "hybrid"; /** cells of its storage */ readonly size: number };
}

/** @param witness one that says what was asked: those of a check do */
export function traceOf(machine: Machine, cpu: Cpu, configuration: Configuration, instruction: Instruction, claim: TracedClaim, answer: AnswerKind, witness: Witness): Trace {
  if (witness.asked === undefined) throw new Error(`bug: a witness of ${instruction.id} that does not say what was asked`);
  const starts = witness.runs.map((run) => startFrom(machine, run.components.map((c) => [c.name, c.before] as const)));
  const unread = starts.find((s) => typeof s === "string");
  if (unread !== undefined) throw new Error(`bug: a witness of ${instruction.id} can't be read back: ${String(unread)}`);
  const word = readWord(machine, instruction, witness.word)!;
  const choices = new Map(Object.entries(witness.choices).map(([name, value]) => [name, BigInt(value)]));
  const { components, runs } = statesOf(machine, cpu, instruction, word, choices, starts as readonly StartState[]);
  return {
    format: TRACE_FORMAT, popek: VERSION,
    machine: { name: machine.name, title: machine.title, sha256: machine.sha256, radix: machine.radix, parameters: machine.parameters },
    configuration: configuration.name,
    instruction: { id: instruction.id, title: instruction.title, cite: instruction.cite, source: { file: instruction.origin.file, line: instruction.origin.line } },
    claim, answer, question: witness.asked.question, shows: witness.shows, word: witness.word, assembly: witness.assembly, choices: witness.choices, leaves: witness.asked.leaves,
    differs: witness.differs, necessary: witness.necessary, observed: witness.observed, components,
    runs: witness.runs.map((r, i) => ({ name: r.name, title: r.title, states: runs[i]! })),
  };
}

/**
 * The trace taken again on this machine. Its text has been checked for shape, not for sense.
 *
 * @param own the question that the trace names, where it is none of those of a check
 */
export async function retrace(machine: Machine, cpu: Cpu, configuration: Configuration, instruction: Instruction, trace: Trace, search: (formula: Formula) => Promise<EngineAnswer>, own?: Question): Promise<Retaken> {
  const fails = (reason: string): Retaken => ({ kind: "fails", reason });
  const question = own ?? Object.values(QUESTIONS).map((ask) => ask(setting(machine, instruction, configuration))).find((q) => q.id === trace.question);
  if (question === undefined) return fails(`${instruction.id} has no question ${trace.question}`);
  if (question.runs.length !== trace.runs.length) return fails(`${trace.question} is about ${question.runs.length} runs, not ${trace.runs.length}`);
  const word = readWord(machine, instruction, trace.word);
  if (word === undefined) return fails(`${trace.word} is no word of ${instruction.encoding.width} bits`);
  const starts: StartState[] = [];
  for (const run of trace.runs) {
    const start = startFrom(machine, trace.components.map((c) => [c.name, run.states[0]?.values[c.name] ?? "0"] as const));
    if (typeof start === "string") return fails(start);
    starts.push(start);
  }
  const taken: Taken = { word, choices: numbers(trace.choices), states: starts, leaves: numbers(trace.leaves) };
  const retaken = await retake(machine, cpu, instruction, question, taken, search);
  if (retaken.kind === "fails") return retaken;
  const again = statesOf(machine, cpu, instruction, word, taken.choices, starts);
  const difference = differenceOf(trace, again.runs);
  return difference === undefined ? retaken : fails(difference);
}

const numbers = (record: Readonly<Record<string, string>>): ReadonlyMap<string, bigint> => new Map(Object.entries(record).map(([name, value]) => [name, BigInt(value)]));

// ---------------------------------------------------------------- states

/** The state in which these components have these values, and all others are 0 or at rest; or why there is none. */
export function startFrom(machine: Machine, values: readonly (readonly [name: string, value: string])[]): StartState | string {
  const registers = new Map(machine.components.flatMap((c) => (c.kind === "register" ? [[c.name, c.rest ?? 0n] as const] : [])));
  const cells = new Map(machine.components.flatMap((c) => (c.kind === "array" ? [[c.name, new Map<bigint, bigint>()] as const] : [])));
  for (const [name, text] of values) {
    const found = placeOf(machine, name);
    if (found === undefined) return `the machine has no component ${name}`;
    const value = readBits(text, found.component.width, machine.radix);
    if (value === undefined) return `${text} is no value of ${name}, which has ${found.component.width} bits`;
    if (found.index === undefined) registers.set(name, value);
    else if (value !== 0n) cells.get(found.component.name)!.set(found.index, value);
  }
  return stateOf(registers, cells);
}

/** `PC`, or `core[001000]`. */
function placeOf(machine: Machine, name: string): { readonly component: Component; readonly index?: bigint } | undefined {
  const parts = /^([^[\]]+)(?:\[([0-9a-fA-F]+)\])?$/.exec(name);
  const component = machine.components.find((c) => c.name === parts?.[1]);
  if (component === undefined || (component.kind === "array") !== (parts![2] !== undefined)) return undefined;
  if (component.kind === "register") return component.rest === undefined ? { component } : undefined;
  const index = readBits(parts![2]!, component.indexWidth, machine.radix);
  return index === undefined ? undefined : { component, index };
}

interface Moment {
  readonly step: string;
  readonly outcome?: string;
  readonly cpu: ReturnType<Cpu["snapshot"]>;
}

/** Every run's states, with the components of which they speak. */
function statesOf(machine: Machine, cpu: Cpu, instruction: Instruction, word: bigint, choices: ReadonlyMap<string, bigint>, starts: readonly StartState[]): { readonly components: readonly TraceComponent[]; readonly runs: readonly (readonly TraceState[])[] } {
  const runs = starts.map((start) => momentsOf(machine, cpu, instruction, word, choices, start));
  const cells = new Map<string, Set<bigint>>(machine.components.map((c) => [c.name, new Set<bigint>()]));
  for (const start of starts) for (const [name, own] of start.cells) for (const [index, value] of own) if (value !== 0n) cells.get(name)!.add(index);
  for (const moments of runs) for (const m of moments) for (const c of changedCells(machine, moments[0]!.cpu, m.cpu)) cells.get(c.array.name)!.add(c.index);
  const isShown = (c: Component): boolean => c.role === "program-counter" || runs.some((moments) => moments.some((m) => { cpu.restore(m.cpu); return cpu.get(c.name) !== 0n; }));
  const components = machine.components.flatMap((c): TraceComponent[] => {
    if (c.kind === "register") return c.rest === undefined && isShown(c) ? [{ name: c.name, component: c.name, role: c.role, width: c.width }] : [];
    return [...cells.get(c.name)!].sort((a, b) => (a < b ? -1 : 1)).map((i) => {
      const index = formatBits(i, c.indexWidth, machine.radix);
      return { name: `${c.name}[${index}]`, component: c.name, index, role: c.role, width: c.width };
    });
  });
  return {
    components,
    runs: runs.map((moments) => moments.map(({ step, outcome, cpu: then }) => {
      cpu.restore(then);
      const values = components.map((c) => [c.name, formatBits(c.index === undefined ? cpu.get(c.component) : cpu.getCell(c.component, readBits(c.index, 1024, machine.radix)!), c.width, machine.radix)] as const);
      return { step, outcome, mode: modeOf(machine, cpu), values: Object.fromEntries(values) };
    })),
  };
}

/** The start, the instruction (and what it executes), the delivery of its trap. */
function momentsOf(machine: Machine, cpu: Cpu, instruction: Instruction, word: bigint, choices: ReadonlyMap<string, bigint>, start: StartState): readonly Moment[] {
  cpu.reset();
  for (const [name, value] of start.registers) cpu.set(name, value);
  for (const [name, own] of start.cells) for (const [index, value] of own) cpu.setCell(name, index, value);
  const moments: Moment[] = [{ step: "start", cpu: cpu.snapshot() }];
  const take = (one: Instruction, own: bigint): Outcome => {
    const outcome = cpu.execute(one, own, choices);
    moments.push({ step: disassembleAs(machine, one, own), outcome: outcomeText(machine, outcome), cpu: cpu.snapshot() });
    return outcome;
  };
  let outcome = take(isComposed(instruction) ? instruction.first : instruction, word);
  if (isComposed(instruction) && outcome.kind === "done" && outcome.execute !== undefined) {
    const { width } = instruction.target.encoding;
    const spare = BigInt((outcome.width ?? width) - width);
    outcome = take(instruction.target, spare >= 0n ? outcome.execute >> spare : outcome.execute << -spare);
  }
  if (outcome.kind === "trap" || outcome.kind === "memory-trap") {
    const { cause } = outcome;
    const delivered = cpu.deliver(outcome);
    moments.push({ step: `delivery of ${cause}`, outcome: outcomeText(machine, delivered), cpu: cpu.snapshot() });
  }
  return moments;
}

function modeOf(machine: Machine, cpu: Cpu): string {
  const evaluator = new Evaluator({ variable: (v) => cpu.get(v.name), cell: (a, i) => cpu.getCell(a.name, i) });
  return machine.modes.find((m) => evaluator.isTrue(lowering(machine).term(m.predicate)))?.name ?? "no mode";
}

/** The first thing that is not as the trace has it. */
export function differenceOf(trace: Trace, again: readonly (readonly TraceState[])[]): string | undefined {
  for (const [i, { name, states }] of trace.runs.entries()) {
    for (const [n, now] of again[i]!.entries()) {
      const then = states[n];
      if (then === undefined) return `${name} goes on with ${now.step}, where the trace ends`;
      if (then.step !== now.step) return `${name}, state ${n}: the trace has ${then.step}, the machine ${now.step}`;
      if ((then.outcome ?? "") !== (now.outcome ?? "")) return `${name}, ${now.step}: the trace has ${then.outcome ?? "no outcome"}, the machine ${now.outcome ?? "none"}`;
      if (then.mode !== now.mode) return `${name}, ${now.step}: the trace is in mode ${then.mode}, the machine in ${now.mode}`;
      for (const c of new Set([...Object.keys(then.values), ...Object.keys(now.values)])) {
        const x = then.values[c] ?? "0", y = now.values[c] ?? "0";
        if (x.replace(/^0+(?=.)/, "").toLowerCase() !== y.replace(/^0+(?=.)/, "").toLowerCase()) return `${name}, ${now.step}: ${c} is ${x} in the trace and ${y} on the machine`;
      }
    }
    if (states.length > again[i]!.length) return `${name}: the trace goes on where the machine has ended`;
  }
  return undefined;
}
