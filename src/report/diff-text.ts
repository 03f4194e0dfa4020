/**
 * The difference between two checks for a person: what became critical first, each with the states that show it; then what
 * became open; then all other changes of class; then the verdicts, and in one line what it comes to.
 */
import type { CheckComparison, Gravity, Ground, InstructionChange } from "../verdict/compare-checks.js";
import { worstOf } from "../verdict/compare-checks.js";
import { CLASSES, type ClaimName } from "../verdict/result.js";
import { claimWitness } from "./check-text.js";
import { shownWitnesses, type ComparedSide, type DiffReport, type ShownWitness } from "./diff-json.js";
import { colorsOf, count, paragraph, type Colors, type TextOptions } from "./layout.js";

export interface DiffTextOptions extends TextOptions {
  /** every witness, not only the one that says most */
  readonly verbose: boolean;
  /** quotes the old side's specification; `sourceLine` quotes the new one's */
  readonly oldSourceLine?: TextOptions["sourceLine"];
}

export function diffText(report: DiffReport, options: DiffTextOptions): string {
  const colors = colorsOf(options);
  const { comparison } = report;
  const sections: readonly string[][] = [
    [sideLine("old", report.old, colors), sideLine("new", report.new, colors)],
    ...(["became-critical", "became-open", "appeared", "changed", "no-longer-critical", "disappeared"] as const).map((g) => ofGravity(g, comparison, options, colors)),
    verdicts(report, options, colors),
    paragraph("", colors.bold(summary(report)), options.width),
  ];
  return sections.filter((s) => s.length > 0).map((s) => `${s.join("\n")}\n`).join("\n");
}

function sideLine(which: "old" | "new", { from, judged }: ComparedSide, colors: Colors): string {
  const known = from === "machine" ? "checked now" : from === "check" ? "an earlier check" : "a ledger";
  return `${colors.bold(which)}  ${judged.machine.name}, configuration ${judged.configuration}, specification ${judged.machine.sha256.slice(0, 12)}, ${known}`;
}

const HEADS: Readonly<Record<Gravity, string>> = {
  "became-critical": "Became critical", "became-open": "Became open", appeared: "Appeared", changed: "Other changes of class", "no-longer-critical": "No longer critical", disappeared: "Disappeared",
};

function ofGravity(gravity: Gravity, { instructions }: CheckComparison, options: DiffTextOptions, colors: Colors): string[] {
  const own = instructions.filter((c) => c.gravity === gravity);
  if (own.length === 0) return [];
  const head = colors.bold(`${HEADS[gravity]}: ${count(own.length, "instruction")}`);
  if (gravity === "disappeared") return [head, ...paragraph("  ", own.map((c) => c.id).join(" "), options.width)];
  const paint = gravity === "became-critical" ? colors.red : gravity === "became-open" ? colors.yellow : (t: string) => t;
  const folded = options.verbose ? new Map<string, string[]>() : withTargets(own);
  const isFolded = new Set([...folded.values()].flat());
  return [paint(head), ...own.filter((c) => !isFolded.has(c.id)).flatMap((c) => {
    const executing = folded.get(c.id) ?? [];
    return ["", ...changeText(c, options, colors), ...(executing.length === 0 ? [] : paragraph("  and with it what executes it: ", executing.join(" "), options.width))];
  })];
}

/** By target, what executes it and changed as it did: `XCT[JSP]` of JSP. */
function withTargets(changes: readonly InstructionChange[]): Map<string, string[]> {
  const folded = new Map<string, string[]>();
  for (const { id } of changes) {
    const target = changes.map((c) => c.id).filter((t) => t !== id && id.endsWith(`[${t}]`)).sort((a, b) => b.length - a.length)[0];
    if (target !== undefined) folded.set(target, [...(folded.get(target) ?? []), id]);
  }
  return folded;
}

function changeText(change: InstructionChange, options: DiffTextOptions, colors: Colors): string[] {
  const { id, critical, instruction, condition } = change;
  const { title, cite, source } = (instruction.after ?? instruction.before)!;
  const heading = [colors.bold(id), ...(title === undefined ? [] : [title]), ...(cite === undefined ? [] : [`[${cite}]`]), ...(source === undefined ? [] : [colors.cyan(`${source.file}:${source.line}`)])].join("  ");
  const lines = [heading];
  if (instruction.before === undefined) lines.push("  was not there before");
  const gained = critical.after.filter((g) => !critical.before.some((b) => isSame(b, g))), lost = critical.before.filter((g) => !critical.after.some((a) => isSame(a, g)));
  if (gained.length > 0) lines.push(...paragraph("  critical now: ", gained.map(groundWords).join("; "), options.width));
  if (lost.length > 0) lines.push(...paragraph("  critical no more: ", lost.map(groundWords).join("; "), options.width));
  const classes = change.claims.filter((c) => CLASSES.some((known) => known === c.claim));
  const of = (answer: "holds" | "open", when: "before" | "after"): ClaimName[] => (classes.length > 0 ? classes : change.claims).filter((c) => c[when] === answer).map((c) => c.claim);
  const row = (label: string, claims: readonly ClaimName[]): void => { if (claims.length > 0) lines.push(...paragraph(`  ${label}: `, claims.join(", "), options.width)); };
  row("now", of("holds", "after"));
  row("no more", instruction.after === undefined ? [] : of("holds", "before"));
  row("now open", of("open", "after"));
  row("was open", of("open", "before"));
  if (condition !== undefined) lines.push(...paragraph("  privileged exactly if ", `${condition.after ?? "never or always"}; before: ${condition.before ?? "never or always"}`, options.width));
  return [...lines, ...witnessLines(change, options)];
}

function witnessLines(change: InstructionChange, options: DiffTextOptions): string[] {
  const all = shownWitnesses(change);
  const chosen = options.verbose ? all : all.slice(0, 1);
  const lines = chosen.flatMap((w) => claimWitness(label(w, change), w.witness, w.side === "new" ? options : { ...options, sourceLine: options.oldSourceLine }));
  const more = all.slice(chosen.length).map((w) => w.claim);
  return more.length === 0 ? lines : [...lines, ...paragraph("  also shown by states: ", more.join(", "), options.width)];
}

function label({ claim, side }: ShownWitness, { instruction }: InstructionChange): string {
  const answer = (side === "new" ? instruction.after : instruction.before)!.answers[claim]!.answer;
  return `${side === "old" ? "before, " : ""}${answer === "fails" ? "not " : ""}${claim}`;
}

const isSame = (a: Ground, b: Ground): boolean => a.theorem === b.theorem && a.reading === b.reading;
const groundWords = ({ theorem, reading }: Ground): string => `Theorem ${theorem}, ${reading}`;

const PREMISE_WORDS = { holds: "met", fails: "not met", open: "open" } as const;

function verdicts({ comparison, isPartial }: DiffReport, { width }: DiffTextOptions, colors: Colors): string[] {
  const { theorems, premises } = comparison;
  const lines = [
    ...theorems.flatMap((t) => paragraph("  ", `Theorem ${t.theorem}, ${t.reading}${t.assumption === "any" ? "" : ", guests within the configuration"}: its condition was ${ANSWER_WORDS[t.before ?? "absent"]}, is now ${ANSWER_WORDS[t.after ?? "absent"]}`, width)),
    ...premises.flatMap((p) => paragraph("  ", `premise: ${p.statement}: was ${p.before === undefined ? "not asked" : PREMISE_WORDS[p.before]}, is now ${p.after === undefined ? "not asked" : PREMISE_WORDS[p.after]}`, width)),
    ...(isPartial ? paragraph("  ", "Only some instructions were compared, so the theorems were not.", width) : []),
  ];
  return lines.length === 0 ? [] : [colors.bold("Verdicts"), ...lines];
}

const ANSWER_WORDS = { holds: "met", fails: "not met", open: "open", absent: "not asked" } as const;

function summary({ comparison }: DiffReport): string {
  const { instructions } = comparison;
  const of = (gravity: Gravity): number => instructions.filter((c) => c.gravity === gravity).length;
  if (instructions.length + comparison.theorems.length + comparison.premises.length === 0) return "No instruction changed its class, and no verdict changed.";
  const worst = worstOf(comparison);
  const first = worst === "became-critical" ? `${count(of("became-critical"), "instruction")} became critical` : worst === "became-open" ? "nothing became critical, something became open" : "nothing became critical or open";
  const other = instructions.length - of("became-critical");
  return `${first[0]!.toUpperCase()}${first.slice(1)}; ${other === 0 ? "no" : other} other ${other === 1 ? "instruction" : "instructions"} changed.`;
}
