/** Instructions by name: an identifier, a mnemonic or a declaration, in any case, with `*` for anything. */
import type { Instruction, Machine } from "../isa/machine.js";
import { nearest } from "../isa/nearest.js";
import { badInput } from "./failure.js";
import { shown } from "./read-files.js";

/** Throws a `Failure` with a hint if no instruction of the machine matches. Several patterns stand between commas outside brackets. */
export function matcher(machine: Machine, pattern: string): (instruction: Instruction) => boolean {
  const test = patternTest(pattern);
  const matches = ({ id, mnemonic, family }: Instruction): boolean => test([id, mnemonic, family]);
  if (machine.instructions.some(matches)) return matches;
  const near = nearest(pattern.toUpperCase(), [...new Set(machine.instructions.flatMap((i) => [i.id, i.mnemonic]))]);
  throw badInput(`${machine.name} has no instruction ${shown(pattern)}`, near === undefined ? `popek list ${machine.name} instructions shows them` : `did you mean ${near}?`);
}

/** Whether any of an instruction's names matches. */
export function patternTest(pattern: string): (names: readonly string[]) => boolean {
  const tests = pattern.split(/,(?![^[]*\])/).map((p) => p.trim()).filter((p) => p !== "").map(globTest);
  return (names) => names.some((name) => tests.some((test) => test(name)));
}

/** Linear in the text, whatever the pattern: the pieces between stars are looked for one after the other. */
function globTest(pattern: string): (text: string) => boolean {
  const pieces = pattern.toLowerCase().split("*");
  return (text) => {
    const lower = text.toLowerCase();
    if (pieces.length === 1) return lower === pieces[0];
    const first = pieces[0]!, last = pieces.at(-1)!;
    if (!lower.startsWith(first) || !lower.endsWith(last) || lower.length < first.length + last.length) return false;
    let at = first.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = lower.indexOf(piece, at);
      if (found < 0 || found + piece.length > lower.length - last.length) return false;
      at = found + piece.length;
    }
    return true;
  };
}
