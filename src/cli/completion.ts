/**
 * What the shell is offered while a command is typed: commands, then machines, then the command's options.
 *
 * The script that `popek completion` writes asks with `--get-yargs-completions` and the words so far. Files are left to the
 * shell, which offers them by itself.
 */
import { COMMANDS } from "./commands.js";
import { bundledMachines } from "./load-machine.js";

export const COMPLETION_REQUEST = "--get-yargs-completions";

/** @param words the command line so far, the program's name first, the word being typed last */
export async function completions(words: readonly string[]): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const before = words.slice(1, -1);
  const entry = COMMANDS.find((c) => c.name === before[0] || c.name === before.slice(0, 2).join(" "));
  const seconds = COMMANDS.flatMap((c) => (c.name.startsWith(`${before[0] ?? ""} `) ? [c.name.split(" ")[1]!] : []));
  const offered = before.length === 0 ? [...new Set(COMMANDS.map((c) => c.name.split(" ")[0]!)), "completion", "--help", "--version"]
    : entry === undefined ? (before.length === 1 ? seconds : [])
    : current.startsWith("-") ? [...(await entry.load()).command.optionNames.map((o) => `--${o}`), "--help"]
    : before.length === entry.name.split(" ").length && /<machine>|\[machine\]/.test(entry.usage) ? bundledMachines() : [];
  return offered.filter((o) => o.startsWith(current));
}
