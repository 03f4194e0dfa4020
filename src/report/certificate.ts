/** Certificates as JSON (`certificate.schema.json`), the manifest of their queries, and both as text for a person. */
import { standingOf, type Certificate, type CertifiedObligation, type Standing } from "../verdict/certificate.js";
import { colorsOf, columns, count, paragraph, type TextOptions } from "./layout.js";

/** One obligation a line: certificates are read in differences, too. */
export function certificateJson({ format, version, popek, machine, configuration, settings, solvers, obligations }: Certificate): string {
  const head: readonly (readonly [string, unknown])[] = [
    ["format", format], ["version", version], ["popek", popek], ["machine", { name: machine.name, sha256: machine.sha256 }], ["configuration", configuration],
    ["settings", { seed: settings.seed, runs: settings.runs, resource: settings.resource, only: settings.only, isSpeltOut: settings.isSpeltOut, monitor: settings.monitor }],
    ["solvers", solvers.map((s) => ({ name: s.name, version: s.version }))],
  ];
  const lines = obligations.map(({ id, expected, known, query, answers }) => JSON.stringify({ id, expected, known, query, answers }));
  return document(head, "obligations", lines);
}

/** The queries for whoever brings a solver of his own: file, and the answer to expect. */
export function manifestJson({ popek, machine, configuration, obligations }: Certificate): string {
  const lines = obligations.filter((o) => o.query !== undefined).map((o) => JSON.stringify({ id: o.id, file: queryFile(o), expected: o.expected, known: o.known }));
  return document([["popek", popek], ["machine", { name: machine.name, sha256: machine.sha256 }], ["configuration", configuration]], "queries", lines);
}

export function queryFile({ query }: CertifiedObligation): string {
  return `queries/${query?.slice(0, 32) ?? "none"}.smt2`;
}

function document(head: readonly (readonly [string, unknown])[], list: string, lines: readonly string[]): string {
  return `{\n${head.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join("")}  ${JSON.stringify(list)}: [${lines.length === 0 ? "" : `\n${lines.map((l) => `    ${l}`).join(",\n")}\n  `}]\n}\n`;
}

export interface CertificateTextOptions extends TextOptions {
  readonly stories: readonly { readonly obligation: CertifiedObligation; readonly text: string; readonly said: readonly { readonly solver: string; readonly answer: string }[] }[];
  /** what a given certificate says otherwise; absent where none was given */
  readonly differences?: readonly string[];
}

const WORDS: Readonly<Record<Standing, string>> = {
  agreed: "every solver says what the check says", structural: "structural: the terms are false by themselves, nothing is left to ask", disagreed: "a solver says otherwise", undecided: "a solver does not know", open: "open in the check itself",
};
const MOST_SHOWN = 20;

export function certificateText(certificate: Certificate, options: CertificateTextOptions): string {
  const colors = colorsOf(options);
  const { machine, configuration, solvers, obligations } = certificate;
  const numbers = new Map<Standing, number>();
  for (const o of obligations) numbers.set(standingOf(o), (numbers.get(standingOf(o)) ?? 0) + 1);
  const rows = (Object.keys(WORDS) as Standing[]).filter((s) => numbers.has(s)).map((s) => [{ text: numbers.get(s)!.toLocaleString("en-US").padStart(7) }, { text: WORDS[s] }]);
  const sections: readonly string[][] = [
    [
      `${colors.bold(machine.name)}, configuration ${configuration}, specification ${machine.sha256.slice(0, 12)}${certificate.settings.only === undefined ? "" : `, only ${certificate.settings.only}`}${certificate.settings.monitor === undefined ? "" : `, with the proofs about a ${certificate.settings.monitor} monitor`}`,
      `${count(obligations.length, "obligation")}, put to ${solvers.map((s) => `${s.name} ${s.version}`).join(" and ")}:`,
      ...columns(rows, "  "),
    ],
    ...options.stories.slice(0, MOST_SHOWN).map(({ obligation, text, said }) => [
      (standingOf(obligation) === "disagreed" ? colors.red : colors.yellow)(`${obligation.id}: ${WORDS[standingOf(obligation)]}`),
      ...paragraph("  the check: ", `${obligation.expected}, known by ${obligation.known}`, options.width),
      ...said.flatMap(({ solver, answer }) => paragraph(`  ${solver}: `, answer, options.width)),
      ...text.split("\n").filter((l) => l.startsWith("; Is ")).map((l) => `  ${l.slice(2)}`),
    ]),
    options.stories.length > MOST_SHOWN ? [`and ${options.stories.length - MOST_SHOWN} more`] : [],
    (options.differences ?? []).length === 0 ? [] : [colors.red("The certificate does not hold:"), ...options.differences!.slice(0, MOST_SHOWN).flatMap((d) => paragraph("  ", d, options.width)), ...(options.differences!.length > MOST_SHOWN ? [`  and ${options.differences!.length - MOST_SHOWN} more`] : [])],
    paragraph("", colors.bold(summary(numbers, obligations.length, options.differences)), options.width),
  ];
  return sections.filter((s) => s.length > 0).map((s) => `${s.join("\n")}\n`).join("\n");
}

function summary(numbers: ReadonlyMap<Standing, number>, all: number, differences: readonly string[] | undefined): string {
  const agreed = (numbers.get("agreed") ?? 0) + (numbers.get("structural") ?? 0);
  if (differences !== undefined && differences.length > 0) return "The certificate does not hold.";
  if ((numbers.get("disagreed") ?? 0) > 0) return `Solvers disagree with the check on ${count(numbers.get("disagreed")!, "obligation")}: one of them, or popek, has a bug.`;
  if (agreed < all) return `Agreed on ${agreed.toLocaleString("en-US")} of ${count(all, "obligation")}; the rest is open.`;
  return differences === undefined ? `Agreed on all of ${count(all, "obligation")}.` : `The certificate holds: ${count(all, "obligation")} derived again, with the same hashes and the same answers.`;
}
