/**
 * A number for each term that depends on its structure alone, not on ids.
 *
 * Ids grow in the order of building, and commutative operands stand in the order of ids; so one question has other ids
 * after other work. Reading operands in the order of these numbers makes equal questions equal texts, whatever came
 * before. Nothing but that order depends on them: a collision costs at most a different, equally right, text.
 */
import { loopSlots, operands, type AnyTerm } from "../isa/term.js";

const COMMUTATIVE: ReadonlySet<string> = new Set(["and", "or", "xor", "add", "mul", "eq"]);

/** `all`: every term reachable from some roots, operands before users. */
export function structuralHashes(all: readonly AnyTerm[]): ReadonlyMap<number, number> {
  const hashes = new Map<number, number>();
  for (const term of all) {
    const under = operands(term).map((t) => hashes.get(t.id)!);
    if (COMMUTATIVE.has(term.op)) under.sort((a, b) => a - b);
    hashes.set(term.id, hash(`${describe(term)}(${under.join(",")})`));
  }
  return hashes;
}

function describe(term: AnyTerm): string {
  switch (term.op) {
    case "constant":
      return `${term.width}:${term.value}`;
    case "variable":
      return `${term.space} ${term.width}:${term.name}`;
    case "array":
      return `${term.space} ${term.indexWidth}:${term.width}:${term.name}`;
    case "loop":
      return `loop ${term.slot} of ${term.loop.limit}, ${term.loop.slots.map((s) => s.name).join(" ")}`;
    case "loop-array":
      return `loop array ${term.slot} of ${term.loop.limit}, ${loopSlots(term.loop).map((s) => s.name).join(" ")}`;
    case "cell":
      return `cell ${term.window} ${term.access}`;
    case "faults":
      return `faults ${term.window} ${term.access} ${term.trap}`;
    case "select":
    case "store":
    case "array-ite":
      return term.op;
    default:
      return `${term.op} ${term.width} ${term.parameters.join(" ")}`;
  }
}

/** 53 bits, so that it is exact as a number. */
function hash(text: string): number {
  let high = 0x9e3779b9, low = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul((low << 5) | (low >>> 27), 0x27d4eb2d) ^ code;
  }
  high ^= low >>> 15;
  return (high >>> 0) * 2 ** 21 + ((low >>> 0) >>> 11);
}
