/** What statements, expressions and declarations mean, read off one step of small machines. */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";
import type { Outcome } from "../../src/machine/outcome.js";

const start = `machine small "Small" { bits lsb0 radix hexadecimal }
mode s supervisor when M == 0
mode u user when M == 1
state M : 1 is mode
state P : 8 is program-counter
state A : 8 is general
state B : 8 is general
state L : 8 is map
state E[8] : 8 is storage
window mem(a : 8, access) : 8 over E { trap fault(a) when a >= L cell a + 16 }
memory trap fault(a : 8) "Fault" { P := 0xF0 }
trap refused() "Refused" { P := 0xF1 }
`;
const op = (body: string, encoding = "8'1 x:8", syntax = "OP {x}", name = "OP"): string => `instruction ${name} "Operation" { encoding ${encoding} syntax "${syntax}" step { ${body} } }\n`;

function machineOf(text: string): Machine {
  const { machine, diagnostics } = readMachine([{ file: "small.isa", text: start + text }]);
  expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toEqual([]);
  return machine!;
}

interface Result { readonly outcome: Outcome; readonly cpu: Cpu }

/** One step of the first instruction with x = 3, A = 0x12, B = 0x34, P = 0x10, L = 0x80, E[16 + n] = 0xE0 + n. */
function run(text: string, set: Readonly<Record<string, bigint>> = {}, x = 3n): Result {
  const machine = machineOf(text);
  const cpu = createCpu(machine);
  for (const [name, value] of Object.entries({ A: 0x12n, B: 0x34n, P: 0x10n, L: 0x80n, ...set })) cpu.set(name, value);
  for (let n = 0n; n < 16n; n++) cpu.setCell("E", 16n + n, 0xe0n + n);
  const [instruction] = machine.instructions;
  return { outcome: cpu.execute(instruction!, 0x100n | x), cpu };
}
const registers = ({ cpu }: Result): string => ["A", "B", "P"].map((n) => cpu.get(n).toString(16)).join(" ");

describe("assignments", () => {
  it("of views with constant parts: the constants are ignored", () => {
    const r = run(`const TOP : 2 = 3\nview packed : 19 = A[3..0] @ zeros(3) @ B @ TOP @ 0b0 @ rep(1'1, 1)\n${op("packed := 19'0b1010_111_01010101_00_1_0")}`);
    expect(registers(r)).toBe("1a 55 10");
  });
  it("of slices of views, across the components", () => expect(registers(run(`view pair : 16 = A @ B\n${op("pair[11..4] := 0xFF")}`))).toBe("1f f4 10"));
  it("of slices of concatenations in a view of views", () => expect(registers(run(`view pair : 16 = A @ B\nview middle : 8 = pair[11..4]\n${op("middle[0] := 0  middle[7..6] := 3")}`))).toBe("1e 24 10"));
  it("of slices of cells", () => expect(run(op("E[x][7..4] := 0xA  E[x][0] := 1")).cpu.getCell("E", 3n)).toBe(0xa1n));
  it("read the state before, all at once", () => expect(registers(run(op("A := B  B := A")))).toBe("34 12 10"));
  it("read what a stage before has assigned", () => expect(registers(run(op("A := B  then  B := A + 1")))).toBe("34 35 10"));
  it("the later of two stores to one cell wins", () => expect(run(op("E[x] := 1  E[x] := 2")).cpu.getCell("E", 3n)).toBe(2n));
});

describe("traps", () => {
  it("in expressions happen from left to right", () => expect(run(op("A := mem[0x90] + mem[0x91]")).outcome).toMatchObject({ kind: "memory-trap", args: [0x90n] }));
  it("of the value come before those of the target's address", () => expect(run(op("mem[0x90] := mem[0x91]")).outcome).toMatchObject({ args: [0x91n] }));
  it.each(["if x == 3 then B else mem[0x90]", "match x { 3 => B else => mem[0x90] }", "zext(x == 3 || mem[0x90] == 0, 8) + B - 1", "zext(x != 3 && mem[0x90] == 0, 8) + B"])("only where they are reached: %s", (e) => {
    expect(registers(run(op(`A := ${e}`)))).toBe("34 34 10");
    expect(run(op(`A := ${e}`), {}, 4n).outcome.kind).toBe("memory-trap");
  });
  it("of a let that nothing uses still happen", () => expect(run(op("let unused = mem[0x90]  A := 0")).outcome.kind).toBe("memory-trap"));
  it("mem.write as a value is checked as a store and stores nothing", () => {
    const text = `window w(a : 8, access) : 8 over E { trap fault(a) when access == write cell a }\n`;
    expect(run(text + op("A := w.write[x]")).outcome.kind).toBe("memory-trap");
    expect(run(text + op("A := w[x]")).outcome.kind).toBe("done");
  });
  it("undo everything, also of stages before", () => expect(registers(run(op("A := 1  then  let y = mem[0x90]  B := y")))).toBe("12 34 10"));
  it("but not what is kept", () => expect(registers(run(op("A := 1  then keep  let y = mem[0x90]  B := y")))).toBe("1 34 10"));
  it("of lower priority numbers come first", () => {
    const text = `trap urgent() priority -1 "Urgent" { P := 0xF2 }\n`;
    expect(run(text + op("trap refused() when x == 3  trap urgent() when x == 3  P := 0")).outcome).toMatchObject({ cause: "urgent" });
  });
});

describe("what a trap leaves", () => {
  it("is what its block assigns", () => expect(registers(run(op("trap refused() when x == 3 leaving { A := B }  B := 0")))).toBe("34 34 10"));
  it("may go through a window", () => {
    const r = run(op("trap refused() when x == 3 leaving { mem[x] := A }  B := 0"));
    expect([r.outcome.kind, r.cpu.getCell("E", 19n)]).toEqual(["trap", 0x12n]);
  });
  it("and where that faults, the memory trap is taken instead, whatever the priorities", () => {
    const text = `trap urgent() priority -1 "Urgent" { P := 0xF2 }\n`;
    const r = run(text + op("trap urgent() when x == 3 leaving { mem[0x90] := A }  B := 0"));
    expect(r.outcome).toMatchObject({ kind: "memory-trap", cause: "fault", args: [0x90n] });
    expect(r.cpu.getCell("E", 0xa0n)).toBe(0n);
  });
  it("is not what an earlier stage assigned, although the block reads it", () => expect(registers(run(op("A := B  E[0] := 7  then  trap refused() when x == 3 leaving { B := A + 1  E[1] := 8 }  B := 0")))).toBe("12 35 10"));
  it("builds on what is kept", () => {
    const r = run(op("A := B  E[0] := 7  then keep  trap refused() when x == 3 leaving { A[0] := 1  E[1] := 8 }  B := 0"));
    expect(registers(r)).toBe("35 34 10");
    expect([r.cpu.getCell("E", 0n), r.cpu.getCell("E", 1n)]).toEqual([7n, 8n]);
  });
});

describe("advance", () => {
  const fetching = `fetch 8 (i : 4) { return E[P + zext(i, 8)] }\nadvance { P := P + length }\n`;
  const step = (text: string, cells: Readonly<Record<number, number>>): Cpu => {
    const cpu = createCpu(machineOf(fetching + text));
    cpu.set("A", 0x12n);
    cpu.set("P", 0x10n);
    for (const [at, value] of Object.entries(cells)) cpu.setCell("E", BigInt(at), BigInt(value));
    cpu.step();
    return cpu;
  };
  const other = 'otherwise "Other" { trap refused() when word == 0xFF }\n';
  it("P reads as old in every stage", () => {
    const cpu = step(other + op("A := P  then  B := P"), { 0x10: 1, 0x11: 3 });
    expect([cpu.get("A"), cpu.get("B"), cpu.get("P")]).toEqual([0x10n, 0x10n, 0x12n]);
  });
  it("gives way to the instruction's own assignment", () => expect(step(other + op("P := x"), { 0x10: 1, 0x11: 3 }).get("P")).toBe(3n));
  it("happens where an unclaimed word completes, by one unit", () => expect(step(other + op("P := x"), { 0x10: 0xfe }).get("P")).toBe(0x11n));
  it("but not where it traps", () => expect(step(other + op("P := x"), { 0x10: 0xff }).get("P")).toBe(0xf1n));
  it("gives way to otherwise's own assignment", () => expect(step(`otherwise "Other" { P := P + 7 }\n${op("P := x")}`, { 0x10: 0xfe }).get("P")).toBe(0x17n));
  it("belongs to the executed instruction, with the length of the fetched one", () => {
    const cpu = step(other + op("execute 8'2") + op("B := A", "8'2", "SHORT", "SHORT"), { 0x10: 1, 0x11: 3 });
    expect([cpu.get("B"), cpu.get("P")]).toEqual([0x12n, 0x12n]);
  });
});

describe("encodings that overlap", () => {
  const fetching = `fetch 8 (i : 4) { return E[P + zext(i, 8)] }\notherwise "Other" { halt }\n`;
  const one = (encoding: string, name: string, more = ""): string => op("P := 0", `${encoding} ${more}`, name, name);
  const decoded = (text: string, word: bigint, width: number): string | undefined => createCpu(machineOf(fetching + text)).decode(word, width)?.instruction.id;
  it("of one length: the higher priority keeps the words", () => {
    const text = one("4'1 _:4", "WIDE") + one("4'1 4'3", "NARROW", "priority 1");
    expect([decoded(text, 0x13n, 8), decoded(text, 0x14n, 8)]).toEqual(["NARROW", "WIDE"]);
    expect(machineOf(fetching + text).instructions.find((i) => i.id === "WIDE")!.encoding.cubes.some((c) => (0x13n & c.mask) === c.value)).toBe(false);
  });
  it("the longer one wins where the shorter's bits show it", () => {
    const text = one("4'1 _:4", "SHORT") + one("8'0x13 _:8", "LONG", "priority 1");
    expect([decoded(text, 0x13n, 8), decoded(text, 0x13ffn, 16), decoded(text, 0x14n, 8)]).toEqual([undefined, "LONG", "SHORT"]);
  });
  it("the shorter one wins where it has the priority", () => {
    const text = one("8'0x13", "SHORT", "priority 1") + one("4'1 _:4 _:8", "LONG");
    expect([decoded(text, 0x13n, 8), decoded(text, 0x13ffn, 16), decoded(text, 0x14ffn, 16)]).toEqual(["SHORT", "SHORT", "LONG"]);
  });
});

describe("declarations", () => {
  it("may stand in any order and build on each other", () => {
    const machine = machineOf(`const TWICE : WIDTH = HALF + HALF\nconst HALF : WIDTH = quarter(1) * 2\nfunction quarter(x : WIDTH) : WIDTH = x << SHIFT\nparameter SHIFT = WIDTH - 6\nparameter WIDTH = 8\n${op("A := TWICE")}`);
    expect(machine.instructions[0]!.step.next.get("A")).toMatchObject({ op: "constant", value: 16n });
    expect(machine.parameters).toEqual({ SHIFT: 2, WIDTH: 8 });
  });
  it("windows may lie over any array, and several over one", () => {
    const text = `state R[2] : 8 is general\nwindow r(n : 1, access) : 8 over R { cell M @ n }\nwindow q(n : 1, access) : 8 over R { cell !M @ n }\n`;
    const { cpu } = run(text + op("r[1] := A  q[1] := B"), { M: 1n });
    expect([0n, 1n, 2n, 3n].map((n) => cpu.getCell("R", n))).toEqual([0n, 0x34n, 0n, 0x12n]);
  });
  it("a window may be read through another", () => expect(registers(run(`window far(a : 8, access) : 8 over E { let p = mem[a] cell p }\n${op("A := far[x]")}`, {}, 3n))).toBe("0 34 10"));
});
