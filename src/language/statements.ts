/**
 * Blocks to steps: symbolic execution of statements.
 *
 * All assignments of a stage read the state before it; branches run on forks of the path and are merged with `ite`.
 * A block yields a value where it returns one. Trap statements add exits in textual order, each guarded by the condition
 * of its path; the first that holds is taken.
 */
import type { Exit } from "../isa/machine.js";
import { isArray, type AnyTerm, type ArrayTerm, type Term, type VariableTerm } from "../isa/term.js";
import { mask } from "../bits/bits.js";
import { article, bits, expression, integer, matchArms, placeOf, prefixedWidth, sliceRange, translate, unknownName } from "./expressions.js";
import { ACCESS } from "../isa/machine.js";
import { fork, originOf, RIGHTS, valueNext, valueNow, type ActionDeclaration, type Context, type FunctionDeclaration, type Local, type Path } from "./scope.js";
import type { Block, Expression, Parameter, Span, Statement } from "./syntax.js";

const MAXIMUM_ROUNDS = 4096n;
const MAXIMUM_TERMS = 4_000_000;

/** The value a block returns, `nothing` if it returns none, or undefined after a diagnostic. */
export type Returned = { readonly kind: "value"; readonly term: Term } | { readonly kind: "nothing" } | { readonly kind: "broken" };
const NOTHING: Returned = { kind: "nothing" };
const BROKEN: Returned = { kind: "broken" };

export function runBlock(context: Context, path: Path, block: Block, expected?: number): Returned {
  return runStatements(context, path, block.statements, expected);
}

function runStatements(context: Context, path: Path, statements: readonly Statement[], expected: number | undefined): Returned {
  for (let i = 0; i < statements.length; i++) {
    const s = statements[i]!;
    const rest = statements.slice(i + 1);
    if (context.terms.size > MAXIMUM_TERMS) {
      context.report.error("P4010", s.span, "this specification describes more than four million operations", { hint: "shorten for loops, or share more" });
      return BROKEN;
    }
    switch (s.kind) {
      case "return": {
        if (rest.length > 0) context.report.error("P4006", rest[0]!.span, "this is never reached", { hint: "return is the last statement" });
        const term = expression(context, path, s.value, expected);
        return term === undefined ? BROKEN : { kind: "value", term };
      }
      case "if": {
        const condition = expression(context, path, s.condition, 1);
        if (condition === undefined) return BROKEN;
        const branches = [{ test: condition, body: s.then.statements }, { test: context.terms.not(condition), body: s.otherwise?.statements ?? [] }];
        const outcome = runBranches(context, path, branches, rest, expected);
        if (outcome.kind !== "nothing") return outcome;
        break;
      }
      case "match": {
        const subject = expression(context, path, s.subject);
        if (subject === undefined) return BROKEN;
        const arms = matchArms(context, path, subject, s.arms, s.span);
        if (arms === undefined) return BROKEN;
        const outcome = runBranches(context, path, arms.map((arm) => ({ test: arm.guard, body: arm.body.statements })), rest, expected);
        if (outcome.kind !== "nothing") return outcome;
        break;
      }
      default:
        if (!runStatement(context, path, s)) return BROKEN;
    }
  }
  return NOTHING;
}

/**
 * Runs exclusive, exhaustive branches. If one of them returns a value, what follows belongs to the others, so that
 * `if c { return a }` followed by more reads as it should. "nothing": go on after the branches.
 */
function runBranches(context: Context, path: Path, branches: readonly { readonly test: Term; readonly body: readonly Statement[] }[], rest: readonly Statement[], expected: number | undefined): Returned {
  const { terms } = context;
  const live = branches.filter((b) => b.test !== terms.false);
  const returns = live.some((b) => endsInReturn(b.body));
  const results = live.map(({ test, body }) => {
    const inner = fork(path, terms.and(path.condition, test));
    const statements = returns && !endsInReturn(body) ? [...body, ...rest] : body;
    return { test, inner, returned: runStatements(context, inner, statements, expected) };
  });
  if (results.some((r) => r.returned.kind === "broken")) return BROKEN;
  merge(context, path, results);
  if (!returns) return NOTHING;
  let value: Term | undefined;
  for (const { test, returned } of [...results].reverse()) {
    if (returned.kind !== "value") {
      context.report.error("P4007", (rest.at(-1) ?? branches[0]!.body.at(-1))!.span, "not every way through this block returns a value", { hint: "add an else branch, or a return at the end" });
      return BROKEN;
    }
    if (value !== undefined && value.width !== returned.term.width) {
      context.report.error("P2003", branches[0]!.body.at(-1)!.span, `the branches return ${value.width} and ${bits(returned.term.width)}`);
      return BROKEN;
    }
    value = value === undefined ? returned.term : terms.ite(test, returned.term, value);
  }
  return value === undefined ? NOTHING : { kind: "value", term: value };
}

function endsInReturn(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return false;
  if (last.kind === "return") return true;
  if (last.kind === "if") return last.otherwise !== undefined && endsInReturn(last.then.statements) && endsInReturn(last.otherwise.statements);
  if (last.kind === "match") return last.arms.every((a) => endsInReturn(a.body.statements));
  return false;
}

/** Joins the branches' paths into `path`. The last branch's test is implied by the others'. */
function merge(context: Context, path: Path, branches: readonly { readonly test: Term; readonly inner: Path }[]): void {
  const { terms } = context;
  const join = (values: readonly AnyTerm[]): AnyTerm => {
    let result = values.at(-1)!;
    for (let i = values.length - 2; i >= 0; i--) {
      const test = branches[i]!.test;
      result = isArray(result) ? terms.arrayIte(test, values[i] as ArrayTerm, result) : terms.ite(test, values[i] as Term, result);
    }
    return result;
  };
  if (branches.length === 0) return;
  const inners = branches.map((b) => b.inner);
  const staged = new Map<string, AnyTerm>();
  for (const name of new Set(inners.flatMap((p) => [...p.staged.keys()]))) staged.set(name, join(inners.map((p) => valueNext(context, p, name))));
  const current = new Map<string, AnyTerm>();
  for (const name of new Set(inners.flatMap((p) => [...p.current.keys()]))) current.set(name, join(inners.map((p) => valueNow(context, p, name))));
  path.staged = staged;
  path.current = current;
  for (const inner of inners) {
    for (const [name, bitsAssigned] of inner.assigned) path.assigned.set(name, (path.assigned.get(name) ?? 0n) | bitsAssigned);
  }
  for (const [name, local] of path.locals) {
    const values = inners.map((p) => p.locals.get(name)!);
    if (local.kind !== "term" || values.every((v) => v === local)) continue;
    if (values.some((v) => v.kind !== "term")) path.locals.set(name, { kind: "broken" });
    else path.locals.set(name, { kind: "term", mutable: local.mutable, term: join(values.map((v) => (v as { term: Term }).term)) as Term });
  }
  for (const inner of inners) {
    if (inner.execute === undefined || inner.execute === path.execute) continue;
    path.execute = path.execute === undefined ? inner.execute : { guard: terms.or(path.execute.guard, inner.execute.guard), word: terms.ite(inner.execute.guard, widen(context, inner.execute.word, path.execute.word.width), widen(context, path.execute.word, inner.execute.word.width)) };
  }
}

/** Instruction words of different lengths: the shorter one stands in the first units. */
function widen(context: Context, word: Term, width: number): Term {
  return width <= word.width ? word : context.terms.concat(word, context.terms.zeros(width - word.width));
}

// ---------------------------------------------------------------- single statements

/** false after a diagnostic that makes what follows meaningless. */
function runStatement(context: Context, path: Path, s: Exclude<Statement, { kind: "return" | "if" | "match" }>): boolean {
  const { terms, report } = context;
  switch (s.kind) {
    case "let":
    case "var": {
      const width = s.width === undefined ? undefined : integer(context, path, s.width, "the width", 1n, 1024n);
      const value = s.width !== undefined && width === undefined ? undefined : expression(context, path, s.value, width);
      if (path.locals.has(s.name.text) && path.locals.get(s.name.text)!.kind !== "broken") report.error("P1003", s.name.span, `${s.name.text} is already a local name`, { hint: "choose another; var x can be changed with x = ..." });
      else if (context.entities.has(s.name.text)) report.error("P1003", s.name.span, `${s.name.text} already names something of the machine`);
      path.locals.set(s.name.text, value === undefined ? { kind: "broken" } : { kind: "term", term: value, mutable: s.kind === "var" });
      return true;
    }
    case "set": {
      const local = path.locals.get(s.name.text);
      if (local === undefined) {
        if (context.entities.get(s.name.text)?.kind === "component") report.error("P1014", s.name.span, `${s.name.text} is a state component`, { hint: `state is assigned with :=` });
        else unknownName(context, path, s.name);
        return true;
      }
      if (local.kind === "broken") return true;
      if (local.kind === "integer" || !local.mutable) {
        report.error("P1015", s.name.span, `${s.name.text} can't be changed`, { hint: "declare it with var" });
        return true;
      }
      const value = expression(context, path, s.value, local.term.width);
      path.locals.set(s.name.text, value === undefined ? { kind: "broken" } : { kind: "term", term: value, mutable: true });
      return true;
    }
    case "assign": {
      if (!path.rights.assign) {
        report.error("P1016", s.span, `${path.rights.what} may not assign the state`, path.rights === RIGHTS.function ? { hint: "make it an action" } : {});
        return true;
      }
      assign(context, path, s.target, s.value);
      return true;
    }
    case "trap":
      trap(context, path, s);
      return s.when !== undefined || true;
    case "halt":
    case "beyond": {
      if (!path.rights.trap) {
        report.error("P1017", s.span, `${path.rights.what} may not ${s.kind === "halt" ? "halt" : "go beyond"}`);
        return true;
      }
      const when = s.when === undefined ? terms.true : expression(context, path, s.when, 1);
      if (when !== undefined) addExit(context, path, when, s.span, { kind: s.kind, cause: s.kind === "halt" ? "halt" : s.why.text, args: [] });
      return true;
    }
    case "for":
      return runFor(context, path, s);
    case "while":
      return runWhile(context, path, s);
    case "then":
      if (!path.rights.assign) report.error("P1016", s.span, `${path.rights.what} has no stages`);
      nextStage(path);
      if (s.keep) {
        if (path.condition !== terms.true) report.error("P4018", s.span, "what is kept stands on one branch only", { hint: "then keep belongs to the step itself, not inside if or match" });
        path.kept = new Map(path.current);
      }
      return true;
    case "execute": {
      if (path.rights !== RIGHTS.step && path.rights !== RIGHTS.delivery) {
        report.error("P1018", s.span, `${path.rights.what} may not execute an instruction`);
        return true;
      }
      const word = expression(context, path, s.word);
      if (word === undefined) return true;
      path.execute = { guard: path.condition, word };
      // the executed instruction advances; this one does not
      for (const [name] of path.staged) if (!path.assigned.has(name)) path.staged.set(name, valueNow(context, path, name));
      return true;
    }
    case "call": {
      const entity = context.entities.get(s.action.text);
      if (entity?.kind === "action") return callAction(context, path, entity.declaration, s.args, s.span);
      if (entity === undefined) unknownName(context, path, s.action);
      else if (entity.kind !== "broken") report.error("P1007", s.action.span, `${s.action.text} is ${article(entity.kind)}, not an action`, entity.kind === "function" ? { hint: "a function's value is used in an expression" } : {});
      return true;
    }
  }
}

function addExit(context: Context, path: Path, when: Term, span: Span, exit: Pick<Exit, "kind" | "cause" | "args" | "leaving">): void {
  const guard = context.terms.and(path.condition, when);
  if (guard !== context.terms.false) path.exits.push({ guard, origin: originOf(path.site ?? span), ...exit, leaving: exit.leaving ?? path.kept });
}

function trap(context: Context, path: Path, s: Extract<Statement, { kind: "trap" }>): void {
  const { terms, report } = context;
  const entity = context.entities.get(s.trap.text);
  if (entity?.kind !== "trap") {
    if (entity === undefined) unknownName(context, path, s.trap);
    else if (entity.kind !== "broken") report.error("P1007", s.trap.span, `${s.trap.text} is ${article(entity.kind)}, not a trap`);
    return;
  }
  if (!path.rights.trap) {
    report.error("P1017", s.span, `${path.rights.what} may not trap`, path.rights === RIGHTS.delivery ? { hint: "a delivery rule is total" } : {});
    return;
  }
  if (path.loopDepth === 0 && path.rights.assign && [...path.assigned.keys()].length > 0 && s.leaving === undefined && assignedHere(path)) {
    report.error("P4008", s.span, "a trap stands after an assignment", { hint: "traps come first: a step that traps has done nothing else. Move it up, or say what it leaves: trap ... leaving { ... }" });
  }
  const { parameters, memory } = entity.trap;
  if (s.args.length !== parameters.length) {
    report.error("P1002", s.span, `trap ${s.trap.text} is given ${s.args.length} arguments`, { expected: `${parameters.length}` });
    return;
  }
  const when = s.when === undefined ? terms.true : expression(context, path, s.when, 1);
  const inner = when === undefined ? path : { ...path, condition: terms.and(path.condition, when) };
  const args = s.args.map((a, i) => expression(context, inner, a, parameters[i]!.width));
  let leaving: ReadonlyMap<string, AnyTerm> | undefined;
  if (s.leaving !== undefined) {
    const after: Path = { ...fork(path, inner.condition), rights: RIGHTS.leaving, staged: new Map(), assigned: new Map(), exits: [] };
    runBlock(context, after, s.leaving);
    leaving = new Map([...(path.kept ?? []), ...after.current, ...after.staged]);
  }
  if (when === undefined || args.some((a) => a === undefined)) return;
  addExit(context, path, when, s.span, { kind: memory ? "memory-trap" : "trap", cause: s.trap.text, args: args as Term[], leaving });
}

/** Whether this stage has assignments of its own (advance does not count). */
function assignedHere(path: Path): boolean {
  for (const [, bitsAssigned] of path.assigned) if (bitsAssigned !== 0n) return true;
  return false;
}

/** What follows reads the state as assigned so far; what only `advance` assigned stays old until the end. */
function nextStage(path: Path): void {
  const kept = new Map<string, AnyTerm>();
  for (const [name, term] of path.staged) {
    if (path.assigned.has(name)) path.current.set(name, term);
    else kept.set(name, term);
  }
  path.staged = kept;
  path.assigned = new Map();
}

// ---------------------------------------------------------------- assignment

function assign(context: Context, path: Path, target: Expression, value: Expression): void {
  const width = targetWidth(context, path, target);
  if (width === undefined) return;
  const term = expression(context, path, value, width);
  if (term !== undefined) assignTerm(context, path, target, term);
}

/** Bits of an assignable expression, or undefined after a diagnostic. */
function targetWidth(context: Context, path: Path, target: Expression): number | undefined {
  const { report } = context;
  switch (target.kind) {
    case "name": {
      if (path.locals.has(target.name.text)) return report.error("P1019", target.span, `${target.name.text} is a local name`, { hint: "locals are changed with =" });
      const entity = context.entities.get(target.name.text);
      if (entity === undefined) return unknownName(context, path, target.name);
      if (entity.kind === "broken") return undefined;
      if (entity.kind === "view") return entity.width;
      if (entity.kind !== "component") return report.error("P1020", target.span, `${target.name.text} is ${article(entity.kind)}: it can't be assigned`);
      if (entity.component.kind === "array") return report.error("P1006", target.span, `${target.name.text} is an array`, { expected: "one of its cells" });
      if (entity.component.role === "extent") return report.error("P1021", target.span, `${target.name.text} is the amount of storage: no instruction changes it`);
      return entity.component.width;
    }
    case "index": {
      const place = placeOf(context, path, target.base);
      if (place === "broken") return undefined;
      if (place === undefined) return targetWidth(context, path, target.base) === undefined ? undefined : 1;
      if (place.kind === "window" && place.access === ACCESS.execute) return report.error("P1022", target.span, "a fetch is not assigned");
      return place.kind === "array" ? place.width : place.window.width;
    }
    case "slice": {
      const base = targetWidth(context, path, target.base);
      if (base === undefined) return undefined;
      const range = sliceRange(context, path, target, base);
      return range === undefined ? undefined : range.high - range.low + 1;
    }
    case "binary": {
      if (target.operator !== "@") break;
      const left = targetWidth(context, path, target.left), right = targetWidth(context, path, target.right);
      return left === undefined || right === undefined ? undefined : left + right;
    }
    case "literal":
      if (target.width !== undefined) return integer(context, path, target.width, "the width of a literal", 1n, 1024n);
      return prefixedWidth(target.text) ?? report.error("P2004", target.span, "nothing gives this number a width");
    default:
  }
  return report.error("P1020", target.span, "this can't be assigned", { expected: "a component, a cell, a slice of one, a view, or these put together with @" });
}

function assignTerm(context: Context, path: Path, target: Expression, term: Term): void {
  const { terms } = context;
  switch (target.kind) {
    case "name": {
      const entity = context.entities.get(target.name.text)!;
      if (entity.kind === "view") return assignTerm(context, { ...path, locals: new Map() }, entity.value, term);
      return assignRegister(context, path, target.name.text, term, term.width - 1, 0, target.span);
    }
    case "index":
    case "slice": {
      const place = target.kind === "index" ? placeOf(context, path, target.base) : undefined;
      if (place !== undefined && place !== "broken" && target.kind === "index") {
        const cell = cellOf(context, path, place, target);
        if (cell !== undefined) storeCell(context, path, cell.name, cell.index, term, target.span);
        return;
      }
      return assignSlice(context, path, target as Extract<Expression, { kind: "index" | "slice" }>, term);
    }
    case "binary": {
      const right = targetWidth(context, path, target.right);
      if (right === undefined) return;
      assignTerm(context, path, target.left, terms.extract(term, term.width - 1, right));
      return assignTerm(context, path, target.right, terms.extract(term, right - 1, 0));
    }
    default:
      return; // constants of a view are ignored
  }
}

function cellOf(context: Context, path: Path, place: Exclude<ReturnType<typeof placeOf>, "broken" | undefined>, target: Extract<Expression, { kind: "index" }>): { name: string; index: Term } | undefined {
  if (place.kind === "array") {
    const index = expression(context, path, target.index, place.indexWidth);
    return index === undefined ? undefined : { name: place.name, index };
  }
  const address = expression(context, path, target.index, place.window.addressWidth);
  const index = address === undefined ? undefined : translate(context, path, place.window, ACCESS.write, address, target.span);
  return index === undefined ? undefined : { name: place.window.over, index };
}

function storeCell(context: Context, path: Path, name: string, index: Term, value: Term, span: Span): void {
  path.staged.set(name, context.terms.store(valueNext(context, path, name) as ArrayTerm, index, value));
  if (!path.assigned.has(name)) path.assignedAt.set(name, originOf(path.site ?? span));
  path.assigned.set(name, 1n);
}

function assignSlice(context: Context, path: Path, target: Extract<Expression, { kind: "index" | "slice" }>, term: Term): void {
  const { terms } = context;
  const baseWidth = targetWidth(context, path, target.base);
  if (baseWidth === undefined) return;
  const range = sliceRange(context, path, target, baseWidth);
  if (range === undefined) return;
  if (target.base.kind === "name" && context.entities.get(target.base.name.text)?.kind === "component") {
    return assignRegister(context, path, target.base.name.text, term, range.high, range.low, target.span);
  }
  if (target.base.kind === "index") {
    const place = placeOf(context, path, target.base.base);
    if (place !== undefined && place !== "broken") {
      const cell = cellOf(context, path, place, target.base);
      if (cell === undefined) return;
      const old = terms.select(valueNext(context, path, cell.name) as ArrayTerm, cell.index);
      return storeCell(context, path, cell.name, cell.index, replaced(context, old, term, range.high, range.low), target.span);
    }
  }
  context.report.error("P1020", target.span, "this slice can't be assigned", { expected: "a slice of a component or of a cell" });
}

function replaced(context: Context, old: Term, part: Term, high: number, low: number): Term {
  const { terms } = context;
  const pieces: Term[] = [];
  if (high < old.width - 1) pieces.push(terms.extract(old, old.width - 1, high + 1));
  pieces.push(part);
  if (low > 0) pieces.push(terms.extract(old, low - 1, 0));
  return terms.concat(...pieces);
}

function assignRegister(context: Context, path: Path, name: string, term: Term, high: number, low: number, span: Span): void {
  const touched = mask(high - low + 1) << BigInt(low);
  const before = path.assigned.get(name) ?? 0n;
  if ((before & touched) !== 0n) {
    context.report.error("P4009", span, `${name} is assigned twice on one path`, { hint: "assignments of a stage happen together; write then between them if one comes after the other" });
    return;
  }
  const old = valueNext(context, path, name) as Term;
  path.staged.set(name, replaced(context, old, term, high, low));
  if (before === 0n) path.assignedAt.set(name, originOf(path.site ?? span));
  path.assigned.set(name, before | touched);
}

// ---------------------------------------------------------------- loops

function runFor(context: Context, path: Path, s: Extract<Statement, { kind: "for" }>): boolean {
  const limit = 1n << 40n;
  const from = integer(context, path, s.from, "the first value", -limit, limit);
  const to = integer(context, path, s.to, "the last value", -limit, limit);
  if (from === undefined || to === undefined) return true;
  const count = s.down ? from - to + 1 : to - from + 1;
  if (BigInt(count) > MAXIMUM_ROUNDS) {
    context.report.error("P4011", s.span, `this loop has ${count} rounds`, { expected: `at most ${MAXIMUM_ROUNDS}`, hint: "use while with a limit, or one round a step" });
    return true;
  }
  for (let k = 0; k < count; k++) {
    const outer = path.locals;
    const inside = new Map(outer);
    inside.set(s.name.text, { kind: "integer", value: BigInt(s.down ? from - k : from + k) });
    path.locals = inside;
    const returned = runBlock(context, path, s.body);
    // only changes to outer variables leave the body
    path.locals = new Map([...outer.keys()].map((name) => [name, name === s.name.text ? outer.get(name)! : path.locals.get(name)!]));
    if (returned.kind === "broken") return false;
    if (returned.kind === "value") {
      context.report.error("P4012", s.span, "a for loop can't return a value", { hint: "set a var, and return it after the loop" });
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
 * A while loop becomes one `Loop`: its slots are the outer variables the body sets, and, where the body can trap, which
 * of its exits was taken with the arguments of that exit. After an exit the loop goes no further.
 */
function runWhile(context: Context, path: Path, s: Extract<Statement, { kind: "while" }>): boolean {
  const { terms, report } = context;
  const limit = integer(context, path, s.limit, "the limit", 1n, 1n << 40n);
  if (limit === undefined) return true;
  const set = new Set<string>();
  assignedLocals(s.body, set);
  const variables: { name: string; local: Extract<Local, { kind: "term" }> }[] = [];
  for (const name of set) {
    const local = path.locals.get(name);
    if (local?.kind === "broken") return false;
    if (local?.kind === "term" && local.mutable) variables.push({ name, local });
  }
  // First run with plain slots to learn which exits the body has, then with their slots.
  const widths = variables.map((v) => v.local.term.width);
  const body = (slots: readonly VariableTerm[]): { path: Path; condition: Term } | undefined => {
    const inside: Path = { ...fork(path, terms.true), rights: { ...path.rights, what: "a while loop", assign: false }, staged: new Map(), exits: [], loopDepth: path.loopDepth + 1 };
    variables.forEach((v, i) => inside.locals.set(v.name, { kind: "term", term: slots[i]!, mutable: true }));
    const condition = expression(context, inside, s.condition, 1);
    if (inside.exits.length > 0) {
      report.error("P4013", s.condition.span, "the condition of a while can trap", { hint: "load into a var in the body, and test that" });
      return undefined;
    }
    if (condition === undefined) return undefined;
    const returned = runBlock(context, inside, s.body);
    if (returned.kind === "value") report.error("P4012", s.span, "a while loop can't return a value", { hint: "set a var, and return it after the loop" });
    return returned.kind === "nothing" ? { path: inside, condition } : undefined;
  };
  const first = body(terms.slots(widths, path.loopDepth));
  if (first === undefined) {
    for (const v of variables) path.locals.set(v.name, { kind: "broken" });
    return true;
  }
  const exits = first.path.exits;
  const codeWidth = exits.length === 0 ? 0 : Math.ceil(Math.log2(exits.length + 1)) || 1;
  const argWidths = exits.flatMap((e) => e.args.map((a) => a.width));
  const allWidths = [...widths, ...(codeWidth > 0 ? [codeWidth, ...argWidths] : [])];
  const slots = terms.slots(allWidths, path.loopDepth);
  const second = codeWidth === 0 ? first : body(slots)!;
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

// ---------------------------------------------------------------- calls

const MAXIMUM_DEPTH = 64;

function bindArguments(context: Context, path: Path, name: string, parameters: readonly Parameter[], args: readonly Expression[], span: Span): Map<string, Local> | undefined {
  const { report } = context;
  if (path.calls.includes(name)) return report.error("P1004", span, `${name} calls itself`, { hint: "there is no recursion; use while with a limit" });
  if (path.calls.length > MAXIMUM_DEPTH) return report.error("P1004", span, "calls are nested too deeply");
  if (args.length !== parameters.length) return report.error("P1002", span, `${name} is given ${args.length} arguments`, { expected: `${parameters.length}` });
  const locals = new Map<string, Local>();
  let failed = false;
  parameters.forEach((parameter, i) => {
    const width = parameterWidth(context, parameter);
    const value = width === undefined ? undefined : expression(context, path, args[i]!, width);
    if (value === undefined) failed = true;
    else locals.set(parameter.name.text, { kind: "term", term: value, mutable: false });
  });
  if (failed) return undefined;
  const length = path.locals.get("length");
  if (length !== undefined) locals.set("length", length);
  return locals;
}

export function parameterWidth(context: Context, parameter: Parameter): number | undefined {
  return parameter.width === undefined ? undefined : integer(context, undefined, parameter.width, "a width", 1n, 1024n);
}

export function callFunction(context: Context, path: Path, f: FunctionDeclaration, args: readonly Expression[], span: Span): Term | undefined {
  const locals = bindArguments(context, path, f.name.text, f.parameters, args, span);
  if (locals === undefined) return undefined;
  const rights = path.rights.state ? { ...RIGHTS.function, trap: path.rights.trap } : path.rights;
  return functionValue(context, { ...path, rights, locals, calls: [...path.calls, f.name.text], site: path.site ?? span }, f);
}

export function functionValue(context: Context, path: Path, f: FunctionDeclaration): Term | undefined {
  const width = integer(context, undefined, f.width, "the width", 1n, 1024n);
  if (width === undefined) return undefined;
  const returned = runBlock(context, path, f.body, width);
  if (returned.kind === "nothing") return context.report.error("P4014", f.name.span, `${f.name.text} returns no value`, { hint: "its last statement is return ..." });
  return returned.kind === "value" ? returned.term : undefined;
}

function callAction(context: Context, path: Path, action: ActionDeclaration, args: readonly Expression[], span: Span): boolean {
  if (!path.rights.assign) {
    context.report.error("P1016", span, `${path.rights.what} may not call an action`, { hint: "actions assign the state" });
    return true;
  }
  const locals = bindArguments(context, path, action.name.text, action.parameters, args, span);
  if (locals === undefined) return true;
  const inner: Path = { ...path, locals, calls: [...path.calls, action.name.text], site: path.site ?? span };
  const returned = runBlock(context, inner, action.body);
  if (returned.kind === "value") context.report.error("P4015", action.name.span, `the action ${action.name.text} returns a value`, { hint: "make it a function" });
  Object.assign(path, { current: inner.current, staged: inner.staged, assigned: inner.assigned, execute: inner.execute, kept: inner.kept });
  return returned.kind !== "broken";
}
