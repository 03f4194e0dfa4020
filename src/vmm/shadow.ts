/**
 * Shadow structures: the translations that the real machine uses while a guest with tables of its own runs.
 *
 * They are made one by one, when the real machine finds one missing and the guest's own map has it. They hold as long as the guest's
 * map registers stay what they are and no instruction was done by the monitor: those that flush translations are among these, so
 * the structure is coherent at the architectural flush. What a guest stores into a table whose entry it has used, and does not
 * flush, may count later than on a machine that looks its tables up at every access. Where the structure is not in storage, all guests have
 * the same one in turn: another guest's translations are gone before this one runs. A unit that the guest's own map has not as a whole has no
 * translation: what the guest does there the monitor does.
 */
import { ACCESS, windowNamed, type Shadow, type Window } from "../isa/machine.js";
import { mapStep } from "../isa/map-step.js";
import { substitution, type Rewriter } from "../isa/substitute.js";
import { reachable, type AnyTerm, type Term } from "../isa/term.js";
import { watch, type Cpu, type Trapped } from "../machine/cpu.js";
import { ignoredBits } from "../requirements/shadow-map.js";
import type { Decisions, Situation, Translation } from "./decisions.js";
import { storageGivenOut } from "./allocator.js";
import type { Platform } from "./platform.js";

/** What the guest's own map has for an address. */
interface Own { readonly faultsReading: boolean; readonly faultsWriting: boolean; readonly faultsExecuting: boolean; readonly cell: number }

const ACCESSES = Object.keys(ACCESS).length;

/** Of each machine, the structure whose translations its own components hold, such as a translation buffer: there is but one of those. */
const holders = new WeakMap<Cpu, ShadowStructure>();

export class ShadowStructure {
  private readonly window: Window;
  private readonly map: ReturnType<typeof watch>;
  /** for an address: whether reading, writing and executing fault there, and the cell */
  private readonly answer: Term;
  /** the lowest bits of an address, of which no translation depends */
  private readonly ignored: number;
  private readonly clearStep: Shadow["clear"];
  private readonly installStep: Shadow["clear"];
  /** it is in the machine's own components, which all guests share */
  private readonly isShared: boolean;
  private isStale = true;

  /** @param here puts the allotment's numbers in the place of the monitor's parameters */
  constructor(private readonly shadow: Shadow, private readonly virtual: Cpu, private readonly below: Platform, private readonly situation: Situation, private readonly decisions: Decisions, here: Rewriter) {
    const { machine } = virtual;
    const { terms } = machine;
    this.window = windowNamed(machine, shadow.window);
    const { address, access, cell, traps } = this.window;
    const defined: Term[] = [cell, ...traps.map((t) => t.guard)];
    const registers = new Set(machine.components.filter((c) => c.kind === "register" && c.rest === undefined).map((c) => c.name));
    this.map = watch(virtual, reachable(defined).flatMap((t) => (t.op === "variable" && t.space === "state" && registers.has(t.name) ? [t.name] : [])));
    const faults = (kind: number): Term => {
      const known = substitution(terms, new Map<number, AnyTerm>([[access.id, terms.constant(kind, access.width)]]));
      return terms.or(terms.false, ...traps.map((t) => known.term(t.guard)));
    };
    const reading = substitution(terms, new Map<number, AnyTerm>([[access.id, terms.constant(ACCESS.read, access.width)]]));
    this.answer = terms.concat(faults(ACCESS.read), faults(ACCESS.write), faults(ACCESS.execute), reading.term(cell));
    this.ignored = ignoredBits(machine, this.window);
    const own = storageGivenOut(machine).name;
    this.isShared = [shadow.clear, shadow.install.step].some((step) => [...step.next.keys()].some((name) => name !== own));
    this.clearStep = mapStep(shadow.clear, here);
    this.installStep = mapStep(shadow.install.step, here);
    if (address.width !== shadow.install.address.width) throw new Error("bug: a shadow structure of another window");
  }

  /** From now on every translation is missing. */
  flush(): void {
    this.isStale = true;
  }

  /**
   * Made ready, so that whoever begins here again and again need not clear it each time. The function is for when the machine below and the guest's
   * registers have been put back: what is there holds as it did.
   */
  save(): () => void {
    this.refresh();
    return () => {
      if (this.isShared) holders.set(this.below.cpu, this);
      this.map.remember();
      this.isStale = false;
    };
  }

  /** Before the guest runs: what no longer holds is gone. */
  refresh(): void {
    const isAnothers = this.isShared && holders.get(this.below.cpu) !== this;
    if (this.decisions.keepsTranslations({ flushed: this.isStale, otherMap: this.map.changed() !== undefined, anothers: isAnothers }, this.situation)) return;
    if (this.isShared) holders.set(this.below.cpu, this);
    this.below.cpu.apply(this.clearStep, [], []);
    this.below.flush(); // the tables were those of the machine below
    this.map.remember();
    this.isStale = false;
  }

  /** Whether what the machine below could not do was only a translation that is missing here; then it is there now. */
  resolves(trap: Trapped): boolean {
    if (!this.shadow.traps.includes(trap.cause)) return false;
    const address = trap.args[0]!;
    const here = this.guestsOwn(address), { cell } = here;
    const made = this.decisions.translation(this.whole(address, here), { address, cell }, this.situation);
    if (made === undefined) return false;
    const { address: a, cell: p, writable, executable } = this.shadow.install;
    const told = [[a, address], [p, BigInt(made.cell)], [writable, made.writable ? 1n : 0n], ...(executable === undefined ? [] : [[executable, made.executable ? 1n : 0n] as const])] as const;
    this.below.cpu.apply(this.installStep, told.map(([parameter]) => parameter), told.map(([, value]) => value));
    return true;
  }

  /** The unit of an address, if the guest's own map has all of it in one place, in its allotment; and what may be done everywhere in it. */
  private whole(address: bigint, here: Own): Translation | undefined {
    const { unit, grain } = this.shadow, { base, size } = this.situation.allotment;
    const { cell } = here, cells = 2 ** unit, first = Math.floor(cell / cells) * cells;
    if (here.faultsReading || first + cells > size) return undefined;
    const offset = BigInt(grain + this.ignored), places = unit - grain;
    const inUnit = address - (BigInt.asUintN(places, address >> offset) << offset);
    const parts = places === 0 ? [here] : Array.from({ length: 2 ** places }, (_, n) => this.guestsOwn(inUnit + (BigInt(n) << offset)));
    const isInPlace = (part: Own, n: number): boolean => !part.faultsReading && Math.floor(part.cell / 2 ** grain) === first / 2 ** grain + n;
    if (places > 0 && !parts.every(isInPlace)) return undefined;
    return { cell: base + cell, writable: parts.every((part) => !part.faultsWriting), executable: parts.every((part) => !part.faultsExecuting) };
  }

  private guestsOwn(address: bigint): Own {
    const answer = this.virtual.valueWith(this.answer, [this.window.address], [address]);
    const width = this.answer.width - ACCESSES;
    const bit = (n: number): boolean => ((answer >> BigInt(width + n)) & 1n) !== 0n;
    return { faultsReading: bit(2), faultsWriting: bit(1), faultsExecuting: bit(0), cell: Number(BigInt.asUintN(width, answer)) };
  }
}
