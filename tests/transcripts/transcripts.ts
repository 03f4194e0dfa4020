/**
 * What the READMEs show is run: every fenced `console` block, its commands (`$ ...`) in order, in a folder of its own.
 *
 * The lines after a command are what it prints, diagnostics included; a line `...` stands for any lines. Commands whose
 * output is not shown are run all the same. `npm ci &&` is taken as done.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/** Every page that shows something, by the group of tests that runs it: groups run side by side. */
const PAGES = ["README.md", ...readdirSync("isa-specs", { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".md")).map((path) => join("isa-specs", path)).sort()]
  .filter((page) => readFileSync(page, "utf8").includes("\n```console\n"));
const groupOf = (page: string): Group => (page === "README.md" ? "readme" : /^isa-specs\/arm/.test(page) ? "arm" : /^isa-specs\/(x86|s370)/.test(page) ? "x86 and s370" : "others");

export type Group = "readme" | "arm" | "x86 and s370" | "others";

interface Command {
  readonly line: string;
  readonly output: readonly string[];
}

function transcripts(page: string): { readonly at: number; readonly commands: readonly Command[] }[] {
  const lines = readFileSync(page, "utf8").split("\n");
  const found: { at: number; commands: Command[] }[] = [];
  let block: { at: number; commands: Command[] } | undefined;
  lines.forEach((line, i) => {
    if (block === undefined) {
      if (line === "```console") block = { at: i + 1, commands: [] };
    } else if (line === "```") {
      found.push(block);
      block = undefined;
    } else if (line.startsWith("$ ")) block.commands.push({ line: line.slice(2), output: [] });
    else (block.commands.at(-1)!.output as string[]).push(line);
  });
  return found;
}

/** Whether the printed lines are as shown, `...` standing for any number of them. */
function matches(shown: readonly string[], printed: readonly string[]): boolean {
  if (shown.length === 0) return printed.every((l) => l.trim() === "");
  const [first, ...rest] = shown;
  if (first === "...") return printed.some((_, i) => matches(rest, printed.slice(i))) || matches(rest, []);
  return printed.length > 0 && printed[0]!.trimEnd() === first!.trimEnd() && matches(rest, printed.slice(1));
}

function playground(): string {
  const folder = mkdtempSync(join(tmpdir(), "popek-transcript-"));
  for (const shown of ["isa-specs", "proofs"]) symlinkSync(resolve(shown), join(folder, shown));
  mkdirSync(join(folder, "bin"));
  // npx popek ..., from the sources
  writeFileSync(join(folder, "bin", "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" --import "${import.meta.resolve("tsx")}" "${resolve("src/cli/main.ts")}" "$@"\n`);
  chmodSync(join(folder, "bin", "npx"), 0o755);
  return folder;
}

/** The pages of a group are run. */
export function runTranscripts(group: Group): void {
  describe(`transcripts: ${group}`, () => {
    for (const page of PAGES.filter((p) => groupOf(p) === group)) {
      for (const { at, commands } of transcripts(page)) {
        test(`${page}:${at} ${commands[0]?.line ?? ""}`, { timeout: 240_000 }, () => {
          const folder = playground();
          try {
            for (const { line, output } of commands) {
              const command = line.replace(/^npm ci && /, "");
              const run = spawnSync("sh", ["-c", `${command} 2>&1`], { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, POPEK_CACHE: join(folder, "cache"), NO_COLOR: "1", COLUMNS: "100" } });
              expect(run.error).toBeUndefined();
              expect(run.stdout).not.toMatch(/bug in popek/i);
              expect([0, 1, 3], `${line}: ${run.stdout.slice(-500)}`).toContain(run.status);
              if (output.length > 0 && !matches(output, run.stdout.replace(/\n$/, "").split("\n"))) expect(run.stdout).toBe(output.join("\n"));
            }
          } finally {
            rmSync(folder, { recursive: true, force: true });
          }
        });
      }
    }
  });
}
