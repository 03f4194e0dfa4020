/** The specified machines that this room's tests run. */
import { fileURLToPath } from "node:url";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine, type SourceText } from "../../src/language/read-machine.js";
import { readSpecification } from "../../src/cli/read-specification.js";

export function machineAt(path: string): Machine {
  const { machine, diagnostics } = readMachine(textsOf(path));
  if (machine === undefined) throw new Error(diagnostics.map((d) => `${d.span.file}:${d.span.line} ${d.code} ${d.message}`).join("\n"));
  return machine;
}

/** The files of a specification, those that it includes among them. */
export function textsOf(path: string): SourceText[] {
  const isFile = path.endsWith(".isa");
  return readSpecification(fileURLToPath(new URL(`../../${path}`, import.meta.url))).map(({ file, bytes }) => ({ file: isFile ? path : file, text: new TextDecoder().decode(bytes) }));
}
