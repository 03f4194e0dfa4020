/**
 * From a lowered term to bit strings only: arrays and loops are eliminated here, so that QF_BV is all a solver needs.
 *
 * The term is read symbolically, in the way of `Evaluator`, into a factory of its own. What comes out depends on the
 * term's structure alone: not on what else the machine's factory holds, nor on the order in which it was filled.
 *
 * Arrays: a read over stores is a choice between what was stored; a read of an array variable is a new variable, and
 * two reads of one array agree where their indices do (`congruence.ts`).
 * Loops: the first rounds are written out. What may come after is a function of the loop's state there, of which only
 * this is known: equal states give equal results, and a loop has exceeded its limit exactly when its condition still
 * holds at its end. An array that the loop stores into is another array there, of which nothing is known. That admits
 * more than the machine does: "unsat" is a proof, a model is a suggestion to be replayed.
 */
import { isArray, loopBody, loopSlots, loopStarts, operands, reachable, type AnyTerm, type ArrayTerm, type ArrayVariableTerm, type Loop, type LoopArrayTerm, type LoopTerm, type Term, type VariableTerm } from "../isa/term.js";
import { Terms } from "../isa/terms.js";
import type { Application } from "./congruence.js";
import { structuralHashes } from "./structural-hash.js";

/** A read of an array variable: `value` is what stands at `index`. One of space "slot" is what the remainder of a loop has left. */
export interface Read {
  readonly array: ArrayVariableTerm;
  readonly index: Term;
  readonly value: VariableTerm;
}

/** What is left of a loop after the rounds written out. */
export interface Remainder {
  /** the state it starts in, with what its body sees of the loops around it */
  readonly from: readonly Term[];
  readonly fromArrays: readonly ArrayTerm[];
  readonly results: readonly VariableTerm[];
  readonly arrays: readonly ArrayVariableTerm[];
}

export interface Elimination {
  readonly terms: Terms;
  /** 1 bit; over variables and operators only, as are the constraints, which are all to hold */
  readonly assertion: Term;
  readonly constraints: readonly Term[];
  /** by unknown function, where it was applied: the reads of one array, the remainders of one loop */
  readonly functions: readonly (readonly Application[])[];
  /** the original of each variable that is one, by the new variable's id */
  readonly originals: ReadonlyMap<number, VariableTerm>;
  /** only those on which the assertion depends */
  readonly reads: readonly Read[];
  readonly remainders: readonly Remainder[];
}

export function eliminate(assertion: Term, unroll: number, ending = false): Elimination {
  if (assertion.width !== 1) throw new Error(`bug: an assertion of ${assertion.width} bits`);
  return new Eliminator(assertion, unroll, ending).run();
}

/** Where slots have values: one round of a loop, inside the round of another. The outermost binds nothing. */
class Scope {
  readonly done = new Map<number, AnyTerm>();
  readonly loops = new Map<Loop, LoopResult>();

  constructor(readonly outer: Scope | undefined, readonly binds: bigint, private readonly slots: ReadonlyMap<number, AnyTerm>) {}

  slot(variable: VariableTerm | ArrayVariableTerm): AnyTerm {
    const value = this.slots.get(variable.id);
    if (value !== undefined) return value;
    if (this.outer === undefined) throw new Error(`bug: slot ${variable.name} outside its loop`);
    return this.outer.slot(variable);
  }
}

interface LoopResult {
  readonly values: readonly Term[];
  readonly arrays: readonly ArrayTerm[];
  readonly exceeded: Term;
}

/** Where a loop stands. */
type LoopState = Pick<LoopResult, "values" | "arrays">;

/** Rounds whose condition is plainly true cost no choice: a counted loop is written out up to this many. */
const CERTAIN_ROUNDS = 1024;

class Eliminator {
  private readonly terms = new Terms();
  private readonly outermost = new Scope(undefined, 0n, new Map());
  private readonly hashes: ReadonlyMap<number, number>;
  /** the slots that occur in a term and are bound outside it, as a set of bits */
  private readonly free = new Map<number, bigint>();
  private readonly slotBits = new Map<number, bigint>();
  private readonly slotVariables: (VariableTerm | ArrayVariableTerm)[] = [];

  private readonly originals = new Map<number, VariableTerm>();
  private readonly originalArrays = new Map<number, ArrayVariableTerm>();
  private readonly reads = new Map<string, Read>();
  private readonly cells = new Map<number, Map<number, Term>>();
  private readonly remainders = new Map<string, Map<string, Remainder>>();
  private remainderCount = 0;
  private readonly ended: Term[] = [];

  /** `ending`: loops end within the rounds written out; what is found then is found, what is not may still be. */
  constructor(private readonly root: Term, private readonly unroll: number, private readonly ending: boolean) {
    const all = reachable([root]);
    this.hashes = structuralHashes(all);
    for (const term of all) this.free.set(term.id, this.freeSlots(term));
  }

  run(): Elimination {
    const assertion = this.value(this.root, this.outermost);
    return { terms: this.terms, assertion, originals: this.originals, ...this.relevant(assertion) };
  }

  // Scopes

  private freeSlots(term: AnyTerm): bigint {
    if (term.op === "variable" || term.op === "array") return term.space === "slot" ? this.slotBit(term) : 0n;
    const union = (of: readonly AnyTerm[]): bigint => of.reduce((set, t) => set | this.free.get(t.id)!, 0n);
    if (term.op !== "loop" && term.op !== "loop-array") return union(operands(term));
    return union(loopStarts(term.loop)) | (union(loopBody(term.loop)) & ~this.binders(term.loop));
  }

  private slotBit(slot: VariableTerm | ArrayVariableTerm): bigint {
    const known = this.slotBits.get(slot.id);
    if (known !== undefined) return known;
    const bit = 1n << BigInt(this.slotVariables.length);
    this.slotBits.set(slot.id, bit);
    this.slotVariables.push(slot);
    return bit;
  }

  private binders(loop: Loop): bigint {
    return loopSlots(loop).reduce((set, slot) => set | this.slotBit(slot), 0n);
  }

  /** The outermost scope in which the term means the same: what does not depend on a round is read once for all. */
  private home(term: AnyTerm, scope: Scope): Scope {
    const free = this.free.get(term.id)!;
    let home = scope;
    while (home.outer !== undefined && (home.binds & free) === 0n) home = home.outer;
    return home;
  }

  // Reading

  private value(term: Term, scope: Scope): Term {
    return this.read(term, scope) as Term;
  }

  /** Recursive in the nesting of loops only. */
  private read(root: AnyTerm, from: Scope): AnyTerm {
    const pending: { readonly term: AnyTerm; readonly scope: Scope }[] = [{ term: root, scope: this.home(root, from) }];
    while (pending.length > 0) {
      const { term, scope } = pending.at(-1)!;
      if (scope.done.has(term.id)) {
        pending.pop();
        continue;
      }
      const waiting = pending.length;
      for (const operand of this.inOrder(term)) {
        const home = this.home(operand, scope);
        if (!home.done.has(operand.id)) pending.push({ term: operand, scope: home });
      }
      if (pending.length > waiting) continue;
      pending.pop();
      scope.done.set(term.id, this.rebuild(term, scope));
    }
    return this.home(root, from).done.get(root.id)!;
  }

  /** What to read before a term, last first; of commutative operators in an order that does not depend on ids. */
  private inOrder(term: AnyTerm): readonly AnyTerm[] {
    const before = term.op === "loop" || term.op === "loop-array" ? loopStarts(term.loop) : operands(term);
    return [...before].sort((a, b) => this.hashes.get(a.id)! - this.hashes.get(b.id)!);
  }

  private rebuild(term: AnyTerm, scope: Scope): AnyTerm {
    const known = <T extends AnyTerm>(operand: T): T => this.home(operand, scope).done.get(operand.id) as T;
    switch (term.op) {
      case "constant":
        return this.terms.constant(term.value, term.width);
      case "variable": {
        if (term.space === "slot") return scope.slot(term);
        const made = this.terms.variable(term.space, term.name, term.width);
        this.originals.set(made.id, term);
        return made;
      }
      case "array": {
        if (term.space === "slot") return scope.slot(term);
        const made = this.terms.array(term.space, term.name, term.indexWidth, term.width);
        this.originalArrays.set(made.id, term);
        return made;
      }
      case "select":
        return this.cell(known<ArrayTerm>(term.array), known<Term>(term.index));
      case "cell":
      case "faults":
        throw new Error(`bug: ${term.op} of window ${term.window} reaches the solver before lowering`);
      case "loop":
      case "loop-array":
        return this.loopResult(term, scope);
      default:
        return this.terms.rebuild(term, operands(term).map(known));
    }
  }

  // Arrays

  /** The cell of an array at an index; no selects are left in it. */
  private cell(root: ArrayTerm, index: Term): Term {
    let cells = this.cells.get(index.id);
    if (cells === undefined) this.cells.set(index.id, (cells = new Map()));
    const pending: ArrayTerm[] = [root];
    while (pending.length > 0) {
      const array = pending.at(-1)!;
      const cell = cells.get(array.id) ?? this.cellOver(array, index, cells, pending);
      if (cell === undefined) continue;
      cells.set(array.id, cell);
      pending.pop();
    }
    return cells.get(root.id)!;
  }

  /** As `cell`, from the cells of the arrays beneath; undefined when those were put before it in `pending`. */
  private cellOver(array: ArrayTerm, index: Term, cells: ReadonlyMap<number, Term>, pending: ArrayTerm[]): Term | undefined {
    const { terms } = this;
    switch (array.op) {
      case "array":
        return this.readOf(array, index).value;
      case "store": {
        const here = terms.eq(array.index, index);
        if (here === terms.true) return array.value;
        const under = cells.get(array.array.id);
        if (under === undefined) pending.push(array.array);
        return under === undefined ? undefined : terms.ite(here, array.value, under);
      }
      case "array-ite": {
        const then = cells.get(array.then.id), otherwise = cells.get(array.otherwise.id);
        if (otherwise === undefined) pending.push(array.otherwise);
        if (then === undefined) pending.push(array.then);
        return then === undefined || otherwise === undefined ? undefined : terms.ite(array.condition, then, otherwise);
      }
      case "loop-array":
        throw new Error("bug: a loop is left where loops are written out");
    }
  }

  private readOf(array: ArrayVariableTerm, index: Term): Read {
    const key = `${array.id},${index.id}`;
    const known = this.reads.get(key);
    if (known !== undefined) return known;
    const read = { array: this.originalArrays.get(array.id) ?? array, index, value: this.fresh(`cell ${key}`, array.width) };
    this.reads.set(key, read);
    return read;
  }

  /** Slots are gone from what is built here, so their space is free for what is introduced. */
  private fresh(name: string, width: number): VariableTerm {
    return this.terms.variable("slot", name, width);
  }

  // Loops

  private loopResult(term: LoopTerm | LoopArrayTerm, scope: Scope): AnyTerm {
    let result = scope.loops.get(term.loop);
    if (result === undefined) scope.loops.set(term.loop, (result = this.runLoop(term.loop, scope)));
    if (term.op === "loop-array") return result.arrays[term.slot]!;
    return term.slot === -1 ? result.exceeded : result.values[term.slot]!;
  }

  private round(loop: Loop, scope: Scope, { values, arrays }: LoopState): Scope {
    const slots = new Map<number, AnyTerm>(loop.slots.map((slot, i) => [slot.id, values[i]!]));
    loop.arrays.forEach((a, i) => slots.set(a.slot.id, arrays[i]!));
    return new Scope(scope, this.binders(loop), slots);
  }

  private runLoop(loop: Loop, scope: Scope): LoopResult {
    const { terms } = this;
    const rounds: { readonly condition: Term; readonly state: LoopState }[] = [];
    let state: LoopState = { values: loop.initial.map((t) => this.value(t, scope)), arrays: loop.arrays.map((a) => this.read(a.initial, scope) as ArrayTerm) };
    let end: LoopResult | undefined;
    for (let uncertain = 0; end === undefined; ) {
      const inside = this.round(loop, scope, state);
      const condition = this.value(loop.condition, inside);
      if (condition === terms.false || rounds.length === loop.limit) end = { ...state, exceeded: condition };
      else if (condition === terms.true ? rounds.length < CERTAIN_ROUNDS : uncertain++ < this.unroll) {
        rounds.push({ condition, state });
        state = { values: loop.next.map((t) => this.value(t, inside)), arrays: loop.arrays.map((a) => this.read(a.next, inside) as ArrayTerm) };
      } else if (this.ending) {
        this.ended.push(rounds.reduceRight<Term>((reached, { condition: c }) => terms.implies(c, reached), terms.not(condition)));
        end = { ...state, exceeded: terms.false };
      } else {
        const rest = this.remainder(loop, scope, state, loop.limit - rounds.length);
        end = choose(terms, condition, rest, state);
      }
    }
    return rounds.reduceRight((after, { condition, state: before }) => choose(terms, condition, after, before), end);
  }

  /** The loop from a state on, for at most `rounds` rounds more. */
  private remainder(loop: Loop, scope: Scope, { values, arrays }: LoopState, rounds: number): LoopResult {
    const body = `${loopSlots(loop).map((s) => s.id)}|${loopBody(loop).map((t) => t.id)}|${rounds}`;
    const around = this.surroundings(loop, scope);
    const from = [...values, ...around.filter((t): t is Term => !isArray(t))], fromArrays = [...arrays, ...around.filter(isArray)];
    const state = [...from, ...fromArrays].map((t) => t.id).join(",");
    let ofBody = this.remainders.get(body);
    if (ofBody === undefined) this.remainders.set(body, (ofBody = new Map()));
    let remainder = ofBody.get(state);
    if (remainder === undefined) {
      const number = this.remainderCount++;
      remainder = {
        from, fromArrays, results: loop.slots.map((s, i) => this.fresh(`loop ${number}.${i}`, s.width)),
        arrays: loop.arrays.map(({ slot }, i) => this.terms.array("slot", `loop ${number}.array ${i}`, slot.indexWidth, slot.width)),
      };
      ofBody.set(state, remainder);
    }
    const rest: LoopState = { values: remainder.results, arrays: remainder.arrays };
    return { ...rest, exceeded: this.value(loop.condition, this.round(loop, scope, rest)) };
  }

  /** What a loop's body sees of the rounds around it. */
  private surroundings(loop: Loop, scope: Scope): AnyTerm[] {
    const free = loopBody(loop).reduce((set, t) => set | this.free.get(t.id)!, 0n) & ~this.binders(loop);
    const seen = this.slotVariables.filter((_, i) => (free >> BigInt(i)) & 1n);
    return seen.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.width - b.width)).map((slot) => scope.slot(slot));
  }

  // What is left

  /** The reads and remainders on which the assertion depends. */
  private relevant(assertion: Term): Pick<Elimination, "constraints" | "functions" | "reads" | "remainders"> {
    const seen = new Set<number>();
    const see = (roots: readonly Term[]): void => {
      const pending: AnyTerm[] = [...roots];
      for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
        if (seen.has(term.id)) continue;
        seen.add(term.id);
        pending.push(...operands(term));
      }
    };
    see([assertion, ...this.ended]);
    const reads = new Set<Read>(), remainders = new Set<Remainder>();
    for (let before = -1; before !== reads.size + remainders.size; ) {
      before = reads.size + remainders.size;
      for (const read of this.reads.values()) if (seen.has(read.value.id)) reads.add(read);
      for (const ofBody of this.remainders.values()) for (const r of ofBody.values()) if (r.results.some((v) => seen.has(v.id)) || r.arrays.some((a) => [...reads].some((read) => read.array === a))) remainders.add(r);
      see([...reads].map((r) => r.index));
      see([...remainders].flatMap((r) => r.from));
    }
    const ofArrays = [...groups([...reads], (r) => r.array)].map((of) => of.map((r): Application => ({ from: [r.index], results: [r.value] })));
    const ofLoops = [...this.remainders.values()].flatMap((ofBody) => [...groups([...ofBody.values()].filter((r) => remainders.has(r)), (r) => r.fromArrays.map((a) => a.id).join(","))]);
    const constraints = new Set(this.ended);
    constraints.delete(this.terms.true);
    return { constraints: [...constraints], functions: [...ofArrays, ...ofLoops], reads: [...reads], remainders: [...remainders] };
  }
}

function choose(terms: Terms, condition: Term, then: LoopResult, { values, arrays }: LoopState): LoopResult {
  return { values: values.map((v, i) => terms.ite(condition, then.values[i]!, v)), arrays: arrays.map((a, i) => terms.arrayIte(condition, then.arrays[i]!, a)), exceeded: terms.and(condition, then.exceeded) };
}

function groups<T, K>(of: readonly T[], key: (t: T) => K): Iterable<readonly T[]> {
  const found = new Map<K, T[]>();
  for (const t of of) {
    const group = found.get(key(t));
    if (group === undefined) found.set(key(t), [t]);
    else group.push(t);
  }
  return found.values();
}
