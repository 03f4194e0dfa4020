/**
 * Loops that store, in one run's reading.
 *
 * A loop whose stores and loads all go through the window stores into what the window shows: the rounds are those of a loop
 * over that, and it is one and the same term in both runs of a pair that sees the same. A loop that looks behind the
 * window is taken for anything: proofs hold for whatever it does, and what is found need not be so.
 */
import { windowNamed, type Machine } from "../isa/machine.js";
import { loopBody, reachable, rootOf, type ArrayTerm, type ArrayVariableTerm, type Loop, type LoopArrayTerm, type Term } from "../isa/term.js";
import type { Index, Reading } from "./run.js";

interface Read {
  readonly results: readonly Term[];
  readonly arrays: readonly ArrayTerm[];
  readonly isKnown: boolean;
}

export class StoringLoops {
  private readonly known = new Map<Loop, Read>();
  private readonly behind = new Map<ArrayTerm, ArrayTerm>();
  private unknown = 0;

  constructor(private readonly machine: Machine, private readonly reading: Reading) {}

  get approximation(): string | undefined {
    return this.unknown > 0 ? "a loop stores to where its window does not show" : this.behind.size > 0 ? "what a loop has stored is read behind its window" : undefined;
  }

  of(loop: Loop): Read {
    let read = this.known.get(loop);
    if (read === undefined) this.known.set(loop, (read = loop.arrays.every((a) => this.isThroughWindow(loop, a.slot)) ? this.overKeys(loop) : this.anything(loop)));
    return read;
  }

  /** A cell of an array after a loop. */
  read(array: LoopArrayTerm, at: Index): Term {
    const { terms } = this.machine;
    const component = componentOf(array.loop.arrays[array.slot]!.slot);
    const { arrays, isKnown } = this.of(array.loop);
    const after = arrays[array.slot]!;
    if (!isKnown) return terms.select(after, this.reading.physical(at));
    if (this.reading.key(component, at) !== undefined || this.reading.source(component).kind === "placed") return this.reading.readFrom(component, after, at);
    let behind = this.behind.get(after);
    if (behind === undefined) this.behind.set(after, (behind = terms.array("free", `${this.reading.view.name}.behind ${this.behind.size}`, array.indexWidth, array.width)));
    return this.reading.readFrom(component, after, at, behind);
  }

  /** A cell of an array as earlier rounds have left it. */
  readSlot(slot: ArrayVariableTerm, at: Index): Term {
    return this.reading.readFrom(componentOf(slot), this.keyedSlot(slot), at);
  }

  private overKeys(loop: Loop): Read {
    const { terms } = this.machine;
    const { reading } = this;
    const { results, arrays } = terms.loop({
      slots: loop.slots, initial: loop.initial.map((t) => reading.term(t)), condition: reading.term(loop.condition), next: loop.next.map((t) => reading.term(t)), limit: loop.limit,
      arrays: loop.arrays.map((a) => ({ slot: this.keyedSlot(a.slot), initial: this.keyed(a.initial), next: this.keyed(a.next) })),
    });
    return { results, arrays, isKnown: true };
  }

  /** The slot as it stands for what the window shows. */
  private keyedSlot(slot: ArrayVariableTerm): ArrayVariableTerm {
    const kept = this.reading.keyed(componentOf(slot));
    return this.machine.terms.array("slot", slot.name, kept.indexWidth, kept.width);
  }

  /** An array term, by key. */
  private keyed(array: ArrayTerm): ArrayTerm {
    const { terms } = this.machine;
    const { reading } = this;
    switch (array.op) {
      case "array":
        return array.space === "slot" ? this.keyedSlot(array) : reading.keyed(array.name);
      case "store":
        return terms.store(this.keyed(array.array), reading.key(componentUnder(array), reading.index(array.index))!, reading.term(array.value));
      case "array-ite":
        return terms.arrayIte(reading.term(array.condition), this.keyed(array.then), this.keyed(array.otherwise));
      case "loop-array":
        return this.of(array.loop).arrays[array.slot]!;
    }
  }

  private anything(loop: Loop): Read {
    const { terms } = this.machine;
    const name = `${this.reading.view.name}.loop ${this.unknown++}`;
    return {
      results: loop.slots.map((s, i) => terms.variable("free", `${name}.${i}`, s.width)),
      arrays: loop.arrays.map((a) => terms.array("free", `${name}.${componentOf(a.slot)}`, a.slot.indexWidth, a.slot.width)),
      isKnown: false,
    };
  }

  private isThroughWindow(loop: Loop, slot: ArrayVariableTerm): boolean {
    const component = componentOf(slot);
    const source = this.reading.source(component);
    if (source.kind === "plain" || source.kind === "shown") return true;
    const isKey = (index: Term): boolean => index.op === "cell" && (source.kind === "placed" ? index.window === source.window : windowNamed(this.machine, index.window).over === component);
    const roots = loop.arrays.filter((a) => a.slot === slot).flatMap((a) => [a.initial, a.next]);
    const isOwn = (array: ArrayTerm): boolean => componentUnder(array) === component;
    return reachable([...loopBody(loop), ...roots]).every((t) => {
      if (t.op === "store") return !isOwn(t) || isKey(t.index);
      if (t.op === "select") return !isOverSlot(t.array) || !isOwn(t.array) || isKey(t.index);
      if (t.op === "loop-array" && t.loop !== loop) return !isOwn(t) || this.of(t.loop).isKnown;
      return true;
    });
  }
}

/** The component that a slot stands for: its name follows the depth of its loop. */
export function componentOf(slot: ArrayVariableTerm): string {
  return slot.name.slice(slot.name.indexOf(".") + 1);
}

function componentUnder(array: ArrayTerm): string {
  const root = rootOf(array);
  return root.space === "slot" ? componentOf(root) : root.name;
}

function isOverSlot(array: ArrayTerm): boolean {
  return rootOf(array).space === "slot";
}
