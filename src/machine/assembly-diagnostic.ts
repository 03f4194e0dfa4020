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
