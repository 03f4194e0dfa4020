/**
 * How the brackets of a file pair up, read only once something is wrong.
 *
 * A missing bracket makes the parser stumble far from the slip. Here every bracket that has no partner gets a diagnostic
 * where it stands, and `casts` tells which later stumbles are only its shadow: those between it and the bracket that closes
 * around it, or the line of the next declaration that begins in the first column, where pairing starts afresh. A stray `)`
 * or `]` darkens its own line only.
 */
import type { IToken, TokenType } from "chevrotain";
import type { Diagnostic } from "./diagnostic.js";
import { diagnose, tokenSpan } from "./lexer.js";
import { Mark, opensDeclaration } from "./lexer-tokens.js";
import type { Span } from "./syntax.js";

export interface Brackets {
  readonly diagnostics: readonly Diagnostic[];
  /** how many brackets are open around the token of this index; a bracket itself stands outside what it encloses */
  depthAt(index: number): number;
  /** whether what is found at this place follows from a bracket without a partner */
  casts(place: Span): boolean;
}

const partners = new Map([
  [Mark.closeRound, Mark.openRound],
  [Mark.closeSquare, Mark.openSquare],
  [Mark.closeCurly, Mark.openCurly],
]);
const openers = new Set(partners.values());
const closerOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

interface Shadow {
  readonly from: number;
  readonly to: number;
  readonly lastLine: number;
}

interface Lonely {
  readonly token: IToken;
  /** the bracket around it, where its shadow ends */
  readonly until?: IToken;
}

export const readBrackets = (file: string, tokens: readonly IToken[]): Brackets => {
  const depths = new Int32Array(tokens.length);
  const diagnostics: Diagnostic[] = [];
  const shadows: Shadow[] = [];
  const open: IToken[] = [];
  const openOf = new Map([...openers].map((type) => [type, 0])); // so that no search for a partner is in vain
  let lonely: Lonely[] = [];

  const count = (type: TokenType, by: number): void => void openOf.set(type, (openOf.get(type) ?? 0) + by);

  const endChapter = (next: IToken | undefined): void => {
    const outermost = open[0];
    if (outermost !== undefined) lonely.push({ token: outermost }); // what is open inside it is open because it is
    for (const { token, until = next } of lonely) {
      diagnostics.push(describeLonely(file, token));
      if (token.tokenType === Mark.closeRound || token.tokenType === Mark.closeSquare) shadows.push({ from: token.startOffset, to: token.startOffset, lastLine: token.startLine ?? 0 });
      else shadows.push({ from: token.startOffset, to: until?.startOffset ?? Number.POSITIVE_INFINITY, lastLine: until === next ? (next?.startLine ?? 0) : 0 });
    }
    for (const token of open.splice(0)) count(token.tokenType, -1);
    lonely = [];
  };

  tokens.forEach((token, index) => {
    const type = token.tokenType;
    if (token.startColumn === 1 && opensDeclaration(type)) endChapter(token);
    const partner = partners.get(type);
    if (partner !== undefined) {
      if (openOf.get(partner) === 0) lonely.push({ token });
      else {
        const closed = open.splice(open.findLastIndex((candidate) => candidate.tokenType === partner));
        for (const { tokenType } of closed) count(tokenType, -1);
        const inner = closed[1];
        if (inner !== undefined) lonely.push({ token: inner, until: token });
      }
    }
    depths[index] = open.length;
    if (openers.has(type)) {
      open.push(token);
      count(type, 1);
    }
  });
  endChapter(undefined);

  return {
    diagnostics,
    depthAt: (index) => depths[index] ?? 0,
    casts: ({ start, line }) => shadows.some(({ from, to, lastLine }) => from <= start && (start <= to || line === lastLine)),
  };
};

const describeLonely = (file: string, token: IToken): Diagnostic => {
  const closer = closerOf[token.image];
  return closer === undefined
    ? diagnose("P0012", tokenSpan(file, token), `this \`${token.image}\` closes nothing`, undefined, "remove it, or open the bracket it belongs to")
    : diagnose("P0011", tokenSpan(file, token), `this \`${token.image}\` is never closed`, `\`${closer}\``);
};
