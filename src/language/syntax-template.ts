/** Reads an instruction's syntax template (`"ADD{m} {ac},{i?@}{y}{x?({})}"`) into parts. */
import type { Field, SyntaxPart } from "../isa/machine.js";
import { nearest } from "../isa/nearest.js";
import { visible } from "./lexer.js";
import type { Report } from "./report.js";
import type { Quoted } from "./syntax.js";

/** @param needed the fields that must occur */
export function readSyntax(report: Report, template: Quoted, fields: readonly Field[], needed: readonly Field[]): SyntaxPart[] | undefined {
  const { text, span } = template;
  const parts: SyntaxPart[] = [];
  const used = new Set<string>();
  let at = 0;
  const known = (name: string): boolean => {
    used.add(name);
    if (fields.some((f) => f.name === name)) return true;
    const near = nearest(name, fields.map((f) => f.name));
    report.error("P3010", span, `the syntax mentions ${visible(name)}, which is no field`, { expected: fields.length === 0 ? "text only: this encoding has no fields" : `one of ${fields.map((f) => f.name).join(", ")}`, hint: near === undefined ? undefined : `did you mean ${visible(near)}?` });
    return false;
  };
  while (at < text.length) {
    const open = text.indexOf("{", at);
    if (open < 0) {
      parts.push({ kind: "text", text: text.slice(at) });
      break;
    }
    if (open > at) parts.push({ kind: "text", text: text.slice(at, open) });
    const close = matching(text, open);
    if (close < 0) return report.error("P3011", span, "a `{` in the syntax is not closed", { expected: "a field in braces: {name}" });
    const inside = text.slice(open + 1, close);
    const question = inside.indexOf("?");
    if (question >= 0) {
      const name = inside.slice(0, question);
      const shown = inside.slice(question + 1);
      const hole = shown.indexOf("{}");
      if (!known(name)) return undefined;
      parts.push({ kind: "optional", field: name, shows: hole >= 0, before: hole < 0 ? shown : shown.slice(0, hole), after: hole < 0 ? "" : shown.slice(hole + 2) });
    } else {
      const [name, style] = inside.split(":") as [string, string | undefined];
      if (style !== undefined && style !== "signed") return report.error("P3012", span, `the syntax asks for the style ${visible(style)}`, { expected: "{name}, or {name:signed}" });
      if (!known(name)) return undefined;
      parts.push({ kind: "field", field: name, signed: style === "signed" });
    }
    at = close + 1;
  }
  const missing = needed.filter((f) => !used.has(f.name));
  if (missing.length > 0) return report.error("P3013", span, `the syntax leaves out ${missing.map((f) => visible(f.name)).join(", ")}`, { hint: "every field must occur; bits that mean nothing are _:n in the encoding" });
  return parts;
}

function matching(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  return -1;
}
