/**
 * Loops: `for` is unrolled, `while` becomes one `Loop` of the term graph.
 */
import type { ArrayTerm, ArrayVariableTerm, Term, VariableTerm } from "../isa/term.js";
import { sizeOf } from "./branches.js";
import { expression } from "./expressions.js";
import { integer } from "./integers.js";
import { visible } from "./lexer.js";
import { fork, initialValue, valueNext, type Context, type Local, type Path } from "./scope.js";
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

/** One run of a loop's body. */
interface Body {
  readonly path: Path;
  readonly condition: Term;
}

/**
 * The loop's slots are the outer variables the body sets, and, where the body can trap, which of its exits was taken
 * with the arguments of that exit. After an exit the loop goes no further. Arrays that the body stores into have slots too:
 * they begin with what is assigned to the array so far, and every round is a stage.
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
  const slots = new Map(terms.slots(variables.map((v) => v.local.term.width), path.loopDepth).map((slot, i) => [variables[i]!.name, slot]));
  // run until all that the body stores into has a slot: what it reads may decide what it does
  const arrays: string[] = [];
  let body = runBody(context, path, s, slots, arrays);
  for (let stored = storedBy(context, path, body, arrays); stored.length > 0; stored = storedBy(context, path, body, arrays)) {
    if (path.loopDepth > 0) {
      report.error("P4036", s.span, `this loop stores into ${stored.map(visible).join(", ")} and stands inside another`, { expected: "one while loop around what is stored", hint: "let the outer loop count for both" });
      return true;
    }
    arrays.push(...stored);
    body = runBody(context, path, s, slots, arrays);
  }
  if (body === undefined) {
    for (const v of variables) path.locals.set(v.name, { kind: "broken" });
    return true;
  }
  close(context, path, s, { limit, variables, arrays, body });
  return true;
}

function runBody(context: Context, path: Path, s: Extract<Statement, { kind: "while" }>, slots: ReadonlyMap<string, VariableTerm>, arrays: readonly string[]): Body | undefined {
  const { terms, report } = context;
  const inside: Path = {
    ...fork(path, terms.true), staged: new Map(), assigned: new Map(), exits: [], loopDepth: path.loopDepth + 1,
    rights: { ...path.rights, what: "a while loop", onlyCells: true, execute: false },
  };
  for (const [name, slot] of slots) inside.locals.set(name, { kind: "term", term: slot, mutable: true });
  for (const name of arrays) {
    inside.current.set(name, arraySlot(context, path, name));
    inside.ground?.set(name, arraySlot(context, path, name));
  }
  const condition = expression(context, inside, s.condition, 1);
  if (inside.exits.length > 0) return report.error("P4013", s.condition.span, "the condition of a while loop can trap", { hint: "load into a var in the body, and test that" });
  if (condition === undefined) return undefined;
  const returned = runBlock(context, inside, s.body);
  if (returned.kind === "value") report.error("P4012", s.span, "a while loop can't return a value", { hint: "set a var, and return it after the loop" });
  return returned.kind === "nothing" ? { path: inside, condition } : undefined;
}

/** The slot that stands for an array as the rounds before have left it. */
function arraySlot(context: Context, path: Path, name: string): ArrayVariableTerm {
  const { indexWidth, width } = initialValue(context, name) as ArrayVariableTerm;
  return context.terms.arraySlot(name, path.loopDepth, indexWidth, width);
}

/** The arrays, but for the known ones, that a body has stored into. */
function storedBy(context: Context, path: Path, body: Body | undefined, known: readonly string[]): string[] {
  if (body === undefined) return [];
  const inside = body.path;
  return [...new Set([...inside.current.keys(), ...inside.staged.keys()])].filter((name) => !known.includes(name) && valueNext(context, inside, name) !== valueNext(context, { ...path, staged: new Map() }, name));
}

interface Loop {
  readonly limit: number;
  readonly variables: readonly { readonly name: string; readonly local: Extract<Local, { kind: "term" }> }[];
  readonly arrays: readonly string[];
  readonly body: Body;
}

/** Makes the loop, and puts what has come of it on the path. */
function close(context: Context, path: Path, s: Extract<Statement, { kind: "while" }>, { limit, variables, arrays, body }: Loop): void {
  const { terms } = context;
  const widths = variables.map((v) => v.local.term.width);
  const exits = body.path.exits;
  const codeWidth = exits.length === 0 ? 0 : Math.ceil(Math.log2(exits.length + 1)) || 1;
  const argWidths = exits.flatMap((e) => e.args.map((a) => a.width));
  const slots = terms.slots([...widths, ...(codeWidth > 0 ? [codeWidth, ...argWidths] : [])], path.loopDepth);
  const next: Term[] = variables.map((v) => {
    const local = body.path.locals.get(v.name);
    return local?.kind === "term" ? local.term : v.local.term;
  });
  const initial: Term[] = variables.map((v) => v.local.term);
  let { condition } = body;
  if (codeWidth > 0) {
    const code = slots[widths.length]!;
    condition = terms.and(terms.eq(code, terms.zeros(codeWidth)), condition);
    let nextCode: Term = terms.zeros(codeWidth);
    for (let k = exits.length - 1; k >= 0; k--) nextCode = terms.ite(exits[k]!.guard, terms.constant(k + 1, codeWidth), nextCode);
    next.push(nextCode, ...exits.flatMap((e) => e.args));
    initial.push(terms.zeros(codeWidth), ...argWidths.map((w) => terms.zeros(w)));
  }
  const stored = arrays.map((name) => ({ slot: arraySlot(context, path, name), initial: valueNext(context, path, name) as ArrayTerm, next: valueNext(context, body.path, name) as ArrayTerm }));
  const made = terms.loop({ slots, initial, condition, next, limit, arrays: stored });
  const { results } = made;
  variables.forEach((v, i) => path.locals.set(v.name, { kind: "term", term: results[i]!, mutable: true }));
  arrays.forEach((name, i) => {
    path.staged.set(name, made.arrays[i]!);
    path.assigned.set(name, 1n);
  });
  if (codeWidth > 0) {
    let argument = widths.length + 1;
    exits.forEach((exit, k) => {
      const args = exit.args.map(() => results[argument++]!);
      const guard = terms.and(path.condition, terms.eq(results[widths.length]!, terms.constant(k + 1, codeWidth)));
      if (guard !== terms.false) path.exits.push({ ...exit, guard, args, leaving: path.kept });
    });
  }
  addExit(context, path, made.exceeded, s.span, { kind: "beyond", cause: `more than ${limit} rounds`, args: [] });
}
