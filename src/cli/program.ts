/**
 * The dispatcher: arguments to a command, its end to an exit code, and every way in which it can go wrong to the words and
 * the code for it.
 */
import yargs, { type Argv } from "yargs";
import { nearest } from "../isa/nearest.js";
import type { LoadedCommand } from "./command.js";
import { COMPLETION_REQUEST, completions } from "./completion.js";
import { COMMANDS, type CommandEntry } from "./commands.js";
import { badInput, EXIT, Failure, Rejected, type ExitCode } from "./failure.js";
import { overview } from "./overview.js";
import { tolerateClosedPipes, writeTo } from "./output.js";
import { shown } from "./read-files.js";

/** Runs the command and ends the process, when everything written has been taken. */
export async function main(args: readonly string[]): Promise<never> {
  tolerateClosedPipes();
  process.on("uncaughtException", (error) => { void report(error).then((code) => process.exit(code)); });
  process.exit(await perform(args));
}

/** Runs the command; whatever goes wrong is told on standard error and comes out as the exit code. */
export async function perform(args: readonly string[]): Promise<ExitCode> {
  try {
    return await dispatch(args);
  } catch (error) {
    return report(error);
  }
}

async function dispatch(args: readonly string[]): Promise<ExitCode> {
  const [first] = args;
  if (first === undefined) {
    await writeTo(process.stderr, overview());
    return EXIT.badInput;
  }
  if (first === COMPLETION_REQUEST) {
    await writeTo(process.stdout, (await completions(args.slice(1))).map((c) => `${c}\n`).join(""));
    return EXIT.asExpected;
  }
  if (!first.startsWith("-") && first !== "completion" && !FIRST_WORDS.includes(first)) {
    const near = nearest(first, FIRST_WORDS);
    throw badInput(`there is no command ${shown(first)}`, near === undefined ? `commands: ${FIRST_WORDS.join(", ")}` : `did you mean popek ${near}?`);
  }
  const second = args[1];
  const seconds = COMMANDS.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
  if (seconds.length > 0 && second !== undefined && !second.startsWith("-") && !seconds.includes(second)) {
    const near = nearest(second, seconds);
    throw badInput(`there is no command ${first} ${shown(second)}`, near === undefined ? `commands: ${seconds.map((s) => `${first} ${s}`).join(", ")}` : `did you mean popek ${first} ${near}?`);
  }
  let code: ExitCode = EXIT.asExpected;
  let loaded: LoadedCommand | undefined;
  const program = parser();
  const add = (to: Argv, entry: CommandEntry, usage: string): Argv => to.command(usage, entry.summary, async (y: Argv) => {
    loaded = (await entry.load()).command;
    return loaded.build(y).epilogue(epilogue(entry));
  }, async (argv) => { code = await loaded!.run(argv); });
  for (const word of FIRST_WORDS) {
    const entries = COMMANDS.filter((c) => c.name === word || c.name.startsWith(`${word} `));
    const within = entries.filter((c) => c.name !== word);
    if (within.length === 0) add(program, entries[0]!, entries[0]!.usage);
    else program.command(word, within.map((c) => c.summary).join("; "), (y: Argv) => within.reduce((to, entry) => add(to, entry, entry.usage.slice(word.length + 1)), y).demandCommand(1, "which command?"));
  }
  let output = "";
  program.fail((message: string | null, error: Error | undefined) => { throw error ?? misuse(message ?? "bad arguments", args, loaded); });
  try {
    await program.parseAsync([...args], {}, (_error: Error | undefined | null, _argv: unknown, text: string) => { output = text; });
  } catch (error) {
    // what yargs throws by itself is about arguments, too
    throw error instanceof Error && error.name === "YError" ? misuse(error.message, args, loaded) : error;
  }
  if (output !== "") await writeTo(process.stdout, `${output}\n`);
  return code;
}

/** Commands that belong together share their first word: `vmm run`. */
const FIRST_WORDS: readonly string[] = [...new Set(COMMANDS.map((c) => c.name.split(" ")[0]!))];

function epilogue({ name, examples }: CommandEntry): string {
  const lines = examples.flatMap(([example, what]) => [`  popek ${name} ${example}`.trimEnd(), `      ${what}`]);
  return `Examples:\n${lines.join("\n")}\n\nExit codes: 0 as expected, 1 something fails, 2 bad input, 3 something is open.`;
}

function parser(): Argv {
  return yargs().scriptName("popek").usage("$0 <command> [options]").detectLocale(false).exitProcess(false)
    .parserConfiguration({ "dot-notation": false, "parse-numbers": false, "parse-positional-numbers": false, "duplicate-arguments-array": true, "greedy-arrays": false, "boolean-negation": true })
    .strict().demandCommand(1, "which command?").wrap(Math.min(100, process.stdout.columns ?? 100))
    .help("help").alias("help", "h").version(false)
    .completion("completion", "write a completion script for bash or zsh");
}

/** What yargs found wrong, in our words and with a hint. */
function misuse(message: string, args: readonly string[], command: LoadedCommand | undefined): Failure {
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(", ")[0];
  if (unknown !== undefined) {
    const near = nearest(unknown, command?.optionNames ?? []);
    const written = args.find((a) => a.replace(/^-+/, "").startsWith(unknown)) ?? unknown;
    return badInput(`there is no ${written.startsWith("-") ? "option" : "argument"} ${shown(written)}`, near === undefined ? "popek <command> --help lists what there is" : `did you mean --${near}?`);
  }
  if (message.startsWith("Not enough non-option arguments")) return badInput("an argument is missing", "popek <command> --help says which");
  const choices = /Argument: ([\w-]+), Given: (.*), Choices: (.*)$/s.exec(message);
  if (choices !== null) return badInput(`--${choices[1]!} ${choices[2]!.replace(/^"|"$/g, "")} is not among its values`, `one of ${choices[3]!.replace(/"/g, "")}`);
  return badInput(message.split("\n")[0]!.replace(/^(\w)/, (c) => c.toLowerCase()));
}

/** The words for an end that was not the planned one, on standard error. */
async function report(error: unknown): Promise<ExitCode> {
  const say = (text: string): Promise<void> => writeTo(process.stderr, text).catch(() => undefined); // nobody is left to tell
  if (error instanceof Rejected) {
    await say(error.rendered);
    return EXIT.badInput;
  }
  if (error instanceof Failure) {
    await say(`popek: ${error.message}\n${error.hint === undefined ? "" : `  hint: ${error.hint}\n`}`);
    return error.code;
  }
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await say(`popek: this is a bug in popek: ${story}\n`);
  return EXIT.bug;
}
