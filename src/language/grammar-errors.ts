/**
 * The words of syntax diagnostics: from what the parser met and what it wanted to something a person can act on.
 *
 * The parser says what it wanted in human words (the labels of tokens, or a phrase given at the place in the grammar),
 * so nothing here knows the grammar. What this file knows is which slips people make.
 */
import { EOF, type IParserErrorMessageProvider, type IToken, type TokenType } from "chevrotain";
import type { Diagnostic } from "./diagnostic.js";
import { diagnose, tokenSpan, visible } from "./lexer.js";
import { BinaryOperatorToken, isReservedWord, Mark, Name, NumberToken, StringToken, Word, wordToken } from "./lexer-tokens.js";
import type { Span } from "./syntax.js";

/** The parser's exceptions carry only what was wanted; the rest is said here. */
export const expectationOnly: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.LABEL ?? expected.name,
  buildNotAllInputParsedMessage: () => "a declaration",
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "at least one more",
};

export interface Mismatch {
  readonly file: string;
  readonly found: IToken;
  readonly previous: IToken | undefined;
  /** what was wanted, in human words */
  readonly expected: string;
}

/** The token of the end of the file has no place of its own: it is shown just behind the last token. */
export const placeOf = (file: string, found: IToken, previous: IToken | undefined): Span => {
  if (found.tokenType !== EOF) return tokenSpan(file, found);
  return previous === undefined || previous.tokenType === EOF ? { file, start: 0, end: 0, line: 1, column: 1 } : behind(file, previous);
};

const behind = (file: string, token: IToken): Span => {
  const end = (token.endOffset ?? token.startOffset) + 1;
  return { file, start: end, end, line: token.endLine ?? 1, column: (token.endColumn ?? 0) + 1 };
};

export const describeMismatch = ({ file, found, previous, expected }: Mismatch): Diagnostic => {
  const span = placeOf(file, found, previous);
  const adjacent = previous?.endOffset !== undefined && previous.endOffset + 1 === found.startOffset;
  if ((expected === "a name" || expected.startsWith("a parameter")) && isReservedWord(found.tokenType)) {
    return diagnose("P0018", span, `${visible(found.image)} is a reserved word and cannot be a name`, "a name", "choose another name, such as one with a capital letter");
  }
  if (found.tokenType === Mark.quote && adjacent && previous.tokenType === Name) {
    return diagnose("P0019", span, `the width of a literal cannot be written ${visible(`${previous.image}'`)}`, "a number, or an expression in parentheses", `write \`(${previous.image})'...\``);
  }
  if (previous !== undefined && standsApart(previous, found)) return describeBracketApart(file, previous, found);
  if ((found.tokenType === Word.if || found.tokenType === Word.match) && expected === OPERAND) {
    return diagnose("P0022", span, `${visible(found.image)} cannot stand inside an operation as it is`, expected, `put parentheses around the whole \`${found.image}\` expression`);
  }
  const hint = hintFor(found, previous, expected);
  // what is missing at the end of a line is missed there, not where the next line begins
  if (found.tokenType !== EOF && previous?.endLine !== undefined && previous.endLine < (found.startLine ?? 0) && !isItem(expected)) {
    return diagnose("P0010", behind(file, previous), `something is missing here, before ${named(found)} in line ${found.startLine}`, expected, hint);
  }
  return diagnose("P0010", span, `unexpected ${named(found)}`, expected, hint);
};

/** Where a new item of a list was wanted, it is the thing found that does not belong. */
const isItem = (expected: string): boolean => expected.endsWith("`}`") || expected.startsWith("a declaration") || expected.startsWith("a statement");

export const OPERAND = "an expression";
export const ASSIGNMENT = "`:=` or `=`";

/** `f (x)` and `x [i]`: a bracket on the line of what it seems meant for, but not touching it. */
export const standsApart = (before: IToken, bracket: IToken): boolean =>
  (bracket.tokenType === Mark.openRound || bracket.tokenType === Mark.openSquare) &&
  isCallable(before) &&
  before.endLine === bracket.startLine &&
  before.endOffset !== undefined &&
  before.endOffset + 1 < bracket.startOffset;

const isCallable = (token: IToken): boolean =>
  token.tokenType === Name || (wordToken(token.image) !== undefined && !isReservedWord(token.tokenType)) || token.tokenType === Mark.closeSquare;

export const describeBracketApart = (file: string, before: IToken, bracket: IToken): Diagnostic => {
  const use = bracket.tokenType === Mark.openRound ? "call" : "index";
  const hint = `write \`${bracket.image}\` directly behind ${visible(before.image)}; a bracket that stands apart begins something new`;
  return diagnose("P0020", tokenSpan(file, bracket), `there is white space before the \`${bracket.image}\` of this ${use}`, undefined, hint);
};

const named = (token: IToken): string => {
  const type: TokenType = token.tokenType;
  if (type === EOF) return "end of the file";
  if (type === NumberToken) return `number ${visible(token.image)}`;
  if (type === StringToken) return `text ${visible(token.image)}`;
  if (type === Name) return `name ${visible(token.image)}`;
  if (wordToken(token.image) !== undefined) return `word ${visible(token.image)}`;
  return visible(token.image);
};

const hintFor = (found: IToken, previous: IToken | undefined, expected: string): string | undefined => {
  if (expected === "`=>`") return "an arm is written `0 => ...`";
  if (found.tokenType === Mark.colon && expected === ASSIGNMENT) return "assignment is written `:=`, in one piece";
  if (previous?.tokenType === Mark.closeCurly && found.tokenType.CATEGORIES?.includes(BinaryOperatorToken) === true) return "put parentheses around an `if` or `match` that takes part in an operation";
  if (found.tokenType === Mark.equals) {
    return "comparison is written `==`; state is assigned with `:=`, a local variable with `=`";
  }
  if (found.tokenType === Mark.equal && expected !== ASSIGNMENT && expected.includes("`=`")) return "one `=` gives a value; `==` compares";
  if (found.tokenType === Mark.assign && expected.includes("`=`")) return "`:=` assigns state; names and local variables take `=`";
  if (found.tokenType === Word.else && expected.includes("statement")) return "an `else` follows the `}` of its `if` directly";
  if (expected === "`else`") return "an `if` expression needs both values: `if c then a else b`";
  if (expected === "`then`" && found.tokenType === Mark.openCurly) return "an `if` that chooses a value is written `if c then a else b`; blocks belong to the statement";
  if (expected.startsWith("`{`") && found.tokenType === Word.then) return "the `if` statement takes blocks: `if c { ... } else { ... }`";
  if (found.tokenType === Mark.comma && expected.includes("statement")) return "statements need no separators";
  if (found.tokenType === Mark.dots) return "a slice is written `x[from..to]`";
  return undefined;
};
