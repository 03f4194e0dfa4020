/** Declarations about what is outside the instructions: events, the console, and a monitor around the machine. */
import { tokenMatcher, type ParserMethod } from "chevrotain";
import { DeclarationGrammar } from "./grammar-declarations.js";
import { Mark, Name, Word } from "./lexer-tokens.js";
import type { Declaration, DeviceClause, Identifier, PlacedClause, ShadowClause, Statement } from "./syntax.js";

export abstract class MonitorGrammar extends DeclarationGrammar {
  protected readonly interrupt: ParserMethod<[], Declaration> = this.RULE("interrupt", () => {
    const start = this.CONSUME(Word.interrupt);
    const name = this.SUBRULE(this.name);
    const parameters = this.SUBRULE(this.parameters);
    const title = this.SUBRULE(this.quoted);
    const citation = this.SUBRULE(this.citation);
    this.CONSUME(Word.when, { ERR_MSG: "`when`, and the states in which it is accepted" });
    const when = this.SUBRULE(this.expression);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "interrupt", name, parameters, title, ...citation, when, body, span: this.since(start) }) as const);
  });

  protected readonly console: ParserMethod<[], Declaration> = this.RULE("console", () => {
    const start = this.CONSUME(Word.console);
    const clauses: DeviceClause[] = [];
    const registers = this.OR({
      DEF: [
        {
          ALT: () => {
            const sent = this.SUBRULE(this.name);
            this.CONSUME(Word.on, { ERR_MSG: "`on` and the register that changes when a character is sent" });
            return { sent, on: this.SUBRULE1(this.name) };
          },
        },
        {
          ALT: () => {
            this.curly(() => this.MANY(() => clauses.push(this.SUBRULE(this.deviceClause))), (type) => type === Word.cell || type === Word.on, "`cell`, `on`, or `}`");
            return undefined;
          },
        },
      ],
      ERR_MSG: "the register that holds what is sent, or `{` and what a device hears of",
    });
    return this.ACTION((): Declaration => registers === undefined ? { kind: "consoleDevice", clauses, span: this.since(start) } : { kind: "console", ...registers, span: this.since(start) });
  });

  private readonly deviceClause: ParserMethod<[], DeviceClause> = this.RULE("deviceClause", () => this.OR([{ ALT: () => this.SUBRULE(this.deviceCell) }, { ALT: () => this.SUBRULE(this.deviceInstruction) }]));

  private readonly deviceCell: ParserMethod<[], DeviceClause> = this.RULE("deviceCell", () => {
    const start = this.CONSUME(Word.cell);
    const array = this.SUBRULE(this.name);
    this.CONSUME(Mark.openSquare, { ERR_MSG: "`[` and the number of the cell" });
    const index = this.SUBRULE(this.expression);
    this.CONSUME(Mark.closeSquare);
    const holds = this.OPTION(() => {
      this.CONSUME(Word.is);
      return this.SUBRULE1(this.expression);
    });
    const stored = this.OPTION1(() => {
      this.CONSUME(Mark.openRound);
      const name = this.SUBRULE1(this.name);
      this.CONSUME(Mark.closeRound);
      const sends = this.OPTION2(() => {
        this.CONSUME(Word.sends);
        return this.SUBRULE2(this.expression);
      });
      const halts = this.OPTION3(() => {
        this.CONSUME(Word.halts);
        this.CONSUME(Word.when, { ERR_MSG: "`when`, and of what is stored, what stops the machine" });
        return this.SUBRULE3(this.expression);
      });
      return { name, sends, halts };
    });
    return this.ACTION(() => ({ kind: "cell", array, index, holds, stored, span: this.since(start) }) as const);
  });

  private readonly deviceInstruction: ParserMethod<[], DeviceClause> = this.RULE("deviceInstruction", () => {
    const start = this.CONSUME(Word.on);
    const family = this.SUBRULE(this.name);
    const when = this.OPTION(() => {
      this.CONSUME(Word.when);
      return this.SUBRULE(this.expression);
    });
    const each = this.OPTION1(() => {
      this.CONSUME(Word.for);
      const name = this.SUBRULE1(this.name);
      this.CONSUME(Word.below, { ERR_MSG: "`below` and how many characters there are" });
      return { name, below: this.SUBRULE1(this.expression) };
    });
    this.CONSUME(Word.sends, { ERR_MSG: "`sends` and the character" });
    const sends = this.SUBRULE2(this.expression);
    return this.ACTION(() => ({ kind: "on", family, when, each, sends, span: this.since(start) }) as const);
  });

  protected readonly monitor: ParserMethod<[], Declaration> = this.RULE("monitor", () => {
    const start = this.CONSUME(Word.monitor);
    this.CONSUME(Mark.openRound, { ERR_MSG: "`(` and names for the first cell of an allotment and for its cells: `(base, size)`" });
    const base = this.SUBRULE(this.name);
    this.CONSUME(Mark.comma, { ERR_MSG: "`,` and a name for the size of the allotment" });
    const size = this.SUBRULE1(this.name);
    const area = this.OPTION(() => {
      this.CONSUME1(Mark.comma);
      return this.SUBRULE2(this.name);
    });
    this.CONSUME(Mark.closeRound);
    const statements: Statement[] = [];
    const placed: PlacedClause[] = [];
    let shadow: ShadowClause | undefined;
    const open = this.curly(
      () => {
        this.MANY({ GATE: () => !this.places() && !this.declares(), DEF: () => this.keep(statements, this.SUBRULE(this.statement, { ARGS: [false] })) });
        this.MANY1(() => placed.push(this.SUBRULE(this.placedClause)));
        shadow = this.OPTION1(() => this.SUBRULE(this.shadowClause));
      },
      (type) => type !== Mark.closeCurly,
      "a statement, `place`, `shadow`, or `}`",
    );
    return this.ACTION(() => ({ kind: "monitor", base, size, area, shadow, body: this.blockOf(open, statements), placed, span: this.since(start) }) as const);
  });

  /** `place X` or `shadow W`, where no statement can begin so */
  private places(): boolean {
    const { tokenType } = this.LA(1);
    return (tokenType === Word.place || tokenType === Word.shadow) && tokenMatcher(this.LA(2), Name);
  }

  private readonly shadowClause: ParserMethod<[], ShadowClause> = this.RULE("shadowClause", () => {
    const start = this.CONSUME(Word.shadow);
    const window = this.SUBRULE(this.name);
    const unit = this.SUBRULE(this.expression);
    const grain = this.OPTION1(() => {
      this.CONSUME(Word.by);
      return this.SUBRULE2(this.expression);
    });
    this.CONSUME(Word.cells, { ERR_MSG: "`cells` and how many of the monitor's cells it takes" });
    const cells = this.SUBRULE1(this.expression);
    this.CONSUME(Word.on, { ERR_MSG: "`on` and the traps that say that a translation is missing" });
    const traps: Identifier[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Mark.comma, DEF: () => traps.push(this.SUBRULE1(this.name)) });
    this.CONSUME(Mark.openCurly);
    const keeps = this.OPTION(() => this.SUBRULE(this.keepsClause));
    this.CONSUME(Word.clear, { ERR_MSG: "`clear` and what makes every translation missing" });
    const clear = this.SUBRULE(this.block);
    this.CONSUME(Word.install, { ERR_MSG: "`install` and what makes one" });
    this.CONSUME(Mark.openRound, { ERR_MSG: "`(` and names for the address, the cell and whether it may be written" });
    const address = this.SUBRULE2(this.name);
    this.CONSUME(Mark.comma);
    const cell = this.SUBRULE3(this.name);
    this.CONSUME1(Mark.comma);
    const writable = this.SUBRULE4(this.name);
    const executable = this.OPTION2(() => {
      this.CONSUME2(Mark.comma);
      return this.SUBRULE5(this.name);
    });
    this.CONSUME(Mark.closeRound);
    const install = this.SUBRULE1(this.block);
    this.CONSUME(Mark.closeCurly);
    return this.ACTION(() => ({ window, unit, grain, cells, traps, keeps, clear, address, cell, writable, executable, install, span: this.since(start) }));
  });

  private readonly keepsClause: ParserMethod<[], NonNullable<ShadowClause["keeps"]>> = this.RULE("keepsClause", () => {
    this.CONSUME(Word.keeps);
    this.CONSUME(Mark.openRound, { ERR_MSG: "`(` and a name for the address of which it is said" });
    const address = this.SUBRULE(this.name);
    this.CONSUME(Mark.closeRound);
    const holds = this.SUBRULE(this.expression);
    return this.ACTION(() => ({ address, holds }));
  });

  private readonly placedClause: ParserMethod<[], PlacedClause> = this.RULE("placedClause", () => {
    const start = this.CONSUME(Word.place);
    const component = this.SUBRULE(this.name);
    const by = this.OPTION(() => {
      this.CONSUME(Word.by);
      return this.SUBRULE(this.expression);
    });
    return this.ACTION(() => ({ component, by, span: this.since(start) }));
  });
}
