/**
 * Diagnostics: what was wrong in what a user wrote, as data.
 *
 * Each has a code of its own (`P` with four digits, listed in `codes` with a one-line meaning), the span that a caret
 * is put under, what was found, what was expected and a hint. They are collected, all in one pass; a node whose parts
 * already have a diagnostic gets none of its own.
 */
import type { Span } from "./syntax.js";

export interface Diagnostic {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly span: Span;
  /** what was found, in one sentence */
  readonly message: string;
  /** what was expected, if that can be said */
  readonly expected?: string;
  /** what to do */
  readonly hint?: string;
}
