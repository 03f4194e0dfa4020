/**
 * Bounds on the elaborator's work, so that no specification, however it is written, takes for ever or all memory.
 *
 * Work is counted (expressions and statements elaborated, nodes of the term graph asked for), never timed: the same text
 * gives the same answer on every computer. x86, the largest of `isa-specs`, needs 3.6 million in all, the PDP-10 a quarter of a million.
 */
import type { Terms } from "../isa/terms.js";
import type { Report } from "./report.js";
import type { Span } from "./syntax.js";

/** For one declaration: an instruction with all its splits, a window, a trap. */
const MOST_FOR_ONE = 500_000;
const MOST_IN_ALL = 5_000_000;
const MOST_TERMS = 1_500_000;
/** Expressions, blocks, calls, views and declarations that stand inside one another. */
const DEEPEST = 400;

export class Work {
  private counted = 0;
  private begun = 0;
  private subject: string | undefined;
  private depth = 0;

  constructor(private readonly terms: Terms, private readonly report: Report) {}

  private get spent(): number {
    return this.counted + this.terms.work;
  }

  /** What follows belongs to this declaration, as it is called in messages. */
  begin(subject: string): void {
    this.subject = subject;
    this.begun = this.spent;
  }

  /** `n` further units; false where there are none left, with a diagnostic, and nothing is to be done any more. */
  spend(span: Span, n = 1): boolean {
    if (this.report.isStopped) return false;
    this.counted += n;
    const hint = "shorten for loops, call functions less often in one another, or write while with a limit, which is not unrolled";
    if (this.spent - this.begun > MOST_FOR_ONE) {
      this.report.stop("P4010", span, `${this.subject ?? "this declaration"} takes more than ${MOST_FOR_ONE.toLocaleString("en")} operations to describe`, { hint });
    } else if (this.spent > MOST_IN_ALL || this.terms.size > MOST_TERMS) {
      this.report.stop("P4010", span, `this specification takes more than ${MOST_IN_ALL.toLocaleString("en")} operations to describe`, { hint });
    }
    return !this.report.isStopped;
  }

  /** Runs something one level deeper; undefined where that is too deep, with a diagnostic. */
  within<T>(span: Span, run: () => T): T | undefined {
    if (!this.spend(span)) return undefined;
    if (this.depth >= DEEPEST) return this.report.stop("P4029", span, `expressions, calls and declarations stand more than ${DEEPEST} deep in one another here`, { hint: "give parts a name with let, or let fewer functions, views and constants build on each other" });
    this.depth++;
    const result = run();
    this.depth--;
    return result;
  }
}
