/** What `--expect` comes to: the same words and exit codes for every command that has it. */
import { ExpectationError, type Comparison } from "../report/expectation.js";
import { badInput, EXIT, type ExitCode } from "./failure.js";
import { writeTo } from "./output.js";

/** The exit code, and on standard error what is not as expected. */
export async function met(compare: () => Comparison): Promise<ExitCode> {
  const comparison = readingExpectation(compare);
  if (comparison.kind === "as-expected") return EXIT.asExpected;
  await writeTo(process.stderr, `popek: not as expected\n${comparison.differences.map((d) => `  ${d}\n`).join("")}`);
  return comparison.isOpen ? EXIT.open : EXIT.fails;
}

/** An expectation that can't be read is bad input. */
export function readingExpectation<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExpectationError) throw badInput(`--expect: ${error.message}`, error.hint);
    throw error;
  }
}
