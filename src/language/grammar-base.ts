/**
 * What every layer of the grammar stands on: spans, nesting, and recovery.
 *
 * Chevrotain's own recovery works on follow sets; in a language without separators nearly every token may begin a
 * statement, so it would resume in the middle of the broken one and report it again. Lists therefore recover by layout
 * and brackets: after an error, tokens are skipped up to the bracket that closes the list, or to the first token of a line
 * that stands at the list's own bracket depth and may begin an item. A line that opens a declaration ends every list.
 * Layout has no say in what is accepted, only in where reading resumes.
 */
import { EmbeddedActionsParser, EOF, isRecognitionException, type IRecognitionException, type IToken, type ParserMethod, type TokenType } from "chevrotain";
import type { Code } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { readBrackets, type Brackets } from "./grammar-brackets.js";
import { describeMismatch, expectationOnly } from "./grammar-errors.js";
import { diagnose, readString, tokenSpan } from "./lexer.js";
import { Mark, Name, NumberToken, opensDeclaration, StringToken, vocabulary } from "./lexer-tokens.js";
import type { Block, Identifier, Quoted, Span } from "./syntax.js";

/** How deep expressions and blocks may nest: half of what the default stack has room for, and far more than anybody reads. */
export const DEEPEST_NESTING = 64;

/** Thrown to leave the file at once; what was wrong has been said. */
export class StopReading extends Error {}

export interface Spanned {
  readonly span: Span;
}

export abstract class GrammarBase extends EmbeddedActionsParser {
  protected file = "";
  protected text = "";
  private tokens: readonly IToken[] = [];
  private mostDiagnostics = 0;
  private diagnostics: Diagnostic[] = [];
  /** the diagnostics that may only be echoes of something wrong before them */
  private mismatches = new Set<Diagnostic>();
  private brackets: Brackets | undefined;
  private nesting = 0;
  private lastError: IRecognitionException | undefined;
  private lastStop = -1;
  private lastReport = -1;

  protected constructor(checked: boolean) {
    super([...vocabulary], { maxLookahead: 1, recoveryEnabled: false, skipValidations: !checked, errorMessageProvider: expectationOnly });
  }

  /** Prepares for one file. `mostDiagnostics`: reading stops after that many. */
  protected begin(file: string, text: string, tokens: readonly IToken[], mostDiagnostics: number): void {
    this.file = file;
    this.text = text;
    this.tokens = tokens;
    this.mostDiagnostics = mostDiagnostics;
    this.diagnostics = [];
    this.mismatches = new Set();
    this.brackets = undefined;
    this.nesting = 0;
    this.lastError = undefined;
    this.lastStop = -1;
    this.lastReport = -1;
    this.input = [...tokens];
  }

  /** What was found since `begin`, echoes of wrong brackets left out. */
  protected collected(): { readonly diagnostics: readonly Diagnostic[]; readonly mismatches: ReadonlySet<Diagnostic> } {
    const brackets = this.brackets;
    if (brackets === undefined) return { diagnostics: this.diagnostics, mismatches: this.mismatches };
    const own = this.diagnostics.filter((diagnostic) => !this.mismatches.has(diagnostic) || !brackets.casts(diagnostic.span));
    return { diagnostics: [...own, ...brackets.diagnostics], mismatches: this.mismatches };
  }

  // -------------------------------------------------------------- spans and leaves

  protected readonly name: ParserMethod<[], Identifier> = this.RULE("name", () => {
    const token = this.CONSUME(Name);
    return { text: token.image, span: tokenSpan(this.file, token) };
  });

  protected readonly quoted: ParserMethod<[], Quoted> = this.RULE("quoted", () => {
    const token = this.CONSUME(StringToken);
    return this.ACTION(() => this.quotedFrom(token));
  });

  /** A name with hyphens in it, such as `no-io`: the parts touch. */
  protected readonly hyphenatedName: ParserMethod<[], Identifier> = this.RULE("hyphenatedName", () => {
    const first = this.CONSUME(Name);
    this.MANY({
      GATE: () => this.LA(1).tokenType === Mark.minus && this.touches(1) && this.touches(2),
      DEF: () => {
        this.CONSUME(Mark.minus);
        this.OR([{ ALT: () => this.CONSUME1(Name) }, { ALT: () => this.CONSUME(NumberToken) }]);
      },
    });
    return this.ACTION(() => {
      const span = this.since(first);
      return { text: this.text.slice(span.start, span.end), span };
    });
  });

  protected quotedFrom(token: IToken): Quoted {
    const { value, diagnostics } = readString(this.file, token);
    for (const diagnostic of diagnostics) this.report(diagnostic);
    return { text: value, span: tokenSpan(this.file, token) };
  }

  /** From the first token (or node) to the last token consumed. */
  protected since(first: IToken | Spanned): Span {
    const last = this.LA(0);
    const end = (last.endOffset ?? last.startOffset) + 1;
    if ("span" in first) return { ...first.span, end };
    return { file: this.file, start: first.startOffset, end, line: first.startLine ?? 1, column: first.startColumn ?? 1 };
  }

  /** Whether the n-th token ahead follows its predecessor with nothing between. */
  protected touches(ahead: number): boolean {
    const before = this.LA(ahead - 1);
    return before.endOffset !== undefined && before.endOffset + 1 === this.LA(ahead).startOffset;
  }

  // -------------------------------------------------------------- diagnostics

  /** How many diagnostics there are so far. */
  protected troubles(): number {
    return this.diagnostics.length;
  }

  protected fault(code: Code, span: Span, message: string, expected?: string, hint?: string): void {
    this.report(diagnose(code, span, message, expected, hint));
  }

  /** A fault that a bracket or character gone wrong before it may have caused. */
  protected mismatch(diagnostic: Diagnostic): void {
    this.mismatches.add(diagnostic);
    this.report(diagnostic);
  }

  protected report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    if (this.diagnostics.length > this.mostDiagnostics) throw new StopReading();
  }

  /** One level deeper; `leave` undoes it, except after an error, where the list that recovers does. */
  protected enter(): void {
    this.ACTION(() => {
      this.nesting += 1;
      if (this.nesting <= DEEPEST_NESTING) return;
      this.fault("P0031", tokenSpan(this.file, this.LA(1)), `this is nested more than ${DEEPEST_NESTING} levels deep`, `at most ${DEEPEST_NESTING} levels`, "give parts a name with `let`, or move them to a function");
      throw new StopReading();
    });
  }

  protected leave(): void {
    this.nesting -= 1;
  }

  // -------------------------------------------------------------- recovery

  /**
   * `{` items `}`. `items` reads as many as it can; where it stops short of the `}`, or throws, reading resumes at the
   * next item. Resuming is a turn of the same loop, so the grammar that is recorded is `{ items }`.
   */
  protected curly(items: () => void, startsItem: (type: TokenType) => boolean, wanted: string): IToken {
    const open = this.CONSUME(Mark.openCurly);
    const nesting = this.nesting;
    for (;;) {
      try {
        items();
        this.CONSUME(Mark.closeCurly, { ERR_MSG: wanted });
        return open;
      } catch (error) {
        if (!this.resume(error, this.depthInside(open), startsItem)) throw error;
        this.nesting = nesting;
      }
    }
  }

  /** The items of the file, to its end. */
  protected topLevel(items: () => void): void {
    for (;;) {
      try {
        items();
        if (this.RECORDING_PHASE || this.LA(1).tokenType === EOF) return;
        this.CONSUME(EOF, { ERR_MSG: "a declaration, such as `state`, `instruction` or `function`" });
      } catch (error) {
        if (!this.resume(error, 0, opensDeclaration)) return;
        this.nesting = 0;
      }
    }
  }

  /** Skips to where a list at `depth` can go on. False: the list is over (its end, or that of the file, is missing). */
  private resume(error: unknown, depth: number, startsItem: (type: TokenType) => boolean): boolean {
    if (!isMismatch(error)) throw error;
    const mismatch = error;
    const brackets = this.findBrackets();
    let at = this.indexOf(this.LA(1));
    // an error on its way up, or met again where nothing has been read since, has been told
    if (mismatch !== this.lastError && (at !== this.lastStop || at !== this.lastReport)) this.reportMismatch(mismatch, at);
    this.lastError = mismatch;
    if (at === this.lastStop && at < this.tokens.length) {
      this.SKIP_TOKEN();
      at += 1;
    }
    for (; at < this.tokens.length; at += 1, this.SKIP_TOKEN()) {
      const token = this.tokens[at];
      if (token === undefined) break;
      const here = brackets.depthAt(at);
      const newLine = at === 0 || (this.tokens[at - 1]?.endLine ?? 0) < (token.startLine ?? 0);
      const declaration = newLine && opensDeclaration(token.tokenType) && (here === 0 || token.startColumn === 1);
      if (depth > 0 && (here < depth - 1 || declaration)) return false;
      const closes = depth > 0 && here === depth - 1 && token.tokenType === Mark.closeCurly;
      const starts = newLine && (here === depth || (depth === 0 && declaration)) && startsItem(token.tokenType);
      if (closes || starts) {
        this.lastStop = at;
        return true;
      }
    }
    return false;
  }

  private reportMismatch({ token: found, message }: IRecognitionException, at: number): void {
    this.lastReport = at;
    const previous = this.tokens[at - 1];
    const diagnostic = describeMismatch({ file: this.file, found, previous, expected: message });
    this.mismatch(diagnostic);
  }

  private findBrackets(): Brackets {
    this.brackets ??= readBrackets(this.file, this.tokens);
    return this.brackets;
  }

  private depthInside(open: IToken): number {
    return this.findBrackets().depthAt(this.indexOf(open)) + 1;
  }

  private indexOf(token: IToken): number {
    if (token.tokenType === EOF) return this.tokens.length;
    let low = 0;
    let high = this.tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens[middle]?.startOffset ?? 0) < token.startOffset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  protected blockOf(open: IToken, statements: Block["statements"]): Block {
    return { statements, span: this.since(open) };
  }
}

const isMismatch = (error: unknown): error is IRecognitionException => error instanceof Error && isRecognitionException(error);
