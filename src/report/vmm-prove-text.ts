/**
 * The proofs about a monitor, as text for a person: the table, instruction by property; the lemmas on the VM map; the runs that
 * show what fails; how it is known; and the answer, where a terminal stops scrolling.
 */
import type { AnswerKind, ClaimAnswer } from "../verdict/result.js";
import { isOfEfficiency } from "../requirements/vm-map.js";
import { PROPERTIES, type Entry, type InstructionProof, type LemmaProof, type MonitorName, type Property, type ProveResult } from "../vmm/prove-result.js";
import { colorsOf, columns, count, paragraph, type Cell, type Colors, type TextOptions } from "./layout.js";
import { witnessText } from "./witness-text.js";

export interface ProveTextOptions extends TextOptions {
  /** also the runs that show where an instruction enters the monitor though the bare machine goes on */
  readonly verbose: boolean;
  /** neighbours of the same answers on one line of the table */
  readonly fold: boolean;
}

export function proveText(result: ProveResult, options: ProveTextOptions): string {
  const colors = colorsOf(options);
  const sections: readonly string[][] = [
    title(result, colors),
    table(result, options, colors),
    lemmas(result, options, colors),
    premises(result, options, colors),
    witnesses(result, options, colors),
    statistics(result, options, colors),
    answers(result, options, colors),
  ];
  return sections.filter((s) => s.length > 0).map((s) => `${s.join("\n")}\n`).join("\n");
}

function title({ machine, configuration, monitor, reading, guests, popek }: ProveResult, colors: Colors): string[] {
  return [colors.bold(`${machine.title}: ${monitorWords(monitor)}`), `${machine.name}, configuration ${configuration}, ${reading} reading, ${guests === "any" ? "" : "guests within the configuration, "}specification ${machine.sha256.slice(0, 12)}, popek ${popek}`];
}

function monitorWords(monitor: MonitorName): string {
  switch (monitor) {
    case "trap-and-emulate": return "a trap-and-emulate monitor";
    case "hybrid": return "a hybrid monitor";
    default: return `a ${monitor.startsWith("hybrid") ? "hybrid" : "trap-and-emulate"} monitor under itself, ${monitor.slice(monitor.indexOf(":") + 1)} levels in all`;
  }
}

const ENTRIES: Readonly<Record<Entry, string>> = { direct: "direct", partly: "partly", always: "always", open: "?" };

function table(result: ProveResult, options: ProveTextOptions, colors: Colors): string[] {
  const lines: { readonly chapter: string; readonly first: string; last: string; more: number; readonly cells: readonly string[]; readonly answers: readonly AnswerKind[] }[] = [];
  for (const i of result.instructions) {
    const cells = [ENTRIES[i.entry], ...PROPERTIES.map((p) => cell(i[p]))];
    const before = lines.at(-1);
    if (options.fold && before !== undefined && before.chapter === i.source.file && before.cells.join() === cells.join()) {
      before.last = i.id;
      before.more += 1;
    } else lines.push({ chapter: i.source.file, first: i.id, last: i.id, more: 0, cells, answers: PROPERTIES.map((p) => i[p].answer) });
  }
  const rows: Cell[][] = [["Instruction", "Enters", "Fidelity", "Safety", "Efficiency"].map((text) => ({ text, paint: colors.bold }))];
  const chapters = new Map<number, string>();
  let chapter: string | undefined;
  for (const line of lines) {
    if (line.chapter !== chapter) chapters.set(rows.length, (chapter = line.chapter));
    const name = line.more === 0 ? line.first : `${line.first} .. ${line.last} (${line.more + 1})`;
    rows.push([{ text: `  ${name}` }, { text: line.cells[0]! }, ...line.cells.slice(1).map((text, n) => ({ text, paint: paintOf(line.answers[n]!, colors) }))]);
  }
  return [...columns(rows).flatMap((line, n) => (chapters.has(n) ? [colors.cyan(chapters.get(n)!), line] : [line])), "", ...LEGEND.flatMap((l) => paragraph("  ", l, options.width))];
}

const LEGEND = [
  "Enters the monitor: always, in every user state; partly, in some in which the bare machine goes on, and is interpreted there; direct, only where the bare machine traps too.",
  "Fidelity: run directly, it does what the bare machine does. Safety: nothing but the guest's own changes, and other guests are invisible. Efficiency: no monitor where none is needed.",
  "Behind an answer, how it is known: by structure, by running all states, by a solver, by two runs that show it.",
];

function cell(a: ClaimAnswer): string {
  return a.answer === "open" || a.answer === "fails" ? a.answer.toUpperCase() : `${a.answer}, ${shortly(a.strength)}`;
}

/** Which kinds of evidence, without their numbers. */
function shortly(strength: string): string {
  return [...new Set(strength.split(" + ").map((s) => s.replace(/\(.*/, "")))].join(" and ");
}

function paintOf(answer: AnswerKind, colors: Colors): ((text: string) => string) | undefined {
  return answer === "holds" ? undefined : answer === "fails" ? (t) => colors.bold(colors.red(t)) : colors.yellow;
}

function lemmas({ lemmas: list, block }: ProveResult, { width }: ProveTextOptions, colors: Colors): string[] {
  if (list.length === 0) return [];
  return [colors.bold("Lemmas on the VM map f"), ...paragraph("  ", `Of all allotments${block === 1 ? "" : ` of whole blocks of ${block} cells`} in storage, but for the first ${block === 1 ? "cell" : "block"}, which the monitor keeps.`, width), ...list.flatMap((l) => lemma(l, width, colors))];
}

function lemma(l: LemmaProof, width: number, colors: Colors): string[] {
  const first = `  ${l.answer.padEnd(5)}  `;
  const [top, ...rest] = paragraph(first, `${l.statement}${l.strength === "none" ? "" : ` [${l.strength}]`}`, width);
  const paint = l.answer === "holds" ? colors.green : l.answer === "fails" ? colors.red : colors.yellow;
  const under = " ".repeat(first.length);
  return [
    `  ${paint(l.answer)}${top!.slice(2 + l.answer.length)}`, ...rest,
    ...(l.reason === undefined ? [] : paragraph(under, `${l.reason}${l.answer === "fails" && isOfEfficiency(l) ? " (efficiency only)" : ""}`, width)),
    ...(l.values === undefined ? [] : paragraph(under, `shown by ${Object.entries(l.values).map(([name, value]) => `${name} = ${value}`).join(", ") || "all values 0"}`, width)),
  ];
}

function premises({ premises: list }: ProveResult, { width }: ProveTextOptions, colors: Colors): string[] {
  return list.length === 0 ? [] : [colors.bold("Taken for granted"), ...list.flatMap((text) => paragraph("  ", text, width))];
}

function witnesses(result: ProveResult, options: ProveTextOptions, colors: Colors): string[] {
  const shown = result.instructions.flatMap((i) => PROPERTIES.filter((p) => i[p].witness !== undefined && (i[p].answer === "fails" || options.verbose)).map((p) => ({ i, p })));
  if (shown.length === 0) return [];
  return [colors.bold("What shows it"), ...shown.flatMap(({ i, p }, n) => [...(n === 0 ? [] : [""]), ...oneWitness(i, p, options, colors)])];
}

function oneWitness(i: InstructionProof, p: Property, options: ProveTextOptions, colors: Colors): string[] {
  const a = i[p];
  return [
    [colors.bold(i.id), i.title, colors.cyan(`${i.source.file}:${i.source.line}`)].join("  "),
    ...paragraph(`  ${p} ${a.answer}: `, [a.reason, a.witness!.shows].filter((t) => t !== undefined).join("; "), options.width),
    ...witnessText(a.witness!, options),
  ];
}

function statistics({ statistics: { questions, answeredBy }, engines: { solver, runs, seed } }: ProveResult, { width }: ProveTextOptions, colors: Colors): string[] {
  const parts = Object.entries(answeredBy).map(([engine, n]) => `${n} ${engine}`).join(", ");
  return [colors.bold(`How it is known: ${count(questions, "question")}`), ...paragraph("  ", `${parts}. Solver: ${solver}. Sampling: ${count(runs, "case")} a question, seed ${seed}.`, width)];
}

const SENTENCES: Readonly<Record<AnswerKind, string>> = {
  holds: "All properties hold: this is a virtual machine monitor.",
  fails: "Not all properties hold: this is no virtual machine monitor. Another one may be.",
  open: "Not known to be a virtual machine monitor.",
};

function answers(result: ProveResult, { width }: ProveTextOptions, colors: Colors): string[] {
  const paint = (a: AnswerKind): ((t: string) => string) => (a === "holds" ? colors.green : a === "fails" ? colors.red : colors.yellow);
  const list = PROPERTIES.flatMap((p) => {
    const at = (kind: AnswerKind): string[] => result.instructions.filter((i) => i[p].answer === kind).map((i) => i.id);
    const needed = p === "efficiency" ? [] : result.lemmas.filter((l) => l.isNeeded && l.answer === result.properties[p]).map((l) => `the lemma "${l.name}"`);
    const why = result.properties[p] === "holds" ? "" : ` because of ${shortList([...needed, ...at(result.properties[p])]) || result.reason || "what is not known"}`;
    const first = `  ${p.padEnd(10)}  `;
    const lines = paragraph(first, `${result.properties[p]}${why}`, width);
    return [first + paint(result.properties[p])(lines[0]!.slice(first.length)), ...lines.slice(1)];
  });
  const last = [SENTENCES[result.answer], ...(result.reason === undefined ? [] : [`${result.reason[0]!.toUpperCase()}${result.reason.slice(1)}.`])].join(" ");
  return [colors.bold("In short"), ...list, ...paragraph("  ", last, width).map((l) => paint(result.answer)(l))];
}

function shortList(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(" ")} and ${names.length - 12} more` : names.join(" ");
}
