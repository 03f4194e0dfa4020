/** A console beside the processor: what it hears, and what it does not let be heard of. */
import { describe, expect, test } from "vitest";
import { machineFromJson, machineJson, type MachineDocument } from "../../src/isa/json.js";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { createCpu, type Cpu } from "../../src/machine/cpu.js";

const PROCESSOR = `machine m "M" { bits lsb0 radix hexadecimal }
mode s supervisor when M == 0
mode u user when M == 1
state M : 1 is mode
state P : 8 is program-counter
state A : 16 is general
state B : 16 is general
state failed : 8 is general
state E[8] : 16 is storage
state q : 9 is extent
window mem(a : 8, access) : 16 over E { trap missing(a) when zext(a, 9) >= q cell a }
memory trap missing(a : 8) "No storage" { failed := a P := 0 }
fetch 16 (i : 1) { return mem.execute[P] }
advance { P := P + length }
otherwise "Unassigned" { halt }
instruction ST "Store" { encoding 8'1 a:8 syntax "ST {a}" step { mem[a] := A } }
instruction SB "Store the low byte" { encoding 8'2 a:8 syntax "SB {a}" step { mem[a] := (mem.write[a] & 0xFF00) | (A & 0xFF) } }
instruction SH "Store the high byte" { encoding 8'3 a:8 syntax "SH {a}" step { mem[a] := (mem.write[a] & 0xFF) | (A & 0xFF00) } }
instruction LD "Load" { encoding 8'4 a:8 syntax "LD {a}" step { B := mem[a] } }
instruction ST2 "Store two" { encoding 8'5 a:8 syntax "ST2 {a}" step { mem[a] := A mem[a + 1] := B } }
instruction OUT "Out, n characters from a on" { encoding 8'6 n:8 syntax "OUT {n}" step { trap missing(0) when M == 1 } }
`;
const CONSOLE = `console {
  cell E[0xF0] (word) sends word[7..0] halts when word[15] == 1
  cell E[0xF1] is 0x1234
  cell E[0xF8] (word) halts when word == 0xDEAD
  on OUT when n != 0 for i below n sends E[A[7..0] + i][7..0]
}
`;

function machineOf(text: string): Machine {
  const { machine, diagnostics } = readMachine([{ file: "m.isa", text }]);
  expect(diagnostics).toEqual([]);
  return machine!;
}

const START = 0x10;
function cpuWith(machine: Machine, a: bigint, ...words: readonly bigint[]): { readonly cpu: Cpu; readonly sent: bigint[] } {
  const cpu = createCpu(machine), sent: bigint[] = [];
  cpu.connect((character) => sent.push(character));
  cpu.set("q", 0x80n);
  cpu.set("P", BigInt(START));
  cpu.set("A", a);
  words.forEach((word, i) => cpu.setCell("E", BigInt(START + i), word));
  return { cpu, sent };
}
const ST = 0x100n, SB = 0x200n, SH = 0x300n, LD = 0x400n, ST2 = 0x500n, OUT = 0x600n;

describe.each([["as it was read", (m: Machine) => m], ["from its JSON form", (m: Machine) => machineFromJson(JSON.parse(JSON.stringify(machineJson(m))) as MachineDocument)]] as const)("the machine %s", (_, form) => {
  const machine = form(machineOf(PROCESSOR + CONSOLE));

  test("a store into its cell is a character, and nothing is stored", () => {
    const { cpu, sent } = cpuWith(machine, 0x41n, ST | 0xf0n, SB | 0xf0n);
    expect(cpu.run({ limit: 2 })).toMatchObject({ why: "limit", traps: 0 });
    expect([sent, cpu.get("P"), cpu.getCell("E", 0xf0n)]).toEqual([[0x41n, 0x41n], BigInt(START + 2), 0n]);
  });

  test("what does not store the character sends none", () => {
    const { cpu, sent } = cpuWith(machine, 0x41n, SH | 0xf0n, LD | 0xf0n, LD | 0xf1n);
    expect(cpu.run({ limit: 3 })).toMatchObject({ why: "limit", traps: 0 });
    expect([sent, cpu.get("B")]).toEqual([[], 0x1234n]);
  });

  test("a store stops the machine, by what is stored and by nothing that is not", () => {
    expect(cpuWith(machine, 0xdeadn, ST | 0xf8n).cpu.run({ limit: 5 })).toMatchObject({ why: "stop", stop: { kind: "halt" }, steps: 1 });
    const low = cpuWith(machine, 0xadn, SB | 0xf8n);
    expect(low.cpu.run({ limit: 1 }).why).toBe("limit");
    const high = cpuWith(machine, 0x8000n, SH | 0xf0n);
    expect(high.cpu.run({ limit: 1 }).why).toBe("stop");
    expect(high.sent).toEqual([]);
  });

  test("elsewhere there is still nothing, and a step that touches both traps", () => {
    for (const word of [ST | 0xf2n, ST2 | 0xf1n, ST2 | 0xefn]) {
      const { cpu, sent } = cpuWith(machine, 0x41n, word);
      expect(cpu.step()).toMatchObject({ traps: 1 });
      expect([sent, cpu.get("failed"), cpu.get("P")]).toEqual([[], word & 0xffn, 0n]);
    }
  });

  test("a store into two of its cells is one character for each that is one", () => {
    const { cpu, sent } = cpuWith(machine, 0x41n, ST2 | 0xf0n);
    expect(cpu.step()).toMatchObject({ traps: 0 });
    expect(sent).toEqual([0x41n]);
  });

  test("where nobody is connected there is no device", () => {
    const cpu = createCpu(machine);
    cpu.set("q", 0x80n);
    cpu.setCell("E", 0n, ST | 0xf0n);
    expect(cpu.step()).toMatchObject({ traps: 1 });
  });

  test("an instruction that is done is heard of, one that traps is not", () => {
    const { cpu, sent } = cpuWith(machine, 0x40n, OUT | 3n, OUT, OUT | 2n);
    for (const [i, c] of [72n, 101n, 121n].entries()) cpu.setCell("E", BigInt(0x40 + i), c);
    cpu.run({ limit: 2 });
    expect(sent).toEqual([72n, 101n, 121n]);
    cpu.set("M", 1n);
    expect(cpu.step()).toMatchObject({ traps: 1 });
    expect(sent.length).toBe(3);
  });
});

test("steps are the same with a console and without", () => {
  const [without, with_] = [PROCESSOR, PROCESSOR + CONSOLE].map((text) => machineJson(machineOf(text)));
  expect(with_!.instructions).toEqual(without!.instructions);
  expect(with_!.traps).toEqual(without!.traps);
});

test("a console that is a register of the processor", () => {
  const text = `${PROCESSOR}state sent : 8 is device
state count : 8 is device
instruction SAY "Say" { encoding 8'7 _:8 syntax "SAY" step { sent := A[7..0] count := count + 1 } }
console sent on count
`;
  const { cpu, sent } = cpuWith(machineOf(text), 0x41n, 0x700n, 0x700n, LD);
  cpu.run({ limit: 3 });
  expect(sent).toEqual([0x41n, 0x41n]);
});
