/**
 * The term graph as a list, the part of a machine's JSON form that holds all behaviour.
 *
 * Entry i is term i, and operands come before their users, so a reader needs one pass and no recursion. An entry is a short
 * array: the kind or operator first, then what it is made of. References to terms are indices; bit strings are
 * hexadecimal text.
 *
 *     ["constant", width, "0x..."]            ["select", array, index]
 *     ["variable", space, name, width]        ["store", array, index, value]
 *     ["array", space, name, index, width]    ["array-ite", condition, then, otherwise]
 *     [operator, operand..., parameter...]    ["cell", window, access, address, width]
 *     ["loop", loop, slot]                    ["faults", window, access, trap, address]
 *     ["loop-array", loop, slot]
 *
 * `extract` has the parameters high and low, the extensions their width. Operands, first to last, are those of
 * `src/bits/operators.ts`. Slot -1 of a loop is "the limit was exceeded"; the slot of a loop-array counts the arrays that the
 * loop stores into.
 */
import { OPERATORS, TABLE, type OperatorName } from "../bits/operators.js";
import { isArray, loopSlots, reachable, type AnyTerm, type ArrayTerm, type ArrayVariableTerm, type Loop, type Term, type VariableSpace, type VariableTerm } from "./term.js";
import type { Terms } from "./terms.js";

export type TermEntry = readonly [string, ...(number | string)[]];

export interface LoopEntry {
  readonly slots: readonly number[];
  readonly initial: readonly number[];
  readonly condition: number;
  readonly next: readonly number[];
  readonly limit: number;
  /** absent where the loop stores nothing */
  readonly arrays?: readonly { readonly slot: number; readonly initial: number; readonly next: number }[];
}

export interface TermList {
  readonly terms: readonly TermEntry[];
  readonly loops: readonly LoopEntry[];
}

export const bitsText = (value: bigint): string => `0x${value.toString(16)}`;

/** Everything that the roots are made of, and where each term went. */
export function writeTerms(roots: Iterable<AnyTerm>): { readonly list: TermList; readonly indexOf: (term: AnyTerm) => number } {
  const all = withSlots(roots);
  const places = new Map(all.map((t, i) => [t.id, i]));
  const indexOf = (term: AnyTerm): number => {
    const place = places.get(term.id);
    if (place === undefined) throw new Error(`bug: term ${term.id} (${term.op}) is not reachable from the machine`);
    return place;
  };
  const loops: LoopEntry[] = [];
  const loopPlaces = new Map<string, number>();
  const placeOf = (loop: Loop): number => {
    const entry: LoopEntry = {
      slots: loop.slots.map(indexOf), initial: loop.initial.map(indexOf), condition: indexOf(loop.condition), next: loop.next.map(indexOf), limit: loop.limit,
      ...(loop.arrays.length === 0 ? {} : { arrays: loop.arrays.map((a) => ({ slot: indexOf(a.slot), initial: indexOf(a.initial), next: indexOf(a.next) })) }),
    };
    const key = JSON.stringify(entry);
    const known = loopPlaces.get(key);
    if (known !== undefined) return known;
    loopPlaces.set(key, loops.length);
    return loops.push(entry) - 1;
  };
  return { list: { terms: all.map((t) => entryOf(t, indexOf, placeOf)), loops }, indexOf };
}

/** `reachable`, with what loops bind and no body mentions. */
function withSlots(roots: Iterable<AnyTerm>): AnyTerm[] {
  const all = reachable(roots);
  return reachable([...all, ...all.flatMap((t) => (t.op === "loop" || t.op === "loop-array" ? loopSlots(t.loop) : []))]);
}

function entryOf(term: AnyTerm, indexOf: (t: AnyTerm) => number, loopOf: (l: Loop) => number): TermEntry {
  switch (term.op) {
    case "constant": return ["constant", term.width, bitsText(term.value)];
    case "variable": return ["variable", term.space, term.name, term.width];
    case "array": return ["array", term.space, term.name, term.indexWidth, term.width];
    case "select": return ["select", indexOf(term.array), indexOf(term.index)];
    case "store": return ["store", indexOf(term.array), indexOf(term.index), indexOf(term.value)];
    case "array-ite": return ["array-ite", indexOf(term.condition), indexOf(term.then), indexOf(term.otherwise)];
    case "cell": return ["cell", term.window, term.access, indexOf(term.address), term.width];
    case "faults": return ["faults", term.window, term.access, term.trap, indexOf(term.address)];
    case "loop":
    case "loop-array": return [term.op, loopOf(term.loop), term.slot];
    default: return [term.op, ...term.args.map(indexOf), ...term.parameters];
  }
}

/** Where terms are looked up while a document is read. */
export interface TermReader {
  readonly term: (index: number) => Term;
  readonly variable: (index: number) => VariableTerm;
  readonly any: (index: number) => AnyTerm;
}

/**
 * The list as terms of `terms`. Throws if an entry does not fit; the graph is built with the usual simplification, which
 * leaves what is already simplified as it is.
 */
export function readTerms(terms: Terms, { terms: entries, loops }: TermList): TermReader {
  const made: AnyTerm[] = [];
  const any = (index: number): AnyTerm => made[index] ?? misfit(`term ${index} is used before it is listed`);
  const term = (index: number): Term => {
    const t = any(index);
    return isArray(t) ? misfit(`term ${index} is an array, not a bit string`) : t;
  };
  const array = (index: number): ArrayTerm => {
    const t = any(index);
    return isArray(t) ? t : misfit(`term ${index} is a bit string, not an array`);
  };
  const variable = (index: number): VariableTerm => {
    const t = any(index);
    return t.op === "variable" ? t : misfit(`term ${index} is no variable`);
  };
  const arraySlot = (index: number): ArrayVariableTerm => {
    const t = any(index);
    return t.op === "array" ? t : misfit(`term ${index} is no array of its own`);
  };
  const results = new Map<number, ReturnType<Terms["loop"]>>();
  const loopAt = (index: number): ReturnType<Terms["loop"]> => {
    const known = results.get(index);
    if (known !== undefined) return known;
    const entry = loops[index] ?? misfit(`there is no loop ${index}`);
    const result = terms.loop({
      slots: entry.slots.map(variable), initial: entry.initial.map(term), condition: term(entry.condition), next: entry.next.map(term), limit: entry.limit,
      arrays: (entry.arrays ?? []).map((a) => ({ slot: arraySlot(a.slot), initial: array(a.initial), next: array(a.next) })),
    });
    results.set(index, result);
    return result;
  };
  for (const entry of entries) made.push(read(entry));
  return { term, variable, any };

  function read(entry: TermEntry): AnyTerm {
    const [op, ...rest] = entry;
    const number = (i: number): number => { const v = rest[i]; return typeof v === "number" ? v : misfit(`${JSON.stringify(entry)}: a number was expected`); };
    const text = (i: number): string => { const v = rest[i]; return typeof v === "string" ? v : misfit(`${JSON.stringify(entry)}: text was expected`); };
    switch (op) {
      case "constant": return terms.constant(BigInt(text(1)), number(0));
      case "variable": return terms.variable(text(0) as VariableSpace, text(1), number(2));
      case "array": return terms.array(text(0) as VariableSpace, text(1), number(2), number(3));
      case "select": return terms.select(array(number(0)), term(number(1)));
      case "store": return terms.store(array(number(0)), term(number(1)), term(number(2)));
      case "array-ite": return terms.arrayIte(term(number(0)), array(number(1)), array(number(2)));
      case "cell": return terms.cell(text(0), number(1), term(number(2)), number(3));
      case "faults": return terms.faults(text(0), number(1), number(2), term(number(3)));
      case "loop": {
        const { results: values, exceeded } = loopAt(number(0));
        return number(1) === -1 ? exceeded : values[number(1)] ?? misfit(`loop ${number(0)} has no slot ${number(1)}`);
      }
      case "loop-array": return loopAt(number(0)).arrays[number(1)] ?? misfit(`loop ${number(0)} has no array ${number(1)}`);
      default: {
        if (!isOperator(op)) return misfit(`there is no operator ${op}`);
        const { arity } = TABLE[op];
        return terms.apply(op, Array.from({ length: arity }, (_, i) => term(number(i))), rest.slice(arity).map((_, i) => number(arity + i)));
      }
    }
  }
}

const isOperator = (name: string): name is OperatorName => (OPERATORS as readonly string[]).includes(name);

export function misfit(what: string): never {
  throw new Error(`not a machine document: ${what}`);
}
