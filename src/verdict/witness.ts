/** A replayed witness as plain data: two states side by side, what differs, what is necessary, and where the specification says so. */
import { formatBits } from "../bits/bits.js";
import { Evaluator } from "../isa/evaluate.js";
import { lowering } from "../isa/lower.js";
import { RESOURCE_ROLES, type Machine, type Origin, type Role } from "../isa/machine.js";
import { disassembleAs } from "../machine/disassembler.js";
import { wordText } from "../machine/words.js";
import type { Question } from "../requirements/question.js";
import type { Setting } from "../requirements/setting.js";
import type { QuestionAnswer } from "./engines.js";
import { readModel } from "./formula.js";
import type { ReplayedRun } from "./replay.js";
import { outcomeText } from "./outcome-text.js";
import type { Witness, WitnessComponent, WitnessRun } from "./result.js";

type Found = Extract<QuestionAnswer, { kind: "found" }>;

const CONTROLLED: readonly Role[] = ["mode", "map", "storage", ...RESOURCE_ROLES];
const VISIBLE: readonly Role[] = ["general", "program-counter", "storage"];

const TITLES = { S: "the state", S1: "reference: the bare machine", S2: "virtual: the real machine under the monitor" } as const;

export function describeWitness(s: Setting, question: Question, found: Found): Witness {
  const { machine, instruction } = s;
  const { word, runs, choices } = found.replay;
  const named = runs.map((run) => componentsOf(machine, run));
  const all = [...new Set(named.flatMap((list) => [...list.keys()]))];
  const value = (i: number, name: string, when: "before" | "after"): string | undefined => named[i]!.get(name)?.[when];
  const differs = runs.length < 2 ? [] : all.filter((n) => value(0, n, "before") !== value(1, n, "before") && !(isZero(value(0, n, "before")) && isZero(value(1, n, "before"))));
  // one run shows what only the control program may change; two runs show what the program sees
  const role = (n: string): Role => (named.map((m) => m.get(n)).find((c) => c !== undefined)!.role);
  const observed = runs.length < 2
    ? all.filter((n) => CONTROLLED.includes(role(n)) && value(0, n, "after") !== undefined && value(0, n, "after") !== value(0, n, "before"))
    : runs.every((r) => r.outcome === "done") ? all.filter((n) => VISIBLE.includes(role(n)) && (value(0, n, "after") ?? "") !== (value(1, n, "after") ?? "")) : [];
  const necessary = all.filter((n) => runs.some((_, i) => !isZero(value(i, n, "before"))));
  return {
    shows: question.asks,
    word: wordText(machine, instruction.encoding, word),
    assembly: disassembleAs(machine, instruction, word),
    runs: runs.map((run, i): WitnessRun => ({
      name: question.runs[i]!.name, title: TITLES[question.runs[i]!.name], mode: modeOf(machine, run), components: [...named[i]!.values()], outcome: outcomeText(machine, run.detail),
    })),
    differs, necessary, observed,
    choices: Object.fromEntries([...choices].map(([n, v]) => [n, v.toString()])),
    asked: { question: question.id, leaves: leavesOf(question, found) },
    source: responsible(s, runs, observed),
  };
}

/** The free variables of the question that are no part of a state: the address or the cell that shows it. */
function leavesOf(question: Question, { formula, model }: Found): Readonly<Record<string, string>> {
  const ofStates = new Set(question.runs.flatMap((run) => [...run.registers.values()].map((t) => t.id)));
  const read = readModel(model, formula.fixed);
  const leaves = formula.variables.filter((v) => v.space === "free" && !ofStates.has(v.id)).map((v) => [v.name, read.variable(v).toString()] as const);
  return Object.fromEntries(leaves.filter(([, value]) => value !== "0").sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isZero(text: string | undefined): boolean {
  return text === undefined || /^0*$/.test(text);
}

/** Components that are not zero before or after, by name, in the machine's order. */
function componentsOf(machine: Machine, run: ReplayedRun): Map<string, WitnessComponent & { readonly role: Role }> {
  const found = new Map<string, WitnessComponent & { readonly role: Role }>();
  const isDone = run.outcome === "done" || run.outcome === "halt";
  for (const c of machine.components) {
    const put = (name: string, before: bigint, after: bigint): void => {
      if (before === 0n && after === 0n) return;
      found.set(name, { name, role: c.role, before: formatBits(before, c.width, machine.radix), after: isDone ? formatBits(after, c.width, machine.radix) : undefined });
    };
    if (c.kind === "register") {
      if (c.rest === undefined) put(c.name, run.before.register(c.name), run.after.register(c.name));
    } else {
      for (const i of [...(run.known.get(c.name) ?? [])].sort((a, b) => (a < b ? -1 : 1))) put(`${c.name}[${formatBits(i, c.indexWidth, machine.radix)}]`, run.before.cell(c.name, i), run.after.cell(c.name, i));
    }
  }
  return found;
}

function modeOf(machine: Machine, run: ReplayedRun): string {
  const evaluator = new Evaluator({ variable: (v) => run.before.register(v.name), cell: (a, i) => run.before.cell(a.name, i) });
  const lower = lowering(machine);
  return machine.modes.find((m) => evaluator.isTrue(lower.term(m.predicate)))?.name ?? "no mode";
}

/** The line responsible: where an observed component is assigned; else the exit that one of the runs took. */
function responsible(s: Setting, runs: readonly ReplayedRun[], observed: readonly string[]): Origin | undefined {
  for (const name of observed) {
    const at = s.instruction.step.assignedAt.get(name.replace(/\[.*/, ""));
    if (at !== undefined) return at;
  }
  for (const run of runs) {
    const cause = run.detail.kind === "trap" || run.detail.kind === "memory-trap" ? run.detail.cause : run.detail.kind === "halt" ? "halt" : undefined;
    const exit = cause === undefined ? undefined : s.instruction.step.exits.find((e) => e.cause === cause);
    if (exit !== undefined) return exit.origin;
  }
  return s.instruction.origin;
}
