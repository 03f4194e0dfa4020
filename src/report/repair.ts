/** Repairs as plain data, as text, and as JSON (`repair.schema.json`). */
import type { Change } from "../verdict/repair.js";
import { colorsOf, columns, count, paragraph, wrap, type Cell, type Colors, type TextOptions } from "./layout.js";

export interface RepairCost {
  readonly program: string;
  readonly instructions: number;
  /** whether it ran to its end, or was counted so far only */
  readonly isWhole: boolean;
  /** entries of the monitor for each 1,000 instructions: for instructions that trap in user mode anyway, and that do because of the changes */
  readonly before: number;
  readonly added: number;
  /** of the added: executed in the guest's own user mode, where they trap on the repaired bare machine, too */
  readonly addedInUserMode: number;
  /** what the added are made of */
  readonly byInstruction: readonly { readonly id: string; readonly perThousand: number }[];
}

export interface RepairPlan {
  readonly changes: readonly (Change & { readonly source?: { readonly file: string; readonly line: number } })[];
  readonly configuration: string;
  /** what the check of the repaired machine says */
  readonly answer: "holds" | "fails" | "open";
  readonly knownBy: string;
  readonly critical: readonly string[];
  readonly open: readonly string[];
  readonly costs: readonly RepairCost[];
}

export interface RepairReport {
  readonly popek: string;
  readonly machine: { readonly name: string; readonly title: string; readonly sha256: string };
  readonly configuration: string;
  readonly theorem: 1 | 3;
  readonly reading: "strict" | "extended";
  /** of the machine as it is */
  readonly answer: "holds" | "fails" | "open";
  readonly critical: readonly string[];
  readonly open: readonly string[];
  /** the trap that instructions are made to take */
  readonly trap?: string;
  /** the smallest sets first */
  readonly repairs: readonly RepairPlan[];
  /** conditions that were not tried, there being too many */
  readonly notTried: readonly string[];
}

export function repairJson({ popek, machine, configuration, theorem, reading, answer, critical, open, trap, repairs, notTried }: RepairReport): string {
  return `${JSON.stringify({
    popek, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, configuration, theorem, reading, answer, critical, open, trap,
    repairs: repairs.map((r) => ({
      changes: r.changes, configuration: r.configuration, answer: r.answer, knownBy: r.knownBy, critical: r.critical, open: r.open,
      costs: r.costs.map(({ program, instructions, isWhole, before, added, addedInUserMode, byInstruction }) => ({ program, instructions, isWhole, before, added, addedInUserMode, byInstruction })),
    })),
    notTried,
  }, undefined, 2)}\n`;
}

export function repairText(report: RepairReport, options: TextOptions): string {
  const colors = colorsOf(options);
  const { machine, configuration, theorem, reading, answer, critical, open, repairs, notTried } = report;
  const condition = `the condition of Theorem ${theorem}, ${reading} reading`;
  const standing = answer === "holds" ? `meets ${condition}; nothing has to be repaired` : answer === "fails" ? `does not meet ${condition}, because of ${count(critical.length, "instruction")}:` : `open whether it meets ${condition}`;
  const sections: readonly string[][] = [
    [colors.bold(machine.title), `${machine.name}, configuration ${configuration}, specification ${machine.sha256.slice(0, 12)}`],
    [...paragraph("", standing, options.width), ...wrap(critical.join(" "), options.width - 2).map((l) => `  ${l}`), ...(open.length === 0 ? [] : paragraph("  open: ", open.join(" "), options.width))],
    ...repairs.map((r, i) => planText(report, r, repairs.length === 1 ? "The repair" : `Repair ${i + 1} of ${repairs.length}`, options, colors)),
    notTried.length === 0 ? [] : paragraph("Not tried, there being too many conditions: ", notTried.join("; "), options.width),
    answer !== "fails" || repairs.length > 0 ? [] : paragraph("", "No repair: instructions would have to trap in user mode, and the machine has no trap for that.", options.width),
  ];
  return sections.filter((s) => s.length > 0).map((s) => `${s.join("\n")}\n`).join("\n");
}

function planText({ theorem, reading, trap, configuration }: RepairReport, plan: RepairPlan, head: string, options: TextOptions, colors: Colors): string[] {
  const words = { holds: `meets the condition of Theorem ${theorem}, ${reading} reading`, fails: `does not meet it, because of ${plan.critical.join(" ")}`, open: `open, because of ${plan.open.join(" ")}` } as const;
  const traps = plan.changes.flatMap((c) => (c.kind === "trap" ? [c.instruction] : [])), isMany = traps.length > MOST_LINES;
  const paint = plan.answer === "holds" ? colors.green : plan.answer === "fails" ? colors.red : colors.yellow;
  return [
    colors.bold(`${head}: ${count(plan.changes.length, "change")}`),
    ...columns(plan.changes.filter((c) => !isMany || c.kind !== "trap").map((c): Cell[] => [{ text: changeText(c, trap, configuration) }, { text: c.source === undefined ? "" : `${c.source.file}:${c.source.line}`, paint: colors.cyan }]), "  "),
    ...(isMany ? paragraph(`  make ${count(traps.length, "instruction")} trap in user mode${trap === undefined ? "" : ` (${trap})`}: `, traps.join(" "), options.width) : []),
    ...paragraph("  checked again: ", `${paint(words[plan.answer])}${plan.answer === "holds" ? `; known by ${plan.knownBy}` : ""}`, options.width),
    ...costText(plan, options),
  ];
}

/** Instructions beyond these share a paragraph. */
const MOST_LINES = 12;

export function changeText(change: Change, trap: string | undefined, configuration: string): string {
  switch (change.kind) {
    case "trap": return `make ${change.instruction} trap in user mode${trap === undefined ? "" : ` (${trap})`}`;
    case "configuration": return `require configuration ${change.name} instead of ${configuration}`;
    case "condition": return `require ${change.condition}`;
  }
}

function costText({ costs }: RepairPlan, options: TextOptions): string[] {
  if (costs.length === 0) return paragraph("  ", "Cost: not measured, there are no guests (--guest).", options.width);
  const rows: Cell[][] = [
    ["traps per 1,000 instructions", "before", "added", "in its own user mode"].map((text): Cell => ({ text })),
    ...costs.map((c): Cell[] => [{ text: `  ${c.program}${c.isWhole ? "" : ", its beginning"}` }, number(c.before), number(c.added), number(c.addedInUserMode)]),
  ];
  const parts = new Map<string, number>();
  for (const { id, perThousand } of costs.flatMap((c) => c.byInstruction)) parts.set(id, Math.max(parts.get(id) ?? 0, perThousand));
  const dear = [...parts].sort(([, a], [, b]) => b - a).slice(0, 5).map(([id, n]) => `${id} (up to ${n.toFixed(2)})`);
  return [...columns(rows, "  "), ...(dear.length === 0 ? [] : paragraph("  of it: ", dear.join(", "), options.width))];
}

const number = (n: number): Cell => ({ text: n.toFixed(2) });
