/**
 * The files of one specification: those of its folder (or the one file), and what they include, each before the file that
 * asks for it.
 *
 * An included file that does not exist is left to the language, which points at the place; one that can't be read is a
 * failure. All files of a specification together are as many as a folder may hold.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { includesAtHead, includeTarget } from "../language/include-paths.js";
import { badInput, Failure } from "./failure.js";
import { MOST_FILES, readFileOrFolder, readRegularFile, shown, statOf, type FileBytes } from "./read-files.js";

/** @param path a folder of `.isa` files, or one such file; `file` of what comes back is relative to that folder, included files with `../` */
export function readSpecification(path: string): FileBytes[] {
  const own = readFileOrFolder(path, ".isa");
  const folder = statOf(path).isDirectory() ? path : dirname(path);
  const given = new Map(own.map((f) => [f.file, f]));
  const ordered = new Map<string, FileBytes>();
  const underway = new Set<string>();
  const add = (file: FileBytes): void => {
    if (ordered.has(file.file) || underway.has(file.file)) return;
    underway.add(file.file);
    if (underway.size > MOST_FILES) throw badInput(`${shown(path)} and what it includes are more than ${MOST_FILES} files`, `at most ${MOST_FILES} are read`);
    for (const text of includesAtHead(new TextDecoder().decode(file.bytes))) {
      const target = includeTarget(file.file, text);
      const included = target === undefined ? undefined : given.get(target) ?? readIncluded(folder, target, file.path);
      if (included !== undefined) add(included);
    }
    ordered.set(file.file, file);
  };
  for (const file of own) add(file);
  return [...ordered.values()];
}

function readIncluded(folder: string, file: string, by: string): FileBytes | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  try {
    return { path, file, bytes: readRegularFile(path) };
  } catch (error) {
    if (error instanceof Failure) throw badInput(error.message, `it is included by ${shown(by)}`);
    throw error;
  }
}
