/** The command as a user starts it, from the sources: its exit code and what it wrote. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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

export const popek = (args: readonly string[], options?: Parameters<typeof start>[1]): Promise<Ended> => start(args, options).ended;

export const temporary = (): string => mkdtempSync(join(tmpdir(), "popek-test-"));
