/**
 * The few things that every text report needs: colours that can be off, wrapping, and columns without borders.
 *
 * Nothing is said by colour alone, so that a report reads the same in a file. Widths count UTF-16 units: what is laid out
 * is ASCII, apart from titles and reasons, which stand last on their lines.
 */
import picocolors from "picocolors";

export type Colors = ReturnType<typeof picocolors.createColors>;

export interface TextOptions {
  readonly color: boolean;
  /** columns of the terminal; lines are wrapped where that is possible */
  readonly width: number;
  /** the text of a line of the specification, if it is at hand */
  readonly sourceLine?: (file: string, line: number) => string | undefined;
}

export const colorsOf = (options: TextOptions): Colors => picocolors.createColors(options.color);

/** The words of a text on lines of at most `width`; a word that is longer has a line to itself. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((w) => w !== "")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** How far the lines of a paragraph may hang under its first words. */
const DEEPEST_HANG = 24;

/** A wrapped paragraph: the first line behind `first`, the others behind as many spaces, or a few if it is long. */
export function paragraph(first: string, text: string, width: number): string[] {
  if (text.trim() === "") return [first.trimEnd()];
  if (first.trim() === "" || first.length <= DEEPEST_HANG) return wrap(text, Math.max(20, width - first.length)).map((line, i) => `${i === 0 ? first : " ".repeat(first.length)}${line}`);
  const margin = " ".repeat(first.length - first.trimStart().length);
  return wrap(`${first.trim()} ${text}`, Math.max(20, width - margin.length - 2)).map((line, i) => `${margin}${i === 0 ? "" : "  "}${line}`);
}

export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Rows as columns two spaces apart; each column as wide as its widest cell. No space at the ends of lines. */
export function columns(rows: readonly (readonly Cell[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => { widths[i] = Math.max(widths[i] ?? 0, cell.text.length); });
  return rows.map((row) => {
    let last = row.length - 1;
    while (last >= 0 && row[last]!.text === "") last -= 1;
    const shown = row.slice(0, last + 1).map(({ text, paint }, i) => (paint ?? plain)(text) + " ".repeat(i === last ? 0 : widths[i]! - text.length));
    return indent + shown.join("  ");
  });
}

const plain = (text: string): string => text;

/** "1 instruction", "12 instructions". */
export const count = (n: number, noun: string): string => `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
