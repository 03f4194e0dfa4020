/**
 * Translations that the CPU remembers, for windows whose map looks at arrays: tables in storage, a translation buffer, storage keys.
 *
 * Nothing of it is part of the machine: what is remembered holds until something changes that the translation has looked at, so a machine
 * with it and one without come to the same, step by step. What it has looked at is a register that the window's definition mentions, or a
 * page of cells that was read when the translation was worked out (`Cells.getWatched`); writing any of them forgets everything. Faults are
 * not remembered. Generated code asks by address and kind of access: a cell, or one bit for each trap of the window that holds.
 */
import { ACCESS, componentNamed, type Machine, type Window } from "../isa/machine.js";
import { lowering } from "../isa/lower.js";
import { Rewriter, substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import { toHeld, type Held } from "./compile-representation.js";

/** Works out what an address means, and notes what it looked at: the cell is left in `cell[0]`, and the traps that hold are returned, the window's first in the lowest bit. */
export type Translator = (address: Held) => number;

/** Makes a translator of two terms over the state and the address. */
export type MakeTranslator = (cell: Term, traps: Term, address: VariableTerm, left: Held[]) => Translator;

/** Remembered translations of one kind of access; each has one place, by the low bits of its address. */
const PLACES = 2 ** 15;
const MOST_ADDRESS_BITS = 40;
const MOST_TRAPS = 31;
const LARGEST = 2 ** 52;

interface Kept {
  readonly window: Window;
  readonly access: number;
  readonly cells: ArrayVariableTerm;
  readonly traps: ArrayVariableTerm;
}

/** What one kind of access remembers: `tags` are addresses, with the number of times that all was forgotten in front. */
class Cache {
  readonly tags = new Float64Array(PLACES).fill(-1);
  readonly found = new Float64Array(PLACES);
  readonly begin = new Float64Array(1);
  private readonly left: Held[] = [0];
  private readonly translate: Translator;

  constructor(translator: (left: Held[]) => Translator, private readonly span: number) {
    this.translate = translator(this.left);
  }

  forget(): void {
    this.begin[0]! += this.span;
    if (this.begin[0]! < LARGEST) return;
    this.begin[0] = 0;
    this.tags.fill(-1);
  }

  /** The functions that generated code calls. */
  readers(): { readonly cell: (address: number) => number; readonly traps: (address: number) => number } {
    const { tags, found, begin, left, translate } = this;
    const miss = (address: number): number => {
      const traps = translate(address);
      if (traps === 0) {
        tags[address & (PLACES - 1)] = address + begin[0]!;
        found[address & (PLACES - 1)] = left[0] as number;
      }
      return traps;
    };
    return {
      traps: (address) => (tags[address & (PLACES - 1)] === address + begin[0]! ? 0 : miss(address)),
      cell: (address) => {
        if (tags[address & (PLACES - 1)] === address + begin[0]!) return found[address & (PLACES - 1)]!;
        miss(address);
        return left[0] as number;
      },
    };
  }
}

export class TranslationCaches {
  /** components on which remembered translations depend */
  readonly components: ReadonlySet<string>;
  private readonly kept: readonly Kept[];
  private readonly caches = new Map<Kept, Cache>();
  private readonly functions: Record<string, unknown> = {};

  /** @param onForget what else is to be done when all is forgotten */
  constructor(private readonly machine: Machine, private readonly makeTranslator: MakeTranslator, private readonly onForget: () => void) {
    const { terms } = machine;
    const windows = machine.windows.filter((w) => isWorthKeeping(machine, w));
    this.kept = windows.flatMap((window) => Object.values(ACCESS).map((access): Kept => {
      const over = componentNamed(machine, window.over);
      if (over.kind !== "array") throw new Error(`bug: ${window.over} is no array`);
      const name = `translation ${window.name} ${access}`;
      return { window, access, cells: terms.array("free", `${name} cell`, window.addressWidth, over.indexWidth), traps: terms.array("free", `${name} traps`, window.addressWidth, window.traps.length) };
    }));
    this.components = new Set(windows.flatMap((w) => leavesOf(machine, w).flatMap((t) => ((t.op === "variable" || t.op === "array") && t.space === "state" ? [t.name] : []))));
  }

  /** Terms with translations that are asked for, where they are kept, instead of worked out. */
  asking(): Rewriter {
    const { terms } = this.machine;
    return new Rewriter(terms, (t, args) => {
      if (t.op !== "cell" && t.op !== "faults") return undefined;
      const kept = this.kept.find((k) => k.window.name === t.window && k.access === t.access);
      if (kept === undefined) return undefined;
      return t.op === "cell" ? terms.select(kept.cells, args[0] as Term) : terms.extract(terms.select(kept.traps, args[0] as Term), t.trap, t.trap);
    });
  }

  /** The source that asks, where an array stands for translations; undefined: it does not. */
  source(array: ArrayVariableTerm, index: string): string | undefined {
    if (array.space !== "free") return undefined;
    const number = this.kept.findIndex((k) => k.cells === array || k.traps === array), kept = this.kept[number];
    if (kept === undefined) return undefined;
    if (!this.caches.has(kept)) {
      const cache = this.cacheOf(kept), { cell, traps } = cache.readers();
      this.caches.set(kept, cache);
      this.functions[`x${number}`] = cell;
      this.functions[`y${number}`] = traps;
    }
    return `${kept.cells === array ? "x" : "y"}${number}(${index})`;
  }

  /** What generated code knows by name; functions are added as sources ask for them. */
  known(): Readonly<Record<string, unknown>> {
    return { ...this.functions, z: this.forget };
  }

  readonly forget = (): void => {
    for (const cache of this.caches.values()) cache.forget();
    this.onForget();
  };

  private cacheOf({ window, access }: Kept): Cache {
    const { terms } = this.machine;
    const at = substitution(terms, new Map<number, AnyTerm>([[window.access.id, terms.constant(access, window.access.width)]])), lower = lowering(this.machine);
    const ready = (t: Term): Term => lower.term(at.term(t));
    const traps = window.traps.length === 0 ? terms.zeros(1) : terms.concat(...window.traps.map((t) => ready(t.guard)).reverse());
    return new Cache((left) => this.makeTranslator(ready(window.cell), traps, window.address, left), Number(toHeld(1n << BigInt(window.addressWidth), window.addressWidth + 1)));
  }
}

/** A map that looks at arrays, told by the state and the address alone. */
function isWorthKeeping(machine: Machine, window: Window): boolean {
  const over = componentNamed(machine, window.over);
  const leaves = leavesOf(machine, window);
  const isTold = leaves.every((t) => t.op !== "variable" || t.space === "state" || t.space === "slot" || t === window.address || t === window.access);
  return leaves.some((t) => t.op === "array" && t.space === "state") && isTold && window.addressWidth <= MOST_ADDRESS_BITS && over.kind === "array" && over.indexWidth <= MOST_ADDRESS_BITS && window.traps.length > 0 && window.traps.length <= MOST_TRAPS;
}

function leavesOf(machine: Machine, window: Window): readonly AnyTerm[] {
  const lower = lowering(machine);
  return reachable([window.cell, ...window.traps.map((t) => t.guard)].map((t) => lower.term(t))).filter((t) => t.op === "variable" || t.op === "array");
}
