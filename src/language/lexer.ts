/**
 * From text to tokens.
 *
 * The lexer never fails: what it cannot read becomes a diagnostic and is left out, and the parser goes on with the rest.
 * Comments are kept apart; only the formatter reads them. The values of numbers and quoted texts are worked out here too,
 * where their spelling is known.
 */
import { Lexer, type IToken } from "chevrotain";
import type { Code } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { lexedTokens, Name, OpenComment, OpenString, wordToken } from "./lexer-tokens.js";
import type { Span } from "./syntax.js";

export interface Lexed {
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Numbers beyond this many bits are refused: the widest width is 128, a product is 256. */
export const LARGEST_NUMBER_BITS = 256;
/** No number within the limit has more digits than this, so that nothing longer is ever converted. */
const MOST_DIGITS = LARGEST_NUMBER_BITS + 64;

let lexer: Lexer | undefined;
const theLexer = (): Lexer => (lexer ??= new Lexer([...lexedTokens], { ensureOptimizations: true, positionTracking: "full", skipValidations: true }));

export const lex = (file: string, text: string): Lexed => {
  const { tokens, groups, errors } = theLexer().tokenize(text);
  const diagnostics: Diagnostic[] = [];
  for (const token of tokens) {
    if (token.tokenType === Name) {
      const word = wordToken(token.image);
      if (word !== undefined) {
        token.tokenType = word;
        token.tokenTypeIdx = word.tokenTypeIdx ?? token.tokenTypeIdx;
      }
    } else if (token.tokenType === OpenString) {
      diagnostics.push(diagnose("P0002", tokenSpan(file, token), "this quoted text is not closed on its line", 'a closing `"`', 'a text stays on one line; write `\\"` for a quote inside it'));
    }
  }
  const comments = groups["comments"] ?? [];
  for (const comment of comments) {
    if (comment.tokenType !== OpenComment) continue;
    const span = tokenSpan(file, comment);
    diagnostics.push(diagnose("P0003", { ...span, end: span.start + 2 }, "this comment is never closed", "`*/`", "everything from here to the end of the file was taken as a comment"));
  }
  for (const error of errors) {
    const start = error.offset;
    const image = text.slice(start, start + error.length);
    const span = { file, start, end: start + error.length, line: error.line ?? 1, column: error.column ?? 1 };
    diagnostics.push(diagnose("P0001", span, `${visible(image)} means nothing here`, undefined, characterHint(image)));
  }
  return { tokens, comments, diagnostics };
};

export const diagnose = (code: Code, span: Span, message: string, expected?: string, hint?: string): Diagnostic => ({ code, severity: "error", span, message, expected, hint });

export const tokenSpan = (file: string, token: IToken): Span => ({
  file,
  start: token.startOffset,
  end: (token.endOffset ?? token.startOffset) + 1,
  line: token.startLine ?? 1,
  column: token.startColumn ?? 1,
});

/** A piece of the user's text for a message: short, and with nothing in it that a terminal would obey. */
export const visible = (image: string): string => {
  const points = [...image];
  const short = points.length > 24 ? `${points.slice(0, 20).join("")}...` : image;
  const plain = short.replace(/[^\x20-\x7e]/gu, (c) => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(c) ? c : `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`));
  return `\`${plain}\``;
};

const characterHint = (image: string): string | undefined => {
  switch (image[0]) {
    case ";": return "leave it out: layout is free and statements need no separators";
    case "/": case "%": return "write udiv, urem, sdiv or srem for quotients and remainders; a comment is `//` or `/* */`";
    case "?": return "write `if c then a else b` for a choice of values";
    case "#": return "comments begin with `//`";
    case "`": case "\u201c": case "\u201d": case "\u2018": case "\u2019": return 'texts stand in straight quotes: `"..."`';
    case "\u2264": return "write `<=`";
    case "\u2265": return "write `>=`";
    case "\u2260": return "write `!=`";
    default: return undefined;
  }
};

// ---------------------------------------------------------------- the values of numbers and texts

export interface Reading<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

interface Radix {
  readonly name: string;
  readonly prefix: string;
  readonly digits: RegExp;
}
const decimal: Radix = { name: "decimal", prefix: "", digits: /[0-9]/ };
const radixes: readonly Radix[] = [
  { name: "binary", prefix: "0b", digits: /[01]/ },
  { name: "octal", prefix: "0o", digits: /[0-7]/ },
  { name: "hexadecimal", prefix: "0x", digits: /[0-9a-fA-F]/ },
];

/** The value of `0b 0o 0x` or decimal digits with `_` between them; 0 with a diagnostic where there is none. */
export const readNumber = (file: string, token: IToken): Reading<bigint> => {
  const span = tokenSpan(file, token);
  const radix = radixes.find(({ prefix }) => token.image.startsWith(prefix)) ?? decimal;
  const digits = token.image.slice(radix.prefix.length).replaceAll("_", "");
  if (digits.length > MOST_DIGITS) return tooLarge(span, `${digits.length} digits`);
  const wrong = [...digits].findIndex((digit) => !radix.digits.test(digit));
  if (wrong >= 0) {
    const hint = radix === decimal ? "octal is written 0o17, hexadecimal 0x1F, binary 0b101" : undefined;
    return wrongNumber(span, `\`${digits[wrong]}\` is no ${radix.name} digit, in ${visible(token.image)}`, hint);
  }
  if (digits === "") return wrongNumber(span, `${visible(token.image)} has no digits`, `write at least one ${radix.name} digit`);
  const value = BigInt(radix.prefix + digits);
  if (value >> BigInt(LARGEST_NUMBER_BITS) !== 0n) return tooLarge(span, `more than ${LARGEST_NUMBER_BITS} bits`);
  return { value, diagnostics: [] };
};

const wrongNumber = (span: Span, message: string, hint?: string): Reading<bigint> => ({ value: 0n, diagnostics: [diagnose("P0005", span, message, undefined, hint)] });
const tooLarge = (span: Span, size: string): Reading<bigint> => ({
  value: 0n,
  diagnostics: [diagnose("P0006", span, `this number has ${size}`, `at most ${LARGEST_NUMBER_BITS} bits`, "bit strings are at most 128 bits wide; use rep, ones or zeros for regular patterns")],
});

const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", t: "\t" };

/** The text between the quotes, escapes undone. */
export const readString = (file: string, token: IToken): Reading<string> => {
  const closed = token.tokenType !== OpenString;
  const inside = token.image.slice(1, closed ? -1 : undefined);
  if (!inside.includes("\\")) return { value: inside, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const whole = tokenSpan(file, token);
  const value = inside.replace(/\\([^]?)/gu, (written, letter: string, at: number) => {
    const meant = escapes[letter];
    if (meant !== undefined) return meant;
    if (letter !== "") {
      const span = { ...whole, start: whole.start + 1 + at, end: whole.start + 1 + at + written.length, column: whole.column + 1 + at };
      diagnostics.push(diagnose("P0004", span, `${visible(written)} is not an escape`, '`\\"`, `\\\\`, `\\n` or `\\t`', "a backslash itself is written `\\\\`"));
    }
    return written;
  });
  return { value, diagnostics };
};
