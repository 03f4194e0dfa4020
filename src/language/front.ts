/**
 * Prefixes and contexts: what is known of an instruction before its encoding begins.
 */
import type { FrontField } from "../isa/machine.js";
import { parameterWidth } from "./calls.js";
import type { Of } from "./declarations.js";
import { expression } from "./expressions.js";
import { visible } from "./lexer.js";
import { freshPath, originOf, RIGHTS, type Context } from "./scope.js";

/** All front fields together; conditions look at 16 bits at most. */
const WIDEST_FRONT = 16;

/** @param unit of fetching, in bits */
export function readFront(context: Context, prefixes: readonly Of<"prefix">[], contexts: readonly Of<"context">[], unit: number | undefined): readonly FrontField[] {
  const { report, terms } = context;
  const front: FrontField[] = [];
  const taken = new Set<bigint>();
  for (const d of [...contexts, ...prefixes]) {
    const width = parameterWidth(context, d);
    if (width === undefined) continue;
    if (unit === undefined) {
      report.error("P4042", d.span, `a machine without fetch has no ${d.kind}`, { hint: "its instructions come from outside, one word each" });
      continue;
    }
    const source = d.kind === "context" ? contextOf(context, d, width) : prefixOf(context, d, width, unit, taken);
    if (source !== undefined) front.push({ name: d.name.text, width, variable: terms.variable("field", d.name.text, width), source, origin: originOf(d.span) });
  }
  const all = front.reduce((n, f) => n + f.width, 0);
  if (all > WIDEST_FRONT) report.error("P4042", (prefixes[0] ?? contexts[0]!).span, `prefixes and contexts have ${all} bits together`, { expected: `at most ${WIDEST_FRONT}` });
  return front;
}

function contextOf(context: Context, d: Of<"context">, width: number): FrontField["source"] | undefined {
  context.work.begin(visible(d.name.text));
  const value = expression(context, freshPath(context, { ...RIGHTS.predicate, what: "a context" }), d.value, width);
  return value === undefined ? undefined : { kind: "context", value };
}

function prefixOf(context: Context, d: Of<"prefix">, width: number, unit: number, taken: Set<bigint>): FrontField["source"] | undefined {
  const { report } = context;
  const units: { readonly unit: bigint; readonly value: bigint }[] = [];
  const values = new Set<bigint>();
  for (const item of d.units) {
    const own = expression(context, freshPath(context, RIGHTS.constant), item.unit, unit), value = expression(context, freshPath(context, RIGHTS.constant), item.value, width);
    if (own?.op !== "constant" || value?.op !== "constant") return undefined;
    if (taken.has(own.value)) report.error("P4042", item.unit.span, "this unit is a prefix already", { hint: "one unit means one thing" });
    else if (value.value === 0n || values.has(value.value)) report.error("P4042", item.value.span, value.value === 0n ? "0 is what the field has without a prefix" : "another unit has this value", { expected: "a value of its own, from 1 on" });
    taken.add(own.value);
    values.add(value.value);
    units.push({ unit: own.value, value: value.value });
  }
  return { kind: "prefix", units };
}
