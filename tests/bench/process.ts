/**
 * Whole processes: how long they take by the clock, what they use of processors, and the most memory they ever had.
 *
 * Processor time is what the shell's `times` says of its children, since Node tells only of its own. The peak of memory is
 * the kernel's own high-water mark, read until the process ends (Linux; elsewhere it is not known).
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** user and system, all threads */
  readonly processorSeconds: number;
  readonly peakMegabytes: number | undefined;
}

export interface RunOptions {
  readonly folder?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** look at memory, and not at processor time */
  readonly watchesMemory?: boolean;
  /** statuses that are no failure; default: 0 */
  readonly allowed?: readonly number[];
}

const LOOK_MS = 50;

/** Runs a command without input to its end. Throws if it can't be started, or ends with another status than allowed. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { allowed = [0], watchesMemory = false } = options;
  // the shell's last words are its children's times
  const [program, all] = watchesMemory ? [command, args] : ["/bin/sh", ["-c", '"$@"; s=$?; times >&2; exit $s', "sh", command, ...args]];
  const begun = performance.now();
  const child = spawn(program, all, { cwd: options.folder, env: options.environment ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "", stderr = "", peak: number | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => { stdout += text; });
  child.stderr.setEncoding("utf8").on("data", (text: string) => { stderr += text; });
  const look = watchesMemory ? setInterval(() => { peak = peakOf(child.pid) ?? peak; }, LOOK_MS) : undefined;
  const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve)).finally(() => clearInterval(look));
  const seconds = (performance.now() - begun) / 1000;
  if (!allowed.includes(status ?? -1)) throw new Error(`${[command, ...args].join(" ")}: status ${status}\n${stderr.slice(-2000)}`);
  return { status, stdout, stderr, seconds, processorSeconds: watchesMemory ? Number.NaN : childrenTime(stderr), peakMegabytes: peak };
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found === null ? undefined : Number(found[1]) / 1024;
  } catch (error) {
    // gone by now, or no such file system
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
}

/** The last line of `times`: minutes and seconds, user and system, of the children. */
function childrenTime(text: string): number {
  const found = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(text);
  if (found === null) throw new Error(`the shell's times are missing: ${text.slice(-200)}`);
  return Number(found[1]) * 60 + Number(found[2]) + Number(found[3]) * 60 + Number(found[4]);
}
