/**
 * Where results go: standard output, or a file that is written whole or not at all.
 *
 * A reader that has gone away (`popek check pdp10 | head`) is no error: what is left is dropped quietly.
 */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { badInput, codeOf, EXIT, Failure, reasonOf } from "./failure.js";
import { shown } from "./read-files.js";

/** Text to standard output, or to `file`. Resolves when it is written. */
export async function writeResult(text: string, file?: string): Promise<void> {
  if (file !== undefined) writeWhole(file, text);
  else await writeTo(process.stdout, text);
}

/** Resolves when the stream has taken the text, or its reader has gone. Throws a `Failure` if it could not be written. */
export function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text === "") return Promise.resolve();
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined || hasGone(error)) resolve();
      else reject(new Failure(EXIT.output, `cannot write the result: ${reasonOf(error)}`));
    });
  });
}

/** A stream whose reader goes away also emits an error, which would end the process with a stack trace. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (!hasGone(error)) process.exitCode = EXIT.output; // said by whoever was writing
    });
  }
}

const hasGone = (error: Error): boolean => ["EPIPE", "ERR_STREAM_DESTROYED", "ECONNRESET"].includes(codeOf(error) ?? "");

/**
 * The text in `file`, whole or not at all: written beside it under another name, then renamed. Where `file` is a symbolic
 * link to a file, that file is replaced; devices such as /dev/stdout are written directly.
 */
export function writeWhole(file: string, text: string): void {
  if (file === "" || file.includes("\0")) throw badInput(`cannot write ${shown(file)}: that is no name of a file`);
  const existing = statIfAny(file);
  if (existing?.isDirectory() === true) throw badInput(`cannot write ${shown(file)}: it is a folder`);
  if (existing !== undefined && !existing.isFile()) {
    writeDirectly(file, text, "w", 0o666);
    return;
  }
  const target = existing === undefined ? file : realpathSync(file);
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  try {
    writeDirectly(beside, text, "wx", existing === undefined ? 0o666 : existing.mode & 0o777);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error instanceof Failure ? new Failure(error.code, error.message.replace(shown(beside), shown(file)), error.hint) : cannotWrite(file, error);
  }
}

function writeDirectly(file: string, text: string, flags: "w" | "wx", mode: number): void {
  try {
    const descriptor = openSync(file, flags, mode);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      if (flags === "wx") fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function cannotWrite(file: string, error: unknown): Failure {
  return new Failure(EXIT.output, `cannot write ${shown(file)}: ${reasonOf(error)}`, codeOf(error) === "ENOSPC" ? "nothing was left behind; free some space, or name another folder with --output" : undefined);
}

function statIfAny(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw cannotWrite(file, error);
  }
}
