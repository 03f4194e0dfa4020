/** A machine's JSON form fits its schema, reads back as the same machine, and refuses what does not fit. */
import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import { machineFromJson, machineJson, type MachineDocument } from "../../src/isa/json.js";
import type { Machine } from "../../src/isa/machine.js";
import { readMachine } from "../../src/language/read-machine.js";
import { textsOf } from "../machine/machines.js";

const root = new URL("../../", import.meta.url);
const validate = new Ajv({ strict: true, strictTuples: false }).compile(JSON.parse(readFileSync(new URL("src/isa/machine.schema.json", root), "utf8")) as object);

function machineIn(folder: string, only?: string): Machine {
  const { machine, diagnostics } = readMachine(textsOf(only === undefined ? folder : `${folder}/${only}`));
  expect(diagnostics).toEqual([]);
  return machine!;
}

const machines: [string, string | undefined][] = [
  ["isa-specs/third-generation", undefined], ["isa-specs/pdp10", undefined], ["isa-specs/s370", undefined], ["isa-specs/mips-r3000", undefined], ["isa-specs/mips32r2", undefined],
  ...["tests/machines", "tests/fixtures/hard"].flatMap((folder) => readdirSync(new URL(folder, root)).filter((f) => f.endsWith(".isa")).map((f): [string, string] => [folder, f])),
];

describe.each(machines)("%s %s", (folder, only) => {
  let machine: Machine, text: string;
  beforeAll(() => {
    machine = machineIn(folder, only);
    text = JSON.stringify(machineJson(machine));
  });

  test("fits the schema", () => {
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  });

  test("reads back as the same machine", () => {
    const back = machineFromJson(JSON.parse(text) as MachineDocument);
    expect(JSON.stringify(machineJson(back))).toBe(text);
    expect(back.instructions.map((i) => [i.id, i.encoding.cubes, i.syntax, [...i.step.next.keys()]])).toEqual(machine.instructions.map((i) => [i.id, i.encoding.cubes, i.syntax, [...i.step.next.keys()]]));
    expect(back.sha256).toBe(machine.sha256);
  });

  test("loses no term when it is cut down to one instruction", () => {
    const [first] = machine.instructions;
    const alone = { ...machine, instructions: [first!] };
    const back = machineFromJson(machineJson(alone));
    expect(JSON.stringify(machineJson(back))).toBe(JSON.stringify(machineJson(alone)));
  });
});

describe("what is no machine", () => {
  test.each<[string, object, RegExp]>([
    ["another format", { format: "elf" }, /format is "elf"/],
    ["another version", { version: 2 }, /version is 2/],
    ["an operator that does not exist", { terms: [["frobnicate", 0]] }, /no operator frobnicate/],
    ["a term used before it is listed", { terms: [["not", 5]] }, /term 5 is used before/],
    ["an array where a bit string belongs", { terms: [["array", "state", "E", 2, 3], ["not", 0]] }, /is an array/],
  ])("%s is refused", (_name, wrong, message) => {
    expect(() => machineFromJson({ ...machineJson(machineIn("tests/machines", "toy.isa")), ...wrong } as MachineDocument)).toThrow(message);
  });
});
