/**
 * Section 5 of `model.md` once more, exhaustively, on the paper's machine made small: for every allotment, every state of the virtual
 * machine and everything that the rest of the real machine may hold, the processor's actual step from f(S).
 *
 * Nothing is asked of terms or solvers here. f is written down a second time, on packed states, as the paper has it.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { enumerator, OUTCOME, type Enumerator } from "../../src/machine/enumerate.js";
import { configurationNamed } from "../../src/verdict/check.js";
import { proveMachine } from "../../src/vmm/prove.js";
import type { MonitorName } from "../../src/vmm/prove-result.js";
import { enginesFor, machineOf } from "../machines/tiny.js";

const machine = machineOf("small.isa", readFileSync(new URL("small.isa", import.meta.url), "utf8"));
const step: Enumerator = enumerator(machine)!, delivered: Enumerator = enumerator(machine, { deliver: true })!;

// packed in the order of declaration: E 8 bits, q 3, M 1, P 1, A 2, l 2, b 3
const field = (low: number, width: number) => ({ get: (s: number): number => (s >>> low) & (2 ** width - 1), set: (s: number, v: number): number => (s & ~((2 ** width - 1) << low)) | (v << low) });
const E = field(0, 8), q = field(8, 3), M = field(11, 1), l = field(15, 2), b = field(17, 3);

interface Placement { readonly q: number; readonly base: number; readonly size: number }
/** Every allotment of two or three cells that leaves the monitor the first. */
const PLACEMENTS: readonly Placement[] = [3, 4].flatMap((real) => [2, 3].flatMap((size) => [1, 2].filter((base) => base + size <= real).map((base) => ({ q: real, base, size }))));

type Clip = (l: number, b: number, size: number) => number;
const clip: Clip = (first, bound, size) => Math.max(0, Math.min(bound, size - first));

/** f(S), and in the other cells of the real machine, bit by bit, `rest`. */
function image(s: number, { q: real, base, size }: Placement, rest: number, clipped: Clip): number {
  const own = (2 ** (2 * size) - 1) << (2 * base);
  const cells = ((E.get(s) << (2 * base)) & own) | (rest & ~own & 0xff);
  return b.set(l.set(M.set(q.set(E.set(s, cells), real), 1), (l.get(s) + base) & 3), clipped(l.get(s), b.get(s), size));
}

/** The states of a virtual machine of so many cells; cells that do not exist are 0. */
function* states(size: number): Iterable<number> {
  for (let cells = 0; cells < 2 ** (2 * size); cells++) for (let others = 0; others < 2 ** 6; others++) for (let bound = 0; bound <= 4; bound++) yield cells | (size << 8) | (others << 11) | (bound << 17);
}

/** Everything that the rest of the real machine may hold. */
function rests({ base, size }: Placement): readonly number[] {
  const own = (2 ** (2 * size) - 1) << (2 * base);
  return Array.from({ length: 256 }, (_, cells) => cells).filter((cells) => (cells & own) === 0);
}

/** How often direct execution does not commute with f, whatever the word. */
function breaches(clipped: Clip): { readonly steps: number; readonly direct: number; readonly unlike: number } {
  let steps = 0, direct = 0, unlike = 0;
  for (const at of PLACEMENTS) {
    for (const s of states(at.size)) {
      const bare = step.words.map((_, word) => step.successor(word, s));
      for (const rest of rests(at)) {
        const real = image(s, at, rest, clipped);
        for (let word = 0; word < step.words.length; word++) {
          const taken = step.successor(word, real), kind = Math.floor(taken / step.states);
          steps++;
          if (kind !== OUTCOME.done && kind !== OUTCOME.halt) continue; // the monitor has control
          direct++;
          const next = bare[word]! % step.states, isDone = Math.floor(bare[word]! / step.states) === OUTCOME.done;
          const isKept = M.get(next) === M.get(s) && l.get(next) === l.get(s) && b.get(next) === b.get(s);
          if (kind === OUTCOME.halt || !isDone || !isKept || taken % step.states !== image(next, at, rest, clipped)) unlike++;
        }
      }
    }
  }
  return { steps, direct, unlike };
}

test("direct execution commutes with f or enters the monitor", () => {
  const { steps, direct, unlike } = breaches(clip);
  process.stdout.write(`${steps.toLocaleString("en-US")} steps, ${direct.toLocaleString("en-US")} of them direct\n`);
  expect(unlike).toBe(0);
  expect(direct).toBeGreaterThan(steps / 20);
}, 300_000);

test("without the clipping of the bounds it does not", () => {
  expect(breaches((_, bound) => bound).unlike).toBeGreaterThan(0);
}, 300_000);

test("f is one-one on what it carries, and emulation stays in the virtual machine", () => {
  let strayed = 0;
  for (const at of PLACEMENTS) {
    const kept = (s: number): number => M.get(s) | (l.get(s) << 1) | (b.get(s) << 3); // by the monitor
    const seen = new Set<number>();
    let count = 0;
    for (const s of states(at.size)) {
      seen.add(image(s, at, 0, clip) * 64 + kept(s));
      count++;
      for (let word = 0; word < delivered.words.length; word++) {
        const next = delivered.successor(word, s) % delivered.states;
        if (q.get(next) !== at.size || E.get(next) >>> (2 * at.size) !== 0) strayed++;
      }
    }
    expect(seen.size).toBe(count);
  }
  expect(strayed).toBe(0);
}, 300_000);

test.each<MonitorName>(["trap-and-emulate", "hybrid", "recursive:2"])("and so say the proofs, without a solver: %s", async (monitor) => {
  const result = await proveMachine(machine, { monitor, reading: "extended", guests: "any", configuration: configurationNamed(machine, undefined)!, engines: enginesFor(machine, ["structural", "exhaustive"]) });
  expect([...result.lemmas, ...result.instructions.flatMap((i) => [i.fidelity, i.safety, i.efficiency])].filter((a) => a.answer !== "holds")).toEqual([]);
  expect(result.answer).toBe("holds");
}, 300_000);
