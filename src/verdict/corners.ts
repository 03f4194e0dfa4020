/**
 * States in a corner: the instruction with operands of 0 and 1 only.
 *
 * Whether a string instruction completes in some state is hard to say of all lengths and registers at once, and easy once the
 * lengths are small numbers: its loops then are short. What is found in a corner is found; a corner without a
 * state says nothing.
 */
import type { Machine } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm } from "../isa/term.js";
import { formulaOf, readModel, type EngineAnswer, type Formula } from "./formula.js";

const MAXIMUM_FIELDS = 6;
const MAXIMUM_CORNERS = 6;

/** Whether looking at corners first pays. */
export function hasLoops(formula: Formula): boolean {
  return reachable([formula.term]).some((t) => t.op === "loop" || t.op === "loop-array");
}

/** By each engine in turn, in every corner. */
export async function inCorners(machine: Machine, formula: Formula, engines: readonly ((formula: Formula) => EngineAnswer | Promise<EngineAnswer>)[]): Promise<EngineAnswer> {
  const { terms } = machine;
  const fields = formula.variables.filter((v) => v.space === "field");
  const nothing = { kind: "open", reason: "nothing in the corners" } as const;
  if (fields.length === 0 || fields.length > MAXIMUM_FIELDS) return nothing;
  const corners = Array.from({ length: 2 ** fields.length }, (_, n) => n).sort((a, b) => ones(a) - ones(b)).map((n) => {
    const values = new Map(fields.map((v, i): [number, bigint] => [v.id, BigInt((n >> i) & 1)]));
    const by = new Map<number, AnyTerm>(fields.map((v) => [v.id, terms.constant(values.get(v.id)!, v.width)]));
    return { values, corner: formulaOf(machine, substitution(terms, by).term(formula.term)) };
  }).filter(({ corner }) => corner.term !== terms.false).slice(0, MAXIMUM_CORNERS);
  for (const engine of engines) {
    for (const { values, corner } of corners) {
      const a = await engine(corner);
      if (a.kind !== "found") continue;
      const { variable } = readModel(a.model, corner.fixed);
      return { ...a, model: { ...a.model, variables: new Map(formula.variables.map((v) => [v.id, values.get(v.id) ?? variable(v)])) } };
    }
  }
  return nothing;
}

function ones(n: number): number {
  return n.toString(2).replaceAll("0", "").length;
}
