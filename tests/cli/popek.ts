/** The command, from the sources: its exit code and what it wrote. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { perform } from "../../src/cli/program.js";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = join(ROOT, "src/cli/main.ts");
const CACHE = mkdtempSync(join(tmpdir(), "popek-cache-"));

export interface Ended { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export interface Started { readonly child: ChildProcess; readonly ended: Promise<Ended> }

export function start(args: readonly string[], { input, cwd = ROOT, env = {} }: { readonly input?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Started {
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), MAIN, ...args], { cwd, env: { ...process.env, POPEK_CACHE: CACHE, NO_COLOR: "", FORCE_COLOR: undefined, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "", stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => { stdout += text; });
  child.stderr.setEncoding("utf8").on("data", (text: string) => { stderr += text; });
  child.stdin.on("error", () => undefined); // it may have ended without reading
  child.stdin.end(input ?? "");
  return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr }))) };
}

/** In a process of its own; slow, for what is about processes. */
export const popekProcess = (args: readonly string[], options?: Parameters<typeof start>[1]): Promise<Ended> => start(args, options).ended;

export const temporary = (): string => mkdtempSync(join(tmpdir(), "popek-test-"));

/** In this process, one at a time: standard output and error are caught. */
export async function popek(args: readonly string[]): Promise<Ended> {
  process.env["POPEK_CACHE"] = CACHE;
  let stdout = "", stderr = "";
  const catching = (take: (text: string) => void): typeof process.stdout.write => ((text: string, done?: (error?: Error | null) => void) => {
    take(text);
    done?.();
    return true;
  }) as typeof process.stdout.write;
  const spies = [vi.spyOn(process.stdout, "write").mockImplementation(catching((t) => { stdout += t; })), vi.spyOn(process.stderr, "write").mockImplementation(catching((t) => { stderr += t; }))];
  try {
    const code = await perform(args);
    return { code, stdout, stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
