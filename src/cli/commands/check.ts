/** `popek check`: every instruction classified, the conditions of the theorems judged. */
import { met, readingExpectation } from "../expected.js";
import { CLASSES, type CheckResult } from "../../verdict/result.js";
import { checkCsv } from "../../report/check-csv.js";
import { checkGithub } from "../../report/check-github.js";
import { checkJson } from "../../report/check-json.js";
import { checkJunit } from "../../report/check-junit.js";
import { checkMarkdown } from "../../report/check-markdown.js";
import { checkSarif } from "../../report/check-sarif.js";
import { checkText, type CheckTextOptions } from "../../report/check-text.js";
import { checkHtml } from "../../report/html/page.js";
import type { Placed } from "../../report/findings.js";
import { compare, readExpectation, readJsonExpectation, type Expectation } from "../../report/expectation.js";
import { READINGS, type ReadingName } from "../../report/standing.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters } from "../command.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { EXIT, type ExitCode } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { writeResult, writeTo } from "../output.js";
import { matcher } from "../patterns.js";
import { configurationOf, performCheck } from "../perform-check.js";
import { readRegularFile } from "../read-files.js";
import { LARGEST_RESULT } from "../read-json.js";
import { colorFor, widthOf } from "../terminal.js";

const FORMATS = ["text", "json", "html", "markdown", "csv", "sarif", "junit", "github"] as const;

export const command = defineCommand({
  positionals: MACHINE_POSITIONAL,
  options: {
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    reading: { choices: [...READINGS, "all"] as const, default: "all" as const, describe: "which reading of R is shown and decides the exit code; all: strict and extended decide" },
    only: { type: "string", requiresArg: true, describe: "instructions by identifier or mnemonic, with * for anything" },
    ...ENGINE_OPTIONS,
    expect: { type: "string", requiresArg: true, describe: "what it should come to: theorem1=fails,critical=X,privileged=Y; or a .json file that check printed" },
    format: { choices: FORMATS, default: "text" as const, describe: "text for a terminal, html a page that stands by itself; json, sarif, junit, github and csv for tools" },
    verbose: { type: "boolean", default: false, describe: "every witness of a critical instruction" },
    fold: { type: "boolean", default: false, describe: "neighbours of the same classes on one line of the table" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const expectation = args.expect === undefined ? undefined : expectationOf(args.expect);
    const { machine, sourceLine, folder, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const only = args.only === undefined ? undefined : matcher(machine, args.only);
    const result = await performCheck({ machine, configuration: configurationOf(machine, args.config), choice: engineChoice(args), jobs: args.jobs, only });
    const readings: readonly ReadingName[] | undefined = args.reading === "all" ? undefined : [args.reading];
    const isToFile = args.output !== undefined;
    const text = formatted(args.format, result, {
      color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout), verbose: args.verbose, fold: args.fold, readings, sourceLine, folder,
    });
    const code = expectation === undefined ? exitCode(result, readings ?? ["strict", "extended"]) : await met(() => compare(result, expectation));
    await writeResult(text, args.output);
    return code;
  },
});

function formatted(format: (typeof FORMATS)[number], result: CheckResult, options: CheckTextOptions & Placed): string {
  switch (format) {
    case "text": return checkText(result, options);
    case "json": return checkJson(result);
    case "html": return checkHtml(result, options);
    case "markdown": return checkMarkdown(result, options);
    case "csv": return checkCsv(result);
    case "sarif": return checkSarif(result, options);
    case "junit": return checkJunit(result, options);
    case "github": return checkGithub(result, options);
  }
}

function expectationOf(given: string): Expectation {
  return readingExpectation(() => (given.endsWith(".json") ? readJsonExpectation(new TextDecoder().decode(readRegularFile(given, LARGEST_RESULT))) : readExpectation(given)));
}

/**
 * 1 if the condition of Theorem 1 or 3 is not met; else 3 if one of them, or a class of an instruction, is open; else 0. Theorem 2 speaks of
 * a monitor, not of the machine alone, and does not count here.
 */
export function exitCode(result: CheckResult, readings: readonly ReadingName[]): ExitCode {
  const theorems = result.theorems.filter((t) => t.theorem !== 2 && t.assumption === "any" && readings.includes(t.reading));
  if (theorems.some((t) => t.answer === "fails")) return EXIT.fails;
  const isOpen = theorems.some((t) => t.answer === "open") || result.instructions.some((i) => CLASSES.some((c) => i.answers[c]?.answer === "open"));
  return isOpen ? EXIT.open : EXIT.asExpected;
}
