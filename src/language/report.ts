/** Collects the elaborator's diagnostics: each fact once, however often its text is elaborated. */
import type { Diagnostic } from "./diagnostic.js";
import type { Span } from "./syntax.js";

const LIMIT = 50;

export class Report {
  private readonly seen = new Set<string>();
  private readonly list: Diagnostic[] = [];

  error(code: string, span: Span, message: string, more: { readonly expected?: string; readonly hint?: string } = {}): undefined {
    this.add({ code, severity: "error", span, message, ...more });
    return undefined;
  }

  warning(code: string, span: Span, message: string, more: { readonly expected?: string; readonly hint?: string } = {}): void {
    this.add({ code, severity: "warning", span, message, ...more });
  }

  private add(diagnostic: Diagnostic): void {
    const key = `${diagnostic.code}:${diagnostic.span.file}:${diagnostic.span.start}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push(diagnostic);
  }

  get hasErrors(): boolean {
    return this.list.some((d) => d.severity === "error");
  }

  /** In the order of the text, at most `LIMIT`. */
  diagnostics(): Diagnostic[] {
    const sorted = [...this.list].sort((a, b) => (a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : a.span.start - b.span.start));
    if (sorted.length <= LIMIT) return sorted;
    const cut = sorted[LIMIT]!;
    return [...sorted.slice(0, LIMIT), { code: "P1999", severity: "error", span: cut.span, message: `${sorted.length - LIMIT} more problems are not shown` }];
  }
}
