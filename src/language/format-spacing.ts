/**
 * Which tokens touch and which stand apart on one line.
 *
 * Two of these rules carry meaning and follow the author: whether a `(` touches the name before it (a call, or something
 * new), and the hyphens inside a name. The rest is taste, fixed once.
 */
import type { IToken } from "chevrotain";
import type { Layout } from "./format-layout.js";
import { isReservedWord, Mark, Name, Word } from "./lexer-tokens.js";

export interface Neighbours {
  readonly beforePrevious: IToken | undefined;
  readonly previous: IToken;
  readonly next: IToken;
}

/** Words whose name is followed by a list of parameters or arguments. */
const takesList = new Set([Word.trap, Word.function, Word.action, Word.window]);

export const spaceBetween = ({ beforePrevious, previous, next }: Neighbours, layout: Layout): "" | " " => {
  if (touchesAlways(previous, next, layout)) return "";
  const left = previous.tokenType;
  const right = next.tokenType;
  if (left === Mark.openRound || left === Mark.openSquare || right === Mark.closeRound || right === Mark.closeSquare) return "";
  if (right === Mark.openRound && isName(previous)) {
    const isList = beforePrevious !== undefined && takesList.has(beforePrevious.tokenType);
    return isList || previous.endOffset === next.startOffset - 1 ? "" : " ";
  }
  return " ";
};

/** Whether a line break that the author made between the two is undone. */
export const joins = (previous: IToken, next: IToken, layout: Layout): boolean =>
  next.tokenType === Mark.openCurly || touchesAlways(previous, next, layout);

const touchesAlways = (previous: IToken, next: IToken, { prefixes, hyphens, tightDots, tightColons }: Layout): boolean => {
  const left = previous.tokenType;
  const right = next.tokenType;
  return (
    left === Mark.dot || right === Mark.dot || left === Mark.quote || right === Mark.quote || right === Mark.comma || right === Mark.openSquare ||
    prefixes.has(previous.startOffset) ||
    hyphens.has(previous.startOffset) || hyphens.has(next.startOffset) ||
    tightDots.has(previous.startOffset) || tightDots.has(next.startOffset) ||
    tightColons.has(previous.startOffset) || tightColons.has(next.startOffset)
  );
};

const isName = ({ tokenType }: IToken): boolean => tokenType === Name || (!isReservedWord(tokenType) && (tokenType.CATEGORIES?.includes(Name) ?? false));
