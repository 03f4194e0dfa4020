/**
 * Faulty monitors for the third-generation machine: the monitor of `src/vmm` with one decision replaced by a wrong one. Each is a
 * mistake that somebody writing a monitor could make, and each has to be noticed.
 */
import type { Component } from "../../src/isa/machine.js";
import type { Cpu, RunReport, StepReport } from "../../src/machine/cpu.js";
import { DECISIONS, type Decisions, type Situation } from "../../src/vmm/decisions.js";

export interface Mutant {
  readonly name: string;
  /** a fresh one each time: some remember things */
  readonly decisions: () => Decisions;
}

const { handsOver, takesBack } = DECISIONS;

/** f wrong in one component. */
const map = (name: string, component: string, value: (f: bigint, at: Situation) => bigint): Mutant =>
  ({ name, decisions: () => ({ ...DECISIONS, real: (c, f, at) => (c === component ? BigInt.asUintN(c === "M" ? 1 : 16, value(f(), at)) : f()) }) });

const forgets = (name: string, change: Partial<Decisions>): Mutant => ({ name, decisions: () => ({ ...DECISIONS, ...change }) });
const but = (own: (c: Component) => boolean, ...names: readonly string[]) => (c: Component): boolean => own(c) && !names.includes(c.name);

/** Something else around the one rule. */
const rule = (name: string, enter: (step: () => RunReport, at: Situation, trap: Parameters<Decisions["enter"]>[0]) => RunReport): Mutant =>
  ({ name, decisions: () => ({ ...DECISIONS, enter: (trap, at, step) => enter(step, at, trap) }) });

const event = (name: string, interrupt: (take: () => StepReport | undefined, at: Situation) => StepReport | undefined): Mutant =>
  ({ name, decisions: () => ({ ...DECISIONS, interrupt: (_, __, at, take) => interrupt(take, at) }) });

const wasReflected = (report: RunReport): boolean => report.traps > 0 || report.trap !== undefined;
const NOTHING: StepReport = { instructions: 0, traps: 0 };
const DONE: RunReport = { why: "limit", steps: 1, instructions: 1, traps: 0 };
const add = (cpu: Cpu, register: string, n: bigint): void => cpu.set(register, BigInt.asUintN(16, cpu.get(register) + n));

/** Does something when the step was reflected, or emulated. */
const after = (name: string, when: "reflected" | "emulated", change: (at: Situation, before: ReadonlyMap<string, bigint>) => void): Mutant =>
  rule(name, (step, at) => {
    const before = new Map(["PC", "M", "l", "b", "timer", "sent", "sentCount"].map((n) => [n, at.virtual.get(n)]));
    const report = step();
    if (report.stop === undefined && wasReflected(report) === (when === "reflected")) change(at, before);
    return report;
  });

export const MUTANTS: readonly Mutant[] = [
  // the VM map
  map("no clipping", "b", (_, { virtual }) => virtual.get("b")),
  map("bounds that are always the whole allotment", "b", (_, { allotment }) => BigInt(allotment.size)),
  map("clipping that lets one cell too many", "b", (f, { virtual, allotment }) => (f < virtual.get("b") && virtual.get("l") <= BigInt(allotment.size) ? f + 1n : f)),
  map("clipping that takes one cell too many", "b", (f) => (f > 0n ? f - 1n : 0n)),
  map("clipping that forgets the guest's relocation", "b", (_, { virtual, allotment }) => (virtual.get("b") < BigInt(allotment.size) ? virtual.get("b") : BigInt(allotment.size))),
  map("an empty window that has a cell", "b", (f) => (f === 0n ? 1n : f)),
  map("a difference that wraps around for windows beyond the allotment", "b", (_, { virtual, allotment }) => { const left = BigInt.asUintN(16, BigInt(allotment.size) - virtual.get("l")), b = virtual.get("b"); return b < left ? b : left; }),
  map("no relocation by the allotment", "l", (_, { virtual }) => virtual.get("l")),
  map("relocation by the allotment alone", "l", (_, { allotment }) => BigInt(allotment.base)),
  map("relocation off by one", "l", (f) => f + 1n),
  map("the guest's own mode in the real machine", "M", (_, { virtual }) => virtual.get("M")),
  map("guests in supervisor mode", "M", () => 0n),
  { name: "bounds that stay what they were at first", decisions: () => stale("b") },
  { name: "relocation that stays what it was at first", decisions: () => stale("l") },
  { name: "the map of whoever ran last", decisions: () => lastOnes() },
  // a switch
  forgets("registers not given back at a switch", { handsOver: but(handsOver, "r") }),
  forgets("P not given back at a switch", { handsOver: but(handsOver, "PC") }),
  forgets("the zero flag not given back at a switch", { handsOver: but(handsOver, "Z") }),
  forgets("the carry not given back at a switch", { handsOver: but(handsOver, "C") }),
  forgets("registers not saved", { takesBack: but(takesBack, "r") }),
  forgets("P not saved", { takesBack: but(takesBack, "PC") }),
  forgets("the overflow flag not saved", { takesBack: but(takesBack, "V") }),
  forgets("the negative flag not saved", { takesBack: but(takesBack, "N") }),
  // the one rule
  after("P not advanced behind an emulated instruction", "emulated", ({ virtual }, before) => { if (virtual.get("PC") === before.get("PC")! + 1n) virtual.set("PC", before.get("PC")!); }),
  after("P advanced twice behind an emulated instruction", "emulated", ({ virtual }, before) => { if (virtual.get("PC") === before.get("PC")! + 1n) add(virtual, "PC", 1n); }),
  rule("emulating in virtual user mode", (step, { virtual }, trap) => {
    if (trap.cause !== "supervisorOperation" || virtual.get("M") === 0n) return step();
    virtual.set("M", 0n);
    return step();
  }),
  rule("reflecting in virtual supervisor mode", (step, { virtual }, trap) => {
    if (trap.cause !== "supervisorOperation") return step();
    virtual.deliver(trap);
    return { ...DONE, traps: 1 };
  }),
  rule("the real trap's cause instead of the guest's", (step, { virtual }, trap) => {
    const saved = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n].map((i) => virtual.getCell("E", i));
    const before = new Map(["PC", "M", "l", "b", "N", "Z", "C", "V"].map((n) => [n, virtual.get(n)]));
    const report = step();
    if (!wasReflected(report)) return report;
    for (const [n, v] of before) virtual.set(n, v);
    saved.forEach((v, i) => virtual.setCell("E", BigInt(i), v));
    virtual.deliver(trap);
    return report;
  }),
  rule("real instead of virtual vectors", (step, { virtual, real }) => {
    const own = [4n, 5n, 6n, 7n].map((i) => virtual.getCell("E", i));
    for (const i of [4n, 5n, 6n, 7n]) virtual.setCell("E", i, real.getCell("E", i));
    const report = step();
    own.forEach((v, i) => virtual.setCell("E", BigInt(4 + i), v));
    return report;
  }),
  after("the real map saved as the guest's", "reflected", ({ virtual, real }) => { virtual.setCell("E", 2n, real.get("l")); virtual.setCell("E", 3n, real.get("b")); }),
  after("the real mode saved as the guest's", "reflected", ({ virtual }) => virtual.setCell("E", 0n, virtual.getCell("E", 0n) | 0x8000n)),
  after("supervisor mode saved whatever the guest's was", "reflected", ({ virtual }) => virtual.setCell("E", 0n, virtual.getCell("E", 0n) & 0x7fffn)),
  after("the mode kept through a trap", "reflected", ({ virtual }, before) => virtual.set("M", before.get("M")!)),
  after("the map kept through a trap", "reflected", ({ virtual }, before) => { virtual.set("l", before.get("l")!); virtual.set("b", before.get("b")!); }),
  after("the saved P moved on", "reflected", ({ virtual }) => virtual.setCell("E", 1n, BigInt.asUintN(16, virtual.getCell("E", 1n) + 1n))),
  after("an address told in the monitor's terms", "reflected", ({ virtual, allotment }) => { if (virtual.getCell("E", 8n) === 1n) virtual.setCell("E", 9n, BigInt.asUintN(16, virtual.getCell("E", 9n) + BigInt(allotment.base))); }),
  after("a trap delivered twice", "reflected", ({ virtual }) => { virtual.deliver({ kind: "trap", cause: "call", args: [0n] }); }),
  rule("memory traps swallowed", (step, { virtual }, trap) => {
    if (trap.kind !== "memory-trap") return step();
    add(virtual, "PC", 2n);
    return DONE;
  }),
  rule("a halt passed over", (step) => {
    const { stop, ...report } = step();
    return stop?.kind === "halt" ? { ...report, why: "limit" } : { ...report, stop };
  }),
  rule("a halt of a user program taken for one of the guest", (step, { virtual }, trap) => {
    if (trap.cause !== "supervisorOperation" || virtual.get("M") === 0n) return step();
    return { ...DONE, why: "stop", stop: { kind: "halt" } };
  }),
  after("the console's characters dropped", "emulated", ({ virtual }, before) => { virtual.set("sent", before.get("sent")!); virtual.set("sentCount", before.get("sentCount")!); }),
  after("the timer left alone", "emulated", ({ virtual }, before) => virtual.set("timer", before.get("timer")!)),
  after("the map left alone", "emulated", ({ virtual }, before) => { virtual.set("l", before.get("l")!); virtual.set("b", before.get("b")!); }),
  after("the flags lost on an entry", "emulated", ({ virtual }) => virtual.set("C", 0n)),
  rule("the real amount of storage", (step, { virtual, real }) => {
    const q = virtual.get("q");
    virtual.set("q", real.get("q"));
    const report = step();
    virtual.set("q", q);
    return report;
  }),
  rule("the map told as the real machine has it", (step, { virtual, real }) => {
    const [l, b] = [virtual.get("l"), virtual.get("b")];
    virtual.set("l", real.get("l"));
    virtual.set("b", real.get("b"));
    const report = step();
    if (virtual.get("l") === real.get("l")) virtual.set("l", l);
    if (virtual.get("b") === real.get("b")) virtual.set("b", b);
    return report;
  }),
  rule("the real console's key", (step, { virtual, real }) => {
    const key = virtual.get("key");
    virtual.set("key", real.get("key"));
    const report = step();
    virtual.set("key", key);
    return report;
  }),
  // events from outside
  event("a lost interrupt", () => NOTHING),
  event("a spurious interrupt", (take, { virtual }) => {
    const report = take();
    if (report === undefined) return undefined;
    virtual.set("M", 1n);
    return take() ?? report;
  }),
  event("an interrupt that does not wait for the guest's mask", (take, { virtual }) => {
    virtual.set("M", 1n);
    return take();
  }),
  { name: "an interrupt delivered late", decisions: () => late() },
  event("an interrupt that saves the next P but one", (take, { virtual }) => {
    const report = take();
    if (report !== undefined) virtual.setCell("E", 1n, BigInt.asUintN(16, virtual.getCell("E", 1n) + 1n));
    return report;
  }),
  event("an interrupt that leaves the guest in user mode", (take, { virtual }) => {
    const report = take();
    if (report !== undefined) virtual.set("M", 1n);
    return report;
  }),
];

/** What the first guest that asked was given, for ever. */
function stale(component: string): Decisions {
  const known = new Map<Cpu, bigint>();
  return {
    ...DECISIONS,
    real: (c, f, { virtual }) => {
      if (c !== component) return f();
      const value = known.get(virtual) ?? f();
      known.set(virtual, value);
      return value;
    },
  };
}

function lastOnes(): Decisions {
  const last = new Map<string, bigint>();
  return {
    ...DECISIONS,
    real: (c, f) => {
      const value = last.get(c) ?? f();
      last.set(c, f());
      return value;
    },
  };
}

/** Every event is refused once. */
function late(): Decisions {
  let isSecond = false;
  return {
    ...DECISIONS,
    interrupt: (_, __, { virtual }, take) => {
      if (virtual.get("M") === 0n) return take();
      isSecond = !isSecond;
      return isSecond ? undefined : take();
    },
  };
}
