/**
 * Modes, configurations and invariants: 1-bit predicates on states. Those that no state satisfies are worth a warning, as
 * everything that is said under them is empty.
 */
import { Evaluator } from "../isa/evaluate.js";
import type { Configuration, Machine, Mode } from "../isa/machine.js";
import { reachable, type Term } from "../isa/term.js";
import { declaredTwice, type Of } from "./declarations.js";
import { DEEPEST_VALUE, sizeOfTerm, tooDeep } from "./depth.js";
import { expression } from "./expressions.js";
import { visible } from "./lexer.js";
import { freshPath, originOf, RIGHTS, type Context } from "./scope.js";
import type { Expression, Span } from "./syntax.js";

function predicate(context: Context, e: Expression, what: string): Term | undefined {
  context.work.begin(what);
  context.choices = { prefix: `${what}.`, next: 1 };
  const term = expression(context, freshPath(context, RIGHTS.predicate), e, 1);
  if (term === undefined) return undefined;
  return context.depths.of([term]) > DEEPEST_VALUE ? tooDeep(context, e.span, "this predicate") : term;
}

export function readModes(context: Context, list: readonly Of<"mode">[], machine: Span): Mode[] {
  const { report } = context;
  const modes = list.flatMap((d): Mode[] => {
    const when = predicate(context, d.when, "a mode");
    if (when === undefined) return [];
    if (isImpossible(context, [when])) report.warning("P4030", d.when.span, `no state is in the mode ${visible(d.name.text)}`, { hint: "the condition contradicts itself" });
    return [{ name: d.name.text, level: d.level, predicate: when, title: d.title?.text, origin: originOf(d.span) }];
  });
  for (const level of ["supervisor", "user"] as const) {
    if (!list.some((d) => d.level === level)) report.error("P4022", machine, `no mode is declared ${level}`, { expected: `mode NAME ${level} when CONDITION`, hint: "the classes are about what differs between the two modes" });
  }
  return modes;
}

export function readConfigurations(context: Context, list: readonly Of<"configuration">[], machine: Span): Configuration[] {
  const { report, terms } = context;
  const first = new Map<string, Span>();
  const marked = list.filter((d) => d.isDefault);
  for (const d of marked.slice(1)) report.error("P4023", d.name.span, "there are two default configurations", { hint: `the first is ${visible(marked[0]!.name.text)}` });
  const any: Configuration = { name: "any", title: "Any configuration", isDefault: marked.length === 0, predicate: terms.true, origin: originOf(machine) };
  return [any, ...list.flatMap((d): Configuration[] => {
    const value = predicate(context, d.value, "a configuration");
    const before = first.get(d.name.text);
    if (d.name.text === "any") report.error("P1003", d.name.span, "the configuration `any` exists already: it is always true", { hint: "choose another name" });
    else if (before !== undefined) declaredTwice(context, d.name, before);
    else first.set(d.name.text, d.name.span);
    if (value === undefined) return [];
    if (isImpossible(context, [value])) report.warning("P4030", d.value.span, `no state satisfies the configuration ${visible(d.name.text)}`, { hint: "every answer under it is open" });
    return [{ name: d.name.text, title: d.title.text, isDefault: d.isDefault, predicate: value, origin: originOf(d.span) }];
  })];
}

export function readInvariants(context: Context, list: readonly Of<"invariant">[]): Machine["invariants"] {
  const { report } = context;
  const before: Term[] = [];
  let isContradicted = false;
  return list.flatMap((d) => {
    const value = predicate(context, d.value, "an invariant");
    if (value === undefined) return [];
    if (isImpossible(context, [value])) report.warning("P4030", d.value.span, "no state satisfies this invariant", { hint: "without states there is nothing to check: every answer is open" });
    else if (!isContradicted && isImpossible(context, [...before, value])) {
      report.warning("P4030", d.value.span, "no state satisfies this invariant and those before it", { hint: "without states there is nothing to check: every answer is open" });
      isContradicted = true;
    }
    before.push(value);
    return [{ predicate: value, because: d.because?.text, origin: originOf(d.span) }];
  });
}

const MOST_BITS = 10;

/** Whether a predicate plainly holds nowhere: by its form, or tried out where it looks at a few bits of registers only. */
function isImpossible(context: Context, all: readonly Term[]): boolean {
  const whole = context.terms.and(...all);
  if (whole === context.terms.false) return true;
  const leaves = reachable([whole]).filter((t) => ["variable", "array", "cell", "faults", "loop"].includes(t.op));
  const registers = leaves.flatMap((t) => (t.op === "variable" && t.space === "state" ? [t] : []));
  const width = registers.reduce((n, v) => n + v.width, 0);
  if (registers.length < leaves.length || width > MOST_BITS || sizeOfTerm(whole) > DEEPEST_VALUE) return false;
  for (let n = 0n; n < 1n << BigInt(width); n++) {
    const values = new Map<number, bigint>();
    let left = n;
    for (const v of registers) {
      values.set(v.id, left & ((1n << BigInt(v.width)) - 1n));
      left >>= BigInt(v.width);
    }
    if (new Evaluator({ variable: (v) => values.get(v.id)!, cell: () => 0n }).isTrue(whole)) return false;
  }
  return true;
}
