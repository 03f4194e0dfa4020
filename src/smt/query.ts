/**
 * A question to a solver: is there an assignment of the free variables, arrays included, that makes a term 1?
 *
 * `encode` writes it as a complete SMT-LIB script that anyone can run again, and `decode` reads the solver's values back
 * as values of the machine's own variables and cells. Equal terms give equal bytes.
 *
 * Where a loop was cut, or many reads are not told to agree yet (`approximated`), "unsat" still is a proof, but a model is a suggestion:
 * `solve` has the query refined by it, and the caller replays it.
 */
import { TABLE } from "../bits/operators.js";
import type { Assignment } from "../isa/evaluate.js";
import { conjuncts, reachable, type Term, type VariableTerm } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";
import { congruences, congruencesOf, violatedCongruences } from "./congruence.js";
import { eliminate, type Elimination } from "./eliminate.js";
import { declarationsAndAssertions } from "./script.js";

export interface Query {
  /** SMT-LIB 2.6, QF_BV, ending in (check-sat) */
  readonly script: string;
  /** the symbols whose values are wanted when the answer is sat */
  readonly ask: readonly string[];
  readonly approximated: boolean;
  /** Whether the values really make the script's assertions true: solvers are not taken at their word. */
  readonly isModel: (values: ReadonlyMap<string, bigint>) => boolean;
  /** The same question with more said of it, where these values make the assertions true and are no solution yet. */
  readonly refined: (values: ReadonlyMap<string, bigint>) => Query | undefined;
  readonly decode: (values: ReadonlyMap<string, bigint>) => Model;
}

/** Values by the ids of the original variables. What is not listed does not matter. */
export interface Model {
  readonly variables: ReadonlyMap<number, bigint>;
  readonly cells: ReadonlyMap<number, ReadonlyMap<bigint, bigint>>;
}

/** What does not matter is 0. */
export function assignmentOf(model: Model): Assignment {
  return {
    variable: (variable) => model.variables.get(variable.id) ?? 0n,
    cell: (array, index) => model.cells.get(array.id)?.get(index) ?? 0n,
  };
}

/** Rounds of each loop that are written out, unless said otherwise. */
export const DEFAULT_UNROLL = 2;

/** Up to so many congruences are all said at once, unless said otherwise. */
const FEW_CONGRUENCES = 4096;

/** `assertion`: 1 bit, lowered, of the factory `terms` (which is not added to). */
export function encode(terms: Terms, assertion: Term, { unroll = DEFAULT_UNROLL, ending = false, congruencesAtOnce = FEW_CONGRUENCES }: { readonly unroll?: number; readonly congruencesAtOnce?: number; /** only states whose loops end within the rounds written out: unsat is no proof */ readonly ending?: boolean } = {}): Query {
  if (assertion.id >= terms.size) throw new Error("bug: the assertion is of another factory");
  const elimination = eliminate(assertion, unroll, ending);
  const { functions } = elimination;
  return congruencesOf(functions) <= congruencesAtOnce ? queryOf(elimination, congruences(elimination.terms, functions), true) : queryOf(elimination, [], false);
}

/** @param said congruences; `isAllSaid`: there are no others */
function queryOf(elimination: Elimination, said: readonly Term[], isAllSaid: boolean): Query {
  // solvers simplify many small assertions better than one large one
  const roots = [...conjuncts(elimination.assertion), ...elimination.constraints, ...said];
  const variables = variablesIn(roots);
  // an index that no assertion mentions may be anything, but it has to be the same everywhere
  const applied = elimination.functions.flatMap((f) => f.flatMap((a) => [...a.from, ...a.results]));
  const named = variablesIn([...roots, ...applied]);
  const symbols = symbolsOf(elimination, named);
  const symbol = (variable: VariableTerm): string => symbols.get(variable.id)!;
  const isCut = elimination.remainders.length > 0;
  const lines = [
    "; Popek: is there an assignment that makes the assertions true?",
    ...(isCut ? ["; Loops are cut: unsat is a proof, a model has to be replayed."] : []),
    ...(isAllSaid ? [] : ["; Not all reads of one place are said to agree: unsat is a proof, a model has to be checked."]),
    "(set-option :produce-models true)",
    "(set-logic QF_BV)",
    ...declarationsAndAssertions(roots, symbol),
    "(check-sat)",
    "",
  ];
  return {
    script: lines.join("\n"),
    ask: variables.map(symbol),
    approximated: isCut || !isAllSaid,
    isModel: (values) => {
      const value = evaluation(roots, symbol, values);
      return roots.every((root) => value(root) === 1n);
    },
    refined: (values) => {
      if (isAllSaid) return undefined;
      const { terms, functions } = elimination;
      const violated = violatedCongruences(terms, functions, evaluation(applied, symbol, values));
      return violated.length === 0 ? undefined : queryOf(elimination, [...said, ...violated], false);
    },
    decode: (values) => decode(elimination, named, symbol, values),
  };
}

function variablesIn(roots: readonly Term[]): VariableTerm[] {
  return (reachable(roots) as Term[]).filter((t): t is VariableTerm => t.op === "variable");
}

function decode(elimination: Elimination, named: readonly VariableTerm[], symbol: (v: VariableTerm) => string, values: ReadonlyMap<string, bigint>): Model {
  const { originals, reads } = elimination;
  const value = evaluation(reads.flatMap((r) => [r.index, r.value]), symbol, values);
  const cells = new Map<number, Map<bigint, bigint>>();
  for (const read of reads) {
    if (read.array.space === "slot") continue;
    const ofArray = cells.get(read.array.id) ?? new Map<bigint, bigint>();
    cells.set(read.array.id, ofArray.set(value(read.index), value(read.value)));
  }
  const own = named.filter((v) => originals.has(v.id));
  return { variables: new Map(own.map((v) => [originals.get(v.id)!.id, values.get(symbol(v)) ?? 0n])), cells };
}

/** The values of terms without arrays and loops, however deep. Variables that the script does not declare are 0. */
function evaluation(roots: readonly Term[], symbol: (v: VariableTerm) => string, values: ReadonlyMap<string, bigint>): (term: Term) => bigint {
  const known = new Map<number, bigint>();
  for (const term of reachable(roots) as Term[]) {
    if (term.op === "constant") known.set(term.id, term.value);
    else if (term.op === "variable") known.set(term.id, values.get(symbol(term)) ?? 0n);
    else if (term.op in TABLE) {
      const { op, args, parameters } = term as Extract<Term, { readonly args: readonly Term[] }>;
      known.set(term.id, TABLE[op].value(args.map((a) => known.get(a.id)!), args.map((a) => a.width), parameters));
    } else throw new Error(`bug: ${term.op} is left after elimination`);
  }
  return (term) => known.get(term.id)!;
}

/**
 * Readable symbols: `state.psw`, `cell.memory.0`, `loop.0.1`. Definitions are n0, n1, ...; these all have a dot.
 * Characters that SMT-LIB does not allow in a plain symbol become `_`; what would then be one name is numbered.
 */
export function symbolsOf({ originals, reads, remainders }: Elimination, variables: readonly VariableTerm[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const counts = new Map<number, number>();
  for (const { array, value } of reads) {
    const count = counts.get(array.id) ?? 0;
    counts.set(array.id, count + 1);
    names.set(value.id, `cell.${array.space}.${array.name.replace(" ", ".")}.${count}`);
  }
  remainders.forEach((r, n) => r.results.forEach((v, slot) => names.set(v.id, `loop.${n}.${slot}`)));
  const symbols = new Map<number, string>();
  const taken = new Set<string>();
  for (const variable of variables) {
    const original = originals.get(variable.id);
    const plain = (original === undefined ? names.get(variable.id)! : `${original.space}.${original.name}`).replace(/[^A-Za-z0-9_.+*<>=!?-]/g, "_");
    let symbol = plain;
    for (let n = 1; taken.has(symbol); n++) symbol = `${plain}~${n}`;
    taken.add(symbol);
    symbols.set(variable.id, symbol);
  }
  return symbols;
}
