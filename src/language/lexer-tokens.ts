/**
 * The tokens of the `.isa` language.
 *
 * Words come in two kinds. *Reserved* words open or join statements and are never names. *Contextual* words open
 * declarations and clauses, where no name can stand; everywhere else they are ordinary names, so a field may be called
 * `mode`, `limit` or `cell`. Contextual words carry the category `Name`, which is what the grammar asks for.
 *
 * The signed comparisons `<s <=s >s >=s` are tokens only when no letter, digit or underscore follows: `a <sum` is `a < sum`.
 */
import { createToken, Lexer, type TokenType } from "chevrotain";

/** A name: any word that is not reserved. */
export const Name = createToken({ name: "Name", pattern: /[A-Za-z_][A-Za-z0-9_]*/, label: "a name" });

/** Every digit-led run of letters and digits; which radix, and whether its digits belong to it, is decided afterwards. */
export const NumberToken = createToken({ name: "Number", pattern: /[0-9][A-Za-z0-9_]*/, label: "a number" });

export const StringToken = createToken({ name: "String", pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/, label: "a quoted text" });
/** The rest of a line after a quote that is not closed on it; the parser sees a text, the reader a diagnostic. */
export const OpenString = createToken({ name: "OpenString", pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/, categories: [StringToken] });

const WhiteSpace = createToken({ name: "WhiteSpace", pattern: /[ \t\r\n\uFEFF]+/, group: Lexer.SKIPPED, line_breaks: true });
export const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\r\n]*/, group: "comments" });
export const BlockComment = createToken({ name: "BlockComment", pattern: /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//, group: "comments", line_breaks: true });
export const OpenComment = createToken({ name: "OpenComment", pattern: /\/\*[^]*/, group: "comments", line_breaks: true });

/** An operator between two operands. */
export const BinaryOperatorToken = createToken({ name: "BinaryOperator", pattern: Lexer.NA, label: "an operator" });
/** An operator before its operand. */
export const PrefixOperatorToken = createToken({ name: "PrefixOperator", pattern: Lexer.NA, label: "`~`, `!` or `-`" });

const mark = (name: string, pattern: string | RegExp, written: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern, label: `\`${written}\``, categories });
const operator = (name: string, text: string, ...more: TokenType[]): TokenType => mark(name, text, text, BinaryOperatorToken, ...more);
const signed = (name: string, text: string): TokenType => mark(name, new RegExp(`${text}(?![A-Za-z0-9_])`), text, BinaryOperatorToken);

/** Punctuation and operators, longest first wherever one begins another. */
export const Mark = {
  arrow: mark("Arrow", "=>", "=>"),
  assign: mark("Assign", ":=", ":="),
  dots: mark("Dots", "..", ".."),
  power: operator("Power", "**"),
  shiftRightArithmetic: operator("ShiftRightArithmetic", ">>>"),
  shiftLeft: operator("ShiftLeft", "<<"),
  shiftRight: operator("ShiftRight", ">>"),
  lessEqualSigned: signed("LessEqualSigned", "<=s"),
  greaterEqualSigned: signed("GreaterEqualSigned", ">=s"),
  lessSigned: signed("LessSigned", "<s"),
  greaterSigned: signed("GreaterSigned", ">s"),
  lessEqual: operator("LessEqual", "<="),
  greaterEqual: operator("GreaterEqual", ">="),
  equal: operator("Equal", "=="),
  notEqual: operator("NotEqual", "!="),
  logicalAnd: operator("LogicalAnd", "&&"),
  logicalOr: operator("LogicalOr", "||"),
  less: operator("Less", "<"),
  greater: operator("Greater", ">"),
  times: operator("Times", "*"),
  plus: operator("Plus", "+"),
  minus: operator("Minus", "-", PrefixOperatorToken),
  and: operator("And", "&"),
  xor: operator("Xor", "^"),
  or: operator("Or", "|"),
  concatenate: operator("Concatenate", "@"),
  complement: mark("Complement", "~", "~", PrefixOperatorToken),
  not: mark("Not", "!", "!", PrefixOperatorToken),
  equals: mark("Equals", "=", "="),
  colon: mark("Colon", ":", ":"),
  comma: mark("Comma", ",", ","),
  dot: mark("Dot", ".", "."),
  quote: mark("Quote", "'", "'"),
  openRound: mark("OpenRound", "(", "("),
  closeRound: mark("CloseRound", ")", ")"),
  openSquare: mark("OpenSquare", "[", "["),
  closeSquare: mark("CloseSquare", "]", "]"),
  openCurly: mark("OpenCurly", "{", "{"),
  closeCurly: mark("CloseCurly", "}", "}"),
} as const;

const reservedWords = ["let", "var", "if", "else", "match", "trap", "halt", "beyond", "for", "while", "then", "execute", "return", "when", "leaving"] as const;

/** The words that open a declaration at the top of a file (`trap` opens one too, and is reserved). */
const declarationWords = [
  "machine", "parameter", "mode", "state", "view", "invariant", "configuration", "omits", "window", "memory", "fetch", "advance", "names",
  "const", "function", "action", "instruction", "otherwise", "monitor", "interrupt", "console",
  "include", "prefix", "context", "picture",
] as const;

const clauseWords = [
  "bits", "radix", "source", "status", "is", "transient", "cite", "because", "default", "over", "latched", "cell", "address", "priority", "condition", "encoding",
  "where", "from", "syntax", "split", "step", "in", "downto", "limit", "keep", "place", "by", "on", "shadow", "cells", "keeps", "clear", "install", "lowest", "first",
  "below", "sends", "halts",
] as const;

type WordText = (typeof reservedWords)[number] | (typeof declarationWords)[number] | (typeof clauseWords)[number];

const word = (text: WordText, ...categories: TokenType[]): [WordText, TokenType] => [
  text,
  createToken({ name: `word ${text}`, pattern: Lexer.NA, label: `\`${text}\``, categories }),
];

/** One token per word of the language. */
export const Word = Object.fromEntries([
  ...reservedWords.map((text) => word(text)),
  ...declarationWords.map((text) => word(text, Name)),
  ...clauseWords.map((text) => word(text, Name)),
]) as Readonly<Record<WordText, TokenType>>;

const reserved: ReadonlySet<TokenType> = new Set(reservedWords.map((text) => Word[text]));
const declarationStarts: ReadonlySet<TokenType> = new Set([Word.trap, ...declarationWords.map((text) => Word[text])]);
const wordByText: ReadonlyMap<string, TokenType> = new Map(Object.entries(Word));

export const isReservedWord = (type: TokenType): boolean => reserved.has(type);
export const opensDeclaration = (type: TokenType): boolean => declarationStarts.has(type);
/** The token of a word of the language, or nothing for an ordinary name. */
export const wordToken = (text: string): TokenType | undefined => wordByText.get(text);

/** What the lexer looks for, in this order. Words are found as names first and looked up. */
export const lexedTokens: readonly TokenType[] = [
  WhiteSpace, Name, NumberToken, LineComment, BlockComment, OpenComment, StringToken, OpenString, ...Object.values(Mark),
];

/** Everything the grammar may mention. */
export const vocabulary: readonly TokenType[] = [...lexedTokens, BinaryOperatorToken, PrefixOperatorToken, ...Object.values(Word)];
