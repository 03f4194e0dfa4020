/** Law: cells, flat or sparse, behave as a map from indices to values, and a snapshot brings back what it saw. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newCells, type CellsSnapshot } from "../../src/machine/cells.js";
import { fromHeld, toHeld } from "../../src/machine/compile-representation.js";
import { bitsOf } from "./generated-terms.js";

const shapes = [
  { indexWidth: 2, width: 3 }, { indexWidth: 10, width: 16 }, { indexWidth: 12, width: 36 }, { indexWidth: 9, width: 64 },
  { indexWidth: 24, width: 8 }, { indexWidth: 32, width: 36 }, { indexWidth: 48, width: 128 }, { indexWidth: 60, width: 32 },
];

describe.each(shapes)("2^$indexWidth cells of $width bits", ({ indexWidth, width }) => {
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("set" as const), index: bitsOf(indexWidth), value: bitsOf(width) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("snapshot" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore" as const), which: fc.nat(20) }) },
  );

  it("are a map with memories", () => {
    fc.assert(fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const cells = newCells(indexWidth, width);
      let model = new Map<bigint, bigint>();
      const memories: { readonly snapshot: CellsSnapshot; readonly model: ReadonlyMap<bigint, bigint> }[] = [];
      const touched = new Set<bigint>();
      for (const step of actions) {
        if (step.kind === "set") {
          cells.set(toHeld(step.index, indexWidth), toHeld(step.value, width));
          model.set(step.index, step.value);
          touched.add(step.index);
        } else if (step.kind === "snapshot") {
          memories.push({ snapshot: cells.snapshot(), model: new Map(model) });
        } else if (memories.length > 0) {
          const memory = memories[step.which % memories.length]!;
          cells.restore(memory.snapshot);
          model = new Map(memory.model);
        }
        for (const index of touched) expect(fromHeld(cells.get(toHeld(index, indexWidth)))).toBe(model.get(index) ?? 0n);
      }
    }), { numRuns: 100 });
  });
});
