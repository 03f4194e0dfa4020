/** The whole front end: source texts to a machine, or diagnostics. */
import type { Machine } from "../isa/machine.js";
import type { Diagnostic } from "./diagnostic.js";
import { elaborate } from "./elaborate.js";
import { checkIncludes } from "./includes.js";
import { parse } from "./parse.js";

export interface SourceText {
  /** as it is to be shown, relative to the specification's folder */
  readonly file: string;
  readonly text: string;
}

export interface MachineReading {
  readonly machine?: Machine;
  readonly diagnostics: readonly Diagnostic[];
}

/** @param texts all files of the specification, those that are included among them, in the order in which their instructions are listed */
export function readMachine(texts: readonly SourceText[], overrides: ReadonlyMap<string, number> = new Map()): MachineReading {
  const parsed = texts.map(({ file, text }) => parse(file, text));
  const syntax = parsed.flatMap((p) => p.diagnostics);
  if (syntax.some((d) => d.severity === "error")) return { diagnostics: syntax };
  const includes = checkIncludes(parsed.map((p) => p.source));
  if (includes.length > 0) return { diagnostics: [...syntax, ...includes] };
  const { machine, diagnostics } = elaborate(parsed.map((p) => p.source), overrides, new Map(texts.map((t) => [t.file, t.text])));
  return { machine, diagnostics: [...syntax, ...diagnostics] };
}
