/**
 * The exhaustive engine: a formula with few free bits is run for every assignment of them.
 *
 * Its conjuncts are compiled to one function, the plain ones first. Variables are one packed integer that counts through all values.
 * Cells of arrays are chosen when they are read: a run that reads a cell not read before takes 0 for it, and the last choice that has
 * a larger value left is raised for the next run; so every content of the cells that matter is met, and no other.
 * What comes out does not lean on a solver, which is what it is for: small machines are decided twice.
 */
import { conjuncts, operands, reachable, type AnyTerm, type ArrayVariableTerm, type Term, type VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { bindSource, Emitter, FunctionWriter } from "../machine/compile-emit.js";
import { Plan } from "../machine/compile-plan.js";
import { LoopParts } from "../machine/compile-loops.js";
import { flattening } from "../machine/compile-prepare.js";
import { fieldSource } from "../machine/packed-state.js";
import type { EngineAnswer, Formula, Model } from "./formula.js";

/** Free bits up to which it is quicker than starting on a solver. */
export const QUICK_BITS = 18;
/** Free bits up to which it answers at all: some seconds. (Cells that no run reads count here, but cost nothing.) */
export const MAXIMUM_BITS = 28;

/** Terms of one formula beyond which compiling it is not worth while. */
const MAXIMUM_TERMS = 20_000;
/** Terms in one another beyond which it is not compiled: what writes and what reads the function recurse over them. */
const MAXIMUM_DEPTH = 1_000;

/** What a run of the compiled formula comes to. */
const FALSE = 0, TRUE = 1, CUT = 2;

interface Compiled {
  readonly variables: readonly VariableTerm[];
  readonly arrays: readonly ArrayVariableTerm[];
  readonly run: (variables: number) => number;
}

export function exhaustive(terms: Terms, formula: Formula, maximumBits: number): EngineAnswer {
  if (formula.term === terms.false) return { kind: "none", strength: "structural" };
  const cells = new CellChoices();
  const compiled = compile(terms, formula, cells, maximumBits);
  if (typeof compiled === "string") return { kind: "open", reason: compiled };
  const bits = compiled.variables.reduce((n, v) => n + v.width, 0);
  let runs = 0, cut = 0;
  for (let values = 0; values < 2 ** bits; values++) {
    cells.clear();
    do {
      cells.begin();
      runs++;
      const result = compiled.run(values);
      if (result === TRUE) return { kind: "found", model: modelOf(compiled, values, cells), strength: `exhaustive(${runs})` };
      if (result === CUT) cut++;
    } while (cells.next());
  }
  if (cut > 0) return { kind: "open", reason: `in ${cut} of ${runs} states a loop does not end within its limit` };
  return { kind: "none", strength: `exhaustive(${runs})` };
}

/** The cells that a run has read, in the order in which it did; values of the first ones are tried last. */
class CellChoices {
  private readonly chosen: { readonly array: number; readonly index: number; readonly last: number; value: number }[] = [];
  private used = 0;

  clear(): void {
    this.chosen.length = 0;
  }

  begin(): void {
    this.used = 0;
  }

  readonly read = (array: number, index: number, last: number): number => {
    for (let i = 0; i < this.used; i++) {
      const c = this.chosen[i]!;
      if (c.array === array && c.index === index) return c.value;
    }
    if (this.used === this.chosen.length) this.chosen.push({ array, index, last, value: 0 });
    const c = this.chosen[this.used++]!;
    if (c.array !== array || c.index !== index) throw new Error("bug: a run with equal cells read others than the run before");
    return c.value;
  };

  /** Sets up the next contents; false when all have been. */
  next(): boolean {
    this.chosen.length = this.used;
    while (this.chosen.length > 0) {
      const c = this.chosen[this.chosen.length - 1]!;
      if (c.value < c.last) {
        c.value++;
        return true;
      }
      this.chosen.length--;
    }
    return false;
  }

  values(): readonly { readonly array: number; readonly index: number; readonly value: number }[] {
    return this.chosen.slice(0, this.used);
  }
}

function modelOf({ variables, arrays }: Compiled, values: number, choices: CellChoices): Model {
  const found = new Map<number, bigint>();
  let low = 0;
  for (const v of variables) {
    found.set(v.id, BigInt((values >>> low) & (2 ** v.width - 1)));
    low += v.width;
  }
  const cells = new Map<number, Map<bigint, bigint>>();
  for (const { array, index, value } of choices.values()) {
    const of = cells.get(arrays[array]!.id) ?? new Map<bigint, bigint>();
    cells.set(arrays[array]!.id, of.set(BigInt(index), BigInt(value)));
  }
  return { variables: found, cells };
}

/** The compiled formula; or why it is not one for this engine. */
function compile(terms: Terms, formula: Formula, cells: CellChoices, maximumBits: number): Compiled | string {
  const least = formula.variables.reduce((n, v) => n + v.width, 0);
  if (least > maximumBits) return tooMany(least);
  if (reachable([formula.term]).length > MAXIMUM_TERMS) return "the formula is too large to be run exhaustively";
  const flat = flattening(terms);
  const parts = conjuncts(flat.term(formula.term));
  const all = reachable(parts);
  const isLooping = new Map<Term, boolean>(parts.map((c) => [c, reachable([c]).some((t) => t.op === "loop")]));
  if (all.some((t) => t.op === "loop-array" || (t.op === "loop" && t.loop.arrays.length > 0))) return "a loop that stores is not run exhaustively";
  if (depthOf(all) > MAXIMUM_DEPTH) return "the formula is too deep to be run exhaustively";
  const exceeded = loopsExceeded(terms, all);
  if (exceeded === undefined) return "a loop within a loop is not run exhaustively";
  const variables = all.filter((t): t is VariableTerm => t.op === "variable" && t.space !== "slot");
  const arrays = all.filter((t): t is ArrayVariableTerm => t.op === "array");
  const bits = variables.reduce((n, v) => n + v.width, 0) + arrays.reduce((n, a) => n + cellBits(all, a), 0);
  if (bits > maximumBits) return tooMany(bits);

  const lows = new Map<VariableTerm, number>();
  let low = 0;
  for (const v of variables) {
    lows.set(v, low);
    low += v.width;
  }
  const writer = new FunctionWriter({
    variable: (v) => fieldSource("s", lows.get(v)!, v.width),
    cell: (a, index) => `cell(${arrays.indexOf(a)}, ${index}, ${2 ** a.width - 1})`,
  }, new LoopParts(terms));
  const plan = new Plan(writer.loops);
  const order = [...parts].sort((a, b) => cost(a) - cost(b));
  const tests = [
    ...order.filter((c) => !isLooping.get(c)!).map((term) => ({ term, isCut: false })),
    { term: exceeded, isCut: true },
    ...order.filter((c) => isLooping.get(c)!).map((term) => ({ term, isCut: false })),
  ];
  let within: ReturnType<Plan["region"]> | undefined;
  const regions = tests.map(({ term }) => {
    within = plan.region(within);
    plan.use(term, within);
    return within;
  });
  plan.solve();
  const emitter = new Emitter(writer, plan);
  const lines = tests.flatMap(({ term, isCut }, i) => [...emitter.region(regions[i]!), isCut ? `if (${emitter.truth(term)}) return ${CUT};` : `if (!${emitter.truth(term)}) return ${FALSE};`]);
  const source = `function (s) {\n${[...writer.declarations(), ...lines, `return ${TRUE};`].join("\n")}\n}`;
  return { variables, arrays, run: bindSource(source, { cell: cells.read }) as Compiled["run"] };
}

const tooMany = (bits: number): string => `${bits} free bits are too many to run all states`;

/** At most so many bits of an array are read in one run. */
function cellBits(all: readonly AnyTerm[], array: ArrayVariableTerm): number {
  const reads = all.filter((t) => t.op === "select" && t.array === array).length;
  const inLoop = all.some((t) => t.op === "loop" && reachable([t.loop.condition, ...t.loop.next]).includes(array));
  return (inLoop ? 2 ** array.indexWidth : Math.min(reads, 2 ** array.indexWidth)) * array.width;
}

/** Some loop is cut off; undefined if that can't be said from outside, a loop being within another. */
function loopsExceeded(terms: Terms, all: readonly AnyTerm[]): Term | undefined {
  const loops = new Set(all.flatMap((t) => (t.op === "loop" ? [t.loop] : [])));
  for (const loop of loops) if (reachable([loop.condition, ...loop.next]).some((t) => t.op === "loop" && loops.has(t.loop) && t.loop !== loop)) return undefined;
  return terms.or(...[...loops].map((loop) => terms.loop(loop).exceeded));
}

/** @param all operands before users */
function depthOf(all: readonly AnyTerm[]): number {
  const depths = new Map<number, number>();
  for (const t of all) depths.set(t.id, 1 + operands(t).reduce((most, o) => Math.max(most, depths.get(o.id)!), 0));
  return [...depths.values()].reduce((most, depth) => Math.max(most, depth), 0);
}

/** Plain conjuncts first: they are tested before any cell is read. */
function cost(term: Term): number {
  const all = reachable([term]);
  return all.length + (all.some((t) => t.op === "array") ? MAXIMUM_TERMS : 0);
}
