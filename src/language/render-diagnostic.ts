/**
 * Diagnostics as a person reads them: what was found, the place in the text with a mark under it, what was expected, what
 * to do.
 *
 *     error[P0010]: unexpected `)`
 *       --> pdp10/flow.isa:14:22
 *        |
 *     14 |     let e = (a + )
 *        |                  ^
 *        = expected: an expression
 *
 * The text shown is the user's, which may be hostile: control characters and those that reorder a line are spelled out,
 * tabs become spaces, long lines are cut around the mark.
 */
import picocolors from "picocolors";
import type { Diagnostic } from "./diagnostic.js";
import type { Span } from "./syntax.js";

type Colors = ReturnType<typeof picocolors.createColors>;

export interface RenderOptions {
  readonly color: boolean;
}

/** One paragraph per diagnostic, an empty line between them, and a newline at the end; nothing at all for none. */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], sourceTextOf: (file: string) => string | undefined, { color }: RenderOptions): string => {
  const colors = picocolors.createColors(color);
  const linesOf = new Map<string, readonly string[]>();
  const lineOf = (span: Span): string | undefined => {
    const lines = linesOf.get(span.file) ?? (sourceTextOf(span.file) ?? "").split(/\r\n|\r|\n/);
    linesOf.set(span.file, lines);
    return lines[span.line - 1];
  };
  return diagnostics.map((diagnostic) => `${renderOne(diagnostic, lineOf(diagnostic.span), colors)}\n`).join("\n");
};

const renderOne = ({ code, severity, span, message, expected, hint }: Diagnostic, line: string | undefined, colors: Colors): string => {
  const shade = severity === "error" ? colors.red : colors.yellow;
  const number = String(span.line);
  const margin = " ".repeat(number.length);
  const bar = colors.blue("|");
  const rows = [
    `${colors.bold(shade(`${severity}[${code}]`))}${colors.bold(`: ${plainText(message)}`)}`,
    `${margin}${colors.blue("-->")} ${plainText(span.file)}:${span.line}:${span.column}`,
  ];
  if (line !== undefined && line.trim() !== "") {
    const { shown, mark } = excerpt(line, span);
    rows.push(`${margin} ${bar}`, `${colors.blue(number)} ${bar} ${shown}`, `${margin} ${bar} ${shade(mark)}`);
  }
  const notes: readonly (readonly [string, string | undefined])[] = [["expected", expected], ["hint", hint]];
  for (const [label, text] of notes) {
    if (text !== undefined) rows.push(`${margin} ${colors.blue("=")} ${colors.bold(`${label}:`)} ${plainText(text)}`);
  }
  return rows.map((row) => row.trimEnd()).join("\n");
};

// ---------------------------------------------------------------- one line of text

const WIDEST_LINE = 100;
/** How much of a cut line stands before the mark. */
const BEFORE_MARK = 40;
const TAB = 4;
const CUT = "...";

/** The columns of a line as they are shown, and where the mark goes. A span that runs on is marked to the end of its first line. */
const excerpt = (line: string, span: Span): { readonly shown: string; readonly mark: string } => {
  const cells: string[] = []; // one string per UTF-16 column, so that the mark can be put under any of them
  let width = 0;
  for (const character of line) {
    const shown = character === "\t" ? " ".repeat(TAB - (width % TAB)) : plainCharacter(character);
    cells.push(shown, ...Array<string>(character.length - 1).fill(""));
    width += shown.length;
  }
  const from = Math.min(span.column - 1, cells.length);
  const to = Math.max(from + 1, Math.min(from + (span.end - span.start), cells.length));
  const text = cells.join("");
  const start = cells.slice(0, from).join("").length;
  const length = Math.max(1, cells.slice(from, to).join("").length);
  if (text.length <= WIDEST_LINE) return { shown: text, mark: `${" ".repeat(start)}${"^".repeat(length)}` };

  const left = Math.max(0, Math.min(start - BEFORE_MARK, text.length - WIDEST_LINE));
  const right = left + WIDEST_LINE;
  const before = left > 0 ? CUT : "";
  const after = right < text.length ? CUT : "";
  const markLength = Math.min(length, right - start);
  return { shown: `${before}${text.slice(left, right)}${after}`, mark: `${" ".repeat(before.length + start - left)}${"^".repeat(Math.max(1, markLength))}` };
};

/** Whatever a terminal would act on, or a reader could not see, as an escape. */
const plainCharacter = (character: string): string => {
  if (character >= " " && character <= "~") return character;
  const invisible = /[\p{C}\p{Zl}\p{Zp}]/u.test(character);
  return invisible ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character;
};

const plainText = (text: string): string => (/^[ -~]*$/.test(text) ? text : Array.from(text, plainCharacter).join(""));
