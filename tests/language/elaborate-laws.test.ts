/**
 * Laws of elaboration: how a spec is laid out and in which order it is declared makes no difference to the machine.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { machineJson } from "../../src/isa/json.js";
import type { Machine, Step } from "../../src/isa/machine.js";
import { reachable, type AnyTerm } from "../../src/isa/term.js";
import { elaborate } from "../../src/language/elaborate.js";
import { format } from "../../src/language/format.js";
import { parse } from "../../src/language/parse.js";
import { readMachine, type SourceText } from "../../src/language/read-machine.js";
import type { SourceFile } from "../../src/language/syntax.js";
import { structuralHashes } from "../../src/smt/structural-hash.js";

const folder = (path: string): SourceText[] => readdirSync(path).filter((f) => f.endsWith(".isa")).sort().map((f) => ({ file: f, text: readFileSync(join(path, f), "utf8") }));

const specs: readonly (readonly [string, readonly SourceText[]])[] = [
  ...folder("tests/machines").map((t) => [t.file, [t]] as const), ...folder("tests/fixtures/hard").map((t) => [t.file, [t]] as const),
  ["third-generation", folder("isa-specs/third-generation")], ["pdp10", folder("isa-specs/pdp10")],
];

function machineOf(texts: readonly SourceText[]): Machine {
  const { machine, diagnostics } = readMachine(texts);
  expect(diagnostics).toEqual([]);
  return machine!;
}

/** Everything but where it stands in the text. */
function withoutPlaces(machine: Machine): string {
  return JSON.stringify(machineJson(machine), (key, value: unknown) => (["origin", "assignedAt", "sha256"].includes(key) ? undefined : value));
}

/** Instructions by identifier, deliveries by trap, with the structure of their terms; the order of declarations shows in none of it. */
function structure(machine: Machine): Readonly<Record<string, unknown>> {
  const terms = (step: Step): AnyTerm[] => [...step.exits.flatMap((e) => [e.guard, ...e.args, ...(e.leaving?.values() ?? [])]), ...step.next.values(), ...(step.execute === undefined ? [] : [step.execute.guard, step.execute.word])];
  const all = [...machine.instructions.map((i) => i.step), ...machine.traps.map((t) => t.delivery), ...(machine.otherwise === undefined ? [] : [machine.otherwise.step])];
  const hashes = structuralHashes(reachable([...all.flatMap(terms), ...machine.instructions.map((i) => i.hypothesis), ...machine.windows.flatMap((w) => [w.cell, ...w.traps.map((t) => t.guard)])]));
  const of = (t: AnyTerm): number => hashes.get(t.id)!;
  const shape = (step: Step): unknown => ({
    exits: step.exits.map((e) => [e.kind, e.cause, of(e.guard), e.args.map(of), [...(e.leaving ?? [])].map(([k, v]) => [k, of(v)]).sort()]),
    next: [...step.next].map(([k, v]) => [k, of(v)]).sort(), execute: step.execute === undefined ? undefined : [of(step.execute.guard), of(step.execute.word)],
  });
  return {
    ...Object.fromEntries(machine.instructions.map((i) => [i.id, { cubes: i.encoding.cubes.map((c) => `${c.mask}:${c.value}`), syntax: i.syntax, hypothesis: of(i.hypothesis), step: shape(i.step) }])),
    ...Object.fromEntries(machine.traps.map((t) => [`trap ${t.name}`, shape(t.delivery)])),
    ...Object.fromEntries(machine.windows.map((w) => [`window ${w.name}`, [of(w.cell), w.traps.map((t) => [t.trap, of(t.guard)])]])),
    otherwise: machine.otherwise === undefined ? undefined : shape(machine.otherwise.step),
    components: machine.components.map((c) => [c.name, c.width, c.role]).sort(), parameters: machine.parameters,
    unallocated: machine.unallocated.map((c) => `${c.mask}:${c.value}`).sort(),
  };
}

describe.each(specs)("%s", (_, texts) => {
  it("is the same machine every time", () => expect(JSON.stringify(machineJson(machineOf(texts)))).toBe(JSON.stringify(machineJson(machineOf(texts)))));

  it("is the same machine when formatted", () => {
    const formatted = texts.map(({ file, text }) => ({ file, text: format(parse(file, text).source, text) }));
    expect(withoutPlaces(machineOf(formatted))).toBe(withoutPlaces(machineOf(texts)));
  });

  it("is the same machine when declared backwards, but for the instructions", () => {
    const files = texts.map(({ file, text }) => parse(file, text).source);
    const all = files.flatMap((f) => f.declarations);
    const backwards: SourceFile = { file: "backwards.isa", declarations: [...all.filter((d) => d.kind !== "instruction").reverse(), ...all.filter((d) => d.kind === "instruction")] };
    const { machine, diagnostics } = elaborate([backwards, ...files.map((f) => ({ ...f, declarations: [] }))]);
    expect(diagnostics).toEqual([]);
    expect(structure(machine!)).toEqual(structure(machineOf(texts)));
  });
});
