/**
 * The whole front end never throws and always ends: machines of this repository with names, numbers, operators and lines
 * exchanged, left out and doubled (most of these still parse, so that the elaborator sees them), and soups of tokens behind
 * a sound beginning. `POPEK_FUZZ_RUNS` sets the number of cases (default 1,000).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeSource } from "../../src/language/parse.js";
import { readMachine, type SourceText } from "../../src/language/read-machine.js";
import { renderDiagnostics } from "../../src/language/render-diagnostic.js";

const numRuns = Number(process.env["POPEK_FUZZ_RUNS"] ?? 1_000);
const timeout = 120_000 + numRuns * 100;
const MOST_DIAGNOSTICS = 51;

function folder(path: string, select = /\.isa$/): SourceText[] {
  return readdirSync(path).filter((f) => select.test(f)).sort().map((f) => ({ file: f, text: readFileSync(join(path, f), "utf8") }));
}

/** Small ones many times, as they are quick. */
const tiny = folder("tests/machines").map((text) => [text]);
const large = [...folder("tests/fixtures/hard").map((text) => [text]), folder("isa-specs/third-generation"), folder("isa-specs/pdp10", /^(00|01|31)/)];

function survives(texts: readonly SourceText[]): void {
  const { machine, diagnostics } = readMachine(texts);
  expect(diagnostics.length).toBeLessThanOrEqual(texts.length * MOST_DIAGNOSTICS);
  expect(machine !== undefined).toBe(!diagnostics.some((d) => d.severity === "error"));
  for (const { span, code, message } of diagnostics) {
    const text = texts.find((t) => t.file === span.file)?.text ?? "";
    expect(span.start, `${code} ${message}`).toBeLessThanOrEqual(span.end);
    expect(span.end, `${code} ${message}`).toBeLessThanOrEqual(text.length);
  }
  renderDiagnostics(diagnostics, (file) => texts.find((t) => t.file === file)?.text, { color: false });
}

const TOKEN = /\w+|"[^"\n]*"|\s+|\/\/.*|:=|==|=>|\.\.|<<|>>>?|&&|\|\||[<>!]=s?|[^\w\s]/g;
const KINDS: readonly RegExp[] = [/^[a-zA-Z_]\w*$/, /^\d/, /^(\+|-|\*|&|\||\^|@|==|!=|<|<=|>|>=|<<|>>|>>>|&&|\|\|)$/, /^"/];
const numbers = ["0", "1", "2", "3", "7", "8", "16", "32", "36", "64", "127", "128", "129", "1024", "1025", "4096", "100000", "1000000000", "0b0", "0x1F", "0o777"];
const words = ["A", "P", "M", "x", "mem", "core", "length", "read", "choice", "zext", "rep", "mulu", "s", "u", "true", "word", "general", "mode", "storage", "extent", "map"];

interface Edit { readonly kind: "same" | "number" | "word" | "line" | "double line" | "swap lines" | "cut" | "statement"; readonly at: number; readonly other: number }

const statements = [
  "then", "then keep", "halt", "execute 8'0", "P := 0", "return 1", "for i in 0 .. 100 { }", "while 1'1 == 1 limit 3 { }", "trap trap()", "if 1'0 { } else { return 3 }", "match 1'0 { 0 => { } else => { halt } }",
  "var v = 8'3", "v = v + 1", "let y = choice(1, \"?\")", "beyond \"that\" when 1'0",
];

function edited(texts: readonly SourceText[], edits: readonly Edit[]): readonly SourceText[] {
  return edits.reduce<readonly SourceText[]>((current, { kind, at, other }) => {
    const which = at % current.length;
    const { file, text } = current[which]!;
    return current.with(which, { file, text: applied(text, kind, at, other) });
  }, texts);
}

function applied(text: string, kind: Edit["kind"], at: number, other: number): string {
  if (kind === "line" || kind === "double line" || kind === "swap lines" || kind === "statement") {
    const lines = text.split("\n");
    const i = at % lines.length, j = other % lines.length;
    if (kind === "line") lines.splice(i, 1);
    else if (kind === "double line") lines.splice(j, 0, lines[i]!);
    else if (kind === "swap lines") [lines[i], lines[j]] = [lines[j]!, lines[i]!];
    else lines[i] = `${lines[i]} ${statements[other % statements.length]}`;
    return lines.join("\n");
  }
  const tokens = text.match(TOKEN) ?? [];
  const wanted = kind === "number" ? [KINDS[1]!] : kind === "word" ? [KINDS[0]!] : kind === "same" ? [KINDS[other % KINDS.length]!] : [/\S/];
  const places = tokens.flatMap((t, i) => (wanted.some((w) => w.test(t)) ? [i] : []));
  if (places.length === 0) return text;
  const place = places[at % places.length]!;
  const from = kind === "number" ? numbers : kind === "word" ? words : places.map((i) => tokens[i]!);
  tokens[place] = kind === "cut" ? "" : from[other % from.length]!;
  return tokens.join("");
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("same", "same", "number", "number", "word", "line", "double line", "swap lines", "cut", "statement"), at: fc.nat(), other: fc.nat(),
});

it("machines with a few things exchanged", { timeout }, () => {
  fc.assert(fc.property(fc.constantFrom(...tiny), fc.array(edit, { minLength: 1, maxLength: 5 }), (texts, edits) => survives(edited(texts, edits))), { numRuns });
});

it("large machines with a few things exchanged", { timeout }, () => {
  fc.assert(fc.property(fc.constantFrom(...large), fc.array(edit, { minLength: 1, maxLength: 8 }), (texts, edits) => survives(edited(texts, edits))), { numRuns: Math.ceil(numRuns / 20) });
});

it("soups of statements and expressions in a step", { timeout }, () => {
  const [base] = tiny[0]!;
  const atom = fc.constantFrom(...words, ...numbers.map((n) => n), "8'3", "1'1", "E[1]", "mem[a]", "mem.write[2'1]", "P[0]", "a[1..0]", "(M @ P)", "length");
  const operator = fc.constantFrom("+", "-", "*", "@", "==", "<s", "&&", "||", "<<", "&", "**");
  const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 4, withCrossShrink: true }, atom,
      fc.tuple(tie("e"), operator, tie("e")).map(([a, o, b]) => `(${a} ${o} ${b})`),
      fc.tuple(fc.constantFrom("zext", "sext", "rep", "rol", "mulu", "udiv", "popcount", "any", "choice", "bit", "clz"), fc.array(tie("e"), { minLength: 1, maxLength: 2 })).map(([f, args]) => `${f}(${args.join(", ")})`),
      fc.tuple(tie("e"), tie("e"), tie("e")).map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
      fc.tuple(tie("e"), atom, tie("e"), tie("e")).map(([s, p, a, b]) => `(match ${s} { ${p} => ${a} else => ${b} })`),
      fc.tuple(tie("e"), atom).map(([a, b]) => `${a}[${b}]`),
    ),
  })).e;
  const statement: fc.Arbitrary<string> = fc.letrec<{ s: string }>((tie) => ({
    s: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...statements),
      fc.tuple(fc.constantFrom("M", "P", "E[0]", "mem[a]", "(M @ P)", "l[0]", "b"), expression).map(([t, e]) => `${t} := ${e}`),
      fc.tuple(fc.constantFrom("let", "var"), fc.constantFrom("x", "y", "z"), expression).map(([k, x, e]) => `${k} ${x} = ${e}`),
      fc.tuple(fc.constantFrom("x", "y", "z"), expression).map(([x, e]) => `${x} = ${e}`),
      fc.tuple(expression, fc.array(tie("s"), { maxLength: 3 }), fc.array(tie("s"), { maxLength: 2 })).map(([c, a, b]) => `if ${c} { ${a.join(" ")} } else { ${b.join(" ")} }`),
      fc.tuple(expression, fc.array(tie("s"), { maxLength: 3 })).map(([c, a]) => `while ${c} limit 5 { ${a.join(" ")} }`),
      fc.tuple(fc.nat(300), fc.array(tie("s"), { maxLength: 3 })).map(([n, a]) => `for i in 0 .. ${n} { ${a.join(" ")} }`),
      fc.tuple(expression, fc.array(tie("s"), { maxLength: 2 })).map(([c, a]) => `trap operation() when ${c} leaving { ${a.join(" ")} }`),
    ),
  })).s;
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 8 }), fc.constantFrom("step", "trap", "function", "action", "window", "advance"), (body, where) => {
      const block = body.join("\n  ");
      const text = where === "step" ? `instruction SOUP "Soup" {\n  encoding 8'200 a:2\n  syntax "SOUP {a}"\n  step {\n  ${block}\n  }\n}`
        : where === "trap" ? `trap soup(a : 2) "Soup" {\n  ${block}\n}`
        : where === "function" ? `function soup(a : 2) : 8 {\n  ${block}\n  return 3\n}`
        : where === "action" ? `action soup(a : 2) {\n  ${block}\n}`
        : where === "window" ? `window soup(a : 2, access) : 2 over E {\n  ${block}\n  cell a\n}`
        : `otherwise "Soup" {\n  ${block}\n}`;
      survives([{ file: base!.file, text: `${base!.text}\n${text}\n` }]);
    }),
    { numRuns },
  );
});

it("bytes of a spec with a few exchanged", { timeout }, () => {
  const bytes = new TextEncoder().encode(tiny[0]![0]!.text);
  fc.assert(
    fc.property(fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 }), (edits) => {
      const changed = Uint8Array.from(bytes);
      for (const { at, byte } of edits) changed[at % changed.length] = byte;
      const decoded = decodeSource("fuzz.isa", changed);
      if (decoded.kind === "text") survives([{ file: "fuzz.isa", text: decoded.text }]);
    }),
    { numRuns: Math.ceil(numRuns / 4) },
  );
});
