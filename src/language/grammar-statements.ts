/**
 * Statements and blocks.
 *
 * Every statement but three opens with a reserved word. The three (`C := e`, `x = e`, `name(args)`) open with an expression
 * and are told apart by what follows it. `else if` is a block of one `if`.
 */
import type { IToken, ParserMethod, TokenType } from "chevrotain";
import { ASSIGNMENT, describeBracketApart, standsApart } from "./grammar-errors.js";
import { ExpressionGrammar } from "./grammar-expressions.js";
import { diagnose, tokenSpan } from "./lexer.js";
import { isReservedWord, Mark, Name, NumberToken, opensDeclaration, StringToken, Word } from "./lexer-tokens.js";
import type { Block, Expression, MatchArm, Statement } from "./syntax.js";

const notStatements: ReadonlySet<TokenType> = new Set([Word.else, Word.when, Word.leaving]);
const startsStatement = (type: TokenType): boolean => (isReservedWord(type) && !notStatements.has(type)) || type === Mark.openRound || isName(type);
const isName = (type: TokenType): boolean => type === Name || (type.CATEGORIES?.includes(Name) ?? false);

interface Branch {
  readonly start: IToken;
  readonly condition: Expression;
  readonly then: Block;
}

const ARM = "an arm such as `0 => { ... }`, or `}`";

export abstract class StatementGrammar extends ExpressionGrammar {
  readonly block: ParserMethod<[], Block> = this.RULE("block", () => this.SUBRULE(this.blockOrValue, { ARGS: [false] }));

  /** With `mayEndInValue`, a last bare expression is what the block returns (`fetch`). */
  readonly blockOrValue: ParserMethod<[boolean], Block> = this.RULE("blockOrValue", (mayEndInValue: boolean) => {
    this.enter();
    const statements: Statement[] = [];
    const open = this.curly(
      () => this.MANY({ GATE: () => !this.declares(), DEF: () => this.keep(statements, this.SUBRULE(this.statement, { ARGS: [mayEndInValue] })) }),
      startsStatement,
      "a statement, or `}`",
    );
    this.leave();
    return this.ACTION(() => this.blockOf(open, statements));
  });

  /** Whether a declaration begins here, which no statement can be taken for: `state PC`, `omits "..."`, `fetch 36`. */
  protected declares(): boolean {
    if (!opensDeclaration(this.LA(1).tokenType) || this.LA(1).tokenType === Word.trap) return false;
    const next = this.LA(2).tokenType;
    return isName(next) || next === Word.trap || next === StringToken || next === NumberToken || next === Mark.openCurly;
  }

  protected keep(statements: Statement[], statement: Statement | undefined): void {
    if (statement !== undefined) statements.push(statement);
  }

  readonly statement: ParserMethod<[boolean], Statement | undefined> = this.RULE("statement", (mayBeValue: boolean) =>
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.letOrVar) },
        { ALT: () => this.SUBRULE(this.ifStatement) },
        { ALT: () => this.SUBRULE(this.matchStatement) },
        { ALT: () => this.SUBRULE(this.trapStatement) },
        { ALT: () => this.SUBRULE(this.haltStatement) },
        { ALT: () => this.SUBRULE(this.beyondStatement) },
        { ALT: () => this.SUBRULE(this.forStatement) },
        { ALT: () => this.SUBRULE(this.whileStatement) },
        { ALT: () => this.SUBRULE(this.thenStatement) },
        { ALT: () => this.SUBRULE(this.executeOrReturn), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.expressionStatement, { ARGS: [mayBeValue] }), IGNORE_AMBIGUITIES: true },
      ],
      ERR_MSG: "a statement",
    }),
  );

  private readonly letOrVar: ParserMethod<[], Statement> = this.RULE("letOrVar", () => {
    const start = this.OR([{ ALT: () => this.CONSUME(Word.let) }, { ALT: () => this.CONSUME(Word.var) }]);
    const name = this.SUBRULE(this.name);
    const width = this.OPTION(() => this.SUBRULE(this.width));
    this.CONSUME(Mark.equals, { ERR_MSG: "`=`, or `:` and a width" });
    const value = this.SUBRULE(this.expression);
    return this.ACTION(() => ({ kind: start.tokenType === Word.let ? "let" : "var", name, width, value, span: this.since(start) }) as const);
  });

  /** `: EXPR` */
  protected readonly width: ParserMethod<[], Expression> = this.RULE("width", () => {
    this.CONSUME(Mark.colon);
    return this.SUBRULE(this.expression);
  });

  private readonly ifStatement: ParserMethod<[], Statement> = this.RULE("ifStatement", () => {
    const branches: Branch[] = [this.SUBRULE(this.branch)];
    this.MANY({
      GATE: () => this.LA(2).tokenType === Word.if,
      DEF: () => {
        this.CONSUME(Word.else);
        branches.push(this.SUBRULE1(this.branch));
      },
    });
    const otherwise = this.OPTION(() => {
      this.CONSUME1(Word.else);
      return this.SUBRULE(this.block);
    });
    return this.ACTION(() => {
      const end = this.since(branches[0]?.start ?? this.LA(0)).end;
      const nested = branches.reduceRight<Block | undefined>((inner, { start, condition, then }) => {
        const span = { ...tokenSpan(this.file, start), end };
        return { statements: [{ kind: "if", condition, then, otherwise: inner, span }], span };
      }, otherwise);
      const outermost = nested?.statements[0];
      if (outermost === undefined) throw new Error("an `if` has at least one branch");
      return outermost;
    });
  });

  /** `if EXPR { }` */
  private readonly branch: ParserMethod<[], Branch> = this.RULE("branch", () => {
    const start = this.CONSUME(Word.if);
    const condition = this.SUBRULE(this.expression);
    const then = this.SUBRULE(this.block);
    return { start, condition, then };
  });

  private readonly matchStatement: ParserMethod<[], Statement> = this.RULE("matchStatement", () => {
    const start = this.CONSUME(Word.match);
    const subject = this.SUBRULE(this.expression);
    const arms: MatchArm<Block>[] = [];
    this.curly(() => this.MANY(() => arms.push(this.SUBRULE(this.statementArm))), () => true, ARM);
    return this.ACTION(() => ({ kind: "match", subject, arms, span: this.since(start) }) as const);
  });

  private readonly statementArm: ParserMethod<[], MatchArm<Block>> = this.RULE("statementArm", () => {
    const start = this.LA(1);
    const patterns = this.SUBRULE(this.patterns);
    this.CONSUME(Mark.arrow);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ patterns, body, span: this.since(start) }));
  });

  private readonly trapStatement: ParserMethod<[], Statement> = this.RULE("trapStatement", () => {
    const start = this.CONSUME(Word.trap);
    const trap = this.SUBRULE(this.name);
    const args = this.SUBRULE(this.callArguments);
    const when = this.SUBRULE(this.whenClause);
    const leaving = this.OPTION(() => {
      this.CONSUME(Word.leaving);
      return this.SUBRULE(this.block);
    });
    return this.ACTION(() => ({ kind: "trap", trap, args, when, leaving, span: this.since(start) }) as const);
  });

  /** `when EXPR`, or nothing. */
  protected readonly whenClause: ParserMethod<[], Expression | undefined> = this.RULE("whenClause", () =>
    this.OPTION(() => {
      this.CONSUME(Word.when);
      return this.SUBRULE(this.expression);
    }),
  );

  private readonly haltStatement: ParserMethod<[], Statement> = this.RULE("haltStatement", () => {
    const start = this.CONSUME(Word.halt);
    const when = this.SUBRULE(this.whenClause);
    return this.ACTION(() => ({ kind: "halt", when, span: this.since(start) }) as const);
  });

  private readonly beyondStatement: ParserMethod<[], Statement> = this.RULE("beyondStatement", () => {
    const start = this.CONSUME(Word.beyond);
    const why = this.SUBRULE(this.quoted);
    const when = this.SUBRULE(this.whenClause);
    return this.ACTION(() => ({ kind: "beyond", why, when, span: this.since(start) }) as const);
  });

  private readonly forStatement: ParserMethod<[], Statement> = this.RULE("forStatement", () => {
    const start = this.CONSUME(Word.for);
    const name = this.SUBRULE(this.name);
    this.CONSUME(Word.in);
    const from = this.SUBRULE(this.expression);
    const direction = this.OR({
      DEF: [{ ALT: () => this.CONSUME(Mark.dots) }, { ALT: () => this.CONSUME(Word.downto) }],
      ERR_MSG: "`..` or `downto`, and the last value",
    });
    const to = this.SUBRULE1(this.expression);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "for", name, from, to, down: direction.tokenType === Word.downto, body, span: this.since(start) }) as const);
  });

  private readonly whileStatement: ParserMethod<[], Statement> = this.RULE("whileStatement", () => {
    const start = this.CONSUME(Word.while);
    const condition = this.SUBRULE(this.expression);
    this.CONSUME(Word.limit, { ERR_MSG: "`limit` and the largest number of rounds" });
    const limit = this.SUBRULE1(this.expression);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "while", condition, limit, body, span: this.since(start) }) as const);
  });

  private readonly thenStatement: ParserMethod<[], Statement> = this.RULE("thenStatement", () => {
    const start = this.CONSUME(Word.then);
    // a variable or action of that name may follow instead: keep = e, keep(e)
    const keep = this.OPTION({
      GATE: () => {
        const [keep, next] = [this.LA(1), this.LA(2)];
        const opens = next.tokenType === Mark.openRound || next.tokenType === Mark.openSquare;
        return next.tokenType !== Mark.equals && next.tokenType !== Mark.assign && !(opens && next.startOffset === (keep.endOffset ?? 0) + 1);
      },
      DEF: () => this.CONSUME(Word.keep),
    });
    return this.ACTION(() => ({ kind: "then", keep: keep !== undefined, span: this.since(start) }) as const);
  });

  private readonly executeOrReturn: ParserMethod<[], Statement> = this.RULE("executeOrReturn", () => {
    const start = this.OR([{ ALT: () => this.CONSUME(Word.execute) }, { ALT: () => this.CONSUME(Word.return) }]);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Statement => {
      const span = this.since(start);
      return start.tokenType === Word.execute ? { kind: "execute", word: value, span } : { kind: "return", value, span };
    });
  });

  private readonly expressionStatement: ParserMethod<[boolean], Statement | undefined> = this.RULE("expressionStatement", (mayBeValue: boolean) => {
    const before = this.LA(0);
    const first = this.LA(1);
    const subject = this.SUBRULE(this.operation);
    let sign: IToken | undefined;
    const value = this.OPTION(() => {
      sign = this.OR([{ ALT: () => this.CONSUME(Mark.assign) }, { ALT: () => this.CONSUME(Mark.equals) }]);
      return this.SUBRULE(this.expression);
    });
    return this.ACTION(() => {
      if (value === undefined || sign === undefined) return this.bare(subject, mayBeValue, before, first);
      return sign.tokenType === Mark.assign ? this.assignment(subject, value, first) : this.change(subject, value);
    });
  });

  /** An expression that nothing is done with: an action's call, the value of a block, or a mistake. */
  private bare(subject: Expression, mayBeValue: boolean, before: IToken, first: IToken): Statement | undefined {
    const { span } = subject;
    const next = this.LA(1);
    if (mayBeValue && next.tokenType === Mark.closeCurly) return { kind: "return", value: subject, span };
    if (subject.kind === "call" && subject.span.start === subject.callee.span.start) return { kind: "call", action: subject.callee, args: subject.args, span };
    const broken = next.startLine === this.LA(0).endLine && next.tokenType !== Mark.closeCurly;
    if (broken) this.CONSUME1(Mark.assign, { ERR_MSG: ASSIGNMENT }); // which it is not: the line goes on, but not as a statement does
    if (standsApart(before, first)) this.mismatch(describeBracketApart(this.file, before, first));
    else this.mismatch(diagnose("P0014", span, "an expression alone does nothing", "a statement", "assign it (`C := e`), name it (`let x = e`), or give it back (`return e`)"));
    return undefined;
  }

  private assignment(target: Expression, value: Expression, first: IToken): Statement {
    const wrong = unassignable(target);
    if (wrong !== undefined) {
      this.fault("P0015", wrong.span, "this cannot be assigned", "a component, a cell, a slice of one, or several joined by `@`", "the left side of `:=` names state, such as `C`, `C[0..17]`, `AC[i]` or `(A @ B)`");
    }
    return { kind: "assign", target, value, span: this.since(first) };
  }

  private change(subject: Expression, value: Expression): Statement | undefined {
    if (subject.kind === "name") return { kind: "set", name: subject.name, value, span: this.since(subject) };
    this.fault("P0015", subject.span, "`=` changes a local variable, and this is none", "the name of a `var`", "state is assigned with `:=`");
    return undefined;
  }
}

/** The part of a target that does not name state, if there is one. */
const unassignable = (target: Expression): Expression | undefined => {
  switch (target.kind) {
    case "name": return undefined;
    case "index": case "slice": return target.base.kind === "member" ? target.base : unassignable(target.base);
    case "binary": return target.operator === "@" ? (unassignable(target.left) ?? unassignable(target.right)) : target;
    default: return target;
  }
};
