/** Files that a user names: what is read and what is refused, what is written and what is left alone. */
import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { openAnswerCache, cacheFolder } from "../../src/cli/answer-cache.js";
import { Failure } from "../../src/cli/failure.js";
import { writeWhole } from "../../src/cli/output.js";
import { looksLikeImage } from "../../src/cli/program-file.js";
import { readFileOrFolder, readRegularFile, shown } from "../../src/cli/read-files.js";
import { popek, popekProcess, ROOT, start, temporary } from "./popek.js";

vi.setConfig({ testTimeout: 60_000 });

const failure = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  return "no failure";
};

describe("reading", () => {
  const folder = temporary();
  writeFileSync(join(folder, "plain.isa"), "machine");
  symlinkSync("plain.isa", join(folder, "link.isa"));
  symlinkSync("loop.isa", join(folder, "loop.isa"));
  mkdirSync(join(folder, "folder.isa"));
  execFileSync("mkfifo", [join(folder, "fifo.isa")]);
  const huge = openSync(join(folder, "huge.isa"), "w");
  ftruncateSync(huge, 100 * 1024 * 1024);
  closeSync(huge);

  test("follows a symbolic link to a file", () => {
    expect(new TextDecoder().decode(readRegularFile(join(folder, "link.isa")))).toBe("machine");
  });
  test.each([
    ["folder.isa", /is a folder, not a file/], ["fifo.isa", /is a FIFO, not a file/], ["loop.isa", /lead in a circle/],
    ["huge.isa", /is 104857600 bytes long/], ["absent.isa", /no such file or folder/], ["plain.isa/x", /part of the path is no folder/],
  ])("refuses %s", (name, message) => {
    expect(failure(() => readRegularFile(join(folder, name)))).toMatch(message);
  });
  test("refuses devices, and names with NUL", () => {
    expect(failure(() => readRegularFile("/dev/zero"))).toMatch(/is a device, not a file/);
    expect(failure(() => readRegularFile("a\0b"))).toMatch(/NUL/);
  });
  test("refuses a folder with nothing in it, and one with too much", () => {
    const empty = temporary(), full = temporary();
    for (let i = 0; i < 257; i++) writeFileSync(join(full, `${i}.isa`), "");
    expect(failure(() => readFileOrFolder(empty, ".isa"))).toMatch(/has no \.isa files/);
    expect(failure(() => readFileOrFolder(full, ".isa"))).toMatch(/has 257 \.isa files/);
  });
  test("refuses the folder for the sake of one bad file in it", () => {
    expect(failure(() => readFileOrFolder(folder, ".isa"))).toMatch(/fifo\.isa is a FIFO|folder\.isa is a folder/);
  });
  test("names are printed harmlessly", () => {
    expect(shown("a\u001b[31mb\u202ec")).toBe("a\\u001b[31mb\\u202ec");
    expect(shown("x".repeat(1000)).length).toBe(200);
  });
  test.runIf(process.getuid?.() !== 0)("says when permission is denied", () => {
    chmodSync(join(folder, "plain.isa"), 0);
    expect(failure(() => readRegularFile(join(folder, "plain.isa")))).toMatch(/permission denied/);
  });
});

describe("writing", () => {
  test("is whole, keeps the mode of what was there, follows a link, and leaves nothing beside it", () => {
    const folder = temporary(), file = join(folder, "result");
    writeWhole(file, "one");
    chmodSync(file, 0o640);
    symlinkSync("result", join(folder, "link"));
    writeWhole(join(folder, "link"), "two");
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(execFileSync("stat", ["-c", "%a", file], { encoding: "utf8" }).trim()).toBe("640");
    expect(readdirSync(folder).sort()).toEqual(["link", "result"]);
  });
  test.each([["a folder that is not there", "absent/result"], ["a name that is too long", "x".repeat(300)]])("into %s fails and leaves nothing", (_what, name) => {
    const folder = temporary();
    expect(failure(() => writeWhole(join(folder, name), "text"))).toMatch(/cannot write/);
    expect(readdirSync(folder)).toEqual([]);
  });
  test("to a full device says so", () => {
    expect(failure(() => writeWhole("/dev/full", "text"))).toMatch(/cannot write \/dev\/full: no space left on the disk/);
  });
});

describe("the answer cache", () => {
  const fresh = (): { folder: string; problems: string[]; open: (largest?: number) => ReturnType<typeof openAnswerCache> } => {
    const folder = join(temporary(), "cache"), problems: string[] = [];
    return { folder, problems, open: (largest) => openAnswerCache(folder, (p) => problems.push(p), largest) };
  };

  test("gives back what was kept, in this run and in the next", () => {
    const { open, problems } = fresh();
    const cache = open();
    cache.set("query", "unsat");
    cache.set("other", "[[\"x\",\"1\"]]\nsecond line");
    for (const c of [cache, open()]) {
      expect(c.get("query")).toBe("unsat");
      expect(c.get("other")).toBe("[[\"x\",\"1\"]]\nsecond line");
      expect(c.get("unknown")).toBeUndefined();
    }
    expect(problems).toEqual([]);
  });

  test("takes a torn or tampered line for absent, and the lines around it as they are", () => {
    const { folder, open } = fresh();
    const first = open();
    first.set("a", "unsat");
    first.set("b", "unsat");
    const file = join(folder, readdirSync(folder)[0]!);
    const [a, b] = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `${a}\n${b!.replace('"unsat"', '"satun"')}\n${a!.slice(0, 40)}\n\u0000\n`);
    const again = open();
    expect(again.get("a")).toBe("unsat");
    expect(again.get("b")).toBeUndefined();
    again.set("c", "unsat");
    expect(open().get("c")).toBe("unsat");
  });

  test("is shared by two runs at once", () => {
    const { open } = fresh();
    const [one, two] = [open(), open()];
    for (let i = 0; i < 100; i++) (i % 2 === 0 ? one : two).set(`query ${i}`, `answer ${i}`);
    const all = open();
    for (let i = 0; i < 100; i++) expect(all.get(`query ${i}`)).toBe(`answer ${i}`);
  });

  test("is bounded: the older half goes", () => {
    const { folder, open } = fresh();
    const cache = open();
    for (let i = 0; i < 100; i++) cache.set(`query ${i}`, "unsat");
    const again = open(1000);
    expect(again.get("query 0")).toBeUndefined();
    expect(again.get("query 99")).toBe("unsat");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("that cannot be used is said once, and is no obstacle", () => {
    const file = join(temporary(), "file");
    writeFileSync(file, "");
    const problems: string[] = [];
    const cache = openAnswerCache(join(file, "cache"), (p) => problems.push(p));
    cache.set("a", "unsat");
    cache.set("b", "unsat");
    expect(cache.get("a")).toBeUndefined();
    expect(problems).toHaveLength(1);
  });

  test("stands where the user says, else in the cache folder of the desktop", () => {
    expect(cacheFolder({ POPEK_CACHE: "/x" })).toBe("/x");
    expect(cacheFolder({ XDG_CACHE_HOME: "/y" })).toBe("/y/popek");
    expect(cacheFolder({ XDG_CACHE_HOME: "relative" })).toMatch(/\.cache\/popek$/);
  });
});

describe("programs", () => {
  test.each([["; comment\n100: 000123", true], ["entry 10\n", true], ["0x10: 5", true], ["start: HLT", false], ["  HLT", false], ["", false]])("%j is an image: %s", (text, is) => {
    expect(looksLikeImage(text)).toBe(is);
  });
});

describe("specifications that are none", () => {
  const folder = temporary();
  const file = (name: string, bytes: string | Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  test.each<[string, string | Uint8Array, RegExp]>([
    ["empty.isa", "", /there is no machine declaration/],
    ["syntax.isa", "machine m \"M\" { bits", /error\[P\d{4}\]/],
    ["latin.isa", Uint8Array.of(0x6d, 0xe9, 0x20), /not UTF-8/],
    ["nul.isa", "machine\0", /NUL/],
    ["deep.isa", `view v : 1 = ${"(".repeat(20_000)}1${")".repeat(20_000)}`, /error\[P\d{4}\]/],
    ["wide.isa", 'machine m "M" { bits lsb0 radix octal }\nstate A : 1000000000 is general', /error\[P\d{4}\]/],
    ["cells.isa", 'machine m "M" { bits lsb0 radix octal }\nstate A[64] : 8 is storage', /error\[P\d{4}\]/],
  ])("%s", async (name, bytes, message) => {
    const path = file(name, bytes);
    const { code, stdout, stderr } = await popek(["check", path]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/bug/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(path);
  });

  test("/dev/zero, /dev/stdin and a FIFO do not hang", async () => {
    execFileSync("mkfifo", [join(folder, "fifo")]);
    for (const path of ["/dev/zero", join(folder, "fifo")]) expect(await popek(["check", path])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("results", () => {
  test("go to a file whole, and standard output stays empty", async () => {
    const file = join(temporary(), "list.json");
    expect(await popek(["export", "tests/machines/toy.isa", "--json", "--output", file])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ format: "popek-machine", version: 1, name: "toy" });
  });
  test("that do not fit on the disk are an error of their own", async () => {
    const { code, stderr } = await popek(["export", "tests/machines/toy.isa", "--json", "--output", "/dev/full"]);
    expect(code).toBe(74);
    expect(stderr).toMatch(/^popek: cannot write \/dev\/full: no space left on the disk/);
  });
  test("on a full standard output are an error too", async () => {
    const { status, stderr } = await import("node:child_process").then(({ spawnSync }) => spawnSync("sh", ["-c", `"$0" --import tsx src/cli/main.ts list pdp10 obligations > /dev/full`, process.execPath], { cwd: ROOT, encoding: "utf8" }));
    expect(stderr).toMatch(/cannot write the result: no space left/);
    expect(status).toBe(74);
  });
  test("whose reader has gone end quietly", async () => {
    const { child, ended } = start(["list", "pdp10", "obligations"]);
    child.stdout!.destroy();
    const { stderr } = await ended;
    expect(stderr).toBe("");
  });
  test("never appear in a folder that cannot be written", async () => {
    const file = join(temporary(), "absent", "x.json");
    const { code, stderr } = await popek(["export", "tests/machines/toy.isa", "--json", "--output", file]);
    expect(code).toBe(74);
    expect(stderr).toMatch(/there is no such file or folder/);
    expect(existsSync(file)).toBe(false);
  });
});
