/**
 * States in a corner: the instruction with operands of 0 and 1 only.
 *
 * Whether a long division completes in some state is hard to say of all lengths and registers at once, and easy once the
 * lengths are small numbers: most of the step then is gone. What is found in a corner is found; a corner without a
 * state says nothing.
 */
import type { Machine } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm } from "../isa/term.js";
import { formulaOf, readModel, type EngineAnswer, type Formula } from "./formula.js";

const MAXIMUM_FIELDS = 6;
const DEAR: ReadonlySet<string> = new Set(["mul", "udiv", "urem", "sdiv", "srem"]);

/** Whether looking at corners first pays: loops, and products and quotients of things unknown. */
export function isDear(formula: Formula): boolean {
  return reachable([formula.term]).some((t) => t.op === "loop" || t.op === "loop-array" || DEAR.has(t.op) && "args" in t && t.args.every((a) => a.op !== "constant") && t.width > 8);
}

export async function inCorners(machine: Machine, formula: Formula, engine: (formula: Formula) => Promise<EngineAnswer>): Promise<EngineAnswer> {
  const { terms } = machine;
  const fields = formula.variables.filter((v) => v.space === "field");
  const nothing = { kind: "open", reason: "nothing in the corners" } as const;
  if (fields.length === 0 || fields.length > MAXIMUM_FIELDS) return nothing;
  const corners = Array.from({ length: 2 ** fields.length }, (_, n) => n).sort((a, b) => ones(a) - ones(b));
  for (const n of corners) {
    const by = new Map<number, AnyTerm>(fields.map((v, i) => [v.id, terms.constant((n >> i) & 1, v.width)]));
    const corner = formulaOf(machine, substitution(terms, by).term(formula.term));
    if (corner.term === terms.false) continue;
    const a = await engine(corner);
    if (a.kind !== "found") continue;
    const { variable } = readModel(a.model, corner.fixed);
    const variables = new Map(formula.variables.map((v, i) => [v.id, v.space === "field" ? BigInt((n >> fields.indexOf(formula.variables[i]!)) & 1) : variable(v)]));
    return { ...a, model: { ...a.model, variables } };
  }
  return nothing;
}

function ones(n: number): number {
  return n.toString(2).replaceAll("0", "").length;
}
