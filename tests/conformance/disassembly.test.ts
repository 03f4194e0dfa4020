/** What another disassembler printed for recorded words is what ours prints, or a reason says why not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { disassemblyFile, readSpecification } from "./conformance-machine.js";
import { compareDisassembly, decodeListed, encodeListed, idleReasons } from "./disassembly.js";
import { machines, underWay } from "./machines.js";

const asked = [...machines, ...underWay].flatMap(({ name, disassembly }) => (disassembly === undefined ? [] : [{ name, disassembly }]));

describe.each(asked)("$name", ({ name, disassembly }) => {
  const words = decodeListed(readFileSync(disassembly.file));
  const machine = readSpecification(name);

  test("every instruction has been listed, and all words agree or are settled", () => {
    const tally = compareDisassembly(disassembly, machine, words);
    expect(tally.unsettled).toEqual([]);
    expect(idleReasons(disassembly, tally)).toEqual([]);
    const firsts = new Set(words.map((one) => disassembly.instructionOf(one.words)));
    expect(machine.instructions.map(({ mnemonic }) => mnemonic).filter((mnemonic) => !firsts.has(mnemonic))).toEqual([]);
  });

  test("one digit of the witness is noticed", () => {
    const agreeing = words.filter((one) => compareDisassembly(disassembly, machine, [one]).agree === 1 && /\d$/.test(one.text)).slice(0, 500);
    const wrong = agreeing.map(({ words: units, text }) => ({ words: units, text: text.replace(/\d$/, (digit) => `${(Number(digit) + 1) % 10}`) }));
    expect(compareDisassembly(disassembly, machine, wrong).agree).toBe(0);
  });

  test("a file of words is read as it was written", () => {
    expect(decodeListed(encodeListed(words.slice(0, 100)))).toEqual(words.slice(0, 100));
  });

  test("the committed summary has nothing unsettled and today's reasons", () => {
    const summary = JSON.parse(readFileSync(disassemblyFile(name, disassembly.witness), "utf8")) as { readonly unsettled: number; readonly reasons: readonly { readonly id: string }[] };
    expect(summary.unsettled).toBe(0);
    expect(summary.reasons.map(({ id }) => id)).toEqual(disassembly.reasons.map(({ id }) => id));
  });
});
