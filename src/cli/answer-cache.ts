/**
 * Answers of solvers, kept between runs: what Ctrl-C interrupted goes on from here.
 *
 * One file of lines, only ever appended to, each line in a single write, so that several runs at once can share it. A line
 * is the hash of the query, a check of the answer, and the answer; one that was torn, or that does not check, is not there.
 * The file is bounded: when it has grown too large, the older half is dropped at the next start. The cache is a
 * convenience: if it cannot be read or written, the check goes on without, and says so once.
 */
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AnswerCache } from "../verdict/caching-solver.js";
import { codeOf, reasonOf } from "./failure.js";

const FILE = "answers-1";
const LARGEST_CACHE = 64 * 1024 * 1024;
const LONGEST_ANSWER = 1024 * 1024;

/** `POPEK_CACHE`, else popek's folder in the user's cache folder (XDG). Undefined where there is no such place. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const own = environment["POPEK_CACHE"];
  if (own !== undefined && own !== "") return own;
  const xdg = environment["XDG_CACHE_HOME"];
  if (xdg !== undefined && xdg.startsWith("/")) return join(xdg, "popek");
  const home = homedir();
  return home === "" ? undefined : join(home, ".cache", "popek");
}

/** @param onProblem told once, in words, if answers cannot be read or kept */
export function openAnswerCache(folder: string, onProblem: (what: string) => void, largest = LARGEST_CACHE): AnswerCache {
  const file = join(folder, FILE);
  let hasProblem = false;
  const problem = (what: string, error: unknown): void => {
    if (!hasProblem) onProblem(`${what}: ${reasonOf(error)}`);
    hasProblem = true;
  };
  const answers = new Map<string, string>();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largest) dropOlderHalf(file);
    for (const [key, value] of linesOf(file)) answers.set(key, value);
  } catch (error) {
    problem("earlier answers cannot be read", error);
  }
  return {
    get: (key) => answers.get(hash(key)),
    set: (key, value) => {
      const hashed = hash(key);
      if (hasProblem || value.length > LONGEST_ANSWER || answers.get(hashed) === value) return;
      answers.set(hashed, value);
      try {
        appendFileSync(file, lineOf(hashed, value), { mode: 0o600 });
      } catch (error) {
        problem("answers cannot be kept", error);
      }
    },
  };
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function lineOf(key: string, value: string): string {
  return `${key} ${hash(`${key}${value}`).slice(0, 16)} ${JSON.stringify(value)}\n`;
}

function readLine(line: string): readonly [string, string] | undefined {
  const parts = /^([0-9a-f]{64}) ([0-9a-f]{16}) (".*")$/.exec(line);
  if (parts === null) return undefined;
  try {
    const value: unknown = JSON.parse(parts[3]!);
    if (typeof value !== "string" || hash(`${parts[1]!}${value}`).slice(0, 16) !== parts[2]) return undefined;
    return [parts[1]!, value];
  } catch {
    return undefined; // torn: as if it had not been written
  }
}

function linesOf(file: string): (readonly [string, string])[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => { const entry = readLine(line); return entry === undefined ? [] : [entry]; });
}

function dropOlderHalf(file: string): void {
  const lines = linesOf(file);
  const beside = `${file}.${process.pid}.part`;
  try {
    writeFileSync(beside, lines.slice(Math.ceil(lines.length / 2)).map(([k, v]) => lineOf(k, v)).join(""), { mode: 0o600, flag: "wx" });
    renameSync(beside, file);
  } finally {
    rmSync(beside, { force: true });
  }
}
