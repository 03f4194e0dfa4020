/**
 * Calls of functions and actions: written out in place, with their parameters bound to the arguments' terms.
 */
import type { Term } from "../isa/term.js";
import { wrongCount } from "./builtin-calls.js";
import { expression } from "./expressions.js";
import { integer, MAXIMUM_WIDTH } from "./integers.js";
import { visible } from "./lexer.js";
import { ambient, RIGHTS, type ActionDeclaration, type Context, type FunctionDeclaration, type Local, type Path } from "./scope.js";
import { runBlock } from "./statements.js";
import type { Expression, Parameter, Span } from "./syntax.js";

export function callFunction(context: Context, path: Path, f: FunctionDeclaration, args: readonly Expression[], span: Span): Term | undefined {
  const locals = bindArguments(context, path, f, args, span);
  if (locals === undefined) return undefined;
  const { state, trap, access, loop } = path.rights;
  const isRestricted = !state || trap !== "any" || !access || !loop;
  const rights = isRestricted ? { ...RIGHTS.function, what: `a function used in ${path.rights.what}`, state, trap, access, loop } : RIGHTS.function;
  return functionValue(context, { ...path, rights, locals, calls: [...path.calls, f.name.text] }, f);
}

export function functionValue(context: Context, path: Path, f: FunctionDeclaration): Term | undefined {
  const width = parameterWidth(context, f);
  if (width === undefined) return undefined;
  const returned = runBlock(context, path, f.body, width);
  if (returned.kind === "nothing") return context.report.error("P4014", f.name.span, `${visible(f.name.text)} returns no value`, { hint: "its last statement is return ..." });
  return returned.kind === "value" ? returned.term : undefined;
}

export function callAction(context: Context, path: Path, action: ActionDeclaration, args: readonly Expression[], span: Span): boolean {
  if (!path.rights.assign) {
    context.report.error("P1016", span, `${path.rights.what} may not call an action`, { hint: "actions assign the state" });
    return true;
  }
  const locals = bindArguments(context, path, action, args, span);
  if (locals === undefined) return true;
  const inner: Path = { ...path, locals, calls: [...path.calls, action.name.text] };
  const returned = runBlock(context, inner, action.body);
  if (returned.kind === "value") context.report.error("P4015", action.name.span, `the action ${visible(action.name.text)} returns a value`, { hint: "make it a function, or leave the return out" });
  Object.assign(path, { current: inner.current, staged: inner.staged, ground: inner.ground, assigned: inner.assigned, execute: inner.execute, kept: inner.kept });
  return returned.kind !== "broken";
}

/** The width of a parameter or result, 1 to 1024 bits. */
export function parameterWidth(context: Context, parameter: Pick<Parameter, "width">): number | undefined {
  return parameter.width === undefined ? undefined : integer(context, undefined, parameter.width, "the width", 1n, BigInt(MAXIMUM_WIDTH));
}

function bindArguments(context: Context, path: Path, callee: FunctionDeclaration | ActionDeclaration, args: readonly Expression[], span: Span): Map<string, Local> | undefined {
  const { report } = context;
  const name = callee.name.text;
  if (path.calls.includes(name)) return report.error("P1004", span, `${visible(name)} calls itself`, { hint: "there is no recursion; use for, or while with a limit" });
  if (args.length !== callee.parameters.length) return wrongCount(context, { args, span }, `${name}(${callee.parameters.map((p) => p.name.text).join(", ")})`);
  const locals = new Map<string, Local>();
  let failed = false;
  callee.parameters.forEach((parameter, i) => {
    const width = parameterWidth(context, parameter);
    const value = expression(context, path, args[i]!, width);
    if (value === undefined || width === undefined) failed = true;
    else locals.set(parameter.name.text, { kind: "term", term: value, mutable: false });
  });
  if (failed) return undefined;
  return new Map([...ambient(context, path.locals), ...locals]);
}
