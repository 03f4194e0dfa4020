/** What `popek --help` says. */
import { COMMANDS } from "./commands.js";

export function overview(): string {
  const width = Math.max(...COMMANDS.map((c) => c.usage.length));
  return `popek: does a machine meet the conditions of Popek and Goldberg (1974) for virtual machine monitors?

Usage: popek <command> [options]

Commands:
${[...COMMANDS.map((c) => [c.usage, c.summary] as const), ["completion", "write a completion script for bash or zsh"] as const].map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`).join("\n")}

Options:
  -h, --help     this page; popek <command> --help for a command's own
  -v, --version  the version

Examples:
${COMMANDS.map((c) => `  popek ${c.name}${c.examples[0]![0] === "" ? "" : ` ${c.examples[0]![0]}`}`).join("\n")}

A machine is the name of a bundled one (popek list), or the path of a folder of .isa files, or of one such file.
Exit codes: 0 as expected, 1 something fails, 2 bad input, 3 something is open.
`;
}
