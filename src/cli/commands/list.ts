/** `popek list`: the machines there are, and what a machine is made of. */
import type { Cube, Machine } from "../../isa/machine.js";
import { colorsOf, columns, count, type Cell, type Colors } from "../../report/layout.js";
import { defineCommand, MACHINE_OPTIONS, readParameters } from "../command.js";
import { EXIT } from "../failure.js";
import { bundledMachines, loadMachine } from "../load-machine.js";
import { obligationParts } from "../obligations.js";
import { writeResult, writeTo } from "../output.js";
import { matcher } from "../patterns.js";
import { configurationOf } from "../perform-check.js";
import { colorFor, widthOf } from "../terminal.js";

const WHATS = ["summary", "instructions", "unallocated", "components", "configurations", "traps", "obligations"] as const;
type What = (typeof WHATS)[number];

export const command = defineCommand({
  positionals: {
    machine: { type: "string", describe: "a bundled machine, or the path of a folder or file; all bundled ones if not given" },
    what: { choices: WHATS, default: "summary" as const, describe: "which part of it" },
  },
  options: {
    only: { type: "string", requiresArg: true, describe: "instructions by identifier or mnemonic, with * for anything" },
    config: { type: "string", requiresArg: true, describe: "the configuration whose obligations are listed" },
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const colors = colorsOf({ color: colorFor(process.stdout, args.color), width: widthOf(process.stdout) });
    const load = async (name: string): Promise<Machine> => {
      const { machine, warnings } = await loadMachine(name, readParameters(args.set), args.color);
      await writeTo(process.stderr, warnings);
      return machine;
    };
    let table: Table;
    if (args.machine === undefined) {
      const machines: Machine[] = [];
      for (const name of bundledMachines()) machines.push(await load(name));
      table = { head: ["machine", "instructions", "title"], rows: machines.map((m) => [m.name, String(m.instructions.length), m.title]) };
    } else {
      const machine = await load(args.machine);
      table = tableOf(machine, args.what, args.only, () => obligationParts(machine, configurationOf(machine, args.config)));
    }
    await writeResult(args.format === "json" ? json(table) : text(table, colors));
    return EXIT.asExpected;
  },
});

interface Table {
  readonly title?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function tableOf(machine: Machine, what: What, only: string | undefined, parts: () => readonly string[]): Table {
  const instructions = only === undefined ? machine.instructions : machine.instructions.filter(matcher(machine, only));
  const at = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`;
  switch (what) {
    case "summary":
      return {
        title: `${machine.title}, specification ${machine.sha256.slice(0, 12)}`, head: ["what", "number", "names"],
        rows: [
          ["modes", String(machine.modes.length), machine.modes.map((m) => `${m.name} (${m.level})`).join(", ")],
          ["components", String(machine.components.length), machine.components.map((c) => c.name).join(", ")],
          ["configurations", String(machine.configurations.length), machine.configurations.map((c) => (c.isDefault ? `${c.name} (default)` : c.name)).join(", ")],
          ["traps", String(machine.traps.length), machine.traps.map((t) => t.name).join(", ")],
          ["parameters", String(Object.keys(machine.parameters).length), Object.entries(machine.parameters).map(([n, v]) => `${n} = ${v}`).join(", ")],
          ["unallocated", String(machine.unallocated.length), machine.otherwise === undefined ? "" : `patterns: ${machine.otherwise.title}; popek list ${machine.name} unallocated`],
          ["instructions", String(machine.instructions.length), `${count(new Set(machine.instructions.map((i) => i.family)).size, "declaration")}; popek list ${machine.name} instructions`],
        ],
      };
    case "instructions":
      return { head: ["instruction", "title", "source"], rows: instructions.map((i) => [i.id, i.title, at(i.origin)]) };
    case "unallocated":
      return { head: ["encoding", "does"], rows: machine.unallocated.map((cube) => [pattern(cube, machine.fetch?.unit ?? 0), machine.otherwise?.title ?? ""]) };
    case "components":
      return { head: ["component", "cells", "bits", "role", "because"], rows: machine.components.map((c) => [c.name, c.kind === "array" ? String(2 ** c.indexWidth) : "1", String(c.width), c.role, c.because ?? ""]) };
    case "configurations":
      return { head: ["configuration", "title"], rows: machine.configurations.map((c) => [c.name, c.isDefault ? `${c.title} (default)` : c.title]) };
    case "traps":
      return { head: ["trap", "kind", "title"], rows: machine.traps.map((t) => [t.name, t.memory ? "memory trap" : "trap", t.title]) };
    case "obligations": {
      const names = parts();
      return { head: ["obligation"], rows: instructions.flatMap((i) => names.map((part) => [`${i.id}/${part}`])) };
    }
  }
}

/** The first unit's bits, `.` for those that do not matter: `001000...`. */
function pattern({ mask, value }: Cube, width: number): string {
  return Array.from({ length: width }, (_, i) => BigInt(width - 1 - i)).map((bit) => ((mask >> bit) & 1n) === 0n ? "." : ((value >> bit) & 1n).toString()).join("");
}

function text({ title, head, rows }: Table, colors: Colors): string {
  const cells: Cell[][] = [head.map((t) => ({ text: t, paint: colors.bold })), ...rows.map((r) => r.map((t) => ({ text: t })))];
  return `${[...(title === undefined ? [] : [title]), ...columns(cells)].join("\n")}\n`;
}

/** A list of objects with the table's heads as keys. */
function json({ head, rows }: Table): string {
  return `${JSON.stringify(rows.map((r) => Object.fromEntries(head.map((h, i) => [h, r[i]]))), undefined, 2)}\n`;
}
