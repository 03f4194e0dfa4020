/**
 * One virtual machine, and the monitor around it: dispatcher and interpreter of section 4 of the paper (model, section 5).
 *
 * The monitor keeps the virtual machine's whole state in a CPU of its own, whose storage is the allotment itself. To run the guest
 * it sets the machine below to f of that state; when that machine traps, it takes back what is the guest's own and follows the
 * one rule: the step that the bare machine would take from the simulated state. Emulating and reflecting are no cases of
 * their own: which of them it was shows in what the step came to.
 *
 * What a trap of the machine below leaves behind is the guest's, as on the bare machine. A trap that leaves results is delivered as it
 * is; but after a memory trap that may be the monitor's own the instruction is tried again, as the guest's own handler would (`true-faults.ts`).
 */
import { componentNamed, isGuestsOwn, type Machine, type Monitor, type Register } from "../isa/machine.js";
import { substitution, type Rewriter } from "../isa/substitute.js";
import { reachable, type AnyTerm, type Term, type VariableTerm } from "../isa/term.js";
import { copyBetween, createCpuWithin, watch, type Cpu, type RunReport, type StepReport, type Trapped, type TrapTreatment } from "../machine/cpu.js";
import { begin, type StartState } from "../machine/start-state.js";
import { storageGivenOut, type Allotment, type Allotted } from "./allocator.js";
import { DECISIONS, type Decisions, type Kind, type Situation } from "./decisions.js";
import { reflectsFaults } from "../requirements/true-faults.js";
import { listenTo, type End, type Platform, type PlatformOptions, type PlatformReport } from "./platform.js";
import { ShadowStructure } from "./shadow.js";
import { comparingFaults } from "./true-faults.js";
import { Ledger, type Work } from "./work.js";

export interface VirtualMachine extends Platform {
  readonly allotment: Allotted;
  /** the stretches of the machine below that hold its arrays: storage, and what moves with it */
  readonly arrays: ReadonlyMap<string, Allotment>;
  readonly work: () => Work;
}

/** @param start values of registers; what holds the amount of storage says the allotment's size instead */
export function createVirtualMachine(below: Platform, allotment: Allotted, kind: Kind, start: StartState, decisions: Decisions = DECISIONS): VirtualMachine {
  return new MonitoredMachine(below, allotment, kind, start, decisions);
}

export function monitorOf(machine: Machine): Monitor {
  if (machine.monitor === undefined) throw new Error(`bug: ${machine.name} says nothing about a monitor`);
  return machine.monitor;
}

/** Units that one instruction can touch, with room to spare; one that needs more translations at once is done by the monitor. */
const MOST_TRIES = 16;

class MonitoredMachine implements VirtualMachine {
  readonly cpu: Cpu;
  readonly arrays: ReadonlyMap<string, Allotment>;
  private readonly situation: Situation;
  private readonly ledger = new Ledger();
  private readonly sent: readonly number[] & { length: number };
  private readonly handOver: () => void;
  private readonly takeBack: () => void;
  private readonly control: ReturnType<typeof watch>;
  private readonly map: readonly { readonly component: string; readonly f: () => bigint }[];
  private readonly user: Term;
  private readonly shadow: ShadowStructure | undefined;
  /** of a memory trap that leaves results */
  private readonly isGuestsFault: (trap: Trapped) => boolean;
  /** translations made since the guest has last completed an instruction */
  private tries = 0;

  constructor(private readonly below: Platform, readonly allotment: Allotted, kind: Kind, start: StartState, private readonly decisions: Decisions) {
    const real = below.cpu, { machine } = real;
    const monitor = monitorOf(machine);
    const { shadow } = monitor;
    const number = (variable: VariableTerm, value: number): [number, AnyTerm] => [variable.id, machine.terms.constant(value, variable.width)];
    const here = (base: number): Rewriter => substitution(machine.terms, new Map([number(monitor.base, base), number(monitor.size, allotment.size), ...(shadow === undefined ? [] : [number(shadow.area, allotment.area)])]));
    const placed = [...monitor.placed].map(([name, term]): [string, Allotment] => {
      const first = Number(real.value(here(allotment.base).term(term)));
      return [name, { base: first, size: Math.max(0, Number(real.value(here(allotment.base + allotment.size).term(term))) - first) }];
    });
    this.arrays = new Map([[storageGivenOut(machine).name, allotment], ...placed]);
    const virtual = createCpuWithin(real, this.arrays);
    begin(virtual, start);
    for (const c of machine.components) if (c.kind === "register" && c.role === "extent") virtual.set(c.name, BigInt(allotment.size));
    this.cpu = virtual;
    this.situation = { virtual, real, allotment, kind };
    const registers = machine.components.filter((c): c is Register => c.kind === "register");
    const resting = registers.filter((r) => r.rest !== undefined).map((r) => r.name);
    const own = (isMoved: (c: Register) => boolean): string[] => machine.components.filter((c) => !resting.includes(c.name) && isMoved(c as Register)).map((c) => c.name);
    this.handOver = copyBetween(virtual, real, [...own(decisions.handsOver), ...monitor.given, ...resting]);
    this.takeBack = copyBetween(real, virtual, own(decisions.takesBack));
    this.control = watch(real, registers.filter((r) => !isGuestsOwn(r) && r.rest === undefined).map((r) => r.name));
    this.map = [...monitor.next].map(([component, term]) => {
      const known = here(allotment.base).term(term);
      return { component, f: () => virtual.value(known) };
    });
    this.user = machine.terms.or(machine.terms.false, ...machine.modes.filter((m) => m.level === "user").map((m) => m.predicate));
    this.shadow = shadow && new ShadowStructure(shadow, virtual, below, this.situation, decisions, here(allotment.base));
    this.isGuestsFault = reflectsFaults(machine) ? comparingFaults(virtual, real) : () => false;
    this.sent = listenTo(virtual);
  }

  readonly work = (): Work => this.ledger.work();
  readonly output = (): readonly number[] => this.sent;

  readonly run = ({ limit, traps, pausesAtEntries = false }: PlatformOptions): PlatformReport => {
    for (let steps = 0; steps < limit;) {
      let report: RunReport;
      const runsDirectly = this.decisions.runsDirectly(this.situation, this.isVirtualUser);
      if (runsDirectly) {
        this.install();
        const { why, steps: begun, trap, length, end } = this.below.run({ limit: limit - steps, traps: "stop" });
        this.takeBack();
        this.ledger.direct += why === "trap" ? begun - 1 : begun;
        steps += begun;
        const changed = this.control.changed();
        if (changed !== undefined) return { why: "end", steps, end: { kind: "escape", component: changed } };
        if (why === "end") return { why, steps, end: end?.kind === "halt" ? { kind: "halt-below" } : end };
        if (trap === undefined) return { why: "limit", steps };
        if (begun > 1) this.tries = 0;
        if (this.tries++ < MOST_TRIES && this.shadow?.resolves(trap) === true) {
          this.ledger.entered(trap.cause, "hidden");
          steps--;
          continue;
        }
        this.tries = 0;
        report = this.decisions.enter(trap, this.situation, () => (trap.leaves === true && (trap.kind === "trap" || this.isGuestsFault(trap)) ? this.reflected(trap, length, traps) : this.cpu.run({ limit: 1, traps })));
        const isReflected = report.traps > 0 || report.trap !== undefined;
        this.ledger.entered(trap.cause, isReflected ? "reflected" : "emulated");
        if (!isReflected) this.shadow?.flush();
      } else {
        report = this.cpu.run({ limit: 1, traps });
        steps++;
        this.shadow?.flush();
      }
      this.ledger.interpreted++;
      if (report.trap !== undefined) return { why: "trap", steps, trap: report.trap, length: report.length };
      if (report.stop !== undefined) return { why: "end", steps, end: report.stop };
      if (pausesAtEntries && runsDirectly) return { why: "entry", steps };
    }
    return { why: "limit", steps: limit };
  };

  /** A trap that leaves results comes behind them: the instruction is not tried again, the trap is the guest's as it stands. */
  private reflected(trap: Trapped, length: number | undefined, traps: TrapTreatment): RunReport {
    const report = this.cpu.follow(trap, length, undefined, traps);
    return { ...report, steps: 1, why: report.trap !== undefined ? "trap" : report.stop !== undefined ? "stop" : "limit" };
  }

  readonly interrupt = (name: string, args: readonly bigint[]): { readonly end?: End } | undefined => {
    const report: StepReport | undefined = this.decisions.interrupt(name, args, this.situation, () => this.cpu.interrupt(name, args));
    if (report === undefined) return undefined;
    this.ledger.interrupts++;
    return { end: report.stop };
  };

  /** What is not the guest's own changes only when the monitor is entered. */
  readonly isSteady = (interrupt: string): boolean => {
    if (this.situation.kind === "hybrid") return false;
    const { machine } = this.cpu;
    const found = machine.interrupts.find((i) => i.name === interrupt)!;
    return reachable([found.accepted]).every((t) => {
      if (t.op === "cell" || t.op === "faults" || t.op === "array") return false;
      return t.op !== "variable" || t.space !== "state" || !isGuestsOwn(componentNamed(machine, t.name));
    });
  };

  readonly flush = (): void => this.shadow?.flush();

  readonly save = (): (() => void) => {
    const translations = this.shadow?.save();
    const below = this.below.save(), own = this.cpu.snapshot(), work = this.ledger.work(), { length } = this.sent;
    return () => {
      below();
      this.cpu.restore(own);
      this.ledger.restore(work);
      this.sent.length = length;
      this.tries = 0;
      translations?.();
    };
  };

  private readonly isVirtualUser = (): boolean => this.cpu.value(this.user) !== 0n;

  private install(): void {
    const { real } = this.situation;
    this.shadow?.refresh();
    this.handOver();
    for (const { component, f } of this.map) real.set(component, this.decisions.real(component, f, this.situation));
    this.control.remember();
  }
}
