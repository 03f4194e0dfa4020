/** Specifications that share files: which files are read, in which order, and what is refused. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundledMachines, SPECIFICATIONS } from "../../src/cli/load-machine.js";
import { readSpecification } from "../../src/cli/read-specification.js";
import { includesAtHead, includeTarget } from "../../src/language/include-paths.js";
import { parse } from "../../src/language/parse.js";
import { readMachine } from "../../src/language/read-machine.js";
import { popek, temporary } from "./popek.js";

function written(files: Readonly<Record<string, string>>): string {
  const folder = temporary();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

const MACHINE = `machine m "M" { bits lsb0 radix hexadecimal }
mode s supervisor when M == 0
mode u user when M == 1
state M : 1 is mode cite "1" because "the mode"
`;
const A = 'state A : 8 is general cite "1" because "shared"\n';
const instruction = (name: string, code: number): string => `instruction ${name} "${name}" cite "1" { encoding 8'${code} syntax "${name}" step { A := ${code} } }\n`;
const files = (path: string): string[] => readSpecification(path).map((f) => f.file);

describe("which files there are", () => {
  const folder = written({
    "one/00-machine.isa": `include "../shared/a.isa"\n${MACHINE}`, "one/10.isa": `include "../shared/b.isa"\n${instruction("ONE", 1)}`,
    "shared/a.isa": `// what both have\n${A}`, "shared/b.isa": `include "a.isa" /* again */ include "deep/c.isa"\n${instruction("B", 2)}`,
    "shared/deep/c.isa": instruction("C", 3), "shared/unused.isa": "rubbish",
  });
  test("each once, before the file that asks for it first", () => {
    expect(files(join(folder, "one"))).toEqual(["../shared/a.isa", "00-machine.isa", "../shared/deep/c.isa", "../shared/b.isa", "10.isa"]);
  });
  test("they make one machine, whose instructions stand in that order, with their own files as origin", () => {
    const { machine, diagnostics } = readMachine(readSpecification(join(folder, "one")).map(({ file, bytes }) => ({ file, text: new TextDecoder().decode(bytes) })));
    expect(diagnostics).toEqual([]);
    expect(machine!.instructions.map((i) => [i.id, i.origin.file])).toEqual([["C", "../shared/deep/c.isa"], ["B", "../shared/b.isa"], ["ONE", "10.isa"]]);
  });
  test("one file that includes is a specification too", () => {
    writeFileSync(join(folder, "one", "alone.isa"), `include "../shared/a.isa"\n${MACHINE}${instruction("X", 1)}`);
    expect(files(join(folder, "one", "alone.isa"))).toEqual(["../shared/a.isa", "alone.isa"]);
  });
});

describe("what is wrong is shown where it is written", () => {
  const shown = async (given: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly stderr: string; readonly folder: string }> => {
    const folder = written(given);
    const { code, stderr } = await popek(["list", join(folder, "one")]);
    return { code, stderr, folder };
  };
  test("an error in an included file, under the path by which an editor finds it", async () => {
    const { code, stderr, folder } = await shown({ "one/m.isa": `include "../two/a.isa"\n${MACHINE}${instruction("X", 1)}`, "two/a.isa": 'state A : 8 is generl cite "1" because "shared"\n' });
    expect(code).toBe(2);
    expect(stderr).toContain(join(folder, "two/a.isa"));
    expect(stderr).toContain("generl");
  });
  test("a file that is not there", async () => {
    const { code, stderr } = await shown({ "one/m.isa": `include "../two/b.isa"\n${MACHINE}${A}${instruction("X", 1)}` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/P4040[^]*there is no file `\.\.\/two\/b\.isa`/);
  });
  test("a circle of two", async () => {
    const { code, stderr } = await shown({ "one/m.isa": `include "a.isa"\n${MACHINE}`, "one/a.isa": `include "m.isa"\n${A}${instruction("X", 1)}` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/P4041[^]*m\.isa includes a\.isa includes m\.isa/);
  });
  test("a folder in the place of a file", async () => {
    const { code, stderr } = await shown({ "one/m.isa": `include "../two/a.isa"\n${MACHINE}`, "two/a.isa/b": "" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/is a folder, not a file[^]*it is included by/);
  });
  test("more files than are read", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`two/f${i}.isa`, i < 299 ? `include "f${i + 1}.isa"\n` : ""]));
    const { code, stderr } = await shown({ "one/m.isa": `include "../two/f0.isa"\n${MACHINE}`, ...many });
    expect(code).toBe(2);
    expect(stderr).toMatch(/more than 256 files/);
  });
});

test.each([
  ["m.isa", "a.isa", "a.isa"], ["m.isa", "../two/a.isa", "../two/a.isa"], ["../two/a.isa", "b.isa", "../two/b.isa"], ["../two/a.isa", "../three/b.isa", "../three/b.isa"],
  ["deep/m.isa", "../other/a.isa", "other/a.isa"], ["m.isa", "deep/er/a.isa", "deep/er/a.isa"],
  ["m.isa", "/etc/a.isa", undefined], ["m.isa", "../../a.isa", undefined], ["m.isa", "../a.isa", undefined], ["m.isa", "a/../b.isa", undefined], ["m.isa", "./a.isa", undefined],
  ["m.isa", "a.txt", undefined], ["m.isa", ".isa", undefined], ["m.isa", "a//b.isa", undefined], ["m.isa", "a\u0000.isa", undefined], ["m.isa", `${"a".repeat(300)}.isa`, undefined],
])("in %s the path %j means %s", (file, path, target) => expect(includeTarget(file, path)).toBe(target));

test.each([
  "", 'include "a.isa"', '\uFEFF// c\n/* d */ include /* e */ "a.isa" include\n"b.isa" machine m "M" {}', 'machine m "M" {} include "a.isa"', 'include include "a.isa"', '"a.isa"', "include",
  'included "a.isa"', '// include "a.isa"\n/* include "b.isa" */ include "c.isa"', 'include "a\\"b.isa"',
])("the head of %j is read as the grammar reads it", (text) => {
  const { source, diagnostics } = parse("m.isa", text);
  const head = source.declarations.findIndex((d) => d.kind !== "include");
  const declared = source.declarations.slice(0, head < 0 ? undefined : head).flatMap((d) => (d.kind === "include" ? [d.path.text] : []));
  if (diagnostics.length === 0 && !text.includes("\\")) expect(includesAtHead(text)).toEqual(declared);
  else for (const path of includesAtHead(text)) expect(text).toContain(path);
});

test("the bundled machines are the folders in which a machine is declared", () => {
  const declaring = readdirSync(SPECIFICATIONS, { withFileTypes: true }).filter((e) => e.isDirectory()).filter((e) => {
    const folder = join(SPECIFICATIONS, e.name);
    return readdirSync(folder).filter((f) => f.endsWith(".isa")).some((f) => parse(f, readFileSync(join(folder, f), "utf8")).source.declarations.some((d) => d.kind === "machine"));
  });
  expect(bundledMachines()).toEqual(declaring.map((e) => e.name).sort());
});
