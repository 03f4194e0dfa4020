/**
 * A check as one page that stands by itself: no network, no other file, and it says everything without its script.
 *
 * From the verdicts to what they lean on: the theorems, the classes as a picture, the table, each instruction with its witnesses,
 * the premises, what is not modelled, how it is known, and what the words mean. The page's policy allows its own style and its own
 * script, known by its hash, and nothing else; whatever a specification says is escaped (`markup.ts`).
 */
import { CLASSES, OTHER_CLAIMS, type CheckResult, type ClaimName, type TheoremResult } from "../../verdict/result.js";
import { CLAIM_MEANINGS } from "../claims.js";
import { ENGINE_WORDS, inEngineOrder, PREMISE_WORDS } from "../check-text.js";
import { count } from "../layout.js";
import { READINGS, standings, type ReadingName, type Standing } from "../standing.js";
import { isAlikeWithinK, isRepeated, KEEPING, knownBy, sentence, STATEMENTS } from "../theorem-text.js";
import { VERDICTS } from "../class-table.js";
import { instructionDetails } from "./instruction-details.js";
import { anchorOf, instructionTable } from "./instruction-table.js";
import { html, verbatim, type Markup } from "./markup.js";
import { pictures } from "./picture.js";
import { SCRIPT, SCRIPT_HASH } from "./script.js";
import { STYLE } from "./style.js";

export type SourceLine = ((file: string, line: number) => string | undefined) | undefined;

export interface PageOptions {
  /** defaults to all three */
  readonly readings?: readonly ReadingName[];
  /** the text of a line of the specification, if it is at hand */
  readonly sourceLine?: SourceLine;
}

export function checkHtml(result: CheckResult, { readings = READINGS, sourceLine }: PageOptions): string {
  const { machine, configuration, popek } = result;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`;
  const grave = instructionDetails(result, "grave", sourceLine), others = instructionDetails(result, "others", sourceLine);
  const sections: readonly (readonly [id: string, title: string, body: Markup | undefined])[] = [
    ["verdicts", "Verdicts", verdicts(result, readings)],
    ["classes", "The classes, drawn to scale", html`${(["strict", "extended"] as const).filter((r) => readings.includes(r)).map((r) => pictures(result, r))}`],
    ["instructions", "Instructions", html`${instructionTable(result)}${witnessIntroduction()}`],
    ["critical", "Critical instructions, with their witnesses", grave],
    ["others", grave === undefined ? "Each instruction, with its witnesses" : "The other instructions, with their witnesses", others],
    ["premises", "Premises of the paper", premises(result)],
    ["omits", "Not modelled", notModelled(result)],
    ["strengths", "How it is known", strengths(result)],
    ["words", "What the claims say", meanings(result)],
  ];
  const shown = sections.flatMap(([id, title, body]) => (body === undefined ? [] : [{ id, title, body }]));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="popek ${popek}">
<title>${machine.title}: Popek and Goldberg's classes</title>
<style>${verbatim(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the verdicts</a>
<header>
<h1>${machine.title}</h1>
<p>${machine.name}, configuration ${configuration}, specification <code title="${machine.sha256}">${machine.sha256.slice(0, 12)}</code>, popek ${popek}</p>
<p>${totals(result)}</p>
</header>
<nav aria-label="Sections"><ul>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="main">
${shown.map(({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`)}
</main>
<script>${verbatim(SCRIPT)}</script>
</body>
</html>
`.markup;
}

function totals(result: CheckResult): string {
  const standing = [...standings(result).values()];
  const order: readonly Standing[] = ["critical", "critical-extended", "open", "privileged", "always-traps", "innocuous"];
  const parts = order.map((s) => ({ s, n: standing.filter((x) => x === s).length })).filter(({ n }) => n > 0);
  return `${count(result.instructions.length, "instruction")}: ${parts.map(({ s, n }) => `${n.toLocaleString("en-US")} ${VERDICTS[s].toLowerCase()}`).join(", ")}.`;
}

// ---------------------------------------------------------------- verdicts

function verdicts(result: CheckResult, readings: readonly ReadingName[]): Markup {
  const anchors = new Map(result.instructions.map((i, n) => [i.id, anchorOf(n)]));
  return html`${([1, 2, 3] as const).map((theorem) => {
    const own = result.theorems.filter((t) => t.theorem === theorem && readings.includes(t.reading));
    if (own.length === 0) return undefined;
    return html`<article><h3>Theorem ${theorem}</h3><p>${STATEMENTS[theorem]}</p><dl>${own.filter((t) => !isRepeated(t, own)).map((t) => verdict(result, t, own, anchors))}</dl></article>`;
  })}${result.theorems.some((t) => t.assumption === "within-k" && readings.includes(t.reading) && !isRepeated(t, result.theorems.filter((o) => o.theorem === t.theorem))) ? html`<p class="note">K: for ${KEEPING}.</p>` : undefined}`;
}

function verdict(result: CheckResult, t: TheoremResult, own: readonly TheoremResult[], anchors: ReadonlyMap<string, string>): Markup {
  const links = (ids: readonly string[]): Markup => html`<p class="ids">${ids.map((id) => html`<a href="#${anchors.get(id)}">${id}</a> `)}</p>`;
  const list = t.theorem === 2 ? [] : t.critical;
  return html`<dt>${t.reading}${t.assumption === "within-k" ? ", K" : undefined}</dt>
<dd><span class="answer-${t.answer}">${sentence(t).replace(/:$/, "")}.</span>
${list.length === 0 ? undefined : html`<details><summary>${count(list.length, "critical instruction")}</summary>${links(list)}</details>`}
${t.theorem === 2 || t.open.length === 0 ? undefined : html`<details><summary>${count(t.open.length, "open instruction")}</summary>${links(t.open)}</details>`}
${t.theorem === 2 ? undefined : html`<p class="note">Known by: ${knownBy(result, t)}.${isAlikeWithinK(t, own) ? ` The same for ${KEEPING}.` : undefined}</p>`}</dd>`;
}

const witnessIntroduction = (): Markup => html`<p class="note">Below, each instruction with its witnesses. A witness is an instruction word and one or two starting states, run on the machine and made as small as possible. Components that are not listed are 0. Marks: <b>differs</b> between the states, <b>needed</b> for it to be a witness, <b>shows</b> it afterwards. Digits that differ between the states are highlighted.</p>
<p id="folding" hidden><button type="button" data-open="true">Open all instructions</button> <button type="button" data-open="false">Close all instructions</button></p>`;

// ---------------------------------------------------------------- what the verdicts lean on

function premises(result: CheckResult): Markup | undefined {
  if (result.premises.length === 0) return undefined;
  return html`<div class="wide" role="region" aria-label="Premises" tabindex="0"><table><caption class="unseen">Premises of the paper, and whether the machine meets them</caption>
<thead><tr><th scope="col">Premise</th><th scope="col">Answer</th><th scope="col">Known by</th><th scope="col">Otherwise</th></tr></thead>
<tbody>${result.premises.map((p) => html`<tr><th scope="row">${p.statement}</th><td class="answer-${p.answer}">${PREMISE_WORDS[p.answer]}</td><td>${p.strength === "none" ? "" : p.strength}</td><td>${p.answer === "holds" ? "" : p.reason}</td></tr>`)}</tbody></table></div>`;
}

function notModelled(result: CheckResult): Markup | undefined {
  if (result.notModelled.length === 0) return undefined;
  return html`<ul>${result.notModelled.map(({ what, because }) => html`<li>${what}${because === undefined ? undefined : `: ${because}`}</li>`)}</ul>`;
}

function strengths(result: CheckResult): Markup | undefined {
  const { questions, answeredBy } = result.statistics;
  const { solver, runs, seed } = result.engines;
  if (questions === 0) return undefined;
  return html`<table><caption>${count(questions, "question")} and what answered them</caption>
<thead><tr><th scope="col">Answer</th><th scope="col" class="number">Questions</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>${inEngineOrder(answeredBy).map(([engine, n]) => html`<tr><th scope="row">${ENGINE_WORDS[engine] ?? engine}</th><td class="number">${n.toLocaleString("en-US")}</td><td class="number">${((100 * n) / questions).toFixed(1)} %</td></tr>`)}</tbody></table>
<p>Solver: ${solver}. Sampling: ${count(runs, "case")} a question, seed ${seed}. Sampling alone never proves that something holds.</p>`;
}

function meanings(result: CheckResult): Markup {
  const claims: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];
  return html`<dl>${claims.filter((c) => result.instructions.some((i) => i.answers[c] !== undefined)).map((c) => html`<dt>${c}</dt><dd>${CLAIM_MEANINGS[c]}</dd>`)}</dl>`;
}
