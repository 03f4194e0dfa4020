/**
 * What is wrong in an assembly source or a raw image, as data: the shape of every diagnostic of Popek, declared here
 * because this room does not know the language room.
 */
export interface AssemblySpan {
  readonly file: string;
  /** UTF-16 offsets in the text, `end` exclusive */
  readonly start: number;
  readonly end: number;
  /** 1-based */
  readonly line: number;
  readonly column: number;
}

export interface AssemblyDiagnostic {
  readonly code: keyof typeof ASSEMBLY_CODES;
  readonly severity: "error";
  readonly span: AssemblySpan;
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
}

export const ASSEMBLY_CODES = {
  P8001: "no instruction has this mnemonic",
  P8002: "the operands do not fit the instruction's syntax",
  P8003: "a value does not fit its field",
  P8004: "a symbol is not defined",
  P8005: "a symbol is defined twice",
  P8006: "there is no such directive, or its operands are wrong",
  P8007: "a number is not one in the machine's radix",
  P8008: "two words are placed at one address",
  P8009: "an address lies outside storage",
  P8010: "a line of an image is not `address: word`",
} as const;

/** Lines of a text with the offset at which each begins. */
export function linesOf(text: string): readonly { readonly text: string; readonly start: number; readonly number: number }[] {
  let start = 0;
  return text.split("\n").map((line, i) => {
    const own = { text: line.endsWith("\r") ? line.slice(0, -1) : line, start, number: i + 1 };
    start += line.length + 1;
    return own;
  });
}

/** The candidate nearest to a mistaken word, if one is near enough to be meant. */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly text: string; readonly distance: number } | undefined;
  for (const text of candidates) {
    const distance = editDistance(word.toUpperCase(), text.toUpperCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { text, distance };
  }
  return best?.text;
}

/** Letters put in, left out, changed, or exchanged with the next one. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, changed, exchanged));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
