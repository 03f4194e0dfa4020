/**
 * The one table of diagnostic codes.
 *
 * A code never changes its meaning and is never used again for something else, because people search for it.
 * The thousands say which stage speaks: 0 the syntax of one file, 1 names, 2 widths, 3 encodings, 4 the structure of the
 * machine. Later stages add their rows here; a test checks that every code the front end uses has one.
 */

export const codes = {
  P0001: "a character that means nothing in the language",
  P0002: "a quoted text that is not closed on its line",
  P0003: "a comment that is not closed",
  P0004: "an escape in a quoted text that does not exist",
  P0005: "a number with a digit that its radix does not have, or with no digits",
  P0006: "a number that is too large to mean anything",
  P0010: "something else was expected here",
  P0011: "a bracket that is never closed",
  P0012: "a closing bracket that closes nothing",
  P0013: "comparisons written in a chain",
  P0014: "an expression where a statement belongs",
  P0015: "something that cannot be assigned",
  P0016: "a clause given twice",
  P0017: "a clause missing",
  P0018: "a reserved word used as a name",
  P0019: "a width prefix that is neither a number nor in parentheses",
  P0020: "white space before the bracket of a call or an index",
  P0021: "a word that is not one of a closed list",
  P0022: "an if or match inside an operation, without parentheses",
  P0023: "an encoding constant without a width",
  P0030: "a file that is too large",
  P0031: "nesting that is too deep",
  P0032: "bytes that are not UTF-8",
  P0033: "a NUL byte",
  P0034: "too many diagnostics; the rest were left out",
} as const;

export type Code = keyof typeof codes;
