/** The commands that the README and the tutorial show are commands. Those that take long or write files are only read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { popek, ROOT, temporary } from "./popek.js";

vi.setConfig({ testTimeout: 60_000 });

const shown = ["README.md", "isa-specs/third-generation/README.md"].flatMap((file) =>
  readFileSync(join(ROOT, file), "utf8").split("\n").flatMap((line) => {
    const command = /^(?: {4}|\$ npx )popek (.+?)(?: {2,}.*)?$/.exec(line)?.[1];
    return command === undefined ? [] : [[file, command] as const];
  }));
const isRun = (command: string): boolean => !/xct-jsp|(check|explain|repair) pdp10|my-machine|--output|^completion/.test(command);
const words = (command: string): string[] => (command.match(/'[^']*'|\S+/g) ?? []).map((w) => w.replace(/^'|'$/g, ""));

test("there are some", () => expect(shown.length).toBeGreaterThan(12));

test.each(shown.filter(([, c]) => isRun(c)))("%s: popek %s", async (_file, command) => {
  // what writes a folder writes it elsewhere than in the project
  const { code, stderr } = await popek(words(command).map((word, i, all) => (all[i - 1] === "--emit" ? join(temporary(), word) : word)));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(shown.filter(([, c]) => !isRun(c) && c !== "completion"))("%s: popek %s (names only)", async (_file, command) => {
  const [name, ...rest] = words(command);
  const entry = COMMANDS.find((c) => c.name === name);
  expect(entry).toBeDefined();
  const { optionNames } = (await entry!.load()).command;
  for (const word of rest.filter((w) => w.startsWith("--"))) expect(optionNames).toContain(word.slice(2));
});
