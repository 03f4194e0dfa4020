/**
 * Encodings against another disassembler: words, and what it prints for them.
 *
 * A machine says how a word is judged; here is what all have in common: counting, the file of recorded words, the summary.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import type { Machine } from "../../src/isa/machine.js";
import { frontPlaces } from "../../src/isa/encoded.js";
import { disassemble } from "../../src/machine/disassembler.js";
import type { Witness } from "./case.js";
import type { Random } from "./random.js";

export interface Listed {
  /** fetched units, in order */
  readonly words: readonly number[];
  /** what the witness prints for them */
  readonly text: string;
}

export type Judged = { readonly kind: "agree" } | { readonly kind: "settled"; readonly reason: string } | { readonly kind: "unsettled"; readonly ours: string; readonly theirs: string };

export interface Disassembly {
  readonly witness: string;
  /** Finds the disassembler, or installs it, and tells its version; throws OracleUnavailable. */
  readonly connect: (progress: (message: string) => void) => Witness;
  /** Words of every instruction, so many of each, and some of none. */
  readonly list: (random: Random, each: number) => readonly Listed[];
  /** `ours` is what our disassembler prints, if it knows the words. */
  readonly judge: (listed: Listed, ours: string | undefined) => Judged;
  readonly reasons: readonly { readonly id: string; readonly because: string }[];
  readonly unitWidth: number;
  /** where decoding looks at the state: the contexts for which the witness was asked, by name */
  readonly contexts?: (listed: Listed) => Readonly<Record<string, bigint>>;
  /** the mnemonic of what the words are, said apart from the specification */
  readonly instructionOf: (words: readonly number[]) => string | undefined;
  /** a sample of what it was asked */
  readonly file: URL;
}

export interface DisassemblyTally {
  readonly words: number;
  readonly agree: number;
  readonly settled: ReadonlyMap<string, number>;
  readonly unsettled: readonly string[];
}

/** Values of contexts in their bits of the front. */
function frontOf(machine: Machine, contexts: Readonly<Record<string, bigint>>): bigint {
  const places = frontPlaces(machine);
  return machine.front.reduce((front, { name }, i) => front | ((contexts[name] ?? 0n) << BigInt(places[i]!.low)), 0n);
}

export function compareDisassembly({ judge, unitWidth, contexts }: Disassembly, machine: Machine, all: readonly Listed[]): DisassemblyTally {
  const settled = new Map<string, number>();
  const unsettled: string[] = [];
  let agree = 0;
  for (const listed of all) {
    const word = listed.words.reduce((value, unit) => (value << BigInt(unitWidth)) | BigInt(unit), 0n);
    const judged = judge(listed, disassemble(machine, word, unitWidth * listed.words.length, contexts === undefined ? 0n : frontOf(machine, contexts(listed))));
    if (judged.kind === "agree") agree++;
    else if (judged.kind === "settled") settled.set(judged.reason, (settled.get(judged.reason) ?? 0) + 1);
    else unsettled.push(`${listed.words.map((unit) => unit.toString(16)).join(" ")}: ${judged.ours} here, ${judged.theirs} there`);
  }
  return { words: all.length, agree, settled, unsettled };
}

/** Reasons that cover nothing. */
export const idleReasons = ({ reasons }: Disassembly, { settled }: DisassemblyTally): readonly string[] => reasons.filter(({ id }) => !settled.has(id)).map(({ id }) => id);

export function writtenDisassembly(machine: string, witness: Witness, seed: string, { reasons }: Disassembly, { words, agree, settled }: DisassemblyTally): string {
  const list = reasons.map(({ id, because }) => `    ${JSON.stringify({ id, words: settled.get(id) ?? 0, because })}`);
  const head = Object.entries({ machine, witness, seed, words, agree, settled: words - agree, unsettled: 0 }).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${head.join(",\n")},\n  "reasons": [\n${list.join(",\n")}\n  ]\n}\n`;
}

// ---------------------------------------------------------------- files

/** One line for a word: its units in hexadecimal, a blank, the text. */
export function encodeListed(all: readonly Listed[]): Uint8Array {
  return gzipSync(`${all.map(({ words, text }) => `${words.map((unit) => unit.toString(16).padStart(4, "0")).join("")} ${text}`).join("\n")}\n`, { level: 9 });
}

export function decodeListed(bytes: Uint8Array): readonly Listed[] {
  return gunzipSync(bytes).toString("utf8").trimEnd().split("\n").map((line) => {
    const [, units, text] = /^([0-9a-f]+) (.+)$/.exec(line)!;
    return { words: units!.match(/..../g)!.map((unit) => Number.parseInt(unit, 16)), text: text! };
  });
}
