/**
 * How a command ends: the exit codes, and the one exception that means "tell the user and stop".
 *
 * 0 as expected, 1 something fails, 2 bad input, 3 something is open; 70 (EX_SOFTWARE of sysexits) for a bug of ours, 74
 * (EX_IOERR) for a file that cannot be written, 130 after Ctrl-C as shells have it.
 */
export const EXIT = { asExpected: 0, fails: 1, badInput: 2, open: 3, bug: 70, output: 74, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export class Failure extends Error {
  constructor(readonly code: ExitCode, message: string, readonly hint?: string) {
    super(message);
  }
}

/** Diagnostics of the front end, rendered: printed as they are. */
export class Rejected extends Error {
  constructor(readonly rendered: string) {
    super("the specification has errors");
  }
}

export const badInput = (message: string, hint?: string): Failure => new Failure(EXIT.badInput, message, hint);

/** What the operating system said of a file, without the path that it repeats. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return (code === undefined ? undefined : SYSTEM_WORDS[code]) ?? error.message.replace(/^\w+: /, "").replace(/, \w+( '.*')?$/s, "");
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder", EACCES: "permission denied", EPERM: "not permitted", EISDIR: "it is a folder", ENOTDIR: "part of the path is no folder",
  ELOOP: "its symbolic links lead in a circle", ENOSPC: "no space left on the disk", EDQUOT: "the disk quota is used up", EROFS: "the file system is read-only",
  ENAMETOOLONG: "the name is too long", EMFILE: "too many open files", EFBIG: "the file would be too large", EIO: "the device reports an error", ENXIO: "there is no such device",
};
