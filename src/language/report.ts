/**
 * Collects the elaborator's diagnostics: each fact once, however often its text is elaborated.
 *
 * Where a limit is reached (`stop`), nothing further is said or done: what comes after would only be an echo of it.
 */
import type { Code } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import type { Span } from "./syntax.js";

const LIMIT = 50;
/** Beyond these they are only counted. */
const MOST_KEPT = 1_000;

interface More {
  readonly expected?: string;
  readonly hint?: string;
}

export class Report {
  private readonly seen = new Set<string>();
  private readonly list: Diagnostic[] = [];
  private errors = 0;
  private dropped = 0;
  private stopped = false;

  /** `orderOf`: the files, in the order in which they are read. */
  constructor(private readonly orderOf: ReadonlyMap<string, number>) {}

  error(code: Code, span: Span, message: string, more: More = {}): undefined {
    if (!this.stopped && this.add({ code, severity: "error", span, message, ...more })) this.errors++;
    return undefined;
  }

  warning(code: Code, span: Span, message: string, more: More = {}): void {
    if (!this.stopped) this.add({ code, severity: "warning", span, message, ...more });
  }

  /** An error after which elaboration ends. */
  stop(code: Code, span: Span, message: string, more: More = {}): undefined {
    this.error(code, span, message, more);
    this.stopped = true;
    return undefined;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** How many errors there are, to see whether something added to them. */
  get count(): number {
    return this.errors;
  }

  private add(diagnostic: Diagnostic): boolean {
    const key = `${diagnostic.code}:${diagnostic.span.file}:${diagnostic.span.start}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    if (this.list.length >= MOST_KEPT) this.dropped++;
    else this.list.push(diagnostic);
    return true;
  }

  /** In the order of the text, at most `LIMIT`; errors go before warnings where not all can be shown. */
  diagnostics(): Diagnostic[] {
    const place = (d: Diagnostic): number => this.orderOf.get(d.span.file) ?? -1;
    const sorted = [...this.list].sort((a, b) => place(a) - place(b) || a.span.start - b.span.start);
    const shown = sorted.length <= LIMIT ? sorted : [...sorted.filter((d) => d.severity === "error"), ...sorted.filter((d) => d.severity === "warning")].slice(0, LIMIT);
    const left = sorted.length - shown.length + this.dropped;
    const last = shown.at(-1);
    if (left === 0 || last === undefined) return shown;
    return [...shown, { code: "P1999", severity: "error", span: last.span, message: `${left} more diagnostics are left out`, hint: "mend the first ones and run again" }];
  }
}
