/**
 * From the bytes of a file to its text, or to the one diagnostic that says why it has none.
 */
import type { Diagnostic } from "./diagnostic.js";
import { diagnose } from "./lexer.js";
import type { Span } from "./syntax.js";

export type Decoded = { readonly kind: "text"; readonly text: string } | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

/** 4 MiB, in bytes on disk and in UTF-16 units in memory. */
export const LARGEST_FILE = 4 * 1024 * 1024;

/** UTF-8, with or without a byte order mark, with no NUL in it. */
export const decodeSource = (file: string, bytes: Uint8Array): Decoded => {
  if (bytes.length > LARGEST_FILE) return refused(describeTooLarge(file, bytes.length));
  const text = new TextDecoder().decode(bytes);
  const bad = text.includes("\uFFFD") ? firstBadByte(bytes) : undefined;
  if (bad !== undefined) {
    const before = new TextDecoder().decode(bytes.subarray(0, bad));
    const byte = (bytes[bad] ?? 0).toString(16).padStart(2, "0");
    return refused(diagnose("P0032", behind(file, before), `byte ${bad} (0x${byte}) is not UTF-8`, "text in UTF-8", "save the file as UTF-8"));
  }
  const zero = text.indexOf("\0");
  if (zero >= 0) return refused(diagnose("P0033", behind(file, text.slice(0, zero)), "there is a NUL byte here", "text in UTF-8", "this looks like a binary file, or one in UTF-16"));
  return { kind: "text", text };
};

const refused = (diagnostic: Diagnostic): Decoded => ({ kind: "refused", diagnostic });

/**
 * A bad sequence decodes to U+FFFD, whose bytes then differ from those that were there.
 * A truncated sequence may agree with it in its first bytes: step back to where it began.
 */
const firstBadByte = (bytes: Uint8Array): number | undefined => {
  const again = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  let at = again.findIndex((byte, index) => byte !== bytes[index]);
  if (at < 0) return undefined;
  while (at > 0 && ((again[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
};

/** The place behind this much text. */
const behind = (file: string, text: string): Span => {
  const lines = text.split(/\r\n|\r|\n/);
  return { file, start: text.length, end: text.length + 1, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
};

export const describeTooLarge = (file: string, size: number): Diagnostic =>
  diagnose("P0030", { file, start: 0, end: 0, line: 1, column: 1 }, `this file is ${size} characters long`, `at most ${LARGEST_FILE}`, "a specification is a folder: split it into several files");
