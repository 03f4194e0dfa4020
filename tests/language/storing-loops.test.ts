/** Loops that store and latched windows: what they mean, read off one step of a small machine. */
import { describe, expect, it } from "vitest";
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
state W[4] : 72 is general
state E[8] : 8 is storage
window mem(a : 8, access) : 8 over E { trap fault(a) when a >= L cell a + 16 }
memory trap fault(a : 8) "Fault" { P := 0xF0 }
trap refused(a : 8) "Refused" { P := 0xF1 }
action put(a : 8, v : 8) { mem[a] := v }
action fill(from : 8, count : 8, v : 8) {
  var k : 8 = 0
  while k != count limit 255 { put(from + k, v)  k = k + 1 }
}
`;

interface Result { readonly outcome: Outcome; readonly cpu: Cpu }

function diagnosticsOf(body: string, more = ""): string[] {
  return readMachine([{ file: "small.isa", text: `${start}${more}\n${instruction(body)}` }]).diagnostics.map((d) => d.code);
}

const instruction = (body: string): string => `instruction OP "Operation" { encoding 8'1 x:8 syntax "OP {x}" step { ${body} } }\n`;

/** One step with x = 3, A = 0x12, B = 0x34, P = 0x10, L = 0x80, E[16 + n] = mem[n] = 0xE0 + n. */
function run(body: string, more = ""): Result {
  const { machine, diagnostics } = readMachine([{ file: "small.isa", text: `${start}${more}\n${instruction(body)}` }]);
  expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toEqual([]);
  const cpu = createCpu(machine!);
  for (const [name, value] of Object.entries({ A: 0x12n, B: 0x34n, P: 0x10n, L: 0x80n })) cpu.set(name, value);
  for (let n = 0n; n < 16n; n++) cpu.setCell("E", 16n + n, 0xe0n + n);
  return { outcome: cpu.execute(machine!.instructions[0]!, 0x103n), cpu };
}

/** Cells through `mem`, in hexadecimal. */
const seen = ({ cpu }: Result, from: number, count: number): string => Array.from({ length: count }, (_, i) => cpu.getCell("E", BigInt(16 + from + i)).toString(16)).join(" ");
const loop = (body: string, rounds = 4, limit = 16): string => `var i : 8 = 0  while i != ${rounds} limit ${limit} { ${body}  i = i + 1 }`;

describe("a loop that stores", () => {
  it("copies", () => expect(seen(run(loop("mem[0x20 + i] := mem[i]")), 0x20, 5)).toBe("e0 e1 e2 e3 0"));
  it("reads what earlier rounds have stored", () => expect(seen(run(loop("mem[1 + i] := mem[i]")), 0, 6)).toBe("e0 e0 e0 e0 e0 e5"));
  it("reads in a round what stood when it began", () => expect(seen(run(loop("mem[i] := mem[i + 1]  mem[i + 1] := mem[i]")), 0, 6)).toBe("e1 e2 e3 e4 e0 e5"));
  it("may be divided into stages", () => expect(seen(run(loop("mem[i] := mem[i + 1]  then  mem[i + 1] := mem[i]")), 0, 6)).toBe("e1 e2 e3 e4 e4 e5"));
  it("stores slices", () => expect(seen(run(loop("mem[i][3..0] := mem[i + 1][7..4]  mem[i][4] := 1")), 0, 5)).toBe("fe fe fe fe e4"));
  it("stores on some ways only", () => expect(seen(run(loop("if i[0] { mem[i] := 1 } else { if i[1] { mem[i] := 2 } }")), 0, 5)).toBe("e0 1 2 1 e4"));
  it("through actions that loop", () => expect(seen(run("fill(2, x, 0x77)"), 0, 6)).toBe("e0 e1 77 77 77 e5"));
  it("that is not entered stores nothing", () => expect(seen(run("fill(2, 0, 0x77)"), 0, 6)).toBe("e0 e1 e2 e3 e4 e5"));
  it("is tested by what it has stored", () => expect(seen(run("var i : 8 = 0  while E[i + 15] != 0xE3 limit 9 { E[i + 16] := E[i + 16] + 1  i = i + 1 }"), 0, 5)).toBe("e1 e2 e3 e3 e4"));
  it("begins with what is assigned before it", () => expect(seen(run(`mem[0] := 1  ${loop("mem[1 + i] := mem[i]")}`), 0, 6)).toBe("1 1 1 1 1 e5"));
  it("is undone by what is assigned after it", () => expect(seen(run(`${loop("mem[i] := 5")}  mem[2] := 6`), 0, 5)).toBe("5 5 6 5 e4"));
  it("is seen after then only", () => {
    const r = run(`${loop("mem[i] := 5")}  A := mem[1]  then  B := mem[1]`);
    expect([r.cpu.get("A"), r.cpu.get("B")]).toEqual([0xe1n, 5n]);
  });
  it("is seen by loops that follow", () => {
    const r = run(`${loop("mem[i] := i")}  then  var sum : 8 = 0  var k : 8 = 0  while k != 6 limit 9 { sum = sum + mem[k]  k = k + 1 }  A := sum`);
    expect(r.cpu.get("A")).toBe(BigInt((0 + 1 + 2 + 3 + 0xe4 + 0xe5) & 0xff));
  });
  it("may hold loops that do not store", () => {
    expect(seen(run(loop("var sum : 8 = 0  var k : 8 = 0  while k != i limit 9 { sum = sum + mem[k]  k = k + 1 }  mem[i] := sum + 1")), 0, 5)).toBe("1 2 4 8 e4");
  });
  it("stands after another, which it builds on", () => {
    const second = "var k : 8 = 0  while k != 4 limit 9 { mem[k + 4] := mem[k]  k = k + 1 }";
    expect(seen(run(`${loop("mem[i] := i + 1")}  ${second}`), 0, 9)).toBe("1 2 3 4 1 2 3 4 e8");
    expect(seen(run(`${loop("mem[i] := i + 1")}  mem[0] := 9  then  ${second}`), 0, 9)).toBe("9 2 3 4 9 2 3 4 e8");
  });
  it("stands on a branch, after a store on a branch", () => {
    expect(seen(run(`if A[4] { E[0x14] := 9 }  if x == 3 && B != 0 { ${loop("mem[1 + i] := mem[i]")} }`), 0, 6)).toBe("e0 e0 e0 e0 e0 e5");
    expect(seen(run(`if A[4] { E[0x14] := 9 }  then  if x == 3 && B != 1 { ${loop("mem[4 + i] := mem[4]")} }`), 3, 6)).toBe("e3 9 9 9 9 e8");
  });
  it("stands on a branch", () => {
    expect(seen(run(`if x == 3 { ${loop("mem[i] := 5")} } else { mem[0] := 1 }`), 0, 5)).toBe("5 5 5 5 e4");
    expect(seen(run(`if x != 3 { ${loop("mem[i] := 5")} } else { mem[0] := 1 }`), 0, 5)).toBe("1 e1 e2 e3 e4");
    expect(seen(run(`if x != 3 { ${loop("mem[i] := 5")} }  then  mem[1] := mem[0]`), 0, 5)).toBe("e0 e0 e2 e3 e4");
  });
  it("stands in a for", () => expect(seen(run("for n in 1 .. 2 { fill(n * 2, 1 + n, n) }"), 0, 8)).toBe("e0 e1 1 1 2 2 2 e7"));
  it("stores into several arrays", () => {
    const r = run(loop("W[i[3..0]] := W[i[3..0] + 15] + zext(mem[i], 72)  mem[i] := W[i[3..0] + 15][7..0]"));
    expect([0n, 1n, 2n, 3n].map((n) => r.cpu.getCell("W", n))).toEqual([0xe0n, 0xe0n + 0xe1n, 0xe0n + 0xe1n + 0xe2n, 0xe0n + 0xe1n + 0xe2n + 0xe3n]);
    expect(seen(r, 0, 5)).toBe("0 e0 c1 a3 e4");
  });
  it("stores more than a few hundred cells", () => {
    const r = run("var i : 16 = 0  while i != 3000 limit 3000 { F[i + 7] := F[i + 6] + 1  i = i + 1 }", "state F[16] : 16 is storage");
    expect([6n, 7n, 3006n, 3007n].map((n) => r.cpu.getCell("F", n))).toEqual([0n, 1n, 3000n, 0n]);
  });
});

describe("a loop that is left in the middle", () => {
  const nothing = "e0 e1 e2 e3 e4";
  it("by a memory trap, has done nothing", () => {
    const r = run("var i : 8 = 0x7E  mem[0] := 1  while i != 0x84 limit 16 { mem[i] := 5  i = i + 1 }");
    expect(r.outcome).toMatchObject({ kind: "memory-trap", args: [0x80n] });
    expect([seen(r, 0, 5), seen(r, 0x7e, 2)]).toEqual([nothing, "0 0"]);
  });
  it("by a trap, likewise", () => {
    const r = run(loop("trap refused(i) when i == 2  mem[i] := 5"));
    expect(r.outcome).toMatchObject({ kind: "trap", args: [2n] });
    expect(seen(r, 0, 5)).toBe(nothing);
  });
  it("keeps what was kept before it", () => {
    const r = run(`mem[0] := 1  then keep  ${loop("trap refused(i) when i == 2  mem[i + 1] := 5")}`);
    expect([r.outcome.kind, seen(r, 0, 5)]).toEqual(["trap", "1 e1 e2 e3 e4"]);
  });
  it("after too many rounds, goes beyond", () => {
    const r = run(loop("mem[i] := 5", 4, 3));
    expect([r.outcome.kind, seen(r, 0, 5)]).toEqual(["beyond", nothing]);
  });
  it("is what a trap leaves, if it says so", () => {
    const r = run(`trap refused(x) when x == 3 leaving { mem[1] := 1  ${loop("mem[i + 2] := mem[i + 1]")} }  A := 1`);
    expect([r.outcome.kind, seen(r, 0, 7), r.cpu.get("A")]).toEqual(["trap", "e0 1 1 1 1 1 e6", 0x12n]);
  });
});

describe("what loops may not store", () => {
  it.each<[string, string, string, string[]]>([
    ["registers", loop("A := i"), "", ["P1016"]],
    ["views of registers", loop("both := i @ i"), "view both : 16 = A @ B", ["P1016"]],
    ["anything, in a function", "A := f(x)", "function f(a : 8) : 8 { var i : 8 = a  while i != 0 limit 9 { E[i] := 0  i = i - 1 }  return i }", ["P1016"]],
    ["inside another loop", loop("fill(i, 2, 0)"), "", ["P4036"]],
    ["before a trap of the round", loop("mem[i] := 0  trap refused(i) when i == 2"), "", ["P4008"]],
    ["for good", loop("mem[i] := 0  then keep"), "", ["P1016"]],
  ])("%s", (_, body, more, codes) => expect(diagnosticsOf(body, more)).toEqual(codes));
  it("cells of views of cells they may", () => expect(seen(run(loop("pair := i @ mem[0]"), "view pair : 16 = E[17] @ E[18]"), 0, 4)).toBe("e0 3 e0 e3"));
});

describe("windows", () => {
  const table = (latched: string): string => `window page(a : 8, access) : 8 over E ${latched} { trap fault(a) when E[a][0] cell E[a] + B }`;
  it.each([["", "e6"], ["latched", "e0"]])("read tables as stages before have left them, unless latched: %s", (latched, expected) => {
    const r = run("E[0xE0] := 0xEE  E[0x50] := 0xE0  E[0x56] := 0xE6  E[1] := 6  then  A := page[1]", table(latched).replace("+ B", "+ 0x50"));
    expect(r.cpu.get("A").toString(16)).toBe(expected);
  });
  it.each([["", "memory-trap"], ["latched", "done"]])("trap by them likewise: %s", (latched, expected) => expect(run("E[1] := 1  then  A := page[1]", table(latched)).outcome.kind).toBe(expected));
  it.each(["", "latched"])("read registers as they stand: %s", (latched) => {
    const r = run("B := 16  then  A := page[1]", table(latched));
    expect(r.cpu.get("A").toString(16)).toBe("e0");
  });
  it("latched, with registers that have changed too", () => {
    const r = run("B := 18  E[1] := 4  then  A := page[1]", table("latched"));
    expect(r.cpu.get("A").toString(16)).toBe("e2");
  });
  it.each([["", "e6"], ["latched", "e4"]])("a table that is read through another window: %s", (latched, expected) => {
    const r = run("B := 18  E[1] := 2  then  A := far[1]", `window near(a : 8, access) : 8 over E ${latched} { cell E[a] + B }\nwindow far(a : 8, access) : 8 over E { cell near[a] - 0xCE }`);
    expect(r.cpu.get("A").toString(16)).toBe(expected);
  });
  it("latched, are looked through in a loop that stores into the table", () => {
    const body = "var i : 8 = 0  while i != 4 limit 9 { page[i] := 0x40 + i  E[i + 1] := 2  i = i + 1 }";
    expect(seen(run(body, table("latched").replace("+ B", "+ 20")), 0, 6)).toBe("e0 e1 e2 e3 43 e5");
    expect(seen(run(body, table("").replace("+ B", "+ 20")), 0, 8)).toBe("e0 e1 e2 e3 40 e5 43 e7");
  });
});
