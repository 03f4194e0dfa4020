/**
 * Pictures: parts that several encodings have, with the ways in which they are written, put in where their names stand.
 */
import type { Of } from "./declarations.js";
import { notFound } from "./integers.js";
import { visible } from "./lexer.js";
import type { Context } from "./scope.js";
import type { EncodingPart, Expression, SyntaxClause } from "./syntax.js";

export type Picture = Of<"picture">;
type Instruction = Of<"instruction">;

/** The declaration with the parts and syntaxes of its pictures in it; undefined where a picture is not there. */
export function withPictures(context: Context, declaration: Instruction, pictures: ReadonlyMap<string, Picture>): Instruction | undefined {
  const used = new Map<string, Picture>();
  let failed = false;
  const encoding = declaration.encoding.flatMap((part): readonly EncodingPart[] => {
    if (part.kind !== "picture") return [part];
    const picture = pictures.get(part.name.text);
    if (picture === undefined) {
      failed = true;
      return notFound(context, part.name.span, `no picture is called ${visible(part.name.text)}`, part.name.text, () => pictures.keys()) ?? [];
    }
    const nested = picture.encoding.find((p) => p.kind === "picture");
    if (nested !== undefined) failed = context.report.error("P3022", nested.span, "a picture inside a picture", { hint: "put its parts here" }) ?? true;
    used.set(part.name.text, picture);
    return picture.encoding;
  });
  if (failed) return undefined;
  const syntaxes = [...used].reduce<readonly SyntaxClause[]>((list, [name, picture]) => list.flatMap((clause) => written(clause, name, picture.syntaxes)), declaration.syntaxes);
  return used.size === 0 ? declaration : { ...declaration, encoding, syntaxes };
}

/** `{NAME}` in a syntax stands for each way in which the picture is written, in their order. */
function written(clause: SyntaxClause, name: string, ways: readonly SyntaxClause[]): readonly SyntaxClause[] {
  // one that is written in no way is told as a field that is not there
  if (!clause.text.text.includes(`{${name}}`) || ways.length === 0) return [clause];
  return ways.map((way): SyntaxClause => ({
    text: { text: clause.text.text.replaceAll(`{${name}}`, () => way.text.text), span: clause.text.span },
    when: both(clause.when, way.when),
    span: clause.span,
  }));
}

function both(a: Expression | undefined, b: Expression | undefined): Expression | undefined {
  return a === undefined || b === undefined ? a ?? b : { kind: "binary", operator: "&&", left: a, right: b, span: a.span };
}
