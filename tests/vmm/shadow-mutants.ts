/** Faulty monitors for a machine whose map is made of tables: the System/370. See `mutants.ts`. */
import { DECISIONS, type Decisions } from "../../src/vmm/decisions.js";
import type { Mutant } from "./mutants.js";

const change = (name: string, decisions: Partial<Decisions>): Mutant => ({ name, decisions: () => ({ ...DECISIONS, ...decisions }) });
const map = (name: string, component: string, value: (f: bigint) => bigint): Mutant => change(name, { real: (c, f) => (c === component ? value(f()) : f()) });

export const SHADOW_MUTANTS: readonly Mutant[] = [
  { name: "translations that are never given up", decisions: () => once() },
  change("translations that survive a purge", { keepsTranslations: ({ otherMap }) => !otherMap }),
  change("translations that survive another map", { keepsTranslations: ({ flushed }) => !flushed }),
  change("guest addresses taken for the machine's", { translation: (own, { cell }) => own && { ...own, cell } }),
  change("addresses taken for cells", { translation: (own, { address }, { allotment }) => own && { ...own, cell: allotment.base + Number(address) } }),
  change("the next unit", { translation: (own) => own && { ...own, cell: own.cell + 2048 } }),
  change("translations for what has none, within the allotment", { translation: (own, { cell }, { allotment }) => own ?? (cell < allotment.size ? { cell: allotment.base + cell, writable: true, executable: true } : undefined) }),
  change("translations into a neighbour", { translation: (own, { cell }, { allotment }) => own ?? { cell: (allotment.base + cell) % 0x100000, writable: true, executable: true } }),
  change("everything may be written", { translation: (own) => own && { ...own, writable: true } }),
  map("supervisor state for guests", "Problem", () => 0n),
  map("no translation", "Translation", () => 0n),
  map("key 0 for guests", "Key", () => 0n),
  map("low-address protection forgotten", "Formats", (f) => f & 0xefffn),
  map("guests that wait run on", "Unassigned", () => 0n),
  map("monitor calls that go by the mask alone", "CR8", () => 0n),
  map("the host's clock", "TimeOfDay", () => 0n),
  change("the condition code not saved", { takesBack: (c) => DECISIONS.takesBack(c) && c.name !== "CC" }),
  change("the program mask not given back", { handsOver: (c) => DECISIONS.handsOver(c) && c.name !== "ProgramMask" }),
];

function once(): Decisions {
  const cleared = new Set<unknown>();
  return { ...DECISIONS, keepsTranslations: (_, { virtual }) => cleared.has(virtual) || (cleared.add(virtual), false) };
}
