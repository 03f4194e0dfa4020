/** Encodings that are not fixed words: conditional parts, units lowest first, prefixes, and what the state says when a word is decoded. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canBeFetched, decodedFrom, fetchedOf, formsOf, unitsOf } from "../../src/isa/encoded.js";
import { machineFromJson, machineJson } from "../../src/isa/json.js";
import type { Instruction, Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { assemble } from "../../src/machine/assembler.js";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";
import { decoderOf } from "../../src/machine/decoder.js";
import { disassemble } from "../../src/machine/disassembler.js";
import { readWord, wordText } from "../../src/machine/words.js";
import { loadImage } from "../../src/machine/image.js";

const START = `machine variable "Instructions of any length" { bits lsb0 radix hexadecimal }
mode s supervisor when M == 0
mode u user when M == 1
state M : 1 is mode
state W : 1 is map
state P : 8 is program-counter
state A : 16 is general
state B : 16 is general
state E[8] : 8 is storage
fetch 8 (i : 4) lowest first { return E[P + zext(i, 8)] }
advance { P := P + length }
otherwise "Other" { halt }
`;
const SPECIFICATION = `${START}
context wide : 1 = W
prefix other : 1 { 8'0x66 => 1 }
prefix segment : 2 { 8'0x2E => 1 8'0x3E => 2 }
names KINDS { "k0" "k1" "k2" "k3" }
// a kind of 2 bits: 0 nothing follows, 1 a byte, 2 four bytes, 3 a byte that says more
instruction LOAD "Load" {
  encoding 4'1 kind:2 _:2 scale:2 when kind == 3 base:6 when kind == 3 d8:8 when kind == 1 || kind == 3 && base == 5 d32:32 when kind == 2 value:16 when wide ^ other == 1 small:8 when wide ^ other == 0
  names kind from KINDS
  syntax "LOAD {kind},{d32},{value}" when kind == 2 && wide ^ other == 1
  syntax "LOADS {kind},{scale},{base},{d8},{d32},{value},{small}"
  step { A := sext(d8, 16) + d32[15..0] + value + zext(small, 16)  B := zext(segment @ scale @ base, 16) }
}
instruction PLAIN "Plain" { encoding other == 0 8'0x20 syntax "PLAIN" step { A := length } }
instruction ONLY "Only with the context" { encoding wide == 1 8'0x21 syntax "ONLY" step { A := length @ 8'0 } }
`;

function machineOf(text: string): Machine {
  const { machine, diagnostics } = readMachine([{ file: "variable.isa", text }]);
  expect(diagnostics.map((d) => `${d.code} ${d.span.line}:${d.span.column} ${d.message}`)).toEqual([]);
  return machine!;
}
const machine = machineOf(SPECIFICATION);
const named = (mnemonic: string): Instruction => machine.instructions.find((i) => i.mnemonic === mnemonic)!;

function at(bytes: readonly number[], wide = 0n): Cpu {
  const cpu = createCpu(machine);
  bytes.forEach((b, i) => cpu.setCell("E", BigInt(16 + i), BigInt(b)));
  cpu.set("P", 16n);
  cpu.set("W", wide);
  return cpu;
}
const stepped = (bytes: readonly number[], wide = 0n): string => {
  const cpu = at(bytes, wide);
  const report = cpu.step();
  return `${report.stop === undefined ? cpu.get("P") - 16n : JSON.stringify(report.stop)} ${cpu.get("A").toString(16)} ${cpu.get("B").toString(16)}`;
};

describe("what is fetched", () => {
  it.each([
    ["no conditional part but the small one", [0x10, 0x07], 0n, "2 7 0"],
    ["a prefix that changes the width", [0x66, 0x10, 0x34, 0x12], 0n, "4 1234 0"],
    ["the state that changes it", [0x10, 0x34, 0x12], 1n, "3 1234 0"],
    ["both, which cancel", [0x66, 0x10, 0x34], 1n, "3 34 0"],
    ["prefixes in any order", [0x2e, 0x66, 0x10, 0x34, 0x12], 0n, "5 1234 100"],
    ["and the other", [0x66, 0x3e, 0x10, 0x34, 0x12], 0n, "5 1234 200"],
    ["four bytes, lowest first", [0x18, 0x01, 0x02, 0x03, 0x04, 0x10], 0n, "6 211 0"],
    ["a byte that asks for one more", [0x1c, 0x45, 0xff, 0x01], 0n, "4 0 45"],
    ["a byte that does not", [0x1c, 0x44, 0x01], 0n, "3 1 44"],
    ["length, prefixes included", [0x2e, 0x20], 0n, "2 2 0"],
    ["a word only in a context", [0x21], 1n, "1 100 0"],
  ] as const)("%s", (_, bytes, wide, expected) => expect(stepped(bytes, wide)).toBe(expected));

  it("a prefix that the encoding excludes makes another word of it", () => expect(stepped([0x66, 0x20])).toBe('{"kind":"halt"} 0 0'));
  it("the wrong context too", () => expect(stepped([0x21])).toBe('{"kind":"halt"} 0 0'));
  it("the same prefix twice is beyond the specification", () => expect(stepped([0x2e, 0x3e, 0x20])).toContain("the prefix segment is given twice"));
  it("run and step agree", () => {
    const bytes = [0x2e, 0x20, 0x66, 0x10, 0x34, 0x12, 0x1c, 0x45, 0xff, 0x01, 0x20];
    const one = at(bytes), other = at(bytes);
    one.run({ limit: 4 });
    for (let i = 0; i < 4; i++) other.step();
    expect(["A", "B", "P"].map(one.get)).toEqual(["A", "B", "P"].map(other.get));
  });
});

/** A word of one of the instruction's cubes, what the cube leaves open drawn. */
const words = (instruction: Instruction): fc.Arbitrary<bigint> =>
  fc.tuple(fc.constantFrom(...instruction.encoding.cubes), fc.bigInt({ min: 0n, max: (1n << BigInt(instruction.encoding.width)) - 1n }))
    .map(([cube, bits]) => cube.value | (bits & ~cube.mask & ~instruction.encoding.ignored))
    .filter((word) => canBeFetched(machine, instruction.encoding, word));

describe("words and what is fetched for them", () => {
  it("there and back", () => fc.assert(fc.property(words(named("LOAD")), (word) => {
    const { bits, width } = decodedFrom(machine, named("LOAD").encoding, word);
    expect(decoderOf(machine).decode(bits, width)).toEqual({ kind: "instruction", instruction: named("LOAD"), word });
  })));
  it("the processor finds the word again in storage", () => fc.assert(fc.property(words(named("LOAD")), (word) => {
    const { encoding } = named("LOAD");
    const { bits, width } = fetchedOf(machine, encoding, word);
    const wide = (word >> BigInt(encoding.width - 1)) & 1n;
    const cpu = at(Array.from({ length: width / 8 }, (_, i) => Number((bits >> BigInt(width - 8 * (i + 1))) & 0xffn)), wide);
    let seen: bigint | undefined;
    cpu.step((event) => { if (event.kind === "instruction") seen = event.word; });
    expect(seen).toBe(word);
    expect(cpu.get("P") - 16n).toBe(BigInt(unitsOf(machine, encoding, word)));
  })));
  it("the term of the length is the number of units", () => {
    const { encoding } = named("LOAD");
    for (const form of formsOf(encoding, 8)) expect(form.width).toBeGreaterThanOrEqual(encoding.front + 8);
    expect(encoding.length).toBeDefined();
    expect(named("PLAIN").encoding.length).toBeDefined();
  });
  it("a word as text, and back", () => fc.assert(fc.property(words(named("LOAD")), (word) => {
    expect(readWord(machine, named("LOAD"), wordText(machine, named("LOAD").encoding, word))).toBe(word);
  })));
  it("a machine as JSON is the same machine", () => {
    const document = machineJson(machine);
    expect(machineJson(machineFromJson(JSON.parse(JSON.stringify(document)) as typeof document))).toEqual(document);
  });
});

describe("assembly", () => {
  it.each([
    ["LOADS k1,0,0,0x12,0,0,7", [0x14, 0x12, 0x07]],
    ["LOADS k3,1,5,0xff,0,0,1", [0x1c, 0x45, 0xff, 0x01]],
    ["PLAIN", [0x20]],
  ] as const)("%s", (line, bytes) => {
    const { image, diagnostics } = assemble(machine, `.org 0x10\n${line}\nPLAIN\n`, "test");
    expect(diagnostics).toEqual([]);
    expect(image.words.map(([, v]) => Number(v))).toEqual([...bytes, 0x20]);
    const cpu = createCpu(machine);
    loadImage(machine, image, cpu);
    expect(cpu.getCell("E", 16n)).toBe(BigInt(bytes[0]));
  });
  it("bytes to text", () => {
    expect(disassemble(machine, 0x18010203041234n, 56, 8n)).toBe("LOAD k2,0x4030201,0x3412");
    expect(disassemble(machine, 0x2e20n, 16)).toBe("PLAIN");
    expect(disassemble(machine, 0x6620n, 16)).toBeUndefined();
  });
});

describe("contexts where every encoding is one unit, as a fast loop", () => {
  const fast = machineOf(`machine fast "Two sets of instructions" { bits lsb0 radix hexadecimal }
mode s supervisor when M == 0
mode u user when M == 1
state M : 1 is mode
state T : 1 is general
state P : 8 is program-counter
state A : 32 is general
state E[8] : 32 is storage
fetch 32 (i : 1) { return if T == 1 then zext(E[P][15..0], 32) else E[P] }
advance { P := P + (if T == 1 then 2 else 4) }
otherwise "Other" { A := A ^ word  P := P + (if T == 1 then 2 else 4) }
context thumb : 1 = T
instruction ADD "Add" { encoding thumb == 0 4'1 x:28 syntax "ADD {x}" step { A := A + zext(x, 32) } }
instruction SWAP "The other set" { encoding 4'2 _:12 x:16 syntax "SWAP {x}" step { T := ~T } }
instruction ADDS "Add" { encoding thumb == 1 16'0 4'3 x:12 syntax "ADDS {x}" step { A := A + (zext(x, 32) << 4) } }
instruction BACK "Back" { encoding thumb == 1 16'0 4'4 x:12 syntax "BACK {x}" step { T := 0 } }
`);
  it("it does what the steps do", () => fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(0x1n, 0x2n, 0x3n, 0x4n, 0x9n), fc.constantFrom(0x1n, 0x3n, 0x4n), fc.bigInt({ min: 0n, max: 0xfffn })), { minLength: 64, maxLength: 64 }), fc.bigInt({ min: 0n, max: 1n }), (words, thumb) => {
    const [one, other] = [createCpu(fast), createCpu(fast)];
    for (const cpu of [one, other]) {
      words.forEach(([high, low, rest], i) => cpu.setCell("E", BigInt(2 * i), (high << 28n) | (low << 12n) | rest));
      cpu.set("T", thumb);
    }
    one.run({ limit: 50 });
    for (let i = 0; i < 50; i++) other.step();
    expect(["A", "P", "T"].map(one.get)).toEqual(["A", "P", "T"].map(other.get));
  })));
});

describe("pictures", () => {
  const text = `${START}picture TAIL { kind:2 d:6 more:8 when kind == 1 syntax "{d}:{more}" when kind == 1 syntax "{d}" }
instruction ONE "One" { encoding 8'1 TAIL syntax "ONE {TAIL}" when kind <= 1 syntax "ONES {kind},{TAIL}" step { A := zext(d, 16) + zext(more, 16) } }
instruction TWO "Two" { encoding 8'2 a:8 TAIL syntax "TWO {a},{TAIL}" when kind <= 1 syntax "TWOS {kind},{a},{TAIL}" step { A := zext(a, 16) } }
`;
  const pictured = machineOf(text);
  it.each([[0x0145_07n, 24, "ONE 5:7"], [0x0105n, 16, "ONE 5"], [0x0185n, 16, "ONES 2,5"], [0x02ff_4507n, 32, "TWO 0xff,5:7"]] as const)("%s", (word, width, line) => {
    expect(disassemble(pictured, word, width)).toBe(line);
    const { image } = assemble(pictured, line, "test");
    expect(image.words.map(([, v]) => v)).toEqual(Array.from({ length: width / 8 }, (_, i) => (word >> BigInt(width - 8 * (i + 1))) & 0xffn));
  });
});

describe("what is refused", () => {
  it.each([
    ["a condition on a field to its right", `${START}instruction I "I" { encoding 8'0 a:8 when b == 1 b:8 syntax "I {a},{b}" step { A := 0 } }`, "P1001"],
    ["parts under one condition that are no units", `${START}instruction I "I" { encoding 7'0 b:1 a:4 when b == 1 syntax "I {a},{b}" step { A := 0 } }`, "P3003"],
    ["a field that begins inside a unit, where they are turned", `${START}instruction I "I" { encoding 4'0 a:12 syntax "I {a}" step { A := 0 } }`, "P3003"],
    ["a picture that is not there", `${START}instruction I "I" { encoding 8'0 NONE syntax "I" step { A := 0 } }`, "P1001"],
    ["a picture in a picture", `${START}picture P1 { a:8 }\npicture P2 { P1 }\ninstruction I "I" { encoding 8'0 P2 syntax "I {a}" step { A := 0 } }`, "P3022"],
    ["a picture that is written in no way", `${START}picture P1 { a:8 }\ninstruction I "I" { encoding 8'0 P1 syntax "I {P1}" step { A := 0 } }`, "P3010"],
    ["a prefix of value 0", `${START}prefix p : 1 { 8'0x66 => 0 }\ninstruction I "I" { encoding 8'0 syntax "I" step { A := 0 } }`, "P4042"],
    ["a unit that is two prefixes", `${START}prefix p : 1 { 8'0x66 => 1 }\nprefix q : 1 { 8'0x66 => 1 }\ninstruction I "I" { encoding 8'0 syntax "I" step { A := 0 } }`, "P4042"],
    ["a front that does not exist", `${START}instruction I "I" { encoding p == 1 8'0 syntax "I" step { A := 0 } }`, "P1001"],
    ["words that are written in no way", `${START}instruction I "I" { encoding 8'0 a:8 syntax "I {a}" when a == 1 step { A := 0 } }`, "P3013"],
    ["a prefix in a predicate", `${START}prefix p : 1 { 8'0x66 => 1 }\ninvariant p == 0 because "no"\ninstruction I "I" { encoding 8'0 syntax "I" step { A := 0 } }`, "P1007"],
    ["too wide a front", `${START}context c : 17 = zext(P, 17)\ninstruction I "I" { encoding 8'0 syntax "I" step { A := 0 } }`, "P4042"],
  ])("%s", (_, text, code) => expect(readMachine([{ file: "bad.isa", text }]).diagnostics.map((d) => d.code)).toContain(code));
});
