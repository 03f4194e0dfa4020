/**
 * Expressions.
 *
 * A flat list of operands and operators is read first and folded by precedence afterwards: one rule where a ladder would
 * have twelve, which keeps both the parse and the stack short. Juxtaposition never joins two operands, and a `(` or `[`
 * belongs to what stands before it only if it touches it: that is what lets the language do without separators, as in
 * `a := b` followed by a line `(C @ D) := e`.
 */
import type { IToken, ParserMethod } from "chevrotain";
import { GrammarBase } from "./grammar-base.js";
import { OPERAND } from "./grammar-errors.js";
import { readNumber, tokenSpan } from "./lexer.js";
import { BinaryOperatorToken, Mark, Name, NumberToken, PrefixOperatorToken, StringToken, Word } from "./lexer-tokens.js";
import type { BinaryOperator, Expression, Identifier, MatchArm, Span } from "./syntax.js";

/** From loose to tight. Comparisons do not chain; `**` alone groups to the right. */
const ladder: readonly (readonly BinaryOperator[])[] = [
  ["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "<s", "<=s", ">s", ">=s"], ["@"], ["|"], ["^"], ["&"], ["<<", ">>", ">>>"], ["+", "-"], ["*"], ["**"],
];
const binaryOperators = new Map<string, { readonly operator: BinaryOperator; readonly rank: number }>(
  ladder.flatMap((operators, rank) => operators.map((operator) => [operator, { operator, rank }] as const)),
);
const COMPARISON_RANK = 2;
const POWER_RANK = ladder.length - 1;

const prefixOperators = { "~": "~", "!": "!", "-": "-" } as const;
const isPrefix = (image: string): image is keyof typeof prefixOperators => image in prefixOperators;

export abstract class ExpressionGrammar extends GrammarBase {
  readonly expression: ParserMethod<[], Expression> = this.RULE("expression", () => {
    this.enter();
    const expression = this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.ifExpression) },
        { ALT: () => this.SUBRULE(this.matchExpression) },
        { ALT: () => this.SUBRULE(this.operation) },
      ],
      ERR_MSG: OPERAND,
    });
    this.leave();
    return expression;
  });

  private readonly ifExpression: ParserMethod<[], Expression> = this.RULE("ifExpression", () => {
    const start = this.CONSUME(Word.if);
    const condition = this.SUBRULE(this.expression);
    this.CONSUME(Word.then);
    const then = this.SUBRULE1(this.expression);
    this.CONSUME(Word.else);
    const otherwise = this.SUBRULE2(this.expression);
    return this.ACTION(() => ({ kind: "if", condition, then, otherwise, span: this.since(start) }) as const);
  });

  private readonly matchExpression: ParserMethod<[], Expression> = this.RULE("matchExpression", () => {
    const start = this.CONSUME(Word.match);
    const subject = this.SUBRULE(this.expression);
    const arms: MatchArm<Expression>[] = [];
    this.curly(() => this.MANY(() => arms.push(this.SUBRULE(this.expressionArm))), () => true, "an arm such as `0 => value`, or `}`");
    return this.ACTION(() => ({ kind: "match", subject, arms, span: this.since(start) }) as const);
  });

  private readonly expressionArm: ParserMethod<[], MatchArm<Expression>> = this.RULE("expressionArm", () => {
    const start = this.LA(1);
    const patterns = this.SUBRULE(this.patterns);
    this.CONSUME(Mark.arrow);
    const body = this.SUBRULE(this.expression);
    return this.ACTION(() => ({ patterns, body, span: this.since(start) }));
  });

  /** What stands before `=>`: values with commas between them, or `else`, which gives none. */
  protected readonly patterns: ParserMethod<[], Expression[]> = this.RULE("patterns", () => {
    const patterns: Expression[] = [];
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(Word.else) },
        { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: Mark.comma, DEF: () => patterns.push(this.SUBRULE(this.operation)) }) },
      ],
      ERR_MSG: "a value, or `else`",
    });
    return patterns;
  });

  /** Operands joined by operators; no `if` or `match` without parentheses. */
  readonly operation: ParserMethod<[], Expression> = this.RULE("operation", () => {
    const first = this.SUBRULE(this.operand);
    let operands: Expression[] | undefined;
    let operators: IToken[] | undefined;
    this.MANY(() => {
      const operator = this.CONSUME(BinaryOperatorToken);
      const operand = this.SUBRULE1(this.operand);
      (operators ??= []).push(operator);
      (operands ??= [first]).push(operand);
    });
    return operands === undefined || operators === undefined ? first : this.ACTION(() => this.fold(operands ?? [], operators ?? []));
  });

  /** Prefix operators, then one operand with what is attached to it. */
  private readonly operand: ParserMethod<[], Expression> = this.RULE("operand", () => {
    let prefixes: IToken[] | undefined;
    this.MANY(() => {
      const prefix = this.CONSUME(PrefixOperatorToken);
      (prefixes ??= []).push(prefix);
    });
    const operand = this.SUBRULE(this.attached);
    return this.ACTION(() => (prefixes === undefined ? operand : this.prefixed(prefixes, operand)));
  });

  /** A primary expression and the indices and members that touch it. */
  private readonly attached: ParserMethod<[], Expression> = this.RULE("attached", () => {
    let base = this.SUBRULE(this.primary);
    this.MANY({
      GATE: () => this.LA(1).tokenType === Mark.dot || this.touches(1),
      DEF: () => {
        base = this.OR([
          { ALT: () => this.SUBRULE(this.member, { ARGS: [base] }) },
          { ALT: () => this.SUBRULE(this.index, { ARGS: [base] }) },
        ]);
      },
    });
    return base;
  });

  private readonly member: ParserMethod<[Expression], Expression> = this.RULE("member", (base: Expression) => {
    this.CONSUME(Mark.dot);
    const member = this.OR({
      DEF: [{ ALT: () => this.CONSUME(Name) }, { ALT: () => this.CONSUME(Word.execute) }],
      ERR_MSG: "a member, such as `execute`",
    });
    return this.ACTION(() => ({ kind: "member", base, member: { text: member.image, span: tokenSpan(this.file, member) }, span: this.since(base) }) as const);
  });

  private readonly index: ParserMethod<[Expression], Expression> = this.RULE("index", (base: Expression) => {
    this.CONSUME(Mark.openSquare);
    const from = this.SUBRULE(this.expression);
    const to = this.OPTION(() => {
      this.CONSUME(Mark.dots);
      return this.SUBRULE1(this.expression);
    });
    this.CONSUME(Mark.closeSquare);
    return this.ACTION((): Expression => {
      const span = this.since(base);
      return to === undefined ? { kind: "index", base, index: from, span } : { kind: "slice", base, from, to, span };
    });
  });

  protected readonly primary: ParserMethod<[], Expression> = this.RULE("primary", () =>
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.nameOrCall) },
        { ALT: () => this.SUBRULE(this.literal) },
        { ALT: () => this.SUBRULE(this.parenthesized) },
        {
          // where an operand must stand, `execute` is the kind of access: `access == execute`
          ALT: () => {
            const token = this.CONSUME(Word.execute);
            return this.ACTION((): Expression => {
              const span = tokenSpan(this.file, token);
              return { kind: "name", name: { text: token.image, span }, span };
            });
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(StringToken);
            return this.ACTION((): Expression => ({ kind: "string", ...this.quotedFrom(token) }));
          },
        },
      ],
      ERR_MSG: OPERAND,
    }),
  );

  private readonly nameOrCall: ParserMethod<[], Expression> = this.RULE("nameOrCall", () => {
    const name: Identifier = this.SUBRULE(this.name);
    const args = this.OPTION({ GATE: () => this.touches(1), DEF: () => this.SUBRULE(this.callArguments) });
    return this.ACTION((): Expression => (args === undefined ? { kind: "name", name, span: name.span } : { kind: "call", callee: name, args, span: this.since(name) }));
  });

  protected readonly callArguments: ParserMethod<[], Expression[]> = this.RULE("callArguments", () => {
    const args: Expression[] = [];
    this.CONSUME(Mark.openRound, { ERR_MSG: "`(` and arguments, or `()`" });
    this.MANY_SEP({ SEP: Mark.comma, DEF: () => args.push(this.SUBRULE(this.expression)) });
    this.CONSUME(Mark.closeRound, { ERR_MSG: "`,` or `)`" });
    return args;
  });

  /** `42`, or `8'0xFF`. */
  protected readonly literal: ParserMethod<[], Expression> = this.RULE("literal", () => {
    const first = this.CONSUME(NumberToken);
    const digits = this.OPTION(() => {
      this.CONSUME(Mark.quote);
      return this.CONSUME1(NumberToken);
    });
    return this.ACTION(() => (digits === undefined ? this.numberFrom(first) : this.numberFrom(digits, this.numberFrom(first), tokenSpan(this.file, first))));
  });

  /** `(e)`, or `(WORD)'0`. Parentheses leave no trace in the tree but its shape. */
  protected readonly parenthesized: ParserMethod<[], Expression> = this.RULE("parenthesized", () => {
    const start = this.CONSUME(Mark.openRound);
    const inner = this.SUBRULE(this.expression);
    this.CONSUME(Mark.closeRound);
    const digits = this.OPTION(() => {
      this.CONSUME(Mark.quote);
      return this.CONSUME(NumberToken);
    });
    return this.ACTION(() => (digits === undefined ? { ...inner, span: this.since(start) } : this.numberFrom(digits, inner, tokenSpan(this.file, start))));
  });

  private numberFrom(digits: IToken, width?: Expression, start?: Span): Expression {
    const { value, diagnostics } = readNumber(this.file, digits);
    for (const diagnostic of diagnostics) this.report(diagnostic);
    const span = tokenSpan(this.file, digits);
    return { kind: "literal", value, width, text: digits.image, span: start === undefined ? span : { ...start, end: span.end } };
  }

  private prefixed(prefixes: readonly IToken[], operand: Expression): Expression {
    return prefixes.reduceRight((inner: Expression, { image, startOffset, startLine, startColumn }): Expression => {
      if (!isPrefix(image)) throw new Error(`the lexer calls \`${image}\` a prefix operator`);
      const span = { file: this.file, start: startOffset, end: inner.span.end, line: startLine ?? 1, column: startColumn ?? 1 };
      return { kind: "unary", operator: image, operand: inner, span };
    }, operand);
  }

  /** Folds operand, operator, operand ... by rank; a stack of what waits for its right side keeps it linear. */
  private fold(operands: readonly Expression[], operators: readonly IToken[]): Expression {
    const waiting: { readonly left: Expression; readonly operator: BinaryOperator; readonly rank: number }[] = [];
    let right = operands[0] as Expression;
    const close = (rank: number): void => {
      for (let top = waiting.at(-1); top !== undefined && (top.rank > rank || (top.rank === rank && rank !== POWER_RANK)); top = waiting.at(-1)) {
        waiting.pop();
        const span = { ...top.left.span, end: right.span.end };
        right = { kind: "binary", operator: top.operator, left: top.left, right, span };
      }
    };
    let comparison: Expression | undefined;
    operators.forEach((token, index) => {
      const found = binaryOperators.get(token.image);
      if (found === undefined) throw new Error(`the lexer calls \`${token.image}\` a binary operator`);
      close(found.rank);
      if (found.rank < COMPARISON_RANK) comparison = undefined;
      else if (found.rank === COMPARISON_RANK) {
        if (comparison !== undefined) {
          this.fault("P0013", tokenSpan(this.file, token), "comparisons do not chain", undefined, "the result of a comparison is 1 bit; join two with `&&`, or put one in parentheses");
        }
        comparison = right;
      }
      waiting.push({ left: right, ...found });
      right = operands[index + 1] as Expression;
    });
    close(-1);
    return right;
  }
}
