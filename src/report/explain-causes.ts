/**
 * Why an instruction is in its classes, as a tree: the claim in the definition's words; under it each cause, the line of the
 * specification that does it, both evaluations, what was looked at, and where that is declared, with the citation.
 */
import type { Cause, Causes, Declared, ExitLooked, Read } from "../verdict/causes.js";
import type { Origin } from "../isa/machine.js";
import { CLAIM_MEANINGS } from "./claims.js";
import { wordOf } from "./findings.js";
import { count, paragraph, type Colors, type TextOptions } from "./layout.js";

export function causesText({ causes, undecided }: Causes, options: TextOptions, colors: Colors): string[] {
  if (causes.length === 0 && undecided === 0) return [];
  const claims = [...new Set(causes.map((c) => c.claim))];
  return [
    colors.bold("Why"),
    ...claims.flatMap((claim) => {
      const own = causes.filter((c) => c.claim === claim);
      const fails = own.some((c) => c.kind === "completes");
      return [...paragraph("  ", `${claim} ${fails ? "fails; it would hold if" : "holds"}: ${CLAIM_MEANINGS[claim]}`, options.width), ...own.flatMap((c) => causeText(c, options, colors))];
    }),
    ...(undecided === 0 ? [] : paragraph("  ", `${count(undecided, "further cause")} could be neither shown nor ruled out.`, options.width)),
  ];
}

function causeText(cause: Cause, options: TextOptions, colors: Colors): string[] {
  const node = (depth: number, text: string): string[] => paragraph(`${"    ".repeat(depth)}- `, text, options.width);
  const { witness } = cause;
  const alike = cause.reads.filter((r) => !isDifferent(r)), different = cause.reads.filter(isDifferent);
  return [
    ...node(1, `${colors.bold(headOf(cause))}  ${colors.cyan(lineOf(cause.at))}${quoted(cause.at, options)}`),
    ...node(2, `by ${wordOf(witness)}`),
    ...witness.runs.flatMap((run, i) => node(2, `${run.name === "S" ? "" : `${run.name} `}in ${run.mode}: ${evaluation(cause, i)}${run.outcome}`)),
    ...(different.length === 0 ? [] : node(2, `looks at, and finds different: ${different.map((r) => readText(r)).join("; ")}`)),
    ...(alike.length === 0 ? [] : node(2, `looks at: ${alike.map((r) => readText(r)).join("; ")}`)),
    ...exitsText(cause.exits, witness.runs.length).flatMap((t) => node(2, t)),
    ...cause.sources.flatMap((d) => node(3, declaredText(d))),
  ];
}

function headOf({ kind, component, values, exits }: Cause): string {
  const name = values?.[0]?.name ?? component?.name ?? "";
  switch (kind) {
    case "changes": return `changes ${name}, which is ${component!.role}`;
    case "outside": return `changes ${name}, outside the window`;
    case "shows": return `${name} comes out differently`;
    case "halts": return "stops the processor";
    case "completes": return "completes in user mode, with no trap in its way";
    case "leaves": return `leaves by ${exits.findLast((e) => e.holds.includes(true))?.what ?? "a trap"}`;
  }
}

function evaluation({ values }: Cause, run: number): string {
  const v = values?.[run];
  return v === undefined ? "" : `${v.name} ${v.before === v.after ? `stays ${v.before}` : `${v.before} -> ${v.after}`}; `;
}

const isDifferent = ({ values }: Read): boolean => values.length > 1 && values[0] !== values[1];

function readText({ name, values }: Read): string {
  return values.length > 1 && values[0] !== values[1] ? `${name} = ${values.map((v) => v ?? "(not looked at)").join(" | ")}` : `${name} = ${values[0] ?? ""}`;
}

/** The exits that were taken, and the others on one line. */
function exitsText(exits: readonly ExitLooked[], runs: number): readonly string[] {
  const taken = exits.filter((e) => e.holds.includes(true)), others = exits.filter((e) => !e.holds.includes(true));
  const who = (holds: readonly (boolean | undefined)[]): string => (runs === 1 ? "" : ` in ${holds.flatMap((h, i) => (h === true ? [`S${i + 1}`] : [])).join(" and ")}`);
  return [
    ...taken.map((e) => `taken${who(e.holds)}: ${e.what} (${lineOf(e.at)})`),
    ...(others.length === 0 ? [] : [`not taken: ${[...new Map(others.map((e) => [`${e.what} (${lineOf(e.at)})`, e])).keys()].join(", ")}`]),
  ];
}

function declaredText({ name, role, cite, because, at }: Declared): string {
  return `${name} is ${role}, ${lineOf(at)}${cite === undefined ? "" : ` [${cite}]`}${because === undefined ? "" : `: ${because}`}`;
}

const lineOf = ({ file, line }: Origin): string => `${file}:${line}`;

function quoted({ file, line }: Origin, { sourceLine }: TextOptions): string {
  const text = sourceLine?.(file, line)?.trim();
  return text === undefined || text === "" ? "" : `: ${text}`;
}

/** The same as JSON. */
export function causesJson({ causes, undecided }: Causes, witnessJson: (w: Cause["witness"]) => object): object {
  const origin = ({ file, line, column }: Origin): object => ({ file, line, column });
  const declaration = ({ name, role, cite, because, at }: Declared): object => ({ name, role, cite, because, at: origin(at) });
  return {
    causes: causes.map((c) => ({
      claim: c.claim, definition: CLAIM_MEANINGS[c.claim], kind: c.kind, at: origin(c.at), component: c.component && declaration(c.component),
      values: c.values?.map(({ name, before, after }) => ({ name, before, after })),
      exits: c.exits.map(({ what, at, holds }) => ({ what, at: origin(at), holds: holds.map((h) => h ?? null) })),
      reads: c.reads.map(({ name, component, values }) => ({ name, component, values: values.map((v) => v ?? null) })),
      sources: c.sources.map(declaration), witness: witnessJson(c.witness),
    })),
    undecided,
  };
}
