/** Instructions with a condition: where it does not hold they only advance, and what is classified is the instruction where it holds. */
import { describe, expect, it } from "vitest";
import { Evaluator } from "../../src/isa/evaluate.js";
import type { Term } from "../../src/isa/term.js";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { assemble } from "../../src/machine/assembler.js";

const TEXT = `machine m "M" { bits lsb0 radix hexadecimal }
mode s supervisor when M == 0
mode u user when M == 1
state core[4] : 8 is storage cite "-" because "-"
state PC : 4 is program-counter cite "-" because "-"
state Z : 1 is general cite "-" because "-"
state M : 1 is mode cite "-" because "-"
trap t() "T" { PC := 0 }
fetch 8 (i : 1) { return core[PC] }
advance { PC := PC + 1 }
instruction X "X" { encoding 4'0 cond:1 _:3 condition cond == 0 || Z == 1 names cond { "" "Z" } syntax "X{cond}" step { trap t() when M == 1 Z := 0 } }
otherwise "none" { trap t() }`;

function machineOf(text: string): Machine {
  const { machine, diagnostics } = readMachine([{ file: "m.isa", text }]);
  expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toEqual([]);
  return machine!;
}

const evaluatorOf = (values: Readonly<Record<string, bigint>>): Evaluator => new Evaluator({ variable: (v) => values[v.name] ?? 0n, cell: () => 0n });

describe("a condition", () => {
  it("is what the classified instruction supposes", () => {
    const { hypothesis } = machineOf(TEXT).instructions[0]!;
    const holds = (cond: bigint, z: bigint): boolean => evaluatorOf({ cond, Z: z }).isTrue(hypothesis);
    expect([holds(0n, 0n), holds(0n, 1n), holds(1n, 0n), holds(1n, 1n)]).toEqual([true, true, false, true]);
  });
  it("guards the step, traps included, but not what every instruction does", () => {
    const { step } = machineOf(TEXT).instructions[0]!;
    const fails = evaluatorOf({ cond: 1n, Z: 0n, M: 1n, PC: 3n }), holds = evaluatorOf({ cond: 1n, Z: 1n, M: 1n, PC: 3n });
    expect([fails.isTrue(step.exits[0]!.guard), holds.isTrue(step.exits[0]!.guard)]).toEqual([false, true]);
    expect(fails.value(step.next.get("PC") as Term)).toBe(4n);
  });
  it("stands in the mnemonic without making two instructions of one, and is assembled", () => {
    const machine = machineOf(TEXT);
    expect(machine.instructions.map((i) => i.id)).toEqual(["X"]);
    const { image, diagnostics } = assemble(machine, "X\nXZ", "x.s");
    expect({ words: image.words, diagnostics }).toEqual({ words: [[0n, 0n], [1n, 8n]], diagnostics: [] });
  });
});
