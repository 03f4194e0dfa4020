/** An overlay is a map from indices to cells that keeps the order in which they were first stored. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Held } from "../../src/machine/compile-representation.js";
import { Overlay } from "../../src/machine/overlay.js";

const index = fc.oneof(fc.nat(40), fc.nat(2 ** 31 - 1).map((n) => (n % 2 ** 16) * 2 ** 32), fc.nat(600).map((n) => n * 4096));
const stores = fc.array(fc.tuple(index, fc.nat()), { maxLength: 2_000, size: "max" });

describe.each([8, 36, 64])("%i bits a cell", (width) => {
  const held = (value: number): Held => (width > 53 ? BigInt(value) : width <= 8 ? value & 255 : value);
  const content = (o: Overlay): [number, Held][] => Array.from({ length: o.size }, (_, k) => [o.keys[k]!, o.values[k]!]);

  it("holds what was stored last, and nothing after it was cleared", () => {
    const overlay = new Overlay(width), other = new Overlay(width);
    fc.assert(fc.property(stores, stores, (first, second) => {
      const map = new Map<number, Held>();
      overlay.clear();
      other.clear();
      for (const [i, v] of first) { overlay.set(i, held(v)); map.set(i, held(v)); }
      expect(content(overlay)).toEqual([...map]);
      for (const [i, v] of second) {
        const found = overlay.find(i);
        expect(found < 0 ? undefined : overlay.values[found]).toBe(map.get(i));
        other.set(i, held(v));
      }
      overlay.setAll(other);
      for (const [i, v] of second) map.set(i, held(v));
      expect(content(overlay)).toEqual([...map]);
    }), { numRuns: 40 });
  });
});
