/**
 * From the text of one `.isa` file to its syntax tree and everything that is wrong with its syntax, in one pass.
 *
 * The tree holds what could be read; who goes on with it after diagnostics should expect parts to be missing.
 * Everything is bounded: the size of a file, the depth of its nesting, the size of its numbers, the count of diagnostics.
 */
import type { Diagnostic } from "./diagnostic.js";
import { Grammar } from "./grammar.js";
import { diagnose, lex } from "./lexer.js";
import { describeTooLarge, LARGEST_FILE } from "./parse-bytes.js";
import { deepestNode, DEEPEST_TREE } from "./parse-nesting.js";
import type { SourceFile, Span } from "./syntax.js";

export { decodeSource, LARGEST_FILE, type Decoded } from "./parse-bytes.js";

export const MOST_DIAGNOSTICS = 50;

export interface Parsed {
  readonly source: SourceFile;
  readonly diagnostics: readonly Diagnostic[];
}

let grammar: Grammar | undefined;

export const parse = (file: string, text: string): Parsed => {
  if (text.length > LARGEST_FILE) return { source: { file, declarations: [] }, diagnostics: [describeTooLarge(file, text.length)] };
  const { tokens, diagnostics: lexical } = lex(file, text);
  grammar ??= new Grammar();
  const { declarations, diagnostics, mismatches } = grammar.read(file, text, tokens, MOST_DIAGNOSTICS);
  const own = diagnostics.filter((diagnostic) => !mismatches.has(diagnostic) || !isEcho(diagnostic, lexical, text));
  const deep = declarations.flatMap((declaration) => {
    const span = deepestNode(declaration);
    return span === undefined ? [] : [describeTooDeep(span)];
  });
  return { source: { file, declarations }, diagnostics: bounded([...lexical, ...own, ...deep]) };
};

/** Where something unreadable was left out, what stands behind it rarely fits. A stray `;` harms nothing. */
const isEcho = ({ span }: Diagnostic, lexical: readonly Diagnostic[], text: string): boolean =>
  lexical.some(({ code, span: { start, line } }) => (code === "P0003" ? line <= span.line : text[start] !== ";" && (line === span.line || line + 1 === span.line)));

const bounded = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const sorted = [...diagnostics].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const next = sorted[MOST_DIAGNOSTICS];
  if (next === undefined) return sorted;
  return [...sorted.slice(0, MOST_DIAGNOSTICS), diagnose("P0034", next.span, `there are more than ${MOST_DIAGNOSTICS} diagnostics; the rest are left out`, undefined, "mend the first ones and run again")];
};

const describeTooDeep = (span: Span): Diagnostic =>
  diagnose("P0031", span, `this is more than ${DEEPEST_TREE} levels deep`, `at most ${DEEPEST_TREE} levels; every operator of a chain and every \`else if\` is one`, "give parts a name with `let`, or move them to a function");
