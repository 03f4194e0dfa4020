/**
 * What each declaration makes of its name.
 *
 * Every name is entered as pending first, and made when it is asked for, so that declarations may stand in any order and
 * build on each other; one that needs itself is found (`lookup`).
 */
import { ROLES, type Component, type Role, type Window } from "../isa/machine.js";
import { reachable, type AnyTerm, type VariableTerm } from "../isa/term.js";
import { isBuiltin } from "./builtin-calls.js";
import { parameterWidth } from "./calls.js";
import { DEEPEST_VALUE, tooDeep } from "./depth.js";
import { bits, expression } from "./expressions.js";
import { integer, MAXIMUM_WIDTH, unknownName } from "./integers.js";
import { visible } from "./lexer.js";
import { nearest } from "../isa/nearest.js";
import { freshPath, lookup, originOf, RIGHTS, type Context, type Entity, type Local } from "./scope.js";
import { runBlock } from "./statements.js";
import type { Declaration, Identifier, Parameter, Span } from "./syntax.js";

export type Of<K extends Declaration["kind"]> = Extract<Declaration, { kind: K }>;

const BROKEN: Entity = { kind: "broken" };
const WIDEST = BigInt(MAXIMUM_WIDTH);
/** The largest index width of an array: addresses stay exact in every engine. */
const WIDEST_INDEX = 48n;
const LARGEST_PARAMETER = 1n << 40n;

/** @param overrides values of parameters, as given with `--set` */
export function declareNames(context: Context, declarations: readonly Declaration[], overrides: ReadonlyMap<string, number>): void {
  const { entities, report } = context;
  const first = new Map<string, Span>();
  for (const d of declarations) {
    const make = makerOf(context, d, overrides);
    if (make === undefined) continue;
    const name = (d as { readonly name: Identifier }).name;
    const before = first.get(name.text);
    if (before !== undefined) declaredTwice(context, name, before);
    else if (isBuiltin(name.text)) report.error("P1003", name.span, `${visible(name.text)} is a built-in function`, { hint: "choose another name" });
    else if (name.text === "length") report.error("P1003", name.span, "`length` is the number of units of the instruction", { hint: "choose another name" });
    else {
      first.set(name.text, name.span);
      entities.set(name.text, { kind: "pending", name, make, isUnderway: false });
    }
  }
}

export function declaredTwice(context: Context, name: Identifier, first: Span): void {
  context.report.error("P1003", name.span, `${visible(name.text)} is declared twice`, { hint: `first in ${first.file}, line ${first.line}` });
}

/** How the entity of a declaration is made, if it enters a name. */
function makerOf(context: Context, d: Declaration, overrides: ReadonlyMap<string, number>): (() => Entity) | undefined {
  switch (d.kind) {
    case "prefix":
    case "context":
      return () => ({ kind: "front", declaration: d });
    case "parameter":
      return () => parameterOf(context, d, overrides.get(d.name.text));
    case "const":
      return () => constantOf(context, d);
    case "state":
      return () => stateOf(context, d);
    case "view":
      return () => {
        const width = integer(context, undefined, d.width, "the width", 1n, WIDEST);
        return width === undefined ? BROKEN : { kind: "view", width, value: d.value };
      };
    case "trap":
      return () => trapOf(context, d);
    case "window":
      return () => windowOf(context, d);
    case "function":
    case "action":
      return () => {
        checkParameters(context, d.parameters);
        return d.kind === "function" ? { kind: "function", declaration: d } : { kind: "action", declaration: d };
      };
    default:
      return undefined;
  }
}

function parameterOf(context: Context, d: Of<"parameter">, override: number | undefined): Entity {
  const own = integer(context, undefined, d.value, `the parameter ${d.name.text}`, 0n, LARGEST_PARAMETER);
  const value = override ?? own;
  if (value === undefined) return BROKEN;
  if (override !== undefined && !(Number.isInteger(override) && override >= 0 && override <= Number(LARGEST_PARAMETER))) {
    return context.report.error("P2002", d.name.span, `the parameter ${d.name.text} is set to ${override}`, { expected: `a number from 0 to ${LARGEST_PARAMETER}` }) ?? BROKEN;
  }
  return { kind: "integer", value: BigInt(value) };
}

function constantOf(context: Context, d: Of<"const">): Entity {
  const width = integer(context, undefined, d.width, "the width", 1n, WIDEST);
  const term = width === undefined ? undefined : expression(context, freshPath(context, RIGHTS.constant), d.value, width);
  return term?.op === "constant" ? { kind: "constant", term } : BROKEN;
}

function stateOf(context: Context, d: Of<"state">): Entity {
  const { terms, report } = context;
  const width = integer(context, undefined, d.width, "the width", 1n, 128n);
  const indexWidth = d.indexWidth === undefined ? undefined : integer(context, undefined, d.indexWidth, "the width of the index", 1n, WIDEST_INDEX);
  const role = ROLES.find((r): r is Role => r === d.role.text);
  if (role === undefined) {
    const near = nearest(d.role.text, ROLES);
    report.error("P1024", d.role.span, `${visible(d.role.text)} is no role`, { expected: ROLES.join(", "), hint: near === undefined ? undefined : `did you mean ${visible(near)}?` });
  }
  const rest = d.rest === undefined || width === undefined ? undefined : expression(context, freshPath(context, RIGHTS.constant), d.rest, width);
  if (d.transient && d.indexWidth !== undefined) report.error("P4027", d.name.span, "an array can't be transient", { expected: "a component of its own for each transient value" });
  else if (d.transient && d.rest === undefined) report.error("P4027", d.name.span, `${visible(d.name.text)} is transient but has no value between instructions`, { expected: `state ${d.name.text} : width = value` });
  else if (!d.transient && d.rest !== undefined) report.error("P4027", d.rest.span, `${visible(d.name.text)} has a value between instructions but is not transient`, { hint: "write transient after the role; states have no initial values" });
  if (width === undefined || (d.indexWidth !== undefined && indexWidth === undefined) || role === undefined || (d.rest !== undefined && rest?.op !== "constant")) return BROKEN;
  const base = { name: d.name.text, width, role, cite: d.cite?.text, because: d.because?.text, origin: originOf(d.span) };
  const component: Component = indexWidth !== undefined
    ? { kind: "array", ...base, indexWidth, variable: terms.array("state", d.name.text, indexWidth, width) }
    : { kind: "register", ...base, variable: terms.variable("state", d.name.text, width), rest: d.transient && rest?.op === "constant" ? rest.value : undefined };
  return { kind: "component", component };
}

function trapOf(context: Context, d: Of<"trap">): Entity {
  const widths = d.parameters.map((p) => parameterWidth(context, p));
  checkParameters(context, d.parameters);
  const priority = d.priority === undefined ? 0 : integer(context, undefined, d.priority, "the priority", -1000n, 1000n);
  if (priority === undefined || widths.some((w) => w === undefined)) return BROKEN;
  const parameters = d.parameters.map((p, i) => context.terms.variable("parameter", `${d.name.text}.${p.name.text}`, widths[i]!));
  return { kind: "trap", trap: { name: d.name.text, memory: d.memory, parameters, priority } };
}

/** Each parameter has a name of its own. */
export function checkParameters(context: Context, parameters: readonly Parameter[]): void {
  const seen = new Set<string>();
  for (const { name } of parameters) {
    if (seen.has(name.text)) context.report.error("P1003", name.span, `two parameters are named ${visible(name.text)}`, { hint: "choose another name" });
    else if (context.entities.has(name.text)) context.report.error("P1003", name.span, `${visible(name.text)} already names something of the machine`, { hint: "choose another name" });
    seen.add(name.text);
  }
}

export function parameterLocals(parameters: readonly Parameter[], variables: readonly VariableTerm[]): Map<string, Local> {
  return new Map(parameters.map((p, i) => [p.name.text, { kind: "term", term: variables[i]!, mutable: false }]));
}

// ---------------------------------------------------------------- windows

function windowOf(context: Context, d: Of<"window">): Entity {
  const { terms, report } = context;
  context.work.begin(visible(d.name.text));
  const name = d.name.text;
  const over = lookup(context, d.over.text);
  const width = integer(context, undefined, d.width, "the width", 1n, 128n);
  const addressWidth = parameterWidth(context, d.address);
  checkParameters(context, [d.address, { name: d.access, span: d.access.span }]);
  if (over === undefined) unknownName(context, undefined, d.over);
  else if (over.kind !== "broken" && (over.kind !== "component" || over.component.kind !== "array")) report.error("P1025", d.over.span, `${visible(d.over.text)} is no array`, { expected: "the storage that the window looks at" });
  if (over?.kind !== "component" || over.component.kind !== "array" || width === undefined || addressWidth === undefined) return BROKEN;
  const { indexWidth } = over.component;
  if (width !== over.component.width) return report.error("P2009", d.width.span, `the window shows ${bits(width)}, but a cell of ${visible(d.over.text)} has ${bits(over.component.width)}`, { expected: bits(over.component.width), hint: "take several cells together, or parts of one, in functions" }) ?? BROKEN;

  const address = terms.variable("parameter", `${name}.${d.address.name.text}`, addressWidth);
  const access = terms.variable("parameter", `${name}.${d.access.text}`, 2);
  const path = freshPath(context, RIGHTS.window, new Map<string, Local>([[d.address.name.text, { kind: "term", term: address, mutable: false }], [d.access.text, { kind: "term", term: access, mutable: false }]]));
  const returned = runBlock(context, path, d.body);
  if (returned.kind === "value") return report.error("P4017", d.body.statements.at(-1)?.span ?? d.body.span, "a value is returned from an address translation", { expected: "cell EXPR, the cell that the address means" }) ?? BROKEN;
  const cell = returned.kind === "broken" ? undefined : expression(context, path, d.cell, indexWidth);
  const inverse = d.inverse === undefined ? undefined : inverseOf(context, name, d.inverse, indexWidth, addressWidth);
  if (cell === undefined || (d.inverse !== undefined && inverse === undefined)) return BROKEN;
  const traps = path.exits.map((e) => ({ guard: e.guard, trap: e.cause, args: e.args, origin: e.origin }));
  const definition: AnyTerm[] = [cell, ...traps.flatMap((t) => [t.guard, ...t.args])];
  if (context.depths.of(definition) > DEEPEST_VALUE) return tooDeep(context, d.name.span, visible(name)) ?? BROKEN;
  const window: Window = { name, over: d.over.text, addressWidth, width, address, access, traps, cell, inverse, latched: d.latched, origin: originOf(d.span) };
  return { kind: "window", window, mentions: mentionedBy(context, definition) };
}

/** The ids of all terms that a translation is made of, those of the windows that it goes through included. */
function mentionedBy(context: Context, definition: readonly AnyTerm[]): ReadonlySet<number> {
  return new Set(reachable(definition).flatMap((t) => {
    const inner = t.op === "cell" || t.op === "faults" ? lookup(context, t.window) : undefined;
    return inner?.kind === "window" ? [t.id, ...inner.mentions] : [t.id];
  }));
}

function inverseOf(context: Context, window: string, d: NonNullable<Of<"window">["inverse"]>, indexWidth: number, addressWidth: number): Window["inverse"] {
  const parameter = context.terms.variable("parameter", `${window}.${d.parameter.text}`, indexWidth);
  const path = freshPath(context, { ...RIGHTS.predicate, what: "the inverse of a translation" }, new Map([[d.parameter.text, { kind: "term", term: parameter, mutable: false }]]));
  const value = expression(context, path, d.value, addressWidth);
  return value === undefined ? undefined : { parameter, value };
}
