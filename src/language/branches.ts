/**
 * Branches: `if` and `match` statements run on forks of the path, which are then joined with `ite`.
 */
import { isArray, type AnyTerm, type ArrayTerm, type Term } from "../isa/term.js";
import { bits } from "./expressions.js";
import { fork, valueNext, valueNow, type Context, type Path } from "./scope.js";
import { BROKEN, NOTHING, runStatements, type Returned } from "./statements.js";
import type { Block, Statement } from "./syntax.js";

interface Branch {
  readonly test: Term;
  readonly body: Block;
}

/**
 * Runs exclusive, exhaustive branches. If one of them returns a value, what follows belongs to the others, so that
 * `if c { return a }` followed by more reads as it should. "nothing": go on after the branches.
 */
export function runBranches(context: Context, path: Path, branches: readonly Branch[], rest: () => readonly Statement[], expected: number | undefined): Returned {
  const { terms, report } = context;
  const live = branches.filter((b) => b.test !== terms.false);
  const after = live.some((b) => endsInReturn(b.body)) ? rest() : undefined;
  const results = live.map((branch) => {
    const inner = fork(path, terms.and(path.condition, branch.test));
    if (!context.work.spend(branch.body.span, sizeOf(path))) return { ...branch, inner, returned: BROKEN };
    const statements = after !== undefined && !endsInReturn(branch.body) ? [...branch.body.statements, ...after] : branch.body.statements;
    const returned = context.work.within(branch.body.span, () => runStatements(context, inner, statements, expected)) ?? BROKEN;
    return { ...branch, inner, returned };
  });
  if (results.some((r) => r.returned.kind === "broken")) return BROKEN;
  merge(context, path, results);
  if (!results.some((r) => r.returned.kind === "value")) return NOTHING;
  let value: Term | undefined;
  for (const { test, body, returned } of [...results].reverse()) {
    if (returned.kind !== "value") {
      report.error("P4007", body.statements.at(-1)?.span ?? body.span, "not every way through this block returns a value", { hint: "add an else branch, or a return at the end" });
      return BROKEN;
    }
    if (value !== undefined && value.width !== returned.term.width) {
      report.error("P2003", body.span, `the branches return ${value.width} and ${bits(returned.term.width)}`, { expected: "one width" });
      return BROKEN;
    }
    value = value === undefined ? returned.term : terms.ite(test, returned.term, value);
  }
  return value === undefined ? NOTHING : { kind: "value", term: value };
}

/** What a fork costs. */
export function sizeOf(path: Path): number {
  return Math.ceil((path.locals.size + path.current.size + path.staged.size) / 8);
}

function endsInReturn(block: Block): boolean {
  const last = block.statements.at(-1);
  switch (last?.kind) {
    case "return":
      return true;
    case "if":
      return last.otherwise !== undefined && endsInReturn(last.then) && endsInReturn(last.otherwise);
    case "match":
      return last.arms.every((a) => endsInReturn(a.body));
    default:
      return false;
  }
}

/** Joins the branches' paths into `path`. The last branch's test is implied by the others'. */
function merge(context: Context, path: Path, branches: readonly { readonly test: Term; readonly inner: Path }[]): void {
  const { terms } = context;
  if (branches.length === 0) return;
  const join = (values: readonly AnyTerm[]): AnyTerm => {
    let result = values.at(-1)!;
    for (let i = values.length - 2; i >= 0; i--) {
      const test = branches[i]!.test;
      result = isArray(result) ? terms.arrayIte(test, values[i] as ArrayTerm, result) : terms.ite(test, values[i] as Term, result);
    }
    return result;
  };
  const inners = branches.map((b) => b.inner);
  const names = (of: (p: Path) => ReadonlyMap<string, unknown> | undefined): Set<string> => new Set(inners.flatMap((p) => [...(of(p)?.keys() ?? [])]));
  const staged = new Map([...names((p) => p.staged)].map((name) => [name, join(inners.map((p) => valueNext(context, p, name)))] as const));
  const current = new Map([...names((p) => p.current)].map((name) => [name, join(inners.map((p) => valueNow(context, p, name)))] as const));
  if (path.ground !== undefined) path.ground = new Map([...names((p) => p.ground)].map((name) => [name, join(inners.map((p) => valueNext(context, { ...p, staged: new Map() }, name)))] as const));
  path.staged = staged;
  path.current = current;
  for (const inner of inners) {
    for (const [name, touched] of inner.assigned) path.assigned.set(name, (path.assigned.get(name) ?? 0n) | touched);
  }
  for (const [name, local] of path.locals) {
    const values = inners.map((p) => p.locals.get(name)!);
    if (local.kind !== "term" || values.every((v) => v === local)) continue;
    if (values.some((v) => v.kind !== "term")) path.locals.set(name, { kind: "broken" });
    else path.locals.set(name, { kind: "term", mutable: local.mutable, term: join(values.map((v) => (v as { term: Term }).term)) as Term });
  }
  const before = path.execute;
  for (const { execute } of inners) {
    if (execute === undefined || execute === before) continue;
    path.execute = path.execute === undefined ? execute : either(context, execute, path.execute);
  }
}

type Execute = NonNullable<Path["execute"]>;

/** Instruction words of different lengths: the shorter one stands in the first units. */
function either(context: Context, a: Execute, b: Execute): Execute {
  const { terms } = context;
  const width = Math.max(a.word.width, b.word.width);
  const widened = (word: Term): Term => (word.width === width ? word : terms.concat(word, terms.zeros(width - word.width)));
  return { guard: terms.or(b.guard, a.guard), word: terms.ite(a.guard, widened(a.word), widened(b.word)) };
}
