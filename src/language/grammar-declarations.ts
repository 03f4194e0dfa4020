/**
 * Declarations: everything at the top of a file but instructions, which have a file of their own.
 */
import type { ParserMethod } from "chevrotain";
import { Mark, NumberToken, StringToken, Word } from "./lexer-tokens.js";
import { StatementGrammar } from "./grammar-statements.js";
import type { Block, Citation, Declaration, Expression, Identifier, MachineItem, Parameter, PrefixUnit, Quoted, Span, Statement } from "./syntax.js";

const machineItems: ReadonlySet<unknown> = new Set([Word.bits, Word.radix, Word.source, Word.status]);
const orders = ["msb0", "lsb0"] as const;
const radixes = ["binary", "octal", "decimal", "hexadecimal"] as const;
const levels = ["supervisor", "user", "other"] as const;

interface Inverse {
  readonly parameter: Identifier;
  readonly value: Expression;
}

export abstract class DeclarationGrammar extends StatementGrammar {
  protected readonly include: ParserMethod<[], Declaration> = this.RULE("include", () => {
    const start = this.CONSUME(Word.include);
    const path = this.SUBRULE(this.quoted);
    return this.ACTION(() => ({ kind: "include", path, span: this.since(start) }) as const);
  });

  protected readonly machine: ParserMethod<[], Declaration> = this.RULE("machine", () => {
    const start = this.CONSUME(Word.machine);
    const name = this.SUBRULE(this.hyphenatedName);
    const title = this.SUBRULE(this.quoted);
    const items: MachineItem[] = [];
    this.curly(() => this.MANY(() => items.push(this.SUBRULE(this.machineItem))), (type) => machineItems.has(type), "`bits`, `radix`, `source`, `status`, or `}`");
    return this.ACTION(() => {
      this.reportRepeated(items.filter(({ kind }) => kind !== "source").map(({ kind, span }) => ({ word: kind, span })));
      return { kind: "machine", name, title, items, span: this.since(start) } as const;
    });
  });

  private readonly machineItem: ParserMethod<[], MachineItem> = this.RULE("machineItem", () =>
    this.OR([
      {
        ALT: () => {
          const start = this.CONSUME(Word.bits);
          const word = this.SUBRULE1(this.hyphenatedName);
          return this.ACTION((): MachineItem => ({ kind: "bits", order: this.oneOf(orders, word, "an order of bits"), span: this.since(start) }));
        },
      },
      {
        ALT: () => {
          const start = this.CONSUME(Word.radix);
          const word = this.SUBRULE2(this.hyphenatedName);
          return this.ACTION((): MachineItem => ({ kind: "radix", radix: this.oneOf(radixes, word, "a radix"), span: this.since(start) }));
        },
      },
      {
        ALT: () => {
          const start = this.CONSUME(Word.source);
          const name = this.SUBRULE2(this.name);
          const title = this.SUBRULE(this.quoted);
          return this.ACTION((): MachineItem => ({ kind: "source", name, title, span: this.since(start) }));
        },
      },
      {
        ALT: () => {
          const start = this.CONSUME(Word.status);
          const status = this.SUBRULE(this.hyphenatedName);
          return this.ACTION((): MachineItem => ({ kind: "status", status, span: this.since(start) }));
        },
      },
    ]),
  );

  protected readonly parameterDeclaration: ParserMethod<[], Declaration> = this.RULE("parameterDeclaration", () => {
    const start = this.CONSUME(Word.parameter);
    const name = this.SUBRULE(this.name);
    const value = this.SUBRULE(this.equalsValue);
    return this.ACTION(() => ({ kind: "parameter", name, value, span: this.since(start) }) as const);
  });

  /** `= EXPR` */
  protected readonly equalsValue: ParserMethod<[], Expression> = this.RULE("equalsValue", () => {
    this.CONSUME(Mark.equals);
    return this.SUBRULE(this.expression);
  });

  protected readonly mode: ParserMethod<[], Declaration> = this.RULE("mode", () => {
    const start = this.CONSUME(Word.mode);
    const name = this.SUBRULE(this.name);
    const word = this.SUBRULE1(this.name);
    this.CONSUME(Word.when);
    const when = this.SUBRULE(this.expression);
    const title = this.OPTION(() => this.SUBRULE(this.quoted));
    return this.ACTION(() => ({ kind: "mode", name, level: this.oneOf(levels, word, "a level of a mode"), when, title, span: this.since(start) }) as const);
  });

  protected readonly state: ParserMethod<[], Declaration> = this.RULE("state", () => {
    const start = this.CONSUME(Word.state);
    const name = this.SUBRULE(this.name);
    const indexWidth = this.OPTION(() => {
      this.CONSUME(Mark.openSquare);
      const width = this.SUBRULE(this.expression);
      this.CONSUME(Mark.closeSquare);
      return width;
    });
    const width = this.SUBRULE(this.width);
    const rest = this.OPTION1(() => this.SUBRULE(this.equalsValue));
    this.CONSUME(Word.is, { ERR_MSG: "`is` and a role" });
    const role = this.SUBRULE(this.role);
    const transient = this.OPTION2(() => this.CONSUME(Word.transient)) !== undefined;
    const citation = this.SUBRULE(this.citation);
    return this.ACTION(() => ({ kind: "state", name, indexWidth, width, rest, role, transient, ...citation, span: this.since(start) }) as const);
  });

  /** Roles may be hyphenated (`program-counter`). */
  private readonly role: ParserMethod<[], Identifier> = this.RULE("role", () => this.SUBRULE(this.hyphenatedName));

  /** `cite "..."` and `because "..."`, in either order. */
  protected readonly citation: ParserMethod<[], Citation> = this.RULE("citation", () => {
    const clauses: CitationClause[] = [];
    this.MANY(() => clauses.push(this.SUBRULE(this.citationClause)));
    return this.ACTION(() => this.citationFrom(clauses));
  });

  protected readonly citationClause: ParserMethod<[], CitationClause> = this.RULE("citationClause", () => {
    const start = this.OR([{ ALT: () => this.CONSUME(Word.cite) }, { ALT: () => this.CONSUME(Word.because) }]);
    const text = this.SUBRULE(this.quoted);
    return this.ACTION(() => ({ word: start.tokenType === Word.cite ? "cite" : "because", content: text, span: this.since(start) }) as const);
  });

  protected citationFrom(clauses: readonly CitationClause[]): Citation {
    this.reportRepeated(clauses);
    const find = (word: CitationClause["word"]): Quoted | undefined => clauses.find((clause) => clause.word === word)?.content;
    return { cite: find("cite"), because: find("because") };
  }

  protected readonly view: ParserMethod<[], Declaration> = this.RULE("view", () => {
    const start = this.CONSUME(Word.view);
    const name = this.SUBRULE(this.name);
    const width = this.SUBRULE(this.width);
    const value = this.SUBRULE(this.equalsValue);
    const citation = this.SUBRULE(this.citation);
    return this.ACTION(() => ({ kind: "view", name, width, value, ...citation, span: this.since(start) }) as const);
  });

  protected readonly invariant: ParserMethod<[], Declaration> = this.RULE("invariant", () => {
    const start = this.CONSUME(Word.invariant);
    const value = this.SUBRULE(this.expression);
    const citation = this.SUBRULE(this.citation);
    return this.ACTION(() => ({ kind: "invariant", value, ...citation, span: this.since(start) }) as const);
  });

  protected readonly configuration: ParserMethod<[], Declaration> = this.RULE("configuration", () => {
    const start = this.CONSUME(Word.configuration);
    const name = this.SUBRULE(this.hyphenatedName);
    const title = this.SUBRULE(this.quoted);
    const isDefault = this.OPTION(() => this.CONSUME(Word.default)) !== undefined;
    this.CONSUME(Mark.openCurly);
    const value = this.SUBRULE(this.expression);
    this.CONSUME(Mark.closeCurly);
    return this.ACTION(() => ({ kind: "configuration", name, title, isDefault, value, span: this.since(start) }) as const);
  });

  protected readonly omits: ParserMethod<[], Declaration> = this.RULE("omits", () => {
    const start = this.CONSUME(Word.omits);
    const what = this.SUBRULE(this.quoted);
    const citation = this.SUBRULE(this.citation);
    return this.ACTION(() => ({ kind: "omits", what, ...citation, span: this.since(start) }) as const);
  });

  protected readonly window: ParserMethod<[], Declaration> = this.RULE("window", () => {
    const start = this.CONSUME(Word.window);
    const name = this.SUBRULE(this.name);
    this.CONSUME(Mark.openRound);
    const address = this.SUBRULE(this.parameter);
    this.CONSUME(Mark.comma, { ERR_MSG: "`,` and a name for the kind of access" });
    const access = this.SUBRULE1(this.name);
    this.CONSUME(Mark.closeRound);
    const width = this.SUBRULE(this.width);
    this.CONSUME(Word.over);
    const over = this.SUBRULE2(this.name);
    const latched = this.OPTION1(() => this.CONSUME(Word.latched)) !== undefined;
    const statements: Statement[] = [];
    let cell: Expression | undefined;
    let inverse: Inverse | undefined;
    const open = this.curly(
      () => {
        this.MANY({ GATE: () => this.LA(1).tokenType !== Word.cell && !this.declares(), DEF: () => this.keep(statements, this.SUBRULE(this.statement, { ARGS: [false] })) });
        this.CONSUME(Word.cell, { ERR_MSG: "a statement, or `cell` and the cell that the address means" });
        cell = this.SUBRULE(this.expression);
        inverse = this.OPTION(() => this.SUBRULE(this.inverse));
      },
      (type) => type !== Mark.closeCurly,
      "`address`, or `}`",
    );
    return this.ACTION(() => {
      if (cell === undefined) throw new Error("a window that was read to its end has a cell");
      return { kind: "window", name, address, access, width, over, latched, body: this.blockOf(open, statements), cell, inverse, span: this.since(start) } as const;
    });
  });

  private readonly inverse: ParserMethod<[], Inverse> = this.RULE("inverse", () => {
    this.CONSUME(Word.address);
    this.CONSUME(Mark.openRound);
    const parameter = this.SUBRULE(this.name);
    this.CONSUME(Mark.closeRound);
    const value = this.SUBRULE(this.expression);
    return { parameter, value };
  });

  protected readonly trapDeclaration: ParserMethod<[], Declaration> = this.RULE("trapDeclaration", () => {
    const memory = this.OPTION(() => this.CONSUME(Word.memory));
    const trap = this.CONSUME(Word.trap);
    const start = memory ?? trap;
    const name = this.SUBRULE(this.name);
    const parameters = this.SUBRULE(this.parameters);
    const priority = this.OPTION1(() => {
      this.CONSUME(Word.priority);
      return this.SUBRULE(this.expression);
    });
    const title = this.SUBRULE(this.quoted);
    const citation = this.SUBRULE(this.citation);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "trap", name, memory: memory !== undefined, parameters, priority, title, ...citation, body, span: this.since(start) }) as const);
  });

  protected readonly parameters: ParserMethod<[], Parameter[]> = this.RULE("parameters", () => {
    const parameters: Parameter[] = [];
    this.CONSUME(Mark.openRound, { ERR_MSG: "`(` and parameters, or `()`" });
    this.MANY_SEP({ SEP: Mark.comma, DEF: () => parameters.push(this.SUBRULE(this.parameter)) });
    this.CONSUME(Mark.closeRound, { ERR_MSG: "a parameter such as `a : 18`, or `)`" });
    return parameters;
  });

  protected readonly parameter: ParserMethod<[], Parameter> = this.RULE("parameter", () => {
    const name = this.SUBRULE(this.name);
    const width = this.SUBRULE(this.width);
    return this.ACTION(() => ({ name, width, span: this.since(name) }));
  });

  protected readonly fetch: ParserMethod<[], Declaration> = this.RULE("fetch", () => {
    const start = this.CONSUME(Word.fetch);
    const unit = this.SUBRULE(this.expression);
    this.CONSUME(Mark.openRound);
    const index = this.SUBRULE(this.parameter);
    this.CONSUME(Mark.closeRound);
    const isLowestFirst = this.OPTION(() => {
      this.CONSUME(Word.lowest);
      this.CONSUME(Word.first);
      return true;
    }) === true;
    const body = this.SUBRULE(this.blockOrValue, { ARGS: [true] });
    return this.ACTION(() => ({ kind: "fetch", unit, index, isLowestFirst, body, span: this.since(start) }) as const);
  });

  /** `prefix wide : 1 { 8'0x66 => 1 }` */
  protected readonly prefix: ParserMethod<[], Declaration> = this.RULE("prefix", () => {
    const start = this.CONSUME(Word.prefix);
    const name = this.SUBRULE(this.name);
    const width = this.SUBRULE(this.width);
    const units: PrefixUnit[] = [];
    this.curly(() => this.AT_LEAST_ONE({ DEF: () => units.push(this.SUBRULE(this.prefixUnit)), ERR_MSG: "a unit and the value that it stands for, such as `8'0x66 => 1`" }), (type) => type === NumberToken, "a unit and the value that it stands for, or `}`");
    return this.ACTION(() => ({ kind: "prefix", name, width, units, span: this.since(start) }) as const);
  });

  private readonly prefixUnit: ParserMethod<[], PrefixUnit> = this.RULE("prefixUnit", () => {
    const unit = this.SUBRULE(this.expression);
    this.CONSUME(Mark.arrow);
    const value = this.SUBRULE1(this.expression);
    return this.ACTION(() => ({ unit, value, span: this.since(unit) }));
  });

  /** `context thumb : 1 = T` */
  protected readonly context: ParserMethod<[], Declaration> = this.RULE("context", () => {
    const start = this.CONSUME(Word.context);
    const name = this.SUBRULE(this.name);
    const width = this.SUBRULE(this.width);
    const value = this.SUBRULE(this.equalsValue);
    return this.ACTION(() => ({ kind: "context", name, width, value, span: this.since(start) }) as const);
  });

  protected readonly advance: ParserMethod<[], Declaration> = this.RULE("advance", () => {
    const start = this.CONSUME(Word.advance);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "advance", body, span: this.since(start) }) as const);
  });

  protected readonly namesTable: ParserMethod<[], Declaration> = this.RULE("namesTable", () => {
    const start = this.CONSUME(Word.names);
    const name = this.SUBRULE(this.name);
    const texts = this.SUBRULE(this.texts);
    return this.ACTION(() => ({ kind: "names", name, texts, span: this.since(start) }) as const);
  });

  /** `{ "a" "b" }` */
  protected readonly texts: ParserMethod<[], Quoted[]> = this.RULE("texts", () => {
    const texts: Quoted[] = [];
    this.curly(() => this.MANY(() => texts.push(this.SUBRULE(this.quoted))), (type) => type === StringToken, "a quoted text, or `}`");
    return texts;
  });

  protected readonly constant: ParserMethod<[], Declaration> = this.RULE("constant", () => {
    const start = this.CONSUME(Word.const);
    const name = this.SUBRULE(this.name);
    const width = this.SUBRULE(this.width);
    const value = this.SUBRULE(this.equalsValue);
    return this.ACTION(() => ({ kind: "const", name, width, value, span: this.since(start) }) as const);
  });

  protected readonly function: ParserMethod<[], Declaration> = this.RULE("function", () => {
    const start = this.CONSUME(Word.function);
    const name = this.SUBRULE(this.name);
    const parameters = this.SUBRULE(this.parameters);
    const width = this.SUBRULE(this.width);
    const body = this.OR({
      DEF: [
        {
          ALT: () => {
            const value = this.SUBRULE(this.equalsValue);
            return this.ACTION((): Block => ({ statements: [{ kind: "return", value, span: value.span }], span: value.span }));
          },
        },
        { ALT: () => this.SUBRULE(this.block) },
      ],
      ERR_MSG: "`=` and a value, or `{` and a block",
    });
    return this.ACTION(() => ({ kind: "function", name, parameters, width, body, span: this.since(start) }) as const);
  });

  protected readonly action: ParserMethod<[], Declaration> = this.RULE("action", () => {
    const start = this.CONSUME(Word.action);
    const name = this.SUBRULE(this.name);
    const parameters = this.SUBRULE(this.parameters);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "action", name, parameters, body, span: this.since(start) }) as const);
  });

  protected readonly otherwise: ParserMethod<[], Declaration> = this.RULE("otherwise", () => {
    const start = this.CONSUME(Word.otherwise);
    const title = this.SUBRULE(this.quoted);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "otherwise", title, body, span: this.since(start) }) as const);
  });

  /** The word, if it is one of the list; else a diagnostic and the list's first, so that reading can go on. */
  private oneOf<T extends string>(list: readonly [T, ...T[]], word: Identifier, what: string): T {
    const found = list.find((candidate) => candidate === word.text);
    if (found === undefined) {
      const words = list.map((candidate) => `\`${candidate}\``);
      this.fault("P0021", word.span, `\`${word.text}\` is not ${what}`, `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
    }
    return found ?? list[0];
  }

  protected reportRepeated(clauses: readonly { readonly word: string; readonly span: Span }[]): void {
    const seen = new Map<string, Span>();
    for (const { word, span } of clauses) {
      const earlier = seen.get(word);
      if (earlier === undefined) seen.set(word, span);
      else this.fault("P0016", span, `\`${word}\` is given twice; the first is in line ${earlier.line}`, undefined, "keep one of them");
    }
  }
}

interface CitationClause {
  readonly word: "cite" | "because";
  readonly content: Quoted;
  readonly span: Span;
}
