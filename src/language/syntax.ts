/**
 * The syntax tree of the `.isa` language: what the parser makes and the elaborator reads.
 *
 * Nothing is resolved here: names are strings, widths are expressions, `x[1]` may be a bit or a cell.
 * Every node carries the span of text that it was written as, so that any later stage can point at it.
 */

/** A stretch of one source file. `line` and `column` are 1-based; offsets are UTF-16 positions, `end` exclusive. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

export interface Identifier {
  readonly text: string;
  readonly span: Span;
}

/** A quoted text with its escapes undone. */
export interface Quoted {
  readonly text: string;
  readonly span: Span;
}

export interface Citation {
  readonly cite?: Quoted;
  readonly because?: Quoted;
}

// ---------------------------------------------------------------- expressions

export type BinaryOperator =
  | "*" | "+" | "-" | "**" | "<<" | ">>" | ">>>" | "&" | "^" | "|" | "@"
  | "==" | "!=" | "<" | "<=" | ">" | ">=" | "<s" | "<=s" | ">s" | ">=s" | "&&" | "||";

export type Expression =
  | { readonly kind: "literal"; readonly value: bigint; /** width expression before the quote, if any */ readonly width?: Expression; readonly text: string; readonly span: Span }
  | { readonly kind: "name"; readonly name: Identifier; readonly span: Span }
  | { readonly kind: "string"; readonly text: string; readonly span: Span }
  | { readonly kind: "call"; readonly callee: Identifier; readonly args: readonly Expression[]; readonly span: Span }
  | { readonly kind: "member"; readonly base: Expression; readonly member: Identifier; readonly span: Span } // mem.execute
  | { readonly kind: "index"; readonly base: Expression; readonly index: Expression; readonly span: Span } // x[i]
  | { readonly kind: "slice"; readonly base: Expression; readonly from: Expression; readonly to: Expression; readonly span: Span } // x[a..b]
  | { readonly kind: "unary"; readonly operator: "~" | "!" | "-"; readonly operand: Expression; readonly span: Span }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression; readonly span: Span }
  | { readonly kind: "if"; readonly condition: Expression; readonly then: Expression; readonly otherwise: Expression; readonly span: Span }
  | { readonly kind: "match"; readonly subject: Expression; readonly arms: readonly MatchArm<Expression>[]; readonly span: Span };

export interface MatchArm<T> {
  /** empty: the `else` arm */
  readonly patterns: readonly Expression[];
  readonly body: T;
  readonly span: Span;
}

// ---------------------------------------------------------------- statements

export interface Block {
  readonly statements: readonly Statement[];
  readonly span: Span;
}

export type Statement =
  | { readonly kind: "let"; readonly name: Identifier; readonly width?: Expression; readonly value: Expression; readonly span: Span }
  | { readonly kind: "var"; readonly name: Identifier; readonly width?: Expression; readonly value: Expression; readonly span: Span }
  | { readonly kind: "set"; readonly name: Identifier; readonly value: Expression; readonly span: Span } // x = e, a local
  | { readonly kind: "assign"; readonly target: Expression; readonly value: Expression; readonly span: Span } // C := e
  | { readonly kind: "if"; readonly condition: Expression; readonly then: Block; readonly otherwise?: Block; readonly span: Span } // else if: a block of one if
  | { readonly kind: "match"; readonly subject: Expression; readonly arms: readonly MatchArm<Block>[]; readonly span: Span }
  | { readonly kind: "trap"; readonly trap: Identifier; readonly args: readonly Expression[]; readonly when?: Expression; readonly leaving?: Block; readonly span: Span }
  | { readonly kind: "halt"; readonly when?: Expression; readonly span: Span }
  | { readonly kind: "beyond"; readonly why: Quoted; readonly when?: Expression; readonly span: Span }
  | { readonly kind: "for"; readonly name: Identifier; readonly from: Expression; readonly to: Expression; readonly down: boolean; readonly body: Block; readonly span: Span }
  | { readonly kind: "while"; readonly condition: Expression; readonly limit: Expression; readonly body: Block; readonly span: Span }
  | { readonly kind: "then"; /** `then keep`: later traps do not undo what is assigned so far */ readonly keep: boolean; readonly span: Span }
  | { readonly kind: "execute"; readonly word: Expression; readonly span: Span }
  | { readonly kind: "call"; readonly action: Identifier; readonly args: readonly Expression[]; readonly span: Span }
  | { readonly kind: "return"; readonly value: Expression; readonly span: Span };

// ---------------------------------------------------------------- declarations

export interface Parameter {
  readonly name: Identifier;
  /** absent only for the access kind of a window */
  readonly width?: Expression;
  readonly span: Span;
}

export type MachineItem =
  | { readonly kind: "bits"; readonly order: "msb0" | "lsb0"; readonly span: Span }
  | { readonly kind: "radix"; readonly radix: "binary" | "octal" | "decimal" | "hexadecimal"; readonly span: Span }
  | { readonly kind: "source"; readonly name: Identifier; readonly title: Quoted; readonly span: Span }
  | { readonly kind: "status"; readonly status: Identifier; readonly span: Span };

export type EncodingPart =
  | { readonly kind: "constant"; readonly value: Expression; readonly span: Span } // a literal with a width
  | { readonly kind: "field"; readonly name: Identifier; readonly width: Expression; /** there only where this holds */ readonly when?: Expression; readonly span: Span } // `_` is ignored bits
  | { readonly kind: "front"; readonly name: Identifier; readonly value: Expression; readonly span: Span } // `thumb == 1`
  | { readonly kind: "picture"; readonly name: Identifier; readonly span: Span }; // the parts of a picture

export type NamesClause = { readonly field: Identifier; readonly texts?: readonly Quoted[]; readonly table?: Identifier; readonly span: Span };
export type SyntaxClause = { readonly text: Quoted; /** for the words of which this holds */ readonly when?: Expression; readonly span: Span };
export type SplitClause = { readonly label: Identifier; /** absent: the field of that name */ readonly by?: Expression; readonly span: Span };

/** `8'0x66 => 1` */
export interface PrefixUnit {
  readonly unit: Expression;
  readonly value: Expression;
  readonly span: Span;
}

/** `place X by e`: cell i of the guest's X is cell i + e of the real machine's. `place X`: the real machine is given the guest's, cell by cell. */
export interface PlacedClause {
  readonly component: Identifier;
  readonly by?: Expression;
  readonly span: Span;
}

/** `shadow W u by g cells n on t, ... { keeps (a) e clear { } install (a, p, w, x) { } }` */
export interface ShadowClause {
  readonly window: Identifier;
  readonly unit: Expression;
  readonly grain?: Expression;
  readonly cells: Expression;
  readonly traps: readonly Identifier[];
  readonly keeps?: { readonly address: Identifier; readonly holds: Expression };
  readonly clear: Block;
  readonly address: Identifier;
  readonly cell: Identifier;
  readonly writable: Identifier;
  readonly executable?: Identifier;
  readonly install: Block;
  readonly span: Span;
}

/** What a console device hears of: `cell E[i] is e (x) sends e halts when e`, `on F when e for i below e sends e`. */
export type DeviceClause =
  | { readonly kind: "cell"; readonly array: Identifier; readonly index: Expression; readonly holds?: Expression; readonly stored?: { readonly name: Identifier; readonly sends?: Expression; readonly halts?: Expression }; readonly span: Span }
  | { readonly kind: "on"; readonly family: Identifier; readonly when?: Expression; readonly each?: { readonly name: Identifier; readonly below: Expression }; readonly sends: Expression; readonly span: Span };

export type Declaration =
  | { readonly kind: "include"; readonly path: Quoted; readonly span: Span }
  | { readonly kind: "machine"; readonly name: Identifier; readonly title: Quoted; readonly items: readonly MachineItem[]; readonly span: Span }
  | { readonly kind: "parameter"; readonly name: Identifier; readonly value: Expression; readonly span: Span }
  | { readonly kind: "mode"; readonly name: Identifier; readonly level: "supervisor" | "user" | "other"; readonly when: Expression; readonly title?: Quoted; readonly span: Span }
  | ({ readonly kind: "state"; readonly name: Identifier; readonly indexWidth?: Expression; readonly width: Expression; /** rest value of a transient */ readonly rest?: Expression; readonly role: Identifier; readonly transient: boolean; readonly span: Span } & Citation)
  | ({ readonly kind: "view"; readonly name: Identifier; readonly width: Expression; readonly value: Expression; readonly span: Span } & Citation)
  | ({ readonly kind: "invariant"; readonly value: Expression; readonly span: Span } & Citation)
  | { readonly kind: "configuration"; readonly name: Identifier; readonly title: Quoted; readonly isDefault: boolean; readonly value: Expression; readonly span: Span }
  | ({ readonly kind: "omits"; readonly what: Quoted; readonly span: Span } & Citation)
  | { readonly kind: "window"; readonly name: Identifier; readonly address: Parameter; readonly access: Identifier; readonly width: Expression; readonly over: Identifier; readonly latched: boolean; /** trap and let/if statements before `cell` */ readonly body: Block; readonly cell: Expression; readonly inverse?: { readonly parameter: Identifier; readonly value: Expression }; readonly span: Span }
  | ({ readonly kind: "trap"; readonly name: Identifier; readonly memory: boolean; readonly parameters: readonly Parameter[]; readonly priority?: Expression; readonly title: Quoted; readonly body: Block; readonly span: Span } & Citation)
  | ({ readonly kind: "interrupt"; readonly name: Identifier; readonly parameters: readonly Parameter[]; readonly title: Quoted; readonly when: Expression; readonly body: Block; readonly span: Span } & Citation)
  | { readonly kind: "console"; readonly sent: Identifier; readonly on: Identifier; readonly span: Span }
  | { readonly kind: "consoleDevice"; readonly clauses: readonly DeviceClause[]; readonly span: Span }
  | { readonly kind: "monitor"; readonly base: Identifier; readonly size: Identifier; readonly area?: Identifier; readonly body: Block; readonly placed: readonly PlacedClause[]; readonly shadow?: ShadowClause; readonly span: Span }
  | { readonly kind: "fetch"; readonly unit: Expression; readonly index: Parameter; /** fields of several units have their lowest unit first */ readonly isLowestFirst: boolean; readonly body: Block; readonly span: Span }
  | { readonly kind: "prefix"; readonly name: Identifier; readonly width: Expression; readonly units: readonly PrefixUnit[]; readonly span: Span }
  | { readonly kind: "picture"; readonly name: Identifier; readonly encoding: readonly EncodingPart[]; readonly syntaxes: readonly SyntaxClause[]; readonly span: Span }
  | { readonly kind: "context"; readonly name: Identifier; readonly width: Expression; readonly value: Expression; readonly span: Span }
  | { readonly kind: "advance"; readonly body: Block; readonly span: Span }
  | { readonly kind: "names"; readonly name: Identifier; readonly texts: readonly Quoted[]; readonly span: Span }
  | { readonly kind: "const"; readonly name: Identifier; readonly width: Expression; readonly value: Expression; readonly span: Span }
  | { readonly kind: "function"; readonly name: Identifier; readonly parameters: readonly Parameter[]; readonly width: Expression; readonly body: Block; readonly span: Span } // `= e` parses to a block of one return
  | { readonly kind: "action"; readonly name: Identifier; readonly parameters: readonly Parameter[]; readonly body: Block; readonly span: Span }
  | { readonly kind: "otherwise"; readonly title: Quoted; readonly body: Block; readonly span: Span }
  | ({
      readonly kind: "instruction"; readonly name: Identifier; readonly title: Quoted; readonly encoding: readonly EncodingPart[]; readonly encodingSpan: Span;
      readonly where?: Expression; readonly priority?: Expression; readonly condition?: Expression; readonly names: readonly NamesClause[]; readonly syntaxes: readonly SyntaxClause[]; readonly splits: readonly SplitClause[];
      readonly step: Block; readonly span: Span;
    } & Citation);

/** One parsed file. */
export interface SourceFile {
  readonly file: string;
  readonly declarations: readonly Declaration[];
}
