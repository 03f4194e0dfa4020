/** The shape of a command, typed by its own options, and the options that several commands share. */
import type { Argv, InferredOptionTypes, Options, PositionalOptions } from "yargs";
import { badInput, type ExitCode } from "./failure.js";

/** A command with the types of its arguments forgotten, as the dispatcher holds it. */
export interface LoadedCommand {
  readonly optionNames: readonly string[];
  readonly build: (yargs: Argv) => Argv;
  readonly run: (args: unknown) => Promise<ExitCode>;
}

type Positionals = Readonly<Record<string, PositionalOptions>>;
type OptionTable = Readonly<Record<string, Options>>;

export function defineCommand<P extends Positionals, O extends OptionTable>(spec: {
  readonly positionals: P;
  readonly options: O;
  readonly run: (args: InferredOptionTypes<P> & InferredOptionTypes<O>) => Promise<ExitCode>;
}): LoadedCommand {
  return {
    optionNames: Object.keys(spec.options),
    build: (yargs) => {
      let built = yargs.options(spec.options) as Argv;
      for (const [name, options] of Object.entries(spec.positionals)) built = built.positional(name, options);
      return built;
    },
    // yargs has checked the arguments against these very tables, but collects what is given more than once
    run: (args) => {
      for (const [name, value] of Object.entries(args as Readonly<Record<string, unknown>>)) {
        if (Array.isArray(value) && name in spec.options && spec.options[name]!.array !== true) throw badInput(`--${name} is given more than once`);
      }
      return spec.run(args as InferredOptionTypes<P> & InferredOptionTypes<O>);
    },
  };
}

export const MACHINE_POSITIONAL = { machine: { type: "string", demandOption: true, describe: "a bundled machine, or the path of a folder or file" } } as const satisfies Positionals;

export const MACHINE_OPTIONS = {
  set: { type: "string", array: true, default: [] as string[], requiresArg: true, describe: "another value for a parameter: WORD=8" },
  color: { choices: ["auto", "always", "never"] as const, default: "auto" as const, describe: "colours; auto: on a terminal, unless NO_COLOR is set" },
} as const satisfies OptionTable;

/** `WORD=8`, with 0x, 0o and 0b as in the language. */
export function readParameters(settings: readonly string[]): ReadonlyMap<string, number> {
  const parameters = new Map<string, number>();
  for (const setting of settings) {
    const parts = /^([A-Za-z_]\w*)=(0x[\da-fA-F]+|0o[0-7]+|0b[01]+|\d+)$/.exec(setting);
    const value = Number(parts?.[2]);
    if (parts === null || !Number.isSafeInteger(value)) throw badInput(`--set ${setting} sets nothing`, "write --set NAME=NUMBER, as in --set WORD=8");
    if (parameters.has(parts[1]!)) throw badInput(`--set gives ${parts[1]!} twice`);
    parameters.set(parts[1]!, value);
  }
  return parameters;
}

/** For `coerce`: a whole number within bounds, or a message that says so. */
export function wholeNumber(option: string, least: number, most: number): (value: unknown) => number {
  return (value) => {
    const number = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    if (!Number.isSafeInteger(number) || number < least || number > most) throw badInput(`--${option} ${String(value)} is no whole number from ${least} to ${most}`);
    return number;
  };
}
