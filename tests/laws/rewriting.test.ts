/** Laws of rewriting: substitution is evaluation with other leaves, and lowering gives an address the meaning that its window defines. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Evaluator } from "../../src/isa/evaluate.js";
import { lowering } from "../../src/isa/lower.js";
import { Rewriter, substitution } from "../../src/isa/substitute.js";
import type { AnyTerm } from "../../src/isa/term.js";
import { Terms } from "../../src/isa/terms.js";
import { Builder, INDEX_WIDTH, numbers, stateOf, Stream } from "../machine/generated-terms.js";
import { tinyFiles, tinyMachine } from "../machines/tiny.js";
import { Random, RandomState } from "./evaluated-step.js";
import { RawBuilder, valuesFrom, type Values } from "./raw-terms.js";

const evaluatorOf = (values: Values): Evaluator => new Evaluator({ variable: (v) => values.variable(v.name), cell: (_, i) => values.cell(i) });

test("a term with others put in for its variables has the value of the term where the variables have theirs", () => {
  fc.assert(fc.property(numbers(140), fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), fc.bigInt({ min: 0n, max: (1n << 300n) - 1n }), (from, picks, bits) => {
    const terms = new Terms();
    const builder = new RawBuilder(terms, new Stream(from), [1, 2, 36], 2);
    builder.grow(24);
    const by = new Map<number, AnyTerm>(picks.flatMap((n) => {
      const variable = builder.variables[n % builder.variables.length]!;
      const fitting = builder.pool.filter((r) => r.term.width === variable.width);
      return [[variable.id, fitting[(n >> 3) % fitting.length]!.term] as const];
    }));
    const array = terms.store(builder.array, terms.constant(picks[0]! & 3, 2), builder.of(2).term);
    by.set(builder.array.id, array);
    const values = valuesFrom(bits, builder.variables, 2);
    const plain = evaluatorOf(values);
    const changed = new Evaluator({
      variable: (v) => { const t = by.get(v.id); return t === undefined ? values.variable(v.name) : plain.value(t as Parameters<Evaluator["value"]>[0]); },
      cell: (_, i) => plain.at(array, i),
    });
    const put = substitution(terms, by), keep = new Rewriter(terms, () => undefined);
    for (const { term } of builder.pool) {
      expect(plain.value(put.term(term))).toBe(changed.value(term));
      expect(keep.term(term)).toBe(term);
    }
  }), { numRuns: Number(process.env["LAW_RUNS"] ?? 300) });
});

test("the same in loops, and in what they store", () => {
  fc.assert(fc.property(numbers(200), fc.bigInt({ min: 0n }), (from, seed) => {
    const terms = new Terms();
    const components = stateOf(terms), cells = components[components.length - 1]!;
    const builder = new Builder(terms, new Stream(from), components.map((c) => c.variable));
    builder.grow(30);
    const random = new Random(seed), values = new Map<string, bigint>();
    const known = (name: string, width: number): bigint => {
      let value = values.get(name);
      if (value === undefined) values.set(name, (value = random.bits(width)));
      return value;
    };
    const plain = new Evaluator({ variable: (v) => known(v.name, v.width), cell: (a, i) => known(`${a.name}[${i}]`, a.width) });
    const array = builder.arrays[random.below(builder.arrays.length)]!;
    const by = new Map<number, AnyTerm>([[cells.variable.id, array]]);
    for (const c of components) if (c.kind === "register" && random.below(4) === 0) by.set(c.variable.id, builder.of(c.width));
    const changed = new Evaluator({
      variable: (v) => { const t = by.get(v.id); return t === undefined ? known(v.name, v.width) : plain.value(t as Parameters<Evaluator["value"]>[0]); },
      cell: (_, i) => plain.at(array, i),
    });
    const put = substitution(terms, by);
    for (const term of builder.pool.slice(-12)) expect(plain.value(put.term(term))).toBe(changed.value(term));
    for (const a of builder.arrays) for (let i = 0n; i < 1n << BigInt(INDEX_WIDTH); i += 3n) expect(plain.at(put.array(a), i)).toBe(changed.at(a, i));
  }), { numRuns: Number(process.env["LAW_RUNS"] ?? 150) });
});

test.each(tinyFiles)("%s: lowering is what the window says, with the address and the access in their places", (file) => {
  const machine = tinyMachine(file);
  const { terms } = machine;
  const lower = lowering(machine);
  for (const window of machine.windows) {
    const address = terms.variable("free", "any address", window.addressWidth);
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(BigInt(seed));
      const state = new RandomState(machine, random), at = random.bits(window.addressWidth);
      for (const access of [0, 1, 2]) {
        const leaves = (isInside: boolean): Evaluator => new Evaluator({
          variable: (v) => {
            if (v.space === "state") return state.registers.get(v.name)!;
            if (isInside && v === window.address) return at;
            if (isInside && v === window.access) return BigInt(access);
            if (!isInside && v === address) return at;
            throw new Error(`bug: nothing is known of the ${v.space} ${v.name}`);
          },
          cell: (a, i) => state.cell(a.name, i),
        });
        const cells = machine.components.find((c) => c.name === window.over)!;
        const indexWidth = cells.kind === "array" ? cells.indexWidth : 0;
        expect(leaves(false).value(lower.term(terms.cell(window.name, access, address, indexWidth)))).toBe(leaves(true).value(lower.term(window.cell)));
        window.traps.forEach((trap, i) => expect(leaves(false).value(lower.term(terms.faults(window.name, access, i, address)))).toBe(leaves(true).value(lower.term(trap.guard))));
      }
    }
  }
});
