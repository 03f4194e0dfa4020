/**
 * A red pill as a trace: the guest on its bare machine and the same guest under the monitor, instruction by instruction.
 *
 * Of the virtual run the guest's own machine is shown, the simulated state. The trace stands by itself: its first state has the whole
 * program in it, so that given back (`retracePill`) the guest is made of it, run both ways again and held against every state.
 */
import { formatBits } from "../bits/bits.js";
import { componentNamed, type Component, type ComponentArray, type Configuration, type Instruction, type Machine } from "../isa/machine.js";
import { assemble } from "../machine/assembler.js";
import { cellsThatDiffer, createCpu, type Cpu, type StepEvent } from "../machine/cpu.js";
import { disassembleAs } from "../machine/disassembler.js";
import { storageOf, type Image, type Setting } from "../machine/image.js";
import { asProcessorOf, startState, startStateOf } from "../machine/start-state.js";
import { wordText } from "../machine/words.js";
import { outcomeText } from "../verdict/outcome-text.js";
import type { Retaken } from "../verdict/retake.js";
import { differenceOf, startFrom, TRACE_FORMAT, type Trace, type TraceComponent, type TraceState } from "../verdict/trace.js";
import { VERSION } from "../verdict/version.js";
import { bareMachine, cellsNeeded, cellsThereAre, createControlProgram, type GuestProgram, type MonitorSetting } from "./control-program.js";
import type { Kind } from "./decisions.js";
import { endText } from "./lock-step.js";
import { isVisible, LONGEST_RUN } from "./red-pill-bench.js";
import type { ProgramPill } from "./red-pill-result.js";
import type { TimedRun } from "./timed-run.js";

export function traceOfPill(machine: Machine, configuration: Configuration, instruction: Instruction, kind: Kind, pill: ProgramPill): Trace {
  const { image, diagnostics } = assemble(machine, pill.source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: the red pill of ${instruction.id} is not taken by the assembler: ${diagnostics[0]!.message}`);
  const guest: GuestProgram = { name: "red pill", image, events: [], start: startStateOf(machine, image) };
  const { components, runs, events, ends } = statesOf(machine, guest, { kind, depth: 1, size: pill.size, quantum: LONGEST_RUN });
  const own = events[pill.parting.instruction - 1];
  if (own?.kind !== "instruction" || own.instruction !== instruction) throw new Error(`bug: the red pill of ${instruction.id} does not come to it`);
  const shown = ownNames(machine, components).filter((name) => runs[0].at(-1)!.values[name] !== runs[1].at(-1)!.values[name]);
  return {
    format: TRACE_FORMAT, popek: VERSION,
    machine: { name: machine.name, title: machine.title, sha256: machine.sha256, radix: machine.radix, parameters: machine.parameters },
    configuration: configuration.name,
    instruction: { id: instruction.id, title: instruction.title, cite: instruction.cite, source: { file: instruction.origin.file, line: instruction.origin.line } },
    claim: "fidelity", answer: "fails", question: `${instruction.id}/red-pill`, shows: `${SHOWS}: ${shown.length === 0 ? `${ends[0]} bare, ${ends[1]} under it` : shown.join(", ")}`,
    word: wordText(machine, instruction.encoding, own.word), assembly: disassembleAs(machine, instruction, own.word), choices: {}, leaves: {}, differs: [], necessary: [], observed: shown, components,
    runs: [{ name: "S1", title: "the guest on its bare machine", states: runs[0] }, { name: "S2", title: `the guest under a ${kind} monitor`, states: runs[1] }],
    guest: { monitor: kind, size: pill.size },
  };
}

const SHOWS = "a guest that ends differently bare and under the monitor";

/** Taken again; the trace's text has been checked for shape, not for sense. */
export function retracePill(machine: Machine, trace: Trace): Retaken {
  const fails = (reason: string): Retaken => ({ kind: "fails", reason });
  const { guest: of } = trace;
  if (of === undefined) throw new Error("bug: no trace of a red pill");
  if (machine.monitor === undefined || machine.fetch === undefined) return fails(`${machine.name} runs no guests: it declares no monitor, or fetches no instructions`);
  if (trace.runs.length !== 2) return fails(`a guest is run both ways, and the trace has ${trace.runs.length === 1 ? "one run" : `${trace.runs.length} runs`}`);
  const setting: MonitorSetting = { kind: of.monitor, depth: 1, size: of.size, quantum: LONGEST_RUN };
  if (of.size % 2 ** (machine.monitor.shadow?.unit ?? 0) !== 0 || cellsNeeded(machine, 1, setting) > cellsThereAre(machine)) return fails(`a guest of ${of.size} cells does not fit beside a monitor`);
  const image = imageFrom(machine, trace);
  if (typeof image === "string") return fails(image);
  const { components, runs, ends } = statesOf(machine, { name: "red pill", image, events: [], start: new Map() }, setting);
  const difference = differenceOf(trace, runs);
  if (difference !== undefined) return fails(difference);
  const isSeen = ends[0] !== ends[1] || ownNames(machine, components).some((name) => runs[0].at(-1)!.values[name] !== runs[1].at(-1)!.values[name]);
  return isSeen ? { kind: "holds" } : fails("the guest ends alike bare and under the monitor");
}

/** What the guest's own instructions can show it. */
const ownNames = (machine: Machine, components: readonly TraceComponent[]): readonly string[] => components.filter((c) => isVisible(componentNamed(machine, c.component))).map((c) => c.name);

/** The state that the first run of a trace starts in, as a program that begins so; or why there is none. */
function imageFrom(machine: Machine, { components, runs }: Trace): Image | string {
  const start = startFrom(machine, components.map((c) => [c.name, runs[0]!.states[0]!.values[c.name] ?? "0"] as const));
  if (typeof start === "string") return start;
  const storage = storageOf(machine), counter = machine.components.find((c) => c.kind === "register" && c.role === "program-counter");
  const registers = machine.components.flatMap((c): Setting[] => (c.kind === "register" && c.rest === undefined ? [{ component: c.name, value: start.register(c.name) }] : []));
  const cells = [...start.cells].flatMap(([component, own]) => (component === storage.name ? [] : [...own].map(([index, value]): Setting => ({ component, index, value }))));
  return { start: counter === undefined ? 0n : start.register(counter.name), words: [...start.cells.get(storage.name) ?? []], settings: [...registers.filter((s) => componentNamed(machine, s.component).role !== "extent"), ...cells] };
}

// ---------------------------------------------------------------- states

interface Moment {
  readonly registers: ReadonlyMap<string, bigint>;
  /** cells that are not as in the beginning */
  readonly cells: ReadonlyMap<string, ReadonlyMap<bigint, bigint>>;
  /** how the step was done, and what it came to */
  readonly outcome?: string;
}

interface Both {
  readonly components: readonly TraceComponent[];
  readonly runs: readonly [readonly TraceState[], readonly TraceState[]];
  /** what the bare machine has done, instruction by instruction */
  readonly events: readonly (StepEvent | undefined)[];
  readonly ends: readonly [string, string];
}

function statesOf(machine: Machine, guest: GuestProgram, setting: MonitorSetting): Both {
  const beginning = bareMachine(machine, guest, setting.size).platform.cpu, untouched = beginning.snapshot();
  const arrays = machine.components.filter((c): c is ComponentArray => c.kind === "array"), registers = machine.components.filter((c) => c.kind === "register" && c.rest === undefined);
  const bare = bareMachine(machine, guest, setting.size);
  const own = createControlProgram(machine, [guest], setting, asProcessorOf(machine, startState(machine, []), guest.image.settings)).guests[0]!;
  const lengthOf = (c: ComponentArray): number => own.machine.arrays.get(c.name)?.size ?? 2 ** c.indexWidth;
  const momentOf = (cpu: Cpu, outcome?: string): Moment => ({
    registers: new Map(registers.map((c) => [c.name, cpu.get(c.name)])), outcome,
    cells: new Map(arrays.map((c) => [c.name, new Map([...cellsThatDiffer(cpu, beginning, c.name, lengthOf(c))].map((at) => [BigInt(at), cpu.getCell(c.name, BigInt(at))]))])),
  });
  const follow = (run: TimedRun, how: () => string): readonly Moment[] => {
    const moments = [momentOf(run.platform.cpu)];
    while (run.end === undefined && moments.length <= LONGEST_RUN) {
      run.advance(run.steps + 1);
      moments.push(momentOf(run.platform.cpu, [how(), ...(run.end === undefined ? [] : [endText(run)])].filter((t) => t !== "").join(", ")));
    }
    return moments;
  };
  let interpreted = 0;
  const byMonitor = (): string => {
    const before = interpreted;
    interpreted = own.machine.work().interpreted;
    return interpreted === before ? "directly" : "by the monitor";
  };
  const moments = [follow(bare, () => ""), follow(own.run, byMonitor)] as const;
  // another CPU in the state of a moment: what is in the program there, and which mode it is in
  const scratch = createCpu(machine);
  const inState = (m: Moment): Cpu => {
    scratch.restore(untouched);
    for (const [name, value] of m.registers) scratch.set(name, value);
    for (const [name, cells] of m.cells) for (const [index, value] of cells) scratch.setCell(name, index, value);
    return scratch;
  };
  const eventAt = (m: Moment): StepEvent | undefined => {
    let first: StepEvent | undefined;
    inState(m).step((event) => { first ??= event; });
    return first;
  };
  const components = componentsOf(machine, guest.image, moments.flat());
  const initial = (c: TraceComponent, index: bigint): bigint => beginning.getCell(c.component, index);
  const told = (list: readonly Moment[], isBare: boolean): readonly TraceState[] => list.map((m, n) => {
    const event = n === 0 ? undefined : eventAt(list[n - 1]!);
    const values = components.map(({ indexValue, shown: c }) => [c.name, formatBits(indexValue === undefined ? m.registers.get(c.component)! : m.cells.get(c.component)?.get(indexValue) ?? initial(c, indexValue), c.width, machine.radix)] as const);
    const outcome = [isBare && event !== undefined ? eventOutcome(machine, event) : "", m.outcome ?? ""].filter((t) => t !== "").join(", ");
    const cpu = inState(m);
    return { step: n === 0 ? "start" : eventText(machine, event), ...(n === 0 ? {} : { outcome }), mode: machine.modes.find((mode) => cpu.value(mode.predicate) !== 0n)?.name ?? "no mode", values: Object.fromEntries(values) };
  });
  return {
    components: components.map((c) => c.shown), runs: [told(moments[0], true), told(moments[1], false)],
    events: moments[0].slice(0, -1).map(eventAt), ends: [endText(bare), endText(own.run)],
  };
}

function eventText(machine: Machine, event: StepEvent | undefined): string {
  if (event?.kind !== "instruction") return "no instruction can be fetched";
  return event.instruction === undefined ? `unassigned ${formatBits(event.word, event.width, machine.radix)}` : disassembleAs(machine, event.instruction, event.word);
}

const eventOutcome = (machine: Machine, event: StepEvent): string => outcomeText(machine, event.outcome);

/** What is not 0 throughout, and the program counter. */
function componentsOf(machine: Machine, image: Image, moments: readonly Moment[]): readonly { readonly shown: TraceComponent; readonly indexValue?: bigint }[] {
  const storage = storageOf(machine).name;
  const isShown = (c: Component): boolean => c.role === "program-counter" || moments.some((m) => m.registers.get(c.name) !== 0n);
  return machine.components.flatMap((c): { readonly shown: TraceComponent; readonly indexValue?: bigint }[] => {
    if (c.kind === "register") return c.rest === undefined && isShown(c) ? [{ shown: { name: c.name, component: c.name, role: c.role, width: c.width } }] : [];
    const begun = c.name === storage ? image.words.filter(([, value]) => value !== 0n).map(([at]) => at) : (image.settings ?? []).flatMap((s) => (s.component === c.name && s.index !== undefined && s.value !== 0n ? [s.index] : []));
    const all = new Set([...begun, ...moments.flatMap((m) => [...m.cells.get(c.name)?.keys() ?? []])]);
    return [...all].sort((a, b) => (a < b ? -1 : 1)).map((indexValue) => {
      const index = formatBits(indexValue, c.indexWidth, machine.radix);
      return { shown: { name: `${c.name}[${index}]`, component: c.name, index, role: c.role, width: c.width }, indexValue };
    });
  });
}
