/**
 * One run of an instruction as terms: its step, read from a starting state described by a `View`.
 *
 * In a pair both runs show the same window W. With an inverse map this is no hypothesis but a construction: storage of
 * run i *is* the function p -> W[inverse_i(p)] where that address means p, and something of its own elsewhere. So a load
 * through the window is W[a] in both runs, and what does not look behind the window becomes one and the same term.
 *
 * Without an inverse (paging) two addresses may mean one cell. Windows are the same if they show the same and agree in which
 * addresses mean one cell; so, with the map opaque, cells have names that both runs share. Spelt out, each
 * run has storage of its own, and that the windows agree is a hypothesis.
 */
import { LENGTH } from "./length.js";
import { componentNamed, windowNamed, type Exit, type Instruction, type Machine, type Step, type Window } from "../isa/machine.js";
import { fillingOf } from "../isa/filling-loop.js";
import { lowering } from "../isa/lower.js";
import { mapStep } from "../isa/map-step.js";
import { Rewriter, substitution } from "../isa/substitute.js";
import { neededOnly } from "../isa/needed-slots.js";
import { rebuiltLoop } from "../isa/terms.js";
import { isArray, type AnyTerm, type ArrayTerm, type Term } from "../isa/term.js";
import type { ArraySource, Run } from "./question.js";
import { StoringLoops } from "./storing-loops.js";

/** A starting state as terms, and how far the address map is spelt out. */
export interface View extends Run {
  /** false: `cell` and `faults` stay opaque; `faults` is the same for both runs, and `cell` too, unless their windows are placed apart */
  readonly isExact: boolean;
}

/**
 * The step of an instruction, transients at rest and its own length known. Loops have no limit here: the limit is the
 * CPU's; a proof takes what a loop ends with for whatever it may be, so it covers loops of any length (one that never ends has no outcome).
 */
export function ownStep(machine: Machine, instruction: Instruction): Step {
  const { terms } = machine;
  const known = new Map<number, AnyTerm>();
  for (const c of machine.components) if (c.kind === "register" && c.rest !== undefined) known.set(c.variable.id, terms.constant(c.rest, c.width));
  const { encoding } = instruction;
  const units = machine.fetch === undefined ? 1 : (encoding.width - encoding.front) / machine.fetch.unit;
  known.set(terms.variable("field", LENGTH.name, LENGTH.width).id, encoding.length ?? terms.constant(units, LENGTH.width));
  return mapStep(instruction.step, new Rewriter(terms, (t, args) => {
    if (t.op === "loop" && t.slot === -1) return terms.false;
    return t.op === "loop" || t.op === "loop-array" ? neededOnly(terms, t, rebuiltLoop(t.loop, args)) : known.get(t.id);
  }));
}

export interface Index {
  /** an address of a window, over this run's values */
  readonly original: { readonly window: string; readonly address: Term } | undefined;
  /** a physical index, over this run's values */
  readonly value: Term | undefined;
}

/** The run's reading of terms over state variables. */
export class Reading {
  private readonly rewriter: Rewriter;
  private readonly selected = new Map<string, Term>();
  private readonly loops: StoringLoops;
  private readonly lower: Rewriter;
  /** a window's definitions for a kind of access, and at an address */
  private readonly accesses = new Map<string, Rewriter>();
  private readonly addresses = new Map<string, Rewriter>();

  constructor(private readonly machine: Machine, readonly view: View) {
    this.lower = lowering(machine);
    this.rewriter = new Rewriter(machine.terms, (term, args) => this.replace(term, args));
    this.loops = new StoringLoops(machine, this);
  }

  term(t: Term): Term {
    return this.rewriter.term(t);
  }

  /** The value of a cell of an array component after an update described by `array`, at an index over this run's values. */
  read(array: ArrayTerm, index: Term): Term {
    return this.select(array, { original: undefined, value: index });
  }

  /** The same, at an index as the step's terms have it. */
  readAt(array: ArrayTerm, index: Term): Term {
    return this.select(array, this.index(index));
  }

  /** The same, at what `address` means through a window. */
  readThrough(array: ArrayTerm, window: Window, address: Term): Term {
    return this.select(array, { original: { window: window.name, address }, value: undefined });
  }

  faults(window: Window, access: number, address: Term): Term {
    const { terms } = this.machine;
    return terms.or(...window.traps.map((t, i) => this.view.isExact ? this.define(window, t.guard, access, address) : terms.faults(window.name, access, i, address)));
  }

  cell(window: Window, access: number, address: Term): Term {
    if (this.view.isExact) return this.define(window, window.cell, access, address);
    // windows placed apart show the same, but not in the same cells: what is written to a fixed cell may be in the one and not in the other
    const isApart = this.source(window.over).kind !== "plain";
    return this.machine.terms.cell(isApart ? `${this.view.name}.${window.name}` : window.name, access, address, arrayWidth(this.machine, window));
  }

  /** Whether physical cell p is one that an address of the window means (needs an inverse). */
  shows(window: Window, p: Term): Term {
    const { terms } = this.machine;
    const address = this.addressOf(window, p);
    return terms.and(terms.eq(this.define(window, window.cell, 0, address), p), terms.not(terms.or(...window.traps.map((t) => this.define(window, t.guard, 0, address)))));
  }

  addressOf(window: Window, p: Term): Term {
    if (window.inverse === undefined) throw new Error(`bug: ${window.name} has no inverse`);
    const { terms } = this.machine;
    const own = this.term(this.lower.term(window.inverse.value));
    return substitution(terms, new Map([[window.inverse.parameter.id, p]])).term(own);
  }

  private define(window: Window, definition: Term, access: number, address: Term): Term {
    const { terms } = this.machine;
    const key = `${window.name}:${access}`, at = `${window.name}:${address.id}`;
    const bound = this.accesses.get(key) ?? substitution(terms, new Map([[window.access.id, terms.constant(access, window.access.width)]]));
    this.accesses.set(key, bound);
    // the address is already this run's: put in last, so that it is not read again
    const put = this.addresses.get(at) ?? substitution(terms, new Map([[window.address.id, address]]));
    this.addresses.set(at, put);
    return put.term(this.term(this.lower.term(bound.term(definition))));
  }

  /** Why what is read here may be more than there is, where it is. */
  get approximation(): string | undefined {
    return this.loops.approximation;
  }

  private replace(term: AnyTerm, args: readonly AnyTerm[]): AnyTerm | undefined {
    switch (term.op) {
      case "variable":
        return term.space === "state" ? this.register(term.name) : undefined;
      case "select": {
        const at = this.index(term.index);
        return this.select(term.array, at.original === undefined ? { ...at, value: args[1] as Term } : at);
      }
      case "cell":
        return this.cell(windowNamed(this.machine, term.window), term.access, args[0] as Term);
      case "faults": {
        if (!this.view.isExact) return undefined;
        const window = windowNamed(this.machine, term.window);
        return this.define(window, window.traps[term.trap]!.guard, term.access, args[0] as Term);
      }
      case "loop":
        if (term.loop.arrays.length === 0) return undefined;
        return this.loops.of(term.loop).results[term.slot];
      default:
        return isArray(term) ? term : undefined; // arrays are read through `select` only
    }
  }

  private register(name: string): Term {
    const value = this.view.registers.get(name);
    if (value === undefined) throw new Error(`bug: no value for ${name} in ${this.view.name}`);
    return value;
  }

  /** What the index of a read or write is, over this run's values. */
  index(term: Term): Index {
    if (term.op === "cell") return { original: { window: term.window, address: this.rewriter.term(term.address) }, value: undefined };
    return { original: undefined, value: this.rewriter.term(term) };
  }

  /** Remembered: branches that store share what is under them, and would be walked once for each way through them. */
  private select(array: ArrayTerm, at: Index): Term {
    const key = `${array.id}:${at.original === undefined ? at.value!.id : `${at.original.window}:${at.original.address.id}`}`;
    let found = this.selected.get(key);
    if (found === undefined) this.selected.set(key, (found = this.selectAfresh(array, at)));
    return found;
  }

  private selectAfresh(array: ArrayTerm, at: Index): Term {
    const { terms } = this.machine;
    // down the chain of writes, collecting what decides
    switch (array.op) {
      case "store":
        return terms.ite(this.sameCell(this.index(array.index), at), this.rewriter.term(array.value), this.select(array.array, at));
      case "array-ite":
        return terms.ite(this.rewriter.term(array.condition), this.select(array.then, at), this.select(array.otherwise, at));
      case "loop-array": {
        const filling = fillingOf(terms, array);
        if (filling === undefined) return this.loops.read(array, at);
        return terms.ite(filling.isFilled(this.physical(at), (t) => this.rewriter.term(t)), this.rewriter.term(filling.value), this.select(filling.under, at));
      }
      case "array":
        return array.space === "slot" ? this.loops.readSlot(array, at) : this.readFrom(array.name, this.keyed(array.name), at);
    }
  }

  private sameCell(a: Index, b: Index): Term {
    const { terms } = this.machine;
    if (a.original !== undefined && b.original !== undefined) {
      // a map with an inverse is one-to-one where it does not fault (checked once for the machine)
      const isOneToOne = a.original.window === b.original.window && windowNamed(this.machine, a.original.window).inverse !== undefined;
      if (isOneToOne) return terms.eq(a.original.address, b.original.address);
      // elsewhere two addresses may mean one cell: the same two in both runs, for equal windows are equal in that too
      if (!this.view.isExact) return terms.eq(this.named(a.original), this.named(b.original));
    }
    return terms.eq(this.physical(a), this.physical(b));
  }

  physical(at: Index): Term {
    return at.original === undefined ? at.value! : this.cell(windowNamed(this.machine, at.original.window), 0, at.original.address);
  }

  /** With the map left opaque: the cell that an address means, named alike in both runs. */
  private named({ window, address }: NonNullable<Index["original"]>): Term {
    return this.machine.terms.cell(window, 0, address, arrayWidth(this.machine, windowNamed(this.machine, window)));
  }

  /** Where an index stands in what the source keeps in one array; undefined: behind the window. */
  key(component: string, at: Index): Term | undefined {
    const source = this.source(component);
    switch (source.kind) {
      case "plain":
      case "shown":
        return this.physical(at);
      case "placed":
        return at.original?.window === source.window ? at.original.address : undefined;
      case "named":
        return at.original !== undefined && windowNamed(this.machine, at.original.window).over === component ? this.named(at.original) : undefined;
    }
  }

  /** The array in which the source keeps what `key` finds. */
  keyed(component: string): ArrayTerm {
    const source = this.source(component);
    switch (source.kind) {
      case "plain":
      case "shown":
        return source.array;
      case "placed":
        return source.contents;
      case "named":
        return source.cells;
    }
  }

  /**
   * A cell of the component, as it was at first or as writes through its window have left it.
   *
   * @param kept by key, what is shown
   * @param behind what is not shown, where writes that went through the window may have changed it after all
   */
  readFrom(component: string, kept: ArrayTerm, at: Index, behind?: ArrayTerm): Term {
    const { terms } = this.machine;
    const key = this.key(component, at);
    if (key !== undefined) return terms.select(kept, key);
    const source = this.source(component);
    const p = this.physical(at);
    if (source.kind === "placed") {
      const window = windowNamed(this.machine, source.window);
      return terms.ite(this.shows(window, p), terms.select(kept, this.addressOf(window, p)), terms.select(source.outside, p));
    }
    if (source.kind !== "named") throw new Error(`bug: ${component} has no place for an index`);
    return terms.select(behind ?? source.outside, p);
  }

  source(name: string): ArraySource {
    const source = this.view.arrays.get(name);
    if (source === undefined) throw new Error(`bug: no source for ${name} in ${this.view.name}`);
    return source;
  }
}

function arrayWidth(machine: Machine, window: Window): number {
  const over = componentNamed(machine, window.over);
  if (over.kind !== "array") throw new Error(`bug: ${window.over} is no array`);
  return over.indexWidth;
}
