/**
 * The causes of what is claimed about an instruction, found one by one and told as a tree: the line that does it, the values that it
 * comes to, and what it reads, down to the declarations.
 *
 * A cause is there if a state or a pair shows it, which is replayed and made small like any witness. Causes that no engine finds are
 * left out, and it is said whether that is proved. What is read is what the evaluation really looks at from these states, not
 * everything that the text mentions.
 */
import { formatBits, readBits } from "../bits/bits.js";
import { fieldValue } from "../isa/encoded.js";
import { Evaluator } from "../isa/evaluate.js";
import { lowering } from "../isa/lower.js";
import type { Component, Machine, Origin } from "../isa/machine.js";
import { isArray, type AnyTerm, type ArrayTerm, type Term } from "../isa/term.js";
import { causesBehind, type Behind, type CauseKind, type CauseQuestion } from "../requirements/causes.js";
import type { Setting } from "../requirements/setting.js";
import { answer } from "./answer.js";
import type { Engines, QuestionAnswer } from "./engines.js";
import { QUESTIONS } from "./classify.js";
import type { ReplayedRun } from "./replay.js";
import { CLASSES, type ClaimAnswer, type ClaimName, type Witness } from "./result.js";
import { describeWitness } from "./witness.js";

/** Bits of the widest index. */
const WIDEST = 64;

export interface Declared {
  readonly name: string;
  readonly role: string;
  readonly cite?: string;
  readonly because?: string;
  readonly at: Origin;
}

export interface Read {
  /** `User`, `AC[01]` */
  readonly name: string;
  readonly component: string;
  /** a value for each run; absent where that run does not look at it */
  readonly values: readonly (string | undefined)[];
}

export interface ExitLooked {
  /** "trap bounds", "memory trap bounds", "halt" */
  readonly what: string;
  readonly at: Origin;
  /** for each run: whether its guard holds; absent where the run has left before */
  readonly holds: readonly (boolean | undefined)[];
}

export interface Cause {
  readonly claim: ClaimName;
  readonly kind: CauseKind;
  /** the line that does it */
  readonly at: Origin;
  readonly component?: Declared;
  /** of the component, for each run: before and after (of a cell: the one that shows it) */
  readonly values?: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  /** in order, as far as they are looked at */
  readonly exits: readonly ExitLooked[];
  /** what the deciding value or guard is made of; what differs between the runs first */
  readonly reads: readonly Read[];
  /** of the components that are read differently, or of all where there is one run */
  readonly sources: readonly Declared[];
  readonly witness: Witness;
}

export interface Causes {
  readonly causes: readonly Cause[];
  /** how many more there may be, for no engine has refuted them */
  readonly undecided: number;
}

/** The claims that are taken apart, and what each comes down to. */
function behindOf(claim: ClaimName, { answer: a }: ClaimAnswer): { readonly question: keyof typeof QUESTIONS; readonly behind: Behind } | undefined {
  if (claim === "privileged") return a === "holds" ? { question: "userCompletes", behind: { of: "trapping" } } : a === "fails" ? { question: "userCompletes", behind: { of: "completes" } } : undefined;
  if (a !== "holds") return undefined;
  switch (claim) {
    case "control": return { question: "control", behind: { of: "control", reading: "strict" } };
    case "control-extended": return { question: "controlExtended", behind: { of: "control", reading: "extended" } };
    case "location": case "mode": case "resource": return { question: claim, behind: { of: "behavior" } };
    case "partly-trapping": return { question: "partly", behind: { of: "partly-trapping" } };
    case "always-traps": return { question: "anywhere", behind: { of: "trapping" } };
    default: return undefined;
  }
}

export async function causesOf(s: Setting, answers: Readonly<Partial<Record<ClaimName, ClaimAnswer>>>, engines: Engines): Promise<Causes> {
  const causes: Cause[] = [];
  let undecided = 0;
  const known = new Set<string>();
  // in the order of the classes: what is so in the strict reading is not said again of the extended one
  for (const claim of CLASSES) {
    const found = answers[claim] && behindOf(claim, answers[claim]);
    // a privileged instruction that always traps says it there
    if (found === undefined || (claim === "privileged" && answers["always-traps"]?.answer === "holds")) continue;
    for (const candidate of causesBehind(s, QUESTIONS[found.question]!(s), found.behind)) {
      const key = `${candidate.kind} ${candidate.component?.name ?? ""} ${candidate.exit ?? ""} ${claim === "control-extended" ? "control" : claim}`;
      if (known.has(key)) continue;
      const shown = await answer(s.machine, s.instruction, candidate.question, engines);
      if (shown.kind === "found") {
        known.add(key);
        causes.push(describe(s, claim, candidate, shown));
      } else if (shown.kind === "open" && !shown.reason.startsWith("vacuous")) undecided += 1;
    }
  }
  return { causes, undecided };
}

function describe(s: Setting, claim: ClaimName, { kind, component, exit, at, question }: CauseQuestion, found: Extract<QuestionAnswer, { kind: "found" }>): Cause {
  const { machine } = s;
  const witness = describeWitness(s, question, found);
  const looks = found.replay.runs.map((run) => new Look(machine, s, run, found.replay.word, found.replay.choices));
  const exits = exitsLooked(s, looks);
  const name = component === undefined ? undefined : nameThatShows(machine, component, witness, found.replay.runs);
  for (const look of looks) {
    if (component !== undefined && name !== undefined) look.atNext(component, name);
    else if (exit !== undefined) look.value(s.step.exits[exit]!.guard);
    else for (const e of s.step.exits) look.value(e.guard);
  }
  const reads = readsOf(machine, looks);
  const differing = reads.filter((r) => r.values.length > 1 && r.values[0] !== r.values[1]);
  const named = new Set((differing.length > 0 ? differing : reads).map((r) => r.component));
  return {
    claim, kind, at, witness, exits,
    component: component && declared(component),
    values: component === undefined || name === undefined ? undefined : looks.map((l) => l.change(component, name)),
    reads: [...differing, ...reads.filter((r) => !differing.includes(r))],
    sources: machine.components.filter((c) => named.has(c.name)).map(declared),
  };
}

const declared = (c: Component): Declared => ({ name: c.name, role: c.role, cite: c.cite, because: c.because, at: c.origin });

/** The cell that shows it, or the register. */
function nameThatShows(machine: Machine, c: Component, witness: Witness, runs: readonly ReplayedRun[]): string {
  if (c.kind === "register") return c.name;
  const own = (name: string): boolean => name.startsWith(`${c.name}[`);
  const observed = witness.observed.find(own) ?? witness.runs.flatMap((r) => r.components).find((x) => own(x.name) && x.after !== undefined && x.after !== x.before)?.name;
  if (observed !== undefined) return observed;
  const written = runs.flatMap((r) => r.written.get(c.name) ?? [])[0] ?? 0n;
  return `${c.name}[${formatBits(written, c.indexWidth, machine.radix)}]`;
}

function exitsLooked(s: Setting, looks: readonly Look[]): readonly ExitLooked[] {
  const left = looks.map(() => false);
  const found: ExitLooked[] = [];
  for (const e of s.step.exits) {
    const holds = looks.map((look, i): boolean | undefined => {
      if (left[i]) return undefined;
      const is = look.peek(e.guard);
      left[i] = is;
      return is;
    });
    if (holds.every((h) => h === undefined)) break;
    found.push({ what: e.kind === "halt" ? "halt" : e.kind === "beyond" ? `beyond the specification: ${e.cause}` : `${e.kind === "trap" ? "trap" : "memory trap"} ${e.cause}`, at: e.origin, holds });
  }
  return found;
}

function readsOf(machine: Machine, looks: readonly Look[]): readonly Read[] {
  const names = new Map(looks.flatMap((l) => [...l.seen].map(([name, { component }]) => [name, component] as const)));
  return machine.components.flatMap((c) => [...names].filter(([, component]) => component === c.name).map(([name]): Read => ({ name, component: c.name, values: looks.map((l) => l.seen.get(name)?.value) })));
}

/** The step's terms evaluated from one of the starting states, and what was looked at on the way. */
class Look {
  readonly seen = new Map<string, { readonly component: string; readonly value: string }>();
  private readonly evaluator: Evaluator;

  constructor(private readonly machine: Machine, private readonly s: Setting, private readonly run: ReplayedRun, private readonly word: bigint, private readonly choices: ReadonlyMap<string, bigint>) {
    const { encoding } = s.instruction;
    const fields = new Map(encoding.fields.map((f) => [f.name, fieldValue(word, f)]));
    const { radix } = machine;
    const component = (name: string): Component | undefined => machine.components.find((c) => c.name === name);
    this.evaluator = new Evaluator({
      variable: (v) => {
        if (v.space === "field") return fields.get(v.name) ?? 1n;
        if (v.space === "choice") return choices.get(v.name) ?? 0n;
        const value = run.before.register(v.name);
        const c = component(v.name);
        if (v.space === "state" && c?.kind === "register" && c.rest === undefined) this.note(v.name, v.name, formatBits(value, c.width, radix));
        return value;
      },
      cell: (a, i) => {
        const value = run.before.cell(a.name, i);
        const c = component(a.name);
        if (c?.kind === "array") this.note(`${a.name}[${formatBits(i, c.indexWidth, radix)}]`, a.name, formatBits(value, c.width, radix));
        return value;
      },
    });
  }

  private note(name: string, component: string, value: string): void {
    this.seen.set(name, { component, value });
  }

  value(t: Term): bigint {
    return this.evaluator.value(lowering(this.machine).term(t));
  }

  /** Without taking note; by an evaluation of its own, for what is known is not looked at again. */
  peek(t: Term): boolean {
    return new Look(this.machine, this.s, this.run, this.word, this.choices).value(t) === 1n;
  }

  /** The component's value after the step. */
  atNext(c: Component, name: string): void {
    const next = this.s.step.next.get(c.name);
    if (next === undefined) return;
    const lowered: AnyTerm = lowering(this.machine).any(next);
    if (isArray(lowered)) this.evaluator.at(lowered as ArrayTerm, indexOf(this.machine, name));
    else this.evaluator.value(lowered);
  }

  change(c: Component, name: string): { readonly name: string; readonly before: string; readonly after: string } {
    const { before, after } = this.run;
    const of = (state: ReplayedRun["before"]): string => formatBits(c.kind === "register" ? state.register(c.name) : state.cell(c.name, indexOf(this.machine, name)), c.width, this.machine.radix);
    return { name, before: of(before), after: of(after) };
  }
}

function indexOf(machine: Machine, name: string): bigint {
  const index = readBits(/\[([0-9a-f]+)\]$/.exec(name)?.[1] ?? "", WIDEST, machine.radix);
  if (index === undefined) throw new Error(`bug: ${name} is no cell`);
  return index;
}
