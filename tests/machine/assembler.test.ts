/** The assembler and the disassembler are each other's inverse, and say what is wrong where it is wrong. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instruction, Machine } from "../../src/isa/machine.js";
import { assemble } from "../../src/machine/assembler.js";
import { decoderOf } from "../../src/machine/decoder.js";
import { disassemble } from "../../src/machine/disassembler.js";
import { load, loadImage } from "../../src/machine/image.js";
import { machineAt } from "./machines.js";

const machines = ["tests/machine/little.isa", "isa-specs/third-generation", "isa-specs/pdp10", "isa-specs/mips-r3000", "isa-specs/mips32r2", ...["arm", "mips", "s370", "x86"].map((name) => `tests/fixtures/hard/${name}.isa`)].map((path) => ({ path, machine: machineAt(path) }));
const little = machines[0]!.machine;

/** A word that an instruction claims, ignored bits zero. */
function wordOf(instruction: Instruction, cube: number, random: bigint): bigint {
  const { mask, value } = instruction.encoding.cubes[cube % instruction.encoding.cubes.length]!;
  return BigInt.asUintN(instruction.encoding.width, (random & ~mask & ~instruction.encoding.ignored) | value);
}

function wordsAt(machine: Machine, instruction: Instruction): fc.Arbitrary<bigint> {
  return fc.tuple(fc.nat(1000), fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: (1n << BigInt(instruction.encoding.width)) - 1n }))).map(([cube, random]) => wordOf(instruction, cube, random));
}

describe.each(machines)("$path", ({ machine }) => {
  it("every word that decodes survives disassembly and assembly", () => {
    for (const instruction of machine.instructions) {
      const { width } = instruction.encoding;
      fc.assert(fc.property(wordsAt(machine, instruction), (word) => {
        expect(decoderOf(machine).decode(word, width)).toEqual({ kind: "instruction", instruction, word });
        const text = disassemble(machine, word, width)!;
        const { image, diagnostics } = assemble(machine, `${text} ; as disassembled`, "law.s");
        expect({ text, diagnostics }).toEqual({ text, diagnostics: [] });
        const cell = machine.components.find((c) => c.role === "storage")!.width;
        expect(image.words.reduce((all, [, value]) => (all << BigInt(cell)) | value, 0n)).toBe(word);
      }), { numRuns: 10 });
    }
  });
});

const messages = (source: string): readonly string[] =>
  assemble(little, source, "wrong.s").diagnostics.map((d) => [`${d.span.line}:${d.span.column} ${d.code} ${d.message}`, d.expected ?? "", d.hint ?? ""].join(" | "));

describe("an assembly source", () => {
  it("has labels, expressions, data and an entry", () => {
    const { image, symbols, diagnostics } = assemble(little, `
        .org 10
first:  .word 1, 0x10, 16., 0b11, -1     ; radixes
second: load  second - first + (2 - 1),3
        jumpz .
        negate #-5
        .entry second
end:`, "test.s");
    expect(diagnostics).toEqual([]);
    expect(Object.fromEntries(symbols)).toEqual({ first: 0o10n, second: 0o15n, end: 0o20n });
    expect(image).toEqual({ start: 0o15n, words: [[8n, 1n], [9n, 16n], [10n, 16n], [11n, 3n], [12n, 0xffffn], [13n, 0o003006n], [14n, 0o044016n], [15n, 0o150773n]] });
  });

  it("is told what is wrong with it, and where", () => {
    expect(messages("  LAOD 1")).toEqual(["1:3 P8001 little has no instruction LAOD |  | did you mean LOAD?"]);
    expect(messages("LOAD")).toEqual(["1:5 P8002 the line ends here | a number or a symbol | the syntax is LOAD {a}[,{f}]"]);
    expect(messages("LOAD 1 2")).toEqual(["1:8 P8002 `2` does not fit here | the end of the line | the syntax is LOAD {a}[,{f}]"]);
    expect(messages("LOAD 1000")).toEqual(["1:6 P8003 1000 does not fit a | 9 bits: -400 to 777 | "]);
    expect(messages("LOAD 8")).toEqual(["1:6 P8002 `8` does not fit here | digits of base 8 | the syntax is LOAD {a}[,{f}]"]);
    expect(messages("there: LOAD theer")).toEqual(["1:13 P8004 there is no symbol theer |  | did you mean there?"]);
    expect(messages("a:\na: HALT")).toEqual(["2:1 P8005 the symbol a is defined twice |  | first as address 0"]);
    expect(messages(".wrod 1")).toEqual(["1:1 P8006 there is no directive .wrod |  | did you mean .word?"]);
    expect(messages(".word 1,")).toEqual(["1:9 P8007 the line ends here | a number or a symbol | "]);
    expect(messages("HALT\n.org 0\nHALT")).toEqual(["3:1 P8008 address 0 already holds what line 1 places |  | check the .org lines"]);
    expect(messages(".org 777\nHALT\nHALT")).toEqual(["3:1 P8009 address 1000 is outside core | at most 777 | "]);
  });

  it("is told everything in one pass", () => {
    expect(messages("X\nLOAD\nLOAD nowhere\nHALT")).toHaveLength(3);
  });
});

describe("what a program begins with", () => {
  const register = little.components.find((c) => c.kind === "register")!, storage = little.components.find((c) => c.kind === "array" && c.role === "storage")!;

  it("is set as in an image", () => {
    const { image, diagnostics } = assemble(little, `.set ${register.name} 1\n.org 10\n.word 1`, "a.s");
    expect({ image, diagnostics }).toEqual({ image: load(little, `set ${register.name} 1\n10: 1`, "a.img").image, diagnostics: [] });
  });

  it("is told what is wrong with it", () => {
    expect(messages(".set Nothing 1")).toEqual(["1:6 P8006 there is no component Nothing | a register, or a cell of an array that is not storage | "]);
    expect(messages(`.set ${storage.name}[1] 1`)).toEqual([`1:6 P8006 ${storage.name} is storage | a register, or a cell of an array that is not storage | `]);
    expect(messages(`.set ${register.name}`)[0]).toMatch(/P8006 this is no number/);
    expect(messages(`.set ${register.name} 1 2`)[0]).toMatch(/P8006 something follows/);
  });
});

describe("a raw image", () => {
  it("is cells by address", () => {
    expect(load(little, "; a program\n10: 177777\nentry 10\n 0x11 : 5 ; five\n", "a.img")).toEqual({ image: { start: 8n, words: [[8n, 0o177777n], [17n, 5n]] }, diagnostics: [] });
  });

  it("is told what is wrong with it", () => {
    // what a machine begins with besides
    const [register, storage] = [little.components.find((c) => c.kind === "register")!, little.components.find((c) => c.kind === "array" && c.role === "storage")!];
    const set = load(little, `set ${register.name} 1\n10: 1`, "a.img");
    expect(set).toEqual({ image: { start: 8n, words: [[8n, 1n]], settings: [{ component: register.name, value: 1n }] }, diagnostics: [] });
    const loaded: unknown[] = [];
    loadImage(little, set.image, { set: (...given) => loaded.push(given), setCell: (...given) => loaded.push(given) });
    expect(loaded).toContainEqual([register.name, 1n]);
    for (const line of ["set Nothing 1", `set ${storage.name}[1] 1`, `set ${register.name}`, `set ${register.name} 1 2`]) expect(load(little, line, "a.img").diagnostics.map((d) => d.code), line).toEqual(["P8010"]);
    const { diagnostics } = load(little, "10 5\n10: 200000\nx: 1\n1: 2 3", "a.img");
    expect(diagnostics.map((d) => `${d.span.line}:${d.span.column} ${d.message} | ${d.expected}`)).toEqual([
      "1:4 an address without a word | address: word", "2:5 this number is too large | at most 16 bits", "3:1 this is no number | a number (octal)", "4:6 something follows | the end of the line",
    ]);
  });
});
