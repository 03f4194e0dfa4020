/** What is declared for a monitor and for the world outside comes out in the machine, in its JSON form, and on the CPU. */
import { expect, test } from "vitest";
import { machineFromJson, machineJson, type MachineDocument } from "../../src/isa/json.js";
import { readMachine } from "../../src/language/read-machine.js";
import { createCpu, createCpuWithin } from "../../src/machine/cpu.js";

const TEXT = `machine m "M" { bits lsb0 radix hexadecimal }
mode s supervisor when M == 0
mode u user when M == 1
state M : 1 is mode
state P : 8 is program-counter
state A : 8 is general
state Key : 4 is map
state T : 8 is map
state Out : 8 is device
state Count : 8 is device
state Keys[4] : 4 is map
state Base[2] : 8 is map
state E[8] : 8 is storage
state Enabled : 1 is interrupt
window mem(a : 8, access) : 8 over E { trap missing(a) when T == a cell a }
memory trap missing(a : 8) "No translation" { P := 0 }
console Out on Count
interrupt signal(n : 4) "A signal" cite "M 1" when Enabled == 1 && n != 0 {
  A := 4'0 @ n
  E[1] := P
  P := E[2]
}
fetch 8 (i : 1) { return mem.execute[P] }
advance { P := P + length }
otherwise "Unassigned" { trap missing(0) }
instruction OUT "Out" { encoding 8'1 syntax "OUT" step { Out := A Count := Count + 1 } }
monitor (base, size, area) {
  M := 1
  Key := Key
  if M == 0 { T := base[7..0] }
  place Keys by base[7..4]
  place Base
  shadow mem 4 cells 8 on missing {
    clear { for i in 0 .. 7 { E[area[7..0] + i] := 0xFF } }
    install (a, p, writable) { E[area[7..0] + zext(a[7..5], 8)] := if writable then p else 0xEE }
  }
}
`;

const read = (): NonNullable<ReturnType<typeof readMachine>["machine"]> => {
  const { machine, diagnostics } = readMachine([{ file: "m.isa", text: TEXT }]);
  expect(diagnostics).toEqual([]);
  return machine!;
};

test("the map: what is assigned, also to itself; what is placed; widths of the parameters", () => {
  const { monitor, terms } = read();
  expect([...monitor!.next.keys()].sort()).toEqual(["Key", "M", "T"]);
  expect(monitor!.next.get("Key")).toBe(terms.variable("state", "Key", 4));
  expect([...monitor!.placed.keys()]).toEqual(["Keys"]);
  expect([...monitor!.given]).toEqual(["Base"]);
  expect([monitor!.base.width, monitor!.size.width, monitor!.shadow!.area.width]).toEqual([9, 9, 9]);
  expect(monitor!.shadow).toMatchObject({ window: "mem", unit: 4, cells: 8, traps: ["missing"] });
});

test("all of it survives the JSON form", () => {
  const machine = read();
  const document = JSON.parse(JSON.stringify(machineJson(machine))) as MachineDocument;
  const again = machineFromJson(document);
  expect(JSON.parse(JSON.stringify(machineJson(again)))).toEqual(document);
  expect([...again.monitor!.given]).toEqual(["Base"]);
  expect([again.interrupts.length, again.console?.on, again.monitor?.shadow?.install.address.width]).toEqual([1, "Count", 8]);
});

test("what the guest's map tells apart, and whether a unit may be executed", () => {
  const told = TEXT.replace("shadow mem 4", "shadow mem 4 by 3").replace("writable) {", "writable, x) {").replace("if writable then", "if writable && x then");
  const machine = readMachine([{ file: "m.isa", text: told }]).machine!;
  expect([read().monitor!.shadow!.grain, machine.monitor!.shadow!.grain, machine.monitor!.shadow!.install.executable?.width]).toEqual([4, 3, 1]);
  const again = machineFromJson(JSON.parse(JSON.stringify(machineJson(machine))) as MachineDocument).monitor!.shadow!;
  expect([again.grain, again.install.executable?.name]).toEqual([3, "shadow.x"]);
  expect(readMachine([{ file: "m.isa", text: TEXT.replace("shadow mem 4", "shadow mem 4 by 5") }]).diagnostics).toMatchObject([{ severity: "error", message: expect.stringContaining("what the guest's own map tells apart") }]);
});

test("an interrupt is taken where the machine accepts it, and nothing happens elsewhere", () => {
  const cpu = createCpu(read());
  cpu.set("P", 7n);
  cpu.setCell("E", 2n, 0x40n);
  expect(cpu.interrupt("signal", [5n])).toBeUndefined();
  cpu.set("Enabled", 1n);
  expect(cpu.interrupt("signal", [0n])).toBeUndefined();
  expect(cpu.get("P")).toBe(7n);
  expect(cpu.interrupt("signal", [5n])).toEqual({ instructions: 0, traps: 0 });
  expect([cpu.get("A"), cpu.get("P"), cpu.getCell("E", 1n)]).toEqual([5n, 0x40n, 7n]);
  expect(() => cpu.interrupt("nothing", [])).toThrow(/bug/);
});

test("steps and terms with parameters", () => {
  const machine = read(), cpu = createCpu(machine);
  const { shadow, base } = machine.monitor!;
  cpu.apply(shadow!.clear, [shadow!.area], [0x20n]);
  expect([0x1fn, 0x20n, 0x27n, 0x28n].map((i) => cpu.getCell("E", i))).toEqual([0n, 0xffn, 0xffn, 0n]);
  const { address, cell, writable, step } = shadow!.install;
  cpu.apply(step, [shadow!.area, address, cell, writable], [0x20n, 0x61n, 0x99n, 1n]);
  cpu.apply(step, [shadow!.area, address, cell, writable], [0x20n, 0x81n, 0x99n, 0n]);
  expect([cpu.getCell("E", 0x23n), cpu.getCell("E", 0x24n)]).toEqual([0x99n, 0xeen]);
  expect(cpu.valueWith(machine.monitor!.next.get("T")!, [base], [0x45n])).toBe(0x45n);
});

test("a CPU within another: its cells are the other's, and there are no more", () => {
  const outer = createCpu(read()), inner = createCpuWithin(outer, new Map([["E", { base: 0x30, size: 0x10 }]]));
  outer.setCell("E", 0x32n, 9n);
  expect(inner.getCell("E", 2n)).toBe(9n);
  inner.setCell("E", 0xfn, 7n);
  inner.setCell("E", 0x10n, 8n);
  expect([outer.getCell("E", 0x3fn), outer.getCell("E", 0x40n), inner.getCell("E", 0x10n)]).toEqual([7n, 0n, 0n]);
  inner.set("A", 3n);
  expect(outer.get("A")).toBe(0n);
});
