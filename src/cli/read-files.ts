/**
 * Files that a user names, read safely and within bounds.
 *
 * Only regular files are opened, symbolic links followed to such; devices, FIFOs and sockets are refused before they are
 * touched, because opening alone can hang or do something. The size is looked at before anything is read.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync, type Stats } from "node:fs";
import { basename, join } from "node:path";
import { badInput, codeOf, reasonOf, type Failure } from "./failure.js";

/** 4 MiB, in bytes on disk. */
export const LARGEST_FILE = 4 * 1024 * 1024;
export const MOST_FILES = 256;

export interface FileBytes {
  /** as the user would find it again */
  readonly path: string;
  /** relative to the folder named, or the file's own name */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Throws a `Failure` if there is nothing at `path`. */
export function statOf(path: string): Stats {
  if (path.includes("\0")) throw badInput("a path has a NUL character in it");
  try {
    return statSync(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** Regular file, at most 4 MiB unless said otherwise; otherwise a `Failure` that says what is there instead. */
export function readRegularFile(path: string, largest = LARGEST_FILE): Uint8Array {
  refuse(path, statOf(path), largest);
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw cannotRead(path, error);
  }
  try {
    const stats = fstatSync(descriptor);
    refuse(path, stats, largest); // what is open may no longer be what was looked at
    const bytes = new Uint8Array(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const n = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (n === 0) break;
      length += n;
    }
    return bytes.subarray(0, length);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw cannotRead(path, error);
  } finally {
    closeSync(descriptor);
  }
}

/** The one file at `path`, or the files in the folder there whose names end in `extension`, by name. */
export function readFileOrFolder(path: string, extension: string): FileBytes[] {
  if (!statOf(path).isDirectory()) return [{ path, file: basename(path), bytes: readRegularFile(path) }];
  let names: string[];
  try {
    names = readdirSync(path).filter((n) => n.endsWith(extension) && !n.startsWith("."));
  } catch (error) {
    throw cannotRead(path, error);
  }
  names.sort((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) throw badInput(`${shown(path)} has no ${extension} files in it`, `a specification is a folder of ${extension} files, or one such file`);
  if (names.length > MOST_FILES) throw badInput(`${shown(path)} has ${names.length} ${extension} files`, `at most ${MOST_FILES} are read`);
  return names.map((file) => ({ path: join(path, file), file, bytes: readRegularFile(join(path, file)) }));
}

function refuse(path: string, stats: Stats, largest: number): void {
  const what = kindOf(stats);
  if (what !== undefined) throw badInput(`${shown(path)} is ${what}, not a file`);
  if (stats.size > largest) throw badInput(`${shown(path)} is ${stats.size} bytes long`, `at most ${largest} (${largest / 1024 / 1024} MiB) are read${largest === LARGEST_FILE ? "; a specification can be split into several files" : ""}`);
}

function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return "a device";
  return "something special";
}

function cannotRead(path: string, error: unknown): Failure {
  return badInput(`cannot read ${shown(path)}: ${reasonOf(error)}`);
}

/** A path as it may be printed: control characters and those that reorder a line are spelled out, and it is not endless. */
export function shown(path: string): string {
  const safe = path.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return safe.length > 200 ? `${safe.slice(0, 197)}...` : safe === "" ? '""' : safe;
}
