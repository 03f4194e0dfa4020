/**
 * Programs that are asked: emulators and GNU binutils. They are found, or Debian's packages are installed; they are run, and what
 * they need and leave lies in a folder of its own, which is gone afterwards.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { OracleUnavailable } from "./case.js";

export interface Tools {
  /** the commands that have to be there, the one that is asked first */
  readonly commands: readonly string[];
  readonly packages: readonly string[];
  /** options that make the first one tell its version, or what it is told for that */
  readonly asking: readonly string[];
  readonly told?: string;
  readonly version: RegExp;
  /** what to install by hand where Debian's packages can't be had */
  readonly byHand: string;
}

/** What `version` captures of what the first command tells, once all are there. Throws OracleUnavailable if they can't be had. */
export function findTools(tools: Tools, progress: (message: string) => void): string {
  const { commands, packages, byHand } = tools;
  const found = versionOf(tools);
  if (found !== undefined) return found;
  progress(`${commands.join(" or ")} is missing: installing Debian's ${packages.join(" and ")}`);
  const { error, status, stderr } = spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const now = error === undefined && status === 0 ? versionOf(tools) : undefined;
  if (now !== undefined) return now;
  const why = error?.message ?? (stderr.trim().split("\n").at(-1) || `status ${status}`);
  throw new OracleUnavailable(`\`apt-get install ${packages.join(" ")}\` failed (${why}). Install ${byHand} by hand`);
}

const ASKING_MS = 10_000;

function versionOf({ commands: [first, ...others], asking, told = "", version }: Tools): string | undefined {
  const { error, stdout, stderr } = spawnSync(first!, asking, { encoding: "latin1", input: told, timeout: ASKING_MS });
  if (isMissing(error) || others.some((command) => isMissing(spawnSync(command, ["--version"], { stdio: "ignore" }).error))) return undefined;
  const found = version.exec(stdout + stderr);
  if (found === null) throw new OracleUnavailable(`${first} does not tell its version; it says: ${(stdout + stderr).slice(0, 200)}`);
  return found[1]!;
}

const isMissing = (error: Error | undefined): boolean => error !== undefined && "code" in error && error.code === "ENOENT";

/** Throws an error with what it complains of, if it fails. */
export function run(command: string, options: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, options, { encoding: "utf8", maxBuffer: 2 ** 29 });
  if (error !== undefined || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
  return stdout;
}

/** What it prints. Rejects with what it printed (`stdout`) if it fails or takes too long, when it is killed. */
export async function runFor(milliseconds: number, command: string, options: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const running = promisify(execFile)(command, options, { encoding: "latin1", timeout: milliseconds, killSignal: "SIGKILL", maxBuffer: 2 ** 28, env: { ...process.env, ...environment } });
  return (await running).stdout;
}

/** The work is given the path of a name in a folder of its own, until it is done. */
export function inFolder<T>(work: (file: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  const end = (): void => rmSync(folder, { recursive: true });
  let result: T;
  try {
    result = work((name) => join(folder, name));
  } catch (error) {
    end();
    throw error;
  }
  if (result instanceof Promise) return result.finally(end) as T;
  end();
  return result;
}

export interface Assembly {
  /** of the names of GNU's tools: "mips-linux-gnu-" */
  readonly tools: string;
  readonly source: string;
  readonly assembler: readonly string[];
  readonly linker: readonly string[];
}

/** Sections of an assembled and linked program, as they lie in storage. */
export function assembled({ tools, source, assembler, linker }: Assembly, sections: readonly string[]): readonly Buffer[] {
  return inFolder((file) => {
    run(`${tools}as`, [...assembler, "-o", file("driver.o"), source]);
    run(`${tools}ld`, [...linker, "-o", file("driver.elf"), file("driver.o")]);
    return sections.map((section) => {
      run(`${tools}objcopy`, ["-O", "binary", "-j", section, file("driver.elf"), file("section")]);
      return readFileSync(file("section"));
    });
  });
}
