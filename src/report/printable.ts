/**
 * Text that came from a specification, as it may stand in somebody's browser, terminal or log.
 *
 * Titles, reasons and names are whatever their author wrote. Characters that are not seen but do something (controls, those that
 * turn the direction of a line, halves of surrogate pairs, which no encoding has) are spelled out; everything else stays as it is.
 */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/** Tabs and line ends stay. */
export function printable(text: string): string {
  return text.replace(UNSEEN, (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}

/** The same on one line. */
export function onOneLine(text: string): string {
  return printable(text).replace(/\s+/g, " ").trim();
}
