/** Red pills as programs for independent systems: what they print on popek's own machine, bare and virtual, and the files they come in. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Image } from "../../src/machine/image.js";
import { fileNameOf, SAYS, type PillHost } from "../../src/vmm/hosts/host.js";
import { hostOf } from "../../src/vmm/hosts/hosts.js";
import { malta } from "../../src/vmm/hosts/mips32r2-malta.js";
import { pc } from "../../src/vmm/hosts/x86-pc.js";
import { hercules } from "../../src/vmm/hosts/s370-hercules.js";
import { ks10 } from "../../src/vmm/hosts/pdp10-ks10.js";
import type { RedPillResult } from "../../src/vmm/red-pill-result.js";
import { pillsFor, recordOf, saidHere, subjectOf, type RecordedPill } from "../conformance/red-pills.js";
import { popek, temporary } from "../cli/popek.js";

vi.setConfig({ testTimeout: 120_000 });

const pdp10 = subjectOf("pdp10"), { machine } = pdp10;
const hosted = new Map(pillsFor(pdp10, ks10));

describe("the PDP-10's on SIMH's KS10", () => {
  test("which it can host, and why not the others", () => {
    expect([...hosted].map(([id, h]) => [id, h.kind === "refused" ? h.because.slice(0, 6) : "hosted"])).toEqual([["JRST[f=1]", "JRST 1"], ["JRST[f=2]", "hosted"], ["JRST[f=3]", "JRST 3"], ["JSR", "hosted"], ["JSP", "hosted"], ["PUSHJ", "hosted"]]);
  });

  test("the very files that are written now have been run there, and said what they say bare", () => {
    const { pills } = JSON.parse(readFileSync(recordOf("pdp10", "ks10"), "utf8")) as { pills: RecordedPill[] };
    expect(pills).toEqual([...hosted].map(([id, h]) => (h.kind === "refused" ? { id, because: h.because } : { ...saidHere(machine, id, h), there: SAYS.bare })));
  });

  test.each(["JRST[f=2]", "JSR", "JSP", "PUSHJ"])("%s says which world it is in", (id) => {
    const h = hosted.get(id)!;
    if (h.kind !== "hosted") throw new Error(h.because);
    expect(saidHere(machine, id, h)).toMatchObject(SAYS);
  });

  test.each(["JRST[f=2]", "JSR", "JSP", "PUSHJ"])("the binary of %s holds the program, block by block with sums that come out", (id) => {
    const h = hosted.get(id)!;
    if (h.kind !== "hosted") throw new Error(h.because);
    const name = fileNameOf(id);
    expect([...h.files.keys()]).toEqual([`${name}.s`, `${name}.rim`, `${name}.ini`, `${name}.run`]);
    expect(read(h.files.get(`${name}.rim`) as Uint8Array)).toEqual({ start: h.image.start, words: [...h.image.words].sort(([a], [b]) => (a < b ? -1 : 1)) });
  });
});

describe("the System/370's on Hercules", () => {
  const subject = subjectOf("s370");
  const pills = pillsFor(subject, hercules);

  test("LRA, where it does not trap in problem state; the very files that are written now have been run there", () => {
    const { pills: recorded } = JSON.parse(readFileSync(recordOf("s370", "hercules"), "utf8")) as { pills: RecordedPill[] };
    expect(pills.map(([id, h]) => (h.kind === "refused" ? { id, because: h.because } : { ...saidHere(subject.machine, id, h), there: SAYS.bare }))).toEqual(recorded);
    expect(recorded).toMatchObject([{ id: "LRA", ...SAYS, there: SAYS.bare }]);
  });

  test("the binary is storage from 0 on, with the restart PSW in front", () => {
    const [, h] = pills[0]!;
    if (h.kind !== "hosted") throw new Error(h.because);
    const core = h.files.get("LRA.core") as Uint8Array;
    expect([...core.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 2, 0]);
    for (const [at, value] of h.image.words) expect(core[Number(at)]).toBe(Number(value));
  });
});

/** One of the recorded pills is searched for again, because a search takes its time; the others are told apart by the hash of what was run. */
const FOUR = { binary: "bin", bytes: 4, from: 0 } as const;
describe.each<{ readonly host: PillHost; /** none: where another version of the machine has it */ readonly again?: string; readonly isLeastFirst: boolean; readonly binary: string; /** to a cell */ readonly bytes: 1 | 4; /** where in the binary cell 0 is */ readonly from: number }>([
  { host: hostOf("armv4t")!, again: "MRS[r=CPSR]", isLeastFirst: true, ...FOUR },
  { host: hostOf("armv5te")!, again: "MRS[r=CPSR]", isLeastFirst: true, ...FOUR },
  { host: hostOf("armv6")!, isLeastFirst: true, ...FOUR },
  { host: hostOf("armv7a")!, again: "MRS[r=CPSR]", isLeastFirst: true, ...FOUR },
  { host: malta, again: "MFC0[d=Status]", isLeastFirst: false, ...FOUR },
  { host: pc, again: "SMSW", isLeastFirst: true, binary: "rom", bytes: 1, from: 0x1000 },
])("$host.machine on $host.title", ({ host, again, isLeastFirst, binary: ending, bytes, from }) => {
  const subject = subjectOf(host.machine);
  const { pills } = JSON.parse(readFileSync(recordOf(host.machine, host.name), "utf8")) as { readonly pills: readonly RecordedPill[] };

  test("those that have run there have said that they are bare, and of the others it is said why not", () => {
    expect(subject.sought).toEqual(expect.arrayContaining(pills.map((p) => p.id)));
    expect(new Set(pills.map((p) => p.id)).size).toBe(pills.length);
    for (const p of pills) expect(p).toMatchObject("because" in p ? { because: expect.stringMatching(/./) } : { ...SAYS, there: SAYS.bare });
    expect(pills.filter((p) => "files" in p).length).toBeGreaterThan(0);
  });

  if (again !== undefined) test(`the very files that are written now for ${again} have been run there, and the binary holds storage from 0 on`, { timeout: 600_000 }, () => {
    const own = pillsFor(subject, host, [again]);
    expect(own.map(([id]) => id)).toEqual([again]);
    for (const [id, h] of own) {
      if (h.kind !== "hosted") throw new Error(h.because);
      expect({ ...saidHere(subject.machine, id, h), there: SAYS.bare }).toEqual(pills.find((p) => p.id === id));
      const binary = Buffer.from(h.files.get(`${fileNameOf(id)}.${ending}`) as Uint8Array);
      for (const [at, value] of h.image.words) expect(isLeastFirst ? binary.readUIntLE(from + bytes * Number(at), bytes) : binary.readUIntBE(from + bytes * Number(at), bytes)).toBe(Number(value));
    }
  });
});

/** The format read by its description, independently of how it was written. */
function read(bytes: Uint8Array): Image {
  expect(bytes.length % 6).toBe(0);
  expect(bytes.every((b) => b >= 0o200)).toBe(true);
  const frames = Array.from({ length: bytes.length / 6 }, (_, i) => [...bytes.subarray(6 * i, 6 * i + 6)].reduce((w, b) => (w << 6n) | BigInt(b & 0o77), 0n));
  const words: [bigint, bigint][] = [];
  for (let i = 0; i < frames.length;) {
    const header = frames[i++]!;
    if (header >> 35n === 0n) {
      expect(header >> 27n).toBe(0o254n);
      expect(i).toBe(frames.length);
      return { start: header & 0o777777n, words };
    }
    const count = Number((1n << 18n) - (header >> 18n));
    for (let n = 1n; n <= BigInt(count); n++) words.push([(header + n) & 0o777777n, frames[i++]!]);
    expect(BigInt.asUintN(36, header + words.slice(-count).reduce((s, [, w]) => s + w, 0n) + frames[i++]!)).toBe(0n);
  }
  throw new Error("no jump to the beginning");
}

describe("popek redpill --emit", () => {
  test("writes the folder, and says what the programs say", async () => {
    const folder = join(temporary(), "jsp");
    const { code, stdout, stderr } = await popek(["redpill", "pdp10", "JSP", "--emit", folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain('JSP: JSP.run; on popek\'s machine it prints "bare machine", under the monitor "under a');
    expect(readdirSync(folder).sort()).toEqual(["JSP.ini", "JSP.rim", "JSP.run", "JSP.s", "red-pills.json"]);
    expect(statSync(join(folder, "JSP.run")).mode & 0o111).not.toBe(0);
    const { emitted } = JSON.parse(readFileSync(join(folder, "red-pills.json"), "utf8")) as RedPillResult;
    expect(emitted).toMatchObject({ system: "ks10", pills: [{ id: "JSP", kind: "hosted", ...SAYS }] });
    const run = await popek(["run", "pdp10", join(folder, "JSP.s"), "--format", "json"]);
    expect(run.code).toBe(0);
  });

  test("a machine without such a system: 2, before any work", async () => {
    expect(await popek(["redpill", "third-generation", "--emit", join(temporary(), "x")])).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/no independent system is known.*third-generation\n {2}hint: there is one for pdp10, s370, armv4t, armv5te, armv6, armv7a, mips32r2, x86/) });
  });
});
