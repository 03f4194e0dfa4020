/** The specified machines that this room's tests run. */
import { readdirSync, readFileSync } from "node:fs";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine, type SourceText } from "../../src/language/read-machine.js";

export function machineAt(path: string): Machine {
  const url = new URL(`../../${path}`, import.meta.url);
  const files: SourceText[] = path.endsWith(".isa")
    ? [{ file: path, text: readFileSync(url, "utf8") }]
    : readdirSync(url).filter((f) => f.endsWith(".isa")).sort().map((f) => ({ file: f, text: readFileSync(new URL(`${url.href}/${f}`), "utf8") }));
  const { machine, diagnostics } = readMachine(files);
  if (machine === undefined) throw new Error(diagnostics.map((d) => `${d.span.file}:${d.span.line} ${d.code} ${d.message}`).join("\n"));
  return machine;
}
