/**
 * A program from a file: assembly, or an image of lines `address: word`. Which it is shows in its first line that is no
 * comment: an image begins with a number or with `entry`.
 */
import { decodeSource } from "../language/parse-bytes.js";
import { renderDiagnostics } from "../language/render-diagnostic.js";
import type { Diagnostic } from "../language/diagnostic.js";
import { assemble } from "../machine/assembler.js";
import { load, type Image } from "../machine/image.js";
import type { Machine } from "../isa/machine.js";
import { Rejected } from "./failure.js";
import { readRegularFile } from "./read-files.js";
import { colorFor, type ColorChoice } from "./terminal.js";

export interface Program {
  readonly image: Image;
  readonly symbols: ReadonlyMap<string, bigint>;
}

/** Throws `Rejected` with rendered diagnostics, or a `Failure` if there is no such file. */
export function readProgram(machine: Machine, path: string, isImage: boolean, color: ColorChoice): Program {
  const decoded = decodeSource(path, readRegularFile(path));
  const rejected = (diagnostics: readonly Diagnostic[], text: string): Rejected => new Rejected(renderDiagnostics(diagnostics, () => text, { color: colorFor(process.stderr, color) }));
  if (decoded.kind === "refused") throw rejected([decoded.diagnostic], "");
  const { text } = decoded;
  if (isImage || looksLikeImage(text)) {
    const { image, diagnostics } = load(machine, text, path);
    if (diagnostics.length > 0) throw rejected(diagnostics, text);
    return { image, symbols: new Map() };
  }
  const { image, symbols, diagnostics } = assemble(machine, text, path);
  if (diagnostics.length > 0) throw rejected(diagnostics, text);
  return { image, symbols };
}

export function looksLikeImage(text: string): boolean {
  const first = text.split("\n").map((l) => l.split(";")[0]!.trim()).find((l) => l !== "") ?? "";
  return /^(0[xob])?[0-9][0-9a-f]*\s*:|^(entry|set)\s/i.test(first);
}
