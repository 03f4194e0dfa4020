/**
 * What a check of a machine comes to: the value that every report is made from. It is plain data (bit strings are text in the
 * machine's radix, never numbers), in the shape that `popek check --format json` prints.
 */

export type AnswerKind = "holds" | "fails" | "open";

/** One component of a witness state, before and after. Values are bit strings in the machine's radix. */
export interface WitnessComponent {
  /** `PC`, `AC[5]`, `core[001000]`; what the map shows is named by its address: `mem[001000]` */
  readonly name: string;
  readonly role: string;
  readonly before: string;
  /** absent where the run left by a trap or halted */
  readonly after?: string;
}

export interface WitnessRun {
  readonly name: "S" | "S1" | "S2";
  /** "the state", "reference: the bare machine", "virtual: the real machine under the monitor" */
  readonly title: string;
  readonly mode: string;
  /** components that are not zero, or matter; in the machine's order */
  readonly components: readonly WitnessComponent[];
  /** "done", "trap uuo(047000000001)", "memory trap bounds(777777)", "halt" */
  readonly outcome: string;
}

export interface Witness {
  /** what the states show: "a user state from which the step is done" */
  readonly shows: string;
  /** the instruction word, and its disassembly */
  readonly word: string;
  readonly assembly?: string;
  readonly runs: readonly WitnessRun[];
  /** names of components that differ between the runs before the step */
  readonly differs: readonly string[];
  /** names of components without whose value (in the starting states) this would be no witness */
  readonly necessary: readonly string[];
  /** names of components that show it afterwards: changed, or different in the two runs */
  readonly observed: readonly string[];
  /** choices the witness relies on: what the manual leaves undefined, and the value it needs */
  readonly choices: Readonly<Record<string, string>>;
  /** for taking it again: the question that it answers, and the values of what that leaves open besides the states, by name */
  readonly asked?: { readonly question: string; readonly leaves: Readonly<Record<string, string>> };
  /** the line of the specification responsible: where the observed component is assigned, or the exit that decides */
  readonly source?: { readonly file: string; readonly line: number; readonly column: number };
}

export interface ClaimAnswer {
  readonly answer: AnswerKind;
  /** structural | exhaustive(n) | solver(name version) | witness | sampled(n, seed) | derived; several joined with " + " */
  readonly strength: string;
  /** why open; or what a derived answer follows from */
  readonly reason?: string;
  readonly witness?: Witness;
  /** on the claim "privileged": the weakest condition on the configuration under which it holds, where it depends on it */
  readonly condition?: string;
  /** the question behind it, for `popek export`; absent where it follows from other claims */
  readonly obligation?: string;
}

/** Claims whose names appear among an instruction's `classes` when they hold. */
export const CLASSES = [
  "privileged", "always-traps", "partly-trapping", "control", "control-extended", "location", "mode", "resource",
  "user-control", "user-control-extended", "user-location", "user-resource", "innocuous", "innocuous-extended",
] as const;
export type ClassName = (typeof CLASSES)[number];

/** Claims of the literal 1974 reading and of guests that keep to K: reported, not classes. */
export const OTHER_CLAIMS = [
  "privileged-literal", "control-literal", "location-literal", "mode-literal",
  "user-control-within-k", "user-control-extended-within-k", "resource-within-k", "user-resource-within-k",
] as const;
export type OtherClaim = (typeof OTHER_CLAIMS)[number];
export type ClaimName = ClassName | OtherClaim;

/** A question that a check put, and how it was answered. */
export interface AskedQuestion {
  /** its name, as `popek export` takes it */
  readonly obligation: string;
  /** whether such states exist */
  readonly expected: "sat" | "unsat" | "open";
  readonly strength: string;
  /** about a condition under which an instruction is privileged: which configurations are bad, as that came out; absent elsewhere */
  readonly bad?: readonly BadConfiguration[];
}

/** Bits of configuration components, 0 the least significant, that have these values together. */
export type BadConfiguration = readonly { readonly component: string; readonly bit: number; readonly value: 0 | 1 }[];

export interface InstructionResult {
  readonly id: string;
  readonly mnemonic: string;
  readonly title: string;
  readonly split: Readonly<Record<string, string>>;
  readonly cite?: string;
  readonly source: { readonly file: string; readonly line: number };
  readonly classes: readonly ClassName[];
  readonly answers: Readonly<Partial<Record<ClaimName, ClaimAnswer>>>;
  /** what was asked for these answers, in order; absent in a result that was read back */
  readonly asked?: readonly AskedQuestion[];
  /** for an instruction that executes another one: its class is its target's */
  readonly executes?: { readonly note: string };
}

export interface TheoremResult {
  readonly theorem: 1 | 2 | 3;
  readonly reading: "strict" | "extended" | "literal";
  /** "any": reference user states of any configuration; "within-k": guests never give their own users more than K */
  readonly assumption: "any" | "within-k";
  readonly answer: AnswerKind;
  /** sensitive (theorem 3: user-sensitive) and not privileged */
  readonly critical: readonly string[];
  /** instructions for which it is not known */
  readonly open: readonly string[];
  readonly reason?: string;
}

export interface Premise {
  readonly name: string;
  readonly statement: string;
  readonly answer: AnswerKind;
  readonly strength: string;
  readonly reason?: string;
}

export interface CheckResult {
  readonly popek: string;
  readonly machine: { readonly name: string; readonly title: string; readonly sha256: string; readonly radix: string };
  readonly configuration: string;
  readonly engines: { readonly solver: string; readonly seed: number; readonly runs: number };
  readonly instructions: readonly InstructionResult[];
  readonly theorems: readonly TheoremResult[];
  readonly premises: readonly Premise[];
  readonly notModelled: readonly { readonly what: string; readonly because?: string }[];
  readonly statistics: {
    readonly questions: number;
    /** how many questions each engine answered */
    readonly answeredBy: Readonly<Record<string, number>>;
    readonly open: number;
  };
}
