/**
 * Hostile specifications: small texts that ask for very much work. Each gets a diagnostic, soon, and in little memory.
 */
import { describe, expect, it } from "vitest";
import { readMachine } from "../../src/language/read-machine.js";

const start = `machine hostile "Hostile" { bits lsb0 radix octal }
mode s supervisor when M == 0
mode u user when M == 1
state M : 1 is mode
state P : 8 is program-counter
state A : 64 is general
state E[8] : 8 is storage
memory trap fault() "Fault" { P := 0 }
trap refused() "Refused" { P := 0 }
instruction NOP "Nothing" { encoding 8'0 syntax "NOP" step { P := P + 1 } }
`;
const instruction = (body: string, encoding = "8'1 x:8", clauses = ""): string => `instruction OP "Operation" { encoding ${encoding} ${clauses} syntax "OP {x}" step { ${body} } }\n`;
const times = (n: number, line: (i: number) => string): string => Array.from({ length: n }, (_, i) => line(i)).join("\n");
const nested = (n: number, open: string, inside: string): string => open.repeat(n) + inside + "}".repeat(n);

/** What is asked for, the text, and the codes that may come (none: it is fine, but must be quick). */
const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ["four nested loops", instruction(`var y : 64 = A ${times(4, (i) => `for i${i} in 0 .. 4095 {`)} y = y + A } } } }`), ["P4010"]],
  ["four nested empty loops", instruction(`${times(4, (i) => `for i${i} in 0 .. 4095 {`)} } } } } P := 0`), ["P4010"]],
  ["calls that double sixty levels deep", `function f0(x : 64) : 64 = x * A\n${times(60, (i) => `function f${i + 1}(x : 64) : 64 = f${i}(x + 1) ^ f${i}(x + 2)`)}\n${instruction("A := f60(A)")}`, ["P4010"]],
  ["sums that double, then a slice", instruction(`${times(200, (i) => `let y${i + 1} : 64 = ${i === 0 ? "A" : `y${i}`} + ${i === 0 ? "A" : `y${i}`}`)} P := y200[7..0]`), []],
  ["Fibonacci, then a slice", instruction(`let y0 = A let y1 = A * A ${times(200, (i) => `let y${i + 2} = y${i + 1} + y${i}`)} P := y200[7..0]`), []],
  ["views that double", `view v0 : 64 = A\n${times(60, (i) => `view v${i + 1} : 64 = v${i} + v${i}`)}`, ["P4010", "P4029"]],
  ["repetitions of repetitions", instruction("P := rep(rep(rep(rep(x, 32), 32), 32), 32)[7..0]"), ["P2006"]],
  ["products of products", instruction(`let y0 = A ${times(60, (i) => `let y${i + 1} = mulu(y${i}, y${i})`)} P := 0`), ["P2006"]],
  ["a match with many arms", instruction(`P := match A { ${times(20_000, (i) => `${i} => ${i % 250}`)} else => P }[3..0] @ 4'0`.replace("match", "(match").replace("else => P }", "else => P })")), ["P4010", "P4031"]],
  ["a match with many arms, sliced and compared", instruction(`trap refused() when (match A { ${times(3_000, (i) => `${i} => ${i % 250}`)} else => P })[3] == 1`), ["P4031"]],
  ["a huge table of names", `names T { ${times(100_000, (i) => `"n${i}"`)} }\n${instruction("P := 0", "8'1 x:16", "names x from T")}`, ["P3006"]],
  ["100,000 components", times(100_000, (i) => `state c${i} : 8 is general`), []],
  ["100,000 mistakes", times(100_000, (i) => `state c${i} : width is general`), ["P1001"]],
  ["100,000 different mistakes", times(100_000, (i) => `state c${i} : d${i} is general`), ["P1001"]],
  ["20,000 instructions of one word", times(20_000, (i) => `instruction I${i} "I" { encoding 8'1 syntax "I${i}" step { P := 0 } }`), ["P4033"]],
  ["2,000 instructions of falling priority", times(2_000, (i) => `instruction I${i} "I" { encoding 8'1 x:${i % 100 + 1} priority ${i % 1000} syntax "I${i} {x}" step { P := 0 } }`), ["P3014", "P4010", "P3020", "P3021"]],
  ["50,000 instructions", times(50_000, (i) => `instruction I${i} "I" { encoding 16'${i + 256} syntax "I${i}" step { P := 0 } }`), ["P4033", "P4010"]],
  ["instances without number", instruction("P := 0", "8'1 a:6 b:6 c:6 d:6 x:1", "split a, b, c, d"), ["P3007"]],
  ["an irregular condition", times(50, (i) => `instruction I${i} "I" { encoding 8'${i + 1} x:16 where parity(x) == 1 syntax "I${i} {x}" step { P := 0 } }`), ["P3015"]],
  ["many tables", times(400, (i) => `instruction I${i} "I" { encoding 16'${i + 256} x:16 where x * x != 7 || popcount(x) * x == 3 syntax "I${i} {x}" step { P := 0 } }`), ["P3015", "P4010"]],
  ["a deep condition on fields", instruction("P := 0", "8'1 x:8", "where deep(x) == 0") + "function deep(x : 8) : 8 { var y = x for i in 0 .. 4000 { y = (y << 1) ^ x * y } return y }", ["P4031"]],
  ["views in a circle", "view a : 8 = b\nview b : 8 = a", ["P1004"]],
  ["a window through itself", "function f(x : 8) : 8 = w[x]\nwindow w(a : 8, access) : 8 over E { cell f(a) }", ["P1004"]],
  ["two windows through each other", "window v(a : 8, access) : 8 over E { cell w[a] }\nwindow w(a : 8, access) : 8 over E { cell v[a] }", ["P1004"]],
  ["constants in a circle", "const C : 8 = D\nconst D : 8 = f(C)\nfunction f(x : 8) : 8 = x + D", ["P1004"]],
  ["parameters in a circle", "parameter N = K\nparameter K = N + 1", ["P1004"]],
  ["parameters that lean on later ones", times(100_000, (i) => `parameter N${i} = N${i + 1}`) + "\nparameter N100000 = 1", ["P4029"]],
  ["constants that lean on later ones", times(10_000, (i) => `const N${i} : 8 = N${i + 1}`) + "\nconst N10000 : 8 = 1", ["P4029"]],
  ["views on views", times(10_000, (i) => `view v${i} : 64 = v${i + 1}`) + "\nview v10000 : 64 = A", ["P4029"]],
  ["windows on windows", times(1_000, (i) => `window w${i}(a : 8, access) : 8 over E { cell w${i + 1}[a] }`) + "\nwindow w1000(a : 8, access) : 8 over E { cell a }", ["P4029"]],
  ["functions on functions", times(10_000, (i) => `function f${i}(x : 8) : 8 = f${i + 1}(x)`) + "\nfunction f10000(x : 8) : 8 = x", ["P4029", "P4010"]],
  ["parameters that grow", "parameter N0 = 2\n" + times(60, (i) => `parameter N${i + 1} = N${i} ** N${i}`), ["P2002"]],
  ["a power tower", "state B : 9 ** (9 ** (9 ** (9 ** 9))) is general", ["P2002"]],
  ["long chains in a loop", instruction(`var y : 64 = A for i in 0 .. 4095 { y = ${"y + 1 ".repeat(90).trim().replaceAll("1 y", "1 + y")} }`), ["P4010", "P4031"]],
  ["a deep value", instruction("var y = A for i in 0 .. 4095 { y = (y << 1) ^ A * y } A := y"), ["P4031", "P4010"]],
  ["stores into stores", instruction("for i in 0 .. 4095 { E[A[7..0] * A[15..8]] := E[A[7..0]] + 1 then }"), ["P4010", "P4031"]],
  ["reads over many stores", instruction("for i in 0 .. 255 { E[i] := E[255 - i] + 1 then } for j in 0 .. 255 { for i in 0 .. 255 { E[i] := E[A[7..0]] + 1 then } }"), ["P4010", "P4031"]],
  ["nested while loops that trap", instruction(`var y = A ${nested(30, "while y != 0 limit 9 { trap refused() when y == 3 y = y - 1 ", "")} A := y`), []],
  ["nested while loops that store", instruction(`var y = A ${nested(30, "while y != 0 limit 9 { y = y - 1 E[y[7..0]] := 0 ", "")} A := y`), ["P4036"]],
  ["branches on branches", instruction(`${times(300, (i) => `let y${i} = A`)} ${times(500, () => "if A == 1 { }")} P := 0`), []],
  ["returns on returns", `function f(x : 8) : 8 { ${times(60, (i) => `match x[1..0] { 0 => { return ${i} } 1 => { } 2 => { } 3 => { } }`)} return 0 }`, ["P4010"]],
  ["many locals", instruction(`${times(20_000, (i) => `let y${i} = A`)} ${times(20_000, () => "if A == 1 { }")} P := 0`), ["P4010"]],
  ["100,000 statements", instruction(`var y = A ${times(100_000, () => "y = A")} P := 0`), []],
  ["widths of nothing and of everything", "state B : 0 is general\nstate C : 1000000000 is general\nstate D[64] : 8 is storage", ["P2002"]],
  ["an unlikely complement", times(60, (i) => `instruction I${i} "I" { encoding ${times(128, (b) => ((b * 7919 + i * 104729) % 61 < 3 ? `1'${(b + i) % 2}` : "_:1")).replaceAll("\n", " ")} priority ${i} syntax "I${i}" step { P := 0 } }`).replaceAll("_:1 _:1", "_:2") + "\nfetch 128 (i : 1) { return 128'0 }", ["P3003"]],
  ["a long name", `state ${"x".repeat(1_000_000)} : ${"y".repeat(1_000_000)} is general`, ["P1001"]],
  ["a picture of 200,000 parts", instruction("P := 0", `${"1'0 ".repeat(200_000)} x:8`), ["P3002"]],
  ["a syntax of 200,000 parts", instruction("P := 0").replace("OP {x}", "OP " + "{x}".repeat(200_000)), []],
];

const LIMIT_MS = 30_000; // about 2 seconds when nothing else runs
const LIMIT_BYTES = 700e6;

describe.each(cases)("%s", (_, text, codes) => {
  it("is answered", { timeout: 120_000 }, () => {
    const before = process.memoryUsage().heapUsed;
    const began = performance.now();
    const { machine, diagnostics } = readMachine([{ file: "hostile.isa", text: start + text }]);
    const took = performance.now() - began, used = process.memoryUsage().heapUsed - before;
    if (process.env["POPEK_SHOW"] === "1") console.log(`${Math.round(took)} ms, ${Math.round(used / 1e6)} MB: ${diagnostics.slice(0, 2).map((d) => `${d.code} ${d.message}`).join("; ").slice(0, 200)}`);
    expect(diagnostics.length).toBeLessThanOrEqual(51);
    expect(took).toBeLessThan(LIMIT_MS);
    expect(used).toBeLessThan(LIMIT_BYTES);
    if (codes.length === 0) expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    else expect(codes).toContain(diagnostics[0]?.code);
    expect(machine === undefined).toBe(codes.length > 0);
  });
});
