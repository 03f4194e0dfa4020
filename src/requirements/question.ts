/**
 * What a definition asks of an instruction: does a state, or a pair of states, of a certain kind exist?
 *
 * Every definition of the paper comes down to such questions. A question is terms only: which engine answers is decided
 * elsewhere. `found` gives a witness, `none` a proof; what that says of the claim is the definition's business.
 *
 * The leaves of its terms are variables that an engine may choose freely: fields, choices, state components (of the one
 * run, or shared by both), and "free" ones, named `1.x` and `2.x` for what the two runs do not share.
 */
import type { Machine } from "../isa/machine.js";
import type { ArrayTerm, Term, VariableTerm } from "../isa/term.js";

/** How a run's starting state is read off an assignment of the leaves. */
export interface Run {
  /** "S", or "S1" (the reference: the bare machine) and "S2" (virtual: the real machine under the monitor) */
  readonly name: "S" | "S1" | "S2";
  /** value of every register component before the step */
  readonly registers: ReadonlyMap<string, Term>;
  readonly arrays: ReadonlyMap<string, ArraySource>;
}

/** Where the cells of an array component come from. */
export type ArraySource =
  | { readonly kind: "plain"; readonly array: ArrayTerm }
  /** storage seen through a window with an inverse: cell(a) holds contents[a] where a does not fault; every other cell p holds outside[p] */
  | { readonly kind: "placed"; readonly window: string; readonly contents: ArrayTerm; readonly outside: ArrayTerm }
  /** storage of its own, of which the hypothesis says that its windows show what the other run's show */
  | { readonly kind: "shown"; readonly array: ArrayTerm }
  /** the map left opaque: what its windows show, by cell, the cells named alike in both runs; every other cell p holds outside[p] */
  | { readonly kind: "named"; readonly cells: ArrayTerm; readonly outside: ArrayTerm };

export interface Question {
  /** `<instruction>/<claim>/<part>`: the name under which it is exported and kept in the ledger */
  readonly id: string;
  /** in words: "a user state from which the step is done or halts" */
  readonly asks: string;
  readonly runs: readonly Run[];
  /** 1 bit: which states are considered; lowered, unless the abstraction is false already. That some are is the question's twin. */
  readonly hypothesis: Term;
  /** 1 bit, lowered: what is to be shown possible */
  readonly goal: Term;
  /** 1 bit, lowered: the goal, or the run goes beyond what the specification describes; absent where it never does */
  readonly beyond?: Term;
  /**
   * Not lowered, the same question with the address map left opaque: every real pair is an instance. If this is
   * the constant false there is no witness, whatever the map.
   */
  readonly abstraction?: Term;
  /** The same question spelt out in full where the abstraction answered it: for whoever does not take its word. */
  readonly exact?: () => { readonly hypothesis: Term; readonly goal: Term };
  /**
   * The hypothesis with the map left opaque, where spelling it out is dear: the abstraction is then asked first. That
   * windows agree is left out: it is satisfied by two states that are placed alike.
   */
  readonly supposes?: Term;
  /** What a witness must satisfy at all addresses; the hypothesis may say it of some. A state that does not is no witness. */
  readonly everywhere?: readonly Everywhere[];
  /** Why a state that satisfies the question need not be a witness: something in it stands for more than there is. */
  readonly approximation?: string;
  /** The definition itself on concrete runs: the independent check of a witness. */
  readonly isWitness: (runs: readonly ConcreteRun[]) => boolean;
}

/** A fact (1 bit, lowered) that is to hold for all values of its own variables, the first of which is an address. */
export interface Everywhere {
  readonly variables: readonly [VariableTerm, ...VariableTerm[]];
  readonly fact: Term;
}

/** A state whose components can be read. */
export interface ConcreteState {
  readonly register: (name: string) => bigint;
  readonly cell: (name: string, index: bigint) => bigint;
}

/** One step from a concrete state, as the machine really took it. */
export interface ConcreteRun {
  readonly machine: Machine;
  readonly before: ConcreteState;
  readonly after: ConcreteState;
  readonly outcome: "done" | "trap" | "memory-trap" | "halt" | "beyond";
  /** a component after the delivery of the trap, before anything that it executes; absent where nothing trapped */
  readonly delivered?: (register: string) => bigint;
  /** cells that were written, by array component */
  readonly written: ReadonlyMap<string, readonly bigint[]>;
  /** by window, addresses at which to look: those that the step translates, and the one that the question names */
  readonly addresses: ReadonlyMap<string, readonly bigint[]>;
  /** cells of each array that may be other than zero before or after */
  readonly known: ReadonlyMap<string, readonly bigint[]>;
}
