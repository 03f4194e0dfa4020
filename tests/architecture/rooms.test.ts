/** The house rules that a machine can check: which room may import which, and what no file may hold. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/** Every arrow there may be between rooms; all go down. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  bits: [],
  isa: ["bits"],
  language: ["bits", "isa"],
  machine: ["bits", "isa"],
  smt: ["bits", "isa"],
  requirements: ["bits", "isa"],
  verdict: ["bits", "isa", "machine", "smt", "requirements"],
  vmm: ["bits", "isa", "machine", "smt", "requirements", "verdict"],
  report: ["bits", "isa", "machine", "requirements", "verdict", "vmm"],
  cli: ["bits", "isa", "language", "machine", "smt", "requirements", "verdict", "vmm", "report"],
  library: ["bits", "isa", "language", "machine", "smt", "requirements", "verdict", "vmm", "report"],
  // what the package exports, and nothing of its own
  "index.ts": ["bits", "isa", "language", "machine", "smt", "requirements", "verdict", "vmm", "report", "library"],
};

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    const path = join(folder, e.name);
    return e.isDirectory() ? filesUnder(path, ending) : e.name.endsWith(ending) ? [path] : [];
  });
}

const sources = filesUnder("src", ".ts");
const roomOf = (path: string): string => relative("src", path).split("/")[0]!;
const imports = (text: string): string[] => [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((m) => m[1]!);

describe("rooms", () => {
  test("there are sources, each in a room", () => {
    expect(sources.length).toBeGreaterThan(100);
    for (const file of sources) expect(Object.keys(MAY_IMPORT)).toContain(roomOf(file));
  });

  test("arrows go down only", () => {
    const wrong = sources.flatMap((file) => imports(readFileSync(file, "utf8")).flatMap((to) => {
      const room = roomOf(file), other = roomOf(relative(".", resolve(dirname(file), to)));
      return other === room || other.startsWith("..") || MAY_IMPORT[room]!.includes(other) ? [] : [`${file} imports ${to}`];
    }));
    expect(wrong).toEqual([]);
  });

  test("only the command line has processes and files; the solvers and threads are told", () => {
    const allowed = /^src\/(cli|smt)\//;
    const wrong = sources.filter((f) => !allowed.test(f) && /from "node:(fs|child_process|worker_threads|os|process)/.test(readFileSync(f, "utf8")));
    expect(wrong).toEqual([]);
  });
});

describe("the library", () => {
  /** All that a file imports, and what those do. */
  function reached(from: string, found = new Set<string>()): ReadonlySet<string> {
    if (found.has(from)) return found;
    found.add(from);
    for (const to of imports(readFileSync(from, "utf8"))) reached(relative(".", resolve(dirname(from), to)).replace(/\.js$/, ".ts"), found);
    return found;
  }
  const core = reached("src/index.ts");

  test("is most of it", () => expect(core.size).toBeGreaterThan(150));
  test.each([...core].map((f) => [f]))("%s asks nothing of Node", (file) => {
    const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    expect(code).not.toMatch(/["']node:/);
    expect(code).not.toMatch(/\b(process|Buffer|__dirname|setImmediate)\b\s*[.(]/);
    expect(roomOf(file)).not.toBe("cli");
  });
});

describe("files", () => {
  test.each(sources.map((f) => [f]))("%s", (file) => {
    const text = readFileSync(file, "utf8");
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "");
    expect(text.replace(/^#!.*\n/, ""), "opens with what it is for").toMatch(/^(\/\*\*|export const|\/\/)/);
    expect(code, "no any").not.toMatch(/(:|<|as|\|)\s*any\b/);
    expect(code, "no default export").not.toMatch(/export default/);
    expect(text, "nothing left to do").not.toMatch(/\b(TODO|FIXME|XXX)\b/);
    expect(text.split("\n").length, "short enough to read").toBeLessThanOrEqual(400);
  });
});

describe("specifications", () => {
  test.each(filesUnder("isa-specs", ".isa").map((f) => [f]))("%s describes behaviour and no class", (file) => {
    // IBM's manuals call an exception so: it is a name, as a trap or in words
    const text = readFileSync(file, "utf8").replaceAll(/\bprivilegedOperation\b|\bprivileged[- ]operation\b/gi, "");
    expect(text).not.toMatch(/privileged|sensitive|innocuous/i);
    expect(statSync(file).size).toBeLessThan(200_000);
  });
});
