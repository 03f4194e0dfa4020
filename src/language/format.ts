/**
 * The canonical layout of a spec.
 *
 * The tokens and comments of a text stay exactly as they are and in their order; only the white space between them is laid
 * out anew. That is why formatting cannot change what a spec means, and loses no comment and no spelling of a number.
 *
 * Declarations, statements, arms and clauses get a line each. A `{ }` that the author wrote on one line stays there if it
 * holds one thing at most. Inside an item the author's line breaks are kept, with a uniform indentation; blank lines are
 * kept between items, one at most. An `else` follows its `}` if that stands on a line of its own. Formatting what is formatted changes nothing.
 */
import type { IToken } from "chevrotain";
import { readLayout, type Layout } from "./format-layout.js";
import { joins, spaceBetween, type Neighbours } from "./format-spacing.js";
import { lex } from "./lexer.js";
import { LineComment, Mark } from "./lexer-tokens.js";
import type { SourceFile } from "./syntax.js";

const STEP = 2;
/** Between code and the comment behind it. */
const BEFORE_COMMENT = "  ";

interface Piece {
  readonly token: IToken;
  readonly isComment: boolean;
}

/** A bracket that is open while lines are laid out. */
interface Open {
  readonly token: IToken;
  readonly broken: boolean;
  readonly flowing: boolean;
  readonly outside: number;
  readonly inside: number;
}

/** `source` is what `parse` made of `text`, without diagnostics. */
export const format = (source: SourceFile, text: string): string => {
  const { tokens, comments, diagnostics } = lex(source.file, text);
  if (diagnostics.length > 0) throw new Error("only a text without diagnostics is formatted: what the lexer left out would be lost");
  const layout = readLayout(source, text, tokens);
  return layOut(inOrder(tokens, comments), brokenCurlies(tokens, comments, layout), layout);
};

const inOrder = (tokens: readonly IToken[], comments: readonly IToken[]): readonly Piece[] => {
  const pieces: Piece[] = [];
  let next = 0;
  for (const token of tokens) {
    for (let comment = comments[next]; comment !== undefined && comment.startOffset < token.startOffset; comment = comments[++next]) pieces.push({ token: comment, isComment: true });
    pieces.push({ token, isComment: false });
  }
  for (const comment of comments.slice(next)) pieces.push({ token: comment, isComment: true });
  return pieces;
};

/** The offsets of every `{` whose contents go on lines of their own. */
const brokenCurlies = (tokens: readonly IToken[], comments: readonly IToken[], { items, flowing }: Layout): ReadonlySet<number> => {
  const broken = new Set<number>();
  const open: { readonly token: IToken; count: number; mustBreak: boolean }[] = [];
  let comment = 0;
  for (const token of tokens) {
    const top = open.at(-1);
    if (top !== undefined && items.has(token.startOffset)) top.count += 1;
    if (token.tokenType === Mark.openCurly) open.push({ token, count: 0, mustBreak: false });
    else if (token.tokenType === Mark.closeCurly && top !== undefined) {
      open.pop();
      while ((comments[comment]?.startOffset ?? Number.POSITIVE_INFINITY) < top.token.startOffset) comment += 1;
      const commented = (comments[comment]?.startOffset ?? Number.POSITIVE_INFINITY) < token.startOffset;
      const empty = top.token.startOffset === before(tokens, token);
      const oneLine = top.token.startLine === token.startLine && (top.count <= 1 || flowing.has(top.token.startOffset));
      if (!top.mustBreak && !commented && (oneLine || empty)) continue;
      broken.add(top.token.startOffset);
      const around = open.at(-1);
      if (around !== undefined) around.mustBreak = true;
    }
  }
  return broken;
};

const layOut = (pieces: readonly Piece[], brokenAt: ReadonlySet<number>, layout: Layout): string => {
  const out: string[] = [];
  const open: Open[] = [];
  let lineIndent = 0;
  let previous: Piece | undefined;
  let beforePrevious: IToken | undefined;
  let closed: Open | undefined; // the bracket that `previous` closes

  pieces.forEach((piece, index) => {
    const { token, isComment } = piece;
    const around = open.at(-1);
    const following = isComment ? nextToken(pieces, index) : token;
    const lines = previous === undefined ? 0 : lineBreaks({ previous, piece, following, around, closed }, layout);
    if (previous === undefined || lines > 0) {
      lineIndent = indentOf(following, isComment, around, layout);
      out.push("\n".repeat(lines), " ".repeat(lineIndent));
    } else if (isComment || previous.isComment) {
      out.push(isComment && token.tokenType === LineComment ? BEFORE_COMMENT : " ");
    } else {
      const neighbours: Neighbours = { beforePrevious, previous: previous.token, next: token };
      out.push(spaceBetween(neighbours, layout));
    }
    out.push(isComment ? token.image.trimEnd() : token.image);

    if (!isComment) {
      closed = undefined;
      if (token.image === "{" || token.image === "(" || token.image === "[") {
        const flowing = layout.flowing.has(token.startOffset);
        // the body of an item is measured from the item, not from a line that continues its head
        const outside = token.image !== "{" || flowing ? lineIndent : itemIndent(around, lineIndent);
        open.push({ token, broken: brokenAt.has(token.startOffset), flowing, outside, inside: outside + STEP });
      } else if (token.image === "}" || token.image === ")" || token.image === "]") closed = open.pop();
      beforePrevious = previous?.isComment === true ? undefined : previous?.token;
    }
    previous = piece;
  });
  return out.length === 0 ? "" : `${out.join("")}\n`;
};

/** Where items stand inside this bracket. */
const itemIndent = (around: Open | undefined, lineIndent: number): number => {
  if (around === undefined) return 0;
  return around.token.image === "{" ? around.inside : lineIndent;
};

const nextToken = (pieces: readonly Piece[], index: number): IToken | undefined => {
  for (let at = index + 1; ; at += 1) {
    const piece = pieces[at];
    if (piece === undefined || !piece.isComment) return piece?.token;
  }
};

interface Gap {
  readonly previous: Piece;
  readonly piece: Piece;
  /** the token, or that behind the comment */
  readonly following: IToken | undefined;
  readonly around: Open | undefined;
  readonly closed: Open | undefined;
}

/** How many line breaks go between two pieces: 0, 1, or 2 for a blank line. */
const lineBreaks = ({ previous, piece, following, around, closed }: Gap, layout: Layout): number => {
  const { token } = piece;
  const written = (token.startLine ?? 0) - (previous.token.endLine ?? 0);
  const opened = !previous.isComment && previous.token === around?.token;
  const closes = !piece.isComment && token.image === "}";
  const offset = following?.startOffset ?? -1;
  const curly = around === undefined || around.token.image === "{";
  const beginsItem = following === undefined || (curly && (layout.items.has(offset) || layout.soft.has(offset) || following.image === "}"));
  const most = beginsItem && !opened ? 2 : 1;

  if (piece.isComment) return Math.min(written, most);
  if (closes) return around?.broken === true ? 1 : 0;
  if (opened && around.broken) return 1;
  if (layout.items.has(offset) && curly && (around === undefined || around.broken)) return Math.max(1, Math.min(written, most));
  if (previous.isComment) return previous.token.tokenType === LineComment ? Math.max(1, Math.min(written, most)) : Math.min(written, most);
  if (joins(previous.token, token, layout) || (layout.elses.has(offset) && closed?.broken === true)) return 0;
  return Math.min(written, most);
};

/** The indentation of a line that begins with this token, or with a comment before it. */
const indentOf = (token: IToken | undefined, isComment: boolean, around: Open | undefined, { items, soft, elses, flowing }: Layout): number => {
  if (token === undefined) return 0;
  const offset = token.startOffset;
  const beginsItem = items.has(offset) || soft.has(offset) || elses.has(offset);
  if (around === undefined) return beginsItem ? 0 : STEP;
  if (!isComment && token.image === "{" && !flowing.has(offset)) return itemIndent(around, STEP);
  const closes = token.image === "}" || token.image === ")" || token.image === "]";
  if (closes) return isComment ? around.inside : around.outside;
  if (around.token.image !== "{" || beginsItem) return around.inside;
  return around.flowing && token.image.startsWith('"') ? around.inside : around.inside + STEP;
};

/** The offset of the token before this one. */
const before = (tokens: readonly IToken[], token: IToken): number => {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) < token.startOffset) low = middle + 1;
    else high = middle;
  }
  return tokens[low - 1]?.startOffset ?? -1;
};
