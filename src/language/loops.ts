/**
 * Loops: `for` is unrolled, `while` becomes one `Loop` of the term graph.
 */
import type { Term, VariableTerm } from "../isa/term.js";
import { sizeOf } from "./branches.js";
import { expression } from "./expressions.js";
import { integer } from "./integers.js";
import { visible } from "./lexer.js";
import { fork, type Context, type Local, type Path } from "./scope.js";
import { addExit, runBlock } from "./statements.js";
import type { Block, Statement } from "./syntax.js";

const MAXIMUM_ROUNDS = 4096;
const LARGEST = 1n << 40n;

export function runFor(context: Context, path: Path, s: Extract<Statement, { kind: "for" }>): boolean {
  const { report } = context;
  const from = integer(context, path, s.from, "the first value", -LARGEST, LARGEST);
  const to = integer(context, path, s.to, "the last value", -LARGEST, LARGEST);
  if (path.locals.has(s.name.text)) report.error("P1003", s.name.span, `${visible(s.name.text)} is already a local name`, { hint: "choose another" });
  else if (context.entities.has(s.name.text)) report.error("P1003", s.name.span, `${visible(s.name.text)} already names something of the machine`, { hint: "choose another name" });
  if (from === undefined || to === undefined) return true;
  const count = s.down ? from - to + 1 : to - from + 1;
  if (count > MAXIMUM_ROUNDS) {
    report.error("P4011", s.span, `this loop has ${count} rounds`, { expected: `at most ${MAXIMUM_ROUNDS}`, hint: "use while with a limit, which is not unrolled" });
    return true;
  }
  for (let k = 0; k < count; k++) {
    if (!context.work.spend(s.span, sizeOf(path))) return false;
    const outer = path.locals;
    path.locals = new Map(outer).set(s.name.text, { kind: "integer", value: BigInt(s.down ? from - k : from + k) });
    const returned = runBlock(context, path, s.body);
    // only changes to outer variables leave the body
    path.locals = new Map([...outer.keys()].map((name) => [name, name === s.name.text ? outer.get(name)! : path.locals.get(name)!]));
    if (returned.kind === "broken") return false;
    if (returned.kind === "value") {
      report.error("P4012", s.span, "a for loop can't return a value", { hint: "set a var, and return it after the loop" });
      return false;
    }
  }
  return true;
}

/** The names of outer variables that a block sets. */
function assignedLocals(block: Block, names: Set<string>): void {
  for (const s of block.statements) {
    switch (s.kind) {
      case "set":
        names.add(s.name.text);
        break;
      case "if":
        assignedLocals(s.then, names);
        if (s.otherwise !== undefined) assignedLocals(s.otherwise, names);
        break;
      case "match":
        for (const arm of s.arms) assignedLocals(arm.body, names);
        break;
      case "for":
      case "while":
        assignedLocals(s.body, names);
        break;
      default:
    }
  }
}

/**
 * The loop's slots are the outer variables the body sets, and, where the body can trap, which of its exits was taken
 * with the arguments of that exit. After an exit the loop goes no further.
 */
export function runWhile(context: Context, path: Path, s: Extract<Statement, { kind: "while" }>): boolean {
  const { terms, report } = context;
  if (!path.rights.loop) return report.error("P4032", s.span, `${path.rights.what} may not loop with while`, { hint: "more rounds than the limit would have no meaning; use for, which is unrolled" }) ?? true;
  const limit = integer(context, path, s.limit, "the limit", 1n, LARGEST);
  if (limit === undefined) return true;
  const names = new Set<string>();
  assignedLocals(s.body, names);
  const variables: { name: string; local: Extract<Local, { kind: "term" }> }[] = [];
  for (const name of names) {
    const local = path.locals.get(name);
    if (local?.kind === "broken") return false;
    if (local?.kind === "term" && local.mutable) variables.push({ name, local });
  }
  const body = (slots: readonly VariableTerm[]): { path: Path; condition: Term } | undefined => {
    const inside: Path = { ...fork(path, terms.true), rights: { ...path.rights, what: "a while loop", assign: false, execute: false }, exits: [], loopDepth: path.loopDepth + 1 };
    variables.forEach((v, i) => inside.locals.set(v.name, { kind: "term", term: slots[i]!, mutable: true }));
    const condition = expression(context, inside, s.condition, 1);
    if (inside.exits.length > 0) return report.error("P4013", s.condition.span, "the condition of a while loop can trap", { hint: "load into a var in the body, and test that" });
    if (condition === undefined) return undefined;
    const returned = runBlock(context, inside, s.body);
    if (returned.kind === "value") report.error("P4012", s.span, "a while loop can't return a value", { hint: "set a var, and return it after the loop" });
    return returned.kind === "nothing" ? { path: inside, condition } : undefined;
  };
  // First run with plain slots to learn which exits the body has, then with their slots.
  const widths = variables.map((v) => v.local.term.width);
  const first = body(terms.slots(widths, path.loopDepth));
  if (first === undefined) {
    for (const v of variables) path.locals.set(v.name, { kind: "broken" });
    return true;
  }
  const exits = first.path.exits;
  const codeWidth = exits.length === 0 ? 0 : Math.ceil(Math.log2(exits.length + 1)) || 1;
  const argWidths = exits.flatMap((e) => e.args.map((a) => a.width));
  const slots = terms.slots([...widths, ...(codeWidth > 0 ? [codeWidth, ...argWidths] : [])], path.loopDepth);
  const second = codeWidth === 0 ? first : body(slots);
  if (second === undefined) return false;
  const next: Term[] = variables.map((v) => {
    const local = second.path.locals.get(v.name);
    return local?.kind === "term" ? local.term : v.local.term;
  });
  const initial: Term[] = variables.map((v) => v.local.term);
  let condition = second.condition;
  if (codeWidth > 0) {
    const code = slots[widths.length]!;
    condition = terms.and(terms.eq(code, terms.zeros(codeWidth)), condition);
    let nextCode: Term = terms.zeros(codeWidth);
    const all = second.path.exits;
    for (let k = all.length - 1; k >= 0; k--) nextCode = terms.ite(all[k]!.guard, terms.constant(k + 1, codeWidth), nextCode);
    next.push(nextCode, ...all.flatMap((e) => e.args));
    initial.push(terms.zeros(codeWidth), ...argWidths.map((w) => terms.zeros(w)));
  }
  const { results, exceeded } = terms.loop({ slots, initial, condition, next, limit });
  variables.forEach((v, i) => path.locals.set(v.name, { kind: "term", term: results[i]!, mutable: true }));
  if (codeWidth > 0) {
    let argument = widths.length + 1;
    second.path.exits.forEach((exit, k) => {
      const args = exit.args.map(() => results[argument++]!);
      const guard = terms.and(path.condition, terms.eq(results[widths.length]!, terms.constant(k + 1, codeWidth)));
      if (guard !== terms.false) path.exits.push({ ...exit, guard, args, leaving: path.kept });
    });
  }
  addExit(context, path, exceeded, s.span, { kind: "beyond", cause: `more than ${limit} rounds`, args: [] });
  return true;
}
