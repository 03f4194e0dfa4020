/**
 * A folder of results, whole or not at all: written beside its place under another name, and renamed when everything is in it.
 *
 * A folder that is there already is replaced only if it is empty, or holds what the same command wrote before, which shows in
 * a file of a given name.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { badInput, EXIT, Failure, reasonOf } from "./failure.js";
import { shown } from "./read-files.js";

export interface OutputFolder {
  /** @param name relative, with `/` for folders within */
  readonly add: (name: string, content: string | Uint8Array, mode?: number) => void;
  readonly finish: () => void;
  /** leaves nothing behind; after `finish` it does nothing */
  readonly abandon: () => void;
}

/** Refuses what it would have to destroy, before any work is done. @param mark the file by which an earlier result is known */
export function startOutputFolder(path: string, mark: string): OutputFolder {
  if (path === "" || path.includes("\0")) throw badInput(`cannot write ${shown(path)}: that is no name of a folder`);
  const target = resolve(path);
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(EXIT.output, `cannot write ${shown(path)}: ${reasonOf(error)}`);
    }
  };
  attempt(() => {
    if (!existsSync(target)) return;
    if (!statSync(target).isDirectory()) throw badInput(`cannot write ${shown(path)}: it is no folder`);
    const names = readdirSync(target);
    if (names.length > 0 && !names.includes(mark)) throw badInput(`cannot write ${shown(path)}: there are other files in it`, "name a new folder, or an empty one");
  });
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.part`), aside = `${beside}.old`;
  attempt(() => mkdirSync(beside, { recursive: true }));
  const drop = (): void => rmSync(beside, { recursive: true, force: true });
  process.once("exit", drop); // Ctrl-C ends the process without going back through every caller
  return {
    add: (name, content, mode = 0o666) => attempt(() => {
      mkdirSync(dirname(join(beside, name)), { recursive: true });
      writeFileSync(join(beside, name), content, { mode });
    }),
    finish: () => attempt(() => {
      if (existsSync(target)) renameSync(target, aside);
      renameSync(beside, target);
      rmSync(aside, { recursive: true, force: true });
    }),
    abandon: () => {
      process.off("exit", drop);
      drop();
    },
  };
}
