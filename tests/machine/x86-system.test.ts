/**
 * Hard paragraphs of the x86 specification, worked out from the manual by hand: flags that a level may not set, descriptors that anybody
 * may ask of, gates, stacks of inner levels, exceptions in exceptions, page faults, tasks, virtual-8086 mode.
 *
 * Conformance compares with emulators; here nobody is believed but the manual. One state for all: flat segments of 4 GB, the global
 * table at 1000, the interrupt table at 2000, the task state segment at 3000, code at 10000, stacks below 8000 and 9000.
 */
import { describe, expect, test } from "vitest";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";
import { machineAt } from "./machines.js";

const cpu: Cpu = createCpu(machineAt("isa-specs/x86"));
const blank = cpu.snapshot();

const GDT = 0x1000, IDT = 0x2000, TSS = 0x3000, CODE = 0x10000, KERNEL_STACK = 0x8000, STACK = 0x9000, HANDLERS = 0x20000;
const KERNEL = 0x08, KERNEL_DATA = 0x10, USER = 0x18, USER_DATA = 0x20, TASK = 0x28, OTHER_TASK = 0x30, GATE = 0x38;

const put = (a: number, bytes: readonly number[]): void => bytes.forEach((b, i) => cpu.setCell("core", BigInt(a + i), BigInt(b & 255)));
const little = (x: number, n: number): number[] => Array.from({ length: n }, (_, i) => Math.floor(x / 256 ** i) & 255);
const double = (a: number): number => [3, 2, 1, 0].reduce((x, i) => x * 256 + Number(cpu.getCell("core", BigInt(a + i))), 0);
const word = (a: number): number => double(a) & 0xffff;
const get = (name: string): number => Number(cpu.get(name));
const register = (i: number): number => Number(cpu.getCell("G", BigInt(i)));
const selector = (s: number): number => (s === 1 ? get("CodeSelector") : Number(cpu.getCell("Selector", BigInt(s))));

/** A descriptor: bits 0 to 4 of its type, level, base, limit; 4 KB units and 32 bits for memory. */
const descriptor = (kind: number, level: number, base: number, limit: number, isPresent = true): number[] => {
  const upper = kind >= 16 ? 0xc0 : 0;
  return [...little(limit, 2), ...little(base, 3), (isPresent ? 0x80 : 0) + level * 32 + kind, upper + (Math.floor(limit / 65536) & 15), Math.floor(base / 2 ** 24)];
};
const gate = (kind: number, level: number, target: number, to: number, count = 0): number[] => [...little(target, 2), ...little(to, 2), count, 0x80 + level * 32 + kind, ...little(Math.floor(target / 65536), 2)];
const entry = (s: number, bytes: readonly number[]): void => put(GDT + s, bytes);
const vector = (n: number, level = 0, kind = 14, to = KERNEL): void => put(IDT + 8 * n, gate(kind, level, HANDLERS + n, to));

interface Setting { readonly level?: number; readonly registers?: Readonly<Record<number, number>>; readonly more?: Readonly<Record<string, number>> }

/** Everything in its place, with these bytes next. */
function situation(code: readonly number[], { level = 3, registers = {}, more = {} }: Setting = {}): void {
  cpu.restore(blank);
  const isUser = level !== 0;
  const set = (values: Readonly<Record<string, number>>): void => { for (const [name, x] of Object.entries(values)) cpu.set(name, BigInt(x)); };
  set({
    capacity: 0x100_0000, EIP: CODE, Protected: 1, Later: 1, CPL: level, CodeWide: 1, StackWide: 1, CodeSelector: (isUser ? USER : KERNEL) + level,
    GlobalBase: GDT, GlobalLimit: 0xff, InterruptBase: IDT, InterruptLimit: 0x7ff, TaskSelector: TASK, TaskBase: TSS, TaskLimit: 0x67, TaskRights: 0x8b,
  });
  for (let s = 0; s < 6; s++) {
    cpu.setCell("Limit", BigInt(s), 0xffff_ffffn);
    cpu.setCell("Rights", BigInt(s), BigInt((s === 1 ? 0x8f9b : s === 2 ? 0x8f93 : 0xcf93) + level * 32));
    cpu.setCell("Selector", BigInt(s), BigInt(s === 1 ? 0 : (isUser ? USER_DATA : KERNEL_DATA) + level));
  }
  cpu.setCell("G", 4n, BigInt(isUser ? STACK : KERNEL_STACK));
  entry(KERNEL, descriptor(0x1b, 0, 0, 0xfffff));
  entry(KERNEL_DATA, descriptor(0x13, 0, 0, 0xfffff));
  entry(USER, descriptor(0x1b, 3, 0, 0xfffff));
  entry(USER_DATA, descriptor(0x13, 3, 0, 0xfffff));
  entry(TASK, descriptor(0x0b, 0, TSS, 0x67));
  entry(OTHER_TASK, descriptor(0x09, 3, 0x4000, 0x67));
  entry(GATE, gate(12, 3, 0x30000, KERNEL, 2));
  put(TSS + 4, [...little(KERNEL_STACK, 4), ...little(KERNEL_DATA, 2)]);
  for (const n of [0, 6, 8, 10, 11, 12, 13, 14]) vector(n);
  put(CODE, code);
  for (const [i, x] of Object.entries(registers)) cpu.setCell("G", BigInt(i), BigInt(x));
  set(more);
}

/** One step; what was trapped, without delivery being a matter of the test. */
function run(code: readonly number[], setting: Setting = {}): string {
  situation(code, setting);
  let seen = "done";
  const { stop } = cpu.step((e) => {
    const trapped = e.kind === "delivery" ? e.trap : undefined;
    if (trapped !== undefined) seen = `${trapped.cause}(${trapped.args.map((a) => a.toString(16)).join(",")})`;
  });
  return stop === undefined ? seen : stop.kind;
}

describe("flags", () => {
  const image = 0x3000 + 0x200 + 1;
  const pop = (setting: Setting): string => { situation([], setting); const at = register(4); return run([0x9d], { ...setting, registers: { 4: at } }); };
  const popped = (setting: Setting): (number | string)[] => {
    const at = setting.level === 0 ? KERNEL_STACK : STACK;
    situation([0x9d], setting);
    put(at, little(image, 4));
    cpu.step();
    return [get("CF"), get("IF"), get("IOPL"), register(4) - at];
  };
  test("POPF: level 0 sets IF and IOPL, level 3 neither, and nothing tells", () => {
    expect(popped({ level: 0 })).toEqual([1, 1, 3, 4]);
    expect(popped({ level: 3 })).toEqual([1, 0, 0, 4]);
    expect(pop({ level: 3 })).toBe("done");
  });
  test("POPF: a level that IOPL admits sets IF, never IOPL", () => {
    expect(popped({ level: 3, more: { IOPL: 3 } })).toEqual([1, 1, 3, 4]);
    expect(popped({ level: 2, more: { IOPL: 1 } })).toEqual([1, 0, 1, 4]);
  });
  test("CLI traps, or with PVI clears the image", () => {
    expect(run([0xfa])).toBe("protection(0)");
    expect(run([0xfa], { more: { PVI: 1, VIF: 1 } })).toBe("done");
    expect([get("VIF"), get("IF")]).toEqual([0, 0]);
    expect(run([0xfb], { more: { PVI: 1, VIP: 1 } })).toBe("protection(0)");
  });
});

describe("descriptors", () => {
  test("LAR tells the rights of what the level could use", () => {
    expect(run([0x0f, 0x02, 0xc3], { registers: { 3: USER_DATA } })).toBe("done");
    expect([get("ZF"), register(0)]).toEqual([1, 0xc0f300]);
    expect(run([0x0f, 0x02, 0xc3], { registers: { 3: KERNEL_DATA }, more: { ZF: 1 } })).toBe("done");
    expect([get("ZF"), register(0)]).toEqual([0, 0]);
  });
  test("LSL tells the limit in bytes; VERW and VERR", () => {
    run([0x0f, 0x03, 0xc3], { registers: { 3: TASK } });
    expect(get("ZF")).toBe(0);
    run([0x0f, 0x03, 0xc3], { level: 0, registers: { 3: USER_DATA } });
    expect([get("ZF"), register(0)]).toEqual([1, 0xffff_ffff]);
    run([0x0f, 0x00, 0xeb], { registers: { 3: USER } });
    expect(get("ZF")).toBe(0);
    run([0x0f, 0x00, 0xe3], { registers: { 3: USER } });
    expect(get("ZF")).toBe(1);
  });
  test("MOV DS: a null selector is loaded, one further in is not", () => {
    expect(run([0x8e, 0xd8], { registers: { 0: 3 } })).toBe("done");
    expect([selector(3), Number(cpu.getCell("Rights", 3n))]).toEqual([3, 0]);
    expect(run([0x8e, 0xd8], { registers: { 0: KERNEL_DATA } })).toBe(`protection(${KERNEL_DATA.toString(16)})`);
    expect(run([0x8e, 0xd0], { registers: { 0: USER_DATA } })).toBe(`protection(${USER_DATA.toString(16)})`);
    expect(run([0x8e, 0xc8])).toBe("undefined()");
  });
  test("SGDT is for everybody, unless UMIP says otherwise", () => {
    expect(run([0x0f, 0x01, 0x05, ...little(0x5000, 4)])).toBe("done");
    expect([word(0x5000), double(0x5002)]).toEqual([0xff, GDT]);
    expect(run([0x0f, 0x01, 0x05, ...little(0x5000, 4)], { more: { UMIP: 1 } })).toBe("protection(0)");
  });
});

describe("gates", () => {
  test("a call gate leads to level 0, on its stack, with two parameters", () => {
    situation([0x9a, 0, 0, 0, 0, GATE, 0]);
    put(STACK, [...little(0x1111, 4), ...little(0x2222, 4)]);
    expect(cpu.step().stop).toBeUndefined();
    expect([get("EIP"), get("CPL"), selector(1), selector(2), register(4)]).toEqual([0x30000, 0, KERNEL, KERNEL_DATA, KERNEL_STACK - 24]);
    expect([0, 4, 8, 12, 16, 20].map((i) => double(KERNEL_STACK - 24 + i))).toEqual([CODE + 7, USER + 3, 0x1111, 0x2222, STACK, USER_DATA + 3]);
  });
  test("RETF to level 3 takes the stack and releases the parameters", () => {
    situation([0xca, 8, 0], { level: 0, registers: { 4: KERNEL_STACK - 24 } });
    put(KERNEL_STACK - 24, [CODE + 7, USER + 3, 1, 2, STACK, USER_DATA + 3].flatMap((x) => little(x, 4)));
    expect(cpu.step().stop).toBeUndefined();
    expect([get("EIP"), get("CPL"), selector(1), selector(2), register(4), Number(cpu.getCell("Rights", 3n))]).toEqual([CODE + 7, 3, USER + 3, USER_DATA + 3, STACK + 8, 0]);
  });
  test("INT goes through a gate that the level may use, to level 0", () => {
    situation([0xcd, 0x80]);
    vector(0x80, 3);
    cpu.step();
    expect([get("EIP"), get("CPL"), register(4)]).toEqual([HANDLERS + 0x80, 0, KERNEL_STACK - 20]);
    expect([0, 4, 8, 12, 16].map((i) => double(KERNEL_STACK - 20 + i))).toEqual([CODE + 2, USER + 3, 2, STACK, USER_DATA + 3]);
  });
  test("INT through a gate that it may not use is #GP with the vector", () => {
    situation([0xcd, 0x80]);
    vector(0x80, 0);
    cpu.step();
    expect([get("EIP"), double(KERNEL_STACK - 24), double(KERNEL_STACK - 20)]).toEqual([HANDLERS + 13, 0x80 * 8 + 2, CODE]);
  });
  test("a fault tells RF, and IRET goes back to level 3", () => {
    expect(run([0x0f, 0x0b])).toBe("undefined()");
    expect([get("EIP"), double(KERNEL_STACK - 12)]).toEqual([HANDLERS + 6, 0x1_0002]);
    put(HANDLERS + 6, [0xcf]);
    cpu.step();
    expect([get("EIP"), get("CPL"), get("RF"), register(4)]).toEqual([CODE, 3, 1, STACK]);
  });
});

describe("exceptions in exceptions", () => {
  test("#GP whose gate is not present becomes a double fault, and with that not present the end", () => {
    situation([0xfa]);
    put(IDT + 8 * 13 + 5, [0x0e]);
    cpu.step();
    expect([get("EIP"), double(KERNEL_STACK - 24)]).toEqual([HANDLERS + 8, 0]);
    situation([0xfa]);
    put(IDT + 8 * 13 + 5, [0x0e]);
    put(IDT + 8 * 8 + 5, [0x0e]);
    cpu.step();
    expect(get("Shutdown")).toBe(1);
    expect(cpu.step().stop).toEqual({ kind: "halt" });
  });
  test("#UD without a gate is #NP first: a benign exception is no part of a double fault", () => {
    situation([0x0f, 0x0b]);
    put(IDT + 8 * 6 + 5, [0x0e]);
    cpu.step();
    expect([get("EIP"), double(KERNEL_STACK - 24)]).toEqual([HANDLERS + 11, 6 * 8 + 3]);
  });
});

describe("pages", () => {
  /** Identity for 4 MB, but for what is put in the way. */
  const paged = (code: readonly number[], page: number, item: number, setting: Setting = {}): void => {
    situation(code, { ...setting, more: { PG: 1, CR3: 0x100000, ...setting.more } });
    put(0x100000, little(0x101007, 4));
    for (let i = 0; i < 64; i++) put(0x101000 + 4 * i, little(i * 4096 + 7, 4));
    put(0x101000 + 4 * page, little(item, 4));
  };
  test("a page that is not there: CR2 and the code of a read by level 3", () => {
    paged([0xa1, ...little(0x6010, 4)], 6, 0);
    cpu.step();
    expect([get("EIP"), get("CR2"), double(KERNEL_STACK - 24)]).toEqual([HANDLERS + 14, 0x6010, 4]);
  });
  test("a store into a page that is read-only, and over its edge", () => {
    paged([0xa3, ...little(0x5ffe, 4)], 6, 0x6005);
    cpu.step();
    expect([get("EIP"), get("CR2"), double(KERNEL_STACK - 24), double(0x5ffc)]).toEqual([HANDLERS + 14, 0x6000, 7, 0]);
  });
  test("level 0 stores into it, unless CR0.WP", () => {
    paged([0xa3, ...little(0x6000, 4)], 6, 0x6005, { level: 0, registers: { 0: 7 } });
    cpu.step();
    expect(double(0x6000)).toBe(7);
    paged([0xa3, ...little(0x6000, 4)], 6, 0x6005, { level: 0, more: { WP: 1 } });
    cpu.step();
    expect([get("CR2"), double(KERNEL_STACK - 16)]).toEqual([0x6000, 3]);
  });
  test("a table of descriptors that is not there: #PF of level 0 while a program loads a segment", () => {
    paged([0x8e, 0xd8], 6, 0, { registers: { 0: USER_DATA }, more: { GlobalBase: 0x6000 - USER_DATA } });
    for (let i = 0; i < USER_DATA; i++) cpu.setCell("core", BigInt(0x6000 - USER_DATA + i), cpu.getCell("core", BigInt(GDT + i)));
    cpu.step();
    expect([get("EIP"), get("CR2"), double(KERNEL_STACK - 24)]).toEqual([HANDLERS + 14, 0x6000, 0]);
  });
});

describe("tasks", () => {
  test("a far JMP to a task saves one and takes up the other", () => {
    situation([0xea, 0, 0, 0, 0, OTHER_TASK, 0], { level: 0, registers: { 0: 0x1234 } });
    put(0x4020, [...little(0x40000, 4), ...little(2, 4), ...Array.from({ length: 8 }, (_, r) => little(r === 4 ? 0x7000 : r, 4)).flat(), ...[USER_DATA + 3, USER + 3, USER_DATA + 3, 0, 0, 0, 0].flatMap((x) => little(x, 4))]);
    expect(cpu.step().stop).toBeUndefined();
    expect([get("EIP"), get("CPL"), selector(1), selector(2), register(1), register(4), get("TaskSelector"), get("TS")]).toEqual([0x40000, 3, USER + 3, USER_DATA + 3, 1, 0x7000, OTHER_TASK, 1]);
    expect([double(TSS + 0x20), double(TSS + 0x28), word(TSS + 0x4c)]).toEqual([CODE + 7, 0x1234, KERNEL]);
    expect([word(GDT + TASK + 4) >> 8, word(GDT + OTHER_TASK + 4) >> 8]).toEqual([0x89, 0xeb]);
  });
  test("what is wrong with a segment of the new task is met in it", () => {
    situation([0xea, 0, 0, 0, 0, OTHER_TASK, 0], { level: 0 });
    put(0x4020, [...little(0x40000, 4), ...little(2, 4), ...Array.from({ length: 8 }, () => little(0x7000, 4)).flat(), ...[KERNEL_DATA, KERNEL, 0, 0, 0, 0, 0].flatMap((x) => little(x, 4))]);
    put(0x4004, [...little(KERNEL_STACK, 4), ...little(KERNEL_DATA, 2)]);
    const seen: string[] = [];
    cpu.step((e) => { if (e.kind === "delivery") seen.push(`${e.trap.cause}(${e.trap.args.join()})`); });
    expect(seen).toEqual(["invalidTask(0)"]);
    expect(get("TaskSelector")).toBe(OTHER_TASK);
  });
});

describe("virtual-8086 mode", () => {
  test("IRET from level 0 enters it, and a trap leaves it with four segment registers more", () => {
    situation([0xcf], { level: 0, registers: { 4: KERNEL_STACK - 36 } });
    put(KERNEL_STACK - 36, [0x10, 0x2000, 0x20002, 0x100, 0x3000, 0x11, 0x22, 0x33, 0x44].flatMap((x) => little(x, 4)));
    put(0x20010, [0xfa]);
    cpu.step();
    expect([get("VM"), get("CPL"), get("EIP"), selector(1), selector(0), Number(cpu.getCell("Base", 1n)), get("CodeWide")]).toEqual([1, 3, 0x10, 0x2000, 0x11, 0x20000, 0]);
    cpu.step();
    expect([get("VM"), get("CPL"), get("EIP"), selector(3), register(4)]).toEqual([0, 0, HANDLERS + 13, 0, KERNEL_STACK - 40]);
    expect([0, 4, 8, 12, 16, 20, 24, 28, 32, 36].map((i) => double(KERNEL_STACK - 40 + i))).toEqual([0, 0x10, 0x2000, 0x30002, 0x100, 0x3000, 0x11, 0x22, 0x33, 0x44]);
  });
});

describe("ports", () => {
  test("the bitmap lends ports one by one", () => {
    const bits = (x: number): void => { put(TSS + 0x66, [...little(0x68, 2), x, 0xff]); };
    const input = (x: number): string => {
      situation([0xe4, 3], { more: { TaskLimit: 0x69 } });
      bits(x);
      cpu.setCell("Port", 3n, 0x5an);
      const { traps } = cpu.step();
      return traps === 0 ? register(0).toString(16) : "trap";
    };
    expect([input(0xf7), input(0x08), input(0xff)]).toEqual(["5a", "trap", "trap"]);
    expect(run([0xe4, 3], { more: { TaskLimit: 0x66 } })).toBe("protection(0)");
    expect(run([0xe4, 3], { more: { IOPL: 3 } })).toBe("done");
  });
});
