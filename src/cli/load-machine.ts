/**
 * From what a user calls a machine to the machine: the name of a bundled one, or a path to a folder or file.
 *
 * A bundled machine is read from its JSON form, which the build left in `dist/machines` under a name that holds the hash
 * of the specification's text: if the text has changed since, there is no such file, and the text is parsed. Parameters
 * given with --set need the text too. Run from the sources there is no bundle, and everything is parsed.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Machine } from "../isa/machine.js";
import type { MachineDocument } from "../isa/json.js";
import type { Diagnostic } from "../language/diagnostic.js";
import type { SourceText } from "../language/read-machine.js";
import { nearest } from "../isa/nearest.js";
import { badInput, Rejected } from "./failure.js";
import { shown, type FileBytes } from "./read-files.js";
import { readSpecification } from "./read-specification.js";
import { colorFor, type ColorChoice } from "./terminal.js";

export interface LoadedMachine {
  readonly machine: Machine;
  /** a line of the specification, for quoting */
  readonly sourceLine: (file: string, line: number) => string | undefined;
  /** where its files lie as seen from here, with a slash behind it, for reports that name them: empty if that is no relative path */
  readonly folder: string;
  /** rendered warnings, or nothing */
  readonly warnings: string;
}

export const SPECIFICATIONS = fileURLToPath(new URL("../../isa-specs/", import.meta.url));
export const BUNDLE = fileURLToPath(new URL("../machines/", import.meta.url));

/** Names of the machines that come with popek. */
export function bundledMachines(): string[] {
  return readdirSync(SPECIFICATIONS, { withFileTypes: true }).filter((e) => e.isDirectory() && hasSpecification(join(SPECIFICATIONS, e.name))).map((e) => e.name).sort();
}

/** A bundled machine declares itself in a file of that name; a folder without one holds chapters for others to include. */
function hasSpecification(folder: string): boolean {
  return readdirSync(folder).some((n) => n.endsWith("machine.isa"));
}

/** Throws `Rejected` with rendered diagnostics, or a `Failure` if there is nothing to read. */
export async function loadMachine(name: string, parameters: ReadonlyMap<string, number> = new Map(), color: ColorChoice = "auto"): Promise<LoadedMachine> {
  const isBundled = bundledMachines().includes(name);
  const files = readSpecification(isBundled ? join(SPECIFICATIONS, name) : pathOf(name));
  const folder = isBundled ? `isa-specs/${name}/` : folderFromHere(files.find((f) => !f.file.startsWith("../"))!.path);
  const texts = new Map<string, readonly string[]>();
  const sourceLine = (file: string, line: number): string | undefined => {
    const lines = texts.get(file) ?? files.find((f) => f.file === file)?.bytes;
    if (lines === undefined) return undefined;
    const split = lines instanceof Uint8Array ? new TextDecoder().decode(lines).split(/\r\n|\r|\n/) : lines;
    texts.set(file, split);
    return split[line - 1];
  };
  if (isBundled && parameters.size === 0) {
    const path = bundlePath(name, files);
    if (existsSync(path)) {
      const { machineFromJson } = await import("../isa/json.js");
      return { machine: machineFromJson(JSON.parse(readFileSync(path, "utf8")) as MachineDocument), sourceLine, folder, warnings: "" };
    }
  }
  return { ...(await parseMachine(files, parameters, isBundled ? "" : name, color)), sourceLine, folder };
}

/** The folder of a file, relative to the working folder; nothing if the file lies elsewhere: no report tells where somebody keeps things. */
function folderFromHere(path: string): string {
  const from = relative(process.cwd(), dirname(resolve(path)));
  return from === "" || from.startsWith("..") || isAbsolute(from) ? "" : `${from.split(sep).join("/")}/`;
}

/** Where the build keeps the JSON form of exactly this text. */
export function bundlePath(name: string, files: readonly FileBytes[], folder = BUNDLE): string {
  const digest = createHash("sha256");
  for (const { file, bytes } of files) digest.update(`${file}\0${bytes.length}\0`).update(bytes);
  return join(folder, `${name}.${digest.digest("hex").slice(0, 16)}.json`);
}

function pathOf(name: string): string {
  if (existsSync(name) || /[/\\]|\.isa$/.test(name)) return name;
  const bundled = bundledMachines();
  const near = nearest(name, bundled);
  throw badInput(`there is no machine ${shown(name)}`, near !== undefined ? `did you mean ${near}?` : `bundled: ${bundled.join(", ")}; or give the path of a folder or file`);
}

/** @param folder what stands before file names in diagnostics, so that an editor finds them */
export async function parseMachine(files: readonly FileBytes[], parameters: ReadonlyMap<string, number>, folder: string, color: ColorChoice): Promise<Omit<LoadedMachine, "sourceLine" | "folder">> {
  const [{ decodeSource }, { readMachine }, { renderDiagnostics }] = await Promise.all([import("../language/parse.js"), import("../language/read-machine.js"), import("../language/render-diagnostic.js")]);
  const texts: SourceText[] = [];
  const refused: Diagnostic[] = [];
  for (const { file, bytes } of files) {
    const decoded = decodeSource(file, bytes);
    if (decoded.kind === "text") texts.push({ file, text: decoded.text });
    else refused.push(decoded.diagnostic);
  }
  const reading = refused.length > 0 ? { diagnostics: refused } : readMachine(texts, parameters);
  const paths = new Map(files.map((f) => [f.file, folder === "" ? f.file : f.path]));
  const textOf = new Map(texts.map((t) => [paths.get(t.file) ?? t.file, t.text]));
  const placed = reading.diagnostics.map((d) => ({ ...d, span: { ...d.span, file: paths.get(d.span.file) ?? d.span.file } }));
  const rendered = renderDiagnostics(placed, (path) => textOf.get(path), { color: colorFor(process.stderr, color) });
  const { machine } = "machine" in reading ? reading : { machine: undefined };
  if (machine === undefined) throw new Rejected(rendered);
  return { machine, warnings: rendered };
}
