/**
 * What the formatter needs to know of a text beyond its tokens: where items begin, and what the signs mean that look alike.
 *
 * The tokens are the truth and the tree only explains them. Everything here is a set of offsets of tokens.
 */
import type { IToken } from "chevrotain";
import type { Declaration, Expression, Identifier, SourceFile, Span } from "./syntax.js";

export interface Layout {
  /** tokens that begin a line of their own: declarations, statements, arms, clauses (inside `{ }` only if that is broken) */
  readonly items: ReadonlySet<number>;
  /** tokens that stand at the depth of an item where the author broke the line before them, such as `where` */
  readonly soft: ReadonlySet<number>;
  /** the `else` of statements, which follows its `}` */
  readonly elses: ReadonlySet<number>;
  /** `{` of lists that flow like text and may hold any number of things on a line: names, and the arms of an expression */
  readonly flowing: ReadonlySet<number>;
  /** operators before their operand */
  readonly prefixes: ReadonlySet<number>;
  /** hyphens inside a name */
  readonly hyphens: ReadonlySet<number>;
  /** the `..` of slices with plain bounds, `x[0..17]` */
  readonly tightDots: ReadonlySet<number>;
  /** colons of encoding fields, which touch what is around them */
  readonly tightColons: ReadonlySet<number>;
}

export const readLayout = ({ declarations }: SourceFile, text: string, tokens: readonly IToken[]): Layout => {
  const items = new Set<number>();
  const soft = new Set<number>();
  const elses = new Set<number>();
  const flowing = new Set<number>();
  const prefixes = new Set<number>();
  const hyphens = new Set<number>();
  const tightDots = new Set<number>();
  const tightColons = new Set<number>();

  /** The index of the first token that begins at this offset or behind it. */
  const indexAt = (offset: number): number => {
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const before = (span: Span, count = 1): number => tokens[indexAt(span.start) - count]?.startOffset ?? -1;
  const firstCurly = (offset: number): number => {
    for (let index = indexAt(offset); ; index += 1) {
      const token = tokens[index];
      if (token === undefined || token.image === "{") return token?.startOffset ?? -1;
    }
  };
  const readHyphens = ({ text: name, span }: Identifier): void => {
    for (let at = name.indexOf("-"); at >= 0; at = name.indexOf("-", at + 1)) hyphens.add(span.start + at);
  };

  const readDeclaration = (declaration: Declaration): void => {
    items.add(declaration.span.start);
    switch (declaration.kind) {
      case "machine":
        readHyphens(declaration.name);
        for (const item of declaration.items) {
          items.add(item.span.start);
          if (item.kind === "status") readHyphens(item.status);
        }
        return;
      case "configuration":
        readHyphens(declaration.name);
        items.add(declaration.value.span.start);
        return;
      case "state": return readHyphens(declaration.role);
      case "window":
        items.add(before(declaration.cell.span));
        if (declaration.inverse !== undefined) items.add(before(declaration.inverse.parameter.span, 2));
        return;
      case "consoleDevice":
        for (const clause of declaration.clauses) items.add(clause.span.start);
        return;
      case "monitor":
        for (const clause of declaration.placed) items.add(clause.span.start);
        if (declaration.shadow !== undefined) {
          const { span, keeps, clear, address } = declaration.shadow;
          items.add(span.start).add(before(clear.span)).add(before(address.span, 2));
          if (keeps !== undefined) items.add(before(keeps.address.span, 2));
        }
        return;
      case "picture":
        items.add(declaration.encoding[0]!.span.start);
        for (const { span } of declaration.syntaxes) items.add(span.start);
        for (const part of declaration.encoding) if (part.kind === "field") tightColons.add(before(part.width.span));
        return;
      case "prefix":
        for (const { span } of declaration.units) items.add(span.start);
        return;
      case "names": return void flowing.add(firstCurly(declaration.name.span.end));
      case "instruction": {
        const { encoding, encodingSpan, where, priority, condition, names, syntaxes, splits, step, cite, because } = declaration;
        items.add(encodingSpan.start).add(before(step.span));
        for (const { span } of syntaxes) items.add(span.start);
        for (const clause of names) {
          items.add(clause.span.start);
          if (clause.texts !== undefined) flowing.add(firstCurly(clause.field.span.end));
        }
        if (splits[0] !== undefined) items.add(before(splits[0].span));
        const body = firstCurly(declaration.title.span.end);
        for (const clause of [where, priority, condition, cite, because]) if (clause !== undefined && clause.span.start > body) soft.add(before(clause.span));
        for (const part of encoding) if (part.kind === "field") tightColons.add(before(part.width.span));
        return;
      }
      default: return;
    }
  };

  const readNode = (node: object): void => {
    if ("statements" in node && "span" in node && Array.isArray(node.statements)) {
      const block = node as { readonly statements: readonly { readonly span: Span }[]; readonly span: Span };
      if (text[block.span.start] === "{") for (const statement of block.statements) items.add(statement.span.start);
    }
    if (!("kind" in node)) return;
    if (node.kind === "unary") prefixes.add(before((node as Extract<Expression, { kind: "unary" }>).operand.span));
    else if (node.kind === "slice") {
      const { from, to } = node as Extract<Expression, { kind: "slice" }>;
      if (isPlain(from) && isPlain(to)) tightDots.add(before(to.span));
    } else if (node.kind === "match") {
      const { subject, arms } = node as Extract<Expression, { kind: "match" }>;
      for (const { span, body } of arms) {
        items.add(span.start);
        if (!("statements" in body)) flowing.add(firstCurly(subject.span.end));
      }
    } else if (node.kind === "if" && "otherwise" in node) {
      const otherwise = node.otherwise as { readonly span: Span } | undefined;
      if (otherwise !== undefined && "statements" in otherwise) elses.add(before(otherwise.span));
    }
  };

  const waiting: object[] = [];
  for (const declaration of declarations) {
    readDeclaration(declaration);
    waiting.push(declaration);
  }
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    readNode(node);
    for (const [key, value] of Object.entries(node)) if (typeof value === "object" && value !== null && key !== "span") waiting.push(value as object);
  }
  return { items, soft, elses, flowing, prefixes, hyphens, tightDots, tightColons };
};

const isPlain = (bound: Expression): boolean => bound.kind === "name" || (bound.kind === "literal" && bound.width === undefined);
