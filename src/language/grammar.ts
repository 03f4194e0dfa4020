/**
 * The grammar's top: instructions, and the list of declarations that a file is.
 *
 * The clauses of an instruction come in any order, each at most once (`names` as often as there are fields with names, `syntax` as often as there are ways to write it).
 */
import type { IToken, ParserMethod, TokenType } from "chevrotain";
import { StopReading } from "./grammar-base.js";
import { MonitorGrammar } from "./grammar-monitors.js";
import { Mark, Word } from "./lexer-tokens.js";
import type { Block, Declaration, EncodingPart, Expression, Identifier, NamesClause, Quoted, Span, SplitClause, SyntaxClause } from "./syntax.js";
import type { Diagnostic } from "./diagnostic.js";

/** What each clause holds. */
interface Clauses {
  readonly encoding: readonly EncodingPart[];
  readonly where: Expression;
  readonly priority: Expression;
  readonly condition: Expression;
  readonly names: NamesClause;
  readonly syntax: SyntaxClause;
  readonly split: readonly SplitClause[];
  readonly cite: Quoted;
  readonly because: Quoted;
  readonly step: Block;
}
interface ClauseOf<W extends keyof Clauses> {
  readonly word: W;
  readonly content: Clauses[W];
  readonly span: Span;
}
type Clause = { readonly [W in keyof Clauses]: ClauseOf<W> }[keyof Clauses];

const clauseWords: ReadonlySet<TokenType> = new Set([
  Word.encoding, Word.where, Word.priority, Word.condition, Word.names, Word.syntax, Word.split, Word.cite, Word.because, Word.step,
]);

export class Grammar extends MonitorGrammar {
  /** `checked`: have Chevrotain look for ambiguities in the grammar itself, which a test does and which takes time. */
  constructor({ checked = false }: { readonly checked?: boolean } = {}) {
    super(checked);
    this.performSelfAnalysis();
  }

  /** The declarations of one file and what is wrong with it. `diagnostics` beyond `mostDiagnostics` end the reading. */
  read(file: string, text: string, tokens: readonly IToken[], mostDiagnostics: number): { readonly declarations: readonly Declaration[]; readonly diagnostics: readonly Diagnostic[]; readonly mismatches: ReadonlySet<Diagnostic> } {
    this.begin(file, text, tokens, mostDiagnostics);
    const declarations: Declaration[] = [];
    try {
      this.sourceFile(declarations);
    } catch (error) {
      if (!(error instanceof StopReading)) throw error;
    }
    return { declarations, ...this.collected() };
  }

  private readonly sourceFile: ParserMethod<[Declaration[]], void> = this.RULE("sourceFile", (into: Declaration[]) => {
    this.topLevel(() =>
      this.MANY(() => {
        const declaration = this.SUBRULE(this.declaration);
        this.ACTION(() => into.push(declaration));
      }),
    );
  });

  private readonly declaration: ParserMethod<[], Declaration> = this.RULE("declaration", () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.include) },
      { ALT: () => this.SUBRULE(this.machine) },
      { ALT: () => this.SUBRULE(this.parameterDeclaration) },
      { ALT: () => this.SUBRULE(this.mode) },
      { ALT: () => this.SUBRULE(this.state) },
      { ALT: () => this.SUBRULE(this.view) },
      { ALT: () => this.SUBRULE(this.invariant) },
      { ALT: () => this.SUBRULE(this.configuration) },
      { ALT: () => this.SUBRULE(this.omits) },
      { ALT: () => this.SUBRULE(this.window) },
      { ALT: () => this.SUBRULE(this.trapDeclaration) },
      { ALT: () => this.SUBRULE(this.interrupt) },
      { ALT: () => this.SUBRULE(this.console) },
      { ALT: () => this.SUBRULE(this.monitor) },
      { ALT: () => this.SUBRULE(this.fetch) },
      { ALT: () => this.SUBRULE(this.prefix) },
      { ALT: () => this.SUBRULE(this.context) },
      { ALT: () => this.SUBRULE(this.picture) },
      { ALT: () => this.SUBRULE(this.advance) },
      { ALT: () => this.SUBRULE(this.namesTable) },
      { ALT: () => this.SUBRULE(this.constant) },
      { ALT: () => this.SUBRULE(this.function) },
      { ALT: () => this.SUBRULE(this.action) },
      { ALT: () => this.SUBRULE(this.instruction) },
      { ALT: () => this.SUBRULE(this.otherwise) },
    ]),
  );

  private readonly instruction: ParserMethod<[], Declaration> = this.RULE("instruction", () => {
    const start = this.CONSUME(Word.instruction);
    const troublesBefore = this.troubles();
    const name = this.SUBRULE(this.name);
    const title = this.SUBRULE(this.quoted);
    const clauses: Clause[] = [];
    this.MANY(() => clauses.push(this.SUBRULE(this.citationClause)));
    const open = this.curly(
      () => this.MANY1(() => clauses.push(this.SUBRULE(this.clause))),
      (type) => clauseWords.has(type),
      "`encoding`, `syntax`, `step` or another clause, or `}`",
    );
    return this.ACTION(() => this.instructionFrom(start, name, title, clauses, open, this.troubles() === troublesBefore));
  });

  private readonly clause: ParserMethod<[], Clause> = this.RULE("clause", () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.encodingClause) },
      { ALT: () => this.SUBRULE(this.valueClause) },
      { ALT: () => this.SUBRULE(this.namesClause) },
      { ALT: () => this.SUBRULE(this.syntaxClause) },
      { ALT: () => this.SUBRULE(this.splitClause) },
      { ALT: () => this.SUBRULE(this.citationClause) },
      {
        ALT: () => {
          const start = this.CONSUME(Word.step);
          const block = this.SUBRULE(this.block);
          return this.ACTION((): Clause => ({ word: "step", content: block, span: this.since(start) }));
        },
      },
    ]),
  );

  private readonly encodingClause: ParserMethod<[], Clause> = this.RULE("encodingClause", () => {
    const start = this.CONSUME(Word.encoding);
    const parts = this.SUBRULE(this.encodingParts);
    return this.ACTION((): Clause => ({ word: "encoding", content: parts, span: this.since(start) }));
  });

  private readonly encodingParts: ParserMethod<[], EncodingPart[]> = this.RULE("encodingParts", () => {
    const parts: EncodingPart[] = [];
    this.AT_LEAST_ONE({
      // a clause word is a field only where a width or a value follows
      GATE: () => !clauseWords.has(this.LA(1).tokenType) || this.LA(2).tokenType === Mark.colon || this.LA(2).tokenType === Mark.equal,
      DEF: () => parts.push(this.SUBRULE(this.encodingPart)),
      ERR_MSG: "a constant such as `7'0b0101110`, or a field such as `ac:4`",
    });
    return parts;
  });

  /** Parts that several encodings have, and how they are written. */
  private readonly picture: ParserMethod<[], Declaration> = this.RULE("picture", () => {
    const start = this.CONSUME(Word.picture);
    const name = this.SUBRULE(this.name);
    const syntaxes: SyntaxClause[] = [];
    let encoding: EncodingPart[] = [];
    this.curly(
      () => {
        encoding = this.SUBRULE(this.encodingParts);
        this.MANY(() => {
          const clause = this.SUBRULE(this.syntaxClause);
          this.ACTION(() => { if (clause.word === "syntax") syntaxes.push(clause.content); });
        });
      },
      (type) => type === Word.syntax,
      "parts of an encoding, `syntax`, or `}`",
    );
    return this.ACTION(() => ({ kind: "picture", name, encoding, syntaxes, span: this.since(start) }) as const);
  });

  private readonly encodingPart: ParserMethod<[], EncodingPart> = this.RULE("encodingPart", () =>
    this.OR([
      {
        ALT: () => {
          const name = this.SUBRULE(this.name);
          return this.OR2({
            DEF: [
              {
                ALT: () => {
                  const width = this.SUBRULE(this.width);
                  const when = this.SUBRULE(this.whenClause);
                  return this.ACTION((): EncodingPart => ({ kind: "field", name, width, when, span: this.since(name) }));
                },
              },
              {
                ALT: () => {
                  this.CONSUME(Mark.equal);
                  const value = this.OR3([{ ALT: () => this.SUBRULE2(this.literal) }, { ALT: () => this.SUBRULE2(this.parenthesized) }]);
                  return this.ACTION((): EncodingPart => ({ kind: "front", name, value, span: this.since(name) }));
                },
              },
              { ALT: () => this.ACTION((): EncodingPart => ({ kind: "picture", name, span: this.since(name) })) },
            ],
            ERR_MSG: "`:` and the width of a field, or `==` and the value of a prefix or a context",
          });
        },
      },
      {
        ALT: () => {
          const value = this.OR1([{ ALT: () => this.SUBRULE(this.literal) }, { ALT: () => this.SUBRULE(this.parenthesized) }]);
          return this.ACTION((): EncodingPart => this.sized(value));
        },
      },
    ]),
  );

  private sized(value: Expression): EncodingPart {
    if (value.kind !== "literal" || value.width === undefined) {
      this.fault("P0023", value.span, "a constant in an encoding needs a width", "a literal with a width, such as `7'0b0101110`");
    }
    return { kind: "constant", value, span: value.span };
  }

  private readonly valueClause: ParserMethod<[], Clause> = this.RULE("valueClause", () => {
    const start = this.OR([{ ALT: () => this.CONSUME(Word.where) }, { ALT: () => this.CONSUME(Word.priority) }, { ALT: () => this.CONSUME(Word.condition) }]);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Clause => ({ word: start.tokenType === Word.where ? "where" : start.tokenType === Word.priority ? "priority" : "condition", content: value, span: this.since(start) }));
  });

  private readonly namesClause: ParserMethod<[], Clause> = this.RULE("namesClause", () => {
    const start = this.CONSUME(Word.names);
    const field = this.SUBRULE(this.name);
    let texts: Quoted[] | undefined;
    let table: Identifier | undefined;
    this.OR({
      DEF: [
        { ALT: () => (texts = this.SUBRULE(this.texts)) },
        {
          ALT: () => {
            this.CONSUME(Word.from);
            table = this.SUBRULE1(this.name);
          },
        },
      ],
      ERR_MSG: "`{` and a text for every value, or `from` and the name of a table",
    });
    return this.ACTION((): Clause => {
      const span = this.since(start);
      return { word: "names", content: { field, texts, table, span }, span };
    });
  });

  private readonly syntaxClause: ParserMethod<[], Clause> = this.RULE("syntaxClause", () => {
    const start = this.CONSUME(Word.syntax);
    const text = this.SUBRULE(this.quoted);
    const when = this.SUBRULE(this.whenClause);
    return this.ACTION((): Clause => {
      const span = this.since(start);
      return { word: "syntax", content: { text, when, span }, span };
    });
  });

  private readonly splitClause: ParserMethod<[], Clause> = this.RULE("splitClause", () => {
    const start = this.CONSUME(Word.split);
    const splits: SplitClause[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Mark.comma, DEF: () => splits.push(this.SUBRULE(this.splitItem)) });
    return this.ACTION((): Clause => ({ word: "split", content: splits, span: this.since(start) }));
  });

  private readonly splitItem: ParserMethod<[], SplitClause> = this.RULE("splitItem", () => {
    const label = this.SUBRULE(this.name);
    const by = this.OPTION(() => this.SUBRULE(this.equalsValue));
    return this.ACTION(() => ({ label, by, span: this.since(label) }));
  });

  /** `whole`: nothing in it was unreadable, so what is missing really is. */
  private instructionFrom(start: IToken, name: Identifier, title: Quoted, clauses: readonly Clause[], open: IToken, whole: boolean): Declaration {
    // one syntax for everything, or one for each kind of word
    this.reportRepeated(clauses.filter(({ word, content }) => word !== "names" && !(word === "syntax" && (content as SyntaxClause).when !== undefined)));
    const all = <W extends keyof Clauses>(word: W): readonly ClauseOf<W>[] => (clauses as readonly ClauseOf<keyof Clauses>[]).filter((clause): clause is ClauseOf<W> => clause.word === word);
    const encoding = all("encoding")[0];
    const syntax = all("syntax")[0];
    const step = all("step")[0];
    if (whole) {
      for (const [word, clause] of Object.entries({ encoding, syntax, step })) {
        if (clause === undefined) this.fault("P0017", name.span, `instruction \`${name.text}\` has no \`${word}\``, `the clause \`${word}\` in its body`);
      }
    }
    return {
      kind: "instruction",
      name,
      title,
      encoding: encoding?.content ?? [],
      encodingSpan: encoding?.span ?? name.span,
      where: all("where")[0]?.content,
      priority: all("priority")[0]?.content,
      condition: all("condition")[0]?.content,
      names: all("names").map(({ content }) => content),
      syntaxes: syntax === undefined ? [{ text: title, span: title.span }] : all("syntax").map(({ content }) => content),
      splits: all("split")[0]?.content ?? [],
      step: step?.content ?? this.blockOf(open, []),
      cite: all("cite")[0]?.content,
      because: all("because")[0]?.content,
      span: this.since(start),
    };
  }
}
